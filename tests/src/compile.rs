//! Emitted crates → does the compiler accept them? Many crates become modules of a few, so that hundreds of small
//! ones take seconds, and the dependencies are built once for all tests.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use docker_engine_codegen::rust::CrateFiles;

use crate::workspace;

/// Warnings stay warnings: these crates need not be tidy.
const MANIFEST: &str = "[workspace]\nresolver = \"3\"\nmembers = [\"part*\"]\n\n\
    [workspace.dependencies]\n\
    docker-engine-runtime = { path = RUNTIME, default-features = false }\n";

const PART: &str = "[package]\nname = \"NAME\"\nedition = \"2024\"\n\n\
    [dependencies]\ndocker-engine-runtime.workspace = true\n";

/// Crates that the compiler refused.
#[derive(Debug)]
pub struct Refused {
    /// Which of the crates, by their place in the list.
    pub crates: Vec<usize>,
    /// What the compiler said.
    pub said: String,
}

/// Runs `cargo check` on the crates, as modules of `parts` crates in `folder`, which is written anew.
///
/// `folder` belongs in `CARGO_TARGET_TMPDIR`; beside it stands what the dependencies were built to.
///
/// # Panics
///
/// When files cannot be written, or cargo cannot be run.
pub fn check(folder: &Path, parts: usize, crates: &[&CrateFiles]) -> Result<(), Refused> {
    check_all(folder, parts, crates, "")
}

/// Runs `cargo check` on a crate and a program that knows it as module `m0`.
///
/// # Panics
///
/// When files cannot be written, or cargo cannot be run.
pub fn check_with(folder: &Path, files: &CrateFiles, program: &str) -> Result<(), Refused> {
    check_all(folder, 1, &[files], program)
}

fn check_all(folder: &Path, parts: usize, crates: &[&CrateFiles], program: &str) -> Result<(), Refused> {
    if folder.exists() {
        fs::remove_dir_all(folder).expect("the folder is ours");
    }
    let runtime = workspace().join("generated-client/runtime");
    put(&folder.join("Cargo.toml"), &MANIFEST.replace("RUNTIME", &quoted(&runtime)));
    // The same versions as in the workspace: they are on this machine, no network is needed.
    fs::copy(workspace().join("Cargo.lock"), folder.join("Cargo.lock"))
        .expect("the workspace has a lock file");
    for part in 0..parts {
        let (name, mut modules) = (format!("part{part}"), program.to_owned());
        for (nth, files) in crates.iter().enumerate().skip(part).step_by(parts) {
            modules += &format!("#[path = \"m{nth}/src/lib.rs\"]\npub mod m{nth};\n");
            for (path, text) in files.iter().filter(|(path, _)| *path != "Cargo.toml") {
                let text = text.replace("crate::", &format!("crate::m{nth}::"));
                put(&folder.join(&name).join("src").join(format!("m{nth}")).join(path), &text);
            }
        }
        put(&folder.join(&name).join("Cargo.toml"), &PART.replace("NAME", &name));
        put(&folder.join(&name).join("src/lib.rs"), &modules);
    }
    let target = folder.parent().expect("a folder within another").join("target");
    let arguments = ["check", "--workspace", "--quiet", "--message-format", "short"];
    let (success, said) = cargo(folder, &target, &arguments);
    let errors: Vec<&str> = said.lines().filter(|line| line.contains("error")).collect();
    let named = errors.iter().filter_map(|line| {
        let rest = line.split("src/m").nth(1)?;
        rest.split('/').next()?.parse().ok()
    });
    let crates = named.collect::<BTreeSet<usize>>().into_iter().collect();
    if success { Ok(()) } else { Err(Refused { crates, said: errors.join("\n") }) }
}

/// Runs cargo in a folder without a network, building into `target`; whether it went well, and what it said.
///
/// # Panics
///
/// When cargo cannot be run.
pub fn cargo(folder: &Path, target: &Path, arguments: &[&str]) -> (bool, String) {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(arguments)
        .arg("--offline")
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", target)
        .env("CARGO_INCREMENTAL", "0")
        .output()
        .expect("cargo runs");
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

fn put(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a file in a folder")).expect("a folder of ours");
    fs::write(path, text).expect("a file of ours");
}

/// A path as a TOML string, whose escapes are those of JSON.
pub(crate) fn quoted(path: &Path) -> String {
    serde_json::Value::from(path.to_str().expect("the workspace's path is text")).to_string()
}
