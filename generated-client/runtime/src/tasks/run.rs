//! A container from its creation to its removal.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::timeout;

use super::operations::{CREATE, DELETE, LOGS, START, WAIT};
use super::output::Output;
use super::task;
use crate::answer::{Empty, Json, Logs, Outcome};
use crate::model::Data;
use crate::operation::send;
use crate::{Client, Error, ErrorKind, Request, Result};

/// Runs a container to its end: creates it, starts it, waits, reads its output, removes it with its anonymous volumes.
///
/// The container is removed also when something fails after its creation; `HostConfig.AutoRemove` is switched off, for it
/// would take the output along. Nothing is done behind the caller's back, and so a future that is dropped leaves the container
/// as it is then: give it a [`name`](Self::name) if that may happen, or end it by [`timeout`](Self::timeout), after
/// which the container is killed and removed.
///
/// The output is read through the Engine's logs: the container's log driver must be one that can be read.
#[derive(Debug)]
#[must_use = "a task does nothing until it is awaited or sent"]
pub struct Run {
    client: Client,
    config: Value,
    name: Option<String>,
    platform: Option<String>,
    timeout: Option<Duration>,
}

task!(Run => Output);

#[derive(Debug, Default)]
pub(super) struct Created {
    pub(super) id: String,
}

crate::model! { Created { id = "Id" } }

#[derive(Debug, Default)]
struct Exit {
    status_code: i64,
    error: Failure,
}

/// Why the Engine could not tell the exit code.
#[derive(Debug, Default)]
struct Failure {
    message: String,
}

crate::model! { Exit { status_code = "StatusCode", error = "Error" } }
crate::model! { Failure { message = "Message" } }

#[derive(Debug)]
enum Started {
    Now,
    Already,
}

crate::outcome! { Started { 204 => Now, 304 => Already } }

impl Run {
    pub(super) fn new(client: &Client, config: &dyn Data) -> Self {
        let mut config = as_value(config);
        if let Some(host) = config.get_mut("HostConfig").and_then(Value::as_object_mut)
            && host.get("AutoRemove") == Some(&Value::Bool(true))
        {
            host.insert("AutoRemove".to_owned(), json!(false));
        }
        Self { client: client.clone(), config, name: None, platform: None, timeout: None }
    }

    /// What the container is called while it is there.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The platform of the image: `linux/arm64`. Since API v1.41.
    pub fn platform(mut self, platform: impl Into<String>) -> Self {
        self.platform = Some(platform.into());
        self
    }

    /// How long the container may take from its start to the end of its output. After that it is killed and removed, and
    /// the run is an error of the kind [`Timeout`](ErrorKind::Timeout).
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = Some(limit);
        self
    }

    async fn perform(self) -> Result<Output> {
        let mut create = Request::new(&self.client, &CREATE).json(&self.config);
        if let Some(name) = &self.name {
            create = create.query("name", name);
        }
        if let Some(platform) = &self.platform {
            create = create.query("platform", platform);
        }
        let Created { id } = send::<Json<Created>>(create).await?;
        let output = self.finish(&id).await;
        let removed = remove(&self.client, &id).await;
        let output = output?;
        removed.map(|()| output)
    }

    async fn finish(&self, id: &str) -> Result<Output> {
        let Some(limit) = self.timeout else { return self.follow(id).await };
        timeout(limit, self.follow(id)).await.unwrap_or_else(|_| {
            let message = format!("the container has not ended within {limit:?}");
            Err(Error::new(ErrorKind::Timeout, message))
        })
    }

    async fn follow(&self, id: &str) -> Result<Output> {
        let request = |meta| Request::new(&self.client, meta).path("id", id);
        match send::<Outcome<Started>>(request(&START)).await? {
            // Somebody else may have started it between the two requests.
            Started::Now | Started::Already => {}
        }
        let exit = send::<Json<Exit>>(request(&WAIT)).await?;
        if !exit.error.message.is_empty() {
            return Err(Error::new(ErrorKind::Stream, exit.error.message));
        }
        let tty = self.config.get("Tty") == Some(&Value::Bool(true));
        let logs = request(&LOGS).query("stdout", true).query("stderr", true).tty(tty);
        let mut output = Output { exit_code: exit.status_code, ..Output::default() };
        output.gather(send::<Logs>(logs).await?, self.client.limits().max_body).await?;
        Ok(output)
    }
}

/// Removes a container, running or not. That it is gone already, or about to be, is as good.
async fn remove(client: &Client, id: &str) -> Result<()> {
    let request = Request::new(client, &DELETE).path("id", id).query("force", true).query("v", true);
    match send::<Empty>(request).await {
        Err(error) if !error.is_not_found() && !error.is_conflict() => Err(error),
        _ => Ok(()),
    }
}

/// A model in the form that fields can be changed in.
pub(super) fn as_value(data: &dyn Data) -> Value {
    serde_json::to_value(data.view()).expect("keys are strings, and nothing else can fail")
}
