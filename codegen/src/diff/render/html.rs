//! One page of HTML that needs nothing else: no network, no script; light or dark as its reader has it.

use std::fmt::Write as _;

use super::sentence::{Piece, Sentence, one_line};
use super::{Entry, LEVELS, Options, count, verdict};
use crate::diff::{Diff, Level};
use crate::source::Place;

/// Writes a page of one comparison, or of the steps of a range.
pub fn html(diffs: &[Diff], options: &Options) -> String {
    let title = match diffs {
        [first, .., last] => format!("Changes {} → {}", first.from, last.to),
        [one] => format!("Changes {} → {}", one.from, one.to),
        [] => "Changes".to_owned(),
    };
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n",
        escape(&title)
    );
    if diffs.len() > 1 {
        contents(&mut out, &title, diffs, options);
    }
    for (nth, diff) in diffs.iter().enumerate() {
        section(&mut out, diff, nth, if diffs.len() > 1 { 2 } else { 1 }, options);
    }
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

/// What a page says of one comparison, for a page of somebody else: sections with headings from the second level on.
pub fn html_fragment(diff: &Diff, options: &Options) -> String {
    let mut out = String::new();
    section(&mut out, diff, 0, 2, options);
    out
}

/// The steps of a range, each with its verdict.
fn contents(out: &mut String, title: &str, diffs: &[Diff], options: &Options) {
    let _ = write!(out, "<h1>{}</h1>\n<nav aria-label=\"Steps\"><ol>\n", escape(title));
    for (nth, diff) in diffs.iter().enumerate() {
        let _ = writeln!(
            out,
            "<li><a href=\"#step-{nth}\">{} → {}</a>: {}</li>",
            escape(&diff.from),
            escape(&diff.to),
            escape(&verdict(diff, options))
        );
    }
    out.push_str("</ol></nav>\n");
}

fn section(out: &mut String, diff: &Diff, nth: usize, depth: usize, options: &Options) {
    let all = Options { level: Level::Info, ..*options };
    let mut sides = Vec::new();
    if options.wire {
        sides.push(("wire", "On the wire", super::wire(diff, &all)));
    }
    if options.rust {
        sides.push(("rust", "In Rust", super::rust(diff, &all)));
    }
    let _ = write!(
        out,
        "<section id=\"step-{nth}\">\n<h{depth}>{} → {}</h{depth}>\n<p><strong>Verdict:</strong> {}.</p>\n",
        escape(&diff.from),
        escape(&diff.to),
        escape(&verdict(diff, options))
    );
    for (id, name, entries) in sides {
        side(out, &format!("{id}-{nth}"), name, &entries, depth + 1, options);
    }
    if options.wire && !diff.unlisted.is_empty() {
        let unlisted: Vec<String> =
            diff.unlisted.iter().map(|(what, count)| format!("{} {count}", escape(what))).collect();
        let _ = writeln!(out, "<p class=\"quiet\">No news, not listed: {}</p>", unlisted.join(", "));
    }
    out.push_str("</section>\n");
}

fn side(out: &mut String, id: &str, name: &str, entries: &[Entry], depth: usize, options: &Options) {
    let _ = write!(
        out,
        "<section aria-labelledby=\"{id}\">\n<h{depth} id=\"{id}\">{name}: {}</h{depth}>\n",
        count(entries)
    );
    for level in LEVELS.into_iter().filter(|level| *level >= options.level) {
        let listed: Vec<&Entry> = entries.iter().filter(|entry| entry.level == level).collect();
        if listed.is_empty() {
            continue;
        }
        let _ = write!(out, "<h{0} class=\"{1}\">{1}</h{0}>\n<ul>\n", depth + 1, level.as_str());
        for (nth, entry) in listed.into_iter().enumerate() {
            item(out, &format!("{id}-{}-{nth}", level.as_str()), entry);
        }
        out.push_str("</ul>\n");
    }
    let below = entries.iter().filter(|entry| entry.level < options.level).count();
    if below > 0 {
        let _ = writeln!(
            out,
            "<p class=\"quiet\">{below} below the level {}, not listed</p>",
            options.level.as_str()
        );
    }
    out.push_str("</section>\n");
}

fn item(out: &mut String, id: &str, entry: &Entry) {
    let _ = write!(out, "<li id=\"{id}\">{}", sentence(&entry.fact));
    if let Some(why) = entry.why.as_ref().filter(|_| entry.level > Level::Info) {
        let _ = write!(out, ": {}", sentence(why));
    }
    for note in &entry.notes {
        let _ = write!(out, " ({})", sentence(note));
    }
    if let Some((before, after)) = &entry.facts {
        let _ = write!(
            out,
            "<dl><dt>before</dt><dd>{}</dd><dt>after</dt><dd>{}</dd></dl>",
            sentence(before),
            sentence(after)
        );
    }
    if let Some(advice) = &entry.advice {
        let _ = write!(out, "<p class=\"advice\"><strong>Help:</strong> {}</p>", sentence(advice));
    }
    let kinds = entry.kinds.join(", ");
    let count = match entry.operations.len() {
        0 => String::new(),
        1 => ", 1 operation".to_owned(),
        several => format!(", {several} operations"),
    };
    let _ = write!(out, "\n<details><summary>{}{count}</summary>\n<ul>\n", escape(&kinds));
    for met in &entry.operations {
        let call = format!("{} {}", met.method, met.path);
        let _ = writeln!(out, "<li>{} <code>{}</code></li>", escape(&met.operation), escape(&call));
    }
    for (from, to) in &entry.places {
        let show = |place: &Option<Place>| place.as_ref().map(|place| escape(&place.to_string()));
        let places: Vec<String> = [show(from), show(to)].into_iter().flatten().collect();
        if !places.is_empty() {
            let _ = writeln!(out, "<li class=\"quiet\">{}</li>", places.join(" → "));
        }
    }
    out.push_str("</ul></details></li>\n");
}

fn sentence(sentence: &Sentence) -> String {
    sentence
        .0
        .iter()
        .map(|piece| match piece {
            Piece::Words(words) => escape(words),
            Piece::Code(code) => format!("<code>{}</code>", escape(code)),
        })
        .collect()
}

/// Text as HTML, in elements and in quoted attributes.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in one_line(text).chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Colours have a contrast of at least 4.5 on their ground, in both schemes.
const STYLE: &str = "\
:root { color-scheme: light dark; --ink: #1c2128; --quiet: #57606a; --ground: #fff; --code: #eef1f4;
  --breaking: #b3261e; --warning: #8a5300; --info: #1a6b35; --link: #0a58ca; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e9ee; --quiet: #a3adb8; --ground: #14181d; --code: #262c34;
    --breaking: #ff8a80; --warning: #f2b24c; --info: #7ad39a; --link: #8ab8ff; }
}
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
h1, h2, h3, h4 { line-height: 1.25; }
a { color: var(--link); }
code { background: var(--code); border-radius: .25rem; padding: 0 .25rem; }
main ul { padding-left: 1.25rem; }
main li { margin: .4rem 0; }
.breaking { color: var(--breaking); } .warning { color: var(--warning); } .info { color: var(--info); }
.quiet, summary { color: var(--quiet); font-size: .9rem; }
.advice, dl { margin: .2rem 0; }
dl { display: grid; grid-template-columns: auto 1fr; gap: 0 .6rem; }
dt { color: var(--quiet); }
dd { margin: 0; }
summary { cursor: pointer; }
";
