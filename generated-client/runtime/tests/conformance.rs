//! One list of checks that every transport must pass, over an Engine of the tests' own and over a real one.
//!
//! To add a transport, write a test like those at the end: make a [`Way`] to a [`Served`] Engine, and `conform` to it. On real
//! Engines the suite runs where the environment tells of one that is there for tests: `DOCKER_HOST`, `ENGINE_TCP`,
//! `ENGINE_TLS` with `DOCKER_CERT_PATH`, `ENGINE_API_MAX`. Elsewhere those tests say that they skip; so do those through ssh
//! where there is no sshd to start.

#![allow(clippy::unwrap_used)]

mod support;

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use docker_engine_runtime::testing::{Faults, Handler};
use docker_engine_runtime::{ApiVersion, Body, LogSource, Result};
use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::{Value, json};
use support::api::*;
use support::daemon::{Daemon, SCRIPT, TICKS};
use support::serve::Served;

/// A transport, and an Engine at its end.
struct Way {
    name: &'static str,
    /// Makes a client with a transport of its own.
    client: Box<dyn Fn() -> Client>,
    /// The Engine, if it is the tests' own and can be looked into.
    daemon: Option<Arc<Daemon>>,
}

impl Way {
    fn to(served: &Served, name: &'static str, client: impl Fn() -> Client + 'static) -> Self {
        Self { name, client: Box::new(client), daemon: Some(Arc::clone(&served.daemon)) }
    }
}

type Check = for<'a> fn(&'a Client, Option<&'a Daemon>) -> Pin<Box<dyn Future<Output = ()> + 'a>>;

macro_rules! checks {
    ($($name:ident)*) => { [$((stringify!($name), (|client, daemon| Box::pin($name(client, daemon))) as Check)),*] };
}

/// Runs all checks, each with a new client in a new runtime. What a client started in the runtime is gone with it.
fn conform(way: &Way) {
    let checks = checks! {
        ping_and_version list_with_filters run_to_the_end attach_and_close_the_input archives_of_30_mb
        errors_are_told an_upload_that_is_refused dropping_closes back_pressure
    };
    for (check, run) in checks {
        let runtime = runtime();
        let client = (way.client)();
        let timed = async {
            tokio::time::timeout(Duration::from_secs(60), run(&client, way.daemon.as_deref())).await
        };
        let begun = Instant::now();
        let done = runtime.block_on(timed);
        assert!(done.is_ok(), "{}: {check} does not end", way.name);
        eprintln!("{}: {check}: {:?}", way.name, begun.elapsed());
        drop(client);
        let alive = || runtime.metrics().num_alive_tasks();
        wait_until(
            &runtime,
            || alive() == 0,
            || format!("{}: {check}: {} tasks outlive the client", way.name, alive()),
        );
    }
    one_client_in_two_runtimes(way);
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

fn wait_until(runtime: &tokio::runtime::Runtime, done: impl Fn() -> bool, otherwise: impl Fn() -> String) {
    let begun = Instant::now();
    while !done() {
        assert!(begun.elapsed() < Duration::from_secs(5), "{}", otherwise());
        runtime.block_on(async { tokio::time::sleep(Duration::from_millis(5)).await });
    }
}

fn one_client_in_two_runtimes(way: &Way) {
    let client = (way.client)();
    for round in 0..3 {
        let pong = runtime().block_on(SystemPing::new(&client).send());
        assert_eq!(pong.unwrap_or_else(|error| panic!("{}: runtime {round}: {error}", way.name)), "OK");
    }
    // One that is there but not run: what was left in it must not be waited for.
    let runtimes = [runtime(), runtime()];
    for runtime in runtimes.iter().cycle().take(4) {
        let pong = runtime.block_on(async {
            tokio::time::timeout(Duration::from_secs(10), SystemPing::new(&client).send()).await
        });
        assert_eq!(pong.expect("no answer in the other runtime").unwrap(), "OK", "{}", way.name);
    }
}

async fn ping_and_version(client: &Client, _: Option<&Daemon>) {
    assert_eq!(SystemPing::new(client).await.unwrap(), "OK");
    assert_eq!(client.negotiate().await.unwrap(), client.version());
}

async fn create(client: &Client, cmd: Value) -> Container {
    let config = json!({"Image": "alpine", "Cmd": cmd, "Labels": {"runtime": "conformance"}});
    Container::create(client, config).await
}

async fn list_with_filters(client: &Client, _: Option<&Daemon>) {
    let id = create(client, json!(["sleep", "600"])).await;
    let listed = async |label: &str| {
        let list = ContainerList::new(client).query("all", true);
        let listed = list.filters(|filters| filters.with("label", label)).await.unwrap();
        listed.iter().any(|container| container["Id"] == *id)
    };
    assert!(listed("runtime=conformance").await);
    assert!(!listed("runtime=other").await);
    id.delete().await;
}

async fn run_to_the_end(client: &Client, _: Option<&Daemon>) {
    let id = create(client, json!(["sh", "-c", SCRIPT])).await;
    assert_eq!(id.start().await, StartOutcome::Started);
    assert_eq!(ContainerWait::of(client, &id).await.unwrap().status_code, 3);
    let logs = ContainerLogs::of(client, &id).query("stdout", true).query("stderr", true).await.unwrap();
    let chunks: Vec<_> = logs.try_collect().await.unwrap();
    let of =
        |source| chunks.iter().filter(|c| c.source == source).map(ToString::to_string).collect::<String>();
    assert_eq!((of(LogSource::Stdout).as_str(), of(LogSource::Stderr).as_str()), ("out\n", "err\n"));
    id.delete().await;
    let id = create(client, json!(["sleep", "600"])).await;
    assert_eq!(id.start().await, StartOutcome::Started);
    assert_eq!(id.start().await, StartOutcome::AlreadyStarted);
    id.delete().await;
}

async fn attach_and_close_the_input(client: &Client, _: Option<&Daemon>) {
    let config = json!({
        "Image": "alpine", "Cmd": ["cat"], "OpenStdin": true, "StdinOnce": true, "AttachStdin": true,
    });
    let id = Container::create(client, config).await;
    let duplex = id.attach().await;
    assert!(duplex.has_input());
    id.start().await;
    let input = "a line\n".repeat(40_000);
    let chunks = duplex.exchange(input.clone()).await.unwrap();
    let output: Vec<u8> = chunks.iter().flat_map(|chunk| chunk.bytes.to_vec()).collect();
    assert!(output == input.as_bytes(), "{} of {} bytes", output.len(), input.len());
    assert!(chunks.iter().all(|chunk| chunk.source == LogSource::Stdout));
    assert_eq!(ContainerWait::of(client, &id).await.unwrap().status_code, 0, "cat saw the end of its input");
    id.delete().await;
}

const SIZE: usize = 30 << 20;
const PIECE: usize = 64 << 10;

/// An archive of one file of x, made while it is read.
fn archive() -> impl futures_util::Stream<Item = Result<Vec<u8>>> + Send {
    let content = (0..SIZE / PIECE).map(|_| vec![b'x'; PIECE]);
    stream::iter(
        std::iter::once(support::tar::header("big", SIZE)).chain(content).chain([vec![0; 1024]]).map(Ok),
    )
}

async fn archives_of_30_mb(client: &Client, _: Option<&Daemon>) {
    let id = create(client, json!(["true"])).await;
    let put = PutContainerArchive::of(client, &id).query("path", "/tmp");
    put.tar(Body::stream(archive())).await.unwrap();
    let mut down = ContainerArchive::of(client, &id).query("path", "/tmp/big").await.unwrap();
    let (mut content, mut largest) = (0, 0);
    while let Some(piece) = down.try_next().await.unwrap() {
        content += piece.iter().filter(|byte| **byte == b'x').count();
        largest = largest.max(piece.len());
    }
    // A few letters of the header are counted too.
    assert!((SIZE..SIZE + 100).contains(&content), "{content} of {SIZE} bytes came back");
    assert!(largest <= 1 << 20, "pieces of up to {largest} bytes: it was collected on the way");
    id.delete().await;
}

async fn errors_are_told(client: &Client, _: Option<&Daemon>) {
    let error = ContainerInspect::of(client, "missing").await.unwrap_err();
    assert!(error.is_not_found() && error.message().to_lowercase().contains("no such container"), "{error}");
    let error = ContainerInspect::of(client, "a/../b").await.unwrap_err();
    assert!(error.is_not_found() || error.status().unwrap() == 301, "{error}");
    let error = ContainerLogs::of(client, "missing").query("stdout", true).await.unwrap_err();
    assert!(error.is_not_found() && error.operation() == Some("ContainerLogs"), "{error}");
    let error = ContainerAttach::of(client, "missing").await.unwrap_err();
    assert!(error.is_not_found(), "before the upgrade: {error}");
    let error = ContainerCreate::new(client).json(json!({"Image": "not-there:1"})).await.unwrap_err();
    assert!(error.is_not_found() && error.message().to_lowercase().contains("no such image"), "{error}");
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let name = format!("conformance-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
    let create = || ContainerCreate::new(client).query("name", &name).json(json!({"Image": "alpine"}));
    let id = Container::of(client, create().await.unwrap());
    assert!(create().await.unwrap_err().is_conflict());
    id.delete().await;
}

/// Endless bytes, and how many of them were taken.
fn endless() -> (Body, Arc<AtomicUsize>) {
    let taken = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&taken);
    let pieces = stream::repeat_with(move || {
        counted.fetch_add(PIECE, Ordering::SeqCst);
        Ok::<_, std::io::Error>(vec![0u8; PIECE])
    });
    (Body::stream(pieces), taken)
}

async fn an_upload_that_is_refused(client: &Client, _: Option<&Daemon>) {
    let id = create(client, json!(["true"])).await;
    let put = PutContainerArchive::of(client, &id).query("path", "/not/there");
    let error = put.tar(endless().0).await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
    id.delete().await;
}

async fn dropping_closes(client: &Client, daemon: Option<&Daemon>) {
    let id = create(client, json!(["sh", "-c", TICKS])).await;
    id.start().await;
    let mut logs = ContainerLogs::of(client, &id).query("stdout", true).query("follow", true).await.unwrap();
    for _ in 0..3 {
        assert_eq!(logs.try_next().await.unwrap().unwrap().to_string(), "tick\n");
    }
    let events = SystemEvents::new(client).send();
    let events = tokio::time::timeout(Duration::from_millis(100), events).await;
    let waiting = ContainerWait::of(client, &id).send();
    let waited = tokio::time::timeout(Duration::from_millis(100), waiting).await;
    assert!(waited.is_err(), "the container runs");
    if let Some(daemon) = daemon {
        assert!(daemon.open() >= 1, "the stream is open until it is dropped");
    }
    drop((logs, events));
    if let Some(daemon) = daemon {
        let begun = Instant::now();
        while daemon.open() > 0 {
            assert!(begun.elapsed() < Duration::from_secs(5), "{} answers are still open", daemon.open());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    id.delete().await;
}

/// Whoever does not read stops the other side.
async fn back_pressure(client: &Client, daemon: Option<&Daemon>) {
    const MOST: usize = 16 << 20;
    let Some(daemon) = daemon else { return };
    let id = create(client, json!(["true"])).await;
    let before = daemon.produced();
    let mut down = ContainerArchive::of(client, &id).query("path", "/endless").await.unwrap();
    down.next().await.unwrap().unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let produced = daemon.produced() - before;
    assert!(produced < MOST, "{produced} bytes were taken for a reader that does not read");
    drop(down);
    let (body, taken) = endless();
    let put = PutContainerArchive::of(client, &id).query("path", "/stall");
    assert!(put.tar(body).await.unwrap_err().is_server_error());
    let taken = taken.load(Ordering::SeqCst);
    assert!(taken < MOST, "{taken} bytes were taken for a server that does not read");
    id.delete().await;
}

fn in_memory(name: &'static str, transport: impl Fn(Arc<Daemon>) -> Client + 'static) {
    let daemon = Arc::new(Daemon::default());
    let served = Arc::clone(&daemon);
    conform(&Way { name, client: Box::new(move || transport(Arc::clone(&served))), daemon: Some(daemon) });
}

#[test]
fn in_memory_as_it_is() {
    in_memory("in memory", |daemon| {
        Client::new(Handler::new(move |request| Arc::clone(&daemon).answer(request)))
    });
}

#[test]
fn in_memory_in_small_pieces() {
    in_memory("in memory, split", |daemon| {
        let handler = Handler::new(move |request| Arc::clone(&daemon).answer(request));
        Client::new(Faults::new(handler).split(1000))
    });
}

#[cfg(feature = "tower")]
#[test]
fn in_memory_through_tower() {
    use docker_engine_runtime::tower::{ServiceTransport, TransportService};
    in_memory("in memory, tower", |daemon| {
        let handler = Handler::new(move |request| Arc::clone(&daemon).answer(request));
        let service =
            tower::ServiceBuilder::new().concurrency_limit(8).service(TransportService::new(handler));
        Client::new(ServiceTransport::new(service))
    });
}

#[cfg(unix)]
#[test]
fn hyper_over_a_unix_socket() {
    let served = Served::unix("hyper");
    let url = served.url.clone();
    conform(&Way::to(&served, "hyper, unix", move || Client::connect(&url).unwrap()));
}

#[test]
fn hyper_over_tcp() {
    let served = Served::tcp();
    let url = served.url.clone();
    conform(&Way::to(&served, "hyper, tcp", move || Client::connect(&url).unwrap()));
}

#[cfg(feature = "tls")]
#[test]
fn hyper_over_tls() {
    let served = Served::tls();
    let endpoint = served.endpoint();
    conform(&Way::to(&served, "hyper, TLS", move || Client::connect_to(&endpoint).unwrap()));
}

#[cfg(feature = "reqwest")]
fn through_reqwest(served: &Served, name: &'static str) {
    let endpoint = served.endpoint();
    conform(&Way::to(served, name, move || {
        let transport = docker_engine_runtime::reqwest::ReqwestTransport::connect_to(&endpoint);
        Client::new(transport.unwrap())
    }));
}

#[cfg(all(feature = "reqwest", unix))]
#[test]
fn reqwest_over_a_unix_socket() {
    through_reqwest(&Served::unix("reqwest"), "reqwest, unix");
}

#[cfg(feature = "reqwest")]
#[test]
fn reqwest_over_tcp() {
    through_reqwest(&Served::tcp(), "reqwest, tcp");
}

#[cfg(all(feature = "reqwest", feature = "tls"))]
#[test]
fn reqwest_over_tls() {
    through_reqwest(&Served::tls(), "reqwest, TLS");
}

#[cfg(all(feature = "ssh", unix))]
mod through_ssh {
    use std::path::Path;

    use docker_engine_runtime::config::{Address, Endpoint};
    use docker_engine_runtime::dial::Ssh;
    use docker_engine_runtime::hyper::HyperTransport;

    use super::support::sshd::{Folder, Sshd};
    use super::*;

    #[test]
    #[ignore = "it is run by the stubs of the other tests"]
    fn dial_stdio() {
        support::sshd::dial_stdio();
    }

    /// Makes clients that go through an sshd of the test's own to an Engine's socket.
    fn clients(name: &str, url: &str) -> Option<impl Fn() -> Client + 'static> {
        let folder = Folder::new(name);
        let socket = Path::new(url.strip_prefix("unix://").unwrap());
        folder.dial_stdio("docker", "", "through_ssh::dial_stdio", socket);
        let sshd = Sshd::start(&folder, &folder.0)?;
        Some(move || {
            let _there = &folder;
            let Address::Ssh { target } = Endpoint::parse(&sshd.url()).unwrap().address else {
                panic!("an address of ssh")
            };
            Client::new(HyperTransport::new(Ssh::new(target).with_program(&sshd.program)))
        })
    }

    #[test]
    fn to_the_suites_engine() {
        let served = Served::unix("ssh");
        let Some(client) = clients("conformance", &served.url) else { return };
        // Each connection is a login: the version is not asked for.
        let version = ApiVersion::new(1, 51);
        conform(&Way::to(&served, "ssh", move || client().with_version(version)));
    }

    #[test]
    fn to_a_real_engine() {
        let Some((url, _)) = engine("DOCKER_HOST") else { return };
        let Some(client) = clients("conformance-engine", &url) else { return };
        conform_with_engine("an Engine, ssh", client);
    }
}

/// The URL of a real Engine in a variable of the environment, and the version to speak with it.
fn engine(variable: &str) -> Option<(String, ApiVersion)> {
    let url = std::env::var(variable).ok();
    let version = std::env::var("ENGINE_API_MAX").ok().and_then(|version| version.parse::<ApiVersion>().ok());
    let engine = url.zip(version.map(|version| version.min(ApiVersion::new(1, 51))));
    if engine.is_none() {
        eprintln!("skipped: {variable} and ENGINE_API_MAX do not name an Engine for tests");
    }
    engine
}

fn conform_with_engine(name: &'static str, client: impl Fn() -> Client + 'static) {
    conform(&Way { name, client: Box::new(client), daemon: None });
}

#[test]
fn an_engine_over_its_unix_socket() {
    let Some((url, _)) = engine("DOCKER_HOST") else { return };
    conform_with_engine("an Engine, unix", move || Client::connect(&url).unwrap());
}

#[test]
fn an_engine_over_tcp() {
    let Some((url, _)) = engine("ENGINE_TCP") else { return };
    conform_with_engine("an Engine, tcp", move || Client::connect(&url).unwrap());
}

#[cfg(feature = "tls")]
#[test]
fn an_engine_over_tls() {
    let Some((url, _)) = engine("ENGINE_TLS") else { return };
    let Some(certs) = std::env::var_os("DOCKER_CERT_PATH") else { return };
    let environment = docker_engine_runtime::config::Environment::empty()
        .with("DOCKER_HOST", &url)
        .with("DOCKER_TLS_VERIFY", "1")
        .with("DOCKER_CERT_PATH", certs);
    let endpoint = environment.settings().unwrap().endpoint;
    #[cfg(feature = "reqwest")]
    engine_through_reqwest("an Engine, reqwest, TLS", endpoint.clone());
    conform_with_engine("an Engine, TLS", move || Client::connect_to(&endpoint).unwrap());
}

#[cfg(feature = "reqwest")]
fn engine_through_reqwest(name: &'static str, endpoint: docker_engine_runtime::config::Endpoint) {
    conform_with_engine(name, move || {
        let transport = docker_engine_runtime::reqwest::ReqwestTransport::connect_to(&endpoint);
        Client::new(transport.unwrap())
    });
}

#[cfg(feature = "reqwest")]
#[test]
fn an_engine_through_reqwest() {
    use docker_engine_runtime::config::Endpoint;
    for (variable, name) in
        [("DOCKER_HOST", "an Engine, reqwest, unix"), ("ENGINE_TCP", "an Engine, reqwest, tcp")]
    {
        let Some((url, _)) = engine(variable) else { return };
        engine_through_reqwest(name, Endpoint::parse(&url).unwrap());
    }
}
