//! A document as a program meets it on the wire: operations, what is sent, what comes back.
//!
//! It is read from the tree itself, so that any Swagger 2.0 or OpenAPI 3 document can be compared: no operation ids, no
//! overlay, no naming rules are needed. What the two formats say differently (bodies, forms, media types, headers) is the
//! same here; schemas stay as they are written, for [`super::schema`] to read.

mod check;
mod openapi;
mod swagger;

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::digest::Digests;
use super::schema::{At, follow};
use crate::diff::change::Location;
use crate::source::{Diagnostic, Errors};
use crate::swagger::node::{Node, Value};

/// The keys of a path that are operations.
const METHODS: &[&str] = &["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// A document.
pub(super) struct View<'d> {
    pub(super) root: &'d Node,
    pub(super) operations: Vec<Operation<'d>>,
    /// Named schemas.
    pub(super) definitions: Vec<(&'d str, At<'d>)>,
    /// `basePath`, `servers`: no news.
    pub(super) base: Option<&'d Node>,
}

/// A method on a path.
pub(super) struct Operation<'d> {
    pub(super) at: At<'d>,
    pub(super) id: Option<&'d str>,
    pub(super) method: String,
    pub(super) path: &'d str,
    pub(super) parameters: Vec<Parameter<'d>>,
    pub(super) request: Option<Body<'d>>,
    pub(super) responses: Vec<Response<'d>>,
}

/// Something named that is sent, or a response header: a field of a form is one in the request body.
pub(super) struct Parameter<'d> {
    pub(super) name: &'d str,
    pub(super) location: Location,
    /// Where it is written.
    pub(super) at: At<'d>,
    pub(super) required: bool,
    pub(super) schema: Vec<At<'d>>,
    /// How a list or an object becomes text.
    pub(super) style: Option<String>,
    /// The value that the text encodes.
    pub(super) encoded: Option<At<'d>>,
}

/// What is sent or comes back.
pub(super) struct Body<'d> {
    pub(super) at: At<'d>,
    pub(super) required: bool,
    pub(super) content: Vec<Media<'d>>,
}

/// One form of a body.
#[derive(Clone)]
pub(super) struct Media<'d> {
    /// `None`: whatever the operation's other bodies are.
    pub(super) name: Option<&'d str>,
    pub(super) at: At<'d>,
    pub(super) schema: Option<At<'d>>,
}

/// What a status brings.
pub(super) struct Response<'d> {
    pub(super) status: u16,
    pub(super) at: At<'d>,
    pub(super) content: Vec<Media<'d>>,
    pub(super) headers: Vec<Parameter<'d>>,
}

impl<'d> View<'d> {
    /// Reads a document.
    ///
    /// # Errors
    ///
    /// Tells what cannot be compared, with its place: what is no such document, references that lead nowhere,
    /// parameters without a name.
    pub(super) fn read(root: &'d Node) -> Result<Self, Errors> {
        let openapi = check::is_openapi(root)?;
        let mut errors = check::references(root);
        let mut reader = Reader { root, openapi, errors: Vec::new() };
        let operations = reader.operations();
        errors.append(&mut reader.errors);
        let named = if openapi { "/components/schemas" } else { "/definitions" };
        let definitions = root.at(named).map(|node| At::new(node, named));
        let view = View {
            root,
            operations,
            definitions: definitions.iter().flat_map(At::named).collect(),
            base: root.get(if openapi { "servers" } else { "basePath" }),
        };
        Errors::unless_empty(errors, view)
    }
}

impl<'d> Operation<'d> {
    /// A number for all that it says and meets: between two operations with the same one there is nothing to tell.
    pub(super) fn digest(&self, digests: &Digests<'d>, root: &'d Node) -> u64 {
        let mut hasher = DefaultHasher::new();
        (&self.method, self.path, digests.common(), digests.get(self.at.node)).hash(&mut hasher);
        let shared = root.get("paths").and_then(|paths| paths.get(self.path)?.get("parameters"));
        for parameter in shared.iter().flat_map(|list| list.items()) {
            digests.get(parameter).hash(&mut hasher);
        }
        hasher.finish()
    }

    /// What a person calls it.
    pub(super) fn name(&self) -> String {
        self.id.map_or_else(|| format!("{} {}", self.method, self.path), str::to_owned)
    }

    /// The path with nameless placeholders: `/containers/{}/json`.
    pub(super) fn normal_path(&self) -> String {
        let mut normal = String::with_capacity(self.path.len());
        let mut inside = false;
        for c in self.path.chars() {
            match c {
                '{' => {
                    inside = true;
                    normal.push('{');
                }
                '}' => {
                    inside = false;
                    normal.push('}');
                }
                c if !inside => normal.push(c),
                _ => {}
            }
        }
        if normal.len() > 1 && normal.ends_with('/') {
            normal.pop();
        }
        normal
    }
}

/// Reads operations and notes what is wrong.
struct Reader<'d> {
    root: &'d Node,
    openapi: bool,
    errors: Vec<Diagnostic>,
}

impl<'d> Reader<'d> {
    fn wrong(&mut self, at: &At<'d>, message: impl Into<String>) {
        self.errors.push(Diagnostic::error(at.place.clone(), message));
    }

    fn operations(&mut self) -> Vec<Operation<'d>> {
        let Some(paths) = At::new(self.root, "").get("paths") else { return Vec::new() };
        let mut operations = Vec::new();
        for (path, item) in paths.entries() {
            let item = self.resolve(&item);
            for (key, at) in item.entries().filter(|(key, _)| METHODS.contains(key)) {
                if at.node.as_mapping().is_none() {
                    self.wrong(&at, format!("an operation is a mapping, not {}", at.node.value.kind()));
                    continue;
                }
                operations.push(self.operation(path, key, &item, at));
            }
        }
        operations
    }

    fn operation(&mut self, path: &'d str, key: &str, item: &At<'d>, at: At<'d>) -> Operation<'d> {
        let mut written: Vec<At<'d>> = Vec::new();
        for list in [item.get("parameters"), at.get("parameters")].into_iter().flatten() {
            for parameter in list.items() {
                let parameter = self.resolve(&parameter);
                let (name, place) = (parameter.text("name"), parameter.text("in"));
                if name.is_none() || place.is_none() {
                    self.wrong(&parameter, "a parameter needs a `name` and an `in`, both text");
                    continue;
                }
                // What the operation says overrides what the path says.
                written.retain(|other| (other.text("name"), other.text("in")) != (name, place));
                written.push(parameter);
            }
        }
        let mut parameters = Vec::new();
        for parameter in &written {
            let location = match parameter.text("in") {
                Some("query") => Location::Query,
                Some("header") => Location::Header,
                // A cookie is a header of the request; its name says which.
                Some("cookie") => Location::Header,
                Some("path") => Location::Path,
                Some("formData") => Location::Request,
                Some("body") if !self.openapi => continue,
                other => {
                    let other = other.unwrap_or_default();
                    self.wrong(parameter, format!("there is no such place for a parameter: `{other}`"));
                    continue;
                }
            };
            parameters.push(if self.openapi {
                self.openapi_parameter(parameter, location)
            } else {
                swagger::parameter(parameter, location)
            });
        }
        let (request, responses) = if self.openapi {
            (self.openapi_request(&at), self.openapi_responses(&at))
        } else {
            (self.swagger_request(&at, &written), self.swagger_responses(&at, key))
        };
        Operation {
            id: at.text("operationId").filter(|id| !id.is_empty()),
            method: key.to_uppercase(),
            path,
            parameters,
            request,
            responses,
            at,
        }
    }

    /// Follows references to what is shared. The check of references has told of those that lead nowhere.
    fn resolve(&self, at: &At<'d>) -> At<'d> {
        let mut at = at.clone();
        for _ in 0..16 {
            match at.text("$ref").and_then(|reference| follow(self.root, reference)) {
                Some(target) => at = target,
                None => break,
            }
        }
        at
    }

    /// Responses by status, each read by `read`.
    fn responses(
        &mut self,
        operation: &At<'d>,
        mut read: impl FnMut(&mut Self, u16, At<'d>) -> Response<'d>,
    ) -> Vec<Response<'d>> {
        let mut responses: Vec<Response<'d>> = Vec::new();
        let Some(listed) = operation.get("responses") else { return responses };
        for (key, at) in listed.entries() {
            let status = match key {
                "default" => Some(0),
                _ => match key.strip_suffix("XX").or_else(|| key.strip_suffix("xx")) {
                    Some(range) => range.parse().ok().filter(|range| (1..=5).contains(range)),
                    None => key.parse().ok().filter(|code| (100..600).contains(code)),
                },
            };
            let Some(status) = status else {
                self.wrong(&at, format!("`{key}` is not a status code"));
                continue;
            };
            let target = self.resolve(&at);
            responses.push(read(self, status, target));
        }
        responses.sort_by_key(|response| response.status);
        responses
    }
}

/// The texts of a list, each with its place.
fn texts<'d>(list: Option<At<'d>>) -> Vec<(&'d str, At<'d>)> {
    match list {
        Some(list) => match &list.node.value {
            Value::Sequence(_) => list.items().filter_map(|item| Some((item.node.as_str()?, item))).collect(),
            Value::String(text) => vec![(text.as_str(), list)],
            _ => Vec::new(),
        },
        None => Vec::new(),
    }
}
