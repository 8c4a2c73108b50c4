//! Sending again, where that is asked for and safe. Nothing is sent twice unless a program wraps its transport in
//! [`Retry`].

use std::time::Duration;

use http::{Method, Request, Response};

use crate::{Body, BoxFuture, Error, ErrorKind, Result, Transport};

/// A transport that tries again when a request failed on its way and sending it again changes nothing
/// ([`is_safe_to_repeat`]). A request whose body is a stream is sent once; so is one that was answered, with whatever
/// status, because an answer is an answer.
///
/// ```
/// use docker_engine_runtime::{ApiVersion, Client, Retry, Transport};
/// use std::time::Duration;
///
/// /// For an Engine that is being started: asked again after 100, 200, 400 ms.
/// fn patient(transport: impl Transport) -> Client {
///     let transport = Retry::new(transport, 3).first_pause(Duration::from_millis(100));
///     Client::new(transport, ApiVersion::new(1, 51))
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Retry<T> {
    transport: T,
    times: u32,
    pause: Duration,
}

impl<T: Transport> Retry<T> {
    /// Tries so many times more.
    pub fn new(transport: T, times: u32) -> Self {
        Self { transport, times, pause: Duration::from_millis(100) }
    }

    /// How long to wait before the second attempt: 100 ms unless set. Each wait is twice as long as the one before.
    pub fn first_pause(mut self, pause: Duration) -> Self {
        self.pause = pause;
        self
    }
}

impl<T: Transport> Transport for Retry<T> {
    fn send(&self, request: Request<Body>) -> BoxFuture<'_, Result<Response<Body>>> {
        Box::pin(async move {
            let mut request = request;
            let mut pause = self.pause;
            for _ in 0..self.times {
                let Some(again) = try_clone(&request) else { break };
                match self.transport.send(request).await {
                    Err(error) if is_safe_to_repeat(again.method(), &error) => request = again,
                    result => return result,
                }
                tokio::time::sleep(pause).await;
                pause = pause.saturating_mul(2);
            }
            self.transport.send(request).await
        })
    }
}

/// Whether a request that failed so may be sent again: when there was no connection, so that nothing was sent, or when the
/// connection broke and the method only reads. A passed time limit is not repeated: whoever set it means it.
pub fn is_safe_to_repeat(method: &Method, error: &Error) -> bool {
    match error.kind() {
        ErrorKind::Connect => !error.is_timeout(),
        ErrorKind::Transport | ErrorKind::Truncated => method.is_safe(),
        _ => false,
    }
}

/// The same request again, with its extensions. `None`: its body is a stream.
pub fn try_clone(request: &Request<Body>) -> Option<Request<Body>> {
    let mut clone = Request::new(request.body().try_clone()?);
    *clone.method_mut() = request.method().clone();
    *clone.uri_mut() = request.uri().clone();
    *clone.version_mut() = request.version();
    *clone.headers_mut() = request.headers().clone();
    *clone.extensions_mut() = request.extensions().clone();
    Some(clone)
}
