//! What the tests of the workspace share: where the project's files stand, and what else this machine has.

use std::path::{Path, PathBuf};

pub mod compile;
pub mod document;
pub mod edit;
pub mod generated;
pub mod grown;
pub mod leniency;
pub mod mutation;
pub mod probe;
pub mod public_api;
pub mod site;
pub mod slice;
pub mod wire;
pub mod xtask;

/// The workspace's folder.
///
/// # Panics
///
/// When the crate was moved out of the workspace.
pub fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the workspace")
}

/// The stored documents, the overlay and the words.
pub fn spec() -> PathBuf {
    workspace().join("spec")
}

/// The published documents, where this machine has them; says so where it does not.
pub fn upstream() -> Option<PathBuf> {
    let shared = std::env::var_os("DOCKER_ENGINE_RS_SHARED")
        .map_or_else(|| workspace().join("../shared"), PathBuf::from);
    let upstream = shared.join("upstream");
    if upstream.is_dir() {
        return Some(upstream);
    }
    eprintln!("left out: the published documents are not at {}", upstream.display());
    None
}

/// A copy of `spec/` that a test may change.
///
/// # Panics
///
/// When it cannot be copied.
pub fn spec_copy() -> tempfile::TempDir {
    let copy = tempfile::tempdir().expect("a temporary folder");
    for entry in std::fs::read_dir(spec()).expect("the workspace has a spec folder") {
        let entry = entry.expect("it can be listed");
        std::fs::copy(entry.path(), copy.path().join(entry.file_name())).expect("it can be copied");
    }
    copy
}
