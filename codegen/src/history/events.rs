//! A thing in all versions → what happened to it.

use std::collections::{HashMap, HashSet};

use super::things::{Key, Source};
use super::{Entry, Event, History, Sort, What};
use crate::api::ApiVersion;
use crate::source::Place;

impl<'a> History<'a> {
    /// The lives of these things, with the lives of what belongs to them.
    pub(super) fn entries(&self, keys: &[Key<'a>]) -> Vec<Entry> {
        let mut lives: HashMap<&Key<'a>, Vec<(usize, Source<'a>)>> = HashMap::new();
        let mut parts: HashMap<(bool, &str), Vec<&Key<'a>>> = HashMap::new();
        let asked: HashSet<&Key<'a>> = keys.iter().collect();
        let owners: HashSet<(bool, &str)> = keys.iter().filter(|key| key.is_owner()).map(family).collect();
        for (position, version) in self.versions.iter().enumerate() {
            for thing in &version.things {
                let family = family(&thing.key);
                let is_part = !thing.key.is_owner() && owners.contains(&family);
                if !is_part && !asked.contains(&thing.key) {
                    continue;
                }
                let life = lives.entry(&thing.key).or_default();
                if is_part && life.is_empty() {
                    parts.entry(family).or_default().push(&thing.key);
                }
                // A document may have the same header or status twice.
                if life.last().is_none_or(|(last, _)| *last < position) {
                    life.push((position, thing.source));
                }
            }
        }
        keys.iter()
            .filter_map(|key| {
                let mut entry = self.entry(key, lives.get(key)?)?;
                if key.is_owner() {
                    let parts = parts.get(&family(key)).map(Vec::as_slice).unwrap_or_default();
                    entry.parts = parts.iter().filter_map(|part| self.entry(part, &lives[*part])).collect();
                }
                Some(entry)
            })
            .collect()
    }

    fn version(&self, position: usize) -> ApiVersion {
        self.versions[position].api.version
    }

    fn entry(&self, key: &Key<'a>, life: &[(usize, Source<'a>)]) -> Option<Entry> {
        let (_, newest) = life.last()?;
        let mut events = Vec::new();
        let mut versions = Vec::new();
        let mut run_start = life.first()?.0;
        let mut last: Option<(usize, Source<'a>)> = None;
        for (position, source) in life {
            let version = self.version(*position);
            match last {
                Some((before, was)) if before + 1 == *position => {
                    let facts =
                        (was.facts(self.versions[before].api), source.facts(self.versions[*position].api));
                    changed(version, facts, *source, &mut events);
                    deprecated(version, was, *source, &mut events);
                }
                _ => {
                    if let Some((before, _)) = last {
                        events.push(event(self.version(before + 1), What::Went));
                        versions.push(self.run(run_start, before));
                        run_start = *position;
                    }
                    let what = if *position == 0 { What::Known } else { What::Came };
                    events.push(at(event(version, what), *source));
                    if let Some(deprecation) = source.deprecation() {
                        let after = deprecation.replaced_by.clone();
                        let deprecated = Event { after, ..event(version, What::Deprecated) };
                        events.push(at(deprecated, *source));
                    }
                }
            }
            last = Some((*position, *source));
        }
        let (end, _) = last?;
        versions.push(self.run(run_start, end));
        if end + 1 < self.versions.len() {
            events.push(event(self.version(end + 1), What::Went));
        }
        let (name, rust, form) = (key.display(), newest.rust(), newest.form());
        let within = Some(key.within.to_string()).filter(|within| !within.is_empty());
        Some(Entry { kind: key.sort, name, within, rust, form, versions, events, parts: Vec::new() })
    }

    fn run(&self, first: usize, last: usize) -> String {
        match first == last {
            true => self.version(first).to_string(),
            false => format!("{}..{}", self.version(first), self.version(last)),
        }
    }
}

/// What a thing belongs to: an operation or a type, and which.
fn family<'a>(key: &Key<'a>) -> (bool, &'a str) {
    (!matches!(key.sort, Sort::Type | Sort::Field | Sort::Value), key.owner)
}

/// What a thing says of itself.
type Facts = Vec<(&'static str, String)>;

/// Tells which facts are others than in the version before.
fn changed(version: ApiVersion, (before, after): (Facts, Facts), is: Source<'_>, events: &mut Vec<Event>) {
    let value = |facts: &Facts, fact: &str| {
        facts.iter().find(|(each, _)| *each == fact).map(|(_, value)| value.clone())
    };
    let gone = before.iter().filter(|(fact, _)| !after.iter().any(|(other, _)| other == fact));
    for (fact, _) in after.iter().chain(gone) {
        let (before, after) = (value(&before, fact), value(&after, fact));
        if before != after {
            let changed = Event { fact: Some(fact), before, after, ..event(version, What::Changed) };
            events.push(at(changed, is));
        }
    }
}

/// Tells whether it is deprecated otherwise than in the version before.
fn deprecated(version: ApiVersion, was: Source<'_>, is: Source<'_>, events: &mut Vec<Event>) {
    match (was.deprecation(), is.deprecation()) {
        (None, Some(deprecation)) => {
            let after = deprecation.replaced_by.clone();
            events.push(at(Event { after, ..event(version, What::Deprecated) }, is));
        }
        (Some(_), None) => events.push(at(event(version, What::Restored), is)),
        _ => {}
    }
}

fn event(version: ApiVersion, event: What) -> Event {
    Event { version: version.to_string(), event, fact: None, before: None, after: None, place: None }
}

fn at(event: Event, source: Source<'_>) -> Event {
    Event { place: Some(place(&source.origin().place)), ..event }
}

/// `v1.44.yaml:12:3`, without the folder, which is another one for everybody.
fn place(place: &Place) -> String {
    let place = place.to_string();
    place.rsplit(['/', '\\']).next().unwrap_or(&place).to_owned()
}
