//! The one error type. It says what was asked (operation, method, path), what went wrong and what to try, in a sentence;
//! never a query, a header or a body, because those may hold secrets.
//!
//! What another crate or the system said is not in the sentence but behind it, as [`source`](StdError::source): reporters
//! that print the chain show each thing once. `{error:#}` prints the chain in one line.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::io;

use http::{Method, StatusCode};

use crate::{OperationMeta, advice};

/// A result with the runtime's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Any error of another crate.
pub type BoxError = Box<dyn StdError + Send + Sync>;

/// What went wrong between the caller and the Engine.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: String,
    status: Option<StatusCode>,
    code: Option<i64>,
    call: Option<Call>,
    hint: Option<Cow<'static, str>>,
    source: Option<BoxError>,
}

/// Kinds of [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The environment, a file or a URL that says how to reach the Engine cannot be used.
    Config,
    /// A file or a directory of this machine that is to be copied, or copied to, cannot be read or written.
    File,
    /// An argument cannot be sent: an empty id, a line break in a header.
    Request,
    /// The API version in use lacks the operation or a parameter.
    Version,
    /// No connection to the Engine.
    Connect,
    /// The connection broke.
    Transport,
    /// A time limit passed.
    Timeout,
    /// The Engine answered with an error status.
    Status,
    /// The Engine told of an error within a stream.
    Stream,
    /// The answer is not what the API says.
    Decode,
    /// The answer ended in the middle of a value.
    Truncated,
    /// The answer, or one value of a stream, is larger than the limit.
    TooLarge,
}

/// Which request an answer belongs to.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) operation: &'static str,
    pub(crate) method: Method,
    pub(crate) path: String,
}

impl Call {
    pub(crate) fn new(meta: &OperationMeta, path: &str) -> Self {
        Self { operation: meta.id, method: meta.method.clone(), path: path.to_owned() }
    }
}

impl Error {
    /// An error of this kind. Transports make errors with this.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            status: None,
            code: None,
            call: None,
            hint: None,
            source: None,
        }))
    }

    /// An error of this kind that the system made. What it said is the cause; the sentence ends with our words for it.
    pub(crate) fn of_system(kind: ErrorKind, what: &str, error: io::Error) -> Self {
        let message = advice::reason(&error).map_or_else(|| what.to_owned(), |why| format!("{what}: {why}"));
        Self::new(kind, message).with_source(error)
    }

    /// Adds what to try, half a sentence: `start the Engine`.
    pub fn with_hint(mut self, hint: impl Into<Cow<'static, str>>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// Adds the cause.
    pub fn with_source(mut self, source: impl Into<BoxError>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    pub(crate) fn with_code(mut self, code: Option<i64>) -> Self {
        self.0.code = code;
        self
    }

    /// Adds the request, unless it is known already.
    pub(crate) fn with_call(mut self, call: Option<&Call>) -> Self {
        if self.0.call.is_none() {
            self.0.call = call.cloned();
        }
        self
    }

    /// Adds what to try where the Engine's words tell it. For errors whose request is known.
    pub(crate) fn advised(mut self) -> Self {
        if self.0.hint.is_none() && matches!(self.0.kind, ErrorKind::Status | ErrorKind::Stream) {
            self.0.hint = advice::of_engine(self.operation(), &self.0.message).map(Cow::Borrowed);
        }
        self
    }

    /// The same, told as a part of something else.
    pub(crate) fn within(mut self, what: &str) -> Self {
        self.0.message = format!("{what}: {}", self.0.message);
        self
    }

    pub(crate) fn call(&self) -> Option<&Call> {
        self.0.call.as_ref()
    }

    pub(crate) fn from_status(status: StatusCode, message: String) -> Self {
        let mut error = Self::new(ErrorKind::Status, message);
        error.0.status = Some(status);
        error
    }

    /// A body or a connection that failed on the way. An [`Error`] in it is kept as it is.
    pub(crate) fn from_body(source: BoxError) -> Self {
        let broken = |source: BoxError| {
            let message = advice::with_reason("the connection broke", &*source);
            Self::new(ErrorKind::Transport, message).with_source(source)
        };
        match source.downcast::<Self>() {
            Ok(error) => *error,
            // What is read as an `AsyncRead` can only give its errors in this way.
            Err(source) => match source.downcast::<io::Error>() {
                Ok(error) => error.downcast::<Self>().unwrap_or_else(|error| broken(error.into())),
                Err(source) => broken(source),
            },
        }
    }

    /// What kind of error it is.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The status that the Engine answered with, if it is what made the error.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// The code of an error within a stream, such as the exit code of a failed build step.
    pub fn code(&self) -> Option<i64> {
        self.0.code
    }

    /// The Engine's words for [`ErrorKind::Status`] and [`ErrorKind::Stream`], otherwise ours.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// What to try, where that can be told from what happened.
    pub fn hint(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    /// The operation's id: `ContainerStart`.
    pub fn operation(&self) -> Option<&str> {
        self.0.call.as_ref().map(|call| call.operation)
    }

    /// The HTTP method of the request.
    pub fn method(&self) -> Option<&Method> {
        self.0.call.as_ref().map(|call| &call.method)
    }

    /// The path of the request, without its query.
    pub fn path(&self) -> Option<&str> {
        self.0.call.as_ref().map(|call| call.path.as_str())
    }

    /// 304: what was asked is so already.
    pub fn is_not_modified(&self) -> bool {
        self.has_status(StatusCode::NOT_MODIFIED)
    }

    /// 400: the Engine does not understand a parameter.
    pub fn is_bad_request(&self) -> bool {
        self.has_status(StatusCode::BAD_REQUEST)
    }

    /// 401: credentials are missing or wrong.
    pub fn is_unauthorized(&self) -> bool {
        self.has_status(StatusCode::UNAUTHORIZED)
    }

    /// 403: not allowed, such as deleting a network in use.
    pub fn is_forbidden(&self) -> bool {
        self.has_status(StatusCode::FORBIDDEN)
    }

    /// 404: no such container, image, …
    pub fn is_not_found(&self) -> bool {
        self.has_status(StatusCode::NOT_FOUND)
    }

    /// 409: a name is taken, a container is in the wrong state, …
    pub fn is_conflict(&self) -> bool {
        self.has_status(StatusCode::CONFLICT)
    }

    /// 5xx: the Engine failed.
    pub fn is_server_error(&self) -> bool {
        self.0.status.is_some_and(|status| status.is_server_error())
    }

    /// There was no connection: nothing was sent.
    pub fn is_connect(&self) -> bool {
        self.0.kind == ErrorKind::Connect
    }

    /// A time limit passed, also that for making a connection.
    pub fn is_timeout(&self) -> bool {
        let timed_out = |error: &io::Error| error.kind() == io::ErrorKind::TimedOut;
        let source = self.0.source.as_ref().and_then(|source| source.downcast_ref());
        self.0.kind == ErrorKind::Timeout || source.is_some_and(timed_out)
    }

    fn has_status(&self, status: StatusCode) -> bool {
        self.0.status == Some(status)
    }
}

impl fmt::Display for Error {
    /// The operation, the request, what went wrong and what to try, on one line; with `#` the causes too.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(call) = &self.0.call {
            write!(f, "{}: {} {}: ", call.operation, call.method, call.path)?;
        }
        if let Some(status) = self.0.status {
            write!(f, "{status}")?;
            if !self.0.message.is_empty() {
                f.write_str(": ")?;
            }
        }
        let hint = self.hint();
        f.write_str(if hint.is_some() { self.0.message.trim_end_matches('.') } else { &self.0.message })?;
        if f.alternate() {
            let mut cause = self.source();
            while let Some(error) = cause {
                write!(f, ": {error}")?;
                cause = error.source();
            }
        }
        hint.map_or(Ok(()), |hint| write!(f, "; {hint}"))
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = f.debug_struct("Error");
        text.field("kind", &self.0.kind);
        if let Some(call) = &self.0.call {
            text.field("operation", &call.operation).field("method", &call.method).field("path", &call.path);
        }
        if let Some(status) = self.0.status {
            text.field("status", &status.as_u16());
        }
        text.field("message", &self.0.message);
        if let Some(hint) = &self.0.hint {
            text.field("hint", hint);
        }
        if let Some(source) = &self.0.source {
            text.field("source", source);
        }
        text.finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_small_and_can_travel() {
        fn travels<T: Send + Sync + 'static>() {}
        travels::<Error>();
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }

    #[test]
    fn says_it_in_one_line() {
        let call = Call {
            operation: "ContainerStart",
            method: Method::POST,
            path: "/v1.51/containers/x/start".to_owned(),
        };
        let error = Error::from_status(StatusCode::NOT_FOUND, "No such container: x".to_owned())
            .with_call(Some(&call));
        assert_eq!(
            error.to_string(),
            "ContainerStart: POST /v1.51/containers/x/start: 404 Not Found: No such container: x"
        );
        assert!(error.is_not_found() && !error.is_conflict());

        let error = Error::new(ErrorKind::Stream, "It is full.").with_hint("make room");
        assert_eq!(error.to_string(), "It is full; make room");
    }

    #[test]
    fn what_others_said_stands_behind_it_and_is_said_once() {
        let refused = io::Error::new(io::ErrorKind::ConnectionRefused, "refused");
        let error = Error::of_system(ErrorKind::Connect, "cannot connect to tcp://h:1", refused);
        assert!(error.is_connect() && error.source().is_some_and(|source| source.is::<io::Error>()));
        let error = error.with_hint("check the port");
        assert_eq!(error.to_string(), "cannot connect to tcp://h:1: nothing listens there; check the port");
        assert_eq!(
            format!("{error:#}"),
            "cannot connect to tcp://h:1: nothing listens there: refused; check the port"
        );
    }
}
