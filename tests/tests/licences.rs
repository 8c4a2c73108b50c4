//! What the workspace depends on: licences that may be used with its own, and few crates for those who use a client.

use std::collections::BTreeSet;
use std::process::Command;

use docker_engine_tests::workspace;
use serde_json::Value;

/// Licences that ask for no more than a notice.
const ALLOWED: [&str; 11] = [
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(arguments)
        .arg("--offline")
        .current_dir(workspace())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("cargo prints text")
}

/// Whether an SPDX expression can be fulfilled by allowed licences alone. An exception only allows more.
fn is_allowed(expression: &str) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let mut words = spaced.split_whitespace().peekable();
    let allowed = either(&mut words);
    allowed && words.next().is_none()
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn either(words: &mut Words<'_>) -> bool {
    let mut allowed = both(words);
    while words.next_if_eq(&"OR").is_some() {
        allowed |= both(words);
    }
    allowed
}

fn both(words: &mut Words<'_>) -> bool {
    let mut allowed = single(words);
    while words.next_if_eq(&"AND").is_some() {
        allowed &= single(words);
    }
    allowed
}

fn single(words: &mut Words<'_>) -> bool {
    if words.next_if_eq(&"(").is_some() {
        let allowed = either(words);
        return allowed && words.next() == Some(")");
    }
    let allowed = words.next().is_some_and(|licence| ALLOWED.contains(&licence));
    if words.next_if_eq(&"WITH").is_some() {
        words.next();
    }
    allowed
}

#[test]
fn expressions_are_understood() {
    for allowed in [
        "MIT",
        "MIT/GPL-3.0",
        "(GPL-3.0 OR MIT) AND ISC",
        "Apache-2.0 WITH LLVM-exception OR X",
        "X OR MIT AND ISC",
    ] {
        assert!(is_allowed(allowed), "{allowed}");
    }
    for refused in ["", "GPL-3.0", "MIT AND GPL-3.0", "(MIT", "MIT)", "MIT ISC", "X OR (MIT AND Y)"] {
        assert!(!is_allowed(refused), "{refused}");
    }
}

#[test]
fn licences_are_allowed() {
    // What only other systems need was perhaps never downloaded here.
    let about = cargo(&["--version", "--verbose"]);
    let host = about.lines().find_map(|line| line.strip_prefix("host: ")).expect("cargo names its host");
    let metadata = cargo(&["metadata", "--format-version", "1", "--filter-platform", host]);
    let metadata: Value = serde_json::from_str(&metadata).expect("JSON");
    let packages = metadata["packages"].as_array().expect("a list");
    assert!(packages.len() > 50, "only {} packages", packages.len());
    let refused: Vec<String> = packages
        .iter()
        .map(|package| (&package["name"], package["license"].as_str().unwrap_or_default()))
        .filter(|(_, licence)| !is_allowed(licence))
        .map(|(name, licence)| format!("{name}: {licence:?}"))
        .collect();
    assert!(refused.is_empty(), "not in the list of licences:\n{}", refused.join("\n"));
}

/// Crates that a program gets with the newest client, itself counted.
fn crates(options: &[&str]) -> BTreeSet<String> {
    let folders = std::fs::read_dir(workspace().join("generated-client")).expect("listed");
    let names = folders.map(|entry| entry.expect("listed").file_name().into_string().expect("text"));
    let minors = names.filter_map(|name| name.strip_prefix("v1.")?.parse::<u32>().ok());
    let package = format!("docker-engine-v1-{}", minors.max().expect("there are clients"));
    let tree = cargo(
        &[&["tree", "--edges", "normal", "--prefix", "none", "--package", &package][..], options].concat(),
    );
    let packages = tree.lines().map(|line| line.split(" (").next().unwrap_or(line).trim().to_owned());
    packages.filter(|package| !package.is_empty()).collect()
}

#[test]
fn a_client_brings_few_crates() {
    for (options, most) in [(&["--no-default-features"][..], 30), (&[], 45), (&["--features", "tls"], 65)] {
        let crates = crates(options);
        println!("{} crates with {options:?}", crates.len());
        assert!(crates.len() <= most, "{} crates with {options:?}: {crates:#?}", crates.len());
    }
}
