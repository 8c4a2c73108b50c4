//! Which version is spoken: asked once, by whoever comes first, and for all clones.

#![allow(clippy::unwrap_used)]

mod support;

use docker_engine_runtime::{ApiVersion, ErrorKind};
use support::api::*;
use support::server::{Server, answer};

fn pong(version: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nApi-Version: {version}\r\nContent-Length: 2\r\n\r\n")
}

const LIST: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]";

#[tokio::test]
async fn the_older_of_both_is_spoken() {
    for (engine, spoken) in [("1.41", "1.41"), ("1.51", "1.51"), ("1.99", "1.51"), ("nonsense", "1.51")] {
        let (server, client) = Server::start_unasked().await;
        assert_eq!(client.version(), ApiVersion::new(1, 51));
        let sent = tokio::spawn(ContainerList::new(&client).send());
        let ping = server.answer(&pong(engine)).await;
        assert!(ping.starts_with("HEAD /_ping HTTP/1.1\r\n"), "{ping}");
        let list = server.answer(LIST).await;
        assert!(list.starts_with(&format!("GET /v{spoken}/containers/json")), "{list}");
        sent.await.unwrap().unwrap();
        assert_eq!(client.version().to_string(), spoken);
        let request = ContainerList::new(&client);
        let again = tokio::spawn(request.send());
        assert!(server.answer(LIST).await.starts_with("GET /v"), "nobody asks again");
        again.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn clones_ask_together() {
    let (server, client) = Server::start_unasked().await;
    let sent: Vec<_> = (0..5).map(|_| tokio::spawn(ContainerList::new(&client.clone()).send())).collect();
    assert!(server.answer(&pong("1.41")).await.starts_with("HEAD /_ping"));
    for _ in 0..5 {
        assert!(server.answer(LIST).await.starts_with("GET /v1.41/containers/json"));
    }
    for sent in sent {
        sent.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn an_answer_to_get_will_do() {
    let (server, client) = Server::start_unasked().await;
    let client = Client::from(client.core().clone().with_base_path("/base"));
    let asked = tokio::spawn(async move { client.negotiate().await });
    assert!(server.answer("HTTP/1.1 405 Method Not Allowed\r\n\r\n").await.starts_with("HEAD /base/_ping"));
    let troubled = "HTTP/1.1 500 Internal Server Error\r\nApi-Version: 1.30\r\nContent-Length: 0\r\n\r\n";
    assert!(server.answer(troubled).await.starts_with("GET /base/_ping"));
    assert_eq!(asked.await.unwrap().unwrap(), ApiVersion::new(1, 30));
}

#[tokio::test]
async fn a_failure_is_told_and_asked_again() {
    let (server, client) = Server::start_unasked().await;
    let sent = tokio::spawn(ContainerList::new(&client).send());
    server.answer("HTTP/1.1 403 Forbidden\r\n\r\n").await;
    server.answer(&answer("403 Forbidden", "text/plain", "who are you?")).await;
    let error = sent.await.unwrap().unwrap_err();
    assert!(error.is_forbidden() && error.message() == "who are you?", "{error}");
    let sent = tokio::spawn(ContainerList::new(&client).send());
    server.answer(&pong("1.41")).await;
    server.answer(LIST).await;
    sent.await.unwrap().unwrap();
    let nobody = Client::connect("unix:///nowhere.sock").unwrap();
    let error = ContainerList::new(&nobody).await.unwrap_err();
    assert!(error.is_connect() && error.operation() == Some("ContainerList"), "{error}");
}

#[tokio::test]
async fn gates_know_what_was_agreed() {
    let (server, client) = Server::start_unasked().await;
    let sent = tokio::spawn(ContainerList::new(&client).query("new", 1).send());
    server.answer(&pong("1.46")).await;
    let error = sent.await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Version);
    assert!(
        error.message().contains("the parameter new of ContainerList needs API version 1.47, but 1.46"),
        "{error}"
    );
}

#[tokio::test]
async fn an_engine_that_has_left_the_version_behind() {
    let (server, client) = Server::start_unasked().await;
    let sent = tokio::spawn(ContainerList::new(&client).send());
    server.answer(&pong("1.70")).await;
    let words = "client version 1.51 is too old. Minimum supported API version is 1.60, please upgrade your client to a newer version";
    server
        .answer(&answer("400 Bad Request", "application/json", &format!(r#"{{"message":"{words}"}}"#)))
        .await;
    let error = sent.await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Version);
    assert!(error.to_string().contains("use the crate docker-engine-v1-60 or a newer one"), "{error}");
}

/// With the Engine that the environment tells of, see `tests/engine.rs`.
#[tokio::test]
async fn a_real_engine() {
    let (Ok(host), Ok(max)) = (std::env::var("DOCKER_HOST"), std::env::var("ENGINE_API_MAX")) else {
        eprintln!("skipped: DOCKER_HOST and ENGINE_API_MAX do not name an Engine for tests");
        return;
    };
    let max: ApiVersion = max.parse().unwrap();
    let client = Client::connect(&host).unwrap();
    ContainerList::new(&client).await.unwrap();
    assert_eq!(client.version(), max.min(ApiVersion::new(1, 51)));
    let newest = docker_engine_runtime::Client::connect(&host, ApiVersion::new(1, 55)).unwrap();
    assert_eq!(newest.negotiate().await.unwrap(), max.min(ApiVersion::new(1, 55)));
    for (version, words) in
        [(ApiVersion::new(1, 5), "pin no version before 1."), (ApiVersion::new(1, 999), "up to 1.")]
    {
        let client = Client::connect(&host).unwrap().with_version(version);
        // Podman takes any version.
        let Err(error) = ContainerList::new(&client).await else { continue };
        assert_eq!(error.kind(), ErrorKind::Version, "{error}");
        assert!(error.to_string().contains(words), "{error}");
    }
}
