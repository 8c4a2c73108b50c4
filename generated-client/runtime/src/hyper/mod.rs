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
use std::io;
use std::sync::Arc;
use std::time::Duration;

use http::header::{HOST, HeaderValue};
use http::{Method, Request, Response, StatusCode};
use hyper::body::Incoming;
use tokio::runtime::{Handle, Id};

use crate::config::Endpoint;
use crate::dial::Dial;
use crate::{Body, BoxFuture, Error, ErrorKind, Io, Limits, Result, Transport, Upgrade, Upgraded};
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
                Error::new(ErrorKind::Config, "the host's name cannot be sent").with_source(error)
            })?;
            request.headers_mut().insert(HOST, host);
        }
        // Sockets and timers of tokio panic outside its runtime; an error is kinder.
        let runtime = Handle::try_current().map_err(|error| self.unreachable(io::Error::other(error)))?.id();
        if let Some(copy) = repeatable(&request)
            && let Some(mut link) = self.pool.take(runtime)
            && let Ok(response) = link.exchange(copy).await
        {
            return self.respond(response, link, runtime).await;
        }
        let limit = request.extensions().get::<Limits>().and_then(|limits| limits.connect);
        let io = self.connect(limit).await.map_err(|error| self.unreachable(error))?;
        let mut link = Box::new(Link::new(io).await.map_err(broken)?);
        let response = link.exchange(request).await.map_err(broken)?;
        self.respond(response, link, runtime).await
    }

    async fn connect(&self, limit: Option<Duration>) -> io::Result<Box<dyn Io>> {
        let Some(limit) = limit else { return self.dial.dial().await };
        tokio::time::timeout(limit, self.dial.dial()).await.unwrap_or_else(|_| {
            Err(io::Error::new(io::ErrorKind::TimedOut, format!("no connection within {limit:?}")))
        })
    }

    fn unreachable(&self, error: io::Error) -> Error {
        Error::new(ErrorKind::Connect, format!("cannot connect to {}", self.dial.address()))
            .with_source(error)
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
        let (io, early) = link.hand_over().await.map_err(broken)?;
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

fn broken(error: hyper::Error) -> Error {
    if error.is_user() {
        return Error::new(ErrorKind::Request, "the request's body failed").with_source(error);
    }
    if error.is_incomplete_message() {
        return Error::new(ErrorKind::Truncated, "the answer is not whole").with_source(error);
    }
    Error::new(ErrorKind::Transport, "the connection broke").with_source(error)
}
