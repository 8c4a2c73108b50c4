//! The published documents compared with each other.

use std::collections::BTreeMap;

use docker_engine_codegen::api::ApiVersion;
use docker_engine_codegen::diff::{Change, Kind, Level, Note, Side, advise_from_history, compare, wire};
use docker_engine_codegen::swagger::Node;
use rayon::prelude::*;

use super::facts::Facts;
use super::sides;

fn changes(from: &Node, to: &Node) -> Vec<Change> {
    wire::compare(from, to).unwrap_or_else(|errors| panic!("{errors}")).0
}

fn overlaid(side: &Side) -> &Node {
    side.overlaid.as_ref().expect("the overlay fits every stored version")
}

#[test]
fn a_document_compared_with_itself_is_empty() {
    for side in sides() {
        let diff = compare(&side, &side.clone()).unwrap_or_else(|errors| panic!("{errors}"));
        assert_eq!((diff.changes, diff.unlisted), (vec![], vec![]), "{}", side.name);
    }
}

#[test]
fn exchanged_sides_give_the_same_in_reverse() {
    let sides = sides();
    let far = [(0, 30), (0, 15), (5, 20), (12, 29), (19, 26)];
    let near = (0..sides.len() - 1).map(|nth| (nth, nth + 1));
    let wrong: Vec<String> = near
        .chain(far)
        .par_bridge()
        .filter_map(|(one, other)| {
            let (from, to) = (overlaid(&sides[one]), overlaid(&sides[other]));
            let (there, back) = (Facts::of(&changes(from, to)), Facts::of(&changes(to, from)).reversed());
            (there != back).then(|| difference(&format!("{one} ⇄ {other}"), &there, &back))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn one_step_is_what_two_steps_come_to() {
    let sides = sides();
    let mut random = fastrand::Rng::with_seed(5);
    let mut triples: Vec<[usize; 3]> = (0..sides.len() - 2).map(|nth| [nth, nth + 1, nth + 2]).collect();
    triples.extend((0..20).map(|_| {
        let mut triple: [usize; 3] = std::array::from_fn(|_| random.usize(..sides.len()));
        triple.sort_unstable();
        triple
    }));
    let wrong: Vec<String> = triples
        .par_iter()
        .filter_map(|[a, b, c]| {
            let (a, b, c) = (&sides[*a], &sides[*b], &sides[*c]);
            let facts = |from: &Side, to: &Side| {
                let mut changes = changes(overlaid(from), overlaid(to));
                // Whether an operation refers to it in between cannot be seen from the ends.
                changes.retain(|change| change.note != Some(Note::Unreferenced));
                Facts::of(&changes)
            };
            let (folded, unknown) = facts(a, b).then(facts(b, c));
            let (folded, direct) = (folded.without(&unknown), facts(a, c).without(&unknown));
            let name = format!("{} → {} → {}", a.name, b.name, c.name);
            (folded != direct).then(|| difference(&name, &folded, &direct))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn difference(name: &str, one: &Facts, other: &Facts) -> String {
    let only = |one: &Facts, other: &Facts, mark: &str| {
        let missing = one.0.iter().filter(|(key, value)| other.0.get(key) != Some(value));
        missing.map(|(key, value)| format!("  {mark} {key:?} {value:?}\n")).collect::<String>()
    };
    format!("{name}\n{}{}", only(one, other, "-"), only(other, one, "+"))
}

#[test]
fn neighbours_tell_each_cause_once_and_what_is_known_of_them() {
    let sides = sides();
    let diffs: Vec<_> = sides
        .par_windows(2)
        .map(|pair| compare(&pair[0], &pair[1]).unwrap_or_else(|errors| panic!("{errors}")))
        .collect();
    for diff in &diffs {
        let mut seen = BTreeMap::new();
        for change in &diff.changes {
            let first = seen.insert(change.fingerprint(), change);
            assert!(first.is_none(), "{} → {}: told twice: {change:?}", diff.from, diff.to);
            assert!(change.from.is_some() || change.to.is_some(), "without a place: {change:?}");
            assert_eq!(change.kind == Kind::Renamed, change.score.is_some(), "{change:?}");
            if change.note == Some(Note::DocumentOnly) {
                assert_eq!(change.level, Level::Info, "{change:?}");
            }
        }
    }
    let all = || diffs.iter().flat_map(|diff| diff.changes.iter().map(move |change| (&*diff.to, change)));
    let told = |version: &str, kind: Kind, subject: &str| {
        all().any(|(to, change)| to == version && change.kind == kind && change.subject == subject)
    };
    // Read in the documents.
    for (version, kind, subject) in [
        ("1.26", Kind::EndpointAdded, "SecretUpdate"),
        ("1.30", Kind::FilterKeyAdded, "label!"),
        ("1.30", Kind::QueryParamAdded, "condition"),
        ("1.44", Kind::Deprecated, "MacAddress"),
        ("1.44", Kind::RequestFieldAdded, "ReadOnlyNonRecursive"),
        ("1.51", Kind::Deprecated, "KernelMemoryTCP"),
        ("1.52", Kind::ResponseFieldRemoved, "KernelMemoryTCP"),
        ("1.52", Kind::MediaTypeAdded, "application/x-ndjson"),
    ] {
        assert!(told(version, kind, subject), "{version}: {} {subject}", kind.as_str());
    }
    let advice = all().find(|(to, change)| {
        *to == "1.44" && change.kind == Kind::Deprecated && change.subject == "MacAddress"
    });
    assert_eq!(
        advice.and_then(|(_, change)| change.advice.as_deref()),
        Some("use `EndpointSettings.MacAddress`")
    );
}

#[test]
fn what_went_is_advised_by_the_versions_between() {
    let sides = sides();
    let nth = |name: &str| sides.iter().position(|side| side.name == name).expect("it is stored");
    let (from, to) = (nth("1.43"), nth("1.52"));
    let mut diff = compare(&sides[from], &sides[to]).unwrap_or_else(|errors| panic!("{errors}"));
    let advice = |changes: &[Change]| {
        let gone = changes.iter().find(|change| {
            change.kind == Kind::RequestFieldRemoved
                && change.operation == "ContainerCreate"
                && change.subject == "MacAddress"
        });
        gone.expect("1.52 has it no more").advice.clone()
    };
    // 1.43 does not know yet; 1.44 says what replaces it.
    assert_eq!(advice(&diff.changes), None);
    let between: Vec<ApiVersion> =
        sides[from + 1..to].iter().map(|side| side.name.parse().expect("a version")).collect();
    let read = |version: ApiVersion| Ok::<_, ()>(&sides[nth(&version.to_string())].document);
    advise_from_history(&mut diff, &between, read).expect("all are read");
    let expected = "use `EndpointSettings.MacAddress`; it was deprecated in API v1.44";
    assert_eq!(advice(&diff.changes).as_deref(), Some(expected));
}
