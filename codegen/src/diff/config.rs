//! What a person decides about findings: other levels, and findings that are known and accepted.
//!
//! A configuration is a TOML file:
//!
//! ```toml
//! [levels]
//! "media-type-removed" = "warning"            # all rules of a kind
//! "type-changed.response.format" = "info"     # one rule
//!
//! [[silence]]
//! kind = "response-field-removed"
//! operation = "ImageInspect"
//! pointer = "VirtualSize"
//! reason = "we never read it"
//!
//! [[silence]]
//! fingerprint = "5f0c2a9d1e77"
//! reason = "every caller was changed"
//! ```
//!
//! A silenced finding that is not found any more is an error: none outlives what it was made for.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use serde::Deserialize;
use toml::Spanned;

use super::change::{Change, Diff, Kind, Level, Note, RustChange, RustKind};
use super::levels::{RULES, Rule};
use crate::source::{Diagnostic, Errors, Source};

/// Levels and silenced findings.
#[derive(Clone, Debug, Default)]
pub struct Config {
    source: Option<Arc<Source>>,
    /// By rule.
    levels: BTreeMap<String, Level>,
    silences: Vec<(Silence, Range<usize>)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    levels: BTreeMap<Spanned<String>, Spanned<String>>,
    #[serde(default)]
    silence: Vec<Spanned<Silence>>,
}

/// A finding that is known and accepted. What is given must agree.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Silence {
    fingerprint: Option<String>,
    kind: Option<String>,
    operation: Option<String>,
    location: Option<String>,
    pointer: Option<String>,
    subject: Option<String>,
    /// Of a change in Rust.
    item: Option<String>,
    reason: String,
}

impl Config {
    /// Reads a configuration.
    ///
    /// # Errors
    ///
    /// Tells what is wrong with it, each with its place.
    pub fn read(source: &Arc<Source>) -> Result<Self, Errors> {
        let file: File = toml::from_str(&source.text).map_err(|error| {
            let span = error.span().unwrap_or(0..0);
            Diagnostic::error(source.place(span.start, span.end), error.message().trim().to_owned())
        })?;
        let mut errors = Vec::new();
        let mut wrong = |span: Range<usize>, message: String, help: String| {
            errors.push(Diagnostic::error(source.place(span.start, span.end), message).help(help));
        };
        let mut levels = BTreeMap::new();
        // Kinds first, so that a rule has the last word wherever it stands.
        let mut written: Vec<_> = file.levels.iter().collect();
        written.sort_by_key(|(name, _)| name.get_ref().contains('.'));
        for (name, text) in written {
            let rules = rules(name.get_ref());
            if rules.is_empty() {
                let message = format!("there is no kind or rule `{}`", name.get_ref());
                wrong(name.span(), message, nearest(name.get_ref()));
            }
            match Level::parse(text.get_ref()) {
                Some(level) => levels.extend(rules.into_iter().map(|rule| (rule.id(), level))),
                None => {
                    let message = format!("there is no level `{}`", text.get_ref());
                    wrong(text.span(), message, "a level is `breaking`, `warning` or `info`".to_owned());
                }
            }
        }
        for silence in &file.silence {
            let (span, silence) = (silence.span(), silence.get_ref());
            if silence.reason.trim().is_empty() {
                wrong(
                    span.clone(),
                    "a silenced finding needs a reason".to_owned(),
                    "say why it is accepted".to_owned(),
                );
            }
            if let Some(kind) = &silence.kind
                && Kind::parse(kind).is_none()
                && RustKind::parse(kind).is_none()
            {
                wrong(span.clone(), format!("there is no kind `{kind}`"), nearest(kind));
            }
            let place = silence.operation.is_some() || silence.item.is_some();
            if silence.fingerprint.is_none() && !(silence.kind.is_some() && place) {
                let message = "this silences too much".to_owned();
                let help =
                    "give a `fingerprint`, or a `kind` and an `operation` (an `item` in Rust)".to_owned();
                wrong(span, message, help);
            }
        }
        let silences =
            file.silence.into_iter().map(|silence| (silence.get_ref().clone(), silence.span())).collect();
        Errors::unless_empty(errors, Config { source: Some(Arc::clone(source)), levels, silences })
    }

    /// The level of a rule.
    pub fn level(&self, rule: &Rule) -> Level {
        self.levels.get(&rule.id()).copied().unwrap_or(rule.level)
    }

    /// Sets the levels and takes out what is silenced; the footer counts it, with its reason.
    ///
    /// # Errors
    ///
    /// Tells of each silenced finding that is not there.
    pub fn apply(&self, diff: &mut Diff) -> Result<(), Errors> {
        for change in &mut diff.changes {
            // What only the documents say concerns no program, whatever it is.
            if change.note != Some(Note::DocumentOnly)
                && let Some(level) = self.levels.get(&change.rule.id())
            {
                change.level = *level;
            }
        }
        let mut errors = Vec::new();
        let mut counts = vec![0; self.silences.len()];
        let mut silenced = |hits: &dyn Fn(&Silence) -> bool| {
            let mut any = false;
            for (nth, _) in self.silences.iter().enumerate().filter(|(_, (silence, _))| hits(silence)) {
                counts[nth] += 1;
                any = true;
            }
            any
        };
        diff.changes.retain(|change| !silenced(&|silence| silence.hits(change)));
        diff.rust.retain(|change| !silenced(&|silence| silence.hits_rust(change)));
        for ((silence, span), count) in self.silences.iter().zip(counts) {
            match (&self.source, count) {
                (Some(source), 0) => {
                    let place = source.place(span.start, span.end);
                    let message = "the finding that this silences does not exist";
                    errors.push(Diagnostic::error(place, message).help("take it out, or correct it"));
                }
                _ => diff.unlisted.push((format!("silenced: {}", silence.reason.trim()), count)),
            }
        }
        Errors::unless_empty(errors, ())
    }
}

impl Silence {
    fn hits(&self, change: &Change) -> bool {
        let location = || change.location.as_ref().map(ToString::to_string).unwrap_or_default();
        self.item.is_none()
            && agrees(&self.kind, || change.kind.as_str().to_owned())
            && agrees(&self.operation, || {
                if change.operation.is_empty() { change.path.clone() } else { change.operation.clone() }
            })
            && agrees(&self.location, location)
            && agrees(&self.pointer, || change.pointer.clone())
            && agrees(&self.subject, || change.subject.clone())
            && agrees(&self.fingerprint, || change.fingerprint())
    }

    fn hits_rust(&self, change: &RustChange) -> bool {
        self.fingerprint.is_none()
            && self.item.as_ref() == Some(&change.item)
            && agrees(&self.kind, || change.kind.as_str().to_owned())
    }
}

fn agrees(wanted: &Option<String>, found: impl FnOnce() -> String) -> bool {
    wanted.as_ref().is_none_or(|wanted| *wanted == found())
}

/// The rules that a name stands for: one, or all of a kind, or all of a kind in a direction.
fn rules(name: &str) -> Vec<&'static Rule> {
    let begins = |id: String| id == name || id.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'));
    RULES.iter().filter(|rule| begins(rule.id())).collect()
}

fn nearest(name: &str) -> String {
    let kind = name.split('.').next().unwrap_or_default();
    let kinds =
        Kind::ALL.iter().map(|kind| kind.as_str()).chain(RustKind::ALL.iter().map(|kind| kind.as_str()));
    let best = kinds
        .max_by(|one, other| super::wire::likeness(kind, one).total_cmp(&super::wire::likeness(kind, other)));
    let ids: Vec<_> = rules(kind).iter().map(|rule| format!("`{}`", rule.id())).collect();
    if ids.is_empty() {
        format!("did you mean `{}`?", best.unwrap_or_default())
    } else {
        format!("its rules are {}", ids.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::{Direction, Location};

    fn change(kind: Kind, direction: Direction, pointer: &str) -> Change {
        let rule = Rule::of(kind, direction, "");
        Change {
            kind,
            level: rule.level,
            rule,
            operation: "ImageInspect".to_owned(),
            method: "GET".to_owned(),
            path: "/images/{name}/json".to_owned(),
            location: Some(Location::Response(200)),
            pointer: pointer.to_owned(),
            subject: pointer.to_owned(),
            before: None,
            after: None,
            score: None,
            note: None,
            advice: None,
            cause: Default::default(),
            from: None,
            to: None,
        }
    }

    fn diff() -> Diff {
        let removed = |pointer| change(Kind::ResponseFieldRemoved, Direction::Response, pointer);
        Diff {
            changes: vec![
                removed("VirtualSize"),
                removed("Parent"),
                change(Kind::TypeChanged, Direction::Response, "Size"),
            ],
            ..Diff::default()
        }
    }

    fn config(text: &str) -> Result<Config, String> {
        Config::read(&Source::new("diff.toml", text)).map_err(|errors| errors.to_string())
    }

    #[test]
    fn levels_are_set_by_kind_and_by_rule() {
        let text = "[levels]\n\"type-changed.response.format\" = \"breaking\"\n\"type-changed\" = \"info\"\n";
        let config = config(text).expect("good");
        let mut diff = diff();
        config.apply(&mut diff).expect("nothing is silenced");
        let levels: Vec<_> = diff.changes.iter().map(|change| change.level).collect();
        assert_eq!(levels, [Level::Breaking, Level::Breaking, Level::Info]);
        assert_eq!(config.level(Rule::of(Kind::TypeChanged, Direction::Response, "format")), Level::Breaking);
    }

    #[test]
    fn silenced_findings_are_gone_and_counted() {
        let mut diff = diff();
        let text = format!(
            "[[silence]]\nkind = \"response-field-removed\"\noperation = \"ImageInspect\"\npointer = \
             \"VirtualSize\"\nreason = \"unread\"\n[[silence]]\nfingerprint = \"{}\"\nreason = \"known\"\n",
            diff.changes[2].fingerprint()
        );
        config(&text).expect("good").apply(&mut diff).expect("both are there");
        assert_eq!(diff.changes.len(), 1);
        assert_eq!(diff.changes[0].pointer, "Parent");
        assert_eq!(diff.unlisted, [("silenced: unread".to_owned(), 1), ("silenced: known".to_owned(), 1)]);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        for (text, expected) in [
            (
                "[levels]\n\"type-chnged\" = \"info\"\n",
                "diff.toml:2:1: there is no kind or rule `type-chnged`",
            ),
            ("[levels]\n\"type-changed\" = \"bad\"\n", "diff.toml:2:18: there is no level `bad`"),
            ("[[silence]]\nkind = \"renamed\"\nreason = \"x\"\n", "diff.toml:1:1: this silences too much"),
            (
                "[[silence]]\nfingerprint = \"x\"\nreason = \" \"\n",
                "diff.toml:1:1: a silenced finding needs a reason",
            ),
            ("[[silence]]\nfingerprint = \"x\"\n", "diff.toml:1:1: missing field `reason`"),
            ("[[silence]]\nfinger = \"x\"\n", "diff.toml:2:1: unknown field `finger`"),
            ("[levels\n", "diff.toml:1:8: "),
        ] {
            let error = config(text).expect_err(text);
            assert!(error.starts_with(expected), "{text}: {error}");
        }
        let stale = "\n[[silence]]\nkind = \"renamed\"\noperation = \"Gone\"\nreason = \"x\"\n";
        let error = config(stale).expect("good").apply(&mut diff()).expect_err("stale").to_string();
        assert_eq!(error, "diff.toml:2:1: the finding that this silences does not exist");
    }
}
