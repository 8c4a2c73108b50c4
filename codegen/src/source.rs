//! The text that a document was read from, places in it, and messages about them.
//!
//! Every stage reports through [`Diagnostic`]: one sentence, the places it is about, and what to do.
//! `Display` gives one plain line; [`Diagnostic::render`] draws the source as rustc does.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

/// The largest file that is read. The published documents have half a megabyte.
pub const LARGEST_SOURCE: u64 = 32 << 20;

/// A named text: a YAML file as it was read.
#[derive(PartialEq, Eq)]
pub struct Source {
    /// What a person calls it: the path as given.
    pub name: String,
    /// The whole text.
    pub text: String,
}

impl Source {
    /// A text that is already in memory.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Arc<Source> {
        Arc::new(Source { name: name.into(), text: text.into() })
    }

    /// Reads a file. One that is missing, larger than [`LARGEST_SOURCE`] or not UTF-8 is an error.
    pub fn read(path: &Path) -> Result<Arc<Source>, Diagnostic> {
        let name = path.display().to_string();
        let failed = |error: std::io::Error| Diagnostic::unplaced(format!("cannot read {name}: {error}"));
        let file = File::open(path).map_err(failed)?;
        if file.metadata().map_err(failed)?.is_dir() {
            return Err(Diagnostic::unplaced(format!("cannot read {name}: it is a folder")));
        }
        let mut bytes = Vec::new();
        file.take(LARGEST_SOURCE + 1).read_to_end(&mut bytes).map_err(failed)?;
        Source::from_bytes(name, bytes)
    }

    /// Takes bytes as text. Too many of them, or bytes that are not UTF-8, are an error.
    pub fn from_bytes(name: impl Into<String>, bytes: Vec<u8>) -> Result<Arc<Source>, Diagnostic> {
        let name = name.into();
        if bytes.len() as u64 > LARGEST_SOURCE {
            return Err(Diagnostic::unplaced(format!(
                "{name} has more than {} MiB; the Engine's documents have less than one",
                LARGEST_SOURCE >> 20
            )));
        }
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Source::new(name, text)),
            Err(error) => {
                let valid = error.utf8_error().valid_up_to();
                let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
                let source = Source::new(name, text);
                Err(Diagnostic::error(source.place(valid, valid), "this is not UTF-8 text")
                    .help("a document is a YAML file in UTF-8"))
            }
        }
    }

    /// The place of a range of bytes. Bytes that are out of range or inside a character are moved back.
    pub fn place(self: &Arc<Self>, start: usize, end: usize) -> Place {
        let floor = |mut at: usize| {
            at = at.min(self.text.len());
            while !self.text.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        let (start, end) = (floor(start), floor(end.max(start)));
        let before = &self.text[..start];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Place {
            source: Arc::clone(self),
            line: before.matches('\n').count() as u32 + 1,
            column: before[line_start..].chars().count() as u32 + 1,
            start: start as u32,
            end: end as u32,
        }
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Source({}, {} bytes)", self.name, self.text.len())
    }
}

/// A span of characters in a [`Source`]. Prints as `file:line:column`, both counted from 1.
#[derive(Clone, PartialEq, Eq)]
pub struct Place {
    /// The text it lies in.
    pub source: Arc<Source>,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// Byte range in the text.
    pub start: u32,
    /// End of the byte range.
    pub end: u32,
}

impl Place {
    /// The characters at this place.
    pub fn text(&self) -> &str {
        self.source.text.get(self.start as usize..self.end as usize).unwrap_or_default()
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.source.name, self.line, self.column)
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The work cannot go on.
    Error,
    /// Something was wrong and was repaired.
    Warning,
}

/// A place that a [`Diagnostic`] is about, and what is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub place: Place,
    /// What is there; may be empty.
    pub text: String,
}

/// A message about a document: one sentence, the places it is about, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// The rule that speaks, if it has a name.
    pub code: Option<&'static str>,
    /// The sentence, without a full stop.
    pub message: String,
    /// The places; the first is the one that the message is about.
    pub labels: Vec<Label>,
    /// What to do.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error at a place.
    pub fn error(place: Place, message: impl Into<String>) -> Self {
        Diagnostic {
            severity: Severity::Error,
            code: None,
            message: message.into(),
            labels: vec![Label { place, text: String::new() }],
            help: None,
        }
    }

    /// A warning at a place.
    pub fn warning(place: Place, message: impl Into<String>) -> Self {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(place, message) }
    }

    /// An error that lies in no document: the message must say what it is about.
    pub fn unplaced(message: impl Into<String>) -> Self {
        Diagnostic {
            severity: Severity::Error,
            code: None,
            message: message.into(),
            labels: Vec::new(),
            help: None,
        }
    }

    /// Names the rule that speaks.
    #[must_use]
    pub fn code(mut self, code: &'static str) -> Self {
        self.code = Some(code);
        self
    }

    /// Says what is at the first place.
    #[must_use]
    pub fn here(mut self, text: impl Into<String>) -> Self {
        if let Some(first) = self.labels.first_mut() {
            first.text = text.into();
        }
        self
    }

    /// Adds another place and what is there.
    #[must_use]
    pub fn label(mut self, place: Place, text: impl Into<String>) -> Self {
        self.labels.push(Label { place, text: text.into() });
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// The place that the message is about.
    pub fn place(&self) -> Option<&Place> {
        self.labels.first().map(|label| &label.place)
    }

    /// Draws the message with the source around its places, as rustc does.
    pub fn render(&self, color: bool) -> String {
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let mut title = level.primary_title(&*self.message);
        if let Some(code) = self.code {
            title = title.id(code);
        }
        let mut group = Group::with_title(title);
        let mut drawn: Vec<&Arc<Source>> = Vec::new();
        for label in &self.labels {
            let source = &label.place.source;
            if drawn.iter().any(|done| Arc::ptr_eq(done, source)) {
                continue;
            }
            drawn.push(source);
            let annotations =
                self.labels.iter().enumerate().filter(|(_, l)| Arc::ptr_eq(&l.place.source, source)).map(
                    |(nth, l)| {
                        let kind = if nth == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
                        let annotation = kind.span(one_line(&l.place));
                        if l.text.is_empty() { annotation } else { annotation.label(&*l.text) }
                    },
                );
            group = group.element(
                Snippet::source(&*source.text).path(&*source.name).fold(true).annotations(annotations),
            );
        }
        if let Some(help) = &self.help {
            group = group.element(Level::HELP.message(&**help));
        }
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        renderer.render(&[group])
    }
}

/// The part of a place that lies on its first line: a whole mapping underlined helps nobody.
fn one_line(place: &Place) -> std::ops::Range<usize> {
    let text = place.text();
    let length = text.find(['\n', '\r']).unwrap_or(text.len());
    let start = (place.start as usize).min(place.source.text.len());
    start..start + length
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = self.place() {
            write!(f, "{place}: ")?;
        }
        f.write_str(&self.message)?;
        for label in self.labels.iter().skip(1) {
            write!(f, " ({} at {}:{})", label.text, label.place.line, label.place.column)?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostic {}

/// Several errors that were found in one go: at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Errors(pub Vec<Diagnostic>);

impl Errors {
    /// `value` if there are no errors.
    pub fn unless_empty<T>(errors: Vec<Diagnostic>, value: T) -> Result<T, Errors> {
        if errors.is_empty() { Ok(value) } else { Err(Errors(errors)) }
    }

    /// Draws all of them.
    pub fn render(&self, color: bool) -> String {
        self.0.iter().map(|error| error.render(color)).collect::<Vec<_>>().join("\n\n")
    }
}

impl From<Diagnostic> for Errors {
    fn from(error: Diagnostic) -> Self {
        Errors(vec![error])
    }
}

impl fmt::Display for Errors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, error) in self.0.iter().enumerate() {
            if nth > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Errors {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diagnostic_prints_as_one_line_and_draws_the_source() {
        let source = Source::new("spec/v1.51.yaml", "info:\n  version: no\npaths: {}\n");
        let place = source.place(17, 19);
        assert_eq!(place.to_string(), "spec/v1.51.yaml:2:12");
        assert_eq!(place.text(), "no");
        let error = Diagnostic::error(place, "`no` is not a version")
            .here("expected something like 1.51")
            .label(source.place(20, 25), "the paths")
            .help("write it as text");
        assert_eq!(error.to_string(), "spec/v1.51.yaml:2:12: `no` is not a version (the paths at 3:1)");
        let drawn = error.render(false);
        assert!(drawn.contains("--> spec/v1.51.yaml:2:12"), "{drawn}");
        assert!(drawn.contains("^^ expected something like 1.51"), "{drawn}");
        assert!(drawn.contains("help: write it as text"), "{drawn}");
        assert!(error.render(true).contains('\u{1b}'));
    }

    #[test]
    fn columns_count_characters() {
        let source = Source::new("a", "é: ü\n");
        assert_eq!(source.place(4, 6).to_string(), "a:1:4");
        // Inside a character and behind the end: moved to where a character begins.
        assert_eq!(source.place(5, 999).to_string(), "a:1:4");
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        let missing = Source::read(Path::new("no/such.yaml")).expect_err("missing").to_string();
        assert!(missing.contains("no/such.yaml"), "{missing}");
        let folder = Source::read(Path::new(".")).expect_err("a folder").to_string();
        assert!(folder.contains("folder"), "{folder}");
        let error = Source::from_bytes("b.yaml", b"a: b\nc: \xff\n".to_vec()).expect_err("not UTF-8");
        assert_eq!(error.to_string(), "b.yaml:2:4: this is not UTF-8 text");
        let large =
            Source::from_bytes("c.yaml", vec![b' '; LARGEST_SOURCE as usize + 1]).expect_err("too large");
        assert!(large.to_string().contains("32 MiB"), "{large}");
    }
}
