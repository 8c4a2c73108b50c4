//! Adds to a document what the Engine does and the document does not say.
//!
//! An overlay is an OpenAPI Overlay 1.0 document: a list of actions, each with a JSONPath target and an update or a
//! removal. Here every action also names the versions it holds for (`x-versions`) and its evidence (`x-reason`). An
//! action that finds nothing to change in a version that it claims is an error: none outlives the mistake it corrects.
//! [`check_declared`] is the other half: what neither the document nor the overlay says is an error too.

mod action;
mod apply;
mod declared;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::source::{Diagnostic, Errors, Place, Source};
use crate::swagger::node::{Entry, Node, Value};

pub use action::{Action, Change, VersionRange};
pub use declared::check_declared;

/// An overlay, ready to be applied to documents.
#[derive(Clone, Debug)]
pub struct Overlay {
    /// Actions in the order in which they are applied.
    pub actions: Vec<Action>,
}

impl Overlay {
    /// Reads an overlay from YAML.
    ///
    /// # Errors
    ///
    /// Tells everything that is wrong with it, each with its place.
    pub fn read(source: &Arc<Source>) -> Result<Self, Errors> {
        Self::from_node(&crate::swagger::read(source)?)
    }

    /// Reads an overlay from a tree.
    ///
    /// # Errors
    ///
    /// Tells everything that is wrong with it, each with its place.
    pub fn from_node(root: &Node) -> Result<Self, Errors> {
        let mut errors = Vec::new();
        let mut actions = Vec::new();
        let Value::Mapping(entries) = &root.value else {
            return Err(
                error(&root.place, format!("an overlay is a mapping, not {}", root.value.kind())).into()
            );
        };
        for key in ["overlay", "info", "actions"] {
            if !entries.contains_key(key) {
                errors.push(error(&root.place, format!("the overlay has no `{key}`")));
            }
        }
        for (key, entry) in entries {
            match key.as_str() {
                "overlay" => match entry.node.as_str() {
                    Some(version) if version == "1.0" || version.starts_with("1.0.") => {}
                    _ => errors.push(error(&entry.node.place, "only `overlay: 1.0.0` is read")),
                },
                "info" => errors.extend(check_info(&entry.node)),
                "extends" => {} // says which document it is for: here, all
                "actions" => match entry.node.as_sequence() {
                    Some(items) => {
                        for item in items {
                            match Action::read(item) {
                                Ok(action) => actions.push(action),
                                Err(found) => errors.extend(found),
                            }
                        }
                    }
                    None => errors.push(error(&entry.node.place, "`actions` is a list of actions")),
                },
                _ => errors.extend(unknown(key, entry, "an overlay")),
            }
        }
        Errors::unless_empty(errors, Self { actions })
    }
}

fn check_info(info: &Node) -> Vec<Diagnostic> {
    let mut errors = Vec::new();
    for key in ["title", "version"] {
        if info.get(key).and_then(Node::as_str).is_none() {
            errors.push(error(&info.place, format!("`info` of an overlay has no `{key}`, or not as text")));
        }
    }
    for (key, entry) in info.entries().filter(|(key, _)| !["title", "version", "description"].contains(key)) {
        errors.extend(unknown(key, entry, "`info` of an overlay"));
    }
    errors
}

fn error(place: &Place, message: impl Into<String>) -> Diagnostic {
    Diagnostic::error(place.clone(), message)
}

fn unknown(key: &str, entry: &Entry, what: &str) -> Option<Diagnostic> {
    let message = format!("`{key}` is not a key of {what}");
    (!key.starts_with("x-")).then(|| error(&entry.key, message))
}
