//! What a scripted Engine answers.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use http::header::{CONNECTION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, UPGRADE};
use http::{Response, StatusCode};
use serde_json::{Value, json};

use super::peer::{self, Peer};
use crate::{Body, BoxError, BoxFuture, Error, ErrorKind, LogSource, Result, Upgrade};

/// An answer of a script. It can be given any number of times.
#[derive(Clone)]
pub struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    content: Content,
    delay: Duration,
}

#[derive(Clone)]
enum Content {
    Whole(Bytes),
    /// Each piece comes on its own; the duration passes before each.
    Pieces(Vec<Bytes>, Duration),
    /// The connection is handed over to this.
    Peer(Arc<dyn Fn(Peer) -> BoxFuture<'static, ()> + Send + Sync>),
    Failure(ErrorKind, String),
}

impl Reply {
    fn new(status: u16, media_type: Option<&'static str>, content: Content) -> Self {
        let mut headers = HeaderMap::new();
        if let Some(media_type) = media_type {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        }
        let reply = Self { status: StatusCode::OK, headers, content, delay: Duration::ZERO };
        reply.status(status)
    }

    /// 200 and a JSON value.
    pub fn json(value: impl Into<Value>) -> Self {
        let body = value.into().to_string();
        Self::new(200, Some("application/json"), Content::Whole(body.into()))
    }

    /// 204 and nothing.
    pub fn empty() -> Self {
        Self::new(204, None, Content::Whole(Bytes::new()))
    }

    /// 200 and a text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::new(200, Some("text/plain; charset=utf-8"), Content::Whole(text.into().into()))
    }

    /// 200 and bytes: an archive.
    pub fn bytes(bytes: impl Into<Bytes>) -> Self {
        Self::new(200, Some("application/x-tar"), Content::Whole(bytes.into()))
    }

    /// An error as the Engine words it.
    pub fn error(status: u16, message: &str) -> Self {
        Self::json(json!({ "message": message })).status(status)
    }

    /// 200 and a body that comes in these pieces, wherever they are cut.
    pub fn chunks(chunks: impl IntoIterator<Item = impl Into<Bytes>>) -> Self {
        let pieces = chunks.into_iter().map(Into::into).collect();
        Self::new(200, Some("application/json"), Content::Pieces(pieces, Duration::ZERO))
    }

    /// 200 and JSON values, one a line and a piece: progress, events.
    pub fn json_lines(values: impl IntoIterator<Item = Value>) -> Self {
        Self::chunks(values.into_iter().map(|value| format!("{value}\n")))
    }

    /// 200 and the output of a container without a terminal, in frames.
    pub fn frames(frames: impl IntoIterator<Item = (LogSource, impl AsRef<[u8]>)>) -> Self {
        let frames = frames.into_iter().map(|(source, bytes)| frame(source, bytes.as_ref()));
        Self::chunks(frames).header(CONTENT_TYPE.as_str(), "application/vnd.docker.multiplexed-stream")
    }

    /// 200 and the output of a container with a terminal.
    pub fn console(chunks: impl IntoIterator<Item = impl Into<Bytes>>) -> Self {
        Self::chunks(chunks).header(CONTENT_TYPE.as_str(), "application/vnd.docker.raw-stream")
    }

    /// 101, and the connection is handed over to `side`, which plays the process: it reads what the client writes.
    /// Its output is taken for frames; with a terminal add
    /// `.header("Content-Type", "application/vnd.docker.raw-stream")`.
    ///
    /// ```
    /// use docker_engine_runtime::LogSource;
    /// use docker_engine_runtime::testing::Reply;
    ///
    /// let cat = Reply::upgrade(|mut peer| async move {
    ///     let input = peer.read_to_end().await;
    ///     peer.frame(LogSource::Stdout, &input).await;
    /// });
    /// # let _ = cat;
    /// ```
    pub fn upgrade<F>(side: impl Fn(Peer) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let side = Arc::new(move |peer| Box::pin(side(peer)) as BoxFuture<'static, ()>);
        let media_type = "application/vnd.docker.multiplexed-stream";
        let mut reply = Self::new(101, Some(media_type), Content::Peer(side));
        reply.headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
        reply.headers.insert(UPGRADE, HeaderValue::from_static("tcp"));
        reply
    }

    /// No answer but a failure of the transport: [`ErrorKind::Connect`], [`ErrorKind::Transport`], …
    pub fn failure(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self::new(200, None, Content::Failure(kind, message.into()))
    }

    /// The same with another status.
    ///
    /// # Panics
    /// If there is no such status.
    pub fn status(mut self, status: u16) -> Self {
        self.status = StatusCode::from_u16(status).expect("a status has three digits");
        self
    }

    /// The same with a header, in place of one with the same name.
    ///
    /// # Panics
    /// If it cannot be a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a name of a header");
        self.headers.insert(name, HeaderValue::from_str(value).expect("a value of a header"));
        self
    }

    /// The same after a while.
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// The same with a pause before each piece of the body.
    pub fn every(mut self, pause: Duration) -> Self {
        self.content = match self.content {
            Content::Whole(bytes) => Content::Pieces(vec![bytes], pause),
            Content::Pieces(pieces, _) => Content::Pieces(pieces, pause),
            content => content,
        };
        self
    }

    /// The response, for a [`Handler`](super::Handler). `Err`: it is a [`failure`](Self::failure).
    pub async fn into_response(self) -> Result<Response<Body>> {
        self.answer(false).await
    }

    pub(super) async fn answer(self, head: bool) -> Result<Response<Body>> {
        if !self.delay.is_zero() {
            tokio::time::sleep(self.delay).await;
        }
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        match self.content {
            Content::Failure(kind, message) => return Err(Error::new(kind, message)),
            Content::Peer(side) => {
                response.extensions_mut().insert(Upgrade::new(peer::connected(|peer| side(peer))));
            }
            // An answer to HEAD has headers only.
            _ if head => {}
            Content::Whole(bytes) => *response.body_mut() = bytes.into(),
            Content::Pieces(pieces, pause) => {
                let pieces = Pieces { pieces: pieces.into_iter(), pause, waiting: None };
                *response.body_mut() = Body::stream(pieces);
            }
        }
        Ok(response)
    }
}

impl From<Value> for Reply {
    fn from(value: Value) -> Self {
        Self::json(value)
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reply({})", self.status)
    }
}

/// A frame of the multiplexed form.
pub(super) fn frame(source: LogSource, bytes: &[u8]) -> Bytes {
    let stream = match source {
        LogSource::Stdin => 0,
        LogSource::Stdout | LogSource::Console => 1,
        LogSource::Stderr => 2,
    };
    let length = u32::try_from(bytes.len()).expect("a frame of a test is smaller than 4 GiB");
    [&[stream, 0, 0, 0][..], &length.to_be_bytes(), bytes].concat().into()
}

struct Pieces {
    pieces: std::vec::IntoIter<Bytes>,
    pause: Duration,
    waiting: Option<Pin<Box<tokio::time::Sleep>>>,
}

impl Stream for Pieces {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if !this.pause.is_zero() && this.pieces.len() > 0 {
            let waiting = this.waiting.get_or_insert_with(|| Box::pin(tokio::time::sleep(this.pause)));
            if waiting.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            this.waiting = None;
        }
        Poll::Ready(this.pieces.next().map(Ok))
    }
}
