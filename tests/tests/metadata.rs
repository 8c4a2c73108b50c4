//! What all generated crates say of their operations and types is what the documents say.
//!
//! The source of the crates is read, not compiled; the documents in `spec/` are read without the generator.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::OnceLock;

use docker_engine_codegen::Spec;
use docker_engine_codegen::api::{Api, TypeKind};
use docker_engine_tests::document::reach::Travel;
use docker_engine_tests::document::schema::{At, Shape};
use docker_engine_tests::document::{Document, Operation, list, object};
use docker_engine_tests::generated::{self, Struct};
use docker_engine_tests::{spec, workspace};
use rayon::prelude::*;
use serde_json::{Value, json};

/// The spec folder and all its documents.
fn spec_and_documents() -> &'static (Spec, Vec<Document>) {
    static READ: OnceLock<(Spec, Vec<Document>)> = OnceLock::new();
    READ.get_or_init(|| {
        let spec = Spec::open(&spec()).unwrap_or_else(|errors| panic!("{errors}"));
        let versions = spec.store.versions().unwrap_or_else(|error| panic!("{error}"));
        let documents = versions.into_par_iter().map(|version| Document::of(&spec, version)).collect();
        (spec, documents)
    })
}

fn crate_of(document: &Document) -> PathBuf {
    workspace().join("generated-client").join(format!("v{}", document.version))
}

/// A path without the names of its parameters.
fn bare(path: &str) -> String {
    let segments = path.split('/').map(|segment| if segment.starts_with('{') { "{}" } else { segment });
    segments.collect::<Vec<_>>().join("/")
}

/// The same operation in another version: of the same name, or at the same place under another name.
fn same<'d>(operations: &[Operation<'d>], operation: &Operation<'_>) -> Option<Operation<'d>> {
    let place = |operation: &Operation<'_>| (operation.method.to_owned(), bare(operation.path));
    let by_name = operations.iter().find(|other| other.name() == operation.name());
    by_name.or_else(|| operations.iter().find(|other| place(other) == place(operation))).copied()
}

/// The first version of the unbroken run in which an operation exists and has something; none for the oldest.
fn since(
    all: &[Vec<Operation<'_>>],
    nth: usize,
    operation: &Operation<'_>,
    has: impl Fn(&Operation<'_>) -> bool,
) -> Option<usize> {
    let (mut first, mut current) = (nth, *operation);
    while first > 0 {
        let Some(earlier) = same(&all[first - 1], &current).filter(&has) else { break };
        (first, current) = (first - 1, earlier);
    }
    (first > 0).then_some(first)
}

/// The parameter of the same name in the same place.
fn same_parameter<'d>(operation: &Operation<'d>, wanted: &Value) -> Option<&'d Value> {
    let same = |other: &&Value| other["name"] == wanted["name"] && other["in"] == wanted["in"];
    operation.parameters().into_iter().find(same)
}

fn expected(
    documents: &[Document],
    all: &[Vec<Operation<'_>>],
    nth: usize,
    operation: &Operation<'_>,
) -> Value {
    let version = |nth: usize| documents[nth].version.to_string();
    let own = since(all, nth, operation, |_| true);
    let parameters: Vec<Value> = operation
        .parameters()
        .into_iter()
        .map(|parameter| {
            // What came with the whole is no news.
            let there = since(all, nth, operation, |other| same_parameter(other, parameter).is_some());
            let there = there.filter(|since| Some(*since) > own);
            let mut filters = Vec::new();
            for key in object(&parameter["x-filters"]).keys() {
                let has = |other: &Operation<'_>| {
                    let parameter = same_parameter(other, parameter);
                    parameter.is_some_and(|parameter| !parameter["x-filters"][key].is_null())
                };
                let since = since(all, nth, operation, has).filter(|since| Some(*since) > there.or(own));
                filters.extend(since.map(|since| json!([key, version(since)])));
            }
            filters.sort_unstable_by_key(Value::to_string);
            let since = there.map(version);
            json!({ "in": parameter["in"], "name": parameter["name"], "since": since, "filters": filters })
        })
        .collect();
    let mut statuses: Vec<u64> = object(&operation.object["responses"])
        .keys()
        .map(|status| status.parse().expect("a status"))
        .collect();
    statuses.sort_unstable();
    json!({
        "id": operation.id(),
        "tag": operation.object["tags"][0],
        "method": operation.method,
        "path": operation.path,
        "since": own.map(version),
        "deprecated": operation.object["deprecated"] == true,
        "parameters": parameters,
        "statuses": statuses,
        "upgrade": operation.object["x-upgrade"],
        "long_poll": operation.object["x-long-poll"] == true,
    })
}

#[test]
fn operations_of_all_versions_are_described_as_documented() {
    let (_, documents) = spec_and_documents();
    let all: Vec<Vec<Operation<'_>>> = documents.iter().map(Document::operations).collect();
    let wrong: Vec<String> = documents
        .par_iter()
        .enumerate()
        .flat_map_iter(|(nth, document)| {
            let mut seen = generated::operations(&crate_of(document));
            let mut wrong = Vec::new();
            for operation in &all[nth] {
                let expected = expected(documents, &all, nth, operation);
                let Some(mut seen) = seen.remove(operation.id()) else {
                    wrong.push(format!("v{} has no {}", document.version, operation.id()));
                    continue;
                };
                let statuses = seen["statuses"].as_array_mut().expect("a list");
                statuses.sort_unstable_by_key(Value::as_u64);
                for parameter in seen["parameters"].as_array_mut().expect("a list") {
                    let filters = parameter["filters"].as_array_mut().expect("a list");
                    filters.sort_unstable_by_key(Value::to_string);
                }
                for (key, value) in object(&expected) {
                    if *value != seen[key] {
                        let id = operation.id();
                        let seen = &seen[key];
                        wrong.push(format!("v{} {id}: {key} is {seen} instead of {value}", document.version));
                    }
                }
            }
            wrong.extend(
                seen.keys().map(|id| format!("v{} has {id}, which is not documented", document.version)),
            );
            wrong
        })
        .collect();
    println!("{} operations of {} versions", all.iter().map(Vec::len).sum::<usize>(), documents.len());
    assert!(wrong.is_empty(), "{} went wrong:\n{}", wrong.len(), wrong.join("\n"));
}

impl Described<'_> {
    /// The type of a schema as it is written in Rust; `_` where it has a name.
    fn text(&self, at: &At<'_>) -> String {
        let named =
            at.schema.is_some_and(|schema| !schema["$ref"].is_null() || list(&schema["allOf"]).count() == 1);
        match self.document.schema(at).shape {
            _ if named => "_".to_owned(),
            Shape::Object(_) | Shape::Enum(_) => "_".to_owned(),
            Shape::Any => "Value".to_owned(),
            Shape::Bool => "bool".to_owned(),
            Shape::Integer { bits, signed } => format!("{}{bits}", if signed { 'i' } else { 'u' }),
            Shape::Number { single } => if single { "f32" } else { "f64" }.to_owned(),
            Shape::Text => "String".to_owned(),
            Shape::Secret => "Secret".to_owned(),
            Shape::Date => "DateTime".to_owned(),
            Shape::List(inner) => format!("Vec<{}>", self.inner(&inner)),
            Shape::Map(inner) => format!("BTreeMap<String, {}>", self.inner(&inner)),
        }
    }

    fn inner(&self, at: &At<'_>) -> String {
        let schema = self.document.schema(at);
        let text = self.text(at);
        let hole = schema.nullable && !matches!(schema.shape, Shape::Any);
        if hole { format!("Option<{text}>") } else { text }
    }

    /// The struct that an object is.
    fn structure(&self, at: &At<'_>) -> Option<Struct> {
        let schema = self.document.schema(at);
        let Shape::Object(properties) = schema.shape else { return None };
        let sent = self.travel.sent.contains(&schema.pointer);
        let mut of = Struct { keeps: self.travel.both(&schema.pointer), ..Struct::default() };
        for property in properties {
            let nullable = self.document.schema(&property.at).nullable;
            let text = self.text(&property.at);
            let must = property.required && !nullable;
            if property.required && nullable && sent {
                of.or_null.push(property.name.to_owned());
            }
            of.fields.insert(property.name.to_owned(), if must { text } else { format!("Option<{text}>") });
        }
        Some(of)
    }
}

struct Described<'d> {
    document: &'d Document,
    travel: Travel,
}

/// What is wrong with the structs of one version, and how many fields there are.
fn structs(document: &Document, api: &Api) -> (Vec<String>, usize) {
    let described = Described { document, travel: document.travel() };
    let seen = generated::structs(&crate_of(document));
    let (mut wrong, mut fields, mut expected) = (Vec::new(), 0, BTreeMap::new());
    for def in api.types.values().filter(|def| matches!(def.kind, TypeKind::Struct(_))) {
        let schema = document.root.pointer(&def.origin.pointer).expect("a type stands in the document");
        match described.structure(&At::new(def.origin.pointer.as_str(), schema)) {
            Some(of) => drop(expected.insert(def.name.clone(), of)),
            None => wrong.push(format!("v{} {}: it is no object", document.version, def.name)),
        }
    }
    for (name, of) in &expected {
        fields += of.fields.len();
        if seen.get(name) != Some(of) {
            let seen = seen.get(name);
            wrong.push(format!("v{} {name}:\n  {seen:?}\n  instead of\n  {of:?}", document.version));
        }
    }
    for name in seen.keys().filter(|name| !expected.contains_key(*name)) {
        wrong.push(format!("v{} {name}: nothing documents it", document.version));
    }
    (wrong, fields)
}

#[test]
fn types_of_all_versions_have_the_documented_fields() {
    let (spec, documents) = spec_and_documents();
    let told: Vec<(Vec<String>, usize)> = documents
        .par_iter()
        .map(|document| {
            let node = spec.store.read(document.version).unwrap_or_else(|error| panic!("{error}"));
            structs(document, &spec.api(node).unwrap_or_else(|errors| panic!("{errors}")))
        })
        .collect();
    println!("{} fields of {} versions", told.iter().map(|(_, fields)| fields).sum::<usize>(), told.len());
    let wrong: Vec<String> = told.into_iter().flat_map(|(wrong, _)| wrong).collect();
    assert!(wrong.is_empty(), "{} went wrong:\n{}", wrong.len(), wrong.join("\n"));
}
