//! Attach by websocket: the handshake as a test's server sees it, and real Engines.

#![allow(clippy::unwrap_used)]

mod support;

use docker_engine_runtime::ErrorKind;
use support::api::*;
use support::server::Server;

#[cfg(not(feature = "websocket"))]
#[tokio::test]
async fn the_missing_feature_is_named() {
    let (_server, client) = Server::start().await;
    let error = AttachWebsocket::of(&client, "x").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Request);
    assert!(error.to_string().contains("feature `websocket`"), "{error}");
}

#[cfg(feature = "websocket")]
mod with_feature {
    use std::time::Duration;

    use docker_engine_runtime::{ApiVersion, LogSource};
    use futures_util::TryStreamExt;
    use serde_json::json;
    use tokio::io::AsyncWriteExt;
    use tungstenite::handshake::derive_accept_key;

    use super::*;

    fn header<'a>(head: &'a str, name: &str) -> &'a str {
        let line = head.lines().find(|line| line.to_lowercase().starts_with(&format!("{name}:")));
        line.unwrap_or_else(|| panic!("{name} in {head}")).split_once(':').unwrap().1.trim()
    }

    fn accept(key: &str) -> String {
        format!(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {}\r\n\r\n",
            derive_accept_key(key.as_bytes())
        )
    }

    #[tokio::test]
    async fn handshake_frames_and_close() {
        let (server, client) = Server::start().await;
        let attached = tokio::spawn(AttachWebsocket::of(&client, "x").query("stream", true).send());
        let mut peer = server.accept().await;
        let head = peer.read_head().await;
        assert!(head.starts_with("GET /v1.51/containers/x/attach/ws?stream=true HTTP/1.1"), "{head}");
        assert_eq!(header(&head, "upgrade"), "websocket");
        assert_eq!(header(&head, "sec-websocket-version"), "13");
        let key = header(&head, "sec-websocket-key");
        assert_eq!(key.len(), 24);
        // A frame that looks multiplexed is not, and it comes with the answer's head.
        peer.write(&[accept(key).as_bytes(), b"\x82\x09\x01\0\0\0\0\0\0\x01!"].concat()).await;
        let mut duplex = attached.await.unwrap().unwrap();
        assert!(duplex.has_input());
        let chunk = duplex.try_next().await.unwrap().unwrap();
        assert_eq!((chunk.source, &chunk.bytes[..]), (LogSource::Console, &b"\x01\0\0\0\0\0\0\x01!"[..]));
        duplex.write_all(b"in").await.unwrap();
        let frame = peer.read_exact(8).await;
        assert_eq!((frame[0], frame[1]), (0x82, 0x82));
        assert_eq!([frame[6] ^ frame[2], frame[7] ^ frame[3]], *b"in");
        duplex.close_input().await.unwrap();
        let close = peer.read_exact(8).await;
        assert_eq!((close[0], close[1]), (0x88, 0x82));
        peer.write(b"\x82\x05later\x88\x00").await;
        let chunks: Vec<_> = duplex.try_collect().await.unwrap();
        assert_eq!(chunks[0].to_string(), "later");
    }

    #[tokio::test]
    async fn answers_that_are_none() {
        let (server, client) = Server::start().await;
        let wrong = accept("another");
        let plain = "HTTP/1.1 101 UPGRADED\r\nUpgrade: tcp\r\nConnection: Upgrade\r\n\r\n";
        for answer in [wrong.as_str(), plain] {
            let attached = tokio::spawn(AttachWebsocket::of(&client, "x").send());
            server.answer(answer).await;
            let error = attached.await.unwrap().unwrap_err();
            assert_eq!((error.kind(), error.operation()), (ErrorKind::Transport, Some("AttachWebsocket")));
        }
        let attached = tokio::spawn(AttachWebsocket::of(&client, "x").send());
        server.answer("HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnone").await;
        assert!(attached.await.unwrap().unwrap_err().is_not_found());

        let attached = tokio::spawn(AttachWebsocket::of(&client, "x").send());
        let mut peer = server.accept().await;
        let head = peer.read_head().await;
        peer.write(accept(header(&head, "sec-websocket-key")).as_bytes()).await;
        peer.write(b"\x82\x05some").await;
        drop(peer);
        let duplex = attached.await.unwrap().unwrap();
        assert!(duplex.try_collect::<Vec<_>>().await.is_err(), "a cut is no end");
    }

    #[tokio::test]
    async fn a_real_engine() {
        let (Ok(host), Ok(max)) = (std::env::var("DOCKER_HOST"), std::env::var("ENGINE_API_MAX")) else {
            return eprintln!("skipped: DOCKER_HOST and ENGINE_API_MAX do not name an Engine for tests");
        };
        let max: ApiVersion = max.parse().unwrap();
        for version in [max, ApiVersion::new(1, 25)] {
            let client = Client::connect(&host).unwrap().with_version(version);
            let config = json!({
                "Image": "alpine", "Cmd": ["sh", "-c", "cat; sleep 0.3; printf 'last \\303\\244'; exit 4"],
                "OpenStdin": true, "StdinOnce": true, "AttachStdin": true, "AttachStdout": true,
            });
            let id = Container::create(&client, config).await;
            let attach = AttachWebsocket::of(&client, &id);
            let attach = ["stream", "stdin", "stdout", "stderr"]
                .into_iter()
                .fold(attach, |attach, key| attach.query(key, true));
            let duplex = attach.await.unwrap();
            id.start().await;
            let input = "eine längere Zeile\n".repeat(10_000);
            let exchange = tokio::time::timeout(Duration::from_secs(30), duplex.exchange(input.clone()));
            let chunks = exchange.await.expect("cat sees the end of its input").unwrap();
            let output: Vec<u8> = chunks.iter().flat_map(|chunk| chunk.bytes.to_vec()).collect();
            let expected = input + "last ä";
            assert!(output == expected.as_bytes(), "{version}: {} of {}", output.len(), expected.len());
            assert_eq!(ContainerWait::of(&client, &id).await.unwrap().status_code, 4);
            id.delete().await;
            let error = AttachWebsocket::of(&client, "no-such-container").await.unwrap_err();
            assert!(error.is_not_found(), "{error}");
        }
    }
}
