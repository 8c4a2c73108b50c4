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
use std::fmt;

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
        (Some(old), Some(new)) => Ok::<_, Errors>(Some(wire::compare(old, new)?.0)),
        _ => Ok(None),
    };
    let (said, done) = rayon::join(|| wire::compare(&from.document, &to.document), done);
    Ok(told(from, to, said?, done?))
}

/// A side that was read, for many comparisons: what is the same on two such sides is not looked at.
pub struct Known<'s> {
    side: &'s Side,
    document: wire::Read<'s>,
    overlaid: Option<wire::Read<'s>>,
}

impl<'s> Known<'s> {
    /// Reads a side.
    ///
    /// # Errors
    ///
    /// Tells what of the document cannot be compared, with its place.
    pub fn of(side: &'s Side) -> Result<Self, Errors> {
        let document = wire::Read::known(&side.document)?;
        let overlaid = side.overlaid.as_deref().map(wire::Read::known).transpose()?;
        Ok(Self { side, document, overlaid })
    }

    /// The same as [`compare`] gives.
    pub fn compare(&self, to: &Known<'_>) -> Diff {
        let said = wire::compare_read(&self.document, &to.document);
        let overlaid = self.overlaid.as_ref().zip(to.overlaid.as_ref());
        let done = overlaid.map(|(old, new)| wire::compare_read(old, new).0);
        told(self.side, to.side, said, done)
    }
}

impl fmt::Debug for Known<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Known").field(&self.side.name).finish()
    }
}

/// What the documents say, with what Engines do where that is known.
fn told(
    from: &Side,
    to: &Side,
    (said, unlisted): (Vec<Change>, wire::Unlisted),
    done: Option<Vec<Change>>,
) -> Diff {
    let mut changes = match (done, &from.overlaid, &to.overlaid) {
        (Some(mut done), Some(old), Some(new)) => {
            advice::advise(&mut done, old, new);
            merge(said, done)
        }
        _ => said,
    };
    advice::advise(&mut changes, &from.document, &to.document);
    Diff { from: from.name.clone(), to: to.name.clone(), changes, rust: Vec::new(), unlisted }
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
