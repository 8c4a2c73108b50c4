//! Tells how a running Engine departs from its document: (document, answers) → departures.
//!
//! Nothing here asks an Engine. Whoever does hands each answer to [`Drift::answer`]; what they all depart in is a
//! [`Report`], as text or JSON. One fact is one departure, at however many operations it is met: what a shared
//! definition lacks is told once, with all places of answers that show it.
//!
//! No value of an answer is told, for it may be a secret: only its type, and a word that stands where the document lists
//! words.

mod compare;
mod departure;
mod ledger;
mod meaning;
mod report;
#[cfg(test)]
mod tests;
mod text;

pub use compare::{Answer, Content, Drift};
pub use departure::{Departure, Kind, Level, Site};
pub use report::{Asked, Engine, JSON_SCHEMA, LeftOut, Options, Report};
