//! YAML as a tree in which every key and value knows its place.

use indexmap::IndexMap;

use crate::source::Place;

/// A YAML value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What it is.
    pub value: Value,
    /// Where it begins and ends.
    pub place: Place,
}

/// A YAML value. Keys are strings: a number or boolean as a key is its text.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`, `~` or nothing.
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// An integer or a float.
    Number(serde_json::Number),
    /// Text.
    String(String),
    /// A sequence.
    Sequence(Vec<Node>),
    /// A mapping in document order.
    Mapping(IndexMap<String, Entry>),
}

/// One entry of a mapping: where its key stands, and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Where the key stands.
    pub key: Place,
    /// The value.
    pub node: Node,
}
