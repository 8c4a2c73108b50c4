//! `docker-credential-*`: programs that keep credentials. They are asked through their input and answer in JSON on their output.
//!
//! A program runs in a thread of its own, so that asking needs no runtime. It is killed when it takes too long, says too much, or
//! when nobody waits for it any more. What it says is never shown: it may be a secret.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::RegistryAuth;
use crate::{Error, ErrorKind, Result, Secret, model};

/// How long a program may take. Some ask their user.
const TIME: Duration = Duration::from_secs(60);

/// How much a program may say.
const SIZE: u64 = 1 << 20;

/// The user that stands for an identity token.
const TOKEN: &str = "<token>";

/// What a program says of a registry it knows nothing of (`credentials/error.go` of docker-credential-helpers).
const NOT_FOUND: &str = "credentials not found";

/// One program.
pub(super) struct Helper {
    program: String,
    time: Duration,
}

/// The answer to `get`.
#[derive(Default)]
struct Got {
    username: String,
    secret: Secret,
}

crate::model! { Got { username = "Username", secret = "Secret" } }

impl Helper {
    /// The program of this name; `None` if the name is empty.
    pub(super) fn new(name: &str) -> Option<Self> {
        (!name.is_empty()).then(|| Self { program: ["docker-credential-", name].concat(), time: TIME })
    }

    /// The credentials of a registry. `None`: the program has none.
    pub(super) async fn get(self, server: &str) -> Result<Option<RegistryAuth>> {
        let program = self.program.clone();
        let said = self.run("get", server.to_owned()).await?;
        if !said.success {
            return if said.output_contains(NOT_FOUND) {
                Ok(None)
            } else {
                Err(said.failure(&program, "get"))
            };
        }
        let Ok(Got { username, secret }) = model::from_slice(&said.output) else {
            return Err(failed(&program, "get", "its answer cannot be read"));
        };
        Ok(Some(match username.as_str() {
            TOKEN => RegistryAuth::identity_token(secret),
            _ => RegistryAuth::password(username, secret),
        }))
    }

    /// The registries that the program has credentials for.
    pub(super) async fn list(self) -> Result<Vec<String>> {
        let program = self.program.clone();
        let said = self.run("list", String::new()).await?;
        if !said.success {
            return Err(said.failure(&program, "list"));
        }
        match model::from_slice::<BTreeMap<String, String>>(&said.output) {
            Ok(servers) => Ok(servers.into_keys().collect()),
            Err(_) => Err(failed(&program, "list", "its answer cannot be read")),
        }
    }

    async fn run(self, action: &'static str, input: String) -> Result<Said> {
        let (answer, answered) = oneshot::channel();
        let (events, happened) = mpsc::channel();
        // Dropped with the future: whoever runs the program then learns that nobody waits.
        let _waiting = Waiting(events.clone());
        let program = self.program.clone();
        let unstarted = |error| failed(&program, action, "no thread can be started").with_source(error);
        thread::Builder::new()
            .name(program.clone())
            .spawn(move || drop(answer.send(self.run_here(action, &input, &events, &happened))))
            .map_err(unstarted)?;
        answered.await.map_err(|_| failed(&program, action, "its thread has ended"))?
    }

    fn run_here(
        &self,
        action: &'static str,
        input: &str,
        events: &mpsc::Sender<Event>,
        happened: &mpsc::Receiver<Event>,
    ) -> Result<Said> {
        let failed = |why: &str| failed(&self.program, action, why);
        let deadline = Instant::now() + self.time;
        let mut child = Command::new(&self.program)
            .arg(action)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map(Running)
            .map_err(|error| {
                let what = format!("{} {action} gave no credentials: it cannot be run", self.program);
                Error::of_system(ErrorKind::Config, &what, error).with_hint(
                    "install it, or take its name out of credsStore and credHelpers in config.json",
                )
            })?;
        let (stdin, stdout) = (child.0.stdin.take(), child.0.stdout.take());
        let (Some(mut stdin), Some(stdout)) = (stdin, stdout) else {
            return Err(failed("it was started without its pipes"));
        };
        let events = events.clone();
        let reader = move || {
            let mut output = Vec::new();
            let end = stdout.take(SIZE + 1).read_to_end(&mut output);
            let _ = events.send(Event::Output(end.map(|_| output)));
        };
        let thread = thread::Builder::new().name("docker-credential output".to_owned());
        thread.spawn(reader).map_err(|error| failed("no thread can be started").with_source(error))?;
        // A server's name is shorter than a pipe: this does not wait. A program may end without reading it.
        let _ = stdin.write_all(input.as_bytes());
        drop(stdin);
        let left = deadline.saturating_duration_since(Instant::now());
        let output = match happened.recv_timeout(left) {
            Ok(Event::Output(Ok(output))) => output,
            Ok(Event::Output(Err(error))) => {
                return Err(failed("its output cannot be read").with_source(error));
            }
            Ok(Event::Unwanted) => return Err(failed("nobody waits for it")),
            Err(_) => return Err(self.too_slow(action)),
        };
        if output.len() as u64 > SIZE {
            return Err(failed("its answer is too long"));
        }
        while Instant::now() < deadline {
            match child.0.try_wait() {
                Ok(Some(status)) => return Ok(Said { success: status.success(), status, output }),
                Ok(None) => thread::sleep(Duration::from_millis(2)),
                Err(error) => return Err(failed("it cannot be waited for").with_source(error)),
            }
        }
        Err(self.too_slow(action))
    }

    fn too_slow(&self, action: &str) -> Error {
        let message = format!("{} {action} has not answered within {:?}", self.program, self.time);
        Error::new(ErrorKind::Timeout, message)
    }
}

/// What ends the wait for a program.
enum Event {
    Output(std::io::Result<Vec<u8>>),
    Unwanted,
}

struct Waiting(mpsc::Sender<Event>);

impl Drop for Waiting {
    fn drop(&mut self) {
        let _ = self.0.send(Event::Unwanted);
    }
}

/// A process that does not outlive this.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // Nothing happens to one that has ended.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

struct Said {
    success: bool,
    status: ExitStatus,
    output: Vec<u8>,
}

impl Said {
    fn output_contains(&self, words: &str) -> bool {
        self.output.windows(words.len()).any(|window| window == words.as_bytes())
    }

    fn failure(&self, program: &str, action: &str) -> Error {
        failed(program, action, &format!("it ended with {}; run it by hand to see what it says", self.status))
    }
}

fn failed(program: &str, action: &str, why: &str) -> Error {
    Error::new(ErrorKind::Config, format!("{program} {action} gave no credentials: {why}"))
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;

    fn stub(name: &str, script: &str, time: Duration) -> (Helper, std::path::PathBuf) {
        let path = std::env::temp_dir().join(format!("docker-credential-{name}-{}", std::process::id()));
        // Written by another process: a file that is open here for writing cannot be run, and a fork of another test
        // may keep it open.
        let mut writer = Command::new("sh")
            .args(["-c", "cat >\"$0\" && chmod +x \"$0\""])
            .arg(&path)
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        writer.stdin.take().unwrap().write_all(["#!/bin/sh\n", script].concat().as_bytes()).unwrap();
        assert!(writer.wait().unwrap().success());
        (Helper { program: path.display().to_string(), time }, path)
    }

    #[tokio::test]
    async fn time_and_output_are_bounded() {
        let (helper, slow) = stub("slow", "exec sleep 600", Duration::from_millis(300));
        assert_eq!(helper.get("h").await.unwrap_err().kind(), ErrorKind::Timeout);
        let (helper, endless) = stub("endless", "exec yes secret", TIME);
        let error = helper.get("h").await.unwrap_err();
        assert!(
            error.to_string().contains("too long") && !format!("{error:?}").contains("secret"),
            "{error}"
        );
        for path in [slow, endless] {
            std::fs::remove_file(path).unwrap();
        }
    }

    #[tokio::test]
    async fn a_program_that_nobody_waits_for_is_killed() {
        let id = std::env::temp_dir().join(format!("docker-credential-id-{}", std::process::id()));
        let script = format!("echo $$ >'{}'; exec sleep 600", id.display());
        let (helper, path) = stub("unwanted", &script, TIME);
        assert!(tokio::time::timeout(Duration::from_millis(500), helper.get("h")).await.is_err());
        let process = std::path::Path::new("/proc").join(std::fs::read_to_string(&id).unwrap().trim());
        for _ in 0..100 {
            tokio::time::sleep(Duration::from_millis(10)).await;
            if !process.exists() {
                break;
            }
        }
        assert!(!process.exists());
        for path in [id, path] {
            std::fs::remove_file(path).unwrap();
        }
    }
}
