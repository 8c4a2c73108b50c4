//! Whole tasks, registries and programs that block, on a real Engine. They run where the live suite runs and stand apart from
//! it, because they are no single operations.

#![cfg(all(unix, feature = "since-1-41"))]
#![allow(clippy::unwrap_used)]

use std::fs;
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use docker_engine_live::{Engine, docker_engine as docker};

use docker::models::{AuthConfig, ContainerCreateRequest};
use docker::runtime::ErrorKind;
use docker::runtime::auth::{Credentials, RegistryAuth};
use docker::runtime::config::Environment;
use docker::runtime::tasks::PullProgress;
use docker::{Client, Result};

/// A client, where the environment names an Engine.
fn client() -> Option<Client> {
    let engine = Engine::of_environment();
    if engine.is_none() {
        eprintln!("skipped: DOCKER_HOST, ENGINE_VERSION and ENGINE_API_MAX do not name an Engine for tests");
    }
    engine.map(|engine| engine.unnoted().unwrap())
}

/// The same where there are registries too, and their addresses: of the one for everybody, and of the one that asks who one
/// is.
fn with_registries() -> Option<(Client, String, String)> {
    let client = client()?;
    let Engine { registry: open, registry_auth: closed, .. } = Engine::of_environment()?;
    if [&open, &closed].iter().all(|address| TcpStream::connect(address.as_str()).is_ok()) {
        return Some((client, open, closed));
    }
    eprintln!("skipped: no registries at {open} and {closed}");
    None
}

/// An archive of these files.
fn tar_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, *content).unwrap();
    }
    builder.into_inner().unwrap()
}

/// Bytes that no other layer has, and that do not get smaller.
fn noise(length: usize) -> Vec<u8> {
    (0..length).map(|_| fastrand::u8(..)).collect()
}

/// A folder with this `config.json`, as the docker command line keeps it.
fn config_folder(config: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("config.json"), config).unwrap();
    folder
}

/// A program `docker-credential-NAME` in a folder.
fn credential_program(folder: &Path, name: &str, script: &str) {
    let path = folder.join(format!("docker-credential-{name}"));
    // Written by another process: a file that is open here for writing cannot be run, and a fork of another test may keep it
    // open.
    let written = Command::new("sh")
        .args(["-c", "printf '#!/bin/sh\\n%s\\n' \"$1\" >\"$0\" && chmod +x \"$0\""])
        .arg(&path)
        .arg(script)
        .status()
        .unwrap();
    assert!(written.success());
}

/// A name that no other test has at the same time.
fn unique(what: &str) -> String {
    format!("tasks-{what}-{}-{}", docker::API_VERSION.minor(), std::process::id())
}

fn config(script: &str) -> ContainerCreateRequest {
    let command = ["sh", "-c", script].map(str::to_owned);
    ContainerCreateRequest { image: Some("alpine".into()), cmd: Some(command.into()), ..Default::default() }
}

/// A container that runs until it is removed.
async fn start(client: &Client, script: &str) -> String {
    let id = client.container_create(config(script)).await.unwrap().id;
    client.container_start(&id).await.unwrap();
    id
}

/// An image with a layer of its own, under this name and the tag `1`.
async fn import(client: &Client, name: &str) {
    let archive = tar_of(&[("noise", &noise(300_000))]);
    let import = client.image_create().from_src("-").repo(name).tag("1").input_image(archive);
    import.await.unwrap().finish().await.unwrap();
}

async fn push(client: &Client, name: &str, auth: impl Into<AuthConfig>) -> Result<()> {
    client.image_push(name, auth).tag("1").await?.finish().await
}

/// A pull by the operation itself.
async fn create(client: &Client, name: &str, auth: impl Into<AuthConfig>) -> Result<()> {
    client.image_create().from_image(name).tag("1").x_registry_auth(auth).await?.finish().await
}

async fn forget(client: &Client, name: &str) {
    client.image_delete(format!("{name}:1")).force(true).await.unwrap();
}

#[tokio::test]
async fn run() {
    let Some(client) = client() else { return };
    let output = client.run(config("echo out; echo err >&2; exit 3")).await.unwrap();
    assert_eq!((output.exit_code, output.success()), (3, false));
    assert_eq!((output.stdout_text(), output.stderr_text()), ("out\n".into(), "err\n".into()));
    let terminal = ContainerCreateRequest { tty: Some(true), ..config("echo out; echo err >&2") };
    assert_eq!(client.run(terminal).await.unwrap().stdout_text(), "out\r\nerr\r\n");

    let name = unique("run");
    let endless = client.run(config("exec sleep 600")).name(&name).timeout(Duration::from_millis(500));
    assert_eq!(endless.await.unwrap_err().kind(), ErrorKind::Timeout);
    assert!(client.container_inspect(&name).await.unwrap_err().is_not_found(), "it was removed");
    let missing = ContainerCreateRequest { image: Some("not-there".into()), ..config("") };
    let error = client.run(missing).await.unwrap_err();
    assert!(error.is_not_found() && error.operation() == Some("ContainerCreate"), "{error}");
}

#[tokio::test]
async fn a_run_that_is_dropped_leaves_its_container_and_nothing_else() {
    let Some(client) = client() else { return };
    let name = unique("dropped");
    let running = client.run(config("exec sleep 600")).name(&name).send();
    assert!(tokio::time::timeout(Duration::from_secs(2), running).await.is_err());
    let left = client.container_inspect(&name).await.unwrap();
    assert_eq!(left.state.unwrap().running, Some(true), "as documented");
    client.container_delete(&name).force(true).v(true).await.unwrap();
}

#[tokio::test]
async fn commands_logs_and_copies() {
    let Some(client) = client() else { return };
    let id = start(&client, "echo one; echo two; exec sleep 600").await;
    let output = client.exec_run(&id, ["sh", "-c", "echo out; echo err >&2; exit 5"]).await.unwrap();
    assert_eq!(output.exit_code, 5);
    assert_eq!((output.stdout_text(), output.stderr_text()), ("out\n".into(), "err\n".into()));
    let lines = "a line\n".repeat(40_000);
    let output = client.exec_run(&id, ["cat"]).input(lines.clone()).await.unwrap();
    assert!(output.success() && output.stdout == lines.as_bytes());
    let output = client.exec_run(&id, ["not-a-program"]).await.map(|output| output.exit_code);
    assert!(matches!(output, Ok(126 | 127)) || output.is_err_and(|error| error.status().is_some()));
    assert_eq!(client.logs_to_string(&id).await.unwrap(), "one\ntwo\n");
    assert_eq!(client.logs_to_string(&id).tail(1).await.unwrap(), "two\n");

    let here = tempfile::tempdir().unwrap();
    let (tree, there) = (here.path().join("tree"), here.path().join("there"));
    fs::create_dir_all(tree.join("empty")).unwrap();
    fs::create_dir(&there).unwrap();
    let content = noise(2_000_000);
    fs::write(tree.join("large"), &content).unwrap();
    std::os::unix::fs::symlink("large", tree.join("link")).unwrap();
    client.copy_in(&id, &tree, "/tmp").await.unwrap();
    client.copy_out(&id, "/tmp/tree", &there).await.unwrap();
    assert!(fs::read(there.join("tree/large")).unwrap() == content);
    assert!(there.join("tree/empty").is_dir());
    assert_eq!(fs::read_link(there.join("tree/link")).unwrap(), Path::new("large"));
    // It keeps devices, which the Engine packs and this refuses.
    client.exec_run(&id, ["mknod", "/tmp/tree/null", "c", "1", "3"]).await.unwrap();
    let error = client.copy_out(&id, "/tmp/tree", &there).await.unwrap_err();
    assert!(error.kind() == ErrorKind::File && error.to_string().contains("tree/null"), "{error}");
    assert!(client.copy_out(&id, "/not/there", &there).await.unwrap_err().is_not_found());
    client.container_delete(&id).force(true).await.unwrap();
    assert!(client.logs_to_string(&id).await.unwrap_err().is_not_found());
}

#[tokio::test]
async fn pulls_tell_their_progress() {
    let Some((client, open, _)) = with_registries() else { return };
    let name = format!("{open}/{}", unique("open"));
    import(&client, &name).await;
    // Nobody asks here who one is, and older daemons still insist on the header.
    let mut stream = client.image_push(&name, None).tag("1").await.unwrap();
    let mut pushed = PullProgress::default();
    while let Some(message) = stream.next_value().await.unwrap() {
        pushed.update(&message);
    }
    assert_eq!((pushed.layers().len(), pushed.complete()), (1, 1), "{pushed:?}");
    forget(&client, &name).await;

    let states = Arc::new(Mutex::new(Vec::<PullProgress>::new()));
    let seen = Arc::clone(&states);
    let pull = client.pull(format!("{name}:1"));
    let end = pull.on_progress(move |state| seen.lock().unwrap().push(state.clone())).await.unwrap();
    assert_eq!((end.layers().len(), end.complete()), (1, 1), "{end:?}");
    assert!(end.digest().unwrap().starts_with("sha256:") && end.status().contains(&name), "{end:?}");
    let states = std::mem::take(&mut *states.lock().unwrap());
    let counted = states.iter().filter_map(|state| state.layers().first()?.current).max();
    assert!(counted.is_some_and(|bytes| bytes > 0), "{states:?}");
    assert_eq!(states.last(), Some(&end));
    let again = client.pull(format!("{name}:1")).await.unwrap();
    assert!(again.status().contains("up to date"), "{again:?}");
    forget(&client, &name).await;
    let error = client.pull(format!("{name}:none")).await.unwrap_err();
    assert!(error.is_not_found() && error.operation() == Some("ImageCreate"), "{error}");
}

#[tokio::test]
async fn credentials_right_wrong_and_none() {
    let Some((client, _, closed)) = with_registries() else { return };
    let name = format!("{closed}/{}", unique("closed"));
    import(&client, &name).await;
    let right = RegistryAuth::password("user", "pass").for_server(&closed);
    let wrong = RegistryAuth::password("user", "hunter2").for_server(&closed);

    // Status 200 in each case: the refusal is in the stream.
    for auth in [Some(&wrong), None] {
        let error = push(&client, &name, auth.cloned()).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Stream | ErrorKind::Status), "{error:?}");
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
    }
    push(&client, &name, &right).await.unwrap();
    forget(&client, &name).await;

    for auth in [Some(&wrong), None] {
        let error = create(&client, &name, auth.cloned()).await.unwrap_err();
        let status = error.status().unwrap().as_u16();
        assert!(matches!(status, 401 | 403 | 404 | 500), "{error}");
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
        let pull = client.pull(format!("{name}:1")).auth(auth.cloned());
        assert_eq!(pull.await.unwrap_err().status().unwrap().as_u16(), status);
    }
    create(&client, &name, &right).await.unwrap();
    forget(&client, &name).await;
    client.pull(format!("{name}:1")).auth(right.clone()).await.unwrap();
    forget(&client, &name).await;
    // A crate's own type is as good.
    client.pull(format!("{name}:1")).auth(AuthConfig::from(&right)).await.unwrap();

    let base64 = "dXNlcjpwYXNz";
    let folder = config_folder(&format!(r#"{{"auths": {{"http://{closed}/v2/": {{"auth": "{base64}"}}}}}}"#));
    let found = Credentials::of(&Environment::empty().with("DOCKER_CONFIG", folder.path())).unwrap();
    forget(&client, &name).await;
    client.pull(format!("{name}:1")).auth(found.for_image(&name).await.unwrap()).await.unwrap();
    push(&client, &name, found.for_image(&name).await.unwrap()).await.unwrap();
    assert_eq!(found.for_image("alpine").await.unwrap(), None);

    // A build pulls what it is made from with the credentials of the registry that it is in.
    forget(&client, &name).await;
    let context = tar_of(&[("Dockerfile", format!("FROM {name}:1\nLABEL a=b\n").as_bytes())]);
    let build = || {
        let tag = format!("{}:1", unique("built"));
        client.image_build().t([tag]).pull(true).input_stream(context.clone())
    };
    let refused = match build().x_registry_config(Vec::<(String, RegistryAuth)>::new()).await {
        Ok(stream) => stream.finish().await.unwrap_err(),
        Err(error) => error,
    };
    assert!(matches!(refused.kind(), ErrorKind::Stream | ErrorKind::Status), "{refused:?}");
    let all = found.all().await;
    assert!(all.failures.is_empty());
    build().x_registry_config(all.by_server).await.unwrap().finish().await.unwrap();
    forget(&client, &unique("built")).await;
    forget(&client, &name).await;
}

#[tokio::test]
async fn logging_in() {
    let Some((client, _, closed)) = with_registries() else { return };
    let auth =
        |password: &str| AuthConfig::from(RegistryAuth::password("user", password).for_server(&closed));
    client.system_auth(auth("pass")).await.unwrap();
    let error = client.system_auth(auth("hunter2")).await.unwrap_err();
    assert!(error.status().is_some() && !format!("{error:?}").contains("hunter2"), "{error:?}");
}

/// PATH is of the whole process, so the test runs again in one of its own.
#[test]
fn credentials_of_a_program() {
    let Some((_, _, closed)) = with_registries() else { return };
    let folder = config_folder(&format!(r#"{{"credHelpers": {{"{closed}": "tasks"}}}}"#));
    let answer = r#"cat >/dev/null; echo '{"ServerURL":"x","Username":"user","Secret":"pass"}'"#;
    credential_program(folder.path(), "tasks", answer);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = [folder.path().to_owned()].into_iter().chain(std::env::split_paths(&path));
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "with_a_program_on_path", "--ignored", "--nocapture"])
        .env("PATH", std::env::join_paths(folders).unwrap())
        .env("DOCKER_CONFIG", folder.path())
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&said));
}

#[tokio::test]
#[ignore = "it is run by `credentials_of_a_program`"]
async fn with_a_program_on_path() {
    let (client, _, closed) = with_registries().unwrap();
    let name = format!("{closed}/{}", unique("program"));
    import(&client, &name).await;
    let found = Credentials::from_env().unwrap();
    push(&client, &name, found.for_image(&name).await.unwrap()).await.unwrap();
    forget(&client, &name).await;
    client.pull(format!("{name}:1")).auth(found.for_image(&name).await.unwrap()).await.unwrap();
    forget(&client, &name).await;
}

#[test]
fn blocking_programs() {
    let Some(client) = client() else { return };
    let output = client.run(config("echo out; exit 3")).send_blocking().unwrap();
    assert_eq!((output.exit_code, output.stdout_text()), (3, "out\n".into()));
    let id = client.container_create(config("echo one; exec sleep 600")).send_blocking().unwrap().id;
    client.container_start(&id).send_blocking().unwrap();
    let output = client.exec_run(&id, ["cat"]).input("in").send_blocking().unwrap();
    assert_eq!(output.stdout_text(), "in");
    assert_eq!(client.logs_to_string(&id).send_blocking().unwrap(), "one\n");
    let logs = client.container_logs(&id).stdout(true).send_blocking().unwrap();
    let lines: Vec<String> = logs.map(|chunk| chunk.unwrap().to_string()).collect();
    assert_eq!(lines.concat(), "one\n");

    let here = tempfile::tempdir().unwrap();
    let file = here.path().join("file");
    fs::write(&file, "content").unwrap();
    client.copy_in(&id, &file, "/tmp").send_blocking().unwrap();
    fs::remove_file(&file).unwrap();
    client.copy_out(&id, "/tmp/file", here.path()).send_blocking().unwrap();
    assert_eq!(fs::read_to_string(&file).unwrap(), "content");
    let listed = client.container_list().filters(|filters| filters.id(&id)).send_blocking().unwrap();
    assert_eq!(listed.len(), 1);
    client.container_delete(&id).force(true).send_blocking().unwrap();
    assert!(client.container_inspect(&id).send_blocking().unwrap_err().is_not_found());
    let error = client.pull("").send_blocking().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Request);
}

#[cfg(feature = "since-1-51")]
#[tokio::test]
async fn filters_newer_than_the_engine_are_refused() {
    let Some(client) = client() else { return };
    let listed = client.image_list().filters(|filters| filters.until("1h")).await;
    let agreed = client.negotiate().await.unwrap();
    assert_eq!(agreed, Engine::of_environment().unwrap().newest.min(docker::API_VERSION));
    match listed {
        Ok(_) => assert!(agreed.minor() >= 44),
        Err(error) => {
            assert!(agreed.minor() < 44 && error.kind() == ErrorKind::Version, "{error}");
            assert!(
                error.to_string().contains("the filter until of ImageList needs API version 1.44"),
                "{error}"
            );
        }
    }
    // What the Engine itself says of a key that it does not know is its own affair.
    if let Err(error) = client.image_list().filters(|filters| filters.raw("until", "1h")).await {
        assert!(error.status().is_some(), "{error}");
    }
}
