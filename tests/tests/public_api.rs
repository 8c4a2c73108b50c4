//! The changes in Rust that `codegen` tells are those that rustc sees in the generated crates. See `src/public_api.rs`
//! for what this needs; run it with
//! `cargo test --release -p docker-engine-tests --test public_api -- --ignored --nocapture`.
//!
//! `cargo-public-api` lists items with their types, so its difference must be the told one, item by item. It sees no
//! deprecation. `cargo-semver-checks` sees no types of fields and arguments, but knows the rules of semver, so its verdict
//! must be the told one.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use docker_engine_codegen::Spec;
use docker_engine_codegen::api::{Api, ApiVersion};
use docker_engine_codegen::diff::rust::compare;
use docker_engine_codegen::diff::{RustChange, RustKind, Semver};
use docker_engine_tests::public_api::{Listing, Tools, Verb};
use docker_engine_tests::spec;

/// Neighbours, far ones, and one that goes back.
const PAIRS: [(&str, &str); 10] = [
    ("1.25", "1.26"),
    ("1.40", "1.41"),
    ("1.41", "1.42"),
    ("1.43", "1.44"),
    ("1.44", "1.45"),
    ("1.47", "1.48"),
    ("1.50", "1.51"),
    ("1.51", "1.52"),
    ("1.25", "1.55"),
    ("1.52", "1.44"),
];

#[test]
#[ignore = "needs a nightly toolchain, cargo-public-api and cargo-semver-checks, and minutes"]
fn rustc_sees_the_same_changes() {
    let Some(tools) = Tools::find() else { return };
    let apis = Spec::open(&spec()).and_then(|spec| spec.apis()).unwrap_or_else(|error| panic!("{error:?}"));
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("public_api");
    let mut described: BTreeMap<ApiVersion, (PathBuf, Listing)> = BTreeMap::new();
    let mut failed = Vec::new();
    for (from, to) in PAIRS {
        let [from, to] = [from, to].map(|name| {
            let version: ApiVersion = name.parse().expect("a version");
            apis.iter().find(|api| api.version == version).expect("spec/ has it")
        });
        for api in [from, to] {
            described.entry(api.version).or_insert_with(|| {
                let json = tools.describe(api, &folder);
                let listing = tools.list(&json);
                (json, listing)
            });
        }
        let (old, new) = (&described[&from.version], &described[&to.version]);
        if !agree(from, to, &old.1, &new.1, tools.major(&old.0, &new.0)) {
            failed.push(format!("{} -> {}", from.version, to.version));
        }
    }
    assert!(failed.is_empty(), "told otherwise than seen: {}", failed.join(", "));
}

fn agree(from: &Api, to: &Api, old: &Listing, new: &Listing, lints: Option<Vec<String>>) -> bool {
    let changes = compare(from, to);
    let renamed: BTreeMap<String, String> =
        changes.iter().filter(|change| change.kind == RustKind::TypeRenamed).map(names).collect();
    let mut good = true;
    let mut complain = |text: String| {
        println!("    {text}");
        good = false;
    };
    println!("{} -> {}", from.version, to.version);
    for (was, is) in &renamed {
        if old.has_type(is) || new.has_type(was) || !old.has_type(was) || !new.has_type(is) {
            complain(format!("told as renamed, but it is not: {was} to {is}"));
        }
    }
    let seen = old.renamed(&renamed).changes(new);
    let told: Vec<(Verb, String)> = changes.iter().flat_map(|change| told(change, &renamed)).collect();
    let unique: BTreeSet<_> = told.iter().cloned().collect();
    for missing in seen.difference(&unique) {
        complain(format!("not told: {missing:?}"));
    }
    for wrong in unique.difference(&seen) {
        complain(format!("told, but not so: {wrong:?}"));
    }
    if unique.len() < told.len() {
        complain(format!("{} told twice", told.len() - unique.len()));
    }
    let verdict = changes.iter().map(|change| change.semver).max().unwrap_or(Semver::Patch);
    // What has other types only is out of its sight.
    let visible = changes.iter().any(|change| {
        let types_only = [RustKind::FieldTypeChanged, RustKind::SignatureChanged, RustKind::TypeChanged];
        change.semver == Semver::Major && !types_only.contains(&change.kind)
    });
    if lints.as_ref().is_some_and(|lints| lints.is_empty() == visible) {
        complain(format!("told {verdict:?}, cargo-semver-checks fails {lints:?}"));
    }
    let deprecations = changes.iter().filter(|change| change.kind == RustKind::Deprecated).count();
    println!(
        "    {} told: {} items as seen, {} renamed, {deprecations} deprecations; {verdict:?}; cargo-semver-checks: {}",
        changes.len(),
        seen.len(),
        renamed.len(),
        match lints {
            None => "left out".to_owned(),
            Some(lints) if lints.is_empty() => "nothing major".to_owned(),
            Some(lints) => lints.join(", "),
        },
    );
    good
}

/// The old and the new path of a renamed type.
fn names(change: &RustChange) -> (String, String) {
    let after = change.after.as_deref().expect("a renamed type has a new declaration");
    let name = after.split([' ', '=']).nth(2).expect("`pub struct Name`");
    let module = change.item.rsplit_once("::").expect("it stands in a module").0;
    (change.item.clone(), format!("{module}::{name}"))
}

/// A change in the words of the answer key.
fn told(change: &RustChange, renamed: &BTreeMap<String, String>) -> Vec<(Verb, String)> {
    // The key knows members of a renamed type under its new name.
    let item = match change.item.rsplit_once("::") {
        Some((owner, member)) => renamed.get(owner).map(|is| format!("{is}::{member}")),
        None => None,
    };
    let item = item.unwrap_or_else(|| change.item.clone());
    let one = |verb| vec![(verb, item.clone())];
    match change.kind {
        RustKind::TypeAdded | RustKind::FieldAdded | RustKind::VariantAdded | RustKind::MethodAdded => {
            one(Verb::Added)
        }
        RustKind::TypeRemoved
        | RustKind::FieldRemoved
        | RustKind::VariantRemoved
        | RustKind::MethodRemoved => one(Verb::Removed),
        RustKind::FieldTypeChanged | RustKind::SignatureChanged | RustKind::TypeChanged => one(Verb::Changed),
        RustKind::FieldRenamed | RustKind::VariantRenamed | RustKind::MethodRenamed => {
            let after = change.after.as_deref().expect("the new declaration");
            let after = after.trim_start_matches("pub ").trim_start_matches("fn ");
            let name = after.split(['(', ':']).next().expect("a name");
            let owner = item.rsplit_once("::").expect("a member").0;
            vec![(Verb::Removed, item.clone()), (Verb::Added, format!("{owner}::{name}"))]
        }
        RustKind::TypeRenamed | RustKind::Deprecated => Vec::new(),
    }
}
