//! The life of a container, an image, a network and a volume, from creation to removal, on objects of this run's own.
//!
//! All of them have the run's name in theirs and the run's label. [`clean`] removes whatever has either, and asks the
//! Engine what there is: so it does not matter where a run ended.

use std::collections::HashMap;
use std::time::Duration;

use anyhow::{Result, bail};
use docker_engine_codegen::swagger::document::Method;
use docker_engine_runtime::http;
use serde_json::{Value as Json, json};

use super::daemon::{Call, Daemon, encoded};
use super::inquiry::{Inquiry, call, value};

/// The label of everything that is made; its value names the run.
const LABEL: &str = "docker-engine-rs.drift";

/// Images that can run a shell, in the order in which they are taken.
const RUNNABLE: [&str; 2] = ["busybox:latest", "alpine:latest"];

/// A run's own name, which no other has.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub(super) name: String,
}

impl Run {
    pub(super) fn new() -> Self {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Run { name: format!("drift-{}-{}", std::process::id(), since.as_millis()) }
    }

    fn labels(&self) -> Json {
        json!({ LABEL: self.name })
    }

    fn filter(&self) -> String {
        json!({ "label": [format!("{LABEL}={}", self.name)] }).to_string()
    }
}

/// What was made, and is there to be read.
#[derive(Default)]
pub(super) struct Made {
    running: Option<String>,
    ended: Option<String>,
    image: Option<String>,
    network: Option<String>,
    volume: Option<String>,
}

impl Made {
    /// By the beginning of their paths, for [`super::reading`].
    pub(super) fn objects(&self) -> HashMap<&'static str, Vec<String>> {
        let containers = [&self.running, &self.ended].into_iter().flatten().cloned().collect();
        let one = |object: &Option<String>| object.iter().cloned().collect();
        HashMap::from([
            ("/containers/{}", containers),
            ("/images/{}", one(&self.image)),
            ("/networks/{}", one(&self.network)),
            ("/volumes/{}", one(&self.volume)),
        ])
    }
}

/// Steps of one run.
struct Steps<'i, 'd> {
    inquiry: &'i mut Inquiry<'d>,
    run: &'i Run,
}

impl Steps<'_, '_> {
    /// Does one step and gives the first value of its answer. `None`: the version has no such operation, or it was
    /// refused.
    async fn step(
        &mut self,
        method: Method,
        path: &str,
        argument: &str,
        query: &[(&str, &str)],
        content: Option<(&'static str, Vec<u8>)>,
    ) -> Result<Option<Json>> {
        let Some(operation) = self.inquiry.operation(method, path) else { return Ok(None) };
        let call = Call { content, ..call(operation, argument, query) };
        Ok(value(self.inquiry.ask(operation, &call).await?))
    }

    async fn post(&mut self, path: &str, argument: &str, query: &[(&str, &str)]) -> Result<Option<Json>> {
        self.step(Method::Post, path, argument, query, None).await
    }

    async fn send(
        &mut self,
        path: &str,
        argument: &str,
        query: &[(&str, &str)],
        body: Json,
    ) -> Result<Option<Json>> {
        let content = ("application/json", body.to_string().into_bytes());
        self.step(Method::Post, path, argument, query, Some(content)).await
    }

    async fn delete(&mut self, path: &str, argument: &str, query: &[(&str, &str)]) -> Result<()> {
        self.step(Method::Delete, path, argument, query, None).await.map(drop)
    }

    async fn archive(
        &mut self,
        method: Method,
        path: &str,
        argument: &str,
        query: &[(&str, &str)],
        files: &[(&str, &str)],
    ) -> Result<Option<Json>> {
        self.step(method, path, argument, query, Some(("application/x-tar", archive(files)?))).await
    }
}

/// Makes one of each, and two containers: one that runs and has of everything something, one that has ended and has as
/// little as can be.
pub(super) async fn make(inquiry: &mut Inquiry<'_>, run: &Run, image: Option<&str>) -> Result<Made> {
    let runnable = runnable(inquiry, image).await?;
    let mut steps = Steps { inquiry, run };
    let mut made = Made::default();
    let name = run.name.as_str();

    let volume = json!({ "Name": name, "Driver": "local", "DriverOpts": {}, "Labels": run.labels() });
    made.volume = text(steps.send("/volumes/create", "", &[], volume).await?, "Name");

    let network = json!({
        "Name": name, "CheckDuplicate": true, "Driver": "bridge", "Attachable": false,
        "Options": {}, "Labels": run.labels(),
    });
    made.network = text(steps.send("/networks/create", "", &[], network).await?, "Id");

    made.image = images(&mut steps).await?;
    let Some(runnable) = runnable else {
        return Ok(made);
    };
    made.running = start_full(&mut steps, &runnable, &made).await?;
    made.ended = start_plain(&mut steps, &runnable).await?;
    Ok(made)
}

/// Imports an image, gives it a second name, builds one, saves and loads it; gives the name of the imported one.
async fn images(steps: &mut Steps<'_, '_>) -> Result<Option<String>> {
    let name = steps.run.name.clone();
    let label = format!("LABEL {LABEL}={name}");
    let query = [("fromSrc", "-"), ("repo", &name), ("tag", "1"), ("changes", &label)];
    steps.archive(Method::Post, "/images/create", "", &query, &[("file", "content\n")]).await?;
    let image = format!("{name}:1");
    steps.post("/images/{}/tag", &image, &[("repo", &name), ("tag", "2")]).await?;
    let dockerfile = format!("FROM {image}\nENV A=1\nLABEL {LABEL}={name}\n");
    let query = [("t", format!("{name}:3")), ("rm", "true".to_owned())];
    let query: Vec<(&str, &str)> = query.iter().map(|(name, value)| (*name, value.as_str())).collect();
    steps.archive(Method::Post, "/build", "", &query, &[("Dockerfile", &dockerfile)]).await?;
    // What the Engine saves, it loads.
    if let Some(operation) = steps.inquiry.operation(Method::Get, "/images/{}/get") {
        let call = Call { read: true, ..call(operation, &image, &[]) };
        let saved = steps.inquiry.ask(operation, &call).await?;
        if let Some(bytes) = saved.filter(|reply| reply.succeeded()).and_then(|reply| reply.body) {
            steps.step(Method::Post, "/images/load", "", &[], Some(("application/x-tar", bytes))).await?;
        }
    }
    Ok(Some(image))
}

/// A container with of everything something, running.
async fn start_full(steps: &mut Steps<'_, '_>, image: &str, made: &Made) -> Result<Option<String>> {
    let name = steps.run.name.clone();
    let binds: Vec<String> = made.volume.iter().map(|volume| format!("{volume}:/data:ro")).collect();
    let body = json!({
        "Image": image,
        "Cmd": ["sh", "-c", "echo out; echo err >&2; touch /new; exec sleep 600"],
        "Env": ["A=1"],
        "ExposedPorts": { "80/tcp": {}, "81/udp": {} },
        "Volumes": { "/anonymous": {} },
        "Labels": steps.run.labels(),
        "StopTimeout": 1,
        "Healthcheck": {
            "Test": ["CMD-SHELL", "echo well"], "Interval": 1_000_000_000_u64, "Timeout": 5_000_000_000_u64, "Retries": 1,
        },
        "HostConfig": {
            "Binds": binds,
            "Mounts": [{ "Type": "tmpfs", "Target": "/tmpfs" }],
            "NetworkMode": if made.network.is_some() { name.as_str() } else { "none" },
            "PortBindings": { "80/tcp": [{ "HostIp": "127.0.0.1", "HostPort": "" }] },
            "RestartPolicy": { "Name": "on-failure", "MaximumRetryCount": 1 },
            "Ulimits": [{ "Name": "nofile", "Soft": 64, "Hard": 64 }],
            "ExtraHosts": ["other:127.0.0.1"],
        },
        "NetworkingConfig": { "EndpointsConfig": { &*name: { "Aliases": ["other"] } } },
    });
    let full = format!("{name}-full");
    let Some(id) = text(steps.send("/containers/create", "", &[("name", &full)], body).await?, "Id") else {
        return Ok(None);
    };
    steps.post("/containers/{}/start", &id, &[]).await?;
    steps.post("/containers/{}/start", &id, &[]).await?;
    let body = json!({ "Cmd": ["sleep", "600"], "AttachStdout": true, "Env": ["B=2"] });
    if let Some(exec) = text(steps.send("/containers/{}/exec", &id, &[], body).await?, "Id") {
        steps.send("/exec/{}/start", &exec, &[], json!({ "Detach": true })).await?;
    }
    // The health check has been run by then.
    tokio::time::sleep(Duration::from_millis(2500)).await;
    Ok(Some(id))
}

/// A container of which only what must be said is said, run to its end.
async fn start_plain(steps: &mut Steps<'_, '_>, image: &str) -> Result<Option<String>> {
    let name = format!("{}-plain", steps.run.name);
    let body = json!({ "Image": image, "Cmd": ["true"], "Labels": steps.run.labels() });
    let Some(id) = text(steps.send("/containers/create", "", &[("name", &name)], body).await?, "Id") else {
        return Ok(None);
    };
    steps.post("/containers/{}/start", &id, &[]).await?;
    steps.post("/containers/{}/wait", &id, &[]).await?;
    Ok(Some(id))
}

/// Changes what was made and removes it.
pub(super) async fn unmake(inquiry: &mut Inquiry<'_>, run: &Run, made: &Made) -> Result<()> {
    let mut steps = Steps { inquiry, run };
    let name = run.name.as_str();
    if let Some(id) = &made.running {
        change(&mut steps, id, made).await?;
    }
    if let Some(image) = &made.image {
        refuse(&mut steps, image).await?;
    }
    if let Some(id) = &made.ended {
        let query = [("container", id.as_str()), ("repo", name), ("tag", "4"), ("comment", "drift")];
        steps.send("/commit", "", &query, json!({ "Labels": run.labels() })).await?;
        steps.delete("/containers/{}", id, &[]).await?;
    }
    if let Some(id) = &made.running {
        // A running one is only removed by force.
        steps.delete("/containers/{}", id, &[]).await?;
        steps.post("/containers/{}/stop", id, &[("t", "1")]).await?;
        steps.post("/containers/{}/stop", id, &[]).await?;
    }
    let filter = run.filter();
    let filters = [("filters", filter.as_str())];
    steps.post("/containers/prune", "", &filters).await?;
    if let Some(network) = &made.network {
        steps.delete("/networks/{}", network, &[]).await?;
        steps.delete("/networks/{}", network, &[]).await?;
    }
    steps.post("/networks/prune", "", &filters).await?;
    if let Some(volume) = &made.volume {
        steps.delete("/volumes/{}", volume, &[]).await?;
        steps.delete("/volumes/{}", volume, &[]).await?;
    }
    steps.post("/volumes/prune", "", &filters).await?;
    for tag in ["1", "4"] {
        steps.delete("/images/{}", &format!("{name}:{tag}"), &[]).await?;
    }
    steps.post("/images/prune", "", &filters).await?;
    Ok(())
}

/// What can be done to a running container.
async fn change(steps: &mut Steps<'_, '_>, id: &str, made: &Made) -> Result<()> {
    let name = steps.run.name.clone();
    steps.post("/containers/{}/pause", id, &[]).await?;
    steps.step(Method::Get, "/containers/{}/json", id, &[], None).await?;
    steps.post("/containers/{}/unpause", id, &[]).await?;
    steps.send("/containers/{}/update", id, &[], json!({ "CpuShares": 512 })).await?;
    steps.post("/containers/{}/rename", id, &[("name", &format!("{name}-renamed"))]).await?;
    steps.post("/containers/{}/resize", id, &[("h", "24"), ("w", "80")]).await?;
    let query = [("path", "/tmp")];
    let files = [("file", "content\n")];
    steps.archive(Method::Put, "/containers/{}/archive", id, &query, &files).await?;
    if let Some(network) = &made.network {
        let body = json!({ "Container": id, "Force": false });
        steps.send("/networks/{}/disconnect", network, &[], body).await?;
        let body = json!({ "Container": id, "EndpointConfig": { "Aliases": ["again"] } });
        steps.send("/networks/{}/connect", network, &[], body).await?;
    }
    steps.post("/containers/{}/kill", id, &[("signal", "WINCH")]).await?;
    steps.post("/containers/{}/restart", id, &[("t", "0")]).await?;
    Ok(())
}

/// What is refused: a name that is taken, an image that is not there, a program that the image does not have.
async fn refuse(steps: &mut Steps<'_, '_>, image: &str) -> Result<()> {
    let name = format!("{}-empty", steps.run.name);
    let query = [("name", name.as_str())];
    let body = json!({ "Image": image, "Cmd": ["/nothing"], "Labels": steps.run.labels() });
    let made = text(steps.send("/containers/create", "", &query, body.clone()).await?, "Id");
    steps.send("/containers/create", "", &query, body).await?;
    steps.send("/containers/create", "", &[], json!({ "Image": format!("{name}:none") })).await?;
    if let Some(id) = &made {
        steps.post("/containers/{}/start", id, &[]).await?;
        steps.post("/containers/{}/kill", id, &[]).await?;
        steps.post("/containers/{}/pause", id, &[]).await?;
    }
    Ok(())
}

/// An image with a shell that the Engine has. Nothing is pulled.
async fn runnable(inquiry: &mut Inquiry<'_>, wanted: Option<&str>) -> Result<Option<String>> {
    let Some(operation) = inquiry.operation(Method::Get, "/images/json") else { return Ok(None) };
    let images = value(inquiry.ask(operation, &call(operation, "", &[])).await?).unwrap_or_default();
    let tags = || {
        let images = images.as_array().into_iter().flatten();
        images.flat_map(|image| image["RepoTags"].as_array().into_iter().flatten()).filter_map(Json::as_str)
    };
    match wanted {
        Some(wanted) => Ok(Some(wanted.to_owned())),
        None => Ok(RUNNABLE.iter().find_map(|name| {
            let ours = |tag: &&str| tag.rsplit('/').next() == Some(*name);
            tags().find(ours).map(str::to_owned)
        })),
    }
}

/// Objects that a run may have left: how they are listed, what they are called by, how they are removed.
struct Traces {
    list: &'static str,
    within: Option<&'static str>,
    key: &'static str,
    filters: String,
    remove: &'static [(&'static str, &'static str)],
}

impl Traces {
    /// In the order in which they can be removed.
    fn of(run: &Run) -> [Traces; 5] {
        let names = json!({ "reference": [run.name] }).to_string();
        let traces = |list, key, remove| Traces { list, within: None, key, filters: run.filter(), remove };
        [
            traces("/containers/json", "Id", &[("force", "true"), ("v", "true")]),
            traces("/images/json", "Id", &[("force", "true")]),
            Traces { filters: names, ..traces("/images/json", "Id", &[("force", "true")]) },
            traces("/networks", "Id", &[]),
            Traces { within: Some("Volumes"), ..traces("/volumes", "Name", &[("force", "true")]) },
        ]
    }

    async fn find(&self, daemon: &Daemon) -> Result<Vec<String>> {
        let query = [("all", "true"), ("filters", self.filters.as_str())];
        // Only containers and images know `all`.
        let query = if self.list.ends_with("/json") { &query[..] } else { &query[1..] };
        let call = request(http::Method::GET, self.list.to_owned(), query);
        let reply = daemon.ask(&call).await?;
        let status = reply.status;
        let Some(answer) = value(Some(reply)) else {
            bail!("GET {} is answered with {status}", self.list);
        };
        let listed =
            self.within.map_or(&answer, |name| &answer[name]).as_array().cloned().unwrap_or_default();
        Ok(listed.iter().filter_map(|item| item[self.key].as_str()).map(str::to_owned).collect())
    }

    fn kind(&self) -> &'static str {
        self.list.trim_end_matches("/json")
    }
}

/// Removes all that has the run's name or label, and makes sure that nothing is left. What cannot be removed keeps nothing
/// else from being removed.
pub(super) async fn clean(daemon: &Daemon, run: &Run) -> Result<()> {
    let traces = Traces::of(run);
    // What another one still uses is removed the second time.
    for _ in 0..2 {
        for traces in &traces {
            for name in traces.find(daemon).await.unwrap_or_default() {
                let path = format!("{}/{}", traces.kind(), encoded(&name, false));
                // Whether it is gone is asked for below.
                drop(daemon.ask(&request(http::Method::DELETE, path, traces.remove)).await);
            }
        }
    }
    for traces in &traces {
        let left = traces.find(daemon).await?;
        if !left.is_empty() {
            let kind = traces.kind().trim_start_matches('/');
            bail!("{kind} of this run could not be removed; remove them by hand: {}", left.join(", "));
        }
    }
    Ok(())
}

fn request(method: http::Method, path: String, query: &[(&str, &str)]) -> Call {
    let query = query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Call { method, path, query, content: None, read: true }
}

fn text(value: Option<Json>, key: &str) -> Option<String> {
    value?.get(key)?.as_str().map(str::to_owned)
}

/// A tar archive of small files.
fn archive(files: &[(&str, &str)]) -> Result<Vec<u8>> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, text) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, text.as_bytes())?;
    }
    Ok(builder.into_inner()?)
}
