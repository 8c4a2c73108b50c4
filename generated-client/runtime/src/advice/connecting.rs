//! Why there is no connection: the socket, the port, the name, TLS.

use std::error::Error as StdError;
use std::io;
#[cfg(feature = "hyper")]
use std::time::Duration;

use super::{chain, reason, with_reason};
use crate::{BoxError, Error, ErrorKind};

/// Why something failed, and what to try.
type Trouble = (&'static str, &'static str);

const START: &str = "start the Engine, or give the address where it listens (DOCKER_HOST)";
const PORT: &str =
    "check the host and the port, and that the Engine listens there (`dockerd --host` says where it does)";
const NETWORK: &str = "check the address, the network and firewalls on the way";
#[cfg(unix)]
const MEMBER: &str = "be root or a member of the group that the socket belongs to: `sudo usermod -aG docker $USER` and a new login";
#[cfg(not(unix))]
const MEMBER: &str = "be a member of the group docker-users";
#[cfg(feature = "tls")]
const WANTS_NO_TLS: &str =
    "a port with TLS is usually 2376; to speak without, unset DOCKER_TLS_VERIFY and DOCKER_TLS";

/// No connection. A cause that is one of our errors already stays as it is.
pub(crate) fn unreachable(address: &str, cause: BoxError) -> Error {
    let cause = match cause.downcast::<io::Error>() {
        Ok(error) => match error.downcast::<Error>() {
            Ok(error) => return error,
            Err(error) => error.into(),
        },
        Err(cause) => cause,
    };
    let what = format!("cannot connect to {address}");
    let error = match tls(&*cause).or_else(|| connecting(address, &*cause)) {
        Some((why, hint)) => Error::new(ErrorKind::Connect, format!("{what}: {why}")).with_hint(hint),
        None => Error::new(ErrorKind::Connect, with_reason(&what, &*cause)),
    };
    error.with_source(cause)
}

/// No connection in time.
#[cfg(feature = "hyper")]
pub(crate) fn too_slow(address: &str, limit: Duration, cause: io::Error) -> Error {
    let message = format!("cannot connect to {address}: no connection within {limit:?}");
    Error::new(ErrorKind::Connect, message).with_hint(NETWORK).with_source(cause)
}

/// No connection, because the host's name leads nowhere.
#[cfg(feature = "hyper")]
pub(crate) fn unresolved(address: &str, cause: io::Error) -> io::Error {
    let (why, hint) = UNRESOLVED;
    let message = format!("cannot connect to {address}: {why}");
    io::Error::other(Error::new(ErrorKind::Connect, message).with_hint(hint).with_source(cause))
}

const UNRESOLVED: Trouble = ("its name cannot be resolved", "check the host's name (DOCKER_HOST)");

fn connecting(address: &str, cause: &(dyn StdError + 'static)) -> Option<Trouble> {
    use io::ErrorKind::*;
    let local = address.starts_with("unix:") || address.starts_with("npipe:");
    chain(cause).find_map(|error| {
        // reqwest's word, which has no type that can be named.
        if error.to_string() == "dns error" {
            return Some(UNRESOLVED);
        }
        let error = error.downcast_ref::<io::Error>()?;
        Some(match error.kind() {
            NotFound if local => ("there is no such socket", START),
            ConnectionRefused if local => ("nothing listens there", START),
            PermissionDenied if local => ("permission denied", MEMBER),
            ConnectionRefused => ("nothing listens there", PORT),
            TimedOut | HostUnreachable | NetworkUnreachable => (reason(error)?, NETWORK),
            _ => return None,
        })
    })
}

/// What is wrong between two sides of which at least one speaks TLS.
#[cfg(feature = "tls")]
pub(crate) fn tls(cause: &(dyn StdError + 'static)) -> Option<Trouble> {
    use tokio_rustls::rustls::{AlertDescription as Alert, CertificateError, Error};
    let hung_up = |error: &io::Error| {
        error.kind() == io::ErrorKind::UnexpectedEof && error.to_string() == "tls handshake eof"
    };
    chain(cause).find_map(|error| {
        if error.downcast_ref().is_some_and(hung_up) {
            return Some(("it hung up when TLS was to begin", WANTS_NO_TLS));
        }
        Some(match error.downcast_ref::<Error>()? {
            Error::InvalidMessage(_) => ("what listens there does not speak TLS", WANTS_NO_TLS),
            Error::InvalidCertificate(CertificateError::UnknownIssuer) => (
                "nobody who is trusted has signed its certificate",
                "trust who has: with ca.pem in DOCKER_CERT_PATH, or `Tls::ca_file`",
            ),
            Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            ) => ("its certificate is for another name", "use a name that the certificate has"),
            Error::InvalidCertificate(
                CertificateError::Expired
                | CertificateError::ExpiredContext { .. }
                | CertificateError::NotValidYet
                | CertificateError::NotValidYetContext { .. },
            ) => (
                "its certificate is not valid at this time",
                "renew it, or set the clock of this machine right",
            ),
            Error::AlertReceived(
                Alert::CertificateRequired
                | Alert::BadCertificate
                | Alert::UnknownCA
                | Alert::CertificateUnknown
                | Alert::CertificateExpired
                | Alert::CertificateRevoked
                | Alert::UnsupportedCertificate
                | Alert::AccessDenied,
            ) => (
                "it wants a certificate of its clients, and this one has none that it takes",
                "show one: with cert.pem and key.pem in DOCKER_CERT_PATH, or `Tls::identity_files`",
            ),
            _ => return None,
        })
    })
}

#[cfg(not(feature = "tls"))]
pub(crate) fn tls(_: &(dyn StdError + 'static)) -> Option<Trouble> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_ours_stays_what_it_is() {
        let own = Error::new(ErrorKind::Timeout, "too late");
        let error = unreachable("tcp://h:1", io::Error::other(own).into());
        assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Timeout, "too late"));
    }
}
