//! The result of a comparison: changes, their kinds and levels.

use std::fmt;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::levels::Rule;
use crate::source::Place;

/// What changed between two documents.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Diff {
    /// Name of the older side: its version, or the path of its document.
    pub from: String,
    /// Name of the newer side.
    pub to: String,
    /// What a program meets that speaks to the Engine. One entry for each operation that a cause reaches.
    pub changes: Vec<Change>,
    /// What a program meets that depends on the generated crate.
    pub rust: Vec<RustChange>,
    /// Differences that are no news (order, names of definitions, …), by kind, for the footer.
    pub unlisted: Vec<(String, usize)>,
}

impl Diff {
    /// The gravest level on each side.
    pub fn verdict(&self) -> Verdict {
        Verdict {
            wire: self.changes.iter().map(|change| change.level).max(),
            semver: self.rust.iter().map(|change| change.semver).max().unwrap_or(Semver::Patch),
        }
    }
}

/// The gravest level on each side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// On the wire; `None` when nothing changed.
    pub wire: Option<Level>,
    /// In Rust.
    pub semver: Semver,
}

/// The part of a crate's version that has to grow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Semver {
    /// Nothing in the public API changed.
    Patch,
    /// Only additions.
    Minor,
    /// Programs may stop compiling.
    Major,
}

impl Semver {
    /// `patch`, `minor`, `major`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }
}

/// How grave a change is for an existing program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Nothing that worked stops working.
    Info,
    /// What worked may behave otherwise.
    Warning,
    /// What worked fails, or is silently ignored.
    Breaking,
}

impl Level {
    /// `breaking`, `warning`, `info`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Breaking => "breaking",
        }
    }

    /// The level of a name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Info, Self::Warning, Self::Breaking].into_iter().find(|level| level.as_str() == name)
    }
}

/// One change at one operation.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// What happened.
    pub kind: Kind,
    /// How grave it is: as the rule says, unless the configuration says otherwise.
    pub level: Level,
    /// The row of the table of levels that this change falls under.
    pub rule: &'static Rule,
    /// `operationId` (of the newer side where both have the operation), `GET /path` where the document gives none;
    /// empty for a schema that no operation refers to.
    pub operation: String,
    /// HTTP method; empty for a schema that no operation refers to.
    pub method: String,
    /// Path template, or `#/definitions/NAME` for a schema that no operation refers to.
    pub path: String,
    /// Where in the operation; `None` when the change is of the operation itself.
    pub location: Option<Location>,
    /// The way of a field from the body's root: `HostConfig.Mounts[].BindOptions`. Outside bodies it is what the subject
    /// lies in, if anything: the parameter of an enum value (`condition`), the parameter of a filter key (`filters`),
    /// the key of a filter's value (`filters.status`), the header of an enum value.
    pub pointer: String,
    /// The name that changed: parameter, last field (`body` for the body itself), header, status, media type, enum value,
    /// filter key.
    pub subject: String,
    /// The fact on the older side: the type of what was removed, the old value of what changed.
    pub before: Option<Value>,
    /// The fact on the newer side.
    pub after: Option<Value>,
    /// How sure a `renamed` is, from 0 to 1.
    pub score: Option<f64>,
    /// What else a reader must know.
    pub note: Option<Note>,
    /// What to do instead, where the documents' history tells.
    pub advice: Option<String>,
    /// Changes of one cause (a field of a shared definition) are one entry to a reader.
    pub cause: Cause,
    /// Place on the older side.
    pub from: Option<Place>,
    /// Place on the newer side.
    pub to: Option<Place>,
}

impl Change {
    /// Whether this is something that came or went, and the other change is of it or of what is in it.
    pub(super) fn holds(&self, other: &Change) -> bool {
        let same =
            (&self.method, &self.path, &self.location) == (&other.method, &other.path, &other.location);
        let within = match self.kind.undirected() {
            Kind::ResponseFieldAdded | Kind::ResponseFieldRemoved | Kind::Renamed => {
                let rest = other.pointer.strip_prefix(&*self.pointer);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[', '{']))
            }
            Kind::ResponseHeaderAdded | Kind::ResponseHeaderRemoved => self.subject == other.subject,
            _ => false,
        };
        same && within
    }

    /// Names this finding in the configuration file: the same finding has the same fingerprint in every run.
    pub fn fingerprint(&self) -> String {
        let json = |value: &Option<Value>| value.as_ref().map(Value::to_string).unwrap_or_default();
        let location = self.location.as_ref().map(Location::to_string).unwrap_or_default();
        let mut hash = Sha256::new();
        for part in [
            self.kind.as_str(),
            &self.method,
            &self.path,
            &location,
            &self.pointer,
            &self.subject,
            &json(&self.before),
            &json(&self.after),
        ] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
    }
}

/// What a reader must know of a change beyond what changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Note {
    /// Only the documents differ: the overlay says that Engines behave the same in both versions.
    DocumentOnly,
    /// Only the overlay says it: the documents are the same.
    OverlayOnly,
    /// No operation refers to the schema: the messages of a stream, and the like.
    Unreferenced,
}

impl Note {
    /// The word for it in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DocumentOnly => "document-only",
            Self::OverlayOnly => "overlay-only",
            Self::Unreferenced => "unreferenced",
        }
    }

    /// A sentence for people.
    pub fn text(self) -> &'static str {
        match self {
            Self::DocumentOnly => "only the documents differ: Engines behave alike in both versions",
            Self::OverlayOnly => "the documents do not say so, the overlay does",
            Self::Unreferenced => "no operation refers to it in the document",
        }
    }
}

/// What makes changes at several operations one news: the pointers, in the two documents, of what changed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Cause {
    /// Pointer in the older document, without the operation that leads there.
    pub from: Option<String>,
    /// Pointer in the newer document.
    pub to: Option<String>,
}

/// Where in an operation something changed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Location {
    /// The query string.
    Query,
    /// A request header.
    Header,
    /// The path.
    Path,
    /// The request body.
    Request,
    /// The response of a status. 0 is `default`, 1 to 5 are the ranges `1XX` to `5XX`.
    Response(u16),
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Query => f.write_str("query"),
            Self::Header => f.write_str("header"),
            Self::Path => f.write_str("path"),
            Self::Request => f.write_str("request"),
            Self::Response(0) => f.write_str("response.default"),
            Self::Response(range @ 1..=5) => write!(f, "response.{range}XX"),
            Self::Response(status) => write!(f, "response.{status}"),
        }
    }
}

/// Declares an enum whose variants have one written form.
macro_rules! kinds {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$doc])* $variant,)* }

        impl $name {
            /// All kinds, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The name in JSON and in the configuration file.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }

            /// The kind of a name.
            pub fn parse(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|kind| kind.as_str() == name)
            }
        }
    };
}

kinds! {
    /// What happened on the wire.
    #[allow(missing_docs)]
    Kind {
        EndpointAdded = "endpoint-added",
        EndpointRemoved = "endpoint-removed",
        OperationIdChanged = "operation-id-changed",
        PathChanged = "path-changed",
        QueryParamAdded = "query-param-added",
        QueryParamRemoved = "query-param-removed",
        HeaderParamAdded = "header-param-added",
        HeaderParamRemoved = "header-param-removed",
        PathParamAdded = "path-param-added",
        PathParamRemoved = "path-param-removed",
        RequestFieldAdded = "request-field-added",
        RequestFieldRemoved = "request-field-removed",
        ResponseFieldAdded = "response-field-added",
        ResponseFieldRemoved = "response-field-removed",
        RequiredChanged = "required-changed",
        NullabilityChanged = "nullability-changed",
        TypeChanged = "type-changed",
        EnumIntroduced = "enum-introduced",
        EnumDropped = "enum-dropped",
        EnumValueAdded = "enum-value-added",
        EnumValueRemoved = "enum-value-removed",
        FilterKeyAdded = "filter-key-added",
        FilterKeyRemoved = "filter-key-removed",
        DefaultChanged = "default-changed",
        ConstraintChanged = "constraint-changed",
        StatusCodeAdded = "status-code-added",
        StatusCodeRemoved = "status-code-removed",
        ResponseBodyAdded = "response-body-added",
        ResponseBodyRemoved = "response-body-removed",
        MediaTypeAdded = "media-type-added",
        MediaTypeRemoved = "media-type-removed",
        ResponseHeaderAdded = "response-header-added",
        ResponseHeaderRemoved = "response-header-removed",
        Deprecated = "deprecated",
        Renamed = "renamed",
    }
}

impl Kind {
    /// The one kind for what comes or goes in requests and in responses.
    pub fn undirected(self) -> Self {
        match self {
            Self::RequestFieldAdded => Self::ResponseFieldAdded,
            Self::RequestFieldRemoved => Self::ResponseFieldRemoved,
            kind => kind,
        }
    }
}

/// One change in the public API of the generated crate.
#[derive(Clone, Debug, PartialEq)]
pub struct RustChange {
    /// What happened.
    pub kind: RustKind,
    /// How grave it is for a program that depends on the crate and is written as its documentation shows.
    pub level: Level,
    /// What it asks of the crate's version by the rules of semver, which look at any program that can be written. A
    /// new field is an example of the difference: a struct literal that ends in `..Default::default()` takes no
    /// notice, one that names every field stops compiling.
    pub semver: Semver,
    /// Path of the item, in the older crate if it has it: `models::Mount::type_`, `Client::container_list`.
    pub item: String,
    /// Declaration on the older side.
    pub before: Option<String>,
    /// Declaration on the newer side.
    pub after: Option<String>,
    /// What to do instead, where history tells.
    pub advice: Option<String>,
    /// Place of its origin on the older side.
    pub from: Option<Place>,
    /// Place of its origin on the newer side.
    pub to: Option<Place>,
}

kinds! {
    /// What happened in Rust.
    #[allow(missing_docs)]
    RustKind {
        TypeAdded = "type-added",
        TypeRemoved = "type-removed",
        TypeRenamed = "type-renamed",
        FieldAdded = "field-added",
        FieldRemoved = "field-removed",
        FieldRenamed = "field-renamed",
        FieldTypeChanged = "field-type-changed",
        VariantAdded = "variant-added",
        VariantRemoved = "variant-removed",
        VariantRenamed = "variant-renamed",
        MethodAdded = "method-added",
        MethodRemoved = "method-removed",
        MethodRenamed = "method-renamed",
        SignatureChanged = "signature-changed",
        TypeChanged = "type-changed",
        Deprecated = "deprecated",
    }
}
