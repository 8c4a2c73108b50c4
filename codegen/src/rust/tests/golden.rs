//! The crate of the sample, compared with the files in `golden/`. `UPDATE_GOLDEN=1` writes them anew.

use std::path::Path;

use super::super::{emit, write};
use super::{WORKSPACE, sample};

#[test]
fn crate_of_the_sample_is_as_written_down() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rust/tests/golden");
    let files = emit(&sample::api(), &WORKSPACE).unwrap();
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let written = write(&dir, &files, !update).unwrap();
    assert!(
        update || written.is_up_to_date(),
        "run with UPDATE_GOLDEN=1 and look at the change: {written:#?}"
    );
}

#[test]
fn same_model_same_bytes() {
    let first = emit(&sample::api(), &WORKSPACE).unwrap();
    for _ in 0..3 {
        assert_eq!(emit(&sample::api(), &WORKSPACE).unwrap(), first);
    }
}
