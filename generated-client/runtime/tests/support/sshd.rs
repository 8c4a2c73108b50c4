//! A stub of `docker system dial-stdio`, and an sshd of the tests' own that runs it.
//!
//! The stub is the test program again: a test that uses it declares
//! `#[test] #[ignore = "…"] fn dial_stdio() { support::sshd::dial_stdio() }`.

use std::fs;
use std::io::{Read, Write};
use std::net::Shutdown;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// What `docker system dial-stdio` does, between its input, descriptor 3 and the socket of the environment.
pub fn dial_stdio() {
    let mut socket =
        std::os::unix::net::UnixStream::connect(std::env::var_os("STUB_SOCKET").unwrap()).unwrap();
    let mut upward = socket.try_clone().unwrap();
    std::thread::spawn(move || {
        let mut chunk = [0; 1 << 14];
        while let Ok(length @ 1..) = std::io::stdin().read(&mut chunk) {
            upward.write_all(&chunk[..length]).unwrap();
        }
        let _ = upward.shutdown(Shutdown::Write);
    });
    let mut output = fs::OpenOptions::new().write(true).open("/dev/fd/3").unwrap();
    // Not `io::copy`: it splices, and Linux holds the pipe's lock while it waits for the socket, so that whoever reads the
    // pipe is stopped even if it must not block.
    let mut chunk = [0; 1 << 14];
    while let Ok(length @ 1..) = socket.read(&mut chunk) {
        output.write_all(&chunk[..length]).unwrap();
    }
    // Its input may never end.
    std::process::exit(0);
}

/// A folder that is gone after the test.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("docker-engine-ssh-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub fn script(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        // Written by another process: a file that is open here for writing cannot be run, and a fork of another test
        // may keep it open.
        let mut writer = Command::new("sh")
            .args(["-c", "cat >\"$0\" && chmod +x \"$0\""])
            .arg(&path)
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        writer.stdin.take().unwrap().write_all(["#!/bin/sh\n", text].concat().as_bytes()).unwrap();
        assert!(writer.wait().unwrap().success());
        path.display().to_string()
    }

    /// A program that does what `docker system dial-stdio` does with this socket.
    /// `test` is the name of the declaration in the test program.
    pub fn dial_stdio(&self, name: &str, before: &str, test: &str, socket: &Path) -> String {
        let exe = std::env::current_exe().unwrap();
        let run = format!(
            "{before}\nSTUB_SOCKET='{}' exec '{}' --exact {test} --ignored --nocapture 3>&1 >/dev/null",
            socket.display(),
            exe.display()
        );
        self.script(name, &run)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// An sshd of the test's own, with its keys, on a loopback port.
pub struct Sshd {
    process: Child,
    port: u16,
    /// A program that runs ssh with the client's key.
    pub program: String,
}

impl Sshd {
    pub fn start(folder: &Folder, remote_path: &Path) -> Option<Self> {
        let sshd = ["/usr/sbin/sshd", "/usr/local/sbin/sshd", "/sbin/sshd"]
            .into_iter()
            .find(|path| Path::new(path).exists());
        let Some(sshd) = sshd else {
            eprintln!("skipped: there is no sshd");
            return None;
        };
        for key in ["host", "client"] {
            let made = Command::new("ssh-keygen")
                .args(["-q", "-t", "ed25519", "-N", "", "-f"])
                .arg(folder.path(key))
                .status();
            if !made.is_ok_and(|status| status.success()) {
                eprintln!("skipped: ssh-keygen makes no key");
                return None;
            }
        }
        // Asked for by sshd where root starts it.
        let _ = fs::create_dir_all("/run/sshd");
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let path = |name: &str| folder.path(name).display().to_string();
        let config = format!(
            "ListenAddress 127.0.0.1\nPort {port}\nHostKey {}\nAuthorizedKeysFile {}\nStrictModes no\nUsePAM no\n\
             PidFile none\nPasswordAuthentication no\nPermitRootLogin prohibit-password\nSetEnv PATH={}:/usr/bin:/bin\n",
            path("host"),
            path("client.pub"),
            remote_path.display()
        );
        fs::write(folder.path("sshd_config"), config).unwrap();
        let process = Command::new(sshd)
            .args(["-D", "-e", "-f"])
            .arg(folder.path("sshd_config"))
            .stderr(Stdio::from(fs::File::create(folder.path("sshd.log")).unwrap()))
            .spawn()
            .unwrap();
        let program = folder.script(
            "ssh-with-key",
            &format!(
                "exec ssh -F none -i '{}' -o IdentitiesOnly=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile='{}' \
                 -o BatchMode=yes -o LogLevel=ERROR \"$@\"",
                path("client"),
                path("known")
            ),
        );
        let sshd = Self { process, port, program };
        for _ in 0..100 {
            if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Some(sshd);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        eprintln!("skipped: sshd does not start: {}", fs::read_to_string(folder.path("sshd.log")).unwrap());
        None
    }

    pub fn url(&self) -> String {
        format!("ssh://127.0.0.1:{}", self.port)
    }
}

impl Drop for Sshd {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
