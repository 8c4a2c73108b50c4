//! A report as text: by level, then by operation, then by the place in its answer.

use std::fmt::{self, Write as _};

use anstyle::{AnsiColor, Style};

use super::departure::{Departure, Kind, Level, Site};
use super::report::{Options, Report};
use crate::diff::render::one_line;

/// How many places of one departure are named.
const NAMED: usize = 3;

pub(super) fn text(report: &Report, options: Options, color: bool) -> String {
    let mut out = String::new();
    page(&mut out, report, options, Pen { color }).expect("a String takes all that is written");
    out
}

/// Writes with or without colour.
#[derive(Clone, Copy)]
struct Pen {
    color: bool,
}

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

fn of_level(level: Level) -> Style {
    match level {
        Level::Contradiction => AnsiColor::Red.on_default().bold(),
        Level::Undocumented => AnsiColor::Yellow.on_default().bold(),
        Level::Unseen => AnsiColor::Green.on_default().bold(),
    }
}

impl Pen {
    fn write(self, style: Style, text: impl fmt::Display) -> String {
        if self.color { format!("{style}{text}{style:#}") } else { text.to_string() }
    }
}

fn page(out: &mut String, report: &Report, options: Options, pen: Pen) -> fmt::Result {
    let engine = &report.engine;
    let served = match (&engine.oldest, &engine.newest) {
        (Some(oldest), Some(newest)) => format!(", API {oldest} to {newest}"),
        (None, Some(newest)) => format!(", API up to {newest}"),
        _ => String::new(),
    };
    let with = if report.overlay { "with the overlay" } else { "as published" };
    let title = format!(
        "Engine {} ({}{served}) against the document of {} {with}",
        one_line(&engine.version),
        one_line(&engine.platform),
        report.version
    );
    writeln!(out, "{}", pen.write(BOLD, title))?;
    let answers: usize = report.asked.iter().flat_map(|asked| asked.answers.values()).sum();
    writeln!(
        out,
        "{} of {}; {} not tried",
        count(answers, "answer"),
        count(report.asked.len(), "operation"),
        report.left_out.len()
    )?;
    for level in Level::ALL {
        let listed: Vec<&Departure> =
            report.departures.iter().filter(|departure| departure.level == level).collect();
        if listed.is_empty() || (level == Level::Unseen && !options.unseen) {
            continue;
        }
        writeln!(
            out,
            "\n{}",
            pen.write(of_level(level), format_args!("{}: {}", level.as_str(), listed.len()))
        )?;
        let mut last = None;
        for departure in listed {
            let first = departure.sites.first().map(|site| site.operation.as_str());
            // What the Engine sends with every answer belongs to none.
            let heading = if departure.kind == Kind::Header { None } else { first };
            if last != Some(heading) {
                last = Some(heading);
                let name = heading.map_or_else(|| "Headers".to_owned(), one_line);
                writeln!(out, "  {}", pen.write(BOLD, name))?;
            }
            write_departure(out, departure, pen)?;
        }
    }
    asides(out, report, pen)?;
    let unseen = report.count(Level::Unseen);
    let hint = if unseen > 0 && !options.unseen { " (--unseen lists them)" } else { "" };
    writeln!(
        out,
        "\n{} {}, {} undocumented, {unseen} documented and never seen{hint}",
        pen.write(BOLD, "Verdict:"),
        count(report.count(Level::Contradiction), "contradiction"),
        report.count(Level::Undocumented),
    )
}

fn write_departure(out: &mut String, departure: &Departure, pen: Pen) -> fmt::Result {
    let (first, others) = match departure.sites.split_first() {
        Some((first, others)) => (Some(first), others),
        None => (None, &[][..]),
    };
    let way = first.map(|site| site.pointer.as_str()).unwrap_or_default();
    let text = one_line(&departure.text);
    // A field that is extra or lacking is named by the sentence; the way to it says the same once more.
    let way = match departure.kind {
        Kind::Field | Kind::Missing | Kind::UnseenField => parent(way),
        _ => way,
    };
    let separator = if departure.text.starts_with("is ") { " " } else { ": " };
    write!(out, "    ")?;
    if !way.is_empty() && departure.kind != Kind::UnseenHeader {
        write!(out, "{}{separator}", pen.write(BOLD, one_line(way)))?;
    }
    writeln!(out, "{text}; {}", pen.write(DIM, often(departure)))?;
    if !others.is_empty() {
        writeln!(out, "        also {}", also(departure, others))?;
    }
    match &departure.source {
        Some(source) => writeln!(out, "        {}", pen.write(DIM, one_line(source))),
        None => Ok(()),
    }
}

/// `in 3 of 5 values`.
fn often(departure: &Departure) -> String {
    let Departure { departing, of, .. } = departure;
    match departure.kind {
        Kind::Header => count(*departing, "answer"),
        Kind::Status | Kind::Body | Kind::ExtraBody | Kind::UnseenHeader => {
            format!("in {departing} of {}", count(*of, "answer"))
        }
        Kind::Field | Kind::Missing | Kind::UnseenField => {
            format!("in {departing} of {}", count(*of, "object"))
        }
        _ => format!("in {departing} of {}", count(*of, "value")),
    }
}

/// The other places: with the operation where it is another one.
fn also(departure: &Departure, others: &[Site]) -> String {
    let named = if others.len() <= NAMED + 1 { others.len() } else { NAMED };
    let show = |site: &Site| {
        let operation = one_line(&site.operation);
        let pointer = match departure.kind {
            Kind::Header | Kind::UnseenHeader | Kind::Status => "",
            Kind::Field | Kind::Missing | Kind::UnseenField => parent(&site.pointer),
            _ => &site.pointer,
        };
        if pointer.is_empty() { operation } else { format!("{operation} {}", one_line(pointer)) }
    };
    let mut names: Vec<String> = Vec::new();
    for name in others.iter().map(show) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let more = names.len().saturating_sub(named);
    names.truncate(named);
    match more {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}

/// The object that a way leads into.
fn parent(way: &str) -> &str {
    // The last name may be quoted, with dots in it.
    let end = match way.strip_suffix('"') {
        Some(inner) => inner.rfind(".\"").unwrap_or(0),
        None => way.rfind('.').unwrap_or(0),
    };
    &way[..end]
}

/// What was refused and what was not tried.
fn asides(out: &mut String, report: &Report, pen: Pen) -> fmt::Result {
    let refused: Vec<String> = report
        .refused()
        .map(|asked| {
            let statuses: Vec<String> = asked.answers.keys().map(u16::to_string).collect();
            format!("{} {}", one_line(&asked.operation), statuses.join(" and "))
        })
        .collect();
    if !refused.is_empty() {
        writeln!(out, "\n{} {}", pen.write(BOLD, "Answered with errors only:"), refused.join(", "))?;
    }
    if report.left_out.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}", pen.write(BOLD, "Not tried:"))?;
    let mut reasons: Vec<(&str, Vec<String>)> = Vec::new();
    for left in &report.left_out {
        let name = one_line(&left.operation);
        match reasons.iter_mut().find(|(reason, _)| *reason == left.reason) {
            Some((_, names)) => names.push(name),
            None => reasons.push((&left.reason, vec![name])),
        }
    }
    for (reason, names) in reasons {
        writeln!(out, "  {}: {}", one_line(reason), names.join(", "))?;
    }
    Ok(())
}

fn count(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}
