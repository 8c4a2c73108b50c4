//! Copies against a server that a test speaks through by hand: archives that mean harm, disks that are full, callers that
//! leave halfway.

#![cfg(unix)]
#![allow(clippy::unwrap_used)]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use docker_engine_runtime::{Error, ErrorKind};
use support::api::Client;
use support::server::{CHUNKED, Server};
use tar::EntryType;

/// An archive whose entries are written as they are, whatever they say.
#[derive(Default)]
struct Archive(Vec<u8>);

impl Archive {
    fn file(self, name: &str, content: &[u8]) -> Self {
        self.entry(name, EntryType::Regular, "", content)
    }

    fn link(self, name: &str, kind: EntryType, to: &str) -> Self {
        self.entry(name, kind, to, b"")
    }

    fn entry(mut self, name: &str, kind: EntryType, link: &str, content: &[u8]) -> Self {
        let mut header = tar::Header::new_gnu();
        let old = header.as_old_mut();
        old.name[..name.len()].copy_from_slice(name.as_bytes());
        old.linkname[..link.len()].copy_from_slice(link.as_bytes());
        header.set_entry_type(kind);
        header.set_mode(if kind.is_dir() { 0o755 } else { 0o644 });
        header.set_size(content.len() as u64);
        header.set_cksum();
        self.0.extend_from_slice(header.as_bytes());
        self.0.extend_from_slice(content);
        self.0.resize(self.0.len().next_multiple_of(512), 0);
        self
    }

    fn end(mut self) -> Vec<u8> {
        self.0.resize(self.0.len() + 1024, 0);
        self.0
    }
}

/// Copies this archive out into a folder.
async fn copy_out(archive: Vec<u8>, into: &Path) -> Result<(), Error> {
    let (server, client) = Server::start().await;
    let copying = tokio::spawn(client.copy_out("web", "/tree", into).send());
    let mut peer = server.accept().await;
    let head = peer.read_head().await;
    assert!(head.starts_with("GET /v1.51/containers/web/archive?path=%2Ftree "), "{head}");
    let length = archive.len();
    peer.write(format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n").as_bytes()).await;
    // A client that has seen enough hangs up.
    let _ = tokio::io::AsyncWriteExt::write_all(&mut peer.stream, &archive).await;
    copying.await.unwrap()
}

/// A folder to copy into, and beside it a file that no archive may touch.
struct Here {
    folder: tempfile::TempDir,
}

impl Here {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("into")).unwrap();
        fs::write(folder.path().join("precious"), "kept").unwrap();
        Self { folder }
    }

    fn inside(&self) -> PathBuf {
        self.folder.path().join("into")
    }

    fn check(&self) {
        let mut names: Vec<_> = fs::read_dir(self.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(names, ["into", "precious"]);
        assert_eq!(fs::read_to_string(self.folder.path().join("precious")).unwrap(), "kept");
    }
}

#[tokio::test]
async fn nothing_is_written_outside_of_the_directory() {
    let outside = |here: &Here| here.folder.path().join("precious").display().to_string();
    type Hostile = fn(&str) -> Archive;
    let cases: [(&str, Hostile, &str); 9] = [
        ("parent", |_| Archive::default().file("../precious", b"x"), "outside"),
        ("parent within", |_| Archive::default().file("tree/../../precious", b"x"), "outside"),
        ("absolute", |path| Archive::default().file(path, b"x"), "outside"),
        (
            "through a link to a directory",
            |_| {
                let archive = Archive::default().link("tree", EntryType::Symlink, "..");
                archive.file("tree/precious", b"x")
            },
            "cannot be written",
        ),
        (
            "through an absolute link",
            |_| {
                let archive = Archive::default().link("tree", EntryType::Symlink, "/tmp");
                archive.file("tree/docker-engine-copies-precious", b"x")
            },
            "cannot be written",
        ),
        (
            "hard link from outside",
            |path| Archive::default().link("tree", EntryType::Link, path),
            "cannot be written",
        ),
        ("character device", |_| Archive::default().link("null", EntryType::Char, ""), "device"),
        ("block device", |_| Archive::default().link("sda", EntryType::Block, ""), "device"),
        ("pipe", |_| Archive::default().link("pipe", EntryType::Fifo, ""), "named pipe"),
    ];
    for (name, archive, why) in cases {
        let here = Here::new();
        let error = copy_out(archive(&outside(&here)).end(), &here.inside()).await.unwrap_err();
        assert_eq!((error.kind(), error.operation()), (ErrorKind::File, Some("ContainerArchive")), "{name}");
        assert!(error.to_string().contains(why), "{name}: {error}");
        assert!(error.to_string().contains(&here.inside().display().to_string()), "{name}: {error}");
        here.check();
    }
    assert!(!Path::new("/tmp/docker-engine-copies-precious").exists());
}

#[tokio::test]
async fn links_are_copied_and_not_followed() {
    let here = Here::new();
    let precious = here.folder.path().join("precious").display().to_string();
    let archive = Archive::default()
        .link("tree/", EntryType::Directory, "")
        .link("tree/out", EntryType::Symlink, &precious)
        .file("tree/file", b"one")
        .link("tree/same", EntryType::Link, "tree/file")
        .entry("pax", EntryType::XGlobalHeader, "", b"19 comment=unused\n\n");
    copy_out(archive.end(), &here.inside()).await.unwrap();
    here.check();
    let tree = here.inside().join("tree");
    assert_eq!(fs::read_link(tree.join("out")).unwrap().display().to_string(), precious);
    assert_eq!(fs::read_to_string(tree.join("same")).unwrap(), "one");

    // The second copy replaces the link itself, not what it leads to.
    let archive = Archive::default().file("tree/out", b"two");
    copy_out(archive.end(), &here.inside()).await.unwrap();
    here.check();
    assert_eq!(fs::read_to_string(tree.join("out")).unwrap(), "two");
}

#[tokio::test]
async fn an_archive_that_ends_early_is_an_error() {
    let here = Here::new();
    let mut archive = Archive::default().file("a", &[7; 4096]).end();
    archive.truncate(2000);
    let error = copy_out(archive, &here.inside()).await.unwrap_err();
    assert_eq!(error.operation(), Some("ContainerArchive"), "{error}");
    let error = copy_out(b"this is no archive".repeat(100), &here.inside()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::File, "{error}");
}

#[tokio::test]
async fn a_copy_that_is_dropped_closes_its_connection() {
    let (server, client) = Server::start().await;
    let here = Here::new();
    let mut future = client.copy_out("web", "/tree", here.inside()).send();
    let exchange = async {
        let mut peer = server.accept().await;
        peer.read_head().await;
        peer.write(CHUNKED).await;
        peer.write_chunk(&Archive::default().file("a", &[7; 100]).0).await;
        peer
    };
    let waiting = async { tokio::time::timeout(Duration::from_millis(100), &mut future).await };
    let (waited, mut peer) = tokio::join!(waiting, exchange);
    assert!(waited.is_err());
    drop(future);
    assert!(peer.read_to_end().await.is_empty());

    let large = here.inside().join("large");
    fs::File::create(&large).unwrap().set_len(64 << 20).unwrap();
    let mut future = client.copy_in("web", &large, "/").send();
    let waiting = async { tokio::time::timeout(Duration::from_millis(100), &mut future).await };
    let exchange = async {
        let mut peer = server.accept().await;
        peer.read_head().await;
        peer
    };
    let (waited, mut peer) = tokio::join!(waiting, exchange);
    assert!(waited.is_err());
    drop(future);
    let came = peer.read_to_end().await.len();
    assert!(came < 32 << 20, "{came} bytes came after nobody wanted to send them");
}

/// The small disk is mounted in a namespace of its own, so the test runs again in a process there.
#[test]
fn a_full_disk_is_told_with_its_path() {
    let folder = tempfile::tempdir().unwrap();
    let mount = |arguments: &[&str]| {
        let mut command = Command::new("unshare");
        command.args(arguments).args(["--mount", "sh", "-c"]);
        command.arg("mount -t tmpfs -o size=64k none \"$0\" && exec \"$@\"").arg(folder.path());
        command
    };
    let works = |arguments: &&&[&str]| {
        mount(arguments).arg("true").output().is_ok_and(|output| output.status.success())
    };
    let ways: [&[&str]; 2] = [&[], &["--map-root-user"]];
    let Some(way) = ways.iter().find(works) else {
        return eprintln!("skipped: no disk can be mounted here");
    };
    let output = mount(way)
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "on_a_small_disk", "--ignored", "--nocapture"])
        .env("SMALL_DISK", folder.path())
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&said));
}

#[tokio::test]
#[ignore = "it is run by `a_full_disk_is_told_with_its_path`"]
async fn on_a_small_disk() {
    let disk = PathBuf::from(std::env::var_os("SMALL_DISK").unwrap());
    let archive = Archive::default().file("small", b"fits").file("large", &[7; 1 << 20]);
    let error = copy_out(archive.end(), &disk).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::File, "{error}");
    let expected = format!(
        "ContainerArchive: GET /containers/{{id}}/archive: {} cannot be written: no space is left there; \
         make room, or copy to another disk",
        disk.join("large").display()
    );
    assert_eq!(error.to_string(), expected);
    assert!(format!("{error:#}").contains("No space left on device"), "{error:#}");
    assert_eq!(fs::read_to_string(disk.join("small")).unwrap(), "fits");
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_told_with_its_path() {
    let client = Client::connect("tcp://127.0.0.1:1").unwrap();
    let error = client.copy_in("web", "/not/there", "/").await.unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::File, Some("PutContainerArchive")));
    assert_eq!(
        error.to_string(),
        "PutContainerArchive: PUT /containers/{id}/archive: /not/there cannot be read: it is not there"
    );
}
