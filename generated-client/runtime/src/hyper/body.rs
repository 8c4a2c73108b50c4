//! The body of a response, which drives its connection while it is read.

use std::error::Error as _;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::Body as _;
use hyper::body::Incoming;
use tokio::runtime::Id;

use super::broken;
use super::link::Link;
use super::pool::Pool;
use crate::body::{Source, left, poll_data};
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

impl Source for ResponseBody {
    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, BoxError>>> {
        if let Some(link) = &mut self.link {
            link.drive(cx);
        }
        Poll::Ready(match ready!(poll_data(Pin::new(&mut self.body), cx)) {
            Some(Ok(bytes)) => Some(Ok(bytes)),
            Some(Err(error)) => {
                let failure = match self.link.take() {
                    Some(mut link) => link.failure(error, cut_off),
                    None => cut_off(error),
                };
                Some(Err(failure.into()))
            }
            None => {
                self.release();
                None
            }
        })
    }

    fn left(&self) -> Option<u64> {
        left(&self.body)
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
