//! Sentences that keep apart what is ours and what a document says, so that every format can mark names as code and
//! let nothing in them become markup.

use std::fmt;

/// A sentence: words, and names or values that stand in a document.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Sentence(pub Vec<Piece>);

/// A part of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Our words.
    Words(String),
    /// A name or value from a document.
    Code(String),
}

impl Sentence {
    /// Only words.
    pub fn words(text: impl Into<String>) -> Self {
        Sentence::default().then(text)
    }

    /// Only a name or value.
    pub fn code(text: impl Into<String>) -> Self {
        Sentence::default().then_code(text)
    }

    /// More words.
    #[must_use]
    pub fn then(mut self, text: impl Into<String>) -> Self {
        let text = text.into();
        match self.0.last_mut() {
            _ if text.is_empty() => {}
            Some(Piece::Words(words)) => words.push_str(&text),
            _ => self.0.push(Piece::Words(text)),
        }
        self
    }

    /// Then a name or value.
    #[must_use]
    pub fn then_code(mut self, text: impl Into<String>) -> Self {
        self.0.push(Piece::Code(text.into()));
        self
    }

    /// Then another sentence's pieces.
    #[must_use]
    pub fn then_all(mut self, other: Sentence) -> Self {
        for piece in other.0 {
            self = match piece {
                Piece::Words(words) => self.then(words),
                Piece::Code(code) => self.then_code(code),
            };
        }
        self
    }

    /// Reads a text whose names stand in backticks. Backticks that do not pair are words.
    pub fn from_marked(text: &str) -> Self {
        // It may hold names of a document.
        let text = one_line(text);
        let parts: Vec<&str> = text.split('`').collect();
        if parts.len().is_multiple_of(2) {
            return Sentence::words(text);
        }
        parts.iter().enumerate().fold(Sentence::default(), |sentence, (nth, part)| match nth % 2 {
            0 => sentence.then(*part),
            _ => sentence.then_code(*part),
        })
    }

    /// Fills the `{holes}` of a template.
    pub(super) fn fill(template: &str, hole: impl Fn(&str) -> Sentence) -> Self {
        let mut sentence = Sentence::default();
        let mut rest = template;
        while let Some((words, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').expect("a hole of a template of ours is closed");
            sentence = sentence.then(words).then_all(hole(name));
            rest = after;
        }
        sentence.then(rest)
    }
}

/// The plain form, with names in backticks. One line whatever a document holds.
impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for piece in &self.0 {
            match piece {
                Piece::Words(words) => f.write_str(words)?,
                Piece::Code(code) => write!(f, "`{}`", one_line(code))?,
            }
        }
        Ok(())
    }
}

/// Control characters would end the line or steer a terminal: they are written as escapes.
pub(crate) fn one_line(text: &str) -> String {
    if !text.chars().any(unprintable) {
        return text.to_owned();
    }
    text.chars()
        .map(|c| if unprintable(c) { c.escape_default().to_string() } else { c.to_string() })
        .collect()
}

/// Also what turns the direction of the text around it.
fn unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_in_backticks() {
        let sentence = Sentence::code("a").then(" is ").then("now ").then_code("b");
        assert_eq!(sentence.to_string(), "`a` is now `b`");
        assert_eq!(Sentence::from_marked("`a` is now `b`"), sentence);
        assert_eq!(Sentence::from_marked("a ` alone"), Sentence::words("a ` alone"));
        assert_eq!(
            Sentence::fill("{x} is now {y}", |hole| Sentence::code(if hole == "x" { "a" } else { "b" })),
            sentence
        );
    }

    #[test]
    fn a_name_cannot_steer_a_terminal() {
        let sentence = Sentence::code("a\u{1b}[2J\nb\u{202e}c");
        assert_eq!(sentence.to_string(), "`a\\u{1b}[2J\\nb\\u{202e}c`");
    }
}
