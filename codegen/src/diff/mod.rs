//! Tells what changed from one API version to another: on the wire, for a program that speaks to the Engine, and in
//! Rust, for a program that depends on the generated crate.
//!
//! The wire side is compared twice where both documents are the Engine's: as the documents say, and with the overlay, as
//! Engines do. What only the documents say is told as such, so that a reader of the official change log finds it.

mod advice;
mod change;
mod config;
mod levels;
mod reach;
pub mod render;
pub mod rust;
mod side;
pub mod wire;

use std::collections::HashSet;

use crate::source::Errors;

pub use advice::advise_from_history;
pub use change::{Cause, Change, Diff, Kind, Level, Location, Note, RustChange, RustKind, Semver, Verdict};
pub use config::Config;
pub use levels::{Direction, RULES, Rule, table};
pub use reach::Reach;
pub use side::Side;

/// Compares two documents on the wire; `rust` is left empty.
///
/// # Errors
///
/// Tells what of either document cannot be compared, with its place.
pub fn compare(from: &Side, to: &Side) -> Result<Diff, Errors> {
    let done = || match (&from.overlaid, &to.overlaid) {
        (Some(old), Some(new)) => {
            let (mut done, _) = wire::compare(old, new)?;
            advice::advise(&mut done, old, new);
            Ok::<_, Errors>(Some(done))
        }
        _ => Ok(None),
    };
    let (said, done) = rayon::join(|| wire::compare(&from.document, &to.document), done);
    let (said, unlisted) = said?;
    let mut changes = match done? {
        Some(done) => merge(said, done),
        None => said,
    };
    advice::advise(&mut changes, &from.document, &to.document);
    Ok(Diff { from: from.name.clone(), to: to.name.clone(), changes, rust: Vec::new(), unlisted })
}

/// What the documents say and what Engines do, as one list. A change is in both when it is at the same place, whatever the
/// case of its letters. The overlay may give a definition to other operations: then the documents say it of the
/// definition, and Engines do it there.
fn merge(said: Vec<Change>, done: Vec<Change>) -> Vec<Change> {
    let place = |change: &Change| {
        let Change { kind, method, path, location, pointer, subject, .. } = change;
        let way = (pointer.to_lowercase(), subject.to_lowercase());
        (*kind, method.clone(), path.clone(), location.clone(), way)
    };
    let cause = |change: &Change| (change.kind.undirected(), change.cause.clone());
    let places = |changes: &[Change]| changes.iter().map(place).collect::<HashSet<_>>();
    let (said_at, said_of) = (places(&said), said.iter().map(cause).collect::<HashSet<_>>());
    let done_at = places(&done);
    let (mut changes, undocumented): (Vec<_>, Vec<_>) = done
        .into_iter()
        .partition(|change| said_at.contains(&place(change)) || said_of.contains(&cause(change)));
    let mut documented = said;
    documented.retain(|change| !done_at.contains(&place(change)));
    for mut change in undocumented {
        // The documents begin or cease to speak of the whole thing, the overlay did not know all of it.
        let within = documented.iter().any(|other| other.holds(&change));
        if within && change.kind != Kind::Deprecated {
            continue;
        }
        change.note = change.note.or((!within).then_some(Note::OverlayOnly));
        changes.push(change);
    }
    for mut change in documented {
        change.note = Some(Note::DocumentOnly);
        change.level = Level::Info;
        changes.push(change);
    }
    wire::sort(&mut changes);
    changes
}
