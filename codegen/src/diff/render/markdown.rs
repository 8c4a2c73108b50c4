//! Markdown (CommonMark) for release notes and pull requests. Places in files are left out: they say nothing to who
//! reads it elsewhere.

use std::fmt::Write as _;

use super::sentence::{Piece, Sentence, one_line};
use super::{Entry, LEVELS, Options, count, verdict};
use crate::diff::{Diff, Level};

/// How many operations of an entry are named.
const NAMED: usize = 8;

/// Writes a section for each comparison.
pub fn markdown(diffs: &[Diff], options: &Options) -> String {
    let sections: Vec<String> = diffs.iter().map(|diff| section(diff, options)).collect();
    sections.join("\n")
}

fn section(diff: &Diff, options: &Options) -> String {
    let mut out = format!("## {} → {}\n", escape(&diff.from), escape(&diff.to));
    let all = Options { level: Level::Info, ..*options };
    let mut sides = Vec::new();
    if options.wire {
        sides.push(("On the wire", super::wire(diff, &all)));
    }
    if options.rust {
        sides.push(("In Rust", super::rust(diff, &all)));
    }
    let _ = write!(out, "\n**Verdict**: {}.\n", verdict(diff, options));
    for (name, entries) in sides {
        side(&mut out, name, &entries, options);
    }
    out
}

fn side(out: &mut String, name: &str, entries: &[Entry], options: &Options) {
    let _ = write!(out, "\n### {name}: {}\n", count(entries));
    for level in LEVELS.into_iter().filter(|level| *level >= options.level) {
        let mut listed = entries.iter().filter(|entry| entry.level == level).peekable();
        if listed.peek().is_some() {
            let _ = write!(out, "\n#### {}\n\n", title(level));
        }
        for entry in listed {
            let _ = writeln!(out, "- {}", item(entry));
        }
    }
    let below = entries.iter().filter(|entry| entry.level < options.level).count();
    if below > 0 {
        let _ = write!(out, "\n{below} below the level {}, not listed.\n", options.level.as_str());
    }
}

fn title(level: Level) -> &'static str {
    match level {
        Level::Breaking => "Breaking",
        Level::Warning => "Warning",
        Level::Info => "Info",
    }
}

fn item(entry: &Entry) -> String {
    let mut line = sentence(&entry.fact);
    if let Some(why) = entry.why.as_ref().filter(|_| entry.level > Level::Info) {
        let _ = write!(line, ": {}", sentence(why));
    }
    for note in &entry.notes {
        let _ = write!(line, " ({})", sentence(note));
    }
    if let Some((before, after)) = &entry.facts {
        let _ = write!(line, ": {} → {}", sentence(before), sentence(after));
    }
    if let Some(advice) = &entry.advice {
        let _ = write!(line, "; **help**: {}", sentence(advice));
    }
    let named = if entry.operations.len() <= NAMED + 1 { entry.operations.len() } else { NAMED };
    let names: Vec<String> = entry.operations[..named].iter().map(|met| code(&met.operation)).collect();
    let more = entry.operations.len() - named;
    match (names.is_empty(), more) {
        (true, _) => {}
        (false, 0) => {
            let _ = write!(line, " — {}", names.join(", "));
        }
        (false, more) => {
            let _ = write!(line, " — {} and {more} more", names.join(", "));
        }
    }
    line
}

fn sentence(sentence: &Sentence) -> String {
    sentence
        .0
        .iter()
        .map(|piece| match piece {
            Piece::Words(words) => escape(words),
            Piece::Code(text) => code(text),
        })
        .collect()
}

/// A code span whatever the text holds: its fence is longer than any run of backticks in it.
fn code(text: &str) -> String {
    let text = one_line(text);
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    // One space on each side is taken away by the reader; a backtick or space at an end would be lost without it.
    let pad = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) { " " } else { "" };
    if text.is_empty() { String::new() } else { format!("{fence}{pad}{text}{pad}{fence}") }
}

/// Every character that Markdown could take for markup, escaped.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in one_line(text).chars() {
        if matches!(
            c,
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '&' | '@' | '!'
        ) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}
