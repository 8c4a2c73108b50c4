//! Connections to an Engine: a [`Dial`] makes a new one each time it is asked. Unix sockets and tcp are here; anything else
//! that bytes go through both ways can be brought by the caller.

#[cfg(all(feature = "hyper", windows))]
mod pipe;
#[cfg(feature = "ssh")]
mod ssh;
#[cfg(feature = "hyper")]
mod tcp;
#[cfg(feature = "tls")]
mod tls;
#[cfg(all(feature = "hyper", unix))]
mod unix;

use std::fmt;
use std::io;

#[cfg(all(feature = "hyper", windows))]
pub use pipe::NamedPipe;
#[cfg(feature = "ssh")]
pub use ssh::Ssh;
#[cfg(feature = "hyper")]
pub use tcp::Tcp;
#[cfg(feature = "tls")]
pub use tls::TlsTcp;
#[cfg(all(feature = "reqwest", feature = "tls"))]
pub(crate) use tls::client_config;
#[cfg(all(feature = "hyper", unix))]
pub use unix::Unix;

use crate::{BoxFuture, Io};

/// Makes connections.
pub trait Dial: fmt::Debug + Send + Sync + 'static {
    /// Makes a connection. Shutting down its writing side must leave its reading side open, or processes with an input
    /// never see its end.
    fn dial(&self) -> BoxFuture<'_, io::Result<Box<dyn Io>>>;

    /// Where it leads, as errors name it: `unix:///var/run/docker.sock`.
    fn address(&self) -> String;

    /// What the `Host` header says. An Engine on a socket takes any name.
    fn host(&self) -> &str {
        "localhost"
    }
}

impl<T: Dial + ?Sized> Dial for Box<T> {
    fn dial(&self) -> BoxFuture<'_, io::Result<Box<dyn Io>>> {
        T::dial(self)
    }

    fn address(&self) -> String {
        T::address(self)
    }

    fn host(&self) -> &str {
        T::host(self)
    }
}
