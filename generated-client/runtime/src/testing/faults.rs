//! Another transport, broken on purpose.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use tokio::io::{AsyncRead, ReadBuf};
use tokio::time::{Sleep, sleep};

use crate::body::Source;
use crate::transport::writes_through;
use crate::{Body, BoxError, BoxFuture, Error, ErrorKind, Result, Transport, Upgrade, Upgraded};

/// Wraps a transport and breaks what comes through it: answers and connections that were handed over. Without any fault
/// set it changes nothing.
///
/// ```
/// use docker_engine_runtime::testing::{Engine, Faults};
///
/// // Every byte on its own, and the connection is gone after the hundredth.
/// let transport = Faults::new(Engine::new()).split(1).cut_after(100);
/// # let _ = transport;
/// ```
#[derive(Clone)]
pub struct Faults<T> {
    transport: T,
    plan: Plan,
    refusals: Arc<AtomicUsize>,
    only: Option<Only>,
}

/// Which requests meet faults.
type Only = Arc<dyn Fn(&Request<Body>) -> bool + Send + Sync>;

#[derive(Clone, Copy, Debug, Default)]
struct Plan {
    split: Option<usize>,
    delay: Duration,
    pause: Duration,
    end: Option<(usize, End)>,
}

#[derive(Clone, Copy, Debug)]
enum End {
    Cut,
    Reset,
}

impl<T: Transport> Faults<T> {
    /// No faults yet.
    pub fn new(transport: T) -> Self {
        Self { transport, plan: Plan::default(), refusals: Arc::default(), only: None }
    }

    /// Only requests that pass this check meet faults.
    pub fn only(mut self, check: impl Fn(&Request<Body>) -> bool + Send + Sync + 'static) -> Self {
        self.only = Some(Arc::new(check));
        self
    }

    /// What is received comes in pieces of at most so many bytes: with 1, every byte on its own.
    ///
    /// # Panics
    /// If it is 0.
    pub fn split(mut self, size: usize) -> Self {
        assert!(size > 0, "a piece has bytes");
        self.plan.split = Some(size);
        self
    }

    /// The head of an answer comes after a while.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.plan.delay = delay;
        self
    }

    /// Each piece comes after a while.
    pub fn pause(mut self, pause: Duration) -> Self {
        self.plan.pause = pause;
        self
    }

    /// The connection ends after so many bytes of the body: an error, as the body's own end was to come.
    /// What was handed over just ends.
    pub fn cut_after(mut self, bytes: usize) -> Self {
        self.plan.end = Some((bytes, End::Cut));
        self
    }

    /// The connection is reset after so many bytes of the body.
    pub fn reset_after(mut self, bytes: usize) -> Self {
        self.plan.end = Some((bytes, End::Reset));
        self
    }

    /// The next requests, so many, find no connection.
    pub fn refuse(self, times: usize) -> Self {
        self.refusals.store(times, Ordering::SeqCst);
        self
    }
}

impl<T: fmt::Debug> fmt::Debug for Faults<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Faults").field("transport", &self.transport).field("plan", &self.plan).finish()
    }
}

impl<T: Transport> Transport for Faults<T> {
    fn send(&self, request: Request<Body>) -> BoxFuture<'_, Result<Response<Body>>> {
        if self.only.as_ref().is_some_and(|only| !only(&request)) {
            return self.transport.send(request);
        }
        let refused =
            self.refusals.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        if refused.is_ok() {
            let source = io::Error::from(io::ErrorKind::ConnectionRefused);
            let error = Error::new(ErrorKind::Connect, "cannot connect, on purpose").with_source(source);
            return Box::pin(async move { Err(error) });
        }
        Box::pin(async move {
            if !self.plan.delay.is_zero() {
                sleep(self.plan.delay).await;
            }
            let mut response = self.transport.send(request).await?;
            if let Some(upgraded) = response.extensions().get::<Upgrade>().and_then(Upgrade::take) {
                let broken = BrokenIo { io: upgraded, flow: Flow::of(self.plan) };
                response.extensions_mut().insert(Upgrade::new(Upgraded::new(broken, Bytes::new())));
            }
            Ok(response.map(|body| match body.is_empty() {
                true => body,
                false => Body::source(BrokenBody { body, rest: Bytes::new(), flow: Flow::of(self.plan) }),
            }))
        })
    }
}

/// How far a stream has come on its way to its fault.
struct Flow {
    plan: Plan,
    passed: usize,
    waiting: Option<Pin<Box<Sleep>>>,
}

impl Flow {
    fn of(plan: Plan) -> Self {
        Self { plan, passed: 0, waiting: None }
    }

    /// How many bytes may come now. `Err`: none any more.
    fn poll_room(&mut self, cx: &mut Context<'_>) -> Poll<Result<usize, End>> {
        let mut room = self.plan.split.unwrap_or(usize::MAX);
        if let Some((after, end)) = self.plan.end {
            let left = after.saturating_sub(self.passed);
            if left == 0 {
                return Poll::Ready(Err(end));
            }
            room = room.min(left);
        }
        if !self.plan.pause.is_zero() {
            let waiting = self.waiting.get_or_insert_with(|| Box::pin(sleep(self.plan.pause)));
            ready!(waiting.as_mut().poll(cx));
        }
        Poll::Ready(Ok(room))
    }

    fn pass(&mut self, bytes: usize) {
        self.passed += bytes;
        self.waiting = None;
    }
}

fn reset() -> io::Error {
    io::Error::from(io::ErrorKind::ConnectionReset)
}

struct BrokenBody {
    body: Body,
    rest: Bytes,
    flow: Flow,
}

impl Source for BrokenBody {
    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, BoxError>>> {
        let room = match ready!(self.flow.poll_room(cx)) {
            Ok(room) => room,
            Err(end) => {
                let error = match end {
                    End::Cut => Error::new(ErrorKind::Truncated, "the answer ended before its end"),
                    End::Reset => Error::of_system(ErrorKind::Transport, "the connection broke", reset()),
                };
                return Poll::Ready(Some(Err(error.into())));
            }
        };
        if self.rest.is_empty() {
            match ready!(self.body.poll_chunk(cx)) {
                Some(Ok(bytes)) => self.rest = bytes,
                end => return Poll::Ready(end),
            }
        }
        let piece = self.rest.split_to(room.min(self.rest.len()));
        self.flow.pass(piece.len());
        Poll::Ready(Some(Ok(piece)))
    }

    fn left(&self) -> Option<u64> {
        self.body.len().map(|left| left + self.rest.len() as u64)
    }
}

struct BrokenIo {
    io: Upgraded,
    flow: Flow,
}

impl AsyncRead for BrokenIo {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let room = match ready!(this.flow.poll_room(cx)) {
            Ok(room) => room.min(buffer.remaining()),
            Err(End::Cut) => return Poll::Ready(Ok(())),
            Err(End::Reset) => return Poll::Ready(Err(reset())),
        };
        let mut piece = vec![0; room.min(16 << 10)];
        let mut piece = ReadBuf::new(&mut piece);
        ready!(Pin::new(&mut this.io).poll_read(cx, &mut piece))?;
        buffer.put_slice(piece.filled());
        this.flow.pass(piece.filled().len());
        Poll::Ready(Ok(()))
    }
}

writes_through! { BrokenIo, io }
