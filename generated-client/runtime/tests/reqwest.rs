//! The reqwest transport: what stands on the wire. The conformance suite runs over it too.

#![allow(clippy::unwrap_used)]

mod support;

use std::process::Command;

use docker_engine_runtime::config::Endpoint;
use docker_engine_runtime::reqwest::ReqwestTransport;
use docker_engine_runtime::{ApiVersion, Body, ErrorKind};
use futures_util::{StreamExt, TryStreamExt};
use serde_json::json;
use support::api::*;
use support::server::{CHUNKED, Peer, answer};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

/// What a program may start from that brings a client of its own.
fn builder() -> reqwest::ClientBuilder {
    docker_engine_runtime::reqwest::builder(&Endpoint::parse("tcp://localhost").unwrap()).unwrap()
}

async fn start(base_path: &str) -> (TcpListener, Client) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}{base_path}", listener.local_addr().unwrap());
    let transport = ReqwestTransport::new(builder().build().unwrap(), &url).unwrap();
    (listener, Client::new(transport).with_version(ApiVersion::new(1, 51)))
}

async fn accept(listener: &TcpListener) -> Peer {
    Peer { stream: listener.accept().await.unwrap().0 }
}

#[tokio::test]
async fn the_path_is_sent_as_it_was_written() {
    let (listener, client) = start("/base/").await;
    for (id, path) in [
        ("a/../%2e%2e?b#c", "a%2F..%2F%252e%252e%3Fb%23c"),
        ("sha256:0@x", "sha256:0@x"),
        ("ü ~'|\\", "%C3%BC%20~%27%7C%5C"),
    ] {
        let request = ContainerInspect::of(&client, id).query("q", "a b&c='\"<>|{}`^\\ü");
        let sent = tokio::spawn(request.send());
        let mut peer = accept(&listener).await;
        let head = peer.read_head().await;
        let query = "q=a%20b%26c%3D%27%22%3C%3E%7C%7B%7D%60%5E%5C%C3%BC";
        assert!(
            head.starts_with(&format!("GET /base/v1.51/containers/{path}/json?{query} HTTP/1.1")),
            "{head}"
        );
        peer.write(answer("200 OK", "application/json", "{}").as_bytes()).await;
        drop(peer);
        sent.await.unwrap().unwrap();
    }
    // A path that reaches the transport by another way and that reqwest rewrites.
    for path in ["/a/../b", "/a/%2e%2e/b", "/a/./b"] {
        let request = http::Request::get(path).body(Body::empty()).unwrap();
        let error = client.core().transport().send(request).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Request, "{path}");
    }
}

#[tokio::test]
async fn bodies_stream_both_ways() {
    let (listener, client) = start("").await;
    let (mut writer, reader) = tokio::io::duplex(64);
    let sent = tokio::spawn(ImageBuild::new(&client).tar(Body::reader(reader)).send());
    let mut peer = accept(&listener).await;
    let head = peer.read_head().await.to_lowercase();
    assert!(head.contains("transfer-encoding: chunked") && head.contains("application/x-tar"), "{head}");
    writer.write_all(b"first").await.unwrap();
    assert_eq!(peer.read_exact(10).await, b"5\r\nfirst\r\n");
    peer.write(CHUNKED).await;
    peer.write_chunk(b"{\"stream\":\"Step 1\"}\n").await;
    let mut steps = sent.await.unwrap().unwrap();
    assert_eq!(steps.try_next().await.unwrap().unwrap()["stream"], "Step 1");
    writer.write_all(b"second").await.unwrap();
    drop(writer);
    assert_eq!(peer.read_exact(16).await, b"6\r\nsecond\r\n0\r\n\r\n");
    peer.write(b"5\r\n{\"str").await;
    drop(peer);
    let error = steps.try_next().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Truncated, "{error:?}");

    let sent = tokio::spawn(ContainerCreate::new(&client).json(json!({"Image": "a"})).send());
    let mut peer = accept(&listener).await;
    let head = peer.read_head().await.to_lowercase();
    assert!(head.contains("content-length: 13") && !head.contains("chunked"), "{head}");
    assert_eq!(peer.read_exact(13).await, br#"{"Image":"a"}"#);
    peer.write(answer("201 Created", "application/json", r#"{"Id":"x"}"#).as_bytes()).await;
    assert_eq!(sent.await.unwrap().unwrap().id, "x");
}

#[tokio::test]
async fn an_upgrade_loses_nothing_and_halves_close_alone() {
    let (listener, client) = start("").await;
    let sent = tokio::spawn(ContainerAttach::of(&client, "x").tty(true).send());
    let mut peer = accept(&listener).await;
    peer.read_head().await;
    peer.write(b"HTTP/1.1 101 UPGRADED\r\nUpgrade: tcp\r\nConnection: Upgrade\r\n\r\nearly").await;
    let mut duplex = sent.await.unwrap().unwrap();
    assert_eq!(duplex.try_next().await.unwrap().unwrap().to_string(), "early");
    duplex.write_all(b"input").await.unwrap();
    duplex.close_input().await.unwrap();
    assert_eq!(peer.read_to_end().await, b"input");
    peer.write(b"late").await;
    drop(peer);
    assert_eq!(duplex.next().await.unwrap().unwrap().to_string(), "late");
    assert!(duplex.next().await.is_none());
}

#[tokio::test]
async fn errors() {
    let (listener, client) = start("").await;
    let sent = tokio::spawn(SystemPing::new(&client).send());
    drop(accept(&listener).await);
    assert!(sent.await.unwrap().is_err());
    drop(listener);
    let error =
        SystemPing::new(&client).header("X-Secret", "hunter2").query("q", "hunter3").await.unwrap_err();
    assert!(error.is_connect() && !format!("{error} {error:?}").contains("hunter"), "{error:?}");
    for base in ["unix:///run/docker.sock", "host", "http://me:hunter2@host", "http://host/?x", ""] {
        let error = ReqwestTransport::new(builder().build().unwrap(), base).unwrap_err();
        assert!(error.kind() == ErrorKind::Config && !error.to_string().contains("hunter2"), "{error}");
    }
}

#[tokio::test]
async fn endpoints() {
    let (listener, _) = start("").await;
    let address = listener.local_addr().unwrap();
    let endpoint = Endpoint::parse(&format!("tcp://{address}/engine/")).unwrap();
    let transport = ReqwestTransport::connect_to(&endpoint).unwrap();
    assert_eq!(format!("{transport:?}"), format!("ReqwestTransport(\"http://{address}/engine\")"));
    let sent = tokio::spawn(SystemPing::new(&Client::new(transport)).send());
    let head = accept(&listener).await.read_head().await;
    assert!(head.starts_with("HEAD /engine/_ping HTTP/1.1\r\n"), "the base path is kept: {head}");
    sent.abort();

    let endpoint = Endpoint::parse("tcp://[::1]:1").unwrap();
    let shown = format!("{:?}", ReqwestTransport::connect_to(&endpoint).unwrap());
    assert_eq!(shown, "ReqwestTransport(\"http://[::1]:1\")");
    let refused = |url: &str| ReqwestTransport::connect_to(&Endpoint::parse(url).unwrap()).unwrap_err();
    let error = refused("ssh://me@host");
    assert!(error.kind() == ErrorKind::Config && error.to_string().contains("ssh is for"), "{error}");
    #[cfg(not(windows))]
    assert!(refused("npipe://").to_string().contains("only Windows has named pipes"));
}

/// The environment is of the whole process, so the test runs again in one of its own.
#[test]
fn proxies_are_not_for_what_is_here() {
    const PROXY: &str = "http://me:hunter2@127.0.0.1:1";
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "in_an_environment_with_proxies", "--ignored", "--nocapture"])
        .envs(
            ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
                .map(|name| (name, PROXY)),
        )
        .env_remove("no_proxy")
        .env_remove("NO_PROXY")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && !said.contains("hunter2"), "{said}");
}

#[tokio::test]
#[ignore = "it is run by `proxies_are_not_for_what_is_here`"]
async fn in_an_environment_with_proxies() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("tcp://{}", listener.local_addr().unwrap());
    let endpoint = Endpoint::parse(&url).unwrap();
    let through_reqwest = Client::new(ReqwestTransport::connect_to(&endpoint).unwrap());
    for client in [through_reqwest, Client::connect(&url).unwrap()] {
        let client = client.with_version(ApiVersion::new(1, 51));
        let sent = tokio::spawn(SystemPing::new(&client).send());
        let mut peer = accept(&listener).await;
        let head = peer.read_head().await.to_lowercase();
        assert!(head.starts_with("get /v1.51/_ping ") && !head.contains("proxy"), "{head}");
        peer.write(answer("200 OK", "text/plain", "OK").as_bytes()).await;
        sent.await.unwrap().unwrap();
    }
    #[cfg(unix)]
    {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("docker.sock");
        let listener = tokio::net::UnixListener::bind(&socket).unwrap();
        let endpoint = Endpoint::parse(&format!("unix://{}", socket.display())).unwrap();
        let client = Client::new(ReqwestTransport::connect_to(&endpoint).unwrap());
        let sent = tokio::spawn(SystemPing::new(&client.with_version(ApiVersion::new(1, 51))).send());
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(tokio::io::AsyncReadExt::read_u8(&mut stream).await.unwrap());
        }
        let head = String::from_utf8(head).unwrap().to_lowercase();
        assert!(head.starts_with("get /v1.51/_ping ") && !head.contains("proxy"), "{head}");
        stream.write_all(answer("200 OK", "text/plain", "OK").as_bytes()).await.unwrap();
        sent.await.unwrap().unwrap();
    }
    // On another machine they are used: this one is not there.
    let far = Endpoint::parse("tcp://engine.invalid:1").unwrap();
    let client = Client::new(ReqwestTransport::connect_to(&far).unwrap());
    let error = SystemPing::new(&client).await.unwrap_err();
    assert!(error.is_connect() && format!("{error:?}").contains("127.0.0.1:1"), "{error:?}");
}
