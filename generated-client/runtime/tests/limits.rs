//! Limits of time and size, for a client and for one request.

#![allow(clippy::unwrap_used)]

mod support;

use std::time::Duration;

use docker_engine_runtime::{ErrorKind, Limits, Operation};
use futures_util::{StreamExt, TryStreamExt};
use support::api::*;
use support::server::{CHUNKED, Server, answer};
use tokio::io::AsyncWriteExt;

const SHORT: Duration = Duration::from_millis(50);

#[tokio::test]
async fn an_engine_that_does_not_answer() {
    let (server, client) = Server::start().await;
    let client = client.with_limits(Limits { response: Some(SHORT), ..Limits::default() });
    let sent = tokio::spawn(ContainerList::new(&client).send());
    let mut peer = server.accept().await;
    let error = sent.await.unwrap().unwrap_err();
    assert!(error.is_timeout() && error.kind() == ErrorKind::Timeout, "{error:?}");
    assert!(
        error.to_string().contains("ContainerList: GET /v1.51/containers/json: the Engine has not answered"),
        "{error}"
    );
    peer.read_head().await;
    assert!(peer.read_to_end().await.is_empty(), "its connection is closed");

    let waiting = tokio::spawn(ContainerWait::of(&client, "x").send());
    let mut peer = server.accept().await;
    peer.read_head().await;
    tokio::time::sleep(SHORT * 3).await;
    peer.write(answer("200 OK", "application/json", r#"{"StatusCode":7}"#).as_bytes()).await;
    assert_eq!(waiting.await.unwrap().unwrap().status_code, 7, "a wait takes as long as it takes");

    let limits = Limits { response: Some(SHORT), ..Limits::default() };
    let waiting = tokio::spawn(ContainerWait::of(&client, "x").with_limits(limits).send());
    let _peer = server.accept().await;
    assert!(waiting.await.unwrap().unwrap_err().is_timeout(), "unless its own limit says otherwise");
}

#[tokio::test]
async fn a_stream_that_falls_silent() {
    let (server, client) = Server::start().await;
    let limits = Limits { idle: Some(SHORT * 4), ..Limits::default() };
    let sent = tokio::spawn(SystemEvents::new(&client).with_limits(limits).send());
    let mut peer = server.accept().await;
    peer.read_head().await;
    peer.write(CHUNKED).await;
    let mut events = sent.await.unwrap().unwrap();
    for _ in 0..6 {
        tokio::time::sleep(SHORT).await;
        peer.write_chunk(b"{}").await;
        events.try_next().await.unwrap().unwrap();
    }
    let error = events.next().await.unwrap().unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Timeout, Some("SystemEvents")));
    assert!(events.next().await.is_none());
}

#[tokio::test]
async fn a_connection_that_was_handed_over_and_falls_silent() {
    let (server, client) = Server::start().await;
    let client = client.with_limits(Limits { idle: Some(SHORT * 4), ..Limits::default() });
    let attach = async |attach: ContainerAttach| {
        let sent = tokio::spawn(attach.tty(true).send());
        let mut peer = server.accept().await;
        peer.read_head().await;
        peer.write(b"HTTP/1.1 101 UPGRADED\r\nUpgrade: tcp\r\nConnection: Upgrade\r\n\r\n").await;
        (peer, sent.await.unwrap().unwrap())
    };
    // Input keeps it open as well as output, also where two tasks have a half each.
    let (mut peer, duplex) = attach(ContainerAttach::of(&client, "x")).await;
    let (mut output, mut input) = duplex.split();
    let reader = tokio::spawn(async move {
        let first = output.try_next().await.unwrap().unwrap().to_string();
        (first, output.next().await.unwrap().unwrap_err(), output.next().await.is_none())
    });
    for _ in 0..8 {
        tokio::time::sleep(SHORT).await;
        input.write_all(b"x").await.unwrap();
    }
    assert!(!reader.is_finished());
    peer.write(b"output").await;
    let (first, error, ended) = reader.await.unwrap();
    assert_eq!((first.as_str(), error.kind(), ended), ("output", ErrorKind::Timeout, true));
    assert_eq!(error.operation(), Some("ContainerAttach"));

    let patient = Limits::default();
    let (mut peer, mut duplex) = attach(ContainerAttach::of(&client, "x").with_limits(patient)).await;
    tokio::time::sleep(SHORT * 8).await;
    peer.write(b"late").await;
    assert_eq!(duplex.try_next().await.unwrap().unwrap().to_string(), "late", "a request has its own limit");
}

#[tokio::test]
async fn a_connection_that_is_not_made() {
    // A listener with a full queue: connections to it stay in the making.
    let listener = tokio::net::TcpSocket::new_v4().unwrap();
    listener.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = listener.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut queue = Vec::new();
    while let Ok(Ok(stream)) = tokio::time::timeout(SHORT * 4, tokio::net::TcpStream::connect(address)).await
    {
        queue.push(stream);
        assert!(queue.len() < 1000, "the queue never fills");
    }
    let client = Client::connect(format!("tcp://{address}")).unwrap();
    let client = client.with_limits(Limits { connect: Some(SHORT), ..Limits::default() });
    let error = SystemPing::new(&client).await.unwrap_err();
    assert!(error.is_connect() && error.is_timeout(), "{error:?}");
    assert!(error.to_string().contains("no connection within 50ms"), "{error}");
}

#[tokio::test]
async fn an_answer_that_is_too_large() {
    let (server, client) = Server::start().await;
    let client = client.with_limits(Limits { max_body: 10, max_error: 4, max_item: 10, ..Limits::default() });
    let sent = tokio::spawn(SystemPing::new(&client).send());
    server.answer(&answer("200 OK", "text/plain", "0123456789")).await;
    assert_eq!(sent.await.unwrap().unwrap(), "0123456789");
    let sent = tokio::spawn(SystemPing::new(&client).send());
    server.answer(&answer("200 OK", "text/plain", "0123456789a")).await;
    assert_eq!(sent.await.unwrap().unwrap_err().kind(), ErrorKind::TooLarge);
    let sent = tokio::spawn(SystemPing::new(&client).send());
    server.answer(&answer("500 Internal Server Error", "text/plain", "0123456789")).await;
    assert_eq!(sent.await.unwrap().unwrap_err().message(), "0123");
    let sent = tokio::spawn(SystemEvents::new(&client).send());
    server.answer(&answer("200 OK", "application/json", r#"{"a":1} {"a":"0123456789"}"#)).await;
    let mut events = sent.await.unwrap().unwrap();
    events.try_next().await.unwrap().unwrap();
    assert_eq!(events.try_next().await.unwrap_err().kind(), ErrorKind::TooLarge);
    let sent = tokio::spawn(ContainerLogs::of(&client, "x").tty(false).send());
    server.answer("HTTP/1.1 200 OK\r\n\r\n\x01\0\0\0\0\0\0\x0b0123456789a").await;
    assert_eq!(sent.await.unwrap().unwrap().try_next().await.unwrap_err().kind(), ErrorKind::TooLarge);
}
