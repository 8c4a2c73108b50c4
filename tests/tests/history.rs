//! `xtask history`: what it finds, what it prints, and what it says where there is nothing to find.

use std::path::Path;

use docker_engine_tests::xtask::{Run, project, run};
use serde_json::Value;

#[track_caller]
fn succeeds(folder: &Path, arguments: &[&str]) -> Run {
    let run = run(folder, arguments);
    assert_eq!(run.code, 0, "{arguments:?}: {}", run.stderr);
    assert!(!run.stdout.contains('\u{1b}') && !run.stderr.contains('\u{1b}'), "escapes in a pipe: {run:?}");
    run
}

#[test]
fn the_life_of_a_thing_is_found_by_any_of_its_names() {
    let project = project(&["1.40", "1.41"]);
    let text = succeeds(project.path(), &["history", "ContainerCreate.platform"]).stdout;
    assert_eq!(
        text,
        "ContainerCreate.platform  parameter, string, `operations::ContainerCreate::platform` in Rust\n  1.41  came\n"
    );
    for name in
        ["containercreate.PLATFORM", "container_create::platform", "Client::container_create.platform"]
    {
        assert_eq!(succeeds(project.path(), &["history", name]).stdout, text, "{name}");
    }
    let all = succeeds(project.path(), &["history", "ContainerCreate"]).stdout;
    assert!(all.contains("parameter platform  1.41  came"), "{all}");

    let printed =
        succeeds(project.path(), &["history", "ContainerCreate.platform", "--format", "json"]).stdout;
    let json: Value = serde_json::from_str(&printed).expect("JSON");
    assert_eq!((&json["oldest"], &json["newest"]), (&"1.40".into(), &"1.41".into()));
    let event = &json["matches"][0]["events"][0];
    assert_eq!((&event["version"], &event["event"]), (&"1.41".into(), &"came".into()));
    assert!(event["place"].as_str().is_some_and(|place| place.starts_with("v1.41.yaml:")), "{event}");

    // All that came, and what of it belongs to one thing.
    let since = succeeds(project.path(), &["history", "--since", "1.41"]).stdout;
    assert!(since.contains("ContainerCreate.platform") && since.matches(" came").count() > 10, "{since}");
    let since = succeeds(project.path(), &["history", "containercreate", "--since", "1.41"]).stdout;
    assert_eq!(since, text);
    let nothing = succeeds(project.path(), &["history", "Mount", "--since", "1.41"]).stdout;
    assert_eq!(nothing, "");

    for (name, said) in [
        ("ContainerCreat", "ContainerCreate"),
        ("ContainerCreate.platfrom", "ContainerCreate.platform"),
        ("no such thing at all", "'no such thing at all'"),
    ] {
        let run = run(project.path(), &["history", name]);
        assert_eq!(run.code, 2, "{name}: {run:?}");
        assert!(run.stdout.is_empty() && run.stderr.contains(said), "{run:?}");
        assert!(!run.stderr.contains('\u{1b}'), "escapes in a pipe: {run:?}");
    }
    let run = run(project.path(), &["history", "--since", "1.99"]);
    assert!(run.code == 2 && run.stderr.contains("1.40, 1.41"), "{run:?}");
}
