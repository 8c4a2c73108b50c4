//! What the README says of the programs: all of them stand in its table, and what it types at a prompt is what they take. Here
//! there is no Engine, and each says so; `.ci/examples` compares what they print on real ones.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

const README: &str = include_str!("../README.md");

/// Where no Engine is.
const NOWHERE: &str = "unix:///not/there/docker.sock";

/// The folder of the built programs.
fn programs() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_run_container")).parent().expect("a program is in a folder")
}

/// The lines after a prompt.
fn typed() -> impl Iterator<Item = &'static str> {
    README.lines().filter_map(|line| line.strip_prefix("$ "))
}

#[test]
fn every_program_has_a_row() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/bin");
    let there: BTreeSet<String> = std::fs::read_dir(folder)
        .expect("there are programs")
        .filter_map(|entry| Some(entry.ok()?.path().file_stem()?.to_str()?.to_owned()))
        .collect();
    let rows: BTreeSet<String> = README
        .lines()
        .filter_map(|line| line.strip_prefix("| [`")?.split_once("`](src/bin/"))
        .map(|(name, _)| name.to_owned())
        .collect();
    assert_eq!(rows, there);
}

#[test]
fn what_is_typed_is_understood_and_without_an_engine_every_program_says_so() {
    let path = format!("{}:{}", programs().display(), std::env::var("PATH").unwrap_or_default());
    let mut number = 0;
    for line in typed() {
        let here = line
            .replace("/run/docker.sock", "/not/there/docker.sock")
            .replace("tcp://127.0.0.1:2376", NOWHERE);
        let output =
            Command::new("sh").args(["-c", &here]).env("PATH", &path).env("DOCKER_HOST", NOWHERE).output();
        let output = output.expect("there is a shell");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!said.contains("Usage:"), "{line}: {said}");
        let expected = format!(
            ": cannot connect to {NOWHERE}: there is no such socket; start the Engine, or give the address where it \
             listens (DOCKER_HOST)"
        );
        assert!(said.contains(&expected), "{line}: {said}");
        // The cause stands behind it, once.
        assert_eq!(said.matches("there is no such socket").count(), 1, "{line}: {said}");
        number += 1;
    }
    assert!(number > 15, "{number} lines");
}
