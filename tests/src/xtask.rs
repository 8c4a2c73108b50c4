//! Runs the `xtask` program as a person would: built once, no terminal, in a project of the test's own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::{spec, workspace};

/// What a run of the program gave.
#[derive(Debug)]
pub struct Run {
    /// Exit code.
    pub code: i32,
    /// What it printed.
    pub stdout: String,
    /// What it said of its progress and of errors.
    pub stderr: String,
}

/// Runs `xtask` in a folder.
///
/// # Panics
///
/// When the program cannot be built or run.
pub fn run(folder: &Path, arguments: &[&str]) -> Run {
    let output = Command::new(program()).args(arguments).current_dir(folder).output().expect("xtask runs");
    Run {
        code: output.status.code().expect("no signal ended it"),
        stdout: String::from_utf8(output.stdout).expect("what it prints is text"),
        stderr: String::from_utf8(output.stderr).expect("what it says is text"),
    }
}

/// A project with the documents of some versions and no crates yet.
///
/// # Panics
///
/// When it cannot be made.
pub fn project(versions: &[&str]) -> tempfile::TempDir {
    let project = tempfile::tempdir().expect("a temporary folder");
    let folder = project.path().join("spec");
    fs::create_dir(&folder).expect("it is empty");
    let documents = versions.iter().map(|version| format!("v{version}.yaml"));
    for name in ["overlay.yaml", "docs.yaml", "sources.toml"].map(str::to_owned).into_iter().chain(documents)
    {
        fs::copy(spec().join(&name), folder.join(&name))
            .unwrap_or_else(|error| panic!("spec/{name}: {error}"));
    }
    project
}

/// The built program. The whole workspace is asked for it, so that cargo finds the dependencies as `cargo test`
/// built them.
///
/// # Panics
///
/// When it cannot be built.
pub fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args(["build", "--offline", "--quiet", "--bin", "docker-engine-rs", "--message-format", "json"])
            .current_dir(workspace())
            .output()
            .expect("cargo runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let messages = String::from_utf8(output.stdout).expect("cargo writes JSON");
        messages
            .lines()
            .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
            .find_map(|message| Some(PathBuf::from(message["executable"].as_str()?)))
            .expect("cargo names the program")
    })
}
