//! The program as it is installed: alone in a folder, with no checkout around it and no variable of cargo's.

use std::fs;
use std::path::Path;
use std::process::Command;

use docker_engine_tests::xtask::program;
use docker_engine_tests::{spec, upstream};

/// Runs the installed program; gives what it printed.
#[track_caller]
fn run(installed: &Path, folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(installed);
    command.args(arguments).current_dir(folder).env_clear().env("PATH", "/usr/bin:/bin");
    let output = command.output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
    assert!(!said.contains("cargo xtask"), "it is not called so: {said}");
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn on_a_folder_of_documents() {
    let bin = tempfile::tempdir().expect("a temporary folder");
    let installed = bin.path().join("docker-engine-rs");
    fs::copy(program(), &installed).expect("copied");
    // As they are published, where this machine has them.
    let documents = upstream().unwrap_or_else(spec);
    let home = tempfile::tempdir().expect("a temporary folder");
    let folder = home.path().join("docs");
    fs::create_dir(&folder).expect("made");
    for version in ["v1.47.yaml", "v1.51.yaml"] {
        fs::copy(documents.join(version), folder.join(version)).expect("copied");
    }

    let help = run(&installed, home.path(), &["--help"]);
    assert!(help.contains("docker-engine-rs diff") && !help.contains("cargo xtask"), "{help}");
    // Named with --root, or as the current folder.
    let diff = run(&installed, home.path(), &["--root", "docs", "diff", "1.47", "1.51"]);
    assert!(diff.contains("1.47") && diff.contains("ImageList"), "{diff}");
    let within = run(&installed, &folder, &["diff", "1.47", "1.51"]).replace("./v1.", "docs/v1.");
    assert!(within == diff, "{within}");
    assert!(run(&installed, &folder, &["history", "ContainerCreate"]).contains("ContainerCreate"));
    assert!(run(&installed, &folder, &["openapi", "1.51"]).starts_with("openapi: 3."));
    // The documents stay as they are; what is made of them stands beside them.
    run(&installed, home.path(), &["--root", "project", "spec", "import", "docs"]);
    assert!(home.path().join("project/spec/v1.51.yaml").is_file());
    fs::create_dir(home.path().join("runtime")).expect("made");
    let out = ["generate", "--spec", "docs/v1.51.yaml", "--out", "client"];
    run(&installed, home.path(), &[&out[..], &["--runtime", "runtime"]].concat());
    assert!(home.path().join("client/src/client.rs").is_file());
    assert_eq!(fs::read_dir(&folder).expect("there").count(), 2, "something was put among the documents");
}
