//! Tells what changed from one API version to another: on the wire, for a program that speaks to the Engine, and in
//! Rust, for a program that depends on the generated crate.

mod change;

pub use change::{Cause, Change, Diff, Kind, Level, Location, RustChange, RustKind, Semver, Verdict};
