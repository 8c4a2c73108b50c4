//! What every generated request type can do, and the macros that make it so.

use std::future::Future;
use std::pin::Pin;

use crate::answer::{self, Answer};
use crate::{Body, Limits, OperationMeta, Request, Result};

/// A future on the heap.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The future of a request: it sends, waits, and gives the answer. Dropping it closes the connection.
pub type Sending<T> = BoxFuture<'static, Result<T>>;

/// A request of one operation. Awaited or [sent](Self::send) it runs through its client; [`into_http`](Self::into_http)
/// and [`decode`](Self::decode) are its two halves for programs that bring their own IO.
pub trait Operation: Sized {
    /// What kind of answer it gets.
    type Answer: Answer;

    /// Facts about it.
    const META: &'static OperationMeta;

    /// The request within.
    fn into_request(self) -> Request;

    /// The request within, to change what is not of the operation.
    fn request_mut(&mut self) -> &mut Request;

    /// The same request with limits of its own.
    fn with_limits(mut self, limits: Limits) -> Self {
        self.request_mut().limits(limits);
        self
    }

    /// Sends it.
    fn send(self) -> Sending<<Self::Answer as Answer>::Output> {
        send::<Self::Answer>(self.into_request())
    }

    /// The HTTP request: method, path with version, query, headers, body. The host is the transport's to add.
    fn into_http(self) -> Result<http::Request<Body>> {
        self.into_request().into_http()
    }

    /// Reads an answer to this operation.
    fn decode(
        response: http::Response<Body>,
    ) -> impl Future<Output = Result<<Self::Answer as Answer>::Output>> + Send {
        async {
            let response = answer::checked(Self::META, response, Self::Answer::accepts).await?;
            Self::Answer::decode(response).await
        }
    }
}

/// Sends a request and reads the answer as `A`.
pub fn send<A: Answer>(request: Request) -> Sending<A::Output> {
    Box::pin(async move {
        let response = request.execute(A::accepts, A::TERMINAL).await?;
        A::decode(response).await
    })
}

/// Makes a struct around a [`Request`] an [`Operation`] that can be awaited.
///
/// `operation! { ContainerList, CONTAINER_LIST, answer::Json<Vec<models::ContainerSummary>> }` names the type, the
/// static [`OperationMeta`] and the [answer](crate::answer). `answer::Logs` and `answer::Hijack` add `.tty(bool)`.
#[macro_export]
macro_rules! operation {
    ($name:ident, $meta:ident, answer::Logs $(,)?) => {
        $crate::operation!(@tty $name);
        $crate::operation!(@impl $name, $meta, $crate::answer::Logs);
    };
    ($name:ident, $meta:ident, answer::Hijack $(,)?) => {
        $crate::operation!(@tty $name);
        $crate::operation!(@impl $name, $meta, $crate::answer::Hijack);
    };
    ($name:ident, $meta:ident, $answer:ty $(,)?) => {
        $crate::operation!(@impl $name, $meta, $answer);
    };
    (@tty $name:ident) => {
        impl $name {
            /// Says whether the container has a terminal, so that an Engine which does not tell need not be asked.
            /// Not sent.
            pub fn tty(self, tty: bool) -> Self {
                Self(self.0.tty(tty))
            }
        }
    };
    (@impl $name:ident, $meta:ident, $answer:ty) => {
        impl $crate::Operation for $name {
            type Answer = $answer;

            const META: &'static $crate::OperationMeta = &$meta;

            fn into_request(self) -> $crate::Request {
                self.0
            }

            fn request_mut(&mut self) -> &mut $crate::Request {
                &mut self.0
            }
        }

        impl $name {
            /// Sends the request; the same as awaiting it.
            pub fn send(self) -> $crate::Sending<<$answer as $crate::answer::Answer>::Output> {
                $crate::operation::send::<$answer>(self.0)
            }
        }

        $crate::operation_blocking! { $name, $answer }

        impl ::core::future::IntoFuture for $name {
            type Output = $crate::Result<<$answer as $crate::answer::Answer>::Output>;
            type IntoFuture = $crate::Sending<<$answer as $crate::answer::Answer>::Output>;

            fn into_future(self) -> Self::IntoFuture {
                self.send()
            }
        }
    };
}

/// What a request needs for programs that block: nothing.
#[cfg(not(feature = "blocking"))]
#[doc(hidden)]
#[macro_export]
macro_rules! operation_blocking {
    ($name:ident, $answer:ty) => {};
}
