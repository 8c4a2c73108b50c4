//! Counts what differs between two documents and is no news to anybody who speaks to the Engine.

use std::collections::BTreeMap;

use super::matching::Matched;
use super::pair::Pairs;
use super::view::View;
use crate::swagger::node::Node;

/// How many differences of each kind there are, without those of which there are none.
pub(super) fn count(
    old: &View<'_>,
    new: &View<'_>,
    matched: &Matched,
    pairs: &Pairs<'_>,
) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut add = |what: &'static str, count: usize| *counts.entry(what).or_default() += count;
    let lacks = |one: &View<'_>, other: &View<'_>| {
        one.definitions
            .iter()
            .filter(|(name, _)| other.definitions.iter().all(|(known, _)| known != name))
            .count()
    };
    add("definitions under another name, extracted or inlined", lacks(old, new).max(lacks(new, old)));
    add("base path", usize::from(old.base.map(Node::to_json) != new.base.map(Node::to_json)));
    add("details of deprecations", pairs.details);
    for (one, other) in &matched.same {
        let (one, other) = (&old.operations[*one], &new.operations[*other]);
        let json = |node: &Node, key: &str| node.get(key).map(Node::to_json);
        add("tags", usize::from(json(one.at.node, "tags") != json(other.at.node, "tags")));
        let order = |parameters: &[super::view::Parameter<'_>], others: &[super::view::Parameter<'_>]| {
            let names = parameters.iter().map(|parameter| parameter.name.to_owned());
            names.filter(|name| others.iter().any(|other| other.name == *name)).collect::<Vec<_>>()
        };
        let moved = order(&one.parameters, &other.parameters) != order(&other.parameters, &one.parameters);
        add("order of parameters", usize::from(moved));
    }
    for (what, count) in pairs.unlisted() {
        add(what, count);
    }
    counts.into_iter().filter(|(_, count)| *count > 0).map(|(what, count)| (what.to_owned(), count)).collect()
}
