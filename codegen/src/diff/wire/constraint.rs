//! Bounds, patterns and the like: what a value must be beyond its type.

use serde_json::{Value as Json, json};

use super::pair::{Finding, What};
use super::schema::{At, Schema};

/// Keys by what a larger number means.
const LOWER: &[&str] = &["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"];
const UPPER: &[&str] = &["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"];
/// Keys that only say something or another thing.
const OTHER: &[&str] = &["pattern", "multipleOf", "uniqueItems", "readOnly", "writeOnly", "allowEmptyValue"];

/// Tells each constraint that differs.
pub(super) fn compare<'d>(old: &Schema<'d>, new: &Schema<'d>, tell: &mut dyn FnMut(Finding<'d>)) {
    for key in LOWER.iter().chain(UPPER).chain(OTHER) {
        // Nearly always neither says anything: then no way to it is needed.
        if old.says(key).map(|node| &node.value) == new.says(key).map(|node| &node.value) {
            continue;
        }
        key_of(key, old.fact(key), new.fact(key), tell);
    }
    if old.closed() != new.closed() {
        let when = if new.closed() { "tightened" } else { "loosened" };
        let said = |schema: &Schema<'d>| schema.closed().then(|| json!({ "additionalProperties": false }));
        tell(Finding {
            what: What::Constraint(when),
            before: said(old),
            after: said(new),
            from: old.fact("additionalProperties").filter(|_| old.closed()),
            to: new.fact("additionalProperties").filter(|_| new.closed()),
            not: None,
        });
    }
}

/// Tells a key that differs.
pub(super) fn key_of<'d>(
    key: &str,
    from: Option<At<'d>>,
    to: Option<At<'d>>,
    tell: &mut dyn FnMut(Finding<'d>),
) {
    // False and null say nothing.
    let says = |at: Option<At<'d>>| at.filter(|at| !at.node.is_null() && at.node.as_bool() != Some(false));
    let (from, to) = (says(from), says(to));
    let (before, after) =
        (from.as_ref().map(|at| at.node.to_json()), to.as_ref().map(|at| at.node.to_json()));
    if equal(before.as_ref(), after.as_ref()) {
        return;
    }
    let numbers = before.as_ref().and_then(Json::as_f64).zip(after.as_ref().and_then(Json::as_f64));
    let tighter = match (&before, &after) {
        _ if matches!(key, "readOnly" | "writeOnly") => None,
        (None, _) => Some(key != "allowEmptyValue"),
        (_, None) => Some(key == "allowEmptyValue"),
        _ if LOWER.contains(&key) => numbers.map(|(before, after)| after > before),
        _ if UPPER.contains(&key) => numbers.map(|(before, after)| after < before),
        _ => None,
    };
    let when = match tighter {
        Some(true) => "tightened",
        Some(false) => "loosened",
        None => "other",
    };
    let said = |value: Option<Json>| value.map(|value| json!({ key: value }));
    tell(Finding {
        what: What::Constraint(when),
        before: said(before),
        after: said(after),
        from,
        to,
        not: None,
    });
}

/// Equal as JSON means it: 1 and 1.0 are the same number.
pub(super) fn equal(one: Option<&Json>, other: Option<&Json>) -> bool {
    match (one, other) {
        (Some(Json::Number(one)), Some(Json::Number(other))) => {
            one == other || one.as_f64() == other.as_f64()
        }
        _ => one == other,
    }
}
