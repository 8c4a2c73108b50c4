//! Texts that an Engine might send and no document promises, and what must come of reading them.

use fastrand::Rng;
use serde_json::{Map, Value, json};

use crate::document::reach::Travel;
use crate::document::schema::{At, Shape};
use crate::document::{Document, list, object};
use crate::probe::values;

/// A text, and what must come of it.
#[derive(Clone, Debug)]
pub struct Case {
    /// Which reader reads it: a type's name, an operation's id.
    pub reader: String,
    /// What is odd about it.
    pub what: String,
    /// The text.
    pub text: String,
    /// What is written again of what was read; or the path that the error names.
    pub outcome: Result<Value, String>,
}

/// How many random texts each type gets.
const RANDOM: usize = 6;

/// How many wrong values are put deep into each.
const DEEP: usize = 10;

/// What a newer Engine sends beside what is known.
const UNKNOWN: &str = "Not in the document";

impl Document {
    /// Odd texts for a reader of this schema.
    pub fn odd_texts(&self, reader: &str, at: &At<'_>, travel: &Travel) -> Vec<Case> {
        let mut odd = Odd { document: self, travel, reader, at, cases: Vec::new() };
        // A value that is not listed, and two that are.
        for round in 0..3 {
            odd.reads(format!("round {round}"), self.filled(at, reader, round));
        }
        let whole = self.filled(at, reader, 1);
        odd.reads("null", Value::Null);
        if let Shape::Object(properties) = self.schema(at).shape {
            odd.reads("empty", json!({}));
            odd.reads("all null", properties.iter().map(|p| (p.name.to_owned(), Value::Null)).collect());
            let shallow: Value =
                object(&whole).iter().map(|(name, value)| (name.clone(), hollow(value))).collect();
            for property in &properties {
                let name = property.name;
                odd.reads(format!("only {name}, null"), json!({ name: null }));
                odd.reads(format!("{name} null"), with(&shallow, name, Value::Null));
                let mut without = shallow.clone();
                without.as_object_mut().expect("an object").remove(name);
                odd.reads(format!("without {name}"), without);
                for wrong in self.wrong_values(&property.at) {
                    let text = json!({ name: RAW }).to_string().replace(&json!(RAW).to_string(), &wrong);
                    odd.refuses(format!("{name} is {wrong}"), text, name.to_owned());
                }
                if let Shape::Integer { .. } = self.schema(&property.at).shape {
                    odd.reads(format!("{name} with a point"), json!({ name: 5.0 }));
                }
            }
        }
        odd.reads("unknown members", self.changed(at, &whole, &mut |shape, value| add_unknown(shape, value)));
        odd.reads("scalars null", self.changed(at, &whole, &mut |_, value| clear(value)));
        odd.reads("null items", self.changed(at, &whole, &mut |shape, value| add_hole(shape, value)));
        odd.reads("nothing in lists", self.changed(at, &whole, &mut |shape, value| empty(shape, value)));
        let mut random = Rng::with_seed(values::number(reader));
        for nth in 0..RANDOM {
            let odd_one = self.changed(at, &whole, &mut |shape, value| match random.u8(..12) {
                0 => add_unknown(shape, value),
                1 => add_hole(shape, value),
                2 => empty(shape, value),
                3 => *value = Value::Null,
                4 => forget(value, &mut random),
                5 => unknown_text(shape, value),
                _ => {}
            });
            odd.reads(format!("random text {nth}"), odd_one);
        }
        let mut places = Vec::new();
        self.places(at, &whole, "", "", &mut places);
        random.shuffle(&mut places);
        for (pointer, path, wrong) in places.into_iter().take(DEEP) {
            let mut text = whole.clone();
            *text.pointer_mut(&pointer).expect("it was listed") = RAW.into();
            let text = text.to_string().replace(&json!(RAW).to_string(), &wrong);
            odd.refuses(format!("{path} is {wrong}"), text, path);
        }
        odd.cases
    }

    /// The value with a change made to each value in it, the innermost first.
    fn changed(&self, at: &At<'_>, value: &Value, change: &mut dyn FnMut(&Shape<'_>, &mut Value)) -> Value {
        let shape = self.schema(at).shape;
        let mut changed = match (&shape, value) {
            (Shape::List(inner), Value::Array(items)) => {
                items.iter().map(|item| self.changed(inner, item, change)).collect()
            }
            (Shape::Map(inner), Value::Object(entries)) => {
                entries.iter().map(|(key, value)| (key.clone(), self.changed(inner, value, change))).collect()
            }
            (Shape::Object(properties), Value::Object(members)) => properties
                .iter()
                .filter_map(|property| Some((property, members.get(property.name)?)))
                .map(|(property, value)| {
                    (property.name.to_owned(), self.changed(&property.at, value, change))
                })
                .collect(),
            (_, value) => value.clone(),
        };
        change(&shape, &mut changed);
        changed
    }

    /// Every place in a value that only takes some values: its pointer, its path as errors name it, and a wrong value.
    fn places(
        &self,
        at: &At<'_>,
        value: &Value,
        pointer: &str,
        path: &str,
        places: &mut Vec<(String, String, String)>,
    ) {
        let token = |key: &str| format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
        let dotted = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
        match (self.schema(at).shape, value) {
            (Shape::List(inner), Value::Array(items)) => {
                for (nth, item) in items.iter().enumerate() {
                    let (pointer, path) = (format!("{pointer}/{nth}"), format!("{path}[{nth}]"));
                    self.places(&inner, item, &pointer, &path, places);
                }
            }
            (Shape::Map(inner), Value::Object(entries)) => {
                for (key, value) in entries {
                    self.places(&inner, value, &token(key), &dotted(key), places);
                }
            }
            (Shape::Object(properties), Value::Object(members)) => {
                for property in &properties {
                    let name = property.name;
                    self.places(&property.at, &members[name], &token(name), &dotted(name), places);
                }
            }
            _ => {}
        }
        let wrong = self.wrong_values(at);
        if let Some(wrong) = wrong.get(places.len() % wrong.len().max(1)) {
            places.push((pointer.to_owned(), path.to_owned(), wrong.clone()));
        }
    }

    /// JSON that is not of this schema, as text: some of it is beyond what a number can hold here.
    fn wrong_values(&self, at: &At<'_>) -> Vec<String> {
        let wrong: &[&str] = match self.schema(at).shape {
            Shape::Any => &[],
            Shape::Bool => &["\"true\"", "1", "[]"],
            Shape::Integer { bits, signed } => {
                let range = match (bits, signed) {
                    (64, true) => [i128::from(i64::MIN), i128::from(i64::MAX)],
                    (64, false) => [0, i128::from(u64::MAX)],
                    (bits, true) => [-(1 << (bits - 1)), (1 << (bits - 1)) - 1],
                    (bits, false) => [0, (1 << bits) - 1],
                };
                let beyond = [(range[0] - 1).to_string(), (range[1] + 1).to_string()];
                return ["\"5\"", "0.5", "true", "1e300"]
                    .map(str::to_owned)
                    .into_iter()
                    .chain(beyond)
                    .collect();
            }
            Shape::Number { .. } => &["\"0.5\"", "false", "{}"],
            Shape::Text | Shape::Secret | Shape::Date | Shape::Enum(_) => &["5", "true", "[]", "{}"],
            Shape::List(_) => &["{}", "\"[]\"", "0"],
            Shape::Map(_) | Shape::Object(_) => &["[]", "\"{}\"", "false"],
        };
        wrong.iter().map(|text| (*text).to_owned()).collect()
    }

    /// Odd headers for the reader of an operation whose headers are its answer, by their schemas.
    pub fn odd_headers(&self, reader: &str, headers: &Value, travel: &Travel) -> Vec<Case> {
        use base64::Engine as _;
        use base64::engine::general_purpose::{STANDARD, URL_SAFE};
        let (mut texts, mut read, mut cases) = (Map::new(), Map::new(), Vec::new());
        for (name, header) in object(headers) {
            let (text, value) = match header.get("x-schema") {
                Some(schema) => {
                    let at = At::new(name.as_str(), schema);
                    let filled = self.filled(&at, name, 1);
                    let alphabet = if cases.is_empty() { &STANDARD } else { &URL_SAFE };
                    (alphabet.encode(filled.to_string()), self.rewritten(&at, &filled, travel))
                }
                None => match self.schema(&At::new(name.as_str(), header)).shape {
                    Shape::Bool => ("true".to_owned(), Value::Bool(true)),
                    Shape::Integer { .. } => ("5".to_owned(), 5.into()),
                    _ => (values::header_text(name), values::header_text(name).into()),
                },
            };
            if value.as_str() != Some(&text) {
                let wrong = json!({ name.as_str(): "maybe: not" }).to_string();
                let (reader, what) = (reader.to_owned(), format!("{name} unreadable"));
                cases.push(Case {
                    reader,
                    what,
                    text: wrong,
                    outcome: Err(format!("the header {name} cannot be read")),
                });
            }
            texts.insert(name.clone(), text.into());
            read.insert(name.clone(), value);
        }
        let none: Map<String, Value> = texts.keys().map(|name| (name.clone(), Value::Null)).collect();
        for (what, texts, read) in [("all headers", texts, read), ("no headers", Map::new(), none)] {
            let text = Value::Object(texts).to_string();
            let (reader, what) = (reader.to_owned(), what.to_owned());
            cases.push(Case { reader, what, text, outcome: Ok(Value::Object(read)) });
        }
        cases
    }

    /// The values that an enum lists.
    pub fn listed(&self, schema: &Value) -> Vec<String> {
        list(&schema["enum"]).filter_map(Value::as_str).map(str::to_owned).collect()
    }
}

/// Stands for JSON that a [`Value`] cannot hold.
const RAW: &str = "to be replaced";

/// Gathers the cases of one reader.
struct Odd<'o> {
    document: &'o Document,
    travel: &'o Travel,
    reader: &'o str,
    at: &'o At<'o>,
    cases: Vec<Case>,
}

impl Odd<'_> {
    fn reads(&mut self, what: impl Into<String>, value: Value) {
        let outcome = Ok(self.document.rewritten(self.at, &value, self.travel));
        self.add(what.into(), value.to_string(), outcome);
    }

    fn refuses(&mut self, what: impl Into<String>, text: String, path: String) {
        self.add(what.into(), text, Err(path));
    }

    fn add(&mut self, what: String, text: String, outcome: Result<Value, String>) {
        self.cases.push(Case { reader: self.reader.to_owned(), what, text, outcome });
    }
}

/// The value without what is in it.
fn hollow(value: &Value) -> Value {
    match value {
        Value::Object(_) => json!({}),
        Value::Array(_) => json!([]),
        value => value.clone(),
    }
}

fn with(object: &Value, name: &str, value: Value) -> Value {
    let mut object = object.clone();
    object[name] = value;
    object
}

/// To a map another key is an entry.
fn add_unknown(shape: &Shape<'_>, value: &mut Value) {
    if let (Shape::Object(_), Value::Object(members)) = (shape, value) {
        members.insert(UNKNOWN.to_owned(), json!({ "a": [1, null, { "b": "ü" }] }));
        members.insert(format!("{UNKNOWN}, null"), Value::Null);
    }
}

fn clear(value: &mut Value) {
    if !matches!(value, Value::Object(_) | Value::Array(_)) {
        *value = Value::Null;
    }
}

fn add_hole(shape: &Shape<'_>, value: &mut Value) {
    match (shape, value) {
        (Shape::List(_), Value::Array(items)) => items.insert(1, Value::Null),
        (Shape::Map(_), Value::Object(entries)) => drop(entries.insert("hole".to_owned(), Value::Null)),
        _ => {}
    }
}

fn empty(shape: &Shape<'_>, value: &mut Value) {
    match (shape, value) {
        (Shape::List(_), Value::Array(items)) => items.clear(),
        (Shape::Map(_), Value::Object(entries)) => entries.clear(),
        _ => {}
    }
}

fn forget(value: &mut Value, random: &mut Rng) {
    if let Value::Object(members) = value {
        members.retain(|_, _| random.bool());
    }
}

fn unknown_text(shape: &Shape<'_>, value: &mut Value) {
    if matches!(shape, Shape::Enum(_) | Shape::Date | Shape::Text) {
        *value = "".into();
    }
}
