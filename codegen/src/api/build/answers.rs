//! Responses, and which of them is the answer. What a success gives is plain (JSON, or 204 and nothing) or the overlay
//! declares it with `x-answer`; anything else is an error, so that no operation slips through.

use openapiv3 as oa;
use openapiv3::{ReferenceOr, StatusCode};
use serde_json::{Map, Value};

use super::operations::{Open, is_json};
use super::parameters::schema_of;
use super::types::Spot;
use super::{Builder, extensions};
use crate::api::names::{Kind, Scope};
use crate::api::place::step;
use crate::api::{Answer, Docs, Encoding, Header, Life, Origin, OutcomeVariant, Response, Result, Type};

/// What `x-answer` says, before it meets the responses.
struct Declared<'a> {
    kind: &'a str,
    schema: Option<ReferenceOr<oa::Schema>>,
    variants: Option<&'a Map<String, Value>>,
    origin: Origin,
}

impl<'a> Builder<'a> {
    /// The documented responses in document order, and what a successful call gives.
    pub(super) fn answers(&mut self, open: &Open<'a>) -> Result<(Vec<Response>, Answer)> {
        let declared = self.declared(open)?;
        let documented = &open.operation.responses;
        if documented.default.is_some() {
            return Err(open.origin.error(format!("`{}` has a response without a status code", open.id)));
        }
        let mut responses: Vec<Response> = Vec::with_capacity(documented.responses.len());
        for (status, response) in &documented.responses {
            let StatusCode::Code(status) = *status else {
                return Err(open
                    .origin
                    .error(format!("`{}` has a response for a range of status codes", open.id)));
            };
            let first_success = is_success(status) && !responses.iter().any(|other| is_success(other.status));
            let declared = declared.as_ref().filter(|_| first_success);
            responses.push(self.response(open, status, first_success, response, declared)?);
        }
        let answer = match declared {
            Some(declared) => self.declared_answer(open, &declared, &responses)?,
            None => plain_answer(open, &responses)?,
        };
        Ok((responses, answer))
    }

    fn declared(&self, open: &Open<'a>) -> Result<Option<Declared<'a>>> {
        let Some(answer) = open.operation.extensions.get("x-answer") else { return Ok(None) };
        let origin = self.places.origin(&step(&open.origin.pointer, "x-answer"));
        let invalid = || {
            let message = "`x-answer` must be a mapping with `kind`, and perhaps `schema` or `variants`";
            origin.error(message)
        };
        let answer = answer.as_object().ok_or_else(invalid)?;
        if let Some(other) = answer.keys().find(|key| !matches!(key.as_str(), "kind" | "schema" | "variants"))
        {
            return Err(origin.error(format!("`x-answer` has no `{other}`")));
        }
        Ok(Some(Declared {
            kind: answer.get("kind").and_then(Value::as_str).ok_or_else(invalid)?,
            schema: answer.get("schema").map(|schema| schema_of(schema, "x-answer", &origin)).transpose()?,
            variants: answer.get("variants").map(|map| map.as_object().ok_or_else(invalid)).transpose()?,
            origin: origin.clone(),
        }))
    }

    fn response(
        &mut self,
        open: &Open<'a>,
        status: u16,
        first_success: bool,
        response: &'a ReferenceOr<oa::Response>,
        declared: Option<&Declared<'a>>,
    ) -> Result<Response> {
        let pointer = step(&step(&open.origin.pointer, "responses"), &status.to_string());
        let response = match response {
            ReferenceOr::Item(response) => response,
            ReferenceOr::Reference { reference } => self
                .openapi
                .components
                .as_ref()
                .zip(reference.strip_prefix("#/components/responses/"))
                .and_then(|(components, name)| components.responses.get(name)?.as_item())
                .ok_or_else(|| {
                    self.places
                        .origin(&pointer)
                        .error(format!("`{reference}` names no response of this document"))
                })?,
        };
        let origin = self.places.origin(extensions::source(&response.extensions).unwrap_or(&pointer));
        let suffix = if first_success { "Response".to_owned() } else { format!("Response{status}") };
        let documented = response.content.values().find_map(|content| content.schema.as_ref());
        let (schema, pointer) =
            match declared.and_then(|declared| declared.schema.as_ref().zip(Some(declared))) {
                Some((schema, declared)) => (Some(schema), step(&declared.origin.pointer, "schema")),
                None => (documented, step(&origin.pointer, "schema")),
            };
        let body = schema
            .map(|schema| self.use_of(schema.into(), open.spot(pointer, &suffix)))
            .transpose()?
            .map(|used| if used.nullable { Type::Nullable(Box::new(used.ty)) } else { used.ty });
        let ours =
            self.docs.operations.get(&open.name).and_then(|docs| docs.responses.get(&status.to_string()));
        Ok(Response {
            status,
            body,
            media_types: response.content.keys().cloned().collect(),
            headers: self.headers(open, response, &origin)?,
            docs: Docs::of(ours, Some(&response.description)),
            life: Life::default(),
            origin,
        })
    }

    fn headers(&mut self, open: &Open<'a>, response: &'a oa::Response, of: &Origin) -> Result<Vec<Header>> {
        let mut scope = Scope::new(format!("headers of `{}`", open.id));
        let mut headers = Vec::with_capacity(response.headers.len());
        for (name, header) in &response.headers {
            let pointer = step(&step(&of.pointer, "headers"), name);
            let ReferenceOr::Item(header) = header else {
                return Err(self
                    .places
                    .origin(&pointer)
                    .error(format!("the header `{name}` is a reference")));
            };
            let origin = self.places.origin(extensions::source(&header.extensions).unwrap_or(&pointer));
            let spot = Spot {
                number: open.number,
                ..open.spot(origin.pointer.clone(), &Kind::piece_at(name, &origin)?)
            };
            let (encoding, used) = self.value(&header.format, &header.extensions, spot, &origin)?;
            if !matches!(encoding, Encoding::Plain | Encoding::Base64Json) {
                return Err(origin.error(format!("the header `{name}` is plain text or `base64-json`")));
            }
            let structured = !matches!(
                used.ty,
                Type::Bool
                    | Type::Integer(_)
                    | Type::Float { .. }
                    | Type::String
                    | Type::DateTime
                    | Type::Named(_)
            );
            if structured && encoding == Encoding::Plain {
                return Err(
                    origin.error(format!("nothing says how the value of the header `{name}` is written"))
                );
            }
            // As with fields: where there is a type to name, it is the type's.
            let text = match used.ty {
                Type::Named(_) => name,
                _ => extensions::text(&header.extensions, "x-name", &origin)?.unwrap_or(name),
            };
            let rust_name = Kind::Field.name_at(text, &origin)?;
            scope.claim(&rust_name, name, &origin)?;
            let ours = self.docs.operations.get(&open.name).and_then(|docs| docs.headers.get(name));
            headers.push(Header {
                name: name.clone(),
                rust_name,
                ty: used.ty,
                encoding,
                facts: used.facts,
                docs: Docs::of(ours, header.description.as_deref().or(used.description.as_deref())),
                life: Life::default(),
                origin,
            });
        }
        Ok(headers)
    }

    fn declared_answer(
        &mut self,
        open: &Open<'a>,
        declared: &Declared<'a>,
        responses: &[Response],
    ) -> Result<Answer> {
        let (id, origin) = (open.id, &declared.origin);
        if declared.variants.is_some() != (declared.kind == "outcome") {
            return Err(origin.error("`variants` and the kind `outcome` go together"));
        }
        if declared.schema.is_some() && !matches!(declared.kind, "json" | "json-stream" | "outcome") {
            return Err(origin.error(format!("an answer of kind `{}` has no schema", declared.kind)));
        }
        let success = responses.iter().find(|response| is_success(response.status));
        let body = || {
            let body = success.and_then(|response| response.body.clone());
            body.ok_or_else(|| {
                origin.error(format!("nothing says what the JSON is that `{id}` answers: give `schema`"))
            })
        };
        Ok(match declared.kind {
            "json" => Answer::Json(body()?),
            "json-stream" => Answer::JsonStream(body()?),
            "logs" => Answer::Logs,
            "bytes" => Answer::Bytes,
            "duplex" => Answer::Duplex,
            "text" => Answer::Text,
            "empty" => Answer::Empty,
            "headers" => {
                if success.is_none_or(|response| response.headers.is_empty()) {
                    return Err(origin
                        .error(format!("the success of `{id}` has no headers that could be its answer")));
                }
                let type_name = format!("{}Headers", open.name);
                self.request_names.claim(&type_name, "x-answer", origin)?;
                Answer::Headers(type_name)
            }
            "outcome" => {
                let type_name = format!("{}Outcome", open.name);
                self.request_names.claim(&type_name, "x-answer", origin)?;
                let variants = outcome(open, declared, responses)?;
                Answer::Outcome { type_name, variants }
            }
            other => {
                let kinds = "`json`, `json-stream`, `logs`, `bytes`, `duplex`, `text`, `empty`, `headers` or `outcome`";
                return Err(origin.error(format!("the kind of an answer is {kinds}, not `{other}`")));
            }
        })
    }
}

fn is_success(status: u16) -> bool {
    (200..300).contains(&status)
}

/// The variants of an outcome by status. Each must be documented, since its body is taken from there.
fn outcome(open: &Open<'_>, declared: &Declared<'_>, responses: &[Response]) -> Result<Vec<OutcomeVariant>> {
    let mut scope = Scope::new(format!("outcomes of `{}`", open.id));
    let mut variants = Vec::new();
    for (status, name) in declared.variants.into_iter().flatten() {
        let documented = responses.iter().find(|response| response.status.to_string() == *status);
        let documented = documented.ok_or_else(|| {
            let message = format!("`{}` documents no response {status}, which `x-answer` names", open.id);
            declared.origin.error(message).label(open.origin.place.clone(), "the operation")
        })?;
        let text =
            name.as_str().ok_or_else(|| declared.origin.error("`variants` maps each status to a name"))?;
        let name = Kind::Variant.name_at(text, &declared.origin)?;
        scope.claim(&name, text, &declared.origin)?;
        variants.push(OutcomeVariant { status: documented.status, name, body: documented.body.clone() });
    }
    variants.sort_by_key(|variant| variant.status);
    if variants.is_empty() {
        return Err(declared.origin.error("an outcome needs at least one status"));
    }
    Ok(variants)
}

/// What needs no declaration: one success, with JSON, or 204 without anything.
fn plain_answer(open: &Open<'_>, responses: &[Response]) -> Result<Answer> {
    let mut successes = responses.iter().filter(|response| is_success(response.status));
    match (successes.next(), successes.next()) {
        (Some(Response { body: Some(body), .. }), None) if is_json(body) => Ok(Answer::Json(body.clone())),
        (Some(Response { status: 204, body: None, .. }), None) => Ok(Answer::Empty),
        _ => Err(open
            .origin
            .error(format!("what a successful `{}` gives is neither plain JSON nor declared", open.id))
            .help("declare it in the overlay with `x-answer`")),
    }
}
