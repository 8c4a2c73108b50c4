//! Values of a schema: with everything set, with nothing set, and what is left of a value that was read and is written
//! again.

use serde_json::{Map, Value};

use super::Document;
use super::reach::Travel;
use super::schema::{At, Shape};
use crate::probe::values;

impl Document {
    /// A value with everything set, at a place and in a round.
    pub fn filled(&self, at: &At<'_>, place: &str, round: u32) -> Value {
        match self.schema(at).shape {
            Shape::Any => values::any(place),
            Shape::Bool => values::flag(place, round).into(),
            Shape::Integer { bits, signed } => integer(place, bits, signed),
            Shape::Number { .. } => values::float(place).into(),
            Shape::Text | Shape::Secret => values::text(place).into(),
            Shape::Date => values::date(place).into(),
            Shape::Enum(listed) => match values::listed(place, round, listed.len()) {
                Some(nth) => listed[nth].into(),
                None => values::text(place).into(),
            },
            Shape::List(inner) => {
                (0..2).map(|nth| self.inner(&inner, &values::item(place, nth), nth, round)).collect()
            }
            Shape::Map(inner) => (0..2)
                .map(|nth| {
                    let key = values::key(place, nth);
                    let value = self.inner(&inner, &values::member(place, &key), nth, round);
                    (key, value)
                })
                .collect(),
            Shape::Object(properties) => properties
                .iter()
                .map(|property| {
                    let place = values::member(place, property.name);
                    (property.name.to_owned(), self.filled(&property.at, &place, round))
                })
                .collect(),
        }
    }

    /// An item or a value of a map. The first is null where null is a value.
    fn inner(&self, at: &At<'_>, place: &str, nth: usize, round: u32) -> Value {
        let hole = nth == 0 && self.is_nullable(at);
        if hole { Value::Null } else { self.filled(at, place, round) }
    }

    fn is_nullable(&self, at: &At<'_>) -> bool {
        let schema = self.schema(at);
        schema.nullable && !matches!(schema.shape, Shape::Any)
    }

    /// What stands for a value that nobody has given and that must be there.
    pub fn blank(&self, at: &At<'_>, travel: &Travel) -> Value {
        match self.schema(at).shape {
            Shape::Any => Value::Null,
            Shape::Bool => false.into(),
            Shape::Integer { .. } | Shape::Number { .. } => 0.into(),
            Shape::Text | Shape::Secret | Shape::Date | Shape::Enum(_) => "".into(),
            Shape::List(_) => Value::Array(Vec::new()),
            Shape::Map(_) => Value::Object(Map::new()),
            Shape::Object(_) => self.rewritten(at, &Value::Object(Map::new()), travel),
        }
    }

    /// What is written of a value that was read.
    ///
    /// Of an object that travels both ways everything, of another what the document knows. What is null or missing and
    /// must be there has the value that stands for it; where it may be null it is null in what is sent, and left out
    /// of what is not.
    pub fn rewritten(&self, at: &At<'_>, value: &Value, travel: &Travel) -> Value {
        let schema = self.schema(at);
        match (schema.shape, value) {
            (_, Value::Null) => self.blank(at, travel),
            (Shape::List(inner), Value::Array(items)) => {
                items.iter().map(|item| self.rewritten_inner(&inner, item, travel)).collect()
            }
            (Shape::Map(inner), Value::Object(entries)) => entries
                .iter()
                .map(|(key, value)| (key.clone(), self.rewritten_inner(&inner, value, travel)))
                .collect(),
            (Shape::Object(properties), Value::Object(members)) => {
                let both = travel.both(&schema.pointer);
                let sent = travel.sent.contains(&schema.pointer);
                let mut written = if both { members.clone() } else { Map::new() };
                for property in &properties {
                    let must = property.required;
                    let nullable = self.schema(&property.at).nullable;
                    let value = match members.get(property.name) {
                        Some(Value::Null) if both => Some(Value::Null),
                        Some(Value::Null) | None if must && !nullable => {
                            Some(self.blank(&property.at, travel))
                        }
                        Some(Value::Null) | None if must && sent => Some(Value::Null),
                        Some(Value::Null) | None => None,
                        Some(value) => Some(self.rewritten(&property.at, value, travel)),
                    };
                    match value {
                        Some(value) => drop(written.insert(property.name.to_owned(), value)),
                        None => drop(written.remove(property.name)),
                    }
                }
                Value::Object(written)
            }
            (_, value) => value.clone(),
        }
    }

    fn rewritten_inner(&self, at: &At<'_>, value: &Value, travel: &Travel) -> Value {
        if value.is_null() && self.is_nullable(at) { Value::Null } else { self.rewritten(at, value, travel) }
    }
}

fn integer(place: &str, bits: u32, signed: bool) -> Value {
    let number = values::number(place);
    match (bits, signed) {
        (8, true) => (number as i8).into(),
        (16, true) => (number as i16).into(),
        (32, true) => (number as i32).into(),
        (64, true) => (number as i64).into(),
        (8, false) => (number as u8).into(),
        (16, false) => (number as u16).into(),
        (32, false) => (number as u32).into(),
        (64, false) => number.into(),
        _ => panic!("{place}: there are no integers of {bits} bits"),
    }
}
