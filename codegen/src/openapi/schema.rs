//! Lowers schemas. `openapiv3` has a type for schemas of one plain type and [`AnySchema`] for all others; a schema goes
//! into the plain one only when that one has a place for everything it says.

use openapiv3::{
    AdditionalProperties, AnySchema, ArrayType, BooleanType, Discriminator, IntegerType, NumberType,
    ObjectType, ReferenceOr, SchemaData, SchemaKind, StringType, Type, VariantOrUnknownOrEmpty,
};
use serde_json::{Number, Value as Json};

use super::{external_docs, sourced};
use crate::swagger::document::{Additional, Kind, Reference, Schema};

/// Lowers a schema: a bare `$ref` stays one, a `$ref` with siblings becomes `allOf` with one member.
pub(super) fn lower(schema: &Schema) -> ReferenceOr<openapiv3::Schema> {
    match &schema.reference {
        Some(reference) if is_bare(schema) => refer(reference),
        _ => ReferenceOr::Item(item(schema)),
    }
}

/// A lowered schema as a JSON value, for schemas inside `x-` keys.
pub(super) fn to_json(schema: &Schema) -> Json {
    serde_json::to_value(lower(schema)).expect("a schema has string keys and finite numbers")
}

/// A schema that is no reference.
pub(super) fn item(schema: &Schema) -> openapiv3::Schema {
    let mut extensions = sourced(&schema.at.pointer, &schema.extensions);
    if let Some(xml) = &schema.xml {
        extensions.insert("x-xml".to_owned(), xml.clone()); // openapiv3 has no field for it
    }
    if let Some(encoding) = schema.encoding {
        extensions.insert("x-encoding".to_owned(), encoding.as_str().into());
    }
    if let Some(encoded) = &schema.encoded {
        extensions.insert("x-schema".to_owned(), to_json(encoded));
    }
    let discriminator = schema.discriminator.as_ref().map(|property| Discriminator {
        property_name: property.clone(),
        mapping: Default::default(),
        extensions: Default::default(),
    });
    openapiv3::Schema {
        schema_data: SchemaData {
            nullable: schema.nullable.unwrap_or_default() || schema.null_is_empty(),
            read_only: schema.read_only,
            write_only: false,
            deprecated: schema.deprecated,
            external_docs: schema.external_docs.as_ref().map(external_docs),
            example: schema.example.clone(),
            title: schema.title.clone(),
            description: schema.description.clone(),
            discriminator,
            default: schema.default.clone(),
            extensions,
        },
        schema_kind: kind(schema),
    }
}

fn refer<T>(reference: &Reference) -> ReferenceOr<T> {
    ReferenceOr::Reference { reference: format!("#/components/schemas/{}", reference.name) }
}

/// Whether a `$ref` says all. An explicit `x-nullable: false` says what is so without it.
fn is_bare(schema: &Schema) -> bool {
    schema.extensions.is_empty() && {
        let mut plain = Schema::at(schema.at.clone());
        plain.reference = schema.reference.clone();
        plain.nullable = schema.nullable.filter(|nullable| !nullable);
        plain == *schema
    }
}

fn boxed(schema: &Schema) -> ReferenceOr<Box<openapiv3::Schema>> {
    match lower(schema) {
        ReferenceOr::Item(item) => ReferenceOr::Item(Box::new(item)),
        ReferenceOr::Reference { reference } => ReferenceOr::Reference { reference },
    }
}

/// Which families of keys a schema has.
struct Has {
    text: bool,
    number: bool,
    array: bool,
    object: bool,
    parts: bool,
    values: bool,
    format: bool,
}

impl Has {
    fn of(s: &Schema) -> Self {
        Self {
            text: s.min_length.is_some() || s.max_length.is_some() || s.pattern.is_some(),
            number: s.multiple_of.is_some()
                || s.minimum.is_some()
                || s.maximum.is_some()
                || s.exclusive_minimum.is_some()
                || s.exclusive_maximum.is_some(),
            array: s.items.is_some()
                || s.min_items.is_some()
                || s.max_items.is_some()
                || s.unique_items.is_some(),
            object: !s.properties.is_empty()
                || !s.required.is_empty()
                || s.additional.is_some()
                || s.min_properties.is_some()
                || s.max_properties.is_some(),
            parts: s.reference.is_some() || !s.all_of.is_empty(),
            values: !s.values.is_empty(),
            format: s.format.is_some(),
        }
    }
}

fn kind(schema: &Schema) -> SchemaKind {
    let has = Has::of(schema);
    let plain = match schema.kind {
        Some(Kind::String) if !(has.number || has.array || has.object || has.parts) => string(schema),
        Some(Kind::Number) if !(has.text || has.array || has.object || has.parts) => number(schema),
        Some(Kind::Integer) if !(has.text || has.array || has.object || has.parts) => integer(schema),
        Some(Kind::Boolean)
            if !(has.text || has.number || has.array || has.object || has.parts || has.format) =>
        {
            boolean(schema)
        }
        Some(Kind::Array)
            if !(has.text || has.number || has.object || has.parts || has.values || has.format) =>
        {
            Some(Type::Array(array(schema)))
        }
        Some(Kind::Object)
            if !(has.text || has.number || has.array || has.parts || has.values || has.format) =>
        {
            Some(Type::Object(object(schema)))
        }
        None if has.parts
            && !(has.text || has.number || has.array || has.object || has.values || has.format) =>
        {
            return SchemaKind::AllOf { all_of: parts(schema) };
        }
        _ => None,
    };
    plain.map_or_else(|| SchemaKind::Any(any(schema)), SchemaKind::Type)
}

/// The `$ref` that has siblings, and the members of `allOf`.
fn parts(schema: &Schema) -> Vec<ReferenceOr<openapiv3::Schema>> {
    schema.reference.iter().map(refer).chain(schema.all_of.iter().map(lower)).collect()
}

fn string(schema: &Schema) -> Option<Type> {
    Some(Type::String(StringType {
        format: format(schema),
        pattern: schema.pattern.clone(),
        enumeration: values(schema, |value| value.as_str().map(str::to_owned))?,
        min_length: count(schema.min_length),
        max_length: count(schema.max_length),
    }))
}

fn number(schema: &Schema) -> Option<Type> {
    Some(Type::Number(NumberType {
        format: format(schema),
        multiple_of: float(&schema.multiple_of),
        exclusive_minimum: schema.exclusive_minimum.unwrap_or_default(),
        exclusive_maximum: schema.exclusive_maximum.unwrap_or_default(),
        minimum: float(&schema.minimum),
        maximum: float(&schema.maximum),
        enumeration: values(schema, Json::as_f64)?,
    }))
}

fn integer(schema: &Schema) -> Option<Type> {
    let whole = |bound: &Option<Number>| match bound {
        Some(bound) => bound.as_i64().map(Some),
        None => Some(None),
    };
    Some(Type::Integer(IntegerType {
        format: format(schema),
        multiple_of: whole(&schema.multiple_of)?,
        exclusive_minimum: schema.exclusive_minimum.unwrap_or_default(),
        exclusive_maximum: schema.exclusive_maximum.unwrap_or_default(),
        minimum: whole(&schema.minimum)?,
        maximum: whole(&schema.maximum)?,
        enumeration: values(schema, Json::as_i64)?,
    }))
}

fn boolean(schema: &Schema) -> Option<Type> {
    Some(Type::Boolean(BooleanType { enumeration: values(schema, Json::as_bool)? }))
}

fn array(schema: &Schema) -> ArrayType {
    ArrayType {
        items: schema.items.as_deref().map(boxed),
        min_items: count(schema.min_items),
        max_items: count(schema.max_items),
        unique_items: schema.unique_items.unwrap_or_default(),
    }
}

fn object(schema: &Schema) -> ObjectType {
    ObjectType {
        properties: schema
            .properties
            .iter()
            .map(|(name, property)| (name.clone(), boxed(property)))
            .collect(),
        required: schema.required.clone(),
        additional_properties: schema.additional.as_ref().map(additional),
        min_properties: count(schema.min_properties),
        max_properties: count(schema.max_properties),
    }
}

fn additional(additional: &Additional) -> AdditionalProperties {
    match additional {
        Additional::Any(any) => AdditionalProperties::Any(*any),
        Additional::Schema(schema) => AdditionalProperties::Schema(Box::new(lower(schema))),
    }
}

fn any(schema: &Schema) -> AnySchema {
    let ArrayType { items, min_items, max_items, .. } = array(schema);
    let ObjectType { properties, required, additional_properties, min_properties, max_properties } =
        object(schema);
    AnySchema {
        typ: schema.kind.map(|kind| kind.as_str().to_owned()),
        pattern: schema.pattern.clone(),
        multiple_of: float(&schema.multiple_of),
        exclusive_minimum: schema.exclusive_minimum,
        exclusive_maximum: schema.exclusive_maximum,
        minimum: float(&schema.minimum),
        maximum: float(&schema.maximum),
        properties,
        required,
        additional_properties,
        min_properties,
        max_properties,
        items,
        min_items,
        max_items,
        unique_items: schema.unique_items,
        enumeration: schema.values.clone(),
        format: schema.format.clone(),
        min_length: count(schema.min_length),
        max_length: count(schema.max_length),
        one_of: Vec::new(),
        all_of: parts(schema),
        any_of: Vec::new(),
        not: None,
    }
}

fn format<T: std::str::FromStr>(schema: &Schema) -> VariantOrUnknownOrEmpty<T> {
    match &schema.format {
        None => VariantOrUnknownOrEmpty::Empty,
        Some(format) => match format.parse() {
            Ok(known) => VariantOrUnknownOrEmpty::Item(known),
            Err(_) => VariantOrUnknownOrEmpty::Unknown(format.clone()),
        },
    }
}

/// The listed values, or nothing if one of them is not of the type.
fn values<T>(schema: &Schema, typed: impl Fn(&Json) -> Option<T>) -> Option<Vec<Option<T>>> {
    schema
        .values
        .iter()
        .map(|value| if value.is_null() { Some(None) } else { typed(value).map(Some) })
        .collect()
}

fn float(number: &Option<Number>) -> Option<f64> {
    number.as_ref().and_then(Number::as_f64)
}

fn count(count: Option<u64>) -> Option<usize> {
    count.map(|count| usize::try_from(count).unwrap_or(usize::MAX))
}
