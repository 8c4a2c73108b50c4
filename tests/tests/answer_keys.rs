//! The comparison against answer keys that were written by reading the documents and the publisher's changelog:
//! `tests/answer-keys/README.md` says what they hold.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use docker_engine_codegen::Spec;
use docker_engine_codegen::api::ApiVersion;
use docker_engine_codegen::diff::{self, Change, Diff, Kind, Note, Side};
use docker_engine_codegen::source::Source;
use docker_engine_codegen::swagger;
use docker_engine_tests::{spec, workspace};
use serde_json::Value;

/// At least so many of 100 in a key must be told.
const FOUND: usize = 98;
/// At most so many of 100 that are told may be missing in the key.
const WRONG: usize = 2;

fn keys() -> PathBuf {
    workspace().join("tests/answer-keys")
}

fn read(path: &Path) -> Value {
    let node = Source::read(path).and_then(|source| swagger::read(&source));
    node.unwrap_or_else(|error| panic!("{error}")).to_json()
}

fn text<'v>(entry: &'v Value, field: &str) -> &'v str {
    entry[field].as_str().unwrap_or_default()
}

fn flag(entry: &Value, field: &str) -> bool {
    entry[field].as_bool().unwrap_or_default()
}

fn version(text: &str) -> ApiVersion {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn compared(spec: &Spec, from: ApiVersion, to: ApiVersion) -> Diff {
    let side = |version| Side::version(spec, version).unwrap_or_else(|error| panic!("{error}"));
    diff::compare(&side(from), &side(to)).unwrap_or_else(|error| panic!("{error}"))
}

/// One thing at one place, in a key or told.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Atom {
    kind: String,
    /// An operation, or `#/definitions/NAME`.
    operation: String,
    location: String,
    pointer: String,
    /// Empty where the way of a field says it.
    subject: String,
}

impl Atom {
    fn new(kind: &str, operation: &str, location: &str, pointer: &str, subject: &str) -> Self {
        let (mut kind, mut location) = (kind.to_owned(), location.to_owned());
        // A definition that no operation refers to travels nowhere.
        if operation.starts_with('#') {
            kind = kind.replace("request-field", "field").replace("response-field", "field");
            location.clear();
        }
        // The same media types, whatever the status.
        if kind.starts_with("media-type") && location.starts_with("response") {
            "response".clone_into(&mut location);
        }
        let body = location.is_empty() && operation.starts_with('#')
            || location == "request"
            || location.starts_with("response.");
        let outside =
            ["status-code", "response-header", "endpoint"].iter().any(|word| kind.starts_with(word));
        let value = kind.starts_with("enum-value");
        let pointer = if body && !outside { pointer } else { "" };
        // Of what has a way the last name is the subject; an operation is its own.
        let subject = match pointer.is_empty() && !location.is_empty() || value {
            true => subject,
            false => "",
        };
        Self {
            kind,
            operation: operation.to_owned(),
            location,
            pointer: pointer.to_owned(),
            subject: subject.to_owned(),
        }
    }

    /// What a change tells; a renamed field is one that went and one that came.
    fn told(change: &Change) -> Vec<Self> {
        let operation = if change.operation.is_empty() { &change.path } else { &change.operation };
        let location = change.location.as_ref().map(ToString::to_string).unwrap_or_default();
        let atom = |kind: &str, pointer: &str, subject: &str| {
            Self::new(kind, operation, &location, pointer, subject)
        };
        if change.kind != Kind::Renamed {
            return vec![atom(change.kind.as_str(), &change.pointer, &change.subject)];
        }
        let old = change.before.as_ref().and_then(Value::as_str).unwrap_or_default();
        let what = match location.as_str() {
            "request" => "request-field",
            "query" | "path" | "header" => &format!("{location}-param"),
            _ => "response-field",
        };
        let way = change.pointer.strip_suffix(&change.subject).unwrap_or_default();
        vec![
            atom(&format!("{what}-removed"), &format!("{way}{old}"), old),
            atom(&format!("{what}-added"), &change.pointer, &change.subject),
        ]
    }
}

/// What a key says of an atom.
#[derive(Clone, Debug, Default)]
struct Said {
    optional: bool,
    group: Option<String>,
    documents_only: bool,
    level: Option<String>,
}

fn atoms(key: &Value) -> BTreeMap<Atom, Said> {
    let mut atoms = BTreeMap::new();
    for entry in key["changes"].as_array().expect("a key lists changes") {
        let said = Said {
            optional: flag(entry, "optional"),
            group: entry["group"].as_str().map(str::to_owned),
            documents_only: flag(entry, "documents-only"),
            level: entry["level"].as_str().map(str::to_owned),
        };
        for place in entry["at"].as_array().expect("a change is somewhere") {
            // A name may have a blank in it.
            let mut words = place.as_str().expect("a place is text").splitn(3, ' ');
            let operation = words.next().unwrap_or_default();
            let location = if operation.starts_with('#') { "" } else { words.next().unwrap_or_default() };
            let pointer = words.next().unwrap_or_default();
            let atom = Atom::new(text(entry, "kind"), operation, location, pointer, text(entry, "subject"));
            let known = atoms.insert(atom.clone(), said.clone());
            assert!(known.is_none(), "the key says twice: {atom:?}");
        }
    }
    atoms
}

#[test]
fn pairs() {
    let spec = Spec::open(&spec()).unwrap_or_else(|error| panic!("{error}"));
    let mut files: Vec<PathBuf> = std::fs::read_dir(keys())
        .expect("there are keys")
        .map(|entry| entry.expect("listed").path())
        .collect();
    files.retain(|path| {
        path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with('v'))
    });
    files.sort();
    let mut failed = false;
    for file in files {
        let key = read(&file);
        let (from, to) = (text(&key, "from"), text(&key, "to"));
        let diff = compared(&spec, version(from), version(to));
        let atoms = atoms(&key);
        let mut told: BTreeMap<Atom, &Change> = BTreeMap::new();
        let mut twice = Vec::new();
        for change in &diff.changes {
            for atom in Atom::told(change) {
                // One atom stands for a media type at all statuses, and for all bounds of a value.
                let known = told.insert(atom.clone(), change);
                let bounds = change.kind == Kind::ConstraintChanged;
                if known.is_some_and(|known| known.location == change.location && !bounds) {
                    twice.push(atom);
                }
            }
        }
        let groups: BTreeSet<(&str, &str)> = atoms
            .iter()
            .filter(|(atom, _)| told.contains_key(*atom))
            .filter_map(|(atom, said)| Some((said.group.as_deref()?, atom.operation.as_str())))
            .collect();
        let required: Vec<_> = atoms.iter().filter(|(_, said)| !said.optional).collect();
        let missed: Vec<_> = required
            .iter()
            .filter(|(atom, said)| {
                let otherwise =
                    said.group.as_deref().is_some_and(|group| groups.contains(&(group, &atom.operation)));
                !told.contains_key(*atom) && !otherwise
            })
            .map(|(atom, _)| atom)
            .collect();
        let extra: Vec<_> = told.keys().filter(|atom| !atoms.contains_key(*atom)).collect();
        let otherwise: Vec<_> = told
            .iter()
            .filter_map(|(atom, change)| {
                let said = atoms.get(atom)?;
                let note = said.documents_only != (change.note == Some(Note::DocumentOnly));
                let level = said.level.as_deref().is_some_and(|level| level != change.level.as_str());
                (note || level).then_some((atom, change.level, change.note))
            })
            .collect();
        let found = required.len() - missed.len();
        println!(
            "{from} → {to}: {found} of {} found, {} missed, {} extra, {} twice, {} otherwise, of {} told",
            required.len(),
            missed.len(),
            extra.len(),
            twice.len(),
            otherwise.len(),
            told.len()
        );
        missed.iter().for_each(|atom| println!("  missed    {atom:?}"));
        extra.iter().for_each(|atom| println!("  extra     {atom:?} {:?}", told[atom].note));
        twice.iter().for_each(|atom| println!("  twice     {atom:?}"));
        otherwise.iter().for_each(|(atom, level, note)| println!("  otherwise {atom:?} {level:?} {note:?}"));
        failed |= found * 100 < required.len() * FOUND
            || (extra.len() + twice.len() + otherwise.len()) * 100 > told.len() * WRONG;
    }
    assert!(!failed, "the comparison and the keys disagree; the list is above");
}

/// What each version changes from the one before.
static STEPS: LazyLock<BTreeMap<ApiVersion, Diff>> = LazyLock::new(|| {
    let spec = Spec::open(&spec()).unwrap_or_else(|error| panic!("{error}"));
    let versions = spec.store.versions().unwrap_or_else(|error| panic!("{error}"));
    versions.windows(2).map(|pair| (pair[1], compared(&spec, pair[0], pair[1]))).collect()
});

fn tells(diff: &Diff, kind: &str, operation: &str, location: &str, subject: &str) -> bool {
    diff.changes.iter().any(|change| {
        let place = change.location.as_ref().map(ToString::to_string).unwrap_or_default();
        let same = |kind_told: &str, told: &str| {
            // A rename tells of both names.
            kind_told == kind && (told == subject || subject.is_empty())
        };
        let renamed = change.kind == Kind::Renamed
            && Atom::told(change).iter().any(|atom| {
                let last = atom.pointer.rsplit('.').next().unwrap_or_default();
                atom.kind == kind && (last == subject || atom.subject == subject)
            });
        change.operation == operation
            && place.starts_with(location)
            && (renamed || same(change.kind.as_str(), &change.subject))
    })
}

#[test]
fn changelog() {
    let key = read(&keys().join("changelog.yaml"));
    let (mut statements, mut missed) = (0, Vec::new());
    for entry in key.as_array().expect("a list") {
        if entry["visible"] == false || flag(entry, "present") {
            continue;
        }
        let said = text(entry, "version");
        let step = entry["document"].as_str().unwrap_or(said);
        for operation in entry["operations"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            statements += 1;
            let (kind, location, subject) =
                (text(entry, "kind"), text(entry, "location"), text(entry, "subject"));
            if !tells(&STEPS[&version(step)], kind, operation, location, subject) {
                missed.push(format!("{said} ({step}): {kind} {operation} {location} {subject}"));
            }
        }
    }
    println!("{} of {statements} statements found", statements - missed.len());
    missed.iter().for_each(|missed| println!("  missed {missed}"));
    assert!(missed.len() * 100 <= statements * (100 - FOUND), "the list is above");
}

#[test]
fn deprecations_are_told() {
    let mut missed = Vec::new();
    for entry in read(&keys().join("deprecations.yaml")).as_array().expect("a list") {
        for operation in entry["told"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            let step = &STEPS[&version(text(entry, "since"))];
            if !tells(step, "deprecated", operation, "", text(entry, "subject")) {
                missed.push(format!("{}: {operation} {}", text(entry, "since"), text(entry, "subject")));
            }
        }
    }
    assert!(missed.is_empty(), "deprecations that the comparison does not tell: {missed:#?}");
}

/// What a stored document calls deprecated, with parameters by their names.
fn deprecated(node: &Value, place: &str, found: &mut BTreeSet<String>) {
    match node {
        Value::Object(entries) => {
            if entries.get("deprecated") == Some(&Value::Bool(true)) {
                found.insert(place.to_owned());
            }
            for value in entries.get("x-deprecated-values").and_then(Value::as_array).into_iter().flatten() {
                found.insert(format!("{place} {}", value.as_str().unwrap_or_default()));
            }
            for (key, value) in entries {
                match value.as_array().filter(|_| key == "parameters") {
                    Some(parameters) => parameters.iter().for_each(|parameter| {
                        deprecated(parameter, &format!("{place}/{key}/{}", text(parameter, "name")), found);
                    }),
                    None => deprecated(value, &format!("{place}/{key}"), found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| deprecated(item, place, found)),
        _ => {}
    }
}

/// Import sees every deprecation that a text states, and no other.
#[test]
fn deprecations_are_imported() {
    let key = read(&keys().join("deprecations.yaml"));
    let store = swagger::Store::new(spec());
    for at in store.versions().unwrap_or_else(|error| panic!("{error}")) {
        let expected: BTreeSet<String> = key
            .as_array()
            .expect("a list")
            .iter()
            .filter(|entry| (version(text(entry, "since"))..=version(text(entry, "until"))).contains(&at))
            .map(|entry| format!("{} {}", text(entry, "place"), text(entry, "value")).trim_end().to_owned())
            .collect();
        let mut found = BTreeSet::new();
        let document = store.read(at).unwrap_or_else(|error| panic!("{error}"));
        deprecated(&document.to_json(), "", &mut found);
        assert_eq!(found, expected, "v{at}");
    }
}
