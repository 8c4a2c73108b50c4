//! The lives of things as text for people.

use std::fmt::Write as _;

use super::{Answer, Entry, Event, Sort, What};

/// What was found, for a terminal with or without colours. A thing with its parts begins a paragraph.
pub fn text(answer: &Answer, color: bool) -> String {
    let mut out = String::new();
    for entry in &answer.matches {
        if !out.is_empty() {
            out.push('\n');
        }
        entry_text(entry, answer, color, &mut out);
    }
    out
}

fn entry_text(entry: &Entry, answer: &Answer, color: bool, out: &mut String) {
    out.push_str(&paint(&entry.name, BOLD, color));
    let mut about = vec![entry.kind.as_str().to_owned()];
    about.extend(entry.form.clone());
    about.extend(entry.rust.as_ref().map(|path| format!("`{path}` in Rust")));
    let _ = writeln!(out, "  {}", paint(&about.join(", "), DIM, color));
    for event in &entry.events {
        let version = &event.version;
        let _ = writeln!(out, "  {version:<5} {}", said(event, color));
    }
    let told: Vec<&Entry> = entry.parts.iter().filter(|part| has_news(part)).collect();
    let width = told.iter().map(|part| label(entry, part).chars().count()).max().unwrap_or_default();
    for part in &told {
        let mut label = label(entry, part);
        label.extend(std::iter::repeat_n(' ', width - label.chars().count()));
        for (nth, event) in part.events.iter().filter(|event| event.event != What::Known).enumerate() {
            if nth == 1 {
                label = " ".repeat(width);
            }
            let _ = writeln!(out, "    {label}  {:<5} {}", event.version, said(event, color));
        }
    }
    let silent = entry.parts.len() - told.len();
    if silent > 0 {
        let what = match (told.is_empty(), silent) {
            (true, 1) => "its one part is".to_owned(),
            (true, _) => format!("its {silent} parts are"),
            (false, 1) => "1 more part is".to_owned(),
            (false, _) => format!("{silent} more parts are"),
        };
        let line = format!("    {what} the same from {} to {}", answer.oldest, answer.newest);
        let _ = writeln!(out, "{}", paint(&line, DIM, color));
    }
}

/// Whether something happened to it.
fn has_news(entry: &Entry) -> bool {
    entry.events.iter().any(|event| event.event != What::Known)
}

/// `query all`, `field Mounts`
fn label(owner: &Entry, part: &Entry) -> String {
    let name = part.name.strip_prefix(&owner.name).map_or(part.name.as_str(), |name| &name[1..]);
    let sort = match part.kind {
        // The name of a filter key begins with the parameter's.
        Sort::FilterKey => return name.to_owned(),
        Sort::Body => return name.to_owned(),
        sort => sort.as_str(),
    };
    format!("{sort} {name}")
}

fn said(event: &Event, color: bool) -> String {
    let or_nothing = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
    match event.event {
        What::Known => paint("there already: the oldest known version", DIM, color),
        What::Came => paint("came", GREEN, color),
        What::Went => paint("went", RED, color),
        What::Restored => paint("no longer deprecated", GREEN, color),
        What::Deprecated => {
            let instead = event.after.as_ref().map(|name| format!(": use {name}")).unwrap_or_default();
            paint("deprecated", YELLOW, color) + &instead
        }
        What::Changed => {
            let (before, after) = (or_nothing(&event.before), or_nothing(&event.after));
            format!("{}: {before} → {after}", event.fact.unwrap_or("changed"))
        }
    }
}

const BOLD: &str = "1";
const DIM: &str = "2";
const RED: &str = "31";
const GREEN: &str = "32";
const YELLOW: &str = "33";

fn paint(text: &str, code: &str, color: bool) -> String {
    if color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
}
