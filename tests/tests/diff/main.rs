//! What a comparison of two documents on the wire promises: nothing where nothing changed, the same thing in reverse,
//! the same thing in one step as in two, and every change once.

mod edits;
mod facts;
mod foreign;
mod published;

use docker_engine_codegen::Spec;
use docker_engine_codegen::diff::Side;
use docker_engine_tests::spec;
use rayon::prelude::*;

/// All versions.
fn sides() -> Vec<Side> {
    let spec = Spec::open(&spec()).unwrap_or_else(|errors| panic!("{errors}"));
    let versions = spec.store.versions().unwrap_or_else(|error| panic!("{error}"));
    versions
        .into_par_iter()
        .map(|version| Side::version(&spec, version).unwrap_or_else(|errors| panic!("{errors}")))
        .collect()
}
