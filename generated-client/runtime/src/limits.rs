//! How long a request may take and how much an answer may hold. What is not limited ends when its future or its stream is
//! dropped.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body::{Frame, SizeHint};
use tokio::time::{Sleep, sleep, timeout};

use crate::{Body, BoxError, Error, ErrorKind, Result, Transport};

/// Limits of a client, or of one request.
///
/// ```
/// use std::time::Duration;
/// use docker_engine_runtime::Limits;
///
/// let limits = Limits { idle: Some(Duration::from_secs(60)), ..Limits::default() };
/// # let _ = limits;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How long making a connection may take. 30 seconds unless set.
    pub connect: Option<Duration>,
    /// How long the head of an answer may take, upload included. None unless set. Limits of a client spare the operations
    /// whose answer takes as long as the Engine likes, such as a wait; limits of a request do not.
    pub response: Option<Duration>,
    /// How long nothing may come of an answer that has begun. None unless set: a container that writes nothing is well.
    pub idle: Option<Duration>,
    /// The largest answer that is read whole: 256 MiB unless set.
    pub max_body: usize,
    /// How much of an error's body is read: 1 MiB unless set. The Engine's own client reads no more either.
    pub max_error: usize,
    /// The largest value or frame of a stream: 16 MiB unless set.
    pub max_item: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Some(Duration::from_secs(30)),
            response: None,
            idle: None,
            max_body: 256 << 20,
            max_error: 1 << 20,
            max_item: 16 << 20,
        }
    }
}

/// Sends a request within limits. Transports find them in its extensions, for the connection is theirs to make.
pub(crate) async fn send(
    transport: &dyn Transport,
    mut request: Request<Body>,
    limits: &Limits,
) -> Result<Response<Body>> {
    request.extensions_mut().insert(*limits);
    let sent = transport.send(request);
    let response = match limits.response {
        None => sent.await?,
        Some(limit) => timeout(limit, sent).await.map_err(|_| {
            Error::new(ErrorKind::Timeout, format!("the Engine has not answered within {limit:?}"))
        })??,
    };
    Ok(match limits.idle {
        None => response,
        Some(limit) => response.map(|body| Body::wrap(Patient { body, limit, waiting: None })),
    })
}

/// A body that fails when nothing comes for too long.
struct Patient {
    body: Body,
    limit: Duration,
    waiting: Option<Pin<Box<Sleep>>>,
}

impl http_body::Body for Patient {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = &mut *self;
        if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(cx) {
            this.waiting = None;
            return Poll::Ready(frame);
        }
        let waiting = this.waiting.get_or_insert_with(|| Box::pin(sleep(this.limit)));
        waiting.as_mut().poll(cx).map(|()| {
            this.waiting = None;
            let message = format!("nothing has come for {:?}", this.limit);
            Some(Err(Error::new(ErrorKind::Timeout, message).into()))
        })
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
