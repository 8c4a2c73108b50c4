//! Operations: what is called how, and what it takes. Their answers are read in `answers`.

use std::collections::HashSet;

use openapiv3 as oa;
use openapiv3::ReferenceOr;

use super::types::Spot;
use super::{Builder, extensions};
use crate::api::names::{Kind, Scope};
use crate::api::place::step;
use crate::api::{
    BodyKind, Docs, Life, Location, Method, Operation, Origin, Parameter, RequestBody, Result, Type,
};

/// An operation while it is read.
pub(super) struct Open<'a> {
    pub(super) operation: &'a oa::Operation,
    /// `operationId`.
    pub(super) id: &'a str,
    /// Its name in UpperCamelCase, which names of its types begin with: of its `x-name` or else of its id.
    pub(super) name: String,
    /// Number among all definitions and operations.
    pub(super) number: usize,
    pub(super) origin: Origin,
}

impl Open<'_> {
    /// Where a type of this operation begins.
    pub(super) fn spot(&self, pointer: String, suffix: &str) -> Spot {
        Spot { pointer, name: format!("{}{suffix}", self.name), number: self.number, module: None, depth: 0 }
    }
}

impl<'a> Builder<'a> {
    /// Reads all operations.
    pub(super) fn operations(&mut self) -> Result<Vec<Operation>> {
        let openapi = self.openapi;
        let mut methods = Scope::new("methods");
        let mut operations = Vec::new();
        for (path, item) in &openapi.paths.paths {
            let path_origin = self.places.origin(&step("/paths", path));
            let ReferenceOr::Item(item) = item else {
                return Err(path_origin
                    .error(format!("the path `{path}` is a reference; only its own operations count")));
            };
            if !path.starts_with('/') {
                return Err(path_origin.error(format!("the path `{path}` does not begin with a slash")));
            }
            // `openapiv3` sorts the methods of a path by their names: back into document order.
            let mut members: Vec<_> = item
                .iter()
                .map(|(method, operation)| {
                    let pointer = extensions::source(&operation.extensions)
                        .map_or_else(|| step(&path_origin.pointer, method), str::to_owned);
                    (self.places.origin(&pointer), method, operation)
                })
                .collect();
            members.sort_by_key(|(origin, ..)| origin.place.start);
            for (origin, method, operation) in members {
                let number = self.definitions.len() + operations.len();
                let operation = self.operation(path, item, method, operation, number, origin)?;
                methods.claim(&operation.method_name, &operation.id, &operation.origin)?;
                operations.push(operation);
            }
        }
        Ok(operations)
    }

    fn operation(
        &mut self,
        path: &str,
        item: &'a oa::PathItem,
        method: &str,
        operation: &'a oa::Operation,
        number: usize,
        origin: Origin,
    ) -> Result<Operation> {
        let id = operation
            .operation_id
            .as_deref()
            .ok_or_else(|| origin.error("an operation without `operationId` has no name"))?;
        let method = match method {
            "get" => Method::Get,
            "head" => Method::Head,
            "post" => Method::Post,
            "put" => Method::Put,
            "delete" => Method::Delete,
            "patch" => Method::Patch,
            "options" => Method::Options,
            other => return Err(origin.error(format!("the method `{other}` is not one of the Engine's"))),
        };
        let tag = operation
            .tags
            .first()
            .ok_or_else(|| origin.error(format!("`{id}` has no tag, which names the module it goes to")))?;
        Kind::Module.name_at(tag, &origin)?;
        // What the project calls it goes before what the document of this version calls it.
        let called = extensions::text(&operation.extensions, "x-name", &origin)?.unwrap_or(id);
        let type_name = Kind::Request.name_at(called, &origin)?;
        self.request_names.claim(&type_name, id, &origin)?;

        let open = Open { operation, id, name: type_name, number, origin };
        let parameters = self.parameters(&open, &item.parameters)?;
        check_path(path, &parameters, &open.origin)?;
        let body = self.body(&open)?;
        check_arguments(&open, &parameters, body.as_ref())?;
        let (responses, answer) = self.answers(&open)?;

        let ours = self.docs.operations.get(&open.name);
        let extensions = &operation.extensions;
        let upgrade = extensions::text(extensions, "x-upgrade", &open.origin)?;
        if let Some(other) = upgrade.filter(|protocol| !matches!(*protocol, "tcp" | "h2c" | "websocket")) {
            return Err(open
                .origin
                .error(format!("`x-upgrade` is `tcp`, `h2c` or `websocket`, not `{other}`")));
        }
        Ok(Operation {
            id: id.to_owned(),
            method_name: Kind::Method.name_at(called, &open.origin)?,
            tag: tag.clone(),
            method,
            path: path.to_owned(),
            docs: Docs::of_parts(
                (
                    ours.and_then(|docs| docs.summary.as_ref()),
                    ours.and_then(|docs| docs.description.as_ref()),
                ),
                (operation.summary.as_deref(), operation.description.as_deref()),
            ),
            deprecation: extensions::deprecation(operation.deprecated, extensions, &open.origin)?,
            parameters,
            body,
            responses,
            answer,
            upgrade: upgrade.map(str::to_owned),
            long_poll: extensions::flag(extensions, "x-long-poll", &open.origin)?,
            example: self.docs.examples.get(&open.name).cloned().unwrap_or_default(),
            life: Life::default(),
            type_name: open.name,
            origin: open.origin,
        })
    }

    fn body(&mut self, open: &Open<'a>) -> Result<Option<RequestBody>> {
        let Some(body) = &open.operation.request_body else { return Ok(None) };
        let body = match body {
            ReferenceOr::Item(body) => body,
            ReferenceOr::Reference { reference } => self
                .openapi
                .components
                .as_ref()
                .zip(reference.strip_prefix("#/components/requestBodies/"))
                .and_then(|(components, name)| components.request_bodies.get(name)?.as_item())
                .ok_or_else(|| {
                    open.origin.error(format!("`{reference}` names no request body of this document"))
                })?,
        };
        let pointer = extensions::source(&body.extensions)
            .map_or_else(|| step(&open.origin.pointer, "requestBody"), str::to_owned);
        let origin = self.places.origin(&pointer);
        let first =
            |fallback: &str| body.content.keys().next().map_or_else(|| fallback.to_owned(), String::clone);
        let (kind, media_type) = match extensions::text(&body.extensions, "x-body", &origin)? {
            Some("tar") => (BodyKind::Tar, "application/x-tar".to_owned()),
            Some("raw") => (BodyKind::Raw, first("application/octet-stream")),
            Some(other) => return Err(origin.error(format!("`x-body` is `tar` or `raw`, not `{other}`"))),
            None => {
                let json = "application/json";
                let content = body.content.get_key_value(json).or_else(|| body.content.first());
                let schema = content.and_then(|(_, content)| content.schema.as_ref());
                let undeclared = || {
                    origin
                        .error(format!("the body of `{}` is neither JSON nor declared", open.id))
                        .help("declare it in the overlay: `x-body: tar` or `x-body: raw`")
                };
                let schema = schema.ok_or_else(undeclared)?;
                let used = self.use_of(schema.into(), open.spot(step(&pointer, "schema"), "Request"))?;
                if !is_json(&used.ty) {
                    return Err(undeclared());
                }
                (BodyKind::Json(used.ty), json.to_owned())
            }
        };
        let text = extensions::text(&body.extensions, "x-name", &origin)?.unwrap_or("body");
        let ours = self.docs.operations.get(&open.name).and_then(|docs| docs.body.as_ref());
        Ok(Some(RequestBody {
            kind,
            rust_name: Kind::Parameter.name_at(text, &origin)?,
            required: body.required,
            media_type,
            docs: Docs::of(ours, body.description.as_deref()),
            life: Life::default(),
            origin,
        }))
    }
}

/// Whether a schema of this type says by itself that the content is JSON: a text could be anything.
pub(super) fn is_json(ty: &Type) -> bool {
    matches!(ty, Type::Named(_) | Type::Array(_) | Type::Map(_) | Type::Json)
}

/// The template and the path parameters must name each other.
fn check_path(path: &str, parameters: &[Parameter], origin: &Origin) -> Result<()> {
    let malformed = || origin.error(format!("the path `{path}` has a brace without its partner"));
    let mut named = HashSet::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').ok_or_else(malformed)?;
        if before.contains('}') || name.contains('{') {
            return Err(malformed());
        }
        if !named.insert(name) {
            return Err(origin.error(format!("the path `{path}` has `{{{name}}}` twice")));
        }
        rest = after;
    }
    if rest.contains('}') {
        return Err(malformed());
    }
    for parameter in parameters.iter().filter(|parameter| parameter.location == Location::Path) {
        if !named.remove(parameter.name.as_str()) {
            let message = format!("the path `{path}` has no `{{{}}}` for this parameter", parameter.name);
            return Err(parameter.origin.error(message));
        }
        if !parameter.required {
            return Err(parameter
                .origin
                .error(format!("the path parameter `{}` must be required", parameter.name)));
        }
    }
    let mut missing: Vec<_> = named.into_iter().collect();
    missing.sort_unstable();
    match missing.first() {
        Some(name) => {
            Err(origin.error(format!("the path `{path}` has `{{{name}}}` but no parameter of that name")))
        }
        None => Ok(()),
    }
}

/// Arguments and setters of a request must differ from each other.
fn check_arguments(open: &Open<'_>, parameters: &[Parameter], body: Option<&RequestBody>) -> Result<()> {
    let mut scope = Scope::new(format!("parameters of `{}`", open.id));
    for parameter in parameters {
        scope.claim(&parameter.rust_name, &parameter.name, &parameter.origin)?;
    }
    body.map_or(Ok(()), |body| scope.claim(&body.rust_name, &body.rust_name, &body.origin))
}
