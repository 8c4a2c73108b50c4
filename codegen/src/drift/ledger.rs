//! What was met so far: each fact once, with how often and where.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, HashSet};

use indexmap::IndexMap;

use super::departure::{Departure, Kind, Site};
use crate::swagger::Document;

/// What makes a departure one fact: its kind, the place in the document that it is about, and the name or value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Fact {
    pub(super) kind: Kind,
    /// JSON pointer into the document.
    pub(super) pointer: String,
    pub(super) detail: String,
}

/// A fact, and what of it has been met.
pub(super) struct Met {
    pub(super) subject: String,
    pub(super) documented: Option<String>,
    /// A documented name that is nearly the same.
    pub(super) alike: Option<String>,
    pub(super) seen: BTreeSet<String>,
    pub(super) departing: usize,
    /// In the order in which they were met; a set, for a list of a thousand items meets the same site a thousand times.
    pub(super) sites: indexmap::IndexSet<Site>,
}

/// Counts what is met.
#[derive(Default)]
pub(super) struct Ledger {
    facts: IndexMap<Fact, Met>,
    /// How many values stood at a place of the document.
    values: HashMap<String, usize>,
    /// Documented properties and headers that were met, by pointer.
    shown: HashSet<String>,
}

impl Ledger {
    /// A value stands at a place of the document.
    pub(super) fn visit(&mut self, pointer: &str) {
        match self.values.get_mut(pointer) {
            Some(count) => *count += 1,
            None => drop(self.values.insert(pointer.to_owned(), 1)),
        }
    }

    /// A documented property or header is there.
    pub(super) fn show(&mut self, pointer: &str) {
        if !self.shown.contains(pointer) {
            self.shown.insert(pointer.to_owned());
        }
    }

    /// The departure of a value.
    pub(super) fn note(&mut self, fact: Fact, site: &Site, seen: Option<String>, met: impl FnOnce() -> Met) {
        let met = self.facts.entry(fact).or_insert_with(met);
        met.departing += 1;
        met.seen.extend(seen);
        met.sites.insert(site.clone());
    }

    /// All departures, the gravest first, then in the order of the document's operations.
    pub(super) fn finish(self, document: &Document) -> Vec<Departure> {
        let order: HashMap<&str, usize> =
            document.operations().enumerate().map(|(nth, operation)| (operation.id.as_str(), nth)).collect();
        let nth = |site: &Site| order.get(site.operation.as_str()).copied().unwrap_or(usize::MAX);
        let mut departures: Vec<Departure> = Vec::with_capacity(self.facts.len());
        for (fact, met) in self.facts {
            let unseen = matches!(fact.kind, Kind::UnseenField | Kind::UnseenHeader);
            if unseen && self.shown.contains(&fact.pointer) {
                continue;
            }
            let mut sites: Vec<Site> = met.sites.into_iter().collect();
            sites.sort_by(|one, other| nth(one).cmp(&nth(other)).then_with(|| one.cmp(other)));
            let absent = unseen || fact.kind == Kind::Missing;
            let about = if absent { parent(&fact.pointer) } else { fact.pointer.as_str() };
            let of = self.values.get(about).copied().unwrap_or(met.departing).max(met.departing);
            departures.push(Departure {
                level: fact.kind.level(),
                kind: fact.kind,
                text: words(&fact, &met.subject, met.documented.as_deref(), &met.seen, met.alike.as_deref()),
                subject: met.subject,
                documented: met.documented,
                seen: met.seen,
                departing: met.departing,
                of,
                sites,
                source: (fact.kind != Kind::Header)
                    .then(|| document.root.place_of(&fact.pointer).to_string()),
            });
        }
        departures.sort_by_cached_key(|departure| {
            let first = departure.sites.first();
            // Headers that come with every answer belong to no operation.
            let operation = first.filter(|_| departure.kind != Kind::Header).map(nth);
            let way = first.filter(|_| operation.is_some()).map(|site| site.pointer.clone());
            (Reverse(departure.level), operation, way, departure.kind, departure.subject.clone())
        });
        departures
    }
}

/// The object that a property stands in.
fn parent(pointer: &str) -> &str {
    let (object, _) = pointer.rsplit_once('/').unwrap_or((pointer, ""));
    object.strip_suffix("/properties").or_else(|| object.strip_suffix("/headers")).unwrap_or(object)
}

/// The fact in a sentence without its place.
fn words(
    fact: &Fact,
    subject: &str,
    documented: Option<&str>,
    seen: &BTreeSet<String>,
    alike: Option<&str>,
) -> String {
    let listed = seen.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    let documented = documented.unwrap_or("nothing");
    match fact.kind {
        Kind::Status => format!("status {subject} is not documented"),
        Kind::Body => format!("{listed} where the document has {documented}"),
        Kind::Type => format!("is {listed}, documented as {documented}"),
        Kind::Null => format!("is null, documented as {documented} that is never null"),
        Kind::Missing => format!("`{subject}` is missing, documented as required"),
        Kind::Value => format!("is {listed}, which is not among the documented values"),
        Kind::Format => format!("is {listed}, documented as {documented}"),
        Kind::ExtraBody => format!("a body of {listed} where the document has none"),
        Kind::Field => match alike {
            Some(alike) => format!("`{subject}` ({listed}) is not documented; the document has `{alike}`"),
            None => format!("`{subject}` ({listed}) is not documented"),
        },
        Kind::Header => format!("header `{subject}` is not documented"),
        Kind::EmptyDate => format!("is empty, documented as {documented}"),
        Kind::UnseenField => format!("`{subject}` was never seen"),
        Kind::UnseenHeader => format!("header `{subject}` was never seen"),
    }
}
