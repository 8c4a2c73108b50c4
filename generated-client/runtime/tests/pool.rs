//! Connections that are used again, and those that are not.

#![allow(clippy::unwrap_used)]

mod support;

use futures_util::TryStreamExt;
use support::api::*;
use support::server::{CHUNKED, Peer, Server, answer};

const LIST: &[u8] = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n0\r\n\r\n";

/// Lists over a new connection, whose other end it gives.
async fn list(server: &Server, client: &Client) -> Peer {
    let sent = tokio::spawn(ContainerList::new(client).send());
    let mut peer = server.accept().await;
    peer.read_head().await;
    peer.write(LIST).await;
    sent.await.unwrap().unwrap();
    peer
}

#[tokio::test]
async fn one_connection_serves_several_requests() {
    let (server, client) = Server::start().await;
    let mut peer = list(&server, &client).await;
    for _ in 0..3 {
        let sent = tokio::spawn(ArchiveInfo::of(&client, "x").send());
        assert!(peer.read_head().await.starts_with("HEAD"));
        peer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n").await;
        sent.await.unwrap().unwrap();
        let sent = tokio::spawn(SystemPing::new(&client).send());
        assert!(peer.read_head().await.starts_with("GET"));
        peer.write(answer("200 OK", "text/plain", "OK").as_bytes()).await;
        assert_eq!(sent.await.unwrap().unwrap(), "OK");
        let sent = tokio::spawn(ContainerInspect::of(&client, "x").send());
        peer.read_head().await;
        peer.write(answer("404 Not Found", "text/plain", "no").as_bytes()).await;
        assert!(sent.await.unwrap().unwrap_err().is_not_found());
    }
}

#[tokio::test]
async fn what_changes_something_gets_a_connection_of_its_own() {
    let (server, client) = Server::start().await;
    let _first = list(&server, &client).await;
    let sent = tokio::spawn(ContainerStart::of(&client, "x").send());
    let mut second = server.accept().await;
    assert!(second.read_head().await.starts_with("POST"));
    second.write(b"HTTP/1.1 204 No Content\r\n\r\n").await;
    assert_eq!(sent.await.unwrap().unwrap(), StartOutcome::Started);
}

#[tokio::test]
async fn a_connection_that_was_closed_meanwhile_is_replaced() {
    let (server, client) = Server::start().await;
    for _ in 0..5 {
        list(&server, &client).await;
    }
    // One that is closed after the request was written, without an answer.
    let mut peer = list(&server, &client).await;
    let sent = tokio::spawn(ContainerList::new(&client).send());
    peer.read_head().await;
    drop(peer);
    server.answer(&answer("200 OK", "application/json", "[{}]")).await;
    assert_eq!(sent.await.unwrap().unwrap().len(), 1);
}

#[tokio::test]
async fn a_body_that_was_not_read_closes_its_connection() {
    let (server, client) = Server::start().await;
    let sent = tokio::spawn(SystemEvents::new(&client).send());
    let mut peer = server.accept().await;
    peer.read_head().await;
    peer.write(CHUNKED).await;
    peer.write_chunk(b"{}").await;
    let mut events = sent.await.unwrap().unwrap();
    events.try_next().await.unwrap().unwrap();
    drop(events);
    assert!(peer.read_to_end().await.is_empty());
}

#[tokio::test]
async fn kept_connections_end_with_the_client() {
    let (server, client) = Server::start().await;
    let mut peer = list(&server, &client).await;
    drop(client);
    assert!(peer.read_to_end().await.is_empty());
}

#[test]
fn a_connection_stays_in_its_runtime() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let serving = runtime();
    let (server, client) = serving.block_on(Server::start());
    let (ready, is_ready) = std::sync::mpsc::channel();
    let engine = std::thread::spawn(move || {
        serving.block_on(async move {
            let mut peers = Vec::new();
            for _ in 0..2 {
                let mut peer = server.accept().await;
                peer.read_head().await;
                peer.write(LIST).await;
                peers.push(peer);
            }
            is_ready.recv().unwrap();
        });
    });
    let first = runtime();
    first.block_on(ContainerList::new(&client).send()).unwrap();
    drop(first);
    runtime().block_on(ContainerList::new(&client).send()).unwrap();
    ready.send(()).unwrap();
    engine.join().unwrap();
}
