//! The search: its page, and the index that its script reads.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::Atlas;
use super::name::own;
use super::page::{Head, MARK, Page, Part, escape};
use crate::history::Sort;

impl Atlas<'_> {
    /// The page that shows what was found. What is searched for is in its address, so that it can be shared.
    pub(super) fn search(&self) -> String {
        let about = "Search the operations, parameters, types, fields and values of the Docker Engine API.";
        let scripts = &["index.js", "search.js"];
        let mut page = Page::new(Head { title: "Search", about, up: "", part: Part::Search, scripts });
        page.title("", "Search");
        page.paragraph(
            "lead",
            "Operations, parameters, filter keys, types, fields and values of all versions, by their names on the wire or \
             in Rust, by paths such as <code>/containers/json</code>, or two versions such as <code>1.43 1.44</code>.",
        );
        page.raw("<p id=\"found\" role=\"status\"></p>\n<ol id=\"results\" class=\"results\"></ol>");
        let mut lists = String::from("<noscript><p>The search needs JavaScript. These are all names:</p>\n");
        for (sort, title) in [(Sort::Operation, "Operations"), (Sort::Type, "Types")] {
            let _ = write!(lists, "<h2>{title}</h2>\n<ul class=\"columns\">\n");
            for thing in self.of_sort(sort) {
                let _ = writeln!(
                    lists,
                    "<li><a href=\"{}\">{}</a></li>",
                    thing.path(),
                    escape(&thing.entry.name)
                );
            }
            lists.push_str("</ul>\n");
        }
        lists.push_str("</noscript>");
        page.raw(&lists);
        page.finish(&self.scope())
    }

    /// Everything that can be found: the versions, the kinds, and for each operation or type
    /// `[kind, name, file, form, Rust name, parts]`, for each part `[kind, name, anchor, form]`.
    pub(super) fn index(&self) -> String {
        let mut kinds: Vec<&str> = Vec::new();
        let mut kind = |sort: Sort| {
            let name = sort.as_str();
            kinds.iter().position(|each| *each == name).unwrap_or_else(|| {
                kinds.push(name);
                kinds.len() - 1
            })
        };
        let mut things = Vec::with_capacity(self.things.len());
        for thing in &self.things {
            let entry = thing.entry;
            let parts: Vec<Value> = entry
                .parts
                .iter()
                .zip(&thing.anchors)
                .map(|(part, anchor)| json!([kind(part.kind), own(entry, part), anchor, part.form]))
                .collect();
            let rust = entry.rust.as_deref().and_then(|path| path.rsplit("::").next());
            things.push(json!([kind(entry.kind), entry.name, thing.path(), entry.form, rust, parts]));
        }
        let index = json!({ "versions": self.versions, "kinds": kinds, "things": things });
        // A file of its own: no text in it can end a script.
        format!("// {MARK}\nwindow.atlasIndex = {index};\n")
    }
}
