//! Puts findings into words of the result: kind, rule, location, way, subject.

use std::collections::HashSet;
use std::fmt::Write as _;

use serde_json::Value as Json;

use super::pair::{Finding, Pairs, Step, What};
use super::schema::At;
use super::view::Operation;
use crate::diff::change::{Cause, Change, Kind, Location, Note};
use crate::diff::levels::{Direction, Rule};

/// A use of a pair of schemas.
pub(super) struct Site<'d> {
    pub(super) operation: String,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) location: Location,
    /// The parameter or header whose schema it is; `None` for bodies.
    pub(super) named: Option<&'d str>,
    pub(super) note: Option<Note>,
    pub(super) pair: usize,
}

/// Collects changes.
#[derive(Default)]
pub(super) struct Teller<'d> {
    pub(super) sites: Vec<Site<'d>>,
    changes: Vec<Change>,
    told: HashSet<String>,
}

/// The facts of a change on both sides.
#[derive(Default)]
pub(super) struct Facts<'d> {
    pub(super) before: Option<Json>,
    pub(super) after: Option<Json>,
    pub(super) from: Option<At<'d>>,
    pub(super) to: Option<At<'d>>,
}

/// Which way a thing at a location travels.
pub(super) fn direction(location: &Location) -> Direction {
    match location {
        Location::Response(_) => Direction::Response,
        _ => Direction::Request,
    }
}

impl<'d> Teller<'d> {
    /// Tells a change of an operation or of something at it.
    pub(super) fn tell(
        &mut self,
        operation: &Operation<'_>,
        location: Option<Location>,
        (pointer, subject): (&str, &str),
        (kind, when): (Kind, &str),
        facts: Facts<'d>,
    ) {
        let direction = location.as_ref().map_or(Direction::Operation, direction);
        let change = Change {
            kind,
            level: Rule::of(kind, direction, when).level,
            rule: Rule::of(kind, direction, when),
            operation: operation.name(),
            method: operation.method.clone(),
            path: operation.path.to_owned(),
            location,
            pointer: pointer.to_owned(),
            subject: subject.to_owned(),
            before: facts.before,
            after: facts.after,
            score: None,
            note: None,
            advice: None,
            cause: Cause { from: cause(&facts.from), to: cause(&facts.to) },
            from: facts.from.map(|at| at.place.clone()),
            to: facts.to.map(|at| at.place.clone()),
        };
        self.push(change);
    }

    /// Tells that an operation came or went.
    pub(super) fn endpoint(&mut self, operation: &Operation<'d>, kind: Kind) {
        let at = Some(operation.at.clone());
        let said = Some(Json::from(format!("{} {}", operation.method, operation.path)));
        let facts = if kind == Kind::EndpointAdded {
            Facts { after: said, to: at, ..Facts::default() }
        } else {
            Facts { before: said, from: at, ..Facts::default() }
        };
        self.tell(operation, None, ("", &operation.name()), (kind, ""), facts);
    }

    /// Tells that a schema that no operation refers to came or went.
    pub(super) fn definition(&mut self, name: &str, at: &At<'d>, kind: Kind) {
        let added = kind == Kind::ResponseBodyAdded;
        let rule = Rule::of(kind, Direction::Response, "");
        let said = Some(Json::from(name));
        self.push(Change {
            kind,
            // Nobody is known to read it.
            level: crate::diff::Level::Info,
            rule,
            operation: String::new(),
            method: String::new(),
            path: format!("#/definitions/{name}"),
            location: None,
            pointer: String::new(),
            subject: name.to_owned(),
            before: said.clone().filter(|_| !added),
            after: said.filter(|_| added),
            score: None,
            note: Some(Note::Unreferenced),
            advice: None,
            cause: Cause {
                from: (!added).then(|| at.pointer.to_string()),
                to: added.then(|| at.pointer.to_string()),
            },
            from: (!added).then(|| at.place.clone()),
            to: added.then(|| at.place.clone()),
        });
    }

    /// Tells all that a use of a pair meets.
    pub(super) fn site(&mut self, site: &Site<'d>, pairs: &Pairs<'d>) {
        if !pairs.differs(site.pair) {
            return;
        }
        let direction = direction(&site.location);
        pairs.walk(site.pair, direction, &mut |way, finding| {
            if let Some(change) = change(site, direction, way, finding) {
                self.push(change);
            }
        });
    }

    /// Says how sure the change is that was told last.
    pub(super) fn score(&mut self, score: f64) {
        if let Some(change) = self.changes.last_mut() {
            change.score = Some(score);
        }
    }

    /// Two media types with one schema meet the same change: it is told once.
    fn push(&mut self, change: Change) {
        let key = format!("{}\0{:?}", change.fingerprint(), change.cause);
        if self.told.insert(key) {
            self.changes.push(change);
        }
    }

    pub(super) fn finish(mut self) -> Vec<Change> {
        sort(&mut self.changes);
        self.changes
    }
}

/// Operations by path, then what stands in them.
pub(in crate::diff) fn sort(changes: &mut [Change]) {
    changes.sort_by(|one, other| {
        one.operation
            .is_empty()
            .cmp(&other.operation.is_empty())
            .then_with(|| one.path.cmp(&other.path))
            .then_with(|| one.method.cmp(&other.method))
            .then_with(|| one.location.cmp(&other.location))
            .then_with(|| one.pointer.cmp(&other.pointer))
            .then_with(|| (one.kind, &one.subject).cmp(&(other.kind, &other.subject)))
    });
}

fn cause(at: &Option<At<'_>>) -> Option<String> {
    at.as_ref().map(|at| at.pointer.to_string())
}

/// The kind of a parameter or field that came or went.
pub(super) fn presence(location: &Location, added: bool) -> Kind {
    match (location, added) {
        (Location::Query, true) => Kind::QueryParamAdded,
        (Location::Query, false) => Kind::QueryParamRemoved,
        (Location::Header, true) => Kind::HeaderParamAdded,
        (Location::Header, false) => Kind::HeaderParamRemoved,
        (Location::Path, true) => Kind::PathParamAdded,
        (Location::Path, false) => Kind::PathParamRemoved,
        (Location::Request, true) => Kind::RequestFieldAdded,
        (Location::Request, false) => Kind::RequestFieldRemoved,
        (Location::Response(_), true) => Kind::ResponseFieldAdded,
        (Location::Response(_), false) => Kind::ResponseFieldRemoved,
    }
}

/// One finding at one use. A use outside bodies has no fields of its own: those of a value that a text encodes are told
/// as fields of the request or response.
fn change(site: &Site<'_>, direction: Direction, way: &[Step<'_>], finding: &Finding<'_>) -> Option<Change> {
    let field = if direction == Direction::Response { Location::Response(200) } else { Location::Request };
    let (kind, when, inner, subject, score) = match &finding.what {
        What::FieldAdded { name, required } => {
            let kind = presence(&field, true);
            let when = if *required && kind == Kind::RequestFieldAdded { "required" } else { "" };
            (kind, when, Some(*name), None, None)
        }
        What::FieldRemoved { name } => (presence(&field, false), "", Some(*name), None, None),
        What::Required { name, now } => {
            (Kind::RequiredChanged, if *now { "required" } else { "optional" }, Some(*name), None, None)
        }
        What::Renamed { new, score, .. } => (Kind::Renamed, "", Some(*new), None, Some(*score)),
        What::Type(when) => (Kind::TypeChanged, *when, None, None, None),
        What::Nullable(now) => {
            (Kind::NullabilityChanged, if *now { "nullable" } else { "not-null" }, None, None, None)
        }
        What::EnumIntroduced => (Kind::EnumIntroduced, "", None, None, None),
        What::EnumDropped => (Kind::EnumDropped, "", None, None, None),
        What::ValueAdded(value) => (Kind::EnumValueAdded, "", None, Some(value), None),
        What::ValueRemoved(value) => (Kind::EnumValueRemoved, "", None, Some(value), None),
        What::Default(when) => (
            Kind::DefaultChanged,
            if direction == Direction::Response { "" } else { *when },
            None,
            None,
            None,
        ),
        What::Constraint(when) => (Kind::ConstraintChanged, *when, None, None, None),
        What::Deprecated(now) => (Kind::Deprecated, if *now { "" } else { "no-more" }, None, None, None),
        What::ValueDeprecated(value, now) => {
            (Kind::Deprecated, if *now { "" } else { "no-more" }, None, Some(value), None)
        }
    };
    let mut pointer = site.named.unwrap_or_default().to_owned();
    let mut last = site.named;
    for step in way.iter().copied().chain(inner.map(Step::Property)) {
        match step {
            Step::Property(name) => {
                if !pointer.is_empty() {
                    pointer.push('.');
                }
                let _ = write!(pointer, "{name}");
                last = Some(name);
            }
            Step::Item => pointer.push_str("[]"),
            Step::Value => pointer.push_str("{}"),
        }
    }
    // A parameter that itself changed lies in nothing; a field of a form is one of the body.
    if subject.is_none() && site.named == Some(&*pointer) && site.location != Location::Request {
        pointer.clear();
    }
    let subject = subject.map(String::as_str).unwrap_or(last.unwrap_or("body")).to_owned();
    let rule = Rule::of(kind, direction, when);
    Some(Change {
        kind,
        level: rule.level,
        rule,
        operation: site.operation.clone(),
        method: site.method.clone(),
        path: site.path.clone(),
        location: Some(site.location.clone()),
        pointer,
        subject,
        before: finding.before.clone(),
        after: finding.after.clone(),
        score,
        note: site.note,
        advice: None,
        cause: Cause { from: cause(&finding.from), to: cause(&finding.to) },
        from: finding.from.as_ref().map(|at| at.place.clone()),
        to: finding.to.as_ref().map(|at| at.place.clone()),
    })
}
