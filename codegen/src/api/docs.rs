//! Documentation in our own words (`spec/docs.yaml`): by operation, parameter, filter key, type and field, for every
//! API version that has the thing.
//!
//! Where the file says nothing, the document's own description is used: the documents in `spec/` have none, so that
//! matters only when a crate is generated from an upstream document directly.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use indexmap::IndexMap;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::names::Kind;
use super::{Api, Docs, Result, TypeKind};
use crate::source::{Diagnostic, Source};

/// The content of `docs.yaml`. Names are as on the wire, types by their Rust names.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DocsFile {
    /// By operation: its `operationId`, or its `x-name` where it has one.
    pub operations: BTreeMap<String, OperationDocs>,
    /// For a parameter of this name wherever an operation gives no words of its own.
    pub parameters: BTreeMap<String, String>,
    /// For a filter key of this name wherever an operation gives no words of its own.
    pub filters: BTreeMap<String, String>,
    /// By Rust type name.
    pub types: BTreeMap<String, TypeDocs>,
    /// By operation, values for the example that is made from its signature.
    pub examples: BTreeMap<String, IndexMap<String, Value>>,
}

/// Words for an operation and what belongs to it.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OperationDocs {
    /// One sentence.
    pub summary: Option<String>,
    /// More.
    pub description: Option<String>,
    /// Query, path and header parameters.
    pub parameters: BTreeMap<String, String>,
    /// Keys of its `filters` parameter.
    pub filters: BTreeMap<String, String>,
    /// The request body.
    pub body: Option<String>,
    /// By status code, where it is not the code's plain meaning.
    #[serde(deserialize_with = "statuses")]
    pub responses: BTreeMap<String, String>,
    /// Headers of the responses.
    pub headers: BTreeMap<String, String>,
}

/// Words for a type and what belongs to it.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TypeDocs {
    /// One sentence.
    pub summary: Option<String>,
    /// More.
    pub description: Option<String>,
    /// Fields of a struct.
    pub fields: BTreeMap<String, String>,
    /// Values of an enum.
    pub values: BTreeMap<String, String>,
}

impl DocsFile {
    /// Reads the file. An entry that it cannot have, or that it has twice, is an error.
    pub fn parse(source: &Arc<Source>) -> Result<Self> {
        if source.text.lines().all(|line| line.trim().is_empty() || line.starts_with('#')) {
            return Ok(Self::default());
        }
        let mut file: Self = serde_yaml::from_str(&source.text).map_err(|error| match error.location() {
            Some(at) => Diagnostic::error(source.place(at.index(), at.index()), error.to_string()),
            None => Diagnostic::unplaced(format!("{}: {error}", source.name)),
        })?;
        // `IPAMConfig` is as good as `IpamConfig`: people copy names from the documents.
        file.types = by_rust_name(file.types, Kind::Type, source)?;
        file.operations = by_rust_name(file.operations, Kind::Request, source)?;
        file.examples = by_rust_name(file.examples, Kind::Request, source)?;
        Ok(file)
    }

    /// Entries that name nothing in any of these Apis: what they spoke of is gone, or they are misspelled.
    pub fn unused(&self, apis: &[Api]) -> Vec<String> {
        let mut known: BTreeSet<(&str, &str, &str, &str)> = BTreeSet::new();
        let statuses: BTreeSet<&String> =
            self.operations.values().flat_map(|docs| docs.responses.keys()).collect();
        for api in apis {
            for operation in &api.operations {
                let id = operation.type_name.as_str();
                known.insert(("operations", id, "", ""));
                for parameter in &operation.parameters {
                    known.insert(("operations", id, "parameters", &parameter.name));
                    known.insert(("parameters", &parameter.name, "", ""));
                    for key in parameter.filters.iter().flat_map(|filters| &filters.keys) {
                        known.insert(("operations", id, "filters", &key.name));
                        known.insert(("filters", &key.name, "", ""));
                    }
                }
                if operation.body.is_some() {
                    known.insert(("operations", id, "body", ""));
                    known.insert(("examples", id, "body", ""));
                }
                known.insert(("examples", id, "answer", ""));
                for parameter in &operation.parameters {
                    known.insert(("examples", id, &parameter.name, ""));
                }
                for response in &operation.responses {
                    if let Some(status) = statuses.get(&response.status.to_string()) {
                        known.insert(("operations", id, "responses", status));
                    }
                    for header in &response.headers {
                        known.insert(("operations", id, "headers", &header.name));
                    }
                }
            }
            for def in api.types.values() {
                known.insert(("types", &def.name, "", ""));
                match &def.kind {
                    TypeKind::Struct(fields) => {
                        known
                            .extend(fields.iter().map(|field| ("types", &*def.name, "fields", &*field.name)));
                    }
                    TypeKind::Enum(variants) => {
                        known.extend(
                            variants.iter().map(|variant| ("types", &*def.name, "values", &*variant.value)),
                        );
                    }
                    TypeKind::Alias(_) => {}
                }
            }
        }
        let mut unused = Vec::new();
        let mut check = |entry: (&str, &str, &str, &str)| {
            if !known.contains(&entry) {
                let steps = [entry.0, entry.1, entry.2, entry.3];
                unused.push(steps.into_iter().filter(|step| !step.is_empty()).collect::<Vec<_>>().join("."));
            }
        };
        for (id, docs) in &self.operations {
            check(("operations", id, "", ""));
            docs.parameters.keys().for_each(|name| check(("operations", id, "parameters", name)));
            docs.filters.keys().for_each(|name| check(("operations", id, "filters", name)));
            docs.body.iter().for_each(|_| check(("operations", id, "body", "")));
            docs.responses.keys().for_each(|code| check(("operations", id, "responses", code)));
            docs.headers.keys().for_each(|name| check(("operations", id, "headers", name)));
        }
        self.parameters.keys().for_each(|name| check(("parameters", name, "", "")));
        self.filters.keys().for_each(|name| check(("filters", name, "", "")));
        for (id, example) in &self.examples {
            check(("operations", id, "", ""));
            example.keys().for_each(|name| check(("examples", id, name, "")));
        }
        for (name, docs) in &self.types {
            check(("types", name, "", ""));
            docs.fields.keys().for_each(|field| check(("types", name, "fields", field)));
            docs.values.keys().for_each(|value| check(("types", name, "values", value)));
        }
        unused
    }
}

fn by_rust_name<T>(entries: BTreeMap<String, T>, kind: Kind, source: &Source) -> Result<BTreeMap<String, T>> {
    let mut named = BTreeMap::new();
    for (name, docs) in entries {
        if named.insert(kind.name(&name).unwrap_or_else(|| name.clone()), docs).is_some() {
            let message = format!("{}: `{name}` is there twice, spelled in two ways", source.name);
            return Err(Diagnostic::unplaced(message));
        }
    }
    Ok(named)
}

/// Status codes as keys, with quotes or without.
fn statuses<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, String>, D::Error> {
    #[derive(PartialEq, Eq, PartialOrd, Ord, Deserialize)]
    #[serde(untagged)]
    enum Status {
        Number(u16),
        Text(String),
    }
    let words = BTreeMap::<Status, String>::deserialize(deserializer)?;
    let text = |status| match status {
        Status::Number(number) => number.to_string(),
        Status::Text(text) => text,
    };
    Ok(words.into_iter().map(|(status, words)| (text(status), words)).collect())
}

impl Docs {
    /// Our words, or else the document's: each a text whose first paragraph is the summary.
    pub(super) fn of(ours: Option<&String>, documents: Option<&str>) -> Self {
        ours.map(String::as_str).or(documents).map(Self::split).unwrap_or_default()
    }

    /// Our summary and description, or else the document's.
    pub(super) fn of_parts(
        (summary, description): (Option<&String>, Option<&String>),
        documents: (Option<&str>, Option<&str>),
    ) -> Self {
        let text = |text: &str| {
            let text = text.trim();
            (!text.is_empty()).then(|| text.to_owned())
        };
        if summary.is_some() || description.is_some() {
            return Self {
                summary: summary.and_then(|summary| text(summary)),
                description: description.and_then(|description| text(description)),
            };
        }
        match documents {
            (Some(summary), description) => {
                Self { summary: text(summary), description: description.and_then(text) }
            }
            (None, Some(description)) => Self::split(description),
            (None, None) => Self::default(),
        }
    }

    /// The first paragraph is the summary, what follows is the description.
    fn split(text: &str) -> Self {
        let text = text.trim();
        let (first, rest) = text.split_once("\n\n").unwrap_or((text, ""));
        let part = |part: &str| (!part.trim().is_empty()).then(|| part.trim().to_owned());
        Self { summary: part(first), description: part(rest) }
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.summary.is_none() && self.description.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_words_go_before_the_documents() {
        let ours = "A sentence.\n\nMore of it.".to_owned();
        let docs = Docs::of(Some(&ours), Some("theirs"));
        assert_eq!(docs.summary.as_deref(), Some("A sentence."));
        assert_eq!(docs.description.as_deref(), Some("More of it."));
        assert_eq!(Docs::of(None, Some("theirs")).summary.as_deref(), Some("theirs"));
        assert!(Docs::of(None, Some("  ")).is_empty());
        let docs = Docs::of_parts((Some(&ours), None), (Some("theirs"), Some("their description")));
        assert_eq!(docs.description, None);
    }

    #[test]
    fn an_entry_that_it_cannot_have_is_an_error_with_its_line() {
        let source =
            Source::new("spec/docs.yaml", "operations:\n  ContainerList:\n    sumary: Lists containers.\n");
        let error = DocsFile::parse(&source).expect_err("misspelled");
        assert!(error.to_string().starts_with("spec/docs.yaml:3:5"), "{error}");
        assert!(error.message.contains("sumary"), "{error}");
        let twice = Source::new("docs.yaml", "types:\n  IPAM: {summary: One.}\n  Ipam: {summary: Two.}\n");
        assert!(
            DocsFile::parse(&twice).expect_err("two spellings").message.contains("`Ipam` is there twice")
        );
        assert_eq!(DocsFile::parse(&Source::new("empty", "# nothing yet\n")), Ok(DocsFile::default()));
    }
}
