//! A connection in both directions: attach, exec, session.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use http::header::CONTENT_TYPE;
use http::{Response, StatusCode};
use tokio::io::{AsyncWrite, WriteHalf};

use super::frames::{Framing, LogChunk};
use super::log::{LogStream, Origin, framing};
use crate::{Body, Error, ErrorKind, Result, Upgrade, Upgraded, answer};

/// A running process, both ways: a `Stream` of its output and an `AsyncWrite` of its input.
///
/// Where the Engine answered without handing over the connection (an exec that is detached, an attach through a server that
/// does not upgrade) there is output only, and writing is an error.
#[derive(Debug)]
pub struct Duplex {
    output: LogStream,
}

impl Duplex {
    pub(crate) fn new(mut response: Response<Body>) -> Result<Self> {
        let context = answer::Context::of(&response);
        let mut framing = framing(&context, &response);
        let upgraded = response.extensions_mut().remove::<Upgrade>().and_then(|upgrade| upgrade.take());
        let upgraded = match upgraded {
            Some(connection) => Some(unframed(connection, &response, &context)?),
            None => None,
        };
        let origin = match upgraded {
            Some(connection) => Origin::Connection(connection),
            None if response.status() == StatusCode::SWITCHING_PROTOCOLS => {
                let message = "the Engine handed over the connection, but the transport did not";
                return Err(Error::new(ErrorKind::Transport, message).with_call(context.call()));
            }
            None => {
                // Podman answers the start of a detached exec with an empty line of text. Frames hold zeros: they are
                // nowhere taken for text.
                if is_text(&response) {
                    framing = Framing::Raw;
                }
                Origin::Body(response.into_body())
            }
        };
        Ok(Self { output: LogStream::from_origin(origin, framing, context) })
    }

    /// Whether there is an input to write to.
    pub fn has_input(&self) -> bool {
        matches!(self.output.origin, Origin::Connection(_))
    }

    /// Ends the input: the process sees the end of its file, and its output still comes.
    pub async fn close_input(&mut self) -> io::Result<()> {
        poll_fn(|cx| Pin::new(&mut *self).poll_shutdown(cx)).await
    }

    /// The two directions apart, for two tasks.
    pub fn split(self) -> (LogStream, Input) {
        let (output, input) = self.output.map_origin(|origin| match origin {
            Origin::Connection(connection) => {
                let (output, input) = tokio::io::split(connection);
                (Origin::Half(output), Some(input))
            }
            origin => (origin, None),
        });
        (output, Input { half: input })
    }

    /// The connection itself, for another protocol over it. `None`: it was not handed over.
    pub fn into_connection(self) -> Option<Upgraded> {
        let (origin, rest) = self.output.into_parts();
        match origin {
            Origin::Connection(connection) if rest.is_empty() => Some(connection),
            Origin::Connection(connection) => Some(Upgraded::new(connection, rest)),
            _ => None,
        }
    }

    /// Sends the input and ends it while the output is collected: what a filter such as `cat` or `gzip` is run with.
    pub async fn exchange(self, input: impl Into<Bytes>) -> Result<Vec<LogChunk>> {
        let (mut output, writer) = self.split();
        let mut writer = Some((writer, input.into()));
        let mut chunks = Vec::new();
        poll_fn(|cx| {
            if let Some((half, bytes)) = &mut writer
                && half.poll_feed(cx, bytes).is_ready()
            {
                // A process may end before it has read everything: its output then tells what came of it.
                writer = None;
            }
            loop {
                match Pin::new(&mut output).poll_next(cx) {
                    Poll::Ready(Some(Ok(chunk))) => chunks.push(chunk),
                    Poll::Ready(Some(Err(error))) => return Poll::Ready(Err(error)),
                    Poll::Ready(None) => return Poll::Ready(Ok(std::mem::take(&mut chunks))),
                    Poll::Pending => return Poll::Pending,
                }
            }
        })
        .await
    }
}

/// The connection without websocket's frames, if there are any.
#[cfg(feature = "websocket")]
fn unframed(connection: Upgraded, response: &Response<Body>, context: &answer::Context) -> Result<Upgraded> {
    use super::websocket::{WebSocket, check_accept};
    let protocol = response.headers().get(http::header::UPGRADE);
    if !protocol.is_some_and(|protocol| protocol.as_bytes().eq_ignore_ascii_case(b"websocket")) {
        return match &context.websocket_key {
            None => Ok(connection),
            Some(_) => {
                let message = "the Engine was asked for a websocket and handed over something else";
                Err(Error::new(ErrorKind::Transport, message).with_call(context.call()))
            }
        };
    }
    // It is not known where a response is decoded that another IO carried.
    if let Some(key) = &context.websocket_key {
        check_accept(response.headers(), key).map_err(|error| error.with_call(context.call()))?;
    }
    Ok(Upgraded::new(WebSocket::new(connection), Bytes::new()))
}

#[cfg(not(feature = "websocket"))]
fn unframed(connection: Upgraded, _: &Response<Body>, _: &answer::Context) -> Result<Upgraded> {
    Ok(connection)
}

impl Stream for Duplex {
    type Item = Result<LogChunk>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Pin::new(&mut self.output).poll_next(cx)
    }
}

impl AsyncWrite for Duplex {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match &mut self.output.origin {
            Origin::Connection(connection) => Pin::new(connection).poll_write(cx, bytes),
            _ => Poll::Ready(Err(no_input())),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.output.origin {
            Origin::Connection(connection) => Pin::new(connection).poll_flush(cx),
            _ => Poll::Ready(Ok(())),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.output.origin {
            Origin::Connection(connection) => Pin::new(connection).poll_shutdown(cx),
            _ => Poll::Ready(Ok(())),
        }
    }
}

/// The input of a [`Duplex`] that was split. Dropping it leaves the input open; [`close`](Self::close) ends it.
#[derive(Debug)]
pub struct Input {
    half: Option<WriteHalf<Upgraded>>,
}

impl Input {
    /// Ends the input.
    pub async fn close(mut self) -> io::Result<()> {
        poll_fn(|cx| Pin::new(&mut self).poll_shutdown(cx)).await
    }

    /// Writes all bytes, then ends the input.
    fn poll_feed(&mut self, cx: &mut Context<'_>, bytes: &mut Bytes) -> Poll<io::Result<()>> {
        while !bytes.is_empty() {
            let written = std::task::ready!(Pin::new(&mut *self).poll_write(cx, bytes))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            drop(bytes.split_to(written));
        }
        Pin::new(self).poll_shutdown(cx)
    }
}

impl AsyncWrite for Input {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match &mut self.half {
            Some(half) => Pin::new(half).poll_write(cx, bytes),
            None => Poll::Ready(Err(no_input())),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.half.as_mut().map_or(Poll::Ready(Ok(())), |half| Pin::new(half).poll_flush(cx))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.half.as_mut().map_or(Poll::Ready(Ok(())), |half| Pin::new(half).poll_shutdown(cx))
    }
}

fn is_text(response: &Response<Body>) -> bool {
    let media_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    media_type.is_some_and(|value| value.starts_with("text/plain"))
}

fn no_input() -> io::Error {
    io::Error::new(
        io::ErrorKind::Unsupported,
        "the Engine did not hand over the connection: there is no input",
    )
}

#[cfg(test)]
mod tests {
    use futures_util::TryStreamExt;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;
    use crate::stream::LogSource;

    fn upgraded(io: tokio::io::DuplexStream, early: &'static [u8]) -> Response<Body> {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        response.extensions_mut().insert(Upgrade::new(Upgraded::new(io, early.into())));
        response
    }

    #[tokio::test]
    async fn input_closes_and_output_still_comes() {
        let (near, mut far) = tokio::io::duplex(16);
        let engine = tokio::spawn(async move {
            let mut heard = Vec::new();
            far.read_to_end(&mut heard).await.unwrap();
            far.write_all(&[1, 0, 0, 0, 0, 0, 0, heard.len() as u8]).await.unwrap();
            far.write_all(&heard).await.unwrap();
        });
        let mut duplex = Duplex::new(upgraded(near, b"\x02\0\0\0\0\0\0\x01!")).unwrap();
        assert!(duplex.has_input());
        duplex.write_all(b"a line longer than the pipe\n").await.unwrap();
        duplex.close_input().await.unwrap();
        let chunks: Vec<_> = duplex.try_collect().await.unwrap();
        assert_eq!((chunks[0].source, chunks[0].to_string()), (LogSource::Stderr, "!".to_owned()));
        assert_eq!(chunks[1].to_string(), "a line longer than the pipe\n");
        engine.await.unwrap();
    }

    #[tokio::test]
    async fn exchange_neither_stalls_nor_loses() {
        let (near, far) = tokio::io::duplex(16);
        let engine = tokio::spawn(async move {
            let (mut read, mut write) = tokio::io::split(far);
            let mut byte = [0];
            while read.read(&mut byte).await.unwrap() > 0 {
                write.write_all(&[1, 0, 0, 0, 0, 0, 0, 1, byte[0]]).await.unwrap();
            }
        });
        let input = "0123456789".repeat(20);
        let chunks = Duplex::new(upgraded(near, b"")).unwrap().exchange(input.clone()).await.unwrap();
        let output: Vec<u8> = chunks.iter().flat_map(|chunk| chunk.bytes.to_vec()).collect();
        assert_eq!(output, input.as_bytes());
        engine.await.unwrap();
    }

    #[tokio::test]
    async fn without_upgrade_there_is_output_only() {
        let response = Response::new(Body::from(&b"\x01\0\0\0\0\0\0\x02hi"[..]));
        let mut duplex = Duplex::new(response).unwrap();
        assert!(!duplex.has_input());
        assert!(duplex.write_all(b"x").await.is_err());
        let chunks: Vec<_> = duplex.try_collect().await.unwrap();
        assert_eq!(chunks[0].to_string(), "hi");
    }
}
