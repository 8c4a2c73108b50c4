//! The seam to the network: from an HTTP request to its response. The runtime brings transports, and anyone can write
//! one: [`Body`] can be built from anything, and a connection that was taken over is an [`Upgrade`] in the response's
//! extensions.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::{Buf, Bytes};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::{Body, BoxFuture, Result};

/// Carries requests to an Engine.
///
/// The request has a path and no host. Its extensions hold the [`Limits`](crate::Limits) that are the transport's to keep and,
/// for a request of an operation, a `&'static` [`OperationMeta`](crate::OperationMeta). Nothing may outlive the future and the response's body: dropping either ends the
/// exchange. Errors are of the kinds [`Connect`](crate::ErrorKind::Connect), when nothing was sent, and
/// [`Transport`](crate::ErrorKind::Transport). A response 101 carries an [`Upgrade`] in its extensions.
pub trait Transport: fmt::Debug + Send + Sync + 'static {
    /// Sends a request and waits for the head of the response.
    fn send(&self, request: http::Request<Body>) -> BoxFuture<'_, Result<http::Response<Body>>>;
}

impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn send(&self, request: http::Request<Body>) -> BoxFuture<'_, Result<http::Response<Body>>> {
        T::send(self, request)
    }
}

/// A connection that the Engine has handed over, in the extensions of a response 101. It can be taken once.
#[derive(Clone)]
pub struct Upgrade(Arc<Mutex<Option<Upgraded>>>);

impl Upgrade {
    /// Holds a connection.
    pub fn new(connection: Upgraded) -> Self {
        Self(Arc::new(Mutex::new(Some(connection))))
    }

    /// Takes the connection. `None`: it was taken before.
    pub fn take(&self) -> Option<Upgraded> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl fmt::Debug for Upgrade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Upgrade")
    }
}

/// Anything that bytes go through in both directions.
pub trait Io: AsyncRead + AsyncWrite + Send + Unpin + 'static {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin + 'static> Io for T {}

/// A connection without HTTP around it. Shutting down the writing side leaves the reading side open.
pub struct Upgraded {
    /// What came with the head of the response.
    early: Bytes,
    io: Box<dyn Io>,
}

impl Upgraded {
    /// A connection of which some bytes were read already.
    pub fn new(io: impl Io, early: Bytes) -> Self {
        Self { early, io: Box::new(io) }
    }
}

/// What is written to a connection that has another within goes to that as it is.
macro_rules! writes_through {
    ($outer:ty, $inner:ident) => {
        impl tokio::io::AsyncWrite for $outer {
            fn poll_write(
                mut self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
                bytes: &[u8],
            ) -> std::task::Poll<std::io::Result<usize>> {
                std::pin::Pin::new(&mut self.$inner).poll_write(cx, bytes)
            }

            fn poll_flush(
                mut self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                std::pin::Pin::new(&mut self.$inner).poll_flush(cx)
            }

            fn poll_shutdown(
                mut self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                std::pin::Pin::new(&mut self.$inner).poll_shutdown(cx)
            }
        }
    };
}

#[cfg(feature = "testing")]
pub(crate) use writes_through;

impl fmt::Debug for Upgraded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Upgraded")
    }
}

impl AsyncRead for Upgraded {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.early.is_empty() {
            return Pin::new(&mut self.io).poll_read(cx, buffer);
        }
        let length = self.early.len().min(buffer.remaining());
        buffer.put_slice(&self.early[..length]);
        self.early.advance(length);
        Poll::Ready(Ok(()))
    }
}

writes_through! { Upgraded, io }

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    #[tokio::test]
    async fn early_bytes_come_first_and_halves_close_alone() {
        let (near, mut far) = tokio::io::duplex(64);
        let mut near = Upgraded::new(near, Bytes::from_static(b"early "));
        near.write_all(b"in").await.unwrap();
        near.shutdown().await.unwrap();
        let mut heard = String::new();
        far.read_to_string(&mut heard).await.unwrap();
        far.write_all(b"late").await.unwrap();
        drop(far);
        let mut said = String::new();
        near.read_to_string(&mut said).await.unwrap();
        assert_eq!((heard.as_str(), said.as_str()), ("in", "early late"));
    }
}
