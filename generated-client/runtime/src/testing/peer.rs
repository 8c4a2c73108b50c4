//! The Engine's side of a connection that was handed over.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream, ReadBuf};

use super::reply::frame;
use crate::{BoxFuture, LogSource, Upgraded};

/// How many bytes may be on the way before the writer waits.
const BUFFER: usize = 64 << 10;

/// What the Engine's side of a connection is played with. Dropping it ends the output.
#[derive(Debug)]
pub struct Peer {
    io: DuplexStream,
}

impl Peer {
    /// Reads up to so many bytes; none at the end of the client's input.
    pub async fn read(&mut self, up_to: usize) -> Vec<u8> {
        let mut bytes = vec![0; up_to];
        let length = self.io.read(&mut bytes).await.unwrap_or_default();
        bytes.truncate(length);
        bytes
    }

    /// Reads until the client has closed its input.
    pub async fn read_to_end(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        // A client that is gone has ended its input too.
        let _ = self.io.read_to_end(&mut bytes).await;
        bytes
    }

    /// Writes bytes as they are.
    pub async fn write(&mut self, bytes: impl AsRef<[u8]>) {
        // Nobody reads any more: the process that is played goes on.
        let _ = self.io.write_all(bytes.as_ref()).await;
    }

    /// Writes a frame of output.
    pub async fn frame(&mut self, source: LogSource, bytes: impl AsRef<[u8]>) {
        self.write(frame(source, bytes.as_ref())).await;
    }
}

impl AsyncRead for Peer {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Peer {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}

/// The client's side of a connection to `side`.
pub(super) fn connected(side: impl FnOnce(Peer) -> BoxFuture<'static, ()>) -> Upgraded {
    let (ours, theirs) = tokio::io::duplex(BUFFER);
    let side = Some(side(Peer { io: theirs }));
    Upgraded::new(Connected { io: ours, side, wakers: Arc::default() }, Bytes::new())
}

/// A connection that runs its other side while it is used, so that nothing need be spawned.
struct Connected {
    io: DuplexStream,
    side: Option<BoxFuture<'static, ()>>,
    wakers: Arc<Wakers>,
}

/// The two halves may be used by two tasks: what the other side waits for concerns both.
#[derive(Default)]
struct Wakers {
    reader: Mutex<Option<Waker>>,
    writer: Mutex<Option<Waker>>,
}

impl Wake for Wakers {
    fn wake(self: Arc<Self>) {
        for waker in [&self.reader, &self.writer] {
            let waker = waker.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some(waker) = waker {
                waker.wake();
            }
        }
    }
}

impl Connected {
    /// Does what is wanted, and gives the other side its turn after it and, if it must wait, before it is tried again.
    fn poll<T>(
        &mut self,
        cx: &mut Context<'_>,
        place: fn(&Wakers) -> &Mutex<Option<Waker>>,
        mut wanted: impl FnMut(Pin<&mut DuplexStream>, &mut Context<'_>) -> Poll<T>,
    ) -> Poll<T> {
        *place(&self.wakers).lock().unwrap_or_else(PoisonError::into_inner) = Some(cx.waker().clone());
        let mut done = wanted(Pin::new(&mut self.io), cx);
        if let Some(side) = &mut self.side {
            let waker = Waker::from(Arc::clone(&self.wakers));
            if side.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
                self.side = None;
            }
        }
        if done.is_pending() {
            done = wanted(Pin::new(&mut self.io), cx);
        }
        done
    }
}

impl AsyncRead for Connected {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.poll(cx, |wakers| &wakers.reader, |io, cx| io.poll_read(cx, buffer))
    }
}

impl AsyncWrite for Connected {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.poll(cx, |wakers| &wakers.writer, |io, cx| io.poll_write(cx, bytes))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll(cx, |wakers| &wakers.writer, |io, cx| io.poll_flush(cx))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll(cx, |wakers| &wakers.writer, |io, cx| io.poll_shutdown(cx))
    }
}
