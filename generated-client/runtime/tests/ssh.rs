//! `ssh://`: through a stub in place of ssh, and through a real ssh to an sshd that the test starts. On the other side a stub
//! stands for `docker system dial-stdio`: this test program again, run as [`dial_stdio`].

#![cfg(unix)]
#![allow(clippy::unwrap_used)]

mod support;

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use docker_engine_runtime::config::{Address, Endpoint};
use docker_engine_runtime::dial::{Dial, Ssh};
use docker_engine_runtime::hyper::HyperTransport;
use docker_engine_runtime::{ApiVersion, Body, ErrorKind};
use futures_util::stream;
use serde_json::json;
use support::api::*;
use support::sshd::{Folder, Sshd};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixListener;

#[test]
#[ignore = "it is run by the stubs of the other tests"]
fn dial_stdio() {
    support::sshd::dial_stdio();
}

fn ssh(url: &str, program: &str) -> Ssh {
    let Address::Ssh { target } = Endpoint::parse(url).unwrap().address else { panic!("{url}") };
    Ssh::new(target).with_program(program)
}

fn client(dial: impl Dial) -> Client {
    Client::new(HyperTransport::new(dial)).with_version(ApiVersion::new(1, 41))
}

/// An Engine of one connection: it answers an attach, and gives back what it heard once the input has ended.
async fn echo(listener: &UnixListener) {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    stream.write_all(b"HTTP/1.1 101 UPGRADED\r\nUpgrade: tcp\r\nConnection: Upgrade\r\n\r\n").await.unwrap();
    let mut heard = Vec::new();
    stream.read_to_end(&mut heard).await.unwrap();
    for piece in heard.chunks(10_000) {
        stream.write_all(&[1, 0, 0, 0]).await.unwrap();
        stream.write_all(&(piece.len() as u32).to_be_bytes()).await.unwrap();
        stream.write_all(piece).await.unwrap();
    }
}

async fn attach_and_compare(client: &Client, listener: &UnixListener) {
    let input = "0123456789abcdef".repeat(20_000);
    let exchange = async {
        let duplex = ContainerAttach::of(client, "x").tty(false).send();
        duplex.await.unwrap().exchange(input.clone()).await.unwrap()
    };
    let both = async { tokio::join!(exchange, echo(listener)).0 };
    let chunks =
        tokio::time::timeout(Duration::from_secs(20), both).await.expect("the input's end gets there");
    let output: Vec<u8> = chunks.iter().flat_map(|chunk| chunk.bytes.to_vec()).collect();
    assert!(output == input.as_bytes(), "{} of {} bytes", output.len(), input.len());
}

#[tokio::test]
async fn the_end_of_the_input_goes_through() {
    let folder = Folder::new("half");
    let socket = folder.path("docker.sock");
    let listener = UnixListener::bind(&socket).unwrap();
    let log = folder.path("arguments");
    let program =
        folder.dial_stdio("ssh", &format!("echo \"$@\" >>'{}'", log.display()), "dial_stdio", &socket);
    attach_and_compare(&client(ssh("ssh://me@host:22", &program)), &listener).await;
    assert_eq!(
        fs::read_to_string(log).unwrap(),
        "-o ConnectTimeout=30 -T -l me -p 22 -- host docker system dial-stdio\n"
    );
}

#[tokio::test]
async fn an_error_shows_what_ssh_says() {
    let folder = Folder::new("error");
    let program = folder.script("ssh", "printf 'Permission denied\\033[2J (publickey).\\n' >&2; exit 255");
    let error = SystemPing::new(&client(ssh("ssh://host", &program))).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect, "{error:?}");
    assert_eq!(
        error.to_string(),
        "SystemPing: GET /v1.41/_ping: cannot connect to ssh://host: ssh ended with exit status: 255: \
         Permission denied [2J (publickey); run `ssh ssh://host docker version` by hand until it works"
    );

    let without_docker = folder.script("ssh", "echo 'sh: docker: not found' >&2; exit 127");
    let error = SystemPing::new(&client(ssh("ssh://host", &without_docker))).await.unwrap_err();
    assert!(error.is_connect() && error.message().ends_with("127: sh: docker: not found"), "{error}");

    // It may have got there: a request that changes something is not to be sent again unasked.
    let broken = folder.script("ssh", "echo 'Connection to host closed by remote host.' >&2; exit 255");
    let error = SystemPing::new(&client(ssh("ssh://me@host:22/run/x.sock", &broken))).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport, "{error:?}");
    assert!(
        error.to_string().ends_with(
            "the connection broke: ssh ended with exit status: 255: Connection to host closed by remote \
             host; run `ssh ssh://me@host:22 docker version` by hand until it works"
        ),
        "{error}"
    );

    let noisy = folder.script("ssh", "yes complaint | head -c 1000000 >&2; exit 3");
    let error = SystemPing::new(&client(ssh("ssh://host", &noisy))).await.unwrap_err();
    let words = error.to_string();
    assert!(words.contains("complaint") && words.len() < 6000, "{} bytes", words.len());

    let cut = folder.script(
        "ssh",
        "read line; printf 'HTTP/1.1 200 OK\\r\\nContent-Type: application/vnd.docker.raw-stream\\r\\n\\r\\nsome'; \
         echo Connection reset >&2; exit 255",
    );
    let logs = ContainerLogs::of(&client(ssh("ssh://host", &cut)), "x").tty(true).await.unwrap();
    let error = futures_util::TryStreamExt::try_collect::<Vec<_>>(logs).await.unwrap_err();
    assert!(error.to_string().contains("Connection reset"), "a cut is no end: {error}");

    let error = SystemPing::new(&client(ssh("ssh://host", "/not/there/ssh"))).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert!(
        error.to_string().ends_with(
            "cannot connect to ssh://host: cannot run /not/there/ssh: it is not there; install OpenSSH's client"
        ),
        "{error}"
    );
}

#[tokio::test]
async fn nothing_is_left_behind() {
    let folder = Folder::new("kill");
    let id = folder.path("id");
    let program = folder.script("ssh", &format!("echo $$ >'{}'; exec sleep 600", id.display()));
    let client = client(ssh("ssh://host", &program));
    assert!(tokio::time::timeout(Duration::from_millis(500), SystemPing::new(&client).send()).await.is_err());
    let id = fs::read_to_string(id).unwrap();
    let process = Path::new("/proc").join(id.trim());
    if !Path::new("/proc/self").exists() {
        return eprintln!("skipped: there is no /proc to see processes in");
    }
    for _ in 0..100 {
        if !process.exists() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the process is there still, or its remains are");
}

/// The environment is of the whole process, so the test runs again in one of its own.
#[test]
fn from_the_environment() {
    let folder = Folder::new("environment");
    let said = folder.path("arguments");
    folder.script("ssh", &format!("echo \"$@\" >'{}'; echo who are you >&2; exit 255", said.display()));
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "of_an_environment_with_ssh", "--ignored", "--nocapture"])
        .env("PATH", format!("{}:/usr/bin:/bin", folder.0.display()))
        .env("DOCKER_HOST", "ssh://me@far:2200/run/other.sock")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(
        fs::read_to_string(said).unwrap(),
        "-o ConnectTimeout=30 -T -l me -p 2200 -- far docker --host 'unix:///run/other.sock' system dial-stdio\n"
    );
}

#[tokio::test]
#[ignore = "it is run by `from_the_environment`"]
async fn of_an_environment_with_ssh() {
    let client = Client::from_env().unwrap();
    let error = SystemPing::new(&client).await.unwrap_err();
    assert!(error.to_string().contains("who are you"), "{error}");
}

#[test]
fn addresses_that_are_refused() {
    for url in ["ssh://-oProxyCommand=touch%20x", "ssh://me:secret@host", "ssh://", "ssh://host:x"] {
        let error = Client::connect(url).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{url}");
        assert!(!format!("{error} {error:?}").contains("secret"));
    }
    assert!(Client::connect("ssh://me@host").is_ok());
}

#[tokio::test]
async fn through_a_real_ssh() {
    let folder = Folder::new("sshd");
    let socket = folder.path("docker.sock");
    folder.dial_stdio(
        "docker",
        &format!("echo \"$@\" >>'{}'", folder.path("arguments").display()),
        "dial_stdio",
        &socket,
    );
    let Some(sshd) = Sshd::start(&folder, &folder.0) else { return };
    let listener = UnixListener::bind(&socket).unwrap();
    attach_and_compare(&client(ssh(&sshd.url(), &sshd.program)), &listener).await;
    let other = format!("{}/run/an%20engine's.sock", sshd.url());
    attach_and_compare(&client(ssh(&other, &sshd.program)), &listener).await;
    assert_eq!(
        fs::read_to_string(folder.path("arguments")).unwrap(),
        "system dial-stdio\n--host unix:///run/an engine's.sock system dial-stdio\n"
    );
    fs::remove_file(folder.path("client")).unwrap();
    let error = SystemPing::new(&client(ssh(&sshd.url(), &sshd.program))).await.unwrap_err();
    assert!(error.is_connect() && error.message().contains("Permission denied"), "{error:?}");
}

#[tokio::test]
async fn an_engine_through_a_real_ssh() {
    let Some(socket) =
        std::env::var("DOCKER_HOST").ok().and_then(|host| Some(host.strip_prefix("unix://")?.to_owned()))
    else {
        return eprintln!("skipped: DOCKER_HOST names no socket of an Engine for tests");
    };
    let folder = Folder::new("engine");
    folder.dial_stdio("docker", "", "dial_stdio", Path::new(&socket));
    let Some(sshd) = Sshd::start(&folder, &folder.0) else { return };
    let client = client(ssh(&sshd.url(), &sshd.program));
    assert_eq!(SystemPing::new(&client).await.unwrap(), "OK");
    let config = json!({
        "Image": "alpine", "Cmd": ["cat"], "OpenStdin": true, "StdinOnce": true, "AttachStdin": true,
    });
    let id = Container::create(&client, config).await;
    let refused = PutContainerArchive::of(&client, &id).query("path", "/not/there");
    let endless = stream::repeat_with(|| Ok::<_, std::io::Error>(vec![0u8; 1 << 16]));
    let refused = tokio::time::timeout(Duration::from_secs(20), refused.tar(Body::stream(endless)).send());
    let error = refused.await.expect("a refusal ends the upload").unwrap_err();
    assert!(error.is_not_found(), "{error}");
    let duplex = id.attach().await;
    id.start().await;
    let input = "a line\n".repeat(40_000);
    let chunks =
        tokio::time::timeout(Duration::from_secs(30), duplex.exchange(input.clone())).await.unwrap().unwrap();
    let output: Vec<u8> = chunks.iter().flat_map(|chunk| chunk.bytes.to_vec()).collect();
    assert!(output == input.as_bytes(), "{} of {} bytes", output.len(), input.len());
    id.delete().await;
}
