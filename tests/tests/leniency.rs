//! Every type of five versions is read from what an Engine might send: null, nothing, values and fields of another
//! version. What travels both ways is given back as it came; what is of the wrong type is an error that names the path.
//!
//! The texts and what must come of them are made from the documents in `spec/`, which are read here without the
//! generator; the types are those of the committed crates.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::OnceLock;

use docker_engine_codegen::Spec;
use docker_engine_codegen::api::TypeKind;
use docker_engine_tests::document::reach::Travel;
use docker_engine_tests::document::schema::At;
use docker_engine_tests::document::{Document, object};
use docker_engine_tests::leniency::Case;
use docker_engine_tests::probe::{self, Probe};
use docker_engine_tests::spec;
use docker_engine_tests::wire::difference;
use rayon::prelude::*;
use serde_json::{Value, json};

/// The programs, built once for both tests.
fn spec_and_probes() -> &'static (Spec, Vec<Probe>) {
    static BUILT: OnceLock<(Spec, Vec<Probe>)> = OnceLock::new();
    BUILT.get_or_init(|| {
        let spec = Spec::open(&spec()).unwrap_or_else(|errors| panic!("{errors}"));
        let probes = probe::build(&spec, Path::new(env!("CARGO_TARGET_TMPDIR")));
        (spec, probes)
    })
}

/// All cases of one version, by reader.
fn cases(document: &Document, probe: &Probe) -> Vec<Case> {
    let travel = document.travel();
    let mut cases = Vec::new();
    for def in probe.api.types.values() {
        let schema = document.root.pointer(&def.origin.pointer).expect("a type stands in the document");
        let at = At::new(def.origin.pointer.as_str(), schema);
        cases.extend(document.odd_texts(&def.name, &at, &travel));
    }
    for operation in document.operations() {
        let id = operation.id();
        match operation.answer() {
            "json" | "json-stream" => {
                let (pointer, schema) = operation.answer_schema().expect("JSON has a schema");
                cases.extend(document.odd_texts(id, &At::new(pointer, schema), &travel));
            }
            "headers" => {
                let successes = operation.successes();
                let (.., response) = successes.first().expect("it can succeed");
                cases.extend(document.odd_headers(id, &response["headers"], &travel));
            }
            "outcome" => {
                for (status, name) in object(&operation.object["x-answer"]["variants"]) {
                    let schema = operation.object["responses"][status].get("schema");
                    cases.extend(outcomes(document, &travel, &format!("{id} {status}"), name, schema));
                }
            }
            _ => {}
        }
    }
    cases
}

fn outcomes(
    document: &Document,
    travel: &Travel,
    reader: &str,
    name: &Value,
    schema: Option<&Value>,
) -> Vec<Case> {
    let Some(schema) = schema else {
        let (reader, what) = (reader.to_owned(), "without a body".to_owned());
        return vec![Case { reader, what, text: String::new(), outcome: Ok(json!([name, null])) }];
    };
    let mut cases = document.odd_texts(reader, &At::new(reader, schema), travel);
    for case in &mut cases {
        case.outcome = case.outcome.clone().map(|body| json!([name, body]));
    }
    cases
}

#[test]
fn every_type_is_read_from_what_an_engine_might_send() {
    let (spec, probes) = spec_and_probes();
    let proved: Vec<(String, Vec<String>)> = probes.par_iter().map(|probe| prove(spec, probe)).collect();
    proved.iter().for_each(|(figures, _)| println!("{figures}"));
    let wrong: Vec<String> = proved.into_iter().flat_map(|(_, wrong)| wrong).collect();
    assert!(wrong.is_empty(), "{} went wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// The figures of one version, and what is wrong with it.
fn prove(spec: &Spec, probe: &Probe) -> (String, Vec<String>) {
    let document = Document::of(spec, probe.version);
    let version = probe.version;
    let cases = cases(&document, probe);
    let texts: Vec<(String, String)> =
        cases.iter().map(|case| (case.reader.clone(), case.text.clone())).collect();
    let (mut wrong, mut compared, mut refused) = (Vec::new(), 0, 0);
    for (case, seen) in cases.iter().zip(probe.reread(&texts)) {
        let mut differences = Vec::new();
        match (&case.outcome, seen) {
            (Ok(wanted), Ok(seen)) => compared += difference(wanted, &seen, "", &mut differences),
            (Ok(_), Err(why)) => differences.push(format!("it is refused: {why}")),
            (Err(path), Ok(seen)) => {
                differences.push(format!("nothing is wrong with {path}, read as {seen}"))
            }
            (Err(path), Err(why)) => {
                refused += 1;
                let path = path.escape_debug().to_string();
                if !path.is_empty() && !why.starts_with(&format!("{path}: ")) {
                    differences.push(format!("the error does not begin with {path}: {why}"));
                }
            }
        }
        let case_name = format!("v{version} {}, {}", case.reader, case.what);
        wrong.extend(differences.into_iter().map(|what| format!("{case_name}: {what}")));
    }
    let readers: BTreeSet<&str> = cases.iter().map(|case| case.reader.as_str()).collect();
    let figures = format!(
        "v{version}: {} types and answers, {} texts, {compared} values compared, {refused} refused",
        readers.len(),
        cases.len()
    );
    (figures, wrong)
}

#[test]
fn every_definition_answer_and_listed_value_is_there() {
    let (spec, probes) = spec_and_probes();
    let mut wrong = Vec::new();
    for probe in probes {
        let (version, facts) = (probe.version, probe.facts());
        let document = Document::of(spec, version);
        let mut expect = |what: String, wanted: Value, seen: &Value| {
            if wanted != *seen {
                wrong.push(format!("v{version} {what}: {seen} instead of {wanted}"));
            }
        };
        let defined: BTreeSet<&str> =
            probe.api.types.values().filter_map(|def| def.definition.as_deref()).collect();
        let documented: BTreeSet<&str> =
            object(&document.root["definitions"]).keys().map(String::as_str).collect();
        expect("definitions".to_owned(), json!(documented), &json!(defined));
        for def in probe.api.types.values().filter(|def| matches!(def.kind, TypeKind::Enum(_))) {
            let schema = document.root.pointer(&def.origin.pointer).expect("a type stands in the document");
            let listed = document.listed(schema);
            expect(format!("values of {}", def.name), json!(listed), &facts["enums"][&def.name]);
        }
        let kinds = BTreeMap::from([
            ("json", "Json"),
            ("json-stream", "JsonLines"),
            ("logs", "Logs"),
            ("bytes", "Bytes"),
            ("duplex", "Hijack"),
            ("text", "Text"),
            ("empty", "Empty"),
            ("headers", "Headers"),
            ("outcome", "Outcome"),
        ]);
        for operation in document.operations() {
            let seen = facts["kinds"][operation.id()].as_str().unwrap_or_default();
            let seen = seen.split('<').next().and_then(|path| path.rsplit("::").next());
            expect(format!("answer of {}", operation.id()), json!(kinds[operation.answer()]), &json!(seen));
        }
    }
    assert!(wrong.is_empty(), "{} went wrong:\n{}", wrong.len(), wrong.join("\n"));
}
