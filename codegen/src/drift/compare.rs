//! Holds answers against the document: statuses, headers, and each value of a body against its schema.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use indexmap::IndexSet;
use serde_json::Value as Json;

use super::departure::{Departure, Kind, Site};
use super::ledger::{Fact, Ledger, Met};
use super::meaning::{Meaning, Property};
use crate::swagger::Document;
use crate::swagger::document::{
    AnswerKind, Encoding, Header, Kind as Type, Operation, Response, Schema, Status,
};

/// Headers that speak of the message and not of the Engine: RFC 9110 and 9112.
const OF_HTTP: [&str; 12] = [
    "accept-ranges",
    "allow",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "server",
    "transfer-encoding",
    "upgrade",
    "vary",
    "x-content-type-options",
];

/// What an Engine answered.
#[derive(Clone, Debug)]
pub struct Answer<'a> {
    /// The status.
    pub status: u16,
    /// Names and values of the headers.
    pub headers: &'a [(String, String)],
    /// The body.
    pub content: Content,
}

/// The body of an answer.
#[derive(Clone, Debug)]
pub enum Content {
    /// It was not read: an archive, the output of a container, the answer to HEAD.
    Unread,
    /// There was none.
    Empty,
    /// One JSON value, or those of a stream.
    Json(Vec<Json>),
    /// Something else: its media type.
    Other(String),
}

/// Collects the departures of many answers from one document.
pub struct Drift<'d> {
    document: &'d Document,
    ledger: Ledger,
}

impl<'d> Drift<'d> {
    /// Nothing was answered yet.
    pub fn new(document: &'d Document) -> Self {
        Drift { document, ledger: Ledger::default() }
    }

    /// Compares one answer of an operation, which is one of the document's.
    pub fn answer(&mut self, operation: &'d Operation, answer: &Answer<'_>) {
        let site = Site { operation: operation.id.clone(), status: answer.status, pointer: String::new() };
        self.ledger.visit(&operation.at.pointer);
        let Some(response) = response(operation, answer.status) else {
            let fact = Fact {
                kind: Kind::Status,
                pointer: operation.at.pointer.clone(),
                detail: answer.status.to_string(),
            };
            let subject = answer.status.to_string();
            self.ledger.note(fact, &site, None, || met(subject, None));
            self.headers(None, answer, &site);
            return;
        };
        self.headers(Some(response), answer, &site);
        self.body(operation, response, answer, &site);
    }

    /// What all answers depart in, the gravest first.
    pub fn finish(self) -> Vec<Departure> {
        self.ledger.finish(self.document)
    }

    fn headers(&mut self, response: Option<&'d Response>, answer: &Answer<'_>, site: &Site) {
        for (name, value) in answer.headers {
            let lower = name.to_ascii_lowercase();
            let documented = response.and_then(|response| {
                response.headers.iter().find(|(other, _)| other.eq_ignore_ascii_case(&lower))
            });
            match documented {
                Some((_, header)) => {
                    self.ledger.show(&header.at.pointer);
                    self.header(name, header, value, site);
                }
                None if OF_HTTP.contains(&lower.as_str()) => {}
                // The Engine's own: told once, not for each operation, and at no place of the document.
                None => {
                    let fact = Fact { kind: Kind::Header, pointer: String::new(), detail: lower };
                    self.ledger.note(fact, site, None, || met(name.clone(), None));
                }
            }
        }
        for (name, header) in response.into_iter().flat_map(|response| &response.headers) {
            let there = answer.headers.iter().any(|(other, _)| other.eq_ignore_ascii_case(name));
            if !there {
                let fact = whole(Kind::UnseenHeader, &header.at.pointer);
                self.ledger.note(fact, site, None, || met(name.clone(), None));
            }
        }
        if let Some(response) = response {
            self.ledger.visit(&response.at.pointer);
        }
    }

    /// A header's text as the value that it stands for.
    fn header(&mut self, name: &str, header: &'d Header, text: &str, site: &Site) {
        let site = Site { pointer: format!("header {name}"), ..site.clone() };
        if let (Some(Encoding::Base64Json), Some(schema)) = (header.encoding, &header.encoded) {
            let decoded = BASE64.decode(text).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
            let value = decoded.unwrap_or_else(|| Json::String(text.to_owned()));
            return self.value(&Meaning::of(&self.document.definitions, schema, &[]), &value, &site);
        }
        let meaning = Meaning::of(&self.document.definitions, &header.schema, &[]);
        let value = match meaning.kind() {
            Some(Type::Boolean) => match text {
                "true" => Json::Bool(true),
                "false" => Json::Bool(false),
                _ => Json::String(text.to_owned()),
            },
            Some(Type::Integer | Type::Number) => text
                .parse::<serde_json::Number>()
                .map_or_else(|_| Json::String(text.to_owned()), Json::Number),
            _ => Json::String(text.to_owned()),
        };
        self.value(&meaning, &value, &site);
    }

    fn body(&mut self, operation: &'d Operation, response: &'d Response, answer: &Answer<'_>, site: &Site) {
        let success = (200..300).contains(&answer.status);
        let declared = operation.answer.as_ref().filter(|_| success);
        let opaque = declared.is_some_and(|declared| {
            matches!(
                declared.kind,
                AnswerKind::Bytes
                    | AnswerKind::Logs
                    | AnswerKind::Duplex
                    | AnswerKind::Text
                    | AnswerKind::Headers
            )
        });
        if opaque || matches!(answer.content, Content::Unread) {
            return;
        }
        let schema = declared.and_then(|declared| declared.schema.as_ref()).or(response.schema.as_ref());
        let values = match (&answer.content, schema) {
            (Content::Json(values), Some(schema)) => {
                let meaning = Meaning::of(&self.document.definitions, schema, &[]);
                for value in values {
                    self.value(&meaning, value, site);
                }
                return;
            }
            (Content::Empty | Content::Unread, None) => return,
            (Content::Empty, Some(_)) => "no body".to_owned(),
            (Content::Other(media), _) => media.clone(),
            (Content::Json(_), None) => "JSON".to_owned(),
            (Content::Unread, Some(_)) => return,
        };
        let kind = if schema.is_some() { Kind::Body } else { Kind::ExtraBody };
        // What an operation tells of an error is not for programs where the document gives it no form.
        if kind == Kind::ExtraBody && !success {
            return;
        }
        let fact = Fact { kind, pointer: response.at.pointer.clone(), detail: String::new() };
        let documented = schema.map(|schema| self.describe(schema));
        self.ledger.note(fact, site, Some(values), || met("body", documented));
    }

    fn value(&mut self, meaning: &Meaning<'d>, value: &Json, site: &Site) {
        let written = meaning.written;
        self.ledger.visit(&written.at.pointer);
        if value.is_null() {
            // Where any value is right, null is.
            if !meaning.nullable() && meaning.kind().is_some() {
                self.contradicts(Kind::Null, meaning, value, "null", site);
            }
            return;
        }
        let Some(kind) = meaning.kind() else { return };
        match (kind, value) {
            (Type::Object, Json::Object(fields)) => return self.object(meaning, fields, site),
            (Type::Array, Json::Array(items)) => {
                if let Some(item) = meaning.item() {
                    let inner = Meaning::of(&self.document.definitions, item, &[]);
                    let site = Site { pointer: format!("{}[]", site.pointer), ..site.clone() };
                    for item in items {
                        self.value(&inner, item, &site);
                    }
                }
                return;
            }
            (Type::String, Json::String(_))
            | (Type::Boolean, Json::Bool(_))
            | (Type::Number, Json::Number(_)) => {}
            (Type::Integer, Json::Number(number)) if !number.is_f64() => {}
            _ => return self.contradicts(Kind::Type, meaning, value, type_of(value), site),
        }
        if let Some(values) = meaning.values()
            && !values.contains(value)
        {
            return self.contradicts(Kind::Value, meaning, value, &word(value), site);
        }
        match (meaning.format(), value) {
            (Some("date-time" | "dateTime"), Json::String(text)) if text.is_empty() => {
                self.contradicts(Kind::EmptyDate, meaning, value, "empty text", site);
            }
            (Some("date-time" | "dateTime"), Json::String(text)) if !is_date_time(text) => {
                self.contradicts(Kind::Format, meaning, value, &format!("text like {}", shape(text)), site);
            }
            (Some(format), Json::Number(number)) if !within(format, number) => {
                self.contradicts(Kind::Format, meaning, value, "a number beyond it", site);
            }
            _ => {}
        }
    }

    /// A value is not as its schema says.
    fn contradicts(&mut self, kind: Kind, meaning: &Meaning<'d>, value: &Json, seen: &str, site: &Site) {
        let written = meaning.written;
        let detail = if kind == Kind::Value { word(value) } else { String::new() };
        let fact = Fact { kind, pointer: written.at.pointer.clone(), detail };
        let documented = self.describe(written);
        let subject = last_name(&site.pointer);
        self.ledger.note(fact, site, Some(seen.to_owned()), || met(subject, Some(documented)));
    }

    fn object(&mut self, meaning: &Meaning<'d>, fields: &serde_json::Map<String, Json>, site: &Site) {
        let body = meaning.body();
        // A definition is met through many properties: it counts its objects itself.
        for part in meaning.listing().filter(|part| !std::ptr::eq(*part, meaning.written)) {
            self.ledger.visit(&part.at.pointer);
        }
        let properties = meaning.properties();
        for property in &properties {
            let Some(inner) = Meaning::of_property(&self.document.definitions, property) else { continue };
            let pointer = &inner.written.at.pointer;
            match fields.get(property.name) {
                Some(value) => {
                    self.ledger.show(pointer);
                    self.value(&inner, value, &within_object(site, property.name));
                }
                None if meaning.requires(property.name) => {
                    let fact = whole(Kind::Missing, pointer);
                    let documented = Some(self.describe(inner.written));
                    let site = within_object(site, property.name);
                    self.ledger.note(fact, &site, None, || met(property.name, documented));
                }
                None => {
                    let documented = Some(self.describe(inner.written));
                    let (fact, site) =
                        (whole(Kind::UnseenField, pointer), within_object(site, property.name));
                    self.ledger.note(fact, &site, None, || met(property.name, documented));
                }
            }
        }
        let extra = |name: &String| !properties.iter().any(|property| property.name == name.as_str());
        if let Some(additional) = meaning.additional() {
            let inner = Meaning::of(&self.document.definitions, additional, &[]);
            let site = Site { pointer: format!("{}{{}}", site.pointer), ..site.clone() };
            for (_, value) in fields.iter().filter(|(name, _)| extra(name)) {
                self.value(&inner, value, &site);
            }
        } else if !meaning.open() {
            for (name, value) in fields.iter().filter(|(name, _)| extra(name)) {
                let fact = Fact { kind: Kind::Field, pointer: body.at.pointer.clone(), detail: name.clone() };
                let site = within_object(site, name);
                let alike = alike(name, &properties);
                let seen = type_of(value).to_owned();
                self.ledger.note(fact, &site, Some(seen), || Met { alike, ..met(name.clone(), None) });
            }
        }
    }

    /// A type in words: `array of Mount`, `map of string`, `integer (int64)`.
    fn describe(&self, schema: &'d Schema) -> String {
        if let Some(reference) = schema.reference.as_ref().filter(|_| schema.all_of.is_empty()) {
            return reference.name.clone();
        }
        let meaning = Meaning::of(&self.document.definitions, schema, &[]);
        let inner = |inner: &'d Schema| match &inner.reference {
            Some(reference) => reference.name.clone(),
            None => inner.kind.map_or("any", Type::as_str).to_owned(),
        };
        match (meaning.kind(), meaning.item(), meaning.additional()) {
            (Some(Type::Array), Some(item), _) => format!("array of {}", inner(item)),
            (Some(Type::Object), _, Some(value)) if meaning.properties().is_empty() => {
                format!("map of {}", inner(value))
            }
            (Some(kind), _, _) => match meaning.format() {
                Some(format) => format!("{} ({format})", kind.as_str()),
                None => kind.as_str().to_owned(),
            },
            (None, _, _) => "any".to_owned(),
        }
    }
}

/// The documented response of a status.
fn response(operation: &Operation, status: u16) -> Option<&Response> {
    let of = |wanted: Status| operation.responses.iter().find(|response| response.status == wanted);
    of(Status::Code(status)).or_else(|| of(Status::Default))
}

fn met(subject: impl Into<String>, documented: Option<String>) -> Met {
    Met {
        subject: subject.into(),
        documented,
        alike: None,
        seen: BTreeSet::new(),
        departing: 0,
        sites: IndexSet::new(),
    }
}

/// A fact of all that stands at a place of the document.
fn whole(kind: Kind, pointer: &str) -> Fact {
    Fact { kind, pointer: pointer.to_owned(), detail: String::new() }
}

/// A documented name that differs from this one in case or in blanks only.
fn alike(name: &str, properties: &[Property<'_>]) -> Option<String> {
    let plain = |name: &str| name.trim().replace(['_', '-'], "").to_lowercase();
    let wanted = plain(name);
    properties.iter().find(|property| plain(property.name) == wanted).map(|property| property.name.to_owned())
}

fn within_object(site: &Site, name: &str) -> Site {
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    let name = if plain && !name.is_empty() { name.to_owned() } else { format!("{name:?}") };
    let dot = if site.pointer.is_empty() { "" } else { "." };
    Site { pointer: format!("{}{dot}{name}", site.pointer), ..site.clone() }
}

/// `Foo` of `[].HostConfig.Foo{}`.
fn last_name(pointer: &str) -> String {
    let name = pointer.rsplit_once('.').map_or(pointer, |(_, name)| name);
    let name = name.trim_end_matches("{}").trim_end_matches("[]");
    if name.is_empty() { "body".to_owned() } else { name.to_owned() }
}

fn type_of(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "boolean",
        Json::Number(number) if number.is_f64() => "number",
        Json::Number(_) => "integer",
        Json::String(_) => "string",
        Json::Array(_) => "array",
        Json::Object(_) => "object",
    }
}

/// A value where the document lists values: a word is told as it is, for that is what lists are of; anything longer only
/// by its form.
fn word(value: &Json) -> String {
    match value {
        Json::String(text) if text.is_empty() => "empty text".to_owned(),
        Json::String(text) => {
            let plain = |c: char| c.is_ascii_alphanumeric() || "._-/ :".contains(c);
            if text.len() <= 24 && text.chars().all(plain) { format!("`{text}`") } else { shape(text) }
        }
        Json::Number(number) => format!("`{number}`"),
        other => type_of(other).to_owned(),
    }
}

/// The form of a text without the text: `0000-00-00`.
fn shape(text: &str) -> String {
    let form = |c: char| match c {
        '0'..='9' => '0',
        c if c.is_alphabetic() => 'a',
        c if c.is_ascii_punctuation() || c == ' ' => c,
        _ => '?',
    };
    let shown: String = text.chars().take(40).map(form).collect();
    if text.chars().nth(40).is_some() { format!("`{shown}…`") } else { format!("`{shown}`") }
}

/// RFC 3339, as Go writes it.
fn is_date_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    let form = "0000-00-00T00:00:00".as_bytes();
    if bytes.len() <= form.len() || !text.is_ascii() {
        return false;
    }
    let same = |(byte, form): (&u8, &u8)| match form {
        b'0' => byte.is_ascii_digit(),
        _ => byte == form,
    };
    let (head, mut rest) = text.split_at(form.len());
    if !head.as_bytes().iter().zip(form).all(same) {
        return false;
    }
    if let Some(fraction) = rest.strip_prefix('.') {
        let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            return false;
        }
        rest = &fraction[digits..];
    }
    let zone = |rest: &str| {
        rest.len() == 6
            && rest.starts_with(['+', '-'])
            && rest[1..].bytes().zip(b"00:00").all(|pair| same((&pair.0, pair.1)))
    };
    rest == "Z" || zone(rest)
}

/// Whether a number is of a format. Formats without bounds take all.
fn within(format: &str, number: &serde_json::Number) -> bool {
    let (low, high): (i128, i128) = match format {
        "int8" => (i8::MIN.into(), i8::MAX.into()),
        "int16" => (i16::MIN.into(), i16::MAX.into()),
        "int32" => (i32::MIN.into(), i32::MAX.into()),
        "int64" => (i64::MIN.into(), i64::MAX.into()),
        "uint8" => (0, u8::MAX.into()),
        "uint16" => (0, u16::MAX.into()),
        "uint32" => (0, u32::MAX.into()),
        "uint64" => (0, u64::MAX.into()),
        _ => return true,
    };
    let value = number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from));
    value.is_none_or(|value| (low..=high).contains(&value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_as_go_writes_them() {
        for right in ["0001-01-01T00:00:00Z", "2024-05-06T07:08:09.123456789Z", "2024-05-06T07:08:09+02:00"] {
            assert!(is_date_time(right), "{right}");
        }
        for wrong in [
            "",
            "2024-05-06",
            "2024-05-06T07:08:09",
            "2024-05-06T07:08:09.Z",
            "2024-05-06 07:08:09 +0000 UTC",
        ] {
            assert!(!is_date_time(wrong), "{wrong}");
        }
    }

    #[test]
    fn texts_are_told_by_their_form() {
        assert_eq!(shape("2024-05-06 +0000 UTC"), "`0000-00-00 +0000 aaa`");
        assert_eq!(word(&Json::from("rollback_started")), "`rollback_started`");
        assert_eq!(
            word(&Json::from("SWMTKN-1-0123456789abcdef0123456789")),
            shape("SWMTKN-1-0123456789abcdef0123456789")
        );
    }

    #[test]
    fn numbers_have_the_bounds_of_their_format() {
        assert!(within("int64", &serde_json::Number::from(i64::MIN)));
        assert!(!within("int64", &serde_json::Number::from(u64::MAX)));
        assert!(!within("uint32", &serde_json::Number::from(-1)));
        assert!(within("anything", &serde_json::Number::from(u64::MAX)));
    }

    #[test]
    fn names_that_are_no_words_are_quoted() {
        let root = Site { operation: "X".to_owned(), status: 200, pointer: "[]".to_owned() };
        assert_eq!(within_object(&root, "Id").pointer, "[].Id");
        assert_eq!(within_object(&root, " Parents").pointer, "[].\" Parents\"");
        assert_eq!(last_name("[].HostConfig.Binds[]"), "Binds");
        assert_eq!(last_name("[]"), "body");
    }
}
