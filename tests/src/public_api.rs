//! What rustc says the public items of generated crates are, as `cargo public-api` lists them, and the difference of two
//! such lists in the words of `codegen::diff::rust`: an answer key that owes nothing to the generator's own model.
//!
//! Needs a nightly toolchain (the JSON of rustdoc) and the programs `cargo-public-api` and `cargo-semver-checks`. Their
//! places can be named by `CARGO_PUBLIC_API` and `CARGO_SEMVER_CHECKS`, the toolchain by `RUSTDOC_JSON_TOOLCHAIN`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use docker_engine_codegen::api::Api;
use docker_engine_codegen::rust::{self, Dependency, Home, Options};

use crate::workspace;

/// The name that every version's crate gets, so that the same item has the same path in all of them.
const CRATE: &str = "client";

/// What happened to an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verb {
    /// Only the newer crate has it.
    Added,
    /// Only the older crate has it.
    Removed,
    /// Both have it, declared otherwise.
    Changed,
}

/// The programs that this needs.
#[derive(Debug)]
pub struct Tools {
    public_api: PathBuf,
    semver_checks: Option<PathBuf>,
    toolchain: String,
}

impl Tools {
    /// The programs, where this machine has them; says so where it does not.
    pub fn find() -> Option<Self> {
        let program = |variable: &str, name: &str| {
            let program = std::env::var_os(variable).map_or_else(|| PathBuf::from(name), PathBuf::from);
            let runs = Command::new(&program).arg("--version").output().is_ok_and(|it| it.status.success());
            if !runs {
                eprintln!("left out: there is no {name}; `cargo install {name}`, or say where in {variable}");
            }
            runs.then_some(program)
        };
        let toolchain = std::env::var("RUSTDOC_JSON_TOOLCHAIN").unwrap_or_else(|_| "nightly".to_owned());
        let rustc = Command::new("rustup").args(["run", &toolchain, "rustdoc", "--version"]).output();
        if !rustc.is_ok_and(|it| it.status.success()) {
            eprintln!("left out: there is no toolchain {toolchain}; say another in RUSTDOC_JSON_TOOLCHAIN");
            return None;
        }
        Some(Self {
            public_api: program("CARGO_PUBLIC_API", "cargo-public-api")?,
            semver_checks: program("CARGO_SEMVER_CHECKS", "cargo-semver-checks"),
            toolchain,
        })
    }

    /// Writes the crate of a version into `folder` and has rustdoc describe it.
    ///
    /// # Panics
    ///
    /// When it cannot be written or does not compile.
    pub fn describe(&self, api: &Api, folder: &Path) -> PathBuf {
        let version = format!("v{}", api.version);
        let runtime = workspace().join("generated-client/runtime");
        let options = Options { home: Home::Standalone { runtime: Dependency::Path(runtime) } };
        let files = rust::emit(api, &options).unwrap_or_else(|error| panic!("{version}: {error}"));
        let home = folder.join(&version);
        for (path, text) in files.iter() {
            let path = home.join(path);
            fs::create_dir_all(path.parent().expect("a file in a folder")).expect("a folder of ours");
            let name = format!("name = {:?}", rust::package_name(api.version));
            let text = match path.ends_with("Cargo.toml") {
                true => text.replace(&name, &format!("name = {CRATE:?}")) + "\n[workspace]\n",
                false => text.clone(),
            };
            fs::write(path, text).expect("a file of ours");
        }
        fs::copy(workspace().join("Cargo.lock"), home.join("Cargo.lock")).expect("the workspace's lock file");
        let target = folder.join("target");
        let run = Command::new("rustup")
            .args(["run", &self.toolchain, "cargo", "rustdoc", "--lib", "--offline", "--quiet"])
            .args(["--no-default-features", "--", "-Z", "unstable-options", "--output-format", "json"])
            .args(["--cap-lints", "allow"])
            .current_dir(&home)
            .env("CARGO_TARGET_DIR", &target)
            .env_remove("RUSTUP_TOOLCHAIN")
            .env_remove("RUSTFLAGS")
            .output();
        said(run, &version);
        let json = folder.join(&version).with_extension(format!("{}.json", api.version.minor));
        fs::copy(target.join("doc").join(format!("{CRATE}.json")), &json).expect("rustdoc wrote it");
        json
    }

    /// The public items of a described crate.
    ///
    /// # Panics
    ///
    /// When `cargo-public-api` cannot read the description.
    pub fn list(&self, description: &Path) -> Listing {
        let run = Command::new(&self.public_api)
            .args(["public-api", "--simplified", "--color", "never", "--rustdoc-json"])
            .arg(description)
            .output();
        Listing::read(&said(run, "cargo-public-api"))
    }

    /// The lints of `cargo-semver-checks` that fail for this step if it is to be a minor one: what it takes for major.
    /// `None` where there is no such program.
    ///
    /// # Panics
    ///
    /// When it cannot read the descriptions.
    pub fn major(&self, from: &Path, to: &Path) -> Option<Vec<String>> {
        let run = Command::new(self.semver_checks.as_ref()?)
            .args(["semver-checks", "--release-type", "minor", "--color", "never", "--baseline-rustdoc"])
            .args([from.as_os_str(), "--current-rustdoc".as_ref(), to.as_os_str()])
            .output()
            .expect("cargo-semver-checks runs");
        let text = String::from_utf8_lossy(&[run.stdout, run.stderr].concat()).into_owned();
        assert!(text.contains("Checked"), "cargo-semver-checks did not check: {text}");
        let failures = text.lines().filter_map(|line| line.strip_prefix("--- failure "));
        Some(failures.filter_map(|line| line.split(':').next()).map(str::to_owned).collect())
    }
}

fn said(output: std::io::Result<Output>, what: &str) -> String {
    let output = output.unwrap_or_else(|error| panic!("{what}: {error}"));
    assert!(output.status.success(), "{what}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("it is text")
}

/// The public items of a crate: declarations by item. A trait that a type has is an item below the type.
#[derive(Debug, Default)]
pub struct Listing {
    items: BTreeMap<String, BTreeSet<String>>,
    types: BTreeMap<String, String>,
}

/// What a type's answer shows itself in: all of these change together with `send`.
const ANSWER: [&str; 4] = ["into_future", "Answer", "Output", "IntoFuture"];

impl Listing {
    fn read(text: &str) -> Self {
        let mut listing = Self::default();
        for line in text.lines() {
            listing.add(line);
        }
        assert!(listing.types.contains_key("Client"), "no client in what was listed");
        listing
    }

    fn add(&mut self, line: &str) {
        let line = line.trim_start_matches("#[non_exhaustive] ");
        if let Some(rest) = line.strip_prefix("impl") {
            if let Some((implemented, path)) = rest.split_once(&format!(" for {CRATE}::")) {
                let path = path.split(['<', ' ']).next().unwrap_or(path);
                let implemented = short(implemented.trim_start());
                self.put(format!("{path}::impl {implemented}"), String::new());
            }
            return;
        }
        let Some(rest) = line.strip_prefix("pub ") else { return };
        let (keyword, rest) = match rest.split_once(' ') {
            Some((word @ ("struct" | "enum" | "type" | "fn" | "const" | "mod" | "use"), rest)) => {
                (word, rest)
            }
            Some(("async", rest)) => ("fn", rest.trim_start_matches("fn ")),
            _ => ("", rest),
        };
        if matches!(keyword, "mod" | "use") {
            return;
        }
        let Some(rest) = rest.strip_prefix(CRATE).and_then(|rest| rest.strip_prefix("::")) else { return };
        let end = end_of_path(rest);
        let (path, declaration) = (&rest[..end], format!("{keyword} {}", short(&rest[end..])));
        let depth = path.split("::").count();
        let is_type = matches!(keyword, "struct" | "enum" | "type")
            && (depth == 2 && path.starts_with(['m', 'o']) || depth == 1);
        if is_type {
            self.types.insert(path.to_owned(), declaration);
        } else {
            // A field and a method may share a name.
            let method = if keyword == "fn" || keyword == "const" { "()" } else { "" };
            self.put(format!("{path}{method}"), declaration);
        }
    }

    fn put(&mut self, item: String, declaration: String) {
        self.items.entry(item).or_default().insert(declaration);
    }

    /// Whether there is a type at this path.
    pub fn has_type(&self, path: &str) -> bool {
        self.types.contains_key(path)
    }

    /// The same with other names for some types: by path.
    #[must_use]
    pub fn renamed(&self, names: &BTreeMap<String, String>) -> Self {
        let last = |path: &str| path.rsplit("::").next().unwrap_or(path).to_owned();
        let names: BTreeMap<String, String> = names.iter().map(|(was, is)| (last(was), last(is))).collect();
        let all = |text: &str| words(text, &names);
        Self {
            items: self
                .items
                .iter()
                .map(|(item, lines)| (all(item), lines.iter().map(|line| all(line)).collect()))
                .collect(),
            types: self.types.iter().map(|(path, line)| (all(path), all(line))).collect(),
        }
    }

    /// What became of the items: a type that came or went stands for everything in it.
    pub fn changes(&self, to: &Self) -> BTreeSet<(Verb, String)> {
        let mut changes = BTreeSet::new();
        let mut whole = BTreeSet::new();
        let paths: BTreeSet<&String> = self.types.keys().chain(to.types.keys()).collect();
        for path in paths {
            let verb = match (self.types.get(path), to.types.get(path)) {
                (None, _) => Verb::Added,
                (_, None) => Verb::Removed,
                (Some(was), Some(is)) if was != is => Verb::Changed,
                _ => continue,
            };
            changes.insert((verb, path.clone()));
            whole.insert(path.as_str());
        }
        let items: BTreeSet<&String> = self.items.keys().chain(to.items.keys()).collect();
        for item in items {
            let (owner, name) = item.rsplit_once("::").unwrap_or(("", item));
            // `impl a::Trait` has a path of its own.
            let (owner, name) =
                item.split_once("::impl ").map_or((owner, name), |(owner, _)| (owner, "impl"));
            if whole.contains(owner) {
                continue;
            }
            let verb = match (self.items.get(item), to.items.get(item)) {
                (Some(was), Some(is)) if was == is => continue,
                (None, _) => Verb::Added,
                (_, None) => Verb::Removed,
                _ => Verb::Changed,
            };
            let plain = name.trim_end_matches("()");
            if name == "impl" {
                changes.insert((Verb::Changed, owner.to_owned()));
            } else if ANSWER.contains(&plain) {
                changes.insert((Verb::Changed, format!("{owner}::send")));
            } else if !DERIVED.contains(&plain) || verb == Verb::Changed {
                changes.insert((verb, format!("{owner}::{plain}")));
            }
        }
        changes
    }
}

/// Methods that come and go with the derives of an outcome, which stand for them.
const DERIVED: [&str; 1] = ["assert_receiver_is_total_eq"];

/// Where a path ends that a text begins with.
fn end_of_path(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b':' if bytes.get(at + 1) == Some(&b':') => at += 2,
            letter if letter.is_ascii_alphanumeric() || letter == b'_' => at += 1,
            _ => break,
        }
    }
    at
}

/// A declaration whose types have no paths.
fn short(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("::") {
        let before = &rest[..at];
        let start = before.rfind(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
        out.push_str(&before[..start.map_or(0, |at| at + 1)]);
        rest = &rest[at + 2..];
    }
    out.push_str(rest);
    out
}

/// A text with other words for some.
fn words(text: &str, names: &BTreeMap<String, String>) -> String {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(is_letter) {
        let end = rest[start..].find(|letter| !is_letter(letter)).map_or(rest.len(), |length| start + length);
        out.push_str(&rest[..start]);
        let word = &rest[start..end];
        out.push_str(names.get(word).map_or(word, String::as_str));
        rest = &rest[end..];
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(lines: &[&str]) -> Listing {
        Listing::read(
            &["pub struct client::Client"].iter().chain(lines).copied().collect::<Vec<_>>().join("\n"),
        )
    }

    #[test]
    fn lists_are_compared_item_by_item() {
        let old = listing(&[
            "pub struct client::models::A",
            "pub client::models::A::x: core::option::Option<alloc::string::String>",
            "pub client::models::A::y: i64",
            "impl core::marker::Copy for client::models::A",
            "pub struct client::models::Gone",
            "pub client::models::Gone::x: i64",
            "pub fn client::Client::f(&self, impl core::convert::AsRef<str>) -> client::operations::F",
        ]);
        let new = listing(&[
            "pub struct client::models::A",
            "pub client::models::A::x: alloc::string::String",
            "pub client::models::A::z: i64",
            "pub fn client::Client::f(&self, impl core::convert::AsRef<str>) -> client::operations::F",
        ]);
        let expected = [
            (Verb::Added, "models::A::z"),
            (Verb::Removed, "models::A::y"),
            (Verb::Removed, "models::Gone"),
            (Verb::Changed, "models::A"),
            (Verb::Changed, "models::A::x"),
        ];
        let expected: BTreeSet<_> = expected.map(|(verb, item)| (verb, item.to_owned())).into();
        assert_eq!(old.changes(&new), expected);
        assert!(old.changes(&old).is_empty());
    }
}
