//! Reads JSON into a [`Data`]. Written over trait objects, so that it is compiled once for all types.

use std::fmt::{self, Write};

use serde::Deserializer;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{
    DeserializeSeed, Error as _, Expected, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor,
};
use serde_json::Value;

use super::{Data, Extra, Model, Slot};

/// The key under which serde_json gives numbers when another crate has switched on its `arbitrary_precision`.
const PRECISE_NUMBER: &str = "$serde_json::private::Number";

/// Text that is not JSON, or not the JSON of the type. Says where.
#[derive(Debug)]
pub struct DecodeError {
    path: String,
    source: serde_json::Error,
}

impl DecodeError {
    /// The way to the value from the root: `[3].HostConfig.Memory`. Empty for the root.
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        self.source.fmt(f)
    }
}

impl std::error::Error for DecodeError {}

/// Reads one JSON value, the whole text.
pub fn from_slice<T: Data + Default>(json: &[u8]) -> Result<T, DecodeError> {
    let mut value = T::default();
    read_slice(json, &mut value)?;
    Ok(value)
}

fn read_slice(json: &[u8], into: &mut dyn Data) -> Result<(), DecodeError> {
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let mut path = String::new();
    let read = Reader { into, path: &mut path }.deserialize(&mut deserializer);
    match read.and_then(|_| deserializer.end()) {
        Ok(()) => Ok(()),
        Err(source) => Err(DecodeError { path, source }),
    }
}

/// Reads a value from any self-describing format: what `Deserialize` of the models does.
pub fn deserialize<'de, T: Data + Default, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let mut value = T::default();
    let mut path = String::new();
    match (Reader { into: &mut value, path: &mut path }).deserialize(deserializer) {
        Ok(_) => Ok(value),
        Err(error) if path.is_empty() => Err(error),
        Err(error) => Err(D::Error::custom(format_args!("{path}: {error}"))),
    }
}

/// Reads one value. `path` is the way to it, and stays where it was when an error came.
struct Reader<'s> {
    into: &'s mut dyn Data,
    path: &'s mut String,
}

/// What a value was.
#[derive(PartialEq)]
enum Read {
    Null,
    Value,
}

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = Read;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Read, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Expected for Slot<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Slot::Bool(_) => "true or false",
            Slot::Integer(integer) => integer.expected(),
            Slot::Float(_) => "a number",
            Slot::Text(_) => "a string",
            Slot::List(_) => "an array",
            Slot::Map(_) | Slot::Model(_) => "an object",
            Slot::Any(_) => "any value",
        })
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Read;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Read, E> {
        Ok(Read::Null)
    }

    fn visit_none<E>(self) -> Result<Read, E> {
        Ok(Read::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Read, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<Read, E> {
        match self.into.slot() {
            Slot::Bool(slot) => *slot = value,
            Slot::Any(slot) => *slot = value.into(),
            slot => return Err(E::invalid_type(Unexpected::Bool(value), &slot)),
        }
        Ok(Read::Value)
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Read, E> {
        match self.into.slot() {
            Slot::Any(slot) => *slot = value.into(),
            slot => take_integer(slot, value.into(), Unexpected::Signed(value))?,
        }
        Ok(Read::Value)
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Read, E> {
        match self.into.slot() {
            Slot::Any(slot) => *slot = value.into(),
            slot => take_integer(slot, value.into(), Unexpected::Unsigned(value))?,
        }
        Ok(Read::Value)
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Read, E> {
        match self.into.slot() {
            Slot::Any(slot) => *slot = value.into(),
            slot => take_float(slot, value)?,
        }
        Ok(Read::Value)
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Read, E> {
        match self.into.slot() {
            Slot::Text(slot) => slot.set(value),
            Slot::Any(slot) => *slot = value.into(),
            slot => return Err(E::invalid_type(Unexpected::Str(value), &slot)),
        }
        Ok(Read::Value)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Read, A::Error> {
        match self.into.slot() {
            Slot::List(list) => {
                let start = self.path.len();
                for index in 0.. {
                    let _ = write!(self.path, "[{index}]");
                    let item = Item { list: &mut *list, path: &mut *self.path };
                    if items.next_element_seed(item)?.is_none() {
                        break;
                    }
                    self.path.truncate(start);
                }
                self.path.truncate(start);
            }
            Slot::Any(slot) => *slot = serde::Deserialize::deserialize(SeqAccessDeserializer::new(items))?,
            slot => return Err(A::Error::invalid_type(Unexpected::Seq, &slot)),
        }
        Ok(Read::Value)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Read, A::Error> {
        match self.into.slot() {
            Slot::Model(model) => read_model(model, self.path, entries)?,
            Slot::Map(map) => {
                let start = self.path.len();
                while let Some(key) = entries.next_key::<String>()? {
                    push_key(self.path, &key);
                    entries.next_value_seed(Reader { into: map.entry(key), path: &mut *self.path })?;
                    self.path.truncate(start);
                }
            }
            Slot::Any(slot) => *slot = serde::Deserialize::deserialize(MapAccessDeserializer::new(entries))?,
            slot @ (Slot::Integer(_) | Slot::Float(_)) => {
                let number = match entries.next_key::<String>()? {
                    Some(key) if key == PRECISE_NUMBER => entries.next_value::<String>()?,
                    _ => return Err(A::Error::invalid_type(Unexpected::Map, &slot)),
                };
                take_digits(slot, &number)?;
            }
            slot => return Err(A::Error::invalid_type(Unexpected::Map, &slot)),
        }
        Ok(Read::Value)
    }
}

fn take_integer<E: serde::de::Error>(slot: Slot<'_>, value: i128, found: Unexpected<'_>) -> Result<(), E> {
    match slot {
        Slot::Integer(slot) => match slot.set(value) {
            true => Ok(()),
            false => Err(E::invalid_value(found, &slot.expected())),
        },
        Slot::Float(slot) => {
            slot.set(value as f64);
            Ok(())
        }
        slot => Err(E::invalid_type(found, &slot)),
    }
}

fn take_float<E: serde::de::Error>(slot: Slot<'_>, value: f64) -> Result<(), E> {
    match slot {
        Slot::Float(slot) => {
            slot.set(value);
            Ok(())
        }
        // Beyond 2^53 a float does not tell which integer was meant.
        Slot::Integer(_) if value.fract() == 0.0 && value.abs() <= 9_007_199_254_740_992.0 => {
            take_integer(slot, value as i128, Unexpected::Float(value))
        }
        slot => Err(E::invalid_type(Unexpected::Float(value), &slot)),
    }
}

fn take_digits<E: serde::de::Error>(slot: Slot<'_>, digits: &str) -> Result<(), E> {
    if let Ok(number) = digits.parse::<i128>() {
        return take_integer(slot, number, Unexpected::Other(digits));
    }
    let number = digits.parse().map_err(|_| E::invalid_value(Unexpected::Str(digits), &"a number"))?;
    take_float(slot, number)
}

/// Reads the next item of a list, which is only made when there is one.
struct Item<'s> {
    list: &'s mut dyn super::List,
    path: &'s mut String,
}

impl<'de> DeserializeSeed<'de> for Item<'_> {
    type Value = Read;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Read, D::Error> {
        Reader { into: self.list.push(), path: self.path }.deserialize(deserializer)
    }
}

fn read_model<'de, A: MapAccess<'de>>(
    model: &mut dyn Model,
    path: &mut String,
    mut entries: A,
) -> Result<(), A::Error> {
    let start = path.len();
    while let Some(field) = entries.next_key_seed(Name { model: &mut *model, path: &mut *path })? {
        match field {
            Some(into) => {
                let read = entries.next_value_seed(Reader { into, path: &mut *path })?;
                if read == Read::Null
                    && let Some(extra) = model.extra()
                {
                    extra.insert(last_key(path, start), Value::Null);
                }
            }
            None => match model.extra() {
                Some(extra) => keep(extra, last_key(path, start), &mut entries)?,
                None => {
                    entries.next_value::<IgnoredAny>()?;
                }
            },
        }
        path.truncate(start);
    }
    Ok(())
}

fn keep<'de, A: MapAccess<'de>>(extra: &mut Extra, key: String, entries: &mut A) -> Result<(), A::Error> {
    let value = entries.next_value()?;
    extra.insert(key, value);
    Ok(())
}

/// Finds the field of the next key.
struct Name<'s, 'p> {
    model: &'s mut dyn Model,
    path: &'p mut String,
}

impl<'de, 's> DeserializeSeed<'de> for Name<'s, '_> {
    type Value = Option<&'s mut dyn Data>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'s> Visitor<'_> for Name<'s, '_> {
    type Value = Option<&'s mut dyn Data>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        push_key(self.path, name);
        Ok(self.model.field(name))
    }
}

/// Keys are joined with dots, as a person writes the way to a field.
fn push_key(path: &mut String, key: &str) {
    if !path.is_empty() {
        path.push('.');
    }
    path.push_str(key);
}

fn last_key(path: &str, start: usize) -> String {
    let key = &path[start..];
    if start == 0 { key.to_owned() } else { key[1..].to_owned() }
}
