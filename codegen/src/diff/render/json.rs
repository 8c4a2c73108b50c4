//! JSON for programs: one object, one change for each operation. `../schema.json` describes it, and changes of it are
//! changes of that file.

use serde::Serialize;
use serde_json::Value;

use super::{Options, entry};
use crate::diff::{Change, Diff, RustChange};
use crate::source::Place;

/// Writes one comparison, or the steps of a range: `{"from", "to", "steps": [one each]}`.
pub fn json(diffs: &[Diff], options: &Options) -> String {
    let pages: Vec<Page<'_>> = diffs.iter().map(|diff| Page::of(diff, options)).collect();
    let text = match (pages.as_slice(), diffs) {
        ([page], _) => serde_json::to_string_pretty(page),
        (steps, [first, .., last]) => {
            serde_json::to_string_pretty(&Steps { from: &first.from, to: &last.to, steps })
        }
        (_, _) => serde_json::to_string_pretty(&Steps { from: "", to: "", steps: &[] }),
    };
    text.expect("maps keyed by text can be written") + "\n"
}

#[derive(Serialize)]
struct Steps<'d> {
    from: &'d str,
    to: &'d str,
    steps: &'d [Page<'d>],
}

#[derive(Serialize)]
struct Page<'d> {
    from: &'d str,
    to: &'d str,
    changes: Vec<WireEntry<'d>>,
    rust: Vec<RustEntry<'d>>,
    verdict: Verdict,
}

#[derive(Serialize)]
struct Verdict {
    wire: Option<&'static str>,
    semver: Option<&'static str>,
}

#[derive(Serialize)]
struct WireEntry<'d> {
    kind: &'static str,
    level: &'static str,
    operation: &'d str,
    method: &'d str,
    path: &'d str,
    location: Option<String>,
    pointer: &'d str,
    subject: &'d str,
    before: Option<&'d Value>,
    after: Option<&'d Value>,
    text: String,
    fingerprint: String,
    source: Places,
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<&'d str>,
}

#[derive(Serialize)]
struct RustEntry<'d> {
    kind: &'static str,
    level: &'static str,
    semver: &'static str,
    item: &'d str,
    before: Option<&'d str>,
    after: Option<&'d str>,
    text: String,
    fingerprint: String,
    source: Places,
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<&'d str>,
}

#[derive(Serialize)]
struct Places {
    from: Option<String>,
    to: Option<String>,
}

impl Places {
    fn of(from: &Option<Place>, to: &Option<Place>) -> Self {
        let show = |place: &Option<Place>| place.as_ref().map(ToString::to_string);
        Places { from: show(from), to: show(to) }
    }
}

impl<'d> Page<'d> {
    fn of(diff: &'d Diff, options: &Options) -> Self {
        let verdict = diff.verdict();
        let wire = diff.changes.iter().filter(|change| options.wire && change.level >= options.level);
        let rust = diff.rust.iter().filter(|change| options.rust && change.level >= options.level);
        Page {
            from: &diff.from,
            to: &diff.to,
            changes: wire.map(WireEntry::of).collect(),
            rust: rust.map(RustEntry::of).collect(),
            verdict: Verdict {
                wire: verdict.wire.filter(|_| options.wire).map(|level| level.as_str()),
                semver: options.rust.then(|| verdict.semver.as_str()),
            },
        }
    }
}

impl<'d> WireEntry<'d> {
    fn of(change: &'d Change) -> Self {
        WireEntry {
            kind: change.kind.as_str(),
            level: change.level.as_str(),
            operation: &change.operation,
            method: &change.method,
            path: &change.path,
            location: entry::location(change),
            pointer: &change.pointer,
            subject: &change.subject,
            before: change.before.as_ref(),
            after: change.after.as_ref(),
            text: super::change_text(change).to_string(),
            fingerprint: change.fingerprint(),
            source: Places::of(&change.from, &change.to),
            score: change.score,
            note: change.note.map(|note| note.as_str()),
            advice: change.advice.as_deref(),
        }
    }
}

impl<'d> RustEntry<'d> {
    fn of(change: &'d RustChange) -> Self {
        RustEntry {
            kind: change.kind.as_str(),
            level: change.level.as_str(),
            semver: change.semver.as_str(),
            item: &change.item,
            before: change.before.as_deref(),
            after: change.after.as_deref(),
            text: super::rust_text(change).to_string(),
            fingerprint: super::rust_fingerprint(change),
            source: Places::of(&change.from, &change.to),
            advice: change.advice.as_deref(),
        }
    }
}
