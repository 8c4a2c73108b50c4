//! What a run of the comparison has to tell, for people ([`Report::text`]) and programs ([`Report::json`]).

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value as Json;

use super::departure::{Departure, Level};

/// The JSON Schema of what [`Report::json`] writes.
pub const JSON_SCHEMA: &str = include_str!("schema.json");

/// What the Engine says that it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Engine {
    /// Its release: `28.5.2`.
    pub version: String,
    /// Operating system and architecture: `linux/amd64`.
    pub platform: String,
    /// The oldest API version that it serves, if it says so.
    pub oldest: Option<String>,
    /// The newest one.
    pub newest: Option<String>,
}

/// An operation that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Asked {
    /// `operationId`.
    pub operation: String,
    /// HTTP method.
    pub method: String,
    /// Path template.
    pub path: String,
    /// How many answers came with each status.
    pub answers: BTreeMap<u16, usize>,
}

impl Asked {
    /// Whether any answer was no error.
    fn succeeded(&self) -> bool {
        self.answers.keys().any(|status| (100..400).contains(status))
    }
}

/// An operation that was not asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// `operationId`.
    pub operation: String,
    /// HTTP method.
    pub method: String,
    /// Path template.
    pub path: String,
    /// Why.
    pub reason: String,
}

/// In what an Engine departs from its document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The Engine.
    pub engine: Engine,
    /// The API version that was spoken.
    pub version: String,
    /// Whether the document had the overlay, which says what Engines are known to do otherwise.
    pub overlay: bool,
    /// Whether objects were made and removed.
    pub exercised: bool,
    /// What was asked for, in the document's order.
    pub asked: Vec<Asked>,
    /// What was not, in the document's order.
    pub left_out: Vec<LeftOut>,
    /// In what answers depart, the gravest first.
    pub departures: Vec<Departure>,
}

/// What of a report is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// List what the document has and no answer showed; else it is counted.
    pub unseen: bool,
}

impl Report {
    /// How many departures are of a level.
    pub fn count(&self, level: Level) -> usize {
        self.departures.iter().filter(|departure| departure.level == level).count()
    }

    /// The gravest level.
    pub fn gravest(&self) -> Option<Level> {
        self.departures.iter().map(|departure| departure.level).max()
    }

    /// Text for a terminal or a pipe.
    pub fn text(&self, options: Options, color: bool) -> String {
        super::text::text(self, options, color)
    }

    /// One JSON object, which [`JSON_SCHEMA`] describes.
    pub fn json(&self, options: Options) -> String {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Page<'r> {
            engine: &'r Engine,
            version: &'r str,
            overlay: bool,
            exercised: bool,
            departures: Vec<&'r Departure>,
            asked: &'r [Asked],
            left_out: &'r [LeftOut],
            verdict: BTreeMap<&'static str, Json>,
        }
        let listed = |departure: &&Departure| options.unseen || departure.level > Level::Unseen;
        let page = Page {
            engine: &self.engine,
            version: &self.version,
            overlay: self.overlay,
            exercised: self.exercised,
            departures: self.departures.iter().filter(listed).collect(),
            asked: &self.asked,
            left_out: &self.left_out,
            verdict: Level::ALL.iter().map(|level| (level.as_str(), self.count(*level).into())).collect(),
        };
        serde_json::to_string_pretty(&page).expect("maps keyed by text can be written") + "\n"
    }

    /// Operations that answered with errors only.
    pub(super) fn refused(&self) -> impl Iterator<Item = &Asked> {
        self.asked.iter().filter(|asked| !asked.succeeded())
    }
}
