//! The same exchanges with a real Engine, over its unix socket and over tcp, in its newest version and in old ones.
//!
//! Runs where the environment tells of an Engine that is there for tests: `DOCKER_HOST`, `ENGINE_TCP`, `ENGINE_API_MIN` and
//! `ENGINE_API_MAX`. Elsewhere it says that it skips.

#![allow(clippy::unwrap_used)]

mod support;

use std::time::Duration;

use docker_engine_runtime::{ApiVersion, Body, ErrorKind, LogSource, Result};
use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::{Value, json};
use support::api::*;
use tokio::io::AsyncWriteExt;

/// A client for each way to reach the Engine, and for each version that makes a difference.
fn clients() -> Vec<Client> {
    let (Ok(host), Ok(tcp), Ok(min), Ok(max)) = (
        std::env::var("DOCKER_HOST"),
        std::env::var("ENGINE_TCP"),
        std::env::var("ENGINE_API_MIN"),
        std::env::var("ENGINE_API_MAX"),
    ) else {
        eprintln!(
            "skipped: DOCKER_HOST, ENGINE_TCP, ENGINE_API_MIN and ENGINE_API_MAX do not name an Engine for tests"
        );
        return Vec::new();
    };
    let (min, max): (ApiVersion, ApiVersion) = (min.parse().unwrap(), max.parse().unwrap());
    let oldest = ApiVersion::new(1, 25);
    let mut versions = vec![max, ApiVersion::new(1, 41), oldest];
    versions.retain(|version| (min..=max).contains(version));
    versions.dedup();
    let client = |url: &str, version| Client::connect(url).unwrap().with_version(version);
    let over_unix = versions.iter().map(|version| client(&host, *version));
    over_unix.chain([client(&tcp, max)]).chain(secured(max)).collect()
}

#[cfg(feature = "tls")]
fn secured(version: ApiVersion) -> Option<Client> {
    use docker_engine_runtime::config::Environment;
    let environment = Environment::empty()
        .with("DOCKER_HOST", std::env::var_os("ENGINE_TLS")?)
        .with("DOCKER_TLS_VERIFY", "1")
        .with("DOCKER_CERT_PATH", std::env::var_os("DOCKER_CERT_PATH")?);
    let endpoint = environment.settings().unwrap().endpoint;
    Some(Client::connect_to(&endpoint).unwrap().with_version(version))
}

#[cfg(not(feature = "tls"))]
fn secured(_: ApiVersion) -> Option<Client> {
    None
}

async fn texts(chunks: impl StreamExt<Item = Result<docker_engine_runtime::LogChunk>>) -> [String; 3] {
    let chunks: Vec<_> = chunks.try_collect().await.unwrap();
    [LogSource::Stdout, LogSource::Stderr, LogSource::Console]
        .map(|source| chunks.iter().filter(|chunk| chunk.source == source).map(ToString::to_string).collect())
}

#[tokio::test]
async fn run_to_the_end_and_read_the_logs() {
    for client in clients() {
        assert_eq!(SystemPing::new(&client).await.unwrap(), "OK");
        for tty in [false, true] {
            let script = "echo out; echo err >&2; exit 3";
            let config = json!({"Image": "alpine", "Cmd": ["sh", "-c", script], "Tty": tty, "Labels": {"runtime": "logs"}});
            let container = Container::create(&client, config).await;
            assert_eq!(container.start().await, StartOutcome::Started);
            assert_eq!(ContainerWait::of(&client, &container).await.unwrap().status_code, 3);
            let logs = ContainerLogs::of(&client, &container).query("stdout", true).query("stderr", true);
            let [out, err, console] = texts(logs.await.unwrap()).await;
            if tty {
                assert_eq!((out + &err, console.as_str()), (String::new(), "out\r\nerr\r\n"), "{client:?}");
            } else {
                assert_eq!(
                    (out.as_str(), err.as_str(), console),
                    ("out\n", "err\n", String::new()),
                    "{client:?}"
                );
            }
            let listed = ContainerList::new(&client)
                .query("all", true)
                .filters(|filters| filters.with("label", "runtime=logs").with("id", &*container));
            assert_eq!(listed.await.unwrap()[0]["Id"], *container);
            container.delete().await;
        }
    }
}

#[tokio::test]
async fn attach_to_cat_and_close_its_input() {
    for client in clients() {
        let config = json!({
            "Image": "alpine", "Cmd": ["cat"], "OpenStdin": true, "StdinOnce": true, "AttachStdin": true,
        });
        let container = Container::create(&client, config).await;
        let duplex = container.attach().await;
        assert!(duplex.has_input());
        container.start().await;
        let input = "a line\n".repeat(40_000);
        let exchange = duplex.exchange(input.clone());
        let chunks = tokio::time::timeout(Duration::from_secs(30), exchange)
            .await
            .expect("cat sees the end of its input")
            .unwrap();
        let output: Vec<u8> = chunks.iter().flat_map(|chunk| chunk.bytes.to_vec()).collect();
        assert!(output == input.as_bytes(), "{client:?}: {} of {} bytes", output.len(), input.len());
        assert!(chunks.iter().all(|chunk| chunk.source == LogSource::Stdout));
        assert_eq!(ContainerWait::of(&client, &container).await.unwrap().status_code, 0);
        container.delete().await;
    }
}

#[tokio::test]
async fn exec_with_and_without_input_terminal_and_upgrade() {
    for client in clients() {
        let container = Container::create(&client, json!({"Image": "alpine", "Cmd": ["sleep", "600"]})).await;
        container.start().await;
        assert_eq!(container.start().await, StartOutcome::AlreadyStarted);
        let exec = async |tty: bool, cmd: Value| {
            let config = json!({
                "AttachStdin": true, "AttachStdout": true, "AttachStderr": true, "Tty": tty, "Cmd": cmd,
            });
            ContainerExec::of(&client, &container).json(config).await.unwrap().id
        };
        let start = |tty: bool| json!({"Detach": false, "Tty": tty});

        let id = exec(false, json!(["cat"])).await;
        let mut duplex = ExecStart::of(&client, &id).json(start(false)).await.unwrap();
        duplex.write_all(b"to cat").await.unwrap();
        duplex.close_input().await.unwrap();
        assert_eq!(texts(duplex).await, ["to cat", "", ""], "{client:?}");

        let id = exec(true, json!(["sh", "-c", "read x; echo got $x"])).await;
        let mut duplex = ExecStart::of(&client, &id).json(start(true)).await.unwrap();
        duplex.write_all(b"word\r").await.unwrap();
        let [out, err, console] = texts(duplex).await;
        assert!(
            out.is_empty() && err.is_empty() && console.contains("got word"),
            "{client:?}: {out:?} {console:?}"
        );

        let id = exec(false, json!(["sh", "-c", "echo plain; echo err >&2"])).await;
        let logs = ExecPlain::of(&client, &id).json(start(false)).await.unwrap();
        assert_eq!(texts(logs).await, ["plain\n", "err\n", ""], "{client:?}");

        let id = exec(false, json!(["true"])).await;
        let detached = ExecStart::of(&client, &id).json(json!({"Detach": true})).await.unwrap();
        assert!(!detached.has_input());
        let [out, err, rest] = texts(detached).await;
        assert_eq!((out + &err, rest.trim()), (String::new(), ""));
        container.delete().await;
    }
}

#[tokio::test]
async fn archives_go_up_and_down() {
    for client in clients() {
        let container = Container::create(&client, json!({"Image": "alpine", "Cmd": ["true"]})).await;
        let content = vec![b'x'; 3 << 20];
        let archive = tar(&[("name with ä", &content)]);
        let put = PutContainerArchive::of(&client, &container).query("path", "/tmp");
        let pieces: Vec<std::io::Result<Vec<u8>>> =
            archive.chunks(10_000).map(|piece| Ok(piece.to_vec())).collect();
        put.tar(Body::stream(stream::iter(pieces))).await.unwrap();
        let info = ArchiveInfo::of(&client, &container).query("path", "/tmp/name with ä").await.unwrap();
        assert_eq!(info.stat.unwrap()["size"], content.len());
        let get = ContainerArchive::of(&client, &container).query("path", "/tmp/name with ä");
        let bytes = get.await.unwrap();
        assert!(bytes.read_headers::<ArchiveHeaders>().unwrap().stat.is_some());
        let down = bytes.collect().await.unwrap();
        assert!(down.windows(1000).any(|window| window == &content[..1000]) && down.len() > content.len());

        let refused = PutContainerArchive::of(&client, &container).query("path", "/not/there");
        let endless = stream::repeat_with(|| Ok::<_, std::io::Error>(vec![0u8; 1 << 16]));
        let refused =
            tokio::time::timeout(Duration::from_secs(20), refused.tar(Body::stream(endless)).send());
        let error = refused.await.expect("a refusal ends the upload").unwrap_err();
        // Podman reads the refusal of the process that unpacks.
        assert!(error.is_not_found() || error.is_server_error(), "{client:?}: {error}");
        container.delete().await;
    }
}

/// An Engine whose archive fails halfway ends the answer as if all was well.
#[tokio::test]
async fn an_archive_of_a_file_that_shrinks_is_an_error() {
    let Some(client) = clients().into_iter().next() else { return };
    for path in ["/big", ""] {
        let script = "head -c 50000000 /dev/zero >/big; echo ready; sleep 2; : >/big; exec sleep 600";
        let config = json!({"Image": "alpine", "Cmd": ["sh", "-c", script]});
        let container = Container::create(&client, config).await;
        container.start().await;
        let logs = ContainerLogs::of(&client, &container).query("stdout", true).query("follow", true);
        assert_eq!(logs.await.unwrap().try_next().await.unwrap().unwrap().to_string(), "ready\n");
        let mut archive = match path {
            "" => ContainerExport::of(&client, &container).await.unwrap(),
            path => ContainerArchive::of(&client, &container).query("path", path).await.unwrap(),
        };
        archive.try_next().await.unwrap().unwrap();
        // What nobody reads stops the Engine in the middle of the file.
        tokio::time::sleep(Duration::from_secs(3)).await;
        let error = archive.collect().await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Truncated | ErrorKind::Stream), "{path:?}: {error:?}");
        container.delete().await;
    }
}

#[tokio::test]
async fn build_and_its_failure() {
    for client in clients() {
        let build = |dockerfile: &str| {
            ImageBuild::new(&client).query("nocache", true).tar(tar(&[("Dockerfile", dockerfile.as_bytes())]))
        };
        let mut steps = build("FROM alpine\nRUN echo hello\n").await.unwrap();
        let (mut said, mut image) = (String::new(), None);
        while let Some(step) = steps.try_next().await.unwrap() {
            said += step["stream"].as_str().unwrap_or_default();
            image = step["aux"]["ID"].as_str().map(str::to_owned).or(image);
        }
        if let Some(image) = image {
            // Layers are shared with what other programs build from the same lines.
            let _ = ImageDelete::of(&client, &image).await;
        }
        assert!(said.to_lowercase().contains("step 1/2") && said.contains("hello"), "{said}");
        let error = build("FROM alpine\nRUN exit 7\n").await.unwrap().finish().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Stream, "{error}");
        // Podman tells the code in words only.
        assert!(error.code() == Some(7) || error.message().contains("exit status 7"), "{error:?}");
    }
}

#[tokio::test]
async fn endless_streams_are_dropped() {
    for client in clients() {
        let script = "while true; do echo tick; sleep 0.05; done";
        let container =
            Container::create(&client, json!({"Image": "alpine", "Cmd": ["sh", "-c", script]})).await;
        let filters = |filters: docker_engine_runtime::Filters| filters.with("container", &*container);
        let mut events = SystemEvents::new(&client).filters(filters).await.unwrap();
        container.start().await;
        let event =
            tokio::time::timeout(Duration::from_secs(10), events.try_next()).await.unwrap().unwrap().unwrap();
        assert!(event["Action"].is_string(), "{event}");
        drop(events);
        let mut logs =
            ContainerLogs::of(&client, &container).query("stdout", true).query("follow", true).await.unwrap();
        for _ in 0..3 {
            assert_eq!(logs.try_next().await.unwrap().unwrap().to_string(), "tick\n");
        }
        drop(logs);
        let mut stats = ContainerStats::of(&client, &container).await.unwrap();
        assert!(stats.try_next().await.unwrap().unwrap()["cpu_stats"].is_object());
        let removing =
            tokio::time::timeout(Duration::from_millis(10), ContainerWait::of(&client, &container).send());
        assert!(removing.await.is_err(), "the container runs");
        container.delete().await;
    }
}

#[tokio::test]
async fn errors() {
    for client in clients() {
        for id in ["no such", "a/../b", "ä", "%2e%2e", "sha256:00"] {
            let error = ContainerInspect::of(&client, id).await.unwrap_err();
            // A name with slashes is not cleaned on the way: the Engine finds nothing or refuses it.
            assert!(
                error.is_not_found() || error.status().is_some_and(|status| status == 301),
                "{id}: {error:?}"
            );
        }
        let error = ContainerCreate::new(&client).json(json!({"Image": "not-there:1"})).await.unwrap_err();
        assert!(error.is_not_found() && error.message().to_lowercase().contains("no such image"), "{error}");
        let name = format!("runtime-{}-{}", std::process::id(), client.version().minor());
        let create = || ContainerCreate::new(&client).query("name", &name).json(json!({"Image": "alpine"}));
        let created = Container::of(&client, create().await.unwrap());
        let taken = create().await.unwrap_err();
        assert!(taken.is_conflict() || taken.message().contains("already in use"), "{taken}");
        created.delete().await;
        let missing = ContainerLogs::of(&client, "missing").query("stdout", true).await.unwrap_err();
        assert!(missing.is_not_found() && missing.operation() == Some("ContainerLogs"), "{missing}");
        let missing = ContainerAttach::of(&client, "missing").await.unwrap_err();
        assert!(missing.is_not_found(), "{missing}");
    }
}

/// An archive of files.
fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = Vec::new();
    for (name, content) in files {
        archive.extend(support::tar::header(name, content.len()));
        archive.extend(*content);
        archive.resize(archive.len().next_multiple_of(512), 0);
    }
    archive.resize(archive.len() + 1024, 0);
    archive
}
