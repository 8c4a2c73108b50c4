//! Lives as a table: a row for each thing, a column for each version; a life is a bar over the versions that have it.

use std::fmt::Write as _;

use super::life::{Mark, State, Stretch, stretches};
use super::page::escape;
use crate::history::Entry;

/// What the signs in a table mean. They are words to those who do not see them.
pub(super) const LEGEND: &str = "<ul class=\"legend\" aria-hidden=\"true\">\n\
    <li><i class=\"bar t f l\"></i> exists</li>\n<li><i class=\"bar t new f l\"></i> came</li>\n\
    <li><i class=\"bar t chg f l\"></i> changed</li>\n<li><i class=\"bar d dep f l\"></i> deprecated</li>\n\
    <li><i class=\"bar gone\"></i> gone</li>\n</ul>";

/// A table.
pub(super) struct Matrix<'a> {
    /// What it shows.
    pub(super) caption: &'a str,
    /// What its rows are.
    pub(super) rows: &'a str,
    pub(super) versions: &'a [String],
    /// Leads from the page's folder to the site's.
    pub(super) up: &'a str,
    /// Whether changes of parts are marked at what they belong to.
    pub(super) whole: bool,
}

/// Rows that belong together.
pub(super) struct Group<'a> {
    /// HTML; no heading without any.
    pub(super) title: String,
    pub(super) rows: Vec<Row<'a>>,
}

/// A thing.
pub(super) struct Row<'a> {
    /// Its id in the page.
    pub(super) id: String,
    /// HTML.
    pub(super) name: String,
    /// The page that tells what happened, from this one; empty for this one.
    pub(super) page: String,
    pub(super) entry: &'a Entry,
}

impl Matrix<'_> {
    /// The table as HTML.
    pub(super) fn draw(&self, groups: &[Group<'_>]) -> String {
        let caption = escape(self.caption);
        // More versions than that are wider than the screens that the style has in mind.
        let fits = if self.versions.len() <= 32 { " fits" } else { "" };
        let mut out = format!(
            "<div class=\"scroll{fits}\" tabindex=\"0\" role=\"region\" aria-label=\"{caption}\">\n<table class=\"matrix\">\n\
             <caption class=\"hidden\">{caption}</caption>\n<thead><tr><th scope=\"col\">{}</th>",
            escape(self.rows)
        );
        for (nth, version) in self.versions.iter().enumerate() {
            let version = escape(version);
            let _ = match nth.checked_sub(1).map(|before| escape(&self.versions[before])) {
                Some(before) => write!(
                    out,
                    "<th scope=\"col\"><a href=\"{}changes/{before}-{version}.html\" \
                     title=\"What changed from {before} to {version}\">{version}</a></th>",
                    self.up
                ),
                None => write!(out, "<th scope=\"col\">{version}</th>"),
            };
        }
        out.push_str("</tr></thead>\n");
        for group in groups.iter().filter(|group| !group.rows.is_empty()) {
            out.push_str("<tbody>\n");
            if !group.title.is_empty() {
                let _ = writeln!(
                    out,
                    "<tr class=\"group\"><th scope=\"rowgroup\">{}</th><td colspan=\"{}\"></td></tr>",
                    group.title,
                    self.versions.len()
                );
            }
            for row in &group.rows {
                self.row(row, &mut out);
            }
            out.push_str("</tbody>\n");
        }
        out.push_str("</table>\n</div>");
        out
    }

    fn row(&self, row: &Row<'_>, out: &mut String) {
        let _ = write!(out, "<tr id=\"{}\"><th scope=\"row\">{}</th>", escape(&row.id), row.name);
        let stretches = stretches(row.entry, self.versions, self.whole);
        for (nth, stretch) in stretches.iter().enumerate() {
            let there = |other: Option<&Stretch>| other.is_some_and(|other| other.state != State::Absent);
            let first = nth == 0 || !there(stretches.get(nth - 1));
            let last = !there(stretches.get(nth + 1));
            self.cell(stretch, first, last, &row.page, out);
        }
        out.push_str("</tr>\n");
    }

    /// One stretch of a life, `first` or `last` of a bar.
    fn cell(&self, stretch: &Stretch, first: bool, last: bool, page: &str, out: &mut String) {
        let (from, to) = stretch.versions;
        let _ = match to - from {
            1 => write!(out, "<td>"),
            span => write!(out, "<td colspan=\"{span}\">"),
        };
        if stretch.state == State::Absent && stretch.mark == Mark::Nothing {
            out.push_str("</td>");
            return;
        }
        let mut class = String::from("bar");
        class.push_str(match stretch.state {
            State::Absent => "",
            State::There => " t",
            State::Deprecated => " d",
        });
        class.push_str(match stretch.mark {
            Mark::Nothing => "",
            Mark::Changed => " chg",
            Mark::Came => " new",
            Mark::Deprecated => " dep",
            Mark::Went => " gone",
        });
        class.push_str(if first { " f" } else { "" });
        class.push_str(if last { " l" } else { "" });
        let begin = escape(&self.versions[from]);
        let versions = match to - from {
            1 => begin.clone(),
            _ => format!("{begin} to {}", escape(&self.versions[to - 1])),
        };
        let words = match (stretch.words.is_empty(), stretch.state) {
            (true, State::Deprecated) => "deprecated".to_owned(),
            (true, _) => "exists".to_owned(),
            (false, _) => escape(&stretch.words.join("; ")),
        };
        let _ = match stretch.mark {
            Mark::Nothing => write!(out, "<i class=\"{class}\"><b>{versions}: {words}</b></i></td>"),
            _ => write!(
                out,
                "<a class=\"{class}\" href=\"{page}#v{begin}\" title=\"{versions}: {words}\"><b>{versions}: {words}</b></a></td>"
            ),
        };
    }
}
