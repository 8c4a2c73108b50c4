//! The value of a `filters` parameter: keys with the values asked for, as the JSON text that the Engine reads.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Filters of a list operation. Several values of a key are alternatives; several keys must all hold.
///
/// On the wire: `{"label":["app=web"],"status":["paused","running"]}`, the form that every Engine reads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filters {
    keys: BTreeMap<String, Vec<String>>,
    /// Keys that the document lists: only of those is it known in which versions they are.
    listed: BTreeSet<&'static str>,
}

impl Filters {
    /// No filter.
    pub fn new() -> Self {
        Self::default()
    }

    /// These filters and one value more. A value that is there already stays there once.
    pub fn with(mut self, key: impl Into<String>, value: impl fmt::Display) -> Self {
        self.add(key.into(), value.to_string());
        self
    }

    /// The same for a key that the document lists, which is refused before it is sent where the version in use lacks it.
    pub fn listed(mut self, key: &'static str, value: impl fmt::Display) -> Self {
        self.add(key.to_owned(), value.to_string());
        self.listed.insert(key);
        self
    }

    pub(crate) fn listed_keys(&self) -> impl Iterator<Item = &'static str> {
        self.listed.iter().copied()
    }

    /// Whether nothing is filtered.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The filters in JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string(&self.keys).expect("maps of strings can be written")
    }

    fn add(&mut self, key: String, value: String) {
        let values = self.keys.entry(key).or_default();
        if !values.contains(&value) {
            values.push(value);
        }
    }

    pub(crate) fn merge(&mut self, other: Self) {
        self.listed.extend(other.listed);
        for (key, values) in other.keys {
            values.into_iter().for_each(|value| self.add(key.clone(), value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merge_and_write() {
        let mut filters = Filters::new().with("status", "running").with("label", "a=\"b\"");
        filters.merge(Filters::new().with("status", "paused").with("status", "running"));
        assert_eq!(filters.to_json(), r#"{"label":["a=\"b\""],"status":["running","paused"]}"#);
    }
}
