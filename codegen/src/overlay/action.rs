//! Reads the actions of an overlay.

use std::fmt;

use serde_json::Value as Json;
use serde_json_path::JsonPath;

use super::{error, unknown};
use crate::api::ApiVersion;
use crate::source::{Diagnostic, Place};
use crate::swagger::node::{Entry, Node, Value};

/// One action: what it changes, how, in which versions, and why.
#[derive(Clone, Debug)]
pub struct Action {
    /// Where the action stands.
    pub place: Place,
    /// Where its target stands.
    pub target_place: Place,
    /// Selects what is changed.
    pub target: JsonPath,
    /// What is done with it.
    pub change: Change,
    /// The versions it holds for.
    pub versions: VersionRange,
    /// Its evidence.
    pub reason: String,
    /// Words for people.
    pub description: Option<String>,
}

/// What an action does with its targets.
#[derive(Clone, Debug)]
pub enum Change {
    /// Takes them out.
    Remove,
    /// Merges this into them: objects recursively, lists at the end, anything else replaces.
    Update {
        /// The value with its places in the overlay.
        node: Node,
        /// The same without places.
        json: Json,
    },
}

impl Action {
    pub(super) fn read(node: &Node) -> Result<Self, Vec<Diagnostic>> {
        let mut reader = Reader { errors: Vec::new() };
        let action = reader.action(node);
        match (action, reader.errors.is_empty()) {
            (Some(action), true) => Ok(action),
            _ => Err(reader.errors),
        }
    }
}

struct Reader {
    errors: Vec<Diagnostic>,
}

impl Reader {
    fn error<T>(&mut self, place: &Place, message: impl Into<String>) -> Option<T> {
        self.errors.push(error(place, message));
        None
    }

    fn action(&mut self, node: &Node) -> Option<Action> {
        let Value::Mapping(entries) = &node.value else {
            return self.error(&node.place, format!("an action is a mapping, not {}", node.value.kind()));
        };
        for key in ["target", "x-versions", "x-reason"] {
            if !entries.contains_key(key) {
                self.error::<()>(&node.place, format!("the action has no `{key}`"));
            }
        }
        let (mut target, mut versions, mut reason, mut description) = (None, None, None, None);
        let (mut update, mut remove) = (None, None);
        for (key, entry) in entries {
            let value = &entry.node;
            match key.as_str() {
                "target" => target = self.target(value),
                "description" => description = self.text(key, entry),
                "update" => update = Some(value),
                "remove" => match value.as_bool() {
                    Some(true) => remove = Some(value),
                    Some(false) => {}
                    None => return self.error(&value.place, "`remove` must be true or false"),
                },
                "x-versions" => versions = self.versions(entry),
                "x-reason" => reason = self.reason(entry),
                _ if key.starts_with("x-") => {
                    return self
                        .error(&entry.key, format!("`{key}` is not known here (`x-versions`, `x-reason`)"));
                }
                _ => self.errors.extend(unknown(key, entry, "an action")),
            }
        }
        let change = match (update, remove) {
            (Some(update), None) => Some(Change::Update { node: update.clone(), json: update.to_json() }),
            (None, Some(_)) => Some(Change::Remove),
            (None, None) => self.error(&node.place, "the action has neither `update` nor `remove: true`"),
            (Some(_), Some(remove)) => self.error(
                &remove.place,
                "`remove` makes the `update` of the same action useless: write two actions",
            ),
        };
        let (target_place, target) = target?;
        Some(Action {
            place: node.place.clone(),
            target_place,
            target,
            change: change?,
            versions: versions?,
            reason: reason?,
            description,
        })
    }

    fn text(&mut self, key: &str, entry: &Entry) -> Option<String> {
        match entry.node.as_str() {
            Some(text) => Some(text.to_owned()),
            None => self
                .error(&entry.node.place, format!("`{key}` must be text, not {}", entry.node.value.kind())),
        }
    }

    fn target(&mut self, node: &Node) -> Option<(Place, JsonPath)> {
        let Some(text) = node.as_str() else {
            return self
                .error(&node.place, format!("`target` must be a JSONPath, not {}", node.value.kind()));
        };
        match JsonPath::parse(text) {
            Ok(path) => Some((node.place.clone(), path)),
            Err(problem) => {
                self.error(&node.place, format!("`target` is not a JSONPath (RFC 9535): {problem}"))
            }
        }
    }

    fn versions(&mut self, entry: &Entry) -> Option<VersionRange> {
        let Some(text) = entry.node.as_str() else {
            return self
                .error(&entry.node.place, "`x-versions` must be text in quotes, such as '1.25..1.41'");
        };
        match VersionRange::parse(text) {
            Ok(range) => Some(range),
            Err(message) => self.error(&entry.node.place, message),
        }
    }

    fn reason(&mut self, entry: &Entry) -> Option<String> {
        let text = self.text("x-reason", entry)?;
        if text.trim().is_empty() {
            return self.error(&entry.node.place, "`x-reason` must say what shows that the action is right");
        }
        Some(text)
    }
}

/// Versions from one to another, both included: `1.25..1.41`, `1.42..`, `..1.30`, `1.44`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VersionRange {
    /// The first; `None`: no matter how old.
    pub first: Option<ApiVersion>,
    /// The last; `None`: no matter how new.
    pub last: Option<ApiVersion>,
}

impl VersionRange {
    /// Whether a version lies in it.
    pub fn contains(&self, version: ApiVersion) -> bool {
        self.first.is_none_or(|first| first <= version) && self.last.is_none_or(|last| version <= last)
    }

    fn parse(text: &str) -> Result<Self, String> {
        let end = |text: &str| match text {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| text.to_owned()),
        };
        let range = match text.split_once("..") {
            Some((first, last)) => end(first).and_then(|first| Ok((first, end(last)?))),
            None => text.parse().map(|one| (Some(one), Some(one))).map_err(|_| text.to_owned()),
        };
        match range {
            Ok((Some(first), Some(last))) if first > last => {
                Err(format!("`{text}` is no range of versions: {first} is after {last}"))
            }
            Ok((first, last)) => Ok(Self { first, last }),
            Err(part) => Err(format!(
                "`{part}` is not an API version: a range is '1.25..1.41', '1.42..', '..1.30' or one version"
            )),
        }
    }
}

impl fmt::Display for VersionRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(first) = self.first {
            write!(f, "{first}")?;
        }
        if self.first != self.last || self.first.is_none() {
            f.write_str("..")?;
            if let Some(last) = self.last {
                write!(f, "{last}")?;
            }
        }
        Ok(())
    }
}
