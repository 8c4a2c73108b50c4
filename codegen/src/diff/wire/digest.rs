//! Which parts of two documents say the same, with all that they refer to. Who compares a document with many others
//! learns that once, and then looks at nothing twice that cannot differ.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::marker::PhantomData;

use foldhash::{HashMap, HashMapExt as _};

use crate::swagger::node::{Node, Value};

/// A number for each mapping of a document. Two with the same number say the same in the same order.
pub(super) struct Digests<'d> {
    /// By the address of the node, which stays where it is as long as the document is borrowed.
    mappings: HashMap<usize, u64>,
    /// What holds for all operations: `consumes`, `produces`.
    common: u64,
    document: PhantomData<&'d Node>,
}

/// What of a document is not for all operations, or says nothing of the wire.
const APART: [&str; 7] = ["paths", "definitions", "components", "info", "tags", "basePath", "servers"];

impl<'d> Digests<'d> {
    /// The digests of a document.
    pub(super) fn of(root: &'d Node) -> Self {
        let mut targets = BTreeMap::new();
        find_targets(root, root, &mut targets);
        let closed = targets.keys().map(|pointer| (*pointer, closed(pointer, &targets))).collect();
        let mut digests = Self { mappings: HashMap::new(), common: 0, document: PhantomData };
        digests.add(root, &closed);
        let mut common = DefaultHasher::new();
        for (key, entry) in root.entries().filter(|(key, _)| !APART.contains(key)) {
            (key, digests.add(&entry.node, &closed)).hash(&mut common);
        }
        digests.common = common.finish();
        digests
    }

    /// Notes the digests of all mappings in a node, and gives the node's.
    fn add(&mut self, node: &'d Node, closed: &HashMap<&str, u64>) -> u64 {
        let mut hasher = DefaultHasher::new();
        own(node, &mut hasher);
        match &node.value {
            Value::Sequence(items) => items.iter().for_each(|item| self.add(item, closed).hash(&mut hasher)),
            Value::Mapping(entries) => {
                for (key, entry) in entries {
                    (key, self.add(&entry.node, closed)).hash(&mut hasher);
                }
                reference(node).and_then(|pointer| closed.get(pointer)).hash(&mut hasher);
                self.mappings.insert(address(node), hasher.finish());
            }
            _ => {}
        }
        hasher.finish()
    }

    /// The number of a mapping of the document.
    pub(super) fn get(&self, node: &'d Node) -> Option<u64> {
        self.mappings.get(&address(node)).copied()
    }

    /// What holds for all operations.
    pub(super) fn common(&self) -> u64 {
        self.common
    }
}

fn address(node: &Node) -> usize {
    std::ptr::from_ref(node).addr()
}

fn reference(node: &Node) -> Option<&str> {
    node.get("$ref").and_then(Node::as_str).and_then(|text| text.strip_prefix('#'))
}

/// Something that is referred to: what it says itself, and what it refers to.
struct Target<'d> {
    text: u64,
    refers: BTreeSet<&'d str>,
}

fn find_targets<'d>(root: &'d Node, node: &'d Node, targets: &mut BTreeMap<&'d str, Target<'d>>) {
    if let Some(pointer) = reference(node)
        && !targets.contains_key(pointer)
        && let Some(target) = root.at(pointer)
    {
        let mut refers = BTreeSet::new();
        let text = text(target, &mut refers);
        targets.insert(pointer, Target { text, refers });
    }
    node.entries().for_each(|(_, entry)| find_targets(root, &entry.node, targets));
    node.items().for_each(|item| find_targets(root, item, targets));
}

/// What a node says itself, references by their words.
fn text<'d>(node: &'d Node, refers: &mut BTreeSet<&'d str>) -> u64 {
    let mut hasher = DefaultHasher::new();
    own(node, &mut hasher);
    refers.extend(reference(node));
    node.entries().for_each(|(key, entry)| (key, text(&entry.node, refers)).hash(&mut hasher));
    node.items().for_each(|item| text(item, refers).hash(&mut hasher));
    hasher.finish()
}

fn own(node: &Node, hasher: &mut DefaultHasher) {
    std::mem::discriminant(&node.value).hash(hasher);
    match &node.value {
        Value::Null => {}
        Value::Bool(value) => value.hash(hasher),
        Value::Number(value) => value.to_string().hash(hasher),
        Value::String(value) => value.hash(hasher),
        Value::Sequence(items) => items.len().hash(hasher),
        Value::Mapping(entries) => entries.len().hash(hasher),
    }
}

/// What something says with all that it leads to, by the names of those.
fn closed(pointer: &str, targets: &BTreeMap<&str, Target<'_>>) -> u64 {
    let mut reached = BTreeSet::new();
    let mut open = vec![pointer];
    while let Some(pointer) = open.pop() {
        if let Some((name, target)) = targets.get_key_value(pointer)
            && reached.insert((*name, target.text))
        {
            open.extend(&target.refers);
        }
    }
    let mut hasher = DefaultHasher::new();
    reached.hash(&mut hasher);
    hasher.finish()
}
