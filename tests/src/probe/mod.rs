//! Programs that use generated crates as their users do: written from the model's names, compiled once for all tests,
//! run without a network.

pub mod source;
pub mod values;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use docker_engine_codegen::Spec;
use docker_engine_codegen::api::{Api, ApiVersion};
use rayon::prelude::*;
use serde_json::Value;

use crate::{compile, workspace};

const WORKSPACE: &str = "[workspace]\nresolver = \"3\"\nmembers = [\"v*\"]\n\n\
    [profile.dev]\ndebug = 0\n";

/// The crate goes by the same name in all programs.
const PACKAGE: &str = "[package]\nname = \"probe-NAME\"\nedition = \"2024\"\n\n[dependencies]\n\
    client = { package = \"docker-engine-NAME\", path = CRATE, default-features = false, \
    features = [\"websocket\"] }\n\
    serde_json = \"1\"\n";

/// The program of one version's crate.
#[derive(Debug)]
pub struct Probe {
    /// The version.
    pub version: ApiVersion,
    /// The names that it uses.
    pub api: Api,
    program: PathBuf,
}

/// The versions whose crates are put to the proof: the oldest, the newest, and three that Engines in use speak.
pub const VERSIONS: [&str; 5] = ["1.25", "1.41", "1.45", "1.51", "newest"];

/// The programs of [`VERSIONS`], built in `folder` where that has not been done yet.
///
/// # Panics
///
/// When they do not compile: a crate has not what the model says.
pub fn build(spec: &Spec, folder: &Path) -> Vec<Probe> {
    let stored = spec.store.versions().unwrap_or_else(|error| panic!("{error}"));
    let versions: Vec<ApiVersion> = VERSIONS
        .iter()
        .map(|text| text.parse().unwrap_or(*stored.last().expect("there are documents")))
        .collect();
    let folder = folder.join("probe");
    put(&folder.join("Cargo.toml"), WORKSPACE);
    // The same versions as in the workspace: they are on this machine, no network is needed. Cargo takes out of its
    // lock file what is not used, so what was copied is kept beside it.
    let lock = fs::read_to_string(workspace().join("Cargo.lock")).expect("the workspace has a lock file");
    if put(&folder.join("workspace.lock"), &lock) {
        put(&folder.join("Cargo.lock"), &lock);
    }
    let prepare = |version: &ApiVersion| {
        let node = spec.store.read(*version).unwrap_or_else(|error| panic!("{error}"));
        let api = spec.api(node).unwrap_or_else(|errors| panic!("{errors}"));
        let name = name(*version);
        let of = workspace().join("generated-client").join(format!("v{version}"));
        let package = PACKAGE.replace("NAME", &name).replace("CRATE", &compile::quoted(&of));
        let package_folder = folder.join(&name);
        put(&package_folder.join("Cargo.toml"), &package);
        put(&package_folder.join("src/main.rs"), include_str!("program.rs"));
        put(&package_folder.join("src/values.rs"), include_str!("values.rs"));
        put(&package_folder.join("src/calls.rs"), &source::calls(&api));
        api
    };
    let apis: Vec<Api> = versions.par_iter().map(prepare).collect();
    let target = folder.join("target");
    let (success, said) = compile::cargo(&folder, &target, &["build", "--workspace", "--quiet"]);
    assert!(success, "a crate has not what the model says:\n{said}");
    let probe = |api: Api| {
        let program = format!("probe-{}{}", name(api.version), std::env::consts::EXE_SUFFIX);
        Probe { version: api.version, program: target.join("debug").join(program), api }
    };
    apis.into_iter().map(probe).collect()
}

impl Probe {
    /// Every request, with nothing set and with everything set in every round.
    pub fn requests(&self) -> Vec<Value> {
        self.run(&["requests"]).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }

    /// The kinds of answers, the values of enums, the names of readers.
    pub fn facts(&self) -> Value {
        serde_json::from_str(&self.run(&["facts"])).expect("JSON")
    }

    /// Reads each text as the type of that name, and tells what is written of it; or why it is refused.
    pub fn reread(&self, texts: &[(String, String)]) -> Vec<Result<Value, String>> {
        let mut lines = String::new();
        for (name, text) in texts {
            lines.extend([name, "\t", text, "\n"]);
        }
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        fs::write(&file, lines).expect("it can be written");
        let said = self.run(&["reread", file.path().to_str().expect("the path is text")]);
        let read: Vec<_> = said
            .lines()
            .map(|line| match line.split_once('\t') {
                Some(("read", json)) => Ok(serde_json::from_str(json).expect("JSON")),
                Some(("refused", why)) => Err(why.to_owned()),
                _ => Err(format!("it panics {line}")),
            })
            .collect();
        assert_eq!(read.len(), texts.len(), "the program of v{} ended early", self.version);
        read
    }

    fn run(&self, arguments: &[&str]) -> String {
        let output = Command::new(&self.program).args(arguments).output().expect("it was built");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "the program of v{}: {said}", self.version);
        String::from_utf8(output.stdout).expect("it writes UTF-8")
    }
}

fn name(version: ApiVersion) -> String {
    format!("v{}-{}", version.major, version.minor)
}

/// Writes a file, whole or not at all; leaves it alone where it is as it should be, so that cargo sees no change.
/// Whether it was written.
fn put(path: &Path, text: &str) -> bool {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return false;
    }
    let folder = path.parent().expect("a file in a folder");
    fs::create_dir_all(folder).expect("a folder of ours");
    let file = tempfile::NamedTempFile::new_in(folder).expect("a file of ours");
    fs::write(file.path(), text).expect("a file of ours");
    file.persist(path).expect("a file of ours");
    true
}
