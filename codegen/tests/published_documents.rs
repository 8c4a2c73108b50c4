//! The published documents and what `spec/` has of them. Tests that need the published documents look for
//! them in `$DOCKER_ENGINE_RS_SHARED/upstream` or beside the workspace, and say so when they are not there.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use docker_engine_codegen::source::Source;
use docker_engine_codegen::swagger::node::{Node, Value};
use docker_engine_codegen::swagger::store::{Store, sha256};
use docker_engine_codegen::swagger::{import, read, read_upstream};
use rayon::prelude::*;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate lies in the workspace")
}

fn store() -> Store {
    Store::new(root().join("spec"))
}

fn upstream() -> Option<PathBuf> {
    let folders = [
        std::env::var_os("DOCKER_ENGINE_RS_SHARED").map(PathBuf::from),
        root().parent().map(|above| above.join("shared")),
    ];
    let found =
        folders.into_iter().flatten().map(|folder| folder.join("upstream")).find(|folder| folder.is_dir());
    if found.is_none() {
        eprintln!("skipped: the published documents are not on this machine");
    }
    found
}

/// Published document and file in `spec/`, of all versions.
fn pairs(folder: &Path) -> Vec<(Arc<Source>, Arc<Source>)> {
    let store = store();
    let versions = store.versions().expect("spec/ is there");
    let pair = |version| {
        let stored = store.path(version);
        let published = folder.join(stored.file_name().expect("a file"));
        (Source::read(&published).expect("published"), Source::read(&stored).expect("stored"))
    };
    versions.into_iter().map(pair).collect()
}

#[test]
fn the_folder_has_every_version() {
    let versions: Vec<String> = store().versions().expect("listed").iter().map(ToString::to_string).collect();
    let expected: Vec<String> = (25..=55).map(|minor| format!("1.{minor}")).collect();
    assert_eq!(versions, expected);
    let sources = store().sources().expect("read");
    for version in store().versions().expect("listed") {
        assert!(sources.get(version).is_some(), "sources.toml does not say where {version} is from");
    }
}

#[test]
fn importing_the_published_documents_gives_what_is_in_the_folder() {
    let Some(folder) = upstream() else { return };
    let sources = store().sources().expect("read");
    pairs(&folder).par_iter().for_each(|(published, stored)| {
        let imported = import(published).unwrap_or_else(|errors| panic!("{errors}"));
        assert!(imported.to_yaml() == stored.text, "{} differs; run `cargo xtask spec import`", stored.name);
        let origin = sources.get(imported.version).expect("noted");
        assert_eq!(origin.sha256, sha256(published.text.as_bytes()), "{}", published.name);
        for warning in &imported.warnings {
            let place = warning.place().expect("every repair has a place");
            assert!(place.end as usize <= published.text.len() && place.line > 0, "{warning}");
            assert!(warning.code.is_some() && warning.help.is_some(), "{warning}");
        }
    });
}

#[test]
fn importing_what_is_in_the_folder_changes_nothing() {
    for version in store().versions().expect("listed") {
        let stored = Source::read(&store().path(version)).expect("read");
        let imported = import(&stored).unwrap_or_else(|errors| panic!("{errors}"));
        assert!(imported.to_yaml() == stored.text, "{}", stored.name);
        // What is kept beside `$ref` is still beside `$ref`.
        let rest: Vec<_> = imported.warnings.iter().filter(|w| w.code != Some("ref-sibling-kept")).collect();
        assert!(rest.is_empty(), "{rest:?}");
    }
}

/// Prose has spaces. What may have some in `spec/` is short: a title, a tag.
#[test]
fn no_prose_is_left() {
    fn look(node: &Node, pointer: &str, names: bool, found: &mut Vec<String>) {
        match &node.value {
            Value::String(text) if text.split_whitespace().count() > 3 => {
                found.push(format!("{pointer}: {text}"))
            }
            Value::Sequence(items) => items.iter().for_each(|item| look(item, pointer, false, found)),
            Value::Mapping(entries) => {
                for (key, entry) in entries {
                    let here = format!("{pointer}/{key}");
                    let prose = ["description", "summary", "example", "examples", "externalDocs", "x-logo"];
                    let sentence = key == "title"
                        && entry.node.as_str().is_some_and(|title| pointer != "/info" && title.contains(' '));
                    if !names && (prose.contains(&key.as_str()) || sentence) {
                        found.push(here.clone());
                    }
                    // Under these the keys are names.
                    let names = !names
                        && matches!(key.as_str(), "properties" | "definitions" | "x-filters" | "headers");
                    look(&entry.node, &here, names, found);
                }
            }
            _ => {}
        }
    }
    for (version, node) in store().read_all().expect("read") {
        let mut found = Vec::new();
        look(&node, "", false, &mut found);
        assert!(found.is_empty(), "{version}: {found:#?}");
        let text = std::fs::read_to_string(store().path(version)).expect("read");
        assert_eq!(
            text.lines().filter(|line| line.trim_start().starts_with('#')).count(),
            2,
            "{version}: comments"
        );
    }
}

#[test]
fn no_run_of_eight_words_of_a_description_is_left() {
    fn words(text: &str) -> Vec<&str> {
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect()
    }
    fn digest(words: &[&str]) -> u64 {
        let mut hasher = DefaultHasher::new();
        words.hash(&mut hasher);
        hasher.finish()
    }
    fn prose(node: &Node, into: &mut HashSet<u64>) {
        for (key, entry) in node.entries() {
            if matches!(key, "description" | "summary")
                && let Some(text) = entry.node.as_str()
            {
                into.extend(words(text).windows(8).map(digest));
            }
            prose(&entry.node, into);
        }
        node.items().for_each(|item| prose(item, into));
    }
    let Some(folder) = upstream() else { return };
    pairs(&folder).par_iter().for_each(|(published, stored)| {
        let (node, _) = read_upstream(published).unwrap_or_else(|errors| panic!("{errors}"));
        let mut runs = HashSet::new();
        prose(&node, &mut runs);
        assert!(runs.len() > 1000, "{} has prose", published.name);
        // A pattern is a fact, and the text quotes it.
        for line in stored.text.lines().filter(|line| !line.trim_start().starts_with("pattern:")) {
            for run in words(line).windows(8) {
                assert!(!runs.contains(&digest(run)), "{}: {line}", stored.name);
            }
        }
    });
}

#[test]
fn reading_a_document_keeps_its_prose_and_notes_the_same_facts() {
    let Some(folder) = upstream() else { return };
    for (published, stored) in pairs(&folder).into_iter().step_by(10) {
        let (full, _) = read_upstream(&published).unwrap_or_else(|errors| panic!("{errors}"));
        let facts = read(&stored).expect("read");
        assert!(full.at("/paths/~1containers~1json/get/summary").is_some());
        let pointer = "/paths/~1containers~1json/get/parameters/3/x-filters";
        let filters = full.at(pointer).map(Node::to_json);
        assert!(filters.is_some(), "{}", published.name);
        assert_eq!(filters, facts.at(pointer).map(Node::to_json), "{}", published.name);
    }
}

/// The newest document as one of a version that nobody has seen, with new things in it.
#[test]
fn a_version_that_nobody_has_seen_is_imported() {
    let newest = store().path("1.55".parse().expect("a version"));
    let text = std::fs::read_to_string(newest).expect("read").replace("1.55", "1.56").replace(
        "paths:\n",
        "paths:\n  /new/{id}:\n    get:\n      operationId: NewGet\n      description: |\n        Deprecated: \
         use `OldGet` instead.\n      parameters:\n        - {name: id, in: path, type: string, required: true}\n        \
         - {name: filters, in: query, type: string, description: \"- `a=(b|c)`\"}\n      responses:\n        \
         \"200\": {description: no, schema: {type: object, properties: {description: {type: string}}}}\n",
    );
    let imported = import(&Source::new("v1.56.yaml", text)).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(imported.version.to_string(), "1.56");
    let expected = serde_json::json!({
        "operationId": "NewGet",
        "deprecated": true,
        "x-deprecated": {"replaced-by": "OldGet"},
        "parameters": [
            {"name": "id", "in": "path", "type": "string", "required": true},
            {"name": "filters", "in": "query", "type": "string", "x-filters": {"a": {"values": ["b", "c"]}}},
        ],
        "responses": {"200": {"schema": {"type": "object", "properties": {"description": {"type": "string"}}}}},
    });
    assert_eq!(imported.node.at("/paths/~1new~1{id}/get").map(Node::to_json), Some(expected));
}
