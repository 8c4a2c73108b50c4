//! `spec/docs.yaml`: nothing in it is out of date, nothing that the newest versions show is without words, and its
//! words, as those of the overlay and all that people read in the workspace, are our own.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use docker_engine_codegen::Spec;
use docker_engine_codegen::api::{Answer, Api, ApiVersion, Docs, TypeKind};
use docker_engine_codegen::source::Source;
use docker_engine_codegen::swagger::node::{Node, Value};
use docker_engine_codegen::swagger::read;
use rayon::prelude::*;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate lies in the workspace")
}

static SPEC: LazyLock<(Spec, Vec<Api>)> = LazyLock::new(|| {
    let spec = Spec::open(&root().join("spec")).unwrap_or_else(|errors| panic!("{errors}"));
    let apis = spec.apis().unwrap_or_else(|errors| panic!("{errors}"));
    (spec, apis)
});

#[test]
fn every_entry_speaks_of_something() {
    let (spec, apis) = &*SPEC;
    let unused = spec.docs.unused(apis);
    assert!(unused.is_empty(), "spec/docs.yaml has words for what no version has: {unused:#?}");
}

/// What is shown to users without a word of ours, by its place in `docs.yaml`.
fn without_words(api: &Api) -> Vec<String> {
    let mut found = Vec::new();
    let mut check = |docs: &Docs, place: &[&str]| {
        if docs.is_empty() {
            found.push(place.join("."));
        }
    };
    for operation in &api.operations {
        let name = operation.type_name.as_str();
        check(&operation.docs, &["operations", name]);
        for parameter in &operation.parameters {
            check(&parameter.docs, &["operations", name, "parameters", &parameter.name]);
            for key in parameter.filters.iter().flat_map(|filters| &filters.keys) {
                check(&key.docs, &["operations", name, "filters", &key.name]);
            }
        }
        if let Some(body) = &operation.body {
            check(&body.docs, &["operations", name, "body"]);
        }
        if matches!(operation.answer, Answer::Headers(_)) {
            let success = operation.responses.iter().find(|response| (200..300).contains(&response.status));
            for header in success.iter().flat_map(|response| &response.headers) {
                check(&header.docs, &["operations", name, "headers", &header.name]);
            }
        }
    }
    for def in api.types.values() {
        check(&def.docs, &["types", &def.name]);
        match &def.kind {
            TypeKind::Struct(fields) => {
                fields
                    .iter()
                    .for_each(|field| check(&field.docs, &["types", &def.name, "fields", &field.name]));
            }
            TypeKind::Enum(variants) => {
                variants.iter().for_each(|variant| {
                    check(&variant.docs, &["types", &def.name, "values", &variant.value])
                });
            }
            TypeKind::Alias(_) => {}
        }
    }
    found
}

/// The last version whose things all have words. A newer document must not fail before somebody has found some.
const WRITTEN_FOR: ApiVersion = ApiVersion { major: 1, minor: 55 };

#[test]
fn everything_that_is_shown_has_words() {
    let (_, apis) = &*SPEC;
    let missing: BTreeSet<String> =
        apis.iter().filter(|api| api.version <= WRITTEN_FOR).flat_map(without_words).collect();
    assert!(missing.is_empty(), "shown without a word of spec/docs.yaml: {missing:#?}");
}

const RUN: usize = 8;

fn runs(text: &str) -> impl Iterator<Item = (u64, String)> {
    let text = text.to_lowercase();
    let words: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    (0..(words.len() + 1).saturating_sub(RUN)).map(move |at| {
        let run = &words[at..at + RUN];
        let mut hasher = DefaultHasher::new();
        run.hash(&mut hasher);
        (hasher.finish(), run.join(" "))
    })
}

/// All texts under a node, with the words that people read one after the other in one piece.
fn texts(node: &Node, out: &mut Vec<String>) {
    match &node.value {
        Value::String(text) => out.push(text.clone()),
        Value::Mapping(_) => {
            if let [Some(summary), Some(more)] =
                ["summary", "description"].map(|key| node.get(key).and_then(Node::as_str))
            {
                out.push([summary, more].join(" "));
            }
            node.entries().for_each(|(_, entry)| texts(&entry.node, out));
        }
        Value::Sequence(items) => items.iter().for_each(|item| texts(item, out)),
        _ => {}
    }
}

/// What else people read: the Markdown files, and the documentation in hand-written and generated code. Each text once, though
/// it stands in many crates, with the first file that has it.
fn written() -> BTreeMap<String, String> {
    let mut written = BTreeMap::new();
    for path in files(root()) {
        let name = path.strip_prefix(root()).unwrap_or(&path).display().to_string();
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
        if name.ends_with(".md") {
            written.entry(text).or_insert(name);
            continue;
        }
        // Lines that follow each other are one text.
        let comments = text.lines().map(|line| {
            let line = line.trim_start();
            line.strip_prefix("///").or_else(|| line.strip_prefix("//!"))
        });
        let mut piece = String::new();
        for line in comments.chain([None]) {
            match line {
                Some(line) => piece.push_str(line),
                None if !piece.is_empty() => {
                    // What is marked as code is a fact: a pattern, a list of values.
                    let prose = piece.split('`').step_by(2).collect::<Vec<_>>().join(" ");
                    piece.clear();
                    written.entry(prose).or_insert_with(|| name.clone());
                }
                None => {}
            }
        }
    }
    assert!(written.len() > 5000, "only {} texts", written.len());
    written
}

/// Markdown and Rust under a folder, without what is built.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths
        .into_iter()
        .flat_map(|path| match path.extension().and_then(|extension| extension.to_str()) {
            Some("md" | "rs") => vec![path],
            _ if path.is_dir() && !path.ends_with("target") && !path.ends_with(".git") => files(&path),
            _ => Vec::new(),
        })
        .collect()
}

fn upstream() -> Option<PathBuf> {
    let folders = [
        std::env::var_os("DOCKER_ENGINE_RS_SHARED").map(PathBuf::from),
        root().parent().map(|above| above.join("shared")),
    ];
    folders.into_iter().flatten().map(|folder| folder.join("upstream")).find(|folder| folder.is_dir())
}

#[test]
fn the_words_are_our_own() {
    let Some(folder) = upstream() else {
        eprintln!("skipped: the published documents are not on this machine");
        return;
    };
    let files: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("a folder")
        .flatten()
        .map(|file| file.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .collect();
    assert!(files.len() >= 31, "only {} published documents", files.len());
    let theirs: HashSet<u64> = files
        .par_iter()
        .flat_map_iter(|path| {
            let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{error}"));
            runs(&text).map(|(run, _)| run).collect::<HashSet<u64>>()
        })
        .collect();
    let mut common: Vec<String> = written()
        .par_iter()
        .filter_map(|(text, name)| {
            let (_, words) = runs(text).find(|(run, _)| theirs.contains(run))?;
            Some(format!("{name}: {words}"))
        })
        .collect();
    for name in ["docs.yaml", "overlay.yaml"] {
        let source = Source::read(&root().join("spec").join(name)).unwrap_or_else(|error| panic!("{error}"));
        let mut ours = Vec::new();
        texts(&read(&source).unwrap_or_else(|error| panic!("{error}")), &mut ours);
        for text in ours {
            common.extend(
                runs(&text)
                    .find(|(run, _)| theirs.contains(run))
                    .map(|(_, words)| format!("{name}: {words}")),
            );
        }
    }
    assert!(common.is_empty(), "runs of {RUN} words that the published documents have, too: {common:#?}");
}
