//! Where the Engine is: from a URL or the environment to an endpoint.

use std::ffi::OsString;

use crate::dial::Dial;
use crate::{Error, ErrorKind, Result};

/// Where an Engine listens when nothing else is said.
#[cfg(unix)]
const DEFAULT_HOST: &str = "unix:///var/run/docker.sock";
/// Where an Engine listens when nothing else is said.
#[cfg(not(unix))]
const DEFAULT_HOST: &str = "npipe:////./pipe/docker_engine";

/// The port of an Engine without TLS.
const PLAIN_PORT: u16 = 2375;

/// A place where an Engine listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    Unix { path: String },
    Tcp { host: String, port: u16, base_path: String },
}

impl Endpoint {
    /// Reads `unix:///path`, `tcp://host[:port][/base]` or `http://host[:port][/base]`.
    pub(crate) fn parse(url: &str) -> Result<Self> {
        let refuse = |why: &str| {
            Err(Error::new(ErrorKind::Config, format!("{url:?} is not an address of an Engine: {why}")))
        };
        let Some((scheme, rest)) = url.split_once("://") else {
            return refuse("expected a URL such as unix:///var/run/docker.sock or tcp://host:2375");
        };
        let default_port = match scheme {
            "unix" if rest.is_empty() => return refuse("the path of the socket is missing"),
            "unix" => return Ok(Self::Unix { path: rest.to_owned() }),
            "tcp" => PLAIN_PORT,
            "http" => 80,
            _ => return refuse("known schemes are unix, tcp and http"),
        };
        let (authority, base_path) = rest.split_once('/').unwrap_or((rest, ""));
        if authority.contains(['@', '?', '#']) || base_path.contains(['?', '#']) {
            return refuse("it has parts that are not sent");
        }
        let Some((host, port)) = host_and_port(authority, default_port) else {
            return refuse("expected host:port after the scheme");
        };
        let base_path = base_path.trim_end_matches('/');
        let base_path = if base_path.is_empty() { String::new() } else { format!("/{base_path}") };
        Ok(Self::Tcp { host: host.to_owned(), port, base_path })
    }

    /// What connects to it.
    pub(crate) fn dial(&self) -> Result<Box<dyn Dial>> {
        match self {
            #[cfg(unix)]
            Self::Unix { path } => Ok(Box::new(crate::dial::Unix::new(path))),
            #[cfg(not(unix))]
            Self::Unix { path } => {
                let message = format!("unix://{path} cannot be reached: this platform has no unix sockets");
                Err(Error::new(ErrorKind::Config, message))
            }
            Self::Tcp { host, port, .. } => Ok(Box::new(crate::dial::Tcp::new(host, *port))),
        }
    }

    /// What precedes every path.
    pub(crate) fn base_path(&self) -> &str {
        match self {
            Self::Unix { .. } => "",
            Self::Tcp { base_path, .. } => base_path,
        }
    }
}

/// Reads `host`, `host:port`, `[v6]` and `[v6]:port`.
fn host_and_port(authority: &str, default_port: u16) -> Option<(&str, u16)> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?,
        None => authority.find(':').map_or((authority, ""), |at| authority.split_at(at)),
    };
    let port = match port.strip_prefix(':') {
        None if port.is_empty() => default_port,
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits.parse().ok()?,
        _ => return None,
    };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:%".contains(&byte);
    (!host.is_empty() && host.bytes().all(plain)).then_some((host, port))
}

/// The address that the environment names.
pub(crate) fn host_from(variable: impl Fn(&str) -> Option<OsString>) -> Result<String> {
    match variable("DOCKER_HOST").filter(|host| !host.is_empty()) {
        None => Ok(DEFAULT_HOST.to_owned()),
        Some(host) => host
            .into_string()
            .map_err(|host| Error::new(ErrorKind::Config, format!("DOCKER_HOST is not text: {host:?}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tcp(host: &str, port: u16, base_path: &str) -> Endpoint {
        Endpoint::Tcp { host: host.to_owned(), port, base_path: base_path.to_owned() }
    }

    #[test]
    fn addresses() {
        let cases = [
            ("unix:///var/run/docker.sock", Endpoint::Unix { path: "/var/run/docker.sock".to_owned() }),
            ("tcp://localhost", tcp("localhost", 2375, "")),
            ("tcp://10.0.0.1:2000/", tcp("10.0.0.1", 2000, "")),
            ("tcp://[::1]:2000/a/b/", tcp("::1", 2000, "/a/b")),
            ("tcp://[::1]", tcp("::1", 2375, "")),
            ("http://host/engine", tcp("host", 80, "/engine")),
        ];
        for (url, endpoint) in cases {
            assert_eq!(Endpoint::parse(url).unwrap(), endpoint, "{url}");
        }
    }

    #[test]
    fn what_is_no_address() {
        for url in [
            "",
            "/var/run/docker.sock",
            "unix://",
            "tcp://",
            "tcp://:1",
            "tcp://h:",
            "tcp://h:x",
            "tcp://h:+1",
            "tcp://h:70000",
            "tcp://::1:5",
            "tcp://[::1",
            "tcp://[::1]x",
            "tcp://user:password@h:1",
            "tcp://h:1?x",
            "tcp://h:1/#x",
            "tcp://h h:1",
            "fd://3",
            "ftp://h",
        ] {
            let error = Endpoint::parse(url).expect_err(url);
            assert_eq!(error.kind(), ErrorKind::Config);
        }
    }

    #[test]
    fn the_environment() {
        let host = |value: Option<&str>| {
            host_from(|name| (name == "DOCKER_HOST").then(|| value.map(Into::into)).flatten())
        };
        assert_eq!(host(None).unwrap(), DEFAULT_HOST);
        assert_eq!(host(Some("")).unwrap(), DEFAULT_HOST);
        assert_eq!(host(Some("tcp://h:1")).unwrap(), "tcp://h:1");
    }
}
