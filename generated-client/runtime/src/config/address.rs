//! Addresses as the docker command line reads them (`opts/hosts.go` of docker/cli): a scheme, or a path, or a host.

use std::fmt;
use std::path::PathBuf;

use super::SshTarget;
use crate::{Error, ErrorKind, Result};

const DEFAULT_SOCKET: &str = "/var/run/docker.sock";
const DEFAULT_PIPE: &str = "//./pipe/docker_engine";
const DEFAULT_NAME: &str = "localhost";

/// The port of an Engine when an address names none, with TLS or without.
const DEFAULT_PORT: u16 = 2375;

/// The port of an Engine with TLS, where no address is given at all.
const DEFAULT_TLS_PORT: u16 = 2376;

/// Where an Engine is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// A unix socket.
    Unix {
        /// Its path.
        path: PathBuf,
    },
    /// A named pipe of Windows.
    NamedPipe {
        /// Its path, with slashes: `//./pipe/docker_engine`.
        path: String,
    },
    /// A port.
    Tcp {
        /// A name or an address; IPv6 without brackets.
        host: String,
        /// The port.
        port: u16,
    },
    /// Another machine, through ssh.
    Ssh {
        /// Which machine, and as whom.
        target: SshTarget,
    },
}

impl Address {
    /// Where an Engine listens when nothing is said.
    pub(super) fn default_of(tls: bool) -> Self {
        if tls {
            return Self::Tcp { host: DEFAULT_NAME.to_owned(), port: DEFAULT_TLS_PORT };
        }
        if cfg!(windows) {
            return Self::NamedPipe { path: DEFAULT_PIPE.to_owned() };
        }
        Self::Unix { path: DEFAULT_SOCKET.into() }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix { path } => write!(f, "unix://{}", path.display()),
            Self::NamedPipe { path } => write!(f, "npipe://{path}"),
            Self::Tcp { host, port } if host.contains(':') => write!(f, "tcp://[{host}]:{port}"),
            Self::Tcp { host, port } => write!(f, "tcp://{host}:{port}"),
            Self::Ssh { target } => target.fmt(f),
        }
    }
}

/// Reads an address and the path after it.
pub(super) fn parse(url: &str) -> Result<(Address, String)> {
    let (scheme, rest) = match url.split_once("://") {
        Some(parts) => parts,
        None if url.starts_with('/') || url.starts_with("./") => ("unix", url),
        None if url.is_empty() => return Err(refused(url, "it is empty")),
        None => ("tcp", url),
    };
    let or_default = |default: &str| if rest.is_empty() { default.to_owned() } else { rest.to_owned() };
    let plain = |address| Ok((address, String::new()));
    match scheme {
        "unix" => plain(Address::Unix { path: or_default(DEFAULT_SOCKET).into() }),
        "npipe" => plain(Address::NamedPipe { path: or_default(DEFAULT_PIPE) }),
        "ssh" => plain(Address::Ssh { target: SshTarget::parse(rest).map_err(|why| refused(url, why))? }),
        "tcp" => tcp(url, rest, DEFAULT_PORT),
        "http" => tcp(url, rest, 80),
        "https" => tcp(url, rest, 443),
        _ => Err(refused(url, "known schemes are unix, npipe, tcp, http, https and ssh")),
    }
}

fn tcp(url: &str, rest: &str, default_port: u16) -> Result<(Address, String)> {
    let (authority, base_path) = rest.split_once('/').unwrap_or((rest, ""));
    if authority.contains('@') || rest.contains(['?', '#']) {
        return Err(refused(url, "users, queries and fragments are not sent"));
    }
    let Some((host, port)) = host_and_port(authority, default_port) else {
        return Err(refused(url, "expected host:port"));
    };
    let base_path = base_path.trim_end_matches('/');
    if base_path.bytes().any(|byte| !byte.is_ascii_graphic()) {
        return Err(refused(url, "its path has characters that cannot be sent"));
    }
    let base_path = if base_path.is_empty() { String::new() } else { format!("/{base_path}") };
    Ok((Address::Tcp { host: host.to_owned(), port }, base_path))
}

/// Reads `host`, `host:port`, `[v6]` and `[v6]:port`, where either part may be missing.
fn host_and_port(authority: &str, default_port: u16) -> Option<(&str, u16)> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?,
        None => authority.find(':').map_or((authority, ""), |at| authority.split_at(at)),
    };
    let port = match port.strip_prefix(':') {
        None if !port.is_empty() => return None,
        None | Some("") => default_port,
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits.parse().ok()?,
        Some(_) => return None,
    };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:%".contains(&byte);
    let host = if host.is_empty() { DEFAULT_NAME } else { host };
    host.bytes().all(plain).then_some((host, port))
}

fn refused(url: &str, why: &str) -> Error {
    // A password may stand before the host.
    let shown = url.rsplit_once('@').map_or(url, |(_, rest)| rest);
    Error::new(ErrorKind::Config, format!("{shown:?} is not the address of an Engine: {why}"))
        .with_hint("write it like unix:///var/run/docker.sock, tcp://host:2375 or ssh://user@host")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(url: &str) -> String {
        let (address, base_path) = parse(url).unwrap_or_else(|error| panic!("{url}: {error}"));
        format!("{address}{base_path}")
    }

    #[test]
    fn addresses() {
        let cases = [
            ("unix:///run/user/1000/docker.sock", "unix:///run/user/1000/docker.sock"),
            ("unix://", "unix:///var/run/docker.sock"),
            ("/run/docker.sock", "unix:///run/docker.sock"),
            ("./docker.sock", "unix://./docker.sock"),
            ("npipe:////./pipe/other", "npipe:////./pipe/other"),
            ("npipe://", "npipe:////./pipe/docker_engine"),
            ("tcp://", "tcp://localhost:2375"),
            ("tcp://:2000", "tcp://localhost:2000"),
            ("tcp://host", "tcp://host:2375"),
            ("tcp://host:", "tcp://host:2375"),
            ("host:2376", "tcp://host:2376"),
            ("10.0.0.1", "tcp://10.0.0.1:2375"),
            ("tcp://10.0.0.1:2000/", "tcp://10.0.0.1:2000"),
            ("tcp://[::1]:2000/a/b/", "tcp://[::1]:2000/a/b"),
            ("tcp://[::1]", "tcp://[::1]:2375"),
            ("http://host/engine", "tcp://host:80/engine"),
            ("https://host", "tcp://host:443"),
            ("ssh://me@host:22", "ssh://me@host:22"),
        ];
        for (url, expected) in cases {
            assert_eq!(shown(url), expected, "{url}");
        }
    }

    #[test]
    fn what_is_no_address() {
        let cases = [
            "",
            "tcp://h:x",
            "tcp://h:+1",
            "tcp://h:70000",
            "tcp://::1:5",
            "tcp://[::1",
            "tcp://[::1]x",
            "tcp://h:1?x",
            "tcp://h:1/#x",
            "tcp://h h:1",
            "tcp://h:1/ä",
            "fd://3",
            "ftp://h",
            "ssh://",
        ];
        for url in cases {
            let error = parse(url).expect_err(url);
            assert_eq!(error.kind(), ErrorKind::Config);
        }
        let error = parse("tcp://user:password@h:1").unwrap_err();
        assert!(!format!("{error} {error:?}").contains("password"), "{error}");
    }
}
