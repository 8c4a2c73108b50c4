//! Changes as facts that can be turned round and put together: at a place, something was one thing and is another.

use std::collections::{BTreeMap, BTreeSet};

use docker_engine_codegen::diff::{Change, Direction, Kind, Location};
use serde_json::Value;

/// Where a fact holds: the operation by the older document's name, and the way in it, from the outside to the inside.
/// Whoever is under another's place is gone with it.
pub(crate) type Place = Vec<String>;

/// Facts by place and aspect: what was, what is.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Facts(pub(crate) BTreeMap<(Place, &'static str, String), (Value, Value)>);

/// Aspects that hide what lies under their place, when they change.
const HIDING: &[&str] = &["presence", "form"];

impl Facts {
    /// The facts of a comparison, under the older document's names.
    pub(crate) fn of(changes: &[Change]) -> Self {
        let moved: BTreeMap<(&str, &str), (String, String)> = changes
            .iter()
            .filter(|change| change.kind == Kind::PathChanged)
            .filter_map(|change| {
                let before = change.before.as_ref()?.as_str()?.split_once(' ')?;
                Some(((&*change.method, &*change.path), (before.0.to_owned(), before.1.to_owned())))
            })
            .collect();
        let renamed: Vec<&Change> = changes.iter().filter(|change| change.kind == Kind::Renamed).collect();
        let mut facts = Facts::default();
        for change in changes {
            let old = moved.get(&(&*change.method, &*change.path));
            let operation = match old {
                Some((method, path)) => format!("{method} {path}"),
                None => format!("{} {}", change.method, change.path),
            };
            facts.add(operation, change, &renamed);
        }
        facts
    }

    fn add(&mut self, operation: String, change: &Change, renamed: &[&Change]) {
        let same = |other: &Change| {
            (&other.method, &other.path, &other.location) == (&change.method, &change.path, &change.location)
        };
        let body = |change: &Change| {
            matches!(change.location, Some(Location::Request | Location::Response(_)))
                && !matches!(change.kind, Kind::ResponseHeaderAdded | Kind::ResponseHeaderRemoved)
        };
        // The way in the newer document → the way in the older one.
        let mut pointer = change.pointer.clone();
        for other in
            renamed.iter().filter(|other| same(other) && body(change) && !std::ptr::eq(**other, change))
        {
            let inside = pointer.strip_prefix(&other.pointer);
            if let Some(rest) = inside.filter(|rest| rest.is_empty() || rest.starts_with(['.', '[', '{'])) {
                pointer = format!("{}{rest}", older(other));
            }
        }
        let mut place = vec![operation];
        place.extend(change.location.as_ref().map(ToString::to_string));
        let aspect = aspect(change.kind);
        let value = |value: &Option<Value>| value.clone().unwrap_or(Value::Null);
        let (mut before, mut after) = (value(&change.before), value(&change.after));
        let mut detail = String::new();
        match change.kind {
            Kind::StatusCodeAdded | Kind::StatusCodeRemoved => {}
            Kind::EnumValueAdded | Kind::EnumValueRemoved => {
                place.extend(steps(&pointer));
                detail.clone_from(&change.subject);
            }
            Kind::MediaTypeAdded | Kind::MediaTypeRemoved => detail.clone_from(&change.subject),
            Kind::FilterKeyAdded | Kind::FilterKeyRemoved => {
                place.extend([change.pointer.clone(), change.subject.clone()]);
            }
            Kind::ConstraintChanged => {
                place.extend(within(change, &pointer));
                let key = |value: &Value| value.as_object().and_then(|map| map.keys().next().cloned());
                detail = key(&before).or(key(&after)).unwrap_or_default();
            }
            Kind::Renamed => {
                let name = |value: &Value| value.as_str().unwrap_or_default().to_owned();
                let (old, new) = (name(&before), name(&after));
                for (name, before, after) in [(old, true, false), (new, false, true)] {
                    let mut place = place.clone();
                    if let Some((location, name)) = name.split_once(' ') {
                        place[1] = location.to_owned();
                        place.push(name.to_owned());
                    } else if pointer.is_empty() {
                        place.push(name);
                    } else {
                        let mut way = steps(&pointer);
                        way.pop();
                        place.extend(way.into_iter().chain([name]));
                    }
                    self.0.insert((place, "presence", String::new()), (before.into(), after.into()));
                }
                return;
            }
            _ => place.extend(within(change, &pointer)),
        }
        if aspect == "presence" || aspect == "value" || aspect == "media" {
            (before, after) = (change.before.is_some().into(), change.after.is_some().into());
        }
        if aspect == "deprecated" {
            (before, after) = (change.before.is_some().into(), change.after.is_some().into());
            if !change.pointer.is_empty() && !change.pointer.ends_with(&change.subject) {
                detail.clone_from(&change.subject);
            }
        }
        let aspect =
            if change.kind == Kind::TypeChanged && change.rule.when == "format" { "format" } else { aspect };
        self.0.insert((place, aspect, detail), (before, after));
    }

    /// The facts of the comparison with its sides exchanged.
    pub(crate) fn reversed(self) -> Self {
        Facts(self.0.into_iter().map(|(key, (before, after))| (key, (after, before))).collect())
    }

    /// What two steps come to, and the places of which the steps cannot tell: what went and came again, and what was
    /// of another form in between.
    pub(crate) fn then(self, next: Facts) -> (Facts, BTreeSet<Place>) {
        let hidden = |facts: &Facts| -> BTreeMap<Place, (Value, Value)> {
            let hiding = facts.0.iter().filter(|((_, aspect, _), _)| HIDING.contains(aspect));
            hiding.map(|((place, ..), value)| (place.clone(), value.clone())).collect()
        };
        let (first, second) = (hidden(&self), hidden(&next));
        let unknown: BTreeSet<Place> =
            first.keys().filter(|place| second.contains_key(*place)).cloned().collect();
        let mut sum = self.0;
        for (key, (before, after)) in next.0 {
            let before = sum.get(&key).map_or(before, |(first, _)| first.clone());
            if before == after {
                sum.remove(&key);
            } else {
                sum.insert(key, (before, after));
            }
        }
        let above = |place: &Place, aspect: &str, hiding: &BTreeMap<Place, (Value, Value)>| {
            let own = usize::from(HIDING.contains(&aspect));
            (1..=place.len() - own).any(|length| hiding.contains_key(&place[..length]))
        };
        sum.retain(|(place, aspect, _), _| !above(place, aspect, &first) && !above(place, aspect, &second));
        (Facts(sum), unknown)
    }

    /// Without what lies in places of which nothing is known.
    pub(crate) fn without(mut self, unknown: &BTreeSet<Place>) -> Self {
        self.0.retain(|(place, ..), _| !(1..=place.len()).any(|length| unknown.contains(&place[..length])));
        self
    }
}

/// What a change is about.
fn aspect(kind: Kind) -> &'static str {
    match kind {
        Kind::TypeChanged => "form",
        Kind::NullabilityChanged => "nullable",
        Kind::RequiredChanged => "required",
        Kind::EnumIntroduced | Kind::EnumDropped => "enum",
        Kind::EnumValueAdded | Kind::EnumValueRemoved => "value",
        Kind::DefaultChanged => "default",
        Kind::ConstraintChanged => "constraint",
        Kind::MediaTypeAdded | Kind::MediaTypeRemoved => "media",
        Kind::Deprecated => "deprecated",
        Kind::OperationIdChanged => "id",
        Kind::PathChanged => "path",
        _ => "presence",
    }
}

/// The way to what a change is of: outside bodies the subject is the last step.
fn within(change: &Change, pointer: &str) -> Vec<String> {
    let mut way = steps(pointer);
    let outside = change.rule.direction != Direction::Operation
        && (pointer.is_empty()
            || matches!(change.location, Some(Location::Query)) && !pointer.ends_with("[]"));
    if outside && change.subject != "body" {
        way.push(change.subject.clone());
    }
    if change.subject == "body" && pointer.is_empty() {
        way.push("body".to_owned());
    }
    way
}

/// The older name of what was renamed, with the way to it.
fn older(change: &Change) -> String {
    let old = change.before.as_ref().and_then(Value::as_str).unwrap_or_default();
    match change.pointer.rsplit_once('.') {
        Some((above, _)) => format!("{above}.{old}"),
        None => old.to_owned(),
    }
}

/// `HostConfig.Mounts[].Type` as steps.
fn steps(pointer: &str) -> Vec<String> {
    let marked = pointer.replace("[]", ".[]").replace("{}", ".{}");
    marked.split('.').filter(|step| !step.is_empty()).map(str::to_owned).collect()
}
