//! How long a request may take and how much an answer may hold. What is not limited ends when its future or its stream is
//! dropped.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep, timeout};

use crate::body::Source;
use crate::{Body, BoxError, Error, ErrorKind, Result, Transport, Upgrade, Upgraded};

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
    /// How long nothing may come of an answer that has begun, or go either way over a connection that was handed over
    /// (attach, exec, session). None unless set: a container that writes nothing is well.
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
    let Some(limit) = limits.idle else { return Ok(response) };
    let mut response =
        response.map(|body| Body::source(PatientBody { body, patience: Patience::new(limit) }));
    if let Some(io) = response.extensions().get::<Upgrade>().and_then(Upgrade::take) {
        let io = PatientIo { io, patience: Patience::new(limit) };
        response.extensions_mut().insert(Upgrade::new(Upgraded::new(io, Bytes::new())));
    }
    Ok(response)
}

/// Waits for something to move, up to a limit.
struct Patience {
    limit: Duration,
    /// When something moved last, in either direction.
    moved: Instant,
    /// One for each direction: two tasks may wait.
    timers: [Option<Pin<Box<Sleep>>>; 2],
}

#[derive(Clone, Copy)]
enum Way {
    In,
    Out,
}

impl Patience {
    fn new(limit: Duration) -> Self {
        Self { limit, moved: Instant::now(), timers: [None, None] }
    }

    /// Passes on what was polled; gives an error when nothing has moved for too long while it was waited for.
    fn poll<T>(&mut self, way: Way, polled: Poll<T>, cx: &mut Context<'_>) -> Poll<Result<T, Error>> {
        let timer = &mut self.timers[way as usize];
        if let Poll::Ready(ready) = polled {
            *timer = None;
            self.moved = Instant::now();
            return Poll::Ready(Ok(ready));
        }
        let timer = timer.get_or_insert_with(|| Box::pin(sleep(self.limit)));
        loop {
            ready!(timer.as_mut().poll(cx));
            let until = self.moved + self.limit;
            if until <= Instant::now() {
                break;
            }
            timer.as_mut().reset(until);
        }
        self.timers[way as usize] = None;
        let message = format!("nothing has come for {:?}", self.limit);
        Poll::Ready(Err(Error::new(ErrorKind::Timeout, message)))
    }
}

/// A body that fails when nothing comes for too long.
struct PatientBody {
    body: Body,
    patience: Patience,
}

impl Source for PatientBody {
    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, BoxError>>> {
        let polled = self.body.poll_chunk(cx);
        match ready!(self.patience.poll(Way::In, polled, cx)) {
            Ok(chunk) => Poll::Ready(chunk),
            Err(error) => Poll::Ready(Some(Err(error.into()))),
        }
    }

    fn left(&self) -> Option<u64> {
        self.body.len()
    }
}

/// A connection that fails when nothing goes either way for too long.
struct PatientIo {
    io: Upgraded,
    patience: Patience,
}

impl PatientIo {
    fn wait<T>(
        &mut self,
        way: Way,
        polled: Poll<io::Result<T>>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<T>> {
        self.patience.poll(way, polled, cx).map(|waited| match waited {
            Ok(done) => done,
            Err(error) => Err(io::Error::new(io::ErrorKind::TimedOut, error)),
        })
    }
}

impl AsyncRead for PatientIo {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.io).poll_read(cx, buffer);
        self.wait(Way::In, polled, cx)
    }
}

impl AsyncWrite for PatientIo {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.io).poll_write(cx, bytes);
        self.wait(Way::Out, polled, cx)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.io).poll_flush(cx);
        self.wait(Way::Out, polled, cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.io).poll_shutdown(cx);
        self.wait(Way::Out, polled, cx)
    }
}
