//! Tables that repeat what stands elsewhere, in short.

use std::fs;

use docker_engine_codegen::api::ApiVersion;
use docker_engine_codegen::swagger::Store;
use docker_engine_tests::{spec, workspace};
use toml::Table;

use super::Paper;

#[test]
fn the_readme_lists_every_version() {
    let sources: Table =
        fs::read_to_string(spec().join("sources.toml")).expect("it is there").parse().expect("TOML");
    let engine = |version: &ApiVersion| {
        let of_version = sources["versions"].get(version.to_string())?;
        Some(of_version.get("engine")?.as_str()?.to_owned())
    };
    let mut expected = "| API | Engine | crate |\n|---|---|---|\n".to_owned();
    for version in Store::new(spec()).versions().unwrap_or_else(|error| panic!("{error}")) {
        let engine = engine(&version).unwrap_or_else(|| "—".to_owned());
        let name = format!("docker-engine-v{}-{}", version.major, version.minor);
        expected += &format!("| {version} | {engine} | `{name}` |\n");
    }
    let readme = Paper::read("README.md").text;
    assert!(readme.contains(&expected), "README.md: the table of versions is:\n{expected}");
    let (first, last) = (expected.lines().nth(2), expected.lines().last());
    let version =
        |line: Option<&str>| line.and_then(|line| line.split(' ').nth(1)).expect("a row").to_owned();
    let range = format!("v{} to v{}", version(first), version(last));
    assert!(readme.contains(&range), "README.md: the versions are {range}");
}

#[test]
fn the_readme_counts_the_examples() {
    let programs =
        fs::read_dir(workspace().join("generated-client/examples/src/bin")).expect("there").count();
    let words = format!("[{programs} small programs](generated-client/examples/README.md)");
    assert!(Paper::read("README.md").text.contains(&words), "README.md: there are {programs} examples");
}
