//! Where the Engine is and how to reach it: from a URL or from the environment, by the rules of the docker command line.
//!
//! Nothing connects here. The result is an [`Endpoint`], which says what a transport needs.

mod address;
mod context;
mod environment;
mod ssh;
mod tls;

use std::fmt;

pub use address::Address;
pub use environment::{Environment, Settings};
pub use ssh::SshTarget;
pub use tls::{Pem, Tls};

use crate::Result;

/// A place where an Engine listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Where it is.
    pub address: Address,
    /// What precedes every path: `/engine` in `http://host/engine`, usually nothing.
    pub base_path: String,
    /// What secures the connection. Only tcp is ever secured.
    pub tls: Option<Tls>,
}

impl Endpoint {
    /// Reads a URL: `unix:///path`, `npipe:////./pipe/name`, `tcp://host:port`, `http://host`, `https://host`, `ssh://user@host`,
    /// and what the command line takes without a scheme (`/path`, `host:port`).
    pub fn parse(url: &str) -> Result<Self> {
        let url = url.trim();
        let (address, base_path) = address::parse(url)?;
        let tls = url.starts_with("https://").then(Tls::new);
        Ok(Self { address, base_path, tls })
    }

    /// The same place over TLS. Sockets and pipes stay as they are.
    pub fn with_tls(mut self, tls: Tls) -> Self {
        if matches!(self.address, Address::Tcp { .. }) {
            self.tls = Some(tls);
        }
        self
    }

    /// What connects to it.
    #[cfg(feature = "hyper")]
    pub(crate) fn dial(&self) -> Result<Box<dyn crate::dial::Dial>> {
        use crate::dial::Tcp;
        use crate::{Error, ErrorKind};
        let refuse =
            |why: &str| Err(Error::new(ErrorKind::Config, format!("{self} cannot be reached: {why}")));
        match (&self.address, &self.tls) {
            #[cfg(unix)]
            (Address::Unix { path }, _) => Ok(Box::new(crate::dial::Unix::new(path))),
            #[cfg(not(unix))]
            (Address::Unix { .. }, _) => refuse("this platform has no unix sockets"),
            #[cfg(windows)]
            (Address::NamedPipe { path }, _) => Ok(Box::new(crate::dial::NamedPipe::new(path))),
            #[cfg(not(windows))]
            (Address::NamedPipe { .. }, _) => refuse("only Windows has named pipes"),
            (Address::Tcp { host, port }, None) => Ok(Box::new(Tcp::new(host, *port))),
            #[cfg(feature = "tls")]
            (Address::Tcp { host, port }, Some(tls)) => {
                Ok(Box::new(crate::dial::TlsTcp::new(Tcp::new(host, *port), host, tls)?))
            }
            #[cfg(not(feature = "tls"))]
            (Address::Tcp { .. }, Some(_)) => refuse("it asks for TLS, and the feature `tls` is off"),
            #[cfg(feature = "ssh")]
            (Address::Ssh { target }, _) => Ok(Box::new(crate::dial::Ssh::new(target.clone()))),
            #[cfg(not(feature = "ssh"))]
            (Address::Ssh { .. }, _) => refuse("the feature `ssh` is off"),
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.address, self.base_path)
    }
}
