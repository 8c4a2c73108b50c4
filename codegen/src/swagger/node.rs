//! YAML as a tree in which every key and value knows its place.
//!
//! The tree is what import repairs, what the overlay merges into and what errors point into. It is
//! addressed by JSON pointer ([`Node::at`]): `/definitions/Mount/properties/Type`.

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

/// The entries of a mapping in document order.
pub type Mapping = IndexMap<String, Entry, foldhash::fast::RandomState>;

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
    Mapping(Mapping),
}

/// One entry of a mapping: where its key stands, and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Where the key stands.
    pub key: Place,
    /// The value.
    pub node: Node,
}

impl Value {
    /// What it is, for messages: `a mapping`, `text`, …
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Null => "nothing",
            Value::Bool(_) => "true or false",
            Value::Number(_) => "a number",
            Value::String(_) => "text",
            Value::Sequence(_) => "a list",
            Value::Mapping(_) => "a mapping",
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::String(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::String(text)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Value::Bool(value)
    }
}

impl Node {
    /// A value at a place.
    pub fn new(value: impl Into<Value>, place: Place) -> Self {
        Node { value: value.into(), place }
    }

    /// A mapping without entries.
    pub fn mapping(place: Place) -> Self {
        Node { value: Value::Mapping(Mapping::default()), place }
    }

    /// Text, or nothing if it is something else.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// `true` or `false`, or nothing if it is something else.
    pub fn as_bool(&self) -> Option<bool> {
        match self.value {
            Value::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// A number, or nothing if it is something else.
    pub fn as_number(&self) -> Option<&serde_json::Number> {
        match &self.value {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The items of a sequence, or nothing if it is something else.
    pub fn as_sequence(&self) -> Option<&[Node]> {
        match &self.value {
            Value::Sequence(items) => Some(items),
            _ => None,
        }
    }

    /// The items of a sequence to change them.
    pub fn as_sequence_mut(&mut self) -> Option<&mut Vec<Node>> {
        match &mut self.value {
            Value::Sequence(items) => Some(items),
            _ => None,
        }
    }

    /// The entries of a mapping, or nothing if it is something else.
    pub fn as_mapping(&self) -> Option<&Mapping> {
        match &self.value {
            Value::Mapping(entries) => Some(entries),
            _ => None,
        }
    }

    /// The entries of a mapping to change them.
    pub fn as_mapping_mut(&mut self) -> Option<&mut Mapping> {
        match &mut self.value {
            Value::Mapping(entries) => Some(entries),
            _ => None,
        }
    }

    /// True for `null` and for nothing.
    pub fn is_null(&self) -> bool {
        self.value == Value::Null
    }

    /// The value of a key; nothing where there is no such key or no mapping.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.node)
    }

    /// The value of a key to change it.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        self.as_mapping_mut()?.get_mut(key).map(|entry| &mut entry.node)
    }

    /// The entry of a key: where the key stands, and the value.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.as_mapping()?.get(key)
    }

    /// The entries of a mapping in order; none if it is something else.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.as_mapping().into_iter().flatten().map(|(key, entry)| (key.as_str(), entry))
    }

    /// The items of a sequence in order; none if it is something else.
    pub fn items(&self) -> impl Iterator<Item = &Node> {
        self.as_sequence().into_iter().flatten()
    }

    /// Puts a value under a key of a mapping: in place of the old one, or at the end, where it gets the
    /// mapping's own place. Does nothing to what is no mapping.
    pub fn set(&mut self, key: &str, value: impl Into<Value>) {
        let place = self.place.clone();
        let Some(entries) = self.as_mapping_mut() else { return };
        match entries.get_mut(key) {
            Some(entry) => entry.node.value = value.into(),
            None => {
                let node = Node::new(value, place.clone());
                entries.insert(key.to_owned(), Entry { key: place, node });
            }
        }
    }

    /// Takes a key out of a mapping and keeps the order of the others.
    pub fn remove(&mut self, key: &str) -> Option<Entry> {
        self.as_mapping_mut()?.shift_remove(key)
    }

    /// The value at a JSON pointer (RFC 6901): `""` is this node, `~1` is `/` and `~0` is `~` in a key.
    pub fn at(&self, pointer: &str) -> Option<&Node> {
        if pointer.is_empty() {
            return Some(self);
        }
        pointer.strip_prefix('/')?.split('/').try_fold(self, |node, token| match &node.value {
            Value::Mapping(entries) => entries.get(&*unescape(token)).map(|entry| &entry.node),
            Value::Sequence(items) => items.get(position(token)?),
            _ => None,
        })
    }

    /// The value at a JSON pointer to change it.
    pub fn at_mut(&mut self, pointer: &str) -> Option<&mut Node> {
        if pointer.is_empty() {
            return Some(self);
        }
        pointer.strip_prefix('/')?.split('/').try_fold(self, |node, token| match &mut node.value {
            Value::Mapping(entries) => entries.get_mut(&*unescape(token)).map(|entry| &mut entry.node),
            Value::Sequence(items) => items.get_mut(position(token)?),
            _ => None,
        })
    }

    /// Where the thing that a JSON pointer names is written: its key if it has one, else its value. A
    /// pointer that leads nowhere gives the nearest thing above it.
    pub fn place_of(&self, pointer: &str) -> &Place {
        let mut place = &self.place;
        let mut node = self;
        for token in pointer.strip_prefix('/').into_iter().flat_map(|rest| rest.split('/')) {
            let next = match &node.value {
                Value::Mapping(entries) => {
                    entries.get(&*unescape(token)).map(|entry| (&entry.key, &entry.node))
                }
                Value::Sequence(items) => {
                    position(token).and_then(|nth| items.get(nth)).map(|item| (&item.place, item))
                }
                _ => None,
            };
            let Some((found, inner)) = next else { break };
            (place, node) = (found, inner);
        }
        place
    }

    /// The plain value, without places.
    pub fn to_json(&self) -> serde_json::Value {
        match &self.value {
            Value::Null => serde_json::Value::Null,
            Value::Bool(value) => (*value).into(),
            Value::Number(number) => number.clone().into(),
            Value::String(text) => text.clone().into(),
            Value::Sequence(items) => items.iter().map(Node::to_json).collect(),
            Value::Mapping(entries) => {
                entries.iter().map(|(key, entry)| (key.clone(), entry.node.to_json())).collect()
            }
        }
    }

    /// A tree in which everything stands at one place: a plain value as part of a document.
    pub fn from_json(value: &serde_json::Value, place: &Place) -> Node {
        let value = match value {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(value) => Value::Bool(*value),
            serde_json::Value::Number(number) => Value::Number(number.clone()),
            serde_json::Value::String(text) => Value::String(text.clone()),
            serde_json::Value::Array(items) => {
                Value::Sequence(items.iter().map(|item| Node::from_json(item, place)).collect())
            }
            serde_json::Value::Object(entries) => Value::Mapping(
                entries
                    .iter()
                    .map(|(key, value)| {
                        (key.clone(), Entry { key: place.clone(), node: Node::from_json(value, place) })
                    })
                    .collect(),
            ),
        };
        Node { value, place: place.clone() }
    }
}

/// A key as a token of a JSON pointer: `~` is `~0`, `/` is `~1`.
pub fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

fn unescape(token: &str) -> std::borrow::Cow<'_, str> {
    if token.contains('~') { token.replace("~1", "/").replace("~0", "~").into() } else { token.into() }
}

/// An array index as RFC 6901 has it: no sign, no leading zero.
fn position(token: &str) -> Option<usize> {
    let plain = token == "0" || (!token.starts_with('0') && token.bytes().all(|b| b.is_ascii_digit()));
    if plain { token.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;
    use crate::swagger::reader::read;

    fn tree() -> Node {
        let text = "paths:\n  /a/~b:\n    get: [x, {y: 2}]\nname: n\n";
        read(&Source::new("t.yaml", text)).expect("well formed")
    }

    #[test]
    fn pointers_find_values() {
        let tree = tree();
        assert_eq!(
            tree.at("/paths/~1a~1~0b/get/1/y").and_then(Node::as_number).and_then(|n| n.as_u64()),
            Some(2)
        );
        assert_eq!(tree.at(""), Some(&tree));
        for nowhere in ["/paths/nope", "/paths/~1a~1~0b/get/01", "/name/x", "name", "/paths/~1a~1~0b/get/9"] {
            assert_eq!(tree.at(nowhere), None, "{nowhere}");
        }
    }

    #[test]
    fn places_are_those_of_keys() {
        let tree = tree();
        assert_eq!(tree.place_of("/name").to_string(), "t.yaml:4:1");
        assert_eq!(tree.place_of("/paths/~1a~1~0b/get/1/y").to_string(), "t.yaml:3:15");
        assert_eq!(tree.place_of("/paths/~1a~1~0b/nope/x").to_string(), "t.yaml:2:3");
    }

    #[test]
    fn json_goes_both_ways() {
        let tree = tree();
        let back = Node::from_json(&tree.to_json(), &tree.place);
        assert_eq!(back.to_json(), tree.to_json());
    }

    #[test]
    fn set_replaces_or_appends() {
        let mut tree = tree();
        tree.set("name", "m");
        tree.set("new", true);
        assert_eq!(tree.get("name").and_then(Node::as_str), Some("m"));
        assert_eq!(tree.entries().map(|(key, _)| key).collect::<Vec<_>>(), ["paths", "name", "new"]);
        tree.remove("name");
        assert_eq!(tree.at_mut("/new").and_then(|n| n.as_bool()), Some(true));
        assert_eq!(tree.get("name"), None);
    }
}
