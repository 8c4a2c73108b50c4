//! The default transport: HTTP/1.1 by hyper, over whatever a [`Dial`] connects.
//!
//! Nothing is spawned. The connection is driven by whoever waits: by the future until the head of the response is
//! there, then by its body. So the exchange runs on any tokio runtime, an upload goes on while the answer is read, and
//! dropping the future or the body closes the connection. A connection whose answer was read to its end is kept for a
//! while.

mod body;
mod link;
mod pool;
mod wire;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::header::{HOST, HeaderValue};
use http::{Method, Request, Response, StatusCode};
use hyper::body::Incoming;
use tokio::runtime::{Handle, Id};

use crate::config::Endpoint;
use crate::dial::Dial;
use crate::{
    Body, BoxError, BoxFuture, Error, ErrorKind, Io, Limits, Result, Transport, Upgrade, Upgraded, advice,
};
use body::ResponseBody;
use link::Link;
use pool::Pool;

/// HTTP/1.1 over the connections of a [`Dial`].
#[derive(Clone)]
pub struct HyperTransport {
    dial: Arc<dyn Dial>,
    pool: Arc<Pool>,
}

impl HyperTransport {
    /// Sends over connections made by `dial`.
    pub fn new(dial: impl Dial) -> Self {
        Self { dial: Arc::new(dial), pool: Arc::default() }
    }

    /// Sends to an endpoint: what a client does that connects there, to put another transport around it.
    pub fn connect_to(endpoint: &Endpoint) -> Result<Self> {
        Ok(Self::new(endpoint.dial()?))
    }

    async fn exchange(&self, mut request: Request<Body>) -> Result<Response<Body>> {
        if !request.headers().contains_key(HOST) {
            let host = HeaderValue::from_str(self.dial.host()).map_err(|error| {
                Error::new(ErrorKind::Config, format!("the host's name cannot be sent: {error}"))
            })?;
            request.headers_mut().insert(HOST, host);
        }
        // Sockets and timers of tokio panic outside its runtime; an error is kinder.
        let runtime = Handle::try_current().map_err(|error| self.unreachable(error.into()))?.id();
        if let Some(copy) = repeatable(&request)
            && let Some(mut link) = self.pool.take(runtime)
            && let Ok(response) = link.exchange(copy).await
        {
            return self.respond(response, link, runtime).await;
        }
        let limit = request.extensions().get::<Limits>().and_then(|limits| limits.connect);
        let io = self.connect(limit).await?;
        let mut link = Box::new(Link::new(io).await?);
        let response = link.exchange(request).await.map_err(|error| self.refused(error))?;
        self.respond(response, link, runtime).await
    }

    async fn connect(&self, limit: Option<Duration>) -> Result<Box<dyn Io>> {
        let dialled = match limit {
            None => self.dial.dial().await,
            Some(limit) => match tokio::time::timeout(limit, self.dial.dial()).await {
                Ok(dialled) => dialled,
                Err(elapsed) => return Err(advice::too_slow(&self.dial.address(), limit, elapsed.into())),
            },
        };
        dialled.map_err(|error| self.unreachable(error.into()))
    }

    fn unreachable(&self, cause: BoxError) -> Error {
        advice::unreachable(&self.dial.address(), cause)
    }

    /// What broke a connection that had carried nothing yet. In TLS 1.3 a server refuses a client's certificate only after
    /// the client has begun to speak: nothing was heard of it, so that is no connection either.
    fn refused(&self, error: Error) -> Error {
        if matches!(error.kind(), ErrorKind::Transport | ErrorKind::Truncated)
            && advice::tls(&error).is_some()
        {
            return self.unreachable(error.into());
        }
        error
    }

    async fn respond(
        &self,
        response: Response<Incoming>,
        link: Box<Link>,
        runtime: Id,
    ) -> Result<Response<Body>> {
        if response.status() != StatusCode::SWITCHING_PROTOCOLS {
            let home = (Arc::clone(&self.pool), runtime);
            return Ok(response.map(|body| Body::source(ResponseBody::new(body, link, home))));
        }
        let (io, early) = link.hand_over().await?;
        let mut response = response.map(|_| Body::empty());
        response.extensions_mut().insert(Upgrade::new(Upgraded::new(io, early)));
        Ok(response)
    }
}

impl fmt::Debug for HyperTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("HyperTransport").field(&self.dial.address()).finish()
    }
}

impl Transport for HyperTransport {
    fn send(&self, request: Request<Body>) -> BoxFuture<'_, Result<Response<Body>>> {
        Box::pin(self.exchange(request))
    }
}

/// The same request once more, if sending it twice does what sending it once does.
fn repeatable(request: &Request<Body>) -> Option<Request<Body>> {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD) && request.body().is_empty();
    safe.then(|| {
        let mut copy = Request::new(Body::empty());
        copy.method_mut().clone_from(request.method());
        copy.uri_mut().clone_from(request.uri());
        copy.headers_mut().clone_from(request.headers());
        copy
    })
}

/// What hyper says of a request that failed.
fn broken(error: hyper::Error) -> Error {
    if error.is_user() {
        let message = advice::with_reason("the request's body failed", &error);
        return Error::new(ErrorKind::Request, message).with_source(error);
    }
    if error.is_incomplete_message() {
        return Error::new(ErrorKind::Truncated, "the answer is not whole").with_source(error);
    }
    if error.is_parse() {
        return Error::new(ErrorKind::Transport, "what answered does not speak HTTP as an Engine does")
            .with_hint(advice::WANTS_TLS)
            .with_source(error);
    }
    let message = advice::with_reason("the connection broke", &error);
    Error::new(ErrorKind::Transport, message).with_source(error)
}
