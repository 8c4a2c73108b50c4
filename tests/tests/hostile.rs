//! A document that tries to get code, items or files of its own into a crate: it gives an error with a place, or a
//! crate that has what an honest document's has, and compiles. Descriptions are kept, as `generate --spec` keeps them.

use std::fs;
use std::path::{Component, Path};

use docker_engine_codegen::Spec;
use docker_engine_codegen::atlas;
use docker_engine_codegen::rust::{self, CrateFiles, Dependency, Home, Options};
use docker_engine_codegen::source::{Errors, Source};
use docker_engine_codegen::swagger::store::Store;
use docker_engine_tests::{compile, site};
use rayon::prelude::*;
use serde_json::{Value, json};

/// Texts that try to end what they stand in, or to lead elsewhere.
const TEXTS: [&str; 22] = [
    "\"; pub fn injected() {} //",
    "\"] pub fn injected() {} #[doc = \"",
    "*/ pub fn injected() {} /*",
    "\n}\npub fn injected() {}\n",
    "\r\npub fn injected() {}",
    "\rpub fn injected() {}",
    "\u{2028}pub fn injected() {}",
    "\u{85}pub fn injected() {}",
    "#![allow(injected)]",
    "\"##; pub fn injected() {}",
    "\\\"); pub fn injected() {}",
    "\u{202e}injected\u{2066}",
    "```\npub fn injected() {}\n",
    "```rust\ncompile_error!(\"injected\");\n```\n~~~\n",
    "<script>injected</script> [injected] [a](injected) [b]: injected",
    "{injected} {} $injected %s \u{0}",
    "    panic!(\"injected\");\n\n\tinjected",
    "../../injected",
    "/etc/injected",
    "..\\injected",
    "include_str!(\"/etc/passwd\")",
    "injected\"\n\n[dependencies]\ninjected = \"1\"\n",
];

/// A small document with everything that holds text. `@name` is a place for a hostile one.
fn template() -> Value {
    json!({
        "swagger": "2.0",
        "info": {"title": "@title", "version": "1.51", "description": "@info"},
        "basePath": "/v1.51",
        "produces": ["application/json"],
        "tags": [{"name": "@tag", "x-displayName": "@display", "description": "@tag-words"}],
        "paths": {"/things/{id}/@path": {"post": {
            "operationId": "@operation",
            "summary": "@summary",
            "description": "@words",
            "externalDocs": {"url": "https://example.org/@url", "description": "@link"},
            "tags": ["@tag"],
            "produces": ["@produces"],
            "consumes": ["@consumes"],
            "deprecated": true,
            "x-deprecated": {"since": "1.44", "replaced-by": "@successor"},
            "parameters": [
                {"name": "id", "in": "path", "required": true, "type": "string", "description": "@id-words"},
                {"name": "@query", "in": "query", "type": "string", "description": "@query-words",
                    "default": "@default", "pattern": "@pattern", "format": "@format"},
                {"name": "choice", "in": "query", "type": "string", "enum": ["a", "@choice"], "default": "a"},
                {"name": "filters", "in": "query", "type": "string", "description": "@filter-words",
                    "x-filters": {"@key": {"values": ["@value"]}}},
                {"name": "@header", "in": "header", "type": "string", "description": "@header-words"},
                {"name": "@body", "in": "body", "description": "@body-words",
                    "schema": {"$ref": "#/definitions/Thing"}}
            ],
            "responses": {
                "200": {"description": "@done", "schema": {"$ref": "#/definitions/@definition"},
                    "headers": {"@answer-header": {"type": "string", "description": "@answer-words"}}},
                "404": {"description": "@none"}
            }
        }}},
        "definitions": {
            "Thing": {"type": "object", "title": "@thing-title", "description": "@thing-words",
                "example": {"Name": "@example"},
                "properties": {
                    "Name": {"type": "string", "description": "@name-words", "default": "@name-default",
                        "example": "@name-example"},
                    "@property": {"type": "string", "enum": ["b", "@variant"], "description": "@enum-words"},
                    "Inner": {"type": "object", "title": "@inner", "properties": {"A": {"type": "string"}}}
                }},
            "@definition": {"type": "object", "properties": {"Id": {"type": "string"}}}
        }
    })
}

/// The places of the template.
fn places() -> Vec<String> {
    fn walk(value: &Value, found: &mut Vec<String>) {
        let mut note = |text: &str| {
            if let Some(at) = text.find('@') {
                found.push(text[at..].to_owned());
            }
        };
        match value {
            Value::String(text) => note(text),
            Value::Array(items) => items.iter().for_each(|item| walk(item, found)),
            Value::Object(entries) => entries.iter().for_each(|(key, value)| {
                if let Some(at) = key.find('@') {
                    found.push(key[at..].to_owned());
                }
                walk(value, found);
            }),
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk(&template(), &mut found);
    found.retain(|place| !place.contains('/'));
    found.sort();
    found.dedup();
    found
}

/// The template with a text for each place.
fn filled(value: &Value, text: &dyn Fn(&str) -> String) -> Value {
    let fill = |old: &str| match old.find('@') {
        Some(at) => [&old[..at], &text(&old[at..])].concat(),
        None => old.to_owned(),
    };
    match value {
        Value::String(old) => Value::String(fill(old)),
        Value::Array(items) => items.iter().map(|item| filled(item, text)).collect(),
        Value::Object(entries) => {
            entries.iter().map(|(key, value)| (fill(key), filled(value, text))).collect()
        }
        other => other.clone(),
    }
}

/// What an honest document says there.
fn plain(place: &str) -> String {
    match place {
        "@tag" => "Things".to_owned(),
        "@consumes" | "@produces" => "application/json".to_owned(),
        "@operation" => "ThingMake".to_owned(),
        "@definition" => "Answer".to_owned(),
        "@thing-title" => "Thing".to_owned(),
        "@inner" => "InnerThing".to_owned(),
        _ => place[1..].replace('-', "_"),
    }
}

fn one(place: &str, hostile: &str) -> Value {
    filled(&template(), &|at| if at == place { hostile.to_owned() } else { plain(at) })
}

/// A spec folder without versions, whose overlay says nothing.
fn spec() -> (tempfile::TempDir, Spec) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let overlay = "overlay: 1.0.0\ninfo: {title: none, version: '1'}\nactions: []\n";
    fs::write(folder.path().join("overlay.yaml"), overlay).expect("written");
    fs::write(folder.path().join("docs.yaml"), "{}\n").expect("written");
    let spec = Spec::open(folder.path()).unwrap_or_else(|errors| panic!("{errors}"));
    (folder, spec)
}

/// Document → crate; nothing if it was refused, with places.
fn through(spec: &Spec, document: &Value) -> Option<CrateFiles> {
    let placed = |errors: &Errors| errors.0.iter().all(|error| error.place().is_some());
    let (api, _) = match spec.published(&Source::new("hostile.json", document.to_string())) {
        Ok(published) => published,
        Err(errors) => {
            assert!(placed(&errors), "no place: {errors}\n{document}");
            return None;
        }
    };
    let home = Home::Standalone { runtime: Dependency::Path("runtime".into()) };
    match rust::emit(&api, &Options { home }) {
        Ok(files) => Some(files),
        Err(error) => {
            assert!(error.place().is_some(), "no place: {error}\n{document}");
            None
        }
    }
}

/// Kinds of all items of a crate with the number of their parts: names may differ, nothing else.
fn shape(files: &CrateFiles) -> Vec<String> {
    let mut shape = Vec::new();
    for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".rs")) {
        let file = syn::parse_file(text).unwrap_or_else(|error| panic!("{path}: {error}\n{text}"));
        shape.extend(file.attrs.iter().map(|attribute| name_of(attribute.path())));
        for item in &file.items {
            shape.push(match item {
                syn::Item::Struct(item) => format!("struct of {}", item.fields.len()),
                syn::Item::Enum(item) => format!("enum of {}", item.variants.len()),
                syn::Item::Impl(item) => {
                    let functions =
                        item.items.iter().filter(|item| matches!(item, syn::ImplItem::Fn(_))).count();
                    assert_eq!(functions, item.items.len(), "{path}: an impl has more than methods\n{text}");
                    format!("impl of {functions}")
                }
                syn::Item::Static(_) => "static".to_owned(),
                syn::Item::Const(_) => "const".to_owned(),
                syn::Item::Mod(item) => {
                    // How many there are follows from the names; each is a file of the crate.
                    assert!(item.content.is_none(), "{path}: a module within the file\n{text}");
                    continue;
                }
                syn::Item::Use(_) => continue,
                syn::Item::Macro(item) => name_of(&item.mac.path),
                _ => panic!("{path}: an item that no crate has\n{text}"),
            });
        }
    }
    shape.sort();
    shape
}

fn name_of(path: &syn::Path) -> String {
    path.segments.iter().map(|segment| segment.ident.to_string()).collect::<Vec<_>>().join("::")
}

/// Nothing leads out of the crate's folder, and the manifest is what it is for every document.
fn check_files(files: &CrateFiles, honest: &CrateFiles, what: &str) {
    for (path, text) in files.iter() {
        let plain = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
        assert!(plain && !path.contains(['\\', ':', '\0']), "{what}: {path:?}");
        let controls = ['\r', '\0', '\u{85}', '\u{2028}', '\u{202e}', '\u{2066}'];
        assert!(!path.ends_with(".rs") || !text.contains(controls), "{what}: {path} has control characters");
    }
    assert_eq!(files.get("Cargo.toml"), honest.get("Cargo.toml"), "{what}");
}

#[test]
fn texts_give_an_error_or_a_crate_without_anything_injected() {
    let (_folder, spec) = spec();
    let honest = through(&spec, &filled(&template(), &plain)).expect("an honest document gives a crate");
    let expected = shape(&honest);
    let (mut crates, mut names) = (Vec::new(), Vec::new());
    for (nth, place) in places().iter().enumerate() {
        let mut emitted = 0;
        for (mth, text) in TEXTS.iter().enumerate() {
            let what = format!("{place} with {text:?}");
            let Some(files) = through(&spec, &one(place, text)) else { continue };
            check_files(&files, &honest, &what);
            assert_eq!(shape(&files), expected, "{what}");
            emitted += 1;
            // All are parsed; to compile a few for each place, others each time, is enough.
            if (nth + mth) % 8 == 0 {
                crates.push(files);
                names.push(what);
            }
        }
        // What holds words must take any words.
        let words = place.ends_with("words")
            || ["@summary", "@info", "@done", "@none", "@link"].contains(&place.as_str());
        assert!(!words || emitted == TEXTS.len(), "{place}: only {emitted} texts were taken");
    }
    let words = filled(&template(), &|place| match plain(place) {
        text if place.ends_with("words") => [&text, TEXTS[place.len() % TEXTS.len()]].concat(),
        text => text,
    });
    crates.push(through(&spec, &words).expect("words are not refused"));
    names.push("all words at once".to_owned());
    println!("{} crates to compile", crates.len());
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("hostile");
    if let Err(refused) = compile::check(&folder, 2, &crates.iter().collect::<Vec<_>>()) {
        let named: Vec<&str> = refused.crates.iter().map(|nth| names[*nth].as_str()).collect();
        panic!("{}\n{}", named.join("\n"), refused.said);
    }
}

#[test]
fn an_atlas_has_no_markup_files_or_addresses_but_its_own() {
    let (folder, spec) = spec();
    let read = |name: &str| Source::read(&folder.path().join(name)).unwrap_or_else(|error| panic!("{error}"));
    let (overlay, docs) = (read("overlay.yaml"), read("docs.yaml"));
    drop(spec);
    // A quarter of the texts for each place, others each time.
    let cases: Vec<(String, &str)> = places()
        .into_iter()
        .enumerate()
        .flat_map(|(nth, place)| {
            TEXTS.iter().skip(nth % 4).step_by(4).map(move |text| (place.clone(), *text))
        })
        .collect();
    let made: usize = cases
        .par_iter()
        .map(|(place, text)| {
            let folder = tempfile::tempdir().expect("a temporary folder");
            let versions = [
                ("1.50", filled(&template(), &plain)),
                ("1.51", one(place, text)),
                ("1.52", one(place, text)),
            ];
            for (version, document) in versions {
                let document = document.to_string().replace("1.51", version);
                fs::write(folder.path().join(format!("v{version}.yaml")), document).expect("written");
            }
            let store = Store::published(folder.path());
            let spec = Spec::of(store, &overlay, &docs).unwrap_or_else(|errors| panic!("{errors}"));
            // What is refused is refused as it is for crates.
            let Ok(files) = atlas::site(&spec, |_, _| {}) else { return 0 };
            site::check(&files, &format!("{place} with {text:?}"));
            1
        })
        .sum();
    assert!(made > cases.len() / 3, "only {made} of {} had an atlas", cases.len());
}

#[test]
fn versions_are_versions_or_refused() {
    let (_folder, spec) = spec();
    let versions = [
        "../../x",
        "1.5/../..",
        "1.5\n",
        " 1.5",
        "1.5 ",
        "1.51-x",
        "",
        "1",
        "1.",
        ".5",
        "1.2.3",
        "01.5",
        "1.05",
        "1.٥",
        "+1.5",
        "-1.5",
        "99999999999.1",
        "1.99999999999",
        "v1.51",
        "1,5",
        "1.5\u{0}",
        "1.5\"\n[dependencies]",
    ];
    for version in versions {
        let mut document = filled(&template(), &plain);
        document["info"]["version"] = version.into();
        assert!(through(&spec, &document).is_none(), "{version:?} was taken for a version");
    }
    for version in [json!(null), json!(true), json!([1.5]), json!({"a": 1}), json!(1e300)] {
        let mut document = filled(&template(), &plain);
        document["info"]["version"] = version.clone();
        assert!(through(&spec, &document).is_none(), "{version} was taken for a version");
    }
}

#[test]
fn nothing_is_written_outside_of_the_folder() {
    let (_folder, spec) = spec();
    for place in ["@tag", "@definition", "@operation", "@inner", "@thing-title", "@property", "@path"] {
        for text in TEXTS {
            let Some(files) = through(&spec, &one(place, text)) else { continue };
            let around = tempfile::tempdir().expect("a temporary folder");
            rust::write(&around.path().join("a/b/out"), &files, false)
                .unwrap_or_else(|error| panic!("{place} with {text:?}: {error}"));
            for (folder, only) in [("", "a"), ("a", "b"), ("a/b", "out")] {
                let there: Vec<_> = fs::read_dir(around.path().join(folder))
                    .expect("it was made")
                    .map(|entry| entry.expect("listed").file_name())
                    .collect();
                assert_eq!(there, [only], "{place} with {text:?}");
            }
        }
    }
}
