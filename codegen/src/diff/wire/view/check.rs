//! What a document must be so that it can be compared.

use std::collections::HashSet;

use crate::diff::wire::schema::follow;
use crate::source::{Diagnostic, Errors};
use crate::swagger::node::{Node, Value};

/// Whether it is OpenAPI 3; an error if it is neither that nor Swagger 2.0.
pub(super) fn is_openapi(root: &Node) -> Result<bool, Errors> {
    let version = |key: &str| {
        let node = root.get(key)?;
        Some(node.as_str().map_or_else(|| node.to_json().to_string(), str::to_owned))
    };
    let openapi = match (version("swagger"), version("openapi")) {
        (Some(version), _) if version == "2" || version.starts_with("2.") => false,
        (None, Some(version)) if version == "3" || version.starts_with("3.") => true,
        _ => {
            let key = if root.get("swagger").is_some() { "/swagger" } else { "/openapi" };
            let error =
                Diagnostic::error(root.place_of(key).clone(), "this is not a document that can be compared");
            return Err(error.help("it must begin with `swagger: \"2.0\"` or `openapi: 3.…`").into());
        }
    };
    match root.get("paths") {
        Some(paths) if paths.as_mapping().is_some() => Ok(openapi),
        Some(paths) => {
            let message = format!("`paths` is a mapping, not {}", paths.value.kind());
            Err(Diagnostic::error(paths.place.clone(), message).into())
        }
        None if openapi && root.get("components").is_some() => Ok(true),
        None => Err(Diagnostic::error(root.place.clone(), "the document has no `paths`").into()),
    }
}

/// Tells each reference that leads nowhere, or into another file.
pub(super) fn references(root: &Node) -> Vec<Diagnostic> {
    let (mut errors, mut good) = (Vec::new(), HashSet::new());
    walk(root, root, &mut good, &mut errors);
    errors
}

fn walk<'d>(root: &'d Node, node: &'d Node, good: &mut HashSet<&'d str>, errors: &mut Vec<Diagnostic>) {
    match &node.value {
        Value::Mapping(entries) => {
            for (key, entry) in entries {
                match entry.node.as_str() {
                    Some(reference) if key == "$ref" => {
                        if good.contains(reference) {
                            continue;
                        }
                        match problem(root, reference) {
                            None => drop(good.insert(reference)),
                            Some(message) => {
                                errors.push(Diagnostic::error(entry.node.place.clone(), message))
                            }
                        }
                    }
                    // Examples are not part of what travels.
                    _ if matches!(key.as_str(), "example" | "examples") && !holds_schemas(&entry.node) => {}
                    _ => walk(root, &entry.node, good, errors),
                }
            }
        }
        Value::Sequence(items) => items.iter().for_each(|item| walk(root, item, good, errors)),
        _ => {}
    }
}

/// A property may be called `example`.
fn holds_schemas(node: &Node) -> bool {
    ["type", "$ref", "allOf"].iter().any(|key| node.get(key).is_some())
}

fn problem(root: &Node, reference: &str) -> Option<String> {
    if !reference.starts_with('#') {
        return Some(format!("`{reference}` leads into another file: bundle the document first"));
    }
    follow(root, reference).is_none().then(|| format!("`{reference}` leads nowhere"))
}
