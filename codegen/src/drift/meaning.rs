//! What a schema means: references followed, `allOf` merged.

use indexmap::IndexMap;
use serde_json::Value as Json;

use crate::swagger::document::{Additional, Kind, Schema};

/// The named schemas of a document.
pub(super) type Definitions = IndexMap<String, Schema>;

/// References within references that are followed: more than any document has.
const DEPTH: usize = 32;

/// The parts that hold together: one for an inline schema, several for a reference or `allOf`. A fact is what the last
/// part says that says anything.
pub(super) struct Meaning<'d> {
    parts: Vec<&'d Schema>,
    /// Where it is used: in a property, as an item, as the body.
    pub(super) written: &'d Schema,
}

/// A property, which several parts may speak of.
pub(super) struct Property<'d> {
    pub(super) name: &'d str,
    pub(super) written: Vec<&'d Schema>,
}

impl<'d> Meaning<'d> {
    /// What all of these say together; there is at least one.
    pub(super) fn of(definitions: &'d Definitions, first: &'d Schema, more: &[&'d Schema]) -> Self {
        let mut parts = Vec::new();
        for schema in [first].iter().chain(more) {
            flatten(definitions, schema, &mut parts, 0);
        }
        Meaning { parts, written: more.last().copied().unwrap_or(first) }
    }

    /// The same for a property.
    pub(super) fn of_property(definitions: &'d Definitions, property: &Property<'d>) -> Option<Self> {
        let (first, more) = property.written.split_first()?;
        Some(Self::of(definitions, first, more))
    }

    fn said<T>(&self, fact: impl Fn(&'d Schema) -> Option<T>) -> Option<T> {
        self.parts.iter().rev().find_map(|part| fact(part))
    }

    /// The type; `None` where any is right.
    pub(super) fn kind(&self) -> Option<Kind> {
        let shown = |part: &Schema| {
            if !part.properties.is_empty() || matches!(part.additional, Some(Additional::Schema(_))) {
                Some(Kind::Object)
            } else if part.items.is_some() {
                Some(Kind::Array)
            } else {
                None
            }
        };
        self.said(|part| part.kind).or_else(|| self.said(shown))
    }

    pub(super) fn format(&self) -> Option<&'d str> {
        self.said(|part| part.format.as_deref())
    }

    pub(super) fn nullable(&self) -> bool {
        self.said(|part| part.nullable).unwrap_or(false)
            || self.parts.iter().any(|part| part.null_is_empty())
            || self.values().is_some_and(|values| values.contains(&Json::Null))
    }

    /// The values that it lists.
    pub(super) fn values(&self) -> Option<&'d [Json]> {
        self.said(|part| (!part.values.is_empty()).then_some(part.values.as_slice()))
    }

    pub(super) fn item(&self) -> Option<&'d Schema> {
        self.said(|part| part.items.as_deref())
    }

    /// The schema of what is not among the properties.
    pub(super) fn additional(&self) -> Option<&'d Schema> {
        self.said(|part| match &part.additional {
            Some(Additional::Schema(schema)) => Some(&**schema),
            _ => None,
        })
    }

    /// Whether names that are not listed are right: the document lists none, or says so.
    pub(super) fn open(&self) -> bool {
        let listed = self.parts.iter().any(|part| !part.properties.is_empty());
        let any = |part: &Schema| match part.additional {
            Some(Additional::Any(any)) => Some(any),
            _ => None,
        };
        self.said(any).unwrap_or(!listed)
    }

    /// The properties of all parts, in order.
    pub(super) fn properties(&self) -> Vec<Property<'d>> {
        let mut found: IndexMap<&'d str, Vec<&'d Schema>> = IndexMap::new();
        for part in &self.parts {
            for (name, property) in &part.properties {
                found.entry(name).or_default().push(property);
            }
        }
        found.into_iter().map(|(name, written)| Property { name, written }).collect()
    }

    pub(super) fn requires(&self, name: &str) -> bool {
        self.parts.iter().any(|part| part.required.iter().any(|required| required == name))
    }

    /// The parts that list properties.
    pub(super) fn listing(&self) -> impl Iterator<Item = &'d Schema> {
        self.parts.iter().copied().filter(|part| !part.properties.is_empty())
    }

    /// The part that lists properties last: where one more would be written.
    pub(super) fn body(&self) -> &'d Schema {
        self.listing().last().unwrap_or(self.written)
    }
}

/// Follows references and takes `allOf` apart. A chain that leads back to itself says nothing more.
fn flatten<'d>(definitions: &'d Definitions, schema: &'d Schema, parts: &mut Vec<&'d Schema>, depth: usize) {
    if depth > DEPTH || parts.iter().any(|part| std::ptr::eq(*part, schema)) {
        return;
    }
    let target = schema.reference.as_ref().and_then(|reference| definitions.get(&reference.name));
    for inner in target.into_iter().chain(&schema.all_of) {
        flatten(definitions, inner, parts, depth + 1);
    }
    parts.push(schema);
}
