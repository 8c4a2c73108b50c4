//! What the published documents show, read in them by hand.

use std::path::Path;
use std::sync::OnceLock;

use super::*;
use crate::Spec;

fn apis() -> &'static [Api] {
    static APIS: OnceLock<Vec<Api>> = OnceLock::new();
    APIS.get_or_init(|| {
        let spec = Spec::open(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec"));
        spec.and_then(|spec| spec.apis()).unwrap_or_else(|errors| panic!("{}", errors.render(false)))
    })
}

fn history() -> &'static History<'static> {
    static HISTORY: OnceLock<History<'static>> = OnceLock::new();
    HISTORY.get_or_init(|| History::of(apis()))
}

fn names(asked: &str) -> Vec<String> {
    history().find(asked).matches.into_iter().map(|entry| entry.name).collect()
}

/// The events of the one thing of this name: `1.41 came`, `1.44 type: a -> b`.
fn life(asked: &str) -> Vec<String> {
    let found = history().find(asked).matches;
    assert_eq!(found.len(), 1, "{asked}: {:?}", found.iter().map(|entry| &entry.name).collect::<Vec<_>>());
    found[0].events.iter().map(line).collect()
}

fn line(event: &Event) -> String {
    let Event { version, event, fact, before, after, .. } = event;
    let mut line =
        format!("{version} {}", serde_json::to_value(event).expect("a word").as_str().expect("a text"));
    for part in [&fact.map(str::to_owned), before, after].into_iter().flatten() {
        line += " ";
        line += part;
    }
    line
}

#[test]
fn names_are_those_of_the_wire_and_of_rust_in_any_case() {
    for asked in [
        "ContainerCreate",
        "containercreate",
        "container_create",
        "Client::container_create",
        "POST /containers/create",
        "/containers/create",
    ] {
        assert_eq!(names(asked), ["ContainerCreate"], "{asked}");
    }
    for asked in ["HostConfig.Mounts", "hostconfig.mounts", "models::HostConfig::mounts"] {
        assert_eq!(names(asked), ["HostConfig.Mounts"], "{asked}");
    }
    for asked in ["Mount.Type", "HostConfig.Mounts.Type", "ContainerCreate.HostConfig.Mounts.Type"] {
        assert_eq!(names(asked), ["Mount.Type"], "{asked}");
    }
    assert_eq!(names("Mount.Type.npipe"), ["MountType.npipe"]);
    assert_eq!(names("ContainerStart.304"), ["ContainerStart.304"]);
    assert_eq!(names("ContainerList.filters.is-task"), ["ContainerList.filters.is-task"]);
    assert_eq!(names("ContainerList.is_task"), ["ContainerList.filters.is-task"]);
    assert_eq!(names("systemping.api-version"), ["SystemPing.Api-Version"]);
    assert_eq!(names(""), [] as [&str; 0]);
    assert_eq!(names("."), [] as [&str; 0]);
    assert_eq!(names("NoSuchThing"), [] as [&str; 0]);
    assert_eq!(names("ContainerCreate.NoSuchThing"), [] as [&str; 0]);
}

#[test]
fn one_name_may_be_that_of_several() {
    let found = names("label!");
    assert!(found.contains(&"ContainerPrune.filters.label!".to_owned()), "{found:?}");
    assert!(found.len() > 3, "{found:?}");
    let found = names("platform");
    for name in ["ContainerCreate.platform", "ImageBuild.platform", "ImagePush.platform"] {
        assert!(found.contains(&name.to_owned()), "{name} of {found:?}");
    }
}

#[test]
fn lives_are_those_of_the_documents() {
    assert_eq!(life("ContainerCreate.platform"), ["1.41 came"]);
    assert_eq!(life("ContainerList"), ["1.25 known"]);
    assert_eq!(life("ContainerCreateRequest.MacAddress").last().map(String::as_str), Some("1.52 went"));
}

#[test]
fn an_operation_brings_what_belongs_to_it() {
    let found = history().find("ContainerCreate").matches;
    let platform = found[0].parts.iter().find(|part| part.name == "ContainerCreate.platform");
    let platform = platform.expect("a part");
    assert_eq!(platform.kind, Sort::Parameter);
    assert_eq!(platform.rust.as_deref(), Some("operations::ContainerCreate::platform"));
    assert_eq!(platform.versions, [format!("1.41..{}", apis().last().expect("one").version)]);
    let text = text(&history().find("ContainerCreate"), false);
    assert!(text.starts_with(
        "ContainerCreate  operation, POST /containers/create, `Client::container_create` in Rust\n"
    ));
    assert!(text.contains("parameter platform") && text.contains("1.41  came"), "{text}");
    assert!(!text.contains('\u{1b}'));
}

#[test]
fn what_came_in_a_version() {
    let history = history();
    let version = |text: &str| text.parse::<ApiVersion>().expect("a version");
    let answer = history.since(version("1.41"), None).expect("it is known");
    assert!(answer.matches.iter().any(|entry| entry.name == "ContainerCreate.platform"));
    for entry in &answer.matches {
        assert!(came_in(entry, version("1.41")), "{entry:?}");
        // What came with its owner is told there.
        let owner = entry.name.split('.').next().expect("a name");
        let owners = answer.matches.iter().filter(|other| other.name == owner && other.kind <= Sort::Type);
        assert!(
            entry.kind <= Sort::Type || owners.count() == 0 || entry.kind == Sort::Field,
            "{}",
            entry.name
        );
    }
    let only = history.since(version("1.41"), Some("ContainerCreate")).expect("it is known").matches;
    assert_eq!(
        only.iter().map(|entry| entry.name.as_str()).collect::<Vec<_>>(),
        ["ContainerCreate.platform"]
    );
    let error = history.since(version("9.9"), None).expect_err("nobody knows it");
    assert!(error.to_string().starts_with("there is no version 9.9; known are 1.25, "), "{error}");
}

#[test]
fn every_thing_is_found_by_its_own_name() {
    let history = history();
    let newest = history.versions.last().expect("a version");
    for thing in newest.things.iter().step_by(37) {
        let name = thing.key.display();
        assert!(history.named(&name).contains(&thing.key), "{name}");
    }
}

#[test]
fn what_is_misspelt_has_suggestions() {
    let history = history();
    let first = |asked: &str| history.suggestions(asked).into_iter().next();
    assert_eq!(first("ContainerCreat").as_deref(), Some("ContainerCreate"));
    assert_eq!(first("HostConfig.Mount").as_deref(), Some("HostConfig.Mounts"));
    assert!(history.suggestions("zzzzzz").is_empty());
}
