//! A transport for programs that have a configured `reqwest::Client` already: its proxies, its TLS, its pool.
//!
//! The client decides more than a transport should, and some of it does not suit an Engine. Make it with
//! `redirect(Policy::none())`, because redirects are answers here, and without a total timeout, which would cut streams off;
//! `no_proxy()` where the Engine is near. Time to connect is the client's to limit: [`Limits::connect`](crate::Limits) is not
//! used. Its connections are driven by tasks that it spawns on the tokio runtime in which they were made, so a client belongs
//! to one runtime. It rewrites URLs; a request whose path or query would not be sent as it is written is refused.
//!
//! For an Engine at a unix socket, `reqwest::Client::builder().unix_socket("/var/run/docker.sock")` with the URL
//! `http://localhost`.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body::{Frame, SizeHint};
use reqwest::Url;

use crate::{Body, BoxError, BoxFuture, Error, ErrorKind, Result, Transport, Upgrade, Upgraded};

/// Sends through a `reqwest::Client`.
#[derive(Clone)]
pub struct ReqwestTransport {
    client: reqwest::Client,
    base: String,
}

impl ReqwestTransport {
    /// Sends through this client to the Engine at a URL: `http://host:2375`, `https://host:2376/base`. What it needs beyond is
    /// said in [the module](self).
    pub fn new(client: reqwest::Client, base: &str) -> Result<Self> {
        let base = base.trim_end_matches('/');
        let refused = |why: &str| {
            let shown = base.rsplit_once('@').map_or(base, |(_, rest)| rest);
            Error::new(ErrorKind::Config, format!("{shown:?} is not the URL of an Engine: {why}"))
        };
        let url = Url::parse(base).map_err(|error| refused(&error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(refused("reqwest speaks http and https; sockets are said at its client"));
        }
        if url.query().is_some()
            || url.fragment().is_some()
            || !url.username().is_empty()
            || url.password().is_some()
        {
            return Err(refused("users, queries and fragments are not sent"));
        }
        Ok(Self { client, base: base.to_owned() })
    }

    /// The URL of a request, exactly as it is written.
    fn url(&self, uri: &http::Uri) -> Result<Url> {
        let target = uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
        let unsendable =
            |why: &str| Error::new(ErrorKind::Request, format!("the path cannot be sent: {why}"));
        let url =
            Url::parse(&[&self.base, target].concat()).map_err(|error| unsendable(&error.to_string()))?;
        let sent = url.query().map_or(url.path().to_owned(), |query| [url.path(), "?", query].concat());
        if !sent.ends_with(target) || url.fragment().is_some() {
            return Err(unsendable("reqwest would send it differently"));
        }
        Ok(url)
    }

    async fn exchange(&self, request: Request<Body>) -> Result<Response<Body>> {
        tokio::runtime::Handle::try_current().map_err(|error| {
            Error::new(ErrorKind::Connect, format!("cannot connect to {}", self.base)).with_source(error)
        })?;
        let (parts, body) = request.into_parts();
        let mut request = reqwest::Request::new(parts.method, self.url(&parts.uri)?);
        *request.headers_mut() = parts.headers;
        if !body.is_empty() {
            *request.body_mut() = Some(reqwest::Body::wrap(Shared(Mutex::new(body))));
        }
        let response = self.client.execute(request).await.map_err(|error| self.unsent(error))?;
        if response.status() == StatusCode::SWITCHING_PROTOCOLS {
            let mut answer = Response::new(Body::empty());
            *answer.status_mut() = response.status();
            answer.headers_mut().clone_from(response.headers());
            let upgraded = response.upgrade().await.map_err(broken)?;
            answer.extensions_mut().insert(Upgrade::new(Upgraded::new(upgraded, Bytes::new())));
            return Ok(answer);
        }
        Ok(Response::<reqwest::Body>::from(response).map(|body| Body::wrap(Received(body))))
    }

    fn unsent(&self, error: reqwest::Error) -> Error {
        if error.is_connect() {
            let message = format!("cannot connect to {}", self.base);
            return Error::new(ErrorKind::Connect, message).with_source(error.without_url());
        }
        broken(error)
    }
}

impl fmt::Debug for ReqwestTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The client's own `Debug` shows its default headers.
        f.debug_tuple("ReqwestTransport").field(&self.base).finish()
    }
}

impl Transport for ReqwestTransport {
    fn send(&self, request: Request<Body>) -> BoxFuture<'_, Result<Response<Body>>> {
        Box::pin(self.exchange(request))
    }
}

/// What a failure is. URLs are left out: a query may be secret.
fn broken(error: reqwest::Error) -> Error {
    let error = error.without_url();
    if error.is_timeout() {
        return Error::new(ErrorKind::Timeout, "a time limit of the reqwest client passed")
            .with_source(error);
    }
    if is_cut_off(&error) {
        return Error::new(ErrorKind::Truncated, "the answer ended before its end").with_source(error);
    }
    Error::new(ErrorKind::Transport, "the connection broke").with_source(error)
}

fn is_cut_off(error: &reqwest::Error) -> bool {
    let mut cause = std::error::Error::source(error);
    while let Some(source) = cause {
        if let Some(io) = source.downcast_ref::<io::Error>()
            && io.kind() == io::ErrorKind::UnexpectedEof
        {
            return true;
        }
        cause = source.source();
    }
    false
}

/// The body of a request. reqwest wants it `Sync`; only one task ever looks at it, so the lock is never waited for.
struct Shared(Mutex<Body>);

impl http_body::Body for Shared {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let body = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        Pin::new(body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).size_hint()
    }
}

/// The body of a response.
struct Received(reqwest::Body);

impl http_body::Body for Received {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let frame = ready!(Pin::new(&mut self.0).poll_frame(cx));
        Poll::Ready(frame.map(|frame| frame.map_err(|error| broken(error).into())))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}
