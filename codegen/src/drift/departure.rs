//! One way in which an Engine departs from its document.

use std::collections::BTreeSet;

use serde::Serialize;

/// How grave a departure is for a program that believes the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// The document has something that no answer showed. Another Engine, or another object, may.
    Unseen,
    /// The Engine sends something that the document does not speak of.
    Undocumented,
    /// The Engine does what the document rules out.
    Contradiction,
}

impl Level {
    /// The gravest first.
    pub const ALL: [Level; 3] = [Level::Contradiction, Level::Undocumented, Level::Unseen];

    /// `contradiction`, `undocumented`, `unseen`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Contradiction => "contradiction",
            Self::Undocumented => "undocumented",
            Self::Unseen => "unseen",
        }
    }
}

/// What kind of departure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The operation does not list the status.
    Status,
    /// No body where the document promises one, or one that is no JSON.
    Body,
    /// A value of another type.
    Type,
    /// Null where the document does not allow it.
    Null,
    /// A field that must be there is not.
    Missing,
    /// A value that is not among those listed.
    Value,
    /// A text that is not of its format, a number beyond it.
    Format,
    /// A body where the document has none.
    ExtraBody,
    /// A field that the document does not have.
    Field,
    /// A header that the document does not have.
    Header,
    /// An empty text where the document says that it is a date.
    EmptyDate,
    /// A documented field that no answer had.
    UnseenField,
    /// A documented header that no answer had.
    UnseenHeader,
}

impl Kind {
    /// How grave it is.
    pub fn level(self) -> Level {
        match self {
            Self::Status
            | Self::Body
            | Self::Type
            | Self::Null
            | Self::Missing
            | Self::Value
            | Self::Format => Level::Contradiction,
            Self::ExtraBody | Self::Field | Self::Header | Self::EmptyDate => Level::Undocumented,
            Self::UnseenField | Self::UnseenHeader => Level::Unseen,
        }
    }
}

/// Where a departure is met.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Site {
    /// `operationId`.
    pub operation: String,
    /// Status of the answer.
    pub status: u16,
    /// The way from the root of the answer: `.` property, `[]` item, `{}` value of a map. Empty for the body itself, a
    /// status, a header.
    pub pointer: String,
}

/// One fact in which an Engine departs from its document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Departure {
    /// How grave it is.
    pub level: Level,
    /// What kind it is.
    pub kind: Kind,
    /// The fact in words.
    pub text: String,
    /// Name of the field, header, or the status; the last name of the way for all others.
    pub subject: String,
    /// What the document says, in words; `None` where it says nothing.
    pub documented: Option<String>,
    /// What came: types of JSON, and words where the document lists words. Never a value.
    pub seen: BTreeSet<String>,
    /// How many values departed.
    pub departing: usize,
    /// Of how many that stood at the same place of the document.
    pub of: usize,
    /// Where in answers.
    pub sites: Vec<Site>,
    /// `file:line:column`: where the document, or the overlay, speaks of it; `None` for a header that neither has.
    pub source: Option<String>,
}
