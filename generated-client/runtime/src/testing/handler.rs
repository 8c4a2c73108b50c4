//! A function as a transport.

use std::any::type_name;
use std::fmt;
use std::future::Future;

use crate::{Body, BoxFuture, Result, Transport};

/// Answers every request with a function: for Engines that a script cannot describe.
///
/// ```
/// use docker_engine_runtime::http::{Request, Response};
/// use docker_engine_runtime::testing::Handler;
/// use docker_engine_runtime::{ApiVersion, Body, Client};
///
/// let engine = Handler::new(|_: Request<Body>| async { Ok(Response::new(Body::from("OK"))) });
/// let client = Client::new(engine, ApiVersion::new(1, 51));
/// # let _ = client;
/// ```
#[derive(Clone)]
pub struct Handler<F> {
    function: F,
}

impl<F, A> Handler<F>
where
    F: Fn(http::Request<Body>) -> A + Send + Sync + 'static,
    A: Future<Output = Result<http::Response<Body>>> + Send,
{
    /// Answers with what `function` gives.
    pub fn new(function: F) -> Self {
        Self { function }
    }
}

impl<F> fmt::Debug for Handler<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Handler({})", type_name::<F>())
    }
}

impl<F, A> Transport for Handler<F>
where
    F: Fn(http::Request<Body>) -> A + Send + Sync + 'static,
    A: Future<Output = Result<http::Response<Body>>> + Send + 'static,
{
    fn send(&self, request: http::Request<Body>) -> BoxFuture<'_, Result<http::Response<Body>>> {
        Box::pin((self.function)(request))
    }
}
