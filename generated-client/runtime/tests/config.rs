//! The rules of the docker command line as a table: variables and files, and the endpoint they lead to.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

use docker_engine_runtime::config::{Environment, Settings};
use docker_engine_runtime::{ApiVersion, ErrorKind, Result};

/// A home folder that is gone after the test.
struct Home(PathBuf);

impl Home {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("docker-engine-config-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn write(&self, path: &str, text: &str) -> &Self {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn read(home: &Path, variables: &[(&str, &str)]) -> Result<Settings> {
    let environment = Environment::empty().with_home(home);
    let home = home.to_str().unwrap();
    let set = |environment: Environment, (name, value): &(&str, &str)| {
        environment.with(name, value.replace("~", home))
    };
    variables.iter().fold(environment, set).settings()
}

/// `address`, then what secures it: `ca`, `+system`, `identity`, `unverified`.
fn shown(settings: &Settings) -> String {
    let mut text = settings.endpoint.to_string();
    if let Some(tls) = &settings.endpoint.tls {
        text += " tls";
        text += if tls.ca.is_some() { " ca" } else { "" };
        text += if tls.system_roots { "+system" } else { "" };
        text += if tls.identity.is_some() { " identity" } else { "" };
        text += if tls.verify { "" } else { " unverified" };
    }
    text
}

/// A home with contexts, certificates and a current context.
fn full_home(name: &str) -> Home {
    let home = Home::new(name);
    let context = |id: &str, name: &str, docker: &str| {
        let meta = format!(r#"{{"Name":"{name}","Metadata":{{"Description":"x"}},"Endpoints":{docker}}}"#);
        home.write(&format!(".docker/contexts/meta/{id}/meta.json"), &meta);
    };
    context("a1", "socket", r#"{"docker":{"Host":"unix:///run/other.sock","SkipTLSVerify":false}}"#);
    context("b2", "secured", r#"{"docker":{"Host":"tcp://far:2376","SkipTLSVerify":false}}"#);
    context("c3", "careless", r#"{"docker":{"Host":"tcp://far:2376","SkipTLSVerify":true}}"#);
    context("d4", "plain", r#"{"docker":{"Host":"tcp://far:2375"},"kubernetes":{"Host":"x"}}"#);
    context("e5", "empty", r#"{"docker":{"Host":""}}"#);
    context("f6", "none", r#"{"kubernetes":{}}"#);
    context("a7", "remote", r#"{"docker":{"Host":"ssh://me@far"}}"#);
    context("a8", "wrong", r#"{"docker":{"Host":"ftp://far"}}"#);
    for file in ["ca.pem", "cert.pem", "key.pem"] {
        home.write(&format!(".docker/contexts/tls/b2/docker/{file}"), file)
            .write(&format!("certs/{file}"), file);
    }
    home.write(".docker/contexts/tls/a1/docker/ca.pem", "unused");
    home.write(".docker/contexts/meta/zz/meta.json", "{ broken").write("only-ca/ca.pem", "ca");
    home.write("half/ca.pem", "ca").write("half/cert.pem", "cert").write("other/.keep", "");
    home.write(".docker/config.json", r#"{"auths":{},"currentContext":"socket"}"#);
    home.write("default/config.json", r#"{"currentContext":"default"}"#);
    home.write("broken/config.json", r#"{"currentContext":"#);
    home.write("gone/config.json", r#"{"currentContext":"gone"}"#);
    home
}

#[test]
#[cfg(unix)]
fn the_table() {
    let home = full_home("the_table");
    let certs = ("DOCKER_CERT_PATH", "~/certs");
    let cases: &[(&[(&str, &str)], &str)] = &[
        // what comes first
        (&[], "unix:///run/other.sock"),
        (&[("DOCKER_CONFIG", "~/nothing")], "unix:///var/run/docker.sock"),
        (&[("DOCKER_CONFIG", "~/default")], "unix:///var/run/docker.sock"),
        (&[("DOCKER_CONTEXT", "plain")], "tcp://far:2375"),
        (&[("DOCKER_CONTEXT", "default")], "unix:///var/run/docker.sock"),
        (&[("DOCKER_CONTEXT", "")], "unix:///run/other.sock"),
        (&[("DOCKER_HOST", ""), ("DOCKER_CONTEXT", "plain")], "tcp://far:2375"),
        (&[("DOCKER_HOST", "tcp://near:1"), ("DOCKER_CONTEXT", "plain")], "tcp://near:1"),
        (&[("DOCKER_HOST", " tcp://near:1/base ")], "tcp://near:1/base"),
        (&[("DOCKER_HOST", "near")], "tcp://near:2375"),
        (&[("DOCKER_HOST", "/run/x.sock")], "unix:///run/x.sock"),
        (&[("DOCKER_HOST", "ssh://me@far")], "ssh://me@far"),
        (&[("DOCKER_HOST", "https://far")], "tcp://far:443 tls"),
        // what secures it
        (&[("DOCKER_HOST", "tcp://far:2376"), certs], "tcp://far:2376"),
        (&[("DOCKER_HOST", "tcp://far:2376"), ("DOCKER_TLS_VERIFY", ""), certs], "tcp://far:2376"),
        (
            &[("DOCKER_HOST", "tcp://far:2376"), ("DOCKER_TLS_VERIFY", "1"), certs],
            "tcp://far:2376 tls ca+system identity",
        ),
        (
            &[("DOCKER_HOST", "tcp://far:2376"), ("DOCKER_TLS_VERIFY", "0"), certs],
            "tcp://far:2376 tls ca+system identity",
        ),
        (
            &[("DOCKER_HOST", "tcp://far:2376"), ("DOCKER_TLS", "1"), certs],
            "tcp://far:2376 tls+system identity unverified",
        ),
        (
            &[("DOCKER_HOST", "tcp://far"), ("DOCKER_TLS", "1"), ("DOCKER_CERT_PATH", "~/other")],
            "tcp://far:2375 tls+system unverified",
        ),
        (
            &[("DOCKER_HOST", "tcp://far:1"), ("DOCKER_TLS_VERIFY", "1"), ("DOCKER_CERT_PATH", "~/only-ca")],
            "tcp://far:1 tls ca+system",
        ),
        (
            &[("DOCKER_HOST", "tcp://far:1"), ("DOCKER_TLS_VERIFY", "1"), ("DOCKER_CONFIG", "~/certs")],
            "tcp://far:1 tls ca+system identity",
        ),
        (
            &[
                ("DOCKER_HOST", "unix:///run/x.sock"),
                ("DOCKER_TLS_VERIFY", "1"),
                ("DOCKER_CERT_PATH", "~/other"),
            ],
            "unix:///run/x.sock",
        ),
        (
            &[("DOCKER_CONTEXT", "default"), ("DOCKER_TLS_VERIFY", "1"), certs],
            "tcp://localhost:2376 tls ca+system identity",
        ),
        // what contexts say
        (&[("DOCKER_CONTEXT", "secured")], "tcp://far:2376 tls ca identity"),
        (&[("DOCKER_CONTEXT", "secured"), ("DOCKER_TLS_VERIFY", "1")], "tcp://far:2376 tls ca identity"),
        (&[("DOCKER_CONTEXT", "careless")], "tcp://far:2376 tls unverified"),
        (&[("DOCKER_CONTEXT", "empty")], "unix:///var/run/docker.sock"),
        (&[("DOCKER_CONTEXT", "socket")], "unix:///run/other.sock"),
        (&[("DOCKER_CONTEXT", "remote")], "ssh://me@far"),
    ];
    for (variables, expected) in cases {
        let settings = read(&home.0, variables).unwrap_or_else(|error| panic!("{variables:?}: {error}"));
        assert_eq!(shown(&settings), *expected, "{variables:?}");
        assert_eq!(settings.version, None);
    }
}

#[test]
fn what_cannot_be_used_is_named() {
    let home = full_home("what_cannot_be_used_is_named");
    let cases: &[(&[(&str, &str)], &str)] = &[
        (&[("DOCKER_CONTEXT", "unknown")], "there is no context \"unknown\""),
        (
            &[("DOCKER_CONTEXT", "unknown")],
            "; DOCKER_CONTEXT or config.json may name one of these: careless, default, empty, none, plain, remote, secured, socket, wrong",
        ),
        (&[("DOCKER_CONTEXT", "none")], "has no docker endpoint"),
        (&[("DOCKER_CONTEXT", "wrong")], "the context \"wrong\" cannot be used"),
        (&[("DOCKER_CONFIG", "~/broken")], "broken/config.json cannot be read"),
        (&[("DOCKER_CONFIG", "~/gone")], "there is no context \"gone\""),
        (&[("DOCKER_HOST", "ftp://x")], "DOCKER_HOST cannot be used"),
        (&[("DOCKER_API_VERSION", "latest")], "\"latest\" is not an API version"),
        (
            &[("DOCKER_HOST", "tcp://h:1"), ("DOCKER_TLS_VERIFY", "1"), ("DOCKER_CERT_PATH", "~/other")],
            "other/ca.pem",
        ),
        (
            &[("DOCKER_HOST", "tcp://h:1"), ("DOCKER_TLS_VERIFY", "1"), ("DOCKER_CERT_PATH", "~/half")],
            "cert.pem but no key.pem",
        ),
    ];
    for (variables, words) in cases {
        let error = read(&home.0, variables).expect_err(words);
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains(words), "{variables:?}: {error}");
    }
}

#[test]
fn a_version_is_pinned() {
    let home = Home::new("version");
    let version = |text: &str| read(&home.0, &[("DOCKER_API_VERSION", text)]).unwrap().version;
    assert_eq!(version(""), None);
    assert_eq!(version("1.41"), Some(ApiVersion::new(1, 41)));
    assert_eq!(version("v1.41"), Some(ApiVersion::new(1, 41)));
}

#[test]
fn keys_are_not_shown() {
    let home = full_home("keys_are_not_shown");
    home.write("certs/key.pem", "the-secret-key");
    let variables =
        [("DOCKER_HOST", "tcp://h:1"), ("DOCKER_TLS_VERIFY", "1"), ("DOCKER_CERT_PATH", "~/certs")];
    let settings = format!("{:?}", read(&home.0, &variables).unwrap());
    assert!(settings.contains("key.pem") && !settings.contains("the-secret-key"), "{settings}");
    assert!(!settings.contains(&format!("{:?}", b"the-secret-key")), "{settings}");
}

#[cfg(feature = "hyper")]
#[test]
fn what_needs_a_feature_says_so() {
    use docker_engine_runtime::{ApiVersion, Client};
    let connect = |url: &str| Client::connect(url, ApiVersion::new(1, 51));
    for (url, there, words) in [
        ("ssh://me@far", cfg!(feature = "ssh"), "ssh://me@far cannot be reached: the feature `ssh` is off"),
        ("https://far", cfg!(feature = "tls"), "it asks for TLS, and the feature `tls` is off"),
    ] {
        match connect(url) {
            Ok(_) => assert!(there, "{url}"),
            Err(error) => {
                assert!(!there && error.kind() == ErrorKind::Config, "{url}: {error}");
                assert!(error.to_string().contains(words), "{error}");
            }
        }
    }
}
