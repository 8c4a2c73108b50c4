//! A document with any value removed, duplicated, retyped or renamed gives a located error or a working crate: never
//! a panic, never a crate that does not compile.
//!
//! `MUTATIONS=5000 cargo test -p docker-engine-tests --test mutations` tries more; `SEED=17` only that one.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use docker_engine_codegen::api::{Api, ApiVersion};
use docker_engine_codegen::rust::{CrateFiles, Dependency, Home, Options};
use docker_engine_codegen::source::{Errors, Source};
use docker_engine_codegen::swagger::{Document, Node, read};
use docker_engine_codegen::{Spec, api, openapi, overlay, rust};
use docker_engine_tests::mutation::{Mutation, mutate, pointers};
use docker_engine_tests::{compile, slice::slice, spec};
use fastrand::Rng;
use rayon::prelude::*;

const MUTATIONS: u64 = 300;

/// The versions that are mutated: the oldest, the newest, and some between.
fn documents(spec: &Spec) -> Vec<(ApiVersion, Node)> {
    let versions = spec.store.versions().unwrap_or_else(|error| panic!("{error}"));
    let last = versions.len() - 1;
    let chosen = [0, last / 4, last / 2, last * 3 / 4, last];
    let read = |nth| {
        let version: ApiVersion = versions[nth];
        (version, spec.store.read(version).unwrap_or_else(|error| panic!("{error}")))
    };
    chosen.into_par_iter().map(read).collect()
}

/// What became of a mutated document.
enum Outcome {
    /// An error with a place, and that it is one.
    Refused,
    /// A crate.
    Crate(CrateFiles),
    /// What must not be.
    Wrong(String),
}

/// Overlaid document → Api, by the way that all documents take.
fn from_overlaid(document: Node, spec: &Spec) -> Result<Api, Errors> {
    let document = Document::read(document)?;
    overlay::check_declared(&document)?;
    Ok(api::build(&openapi::lower(&document), &spec.docs)?)
}

fn outcome(api: impl FnOnce() -> Result<Api, Errors>) -> Outcome {
    let emitted = catch_unwind(AssertUnwindSafe(|| {
        let mut api = match api() {
            Ok(api) => api,
            Err(errors) => {
                return match errors.0.iter().find(|error| error.place().is_none()) {
                    _ if errors.0.is_empty() => Outcome::Wrong("refused without an error".to_owned()),
                    Some(error) => Outcome::Wrong(format!("an error without a place: {error}")),
                    None => Outcome::Refused,
                };
            }
        };
        api::history::relate(std::slice::from_mut(&mut api));
        let runtime = Dependency::Path("runtime".into());
        match rust::emit(&api, &Options { home: Home::Standalone { runtime } }) {
            Ok(files) => Outcome::Crate(files),
            Err(error) if error.place().is_some() => Outcome::Refused,
            Err(error) => Outcome::Wrong(format!("an error without a place: {error}")),
        }
    }));
    emitted.unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<String>().map(String::as_str);
        let said = said.or_else(|| panic.downcast_ref::<&str>().copied());
        Outcome::Wrong(format!("a panic: {}", said.unwrap_or_default()))
    })
}

fn seeds() -> Vec<u64> {
    let number = |name| std::env::var(name).ok().map(|text| text.parse::<u64>().expect("a number"));
    match number("SEED") {
        Some(seed) => vec![seed],
        None => (0..number("MUTATIONS").unwrap_or(MUTATIONS)).collect(),
    }
}

/// Fails with all that went wrong.
fn report(wrong: &[String]) {
    assert!(wrong.is_empty(), "{} went wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn small_documents_are_refused_or_compile() {
    let spec = Spec::open(&spec()).unwrap_or_else(|errors| panic!("{errors}"));
    let overlaid: Vec<(ApiVersion, Node)> = documents(&spec)
        .into_par_iter()
        .map(|(version, node)| (version, spec.overlay.apply(node, version).expect("the overlay fits")))
        .collect();
    let seeds = seeds();
    let tried: Vec<(String, Outcome)> = seeds
        .par_iter()
        .map(|seed| {
            let mut random = Rng::with_seed(*seed);
            let (version, document) = random.choice(&overlaid).expect("some");
            let mut document = slice(document, &mut random);
            let mutation = mutate(&mut document, &mut random);
            (name(*seed, *version, &mutation), outcome(|| from_overlaid(document, &spec)))
        })
        .collect();
    let (mut wrong, mut crates, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    for (name, outcome) in &tried {
        match outcome {
            Outcome::Refused => {}
            Outcome::Wrong(what) => wrong.push(format!("{name}: {what}")),
            Outcome::Crate(files) => {
                let mut hash = DefaultHasher::new();
                files.iter().for_each(|file| file.hash(&mut hash));
                if seen.insert(hash.finish()) {
                    crates.push((name, files));
                }
            }
        }
    }
    let files: Vec<&CrateFiles> = crates.iter().map(|(_, files)| *files).collect();
    let lines: usize = files.iter().map(|files| files.lines()).sum();
    println!("{} mutations, {} crates of {lines} lines to compile", tried.len(), crates.len());
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mutations");
    if let Err(refused) = compile::check(&folder, 2, &files) {
        wrong.extend(refused.crates.iter().map(|nth| format!("{}: m{nth} does not compile", crates[*nth].0)));
        wrong.push(refused.said);
    }
    report(&wrong);
    // If nearly all were refused, this test would say little about emission.
    assert!(crates.len() * 3 > seeds.len(), "only {} of {} gave a crate", crates.len(), seeds.len());
}

#[test]
fn whole_documents_are_refused_or_emitted() {
    let spec = Spec::open(&spec()).unwrap_or_else(|errors| panic!("{errors}"));
    let documents = documents(&spec);
    let wrong: Vec<String> = seeds()
        .par_iter()
        // Each is a hundred times the work of a small one.
        .filter(|seed| **seed % 10 == 0)
        .filter_map(|seed| {
            let mut random = Rng::with_seed(*seed);
            let (version, document) = random.choice(&documents).expect("some");
            let mut document = document.clone();
            let mutation = mutate(&mut document, &mut random);
            match outcome(|| spec.api(document)) {
                Outcome::Wrong(what) => Some(format!("{}: {what}", name(*seed, *version, &mutation))),
                _ => None,
            }
        })
        .collect();
    report(&wrong);
}

/// The lines of a key and its value, once more below themselves: the reader must say that the key is there twice.
#[test]
fn keys_that_stand_twice_are_refused() {
    let spec = Spec::open(&spec()).unwrap_or_else(|errors| panic!("{errors}"));
    let version = *spec.store.versions().unwrap_or_else(|error| panic!("{error}")).last().expect("some");
    let path = spec.store.path(version);
    let text = std::fs::read_to_string(&path).expect("a stored document");
    let document = spec.store.read(version).unwrap_or_else(|error| panic!("{error}"));
    let lines: Vec<&str> = text.lines().collect();
    let all = pointers(&document);
    let indent = |line: &str| line.len() - line.trim_start().len();
    let mut random = Rng::with_seed(0);
    let mut tried = 0;
    for _ in 0..1000 {
        if tried == 20 {
            break;
        }
        let pointer = random.choice(&all).expect("some");
        let at = document.place_of(pointer).line as usize - 1;
        // A key that shares its line with the dash of a list, or a scalar of several lines, is another case.
        if lines[at].trim_start().starts_with('-') || !lines[at].contains(':') || lines[at].contains('|') {
            continue;
        }
        let after = |line: &&str| indent(line) > indent(lines[at]);
        let end = at + 1 + lines[at + 1..].iter().take_while(|line| after(line)).count();
        let twice = [&lines[..end], &lines[at..end], &lines[end..]].concat().join("\n");
        let error = read(&Source::new("twice.yaml", twice)).expect_err(pointer);
        let place = error.place().unwrap_or_else(|| panic!("{pointer}: no place: {error}"));
        assert_eq!(place.line as usize, end + 1, "{pointer}: {error}");
        tried += 1;
    }
    assert_eq!(tried, 20, "too few keys stand on a line of their own");
}

fn name(seed: u64, version: ApiVersion, mutation: &Mutation) -> String {
    format!("seed {seed}, v{version}, {mutation}")
}
