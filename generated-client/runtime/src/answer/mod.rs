//! Kinds of answer: from an HTTP response to what the caller gets. Which one an operation has is said in its
//! `operation!` line.

mod headers;
mod outcome;
mod status;

use std::future::Future;
use std::marker::PhantomData;

use http::{Response, StatusCode};

pub use headers::{FromHeader, FromHeaders, base64 as read_base64_header, plain as read_header};
pub use outcome::FromOutcome;
pub(crate) use status::{Context, checked, message_in};

use crate::model::{self, Data};
use crate::stream::{ByteStream, Duplex, JsonStream, LogStream};
use crate::{Body, Error, ErrorKind, Result};

/// A kind of answer.
pub trait Answer {
    /// What the caller gets.
    type Output: Send + 'static;

    /// Whether the form of the body depends on the container's terminal.
    const TERMINAL: bool = false;

    /// Whether a status is an answer; the others are errors.
    fn accepts(status: StatusCode) -> bool {
        status.is_success()
    }

    /// Reads a response with an accepted status.
    fn decode(response: Response<Body>) -> impl Future<Output = Result<Self::Output>> + Send;
}

/// One JSON value.
pub struct Json<T>(PhantomData<T>);

impl<T: Data + Default + Send + 'static> Answer for Json<T> {
    type Output = T;

    async fn decode(response: Response<Body>) -> Result<T> {
        let (context, body) = status::read(response).await?;
        decode_json(&context, &body)
    }
}

pub(crate) fn decode_json<T: Data + Default>(context: &Context, body: &[u8]) -> Result<T> {
    model::from_slice(body).map_err(|error| undecodable(context, error))
}

pub(crate) fn undecodable(context: &Context, error: model::DecodeError) -> Error {
    let message = format!("the answer cannot be read: {error}");
    Error::new(ErrorKind::Decode, message).with_call(context.call())
}

/// JSON values one after the other.
pub struct JsonLines<T>(PhantomData<T>);

impl<T: Data + Default + Send + 'static> Answer for JsonLines<T> {
    type Output = JsonStream<T>;

    async fn decode(response: Response<Body>) -> Result<JsonStream<T>> {
        Ok(JsonStream::new(response))
    }
}

/// The output of a container.
pub struct Logs(());

impl Answer for Logs {
    type Output = LogStream;

    const TERMINAL: bool = true;

    async fn decode(response: Response<Body>) -> Result<LogStream> {
        Ok(LogStream::new(response))
    }
}

/// A connection in both directions.
pub struct Hijack(());

impl Answer for Hijack {
    type Output = Duplex;

    const TERMINAL: bool = true;

    fn accepts(status: StatusCode) -> bool {
        status.is_success() || status == StatusCode::SWITCHING_PROTOCOLS
    }

    async fn decode(response: Response<Body>) -> Result<Duplex> {
        Duplex::new(response)
    }
}

/// Bytes as they come.
pub struct Bytes(());

impl Answer for Bytes {
    type Output = ByteStream;

    async fn decode(response: Response<Body>) -> Result<ByteStream> {
        Ok(ByteStream::new(response))
    }
}

/// Text.
pub struct Text(());

impl Answer for Text {
    type Output = String;

    async fn decode(response: Response<Body>) -> Result<String> {
        let (_, body) = status::read(response).await?;
        Ok(String::from_utf8_lossy(&body).into_owned())
    }
}

/// Nothing but the status.
pub struct Empty(());

impl Answer for Empty {
    type Output = ();

    /// The body is read, if there is one: an Engine may report a failure there, and a connection can only be used again
    /// after its end.
    async fn decode(response: Response<Body>) -> Result<()> {
        status::read(response).await.map(|_| ())
    }
}

/// The headers are the answer.
pub struct Headers<H>(PhantomData<H>);

impl<H: FromHeaders + Send + 'static> Answer for Headers<H> {
    type Output = H;

    async fn decode(response: Response<Body>) -> Result<H> {
        let context = Context::of(&response);
        H::from_headers(response.headers()).map_err(|error| error.with_call(context.call()))
    }
}

/// The status is the answer.
pub struct Outcome<E>(PhantomData<E>);

impl<E: FromOutcome + Send + 'static> Answer for Outcome<E> {
    type Output = E;

    fn accepts(status: StatusCode) -> bool {
        E::STATUSES.contains(&status.as_u16())
    }

    async fn decode(response: Response<Body>) -> Result<E> {
        let status = response.status();
        let (context, body) = status::read(response).await?;
        E::from_outcome(status.as_u16(), &body).map_err(|error| undecodable(&context, error))
    }
}
