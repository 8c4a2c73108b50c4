//! All versions → what became of one thing over them: in which version an operation, parameter, field, type, enum value,
//! filter key, status or header came, changed, was deprecated, went.
//!
//! `things` lists what one version has, `find` finds things by the names that people use, `events` compares a thing with
//! itself from version to version, `print` shows the result. That two things of two versions are one is decided as in
//! [`api::history`](crate::api::history): by their names.

mod events;
mod find;
mod print;
#[cfg(test)]
mod tests;
mod things;

use std::collections::HashSet;

use serde::Serialize;

pub use self::print::text;
use self::things::{Thing, things};
use crate::api::{Api, ApiVersion};

/// Everything that the known versions have.
#[derive(Debug)]
pub struct History<'a> {
    /// Oldest first.
    versions: Vec<Version<'a>>,
}

#[derive(Debug)]
struct Version<'a> {
    api: &'a Api,
    things: Vec<Thing<'a>>,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answer {
    /// The oldest known version: what it has may be older.
    pub oldest: String,
    /// The newest known version.
    pub newest: String,
    /// What was asked for.
    pub matches: Vec<Entry>,
}

/// The life of one thing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Entry {
    /// What it is.
    pub kind: Sort,
    /// Its name, with its owner's: `HostConfig.Mounts`, `ContainerList.filters.label!`, `ContainerStart.304`.
    pub name: String,
    /// Where in its owner: the place of a parameter (`query`), the parameter of a filter key, the status of a header.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within: Option<String>,
    /// Its path in the generated crate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rust: Option<String>,
    /// What it is in the newest version that has it: its type, or an operation's method and path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form: Option<String>,
    /// The versions that have it: `1.25..1.40`, several where it went and came back.
    pub versions: Vec<String>,
    /// What happened, oldest first.
    pub events: Vec<Event>,
    /// What belongs to it, of an operation or a type.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Entry>,
}

/// Something that happened to a thing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Event {
    /// The first version with the new state.
    pub version: String,
    /// What happened.
    pub event: What,
    /// The fact that changed: `type`, `required`, `default`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fact: Option<&'static str>,
    /// What it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// What it is, or for a deprecation what to use instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Where it stands: `v1.44.yaml:12:3`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
}

/// What can happen to a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// The oldest known version has it already.
    Known,
    /// It came.
    Came,
    /// One of its facts changed.
    Changed,
    /// It was deprecated.
    Deprecated,
    /// It is no longer deprecated.
    Restored,
    /// It went: this is the first version without it.
    Went,
}

/// What a thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sort {
    /// A method on a path.
    Operation,
    /// A type of the document, or one inside of it.
    Type,
    /// A parameter in path, query or header.
    Parameter,
    /// A key of a `filters` parameter.
    FilterKey,
    /// The body that an operation sends.
    Body,
    /// A status that an operation answers with.
    Status,
    /// A header of an answer.
    Header,
    /// A field of an object.
    Field,
    /// A value of an enum.
    Value,
}

impl Sort {
    /// In words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Operation => "operation",
            Self::Type => "type",
            Self::Parameter => "parameter",
            Self::FilterKey => "filter key",
            Self::Body => "body",
            Self::Status => "status",
            Self::Header => "header",
            Self::Field => "field",
            Self::Value => "value",
        }
    }
}

/// A version that is not known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no version {asked}; known are {known}")]
pub struct UnknownVersion {
    asked: ApiVersion,
    known: String,
}

impl<'a> History<'a> {
    /// The history of these versions.
    pub fn of(apis: &'a [Api]) -> Self {
        let mut versions: Vec<_> = apis.iter().map(|api| Version { api, things: things(api) }).collect();
        versions.sort_by_key(|version| version.api.version);
        Self { versions }
    }

    /// The things of this name in any version, operations and types with all that belongs to them. Nothing, if there is
    /// no such thing.
    ///
    /// Names are those of the wire or of Rust, in any case, alone (`platform`) or behind what they belong to, through any
    /// number of types: `ContainerCreate.platform`, `ContainerCreate.HostConfig.Mounts`, `HostConfig::mounts`,
    /// `ContainerList.filters.label!`, `MountType.bind`, `ContainerStart.304`, `GET /containers/json`.
    pub fn find(&self, name: &str) -> Answer {
        let keys = self.named(name);
        self.answer(self.entries(&keys))
    }

    /// Every operation and type of any version, with all that belongs to it, in the order of the newest version; what
    /// that does not have stands behind.
    pub fn all(&self) -> Answer {
        let mut seen = HashSet::new();
        let things = self.versions.iter().rev().flat_map(|version| &version.things);
        let keys: Vec<_> = things
            .filter(|thing| thing.key.is_owner() && seen.insert(&thing.key))
            .map(|thing| thing.key.clone())
            .collect();
        self.answer(self.entries(&keys))
    }

    /// What came in a version: alone, or of what [`find`](Self::find) finds. A part that came together with the operation
    /// or type that it belongs to is told as a part of that.
    pub fn since(&self, version: ApiVersion, name: Option<&str>) -> Result<Answer, UnknownVersion> {
        let known = self.versions.iter().position(|each| each.api.version == version);
        let known = known.ok_or_else(|| {
            let known: Vec<_> = self.versions.iter().map(|each| each.api.version.to_string()).collect();
            UnknownVersion { asked: version, known: known.join(", ") }
        })?;
        let within = name.map(|name| self.named(name));
        let keys = self.new_in(known, within.as_ref());
        let mut entries = self.entries(&keys);
        for entry in &mut entries {
            entry.parts.retain(|part| came_in(part, version));
        }
        Ok(self.answer(entries))
    }

    /// Names that are like this one, best first.
    pub fn suggestions(&self, name: &str) -> Vec<String> {
        find::suggestions(&self.versions, name)
    }

    fn answer(&self, matches: Vec<Entry>) -> Answer {
        let version = |version: Option<&Version<'_>>| {
            version.map(|version| version.api.version.to_string()).unwrap_or_default()
        };
        Answer { oldest: version(self.versions.first()), newest: version(self.versions.last()), matches }
    }
}

fn came_in(entry: &Entry, version: ApiVersion) -> bool {
    let version = version.to_string();
    entry
        .events
        .iter()
        .any(|event| matches!(event.event, What::Came | What::Known) && event.version == version)
}
