//! Our words for the failures that people meet first, and what to try: of the system, of TLS, and those that an Engine tells of.
//!
//! What is not known here is told as it came. A hint never replaces what somebody said: it stands after it.

use std::error::Error as StdError;
use std::io;

#[cfg(any(feature = "hyper", feature = "reqwest"))]
mod connecting;

#[cfg(any(feature = "hyper", feature = "reqwest"))]
pub(crate) use connecting::{tls, unreachable};
#[cfg(feature = "hyper")]
pub(crate) use connecting::{too_slow, unresolved};

/// The Engine's port with TLS, spoken to without.
pub(crate) const WANTS_TLS: &str =
    "a port with TLS, usually 2376, wants DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH, or `Endpoint::with_tls`";
/// What the system said, in our words.
pub(crate) fn reason(error: &io::Error) -> Option<&'static str> {
    use io::ErrorKind::*;
    Some(match error.kind() {
        NotFound => "it is not there",
        PermissionDenied => "permission denied",
        ConnectionRefused => "nothing listens there",
        ConnectionReset | ConnectionAborted | BrokenPipe => "the other side hung up",
        HostUnreachable | NetworkUnreachable | NetworkDown => "no way leads there",
        NotADirectory => "it is not a directory",
        IsADirectory => "it is a directory",
        ReadOnlyFilesystem => "it can only be read",
        StorageFull => "no space is left there",
        QuotaExceeded => "the quota is used up",
        TimedOut => "it took too long",
        _ => return None,
    })
}

/// A sentence, with the first reason that is known behind this error.
pub(crate) fn with_reason(what: &str, error: &(dyn StdError + 'static)) -> String {
    let known = chain(error).find_map(|error| reason(error.downcast_ref()?));
    known.map_or_else(|| what.to_owned(), |why| format!("{what}: {why}"))
}

/// An error and what stands behind it, also what an `io::Error` holds but does not call its source.
fn chain<'e>(
    error: &'e (dyn StdError + 'static),
) -> impl Iterator<Item = &'e (dyn StdError + 'static)> + use<'e> {
    std::iter::successors(Some(error), |&error: &&'e (dyn StdError + 'static)| {
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(held) => Some(held as _),
            None => error.source(),
        }
    })
}

/// Words of Engines, in lower case, and what to try. The first row that fits is told.
struct Saying {
    /// Only of this operation.
    operation: Option<&'static str>,
    words: &'static str,
    hint: &'static str,
}

const fn saying(words: &'static str, hint: &'static str) -> Saying {
    Saying { operation: None, words, hint }
}

const CREDENTIALS: &str = "check the user and the password, and that this user may do this at the registry";
const REGISTRY_NETWORK: &str =
    "the Engine itself cannot reach the registry: check its network, its name servers and its proxy";

/// As Engines 20.10, 26.1 and 28.5 say it, and registries through them.
const SAYINGS: [Saying; 19] = [
    Saying {
        operation: Some("ContainerCreate"),
        words: "no such image",
        hint: "pull the image first, or check its name",
    },
    saying("port is already allocated", "give another port of the host, or stop what has this one"),
    saying("address already in use", "give another port of the host, or stop what has this one"),
    saying("client sent an http request to an https server", WANTS_TLS),
    saying("no basic auth credentials", "give credentials for this registry"),
    saying("pull access denied", "check the image's name, or give credentials if it is private"),
    saying("requested access to the resource is denied", CREDENTIALS),
    saying("authentication required", CREDENTIALS),
    saying("incorrect username or password", CREDENTIALS),
    saying("failed with status: 401", CREDENTIALS),
    saying("manifest unknown", "check the image's name and its tag"),
    saying(
        "server gave http response to https client",
        "name the registry under insecure-registries in the Engine's daemon.json, or give it a certificate",
    ),
    saying(
        "x509: certificate signed by unknown authority",
        "give the Engine the registry's ca.crt in /etc/docker/certs.d/HOST:PORT",
    ),
    saying("dial tcp: lookup", REGISTRY_NETWORK),
    saying("network is unreachable", REGISTRY_NETWORK),
    saying("i/o timeout", REGISTRY_NETWORK),
    saying(
        "no space left on device",
        "make room on the Engine's machine: remove containers, images and volumes that nobody uses",
    ),
    saying(
        "executable file not found",
        "check the command: the image must have the program, and a shell's own words need `sh -c`",
    ),
    saying("exec format error", "use an image for the platform of the Engine's machine"),
];

/// What to try when an Engine says this.
pub(crate) fn of_engine(operation: Option<&str>, message: &str) -> Option<&'static str> {
    let message = message.to_lowercase();
    let fits = |saying: &&Saying| {
        message.contains(saying.words) && (saying.operation.is_none() || saying.operation == operation)
    };
    SAYINGS.iter().find(fits).map(|saying| saying.hint)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Error, ErrorKind};

    #[test]
    fn what_an_io_error_holds_is_looked_at() {
        let inner = io::Error::from(io::ErrorKind::ConnectionReset);
        let outer = io::Error::other(Error::new(ErrorKind::Transport, "x").with_source(inner));
        assert_eq!(
            with_reason("the connection broke", &outer),
            "the connection broke: the other side hung up"
        );
        assert_eq!(with_reason("so", &io::Error::other("what")), "so");
    }

    #[test]
    fn sayings_are_found_whatever_stands_around_them() {
        for saying in &SAYINGS {
            assert_eq!(saying.words, saying.words.to_lowercase());
            let said = format!("Some words: {}: and more.", saying.words.to_uppercase());
            assert_eq!(of_engine(saying.operation, &said), Some(saying.hint), "{said}");
        }
        assert_eq!(of_engine(Some("ImageInspect"), "No such image: x"), None);
        assert_eq!(of_engine(None, "all is well"), None);
    }
}
