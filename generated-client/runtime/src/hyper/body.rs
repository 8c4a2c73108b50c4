//! The body of a response, which drives its connection while it is read.

use std::error::Error as _;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body as _, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::runtime::Id;

use super::broken;
use super::link::Link;
use super::pool::Pool;
use crate::{BoxError, Error, ErrorKind};

pub(super) struct ResponseBody {
    body: Incoming,
    /// Gone when nothing more is to be read.
    link: Option<Box<Link>>,
    /// Where the connection goes after the last byte, and the runtime that it was made in.
    home: (Arc<Pool>, Id),
}

impl ResponseBody {
    pub(super) fn new(body: Incoming, link: Box<Link>, home: (Arc<Pool>, Id)) -> Self {
        let mut this = Self { body, link: Some(link), home };
        if this.body.is_end_stream() {
            this.release();
        }
        this
    }

    /// The exchange is over: the connection can serve another.
    fn release(&mut self) {
        if let Some(link) = self.link.take() {
            let (pool, runtime) = &self.home;
            pool.give(link, *runtime);
        }
    }
}

impl http_body::Body for ResponseBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if let Some(link) = &mut self.link {
            link.drive(cx);
        }
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        Poll::Ready(match frame {
            Some(Ok(frame)) => Some(Ok(frame)),
            Some(Err(error)) => {
                let failure = self.link.take().and_then(|mut link| link.take_failure());
                Some(Err(cut_off(failure.unwrap_or(error)).into()))
            }
            None => {
                self.release();
                None
            }
        })
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// An end before its time is told apart from other failures: what came until then may be all that there was.
fn cut_off(error: hyper::Error) -> Error {
    let mut cause = error.source();
    while let Some(source) = cause {
        if let Some(io) = source.downcast_ref::<io::Error>()
            && io.kind() == io::ErrorKind::UnexpectedEof
        {
            return Error::new(ErrorKind::Truncated, "the answer ended before its end").with_source(error);
        }
        cause = source.source();
    }
    broken(error)
}
