//! What a process wrote and ended with.

use std::borrow::Cow;
use std::future::poll_fn;
use std::pin::pin;

use futures_core::Stream;

use crate::{Error, ErrorKind, LogChunk, LogSource, Result};

/// What a process in a container wrote, and the number that it ended with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// 0: all is well; others mean what the program says.
    pub exit_code: i64,
    /// Standard output. What is written to a terminal is here, whole.
    pub stdout: Vec<u8>,
    /// Standard error.
    pub stderr: Vec<u8>,
}

impl Output {
    /// Whether the exit code is 0.
    pub fn success(&self) -> bool {
        self.exit_code == 0
    }

    /// Standard output as text; what is not UTF-8 is replaced.
    pub fn stdout_text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.stdout)
    }

    /// Standard error as text; what is not UTF-8 is replaced.
    pub fn stderr_text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.stderr)
    }

    /// Collects a stream to its end, but no more than `limit` bytes.
    pub(super) async fn gather(
        &mut self,
        chunks: impl Stream<Item = Result<LogChunk>>,
        limit: usize,
    ) -> Result<()> {
        let mut chunks = pin!(chunks);
        while let Some(chunk) = poll_fn(|cx| chunks.as_mut().poll_next(cx)).await {
            self.add(&chunk?, limit)?;
        }
        Ok(())
    }

    pub(super) fn add(&mut self, chunk: &LogChunk, limit: usize) -> Result<()> {
        if self.stdout.len() + self.stderr.len() + chunk.bytes.len() > limit {
            let message = format!("the output is larger than the limit of {limit} bytes");
            return Err(Error::new(ErrorKind::TooLarge, message));
        }
        match chunk.source {
            LogSource::Stderr => self.stderr.extend_from_slice(&chunk.bytes),
            _ => self.stdout.extend_from_slice(&chunk.bytes),
        }
        Ok(())
    }
}
