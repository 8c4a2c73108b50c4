//! What a schema says of its values.

use serde_json::Value;

use super::{Document, list, object};

/// A schema where it stands.
#[derive(Clone, Debug)]
pub struct Schema<'d> {
    /// What it is, all references followed.
    pub shape: Shape<'d>,
    /// Whether null is a value.
    pub nullable: bool,
    /// The pointer of the schema that says what it is: the definition's where it is a reference.
    pub pointer: String,
}

/// What a value is.
#[derive(Clone, Debug)]
pub enum Shape<'d> {
    /// Any JSON.
    Any,
    /// True or false.
    Bool,
    /// An integer of so many bits.
    Integer {
        /// 8, 16, 32 or 64.
        bits: u32,
        /// Whether it may be below zero.
        signed: bool,
    },
    /// A number with a fraction.
    Number {
        /// Whether the format is `float`.
        single: bool,
    },
    /// Text.
    Text,
    /// Text that must not be shown.
    Secret,
    /// A date and time.
    Date,
    /// One of these texts.
    Enum(Vec<&'d str>),
    /// An array of this.
    List(Box<At<'d>>),
    /// An object with any keys.
    Map(Box<At<'d>>),
    /// An object with these keys.
    Object(Vec<Property<'d>>),
}

/// A schema that is yet to be looked at.
#[derive(Clone, Debug)]
pub struct At<'d> {
    /// Its pointer.
    pub pointer: String,
    /// Itself; nothing where any value will do.
    pub schema: Option<&'d Value>,
}

/// A property of an object.
#[derive(Clone, Debug)]
pub struct Property<'d> {
    /// Its name on the wire.
    pub name: &'d str,
    /// Its schema.
    pub at: At<'d>,
    /// Whether it must be there.
    pub required: bool,
}

impl<'d> At<'d> {
    /// A schema at a pointer.
    pub fn new(pointer: impl Into<String>, schema: &'d Value) -> Self {
        Self { pointer: pointer.into(), schema: Some(schema) }
    }

    fn below(&self, steps: &str, schema: &'d Value) -> Self {
        Self::new(format!("{}/{steps}", self.pointer), schema)
    }
}

impl Document {
    /// What a schema says.
    ///
    /// # Panics
    ///
    /// When it says something that this reading has no word for: better than to pass it over.
    pub fn schema<'d>(&'d self, at: &At<'d>) -> Schema<'d> {
        let Some(schema) = at.schema else {
            return Schema { shape: Shape::Any, nullable: false, pointer: at.pointer.clone() };
        };
        let nullable = schema["x-nullable"] == true;
        let inner = match (schema["$ref"].as_str(), schema["allOf"].as_array().map(Vec::as_slice)) {
            (Some(reference), _) => {
                let (pointer, definition) = self.definition(reference);
                Some(At::new(pointer, definition))
            }
            (None, Some([only])) if object(&schema["properties"]).is_empty() => {
                Some(at.below("allOf/0", only))
            }
            _ => None,
        };
        if let Some(inner) = inner {
            let inner = self.schema(&inner);
            return Schema { nullable: nullable || inner.nullable, ..inner };
        }
        let mut properties = Vec::new();
        self.properties(at, &mut properties);
        let shape = if properties.is_empty() { self.plain(at, schema) } else { Shape::Object(properties) };
        Schema { shape, nullable, pointer: at.pointer.clone() }
    }

    fn plain<'d>(&'d self, at: &At<'d>, schema: &'d Value) -> Shape<'d> {
        let format = schema["format"].as_str().unwrap_or_default();
        match schema["type"].as_str() {
            Some("boolean") => Shape::Bool,
            Some("integer") => {
                let digits = format.trim_start_matches("uint").trim_start_matches("int");
                let signed = !format.starts_with("uint");
                Shape::Integer {
                    bits: if digits.is_empty() { 64 } else { digits.parse().expect(format) },
                    signed,
                }
            }
            Some("number") => Shape::Number { single: format == "float" },
            Some("string") => match (schema["enum"].as_array(), format) {
                (Some(values), _) => Shape::Enum(values.iter().filter_map(Value::as_str).collect()),
                (None, "date-time" | "dateTime") => Shape::Date,
                (None, "password") => Shape::Secret,
                (None, _) => Shape::Text,
            },
            Some("array") => Shape::List(Box::new(match schema.get("items") {
                Some(items) => at.below("items", items),
                None => At { pointer: at.pointer.clone(), schema: None },
            })),
            Some("object") | None => match schema.get("additionalProperties") {
                Some(Value::Bool(true)) => {
                    Shape::Map(Box::new(At { pointer: at.pointer.clone(), schema: None }))
                }
                Some(values @ Value::Object(_)) => {
                    Shape::Map(Box::new(at.below("additionalProperties", values)))
                }
                _ => {
                    assert!(schema["items"].is_null(), "{}: items of no array", at.pointer);
                    Shape::Any
                }
            },
            Some(other) => panic!("{}: the type {other} is not read here", at.pointer),
        }
    }

    /// The properties of an object, those of the members of its `allOf` among them; a later one of a name stands for
    /// the earlier one, and is required if any of them is.
    fn properties<'d>(&'d self, at: &At<'d>, all: &mut Vec<Property<'d>>) {
        let Some(schema) = at.schema else { return };
        if let Some(reference) = schema["$ref"].as_str() {
            let (pointer, definition) = self.definition(reference);
            return self.properties(&At::new(pointer, definition), all);
        }
        for (nth, member) in list(&schema["allOf"]).enumerate() {
            self.properties(&at.below(&format!("allOf/{nth}"), member), all);
        }
        for (name, property) in object(&schema["properties"]) {
            let step = format!("properties/{}", name.replace('~', "~0").replace('/', "~1"));
            let found = Property { name, at: at.below(&step, property), required: false };
            match all.iter_mut().find(|known| known.name == name) {
                Some(known) => known.at = found.at,
                None => all.push(found),
            }
        }
        for name in list(&schema["required"]) {
            for property in all.iter_mut().filter(|property| property.name == name) {
                property.required = true;
            }
        }
    }
}
