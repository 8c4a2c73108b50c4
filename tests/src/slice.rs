//! A document → a few of its operations and what they need: small enough to compile hundreds of them.

use std::collections::BTreeSet;

use docker_engine_codegen::swagger::{Node, Value};
use fastrand::Rng;

/// How many properties are left of a schema that has more.
const PROPERTIES: usize = 6;

/// How many definitions make a slice small.
const DEFINITIONS: usize = 14;

/// Keeps one to three operations, the definitions that they reach, and some properties of each.
///
/// # Panics
///
/// When the document has no `paths`.
pub fn slice(document: &Node, random: &mut Rng) -> Node {
    let mut small = document.clone();
    thin(&mut small, random);
    let operations: Vec<(String, String)> = document
        .get("paths")
        .expect("a document has paths")
        .entries()
        .flat_map(|(path, entry)| {
            entry.node.entries().map(|(method, _)| (path.to_owned(), method.to_owned()))
        })
        .filter(|(_, method)| !method.starts_with("x-") && method != "parameters")
        .collect();
    let mut kept: Vec<(String, String)> = Vec::new();
    let mut needed = BTreeSet::new();
    for nth in 0..random.usize(1..=3) {
        // One that makes the slice large is left for another, unless the first few all do.
        for _ in 0..8 {
            let (path, method) = random.choice(&operations).expect("a document has operations");
            let mut with = needed.clone();
            reach(&small, small.at(&pointer(path, method)).expect("listed"), &mut with);
            if with.len() <= DEFINITIONS {
                needed = with;
                kept.push((path.clone(), method.clone()));
                break;
            }
        }
        if nth == 0 && kept.is_empty() {
            kept.push(operations[0].clone());
            reach(
                &small,
                small.at(&pointer(&operations[0].0, &operations[0].1)).expect("listed"),
                &mut needed,
            );
        }
    }
    let paths = small.get_mut("paths").and_then(Node::as_mapping_mut).expect("a document has paths");
    paths.retain(|path, entry| {
        let Some(methods) = entry.node.as_mapping_mut() else { return false };
        methods
            .retain(|method, _| method == "parameters" || kept.iter().any(|(p, m)| p == path && m == method));
        kept.iter().any(|(p, _)| p == path)
    });
    for section in ["definitions", "parameters", "responses"] {
        if let Some(entries) = small.get_mut(section).and_then(Node::as_mapping_mut) {
            entries.retain(|name, _| needed.contains(&format!("/{section}/{name}")));
        }
    }
    small
}

fn pointer(path: &str, method: &str) -> String {
    format!("/paths/{}/{method}", path.replace('~', "~0").replace('/', "~1"))
}

/// Takes properties out of every large schema, and their names out of `required`.
fn thin(node: &mut Node, random: &mut Rng) {
    if let Some(properties) = node.get_mut("properties").and_then(Node::as_mapping_mut) {
        // A property that is called `properties` is a schema and has few keys.
        while properties.len() > PROPERTIES && !properties.contains_key("type") {
            properties.shift_remove_index(random.usize(..properties.len()));
        }
        let names: BTreeSet<String> = properties.keys().cloned().collect();
        if let Some(required) = node.get_mut("required").and_then(Node::as_sequence_mut) {
            required.retain(|name| name.as_str().is_some_and(|name| names.contains(name)));
        }
    }
    match &mut node.value {
        Value::Mapping(entries) => entries.values_mut().for_each(|entry| thin(&mut entry.node, random)),
        Value::Sequence(items) => items.iter_mut().for_each(|item| thin(item, random)),
        _ => {}
    }
}

/// Adds the pointers of all that a part of the document refers to.
fn reach(document: &Node, part: &Node, needed: &mut BTreeSet<String>) {
    match &part.value {
        Value::Mapping(entries) => {
            let target = part.get("$ref").and_then(Node::as_str).and_then(|target| target.strip_prefix('#'));
            if let Some(target) = target
                && needed.insert(target.to_owned())
                && let Some(node) = document.at(target)
            {
                reach(document, node, needed);
            }
            entries.values().for_each(|entry| reach(document, &entry.node, needed));
        }
        Value::Sequence(items) => items.iter().for_each(|item| reach(document, item, needed)),
        _ => {}
    }
}
