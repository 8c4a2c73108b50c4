//! Files and folders that the papers name are there.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use docker_engine_tests::workspace;
use pulldown_cmark::{Event, Tag, TagEnd};

use super::{Paper, papers};

/// What stands at the top of the workspace: a text in code that begins with one of them is a path.
const TOPS: [&str; 8] =
    ["codegen/", "docs/", "generated-client/", "spec/", "tests/", "xtask/", ".ci/", ".cargo/"];

#[test]
fn links_lead_somewhere() {
    for paper in papers() {
        let folder = workspace().join(&paper.path);
        let folder = folder.parent().expect("a file in a folder");
        for (event, _) in paper.events() {
            let Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) = event else {
                continue;
            };
            let path = dest_url.split('#').next().unwrap_or_default();
            if dest_url.contains("://") || path.is_empty() {
                continue;
            }
            assert!(folder.join(path).exists(), "{}: {dest_url} is not there", paper.path.display());
        }
    }
}

#[test]
fn paths_are_there() {
    let mut number = 0;
    for paper in papers() {
        let beside = workspace().join(&paper.path);
        for (event, _) in paper.events() {
            let Event::Code(text) = event else { continue };
            let path = text.split([':', ' ']).next().unwrap_or_default();
            // Patterns: `generated-client/vX.Y/`, `generated-client/v*`.
            let path = path.replace("vX.Y", "v1.55").replace("v*", "v1.55");
            if TOPS.iter().any(|top| path.starts_with(top)) && !path.contains('…') {
                // From the top, or from where the paper stands.
                let folders = [Some(workspace()), beside.parent()];
                let there = folders.into_iter().flatten().any(|folder| folder.join(&path).exists());
                assert!(there, "{}: {path} is not there", paper.path.display());
                number += 1;
            }
        }
    }
    assert!(number > 20, "only {number} paths were found");
}

/// The first column of the table under a heading: what is in code there.
fn first_column(paper: &Paper, heading: &str) -> BTreeSet<String> {
    let (mut here, mut title, mut cell, mut names) = (false, None, 0, BTreeSet::new());
    for (event, _) in paper.events() {
        match event {
            Event::Start(Tag::Heading { .. }) => title = Some(String::new()),
            Event::Text(text) if title.is_some() => title = title.map(|title| title + &text),
            Event::End(TagEnd::Heading(_)) => here = title.take().is_some_and(|title| title == heading),
            Event::Start(Tag::TableRow) => cell = 0,
            Event::End(TagEnd::TableCell) => cell += 1,
            Event::Code(text) if here && cell == 0 => drop(names.insert(text.to_string())),
            _ => {}
        }
    }
    assert!(!names.is_empty(), "no table under {heading:?}");
    names
}

/// The modules of a folder.
fn modules(folder: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(workspace().join(folder)).expect("a folder of the workspace");
    let names =
        entries.map(|entry| entry.expect("it can be listed").file_name().into_string().expect("text"));
    names
        .map(|name| name.trim_end_matches(".rs").to_owned())
        .filter(|name| name != "lib" && name != "mod")
        .collect()
}

#[test]
fn the_map_of_the_runtime_is_complete() {
    let paper = Paper::read("ARCHITECTURE.md");
    let (told, there) = (first_column(&paper, "Inside the runtime"), modules("generated-client/runtime/src"));
    let missing: Vec<_> = there.difference(&told).collect();
    let gone: Vec<_> = told.difference(&there).collect();
    assert!(missing.is_empty() && gone.is_empty(), "not in the table: {missing:?}; not there: {gone:?}");
}

#[test]
fn the_map_of_the_comparison_is_true() {
    for name in first_column(&Paper::read("ARCHITECTURE.md"), "Inside the comparison") {
        if name.ends_with('/') {
            continue;
        }
        let place = Path::new("codegen/src/diff").join(&name);
        let there =
            [place.clone(), place.with_extension("rs")].iter().any(|path| workspace().join(path).exists());
        assert!(there, "{} is not there", place.display());
    }
}
