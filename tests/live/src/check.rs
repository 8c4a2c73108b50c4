//! What a check is given: a client, names and labels of its own, and the few steps that many checks begin with.

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use docker_engine_runtime::{LogChunk, LogSource, Result};
use futures_util::{Stream, TryStreamExt};
use tokio::time::{Instant, sleep};

use crate::docker_engine::{Client, models};
use crate::{Engine, sweep};

/// A check that is running. What it makes carries its label or its name, and is removed when the check is over, however it ends.
#[derive(Debug)]
pub struct Check {
    /// The client under test.
    pub docker: Client,
    /// Where it runs.
    pub engine: Arc<Engine>,
    /// Unlike that of any other check and of any other run: `live-1a2b3c-wait`.
    pub name: String,
}

impl Check {
    /// A check of this name in the run of that name.
    pub fn new(docker: Client, engine: Arc<Engine>, run: &str, name: &str) -> Self {
        let name = name.replace("::", "-").replace('_', "-");
        Self { docker, engine, name: format!("{run}-{name}") }
    }

    /// A name for something that it makes.
    pub fn named(&self, what: &str) -> String {
        format!("{}-{what}", self.name)
    }

    /// Its label, as filters take it.
    pub fn label(&self) -> String {
        format!("{}={}", sweep::LABEL, self.name)
    }

    /// Its label, for what it makes.
    pub fn labels(&self) -> BTreeMap<String, String> {
        BTreeMap::from([(sweep::LABEL.to_owned(), self.name.clone())])
    }

    /// A container that will run a script.
    pub fn script(&self, script: &str) -> models::ContainerCreateRequest {
        self.command(["sh", "-c", script])
    }

    /// A container that will run a command.
    pub fn command<const N: usize>(&self, command: [&str; N]) -> models::ContainerCreateRequest {
        models::ContainerCreateRequest {
            image: Some("alpine:latest".into()),
            cmd: Some(command.map(String::from).to_vec()),
            labels: Some(self.labels()),
            ..Default::default()
        }
    }

    /// Makes a container.
    pub async fn create(&self, config: models::ContainerCreateRequest) -> String {
        let created = self.docker.container_create(config).await.expect("a container is created");
        assert!(!created.id.is_empty(), "the container has no id");
        created.id
    }

    /// Makes a container and starts it.
    pub async fn start(&self, config: models::ContainerCreateRequest) -> String {
        let id = self.create(config).await;
        self.docker.container_start(&id).await.expect("the container starts");
        id
    }

    /// A running container that does nothing.
    pub async fn idle(&self) -> String {
        self.start(self.command(["sleep", "300"])).await
    }

    /// Runs a script to its end, in a container that stays.
    pub async fn finished(&self, script: &str) -> String {
        let id = self.start(self.script(script)).await;
        self.docker.container_wait(&id).await.expect("the container ends");
        id
    }

    /// Asks again until there is an answer, for at most half a minute.
    pub async fn until<T>(&self, what: &str, mut ask: impl AsyncFnMut() -> Result<Option<T>>) -> T {
        let begun = Instant::now();
        loop {
            match ask().await {
                Ok(Some(answer)) => return answer,
                Ok(None) => {}
                Err(error) => panic!("{what}: {error}"),
            }
            assert!(begun.elapsed() < Duration::from_secs(30), "{what} has not happened after 30 s");
            sleep(Duration::from_millis(100)).await;
        }
    }
}

/// The files of a tar archive, for builds and copies.
pub fn tar_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for (path, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        archive.append_data(&mut header, path, *content).expect("the path fits in an archive");
    }
    archive.into_inner().expect("nothing fails in memory")
}

/// What a file of a tar archive holds.
pub fn find(archive: &[u8], path: &str) -> Option<Vec<u8>> {
    let mut archive = tar::Archive::new(archive);
    let mut entries = archive.entries().expect("an archive");
    entries.find_map(|entry| {
        let mut entry = entry.expect("an entry");
        let is_it = entry.path().is_ok_and(|entry| entry.to_str() == Some(path));
        let mut content = Vec::new();
        is_it.then(|| std::io::copy(&mut entry, &mut content).expect("its content"))?;
        Some(content)
    })
}

/// The output of a container by its sources: stdout, stderr, console.
pub async fn by_source(output: impl Stream<Item = Result<LogChunk>>) -> [String; 3] {
    let mut texts = [const { Vec::new() }; 3];
    let mut output = pin!(output);
    while let Some(chunk) = output.try_next().await.expect("the output comes to its end") {
        let at = match chunk.source {
            LogSource::Stdin => panic!("a chunk of the input is in the output: {chunk}"),
            LogSource::Stdout => 0,
            LogSource::Stderr => 1,
            LogSource::Console => 2,
        };
        texts[at].extend_from_slice(&chunk.bytes);
    }
    texts.map(|bytes| String::from_utf8(bytes).expect("output is text"))
}
