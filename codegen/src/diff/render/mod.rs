//! A comparison as people and programs read it: text for a terminal, Markdown for release notes, one page of HTML,
//! JSON.
//!
//! Every format tells the same entries ([`wire`], [`rust`]): one for one cause, the gravest first. What a document says
//! is data in all of them; nothing of it becomes markup.

mod entry;
mod html;
mod json;
mod markdown;
mod sentence;
#[cfg(test)]
mod tests;
mod text;
mod words;

use sha2::{Digest as _, Sha256};

use super::{Diff, Level, RustChange};

pub use entry::{Entry, Met, rust, rust_text, text as change_text, wire};
pub use html::{html, html_fragment};
pub use json::json;
pub use markdown::markdown;
pub(crate) use sentence::one_line;
pub use sentence::{Piece, Sentence};
pub use text::text;

/// The JSON Schema of what [`json`] writes.
pub const JSON_SCHEMA: &str = include_str!("../schema.json");

/// What of a comparison is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// What a program meets that speaks to the Engine.
    pub wire: bool,
    /// What a program meets that depends on the generated crate.
    pub rust: bool,
    /// The least level that is listed; what is below is counted.
    pub level: Level,
    /// One entry for each operation, not one for each cause.
    pub expand: bool,
}

impl Default for Options {
    /// Everything, by cause.
    fn default() -> Self {
        Options { wire: true, rust: true, level: Level::Info, expand: false }
    }
}

impl Options {
    /// The gravest level of what is told, whatever is listed.
    pub fn gravest(&self, diff: &Diff) -> Option<Level> {
        let wire = diff.changes.iter().filter(|_| self.wire).map(|change| change.level);
        let rust = diff.rust.iter().filter(|_| self.rust).map(|change| change.level);
        wire.chain(rust).max()
    }
}

/// A short name for a change in Rust that is the same in every run.
fn rust_fingerprint(change: &RustChange) -> String {
    let mut hash = Sha256::new();
    for part in ["rust", change.kind.as_str(), &change.item] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

/// How many entries there are of each level, the gravest first: `2 breaking, 1 warning, 40 info`.
fn count(entries: &[Entry]) -> String {
    let of = |level| entries.iter().filter(|entry| entry.level == level).count();
    let counts: Vec<String> = LEVELS
        .iter()
        .map(|level| (of(*level), level.as_str()))
        .filter(|(count, _)| *count > 0)
        .map(|(count, level)| format!("{count} {level}"))
        .collect();
    if counts.is_empty() { "nothing".to_owned() } else { counts.join(", ") }
}

/// The gravest first.
const LEVELS: [Level; 3] = [Level::Breaking, Level::Warning, Level::Info];

/// The verdict in a sentence for each side.
fn verdict(diff: &Diff, options: &Options) -> String {
    let verdict = diff.verdict();
    let wire = match verdict.wire {
        None => "nothing changed on the wire",
        Some(Level::Info) => "nothing that worked stops working on the wire",
        Some(Level::Warning) => "what worked may behave otherwise on the wire",
        Some(Level::Breaking) => "breaking on the wire",
    };
    let rust = match verdict.semver {
        super::Semver::Patch => "nothing changed in Rust",
        super::Semver::Minor => "a minor version in Rust",
        super::Semver::Major => "a major version in Rust",
    };
    let sides: Vec<&str> = [(options.wire, wire), (options.rust, rust)]
        .iter()
        .filter(|(told, _)| *told)
        .map(|(_, side)| *side)
        .collect();
    sides.join("; ")
}
