//! Whole tasks against a server that a test speaks through by hand, and on a real Engine where the environment names one
//! (see `engine.rs`). Nothing is left behind in the Engine.

#![allow(clippy::unwrap_used)]

mod support;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use docker_engine_runtime::{ApiVersion, ErrorKind};
use serde_json::json;
use support::api::*;
use support::server::{CHUNKED, Server, answer};

/// A client of the Engine for tests in its newest version and in an old one.
fn clients() -> Vec<Client> {
    let (Ok(host), Ok(max)) = (std::env::var("DOCKER_HOST"), std::env::var("ENGINE_API_MAX")) else {
        eprintln!("skipped: DOCKER_HOST and ENGINE_API_MAX do not name an Engine for tests");
        return Vec::new();
    };
    let versions = [max.parse().unwrap(), ApiVersion::new(1, 25)];
    versions.map(|version| Client::connect(&host).unwrap().with_version(version)).into()
}

const CREATED: &str = r#"{"Id":"c1","Warnings":[]}"#;
const GONE: &str = "HTTP/1.1 204 No Content\r\n\r\n";

/// Takes a request with its body and answers it; gives its first line and the body.
async fn exchange(server: &Server, reply: &str) -> (String, String) {
    let mut peer = server.accept().await;
    let head = peer.read_head().await;
    let length =
        head.to_lowercase().lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    let body = peer.read_exact(length.unwrap_or(0)).await;
    let reply = reply.replacen("\r\n", "\r\nConnection: close\r\n", 1);
    peer.write(reply.as_bytes()).await;
    (head.lines().next().unwrap().trim_end_matches(" HTTP/1.1").to_owned(), String::from_utf8(body).unwrap())
}

#[tokio::test]
async fn run_is_five_requests() {
    let (server, client) = Server::start().await;
    let config = json!({"Image": "a", "HostConfig": {"AutoRemove": true}});
    let run = tokio::spawn(client.run(config).name("n").send());
    let (line, body) = exchange(&server, &answer("201 Created", "application/json", CREATED)).await;
    assert_eq!(line, "POST /v1.51/containers/create?name=n");
    assert!(body.contains(r#""AutoRemove":false"#), "{body}");
    assert_eq!(exchange(&server, GONE).await.0, "POST /v1.51/containers/c1/start");
    let exit = answer("200 OK", "application/json", r#"{"StatusCode":3,"Error":null}"#);
    assert_eq!(exchange(&server, &exit).await.0, "POST /v1.51/containers/c1/wait");
    let frames = "\x01\0\0\0\0\0\0\x03out\x02\0\0\0\0\0\0\x03err\x01\0\0\0\0\0\0\x01!";
    let logs = answer("200 OK", "application/vnd.docker.multiplexed-stream", frames);
    assert_eq!(exchange(&server, &logs).await.0, "GET /v1.51/containers/c1/logs?stdout=true&stderr=true");
    assert_eq!(exchange(&server, GONE).await.0, "DELETE /v1.51/containers/c1?force=true&v=true");
    let output = run.await.unwrap().unwrap();
    assert_eq!((output.exit_code, output.success()), (3, false));
    assert_eq!((output.stdout_text(), output.stderr_text()), ("out!".into(), "err".into()));
}

#[tokio::test]
async fn a_run_that_fails_still_removes_its_container() {
    let (server, client) = Server::start().await;
    let run = tokio::spawn(client.run(json!({"Image": "a"})).send());
    exchange(&server, &answer("201 Created", "application/json", CREATED)).await;
    exchange(&server, &answer("404 Not Found", "application/json", r#"{"message":"no such program"}"#)).await;
    let removal =
        exchange(&server, &answer("409 Conflict", "application/json", r#"{"message":"busy"}"#)).await;
    assert!(removal.0.starts_with("DELETE"), "{removal:?}");
    let error = run.await.unwrap().unwrap_err();
    assert_eq!((error.message(), error.operation()), ("no such program", Some("ContainerStart")));
}

#[tokio::test]
async fn a_pull_tells_its_progress_and_its_failure() {
    let (server, client) = Server::start().await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let see = Arc::clone(&seen);
    let pull = client.pull("host:5000/a").auth(json!({"username": "u", "password": "p"})).on_progress(
        move |progress| see.lock().unwrap().push(progress.layers().first().and_then(|layer| layer.current)),
    );
    assert!(!format!("{pull:?}").contains('p') || !format!("{pull:?}").contains("password"), "{pull:?}");
    let pull = tokio::spawn(pull.send());
    let mut peer = server.accept().await;
    let head = peer.read_head().await;
    assert!(head.starts_with("POST /v1.51/images/create?fromImage=host%3A5000%2Fa&tag=latest "), "{head}");
    assert!(head.to_lowercase().contains("x-registry-auth: "), "{head}");
    peer.write(CHUNKED).await;
    peer.write_chunk(br#"{"status":"Downloading","id":"l","progressDetail":{"current":1,"total":2}}"#).await;
    peer.write_chunk(br#"{"errorDetail":{"message":"disk full"},"error":"disk full"}"#).await;
    let error = pull.await.unwrap().unwrap_err();
    assert_eq!((error.kind(), error.message()), (ErrorKind::Stream, "disk full"));
    assert_eq!(*seen.lock().unwrap(), [Some(1)]);
    assert_eq!(client.pull("").await.unwrap_err().kind(), ErrorKind::Request);
}

#[tokio::test]
async fn containers_run_to_their_end_on_an_engine() {
    for client in clients() {
        let config =
            |script: &str, tty: bool| json!({"Image": "alpine", "Cmd": ["sh", "-c", script], "Tty": tty});
        let output = client.run(config("echo out; echo err >&2; exit 3", false)).await.unwrap();
        assert_eq!(output.exit_code, 3, "{client:?}");
        assert_eq!(
            (output.stdout_text(), output.stderr_text()),
            ("out\n".into(), "err\n".into()),
            "{client:?}"
        );
        let output = client.run(config("echo out; echo err >&2", true)).await.unwrap();
        assert!(output.success() && output.stdout_text() == "out\r\nerr\r\n", "{client:?}: {output:?}");

        let name = format!("tasks-{}-{}", std::process::id(), client.version().minor());
        let endless = client.run(config("sleep 600", false)).name(&name).timeout(Duration::from_millis(300));
        assert_eq!(endless.await.unwrap_err().kind(), ErrorKind::Timeout, "{client:?}");
        let unknown = client.run(json!({"Image": "alpine", "Cmd": ["not-a-program"]})).name(&name);
        let error = unknown.await.unwrap_err();
        assert_eq!(error.operation(), Some("ContainerStart"), "{client:?}: {error}");
        let left = ContainerInspect::of(&client, &name).await.unwrap_err();
        assert!(left.is_not_found(), "{client:?}: {left}");
    }
}

#[tokio::test]
async fn commands_and_files_of_a_running_container() {
    for client in clients() {
        let config =
            json!({"Image": "alpine", "Cmd": ["sh", "-c", "echo one; echo two >&2; exec sleep 600"]});
        let id = Container::create(&client, config).await;
        id.start().await;

        let output = client.exec_run(&id, ["sh", "-c", "echo out; echo err >&2; exit 5"]).await.unwrap();
        assert_eq!(output.exit_code, 5, "{client:?}");
        assert_eq!(
            (output.stdout_text(), output.stderr_text()),
            ("out\n".into(), "err\n".into()),
            "{client:?}"
        );
        let long = "a line\n".repeat(40_000);
        let output = client.exec_run(&id, ["cat"]).input(long.clone()).await.unwrap();
        assert!(output.success() && output.stdout == long.as_bytes(), "{client:?}: {}", output.stdout.len());
        let by_nobody = client.exec_run(&id, ["id", "-u"]).config(json!({"User": "65534", "Tty": true}));
        assert_eq!(by_nobody.await.unwrap().stdout_text(), "65534\r\n", "{client:?}");
        let silent = client.exec_run(&id, ["sh", "-c", "exec >&- 2>&-; sleep 0.3; exit 4"]).await.unwrap();
        assert_eq!(silent.exit_code, 4, "{client:?}");

        // The Engine reads the two pipes by themselves: either line may be the first in its log.
        let logs = client.logs_to_string(&id).await.unwrap();
        assert!(["one\ntwo\n", "two\none\n"].contains(&logs.as_str()), "{client:?}: {logs:?}");
        assert_eq!(client.logs_to_string(&id).tail(0).await.unwrap(), "", "{client:?}");

        #[cfg(feature = "tar")]
        copies(&client, &id).await;
        let gone = id.to_string();
        id.delete().await;
        assert!(client.logs_to_string(&gone).await.unwrap_err().is_not_found());
    }
}

#[cfg(feature = "tar")]
async fn copies(client: &Client, id: &str) {
    let here = tempfile::tempdir().unwrap();
    let tree = here.path().join("tree");
    std::fs::create_dir_all(tree.join("empty")).unwrap();
    let content: Vec<u8> = (0..3_000_000u32).map(|byte| (byte % 251) as u8).collect();
    std::fs::write(tree.join("large"), &content).unwrap();
    let long = "n".repeat(150);
    std::fs::write(tree.join(&long), "x").unwrap();
    client.copy_in(id, &tree, "/tmp").await.unwrap();
    let listed = client.exec_run(id, ["ls", "/tmp/tree"]).await.unwrap();
    assert_eq!(listed.stdout_text(), format!("empty\nlarge\n{long}\n"), "{client:?}");

    let there = here.path().join("there");
    std::fs::create_dir(&there).unwrap();
    client.copy_out(id, "/tmp/tree", &there).await.unwrap();
    assert!(std::fs::read(there.join("tree/large")).unwrap() == content, "{client:?}");
    assert!(there.join("tree/empty").is_dir() && there.join("tree").join(&long).is_file());
    client.copy_out(id, "/tmp/tree/large", &there).await.unwrap();
    assert_eq!(std::fs::metadata(there.join("large")).unwrap().len(), 3_000_000);

    let error = client.copy_in(id, &tree, "/not/there").await.unwrap_err();
    assert!(error.is_not_found() || error.is_server_error(), "{client:?}: {error:?}");
    let error = client.copy_in(id, here.path().join("none"), "/tmp").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::File, "{error}");
    let error = client.copy_out(id, "/tmp", here.path().join("none")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::File, "{error}");
    assert!(client.copy_out(id, "/not/there", &there).await.unwrap_err().is_not_found());
}
