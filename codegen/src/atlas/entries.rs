//! What a comparison tells, as pieces of HTML: the pieces of one pair after each other are the body of its page, and
//! pairs that tell the same share pieces.

use std::collections::HashMap;
use std::fmt::Write as _;

use super::Atlas;
use super::page::{count, escape};
use crate::diff::render::{self, Entry, Met, Options, Piece, Sentence};
use crate::diff::{Diff, Level, Semver};

/// Operations up to this number are named at once, more are folded up.
const FEW: usize = 3;

/// A side of a comparison.
struct Side {
    /// The beginning of its ids.
    id: &'static str,
    title: &'static str,
    verdict: &'static str,
    entries: Vec<Entry>,
}

impl Atlas<'_> {
    /// What changed between two versions, for pages in a folder.
    pub(super) fn news(&self, diff: &Diff) -> Vec<String> {
        let verdict = diff.verdict();
        let options = Options::default();
        let sides = [
            Side {
                id: "wire",
                title: "On the wire",
                verdict: match verdict.wire {
                    None => "Nothing changed.",
                    Some(Level::Info) => "Nothing that worked stops working.",
                    Some(Level::Warning) => "What worked may behave otherwise.",
                    Some(Level::Breaking) => "Something that worked fails or is ignored.",
                },
                entries: render::wire(diff, &options),
            },
            Side {
                id: "rust",
                title: "In Rust",
                verdict: match verdict.semver {
                    Semver::Patch => "Nothing changed.",
                    Semver::Minor => "The crates differ as a minor version does.",
                    Semver::Major => "The crates differ as a major version does.",
                },
                entries: render::rust(diff, &options),
            },
        ];
        let mut out = vec![verdicts(&sides)];
        let mut ids = HashMap::new();
        for side in &sides {
            out.push(format!(
                "<section aria-labelledby=\"{0}\">\n<h2 id=\"{0}\">{1}</h2>\n",
                side.id, side.title
            ));
            if side.entries.is_empty() {
                out.push("<p>Nothing changed.</p>\n".to_owned());
            }
            for (level, title) in LEVELS {
                let listed: Vec<&Entry> = side.entries.iter().filter(|entry| entry.level == level).collect();
                if listed.is_empty() {
                    continue;
                }
                let (class, id) = (level.as_str(), side.id);
                out.push(format!("<h3 id=\"{id}-{class}\" class=\"{class}\">{title} <small>{}</small></h3>\n<ul class=\"news {class}\">\n", listed.len()));
                for entry in listed {
                    out.push(self.item(entry, &unique(&mut ids, side.id, &entry.fingerprint)));
                }
                out.push("</ul>\n".to_owned());
            }
            out.push("</section>\n".to_owned());
        }
        out
    }

    fn item(&self, entry: &Entry, id: &str) -> String {
        let mut out = format!("<li id=\"{id}\">{}", self.sentence(&entry.fact));
        if let Some(why) = entry.why.as_ref().filter(|_| entry.level > Level::Info) {
            let _ = write!(out, ": {}", self.sentence(why));
        }
        for note in &entry.notes {
            let _ = write!(out, " <small>({})</small>", self.sentence(note));
        }
        if let Some((before, after)) = &entry.facts {
            let _ = write!(
                out,
                "<dl><dt>before</dt><dd>{}</dd><dt>after</dt><dd>{}</dd></dl>",
                self.sentence(before),
                self.sentence(after)
            );
        }
        if let Some(advice) = &entry.advice {
            let _ = write!(out, "<p class=\"advice\"><b>Help:</b> {}</p>", self.sentence(advice));
        }
        let met: Vec<String> = entry.operations.iter().map(|met| self.met(met)).collect();
        match met.len() {
            0 => {}
            1..=FEW => {
                let _ = write!(out, "<p class=\"met\">{}</p>", met.join(", "));
            }
            many => {
                let _ = write!(
                    out,
                    "<details class=\"met\"><summary>{}</summary>{}</details>",
                    count(many, "operation"),
                    met.join(", ")
                );
            }
        }
        out.push_str("</li>\n");
        out
    }

    /// An operation, with a link to its page.
    fn met(&self, met: &Met) -> String {
        let call = format!("{} {}", met.method, met.path);
        let name = escape(if met.operation.is_empty() { &call } else { &met.operation });
        match self.endpoints.get(&call) {
            Some(nth) => {
                format!("<a href=\"../{}\" title=\"{}\">{name}</a>", self.things[*nth].path(), escape(&call))
            }
            None => format!("<span title=\"{}\">{name}</span>", escape(&call)),
        }
    }

    fn sentence(&self, sentence: &Sentence) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Words(words) => escape(words),
            Piece::Code(code) => match self.model(code) {
                Some(path) => format!("<code><a href=\"../{path}\">{}</a></code>", escape(code)),
                None => format!("<code>{}</code>", escape(code)),
            },
        };
        sentence.0.iter().map(piece).collect()
    }

    /// The page of the type that a path in Rust leads through: `models::HostConfig::mounts`.
    fn model(&self, code: &str) -> Option<String> {
        let name = code.strip_prefix("models::")?.split("::").next()?;
        Some(self.things[*self.types.get(name)?].path())
    }
}

const LEVELS: [(Level, &str); 3] =
    [(Level::Breaking, "Breaking"), (Level::Warning, "Warnings"), (Level::Info, "For information")];

/// What follows on each side, in a sentence, and how much there is of it.
fn verdicts(sides: &[Side]) -> String {
    let mut out = String::from("<div class=\"verdicts\">\n");
    for side in sides {
        let _ = write!(out, "<div><p><b>{}</b></p><p>{}</p>", side.title, side.verdict);
        let mut counts = String::new();
        for (level, title) in LEVELS {
            let number = side.entries.iter().filter(|entry| entry.level == level).count();
            if number > 0 {
                let _ = write!(
                    counts,
                    "<li><a class=\"{0}\" href=\"#{1}-{0}\"><b>{number}</b> {2}</a></li>",
                    level.as_str(),
                    side.id,
                    if (level, number) == (Level::Warning, 1) {
                        "warning".to_owned()
                    } else {
                        title.to_lowercase()
                    }
                );
            }
        }
        if !counts.is_empty() {
            let _ = write!(out, "<ul>{counts}</ul>");
        }
        out.push_str("</div>\n");
    }
    out.push_str("</div>\n");
    out
}

/// The id of an entry: the same in all pairs that tell it, unless one pair tells it twice.
fn unique(taken: &mut HashMap<String, usize>, side: &str, fingerprint: &str) -> String {
    let id = format!("{side}-{fingerprint}");
    let times = taken.entry(id.clone()).or_default();
    *times += 1;
    if *times == 1 { id } else { format!("{id}-{times}") }
}
