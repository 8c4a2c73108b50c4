//! What changed between any two versions: a page for each pair of neighbours, and one page for all other pairs, which
//! reads what they tell from a file for each older version. Whole pages for all pairs would be the same sentences over
//! and over.

use std::collections::HashMap;
use std::fmt::Write as _;

use super::page::{Head, MARK, Page, Part, escape};
use super::{Atlas, Files};

/// The page of any pair.
const COMPARE: &str = "changes/compare.html";

impl Atlas<'_> {
    /// All files about changes, of what each version and all later ones tell: the first of a version's is about the next.
    pub(super) fn changes(&self, told: &[Vec<Vec<String>>]) -> Files {
        let mut files = Files::new();
        files.insert("changes.html".to_owned(), self.overview_of_changes());
        files.insert(COMPARE.to_owned(), self.compare());
        for (from, later) in told.iter().enumerate() {
            if let Some(next) = later.first() {
                files.extend([self.step(from + 1, next), self.later(from, later)]);
            }
        }
        files
    }

    /// The way to the changes: the picker, and a list of the steps.
    fn overview_of_changes(&self) -> String {
        let title = "Changes between API versions";
        let about = "What changed between any two versions of the Docker Engine API.";
        let mut page = Page::new(Head { title, about, up: "", part: Part::Changes, scripts: &[] });
        page.title("", title);
        page.paragraph(
            "lead",
            "What a program meets that moves from one version to another: one that speaks to the Engine, and one that \
             depends on the client crates.",
        );
        let newest = self.versions.len().saturating_sub(1);
        page.raw(&self.picker("changes/", newest.saturating_sub(1), newest));
        page.heading("steps", "From each version to the next");
        page.raw(&self.steps("changes/"));
        page.finish(&self.scope())
    }

    /// The page of any pair; its script reads which from the address.
    fn compare(&self) -> String {
        let title = "Changes between two API versions";
        let about = "What changed between two versions of the Docker Engine API.";
        let mut page =
            Page::new(Head { title, about, up: "../", part: Part::Changes, scripts: &["compare.js"] });
        page.title("", title);
        let newest = self.versions.len().saturating_sub(1);
        page.raw(&self.picker("", 0, newest));
        page.raw("<p id=\"told\" role=\"status\"></p>\n<div id=\"news\"></div>");
        page.raw(&format!(
            "<noscript><p>Putting two versions together needs JavaScript. Each step from a version to the next has a page \
             that does not:</p>\n{}</noscript>",
            self.steps("")
        ));
        page.finish(&self.scope())
    }

    /// The page of a step, and its path. `news` are its pieces.
    fn step(&self, to: usize, news: &[String]) -> (String, String) {
        let from = to - 1;
        let (old, new) = (&self.versions[from], &self.versions[to]);
        let title = format!("From API v{old} to v{new}");
        let about = format!("What changed from v{old} to v{new} of the Docker Engine API.");
        let mut page =
            Page::new(Head { title: &title, about: &about, up: "../", part: Part::Changes, scripts: &[] });
        page.title("", &title);
        page.raw(&self.picker("", from, to));
        page.raw(&format!("<div id=\"news\">\n{}</div>", news.concat()));
        let mut nav = String::from("<nav class=\"steps\" aria-label=\"Steps\">\n");
        for (end, rel, arrow) in [(from, "prev", "←"), (to + 1, "next", "→")] {
            if let (Some(before), true) = (end.checked_sub(1), end < self.versions.len()) {
                let (old, new) = (escape(&self.versions[before]), escape(&self.versions[end]));
                let name = format!("{old} to {new}");
                let arrow = format!("<span aria-hidden=\"true\">{arrow}</span>");
                let text = if rel == "prev" { format!("{arrow} {name}") } else { format!("{name} {arrow}") };
                let _ = writeln!(nav, "<a rel=\"{rel}\" href=\"{old}-{new}.html\">{text}</a>");
            }
        }
        nav.push_str("</nav>");
        page.raw(&nav);
        (format!("changes/{old}-{new}.html"), page.finish(&self.scope()))
    }

    /// What one version and all later ones tell, for the script: each piece once, and for each later version the
    /// positions of its pieces.
    fn later(&self, from: usize, later: &[Vec<String>]) -> (String, String) {
        let mut pieces: Vec<&str> = Vec::new();
        let mut known: HashMap<&str, usize> = HashMap::new();
        let mut pairs = serde_json::Map::new();
        for (news, version) in later.iter().zip(&self.versions[from + 1..]) {
            let positions: Vec<usize> = news
                .iter()
                .map(|piece| {
                    *known.entry(piece).or_insert_with(|| {
                        pieces.push(piece);
                        pieces.len() - 1
                    })
                })
                .collect();
            pairs.insert(version.clone(), positions.into());
        }
        let version = &self.versions[from];
        let data = serde_json::json!({ "from": version, "pieces": pieces, "pairs": pairs });
        (format!("changes/from-{version}.js"), format!("// {MARK}\nwindow.atlasChanges = {data};\n"))
    }

    /// Links to all steps, the newest first.
    fn steps(&self, folder: &str) -> String {
        let mut out = String::from("<ol class=\"tiles\" reversed>\n");
        for pair in self.versions.windows(2).rev() {
            let (from, to) = (escape(&pair[0]), escape(&pair[1]));
            let _ = writeln!(
                out,
                "<li><a href=\"{folder}{from}-{to}.html\">{from} <span aria-hidden=\"true\">→</span><span class=\"hidden\">to</span> {to}</a></li>"
            );
        }
        out.push_str("</ol>");
        out
    }

    /// Two lists of versions, for the script; without it a link to the steps. `folder` leads to the pages of changes.
    fn picker(&self, folder: &str, from: usize, to: usize) -> String {
        let list = |name: &str, chosen: usize| {
            let mut out = format!("<label>{name} <select name=\"{}\">", name.to_lowercase());
            for (nth, version) in self.versions.iter().enumerate() {
                let selected = if nth == chosen { " selected" } else { "" };
                let _ = write!(out, "<option{selected}>{}</option>", escape(version));
            }
            out.push_str("</select></label>");
            out
        };
        format!(
            "<form class=\"picker\" action=\"{folder}compare.html\" hidden>\n{}\n{}\n<button>Compare</button>\n</form>",
            list("From", from),
            list("To", to)
        )
    }
}
