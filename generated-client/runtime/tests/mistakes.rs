//! What people meet in their first ten minutes: no Engine, a wrong address, a wrong version, a name that is taken. Each case is
//! one whole sentence: at which operation, what happened, what to try.
//!
//! Elsewhere: a disk that is full in `copies.rs`, ssh in `ssh.rs`, contexts and variables in `config.rs`.

#![cfg(unix)]
#![allow(clippy::unwrap_used)]

mod support;

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use docker_engine_runtime::config::{Endpoint, Environment, Tls};
use docker_engine_runtime::testing::{Engine, Reply, When};
use docker_engine_runtime::{ApiVersion, Error, ErrorKind};
use serde_json::json;
use support::api::*;
use support::serve::{Served, certs};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// The user `nobody` of Linux.
const NOBODY: u32 = 65534;

/// What a list of containers from there fails with, in one sentence.
async fn told(endpoint: &Endpoint, kind: ErrorKind) -> String {
    let client = Client::connect_to(endpoint).unwrap();
    let error = ContainerList::new(&client).await.unwrap_err();
    assert_eq!(error.kind(), kind, "{error:?}");
    assert!(error.operation().is_some() && error.hint().is_some(), "{error}");
    sentence(&error)
}

/// The sentence, which does not repeat what stands behind it.
fn sentence(error: &Error) -> String {
    let (short, long) = (error.to_string(), format!("{error:#}"));
    let mut cause = std::error::Error::source(error);
    while let Some(behind) = cause {
        assert!(!short.contains(&behind.to_string()), "said twice: {long}");
        cause = behind.source();
    }
    short
}

fn at(url: &str) -> Endpoint {
    Endpoint::parse(url).unwrap()
}

#[tokio::test]
async fn no_engine_at_a_socket() {
    let folder = tempfile::tempdir().unwrap();
    let missing = format!("unix://{}/docker.sock", folder.path().display());
    assert_eq!(
        told(&at(&missing), ErrorKind::Connect).await,
        format!(
            "ContainerList: GET /containers/json: cannot connect to {missing}: there is no such socket; \
             start the Engine, or give the address where it listens (DOCKER_HOST)"
        )
    );
    // What a killed Engine leaves behind.
    drop(std::os::unix::net::UnixListener::bind(folder.path().join("docker.sock")).unwrap());
    assert_eq!(
        told(&at(&missing), ErrorKind::Connect).await,
        format!(
            "ContainerList: GET /containers/json: cannot connect to {missing}: nothing listens there; \
             start the Engine, or give the address where it listens (DOCKER_HOST)"
        )
    );
}

/// Root may always: the test runs again as somebody else.
#[test]
fn no_permission_at_a_socket() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    // Elsewhere a stranger could not even look for it.
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let socket = folder.path().join("docker.sock");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    std::fs::set_permissions(&socket, std::fs::Permissions::from_mode(0o0)).unwrap();
    // A stranger cannot run what is in root's folders either.
    let program = folder.path().join("test");
    std::fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    let run = |stranger: bool| {
        let mut command = Command::new(&program);
        command.args(["--exact", "at_a_socket_of_somebody_else", "--ignored", "--nocapture"]);
        command.env("SOCKET", &socket).current_dir("/");
        if stranger {
            command.uid(NOBODY).gid(NOBODY);
        }
        command.output()
    };
    // Only root can become somebody else, and only root has to.
    let output = run(true).or_else(|_| run(false)).unwrap();
    let said = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&said));
}

#[tokio::test]
#[ignore = "it is run by `no_permission_at_a_socket`"]
async fn at_a_socket_of_somebody_else() {
    let url = format!("unix://{}", std::env::var("SOCKET").unwrap());
    assert_eq!(
        told(&at(&url), ErrorKind::Connect).await,
        format!(
            "ContainerList: GET /containers/json: cannot connect to {url}: permission denied; be root or a \
             member of the group that the socket belongs to: `sudo usermod -aG docker $USER` and a new login"
        )
    );
}

#[tokio::test]
async fn no_engine_at_a_port() {
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    assert_eq!(
        told(&at(&format!("tcp://127.0.0.1:{port}")), ErrorKind::Connect).await,
        format!(
            "ContainerList: GET /containers/json: cannot connect to tcp://127.0.0.1:{port}: nothing listens \
             there; check the host and the port, and that the Engine listens there (`dockerd --host` says \
             where it does)"
        )
    );
    // Too long for a name: nobody is asked for it.
    let name = "x".repeat(64);
    assert_eq!(
        told(&at(&format!("tcp://{name}:2375")), ErrorKind::Connect).await,
        format!(
            "ContainerList: GET /containers/json: cannot connect to tcp://{name}:2375: its name cannot be \
             resolved; check the host's name (DOCKER_HOST)"
        )
    );
}

/// A port that answers every connection with these bytes, whatever it is sent.
async fn deaf(answer: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("tcp://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut heard = [0; 4096];
            let _ = stream.read(&mut heard).await;
            let _ = stream.write_all(answer).await;
            let _ = stream.shutdown().await;
        }
    });
    url
}

const WANTS_TLS: &str = "a port with TLS, usually 2376, wants DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH, or \
                         `Endpoint::with_tls`";

#[tokio::test]
async fn plain_http_to_a_port_with_tls() {
    // As an Engine answers.
    let url =
        deaf(b"HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n").await;
    assert_eq!(
        told(&at(&url), ErrorKind::Status).await,
        format!(
            "SystemPing: GET /_ping: 400 Bad Request: Client sent an HTTP request to an HTTPS server; {WANTS_TLS}"
        )
    );
    // As others do: an alert.
    let url = deaf(b"\x15\x03\x01\x00\x02\x02\x46").await;
    assert_eq!(
        told(&at(&url), ErrorKind::Transport).await,
        format!(
            "ContainerList: GET /containers/json: what answered does not speak HTTP as an Engine does; \
             {WANTS_TLS}"
        )
    );
}

#[tokio::test]
async fn tls_to_a_port_without() {
    let url = deaf(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n400 Bad Request").await;
    let told_so = told(&at(&url).with_tls(Tls::new().without_verification()), ErrorKind::Connect).await;
    assert_eq!(
        told_so,
        format!(
            "ContainerList: GET /containers/json: cannot connect to {url} over TLS: what listens there does \
             not speak TLS; a port with TLS is usually 2376; to speak without, unset DOCKER_TLS_VERIFY and \
             DOCKER_TLS"
        )
    );
    let url = deaf(b"").await;
    let told_so = told(&at(&url).with_tls(Tls::new().without_verification()), ErrorKind::Connect).await;
    assert!(told_so.contains("it hung up when TLS was to begin; a port with TLS"), "{told_so}");
}

#[tokio::test]
async fn certificates() {
    let served = Served::tls();
    let known = || Tls::new().ca_file(certs().join("ca.pem")).unwrap();
    let cases = [
        (
            "an authority that is not trusted",
            Tls::new().ca_file(certs().join("client-rsa.pem")).unwrap(),
            "nobody who is trusted has signed its certificate; trust who has: with ca.pem in \
             DOCKER_CERT_PATH, or `Tls::ca_file`",
        ),
        (
            "no certificate to show",
            known(),
            "it wants a certificate of its clients, and this one has none that it takes; show one: with \
             cert.pem and key.pem in DOCKER_CERT_PATH, or `Tls::identity_files`",
        ),
    ];
    for (case, tls, why) in cases {
        let endpoint = at(&served.url).with_tls(tls);
        let expected =
            format!("ContainerList: GET /containers/json: cannot connect to {} over TLS: {why}", served.url);
        assert_eq!(told(&endpoint, ErrorKind::Connect).await, expected, "{case}");
        #[cfg(feature = "reqwest")]
        {
            use docker_engine_runtime::reqwest::ReqwestTransport;
            let client = Client::new(ReqwestTransport::connect_to(&endpoint).unwrap());
            let error = ContainerList::new(&client).await.unwrap_err();
            assert!(error.is_connect() && error.to_string().ends_with(why), "{case}: {error:#}");
        }
    }
}

#[test]
fn addresses_that_are_none() {
    let cases = [
        ("htp://host", "htp://host", "known schemes are unix, npipe, tcp, http, https and ssh"),
        ("tcp://host:port", "tcp://host:port", "expected host:port"),
        // What stands before the host may be secret.
        ("tcp://me:secret@host", "host", "users, queries and fragments are not sent"),
    ];
    for (host, shown, why) in cases {
        let error = Environment::empty().with("DOCKER_HOST", host).settings().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert_eq!(
            sentence(&error),
            format!(
                "DOCKER_HOST cannot be used: {shown:?} is not the address of an Engine: {why}; write it like \
                 unix:///var/run/docker.sock, tcp://host:2375 or ssh://user@host"
            )
        );
    }
}

#[cfg(feature = "reqwest")]
#[tokio::test]
async fn through_reqwest_the_address_is_named_too() {
    use docker_engine_runtime::reqwest::ReqwestTransport;
    let through = |url: &str| Client::new(ReqwestTransport::connect_to(&at(url)).unwrap());
    for (url, why) in [
        ("unix:///not/there/docker.sock".to_owned(), "there is no such socket; start the Engine"),
        (format!("tcp://{}:2375", "x".repeat(64)), "its name cannot be resolved; check the host's name"),
    ] {
        let error = ContainerList::new(&through(&url)).await.unwrap_err();
        assert!(error.is_connect(), "{error:?}");
        let expected = format!("ContainerList: GET /containers/json: cannot connect to {url}: {why}");
        assert!(error.to_string().starts_with(&expected), "{error:#}");
    }
}

#[tokio::test]
async fn versions_that_do_not_meet() {
    let refusing = |words: &str| {
        let engine = Engine::new().on(When::operation("ContainerList"), Reply::error(400, words));
        ContainerList::new(&Client::new(engine).with_version(ApiVersion::new(1, 30)))
    };
    let error = refusing(
        "client version 1.30 is too old. Minimum supported API version is 1.44, please upgrade your client",
    );
    assert_eq!(
        error.await.unwrap_err().to_string(),
        "ContainerList: GET /v1.30/containers/json: the Engine takes API version 1.44 and newer, but 1.30 is \
         in use; pin no version before 1.44, or none: then it is agreed on"
    );
    let error = refusing("client version 1.30 is too new. Maximum supported API version is 1.25");
    assert_eq!(
        error.await.unwrap_err().to_string(),
        "ContainerList: GET /v1.30/containers/json: the Engine takes API versions up to 1.25, but 1.30 is in \
         use; pin no version after 1.25, or none: then it is agreed on"
    );

    // What an Engine says that is too new for this crate is in `negotiation.rs`.
    let asked = |client: Client| async move { NewOperation::new(&client).await.unwrap_err().to_string() };
    let old =
        Engine::new().on(When::operation("SystemPing"), Reply::text("OK").header("Api-Version", "1.41"));
    assert_eq!(
        asked(Client::new(old)).await,
        "NewOperation: GET /new: the operation NewOperation needs API version 1.50, but 1.41 is in use; do \
         without it, or use a newer Engine"
    );
    let pinned = Client::new(Engine::new()).with_version(ApiVersion::new(1, 41));
    assert_eq!(
        asked(pinned).await,
        "NewOperation: GET /new: the operation NewOperation needs API version 1.50, but 1.41 is in use; pin \
         no version before that one"
    );
}

/// An answer with words that Engines really send, and what is added to them.
#[tokio::test]
async fn what_an_engine_refuses() {
    let taken = "Conflict. The container name \"/web\" is already in use by container \"2ad2\". You have to \
                 remove (or rename) that container to be able to reuse that name.";
    let port = "driver failed programming external connectivity on endpoint web (b299): Bind for 0.0.0.0:80 \
                failed: port is already allocated";
    let cases = [
        (
            "an image that is not there",
            (404, "No such image: none:1"),
            "404 Not Found: No such image: none:1; pull the image first, or check its name".to_owned(),
        ),
        ("a name that is taken", (409, taken), format!("409 Conflict: {taken}")),
        (
            "a port that is taken",
            (500, port),
            format!(
                "500 Internal Server Error: {port}; give another port of the host, or stop what has this one"
            ),
        ),
        (
            "wrong credentials",
            (401, "unauthorized: authentication required"),
            "401 Unauthorized: unauthorized: authentication required; check the user and the password, and \
             that this user may do this at the registry"
                .to_owned(),
        ),
        (
            "a disk that is full, the Engine's",
            (500, "write /var/lib/docker/tmp/x: no space left on device"),
            "500 Internal Server Error: write /var/lib/docker/tmp/x: no space left on device; make room on \
             the Engine's machine: remove containers, images and volumes that nobody uses"
                .to_owned(),
        ),
    ];
    for (case, (status, words), expected) in cases {
        let engine = Engine::new().on(When::operation("ContainerCreate"), Reply::error(status, words));
        let client = Client::new(engine).with_version(ApiVersion::new(1, 41));
        let error = ContainerCreate::new(&client).json(json!({})).await.unwrap_err();
        assert_eq!(
            sentence(&error),
            format!("ContainerCreate: POST /v1.41/containers/create: {expected}"),
            "{case}"
        );
        assert_eq!(error.message(), words, "{case}: the Engine's words are left as they are");
    }
    // Within a stream, after a status that said all was well.
    let report = json!({"errorDetail": {"message": "no basic auth credentials"}, "error": "no"});
    let engine = Engine::new().on(When::operation("ImageBuild"), Reply::json(report));
    let client = Client::new(engine).with_version(ApiVersion::new(1, 41));
    let error = ImageBuild::new(&client).await.unwrap().finish().await.unwrap_err();
    assert_eq!(
        sentence(&error),
        "ImageBuild: POST /v1.41/build: no basic auth credentials; give credentials for this registry"
    );
}

#[test]
fn a_missing_certificate_is_told_with_the_variable() {
    let variables =
        [("DOCKER_HOST", "tcp://host:2376"), ("DOCKER_TLS_VERIFY", "1"), ("DOCKER_CERT_PATH", "/not/there")];
    let environment =
        variables.into_iter().fold(Environment::empty(), |all, (name, value)| all.with(name, value));
    assert!(!Path::new("/not/there").exists());
    assert_eq!(
        sentence(&environment.settings().unwrap_err()),
        "cannot read /not/there/ca.pem: it is not there; DOCKER_CERT_PATH names the folder with ca.pem, \
         cert.pem and key.pem"
    );
}
