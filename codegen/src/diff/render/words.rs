//! One sentence for each change, in our words: what changed and where, then what follows from it for a program.

use serde_json::Value;

use super::sentence::Sentence;
use crate::diff::{Change, Kind, Location, RustChange, RustKind};

/// The subject of what changed in a body as a whole.
const BODY: &str = "body";

/// What a sentence is about: the change as one operation meets it, or the shared definition behind several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    /// The thing that has the fact: "query parameter `tail`", "`HostConfig` of the request".
    it: Sentence,
    /// What holds the thing: "the request", "`HostConfig` of the request".
    owner: Sentence,
    /// What carries the body: "the request", "response 404".
    carrier: Sentence,
}

impl Spot {
    /// As the operation of a change meets it.
    pub(super) fn of(change: &Change) -> Self {
        if let Some(name) = change.path.strip_prefix("#/definitions/") {
            return Self::in_definition(&join(name, &change.pointer), &change.subject);
        }
        let pointer = change.pointer.as_str();
        let named = |what: &str| {
            let name = if pointer.is_empty() { &change.subject } else { &change.pointer };
            Sentence::words(what).then_code(name)
        };
        match &change.location {
            Some(Location::Query) => Self::flat(named("query parameter "), "the query"),
            Some(Location::Header) => Self::flat(named("request header "), "the request"),
            Some(Location::Path) => Self::flat(named("path parameter "), "the path"),
            Some(Location::Request) => {
                Self::in_body(pointer, &change.subject, Sentence::words("the request"))
            }
            // Outside of the body: a header.
            Some(Location::Response(status)) if pointer.is_empty() && change.subject != BODY => {
                let (it, carrier) =
                    (named("header ").then(" of ").then_all(response(*status)), response(*status));
                Spot { it, owner: carrier.clone(), carrier }
            }
            Some(Location::Response(status)) => Self::in_body(pointer, &change.subject, response(*status)),
            None => Self::flat(Sentence::words("the operation"), "the operation"),
        }
    }

    fn flat(it: Sentence, carrier: &str) -> Self {
        let carrier = Sentence::words(carrier);
        Spot { it, owner: carrier.clone(), carrier }
    }

    /// A thing in a body, by its way from the body's root.
    fn in_body(pointer: &str, subject: &str, carrier: Sentence) -> Self {
        let of_carrier = |way: &str| match way {
            "" => carrier.clone(),
            "[]" => Sentence::words("each item of ").then_all(carrier.clone()),
            "{}" => Sentence::words("each value of ").then_all(carrier.clone()),
            way => Sentence::code(way).then(" of ").then_all(carrier.clone()),
        };
        let it = match pointer {
            "" => Sentence::words("the body of ").then_all(carrier.clone()),
            way => of_carrier(way),
        };
        Spot { it, owner: of_carrier(parent(pointer, subject)), carrier }
    }

    /// A thing in a definition, by its name and the way from there.
    pub(super) fn in_definition(way: &str, subject: &str) -> Self {
        let owner = Sentence::code(parent(way, subject));
        Spot { it: Sentence::code(way), owner: owner.clone(), carrier: owner }
    }
}

/// Whether a way leads to a field of this name, or to the items or values in it.
fn ends_in(way: &str, subject: &str) -> bool {
    let field = way.trim_end_matches("[]").trim_end_matches("{}");
    field == subject || field.strip_suffix(subject).is_some_and(|before| before.ends_with(['.', ']', '}']))
}

/// The way without its last field; the whole where it does not end in that.
fn parent<'w>(way: &'w str, subject: &str) -> &'w str {
    match way.strip_suffix(subject) {
        Some("") => "",
        Some(parent) => parent.strip_suffix('.').unwrap_or(way),
        None => way,
    }
}

fn join(name: &str, way: &str) -> String {
    let dot = if way.is_empty() || way.starts_with(['[', '{']) { "" } else { "." };
    format!("{name}{dot}{way}")
}

/// Successful responses need no number to be understood.
fn response(status: u16) -> Sentence {
    match status {
        200..=299 => Sentence::words("the response"),
        0 => Sentence::words("the default response"),
        1..=5 => Sentence::words(format!("response {status}XX")),
        status => Sentence::words(format!("response {status}")),
    }
}

/// What changed on the wire.
pub(super) fn fact(change: &Change, spot: &Spot) -> Sentence {
    Sentence::fill(template(change), |hole| match hole {
        "it" => spot.it.clone(),
        "owner" => spot.owner.clone(),
        "carrier" => spot.carrier.clone(),
        "endpoint" => Sentence::code(format!("{} {}", change.method, change.path)),
        "subject" => Sentence::code(&change.subject),
        "before" => value(change.before.as_ref()),
        "after" => value(change.after.as_ref()),
        hole => unreachable!("{hole} is no hole of a template"),
    })
}

fn template(change: &Change) -> &'static str {
    let when = change.rule.when;
    let required = when == "required";
    let unreferenced = change.method.is_empty();
    // The subject is a value of the thing, not the thing.
    let causes = [&change.cause.from, &change.cause.to];
    let of_key = causes.into_iter().flatten().any(|cause| cause.contains("/x-filters/"));
    let of_value =
        change.location.is_some() && !change.pointer.is_empty() && !ends_in(&change.pointer, &change.subject);
    match change.kind {
        Kind::EndpointAdded => "{endpoint} is new",
        Kind::EndpointRemoved => "{endpoint} is gone",
        Kind::OperationIdChanged => "operation {before} is called {after} now",
        Kind::PathChanged => "path {before} is {after} now",
        Kind::QueryParamAdded if required => "{subject} is a new required query parameter",
        Kind::QueryParamAdded => "{subject} is a new query parameter",
        Kind::QueryParamRemoved => "query parameter {subject} is gone",
        Kind::HeaderParamAdded if required => "{subject} is a new required request header",
        Kind::HeaderParamAdded => "{subject} is a new request header",
        Kind::HeaderParamRemoved => "request header {subject} is gone",
        Kind::PathParamAdded => "the path has a new parameter {subject}",
        Kind::PathParamRemoved => "the path lost its parameter {subject}",
        Kind::RequestFieldAdded if required => "{owner} has a new required field {subject}",
        Kind::RequestFieldAdded | Kind::ResponseFieldAdded => "{owner} has a new field {subject}",
        Kind::RequestFieldRemoved | Kind::ResponseFieldRemoved => "{owner} lost {subject}",
        Kind::RequiredChanged if required => "{it} became required",
        Kind::RequiredChanged => "{it} became optional",
        Kind::NullabilityChanged if when == "nullable" => "{it} became nullable",
        Kind::NullabilityChanged => "{it} is no longer nullable",
        Kind::TypeChanged => "{it} changed from {before} to {after}",
        Kind::EnumIntroduced => "{it} lists its values now: {after}",
        Kind::EnumDropped => "{it} no longer lists its values",
        Kind::EnumValueAdded => "{it} has a new value {subject}",
        Kind::EnumValueRemoved => "{it} lost the value {subject}",
        Kind::FilterKeyAdded => "{it} has a new key {subject}",
        Kind::FilterKeyRemoved => "{it} lost the key {subject}",
        Kind::DefaultChanged if change.before.is_none() => "the default of {it} is stated: {after}",
        Kind::DefaultChanged if change.after.is_none() => {
            "the default of {it} is no longer stated: it was {before}"
        }
        Kind::DefaultChanged => "the default of {it} changed from {before} to {after}",
        Kind::ConstraintChanged => "the bounds of {it} changed from {before} to {after}",
        Kind::StatusCodeAdded => "status {subject} is new",
        Kind::StatusCodeRemoved => "status {subject} is gone",
        Kind::ResponseBodyAdded if unreferenced => "schema {subject} is new",
        Kind::ResponseBodyRemoved if unreferenced => "schema {subject} is gone",
        Kind::ResponseBodyAdded => "{carrier} has a body now",
        Kind::ResponseBodyRemoved => "{carrier} has no body any more",
        Kind::MediaTypeAdded => "{carrier} has a new media type {subject}",
        Kind::MediaTypeRemoved => "{carrier} lost the media type {subject}",
        Kind::ResponseHeaderAdded => "{carrier} has a new header {subject}",
        Kind::ResponseHeaderRemoved => "{carrier} lost the header {subject}",
        Kind::Deprecated if of_key && when == "no-more" => {
            "the key {subject} of {it} is no longer deprecated"
        }
        Kind::Deprecated if of_key => "the key {subject} of {it} is deprecated",
        Kind::Deprecated if of_value && when == "no-more" => {
            "the value {subject} of {it} is no longer deprecated"
        }
        Kind::Deprecated if of_value => "the value {subject} of {it} is deprecated",
        Kind::Deprecated if when == "no-more" => "{it} is no longer deprecated",
        Kind::Deprecated => "{it} is deprecated",
        Kind::Renamed => "{before} of {owner} is called {after} now",
    }
}

/// A value as a person reads it: texts without their quotes, lists by their items, nothing at all as a word.
fn value(value: Option<&Value>) -> Sentence {
    match value {
        None => Sentence::words("nothing"),
        Some(Value::String(text)) if text.is_empty() => Sentence::words("an empty text"),
        Some(Value::String(text)) => Sentence::code(short(text)),
        Some(Value::Array(items)) if !items.is_empty() => {
            items.iter().enumerate().fold(Sentence::default(), |sentence, (nth, item)| {
                let comma = if nth == 0 { "" } else { ", " };
                sentence.then(comma).then_all(self::value(Some(item)))
            })
        }
        Some(Value::Object(facts)) if !facts.is_empty() => {
            facts.iter().enumerate().fold(Sentence::default(), |sentence, (nth, (name, fact))| {
                let comma = if nth == 0 { "" } else { ", " };
                sentence.then(comma).then_code(format!("{name}: {}", short(&fact.to_string())))
            })
        }
        Some(other) => Sentence::code(other.to_string()),
    }
}

/// A long text by its beginning.
fn short(text: &str) -> String {
    const LONGEST: usize = 120;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// What changed in Rust. The declarations stand beside it.
pub(super) fn rust_fact(change: &RustChange) -> Sentence {
    let template = match change.kind {
        RustKind::TypeAdded => "type {item} is new",
        RustKind::TypeRemoved => "type {item} is gone",
        RustKind::TypeRenamed => "type {item} has another name",
        RustKind::TypeChanged => "type {item} changed",
        RustKind::FieldAdded => "field {item} is new",
        RustKind::FieldRemoved => "field {item} is gone",
        RustKind::FieldRenamed => "field {item} has another name",
        RustKind::FieldTypeChanged => "field {item} has another type",
        RustKind::VariantAdded => "variant {item} is new",
        RustKind::VariantRemoved => "variant {item} is gone",
        RustKind::VariantRenamed => "variant {item} has another name",
        RustKind::MethodAdded => "method {item} is new",
        RustKind::MethodRemoved => "method {item} is gone",
        RustKind::MethodRenamed => "method {item} has another name",
        RustKind::SignatureChanged => "method {item} has another signature",
        RustKind::Deprecated if change.after.is_none() => "{item} is no longer deprecated",
        RustKind::Deprecated => "{item} is deprecated",
    };
    Sentence::fill(template, |_| Sentence::code(&change.item))
}

/// The declarations on both sides, where it is not enough to know that the thing came or went.
pub(super) fn declarations(change: &RustChange) -> Option<(Sentence, Sentence)> {
    let (before, after) = (change.before.as_ref()?, change.after.as_ref()?);
    let declaration = |text: &str| Sentence::code(text.split_whitespace().collect::<Vec<_>>().join(" "));
    Some((declaration(before), declaration(after)))
}
