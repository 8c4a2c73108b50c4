//! Bodies of requests and responses: empty, bytes, or a stream. Anyone can build one, so anyone can write a transport.

use std::fmt;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use http_body::{Frame, SizeHint};
use tokio::io::{AsyncRead, ReadBuf};

use crate::{BoxError, Error, Result};

/// How much is read at a time from an [`AsyncRead`].
const CHUNK: usize = 16 << 10;

/// The body of a request or a response.
pub struct Body(Inner);

enum Inner {
    Empty,
    Bytes(Bytes),
    Source(Box<dyn Source>),
}

/// What a body comes from, piece by piece. The bodies of this crate are sources, so that what HTTP's own trait for bodies
/// wants beyond the bytes stands once, at [`Body`].
pub(crate) trait Source: Send + 'static {
    /// The next bytes, perhaps none.
    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, BoxError>>>;

    /// How many bytes are still to come, where it is known.
    fn left(&self) -> Option<u64> {
        None
    }
}

impl Body {
    /// No body.
    pub fn empty() -> Self {
        Self(Inner::Empty)
    }

    /// A body that comes piece by piece; its length is not known before its end.
    pub fn stream<S, B, E>(stream: S) -> Self
    where
        S: Stream<Item = Result<B, E>> + Send + 'static,
        B: Into<Bytes>,
        E: Into<BoxError>,
    {
        Self::source(Pieces { stream: Box::pin(stream), left: None })
    }

    /// A body that comes piece by piece and is this long. A stream of another length is an error.
    pub fn sized_stream<S, B, E>(length: u64, stream: S) -> Self
    where
        S: Stream<Item = Result<B, E>> + Send + 'static,
        B: Into<Bytes>,
        E: Into<BoxError>,
    {
        Self::source(Pieces { stream: Box::pin(stream), left: Some(length) })
    }

    /// A body that is read from a file, a pipe, a connection.
    pub fn reader(reader: impl AsyncRead + Send + 'static) -> Self {
        Self::stream(Reader { reader: Box::pin(reader) })
    }

    /// A body of another crate.
    pub fn wrap<B>(body: B) -> Self
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        Self::wrap_with(body, Into::into)
    }

    /// A body of another crate, whose errors are told apart by `explain`.
    pub(crate) fn wrap_with<B>(body: B, explain: fn(B::Error) -> BoxError) -> Self
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
    {
        Self::source(Wrapped { body: Box::pin(body), explain })
    }

    /// A body that comes from this.
    pub(crate) fn source(source: impl Source) -> Self {
        Self(Inner::Source(Box::new(source)))
    }

    /// Its length, where it is known.
    pub fn len(&self) -> Option<u64> {
        match &self.0 {
            Inner::Empty => Some(0),
            Inner::Bytes(bytes) => Some(bytes.len() as u64),
            Inner::Source(source) => source.left(),
        }
    }

    /// Whether it is known to have no bytes.
    pub fn is_empty(&self) -> bool {
        self.len() == Some(0)
    }

    /// The same body again, to send it twice. `None`: it is a stream, which can be read once.
    pub fn try_clone(&self) -> Option<Self> {
        match &self.0 {
            Inner::Empty => Some(Self(Inner::Empty)),
            Inner::Bytes(bytes) => Some(Self(Inner::Bytes(bytes.clone()))),
            Inner::Source(_) => None,
        }
    }

    /// All of it.
    pub async fn collect(self) -> Result<Bytes> {
        let (bytes, end) = self.collect_up_to(usize::MAX).await;
        end.map(|_| bytes)
    }

    /// What came before the end, an error or the limit; whether that was the end.
    pub(crate) async fn collect_up_to(mut self, limit: usize) -> (Bytes, Result<bool>) {
        if let Inner::Bytes(bytes) = &mut self.0
            && bytes.len() <= limit
        {
            return (std::mem::take(bytes), Ok(true));
        }
        let mut collected = BytesMut::new();
        loop {
            match poll_fn(|cx| self.poll_chunk(cx)).await {
                None => return (collected.freeze(), Ok(true)),
                Some(Err(error)) => return (collected.freeze(), Err(Error::from_body(error))),
                Some(Ok(chunk)) => {
                    let room = limit - collected.len();
                    collected.extend_from_slice(&chunk[..chunk.len().min(room)]);
                    if chunk.len() > room {
                        return (collected.freeze(), Ok(false));
                    }
                }
            }
        }
    }

    /// The next bytes, never none.
    pub(crate) fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, BoxError>>> {
        loop {
            let chunk = match &mut self.0 {
                Inner::Empty => None,
                Inner::Bytes(bytes) => {
                    let bytes = std::mem::take(bytes);
                    self.0 = Inner::Empty;
                    Some(Ok(bytes))
                }
                Inner::Source(source) => ready!(source.poll_chunk(cx)),
            };
            match chunk {
                Some(Ok(bytes)) if bytes.is_empty() => {}
                chunk => return Poll::Ready(chunk),
            }
        }
    }
}

impl Default for Body {
    fn default() -> Self {
        Self::empty()
    }
}

impl fmt::Debug for Body {
    /// Tells the length; the bytes may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.len() {
            Some(length) => write!(f, "Body({length} bytes)"),
            None => f.write_str("Body(stream)"),
        }
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        self.poll_chunk(cx).map(|chunk| chunk.map(|chunk| chunk.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        self.len().map_or_else(SizeHint::new, SizeHint::with_exact)
    }
}

impl Stream for Body {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_chunk(cx)
    }
}

macro_rules! from_bytes {
    ($($type:ty)*) => {$(
        impl From<$type> for Body {
            fn from(bytes: $type) -> Self {
                Self(Inner::Bytes(bytes.into()))
            }
        }
    )*};
}

from_bytes! { Bytes Vec<u8> String &'static [u8] &'static str }

impl From<()> for Body {
    fn from((): ()) -> Self {
        Self::empty()
    }
}

/// A stream as a body.
struct Pieces<S> {
    stream: Pin<Box<S>>,
    left: Option<u64>,
}

impl<S, B, E> Source for Pieces<S>
where
    S: Stream<Item = Result<B, E>> + Send + 'static,
    B: Into<Bytes>,
    E: Into<BoxError>,
{
    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, BoxError>>> {
        let chunk: Bytes = match ready!(self.stream.as_mut().poll_next(cx)) {
            Some(Ok(chunk)) => chunk.into(),
            Some(Err(error)) => return Poll::Ready(Some(Err(error.into()))),
            None => {
                return Poll::Ready(match self.left.take() {
                    None | Some(0) => None,
                    Some(left) => Some(Err(format!("the body ended {left} bytes before its length").into())),
                });
            }
        };
        if let Some(left) = &mut self.left {
            match left.checked_sub(chunk.len() as u64) {
                Some(rest) => *left = rest,
                None => return Poll::Ready(Some(Err("the body is longer than its length".into()))),
            }
        }
        Poll::Ready(Some(Ok(chunk)))
    }

    fn left(&self) -> Option<u64> {
        self.left
    }
}

/// A body of another crate.
struct Wrapped<B: http_body::Body> {
    body: Pin<Box<B>>,
    explain: fn(B::Error) -> BoxError,
}

impl<B> Source for Wrapped<B>
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
{
    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, BoxError>>> {
        poll_data(self.body.as_mut(), cx).map(|chunk| chunk.map(|chunk| chunk.map_err(self.explain)))
    }

    fn left(&self) -> Option<u64> {
        left(&*self.body)
    }
}

/// The next bytes of a body of another crate; trailers are passed over.
pub(crate) fn poll_data<B: http_body::Body<Data = Bytes>>(
    mut body: Pin<&mut B>,
    cx: &mut Context<'_>,
) -> Poll<Option<Result<Bytes, B::Error>>> {
    loop {
        match ready!(body.as_mut().poll_frame(cx)) {
            None => return Poll::Ready(None),
            Some(Err(error)) => return Poll::Ready(Some(Err(error))),
            Some(Ok(frame)) => {
                if let Ok(data) = frame.into_data() {
                    return Poll::Ready(Some(Ok(data)));
                }
            }
        }
    }
}

/// How many bytes of a body of another crate are to come, where it is known.
pub(crate) fn left(body: &impl http_body::Body) -> Option<u64> {
    if body.is_end_stream() { Some(0) } else { body.size_hint().exact() }
}

/// A reader as a stream.
struct Reader<R> {
    reader: Pin<Box<R>>,
}

impl<R: AsyncRead> Stream for Reader<R> {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut chunk = vec![0; CHUNK];
        let mut buffer = ReadBuf::new(&mut chunk);
        ready!(self.reader.as_mut().poll_read(cx, &mut buffer))?;
        let length = buffer.filled().len();
        chunk.truncate(length);
        Poll::Ready((length > 0).then(|| Ok(chunk.into())))
    }
}

#[cfg(test)]
mod tests {
    use futures_util::stream::{self, StreamExt};

    use super::*;

    fn pieces(pieces: &[&'static str]) -> impl Stream<Item = io::Result<&'static [u8]>> + Send + use<> {
        let pieces: Vec<_> = pieces.iter().map(|piece| Ok(piece.as_bytes())).collect();
        stream::iter(pieces)
    }

    #[tokio::test]
    async fn every_kind_gives_its_bytes() {
        assert_eq!(Body::empty().collect().await.unwrap(), "");
        assert_eq!(Body::from("abc").len(), Some(3));
        assert_eq!(Body::from("abc").collect().await.unwrap(), "abc");
        assert_eq!(Body::stream(pieces(&["a", "", "bc"])).collect().await.unwrap(), "abc");
        assert_eq!(Body::reader(&b"abc"[..]).collect().await.unwrap(), "abc");
        assert_eq!(Body::wrap(Body::from("abc")).len(), Some(3));
        assert_eq!(Body::stream(pieces(&["a", "", "bc"])).count().await, 2);
    }

    #[tokio::test]
    async fn a_sized_stream_keeps_its_word() {
        let body = Body::sized_stream(3, pieces(&["ab", "c"]));
        assert_eq!(body.len(), Some(3));
        assert_eq!(body.collect().await.unwrap(), "abc");
        assert!(Body::sized_stream(4, pieces(&["ab", "c"])).collect().await.is_err());
        assert!(Body::sized_stream(2, pieces(&["ab", "c"])).collect().await.is_err());
    }

    #[tokio::test]
    async fn collects_up_to_a_limit() {
        let (bytes, end) = Body::stream(pieces(&["ab", "cd"])).collect_up_to(3).await;
        assert_eq!((bytes.as_ref(), end.unwrap()), (&b"abc"[..], false));
        let (bytes, end) = Body::from("abcd").collect_up_to(4).await;
        assert_eq!((bytes.as_ref(), end.unwrap()), (&b"abcd"[..], true));
    }
}
