//! Between [`Transport`] and tower's services, both ways, so that tower's layers (timeout, retry, trace, limits) apply.
//!
//! [`TransportService`] makes a transport a service, layers go around it, and [`ServiceTransport`] makes the result a
//! transport again. It also takes a service that somebody else wrote.
//!
//! ```
//! use docker_engine_runtime::tower::{ServiceTransport, TransportService};
//! use docker_engine_runtime::{ApiVersion, BoxError, Client, Error, ErrorKind, Transport};
//! use std::time::Duration;
//!
//! fn limited(transport: impl Transport) -> Client {
//!     let service = tower::ServiceBuilder::new()
//!         // A layer's own error is of the kind `Transport`, unless it is made one of ours.
//!         .map_err(|error: BoxError| match error.is::<tower::timeout::error::Elapsed>() {
//!             true => Error::new(ErrorKind::Timeout, "the Engine has not answered in time").into(),
//!             false => error,
//!         })
//!         .timeout(Duration::from_secs(5))
//!         .concurrency_limit(4)
//!         .service(TransportService::new(transport));
//!     Client::new(ServiceTransport::new(service), ApiVersion::new(1, 51))
//! }
//! ```
//!
//! # Retry
//!
//! [`Retry`](crate::Retry) is a transport that sends again where that is safe. With tower's own `retry` layer, clone requests
//! with [`try_clone`] and ask [`is_safe_to_repeat`] whether to go on:
//!
//! ```
//! use docker_engine_runtime::http::{Request, Response};
//! use docker_engine_runtime::tower::{is_safe_to_repeat, try_clone};
//! use docker_engine_runtime::{Body, Error};
//! use std::future::{Ready, ready};
//!
//! #[derive(Clone)]
//! struct Attempts(usize);
//!
//! impl tower::retry::Policy<Request<Body>, Response<Body>, Error> for Attempts {
//!     type Future = Ready<()>;
//!
//!     fn retry(&mut self, request: &mut Request<Body>, result: &mut Result<Response<Body>, Error>) -> Option<Ready<()>> {
//!         let again = result.as_ref().is_err_and(|error| is_safe_to_repeat(request.method(), error));
//!         (again && self.0 > 0).then(|| {
//!             self.0 -= 1;
//!             ready(())
//!         })
//!     }
//!
//!     fn clone_request(&mut self, request: &Request<Body>) -> Option<Request<Body>> {
//!         try_clone(request)
//!     }
//! }
//!
//! fn retried(service: docker_engine_runtime::tower::TransportService) -> impl Clone {
//!     tower::ServiceBuilder::new().retry(Attempts(2)).service(service)
//! }
//! ```

use std::any::type_name;
use std::fmt;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};
use tower_service::Service;

pub use crate::retry::{is_safe_to_repeat, try_clone};
use crate::{Body, BoxError, BoxFuture, Error, ErrorKind, Result, Transport};

/// A service as a transport. Each request waits until a clone of the service is ready for it, so layers that hold requests
/// back (limits of rate and number) do.
///
/// An [`Error`] that a service gives stays what it is, also within errors of layers; any other is of the kind
/// [`Transport`](ErrorKind::Transport).
pub struct ServiceTransport<S> {
    /// Services need not be shared between threads: one at a time clones.
    service: Mutex<S>,
}

impl<S> ServiceTransport<S> {
    /// Sends through this service.
    pub fn new(service: S) -> Self {
        Self { service: Mutex::new(service) }
    }
}

impl<S: Clone> Clone for ServiceTransport<S> {
    fn clone(&self) -> Self {
        Self::new(self.service.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }
}

impl<S> fmt::Debug for ServiceTransport<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ServiceTransport({})", type_name::<S>())
    }
}

impl<S, B> Transport for ServiceTransport<S>
where
    S: Service<Request<Body>, Response = Response<B>> + Clone + Send + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    fn send(&self, request: Request<Body>) -> BoxFuture<'_, Result<Response<Body>>> {
        let mut service = self.service.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Box::pin(async move {
            poll_fn(|cx| service.poll_ready(cx)).await.map_err(|error| ours(error.into()))?;
            let response = service.call(request).await.map_err(|error| ours(error.into()))?;
            Ok(response.map(Body::wrap))
        })
    }
}

/// Makes an error of a service one of ours. A layer may have put it around one of ours, whose kind is then kept.
fn ours(error: BoxError) -> Error {
    let error = match error.downcast::<Error>() {
        Ok(error) => return *error,
        Err(error) => error,
    };
    let mut cause = error.source();
    while let Some(source) = cause {
        if let Some(inner) = source.downcast_ref::<Error>() {
            let message = inner.message().to_owned();
            return Error::new(inner.kind(), message).with_source(error);
        }
        cause = source.source();
    }
    Error::new(ErrorKind::Transport, "the service around the transport failed").with_source(error)
}

/// A transport as a service. It is always ready: transports wait within the request.
#[derive(Clone, Debug)]
pub struct TransportService {
    transport: Arc<dyn Transport>,
}

impl TransportService {
    /// The service of this transport.
    pub fn new(transport: impl Transport) -> Self {
        Self { transport: Arc::new(transport) }
    }
}

impl Service<Request<Body>> for TransportService {
    type Response = Response<Body>;
    type Error = Error;
    type Future = BoxFuture<'static, Result<Response<Body>>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let transport = Arc::clone(&self.transport);
        Box::pin(async move { transport.send(request).await })
    }
}
