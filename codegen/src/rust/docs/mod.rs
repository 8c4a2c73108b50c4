//! Doc comments: the words of the document or of `docs.yaml`, then what can be computed.

mod facts;
mod links;
mod markdown;
#[cfg(test)]
mod real;

use heck::ToUpperCamelCase;
use proc_macro2::TokenStream;
use quote::quote;

use crate::api::{Deprecation, Docs, Life};

pub(super) use facts::{by_status, life, status, statuses, type_place, value};
pub(super) use links::with_links;
pub(super) use markdown::code;

/// A phrase and its facts share a line up to this length.
const LINE: usize = 100;

/// A doc comment in the making: blocks of lines with an empty line between them.
#[derive(Default)]
pub(super) struct Comment {
    lines: Vec<String>,
}

impl Comment {
    /// The document's words; `otherwise` where there are none.
    pub(super) fn of(docs: &Docs, otherwise: impl FnOnce() -> String) -> Self {
        let mut comment = Self::default();
        for text in [&docs.summary, &docs.description].into_iter().flatten() {
            comment.block(markdown::lines(text));
        }
        if comment.lines.is_empty() {
            comment.paragraph(otherwise());
        }
        comment
    }

    /// One line of our own Markdown.
    pub(super) fn paragraph(&mut self, line: String) -> &mut Self {
        if !line.is_empty() {
            self.block(markdown::folded(&line));
        }
        self
    }

    /// Sentences in one paragraph.
    pub(super) fn sentences(&mut self, sentences: &[String]) -> &mut Self {
        self.paragraph(sentences.join(" "))
    }

    /// Facts about a field, a parameter or a value: on the line of a short phrase, else in a paragraph.
    pub(super) fn facts(&mut self, sentences: &[String]) -> &mut Self {
        let facts = sentences.join(" ");
        match &mut self.lines[..] {
            [line]
                if !facts.is_empty()
                    && line.len() + facts.len() < LINE
                    && !line.starts_with(['#', '-', '>', '|']) =>
            {
                let end = if line.ends_with(['.', '!', '?']) { " " } else { ". " };
                line.push_str(end);
                line.push_str(&facts);
            }
            _ => {
                self.paragraph(facts);
            }
        }
        self
    }

    /// A list whose items are lines of their own.
    pub(super) fn list(&mut self, items: Vec<Vec<String>>) -> &mut Self {
        let mut lines = Vec::new();
        for item in items {
            for (at, line) in item.into_iter().enumerate() {
                let indent = if at == 0 { "- " } else { "  " };
                lines.push([indent, &line].concat().trim_end().to_owned());
            }
        }
        self.block(lines);
        self
    }

    /// Another comment after this one.
    pub(super) fn append(&mut self, other: Self) {
        self.block(other.lines);
    }

    /// The comment as the lines of a list item that begins with `label`.
    pub(super) fn in_item(mut self, label: &str) -> Vec<String> {
        match self.lines.first_mut() {
            // A block of its own cannot stand behind a label on the same line.
            Some(first)
                if !first.starts_with(['#', '-', '>', '|', '`'])
                    || first.starts_with('`') && !first.starts_with("```") =>
            {
                first.insert_str(0, label);
            }
            _ => self.lines.insert(0, label.trim_end().to_owned()),
        }
        self.lines
    }

    fn block(&mut self, lines: Vec<String>) {
        if lines.is_empty() {
            return;
        }
        if !self.lines.is_empty() {
            self.lines.push(String::new());
        }
        self.lines.extend(lines);
    }

    /// One `#[doc]` a line.
    pub(super) fn attributes(&self) -> TokenStream {
        self.lines.iter().map(|line| attribute(line)).collect()
    }
}

/// Lines of code with their fences. They are the emitter's own: nothing in them can end the block early, since a line of
/// Rust never begins with a fence.
pub(super) fn code_block(lines: Vec<String>) -> Comment {
    Comment { lines }
}

/// `/// line`
pub(super) fn attribute(line: &str) -> TokenStream {
    // The space keeps `///` from being followed by `/` or `*`, which would make it another kind of comment.
    let line = if line.is_empty() { String::new() } else { [" ", line].concat() };
    quote!(#[doc = #line])
}

/// `#[deprecated]` with what the documents say, this one and those of other versions: since when, whether it is gone
/// later, and what to use instead. The version stands in the note: `since` must be a crate's version.
pub(super) fn deprecated(deprecation: Option<&Deprecation>, life: &Life) -> TokenStream {
    let Some(deprecation) = deprecation else { return TokenStream::new() };
    let when = when(deprecation, life);
    let instead = instead(deprecation, life).map(|name| {
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        ["use `", &name, "` instead"].concat()
    });
    match when.into_iter().chain(instead).reduce(|when, instead| [when, instead].join(": ")) {
        Some(note) => quote!(#[deprecated = #note]),
        None => quote!(#[deprecated]),
    }
}

/// The same as a sentence, where an attribute would make the crate's own code warn.
pub(super) fn deprecated_sentence(deprecation: Option<&Deprecation>, life: &Life) -> Option<String> {
    let deprecation = deprecation?;
    let since = since(deprecation, life).map(|since| [" ", &since].concat()).unwrap_or_default();
    let instead = instead(deprecation, life).map(|name| [": use ", &code(name)].concat()).unwrap_or_default();
    Some(["Deprecated", &since, &instead, "."].concat())
}

fn since(deprecation: &Deprecation, life: &Life) -> Option<String> {
    let since = deprecation.since.or(life.deprecated)?;
    Some(["since API v", &since.to_string()].concat())
}

fn when(deprecation: &Deprecation, life: &Life) -> Option<String> {
    let gone = life.until.map(|until| ["gone after API v", &until.to_string()].concat());
    since(deprecation, life).into_iter().chain(gone).reduce(|since, gone| [since, gone].join(", "))
}

fn instead<'a>(deprecation: &'a Deprecation, life: &'a Life) -> Option<&'a str> {
    deprecation.replaced_by.as_deref().or(life.replaced_by.as_deref())
}

/// A name on the wire as code; quoted where a blank belongs to it.
pub(super) fn wire_name(name: &str) -> String {
    if name.trim() == name { code(name) } else { code(&["\"", name, "\""].concat()) }
}

/// Whether a reader of the Rust name knows the name on the wire: `bind_options` and `BindOptions`.
pub(super) fn tells_wire_name(rust_name: &str, wire_name: &str) -> bool {
    rust_name == wire_name || rust_name.trim_end_matches('_').to_upper_camel_case() == wire_name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_of_a_wire_name_are_seen() {
        assert_eq!(wire_name("Parents"), "`Parents`");
        assert_eq!(wire_name(" Parents"), "`\" Parents\"`");
    }
}
