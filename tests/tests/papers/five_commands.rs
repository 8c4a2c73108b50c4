//! CONTRIBUTING.md says how a new API version is taken in, in five commands. They are read from there and run on a version
//! that nobody has published.

use std::fs;
use std::path::Path;

use docker_engine_codegen::api::ApiVersion;
use docker_engine_tests::grown;
use docker_engine_tests::workspace;
use docker_engine_tests::xtask::{project, run};

use super::Paper;

#[test]
fn a_new_version_takes_five_commands() {
    let paper = Paper::read("CONTRIBUTING.md");
    let block = paper.blocks().into_iter().find(|block| block.text.contains("spec import"));
    let block = block.expect("CONTRIBUTING.md says how a version is imported");
    let commands: Vec<&str> =
        block.text.lines().map(|line| line.split(" #").next().unwrap_or_default().trim()).collect();
    assert_eq!(commands.len(), 5, "{}: {commands:?}", paper.place(&block));

    let words: Vec<Vec<&str>> = commands.iter().map(|command| command.split_whitespace().collect()).collect();
    let [import, generate, diff, openapi, test] = words.as_slice() else { unreachable!("five were counted") };
    let ["cargo", "xtask", "diff", old, new] = diff[..] else { panic!("the third compares: {diff:?}") };
    let old: ApiVersion = old.parse().expect("a version");
    assert_eq!(new.parse(), Ok(grown::after(old)), "the third compares neighbours");

    // Only what is needed: the newest document is compared with its neighbours.
    let before = ApiVersion { minor: old.minor - 1, ..old };
    let project = project(&[&before.to_string(), &old.to_string()]);
    let file = import.last().expect("a file is imported");
    fs::write(project.path().join(file), grown::stored(old)).expect("written");

    let said = ours(project.path(), import);
    assert!(project.path().join(format!("spec/v{new}.yaml")).is_file(), "{said}");
    let said = ours(project.path(), generate);
    let operations = format!("generated-client/v{new}/src/operations/container.rs");
    let operations = fs::read_to_string(project.path().join(operations)).expect(&said);
    assert!(operations.contains("struct ContainerMoon"), "the new operation is in the crate");
    let said = ours(project.path(), diff);
    for news in ["ContainerMoon", "MoonPhase", "moon"] {
        assert!(said.contains(news), "{news}: {said}");
    }
    let said = ours(project.path(), openapi);
    assert!(said.starts_with("openapi: 3.") && said.contains("/containers/{id}/moon"), "{said}");
    // The fifth would run this test again. That such a crate compiles is what `unseen_version` shows.
    let checks = fs::read_to_string(workspace().join(".ci/run")).expect("there are checks");
    assert!(
        checks.lines().any(|line| line == test.join(" ")),
        "the fifth is what .ci/run tests with: {test:?}"
    );
}

/// Runs `cargo xtask …`; gives what it printed.
fn ours(folder: &Path, words: &[&str]) -> String {
    let ["cargo", "xtask", arguments @ ..] = words else { panic!("not one of ours: {words:?}") };
    let run = run(folder, arguments);
    assert_eq!(run.code, 0, "{words:?}: {}", run.stderr);
    run.stdout
}
