//! What a container has written, as one text.

use std::future::poll_fn;
use std::pin::Pin;

use futures_core::Stream;

use super::operations::LOGS;
use super::task;
use crate::answer::Logs;
use crate::operation::send;
use crate::{Client, Error, ErrorKind, Request, Result};

/// Reads what a container has written so far, standard output and standard error in the order of the log. What is
/// not UTF-8 is replaced.
#[derive(Debug)]
#[must_use = "a task does nothing until it is awaited or sent"]
pub struct LogsToString {
    client: Client,
    id: String,
    tail: Option<u64>,
}

task!(LogsToString => String);

impl LogsToString {
    pub(super) fn new(client: &Client, id: &str) -> Self {
        Self { client: client.clone(), id: id.to_owned(), tail: None }
    }

    /// Only so many of the last lines.
    pub fn tail(mut self, lines: u64) -> Self {
        self.tail = Some(lines);
        self
    }

    async fn perform(self) -> Result<String> {
        let mut request = Request::new(&self.client, &LOGS)
            .path("id", &self.id)
            .query("stdout", true)
            .query("stderr", true);
        if let Some(lines) = self.tail {
            request = request.query("tail", lines);
        }
        let mut logs = send::<Logs>(request).await?;
        let limit = self.client.limits().max_body;
        let mut text = Vec::new();
        while let Some(chunk) = poll_fn(|cx| Pin::new(&mut logs).poll_next(cx)).await.transpose()? {
            if text.len() + chunk.bytes.len() > limit {
                let message = format!("the logs are larger than the limit of {limit} bytes");
                return Err(Error::new(ErrorKind::TooLarge, message));
            }
            text.extend_from_slice(&chunk.bytes);
        }
        Ok(String::from_utf8_lossy(&text).into_owned())
    }
}
