//! A published document with one thing wrong: an error with a place, or an Api with sound names; never a panic.

use super::*;
use crate::swagger::{Entry, Value};

const MUTATIONS: u64 = 200;

/// SplitMix64: the same seeds give the same mutations on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit.max(1) as u64).expect("below a usize")
    }
}

fn children(node: &Node) -> usize {
    match &node.value {
        Value::Mapping(entries) => entries.len(),
        Value::Sequence(items) => items.len(),
        _ => 0,
    }
}

fn child(node: &mut Node, index: usize) -> Option<&mut Node> {
    match &mut node.value {
        Value::Mapping(entries) => entries.get_index_mut(index).map(|(_, entry)| &mut entry.node),
        Value::Sequence(items) => items.get_mut(index),
        _ => None,
    }
}

/// Changes one thing within `paths` or `definitions`, and says what.
fn mutate(root: &mut Node, random: &mut Random) -> String {
    let mut way = vec![["paths", "definitions"][random.below(2)].to_owned()];
    let mut node = root.get_mut(&way[0]).expect("every document has it");
    // Go down until chance says stop; what is deep is as likely as what is not.
    loop {
        let index = random.below(children(node));
        let name = match &node.value {
            Value::Mapping(entries) => entries.get_index(index).map(|(key, _)| key.clone()),
            _ => Some(index.to_string()),
        };
        let deeper = child(node, index).is_some_and(|next| children(next) > 0);
        if !deeper || (way.len() > 2 && random.below(4) == 0) {
            return format!(
                "{} {}: {}",
                way.join("/"),
                name.unwrap_or_default(),
                change(node, index, random)
            );
        }
        way.extend(name);
        node = child(node, index).expect("it was there");
    }
}

fn change(node: &mut Node, index: usize, random: &mut Random) -> &'static str {
    let place = node.place.clone();
    match random.below(4) {
        0 => {
            match &mut node.value {
                Value::Mapping(entries) => drop(entries.shift_remove_index(index)),
                Value::Sequence(items) if index < items.len() => drop(items.remove(index)),
                _ => {}
            }
            "removed"
        }
        1 => {
            let key =
                ["other", "Id", "$ref", "type", "x-name", "", "../x", "allOf"][random.below(8)].to_owned();
            if let Value::Mapping(entries) = &mut node.value
                && let Some((_, entry)) = entries.shift_remove_index(index)
            {
                entries.insert(key, entry);
            }
            "renamed"
        }
        2 => {
            let copy = child(node, index).cloned();
            match (&mut node.value, copy) {
                (Value::Mapping(entries), Some(copy)) => {
                    entries.insert("Copy".to_owned(), Entry { key: place, node: copy });
                }
                (Value::Sequence(items), Some(copy)) => items.push(copy),
                _ => {}
            }
            "duplicated"
        }
        _ => {
            let values = [
                Value::Null,
                Value::Bool(true),
                Value::Number(7.into()),
                Value::String("#/definitions/Mount".to_owned()),
                Value::String("string".to_owned()),
                Value::Sequence(Vec::new()),
                Value::Mapping(Default::default()),
            ];
            let value = values[random.below(values.len())].clone();
            if let Some(next) = child(node, index) {
                next.value = value;
            }
            "retyped"
        }
    }
}

#[test]
fn one_thing_wrong_is_an_error_with_a_place_or_a_sound_api() {
    // The oldest, the newest, and one between.
    let documents = published(|nth, count| nth == 0 || nth + 1 == count || nth == count / 2);
    let docs = DocsFile::default();
    let built: u64 = (0..MUTATIONS)
        .into_par_iter()
        .map(|seed| {
            let mut random = Random(seed);
            let (version, node) = &documents[random.below(documents.len())];
            let mut node = node.clone();
            let what = mutate(&mut node, &mut random);
            match from_facts(node, &docs) {
                Ok(api) => check_names(&api),
                Err(errors) => {
                    let placed = errors.0.iter().all(|error| !error.labels.is_empty());
                    assert!(placed, "v{version}, seed {seed}, {what}: no place: {errors}");
                    return 0;
                }
            }
            1
        })
        .sum();
    // Most things that can go wrong leave a document that can be read.
    assert!(built > MUTATIONS / 4, "only {built} of {MUTATIONS} gave an Api");
}
