//! Named pipes of Windows.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::windows::named_pipe::{ClientOptions, NamedPipeClient, PipeMode};

use super::Dial;
use crate::{BoxFuture, Io};

/// `ERROR_PIPE_BUSY`: every instance of the pipe serves somebody; there will be another.
const BUSY: i32 = 231;

/// Connects to a named pipe.
#[derive(Clone, Debug)]
pub struct NamedPipe {
    path: String,
}

impl NamedPipe {
    /// The pipe at this path, with slashes or backslashes: `//./pipe/docker_engine`.
    pub fn new(path: impl Into<String>) -> Self {
        Self { path: path.into() }
    }
}

impl Dial for NamedPipe {
    fn dial(&self) -> BoxFuture<'_, io::Result<Box<dyn Io>>> {
        Box::pin(async move {
            let path = self.path.replace('/', "\\");
            loop {
                match ClientOptions::new().pipe_mode(PipeMode::Message).open(&path) {
                    Ok(pipe) => return Ok(Box::new(Pipe(pipe)) as Box<dyn Io>),
                    Err(error) if error.raw_os_error() == Some(BUSY) => {
                        tokio::time::sleep(Duration::from_millis(20)).await;
                    }
                    Err(error) => return Err(error),
                }
            }
        })
    }

    fn address(&self) -> String {
        format!("npipe://{}", self.path)
    }
}

/// A pipe whose writing side can be closed: the Engine takes an empty message for the end of the input.
struct Pipe(NamedPipeClient);

impl AsyncRead for Pipe {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Pipe {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.0).poll_write(cx, &[]))?;
        Pin::new(&mut self.0).poll_flush(cx)
    }
}
