//! The body of a response, which drives its connection while it is read.

use std::error::Error as _;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body as _, Frame, SizeHint};
use hyper::body::Incoming;

use super::{Connection, broken};
use crate::{BoxError, Error, ErrorKind};

pub(super) struct ResponseBody {
    body: Incoming,
    /// Gone when it has ended, or when nothing more is to be read.
    connection: Option<Box<Connection>>,
    /// Why it ended.
    failure: Option<hyper::Error>,
}

impl ResponseBody {
    pub(super) fn new(body: Incoming, connection: Option<Connection>) -> Self {
        let connection = connection.filter(|_| !body.is_end_stream()).map(Box::new);
        Self { body, connection, failure: None }
    }
}

impl http_body::Body for ResponseBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if let Some(connection) = &mut self.connection
            && let Poll::Ready(end) = connection.poll_without_shutdown(cx)
        {
            self.failure = end.err();
            self.connection = None;
        }
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        match frame {
            Poll::Ready(None) => {
                self.connection = None;
                Poll::Ready(None)
            }
            Poll::Ready(Some(Err(error))) => {
                self.connection = None;
                let error = self.failure.take().unwrap_or(error);
                Poll::Ready(Some(Err(cut_off(error).into())))
            }
            frame => frame.map(|frame| frame.map(|frame| frame.map_err(Into::into))),
        }
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
