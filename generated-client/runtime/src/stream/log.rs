//! The output of a container as a stream of chunks.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use http::Response;
use tokio::io::{AsyncRead, ReadBuf, ReadHalf};

use super::frames::{Frames, Framing, LogChunk};
use crate::error::Call;
use crate::{Body, BoxError, Error, Result, Upgraded, answer};

/// What a container writes: a stream of [`LogChunk`]s, each with its source.
#[derive(Debug)]
pub struct LogStream {
    pub(super) origin: Origin,
    frames: Frames,
    call: Option<Call>,
    ended: bool,
}

/// Where output comes from.
#[derive(Debug)]
pub(super) enum Origin {
    Body(Body),
    Connection(Upgraded),
    Half(ReadHalf<Upgraded>),
}

impl LogStream {
    /// The output in a response. How it is framed is known from the request, or else from the media type.
    pub(crate) fn new(response: Response<Body>) -> Self {
        let context = answer::Context::of(&response);
        let framing = framing(&context, &response);
        Self::from_origin(Origin::Body(response.into_body()), framing, context)
    }

    pub(super) fn from_origin(origin: Origin, framing: Framing, context: answer::Context) -> Self {
        let frames = Frames::new(framing, context.limits.max_item);
        Self { origin, frames, call: context.call, ended: false }
    }

    /// What was read and not given out.
    pub(super) fn into_parts(self) -> (Origin, Bytes) {
        (self.origin, self.frames.into_rest())
    }

    pub(super) fn map_origin<T>(self, split: impl FnOnce(Origin) -> (Origin, T)) -> (Self, T) {
        let (origin, other) = split(self.origin);
        (Self { origin, ..self }, other)
    }

    /// All that is still to come, as text; what is not UTF-8 is replaced.
    pub async fn into_string(mut self) -> Result<String> {
        let mut bytes = Vec::new();
        while let Some(chunk) = std::future::poll_fn(|cx| Pin::new(&mut self).poll_next(cx)).await {
            bytes.extend_from_slice(&chunk?.bytes);
        }
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    fn end<T>(&mut self, error: Error) -> Poll<Option<Result<T>>> {
        self.ended = true;
        Poll::Ready(Some(Err(error.with_call(self.call.as_ref()))))
    }
}

/// How the output in a response is framed. Frames are the rule; a terminal is the exception that somebody has to tell of.
pub(super) fn framing(context: &answer::Context, response: &Response<Body>) -> Framing {
    let told = context.framing.or_else(|| Framing::from_headers(response.headers()));
    told.unwrap_or(Framing::Multiplexed)
}

impl Origin {
    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, BoxError>>> {
        match self {
            Self::Body(body) => body.poll_chunk(cx),
            Self::Connection(connection) => read(Pin::new(connection), cx),
            Self::Half(half) => read(Pin::new(half), cx),
        }
    }
}

fn read(reader: Pin<&mut impl AsyncRead>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, BoxError>>> {
    let mut chunk = vec![0; 16 << 10];
    let mut buffer = ReadBuf::new(&mut chunk);
    ready!(reader.poll_read(cx, &mut buffer))?;
    let length = buffer.filled().len();
    chunk.truncate(length);
    Poll::Ready((length > 0).then(|| Ok(chunk.into())))
}

impl Stream for LogStream {
    type Item = Result<LogChunk>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if this.ended {
            return Poll::Ready(None);
        }
        loop {
            match this.frames.next() {
                Ok(Some(chunk)) => return Poll::Ready(Some(Ok(chunk))),
                Ok(None) => {}
                Err(error) => return this.end(error),
            }
            match ready!(this.origin.poll_chunk(cx)) {
                Some(Ok(bytes)) => this.frames.push(&bytes),
                Some(Err(error)) => return this.end(Error::from_body(error)),
                None => match this.frames.finish() {
                    Ok(()) => {
                        this.ended = true;
                        return Poll::Ready(None);
                    }
                    Err(error) => return this.end(error),
                },
            }
        }
    }
}
