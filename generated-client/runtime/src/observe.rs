//! What can be seen of requests from outside: with the feature `tracing`, a span for each.
//!
//! A span `request` (target `docker_engine`, level debug) has the fields `operation`, `method`, `path` (the template, with
//! no value in it), `status`, `duration_ms`, and `error`, which is a kind or `cancelled`. It ends when the head of the answer is
//! there; a stream goes on after it. Bodies, headers, queries and messages are never in it: they may hold secrets.

use std::future::Future;

use http::Response;

use crate::{Body, OperationMeta, Result};

/// Runs a request in its span.
#[cfg(feature = "tracing")]
pub(crate) async fn request(
    meta: &'static OperationMeta,
    sending: impl Future<Output = Result<Response<Body>>>,
) -> Result<Response<Body>> {
    use tracing::field::Empty;
    use tracing::{Instrument, Level, span};

    let span = span!(
        target: "docker_engine",
        Level::DEBUG,
        "request",
        operation = meta.id,
        method = meta.method.as_str(),
        path = meta.path,
        status = Empty,
        duration_ms = Empty,
        error = Empty,
    );
    let mut outcome = Outcome { span: span.clone(), begun: std::time::Instant::now(), known: false };
    let result = sending.instrument(span).await;
    outcome.is(&result);
    result
}

/// Tells how a request ended, also one whose future was dropped.
#[cfg(feature = "tracing")]
struct Outcome {
    span: tracing::Span,
    begun: std::time::Instant,
    known: bool,
}

#[cfg(feature = "tracing")]
impl Outcome {
    fn is(&mut self, result: &Result<Response<Body>>) {
        self.known = true;
        let status = match result {
            Ok(response) => Some(response.status()),
            Err(error) => error.status(),
        };
        if let Some(status) = status {
            self.span.record("status", status.as_u16());
        }
        if let Err(error) = result {
            self.span.record("error", tracing::field::debug(error.kind()));
        }
    }
}

#[cfg(feature = "tracing")]
impl Drop for Outcome {
    fn drop(&mut self) {
        if !self.known {
            self.span.record("error", "cancelled");
        }
        let elapsed = u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.span.record("duration_ms", elapsed);
    }
}

/// Runs a request; nobody looks.
#[cfg(not(feature = "tracing"))]
pub(crate) fn request(
    _: &'static OperationMeta,
    sending: impl Future<Output = Result<Response<Body>>>,
) -> impl Future<Output = Result<Response<Body>>> {
    sending
}
