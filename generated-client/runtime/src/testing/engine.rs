//! An Engine that answers from a script.

use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::{HeaderMap, Method, Request};
use serde_json::Value;

use super::when::pairs;
use super::{Reply, When, operation_of, unversioned};
use crate::{ApiVersion, Body, BoxFuture, Error, ErrorKind, Result, Transport};

/// An Engine that gives the answers of a script. Clones are the same Engine: one goes to the client, one stays with
/// the test.
///
/// Each line of the script ([`on`](Self::on)) answers once, unless it [always](Self::always) does; of several that are
/// meant, the first that is left answers. The ping by which a client agrees on a version is answered without being in
/// the script.
#[derive(Clone, Default)]
pub struct Engine {
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    version: Option<ApiVersion>,
    lines: Vec<Line>,
    seen: Vec<Seen>,
    unexpected: Vec<String>,
}

struct Line {
    when: When,
    reply: Reply,
    always: bool,
    given: usize,
}

impl Line {
    fn is_left(&self) -> bool {
        self.always || self.given == 0
    }
}

/// A request that reached the Engine.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The operation's id, if the request is of one.
    pub operation: Option<&'static str>,
    /// The method.
    pub method: Method,
    /// The path, with the version that precedes it.
    pub path: String,
    /// The decoded pairs of the query.
    pub query: Vec<(String, String)>,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Seen {
    fn of(request: &Request<Bytes>) -> Self {
        Self {
            operation: operation_of(request),
            method: request.method().clone(),
            path: request.uri().path().to_owned(),
            query: pairs(request.uri().query().unwrap_or_default()),
            headers: request.headers().clone(),
            body: request.body().clone(),
        }
    }

    /// The value of a query parameter.
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON; `Null` if it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)?;
        for (index, (name, value)) in self.query.iter().enumerate() {
            write!(f, "{}{name}={value}", if index == 0 { '?' } else { '&' })?;
        }
        self.operation.map_or(Ok(()), |operation| write!(f, " ({operation})"))
    }
}

impl Engine {
    /// An Engine with an empty script. It does not say which API versions it knows, so a client speaks its newest.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same Engine, which says that this is its newest API version.
    pub fn with_version(self, version: ApiVersion) -> Self {
        self.state().version = Some(version);
        self
    }

    /// Answers one such request with this reply.
    pub fn on(self, when: When, reply: impl Into<Reply>) -> Self {
        self.add(when, reply.into(), false)
    }

    /// Answers any number of such requests, none included, with this reply.
    pub fn always(self, when: When, reply: impl Into<Reply>) -> Self {
        self.add(when, reply.into(), true)
    }

    fn add(self, when: When, reply: Reply, always: bool) -> Self {
        self.state().lines.push(Line { when, reply, always, given: 0 });
        self
    }

    /// The requests so far, without the pings that the script does not have.
    pub fn requests(&self) -> Vec<Seen> {
        self.state().seen.clone()
    }

    /// Checks that every line of the script was used and that nothing else was asked. The error lists what was not so.
    pub fn verify(&self) -> Result<()> {
        let state = self.state();
        let mut message = String::new();
        for line in state.lines.iter().filter(|line| !line.always && line.given == 0) {
            let _ = write!(message, "\n  never asked: {}", line.when);
        }
        for unexpected in &state.unexpected {
            let _ = write!(message, "\n  not in the script: {unexpected}");
        }
        if message.is_empty() {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Request, format!("the script was not followed:{message}")))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn reply_to(&self, request: &Request<Bytes>) -> Result<Reply> {
        let mut state = self.state();
        let seen = Seen::of(request);
        let mut near = Vec::new();
        let mut chosen = None;
        for (index, line) in state.lines.iter().enumerate().filter(|(_, line)| line.is_left()) {
            match line.when.is_met_by(request) {
                Ok(true) => {
                    chosen = Some(index);
                    break;
                }
                Ok(false) => {}
                Err(why) => near.push((index, why)),
            }
        }
        if let Some(index) = chosen {
            state.seen.push(seen);
            let line = &mut state.lines[index];
            line.given += 1;
            return Ok(line.reply.clone());
        }
        let is_ping = seen.path.ends_with("/_ping") && unversioned(&seen.path) == seen.path;
        if is_ping && near.is_empty() {
            let ping = Reply::text("OK");
            return Ok(match state.version {
                Some(version) => ping.header("Api-Version", &version.to_string()),
                None => ping,
            });
        }
        let mut message = format!("the script has no answer for {seen}; it expects");
        for (index, line) in state.lines.iter().enumerate().filter(|(_, line)| line.is_left()) {
            let _ = write!(message, "\n  {}", line.when);
            if let Some((_, why)) = near.iter().find(|(near, _)| *near == index) {
                let _ = write!(message, ", but {why}");
            }
        }
        if !state.lines.iter().any(Line::is_left) {
            message += " nothing more";
        }
        state.unexpected.push(seen.to_string());
        state.seen.push(seen);
        Err(Error::new(ErrorKind::Transport, message))
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("lines", &self.state().lines.len()).finish()
    }
}

impl Transport for Engine {
    fn send(&self, request: Request<Body>) -> BoxFuture<'_, Result<http::Response<Body>>> {
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let body = body.collect().await.map_err(|error| {
                Error::new(ErrorKind::Request, "the request's body failed").with_source(error)
            })?;
            let request = Request::from_parts(head, body);
            let reply = self.reply_to(&request)?;
            reply.answer(request.method() == Method::HEAD).await
        })
    }
}
