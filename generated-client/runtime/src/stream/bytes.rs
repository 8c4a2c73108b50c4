//! Bytes as they come: archives of images and containers. An archive that ends before its end is an error.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use futures_core::Stream;
use http::{HeaderMap, Response};
use tokio::io::{AsyncRead, ReadBuf};

use super::archive::Archive;
use crate::error::Call;
use crate::{Body, Error, Result, answer};

/// The bytes of an answer: a `Stream` of pieces and an `AsyncRead`.
///
/// What begins as a tar archive must end as one: an Engine that fails halfway ends the answer as if all was well. All bytes
/// come as they are; then, in place of the end, comes the error.
#[derive(Debug)]
pub struct ByteStream {
    body: Body,
    headers: HeaderMap,
    /// What was taken from the body and not read yet.
    rest: Bytes,
    archive: Archive,
    call: Option<Call>,
    ended: bool,
}

impl ByteStream {
    pub(crate) fn new(response: Response<Body>) -> Self {
        let call = answer::Context::of(&response).call;
        let (head, body) = response.into_parts();
        let (rest, archive) = (Bytes::new(), Archive::new());
        Self { body, headers: head.headers, rest, archive, call, ended: false }
    }

    /// The headers of the response.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The headers of the response as a struct of the generated crate.
    pub fn read_headers<H: answer::FromHeaders>(&self) -> Result<H> {
        H::from_headers(&self.headers).map_err(|error| error.with_call(self.call.as_ref()))
    }

    /// All bytes in memory.
    pub async fn collect(mut self) -> Result<Vec<u8>> {
        let mut collected = Vec::new();
        while let Some(chunk) = std::future::poll_fn(|cx| self.poll_bytes(cx)).await {
            collected.extend_from_slice(&chunk?);
        }
        Ok(collected)
    }

    fn poll_bytes(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes>>> {
        if !self.rest.is_empty() {
            return Poll::Ready(Some(Ok(std::mem::take(&mut self.rest))));
        }
        if self.ended {
            return Poll::Ready(None);
        }
        let chunk = match ready!(self.body.poll_chunk(cx)) {
            Some(Ok(bytes)) => {
                self.archive.push(&bytes);
                return Poll::Ready(Some(Ok(bytes)));
            }
            Some(Err(error)) => Some(Err(Error::from_body(error))),
            None => self.archive.finish().err().map(Err),
        };
        self.ended = true;
        Poll::Ready(chunk.map(|chunk| chunk.map_err(|error| error.with_call(self.call.as_ref()))))
    }
}

impl Stream for ByteStream {
    type Item = Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_bytes(cx)
    }
}

impl AsyncRead for ByteStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.rest.is_empty() {
            match ready!(self.poll_bytes(cx)) {
                Some(Ok(bytes)) => self.rest = bytes,
                Some(Err(error)) => return Poll::Ready(Err(io::Error::other(error))),
                None => return Poll::Ready(Ok(())),
            }
        }
        let length = self.rest.len().min(buffer.remaining());
        buffer.put_slice(&self.rest[..length]);
        self.rest.advance(length);
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use futures_util::stream;
    use tokio::io::AsyncReadExt;

    use super::*;
    use crate::ErrorKind;
    use crate::stream::archive::tests::member;

    #[tokio::test]
    async fn read_and_collected() {
        let response = || {
            let pieces: Vec<io::Result<_>> = vec![Ok(&b"abc"[..]), Ok(b"defg")];
            Response::new(Body::stream(stream::iter(pieces)))
        };
        let mut bytes = ByteStream::new(response());
        let mut two = [0; 2];
        bytes.read_exact(&mut two).await.unwrap();
        assert_eq!((&two, bytes.collect().await.unwrap()), (b"ab", b"cdefg".to_vec()));
        let mut text = String::new();
        ByteStream::new(response()).read_to_string(&mut text).await.unwrap();
        assert_eq!(text, "abcdefg");
    }

    #[tokio::test]
    async fn an_archive_that_is_cut_off_is_no_end() {
        let mut archive = member("a", b'0', None, &[b'x'; 1000]);
        archive.truncate(512 + 600);
        let cut = || ByteStream::new(Response::new(Body::from(archive.clone())));
        let error = cut().collect().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Truncated);
        let (mut stream, mut bytes) = (cut(), Vec::new());
        let error = stream.read_to_end(&mut bytes).await.unwrap_err();
        assert!(error.to_string().contains("424 bytes before its end"), "{error}");
        assert_eq!(bytes, archive, "all that came is given first");
    }

    #[tokio::test]
    async fn an_error_is_no_end() {
        let pieces = vec![Ok(&b"abc"[..]), Err(io::Error::other("cut"))];
        let bytes = ByteStream::new(Response::new(Body::stream(stream::iter(pieces))));
        let error = bytes.collect().await.unwrap_err();
        assert_eq!(format!("{error:#}"), "the connection broke: cut");
    }
}
