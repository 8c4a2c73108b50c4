//! What a reader gets told: one entry for one cause, with the operations that meet it.

use std::collections::HashMap;

use super::Options;
use super::sentence::Sentence;
use super::words::{Spot, declarations, fact, rust_fact};
use crate::diff::{Change, Diff, Direction, Level, Location, Note, RustChange};
use crate::source::Place;

/// One news.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// How grave it is.
    pub level: Level,
    /// Its kinds: one, or two where requests and responses meet the same.
    pub kinds: Vec<&'static str>,
    /// What changed, and where.
    pub fact: Sentence,
    /// What follows for a program.
    pub why: Option<Sentence>,
    /// What else to know.
    pub notes: Vec<Sentence>,
    /// The facts before and after, where they would be too long for the sentence.
    pub facts: Option<(Sentence, Sentence)>,
    /// What to do instead.
    pub advice: Option<Sentence>,
    /// The operations that meet it, in the order of the documents; empty for what concerns none.
    pub operations: Vec<Met>,
    /// Where it stands: in the older document, in the newer one.
    pub places: Vec<(Option<Place>, Option<Place>)>,
    /// The first change's own name, for links.
    pub fingerprint: String,
}

/// An operation that meets a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Met {
    /// `operationId`.
    pub operation: String,
    /// HTTP method.
    pub method: String,
    /// Path template.
    pub path: String,
}

impl Entry {
    /// What an operation meets.
    fn of(change: &Change) -> Self {
        Entry::told(change, &Spot::of(change))
    }

    fn told(change: &Change, spot: &Spot) -> Self {
        let mut notes = Vec::new();
        if let Some(score) = change.score {
            notes.push(Sentence::words(format!("alike to {} in 100", (score * 100.0).round())));
        }
        notes.extend(change.note.map(|note| Sentence::words(note.text())));
        let met = Met {
            operation: change.operation.clone(),
            method: change.method.clone(),
            path: change.path.clone(),
        };
        Entry {
            level: change.level,
            kinds: vec![change.kind.as_str()],
            fact: fact(change, spot),
            why: Some(Sentence::from_marked(change.rule.why)),
            notes,
            facts: None,
            advice: change.advice.as_deref().map(Sentence::from_marked),
            operations: if change.method.is_empty() { Vec::new() } else { vec![met] },
            places: vec![(change.from.clone(), change.to.clone())],
            fingerprint: change.fingerprint(),
        }
    }

    /// What a program meets that depends on the crate.
    fn of_rust(change: &RustChange) -> Self {
        Entry {
            level: change.level,
            kinds: vec![change.kind.as_str()],
            fact: rust_fact(change),
            why: None,
            notes: Vec::new(),
            facts: declarations(change),
            advice: change.advice.as_deref().map(Sentence::from_marked),
            operations: Vec::new(),
            places: vec![(change.from.clone(), change.to.clone())],
            fingerprint: super::rust_fingerprint(change),
        }
    }

    /// All of it as one sentence: what JSON has as `text`.
    pub fn sentence(&self) -> Sentence {
        let mut sentence = self.fact.clone();
        if let Some(why) = &self.why {
            sentence = sentence.then(": ").then_all(why.clone());
        }
        for note in &self.notes {
            sentence = sentence.then(" (").then_all(note.clone()).then(")");
        }
        if let Some(advice) = &self.advice {
            sentence = sentence.then("; ").then_all(advice.clone());
        }
        sentence
    }

    /// Takes up the same news from elsewhere.
    fn absorb(&mut self, other: Entry) {
        for kind in other.kinds {
            if !self.kinds.contains(&kind) {
                self.kinds.push(kind);
            }
        }
        for met in other.operations {
            if !self.operations.contains(&met) {
                self.operations.push(met);
            }
        }
        for place in other.places {
            if !self.places.contains(&place) {
                self.places.push(place);
            }
        }
    }
}

/// What one change says at its operation.
pub fn text(change: &Change) -> Sentence {
    Entry::of(change).sentence()
}

/// What one change in Rust says.
pub fn rust_text(change: &RustChange) -> Sentence {
    Entry::of_rust(change).sentence()
}

/// The wire's news that the options ask for, the gravest first.
pub fn wire(diff: &Diff, options: &Options) -> Vec<Entry> {
    let listed: Vec<&Change> = diff.changes.iter().filter(|change| change.level >= options.level).collect();
    let entries = if options.expand {
        listed.into_iter().map(Entry::of).collect()
    } else {
        merge(by_cause(&listed).into_iter().map(|changes| of_cause(&changes)).collect())
    };
    gravest_first(entries)
}

/// Rust's news that the options ask for, the gravest first.
pub fn rust(diff: &Diff, options: &Options) -> Vec<Entry> {
    let listed = diff.rust.iter().filter(|change| change.level >= options.level);
    gravest_first(listed.map(Entry::of_rust).collect())
}

/// Stable: what is equally grave stays in the order of the documents.
fn gravest_first(mut entries: Vec<Entry>) -> Vec<Entry> {
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.level));
    entries
}

/// Changes of one cause that say the same, in the order of the first of each.
fn by_cause<'d>(changes: &[&'d Change]) -> Vec<Vec<&'d Change>> {
    let mut groups: Vec<Vec<&Change>> = Vec::new();
    let mut known = HashMap::new();
    for change in changes {
        // A field that requests and responses share is one news where it is equally grave for both.
        let kind = change.kind.as_str().trim_start_matches("request-").trim_start_matches("response-");
        let facts =
            (change.before.as_ref().map(ToString::to_string), change.after.as_ref().map(ToString::to_string));
        // Whether the documents or the overlay say it is no other news; that Engines do not do it is.
        let apart = change.note.filter(|note| *note != Note::OverlayOnly);
        let key = (kind, change.level, &change.cause, change.rule.when, &change.subject, facts, apart);
        let nth = *known.entry(key).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[nth].push(change);
    }
    groups
}

/// One entry for changes of one cause. Where operations meet it on several ways, the definition is named instead.
fn of_cause(changes: &[&Change]) -> Entry {
    let (first, others) = changes.split_first().expect("a group begins with a change");
    let same = others.iter().all(|other| {
        (&other.location, &other.pointer, other.rule) == (&first.location, &first.pointer, first.rule)
    });
    let shared = || shared_way(first.cause.to.as_deref().or(first.cause.from.as_deref())?);
    let mut entry = match (same, shared()) {
        (false, Some(way)) => shared_entry(changes, &way),
        _ => Entry::of(first),
    };
    for change in others {
        entry.absorb(Entry::of(change));
    }
    if others.iter().any(|other| other.note != first.note) {
        entry.notes.clear();
    }
    entry
}

/// Told at the definition, with the direction in which it travels.
fn shared_entry(changes: &[&Change], way: &str) -> Entry {
    let first = changes[0];
    let mut entry = Entry::told(first, &Spot::in_definition(way, &first.subject));
    let any = |direction| changes.iter().any(|change| change.rule.direction == direction);
    let (sent, received) = (any(Direction::Request), any(Direction::Response));
    entry.fact = entry.fact.then(match (sent, received) {
        (true, true) => ", in requests and responses",
        (true, false) => ", in requests",
        (false, true) => ", in responses",
        (false, false) => "",
    });
    // What follows in one direction need not follow in the other.
    let reason =
        |direction| changes.iter().find(|change| change.rule.direction == direction).map(|it| it.rule.why);
    if let (Some(sent), Some(received)) = (reason(Direction::Request), reason(Direction::Response))
        && sent != received
    {
        entry.why = Some(Sentence::from_marked(&format!("sent, {sent}; received, {received}")));
    }
    entry
}

/// The way to a thing below a definition, from a JSON pointer: `Mount.BindOptions`. None for what stands in one
/// operation.
fn shared_way(pointer: &str) -> Option<String> {
    let below =
        pointer.strip_prefix("/definitions/").or_else(|| pointer.strip_prefix("/components/schemas/"))?;
    let mut steps = below.split('/').map(|step| step.replace("~1", "/").replace("~0", "~"));
    let mut way = steps.next()?;
    while let Some(step) = steps.next() {
        match step.as_str() {
            "properties" => {
                way.push('.');
                way.push_str(&steps.next()?);
            }
            "items" => way.push_str("[]"),
            "additionalProperties" => way.push_str("{}"),
            "allOf" | "oneOf" | "anyOf" => {
                steps.next();
            }
            // A fact of the schema itself: its type, an enum value.
            _ => break,
        }
    }
    Some(way)
}

/// One entry for what reads alike: the same parameter at several operations is one news to a person.
fn merge(entries: Vec<Entry>) -> Vec<Entry> {
    let mut merged: Vec<Entry> = Vec::with_capacity(entries.len());
    let mut known = HashMap::new();
    for entry in entries {
        match known.get(&(entry.level, entry.sentence().to_string())) {
            Some(&nth) => {
                let first: &mut Entry = &mut merged[nth];
                first.absorb(entry);
            }
            None => {
                known.insert((entry.level, entry.sentence().to_string()), merged.len());
                merged.push(entry);
            }
        }
    }
    merged
}

/// Where a change is, in one word.
pub(super) fn location(change: &Change) -> Option<String> {
    change.location.as_ref().map(Location::to_string)
}
