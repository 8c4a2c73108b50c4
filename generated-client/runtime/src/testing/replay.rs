//! Answers from what a [`Recorder`](super::Recorder) has written.

use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures_core::Stream;
use http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use serde_json::Value;

use super::peer::{self, Peer};
use super::{redact, unversioned};
use crate::{Body, BoxError, BoxFuture, Error, ErrorKind, Result, Transport, Upgrade};

/// Answers requests as a recording says: of each method, path and query, the first recorded exchange is the answer to the
/// first request, and so on. The API version in a path makes no difference. Bodies come in the pieces that were recorded;
/// a stream that was dropped while it was recorded ends, there, as one that was cut off.
#[derive(Clone)]
pub struct Replay {
    exchanges: Arc<Mutex<Vec<Exchange>>>,
}

struct Exchange {
    n: u64,
    key: String,
    answer: Answer,
    used: bool,
}

#[derive(Clone)]
enum Answer {
    Failure(Failure),
    Response { status: StatusCode, headers: Vec<(HeaderName, HeaderValue)>, content: Content },
}

#[derive(Clone)]
struct Failure {
    kind: ErrorKind,
    message: String,
}

#[derive(Clone)]
enum Content {
    Body(Vec<Bytes>, Option<Failure>),
    Connection(Vec<Event>),
}

#[derive(Clone)]
enum Event {
    Received(Bytes),
    Sent(usize),
    Closed,
}

impl Failure {
    fn error(self) -> Error {
        Error::new(self.kind, self.message)
    }
}

impl Replay {
    /// Reads a recording.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let unreadable = || format!("cannot read {}", path.display());
        let text = std::fs::read_to_string(path)
            .map_err(|error| Error::of_system(ErrorKind::Config, &unreadable(), error))?;
        Self::parse(&text)
            .map_err(|error| Error::new(ErrorKind::Config, format!("{}: {}", unreadable(), error.message())))
    }

    /// Reads the text of a recording: JSON documents one after the other, on one line each or on many.
    pub fn parse(text: &str) -> Result<Self> {
        let mut exchanges = Vec::new();
        for (index, document) in serde_json::Deserializer::from_str(text).into_iter::<Value>().enumerate() {
            let exchange = document
                .map_err(|error| error.to_string())
                .and_then(|document| exchange(&document).map_err(str::to_owned));
            exchanges
                .push(exchange.map_err(|why| {
                    Error::new(ErrorKind::Config, format!("exchange {}: {why}", index + 1))
                })?);
        }
        // A line is written when its exchange has ended; they are answered as they began.
        exchanges.sort_by_key(|exchange| exchange.n);
        Ok(Self { exchanges: Arc::new(Mutex::new(exchanges)) })
    }

    /// What was recorded and not asked for: method, path and query of each.
    pub fn rest(&self) -> Vec<String> {
        let exchanges = self.exchanges.lock().unwrap_or_else(PoisonError::into_inner);
        exchanges.iter().filter(|exchange| !exchange.used).map(|exchange| exchange.key.clone()).collect()
    }

    fn take(&self, key: &str) -> Result<Answer> {
        let mut exchanges = self.exchanges.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(exchange) = exchanges.iter_mut().find(|exchange| !exchange.used && exchange.key == key) {
            exchange.used = true;
            return Ok(exchange.answer.clone());
        }
        let left: Vec<_> = exchanges
            .iter()
            .filter(|exchange| !exchange.used)
            .map(|exchange| exchange.key.as_str())
            .collect();
        let left = if left.is_empty() { " nothing".to_owned() } else { format!("\n  {}", left.join("\n  ")) };
        let message = format!("the recording has no answer left for {key}; it still has{left}");
        Err(Error::new(ErrorKind::Transport, message))
    }
}

impl fmt::Debug for Replay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replay").field("left", &self.rest().len()).finish()
    }
}

impl Transport for Replay {
    fn send(&self, request: Request<Body>) -> BoxFuture<'_, Result<Response<Body>>> {
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let target = head.uri.path_and_query().map_or("", |target| target.as_str());
            let key = format!("{} {}", head.method, unversioned(&redact::target(target)));
            let answer = self.take(&key)?;
            // The Engine that was recorded has read it, too.
            body.collect().await.map_err(|error| {
                Error::new(ErrorKind::Request, "the request's body failed").with_source(error)
            })?;
            answer.response()
        })
    }
}

impl Answer {
    fn response(self) -> Result<Response<Body>> {
        let (status, headers, content) = match self {
            Self::Failure(failure) => return Err(failure.error()),
            Self::Response { status, headers, content } => (status, headers, content),
        };
        let mut response = Response::new(Body::empty());
        *response.status_mut() = status;
        for (name, value) in headers {
            response.headers_mut().append(name, value);
        }
        match content {
            Content::Body(pieces, None) if pieces.is_empty() => {}
            Content::Body(pieces, failure) => {
                *response.body_mut() = Body::stream(Pieces(pieces.into_iter(), failure))
            }
            Content::Connection(events) => {
                let side = |peer| Box::pin(play(peer, events)) as BoxFuture<'static, ()>;
                response.extensions_mut().insert(Upgrade::new(peer::connected(side)));
            }
        }
        Ok(response)
    }
}

/// Plays the Engine's side: waits for as much input as there was before it writes what came after.
async fn play(mut peer: Peer, events: Vec<Event>) {
    for event in events {
        match event {
            Event::Received(bytes) => peer.write(bytes).await,
            Event::Sent(mut left) => {
                while left > 0 {
                    match peer.read(left).await.len() {
                        0 => break,
                        read => left -= read,
                    }
                }
            }
            Event::Closed => drop(peer.read_to_end().await),
        }
    }
}

struct Pieces(std::vec::IntoIter<Bytes>, Option<Failure>);

impl Stream for Pieces {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Ready(match self.0.next() {
            Some(piece) => Some(Ok(piece)),
            None => self.1.take().map(|failure| Err(failure.error().into())),
        })
    }
}

fn exchange(document: &Value) -> Result<Exchange, &'static str> {
    let request = &document["request"];
    let method = request["method"].as_str().ok_or("the request has no method")?;
    let path = request["path"].as_str().ok_or("the request has no path")?;
    let answer = match &document["response"] {
        Value::Null => Answer::Failure(failure(&document["error"])),
        response => {
            let status = response["status"].as_u64().and_then(|status| u16::try_from(status).ok());
            let status = status.and_then(|status| StatusCode::from_u16(status).ok());
            let content = match &response["connection"] {
                Value::Array(events) => {
                    Content::Connection(events.iter().map(event).collect::<Result<_, _>>()?)
                }
                _ => {
                    let end = (response["end"] != "whole").then(|| failure(&response["end"]));
                    Content::Body(pieces(&response["body"])?, end)
                }
            };
            Answer::Response {
                status: status.ok_or("the response has no status")?,
                headers: headers(&response["headers"])?,
                content,
            }
        }
    };
    let key = format!("{method} {}", unversioned(path));
    Ok(Exchange { n: document["n"].as_u64().unwrap_or(u64::MAX), key, answer, used: false })
}

fn failure(end: &Value) -> Failure {
    use ErrorKind::*;
    let Some(name) = end["kind"].as_str() else {
        return Failure { kind: Truncated, message: "the recording ends here".to_owned() };
    };
    let kinds =
        [Config, Request, Version, Connect, Transport, Timeout, Status, Stream, Decode, Truncated, TooLarge];
    let kind = kinds.into_iter().find(|kind| format!("{kind:?}") == name).unwrap_or(Transport);
    Failure { kind, message: end["message"].as_str().unwrap_or_default().to_owned() }
}

fn headers(headers: &Value) -> Result<Vec<(HeaderName, HeaderValue)>, &'static str> {
    let header = |pair: &Value| {
        let name = HeaderName::from_bytes(pair[0].as_str()?.as_bytes()).ok()?;
        Some((name, HeaderValue::from_str(pair[1].as_str()?).ok()?))
    };
    let pairs = headers.as_array().map(Vec::as_slice).unwrap_or_default();
    pairs.iter().map(|pair| header(pair).ok_or("a header is not a pair of texts")).collect()
}

fn pieces(body: &Value) -> Result<Vec<Bytes>, &'static str> {
    body.as_array().map(Vec::as_slice).unwrap_or_default().iter().map(piece).collect()
}

fn piece(piece: &Value) -> Result<Bytes, &'static str> {
    let unreadable = "a piece of a body is neither text nor base64";
    match (piece, &piece["base64"]) {
        (Value::String(text), _) => Ok(text.clone().into()),
        (_, Value::String(text)) => STANDARD.decode(text).map(Bytes::from).map_err(|_| unreadable),
        _ => Err(unreadable),
    }
}

fn event(event: &Value) -> Result<Event, &'static str> {
    if event == "closed" {
        return Ok(Event::Closed);
    }
    match (&event["received"], &event["sent"]) {
        (Value::Null, Value::Null) => Err("an event of a connection is neither received, sent nor closed"),
        (Value::Null, sent) => piece(sent).map(|bytes| Event::Sent(bytes.len())),
        (received, _) => piece(received).map(Event::Received),
    }
}
