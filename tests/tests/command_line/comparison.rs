//! `diff` on real documents: its options, and that its JSON is what the schema says.

use std::path::Path;

use boon::{Compiler, SchemaIndex, Schemas};
use docker_engine_codegen::diff::render::JSON_SCHEMA;
use docker_engine_tests::xtask::run;
use docker_engine_tests::{upstream, workspace};
use serde_json::Value;

use super::succeeds;

/// The schema of the JSON output.
struct Schema {
    schemas: Schemas,
    index: SchemaIndex,
}

impl Schema {
    fn read() -> Self {
        let schema: Value = serde_json::from_str(JSON_SCHEMA).expect("the schema is JSON");
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        compiler.add_resource("diff.json", schema).expect("it has a name");
        let index = compiler.compile("diff.json", &mut schemas).expect("it is a JSON Schema");
        Schema { schemas, index }
    }

    #[track_caller]
    fn holds(&self, value: &Value) {
        if let Err(error) = self.schemas.validate(value, self.index) {
            panic!("{error:#}");
        }
    }

    #[track_caller]
    fn refuses(&self, value: &Value) {
        assert!(self.schemas.validate(value, self.index).is_err(), "{value}");
    }
}

fn json(arguments: &[&str]) -> Value {
    let all = [&["diff"], arguments, &["--format", "json"]].concat();
    let run = succeeds(workspace(), &all);
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{all:?}: {error}"))
}

fn list<'v>(page: &'v Value, key: &str) -> &'v [Value] {
    page[key].as_array().unwrap_or_else(|| panic!("no list {key}"))
}

#[test]
fn json_is_what_the_schema_says() {
    let schema = Schema::read();
    for range in [["1.25", "1.55"], ["1.43", "1.44"], ["1.44", "1.43"], ["1.51", "v1.51"]] {
        let page = json(&range);
        schema.holds(&page);
        assert_eq!(list(&page, "changes").is_empty(), range[1] == "v1.51");
    }
    schema.holds(&json(&["1.40", "1.43", "--steps", "--wire"]));
    let mut page = json(&["1.43", "1.44", "--wire"]);
    assert!(list(&page, "rust").is_empty() && page["verdict"]["semver"].is_null());
    page["changes"][0]["kind"] = "something-else".into();
    schema.refuses(&page);
    schema.refuses(&serde_json::json!({"from": "1.43", "to": "1.44"}));
}

#[test]
fn kinds_of_the_schema_are_those_of_the_comparison() {
    let schema: Value = serde_json::from_str(JSON_SCHEMA).expect("JSON");
    let listed = |name: &str| -> Vec<String> {
        let kinds = &schema["$defs"][name]["properties"]["kind"]["enum"];
        list(kinds.as_array().map(|_| &schema["$defs"][name]["properties"]["kind"]).expect("a list"), "enum")
            .iter()
            .map(|kind| kind.as_str().expect("text").to_owned())
            .collect()
    };
    use docker_engine_codegen::diff::{Kind, RustKind};
    assert_eq!(listed("change"), Kind::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>());
    assert_eq!(listed("rustChange"), RustKind::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>());
}

#[test]
fn a_finding_has_a_name_of_its_own() {
    for range in [["1.25", "1.55"], ["1.43", "1.44"]] {
        let page = json(&range);
        let mut names: Vec<&str> = [list(&page, "changes"), list(&page, "rust")]
            .concat()
            .iter()
            .map(|change| change["fingerprint"].as_str().expect("text").to_owned())
            .map(|name| &*name.leak())
            .collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all, "{range:?}: a fingerprint is given twice");
    }
}

#[test]
fn operations_are_found_by_any_of_their_names() {
    let whole = json(&["1.43", "1.44", "--wire"]);
    let of = |name: &str| {
        let page = json(&["1.43", "1.44", "--wire", "--operation", name]);
        assert!(
            list(&page, "changes").iter().all(|change| change["operation"] == "ContainerCreate"),
            "{name}"
        );
        list(&page, "changes").len()
    };
    let expected =
        list(&whole, "changes").iter().filter(|change| change["operation"] == "ContainerCreate").count();
    assert!(expected > 0);
    for name in [
        "ContainerCreate",
        "containercreate",
        "container_create",
        "container-create",
        "/containers/create",
        "POST /containers/create",
    ] {
        assert_eq!(of(name), expected, "{name}");
    }
}

#[test]
fn levels_and_exit_codes() {
    let code = |arguments: &[&str]| run(workspace(), &[&["diff", "--wire"], arguments].concat()).code;
    assert_eq!(code(&["1.25", "1.26", "--fail-on", "info"]), 1);
    assert_eq!(code(&["1.51", "1.51", "--fail-on", "info"]), 0);
    // What is hidden still counts.
    assert_eq!(code(&["1.25", "1.55", "--level", "breaking", "--fail-on", "warning"]), 1);
    let all = json(&["1.25", "1.55", "--wire"]);
    for level in ["breaking", "warning"] {
        let page = json(&["1.25", "1.55", "--wire", "--level", level]);
        let expected = |change: &&Value| change["level"] == "breaking" || change["level"] == level;
        assert_eq!(list(&page, "changes").len(), list(&all, "changes").iter().filter(expected).count());
    }
}

#[test]
fn documents_compare_as_the_versions_they_are() {
    let stored = workspace().join("spec/v1.43.yaml");
    let text = |path: &Path| path.to_str().expect("text").to_owned();
    let facts = |page: &Value| -> Vec<String> {
        list(page, "changes")
            .iter()
            .map(|change| format!("{} {}", change["fingerprint"], change["level"]))
            .collect()
    };
    let versions = facts(&json(&["1.43", "1.44", "--wire"]));
    assert_eq!(facts(&json(&[&text(&stored), "1.44", "--wire"])), versions);
    if let Some(upstream) = upstream() {
        let (from, to) = (text(&upstream.join("v1.43.yaml")), text(&upstream.join("v1.44.yaml")));
        assert_eq!(facts(&json(&[&from, &to, "--wire"])), versions);
        // A folder of published documents is as good as a project.
        let root = text(&upstream);
        let elsewhere = tempfile::tempdir().expect("a folder");
        let arguments = ["--root", &root, "diff", "1.43", "1.44", "--wire", "--format", "json"];
        let page: Value = serde_json::from_str(&succeeds(elsewhere.path(), &arguments).stdout).expect("JSON");
        assert_eq!(facts(&page), versions);
    }
    // As OpenAPI 3.0 and as JSON.
    let folder = tempfile::tempdir().expect("a folder");
    let lowered = folder.path().join("v1.44 (3.0).yaml");
    std::fs::write(&lowered, succeeds(workspace(), &["openapi", "1.44"]).stdout).expect("written");
    let page = json(&[&text(&lowered), &text(&lowered)]);
    assert!(list(&page, "changes").is_empty());
}

#[test]
fn steps_go_from_version_to_version() {
    let page = json(&["1.40", "1.43", "--steps", "--wire"]);
    let steps: Vec<(&str, &str)> = list(&page, "steps")
        .iter()
        .map(|step| (step["from"].as_str().expect("text"), step["to"].as_str().expect("text")))
        .collect();
    assert_eq!(steps, [("1.40", "1.41"), ("1.41", "1.42"), ("1.42", "1.43")]);
    assert_eq!((&page["from"], &page["to"]), (&"1.40".into(), &"1.43".into()));
    let back = json(&["1.43", "1.42", "--steps", "--wire"]);
    assert_eq!((&back["from"], &back["to"]), (&"1.43".into(), &"1.42".into()));
}

#[test]
fn rust_is_told_of_what_an_operation_needs() {
    let page = json(&["1.43", "1.44", "--rust", "--operation", "ContainerCreate"]);
    let items: Vec<&str> = list(&page, "rust").iter().filter_map(|change| change["item"].as_str()).collect();
    assert!(items.contains(&"models::ContainerCreateRequest::mac_address"), "{items:?}");
    assert!(!items.iter().any(|item| item.contains("ImageInspect")), "{items:?}");
    assert!(list(&page, "changes").is_empty() && page["verdict"]["wire"].is_null());
}

#[test]
fn a_configuration_silences_what_is_known() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("diff.toml");
    let path = file.to_str().expect("text");
    let all = json(&["1.43", "1.44"]);
    let known =
        list(&all, "changes").iter().find(|change| change["level"] == "breaking").expect("there is one");
    let text = format!("[[silence]]\nfingerprint = {}\nreason = \"known\"\n", known["fingerprint"]);
    std::fs::write(&file, &text).expect("written");
    let rest = json(&["1.43", "1.44", "--wire", "--config", path]);
    assert_eq!(list(&rest, "changes").len() + 1, list(&all, "changes").len());
    // Where it is not found, it is a mistake.
    let stale = run(workspace(), &["diff", "1.44", "1.45", "--config", path]);
    assert_eq!((stale.code, stale.stdout.as_str()), (1, ""));
    assert!(stale.stderr.contains("diff.toml:1:1"), "{}", stale.stderr);
}
