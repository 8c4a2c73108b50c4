//! The page of one operation or type: what it is, what belongs to it by versions, what happened in words, who uses it.

use std::fmt::Write as _;

use super::matrix::{Group, LEGEND, Matrix, Row};
use super::name::own;
use super::page::{Head, Page, Part, count, escape, marked};
use super::{Atlas, Thing};
use crate::history::{Entry, Event, Sort, What};

/// The parts of an operation or a type, in the order of the page.
const GROUPS: [(Sort, &str); 7] = [
    (Sort::Parameter, "Parameters"),
    (Sort::FilterKey, "Filter keys"),
    (Sort::Body, "Request body"),
    (Sort::Status, "Answers"),
    (Sort::Header, "Headers of answers"),
    (Sort::Field, "Fields"),
    (Sort::Value, "Values"),
];

/// More users than this are folded up.
const MANY_USERS: usize = 24;

impl Atlas<'_> {
    /// The page of an operation or a type.
    pub(super) fn thing(&self, thing: &Thing<'_>) -> String {
        let entry = thing.entry;
        let is_type = entry.kind == Sort::Type;
        let part = if is_type { Part::Types } else { Part::Operations };
        let about = format!("{}: {} of the Docker Engine API, by versions.", entry.name, entry.kind.as_str());
        let mut page = Page::new(Head { title: &entry.name, about: &about, up: "../", part, scripts: &[] });
        page.title("", &entry.name);
        if let Some(summary) = thing.summary {
            page.paragraph("lead", &marked(summary));
        }
        self.facts(entry, &mut page);
        page.heading("versions", "By version");
        page.raw(LEGEND);
        page.raw(&self.life(thing));
        self.chronicle(thing, &mut page);
        self.made_of(thing, &mut page);
        if is_type {
            self.users(entry, &mut page);
        }
        page.finish(&self.scope())
    }

    /// What it is, in a list of facts.
    fn facts(&self, entry: &Entry, page: &mut Page) {
        let mut out = String::from("<dl class=\"facts\">\n");
        let mut fact = |name: &str, html: &str| {
            let _ = writeln!(out, "<div><dt>{name}</dt><dd>{html}</dd></div>");
        };
        if let Some(form) = &entry.form {
            match entry.kind {
                Sort::Operation => fact("Call", &format!("<code>{}</code>", escape(form))),
                _ => fact("Kind", &self.linked(form)),
            }
        }
        if let Some(rust) = &entry.rust {
            fact("In Rust", &format!("<code>{}</code>", escape(rust)));
        }
        let runs: Vec<String> = entry.versions.iter().map(|run| escape(&run.replace("..", " to "))).collect();
        fact("In versions", &runs.join(", "));
        out.push_str("</dl>");
        page.raw(&out);
    }

    /// The thing and its parts over the versions.
    fn life(&self, thing: &Thing<'_>) -> String {
        let entry = thing.entry;
        let name = format!("<b>{}</b><small>{}</small>", escape(&entry.name), entry.kind.as_str());
        let row = Row { id: "life".to_owned(), name, page: String::new(), entry };
        let mut groups = vec![Group { title: String::new(), rows: vec![row] }];
        for (sort, title) in GROUPS {
            let parts = entry.parts.iter().zip(&thing.anchors).filter(|(part, _)| part.kind == sort);
            let rows: Vec<Row<'_>> = parts.map(|(part, anchor)| self.row(entry, part, anchor)).collect();
            groups.push(Group { title: format!("{title} <small>{}</small>", rows.len()), rows });
        }
        let caption = format!("{} by versions", entry.name);
        Matrix { caption: &caption, rows: "Part", versions: &self.versions, up: "../", whole: false }
            .draw(&groups)
    }

    fn row<'e>(&self, owner: &Entry, part: &'e Entry, anchor: &str) -> Row<'e> {
        let anchor = escape(anchor);
        let mut name = format!("<a href=\"#{anchor}\">{}</a>", escape(own(owner, part)));
        let mut about: Vec<String> = Vec::new();
        if matches!(part.kind, Sort::Parameter | Sort::Header) {
            about.extend(part.within.as_deref().map(|within| format!("{} ·", escape(within))));
        }
        about.extend(part.form.as_deref().map(|form| self.linked(form)));
        if !about.is_empty() {
            let _ = write!(name, "<small>{}</small>", about.join(" "));
        }
        Row { id: anchor, name, page: String::new(), entry: part }
    }

    /// What happened, by version, newest first: that is what people come for.
    fn chronicle(&self, thing: &Thing<'_>, page: &mut Page) {
        let entry = thing.entry;
        page.heading("history", "What happened");
        let mut out = String::new();
        for nth in thing.eventful.iter().rev() {
            let told = told(entry, &self.versions[*nth]);
            let version = escape(&self.versions[*nth]);
            let since = nth.checked_sub(1).map(|before| escape(&self.versions[before]));
            let all = since.map_or_else(String::new, |since| {
                format!(" <a href=\"../changes/{since}-{version}.html\">all changes since {since}</a>")
            });
            let _ =
                write!(out, "<section id=\"v{version}\">\n<h3>{version}{all}</h3>\n<ul class=\"events\">\n");
            for (thing, event) in told {
                self.event(entry, thing, event, &mut out);
            }
            out.push_str("</ul>\n</section>\n");
        }
        page.raw(if out.is_empty() {
            "<p>Nothing: in itself it is the same in all versions.</p>"
        } else {
            &out
        });
    }

    fn event(&self, owner: &Entry, thing: &Entry, event: &Event, out: &mut String) {
        let (class, word) = match event.event {
            What::Known | What::Came => ("new", "new"),
            What::Went => ("gone", "gone"),
            What::Deprecated => ("dep", "deprecated"),
            What::Restored => ("chg", "no longer deprecated"),
            What::Changed => ("chg", "changed"),
        };
        let name = if std::ptr::eq(thing, owner) { &thing.name } else { own(owner, thing) };
        let _ = write!(
            out,
            "<li><span class=\"tag {class}\">{word}</span> {} <code>{}</code>",
            escape(thing.kind.as_str()),
            escape(name)
        );
        match (event.event, &event.after) {
            (What::Deprecated, Some(instead)) => {
                let _ = write!(out, ", use <code>{}</code>", escape(&instead.replace('`', "")));
            }
            (What::Changed, after) => {
                let value = |value: &Option<String>| match value {
                    Some(value) => format!("<code>{}</code>", self.linked(value)),
                    None => "nothing".to_owned(),
                };
                let fact = escape(event.fact.unwrap_or_default());
                let _ = write!(out, ": {fact} from {} to {}", value(&event.before), value(after));
            }
            (What::Came, _) if !std::ptr::eq(thing, owner) => {
                if let Some(form) = &thing.form {
                    let _ = write!(out, ", {}", self.linked(form));
                }
            }
            _ => {}
        }
        out.push_str("</li>\n");
    }

    /// The types that lie in it, at any depth, and where those tell of something that happened.
    fn made_of(&self, thing: &Thing<'_>, page: &mut Page) {
        let mut reached: Vec<usize> = Vec::new();
        self.reach(thing, &mut reached);
        let mut next = 0;
        while let Some(nth) = reached.get(next) {
            self.reach(&self.things[*nth], &mut reached);
            next += 1;
        }
        let (mut changed, mut same) = (String::new(), Vec::new());
        let inner = reached.iter().map(|nth| &self.things[*nth]).filter(|inner| !std::ptr::eq(*inner, thing));
        for inner in inner {
            let path = inner.path();
            let came = |version: &String| {
                inner.entry.events.iter().any(|event| event.event == What::Came && event.version == *version)
            };
            let versions =
                inner.eventful.iter().map(|nth| &self.versions[*nth]).filter(|version| !came(version));
            let links: Vec<String> = versions
                .map(|version| format!("<a href=\"../{path}#v{0}\">{0}</a>", escape(version)))
                .collect();
            let name = format!("<a href=\"../{path}\">{}</a>", escape(&inner.entry.name));
            if links.is_empty() {
                same.push(name);
            } else {
                let _ = writeln!(changed, "<li>{name} <small>changed in {}</small></li>", links.join(", "));
            }
        }
        if !changed.is_empty() || !same.is_empty() {
            page.heading("made", "Types in it");
        }
        if !changed.is_empty() {
            page.raw(&format!("<ul class=\"made\">\n{changed}</ul>"));
        }
        if !same.is_empty() {
            page.paragraph("same", &format!("Always the same: {}.", same.join(", ")));
        }
    }

    /// Adds the types that a thing names.
    fn reach(&self, thing: &Thing<'_>, reached: &mut Vec<usize>) {
        let all = std::iter::once(thing.entry).chain(&thing.entry.parts);
        for word in all.filter_map(|each| each.form.as_deref()).flat_map(words) {
            if let Some(nth) = self.types.get(word).filter(|nth| !reached.contains(nth)) {
                reached.push(*nth);
            }
        }
    }

    /// Where a type is used.
    fn users(&self, entry: &Entry, page: &mut Page) {
        let Some(users) = self.users.get(entry.name.as_str()) else { return };
        page.heading("users", "Where it is used");
        let mut list = String::from("<ul class=\"columns\">\n");
        for user in users.iter().map(|nth| &self.things[*nth]) {
            let name = escape(&user.entry.name);
            let _ = writeln!(
                list,
                "<li><a href=\"../{}\">{name}</a> <small>{}</small></li>",
                user.path(),
                user.entry.kind.as_str()
            );
        }
        list.push_str("</ul>");
        if users.len() > MANY_USERS {
            let summary = count(users.len(), "operation and type")
                .replace("operation and types", "operations and types");
            list = format!("<details><summary>{summary}</summary>\n{list}\n</details>");
        }
        page.raw(&list);
    }

    /// A form with a link at each type in it, for pages in a folder.
    pub(super) fn linked(&self, form: &str) -> String {
        let mut out = String::with_capacity(form.len());
        let mut rest = form;
        while let Some(first) = rest.chars().next() {
            let word = is_word(first);
            let end = rest.find(|letter| is_word(letter) != word).unwrap_or(rest.len());
            let (piece, after) = rest.split_at(end);
            match self.types.get(piece) {
                Some(nth) => {
                    let _ = write!(out, "<a href=\"../{}\">{}</a>", self.things[*nth].path(), escape(piece));
                }
                None => out.push_str(&escape(piece)),
            }
            rest = after;
        }
        out
    }
}

/// The words of a form: names of types are among them.
pub(super) fn words(form: &str) -> impl Iterator<Item = &str> {
    form.split(|letter: char| !is_word(letter)).filter(|word| !word.is_empty())
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// What happened in a version to a thing and its parts. What parts did together with the whole is no news of their own.
pub(super) fn told<'e>(entry: &'e Entry, version: &str) -> Vec<(&'e Entry, &'e Event)> {
    let own = entry.events.iter().map(|event| (entry, event));
    let parts = entry.parts.iter().flat_map(|part| part.events.iter().map(move |event| (part, event)));
    own.chain(parts)
        .filter(|(_, event)| event.version == version && event.event != What::Known)
        .filter(|(thing, event)| std::ptr::eq(*thing, entry) || !with_the_whole(entry, event))
        .collect()
}

fn with_the_whole(entry: &Entry, event: &Event) -> bool {
    matches!(event.event, What::Came | What::Went)
        && entry.events.iter().any(|whole| whole.event == event.event && whole.version == event.version)
}
