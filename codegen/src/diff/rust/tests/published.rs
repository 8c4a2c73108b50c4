//! The published documents: what holds for any two of them.

use std::path::Path;

use super::super::*;
use crate::Spec;
use crate::rust::{Home, Options, emit};

fn apis() -> Vec<Api> {
    let spec = Spec::open(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec"));
    spec.and_then(|spec| spec.apis()).unwrap_or_else(|errors| panic!("{}", errors.render(false)))
}

#[test]
fn declarations_and_mirrors_and_nothing_new_in_the_same() {
    let apis = apis();
    for api in &apis {
        assert!(compare(api, api).is_empty(), "{} differs from itself", api.version);
    }
    let newest = apis.len() - 1;
    for (from, to) in [(0, 1), (15, 16), (16, 17), (18, 19), (19, 20), (26, 27), (0, newest)] {
        let (from, to) = (&apis[from], &apis[to]);
        mirrored(from, to);
        told_once(from, to);
    }
    for api in [&apis[0], &apis[newest]] {
        declarations_are_those_of_the_source(api);
    }
}

/// What comes one way goes the other.
fn mirrored(from: &Api, to: &Api) {
    let opposite = |kind: RustKind| match kind {
        RustKind::TypeAdded => RustKind::TypeRemoved,
        RustKind::TypeRemoved => RustKind::TypeAdded,
        RustKind::FieldAdded => RustKind::FieldRemoved,
        RustKind::FieldRemoved => RustKind::FieldAdded,
        RustKind::VariantAdded => RustKind::VariantRemoved,
        RustKind::VariantRemoved => RustKind::VariantAdded,
        RustKind::MethodAdded => RustKind::MethodRemoved,
        RustKind::MethodRemoved => RustKind::MethodAdded,
        other => other,
    };
    // A field that becomes another one because its document says so has no such word on the way back.
    let plain = |changes: Vec<RustChange>| -> Vec<RustChange> {
        changes.into_iter().filter(|change| change.kind != RustKind::FieldRenamed).collect()
    };
    let mut there: Vec<_> = plain(compare(from, to))
        .into_iter()
        .map(|change| (change.kind.as_str(), change.before, change.after))
        .collect();
    let mut back: Vec<_> = plain(compare(to, from))
        .into_iter()
        .map(|change| (opposite(change.kind).as_str(), change.after, change.before))
        .collect();
    there.sort();
    back.sort();
    assert_eq!(there, back, "{} and {}", from.version, to.version);
}

fn told_once(from: &Api, to: &Api) {
    let mut seen = HashSet::new();
    for change in compare(from, to) {
        let (kind, item) = (change.kind, change.item.clone());
        assert!(seen.insert((kind, item)), "{} -> {}: told twice: {change:?}", from.version, to.version);
        assert!(change.before.is_some() || change.after.is_some());
        assert!(change.from.is_some() || change.to.is_some(), "no place: {change:?}");
        let texts = [&change.before, &change.after];
        assert!(texts.into_iter().flatten().all(|text| !text.contains("/*")), "{change:?}");
    }
}

/// The texts are pieces of the crate's own source, but for white space and what macros add.
fn declarations_are_those_of_the_source(api: &Api) {
    let bare = |text: &str| -> String {
        text.chars()
            .filter(|letter| !letter.is_whitespace())
            .collect::<String>()
            .replace(",)", ")")
            .replace(",>", ">")
    };
    let files = emit(api, &Options { home: Home::Workspace }).unwrap_or_else(|error| panic!("{error}"));
    let mut sources = HashSet::new();
    for (_, text) in files.iter().filter(|(path, _)| path.ends_with(".rs")) {
        let lines = text.lines().map(str::trim).filter(|line| !line.starts_with("///"));
        let code = lines.collect::<Vec<_>>().join(" ").replace("#[", "\n#[").replace(" pub ", "\npub ");
        for item in code.lines() {
            // A declaration ends where its body or the next item begins.
            let item = item.split(['{', '}', ';']).next().unwrap_or(item);
            let item =
                if item.starts_with("pub struct") { item.split('(').next().unwrap_or(item) } else { item };
            sources.insert(bare(item).trim_end_matches(',').to_owned());
        }
    }
    let mut text = Signatures::new(api);
    let mut checked = 0;
    for (path, item) in &Surface::of(api).items {
        let declaration = item.declaration(path, &mut text);
        let found = |declaration: &str| sources.contains(&bare(declaration));
        assert!(found(&declaration), "{path}: {declaration} is not in the crate");
        for member in item.members.values() {
            if matches!(member.thing, Thing::Send(_) | Thing::Tty | Thing::Variant(_) | Thing::Outcome(..)) {
                continue;
            }
            let declaration = &member.signature(&mut text).text;
            assert!(found(declaration), "{path}: {declaration} is not in the crate");
            checked += 1;
        }
    }
    assert!(checked > 1000, "only {checked} declarations were looked at");
}
