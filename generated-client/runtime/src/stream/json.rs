//! A stream of JSON values, with the errors that the Engine reports between them.

use std::fmt;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use http::{HeaderMap, Response};
use serde_json::Value;

use super::values::Values;
use crate::model::{self, Data};
use crate::{Body, Error, ErrorKind, Result, answer};

/// JSON values as the Engine sends them: progress, events, statistics.
///
/// A pull or a build that fails halfway is reported within the stream, after a status that said all was well: such a
/// value comes as an `Err` with the Engine's words.
pub struct JsonStream<T> {
    body: Body,
    headers: HeaderMap,
    values: Values,
    context: answer::Context,
    ended: bool,
    item: PhantomData<fn() -> T>,
}

impl<T: Data + Default> JsonStream<T> {
    /// The values of a response.
    pub(crate) fn new(response: Response<Body>) -> Self {
        let context = answer::Context::of(&response);
        let (head, body) = response.into_parts();
        let values = Values::new(context.limits.max_item);
        Self { body, headers: head.headers, values, context, ended: false, item: PhantomData }
    }

    /// The headers of the response.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The next value. The same as `try_next` of `futures_util::TryStreamExt`.
    pub async fn next_value(&mut self) -> Result<Option<T>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await.transpose()
    }

    /// Waits for the end and gives the last value. The first error ends the wait.
    pub async fn last(mut self) -> Result<Option<T>> {
        let mut last = None;
        while let Some(value) = self.next_value().await? {
            last = Some(value);
        }
        Ok(last)
    }

    /// Waits for the end. The first error ends the wait.
    pub async fn finish(mut self) -> Result<()> {
        while self.next_value().await?.is_some() {}
        Ok(())
    }

    fn decode(&self, json: &[u8]) -> Result<T> {
        if let Some(error) = reported(json) {
            return Err(error.with_call(self.context.call()).advised());
        }
        answer::decode_json(&self.context, json)
    }

    fn end(&mut self, error: Error) -> Poll<Option<Result<T>>> {
        self.ended = true;
        Poll::Ready(Some(Err(error.with_call(self.context.call()))))
    }
}

impl<T> fmt::Debug for JsonStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonStream").field("body", &self.body).finish_non_exhaustive()
    }
}

impl<T: Data + Default> Stream for JsonStream<T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if this.ended {
            return Poll::Ready(None);
        }
        loop {
            match this.values.next() {
                Ok(Some(json)) => return Poll::Ready(Some(this.decode(&json))),
                Ok(None) => {}
                Err(error) => return this.end(error),
            }
            match ready!(this.body.poll_chunk(cx)) {
                Some(Ok(bytes)) => this.values.push(&bytes),
                Some(Err(error)) => return this.end(Error::from_body(error)),
                None => {
                    this.ended = true;
                    return Poll::Ready(match this.values.finish() {
                        Ok(json) => json.map(|json| this.decode(&json)),
                        Err(error) => Some(Err(error.with_call(this.context.call()))),
                    });
                }
            }
        }
    }
}

/// The two forms in which an Engine reports an error within a stream; newer ones send both.
#[derive(Default)]
struct Report {
    error: Value,
    detail: Detail,
}

#[derive(Default)]
struct Detail {
    code: i64,
    message: String,
}

crate::model! { Report { error = "error", detail = "errorDetail" } }
crate::model! { Detail { code = "code", message = "message" } }

pub(super) fn reported(json: &[u8]) -> Option<Error> {
    // Nearly all values are no reports: they are not read twice.
    if !json.starts_with(b"{") || !json.windows(6).any(|window| window == b"\"error") {
        return None;
    }
    let Report { error, detail } = model::from_slice(json).ok()?;
    let message = match (detail.message.is_empty(), error) {
        (false, _) => detail.message,
        (true, Value::String(error)) if !error.is_empty() => error,
        _ => return None,
    };
    Some(Error::new(ErrorKind::Stream, message).with_code(Some(detail.code).filter(|code| *code != 0)))
}

#[cfg(test)]
mod tests {
    use futures_util::{StreamExt, stream};

    use super::*;

    fn stream_of(pieces: &[&'static str]) -> JsonStream<Value> {
        let pieces: Vec<std::io::Result<_>> = pieces.iter().map(|piece| Ok(piece.as_bytes())).collect();
        JsonStream::new(Response::new(Body::stream(stream::iter(pieces))))
    }

    #[tokio::test]
    async fn values_and_their_end() {
        let mut values = stream_of(&["{\"a\":", "1}{\"a\":2}\n", "3"]);
        assert_eq!(values.next_value().await.unwrap().unwrap()["a"], 1);
        assert_eq!(values.next_value().await.unwrap().unwrap()["a"], 2);
        assert_eq!(values.next_value().await.unwrap().unwrap(), 3);
        assert!(values.next_value().await.unwrap().is_none());
        assert_eq!(stream_of(&["1 2"]).last().await.unwrap().unwrap(), 2);
    }

    #[tokio::test]
    async fn a_report_is_an_error() {
        let error = stream_of(&[
            r#"{"status":"Pulling"}{"errorDetail":{"code":1,"message":"no space"},"error":"old words"}"#,
        ])
        .finish()
        .await
        .unwrap_err();
        assert_eq!((error.kind(), error.message(), error.code()), (ErrorKind::Stream, "no space", Some(1)));
        let error = stream_of(&[r#"{"error":"old words"}"#]).finish().await.unwrap_err();
        assert_eq!((error.message(), error.code()), ("old words", None));
        stream_of(&[r#"{"error":"","message":"\"error"}{"error":null,"errors":1}"#]).finish().await.unwrap();
    }

    #[tokio::test]
    async fn a_cut_or_unreadable_value_is_an_error() {
        assert_eq!(stream_of(&["{\"a\":"]).finish().await.unwrap_err().kind(), ErrorKind::Truncated);
        let mut values = stream_of(&["{\"a\" 1} 2"]);
        assert_eq!(values.next().await.unwrap().unwrap_err().kind(), ErrorKind::Decode);
        assert_eq!(values.next().await.unwrap().unwrap(), 2, "the stream goes on after it");
    }
}
