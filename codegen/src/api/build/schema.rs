//! One view of a schema. `openapiv3` has several shapes for the same thing (an object that is typed, one with `allOf`
//! beside its properties, one with an enum of a foreign type); here each schema is exactly one [`Shape`].

use indexmap::IndexMap;
use openapiv3 as oa;
use openapiv3::{ReferenceOr, SchemaKind, VariantOrUnknownOrEmpty};
use serde_json::Value;

use crate::api::{Facts, Integer, Type};

/// A schema as it stands somewhere: by name or itself.
#[derive(Clone, Copy, Debug)]
pub(super) enum SchemaRef<'a> {
    /// `$ref`, as written.
    Ref(&'a str),
    /// The schema itself.
    Item(&'a oa::Schema),
}

impl<'a> From<&'a ReferenceOr<oa::Schema>> for SchemaRef<'a> {
    fn from(schema: &'a ReferenceOr<oa::Schema>) -> Self {
        match schema {
            ReferenceOr::Reference { reference } => Self::Ref(reference),
            ReferenceOr::Item(schema) => Self::Item(schema),
        }
    }
}

impl<'a> From<&'a ReferenceOr<Box<oa::Schema>>> for SchemaRef<'a> {
    fn from(schema: &'a ReferenceOr<Box<oa::Schema>>) -> Self {
        match schema {
            ReferenceOr::Reference { reference } => Self::Ref(reference),
            ReferenceOr::Item(schema) => Self::Item(schema),
        }
    }
}

/// The properties of an object.
#[derive(Clone, Copy, Debug)]
pub(super) struct Object<'a> {
    pub(super) properties: &'a IndexMap<String, ReferenceOr<Box<oa::Schema>>>,
    pub(super) required: &'a [String],
}

/// What a schema is.
#[derive(Clone, Debug)]
pub(super) enum Shape<'a> {
    /// All of these, and perhaps properties beside them.
    AllOf(&'a [ReferenceOr<oa::Schema>], Option<Object<'a>>),
    /// An object with properties.
    Struct(Object<'a>),
    /// An object without properties, whose values are of this schema; `None`: of any.
    Map(Option<SchemaRef<'a>>),
    /// An array of this; `None`: of anything.
    Array(Option<SchemaRef<'a>>),
    /// One of these strings, with their positions in the document's list.
    Enum(Vec<(usize, &'a str)>),
    /// A type that is no composition.
    Plain(Type),
    /// What this model has no word for: the keyword.
    Unsupported(&'a str),
}

pub(super) fn shape(schema: &oa::Schema) -> Shape<'_> {
    match &schema.schema_kind {
        SchemaKind::Type(oa::Type::String(string)) => {
            let values = strings(string.enumeration.iter().map(Option::as_deref));
            if values.is_empty() {
                Shape::Plain(text(format(&string.format).as_deref()))
            } else {
                Shape::Enum(values)
            }
        }
        SchemaKind::Type(oa::Type::Number(number)) => {
            Shape::Plain(Type::Float { single: format(&number.format).as_deref() == Some("float") })
        }
        SchemaKind::Type(oa::Type::Integer(integer)) => {
            Shape::Plain(Type::Integer(integer_of(format(&integer.format).as_deref())))
        }
        SchemaKind::Type(oa::Type::Object(object)) => object_shape(
            Object { properties: &object.properties, required: &object.required },
            object.additional_properties.as_ref(),
        ),
        SchemaKind::Type(oa::Type::Array(array)) => Shape::Array(array.items.as_ref().map(SchemaRef::from)),
        SchemaKind::Type(oa::Type::Boolean(_)) => Shape::Plain(Type::Bool),
        SchemaKind::AllOf { all_of } => Shape::AllOf(all_of, None),
        SchemaKind::OneOf { .. } => Shape::Unsupported("oneOf"),
        SchemaKind::AnyOf { .. } => Shape::Unsupported("anyOf"),
        SchemaKind::Not { .. } => Shape::Unsupported("not"),
        SchemaKind::Any(any) => any_shape(any),
    }
}

/// A schema that mixes keywords of several types, or names no type.
fn any_shape(any: &oa::AnySchema) -> Shape<'_> {
    let object = Object { properties: &any.properties, required: &any.required };
    if !any.one_of.is_empty() {
        return Shape::Unsupported("oneOf");
    }
    if !any.any_of.is_empty() {
        return Shape::Unsupported("anyOf");
    }
    if any.not.is_some() {
        return Shape::Unsupported("not");
    }
    if !any.all_of.is_empty() {
        let own = !object.properties.is_empty() || !object.required.is_empty();
        return Shape::AllOf(&any.all_of, own.then_some(object));
    }
    match any.typ.as_deref() {
        Some("string") => {
            let values = strings(any.enumeration.iter().map(Value::as_str));
            if values.is_empty() { Shape::Plain(text(any.format.as_deref())) } else { Shape::Enum(values) }
        }
        Some("integer") => Shape::Plain(Type::Integer(integer_of(any.format.as_deref()))),
        Some("number") => Shape::Plain(Type::Float { single: any.format.as_deref() == Some("float") }),
        Some("boolean") => Shape::Plain(Type::Bool),
        Some("array") => Shape::Array(any.items.as_ref().map(SchemaRef::from)),
        Some("object") => object_shape(object, any.additional_properties.as_ref()),
        Some(other) => Shape::Unsupported(other),
        None if !any.properties.is_empty() || any.additional_properties.is_some() => {
            object_shape(object, any.additional_properties.as_ref())
        }
        None if any.items.is_some() => Shape::Array(any.items.as_ref().map(SchemaRef::from)),
        None => Shape::Plain(Type::Json),
    }
}

fn object_shape<'a>(object: Object<'a>, additional: Option<&'a oa::AdditionalProperties>) -> Shape<'a> {
    match additional {
        _ if !object.properties.is_empty() => Shape::Struct(object),
        Some(oa::AdditionalProperties::Any(true)) => Shape::Map(None),
        Some(oa::AdditionalProperties::Schema(values)) => Shape::Map(Some(SchemaRef::from(&**values))),
        // Sometimes a set written as a map to `{}`, sometimes free JSON: never guess.
        Some(oa::AdditionalProperties::Any(false)) | None => Shape::Plain(Type::Json),
    }
}

fn strings<'a>(values: impl Iterator<Item = Option<&'a str>>) -> Vec<(usize, &'a str)> {
    values.enumerate().filter_map(|(index, value)| Some((index, value?))).collect()
}

fn text(format: Option<&str>) -> Type {
    match format {
        // The documents spell it both ways.
        Some("date-time" | "dateTime") => Type::DateTime,
        Some("password") => Type::Secret,
        _ => Type::String,
    }
}

fn integer_of(format: Option<&str>) -> Integer {
    match format {
        Some("int8") => Integer::I8,
        Some("int16") => Integer::I16,
        Some("int32") => Integer::I32,
        Some("uint8") => Integer::U8,
        Some("uint16") => Integer::U16,
        Some("uint32") => Integer::U32,
        Some("uint64" | "uint") => Integer::U64,
        // Signed where it says nothing.
        _ => Integer::I64,
    }
}

/// A format by its name in the document, known to `openapiv3` or not.
fn format<T: serde::Serialize>(format: &VariantOrUnknownOrEmpty<T>) -> Option<String> {
    match format {
        VariantOrUnknownOrEmpty::Item(known) => serde_json::to_value(known).ok()?.as_str().map(str::to_owned),
        VariantOrUnknownOrEmpty::Unknown(other) => Some(other.clone()),
        VariantOrUnknownOrEmpty::Empty => None,
    }
}

/// What a schema says of its values beyond their type.
pub(super) fn facts(schema: &oa::Schema) -> Facts {
    let mut facts = Facts { default: schema.schema_data.default.clone(), ..Facts::default() };
    let length = |length: Option<usize>| length.map(|length| length as u64);
    match &schema.schema_kind {
        SchemaKind::Type(oa::Type::String(string)) => {
            facts.format = format(&string.format);
            facts.pattern = string.pattern.clone();
            facts.min_length = length(string.min_length);
            facts.max_length = length(string.max_length);
        }
        SchemaKind::Type(oa::Type::Number(number)) => {
            facts.format = format(&number.format);
            facts.minimum = number.minimum.map(Value::from);
            facts.maximum = number.maximum.map(Value::from);
            facts.allowed = number.enumeration.iter().flatten().copied().map(Value::from).collect();
        }
        SchemaKind::Type(oa::Type::Integer(integer)) => {
            facts.format = format(&integer.format);
            facts.minimum = integer.minimum.map(Value::from);
            facts.maximum = integer.maximum.map(Value::from);
            facts.allowed = integer.enumeration.iter().flatten().copied().map(Value::from).collect();
        }
        SchemaKind::Type(oa::Type::Boolean(boolean)) => {
            facts.allowed = boolean.enumeration.iter().flatten().copied().map(Value::from).collect();
        }
        SchemaKind::Type(oa::Type::Array(array)) => {
            facts.min_length = length(array.min_items);
            facts.max_length = length(array.max_items);
        }
        SchemaKind::Any(any) => {
            facts.format = any.format.clone();
            facts.pattern = any.pattern.clone();
            facts.minimum = any.minimum.map(number);
            facts.maximum = any.maximum.map(number);
            facts.min_length = length(any.min_length.or(any.min_items));
            facts.max_length = length(any.max_length.or(any.max_items));
            if !matches!(any_shape(any), Shape::Enum(_)) {
                facts.allowed = any.enumeration.clone();
            }
        }
        _ => {}
    }
    facts
}

/// A bound of an integer type that was read as a float: whole numbers print without a fraction.
fn number(value: f64) -> Value {
    let whole = value.fract() == 0.0 && value.abs() < 9e15;
    if whole { Value::from(value as i64) } else { Value::from(value) }
}
