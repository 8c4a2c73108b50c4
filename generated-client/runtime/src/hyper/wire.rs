//! Connections in the form that hyper reads and writes.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use hyper::rt::{Read, ReadBufCursor, Write};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::{Error, Io};

/// How much is read at a time.
const BUFFER: usize = 16 << 10;

/// A connection under hyper.
///
/// An Engine that refuses an upload answers and closes without reading the rest. Writing then fails, and hyper would
/// give that error instead of the answer; so writing then waits for ever, and reading tells what came of it.
pub(super) struct HyperIo {
    io: Box<dyn Io>,
    /// hyper lends memory that is not initialised, which safe code cannot hand to a reader.
    buffer: Box<[u8]>,
    deaf: bool,
    own: Own,
}

/// An [`Error`] of ours that a connection ended with. It does not go through hyper, which would put its words around it.
#[derive(Clone, Default)]
pub(super) struct Own(Arc<Mutex<Option<Error>>>);

impl Own {
    pub(super) fn take(&self) -> Option<Error> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// What hyper gets in its place.
    fn keep(&self, error: io::Error) -> io::Error {
        let kind = error.kind();
        match error.downcast::<Error>() {
            Ok(error) => {
                self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
                kind.into()
            }
            Err(error) => error,
        }
    }
}

impl HyperIo {
    pub(super) fn new(io: Box<dyn Io>, own: Own) -> Self {
        Self { io, buffer: vec![0; BUFFER].into(), deaf: false, own }
    }

    pub(super) fn into_inner(self) -> Box<dyn Io> {
        self.io
    }
}

impl Read for HyperIo {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        mut cursor: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let length = cursor.remaining().min(this.buffer.len());
        let mut buffer = ReadBuf::new(&mut this.buffer[..length]);
        ready!(Pin::new(&mut this.io).poll_read(cx, &mut buffer)).map_err(|error| this.own.keep(error))?;
        cursor.put_slice(buffer.filled());
        Poll::Ready(Ok(()))
    }
}

impl Write for HyperIo {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        // A body without end would be swallowed without end: it waits, and what is read wakes its task.
        if self.deaf {
            return Poll::Pending;
        }
        match ready!(Pin::new(&mut self.io).poll_write(cx, bytes)) {
            Err(error) if is_closed(&error) => {
                self.deaf = true;
                Poll::Pending
            }
            written => Poll::Ready(written),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.deaf {
            return Poll::Ready(Ok(()));
        }
        match ready!(Pin::new(&mut self.io).poll_flush(cx)) {
            Err(error) if is_closed(&error) => {
                self.deaf = true;
                Poll::Ready(Ok(()))
            }
            flushed => Poll::Ready(flushed),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}

fn is_closed(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset)
}
