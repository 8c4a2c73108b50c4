//! The test kit: scripts, recordings, replay, faults.

#![allow(clippy::unwrap_used)]

mod support;

use std::path::PathBuf;
use std::time::Duration;

use docker_engine_runtime::testing::{Engine, Faults, Handler, Recorder, Replay, Reply, When};
use docker_engine_runtime::{ApiVersion, Body, ErrorKind, LogSource, Transport};
use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::{Value, json};
use support::api::*;
use tokio::io::AsyncWriteExt;

fn client(transport: impl Transport) -> Client {
    Client::new(transport)
}

#[tokio::test]
async fn a_script_answers_by_operation_and_by_path() {
    let engine = Engine::new()
        .with_version(ApiVersion::new(1, 49))
        .on(
            When::operation("ContainerCreate").query("name", "web").json(json!({"Image": "nginx"})),
            Reply::json(json!({"Id": "c1"})).status(201),
        )
        .on(When::request("POST", "/containers/{id}/start"), Reply::empty())
        .on(When::request("POST", "/containers/{id}/start"), Reply::empty().status(304))
        .always(
            When::meta(<ContainerInspect as docker_engine_runtime::Operation>::META),
            json!({"Id": "c1"}),
        );
    let client = client(engine.clone());
    let created =
        ContainerCreate::new(&client).query("name", "web").json(json!({"Image": "nginx"})).await.unwrap();
    assert_eq!(client.version(), ApiVersion::new(1, 49));
    assert_eq!(ContainerStart::of(&client, &created.id).await.unwrap(), StartOutcome::Started);
    assert_eq!(ContainerStart::of(&client, &created.id).await.unwrap(), StartOutcome::AlreadyStarted);
    for _ in 0..3 {
        assert_eq!(ContainerInspect::of(&client, "c1").await.unwrap()["Id"], "c1");
    }
    engine.verify().unwrap();
    let seen = engine.requests();
    assert_eq!(
        (seen.len(), seen[0].operation, seen[0].query("name")),
        (6, Some("ContainerCreate"), Some("web"))
    );
    assert_eq!(
        (seen[0].path.as_str(), seen[0].json()["Image"].as_str()),
        ("/v1.49/containers/create", Some("nginx"))
    );
}

#[tokio::test]
async fn what_the_script_does_not_have_is_told_with_what_it_expects() {
    let engine = Engine::new()
        .on(When::operation("ContainerCreate").json(json!({"Image": "nginx"})), Reply::empty())
        .on(When::request("GET", "/events"), Reply::empty());
    let client = client(engine.clone());
    let error =
        ContainerCreate::new(&client).query("name", "x").json(json!({"Image": "b"})).await.unwrap_err();
    let text = error.to_string();
    for part in [
        "ContainerCreate: POST /v1.51/containers/create: the script has no answer for POST /v1.51/containers/create?name=x (ContainerCreate); it expects",
        "\n  ContainerCreate with the body {\"Image\":\"nginx\"}, but it does not have the body {\"Image\":\"nginx\"}",
        "\n  GET /events",
    ] {
        assert!(text.contains(part), "{text}");
    }
    let error = engine.verify().unwrap_err().to_string();
    assert!(
        error.contains("never asked: GET /events")
            && error.contains("not in the script: POST /v1.51/containers/create?name=x"),
        "{error}"
    );
}

#[tokio::test]
async fn streams_frames_failures_and_delays() {
    let engine = Engine::new()
        .on(When::operation("SystemEvents"), Reply::chunks(["{\"n\":", "1}{\"n\":2", "}"]))
        .on(When::operation("SystemEvents"), Reply::json_lines([json!({"n": 3})]))
        .on(
            When::operation("ContainerLogs"),
            Reply::frames([(LogSource::Stdout, "out"), (LogSource::Stderr, "err")])
                .every(Duration::from_millis(1)),
        )
        .on(When::operation("ContainerLogs"), Reply::console(["raw"]))
        .on(When::operation("ContainerList"), Reply::failure(ErrorKind::Connect, "nobody listens"))
        .on(
            When::operation("ContainerWait"),
            Reply::json(json!({"StatusCode": 7})).after(Duration::from_millis(5)),
        )
        .on(
            When::operation("ArchiveInfo"),
            Reply::empty().status(200).header("X-Docker-Container-Path-Stat", "e30="),
        )
        .on(When::operation("ContainerArchive"), Reply::bytes("tar"))
        .on(When::operation("ContainerInspect"), Reply::error(404, "No such container: x"));
    let client = client(engine.clone());
    let events: Vec<Value> = SystemEvents::new(&client).await.unwrap().try_collect().await.unwrap();
    assert_eq!(events, [json!({"n": 1}), json!({"n": 2})]);
    assert_eq!(SystemEvents::new(&client).await.unwrap().last().await.unwrap().unwrap()["n"], 3);
    let logs: Vec<_> = ContainerLogs::of(&client, "x").await.unwrap().try_collect().await.unwrap();
    assert_eq!((logs[0].source, logs[1].source, logs.len()), (LogSource::Stdout, LogSource::Stderr, 2));
    let raw = ContainerLogs::of(&client, "x").await.unwrap().try_next().await.unwrap().unwrap();
    assert_eq!((raw.source, &raw.bytes[..]), (LogSource::Console, &b"raw"[..]));
    assert!(ContainerList::new(&client).await.unwrap_err().is_connect());
    assert_eq!(ContainerWait::of(&client, "x").await.unwrap().status_code, 7);
    assert!(ArchiveInfo::of(&client, "x").await.unwrap().stat.is_some());
    assert_eq!(ContainerArchive::of(&client, "x").await.unwrap().collect().await.unwrap(), b"tar");
    assert!(ContainerInspect::of(&client, "x").await.unwrap_err().is_not_found());
    engine.verify().unwrap();
}

fn cat() -> Reply {
    Reply::upgrade(|mut peer| async move {
        loop {
            let bytes = peer.read(1000).await;
            if bytes.is_empty() {
                return peer.frame(LogSource::Stderr, "end").await;
            }
            peer.frame(LogSource::Stdout, bytes).await;
        }
    })
}

#[tokio::test]
async fn an_upgraded_connection_has_a_peer() {
    let client = client(Engine::new().always(When::operation("ContainerAttach"), cat()));
    let input = "line\n".repeat(100_000);
    let chunks = ContainerAttach::of(&client, "x").await.unwrap().exchange(input.clone()).await.unwrap();
    let output: Vec<u8> = chunks
        .iter()
        .filter(|chunk| chunk.source == LogSource::Stdout)
        .flat_map(|c| c.bytes.to_vec())
        .collect();
    assert!(output == input.as_bytes());
    assert_eq!(chunks.last().unwrap().to_string(), "end");

    // Two tasks: the peer runs in whichever is polled, and wakes both.
    let (output, mut writer) = ContainerAttach::of(&client, "x").await.unwrap().split();
    let reading = tokio::spawn(output.into_string());
    tokio::task::yield_now().await;
    writer.write_all(b"a").await.unwrap();
    tokio::time::sleep(Duration::from_millis(5)).await;
    writer.close().await.unwrap();
    assert_eq!(
        tokio::time::timeout(Duration::from_secs(5), reading).await.unwrap().unwrap().unwrap(),
        "aend"
    );
}

fn file(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("docker-engine-runtime-{}-{name}.jsonl", std::process::id()))
}

/// What a program does, with what it gets.
async fn program(client: &Client) -> Vec<String> {
    let mut said = Vec::new();
    let list = ContainerList::new(client).query("filters", "{\"x\":1}").header("X-Registry-Auth", "c2VjcmV0");
    said.push(format!("{:?}", list.await.unwrap()));
    let create = ContainerCreate::new(client)
        .json(json!({"Image": "a", "Env": ["DB_PASSWORD=hunter2", "A=b"], "password": "hunter2"}));
    said.push(create.await.unwrap().id);
    let pieces = ["{\"password\":\"hun", "ter2\"}"].map(|piece| Ok::<_, std::io::Error>(piece.as_bytes()));
    PutContainerArchive::of(client, "x").tar(Body::stream(stream::iter(pieces))).await.unwrap();
    let events = SystemEvents::new(client).await.unwrap();
    said.push(format!("{:?}", events.collect::<Vec<_>>().await));
    let mut events = SystemEvents::new(client).await.unwrap();
    said.push(format!("{:?}", events.next().await));
    drop(events);
    said.push(ContainerInspect::of(client, "x").await.unwrap_err().to_string());
    said.push(ContainerStart::of(client, "x").await.unwrap_err().to_string());
    let mut attached = ContainerAttach::of(client, "x").await.unwrap();
    attached.write_all(b"{\"token\":\"hunter2\"}").await.unwrap();
    said.push(format!("{:?}", attached.next().await.unwrap().unwrap().source));
    attached.close_input().await.unwrap();
    said.push(format!("{:?}", attached.next().await));
    said.push(format!("{:?}", ContainerArchive::of(client, "x").await.unwrap().collect().await.unwrap()));
    said
}

#[tokio::test]
async fn a_recording_answers_as_the_engine_did() {
    let engine = Engine::new()
        .on(When::operation("ContainerList"), json!([{"Id": "a", "IdentityToken": "hunter2"}]))
        .on(When::operation("ContainerCreate"), Reply::json(json!({"Id": "c1"})).status(201))
        .on(When::operation("PutContainerArchive"), Reply::empty())
        .on(When::operation("SystemEvents"), Reply::chunks([&b"{\"n\":\"\xc3"[..], b"\xbc\"}"]))
        .on(When::operation("SystemEvents"), Reply::json_lines([json!({"n": 1}), json!({"n": 2})]))
        .on(When::operation("ContainerInspect"), Reply::error(404, "No such container: x"))
        .on(When::operation("ContainerStart"), Reply::failure(ErrorKind::Connect, "nobody listens"))
        .on(When::operation("ContainerAttach"), cat())
        .on(When::operation("ContainerArchive"), Reply::bytes(&b"\xff\x00tar"[..]));
    let path = file("recording");
    let recorder = Recorder::create(&path, engine).unwrap();
    let live = program(&client(recorder)).await;
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(!text.contains("hunter2") && !text.contains("c2VjcmV0"), "{text}");
    assert!(text.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()));
    for part in [
        r#"["{\"password\":\"[redacted]","\"}"]"#,
        r#""base64""#,
        r#""closed""#,
        r#""operation":"SystemPing""#,
    ] {
        assert!(text.contains(part), "no {part} in {text}");
    }
    let replay = Replay::open(&path).unwrap();
    let replayed = program(&client(replay.clone())).await;
    assert_eq!(
        live,
        replayed
            .iter()
            .map(|said| said.replace("[redacted]", "hunter2").replace("*******", "hunter2"))
            .collect::<Vec<_>>()
    );
    assert_eq!(replay.rest(), Vec::<String>::new());
    let pretty: Vec<_> = text
        .lines()
        .map(|line| serde_json::to_string_pretty(&serde_json::from_str::<Value>(line).unwrap()).unwrap())
        .collect();
    let replay = Replay::parse(&pretty.join("\n")).unwrap();
    assert_eq!(replay.rest().len(), text.lines().count());
    let error =
        ContainerWait::of(&client(replay).with_version(ApiVersion::new(1, 51)), "y").await.unwrap_err();
    assert!(
        error.to_string().contains("no answer left for POST /containers/y/wait; it still has\n  HEAD /_ping"),
        "{error}"
    );
    std::fs::remove_file(path).unwrap();
}

#[test]
fn what_is_no_recording_is_told() {
    for (text, part) in [
        ("{", "exchange 1: EOF"),
        ("{}", "exchange 1: the request has no method"),
        (r#"{"request":{"method":"GET","path":"/"},"response":{"status":1}}"#, "no status"),
        (
            r#"{"request":{"method":"GET","path":"/"},"response":{"status":200,"body":[1]}}"#,
            "neither text nor base64",
        ),
    ] {
        let error = Replay::parse(text).unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
    assert!(Replay::open("/not/there").unwrap_err().to_string().contains("cannot read /not/there"));
}

#[tokio::test]
async fn faults() {
    let engine = Engine::new()
        .always(When::operation("SystemEvents"), Reply::json_lines([json!({"n": 1}), json!({"n": 2})]))
        .always(When::operation("ContainerLogs"), Reply::frames([(LogSource::Stdout, "hello")]))
        .always(When::operation("ContainerAttach"), cat())
        .always(When::operation("SystemPing"), Reply::text("OK"));
    let split = client(Faults::new(engine.clone()).split(1));
    let events: Vec<Value> = SystemEvents::new(&split).await.unwrap().try_collect().await.unwrap();
    assert_eq!(events.len(), 2);
    let logs = ContainerLogs::of(&split, "x").await.unwrap().into_string().await.unwrap();
    assert_eq!(logs, "hello");
    let chunks = ContainerAttach::of(&split, "x").await.unwrap().exchange("in").await.unwrap();
    assert_eq!(chunks.len(), 2);

    // {"n":1}\n{"n":2}\n is 16 bytes; a cut after the first value is no end.
    for cut in 0..16 {
        let transport = Faults::new(engine.clone())
            .cut_after(cut)
            .only(|request| request.uri().path().contains("events"));
        let client = client(transport);
        let mut events = SystemEvents::new(&client).await.unwrap();
        let mut whole = 0;
        let error = loop {
            match events.next().await.expect("an error before the end") {
                Ok(_) => whole += 1,
                Err(error) => break error,
            }
        };
        assert_eq!(
            (error.kind(), whole),
            (ErrorKind::Truncated, [0, 1, 2][(cut + 1) / 8]),
            "cut after {cut}"
        );
        assert_eq!(SystemPing::new(&client).await.unwrap(), "OK");
    }
    let reset = client(Faults::new(engine.clone()).reset_after(3));
    let error = SystemPing::new(&reset).await.map(drop);
    assert!(error.is_ok(), "two bytes came before the reset");
    let error = ContainerLogs::of(&reset, "x").await.unwrap().next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport);
    let error = ContainerAttach::of(&reset, "x").await.unwrap().exchange("in").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport);
    let cut = client(Faults::new(engine.clone()).cut_after(3));
    let error = ContainerAttach::of(&cut, "x").await.unwrap().exchange("in").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Truncated, "within a frame");

    let late =
        Faults::new(engine.clone()).delay(Duration::from_millis(20)).pause(Duration::from_millis(2)).split(4);
    let begun = std::time::Instant::now();
    let late = client(late).with_version(ApiVersion::new(1, 51));
    assert_eq!(ContainerLogs::of(&late, "x").await.unwrap().into_string().await.unwrap(), "hello");
    assert!(begun.elapsed() >= Duration::from_millis(28));

    let refusing = client(Faults::new(engine).refuse(2)).with_version(ApiVersion::new(1, 51));
    assert!(SystemPing::new(&refusing).await.unwrap_err().is_connect());
    assert!(SystemPing::new(&refusing).await.unwrap_err().is_connect());
    assert_eq!(SystemPing::new(&refusing).await.unwrap(), "OK");
}

#[tokio::test]
async fn a_function_is_a_transport() {
    let echo = Handler::new(|request: docker_engine_runtime::http::Request<Body>| async move {
        let path = request.uri().path().to_owned();
        Ok(docker_engine_runtime::http::Response::new(Body::from(path)))
    });
    let client = client(echo).with_version(ApiVersion::new(1, 51));
    assert_eq!(SystemPing::new(&client).await.unwrap(), "/v1.51/_ping");
}
