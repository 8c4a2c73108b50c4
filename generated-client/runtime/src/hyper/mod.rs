//! The default transport: HTTP/1.1 by hyper, over whatever a [`Dial`] connects.
//!
//! Nothing is spawned. The connection is driven by whoever waits: by the future until the head of the response is
//! there, then by its body. So the exchange runs on any tokio runtime, an upload goes on while the answer is read, and
//! dropping the future or the body closes the connection.

mod body;
mod wire;

use std::fmt;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use http::header::{HOST, HeaderValue};
use http::{Request, Response, StatusCode};
use hyper::client::conn::http1;

use crate::dial::Dial;
use crate::{Body, BoxFuture, Error, ErrorKind, Io, Limits, Result, Transport, Upgrade, Upgraded};
use body::ResponseBody;
use wire::HyperIo;

type Connection = http1::Connection<HyperIo, Body>;

/// HTTP/1.1 over the connections of a [`Dial`], one for each request.
#[derive(Clone)]
pub struct HyperTransport {
    dial: Arc<dyn Dial>,
}

impl HyperTransport {
    /// Sends over connections made by `dial`.
    pub fn new(dial: impl Dial) -> Self {
        Self { dial: Arc::new(dial) }
    }

    async fn connect(&self, limit: Option<Duration>) -> io::Result<Box<dyn Io>> {
        // Sockets and timers of tokio panic outside its runtime; an error is kinder.
        tokio::runtime::Handle::try_current().map_err(io::Error::other)?;
        let Some(limit) = limit else { return self.dial.dial().await };
        tokio::time::timeout(limit, self.dial.dial()).await.unwrap_or_else(|_| {
            Err(io::Error::new(io::ErrorKind::TimedOut, format!("no connection within {limit:?}")))
        })
    }

    async fn exchange(&self, mut request: Request<Body>) -> Result<Response<Body>> {
        if !request.headers().contains_key(HOST) {
            let host = HeaderValue::from_str(self.dial.host()).map_err(|error| {
                Error::new(ErrorKind::Config, "the host's name cannot be sent").with_source(error)
            })?;
            request.headers_mut().insert(HOST, host);
        }
        let limit = request.extensions().get::<Limits>().and_then(|limits| limits.connect);
        let io = self.connect(limit).await.map_err(|error| {
            Error::new(ErrorKind::Connect, format!("cannot connect to {}", self.dial.address()))
                .with_source(error)
        })?;
        let (mut sender, mut connection) =
            http1::handshake::<_, Body>(HyperIo::new(io)).await.map_err(broken)?;
        let mut ended = None;
        let response = {
            let mut response = pin!(sender.send_request(request));
            poll_fn(|cx| {
                if ended.is_none()
                    && let Poll::Ready(end) = connection.poll_without_shutdown(cx)
                {
                    ended = Some(end);
                }
                response.as_mut().poll(cx)
            })
            .await
        };
        let response = match (response, ended) {
            (Ok(response), None) if response.status() == StatusCode::SWITCHING_PROTOCOLS => {
                poll_fn(|cx| connection.poll_without_shutdown(cx)).await.map_err(broken)?;
                return Ok(hand_over(response, connection));
            }
            (Ok(response), Some(Ok(()))) if response.status() == StatusCode::SWITCHING_PROTOCOLS => {
                return Ok(hand_over(response, connection));
            }
            (Ok(response), ended) => {
                let open = ended.is_none();
                response.map(|body| Body::wrap(ResponseBody::new(body, open.then_some(connection))))
            }
            // The connection knows better than the request what went wrong with it.
            (Err(_), Some(Err(error))) | (Err(error), _) => return Err(broken(error)),
        };
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

/// Takes the connection out of HTTP, with the bytes that came after the head.
fn hand_over(response: Response<hyper::body::Incoming>, connection: Connection) -> Response<Body> {
    let parts = connection.into_parts();
    let mut response = response.map(|_| Body::empty());
    let upgraded = Upgraded::new(parts.io.into_inner(), parts.read_buf);
    response.extensions_mut().insert(Upgrade::new(upgraded));
    response
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
