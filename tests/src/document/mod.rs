//! An overlaid Swagger document as plain JSON, and what it says of its operations.
//!
//! What the generated crates are held against. It is read here once more, on purpose: nothing of the generator's own
//! way from Swagger to Rust is used but the YAML reader and the overlay.

pub mod example;
pub mod reach;
pub mod schema;

use std::sync::LazyLock;

use docker_engine_codegen::Spec;
use docker_engine_codegen::api::ApiVersion;
use serde_json::{Map, Value};

/// One version's document with the overlay on it.
#[derive(Clone, Debug)]
pub struct Document {
    /// The version.
    pub version: ApiVersion,
    /// The whole of it.
    pub root: Value,
}

/// An operation as the document states it.
#[derive(Clone, Copy, Debug)]
pub struct Operation<'d> {
    /// Upper case.
    pub method: &'d str,
    /// The template, without `basePath`.
    pub path: &'d str,
    /// What stands at the method.
    pub object: &'d Value,
    /// What stands at the path.
    item: &'d Value,
}

impl Document {
    /// Reads a version of the spec folder and applies the overlay.
    ///
    /// # Panics
    ///
    /// When the document or the overlay is wrong, which other tests tell better.
    pub fn of(spec: &Spec, version: ApiVersion) -> Self {
        let node = spec.store.read(version).unwrap_or_else(|error| panic!("{error}"));
        let node = spec.overlay.apply(node, version).unwrap_or_else(|errors| panic!("{errors}"));
        Self { version, root: node.to_json() }
    }

    /// All operations.
    pub fn operations(&self) -> Vec<Operation<'_>> {
        let methods = ["get", "head", "post", "put", "delete", "patch", "options"];
        let mut operations = Vec::new();
        for (path, item) in object(&self.root["paths"]) {
            for (key, object) in object(item).iter().filter(|(key, _)| methods.contains(&key.as_str())) {
                let method = methods.iter().position(|method| method == key).map(|nth| UPPER[nth]);
                operations.push(Operation { method: method.expect("it was found"), path, object, item });
            }
        }
        operations
    }

    /// The path with what precedes all paths: `/v1.51/containers/json`.
    pub fn full_path(&self, operation: &Operation<'_>) -> String {
        format!("{}{}", self.root["basePath"].as_str().unwrap_or_default(), operation.path)
    }

    /// The media types that an operation takes.
    pub fn consumes<'d>(&'d self, operation: &Operation<'d>) -> Vec<&'d str> {
        let own = &operation.object["consumes"];
        list(if own.is_null() { &self.root["consumes"] } else { own }).filter_map(Value::as_str).collect()
    }

    /// The definition that `#/definitions/NAME` names.
    ///
    /// # Panics
    ///
    /// When there is none.
    pub fn definition(&self, reference: &str) -> (String, &Value) {
        let name = reference.strip_prefix("#/definitions/").expect("only definitions are referred to");
        let schema = self.root["definitions"].get(name).unwrap_or_else(|| panic!("no definition {name}"));
        (format!("/definitions/{}", name.replace('~', "~0").replace('/', "~1")), schema)
    }
}

const UPPER: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"];

impl<'d> Operation<'d> {
    /// `operationId`.
    pub fn id(&self) -> &'d str {
        self.object["operationId"].as_str().expect("every operation has an id")
    }

    /// What the project calls it, the same in all versions.
    pub fn name(&self) -> &'d str {
        self.object["x-name"].as_str().unwrap_or_else(|| self.id())
    }

    /// Its pointer.
    pub fn pointer(&self) -> String {
        format!("/paths/{}/{}", self.path.replace('/', "~1"), self.method.to_ascii_lowercase())
    }

    /// All parameters but the body.
    pub fn parameters(&self) -> Vec<&'d Value> {
        self.all_parameters().filter(|parameter| parameter["in"] != "body").collect()
    }

    /// The body parameter.
    pub fn body(&self) -> Option<&'d Value> {
        self.all_parameters().find(|parameter| parameter["in"] == "body")
    }

    fn all_parameters(&self) -> impl Iterator<Item = &'d Value> {
        assert!(self.item["parameters"].is_null(), "{}: parameters of a path are not read here", self.path);
        let parameters = list(&self.object["parameters"]);
        parameters.inspect(|parameter| assert!(parameter["$ref"].is_null(), "references are not read here"))
    }

    /// The success responses in order of their status, with their pointers.
    pub fn successes(&self) -> Vec<(u16, String, &'d Value)> {
        let mut successes: Vec<_> = object(&self.object["responses"])
            .iter()
            .filter_map(|(status, response)| Some((status.parse::<u16>().ok()?, response)))
            .filter(|(status, _)| (200..300).contains(status))
            .map(|(status, response)| (status, format!("{}/responses/{status}", self.pointer()), response))
            .collect();
        successes.sort_by_key(|(status, ..)| *status);
        successes
    }

    /// The kind of its answer: what `x-answer` says, or else `json` with a schema and `empty` without.
    pub fn answer(&self) -> &'d str {
        match self.object["x-answer"]["kind"].as_str() {
            Some(kind) => kind,
            None if self.successes().iter().any(|(.., response)| !response["schema"].is_null()) => "json",
            None => "empty",
        }
    }

    /// The schema of the values of its answer, with its pointer.
    pub fn answer_schema(&self) -> Option<(String, &'d Value)> {
        let declared = &self.object["x-answer"]["schema"];
        if !declared.is_null() {
            return Some((format!("{}/x-answer/schema", self.pointer()), declared));
        }
        let (_, pointer, response) = self.successes().into_iter().next()?;
        let schema = response.get("schema")?;
        Some((format!("{pointer}/schema"), schema))
    }
}

/// The members of an object; none of what is no object.
pub fn object(value: &Value) -> &Map<String, Value> {
    static NONE: LazyLock<Map<String, Value>> = LazyLock::new(Map::new);
    value.as_object().unwrap_or(&NONE)
}

/// The items of an array; none of what is no array.
pub fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
