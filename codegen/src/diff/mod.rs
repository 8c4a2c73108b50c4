//! Tells what changed from one API version to another: on the wire, for a program that speaks to the Engine, and in
//! Rust, for a program that depends on the generated crate.
//!
//! The wire side is compared twice where both documents are the Engine's: as the documents say, and with the overlay, as
//! Engines do. What only the documents say is told as such, so that a reader of the official change log finds it.

mod change;
mod levels;
pub mod render;
pub mod rust;
mod side;
pub mod wire;

use std::collections::HashSet;

use crate::source::Errors;

pub use change::{Cause, Change, Diff, Kind, Level, Location, Note, RustChange, RustKind, Semver, Verdict};
pub use levels::{Direction, RULES, Rule};
pub use side::Side;

/// Compares two documents on the wire; `rust` is left empty.
///
/// # Errors
///
/// Tells what of either document cannot be compared, with its place.
pub fn compare(from: &Side, to: &Side) -> Result<Diff, Errors> {
    let (said, unlisted) = wire::compare(&from.document, &to.document)?;
    let changes = match (&from.overlaid, &to.overlaid) {
        (Some(old), Some(new)) => merge(said, wire::compare(old, new)?.0),
        _ => said,
    };
    Ok(Diff { from: from.name.clone(), to: to.name.clone(), changes, rust: Vec::new(), unlisted })
}

/// What the documents say and what Engines do, as one list.
fn merge(said: Vec<Change>, done: Vec<Change>) -> Vec<Change> {
    let place = |change: &Change| {
        let Change { kind, method, path, location, pointer, subject, .. } = change;
        (*kind, method.clone(), path.clone(), location.clone(), pointer.clone(), subject.clone())
    };
    let (here, there): (HashSet<_>, HashSet<_>) =
        (said.iter().map(place).collect(), done.iter().map(place).collect());
    let mut changes = Vec::with_capacity(said.len());
    for mut change in done {
        if !here.contains(&place(&change)) {
            change.note = change.note.or(Some(Note::OverlayOnly));
        }
        changes.push(change);
    }
    for mut change in said {
        if !there.contains(&place(&change)) {
            change.note = Some(Note::DocumentOnly);
            change.level = Level::Info;
            changes.push(change);
        }
    }
    wire::sort(&mut changes);
    changes
}
