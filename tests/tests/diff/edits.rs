//! Single changes made to real documents: what is news is told, once; what is none is not.
//!
//! `EDITS=5000 cargo test -p docker-engine-tests --test diff` tries more; `SEED=17` only that one.

use std::collections::BTreeSet;

use docker_engine_codegen::diff::wire;
use docker_engine_codegen::swagger::Node;
use docker_engine_tests::edit::{Edit, news, no_news};
use fastrand::Rng;
use rayon::prelude::*;

use super::sides;

const EDITS: u64 = 200;

fn seeds() -> Vec<u64> {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    match number("SEED") {
        Some(seed) => vec![seed],
        None => (0..number("EDITS").unwrap_or(EDITS)).collect(),
    }
}

/// Documents as they are edited: the oldest, the newest, some between.
fn documents() -> Vec<Node> {
    let sides = sides();
    let last = sides.len() - 1;
    [0, last / 3, 2 * last / 3, last].map(|nth| sides[nth].document.clone()).into()
}

/// Runs all seeds; what is wrong, by seed.
fn run(
    edit: fn(&mut Node, &mut Rng) -> Edit,
    check: impl Fn(&Edit, &[docker_engine_codegen::diff::Change]) -> Result<(), String> + Sync,
) {
    let documents = documents();
    let wrong: Vec<String> = seeds()
        .into_par_iter()
        .filter_map(|seed| {
            let mut random = Rng::with_seed(seed);
            let document = &documents[seed as usize % documents.len()];
            let mut edited = document.clone();
            let edit = edit(&mut edited, &mut random);
            for (from, to, way) in [(document, &edited, "made"), (&edited, document, "unmade")] {
                let changes = match wire::compare(from, to) {
                    Ok((changes, _)) => changes,
                    Err(errors) => return Some(format!("SEED={seed} {edit:?}: {errors}")),
                };
                if way == "unmade" && edit.kinds.is_empty() != changes.is_empty() {
                    return Some(format!("SEED={seed} {edit:?} unmade: {} changes", changes.len()));
                }
                if way == "made"
                    && let Err(message) = check(&edit, &changes)
                {
                    let told: String = changes
                        .iter()
                        .take(4)
                        .map(|c| {
                            format!(
                                "\n    {:?} {} {:?} {} {:?}",
                                c.kind, c.path, c.location, c.pointer, c.cause
                            )
                        })
                        .collect();
                    return Some(format!("SEED={seed} {edit:?}: {message}{told}"));
                }
            }
            None
        })
        .collect();
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_change_is_told_once() {
    run(news, |edit, changes| {
        if changes.is_empty() {
            return Err("not told".to_owned());
        }
        if let Some(change) = changes.iter().find(|change| !edit.kinds.contains(&change.kind)) {
            return Err(format!("told as {}", change.kind.as_str()));
        }
        let causes: BTreeSet<_> = changes.iter().map(|change| &change.cause).collect();
        if causes.len() == 1 { Ok(()) } else { Err(format!("{} causes", causes.len())) }
    });
}

#[test]
fn what_is_no_news_is_not_told() {
    run(no_news, |_, changes| if changes.is_empty() { Ok(()) } else { Err("told".to_owned()) });
}
