//! Schemas as they mean: references followed, `allOf` merged.
//!
//! A schema is the list of plain parts that hold together: one for an inline schema or a reference, several for
//! `allOf`. A fact is what the last part says that says anything; properties are those of all parts. Where a property
//! stands in several parts, its schema is made of all of them.

use std::sync::Arc;

use foldhash::{HashMap, HashMapExt as _};
use serde_json::Value as Json;

use super::digest::Digests;
use crate::source::Place;
use crate::swagger::node::{Node, Value, escape};

/// A value of the document and the way to it.
#[derive(Clone, Debug)]
pub(super) struct At<'d> {
    pub(super) node: &'d Node,
    pub(super) pointer: Arc<str>,
    pub(super) place: &'d Place,
}

impl<'d> At<'d> {
    pub(super) fn new(node: &'d Node, pointer: impl Into<Arc<str>>) -> Self {
        At { node, pointer: pointer.into(), place: &node.place }
    }

    /// What stands under a key; its place is the key's.
    pub(super) fn get(&self, key: &str) -> Option<At<'d>> {
        let entry = self.node.entry(key)?;
        let pointer = format!("{}/{}", self.pointer, escape(key)).into();
        Some(At { node: &entry.node, pointer, place: &entry.key })
    }

    /// The entries of a mapping, without its `x-` keys.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&'d str, At<'d>)> + use<'d> {
        self.named().filter(|(key, _)| !key.starts_with("x-"))
    }

    /// The entries of a mapping whose keys are names: of headers, properties, definitions.
    pub(super) fn named(&self) -> impl Iterator<Item = (&'d str, At<'d>)> + use<'d> {
        let (node, pointer) = (self.node, Arc::clone(&self.pointer));
        node.entries().map(move |(key, entry)| {
            let pointer = format!("{pointer}/{}", escape(key)).into();
            (key, At { node: &entry.node, pointer, place: &entry.key })
        })
    }

    /// The items of a list.
    pub(super) fn items(&self) -> impl Iterator<Item = At<'d>> + use<'d> {
        let (node, pointer) = (self.node, Arc::clone(&self.pointer));
        node.items().enumerate().map(move |(nth, item)| At::new(item, format!("{pointer}/{nth}")))
    }

    pub(super) fn text(&self, key: &str) -> Option<&'d str> {
        self.node.get(key).and_then(Node::as_str)
    }

    pub(super) fn is(&self, key: &str) -> bool {
        self.node.get(key).and_then(Node::as_bool) == Some(true)
    }
}

/// The number of a schema in its [`Schemas`].
pub(super) type Id = usize;

/// What a property is: its schema, and whether it must be there.
pub(super) struct Property<'d> {
    pub(super) name: &'d str,
    pub(super) at: At<'d>,
    pub(super) schema: Vec<At<'d>>,
    pub(super) required: bool,
}

/// A schema whose references are followed and whose `allOf` is merged.
#[derive(Clone, Debug)]
pub(super) struct Schema<'d> {
    parts: Arc<[At<'d>]>,
    /// The definition that it is, or whose reference comes first.
    pub(super) name: Option<&'d str>,
}

/// The schemas of one document that were asked for.
pub(super) struct Schemas<'d> {
    root: &'d Node,
    known: HashMap<Vec<*const Node>, Id>,
    all: Vec<Schema<'d>>,
}

impl<'d> Schemas<'d> {
    pub(super) fn new(root: &'d Node) -> Self {
        Schemas { root, known: HashMap::new(), all: Vec::new() }
    }

    /// The schema that all of these say together.
    pub(super) fn id(&mut self, written: &[At<'d>]) -> Id {
        let meant: Vec<At<'d>> = written.iter().map(|at| self.meant(at)).collect();
        let key: Vec<*const Node> = meant.iter().map(|at| std::ptr::from_ref(at.node)).collect();
        if let Some(id) = self.known.get(&key) {
            return *id;
        }
        let (mut parts, mut name) = (Vec::new(), None);
        for at in &meant {
            self.flatten(at, &mut parts, &mut name, 0);
        }
        self.all.push(Schema { parts: parts.into(), name });
        self.known.insert(key, self.all.len() - 1);
        self.all.len() - 1
    }

    /// What a reference leads to that says nothing else: all of them are the same schema, so that one which contains
    /// itself is met again.
    fn meant(&self, at: &At<'d>) -> At<'d> {
        let mut meant = at.clone();
        for _ in 0..64 {
            let silent =
                |(key, _): (&str, &_)| key == "$ref" || key == "description" || key.starts_with("x-go-");
            let bare = meant.node.entries().all(silent);
            match meant.text("$ref").filter(|_| bare).and_then(|reference| follow(self.root, reference)) {
                Some(target) => meant = target,
                None => break,
            }
        }
        meant
    }

    pub(super) fn get(&self, id: Id) -> Schema<'d> {
        self.all[id].clone()
    }

    /// The name of a definition.
    fn definition(&self, at: &At<'d>) -> Option<&'d str> {
        let (parent, token) = at.pointer.rsplit_once('/')?;
        if !matches!(parent, "/definitions" | "/components/schemas") {
            return None;
        }
        self.root.at(parent)?.entries().map(|(name, _)| name).find(|name| escape(name) == token)
    }

    /// Follows references and takes `allOf` apart. A chain that leads back to itself says nothing more.
    fn flatten(&self, at: &At<'d>, parts: &mut Vec<At<'d>>, name: &mut Option<&'d str>, depth: usize) {
        if depth > 64 || parts.iter().any(|part| std::ptr::eq(part.node, at.node)) {
            return;
        }
        if name.is_none() && parts.is_empty() {
            *name = self.definition(at);
        }
        if let Some(target) = at.text("$ref").and_then(|reference| follow(self.root, reference)) {
            self.flatten(&target, parts, name, depth + 1);
        }
        for member in at.get("allOf").iter().flat_map(At::items) {
            self.flatten(&member, parts, name, depth + 1);
        }
        parts.push(at.clone());
    }
}

/// What a reference inside the document leads to.
pub(super) fn follow<'d>(root: &'d Node, reference: &str) -> Option<At<'d>> {
    let pointer = reference.strip_prefix('#')?;
    let place = root.place_of(pointer);
    root.at(pointer).map(|node| At { node, pointer: pointer.into(), place })
}

/// The form of a value: what decides whether two schemas can be compared deeper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Any,
    Null,
    String,
    Number,
    Integer,
    Boolean,
    File,
    Array,
    Object,
    /// An object whose names are free and whose values have a schema.
    Map,
    /// A list of types.
    Several,
    /// `oneOf`, `anyOf`.
    Choice,
}

impl Form {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Null => "null",
            Self::String => "string",
            Self::Number => "number",
            Self::Integer => "integer",
            Self::Boolean => "boolean",
            Self::File => "file",
            Self::Array => "array",
            Self::Object => "object",
            Self::Map => "map",
            Self::Several => "several types",
            Self::Choice => "one of",
        }
    }
}

impl<'d> Schema<'d> {
    /// Whether two schemas surely say the same: their parts do, with all that those refer to.
    pub(super) fn is_surely(&self, digests: &Digests<'d>, other: &Schema<'d>, others: &Digests<'d>) -> bool {
        let parts = |schema: &Schema<'d>, digests: &Digests<'d>| -> Option<Vec<u64>> {
            schema.parts.iter().map(|part| digests.get(part.node)).collect()
        };
        parts(self, digests).is_some_and(|parts_of| Some(parts_of) == parts(other, others))
    }

    /// The main part: where the schema itself is written.
    pub(super) fn at(&self) -> &At<'d> {
        self.parts.last().expect("a schema has at least the part it was made of")
    }

    /// What the schema says under a key.
    pub(super) fn fact(&self, key: &str) -> Option<At<'d>> {
        self.parts.iter().rev().find_map(|part| part.get(key))
    }

    /// What it says under a key, without the way to it.
    pub(super) fn says(&self, key: &str) -> Option<&'d Node> {
        self.parts.iter().rev().find_map(|part| part.node.get(key))
    }

    pub(super) fn is(&self, key: &str) -> bool {
        self.says(key).and_then(Node::as_bool) == Some(true)
    }

    fn has(&self, key: &str) -> bool {
        self.says(key).is_some()
    }

    pub(super) fn nullable(&self) -> bool {
        let listed = |node: &Node| node.items().any(|item| item.as_str() == Some("null"));
        let word = self.says("x-nullable").or_else(|| self.says("nullable")).and_then(Node::as_bool);
        word.unwrap_or(false) || self.says("type").is_some_and(listed)
    }

    /// The types that it lists, without null.
    fn types(&self) -> Vec<&'d str> {
        match self.says("type").map(|node| &node.value) {
            Some(Value::String(text)) => vec![text],
            Some(Value::Sequence(items)) => {
                let mut types: Vec<_> =
                    items.iter().filter_map(Node::as_str).filter(|text| *text != "null").collect();
                types.sort_unstable();
                types.dedup();
                types
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn form(&self) -> Form {
        match *self.types() {
            ["string"] => Form::String,
            ["number"] => Form::Number,
            ["integer"] => Form::Integer,
            ["boolean"] => Form::Boolean,
            ["array"] => Form::Array,
            ["file"] => Form::File,
            ["null"] => Form::Null,
            ["object"] => self.object_form(),
            [_, ..] => Form::Several,
            [] if self.has("oneOf") || self.has("anyOf") => Form::Choice,
            [] if self.has("properties") || self.has("additionalProperties") => self.object_form(),
            [] if self.has("items") => Form::Array,
            [] if self.says("enum").is_some_and(|list| list.items().any(|item| item.as_str().is_some())) => {
                Form::String
            }
            [] => Form::Any,
        }
    }

    fn object_form(&self) -> Form {
        if self.additional().is_some() && self.names().is_empty() { Form::Map } else { Form::Object }
    }

    pub(super) fn format(&self) -> Option<&'d str> {
        self.says("format").and_then(Node::as_str)
    }

    /// The type in words: `integer (int64)`, `array of string`, `map of Mount`.
    pub(super) fn describe(&self, schemas: &mut Schemas<'d>) -> String {
        self.describe_to(schemas, 0)
    }

    fn describe_to(&self, schemas: &mut Schemas<'d>, depth: usize) -> String {
        let inner = |schemas: &mut Schemas<'d>, part: Option<Vec<At<'d>>>| match part {
            Some(part) if depth < 4 => {
                let id = schemas.id(&part);
                let inner = schemas.get(id);
                match inner.name {
                    Some(name) if matches!(inner.form(), Form::Object | Form::Choice) => name.to_owned(),
                    _ => inner.describe_to(schemas, depth + 1),
                }
            }
            _ => "any".to_owned(),
        };
        match self.form() {
            Form::Array => format!("array of {}", inner(schemas, self.item())),
            Form::Map => format!("map of {}", inner(schemas, self.additional())),
            Form::Several => self.types().join(" or "),
            Form::Choice => {
                let choices: Vec<_> =
                    self.choices().into_iter().map(|choice| inner(schemas, Some(vec![choice]))).collect();
                format!("one of {}", choices.join(", "))
            }
            form => match self.format() {
                Some(format) => format!("{} ({format})", form.as_str()),
                None => form.as_str().to_owned(),
            },
        }
    }

    /// The schema of the items of an array.
    pub(super) fn item(&self) -> Option<Vec<At<'d>>> {
        self.joined("items")
    }

    /// The schema of the values of a map. `true` and `{}` say nothing that an open object does not.
    pub(super) fn additional(&self) -> Option<Vec<At<'d>>> {
        let parts = self.joined("additionalProperties")?;
        parts.iter().any(|part| part.node.entries().next().is_some()).then_some(parts)
    }

    /// Whether names that are not listed are refused.
    pub(super) fn closed(&self) -> bool {
        self.says("additionalProperties").and_then(Node::as_bool) == Some(false)
    }

    fn joined(&self, key: &str) -> Option<Vec<At<'d>>> {
        let parts: Vec<_> = self.parts.iter().filter_map(|part| part.get(key)).collect();
        (!parts.is_empty()).then_some(parts)
    }

    /// The members of `oneOf` and `anyOf`.
    pub(super) fn choices(&self) -> Vec<At<'d>> {
        let lists = self.parts.iter().flat_map(|part| [part.get("oneOf"), part.get("anyOf")]);
        lists.flatten().flat_map(|list| list.items().collect::<Vec<_>>()).collect()
    }

    /// The properties of all parts, in order.
    pub(super) fn properties(&self) -> Vec<Property<'d>> {
        let mut found: Vec<Property<'d>> = Vec::new();
        let mut index: HashMap<&str, usize> = HashMap::new();
        for part in &*self.parts {
            let Some(properties) = part.get("properties") else { continue };
            for (name, at) in properties.named() {
                match index.get(name) {
                    Some(nth) => {
                        found[*nth].schema.push(at.clone());
                        found[*nth].at = at;
                    }
                    None => {
                        index.insert(name, found.len());
                        found.push(Property { name, schema: vec![at.clone()], at, required: false });
                    }
                }
            }
        }
        for part in &*self.parts {
            for name in part.node.get("required").into_iter().flat_map(Node::items).filter_map(Node::as_str) {
                if let Some(nth) = index.get(name) {
                    found[*nth].required = true;
                }
            }
        }
        found
    }

    /// The names of its properties, in order.
    pub(super) fn names(&self) -> Vec<&'d str> {
        let properties = self.parts.iter().filter_map(|part| part.node.get("properties"));
        properties.flat_map(Node::entries).map(|(name, _)| name).collect()
    }

    /// The texts of its enum, in order.
    pub(super) fn words(&self) -> Vec<&'d str> {
        self.says("enum").into_iter().flat_map(Node::items).filter_map(Node::as_str).collect()
    }

    /// What it says to generators only.
    pub(super) fn marks(&self) -> Vec<(&'d str, Json)> {
        let idle = |key: &str, node: &Node| match key {
            "x-nullable" | "nullable" => node.as_bool() == Some(false),
            _ => key.starts_with("x-go-") || key == "x-omitempty",
        };
        let keys = self.parts.iter().flat_map(|part| part.node.entries());
        keys.filter(|(key, entry)| idle(key, &entry.node))
            .map(|(key, entry)| (key, entry.node.to_json()))
            .collect()
    }

    /// The values that `enum` lists, with their places. Null is told by nullability.
    pub(super) fn values(&self) -> Option<Vec<(Json, At<'d>)>> {
        let list = self.fact("enum")?;
        Some(
            list.items()
                .filter(|item| !item.node.is_null())
                .map(|item| (item.node.to_json(), item))
                .collect(),
        )
    }
}
