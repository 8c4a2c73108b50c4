//! A command in a running container.

use std::time::Duration;

use bytes::Bytes;
use serde_json::{Map, Value, json};
use tokio::time::sleep;

use super::operations::{EXEC, EXEC_INSPECT, EXEC_START};
use super::output::Output;
use super::run::{Created, as_value};
use super::task;
use crate::answer::{Hijack, Json};
use crate::model::Data;
use crate::operation::send;
use crate::{Client, Request, Result};

/// How often an Engine is asked whether a command has ended whose output has: at first, and at the longest.
const SOON: Duration = Duration::from_millis(10);
const LATER: Duration = Duration::from_secs(1);

/// Runs a command in a running container: prepares it, runs it, collects its output, asks for its exit code.
///
/// That the command cannot be started is told by the exit codes 126 and 127. Dropping the future does not end
/// the command: the Engine has no operation for that.
#[derive(Debug)]
#[must_use = "a task does nothing until it is awaited or sent"]
pub struct ExecRun {
    client: Client,
    id: String,
    command: Vec<String>,
    config: Map<String, Value>,
    input: Option<Bytes>,
}

task!(ExecRun => Output);

#[derive(Debug, Default)]
struct Exec {
    running: bool,
    exit_code: i64,
}

crate::model! { Exec { running = "Running", exit_code = "ExitCode" } }

impl ExecRun {
    pub(super) fn new(client: &Client, id: &str, command: Vec<String>) -> Self {
        let id = id.to_owned();
        Self { client: client.clone(), id, command, config: Map::new(), input: None }
    }

    /// What else the body of `ContainerExec` says: user, environment, working directory, terminal. The command and the
    /// streams to attach are set by this task.
    pub fn config(mut self, config: impl Data) -> Self {
        if let Value::Object(config) = as_value(&config) {
            self.config = config;
        }
        self
    }

    /// What the command reads from its standard input, which then ends. Without this it has none.
    pub fn input(mut self, input: impl Into<Bytes>) -> Self {
        self.input = Some(input.into());
        self
    }

    async fn perform(mut self) -> Result<Output> {
        let tty = self.config.get("Tty") == Some(&Value::Bool(true));
        let own = [
            ("Cmd", json!(self.command)),
            ("AttachStdin", json!(self.input.is_some())),
            ("AttachStdout", json!(true)),
            ("AttachStderr", json!(true)),
        ];
        self.config.extend(own.map(|(key, value)| (key.to_owned(), value)));
        let prepare =
            Request::new(&self.client, &EXEC).path("id", &self.id).json(&Value::Object(self.config));
        let Created { id } = send::<Json<Created>>(prepare).await?;

        let request = |meta| Request::new(&self.client, meta).path("id", &id);
        let start = request(&EXEC_START).json(&json!({"Detach": false, "Tty": tty})).tty(tty);
        let duplex = send::<Hijack>(start).await?;
        let limit = self.client.limits().max_body;
        let mut output = Output::default();
        match self.input {
            None => output.gather(duplex, limit).await?,
            Some(input) => {
                for chunk in duplex.exchange(input).await? {
                    output.add(&chunk, limit)?;
                }
            }
        }
        // A command may close its output and go on; and the Engine notes the end a moment after the streams have ended.
        let mut pause = SOON;
        loop {
            let exec = send::<Json<Exec>>(request(&EXEC_INSPECT)).await?;
            if !exec.running {
                output.exit_code = exec.exit_code;
                return Ok(output);
            }
            sleep(pause).await;
            pause = (pause * 2).min(LATER);
        }
    }
}
