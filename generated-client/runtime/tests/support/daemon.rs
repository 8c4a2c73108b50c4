//! As much of an Engine as the conformance suite needs, as a function from requests to responses: it can be used in memory
//! and behind any listener. It runs no processes; it knows what those of the suite do.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use docker_engine_runtime::bytes::Bytes;
use docker_engine_runtime::http::{Request, Response};
use docker_engine_runtime::testing::Reply;
use docker_engine_runtime::{Body, LogSource, Result, Value};
use futures_util::{Stream, StreamExt, stream};
use serde_json::json;
use tokio::sync::watch;

/// What a container of the suite runs.
pub const SCRIPT: &str = "echo out; echo err >&2; exit 3";
/// What one runs that writes for ever.
pub const TICKS: &str = "while true; do echo tick; sleep 0.05; done";

#[derive(Default)]
pub struct Daemon {
    containers: Mutex<BTreeMap<String, Container>>,
    created: AtomicUsize,
    open: Arc<AtomicUsize>,
    produced: Arc<AtomicUsize>,
}

#[derive(Clone)]
struct Container {
    name: String,
    labels: Value,
    command: String,
    started: bool,
    /// How many bytes the file has that was copied in.
    file: usize,
    exit: watch::Sender<Option<i64>>,
}

/// Counts a stream as open until it is dropped.
struct Open<S> {
    stream: Pin<Box<S>>,
    _count: Count,
}

struct Count(Arc<AtomicUsize>);

impl Count {
    fn new(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self(Arc::clone(count))
    }
}

impl Drop for Count {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl<S: Stream> Stream for Open<S> {
    type Item = Result<S::Item>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.stream.as_mut().poll_next(cx).map(|item| item.map(Ok))
    }
}

impl Daemon {
    /// How many answers are being given.
    pub fn open(&self) -> usize {
        self.open.load(Ordering::SeqCst)
    }

    /// How much of endless archives was given.
    pub fn produced(&self) -> usize {
        self.produced.load(Ordering::SeqCst)
    }

    pub async fn answer(self: Arc<Self>, request: Request<Body>) -> Result<Response<Body>> {
        let count = Count::new(&self.open);
        let path = request.uri().path().to_owned();
        let query = request.uri().query().unwrap_or_default().to_owned();
        let mut path: Vec<_> = path.split('/').skip(1).collect();
        if path[0].starts_with("v1.") {
            path.remove(0);
        }
        let method = request.method().as_str().to_owned();
        let reply = match (method.as_str(), &path[..]) {
            ("HEAD", ["_ping"]) => Reply::empty().status(200).header("Api-Version", "1.51"),
            ("GET", ["_ping"]) => Reply::text("OK").header("Api-Version", "1.51"),
            ("GET", ["events"]) => return Ok(self.endless(count, "{}\n", Duration::from_secs(3600))),
            ("GET", ["containers", "json"]) => {
                let containers = self.containers.lock().unwrap();
                let listed = containers.iter().filter(|(_, container)| {
                    let label = container.labels["runtime"].as_str().unwrap_or("?");
                    query.contains("label") && query.contains(label)
                });
                Reply::json(
                    listed
                        .map(|(id, container)| json!({"Id": id, "Names": [container.name]}))
                        .collect::<Value>(),
                )
            }
            ("POST", ["containers", "create"]) => {
                let body: Value = serde_json::from_slice(&request.into_body().collect().await?).unwrap();
                self.create(&query, &body)
            }
            (_, ["containers", id, rest @ ..]) => {
                let Some(container) = self.container(id) else {
                    return Reply::error(404, &format!("No such container: {id}")).into_response().await;
                };
                match (method.as_str(), rest) {
                    ("POST", ["start"]) => self.start(id, &container),
                    ("POST", ["wait"]) => {
                        let mut exit = container.exit.subscribe();
                        let code = *exit.wait_for(Option::is_some).await.unwrap();
                        Reply::json(json!({ "StatusCode": code }))
                    }
                    ("GET", ["json"]) => Reply::json(json!({ "Id": id, "Name": container.name })),
                    ("GET", ["logs"]) if container.command == TICKS => {
                        let frame = "\u{1}\0\0\0\0\0\0\u{5}tick\n";
                        return Ok(self.endless(count, frame, Duration::from_millis(10)));
                    }
                    ("GET", ["logs"]) => {
                        Reply::frames([(LogSource::Stdout, "out\n"), (LogSource::Stderr, "err\n")])
                    }
                    ("POST", ["attach"]) => cat(container.exit),
                    ("PUT", ["archive"]) => return self.put(id, &query, request.into_body()).await,
                    ("GET", ["archive"]) => return Ok(self.get(count, &query, container.file)),
                    ("DELETE", []) => {
                        self.containers.lock().unwrap().remove(*id);
                        Reply::empty()
                    }
                    _ => Reply::error(404, "page not found"),
                }
            }
            _ => Reply::error(404, "page not found"),
        };
        reply.into_response().await
    }

    fn container(&self, id: &str) -> Option<Container> {
        self.containers.lock().unwrap().get(id).cloned()
    }

    fn create(&self, query: &str, body: &Value) -> Reply {
        let image = body["Image"].as_str().unwrap_or_default();
        if image != "alpine" {
            return Reply::error(404, &format!("No such image: {image}"));
        }
        let mut containers = self.containers.lock().unwrap();
        let id = format!("c{}", self.created.fetch_add(1, Ordering::SeqCst));
        let name = query.split("name=").nth(1).map_or_else(|| id.clone(), str::to_owned);
        if containers.values().any(|container| container.name == name) {
            return Reply::error(409, &format!("Conflict. The container name {name} is already in use"));
        }
        let command = body["Cmd"].as_array().and_then(|cmd| cmd.last()).and_then(Value::as_str);
        let container = Container {
            name,
            labels: body["Labels"].clone(),
            command: command.unwrap_or_default().to_owned(),
            started: false,
            file: 0,
            exit: watch::Sender::new(None),
        };
        containers.insert(id.clone(), container);
        Reply::json(json!({"Id": id, "Warnings": null})).status(201)
    }

    fn start(&self, id: &str, container: &Container) -> Reply {
        if container.started {
            return Reply::empty().status(304);
        }
        if container.command == SCRIPT {
            container.exit.send_replace(Some(3));
        }
        self.containers.lock().unwrap().get_mut(id).unwrap().started = true;
        Reply::empty()
    }

    /// Reads an archive, piece by piece.
    async fn put(&self, id: &str, query: &str, mut body: Body) -> Result<Response<Body>> {
        if query.contains("not%2Fthere") {
            // An Engine looks at the place before it reads.
            return Reply::error(404, "Could not find the file /not/there").into_response().await;
        }
        if query.contains("stall") {
            let _first = body.next().await;
            tokio::time::sleep(Duration::from_millis(200)).await;
            return Reply::error(500, "stalled").into_response().await;
        }
        let mut content = 0;
        while let Some(piece) = body.next().await {
            let Ok(piece) = piece else { return Reply::error(400, "unexpected EOF").into_response().await };
            content += piece.iter().filter(|byte| **byte == b'x').count();
        }
        self.containers.lock().unwrap().get_mut(id).unwrap().file = content;
        Reply::empty().status(200).into_response().await
    }

    fn get(&self, count: Count, query: &str, length: usize) -> Response<Body> {
        const PIECE: usize = 32 << 10;
        let produced = Arc::clone(&self.produced);
        let piece = Bytes::from(vec![b'x'; PIECE]);
        let most = if query.contains("endless") { usize::MAX } else { length };
        let pieces = stream::unfold(most, move |left| {
            let piece = piece.slice(..PIECE.min(left));
            produced.fetch_add(piece.len(), Ordering::SeqCst);
            async move { (left > 0).then(|| (piece.clone(), left - piece.len())) }
        });
        streamed(count, "application/x-tar", pieces)
    }

    /// The same again and again.
    fn endless(&self, count: Count, text: &'static str, pause: Duration) -> Response<Body> {
        let pieces = stream::unfold((), move |()| async move {
            tokio::time::sleep(pause).await;
            Some((Bytes::from_static(text.as_bytes()), ()))
        });
        streamed(count, "application/vnd.docker.multiplexed-stream", pieces)
    }
}

fn streamed(
    count: Count,
    media_type: &'static str,
    pieces: impl Stream<Item = Bytes> + Send + 'static,
) -> Response<Body> {
    let body = Body::stream(Open { stream: Box::pin(pieces), _count: count });
    Response::builder().header("Content-Type", media_type).body(body).unwrap()
}

fn cat(exit: watch::Sender<Option<i64>>) -> Reply {
    Reply::upgrade(move |mut peer| {
        let exit = exit.clone();
        async move {
            loop {
                let bytes = peer.read(4000).await;
                if bytes.is_empty() {
                    break;
                }
                peer.frame(LogSource::Stdout, bytes).await;
            }
            exit.send_replace(Some(0));
        }
    })
}
