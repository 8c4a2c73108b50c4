//! Writes a [`Data`] as JSON. Written over trait objects, so that it is compiled once for all types.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

use super::{Data, Extra, Model, View};

/// The value in JSON.
pub fn to_vec(value: &dyn Data) -> Vec<u8> {
    serde_json::to_vec(&value.view()).expect("keys are strings, and nothing else can fail")
}

/// Writes a value to any format: what `Serialize` of the models does.
pub fn serialize<S: Serializer>(value: &dyn Data, serializer: S) -> Result<S::Ok, S::Error> {
    value.view().serialize(serializer)
}

/// The fields of a [`Model`], in their order.
#[derive(Default)]
pub struct Fields<'a> {
    fields: Vec<(&'static str, View<'a>)>,
    extra: Option<&'a Extra>,
}

impl<'a> Fields<'a> {
    /// One field more. Left out if it has no value.
    pub fn field(&mut self, name: &'static str, value: &'a dyn Data) {
        let view = value.view();
        if !matches!(view, View::Absent) {
            self.fields.push((name, view));
        }
    }

    /// One field more, null if it has no value.
    pub fn field_or_null(&mut self, name: &'static str, value: &'a dyn Data) {
        self.fields.push((name, value.view()));
    }

    /// What was kept for lack of a field.
    pub fn extra(&mut self, extra: &'a Extra) {
        self.extra = Some(extra);
    }

    fn of(model: &'a dyn Model) -> Self {
        let mut fields = Self::default();
        model.fields(&mut fields);
        fields
    }
}

impl Serialize for View<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match *self {
            View::Absent => serializer.serialize_unit(),
            View::Bool(value) => serializer.serialize_bool(value),
            View::Signed(value) => serializer.serialize_i64(value),
            View::Unsigned(value) => serializer.serialize_u64(value),
            View::Float(value) => serializer.serialize_f64(value),
            View::Text(value) => serializer.serialize_str(value),
            View::Any(value) => value.serialize(serializer),
            View::List(list) => serializer.collect_seq(list.items()),
            View::Map(map) => serializer.collect_map(map.entries()),
            View::Model(model) => Fields::of(model).serialize(serializer),
        }
    }
}

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        for (name, view) in &self.fields {
            match view {
                view if is_blank(view) && self.was_null(name) => object.serialize_entry(name, &())?,
                view => object.serialize_entry(name, view)?,
            }
        }
        for (name, value) in self.extra.into_iter().flatten() {
            if !self.fields.iter().any(|(known, _)| known == name) {
                object.serialize_entry(name, value)?;
            }
        }
        object.end()
    }
}

impl Fields<'_> {
    /// Whether the field came as null, and so goes back as null while nobody has given it a value.
    fn was_null(&self, name: &str) -> bool {
        self.extra.is_some_and(|extra| extra.get(name) == Some(&Value::Null))
    }
}

/// Whether a value is what null is read as.
fn is_blank(view: &View<'_>) -> bool {
    match *view {
        View::Absent => true,
        View::Bool(value) => !value,
        View::Signed(value) => value == 0,
        View::Unsigned(value) => value == 0,
        View::Float(value) => value == 0.0,
        View::Text(text) => text.is_empty(),
        View::List(list) => list.items().next().is_none(),
        View::Map(map) => map.entries().next().is_none(),
        View::Model(_) => false,
        View::Any(value) => value.is_null(),
    }
}
