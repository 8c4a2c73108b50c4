//! Requests, tasks and streams without a tokio runtime around them, on a loopback server and on a real Engine where the
//! environment names one (see `engine.rs`).

#![allow(clippy::unwrap_used)]

mod support;

use std::io::{Read, Write};
use std::sync::Arc;

use docker_engine_runtime::ErrorKind;
use serde_json::json;
use support::api::*;
use support::server::{Server, answer};
use tokio::runtime::Runtime;

#[test]
fn clones_in_several_threads_and_streams_share_a_runtime() {
    let outside = Runtime::new().unwrap();
    let (server, client) = outside.block_on(Server::start());
    let server = Arc::new(server);
    let values = answer("200 OK", "application/json", "{\"a\":1}\n{\"a\":2}");
    let reply = values.replacen("\r\n", "\r\nConnection: close\r\n", 1);
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let (client, server, reply) = (client.clone(), Arc::clone(&server), reply.clone());
            outside.spawn(async move { server.answer(&reply).await });
            std::thread::spawn(move || {
                let events = SystemEvents::new(&client).send_blocking().unwrap();
                let values: Vec<_> = events.map(|value| value.unwrap()["a"].clone()).collect();
                assert_eq!(values, [1, 2]);
            })
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
}

#[test]
fn within_a_runtime_it_is_an_error_and_dropping_does_no_harm() {
    let outside = Runtime::new().unwrap();
    let (server, client) = outside.block_on(Server::start());
    let reply = answer("200 OK", "application/json", "{\"a\":1}\n{\"a\":2}");
    outside.spawn(async move { server.answer(&reply).await });
    let mut events = SystemEvents::new(&client).send_blocking().unwrap();
    assert_eq!(events.next().unwrap().unwrap()["a"], 1);
    outside.block_on(async move {
        let error = SystemPing::new(&client).send_blocking().unwrap_err();
        assert!(error.kind() == ErrorKind::Request && error.message().contains("await"), "{error}");
        assert!(client.run(json!({})).send_blocking().is_err());
        assert!(client.block_on(client.negotiate()).is_err());
        assert!(events.next().unwrap().is_err());
        assert!(events.next().is_none());
        drop(events);
        drop(client);
    });
}

#[test]
fn on_an_engine() {
    let (Ok(host), Ok(max)) = (std::env::var("DOCKER_HOST"), std::env::var("ENGINE_API_MAX")) else {
        return eprintln!("skipped: DOCKER_HOST and ENGINE_API_MAX do not name an Engine for tests");
    };
    let client = Client::connect(&host).unwrap();
    assert_eq!(client.block_on(client.negotiate()).unwrap(), max.parse().unwrap());
    assert_eq!(SystemPing::new(&client).send_blocking().unwrap(), "OK");
    let output = client.run(json!({"Image": "alpine", "Cmd": ["echo", "hello"]})).send_blocking().unwrap();
    assert_eq!((output.exit_code, output.stdout_text()), (0, "hello\n".into()));

    let config = json!({
        "Image": "alpine", "Cmd": ["cat"], "OpenStdin": true, "StdinOnce": true, "AttachStdin": true,
    });
    let id = Container::of(&client, ContainerCreate::new(&client).json(config).send_blocking().unwrap());
    let attach = ["stream", "stdin", "stdout", "stderr"]
        .into_iter()
        .fold(ContainerAttach::of(&client, &id), |attach, key| attach.query(key, true));
    let mut duplex = attach.send_blocking().unwrap();
    ContainerStart::of(&client, &id).send_blocking().unwrap();
    duplex.write_all(b"to cat\n").unwrap();
    duplex.close_input().unwrap();
    let output: String = duplex.map(|chunk| chunk.unwrap().to_string()).collect();
    assert_eq!(output, "to cat\n");

    let mut archive = ContainerArchive::of(&client, &id).query("path", "/etc").send_blocking().unwrap();
    let mut block = [0; 512];
    archive.read_exact(&mut block).unwrap();
    assert!(block.starts_with(b"etc/"));
    drop(archive);
    let logs = ContainerLogs::of(&client, &id).query("stdout", true).send_blocking().unwrap();
    assert_eq!(logs.into_string().unwrap(), "to cat\n");
    ContainerDelete::of(&client, &id).query("force", true).send_blocking().unwrap();
    assert!(ContainerInspect::of(&client, &id).send_blocking().unwrap_err().is_not_found());
}
