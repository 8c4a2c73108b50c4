//! Refuses a document that leaves open how an operation's bodies travel or how an array is written.
//!
//! Plain needs no declaration: a JSON body (object, array or `$ref`), and exactly one success that has such a body or
//! is a 204 without one. Everything else must be declared by `x-body` or `x-answer`, so that an operation of a new API
//! version cannot slip through.

use std::fmt::Write as _;

use crate::source::{Diagnostic, Errors};
use crate::swagger::document::{
    AnswerKind, Document, Encoding, Kind, Operation, Parameter, Response, Schema, Status,
};

/// Checks that everything is plain or declared.
///
/// # Errors
///
/// Names each operation, what it leaves open, and the action that would say it.
pub fn check_declared(document: &Document) -> Result<(), Errors> {
    let mut check = Check { version: &document.info.version, document, errors: Vec::new() };
    for operation in document.operations() {
        check.body(operation);
        check.answer(operation);
        for parameter in &operation.parameters {
            check.parameter(operation, parameter);
        }
    }
    Errors::unless_empty(check.errors, ())
}

struct Check<'a> {
    version: &'a str,
    document: &'a Document,
    errors: Vec<Diagnostic>,
}

impl Check<'_> {
    fn error(
        &mut self,
        operation: &Operation,
        at: &crate::source::Place,
        what: &str,
        target: &str,
        update: &str,
    ) {
        let Operation { id, path, .. } = operation;
        let method = operation.method.key();
        let mut help = String::from("add to the overlay:");
        let _ = write!(help, "\n- target: $.paths['{path}'].{method}{target}\n  update:");
        for line in update.lines() {
            let _ = write!(help, "\n    {line}");
        }
        let _ = write!(help, "\n  x-versions: '{}..'\n  x-reason: …", self.version);
        let message = format!("`{id}` ({} {path}): {what}", method.to_uppercase());
        self.errors.push(Diagnostic::error(at.clone(), message).help(help));
    }

    /// Objects, arrays and what a reference leads to; not text.
    fn is_json(&self, schema: &Schema) -> bool {
        let referred =
            schema.reference.as_ref().and_then(|reference| self.document.definitions.get(&reference.name));
        match referred {
            Some(definition) => self.is_json(definition),
            None => matches!(schema.kind, Some(Kind::Object | Kind::Array)) || !schema.all_of.is_empty(),
        }
    }

    fn body(&mut self, operation: &Operation) {
        let Some(body) = operation.body.as_ref().filter(|body| body.kind.is_none()) else { return };
        let json =
            operation.consumes.is_empty() || operation.consumes.iter().any(|media| is_json_media(media));
        let what = if !self.is_json(&body.schema) {
            "its body is no JSON object or array, and nothing says what it is"
        } else if !json {
            "its body has a JSON schema, and its `consumes` lists no JSON"
        } else {
            return;
        };
        let target = ".parameters[?@.in == 'body']";
        self.error(operation, &body.at.place, what, target, "x-body: tar # or raw");
    }

    fn answer(&mut self, operation: &Operation) {
        let upgrade = operation.extensions.contains_key("x-upgrade");
        let duplex = operation.answer.as_ref().is_some_and(|answer| answer.kind == AnswerKind::Duplex);
        let place = &operation.at.place;
        if duplex && !upgrade {
            let what = "it is declared as a hijacked connection, and nothing says what it asks to switch to";
            self.error(operation, place, what, "", "x-upgrade: tcp # or h2c, websocket");
        }
        if upgrade && !duplex {
            self.error(
                operation,
                place,
                "it switches protocols, and its answer is another",
                "",
                "x-answer:\n  kind: duplex",
            );
        }
        if !duplex && operation.responses.iter().any(|response| response.status == Status::Code(101)) {
            let what =
                "it documents 101, and nothing says that it switches protocols (else remove the response)";
            self.error(
                operation,
                place,
                what,
                "",
                "x-upgrade: tcp # or h2c, websocket\nx-answer:\n  kind: duplex",
            );
        }
        let successes: Vec<&Response> = operation
            .responses
            .iter()
            .filter(|response| matches!(response.status, Status::Code(200..400)))
            .collect();
        match &operation.answer {
            None => self.undeclared(operation, &successes),
            Some(answer) => match answer.kind {
                AnswerKind::Outcome => {
                    for code in codes(&successes).filter(|code| !answer.variants.contains_key(code)) {
                        let what = format!("its status {code} is an answer without a name");
                        let update = format!("x-answer:\n  variants:\n    '{code}': Name");
                        self.error(operation, &answer.at.place, &what, "", &update);
                    }
                }
                AnswerKind::Duplex => {}
                kind => {
                    if successes.len() > 1 {
                        let what = "it can succeed in several ways, and only an outcome tells them apart";
                        self.error(operation, &answer.at.place, what, "", &outcome(&successes));
                    }
                    let has_schema = answer.schema.is_some() || successes.iter().any(|r| r.schema.is_some());
                    if matches!(kind, AnswerKind::Json | AnswerKind::JsonStream) && !has_schema {
                        let what = "its answer is JSON, and nothing says of what type";
                        let update = "x-answer:\n  schema:\n    $ref: '#/definitions/NAME'";
                        self.error(operation, &answer.at.place, what, "", update);
                    }
                }
            },
        }
    }

    fn undeclared(&mut self, operation: &Operation, successes: &[&Response]) {
        let json =
            operation.produces.is_empty() || operation.produces.iter().any(|media| is_json_media(media));
        let (what, update) = match successes {
            [only] => match &only.schema {
                Some(schema) if self.is_json(schema) && json => return,
                Some(schema) if self.is_json(schema) => (
                    "its answer has a JSON schema, and its `produces` lists no JSON".to_owned(),
                    "x-answer:\n  kind: json-stream # or json, logs, bytes".to_owned(),
                ),
                None if only.status == Status::Code(204) => return,
                None => (
                    "it succeeds without a schema, and nothing says what the answer is".to_owned(),
                    "x-answer:\n  kind: empty # or json-stream, logs, bytes, text, headers".to_owned(),
                ),
                Some(_) => (
                    "its answer is no JSON object or array, and nothing says what it is".to_owned(),
                    "x-answer:\n  kind: bytes # or json, json-stream, logs, text".to_owned(),
                ),
            },
            [] => (
                "no response says how it succeeds, and nothing says what the answer is".to_owned(),
                "x-answer:\n  kind: empty # or json, json-stream, logs, bytes, text, headers".to_owned(),
            ),
            several => {
                let listed: Vec<_> = codes(several).map(|code| code.to_string()).collect();
                (format!("it can succeed in several ways ({})", listed.join(", ")), outcome(several))
            }
        };
        self.error(operation, &operation.at.place, &what, "", &update);
    }

    fn parameter(&mut self, operation: &Operation, parameter: &Parameter) {
        let declared = parameter.collection_format.is_some() || parameter.encoding == Some(Encoding::Newline);
        if parameter.schema.kind != Some(Kind::Array) || declared {
            return;
        }
        let what = format!("nothing says how the list `{}` is written", parameter.name);
        let target = format!(".parameters[?@.name == '{}']", parameter.name);
        self.error(
            operation,
            &parameter.at.place,
            &what,
            &target,
            "collectionFormat: multi # or csv, ssv, tsv, pipes",
        );
    }
}

fn codes<'r>(responses: &'r [&Response]) -> impl Iterator<Item = u16> + 'r {
    responses.iter().filter_map(|response| match response.status {
        Status::Code(code) => Some(code),
        Status::Default => None,
    })
}

fn outcome(successes: &[&Response]) -> String {
    let mut update = String::from("x-answer:\n  kind: outcome\n  variants:");
    for code in codes(successes) {
        let _ = write!(update, "\n    '{code}': Name");
    }
    update
}

fn is_json_media(media: &str) -> bool {
    let essence = media.split(';').next().unwrap_or_default().trim();
    essence == "application/json" || essence.ends_with("+json")
}
