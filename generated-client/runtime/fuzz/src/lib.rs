//! What the fuzz targets share: bodies that come in pieces, and futures that never wait.

use std::fmt::Debug;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use docker_engine_runtime::http::{Method, Response};
use docker_engine_runtime::{Body, Error, ErrorKind, OperationMeta};
use futures_util::{Stream, StreamExt, stream};

/// An operation of no importance.
pub const OPERATION: OperationMeta = OperationMeta {
    id: "Fuzz",
    tag: "Fuzz",
    method: Method::GET,
    path: "/fuzz/{id}/of/{name}",
    since: None,
    deprecated: false,
    parameters: &[],
    statuses: &[],
    upgrade: None,
    long_poll: false,
};

/// Runs a future that has no reason to wait.
pub fn run<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("a body in memory waits"),
    }
}

/// A response of this type whose body comes in pieces of these sizes, over and over.
pub fn response(media_type: &'static str, bytes: &[u8], sizes: &[u8]) -> Response<Body> {
    let mut pieces = Vec::new();
    let mut rest = bytes;
    for size in sizes.iter().cycle().map(|size| usize::from(*size) + 1) {
        if rest.is_empty() {
            break;
        }
        let (piece, after) = rest.split_at(size.min(rest.len()));
        pieces.push(Ok::<_, std::io::Error>(piece.to_vec()));
        rest = after;
    }
    if sizes.is_empty() {
        pieces.push(Ok(bytes.to_vec()));
    }
    let response = Response::builder().header("Content-Type", media_type);
    response.body(Body::stream(stream::iter(pieces))).expect("a response")
}

/// All items of a stream up to its end. An error may be in the midst of them: a JSON value that cannot be read does not hide
/// those after it.
pub fn drain<T: Debug>(stream: impl Stream<Item = Result<T, Error>>) -> Vec<Result<T, ErrorKind>> {
    run(stream.map(|item| item.map_err(|error| error.kind())).collect())
}

/// Sizes of pieces, and the bytes that come in them.
pub fn split(data: &[u8]) -> (&[u8], &[u8]) {
    let length = data.first().map_or(0, |length| usize::from(*length % 8));
    data.get(1..).unwrap_or_default().split_at_checked(length).unwrap_or((&[], data))
}
