//! TLS with a server that asks for a client certificate, by hyper and by reqwest: kinds of key, refusals, and what is wrong
//! before connecting.
//!
//! The tests with a real Engine run where the environment tells of one that is there for tests: `ENGINE_TLS` and
//! `DOCKER_CERT_PATH`, with the folder `certs-bad` beside the latter. Elsewhere they say that they skip.

#![allow(clippy::unwrap_used)]

mod support;

use std::path::{Path, PathBuf};

use docker_engine_runtime::config::{Endpoint, Pem, Tls};
use docker_engine_runtime::{ApiVersion, ErrorKind, Result};
use support::api::*;
use support::serve::Served;

/// The URL of the Engine, and the folder of certificates that it takes.
fn engine() -> Option<(String, PathBuf)> {
    let engine =
        std::env::var("ENGINE_TLS").ok().zip(std::env::var_os("DOCKER_CERT_PATH").map(PathBuf::from));
    if engine.is_none() {
        eprintln!("skipped: ENGINE_TLS and DOCKER_CERT_PATH do not name an Engine for tests");
    }
    engine
}

/// A client by each transport that speaks TLS.
fn clients(url: &str, tls: &Tls) -> Vec<Result<Client>> {
    let endpoint = Endpoint::parse(url).unwrap().with_tls(tls.clone());
    let mut clients = vec![Client::connect_to(&endpoint)];
    #[cfg(feature = "reqwest")]
    clients.push(docker_engine_runtime::reqwest::ReqwestTransport::connect_to(&endpoint).map(Client::new));
    let pinned = |client: Client| client.with_version(ApiVersion::new(1, 41));
    clients.into_iter().map(|client| client.map(pinned)).collect()
}

/// That every transport gets through.
async fn is_taken(case: &str, url: &str, tls: Tls) {
    for client in clients(url, &tls) {
        let client = client.unwrap_or_else(|error| panic!("{case}: {error}"));
        let pong = SystemPing::new(&client).await;
        assert_eq!(pong.unwrap_or_else(|error| panic!("{case}: {client:?}: {error}")), "OK");
    }
}

/// What each transport says when it is made.
fn refused(tls: &Tls) -> Vec<String> {
    let refused = clients("tcp://localhost:1", tls).into_iter().map(|client| {
        let error = client.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{error}");
        error.to_string()
    });
    refused.collect()
}

fn identity(certs: &Path, certificate: &str, key: &str) -> Tls {
    let tls = Tls::new().ca_file(certs.join("ca.pem")).unwrap();
    tls.identity_files(certs.join(certificate), certs.join(key)).unwrap()
}

#[tokio::test]
async fn every_kind_of_key() {
    let Some((url, certs)) = engine() else { return };
    let keys = [
        ("cert.pem", "key.pem"),
        ("cert.pem", "key-pkcs1.pem"),
        ("ec-cert.pem", "ec-key.pem"),
        ("ec-cert.pem", "ec-key-sec1.pem"),
        ("cert-chain.pem", "key.pem"),
    ];
    for (certificate, key) in keys {
        is_taken(&format!("{key} with {certificate}"), &url, identity(&certs, certificate, key)).await;
    }
}

#[tokio::test]
async fn every_kind_of_key_without_an_engine() {
    let served = Served::tls();
    let keys = [
        ("client.pem", "client-key.pem"),
        ("client.pem", "client-key-sec1.pem"),
        ("client-rsa.pem", "client-rsa-key.pem"),
        ("client-rsa.pem", "client-rsa-key-pkcs1.pem"),
    ];
    for (certificate, key) in keys {
        let tls = identity(&support::serve::certs(), certificate, key);
        is_taken(&format!("{key} with {certificate}"), &served.url, tls).await;
    }
    let nobody = Tls::new().ca_file(support::serve::certs().join("ca.pem")).unwrap();
    let stranger = identity(&support::serve::certs(), "server.pem", "server-key.pem");
    for tls in [nobody, stranger] {
        for client in clients(&served.url, &tls) {
            let error = SystemPing::new(&client.unwrap()).await.unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::Connect | ErrorKind::Transport), "{error:?}");
        }
    }
}

#[tokio::test]
async fn who_is_not_known_is_refused() {
    let Some((url, certs)) = engine() else { return };
    let bad = certs.with_file_name("certs-bad");
    let mine = |tls: Tls| tls.identity_files(certs.join("cert.pem"), certs.join("key.pem")).unwrap();
    let refused = [
        ("a client certificate that the Engine does not know", {
            let tls = Tls::new().ca_file(certs.join("ca.pem")).unwrap();
            tls.identity_files(bad.join("cert.pem"), bad.join("key.pem")).unwrap()
        }),
        ("no client certificate", Tls::new().ca_file(certs.join("ca.pem")).unwrap()),
        (
            "an Engine that another authority vouches for",
            mine(Tls::new().ca_file(bad.join("ca.pem")).unwrap()),
        ),
        ("an Engine that no system trusts", mine(Tls::new())),
    ];
    for (case, tls) in refused {
        for client in clients(&url, &tls) {
            let error = SystemPing::new(&client.unwrap()).await.expect_err(case);
            assert!(matches!(error.kind(), ErrorKind::Connect | ErrorKind::Transport), "{case}: {error}");
            let words = error.to_string().to_lowercase();
            assert!(words.contains("certificate") || words.contains("unknownca"), "{case}: {error}");
        }
    }
    is_taken("without verification", &url, mine(Tls::new().without_verification())).await;
    let plain = Client::connect(&url).unwrap().with_version(ApiVersion::new(1, 41));
    assert!(SystemPing::new(&plain).await.is_err(), "plain HTTP to a port with TLS");
}

#[test]
fn what_is_no_certificate_is_named_at_construction() {
    let error = Tls::new().ca_file("/not/there/ca.pem").unwrap_err();
    assert!(error.to_string().contains("cannot read /not/there/ca.pem"), "{error}");
    let pem = |name: &str, text: &str| Pem::new(name, text);
    let wrong = [
        ("ca.pem", Tls { ca: Some(pem("ca.pem", "")), ..Tls::new() }),
        (
            "ca.pem",
            Tls {
                ca: Some(pem("ca.pem", "-----BEGIN CERTIFICATE-----\n%%\n-----END CERTIFICATE-----\n")),
                ..Tls::new()
            },
        ),
        (
            "ca.pem",
            Tls {
                ca: Some(pem("ca.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")),
                ..Tls::new()
            },
        ),
        ("cert.pem", Tls { identity: Some((pem("cert.pem", "x"), pem("key.pem", "x"))), ..Tls::new() }),
    ];
    for (name, tls) in wrong {
        for words in refused(&tls) {
            assert!(words.contains(name), "{words}");
        }
    }
    let certs = support::serve::certs();
    for words in refused(&identity(&certs, "client.pem", "ca.pem")) {
        assert!(words.contains("ca.pem has no private key"), "{words}");
    }
    for words in refused(&identity(&certs, "client.pem", "server-key.pem")) {
        assert!(words.contains("server-key.pem cannot be used together"), "{words}");
    }
}
