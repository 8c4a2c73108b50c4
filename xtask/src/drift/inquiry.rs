//! Asks and compares: each answer goes to the comparison, each operation into the list of what was asked or left out.

use std::collections::{BTreeMap, HashMap};

use anyhow::{Result, bail};
use docker_engine_codegen::drift::{Answer, Asked, Content, Drift, LeftOut, Report};
use docker_engine_codegen::swagger::Document;
use docker_engine_codegen::swagger::document::{AnswerKind, Encoding, Location, Method, Operation};
use docker_engine_runtime::http;
use serde_json::Value as Json;

use super::daemon::{Call, Daemon, Reply, encoded};
use crate::console::note;

/// The documents, what was answered so far, and who answers.
pub(super) struct Inquiry<'d> {
    pub(super) daemon: &'d Daemon,
    /// The document with the overlay: how to ask.
    pub(super) how: &'d Document,
    /// The document that answers are compared with.
    told: &'d Document,
    drift: Drift<'d>,
    answers: HashMap<&'d str, BTreeMap<u16, usize>>,
    left_out: HashMap<&'d str, String>,
}

impl<'d> Inquiry<'d> {
    pub(super) fn new(daemon: &'d Daemon, how: &'d Document, told: &'d Document) -> Self {
        Inquiry {
            daemon,
            how,
            told,
            drift: Drift::new(told),
            answers: HashMap::new(),
            left_out: HashMap::new(),
        }
    }

    /// The operation of a method and a path, whose placeholders need no names: `/containers/{}/json`.
    pub(super) fn operation(&self, method: Method, path: &str) -> Option<&'d Operation> {
        self.how.operations().find(|operation| operation.method == method && form(&operation.path) == path)
    }

    /// Asks, and compares the answer. `None`: there was none, which is told.
    pub(super) async fn ask(&mut self, operation: &'d Operation, call: &Call) -> Result<Option<Reply>> {
        let reply = match self.daemon.ask(call).await {
            Ok(reply) => reply,
            // Nothing else will be answered either.
            Err(error) if error.is_connect() => return Err(error.into()),
            Err(error) => {
                note!("{}: {error:#}", operation.id);
                self.leave_out(operation, format!("no answer: {}", error.message()));
                return Ok(None);
            }
        };
        *self.answers.entry(&operation.id).or_default().entry(reply.status).or_default() += 1;
        let content = match (&reply.body, reply.values()) {
            (None, _) => Content::Unread,
            (Some(body), _) if body.iter().all(u8::is_ascii_whitespace) => Content::Empty,
            (Some(_), Some(values)) => Content::Json(values),
            (Some(_), None) => Content::Other(reply.media_type().to_owned()),
        };
        let told = self
            .told
            .operations()
            .find(|told| told.method == operation.method && told.path == operation.path);
        match told {
            Some(told) => {
                self.drift.answer(told, &Answer { status: reply.status, headers: &reply.headers, content });
            }
            None => bail!("the document has lost {} {}", operation.method.key(), operation.path),
        }
        Ok(Some(reply))
    }

    /// Says why an operation was not asked for. What was asked for all the same is not left out.
    pub(super) fn leave_out(&mut self, operation: &'d Operation, reason: impl Into<String>) {
        self.left_out.entry(&operation.id).or_insert_with(|| reason.into());
    }

    /// What has to be told; `other` is the reason of operations that nobody spoke of.
    pub(super) fn finish(self, overlay: bool, exercised: bool, other: &str) -> Report {
        let (mut asked, mut left_out) = (Vec::new(), Vec::new());
        for operation in self.how.operations() {
            let (id, path) = (operation.id.clone(), operation.path.clone());
            let method = operation.method.key().to_uppercase();
            match self.answers.get(operation.id.as_str()) {
                Some(answers) => asked.push(Asked { operation: id, method, path, answers: answers.clone() }),
                None => {
                    let reason = self.left_out.get(operation.id.as_str()).map_or(other, String::as_str);
                    left_out.push(LeftOut { operation: id, method, path, reason: reason.to_owned() });
                }
            }
        }
        Report {
            engine: self.daemon.facts.clone(),
            version: self.daemon.version.to_string(),
            overlay,
            exercised,
            asked,
            left_out,
            departures: self.drift.finish(),
        }
    }
}

/// A path without the names of its placeholders.
pub(super) fn form(path: &str) -> String {
    path.split('/')
        .map(|segment| if segment.starts_with('{') { "{}" } else { segment })
        .collect::<Vec<_>>()
        .join("/")
}

/// The call of an operation, with one value for the one placeholder that its path may have.
pub(super) fn call(operation: &Operation, argument: &str, query: &[(&str, &str)]) -> Call {
    let slashes = operation.parameters.iter().any(|parameter| {
        parameter.location == Location::Path && parameter.encoding == Some(Encoding::Segments)
    });
    let argument = encoded(argument, slashes);
    let path = form(&operation.path).replacen("{}", &argument, 1);
    let method = match operation.method {
        Method::Get => http::Method::GET,
        Method::Put => http::Method::PUT,
        Method::Post => http::Method::POST,
        Method::Delete => http::Method::DELETE,
        Method::Options => http::Method::OPTIONS,
        Method::Head => http::Method::HEAD,
        Method::Patch => http::Method::PATCH,
    };
    let opaque = operation.answer.as_ref().is_some_and(|answer| {
        matches!(answer.kind, AnswerKind::Bytes | AnswerKind::Logs | AnswerKind::Duplex)
    });
    let query = query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Call { method, path, query, content: None, read: !opaque }
}

/// The first value of an answer that is no refusal.
pub(super) fn value(reply: Option<Reply>) -> Option<Json> {
    reply.filter(Reply::succeeded)?.values()?.into_iter().next()
}
