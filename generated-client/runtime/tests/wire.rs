//! What stands on the wire, seen from a server that a test holds in its hands.

#![allow(clippy::unwrap_used)]

mod support;

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine as _;
use docker_engine_runtime::{ApiVersion, Body, ErrorKind, Filters, LogSource, Operation, Value};
use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::json;
use support::api::*;
use support::server::{CHUNKED, Server, answer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixListener;

fn travels<T: Send + Sync + 'static>(_: &T) {}
fn moves<T: Send + 'static>(value: T) -> T {
    value
}

#[tokio::test]
async fn a_request_as_it_is_sent() {
    let (server, client) = Server::start().await;
    travels(&client);
    let request = ContainerList::new(&client)
        .query("all", true)
        .query("name", "a b&c")
        .filters(|filters| filters.with("label", "x=1"))
        .filters(|filters| filters.with("status", "running"));
    let sent = tokio::spawn(moves(request.send()));
    let head = server.answer(&answer("200 OK", "application/json", "null")).await;
    assert!(sent.await.unwrap().unwrap().is_empty());
    let mut lines = head.lines();
    assert_eq!(
        lines.next().unwrap(),
        "GET /v1.51/containers/json?all=true&name=a%20b%26c&filters=%7B%22label%22%3A%5B%22x%3D1%22%5D%2C%22status%22%3A%5B%22running%22%5D%7D HTTP/1.1"
    );
    let head = head.to_lowercase();
    assert!(head.contains("host: 127.0.0.1:") && head.contains("user-agent: docker-engine-rs/"), "{head}");
}

#[tokio::test]
async fn each_value_of_a_repeated_key_is_json_of_its_own() {
    let (_server, client) = Server::start().await;
    let platforms = [json!({"os": "linux"}), json!({"os": "a,b&c"})];
    let sent = ContainerList::new(&client).query_multi_json("platforms", platforms).into_http().unwrap();
    assert_eq!(
        sent.uri().query().unwrap(),
        "platforms=%7B%22os%22%3A%22linux%22%7D&platforms=%7B%22os%22%3A%22a%2Cb%26c%22%7D"
    );
}

#[tokio::test]
async fn a_build_is_sent_the_credentials_of_several_registries() {
    use docker_engine_runtime::auth::RegistryAuth;
    let (_server, client) = Server::start().await;
    let registries = BTreeMap::from([
        ("host:5000".to_owned(), RegistryAuth::password("me", "hunter2").for_server("host:5000")),
        ("token.example".to_owned(), RegistryAuth::identity_token("hunter3")),
    ]);
    let build = ImageBuild::new(&client).registries(&registries);
    assert!(!format!("{build:?} {registries:?}").contains("hunter"), "{build:?}");
    let request = build.into_http().unwrap();
    let header = request.headers()["x-registry-config"].to_str().unwrap();
    let json = base64::engine::general_purpose::URL_SAFE.decode(header).unwrap();
    let sent: Value = serde_json::from_slice(&json).unwrap();
    let expected = json!({
        "host:5000": {"username": "me", "password": "hunter2", "serveraddress": "host:5000"},
        "token.example": {"identitytoken": "hunter3"},
    });
    assert_eq!(sent, expected, "and nothing that is null");
    assert!(!ImageBuild::new(&client).into_http().unwrap().headers().contains_key("x-registry-config"));
}

#[tokio::test]
async fn a_body_has_its_length_and_no_body_has_none() {
    let (server, client) = Server::start().await;
    let sent = tokio::spawn(ContainerCreate::new(&client).json(json!({"Image": "a"})).send());
    let mut peer = server.accept().await;
    let head = peer.read_head().await.to_lowercase();
    assert!(
        head.contains("content-type: application/json\r\n") && head.contains("content-length: 13\r\n"),
        "{head}"
    );
    assert_eq!(peer.read_exact(13).await, br#"{"Image":"a"}"#);
    peer.write(answer("201 Created", "application/json", r#"{"Id":"x","Warnings":null}"#).as_bytes()).await;
    assert_eq!(sent.await.unwrap().unwrap().id, "x");

    let sent = tokio::spawn(ContainerStart::of(&client, "x").send());
    let head = server.answer("HTTP/1.1 304 Not Modified\r\n\r\n").await.to_lowercase();
    assert!(!head.contains("transfer-encoding") && !head.contains("content-type"), "{head}");
    assert_eq!(sent.await.unwrap().unwrap(), StartOutcome::AlreadyStarted);
}

#[tokio::test]
async fn the_path_is_sent_as_it_was_encoded() {
    let (server, client) = Server::start().await;
    let sent = tokio::spawn(ContainerInspect::of(&client, "a/../%2e%2e?b#c").send());
    let head = server.answer(&answer("200 OK", "application/json", "{}")).await;
    assert!(head.starts_with("GET /v1.51/containers/a%2F..%2F%252e%252e%3Fb%23c/json HTTP/1.1"), "{head}");
    sent.await.unwrap().unwrap();
    for refused in ["", ".", ".."] {
        let error = ContainerInspect::of(&client, refused).await.unwrap_err();
        assert_eq!((error.kind(), error.operation()), (ErrorKind::Request, Some("ContainerInspect")));
    }
}

#[tokio::test]
async fn a_base_path_is_kept() {
    let (server, client) = Server::start().await;
    let client = Client::from(client.core().clone().with_base_path("/engines/one/"));
    let sent = tokio::spawn(SystemPing::new(&client).send());
    let head = server.answer(&answer("200 OK", "text/plain", "OK")).await;
    assert!(head.starts_with("GET /engines/one/v1.51/_ping HTTP/1.1"), "{head}");
    assert_eq!(sent.await.unwrap().unwrap(), "OK");
}

#[tokio::test]
async fn errors_tell_what_the_engine_said() {
    let (server, client) = Server::start().await;
    let cases = [
        (
            answer("404 Not Found", "application/json", r#"{"message":"No such container: x"}"#),
            "No such container: x",
        ),
        (answer("404 Not Found", "text/plain", "page not found\n"), "page not found"),
        ("HTTP/1.1 404 Not Found\r\nContent-Length: 100\r\n\r\ncut off".to_owned(), "cut off"),
        ("HTTP/1.1 404 Not Found\r\n\r\n".to_owned(), ""),
    ];
    for (wire, message) in cases {
        let sent = tokio::spawn(ContainerInspect::of(&client, "x").send());
        server.answer(&wire).await;
        let error = sent.await.unwrap().unwrap_err();
        assert!(error.is_not_found(), "{error:?}");
        assert_eq!(error.message(), message);
        assert_eq!(error.path(), Some("/v1.51/containers/x/json"));
        assert!(
            error.to_string().starts_with("ContainerInspect: GET /v1.51/containers/x/json: 404 Not Found")
        );
    }
    let sent = tokio::spawn(ContainerStart::of(&client, "x").send());
    server.answer(&answer("200 OK", "text/plain", "")).await;
    let error = sent.await.unwrap().unwrap_err();
    assert_eq!(error.status().unwrap(), 200, "a status that is no answer of the operation");
    let sent = tokio::spawn(ContainerList::new(&client).send());
    server.answer("HTTP/1.1 304 Not Modified\r\n\r\n").await;
    assert!(sent.await.unwrap().unwrap_err().is_not_modified());
    let sent = tokio::spawn(ContainerList::new(&client).send());
    server
        .answer("HTTP/1.1 301 Moved Permanently\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n")
        .await;
    assert_eq!(sent.await.unwrap().unwrap_err().status().unwrap(), 301);
}

#[tokio::test]
async fn what_is_not_there_or_breaks() {
    let error = Client::connect("unix:///nowhere/docker.sock").unwrap().core().clone();
    let error = SystemPing::new(&error.into()).await.unwrap_err();
    assert!(error.is_connect());
    assert!(
        format!("{error:#}")
            .contains("cannot connect to unix:///nowhere/docker.sock: there is no such socket: No such file"),
        "{error:#}"
    );
    let (server, client) = Server::start().await;
    let sent = tokio::spawn(ContainerList::new(&client).send());
    server.answer("").await;
    assert_eq!(sent.await.unwrap().unwrap_err().kind(), ErrorKind::Truncated);
    let sent = tokio::spawn(ContainerList::new(&client).send());
    server.answer("SSH-2.0-OpenSSH\r\n").await;
    assert_eq!(sent.await.unwrap().unwrap_err().kind(), ErrorKind::Transport);
    for cut in [
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n[]",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n",
    ] {
        let sent = tokio::spawn(ContainerList::new(&client).send());
        server.answer(cut).await;
        let error = sent.await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Truncated, "{error}");
    }
    let sent = tokio::spawn(ContainerList::new(&client).send());
    server.answer(&answer("200 OK", "application/json", r#"[{},3"#)).await;
    let error = sent.await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
}

#[test]
fn without_a_runtime_there_is_an_error_and_no_panic() {
    let client = Client::connect("tcp://127.0.0.1:1").unwrap().with_version(ApiVersion::new(1, 51));
    let mut future = ContainerList::new(&client).send();
    let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    let std::task::Poll::Ready(Err(error)) = future.as_mut().poll(&mut cx) else {
        panic!("expected an error")
    };
    assert!(error.is_connect());
}

#[tokio::test]
async fn gates_name_what_is_missing_before_anything_is_sent() {
    let client = Client::connect("tcp://127.0.0.1:1").unwrap().with_version(ApiVersion::new(1, 46));
    let error = NewOperation::new(&client).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Version);
    assert!(
        error.to_string().contains("the operation NewOperation needs API version 1.50, but 1.46 is in use"),
        "{error}"
    );
    let error = ContainerList::new(&client).query("new", 1).await.unwrap_err();
    assert!(
        error.to_string().contains("the parameter new of ContainerList needs API version 1.47"),
        "{error}"
    );
    let error = ContainerList::new(&client).header("X-New", "secret").await.unwrap_err();
    assert!(error.to_string().contains("X-New") && !error.to_string().contains("secret"), "{error}");
    assert!(ContainerList::new(&client).query("plain", 1).into_http().is_ok());
    let error = ContainerList::new(&client).header("X-Old", "secret\r\nX: y").into_http().unwrap_err();
    assert!(error.kind() == ErrorKind::Request && !format!("{error:?}").contains("secret"), "{error:?}");
}

#[test]
fn filters_are_gated_as_parameters_are() {
    let client =
        |minor| Client::connect("tcp://127.0.0.1:1").unwrap().with_version(ApiVersion::new(1, minor));
    let filtered =
        |minor, filters: Filters| ContainerList::new(&client(minor)).filters(|_| filters).into_http();
    let error = filtered(43, Filters::new().listed("until", "24h")).unwrap_err();
    let sentence = "the filter until of ContainerList needs API version 1.44, but 1.43 is in use";
    assert!(error.kind() == ErrorKind::Version && error.to_string().contains(sentence), "{error}");
    let merged = ContainerList::new(&client(43))
        .filters(|filters| filters.listed("until", "24h"))
        .filters(|filters| filters.with("until", "48h"));
    assert_eq!(merged.into_http().unwrap_err().kind(), ErrorKind::Version);
    assert!(filtered(43, Filters::new().with("until", "24h")).is_ok(), "a raw key passes");
    assert!(filtered(43, Filters::new().listed("label", "a")).is_ok());
    let request = filtered(44, Filters::new().listed("until", "24h")).unwrap();
    assert_eq!(request.uri(), "/v1.44/containers/json?filters=%7B%22until%22%3A%5B%2224h%22%5D%7D");
}

#[tokio::test]
async fn a_program_with_its_own_io_uses_both_halves() {
    let client = Client::connect("unix:///unused").unwrap();
    let request = ContainerCreate::new(&client).query("name", "n").json(json!({})).into_http().unwrap();
    assert_eq!(request.uri(), "/v1.51/containers/create?name=n");
    assert_eq!(request.into_body().collect().await.unwrap(), "{}");
    let response = docker_engine_runtime::http::Response::new(Body::from(r#"{"Id":"x"}"#));
    assert_eq!(ContainerCreate::decode(response).await.unwrap().id, "x");
    let mut response = docker_engine_runtime::http::Response::new(Body::from("no"));
    *response.status_mut() = docker_engine_runtime::http::StatusCode::CONFLICT;
    let error = ContainerCreate::decode(response).await.unwrap_err();
    assert_eq!(error.to_string(), "ContainerCreate: POST /containers/create: 409 Conflict: no");
}

#[tokio::test]
async fn values_come_while_they_are_sent_and_dropping_closes() {
    let (server, client) = Server::start().await;
    let sent = tokio::spawn(SystemEvents::new(&client).send());
    let mut peer = server.accept().await;
    peer.read_head().await;
    peer.write(CHUNKED).await;
    let mut events = sent.await.unwrap().unwrap();
    peer.write_chunk(b"{\"n\":1}\n{\"n\"").await;
    assert_eq!(events.try_next().await.unwrap().unwrap()["n"], 1);
    peer.write_chunk(b":2}\n").await;
    assert_eq!(events.try_next().await.unwrap().unwrap()["n"], 2);
    drop(events);
    assert!(peer.read_to_end().await.is_empty(), "the connection is closed");

    let mut future = SystemEvents::new(&client).send();
    let waiting = async { tokio::time::timeout(Duration::from_millis(50), &mut future).await };
    let (timed_out, mut peer) = tokio::join!(waiting, server.accept());
    assert!(timed_out.is_err());
    peer.read_head().await;
    drop(future);
    assert!(peer.read_to_end().await.is_empty(), "a dropped future closes its connection");
}

#[tokio::test]
async fn a_stream_that_is_cut_is_an_error() {
    let (server, client) = Server::start().await;
    let sent = tokio::spawn(SystemEvents::new(&client).send());
    let mut peer = server.accept().await;
    peer.read_head().await;
    peer.write(CHUNKED).await;
    peer.write_chunk(b"{\"n\":1}").await;
    drop(peer);
    let mut events = sent.await.unwrap().unwrap();
    assert!(events.next().await.unwrap().is_ok());
    let error = events.next().await.unwrap().unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Truncated, Some("SystemEvents")));
    assert!(events.next().await.is_none());
}

#[tokio::test]
async fn the_answer_is_read_while_the_body_is_sent() {
    let (server, client) = Server::start().await;
    let (feed, fed) = tokio::io::duplex(64);
    let request = ImageBuild::new(&client).tar(Body::reader(fed));
    let sent = tokio::spawn(async move {
        let mut feed = feed;
        feed.write_all(b"first").await.unwrap();
        let mut steps = request.await.unwrap();
        let step = steps.try_next().await.unwrap().unwrap();
        assert_eq!(step["stream"], "Step 1");
        let (written, step) = tokio::join!(
            async {
                feed.write_all(b"second").await.unwrap();
                feed.shutdown().await.unwrap();
                drop(feed);
            },
            steps.try_next()
        );
        let () = written;
        assert_eq!(step.unwrap().unwrap()["stream"], "Step 2");
        assert!(steps.try_next().await.unwrap().is_none());
    });
    let mut peer = server.accept().await;
    let head = peer.read_head().await.to_lowercase();
    assert!(head.contains("transfer-encoding: chunked") && head.contains("application/x-tar"), "{head}");
    assert_eq!(peer.read_exact(10).await, b"5\r\nfirst\r\n");
    peer.write(CHUNKED).await;
    peer.write_chunk(b"{\"stream\":\"Step 1\"}").await;
    assert_eq!(peer.read_exact(16).await, b"6\r\nsecond\r\n0\r\n\r\n");
    peer.write_chunk(b"{\"stream\":\"Step 2\"}").await;
    peer.write_chunk(b"").await;
    sent.await.unwrap();
}

#[tokio::test]
async fn an_upload_that_is_refused_gives_the_refusal() {
    let (server, client) = Server::start().await;
    let endless = stream::repeat_with(|| Ok::<_, std::io::Error>(vec![0u8; 1 << 16]));
    let sent = tokio::spawn(PutContainerArchive::of(&client, "x").tar(Body::stream(endless)).send());
    let mut peer = server.accept().await;
    peer.read_head().await;
    peer.write(answer("403 Forbidden", "application/json", r#"{"message":"read-only"}"#).as_bytes()).await;
    drop(peer);
    let error = sent.await.unwrap().unwrap_err();
    assert!(error.is_forbidden(), "{error:?}");
    assert_eq!(error.message(), "read-only");
}

#[tokio::test]
async fn a_body_that_fails_is_the_callers_error() {
    let (server, client) = Server::start().await;
    let failing = stream::iter([Ok(&b"x"[..]), Err(std::io::Error::other("disk is gone"))]);
    let sent = tokio::spawn(PutContainerArchive::of(&client, "x").tar(Body::stream(failing)).send());
    let mut peer = server.accept().await;
    peer.read_to_end().await;
    let error = sent.await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Request);
    assert!(format!("{error:#}").contains("disk is gone"), "{error:#}");
}

const UPGRADED: &[u8] = b"HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.multiplexed-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n";

#[tokio::test]
async fn a_hijacked_connection_keeps_its_first_bytes_and_closes_by_halves() {
    let (server, client) = Server::start().await;
    let sent = tokio::spawn(ContainerAttach::of(&client, "x").query("stream", true).send());
    let mut peer = server.accept().await;
    let head = peer.read_head().await.to_lowercase();
    assert!(head.contains("connection: upgrade\r\n") && head.contains("upgrade: tcp\r\n"), "{head}");
    let early = [UPGRADED, b"\x01\0\0\0\0\0\0\x05early\x02\0\0"].concat();
    peer.write(&early).await;
    let mut duplex = sent.await.unwrap().unwrap();
    assert_eq!(duplex.try_next().await.unwrap().unwrap().to_string(), "early");
    duplex.write_all(b"input").await.unwrap();
    duplex.close_input().await.unwrap();
    assert_eq!(peer.read_to_end().await, b"input");
    peer.write(b"\0\0\0\0\x04late").await;
    drop(peer);
    let late = duplex.try_next().await.unwrap().unwrap();
    assert_eq!((late.source, late.to_string().as_str()), (LogSource::Stderr, "late"));
    assert!(duplex.try_next().await.unwrap().is_none());
}

#[tokio::test]
async fn a_hijacked_connection_in_two_tasks() {
    let (server, client) = Server::start().await;
    let sent = tokio::spawn(ContainerAttach::of(&client, "x").tty(true).send());
    let mut peer = server.accept().await;
    peer.read_head().await;
    peer.write(UPGRADED).await;
    let (output, mut input) = sent.await.unwrap().unwrap().split();
    let writing = tokio::spawn(async move {
        input.write_all(b"ls\r").await.unwrap();
        input.close().await.unwrap();
    });
    let reading = tokio::spawn(output.into_string());
    assert_eq!(peer.read_to_end().await, b"ls\r");
    peer.write(b"bin etc\r\n").await;
    drop(peer);
    writing.await.unwrap();
    assert_eq!(reading.await.unwrap().unwrap(), "bin etc\r\n", "the caller said that there is a terminal");
}

#[tokio::test]
async fn an_attach_that_is_refused_or_not_upgraded() {
    let (server, client) = Server::start().await;
    let sent = tokio::spawn(ContainerAttach::of(&client, "x").send());
    server
        .answer("HTTP/1.1 500 Internal Server Error\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\nno such thing\r\n")
        .await;
    let error = sent.await.unwrap().unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), error.message()), (500, "no such thing"));
    let sent = tokio::spawn(ContainerAttach::of(&client, "x").send());
    server
        .answer("HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.multiplexed-stream\r\n\r\n\x01\0\0\0\0\0\0\x02hi")
        .await;
    let mut duplex = sent.await.unwrap().unwrap();
    assert!(!duplex.has_input());
    assert_eq!(duplex.try_next().await.unwrap().unwrap().to_string(), "hi");
}

#[tokio::test]
async fn below_1_42_the_engine_is_asked_about_the_terminal() {
    let (server, client) = Server::start().await;
    let client = client.with_version(ApiVersion::new(1, 41));
    for (tty, source) in [("true", LogSource::Console), ("false", LogSource::Stdout)] {
        let sent = tokio::spawn(ContainerLogs::of(&client, "a/b").query("stdout", true).send());
        let inspected = answer("200 OK", "application/json", &format!(r#"{{"Config":{{"Tty":{tty}}}}}"#));
        let head = server.answer(&inspected).await;
        assert!(head.starts_with("GET /v1.41/containers/a%2Fb/json HTTP/1.1"), "{head}");
        server.answer("HTTP/1.1 200 OK\r\n\r\n\x01\0\0\0\0\0\0\x02hi").await;
        let chunk = sent.await.unwrap().unwrap().try_next().await.unwrap().unwrap();
        assert_eq!(chunk.source, source);
    }
    let sent = tokio::spawn(ContainerLogs::of(&client, "x").tty(false).send());
    let head = server.answer("HTTP/1.1 200 OK\r\n\r\n").await;
    assert!(head.starts_with("GET /v1.41/containers/x/logs"), "the caller said so: {head}");
    assert!(sent.await.unwrap().unwrap().try_next().await.unwrap().is_none());
    let sent = tokio::spawn(ContainerLogs::of(&client, "x").send());
    server
        .answer(&answer("404 Not Found", "application/json", r#"{"message":"No such container: x"}"#))
        .await;
    assert!(sent.await.unwrap().unwrap_err().is_not_found());
}

#[tokio::test]
async fn an_exec_that_was_not_upgraded_is_not_believed() {
    let (server, client) = Server::start().await;
    let sent = tokio::spawn(ExecPlain::of(&client, "e").json(json!({"Detach": false})).send());
    let mut peer = server.accept().await;
    peer.read_head().await;
    peer.write(
        b"HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n\x01\0\0\0\0\0\0\x02hi",
    )
    .await;
    drop(peer);
    let head =
        server.answer(&answer("200 OK", "application/json", r#"{"ProcessConfig":{"tty":false}}"#)).await;
    assert!(head.starts_with("GET /v1.51/exec/e/json"), "{head}");
    let chunk = sent.await.unwrap().unwrap().try_next().await.unwrap().unwrap();
    assert_eq!((chunk.source, chunk.to_string().as_str()), (LogSource::Stdout, "hi"));
}

#[tokio::test]
async fn headers_are_an_answer() {
    let (server, client) = Server::start().await;
    let sent = tokio::spawn(ArchiveInfo::of(&client, "x").query("path", "/etc").send());
    let head = server
        .answer("HTTP/1.1 200 OK\r\nContent-Length: 999\r\nX-Docker-Container-Path-Stat: eyJuYW1lIjoiZXRjIn0=\r\n\r\n")
        .await;
    assert!(head.starts_with("HEAD /v1.51/containers/x/archive?path=%2Fetc"), "{head}");
    assert_eq!(sent.await.unwrap().unwrap().stat.unwrap()["name"], "etc");
    let sent = tokio::spawn(ArchiveInfo::of(&client, "x").send());
    server
        .answer("HTTP/1.1 404 Not Found\r\nContent-Length: 50\r\nContent-Type: application/json\r\n\r\n")
        .await;
    assert!(sent.await.unwrap().unwrap_err().is_not_found());
}

#[tokio::test]
async fn a_unix_socket_and_bytes() {
    let folder = std::env::temp_dir().join(format!("docker-engine-runtime-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("docker.sock");
    let _ = std::fs::remove_file(&path);
    let listener = UnixListener::bind(&path).unwrap();
    let client = Client::connect(format!("unix://{}", path.display())).unwrap();
    let client = client.with_version(ApiVersion::new(1, 51));
    let sent = tokio::spawn(ContainerArchive::of(&client, "x").send());
    let (mut peer, _) = listener.accept().await.unwrap();
    let mut head = vec![0; 4096];
    let length = peer.read(&mut head).await.unwrap();
    let head = String::from_utf8_lossy(&head[..length]).to_lowercase();
    assert!(head.contains("host: localhost\r\n"), "{head}");
    peer.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/x-tar\r\nContent-Length: 5\r\n\r\nbytes")
        .await
        .unwrap();
    let bytes = sent.await.unwrap().unwrap();
    assert_eq!(bytes.headers()["content-type"], "application/x-tar");
    assert_eq!(bytes.collect().await.unwrap(), b"bytes");
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_client_serves_more_than_one_tokio_runtime() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (one, two) = (runtime(), runtime());
    let (server, client) = one.block_on(Server::start());
    let ping = |client: &Client| SystemPing::new(client).send();
    let pong = answer("200 OK", "text/plain", "1");
    let first = one.block_on(async { tokio::join!(ping(&client), server.answer(&pong)) });
    assert_eq!(first.0.unwrap(), "1");
    let serving = std::thread::spawn(move || {
        one.block_on(async move { server.answer(&answer("200 OK", "text/plain", "2")).await })
    });
    assert_eq!(two.block_on(ping(&client)).unwrap(), "2");
    serving.join().unwrap();
}
