//! Which operation of the older document is which of the newer one.

use std::collections::HashMap;

use super::view::{Operation, View};

/// Operations by position in their documents.
pub(super) struct Matched {
    pub(super) same: Vec<(usize, usize)>,
    pub(super) removed: Vec<usize>,
    pub(super) added: Vec<usize>,
}

/// The same method and path are the same operation; of the others, the same `operationId` is.
pub(super) fn operations(old: &View<'_>, new: &View<'_>) -> Matched {
    let place = |operation: &Operation<'_>| (operation.method.clone(), operation.normal_path());
    let mut by_place: HashMap<(String, String), Vec<usize>> = HashMap::new();
    for (nth, operation) in new.operations.iter().enumerate() {
        by_place.entry(place(operation)).or_default().push(nth);
    }
    let mut same: Vec<(usize, usize)> = Vec::new();
    let mut removed = Vec::new();
    let mut taken = vec![false; new.operations.len()];
    for (nth, operation) in old.operations.iter().enumerate() {
        let candidates = by_place.get(&place(operation)).map(Vec::as_slice).unwrap_or_default();
        let free = || candidates.iter().copied().filter(|other| !taken[*other]);
        // Two templates that differ in the names of placeholders only: the one with the same names comes first.
        let exact = free().find(|other| new.operations[*other].path == operation.path);
        match exact.or_else(|| free().next()) {
            Some(other) => {
                taken[other] = true;
                same.push((nth, other));
            }
            None => removed.push(nth),
        }
    }
    let mut by_id: HashMap<&str, usize> = HashMap::new();
    for (nth, operation) in new.operations.iter().enumerate().filter(|(nth, _)| !taken[*nth]) {
        if let Some(id) = operation.id {
            by_id.insert(id, nth);
        }
    }
    removed.retain(|nth| {
        let found = old.operations[*nth].id.and_then(|id| by_id.remove(id));
        if let Some(other) = found {
            taken[other] = true;
            same.push((*nth, other));
        }
        found.is_none()
    });
    same.sort_unstable();
    let added = (0..taken.len()).filter(|nth| !taken[*nth]).collect();
    Matched { same, removed, added }
}
