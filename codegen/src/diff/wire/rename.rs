//! Which of what went and what came is the same thing under another name.
//!
//! Only what is alike both in name and in form is paired, and the pair is told with its score.

use std::collections::BTreeSet;

use super::schema::{Form, Property, Schemas};
use crate::swagger::node::Node;

/// Below this, two things are two things.
const ENOUGH: f64 = 0.9;

/// Pairs of (removed, added) by position, the surest first, each with its score.
pub(super) fn pairs(
    removed: usize,
    added: usize,
    mut score: impl FnMut(usize, usize) -> f64,
) -> Vec<(usize, usize, f64)> {
    let mut scored = Vec::new();
    for old in 0..removed {
        for new in 0..added {
            let score = score(old, new);
            if score >= ENOUGH {
                scored.push((old, new, score));
            }
        }
    }
    scored.sort_by(|one, other| other.2.total_cmp(&one.2).then((one.0, one.1).cmp(&(other.0, other.1))));
    let (mut olds, mut news) = (BTreeSet::new(), BTreeSet::new());
    scored.retain(|(old, new, _)| {
        !olds.contains(old) && !news.contains(new) && olds.insert(*old) && news.insert(*new)
    });
    scored
}

/// How likely a property that went is one that came.
pub(super) fn property<'d>(
    old: &Property<'d>,
    new: &Property<'d>,
    before: &mut Schemas<'d>,
    after: &mut Schemas<'d>,
) -> f64 {
    let (one, other) = (before.id(&old.schema), after.id(&new.schema));
    let (one, other) = (before.get(one), after.get(other));
    let form = one.form();
    let form = if form != other.form() || form == Form::Any {
        0.0
    } else if form == Form::Object {
        let names = |schema: &super::schema::Schema<'d>| -> BTreeSet<&'d str> {
            schema.properties().into_iter().map(|property| property.name).collect()
        };
        alike(&names(&one), &names(&other))
    } else {
        f64::from(one.describe(before) == other.describe(after))
    };
    let told = |node: Option<&Node>, name: &str| {
        node.and_then(|node| node.get("replaced-by")).and_then(Node::as_str) == Some(name)
    };
    let successor = told(one.fact("x-deprecated").map(|at| at.node), new.name);
    let predecessor = told(other.fact("x-deprecated").map(|at| at.node), old.name);
    if form > 0.0 && (successor || predecessor) {
        return 1.0;
    }
    if form < 0.5 { 0.0 } else { 0.6 * name(old.name, new.name) + 0.4 * form }
}

/// How alike two names are: 1 where only case and punctuation differ.
pub(in crate::diff) fn name(one: &str, other: &str) -> f64 {
    let plain = |text: &str| -> Vec<char> {
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let (one, other) = (plain(one), plain(other));
    let longest = one.len().max(other.len());
    if longest == 0 {
        return 0.0;
    }
    1.0 - distance(&one, &other) as f64 / longest as f64
}

fn alike(one: &BTreeSet<&str>, other: &BTreeSet<&str>) -> f64 {
    let all = one.union(other).count();
    if all == 0 { 1.0 } else { one.intersection(other).count() as f64 / all as f64 }
}

/// Levenshtein's distance.
fn distance(one: &[char], other: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in other.iter().enumerate() {
            let next = (diagonal + usize::from(a != b)).min(row[j] + 1).min(row[j + 1] + 1);
            diagonal = row[j + 1];
            row[j + 1] = next;
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_alike_when_few_letters_differ() {
        assert_eq!(name("SystemMemory", "system_memory"), 1.0);
        assert!(name("NanoCPUs", "NanoCpu") > 0.8);
        assert!(name("Image", "Labels") < 0.5);
        assert_eq!(name("", "?"), 0.0);
    }

    #[test]
    fn the_surest_pairs_are_taken_first_and_each_thing_once() {
        let score = |old: usize, new: usize| [[0.91, 0.95], [0.99, 0.92]][old][new];
        assert_eq!(pairs(2, 2, score), [(1, 0, 0.99), (0, 1, 0.95)]);
        assert!(pairs(2, 2, |_, _| 0.85).is_empty());
    }
}
