//! Emitted crates go through clippy and rustdoc with every warning an error.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::super::{CrateFiles, emit, package_name, write};
use super::{WORKSPACE, hostile, sample};
use crate::api::ApiVersion;

/// The workspace that the crates are put into.
const MANIFEST: &str = r#"
[workspace]
resolver = "3"
members = ["crates/*"]

[workspace.package]
version = "0.1.0"
edition = "2024"
rust-version = "1.88"
license = "Apache-2.0 OR MIT"

[workspace.dependencies]
docker-engine-runtime = { path = PATH, default-features = false }

[workspace.lints.rust]
unsafe_code = "forbid"
missing_docs = "deny"
unreachable_pub = "deny"
warnings = "deny"

[workspace.lints.clippy]
all = "deny"
unwrap_used = "deny"

[workspace.lints.rustdoc]
all = "deny"
"#;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate stands in the workspace").to_owned()
}

/// Puts crates into a workspace of their own and runs cargo there, without a network.
fn check(crates: &[(ApiVersion, CrateFiles)]) {
    let dir = tempfile::tempdir().unwrap();
    let runtime = root().join("generated-client/runtime");
    let manifest = MANIFEST.replace("PATH", &format!("{:?}", runtime.to_str().unwrap()));
    fs::write(dir.path().join("Cargo.toml"), manifest).unwrap();
    fs::copy(root().join("Cargo.lock"), dir.path().join("Cargo.lock")).unwrap();
    for (version, files) in crates {
        write(&dir.path().join("crates").join(package_name(*version)), files, false).unwrap();
    }
    // Dependencies are kept from one run to the next.
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    for arguments in [&["clippy"][..], &["doc", "--no-deps"]] {
        let output = Command::new(env!("CARGO"))
            .args(arguments)
            .args(["--offline", "--quiet", "--workspace"])
            .current_dir(&dir)
            .env("CARGO_TARGET_DIR", target.join("emitted"))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "cargo {}:\n{said}", arguments.join(" "));
    }
}

#[test]
fn emitted_crates_have_no_warning() {
    let mut hostile = hostile::texts_everywhere({
        let mut texts = hostile::TEXTS.iter().cycle();
        move || texts.next().expect("a cycle has no end")
    });
    hostile.version.minor = 999;
    let crates = [sample::api(), hostile].map(|api| (api.version, emit(&api, &WORKSPACE).unwrap()));
    check(&crates);
}
