//! Plain tcp.

use std::io;

use tokio::net::{TcpStream, lookup_host};

use super::Dial;
use crate::{BoxFuture, Io, advice};

/// Connects to a host and a port.
#[derive(Clone, Debug)]
pub struct Tcp {
    name: String,
    port: u16,
    authority: String,
}

impl Tcp {
    /// A host name or an address (IPv6 without brackets), and a port.
    pub fn new(host: impl Into<String>, port: u16) -> Self {
        let host = host.into();
        let authority =
            if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") };
        Self { name: host, port, authority }
    }

    /// Makes the connection.
    pub(crate) async fn connect(&self) -> io::Result<TcpStream> {
        let addresses = lookup_host((self.name.as_str(), self.port)).await;
        let addresses: Vec<_> =
            addresses.map_err(|error| advice::unresolved(&self.address(), error))?.collect();
        let stream = TcpStream::connect(addresses.as_slice()).await?;
        // Input of a terminal goes byte by byte.
        stream.set_nodelay(true)?;
        Ok(stream)
    }
}

impl Dial for Tcp {
    fn dial(&self) -> BoxFuture<'_, io::Result<Box<dyn Io>>> {
        Box::pin(async move { Ok(Box::new(self.connect().await?) as Box<dyn Io>) })
    }

    fn address(&self) -> String {
        format!("tcp://{}", self.authority)
    }

    fn host(&self) -> &str {
        &self.authority
    }
}
