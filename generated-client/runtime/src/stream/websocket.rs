//! The bytes of a container over websocket (RFC 6455): binary frames on a connection that was handed over.
//!
//! The Engine's output ends with its close frame. A close frame of ours ends the input only: seen on Engines 20.10, 26.1 and
//! 28.5, where `cat` ends by it and what it writes later still comes. Below API 1.28 the Engine calls its frames text,
//! whatever the container writes, and cuts characters in two; so frames are taken as bytes, whatever their kind. That is why
//! frames are read here, with tungstenite's coding of them, and not by its client, which insists on text.

use std::hash::{BuildHasher, RandomState};
use std::io::{self, Cursor};
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};

use bytes::{Buf, Bytes, BytesMut};
use http::header::{HeaderMap, SEC_WEBSOCKET_ACCEPT};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tungstenite::handshake::derive_accept_key;
use tungstenite::protocol::CloseFrame;
use tungstenite::protocol::frame::coding::{CloseCode, Control, Data, OpCode};
use tungstenite::protocol::frame::{Frame, FrameHeader};

pub(crate) use tungstenite::handshake::client::generate_key;

use crate::{Error, ErrorKind, Result, Upgraded};

/// How much is read at a time, and the most that goes into one frame.
const CHUNK: usize = 16 << 10;

/// The longest payload of a control frame (RFC 6455, 5.5).
const CONTROL: u64 = 125;

/// Checks that the answer is to this key: that what answered speaks websocket and is no cache.
pub(crate) fn check_accept(headers: &HeaderMap, key: &str) -> Result<()> {
    let accept = headers.get(SEC_WEBSOCKET_ACCEPT).and_then(|value| value.to_str().ok());
    match accept {
        Some(accept) if accept.trim() == derive_accept_key(key.as_bytes()) => Ok(()),
        _ => Err(Error::new(ErrorKind::Transport, "the answer to the websocket handshake is not to its key")),
    }
}

/// Bytes both ways in frames.
pub(crate) struct WebSocket {
    io: Upgraded,
    incoming: BytesMut,
    /// What is left of the frame that is being read.
    payload: Payload,
    /// Frames of ours, as far as they are not written.
    outgoing: BytesMut,
    /// A writer that waits while a reader writes in its place.
    writer: Option<Waker>,
    closed: bool,
    masks: RandomState,
    sent: u64,
}

/// The frame that is being read.
enum Payload {
    /// None: a header comes next.
    None,
    Data {
        left: u64,
        mask: Mask,
    },
    Control {
        kind: Control,
        length: usize,
        mask: Mask,
    },
    /// There will be no more frames.
    End,
}

/// What a payload is hidden with, and how far.
#[derive(Clone, Copy, Default)]
struct Mask {
    key: [u8; 4],
    at: usize,
}

impl Mask {
    fn apply(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            *byte ^= self.key[self.at % 4];
            self.at += 1;
        }
    }
}

impl WebSocket {
    pub(crate) fn new(io: Upgraded) -> Self {
        Self {
            io,
            incoming: BytesMut::new(),
            payload: Payload::None,
            outgoing: BytesMut::new(),
            writer: None,
            closed: false,
            masks: RandomState::new(),
            sent: 0,
        }
    }

    /// Adds a frame to what is written.
    fn push(&mut self, mut frame: Frame) {
        // Masks keep what a program writes from being taken for something else by what stands between (RFC 6455, 10.3).
        self.sent += 1;
        let random = self.masks.hash_one(self.sent).to_be_bytes();
        frame.header_mut().mask = Some([random[0], random[1], random[2], random[3]]);
        let mut coded = Vec::with_capacity(frame.len());
        frame.format(&mut coded).expect("a vector takes every frame");
        self.outgoing.extend_from_slice(&coded);
    }

    /// Writes what is to be written.
    fn poll_drain(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.outgoing.is_empty() {
            let written = ready!(Pin::new(&mut self.io).poll_write(cx, &self.outgoing))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.outgoing.advance(written);
        }
        Poll::Ready(Ok(()))
    }

    /// The same for a writer.
    fn poll_drain_as_writer(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let drained = self.poll_drain(cx);
        self.writer = drained.is_pending().then(|| cx.waker().clone());
        drained
    }

    /// The same for a reader: pongs, and what a writer has left, go out while it waits. A connection knows one task that
    /// wants to write, so the writer is told here. A failure is told by writing and by reading.
    fn drain_as_reader(&mut self, cx: &mut Context<'_>) {
        if self.poll_drain(cx).is_ready()
            && let Some(writer) = self.writer.take()
        {
            writer.wake();
        }
    }

    /// Reads more. `false`: there is no more.
    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<bool>> {
        let mut chunk = [0; CHUNK];
        let mut buffer = ReadBuf::new(&mut chunk);
        ready!(Pin::new(&mut self.io).poll_read(cx, &mut buffer))?;
        self.incoming.extend_from_slice(buffer.filled());
        Poll::Ready(Ok(!buffer.filled().is_empty()))
    }

    /// Takes what has come, up to some data for the reader. `false`: nothing more can be taken of it.
    fn take(&mut self, buffer: &mut ReadBuf<'_>) -> io::Result<bool> {
        match &mut self.payload {
            Payload::None => self.take_header(),
            Payload::Data { left: 0, .. } => {
                self.payload = Payload::None;
                Ok(true)
            }
            Payload::Data { left, mask } => {
                let most = usize::try_from(*left).unwrap_or(usize::MAX);
                let length = most.min(self.incoming.len()).min(buffer.remaining());
                let mut bytes = self.incoming.split_to(length);
                mask.apply(&mut bytes);
                buffer.put_slice(&bytes);
                *left -= length as u64;
                Ok(length > 0)
            }
            Payload::Control { length, .. } if self.incoming.len() < *length => Ok(false),
            Payload::Control { kind, length, mask } => {
                let (kind, mut bytes) = (*kind, self.incoming.split_to(*length));
                mask.apply(&mut bytes);
                self.payload = Payload::None;
                self.control(kind, bytes.freeze());
                Ok(true)
            }
            Payload::End => Ok(false),
        }
    }

    fn take_header(&mut self) -> io::Result<bool> {
        let mut cursor = Cursor::new(&self.incoming);
        let Some((header, length)) = FrameHeader::parse(&mut cursor).map_err(invalid)? else {
            return Ok(false);
        };
        let read = usize::try_from(cursor.position()).map_err(invalid)?;
        self.incoming.advance(read);
        if header.rsv1 || header.rsv2 || header.rsv3 {
            return Err(invalid("a websocket frame is of an extension that was not asked for"));
        }
        let mask = Mask { key: header.mask.unwrap_or_default(), at: 0 };
        self.payload = match header.opcode {
            // The pieces of a message are the same stream as its whole.
            OpCode::Data(Data::Continue | Data::Text | Data::Binary) => Payload::Data { left: length, mask },
            OpCode::Control(kind) if header.is_final && length <= CONTROL => {
                Payload::Control { kind, length: usize::try_from(length).map_err(invalid)?, mask }
            }
            _ => return Err(invalid("a websocket control frame is too long or in pieces")),
        };
        Ok(true)
    }

    fn control(&mut self, kind: Control, bytes: Bytes) {
        match kind {
            Control::Ping if !self.closed => self.push(Frame::pong(bytes)),
            Control::Close => {
                self.close();
                self.payload = Payload::End;
            }
            _ => {}
        }
    }

    /// Says that nothing more is sent.
    fn close(&mut self) {
        if !self.closed {
            self.closed = true;
            self.push(Frame::close(Some(CloseFrame { code: CloseCode::Normal, reason: "".into() })));
        }
    }
}

impl AsyncRead for WebSocket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let before = buffer.filled().len();
        loop {
            while this.take(buffer)? {
                if buffer.filled().len() > before {
                    this.drain_as_reader(cx);
                    return Poll::Ready(Ok(()));
                }
            }
            this.drain_as_reader(cx);
            if matches!(this.payload, Payload::End) || buffer.remaining() == 0 {
                return Poll::Ready(Ok(()));
            }
            if !ready!(this.poll_fill(cx))? {
                let message = "the websocket ended without a close frame";
                return Poll::Ready(Err(io::Error::new(io::ErrorKind::UnexpectedEof, message)));
            }
        }
    }
}

impl AsyncWrite for WebSocket {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        // One frame at a time: who writes waits for the connection.
        ready!(self.poll_drain_as_writer(cx))?;
        if self.closed {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        if bytes.is_empty() {
            return Poll::Ready(Ok(0));
        }
        let length = bytes.len().min(CHUNK);
        let payload = Bytes::copy_from_slice(&bytes[..length]);
        self.push(Frame::message(payload, OpCode::Data(Data::Binary), true));
        // What the connection does not take now goes with the next call, of a reader's too.
        match self.poll_drain(cx) {
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            _ => Poll::Ready(Ok(length)),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_drain_as_writer(cx))?;
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.close();
        self.poll_flush(cx)
    }
}

fn invalid(why: impl Into<crate::BoxError>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    fn frame(opcode: u8, payload: &[u8]) -> Vec<u8> {
        let length = payload.len();
        match length {
            0..126 => [&[opcode, length as u8], payload].concat(),
            126..65536 => [&[opcode, 126], &(length as u16).to_be_bytes()[..], payload].concat(),
            _ => [&[opcode, 127], &(length as u64).to_be_bytes()[..], payload].concat(),
        }
    }

    async fn read_all(pieces: Vec<Vec<u8>>) -> (io::Result<Vec<u8>>, Vec<u8>) {
        let (near, mut far) = tokio::io::duplex(1 << 16);
        let mut socket = WebSocket::new(Upgraded::new(near, Bytes::new()));
        let peer = tokio::spawn(async move {
            for piece in pieces {
                // The reader may be gone after a close frame.
                let _ = far.write_all(&piece).await;
                tokio::task::yield_now().await;
            }
            let _ = far.shutdown().await;
            let mut heard = Vec::new();
            far.read_to_end(&mut heard).await.unwrap();
            heard
        });
        let mut output = Vec::new();
        let end = socket.read_to_end(&mut output).await.map(|_| output);
        drop(socket);
        (end, peer.await.unwrap())
    }

    fn session() -> Vec<u8> {
        [
            frame(0x82, b"one"),
            frame(0x89, b"ping"),
            frame(0x01, b"tw\xc3"),
            frame(0x80, b"\xa4o"),
            frame(0x82, b""),
            frame(0x88, b"\x03\xe8"),
            b"after the end".to_vec(),
        ]
        .concat()
    }

    proptest! {
        #[test]
        fn any_split_gives_the_same(mut cuts in proptest::collection::vec(0usize..60, 0..8)) {
            let session = session();
            cuts.sort_unstable();
            let mut pieces = Vec::new();
            let mut from = 0;
            for cut in cuts.into_iter().map(|cut| cut.min(session.len())).chain([session.len()]) {
                pieces.push(session[from..cut].to_vec());
                from = cut;
            }
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let (output, heard) = runtime.block_on(read_all(pieces));
            prop_assert_eq!(output.unwrap(), b"onetw\xc3\xa4o");
            // A masked pong, then a masked close.
            prop_assert_eq!((heard[0], heard[1], heard[10], heard[11]), (0x8a, 0x84, 0x88, 0x82));
            let pong: Vec<u8> = (0..4).map(|at| heard[6 + at] ^ heard[2 + at]).collect();
            prop_assert_eq!(pong, b"ping");
        }

        #[test]
        fn frames_of_any_length_split_anywhere(
            lengths in proptest::collection::vec(prop_oneof![0usize..300, Just(70_000usize)], 0..4),
            cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..6),
        ) {
            let payloads: Vec<_> = lengths.iter().map(|length| vec![(length % 251) as u8; *length]).collect();
            let mut wire: Vec<u8> = payloads.iter().flat_map(|payload| frame(0x82, payload)).collect();
            wire.extend(frame(0x88, b""));
            let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(wire.len() + 1)).collect();
            cuts.extend([0, wire.len()]);
            cuts.sort_unstable();
            let pieces = cuts.windows(2).map(|cut| wire[cut[0]..cut[1]].to_vec()).collect();
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let (output, _) = runtime.block_on(read_all(pieces));
            prop_assert!(output.unwrap() == payloads.concat());
        }

        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let _ = runtime.block_on(read_all(vec![bytes]));
        }
    }

    #[tokio::test]
    async fn an_end_without_a_close_frame_is_none() {
        let (end, _) = read_all(vec![frame(0x82, b"some")]).await;
        assert_eq!(end.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        let (end, _) = read_all(vec![frame(0xc2, b"compressed")]).await;
        assert_eq!(end.unwrap_err().kind(), io::ErrorKind::InvalidData);
    }

    #[tokio::test]
    async fn a_long_input_arrives_through_a_narrow_connection() {
        let (near, far) = tokio::io::duplex(100);
        let mut near = WebSocket::new(Upgraded::new(near, Bytes::new()));
        // Frames of a client are masked: the same code reads them.
        let mut far = WebSocket::new(Upgraded::new(far, Bytes::new()));
        let input = vec![7; 100_000];
        let sent = input.clone();
        let writer = tokio::spawn(async move {
            near.write_all(&sent).await.unwrap();
            near.shutdown().await.unwrap();
            near.write_all(b"late").await.unwrap_err()
        });
        let mut heard = Vec::new();
        far.read_to_end(&mut heard).await.unwrap();
        assert!(heard == input);
        assert_eq!(writer.await.unwrap().kind(), io::ErrorKind::BrokenPipe);
    }

    #[test]
    fn the_key_is_checked() {
        let mut headers = HeaderMap::new();
        let key = "dGhlIHNhbXBsZSBub25jZQ==";
        assert!(check_accept(&headers, key).is_err());
        headers.insert(SEC_WEBSOCKET_ACCEPT, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=".parse().unwrap());
        check_accept(&headers, key).unwrap();
        assert!(check_accept(&headers, "another").is_err());
    }
}
