//! Writes down what goes through a transport.
//!
//! The file has one JSON document a line, each an exchange:
//!
//! ```json
//! {"n": 1, "operation": "ContainerLogs",
//!  "request": {"method": "GET", "path": "/v1.51/containers/x/logs?stdout=true", "headers": [["user-agent", "…"]], "body": []},
//!  "response": {"status": 200, "headers": [["content-type", "…"]], "body": ["text", {"base64": "gA=="}], "end": "whole"}}
//! ```
//!
//! `n` counts from the first request on; a line is written when its exchange has ended. Bodies are lists of the pieces
//! that came. `end` is `whole`, `dropped` or an error `{"kind", "message"}`, which stands in place of `response` where there
//! was none. A connection that was handed over has `connection` instead of `body`: a list of `{"received": …}`,
//! `{"sent": …}` and `"closed"`, in their order. A piece that is not UTF-8 is `{"base64": …}`.

use std::fmt;
use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use http::{Request, Response};
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::{operation_of, redact, unversioned};
use crate::body::Source;
use crate::{Body, BoxError, BoxFuture, Error, ErrorKind, Result, Transport, Upgrade, Upgraded};

/// Writes what goes through a transport to a file that people can read and [`Replay`](super::Replay) can answer from.
/// The bodies of an exchange are held in memory until it ends.
///
/// Credentials and what looks like them are replaced before they are written: by `[redacted]`, or, within container output,
/// by asterisks. That is a net, not a
/// proof: read a recording before you share it.
pub struct Recorder<T> {
    transport: T,
    log: Arc<Log>,
}

impl<T: Transport> Recorder<T> {
    /// Records to a new file. What a file of this name held before is gone.
    pub fn create(path: impl AsRef<Path>, transport: T) -> Result<Self> {
        let path = path.as_ref();
        let file = File::create(path).map_err(|error| {
            Error::of_system(ErrorKind::Config, &format!("cannot write {}", path.display()), error)
        })?;
        Ok(Self { transport, log: Arc::new(Log { file: Mutex::new(Some(file)), count: Mutex::new(0) }) })
    }

    /// Checks that everything could be written so far.
    pub fn is_whole(&self) -> bool {
        self.log.file.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }
}

impl<T: fmt::Debug> fmt::Debug for Recorder<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Recorder").field(&self.transport).finish()
    }
}

/// The file, `None` after it could not be written to.
struct Log {
    file: Mutex<Option<File>>,
    count: Mutex<u64>,
}

impl Log {
    fn next(&self) -> u64 {
        let mut count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        *count += 1;
        *count
    }

    fn write(&self, line: &Value) {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = &mut *file
            && open.write_all(format!("{line}\n").as_bytes()).is_err()
        {
            *file = None;
        }
    }
}

impl<T: Transport> Transport for Recorder<T> {
    fn send(&self, request: Request<Body>) -> BoxFuture<'_, Result<Response<Body>>> {
        let exchange = Exchange::new(Arc::clone(&self.log), &request);
        let request = request.map(|body| match body.is_empty() {
            true => body,
            false => Body::source(Listened { body, exchange: exchange.clone(), side: Side::Request }),
        });
        Box::pin(async move {
            let mut response = match self.transport.send(request).await {
                Ok(response) => response,
                Err(error) => {
                    exchange.change(|state| state.end = error_json(error.kind(), error.message()));
                    return Err(error);
                }
            };
            let media_type =
                response.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
            exchange.change(|state| {
                state.head = Some((response.status().as_u16(), headers(response.headers())));
                state.framed =
                    !media_type.starts_with(b"application/json") && !media_type.starts_with(b"text/");
            });
            if let Some(upgraded) = response.extensions().get::<Upgrade>().and_then(Upgrade::take) {
                exchange.change(|state| state.connection = Some(Vec::new()));
                let listened = ListenedIo { io: upgraded, exchange };
                response.extensions_mut().insert(Upgrade::new(Upgraded::new(listened, Bytes::new())));
                return Ok(response);
            }
            if response.body().is_empty() {
                exchange.change(|state| state.end = "whole".into());
                return Ok(response);
            }
            Ok(response.map(|body| Body::source(Listened { body, exchange, side: Side::Response })))
        })
    }
}

/// An exchange that is being listened to. It is written when the last that listens is gone.
#[derive(Clone)]
struct Exchange(Arc<Shared>);

struct Shared {
    log: Arc<Log>,
    state: Mutex<State>,
}

struct State {
    n: u64,
    operation: Option<&'static str>,
    method: String,
    target: String,
    headers: Value,
    sent: Vec<Vec<u8>>,
    head: Option<(u16, Value)>,
    received: Vec<Vec<u8>>,
    /// Whether the answer may have frames with lengths in it.
    framed: bool,
    connection: Option<Vec<Event>>,
    end: Value,
}

enum Event {
    Received(Vec<u8>),
    Sent(Vec<u8>),
    Closed,
}

impl Exchange {
    fn new(log: Arc<Log>, request: &Request<Body>) -> Self {
        let target = request.uri().path_and_query().map_or("", |target| target.as_str());
        let state = State {
            n: log.next(),
            operation: operation_of(request),
            method: request.method().to_string(),
            target: redact::target(target),
            headers: headers(request.headers()),
            sent: Vec::new(),
            head: None,
            received: Vec::new(),
            framed: true,
            connection: None,
            end: "dropped".into(),
        };
        Self(Arc::new(Shared { log, state: Mutex::new(state) }))
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.0.state.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        let path = unversioned(state.target.split('?').next().unwrap_or_default());
        let data = path.starts_with("/secrets/");
        let mut line = json!({
            "n": state.n,
            "request": {
                "method": state.method,
                "path": state.target,
                "headers": state.headers,
                "body": body(&state.sent, data),
            },
        });
        if let Some(operation) = state.operation {
            line["operation"] = operation.into();
        }
        match state.head.take() {
            None => line["error"] = state.end.take(),
            Some((status, headers)) => {
                let mut response = json!({"status": status, "headers": headers, "end": state.end});
                match &state.connection {
                    Some(events) => response["connection"] = events.iter().map(Event::json).collect(),
                    None if state.framed => {
                        response["body"] =
                            state.received.iter().map(|bytes| piece(&redact::masked(bytes))).collect();
                    }
                    None => response["body"] = body(&state.received, false),
                }
                line["response"] = response;
            }
        }
        self.log.write(&line);
    }
}

impl Event {
    fn json(&self) -> Value {
        match self {
            Self::Received(bytes) => json!({"received": piece(&redact::masked(bytes))}),
            Self::Sent(bytes) => json!({"sent": piece(&redact::masked(bytes))}),
            Self::Closed => "closed".into(),
        }
    }
}

pub(super) fn error_json(kind: ErrorKind, message: &str) -> Value {
    json!({"kind": format!("{kind:?}"), "message": message})
}

fn headers(headers: &HeaderMap) -> Value {
    let shown = headers.iter().map(|(name, value)| {
        let value = match redact::is_secret_header(name) {
            true => redact::REDACTED.to_owned(),
            false => String::from_utf8_lossy(value.as_bytes()).into_owned(),
        };
        json!([name.as_str(), value])
    });
    shown.collect()
}

fn body(pieces: &[Vec<u8>], data: bool) -> Value {
    redact::pieces(pieces, data).iter().map(|bytes| piece(bytes)).collect()
}

fn piece(bytes: &[u8]) -> Value {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => json!({"base64": STANDARD.encode(bytes)}),
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Side {
    Request,
    Response,
}

struct Listened {
    body: Body,
    exchange: Exchange,
    side: Side,
}

impl Source for Listened {
    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, BoxError>>> {
        let polled = ready!(self.body.poll_chunk(cx));
        self.exchange.change(|state| match &polled {
            Some(Ok(bytes)) if self.side == Side::Request => state.sent.push(bytes.to_vec()),
            Some(Ok(bytes)) => {
                state.received.push(bytes.to_vec());
                // A reader that knows the length does not ask for the end.
                if self.body.is_empty() {
                    state.end = "whole".into();
                }
            }
            _ if self.side == Side::Request => {}
            Some(Err(error)) => {
                let (kind, message) = match error.downcast_ref::<Error>() {
                    Some(error) => (error.kind(), error.message().to_owned()),
                    None => (ErrorKind::Transport, error.to_string()),
                };
                state.end = error_json(kind, &message);
            }
            None => state.end = "whole".into(),
        });
        Poll::Ready(polled)
    }

    fn left(&self) -> Option<u64> {
        self.body.len()
    }
}

struct ListenedIo {
    io: Upgraded,
    exchange: Exchange,
}

impl ListenedIo {
    fn note(&self, event: Event) {
        self.exchange.change(|state| state.connection.get_or_insert_default().push(event));
    }
}

impl AsyncRead for ListenedIo {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = ready!(Pin::new(&mut self.io).poll_read(cx, buffer));
        match buffer.filled()[before..].to_vec() {
            _ if read.is_err() => {}
            bytes if bytes.is_empty() => self.exchange.change(|state| state.end = "whole".into()),
            bytes => self.note(Event::Received(bytes)),
        }
        Poll::Ready(read)
    }
}

impl AsyncWrite for ListenedIo {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.io).poll_write(cx, bytes))?;
        if written > 0 {
            self.note(Event::Sent(bytes[..written].to_vec()));
        }
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.io).poll_shutdown(cx))?;
        self.note(Event::Closed);
        Poll::Ready(Ok(()))
    }
}
