//! Registry credentials: from `config.json`, and from stubs of `docker-credential-*` on PATH.

#![cfg(unix)]
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use docker_engine_runtime::auth::{Credentials, RegistryAuth};
use docker_engine_runtime::config::Environment;
use docker_engine_runtime::http::{Method, Request, Response};
use docker_engine_runtime::model::Data;
use docker_engine_runtime::{
    ApiVersion, Body, BoxFuture, Client, ErrorKind, OperationMeta, ParameterMeta, Result, Secret, Transport,
};

const HUB: &str = "https://index.docker.io/v1/";

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, config: &str) -> Self {
        let path = std::env::temp_dir().join(format!("docker-engine-auth-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        fs::write(path.join("config.json"), config).unwrap();
        Self(path)
    }

    fn credentials(&self) -> docker_engine_runtime::Result<Credentials> {
        Credentials::of(&Environment::empty().with("DOCKER_CONFIG", &self.0))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[tokio::test]
async fn from_the_file() {
    // me:hunter2, you:pass:word without padding, me: beside an identity token, and what is none.
    let config = r#"{
        "auths": {
            "https://index.docker.io/v1/": {"auth": "bWU6aHVudGVyMg==", "email": "x"},
            "https://h.example:5000/v2/": {"auth": "eW91OnBhc3M6d29yZA"},
            "token.example": {"auth": "bWU6", "identitytoken": "hunter3"},
            "plain.example": {"username": "me", "password": "hunter4"},
            "registry.example": {"registrytoken": "hunter5"},
            "empty.example": {},
            "wrong.example": {"auth": "hunter6!"},
            "colon.example": {"auth": "aHVudGVyNw=="}
        },
        "HttpHeaders": {"x": "y"}
    }"#;
    let folder = Folder::new("file", config);
    let credentials = folder.credentials().unwrap();
    let auth = |server: &'static str| {
        let credentials = &credentials;
        async move { credentials.for_server(server).await.unwrap() }
    };
    let me = RegistryAuth::password("me", "hunter2").for_server(HUB);
    for server in ["docker.io", "index.docker.io", "https://index.docker.io/v1/", "registry-1.docker.io"] {
        assert_eq!(auth(server).await.as_ref(), Some(&me), "{server}");
    }
    assert_eq!(credentials.for_image("alpine:3").await.unwrap(), Some(me));
    let you = RegistryAuth::password("you", "pass:word").for_server("h.example:5000");
    assert_eq!(credentials.for_image("h.example:5000/a/b").await.unwrap(), Some(you.clone()));
    assert_eq!(auth("http://h.example:5000").await, Some(you));
    let token = auth("token.example").await.unwrap();
    assert_eq!((token.identity_token, token.password), (Some(Secret::from("hunter3")), None));
    assert_eq!(auth("plain.example").await.unwrap().password.unwrap().expose(), "hunter4");
    assert_eq!(auth("registry.example").await.unwrap().registry_token.unwrap().expose(), "hunter5");
    assert_eq!(auth("empty.example").await, None);
    assert_eq!(auth("h.example").await, None, "another port is another registry");
    for server in ["wrong.example", "colon.example"] {
        let error = credentials.for_server(server).await.unwrap_err();
        let said = format!("{error} {error:?}");
        assert!(said.contains("config.json") && said.contains(server), "{said}");
        assert!(!said.contains("hunter") && !said.contains("aHVudGVyNw"), "{said}");
    }
    let all = credentials.all().await;
    assert_eq!(all.by_server.len(), 5);
    assert_eq!(all.failures.len(), 2);
    assert!(!format!("{credentials:?} {all:?}").contains("hunter"));
}

#[tokio::test]
async fn files_that_are_none() {
    for (name, config) in
        [("brace", "{\"auths\": {\"h\": {\"auth\": \"hunter2\""), ("list", "{\"auths\": [\"hunter2\"]}")]
    {
        let folder = Folder::new(name, config);
        let error = folder.credentials().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(
            error.to_string().contains("config.json") && !format!("{error:?}").contains("hunter2"),
            "{error}"
        );
    }
    let folder = Folder::new("empty", "");
    assert_eq!(folder.credentials().unwrap().for_server("h").await.unwrap(), None);
    let missing = Credentials::read("/not/there/config.json").unwrap();
    assert_eq!(missing.for_image("alpine").await.unwrap(), None);
    assert_eq!(Credentials::of(&Environment::empty()).unwrap().for_server("h").await.unwrap(), None);
}

#[test]
fn what_is_sent() {
    let auth = RegistryAuth::password("me", "hunter2").for_server("docker.io");
    assert_eq!(
        serde_json::to_string(&auth).unwrap(),
        r#"{"username":"me","password":"hunter2","serveraddress":"https://index.docker.io/v1/"}"#
    );
    assert_eq!(serde_json::to_string(&RegistryAuth::default()).unwrap(), "{}");

    #[derive(Clone, Debug, Default, PartialEq)]
    struct AuthConfig {
        username: Option<String>,
        password: Option<Secret>,
        email: Option<String>,
        serveraddress: Option<String>,
        identitytoken: Option<Secret>,
    }
    docker_engine_runtime::model! {
        AuthConfig {
            username = "username",
            password = "password",
            email = "email",
            serveraddress = "serveraddress",
            identitytoken = "identitytoken",
        }
    }
    docker_engine_runtime::registry_auth! { AuthConfig }
    let sent = AuthConfig::from(&auth);
    assert_eq!(
        (sent.username.as_deref(), sent.password, sent.email),
        (Some("me"), Some("hunter2".into()), None)
    );
    let sent = AuthConfig::from(RegistryAuth::identity_token("hunter3"));
    assert_eq!(sent.identitytoken, Some("hunter3".into()));
    assert_eq!(AuthConfig::from(None), AuthConfig::default());
    assert_eq!(AuthConfig::from(Some(auth)).password, Some("hunter2".into()));
}

#[test]
fn a_type_with_other_fields_takes_what_fits() {
    #[derive(Clone, Debug, Default, PartialEq)]
    struct Narrow {
        username: Secret,
        serveraddress: Vec<String>,
    }
    docker_engine_runtime::model! { Narrow { username = "username", serveraddress = "serveraddress" } }
    docker_engine_runtime::registry_auth! { Narrow }
    let narrow = Narrow::from(RegistryAuth::password("me", "hunter2").for_server("h"));
    assert_eq!(narrow, Narrow { username: "me".into(), serveraddress: Vec::new() });
}

#[test]
fn the_header_is_there_only_with_credentials() {
    static META: OperationMeta = OperationMeta {
        id: "ImageCreate",
        tag: "Image",
        method: Method::POST,
        path: "/images/create",
        since: None,
        deprecated: false,
        parameters: &[ParameterMeta::header("X-Registry-Auth")],
        statuses: &[200],
        upgrade: None,
        long_poll: true,
    };
    #[derive(Debug)]
    struct Unused;
    impl Transport for Unused {
        fn send(&self, _: Request<Body>) -> BoxFuture<'_, Result<Response<Body>>> {
            unreachable!("nothing is sent")
        }
    }
    let client = Client::new(Unused, ApiVersion::new(1, 51));
    let sent = |values: &[&dyn Data]| {
        let mut request = docker_engine_runtime::Request::new(&client, &META);
        for value in values {
            request = request.credentials("X-Registry-Auth", *value);
        }
        let request = request.into_http().unwrap();
        request.headers().get("X-Registry-Auth").map(|value| value.to_str().unwrap().to_owned())
    };
    let auth = RegistryAuth::password("me", "?>~hunter2");
    // URL-safe, with padding: {"username":"me","password":"?>~hunter2"}
    let coded = "eyJ1c2VybmFtZSI6Im1lIiwicGFzc3dvcmQiOiI_Pn5odW50ZXIyIn0=";
    assert_eq!(sent(&[&auth]).as_deref(), Some(coded));
    assert_eq!(sent(&[&Some(auth.clone())]).as_deref(), Some(coded));
    assert_eq!(sent(&[&None::<RegistryAuth>]), None);
    assert_eq!(sent(&[&RegistryAuth::default()]), None);
    assert_eq!(sent(&[&BTreeMap::<String, RegistryAuth>::new()]), None);
    assert_eq!(sent(&[&auth, &None::<RegistryAuth>]), None, "the last call counts");
}

/// A stub of `docker-credential-NAME` that notes what it is asked.
fn stub(folder: &Path, name: &str, script: &str) {
    let path = folder.join(format!("docker-credential-{name}"));
    // Written by another process: a file that is open here for writing cannot be run, and a fork of another test may keep it
    // open.
    let mut writer = Command::new("sh")
        .args(["-c", "cat >\"$0\" && chmod +x \"$0\""])
        .arg(&path)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let text =
        format!("#!/bin/sh\nserver=$(cat)\necho \"$1 $server\" >>\"$DOCKER_CONFIG/asked\"\n{script}\n");
    std::io::Write::write_all(&mut writer.stdin.take().unwrap(), text.as_bytes()).unwrap();
    assert!(writer.wait().unwrap().success());
}

/// PATH is of the whole process, so the test runs again in one of its own.
#[test]
fn from_programs() {
    let config = r#"{
        "auths": {"https://index.docker.io/v1/": {}, "kept.example": {"auth": "bWU6aHVudGVyMg=="}},
        "credsStore": "all",
        "credHelpers": {
            "own.example:5000": "own", "broken.example": "broken", "missing.example": "not-there", "garbled.example": "garbled"
        }
    }"#;
    let folder = Folder::new("programs", config);
    let all = r#"
        case "$1 $server" in
        "get https://index.docker.io/v1/") echo '{"ServerURL":"x","Username":"me","Secret":"hunter2"}' ;;
        "get token.example") echo '{"ServerURL":"x","Username":"<token>","Secret":"hunter3"}' ;;
        list*) echo '{"https://index.docker.io/v1/":"me","token.example":"<token>"}' ;;
        *) echo 'credentials not found in native keychain'; exit 1 ;;
        esac"#;
    stub(&folder.0, "all", all);
    stub(&folder.0, "own", r#"echo '{"Username":"you","Secret":"hunter4"}'"#);
    stub(&folder.0, "broken", r#"echo '{"Username":"you","Secret":"hunter5"} cannot unlock'; exit 3"#);
    stub(&folder.0, "garbled", r#"echo '{"Username":"you","Secret":["hunter6"]}'"#);
    let path = std::env::join_paths(
        [folder.0.clone()]
            .into_iter()
            .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())),
    );
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "with_stubs_on_path", "--ignored", "--nocapture"])
        .env("PATH", path.unwrap())
        .env("DOCKER_CONFIG", &folder.0)
        .output()
        .unwrap();
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}");
    assert!(!said.contains("hunter"), "{said}");
    let asked = fs::read_to_string(folder.0.join("asked")).unwrap();
    assert!(
        asked.starts_with(
            "get https://index.docker.io/v1/\nget token.example\nget kept.example\nget own.example:5000\n"
        ),
        "{asked}"
    );
}

#[tokio::test]
#[ignore = "it is run by `from_programs`"]
async fn with_stubs_on_path() {
    let credentials = Credentials::from_env().unwrap();
    let hub = credentials.for_image("alpine").await.unwrap().unwrap();
    assert!(hub == RegistryAuth::password("me", "hunter2").for_server("docker.io"));
    let token = credentials.for_server("https://token.example/v2/").await.unwrap().unwrap();
    assert!(token == RegistryAuth::identity_token("hunter3").for_server("token.example"));
    assert!(
        credentials.for_server("kept.example").await.unwrap().is_none(),
        "the program is asked, not the file"
    );
    let own = credentials.for_image("own.example:5000/a").await.unwrap().unwrap();
    assert!(own == RegistryAuth::password("you", "hunter4").for_server("own.example:5000"));
    let mut failures = Vec::new();
    for (server, program) in
        [("broken.example", "broken"), ("missing.example", "not-there"), ("garbled.example", "garbled")]
    {
        let error = credentials.for_server(server).await.unwrap_err();
        assert!(error.to_string().contains(&format!("docker-credential-{program} get")), "{error}");
        failures.push(format!("{error} {error:?}"));
    }
    println!("{failures:?} {credentials:?}");
    let all = credentials.all().await;
    println!("{all:?}");
    assert_eq!(all.by_server.keys().collect::<Vec<_>>(), [HUB, "own.example:5000", "token.example"]);
    assert_eq!(all.failures.len(), 3);
}
