//! Which operations ran, and how often the Engine did what they asked.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use docker_engine_runtime::http::{Request, Response, StatusCode};
use docker_engine_runtime::{Body, BoxFuture, OperationMeta, Result, Transport};

/// How often an operation was answered, and how often with an error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// The Engine did it, or said that there was nothing to do.
    pub done: u32,
    /// The Engine said no.
    pub refused: u32,
}

/// The operations that ran.
#[derive(Debug, Default)]
pub struct Journal(Mutex<BTreeMap<&'static str, Tally>>);

impl Journal {
    /// What stands in it, by the operations' ids.
    pub fn tallies(&self) -> BTreeMap<&'static str, Tally> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, operation: &'static str, status: StatusCode) {
        let mut tallies = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let tally = tallies.entry(operation).or_default();
        match status.is_client_error() || status.is_server_error() {
            true => tally.refused += 1,
            false => tally.done += 1,
        }
    }
}

/// A transport that writes in a journal which operations go through another.
#[derive(Debug)]
pub struct Noting<T> {
    transport: T,
    journal: Arc<Journal>,
}

impl<T> Noting<T> {
    /// Notes what goes through this transport.
    pub fn new(transport: T, journal: Arc<Journal>) -> Self {
        Self { transport, journal }
    }
}

impl<T: Transport> Transport for Noting<T> {
    fn send(&self, request: Request<Body>) -> BoxFuture<'_, Result<Response<Body>>> {
        let operation = request.extensions().get::<&'static OperationMeta>().map(|meta| meta.id);
        Box::pin(async move {
            let response = self.transport.send(request).await;
            if let (Some(operation), Ok(response)) = (operation, &response) {
                self.journal.note(operation, response.status());
            }
            response
        })
    }
}
