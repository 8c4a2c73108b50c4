//! TLS with a real Engine that asks for a client certificate: kinds of key, refusals, and what is wrong before connecting.
//!
//! Runs where the environment tells of an Engine that is there for tests: `ENGINE_TLS` and `DOCKER_CERT_PATH`, with the folder
//! `certs-bad` beside the latter. Elsewhere it says that it skips.

#![allow(clippy::unwrap_used)]

mod support;

use std::path::{Path, PathBuf};

use docker_engine_runtime::config::{Endpoint, Pem, Tls};
use docker_engine_runtime::{ApiVersion, ErrorKind, Result};
use support::api::*;

/// The URL of the Engine, and the folder of certificates that it takes.
fn engine() -> Option<(String, PathBuf)> {
    let engine =
        std::env::var("ENGINE_TLS").ok().zip(std::env::var_os("DOCKER_CERT_PATH").map(PathBuf::from));
    if engine.is_none() {
        eprintln!("skipped: ENGINE_TLS and DOCKER_CERT_PATH do not name an Engine for tests");
    }
    engine
}

fn client(url: &str, tls: Tls) -> Result<Client> {
    let client = Client::connect_to(&Endpoint::parse(url)?.with_tls(tls))?;
    Ok(client.with_version(ApiVersion::new(1, 41)))
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
        let client = client(&url, identity(&certs, certificate, key)).unwrap();
        assert_eq!(SystemPing::new(&client).await.unwrap(), "OK", "{key} with {certificate}");
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
        let error = SystemPing::new(&client(&url, tls).unwrap()).await.expect_err(case);
        assert!(matches!(error.kind(), ErrorKind::Connect | ErrorKind::Transport), "{case}: {error}");
        let words = error.to_string().to_lowercase();
        assert!(words.contains("certificate") || words.contains("unknownca"), "{case}: {error}");
    }
    let unverified = client(&url, mine(Tls::new().without_verification())).unwrap();
    assert_eq!(SystemPing::new(&unverified).await.unwrap(), "OK");
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
        let error = client("tcp://localhost:1", tls).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains(name), "{error}");
    }
    let Some((_, certs)) = engine() else { return };
    let keyless = identity(&certs, "cert.pem", "ca.pem");
    let error = client("tcp://localhost:1", keyless).unwrap_err();
    assert!(error.to_string().contains("ca.pem has no private key"), "{error}");
    let bad = certs.with_file_name("certs-bad");
    let tls = Tls::new().identity_files(certs.join("cert.pem"), bad.join("key.pem")).unwrap();
    let error = client("tcp://localhost:1", tls).unwrap_err();
    assert!(error.to_string().contains("cannot be used together"), "{error}");
}
