//! `ssh://[user@]host[:port][/path]`: the parts of the URL, checked so that none of them can be read as an option or as a
//! command by ssh or by the shell of the other machine.

use std::fmt;

use percent_encoding::{percent_decode_str, utf8_percent_encode};

/// Another machine, as ssh is told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SshTarget {
    /// Who logs in there. `None`: as ssh's own configuration says.
    pub user: Option<String>,
    /// A name, an address (IPv6 without brackets) or a `Host` of ssh's configuration.
    pub host: String,
    /// The port of the ssh server. `None`: as ssh's own configuration says.
    pub port: Option<u16>,
    /// The Engine's socket there. `None`: the default of the docker command line there.
    pub socket: Option<String>,
}

impl SshTarget {
    /// Reads what stands after `ssh://`. `Err` says why it cannot be used; never with a password.
    pub(super) fn parse(rest: &str) -> Result<Self, &'static str> {
        if rest.contains(['?', '#']) {
            return Err("queries and fragments have no meaning with ssh");
        }
        let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
        let (user, place) = match authority.rsplit_once('@') {
            Some((user, _)) if user.contains(':') => return Err("ssh is not given passwords: use a key"),
            Some((user, place)) => (Some(decoded(user)?), place),
            None => (None, authority),
        };
        if user.as_deref().is_some_and(|user| !is_plain(user, b"-._+@\\$")) {
            return Err("its user has characters that are not passed to ssh");
        }
        let (host, port) = match place.strip_prefix('[') {
            Some(rest) => rest.split_once(']').ok_or("expected host:port")?,
            None => place.find(':').map_or((place, ""), |at| place.split_at(at)),
        };
        if host.is_empty() {
            return Err("the host is missing");
        }
        if !is_plain(host, b"-._:%") {
            return Err("its host has characters that are not passed to ssh");
        }
        let port = match port.strip_prefix(':') {
            None if port.is_empty() => None,
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                Some(digits.parse().map_err(|_| "expected host:port")?)
            }
            _ => return Err("expected host:port"),
        };
        let socket = match decoded(path)? {
            path if path.trim_end_matches('/').is_empty() => None,
            path if path.chars().any(char::is_control) => return Err("its path has control characters"),
            path => Some(path),
        };
        Ok(Self { user, host: host.to_owned(), port, socket })
    }
}

/// Whether a text has only letters, digits and these, and does not begin as an option does.
fn is_plain(text: &str, others: &[u8]) -> bool {
    !text.is_empty()
        && !text.starts_with('-')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || others.contains(&byte))
}

fn decoded(text: &str) -> Result<String, &'static str> {
    match percent_decode_str(text).decode_utf8() {
        Ok(text) => Ok(text.into_owned()),
        Err(_) => Err("its escapes are not text"),
    }
}

impl fmt::Display for SshTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const PATH: percent_encoding::AsciiSet =
            percent_encoding::CONTROLS.add(b' ').add(b'?').add(b'#').add(b'%');
        f.write_str("ssh://")?;
        if let Some(user) = &self.user {
            write!(f, "{user}@")?;
        }
        if self.host.contains(':') {
            write!(f, "[{}]", self.host)?;
        } else {
            f.write_str(&self.host)?;
        }
        if let Some(port) = self.port {
            write!(f, ":{port}")?;
        }
        write!(f, "{}", utf8_percent_encode(self.socket.as_deref().unwrap_or_default(), &PATH))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets() {
        let same =
            ["h", "me@h", "me@h:22", "[::1]:22", "DOM\\me@h", "h/run/user/1000/docker.sock", "h/a%20b"];
        for rest in same {
            let target = SshTarget::parse(rest).unwrap_or_else(|why| panic!("{rest}: {why}"));
            assert_eq!(target.to_string(), ["ssh://", rest].concat());
        }
        let full = SshTarget::parse("me@h:2222/a%20b").unwrap();
        let expected = SshTarget {
            user: Some("me".to_owned()),
            host: "h".to_owned(),
            port: Some(2222),
            socket: Some("/a b".to_owned()),
        };
        assert_eq!(full, expected);
        assert_eq!(SshTarget::parse("h/").unwrap().socket, None);
    }

    #[test]
    fn what_ssh_is_not_given() {
        let cases = [
            "",
            "@h",
            "me@",
            "-oProxyCommand=x",
            "-h",
            "-l@h",
            "me@-h",
            "%2Dl@h",
            "h;id",
            "h$(id)",
            "a b@h",
            "a`id`@h",
            "me:secret@h",
            "h:x",
            "h:",
            "h:70000",
            "[::1",
            "h?x",
            "h#x",
            "h/a%0ab",
            "h/%ff",
            ":22",
        ];
        for rest in cases {
            let why = SshTarget::parse(rest).expect_err(rest);
            assert!(!why.contains("secret"));
        }
    }
}
