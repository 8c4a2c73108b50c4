//! The committed documents, overlaid and lowered: nothing is lost, everything is valid OpenAPI 3.0, and no damage to a
//! document makes the code panic.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use docker_engine_codegen::openapi::{self, Lowered, SOURCE};
use docker_engine_codegen::overlay::{Overlay, check_declared};
use docker_engine_codegen::source::Source;
use docker_engine_codegen::swagger::node::{Entry, Node, Value};
use docker_engine_codegen::swagger::{self, Document};
use rayon::prelude::*;
use serde_json::Value as Json;

fn store() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec")
}

fn read(path: &Path) -> Node {
    let name = path.file_name().expect("a file").to_string_lossy().into_owned();
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let source = Source::from_bytes(name, bytes).unwrap_or_else(|error| panic!("{error}"));
    swagger::read(&source).unwrap_or_else(|error| panic!("{error}"))
}

/// The committed documents as they are, oldest first.
static DOCUMENTS: LazyLock<Vec<Node>> = LazyLock::new(documents);

fn documents() -> Vec<Node> {
    let files = std::fs::read_dir(store()).into_iter().flatten().flatten().map(|file| file.path());
    let is_version =
        |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('v'));
    let mut files: Vec<_> = files.filter(is_version).collect();
    files.sort();
    files.par_iter().map(|path| read(path)).collect()
}

fn overlay() -> Overlay {
    Overlay::from_node(&read(&store().join("overlay.yaml"))).unwrap_or_else(|errors| panic!("{errors}"))
}

/// A document after the overlay.
fn overlaid(overlay: &Overlay, node: Node) -> Node {
    let version =
        node.at("/info/version").and_then(Node::as_str).expect("a version").parse().expect("a version");
    overlay.apply(node, version).unwrap_or_else(|errors| panic!("{version}:\n{errors}"))
}

fn document(node: Node) -> Document {
    Document::read(node).unwrap_or_else(|errors| panic!("{errors}"))
}

#[test]
fn every_document_is_declared() {
    let overlay = overlay();
    DOCUMENTS.par_iter().for_each(|node| {
        let document = document(overlaid(&overlay, node.clone()));
        check_declared(&document).unwrap_or_else(|errors| panic!("{errors}"));
    });
}

#[test]
fn nothing_is_lost() {
    let overlay = overlay();
    DOCUMENTS.par_iter().for_each(|node| {
        let lowered = openapi::lower(&document(overlaid(&overlay, node.clone())));
        let facts = Facts::of(&lowered);
        assert!(facts.schemas > 1000, "only {} schemas were compared", facts.schemas);
        assert!(facts.lost.is_empty(), "{}: {:#?}", lowered.openapi.info.version, facts.lost);
    });
}

/// What the tree says, compared with the lowered part of the same pointer.
struct Facts<'a> {
    lowered: HashMap<String, &'a Json>,
    schemas: usize,
    lost: Vec<String>,
}

impl Facts<'_> {
    fn of(lowered: &Lowered) -> Facts<'static> {
        let json = serde_json::to_value(&lowered.openapi).expect("JSON");
        let mut parts = HashMap::new();
        index(&json, &mut parts);
        let mut facts = Facts { lowered: parts, schemas: 0, lost: Vec::new() };
        let root = &lowered.root;
        for (name, entry) in root.get("definitions").expect("definitions").entries() {
            facts.schema(&entry.node, format!("/definitions/{}", escape(name)));
        }
        for (path, entry) in root.get("paths").expect("paths").entries() {
            for (method, entry) in entry.node.entries() {
                let pointer = format!("/paths/{}/{method}", escape(path));
                match method {
                    "parameters" => facts.parameters(&entry.node, pointer),
                    _ => facts.operation(&entry.node, pointer),
                }
            }
        }
        Facts { lowered: HashMap::new(), schemas: facts.schemas, lost: facts.lost }
    }

    fn same(&mut self, pointer: &str, key: &str, swagger: &Json, openapi: &Json) {
        // As text: the order of keys counts.
        let (one, other) = (swagger.to_string(), openapi.to_string());
        let equal = match (swagger.as_f64(), openapi.as_f64()) {
            (Some(one), Some(other)) => one == other, // bounds of numbers become f64
            _ => one == other,
        };
        if !equal {
            self.lost.push(format!("{pointer}/{key}: {swagger} became {openapi}"));
        }
    }

    fn part(&mut self, pointer: &str) -> Json {
        let part = self.lowered.get(pointer).map(|part| (*part).clone());
        part.unwrap_or_else(|| {
            self.lost.push(format!("{pointer} is not there"));
            Json::Null
        })
    }

    fn operation(&mut self, node: &Node, pointer: String) {
        let part = self.part(&pointer);
        for (key, entry) in node.entries() {
            let below = format!("{pointer}/{}", escape(key));
            match key {
                "parameters" => self.parameters(&entry.node, below),
                "consumes" | "produces" | "schemes" => {}
                "responses" => {
                    for (status, entry) in entry.node.entries() {
                        let at = format!("{below}/{status}");
                        self.part(&at);
                        for (name, header) in entry.node.get("headers").into_iter().flat_map(Node::entries) {
                            self.schema(&header.node, format!("{at}/headers/{}", escape(name)));
                        }
                        if let Some(schema) = entry.node.get("schema") {
                            self.schema(schema, format!("{at}/schema"));
                        }
                    }
                }
                "x-answer" => {
                    if let Some(schema) = entry.node.get("schema") {
                        self.schema(schema, format!("{below}/schema"));
                    }
                    self.same(&below, "kind", &entry.node.to_json()["kind"], &part[key]["kind"]);
                    self.same(&below, "variants", &entry.node.to_json()["variants"], &part[key]["variants"]);
                }
                _ => self.same(&pointer, key, &entry.node.to_json(), &part[key]),
            }
        }
    }

    fn parameters(&mut self, node: &Node, pointer: String) {
        for (index, parameter) in node.items().enumerate() {
            let at = format!("{pointer}/{index}");
            match parameter.get("schema") {
                Some(schema) => self.schema(schema, format!("{at}/schema")),
                None => self.schema(parameter, at),
            }
        }
    }

    /// Schemas, and parameters and headers, whose schema has the pointer of the whole.
    fn schema(&mut self, node: &Node, pointer: String) {
        let says_more = |(key, entry): (&str, &Entry)| {
            key != "$ref" && !(key == "x-nullable" && entry.node.as_bool() == Some(false))
        };
        if node.get("$ref").is_some() && !node.entries().any(says_more) {
            return;
        }
        self.schemas += 1;
        let part = self.part(&pointer);
        let of_schema =
            part.get("schema").filter(|_| node.get("in").is_some() || pointer.contains("/headers/"));
        let schema = of_schema.unwrap_or(&part).clone();
        for (key, entry) in node.entries() {
            let json = entry.node.to_json();
            let below = format!("{pointer}/{}", escape(key));
            match key {
                "$ref" => {
                    let reference =
                        json.as_str().unwrap_or_default().replace("definitions", "components/schemas");
                    self.same(&pointer, key, &reference.into(), &schema["allOf"][0]["$ref"]);
                }
                "x-nullable" => {
                    let nullable = schema.get("nullable").cloned().unwrap_or(Json::Bool(false));
                    self.same(&pointer, key, &json, &nullable);
                }
                "properties" => {
                    let names =
                        |json: &Json| json.as_object().map(|map| map.keys().cloned().collect::<Vec<_>>());
                    self.same(&pointer, key, &names(&json).into(), &names(&schema[key]).into());
                    for (name, entry) in entry.node.entries() {
                        self.schema(&entry.node, format!("{below}/{}", escape(name)));
                    }
                }
                "items" | "x-schema" => self.schema(&entry.node, below),
                "additionalProperties" if json.is_object() => self.schema(&entry.node, below),
                "allOf" => {
                    for (index, member) in entry.node.items().enumerate() {
                        self.schema(member, format!("{below}/{index}"));
                    }
                }
                "collectionFormat" => {
                    let explode = part["explode"].as_bool();
                    self.same(&pointer, key, &Json::Bool(json == "multi"), &explode.into());
                }
                "type" | "default" | "format" if part.get("content").is_some() => {}
                "required" if json.is_boolean() => {
                    let required = part.get(key).cloned().unwrap_or(Json::Bool(false));
                    self.same(&pointer, key, &json, &required);
                }
                _ => {
                    let found = schema.get(key).or(part.get(key)).unwrap_or(&Json::Null).clone();
                    self.same(&pointer, key, &json, &found);
                }
            }
        }
    }
}

/// Parts by their `x-source`. A parameter comes before its schema, which has the same.
fn index<'a>(json: &'a Json, parts: &mut HashMap<String, &'a Json>) {
    if let Some(Json::String(pointer)) = json.get(SOURCE) {
        parts.entry(pointer.clone()).or_insert(json);
    }
    match json {
        Json::Object(keys) => keys.values().for_each(|value| index(value, parts)),
        Json::Array(items) => items.iter().for_each(|value| index(value, parts)),
        _ => {}
    }
}

fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// The oldest, one in the middle and the newest: all of them take a minute.
#[test]
fn other_peoples_tools_take_it() {
    let validator = || {
        let mut command = Command::new("python3");
        command.args(["-m", "openapi_spec_validator", "--schema", "3.0.0"]);
        command
    };
    if !validator().arg("--help").output().is_ok_and(|output| output.status.success()) {
        println!("skipped: the Python package openapi-spec-validator is not installed");
        return;
    }
    let overlay = overlay();
    let folder = tempfile::tempdir().expect("a folder");
    let last = DOCUMENTS.len().saturating_sub(1);
    for (nth, node) in DOCUMENTS.iter().enumerate().filter(|(nth, _)| [0, last / 2, last].contains(nth)) {
        let lowered = openapi::lower(&document(overlaid(&overlay, node.clone())));
        let file = folder.path().join(format!("{nth}.json"));
        std::fs::write(&file, openapi::to_json(&lowered.openapi)).expect("written");
        let output = validator().arg(&file).output().expect("python3 runs");
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "v{}: {said}", lowered.openapi.info.version);
    }
}

/// A small generator of numbers: the same seed gives the same damage on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides.max(1) as u64) as usize
    }
}

/// Goes down at random and damages what it meets; says what it did.
fn damage(node: &mut Node, dice: &mut Dice) -> String {
    let place = node.place.clone();
    match &mut node.value {
        Value::Mapping(entries) if !entries.is_empty() => {
            let nth = dice.roll(entries.len());
            let (key, entry) =
                entries.get_index_mut(nth).map(|(key, entry)| (key.clone(), entry)).expect("in range");
            if dice.roll(8) > 0 && matches!(entry.node.value, Value::Mapping(_) | Value::Sequence(_)) {
                return format!("{key}/{}", damage(&mut entry.node, dice));
            }
            let copy = entry.clone();
            match dice.roll(4) {
                0 => drop(entries.shift_remove_index(nth)),
                1 => {
                    entries.shift_remove_index(nth);
                    entries.insert(format!("{key}-renamed"), copy);
                }
                2 => drop(entries.insert(format!("{key}-copy"), copy)),
                _ => entry.node.value = retyped(&entry.node.value, dice),
            }
            key
        }
        Value::Sequence(items) if !items.is_empty() => {
            let nth = dice.roll(items.len());
            if dice.roll(8) > 0 && matches!(items[nth].value, Value::Mapping(_) | Value::Sequence(_)) {
                return format!("{nth}/{}", damage(&mut items[nth], dice));
            }
            match dice.roll(3) {
                0 => drop(items.remove(nth)),
                1 => items.push(items[nth].clone()),
                _ => items[nth].value = retyped(&items[nth].value, dice),
            }
            nth.to_string()
        }
        _ => {
            node.value = retyped(&node.value, dice);
            place.to_string()
        }
    }
}

fn retyped(value: &Value, dice: &mut Dice) -> Value {
    let other = match dice.roll(8) {
        0 => Value::Null,
        1 => Value::Bool(true),
        2 => Value::Number((-7).into()),
        3 => Value::String(String::new()),
        4 => Value::String("#/definitions/../*\n`\u{202e}\"{".into()),
        5 => Value::Sequence(Vec::new()),
        6 => Value::Mapping(Default::default()),
        _ => Value::Number(u64::MAX.into()),
    };
    if other == *value { Value::Null } else { other }
}

#[test]
fn damaged_documents_give_errors_with_places_or_a_document() {
    let overlay = overlay();
    let documents = &*DOCUMENTS;
    let (mut good, mut bad) = (0, 0);
    for node in [documents.first(), documents.last()].into_iter().flatten() {
        let whole = overlaid(&overlay, node.clone());
        for seed in 1..=90 {
            let mut dice = Dice(0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(seed));
            let mut node = if seed % 3 == 0 { node.clone() } else { whole.clone() };
            let done: Vec<String> = (0..=dice.roll(3)).map(|_| damage(&mut node, &mut dice)).collect();
            // The overlay meets damaged documents as well.
            if seed % 3 == 0 {
                let version = "1.25".parse().expect("a version");
                match overlay.apply(node, version) {
                    Ok(applied) => node = applied,
                    Err(_) => continue,
                }
            }
            match Document::read(node) {
                Ok(document) => {
                    let _ = check_declared(&document);
                    let lowered = openapi::lower(&document);
                    if seed % 10 == 0 {
                        openapi::to_json(&lowered.openapi); // slow, and there is little to go wrong
                    }
                    good += 1;
                }
                Err(errors) => {
                    assert!(errors.0.iter().all(|e| e.place().is_some()), "seed {seed}: {done:?}: {errors}");
                    bad += 1;
                }
            }
        }
    }
    if !documents.is_empty() {
        assert!(
            good > 20 && bad > 20,
            "{good} documents were read and {bad} refused: the damage is too small or great"
        );
    }
}
