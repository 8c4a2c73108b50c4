//! What concerns a document as a whole: its version, its paths and operations, its references.

use std::collections::{BTreeSet, HashMap};

use super::keys::{Kind, walk};
use super::repair::{RepairRule, Warnings};
use super::types::is_of;
use crate::api::ApiVersion;
use crate::source::{Diagnostic, Place};
use crate::swagger::node::{Entry, Mapping, Node, Value};

const METHODS: [&str; 7] = ["get", "put", "post", "delete", "options", "head", "patch"];

/// The version that the document describes. Refuses what is no Swagger 2.0 document of a version.
pub(crate) fn version(document: &mut Node, warnings: &mut Warnings) -> Result<ApiVersion, Diagnostic> {
    if document.get("swagger").and_then(Node::as_str) != Some("2.0") {
        let place = document.get("swagger").or(document.get("openapi")).unwrap_or(document).place.clone();
        return Err(Diagnostic::error(place, "this is not a Swagger 2.0 document")
            .help("the Engine's documents begin with `swagger: \"2.0\"`"));
    }
    let place = document.place_of("/info/version").clone();
    let Some(node) = document.at_mut("/info/version") else {
        return Err(Diagnostic::error(place, "the document names no version")
            .help("`info.version` must be a version such as \"1.51\""));
    };
    if let Value::Number(_) = node.value {
        let written = node.place.text().to_owned();
        warnings.repaired(
            RepairRule::VersionNotText,
            node.place.clone(),
            "the version is a number, not text",
        );
        node.value = Value::String(written);
    }
    // The version names a file and a crate, so only its canonical form will do.
    let version = node.as_str().and_then(|text| {
        let version = text.parse::<ApiVersion>().ok()?;
        (version.to_string() == text).then_some(version)
    });
    let Some(version) = version else {
        return Err(Diagnostic::error(node.place.clone(), "this is not an API version")
            .help("`info.version` must be a version such as \"1.51\""));
    };
    let path = format!("/v{version}");
    match document.get("basePath") {
        Some(base) if base.as_str() != Some(&path) => {
            let what = format!("`basePath` is not {path}, but the version is {version}");
            warnings.repaired(RepairRule::BasePathDisagrees, base.place.clone(), what);
            document.set("basePath", path);
        }
        _ => {}
    }
    Ok(version)
}

/// Repairs that need more than one object.
pub(crate) fn repair(document: &mut Node, warnings: &mut Warnings) {
    let tags = tags_by_segment(document);
    let Some(paths) = document.get_mut("paths").and_then(Node::as_mapping_mut) else { return };
    for (path, item) in paths {
        let tag =
            tags.get(first_segment(path)).and_then(|tags| match tags.iter().collect::<Vec<_>>().as_slice() {
                [one] => Some((*one).clone()),
                _ => None,
            });
        for (method, entry) in item.node.as_mapping_mut().into_iter().flatten() {
            if !METHODS.contains(&method.as_str()) {
                continue;
            }
            let operation = &mut entry.node;
            if let (Some(tag), None) = (&tag, operation.get("tags")) {
                let place = entry.key.clone();
                warnings.repaired(RepairRule::UntaggedOperation, place.clone(), "the operation has no tag");
                let tags = Value::Sequence(vec![Node::new(tag.as_str(), place.clone())]);
                let node = Node { value: tags, place: place.clone() };
                if let Some(entries) = operation.as_mapping_mut() {
                    entries.insert("tags".to_owned(), Entry { key: place, node });
                }
            }
            for entry in
                operation.get("responses").and_then(Node::as_mapping).into_iter().flat_map(Mapping::values)
            {
                if !entry.key.text().starts_with(['"', '\'']) && entry.key.text().parse::<u32>().is_ok() {
                    let what = format!("the status code {} is a number, not text", entry.key.text());
                    warnings.repaired(RepairRule::NumericStatus, entry.key.clone(), what);
                }
            }
            for parameter in
                operation.get_mut("parameters").and_then(Node::as_sequence_mut).into_iter().flatten()
            {
                let in_path = parameter.get("in").and_then(Node::as_str) == Some("path");
                if in_path && parameter.get("required").and_then(Node::as_bool) != Some(true) {
                    let what = "a path parameter is not `required: true`";
                    warnings.repaired(RepairRule::PathParameterOptional, parameter.place.clone(), what);
                    parameter.set("required", true);
                }
            }
        }
    }
}

fn first_segment(path: &str) -> &str {
    path.trim_start_matches('/').split('/').next().unwrap_or_default()
}

/// The tags that the operations under each first path segment have.
fn tags_by_segment(document: &Node) -> HashMap<String, BTreeSet<String>> {
    let mut tags: HashMap<String, BTreeSet<String>> = HashMap::new();
    for (path, operation) in operations(document).map(|(path, _, entry)| (path, &entry.node)) {
        let found = operation.get("tags").into_iter().flat_map(Node::items).filter_map(Node::as_str);
        tags.entry(first_segment(path).to_owned()).or_default().extend(found.map(str::to_owned));
    }
    tags
}

/// Path, method and operation, in order.
fn operations(document: &Node) -> impl Iterator<Item = (&str, &str, &Entry)> {
    document.get("paths").into_iter().flat_map(Node::entries).flat_map(|(path, item)| {
        item.node
            .entries()
            .filter(|(method, _)| METHODS.contains(method))
            .map(move |(method, operation)| (path, method, operation))
    })
}

/// Finds what no single object shows: names that occur twice, references that lead nowhere, values that are
/// not of their type. The document has passed [`super::keys::check`].
pub(crate) fn check(document: &Node, errors: &mut Vec<Diagnostic>) {
    for key in ["info", "paths"] {
        if document.get(key).is_none() {
            errors.push(Diagnostic::error(document.place.clone(), format!("the document has no `{key}`")));
        }
    }
    let mut ids: HashMap<&str, &Place> = HashMap::new();
    for (path, _, entry) in operations(document) {
        match entry.node.get("operationId") {
            None => errors.push(Diagnostic::error(entry.key.clone(), "the operation has no `operationId`")),
            Some(id) => {
                if let Some(first) = ids.insert(id.as_str().unwrap_or_default(), &id.place) {
                    errors.push(
                        Diagnostic::error(id.place.clone(), "two operations have this `operationId`")
                            .label(first.clone(), "the first one"),
                    );
                }
            }
        }
        if entry.node.get("responses").is_none() {
            errors.push(Diagnostic::error(entry.key.clone(), "the operation has no `responses`"));
        }
        check_parameters(document, path, entry, errors);
    }
    // The walk hands out objects to change them, and this only looks.
    let mut copy = document.clone();
    walk(Kind::Document, &mut copy, &mut |kind, node| check_object(kind, node, document, errors));
}

fn check_parameters(document: &Node, path: &str, operation: &Entry, errors: &mut Vec<Diagnostic>) {
    let shared = document.at(&format!("/paths/{}/parameters", crate::swagger::node::escape(path)));
    let parameters = shared.into_iter().chain(operation.node.get("parameters")).flat_map(Node::items);
    let mut seen: HashMap<(&str, &str), &Place> = HashMap::new();
    for parameter in parameters {
        let parameter = match parameter.get("$ref").and_then(Node::as_str) {
            Some(reference) => match reference.strip_prefix('#').and_then(|pointer| document.at(pointer)) {
                Some(found) => found,
                None => continue,
            },
            None => parameter,
        };
        let text = |key| parameter.get(key).and_then(Node::as_str);
        let (Some(name), Some(location)) = (text("name"), text("in")) else { continue };
        if let Some(first) = seen.insert((name, location), &parameter.place) {
            errors.push(
                Diagnostic::error(
                    parameter.place.clone(),
                    format!("two {location} parameters are called `{name}`"),
                )
                .label(first.clone(), "the first one"),
            );
        }
        if location == "path" && !path.contains(&format!("{{{name}}}")) {
            errors.push(Diagnostic::error(parameter.place.clone(), format!("the path has no `{{{name}}}`")));
        }
    }
    for name in path.split('{').skip(1).filter_map(|rest| rest.split('}').next()) {
        if !seen.contains_key(&(name, "path")) {
            errors.push(
                Diagnostic::error(
                    operation.key.clone(),
                    format!("no parameter says what `{{{name}}}` of the path is"),
                )
                .help("each name in braces needs a parameter with `in: path`"),
            );
        }
    }
}

fn check_object(kind: Kind, node: &Node, document: &Node, errors: &mut Vec<Diagnostic>) {
    if let Some(reference) = node.get("$ref") {
        let found = reference
            .as_str()
            .and_then(|text| text.strip_prefix('#'))
            .and_then(|pointer| document.at(pointer));
        if found.is_none() {
            let what = format!("`{}` leads nowhere", reference.as_str().unwrap_or_default());
            errors.push(
                Diagnostic::error(reference.place.clone(), what)
                    .help("a reference names a definition of the same document: `#/definitions/NAME`"),
            );
        }
        return;
    }
    let mut need = |key: &str| {
        if node.get(key).is_none() {
            errors.push(Diagnostic::error(node.place.clone(), format!("`{key}` is missing")));
        }
    };
    match kind {
        Kind::Body => {
            need("name");
            need("schema");
        }
        Kind::Parameter => ["name", "in", "type"].into_iter().for_each(need),
        Kind::Header | Kind::Items => need("type"),
        Kind::Tag => need("name"),
        _ => {}
    }
    if let Some(location) = node.get("in").filter(|_| kind == Kind::Parameter)
        && !matches!(location.as_str(), Some("query" | "header" | "path" | "formData"))
    {
        errors.push(
            Diagnostic::error(location.place.clone(), "there is no such place for a parameter")
                .help("it is one of query, header, path, formData, body"),
        );
    }
    if !matches!(kind, Kind::Schema | Kind::Part | Kind::Parameter | Kind::Items | Kind::Header) {
        return;
    }
    let Some(declared) = node.get("type") else { return };
    let name = declared.as_str().unwrap_or_default();
    if !matches!(name, "string" | "number" | "integer" | "boolean" | "array" | "object") {
        errors.push(Diagnostic::error(declared.place.clone(), format!("there is no type `{name}`")));
    }
    if name == "array" && node.get("items").is_none() {
        errors.push(Diagnostic::error(declared.place.clone(), "an array needs `items`"));
    }
    if name == "object" && !matches!(kind, Kind::Schema | Kind::Part) {
        errors.push(Diagnostic::error(declared.place.clone(), "only a schema can be an object"));
    }
    for value in node.get("enum").into_iter().flat_map(Node::items) {
        if !is_of(&value.value, name) {
            let what = format!("an enum of {name} cannot have {}", value.value.kind());
            errors.push(Diagnostic::error(value.place.clone(), what));
        }
    }
}
