//! The reqwest transport: what stands on the wire, and a real Engine over its unix socket and over tcp.

#![allow(clippy::unwrap_used)]

mod support;

use std::time::Duration;

use docker_engine_runtime::reqwest::ReqwestTransport;
use docker_engine_runtime::{ApiVersion, Body, ErrorKind};
use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::json;
use support::api::*;
use support::server::{CHUNKED, Peer, answer};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

fn builder() -> reqwest::ClientBuilder {
    reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none())
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

#[cfg(unix)]
#[tokio::test]
async fn a_real_engine() {
    let (Ok(host), Ok(tcp)) = (std::env::var("DOCKER_HOST"), std::env::var("ENGINE_TCP")) else {
        return eprintln!("skipped: DOCKER_HOST and ENGINE_TCP do not name an Engine for tests");
    };
    let socket = builder().unix_socket(host.strip_prefix("unix://").unwrap().to_owned()).build().unwrap();
    let tcp = tcp.replace("tcp://", "http://");
    let plain = builder().build().unwrap();
    for transport in [ReqwestTransport::new(socket, "http://localhost"), ReqwestTransport::new(plain, &tcp)] {
        let client = Client::new(transport.unwrap()).with_version(ApiVersion::new(1, 41));
        assert_eq!(SystemPing::new(&client).await.unwrap(), "OK");
        let config = json!({
            "Image": "alpine", "Cmd": ["cat"], "OpenStdin": true, "StdinOnce": true, "AttachStdin": true,
        });
        let id = ContainerCreate::new(&client).json(config).await.unwrap().id;
        let attach = ContainerAttach::of(&client, &id);
        let attach = ["stream", "stdin", "stdout", "stderr"]
            .into_iter()
            .fold(attach, |attach, key| attach.query(key, true));
        let duplex = attach.await.unwrap();
        ContainerStart::of(&client, &id).await.unwrap();
        let input = "a line\n".repeat(40_000);
        let exchange = tokio::time::timeout(Duration::from_secs(30), duplex.exchange(input.clone()));
        let chunks = exchange.await.expect("cat sees the end of its input").unwrap();
        let output: Vec<u8> = chunks.iter().flat_map(|chunk| chunk.bytes.to_vec()).collect();
        assert!(output == input.as_bytes(), "{} of {} bytes", output.len(), input.len());
        let pieces = stream::iter((0..100).map(|_| Ok::<_, std::io::Error>(vec![0; 1024])));
        let put = PutContainerArchive::of(&client, &id).query("path", "/tmp").tar(Body::stream(pieces));
        put.await.unwrap();
        ContainerDelete::of(&client, &id).query("force", true).await.unwrap();
    }
}
