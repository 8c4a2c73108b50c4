//! Unix domain sockets.

use std::io;
use std::path::PathBuf;

use tokio::net::UnixStream;

use super::Dial;
use crate::{BoxFuture, Io};

/// Connects to a unix socket.
#[derive(Clone, Debug)]
pub struct Unix {
    path: PathBuf,
}

impl Unix {
    /// The socket at this path.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }
}

impl Dial for Unix {
    fn dial(&self) -> BoxFuture<'_, io::Result<Box<dyn Io>>> {
        Box::pin(async move { Ok(Box::new(UnixStream::connect(&self.path).await?) as Box<dyn Io>) })
    }

    fn address(&self) -> String {
        format!("unix://{}", self.path.display())
    }
}
