//! Transports and tower's services, with tower's own layers; sending again.

#![allow(clippy::unwrap_used)]

mod support;

use std::future::{Ready, ready};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use docker_engine_runtime::http::{Request, Response};
use docker_engine_runtime::testing::{Engine, Faults, Handler, Reply, When};
use docker_engine_runtime::tower::{ServiceTransport, TransportService, is_safe_to_repeat, try_clone};
use docker_engine_runtime::{ApiVersion, Body, BoxError, Error, ErrorKind, LogSource, Retry, Transport};
use futures_util::stream;
use serde_json::json;
use support::api::*;
use tower::retry::Policy;
use tower::{ServiceBuilder, service_fn};

fn client(transport: impl Transport) -> Client {
    Client::new(transport).with_version(ApiVersion::new(1, 51))
}

/// Refuses the first so many connections; counts what gets through.
fn flaky(refusals: usize) -> (impl Transport, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    let handler = Handler::new(move |_: Request<Body>| {
        counted.fetch_add(1, Ordering::SeqCst);
        ready(Ok(Response::new(Body::from("OK"))))
    });
    (Faults::new(handler).refuse(refusals), count)
}

type Answer = Result<Response<Body>, Error>;

#[derive(Clone)]
struct Attempts(usize);

impl Policy<Request<Body>, Response<Body>, Error> for Attempts {
    type Future = Ready<()>;

    fn retry(&mut self, request: &mut Request<Body>, result: &mut Answer) -> Option<Ready<()>> {
        let again = result.as_ref().is_err_and(|error| is_safe_to_repeat(request.method(), error));
        (again && self.0 > 0).then(|| {
            self.0 -= 1;
            ready(())
        })
    }

    fn clone_request(&mut self, request: &Request<Body>) -> Option<Request<Body>> {
        try_clone(request)
    }
}

#[tokio::test]
async fn a_service_is_a_transport() {
    let service = service_fn(|request: Request<Body>| async move {
        Ok::<_, BoxError>(Response::new(Body::from(request.uri().path().to_owned())))
    });
    let transport: Arc<dyn Transport> = Arc::new(ServiceTransport::new(service));
    assert_eq!(SystemPing::new(&client(transport)).await.unwrap(), "/v1.51/_ping");
    let failing = service_fn(|_: Request<Body>| async { Err::<Response<Body>, BoxError>("no luck".into()) });
    let error = SystemPing::new(&client(ServiceTransport::new(failing))).await.unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Transport, Some("SystemPing")));
    assert!(format!("{error:#}").ends_with("the service around the transport failed: no luck"), "{error:#}");
}

#[tokio::test]
async fn layers_apply_and_connections_go_through_them() {
    let cat = Reply::upgrade(|mut peer| async move {
        let input = peer.read_to_end().await;
        peer.frame(LogSource::Stdout, input).await;
    });
    let engine = Engine::new()
        .always(When::operation("ContainerAttach"), cat)
        .on(When::operation("ContainerList"), Reply::failure(ErrorKind::Connect, "nobody listens"))
        .always(When::operation("SystemPing"), Reply::text("OK").after(Duration::from_millis(200)));
    let service = ServiceBuilder::new()
        .map_err(|error: BoxError| match error.is::<tower::timeout::error::Elapsed>() {
            true => Error::new(ErrorKind::Timeout, "too late").into(),
            false => error,
        })
        .timeout(Duration::from_millis(20))
        .service(TransportService::new(engine));
    let client = client(ServiceTransport::new(service));
    let chunks = ContainerAttach::of(&client, "x").await.unwrap().exchange("in").await.unwrap();
    assert_eq!(chunks[0].to_string(), "in");
    assert!(ContainerList::new(&client).await.unwrap_err().is_connect(), "our errors pass the layers");
    let error = SystemPing::new(&client).await.unwrap_err();
    assert!(error.is_timeout() && error.message() == "too late", "{error}");
}

#[tokio::test]
async fn a_service_that_is_not_ready_holds_requests_back() {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (counted, highest) = (Arc::clone(&now), Arc::clone(&most));
    let busy = Handler::new(move |_: Request<Body>| {
        let (now, most) = (Arc::clone(&counted), Arc::clone(&highest));
        async move {
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(10)).await;
            now.fetch_sub(1, Ordering::SeqCst);
            Ok(Response::new(Body::from("OK")))
        }
    });
    let service = ServiceBuilder::new().concurrency_limit(2).service(TransportService::new(busy));
    let client = client(ServiceTransport::new(service));
    let pings: Vec<_> = (0..8).map(|_| tokio::spawn(SystemPing::new(&client).send())).collect();
    for ping in pings {
        assert_eq!(ping.await.unwrap().unwrap(), "OK");
    }
    assert_eq!(most.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn towers_retry_with_our_rules() {
    let (transport, count) = flaky(2);
    let service = ServiceBuilder::new().retry(Attempts(2)).service(TransportService::new(transport));
    let client = client(ServiceTransport::new(service));
    assert_eq!(SystemPing::new(&client).await.unwrap(), "OK");
    assert_eq!(count.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn retry_only_where_it_is_safe() {
    let retrying = |transport| Retry::new(transport, 2).first_pause(Duration::from_millis(1));
    let (transport, count) = flaky(2);
    let client = client(retrying(transport));
    // Nothing was sent: anything may be sent again.
    let created = ContainerDelete::of(&client, "x").await;
    assert!(created.is_ok() && count.load(Ordering::SeqCst) == 1);
    let (transport, count) = flaky(3);
    assert!(SystemPing::new(&self::client(retrying(transport))).await.unwrap_err().is_connect());
    assert_eq!(count.load(Ordering::SeqCst), 0);
    // A stream can be sent once.
    let (transport, _) = flaky(1);
    let body = Body::stream(stream::iter([Ok::<_, std::io::Error>("x")]));
    let client = self::client(retrying(transport));
    assert!(PutContainerArchive::of(&client, "x").tar(body).await.unwrap_err().is_connect());

    // The connection broke: what only reads is asked again, what changes something is not.
    let attempts = |kind| {
        let count = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&count);
        let broken = Handler::new(move |_: Request<Body>| {
            counted.fetch_add(1, Ordering::SeqCst);
            ready(Answer::Err(Error::new(kind, "it broke")))
        });
        (self::client(Retry::new(broken, 2).first_pause(Duration::from_millis(1))), count)
    };
    for (kind, expected) in [(ErrorKind::Transport, 3), (ErrorKind::Truncated, 3), (ErrorKind::Timeout, 1)] {
        let (client, count) = attempts(kind);
        assert_eq!(SystemPing::new(&client).await.unwrap_err().kind(), kind);
        assert_eq!(count.load(Ordering::SeqCst), expected, "{kind:?}");
        let (client, count) = attempts(kind);
        assert!(ContainerCreate::new(&client).json(json!({})).await.is_err());
        assert_eq!(count.load(Ordering::SeqCst), 1, "{kind:?}");
    }
    // An answer is an answer.
    let engine = Engine::new().on(When::operation("ContainerList"), Reply::error(503, "busy"));
    let client = self::client(Retry::new(engine.clone(), 2));
    assert!(ContainerList::new(&client).await.unwrap_err().is_server_error());
    assert_eq!(engine.requests().len(), 1);
}
