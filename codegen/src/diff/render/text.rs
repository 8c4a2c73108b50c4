//! Text for a terminal or a pipe.

use std::fmt::{self, Write as _};

use anstyle::{AnsiColor, Style};

use super::sentence::{Piece, Sentence, one_line};
use super::{Entry, LEVELS, Options, count, verdict};
use crate::diff::{Diff, Level};
use crate::source::Place;

/// How many operations of an entry are named.
const NAMED: usize = 4;

/// Writes comparisons one after the other: one, or each step of a range.
pub fn text(diffs: &[Diff], options: &Options, color: bool) -> String {
    let mut out = String::new();
    let pen = Pen { color };
    for (nth, diff) in diffs.iter().enumerate() {
        if nth > 0 {
            out.push('\n');
        }
        page(&mut out, diff, options, pen).expect("a String takes all that is written");
    }
    out
}

/// Writes with or without colour.
#[derive(Clone, Copy)]
struct Pen {
    color: bool,
}

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const NAME: Style = AnsiColor::Cyan.on_default();

fn of_level(level: Level) -> Style {
    match level {
        Level::Breaking => AnsiColor::Red.on_default().bold(),
        Level::Warning => AnsiColor::Yellow.on_default().bold(),
        Level::Info => AnsiColor::Green.on_default().bold(),
    }
}

impl Pen {
    fn write(self, style: Style, text: impl fmt::Display) -> String {
        if self.color { format!("{style}{text}{style:#}") } else { text.to_string() }
    }

    /// Names are coloured where there is colour, and stand in backticks where there is none.
    fn sentence(self, sentence: &Sentence) -> String {
        if !self.color {
            return sentence.to_string();
        }
        sentence
            .0
            .iter()
            .map(|piece| match piece {
                Piece::Words(words) => words.clone(),
                Piece::Code(code) => self.write(NAME, one_line(code)),
            })
            .collect()
    }
}

fn page(out: &mut String, diff: &Diff, options: &Options, pen: Pen) -> fmt::Result {
    writeln!(out, "{}", pen.write(BOLD, format_args!("{} → {}", one_line(&diff.from), one_line(&diff.to))))?;
    let all = Options { level: Level::Info, ..*options };
    if options.wire {
        side(out, "on the wire", &super::wire(diff, &all), options, pen)?;
        let unlisted: Vec<String> =
            diff.unlisted.iter().map(|(what, count)| format!("{} {count}", one_line(what))).collect();
        if !unlisted.is_empty() {
            writeln!(
                out,
                "\n{}",
                pen.write(DIM, format_args!("No news, not listed: {}", unlisted.join(", ")))
            )?;
        }
    }
    if options.rust {
        side(out, "in Rust", &super::rust(diff, &all), options, pen)?;
    }
    writeln!(out, "\n{} {}", pen.write(BOLD, "Verdict:"), verdict(diff, options))
}

fn side(out: &mut String, name: &str, entries: &[Entry], options: &Options, pen: Pen) -> fmt::Result {
    writeln!(out, "\n{} {}", pen.write(BOLD, format_args!("Changes {name}:")), count(entries))?;
    for level in LEVELS.into_iter().filter(|level| *level >= options.level) {
        let mut listed = entries.iter().filter(|entry| entry.level == level).peekable();
        if listed.peek().is_some() {
            writeln!(out, "\n{}", pen.write(of_level(level), level.as_str()))?;
        }
        for entry in listed {
            write_entry(out, entry, options, pen)?;
        }
    }
    let below = entries.iter().filter(|entry| entry.level < options.level).count();
    if below > 0 {
        writeln!(
            out,
            "\n{}",
            pen.write(DIM, format_args!("{below} below the level {}, not listed", options.level.as_str()))
        )?;
    }
    Ok(())
}

fn write_entry(out: &mut String, entry: &Entry, options: &Options, pen: Pen) -> fmt::Result {
    // What harms nobody needs no reason.
    let why = entry.why.as_ref().filter(|_| entry.level > Level::Info);
    write!(out, "  {}", pen.sentence(&entry.fact))?;
    if let Some(why) = why {
        write!(out, ": {}", pen.sentence(why))?;
    }
    for note in &entry.notes {
        write!(out, " ({})", pen.sentence(note))?;
    }
    out.push('\n');
    if let Some((before, after)) = &entry.facts {
        writeln!(out, "      before: {}\n      after:  {}", pen.sentence(before), pen.sentence(after))?;
    }
    if let Some(advice) = &entry.advice {
        writeln!(out, "      {} {}", pen.write(BOLD, "help:"), pen.sentence(advice))?;
    }
    if let Some(operations) = operations(entry) {
        writeln!(out, "      at {operations}")?;
    }
    let places = places(entry, options);
    let line = format!("{}{places}", entry.kinds.join(", "));
    writeln!(out, "      {}", pen.write(DIM, line))
}

/// One operation with its method and path, several by their names, many by the first and a count.
fn operations(entry: &Entry) -> Option<String> {
    match entry.operations.as_slice() {
        [] => None,
        [met] if entry.kinds.iter().any(|kind| kind.starts_with("endpoint-")) => {
            Some(one_line(&met.operation))
        }
        [met] => Some(one_line(&format!("{} ({} {})", met.operation, met.method, met.path))),
        several => {
            // One more name is not longer than `and 1 more`.
            let named = if several.len() <= NAMED + 1 { several.len() } else { NAMED };
            let names: Vec<String> = several[..named].iter().map(|met| one_line(&met.operation)).collect();
            Some(match several.len() - named {
                0 => names.join(", "),
                more => format!("{} and {more} more", names.join(", ")),
            })
        }
    }
}

fn places(entry: &Entry, options: &Options) -> String {
    let show = |place: &Place| one_line(&place.to_string());
    let Some((from, to)) = entry.places.first() else { return String::new() };
    let mut line = match (from, to) {
        (Some(from), Some(to)) => format!(", {} → {}", show(from), show(to)),
        (Some(only), None) | (None, Some(only)) => format!(", {}", show(only)),
        (None, None) => String::new(),
    };
    if entry.places.len() > 1 && !options.expand {
        let _ = write!(line, " and {} more", entry.places.len() - 1);
    }
    line
}
