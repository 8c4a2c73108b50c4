//! Reads schemas, and the schema keys that parameters, items and headers have of their own.

use serde_json::Value as Json;

use super::read::{Reader, join, local_name};
use super::*;
use crate::swagger::node::{Entry, Mapping, Value};

/// Words of this project that a schema may have.
const VOCABULARY: &[&str] = &["x-nullable", "x-null", "x-deprecated", "x-name"];

impl<'a> Reader<'a> {
    /// Reads a schema object.
    pub(super) fn schema(&mut self, node: &'a Node, pointer: String) -> Schema {
        let at = At { pointer, place: node.place.clone() };
        self.deeper(&node.place, |reader| reader.schema_here(node, at.clone()))
            .unwrap_or_else(|| Schema::at(at))
    }

    fn schema_here(&mut self, node: &'a Node, at: At) -> Schema {
        let mut schema = Schema::at(at);
        let Some(entries) = self.mapping(node, "a schema") else { return schema };
        for (key, entry) in entries {
            if self.plain_key(&mut schema, key, entry, "a schema") {
                continue;
            }
            let node = &entry.node;
            let pointer = || join(&schema.at.pointer, key);
            match key.as_str() {
                "$ref" => schema.reference = self.definition_reference(node),
                "title" => schema.title = self.string(node, "`title` of a schema"),
                "description" => schema.description = self.string(node, "`description` of a schema"),
                "example" => schema.example = Some(node.to_json()),
                "items" => schema.items = Some(Box::new(self.schema(node, pointer()))),
                "properties" => {
                    let pointer = pointer();
                    for (name, property) in self.mapping(node, "`properties`").into_iter().flatten() {
                        let property = self.schema(&property.node, join(&pointer, name));
                        schema.properties.insert(name.clone(), property);
                    }
                }
                "required" => schema.required = self.strings(node, "`required` of a schema"),
                "minProperties" => schema.min_properties = self.count(node, "`minProperties`"),
                "maxProperties" => schema.max_properties = self.count(node, "`maxProperties`"),
                "additionalProperties" => {
                    schema.additional = Some(match &node.value {
                        Value::Bool(any) => Additional::Any(*any),
                        _ => Additional::Schema(Box::new(self.schema(node, pointer()))),
                    });
                }
                "allOf" => {
                    let pointer = pointer();
                    let members = self.sequence(node, "`allOf`");
                    if members.is_empty() {
                        self.problem(&node.place, "`allOf` has no member");
                    }
                    for (index, member) in members.iter().enumerate() {
                        schema.all_of.push(self.schema(member, join(&pointer, &index.to_string())));
                    }
                }
                "readOnly" => schema.read_only = self.bool(node, "`readOnly`").unwrap_or_default(),
                "discriminator" => schema.discriminator = self.string(node, "`discriminator`"),
                "xml" => {
                    self.mapping(node, "`xml`");
                    schema.xml = Some(node.to_json());
                }
                "externalDocs" => schema.external_docs = self.external_docs(node),
                "deprecated" => schema.deprecated = self.bool(node, "`deprecated`").unwrap_or_default(),
                "x-nullable" => schema.nullable = self.bool(node, "`x-nullable`"),
                _ if key.starts_with("x-") => {
                    self.extension(&mut schema.extensions, key, entry, "a schema", VOCABULARY);
                }
                _ => self.unknown(key, entry, "a schema"),
            }
        }
        self.finish_schema(&schema, entries);
        schema
    }

    /// Reads `items` of a parameter or header: no references, no objects, and a `collectionFormat` of its own.
    fn plain_items(&mut self, node: &'a Node, pointer: String) -> Schema {
        let at = At { pointer, place: node.place.clone() };
        let read = |reader: &mut Self| {
            let mut schema = Schema::at(at.clone());
            let Some(entries) = reader.mapping(node, "`items`") else { return schema };
            for (key, entry) in entries {
                if reader.plain_key(&mut schema, key, entry, "`items` of a parameter") {
                    continue;
                }
                match key.as_str() {
                    "items" => {
                        let pointer = join(&schema.at.pointer, "items");
                        schema.items = Some(Box::new(reader.plain_items(&entry.node, pointer)));
                    }
                    "collectionFormat" => {
                        let text = reader.string(&entry.node, "`collectionFormat`");
                        if text.is_some_and(|text| text != "csv") {
                            let message = "a list in a list is only supported with `collectionFormat: csv`";
                            reader.problem(&entry.node.place, message);
                        }
                    }
                    "x-encoding" => schema.encoding = reader.encoding(&entry.node),
                    "x-schema" => {
                        let pointer = join(&schema.at.pointer, key);
                        schema.encoded = Some(Box::new(reader.schema(&entry.node, pointer)));
                    }
                    _ if key.starts_with("x-") => {
                        reader.extension(
                            &mut schema.extensions,
                            key,
                            entry,
                            "`items` of a parameter",
                            &["x-name"],
                        );
                    }
                    _ => reader.unknown(key, entry, "`items` of a parameter"),
                }
            }
            reader.finish_plain(&schema, entries, "`items` of a parameter");
            reader.check_encoding(schema.encoding, schema.encoded.as_deref(), &schema, None);
            schema
        };
        self.deeper(&node.place, read).unwrap_or_else(|| Schema::at(at.clone()))
    }

    /// A key that parameters, headers and their items share with schemas and that is not read by `plain_key`.
    pub(super) fn parameter_key(
        &mut self,
        schema: &mut Schema,
        key: &str,
        entry: &'a Entry,
        what: &str,
    ) -> bool {
        if key == "items" {
            let pointer = join(&schema.at.pointer, "items");
            schema.items = Some(Box::new(self.plain_items(&entry.node, pointer)));
            return true;
        }
        self.plain_key(schema, key, entry, what)
    }

    /// The keys of JSON Schema that every typed value has. False: not one of them.
    fn plain_key(&mut self, schema: &mut Schema, key: &str, entry: &'a Entry, what: &str) -> bool {
        let node = &entry.node;
        let named = |key: &str| format!("`{key}` of {what}");
        match key {
            "type" => schema.kind = self.kind(node, what),
            "format" => schema.format = self.string(node, &named(key)),
            "default" => schema.default = Some(node.to_json()),
            "enum" => schema.values = self.values(node, &named(key)),
            "multipleOf" => schema.multiple_of = self.number(node, &named(key)),
            "minimum" => schema.minimum = self.number(node, &named(key)),
            "maximum" => schema.maximum = self.number(node, &named(key)),
            "exclusiveMinimum" => schema.exclusive_minimum = self.bool(node, &named(key)),
            "exclusiveMaximum" => schema.exclusive_maximum = self.bool(node, &named(key)),
            "minLength" => schema.min_length = self.count(node, &named(key)),
            "maxLength" => schema.max_length = self.count(node, &named(key)),
            "pattern" => schema.pattern = self.string(node, &named(key)),
            "minItems" => schema.min_items = self.count(node, &named(key)),
            "maxItems" => schema.max_items = self.count(node, &named(key)),
            "uniqueItems" => schema.unique_items = self.bool(node, &named(key)),
            _ => return false,
        }
        true
    }

    fn kind(&mut self, node: &Node, what: &str) -> Option<Kind> {
        if let Value::Sequence(_) = node.value {
            self.problem(
                &node.place,
                format!("`type` of {what} is a list of types, which Swagger 2.0 does not allow"),
            );
            return None;
        }
        let text = self.string(node, &format!("`type` of {what}"))?;
        Some(match text.as_str() {
            "string" => Kind::String,
            "number" => Kind::Number,
            "integer" => Kind::Integer,
            "boolean" => Kind::Boolean,
            "array" => Kind::Array,
            "object" => Kind::Object,
            "file" => {
                self.problem(
                    &node.place,
                    "`type: file` is not supported: declare the body with `x-body` or `x-answer`",
                );
                return None;
            }
            other => {
                self.problem(&node.place, format!("`{other}` is not a type of {what}"));
                return None;
            }
        })
    }

    fn values(&mut self, node: &'a Node, what: &str) -> Vec<Json> {
        let items = self.sequence(node, what);
        if items.is_empty() && matches!(node.value, Value::Sequence(_)) {
            self.problem(&node.place, format!("{what} lists no value"));
        }
        let mut values: Vec<Json> = Vec::with_capacity(items.len());
        for item in items {
            let value = item.to_json();
            if values.contains(&value) {
                self.problem(&item.place, format!("{value} stands twice in {what}"));
            } else {
                values.push(value);
            }
        }
        values
    }

    fn definition_reference(&mut self, node: &Node) -> Option<Reference> {
        let text = self.string(node, "`$ref`")?;
        // That the definition exists is checked when all are read.
        match local_name("definitions", &text) {
            Some(name) => Some(Reference { name, place: node.place.clone() }),
            None => {
                self.dangling("definitions", &text, &node.place);
                None
            }
        }
    }

    fn finish_schema(&mut self, schema: &Schema, entries: &Mapping) {
        if schema.kind == Some(Kind::Array) && !entries.contains_key("items") {
            self.problem(&schema.at.place, "an array must say its `items`");
        }
        if let Some(entry) = entries.get("x-null")
            && !matches!(schema.kind, Some(Kind::Array | Kind::Object))
        {
            self.problem(&entry.key, "`x-null: empty` is for lists and maps");
        }
        self.check_values(schema, entries);
    }

    /// What a parameter, a header or its items must have.
    pub(super) fn finish_plain(&mut self, schema: &Schema, entries: &Mapping, what: &str) {
        let place = &schema.at.place;
        match schema.kind {
            None if !entries.contains_key("type") => {
                self.problem(place, format!("{what} must say its `type`"))
            }
            Some(Kind::Object) => self.problem(place, format!("{what} cannot be an object")),
            Some(Kind::Array) if !entries.contains_key("items") => {
                self.problem(place, "an array must say its `items`");
            }
            _ => {}
        }
        self.check_values(schema, entries);
    }

    /// Defaults and listed values must be of the schema's type, bounds must fit it.
    fn check_values(&mut self, schema: &Schema, entries: &Mapping) {
        let Some(kind) = schema.kind else { return };
        let place = |key: &str| entries.get(key).map_or(&schema.at.place, |entry| &entry.node.place);
        if let Some(default) = &schema.default {
            if !(fits(kind, default) || default.is_null()) {
                let message = format!("the default {default} is not of type `{}`", kind.as_str());
                self.problem(place("default"), message);
            } else if !schema.values.is_empty() && !default.is_null() && !schema.values.contains(default) {
                self.problem(
                    place("default"),
                    format!("the default {default} is not among the values of `enum`"),
                );
            }
        }
        for (index, value) in schema.values.iter().enumerate() {
            if !(fits(kind, value) || value.is_null()) {
                let item = entries.get("enum").and_then(|entry| match &entry.node.value {
                    Value::Sequence(items) => items.get(index),
                    _ => None,
                });
                let message = format!("the value {value} of `enum` is not of type `{}`", kind.as_str());
                self.problem(item.map_or(place("enum"), |item| &item.place), message);
            }
        }
        if kind == Kind::Integer {
            let bounds = [
                ("minimum", &schema.minimum),
                ("maximum", &schema.maximum),
                ("multipleOf", &schema.multiple_of),
            ];
            for (key, bound) in bounds {
                if bound.as_ref().is_some_and(|bound| bound.as_i64().is_none()) {
                    let message =
                        format!("`{key}` of an integer must be a whole number of 64 bits with sign");
                    self.problem(place(key), message);
                }
            }
        }
        if schema
            .multiple_of
            .as_ref()
            .and_then(serde_json::Number::as_f64)
            .is_some_and(|divisor| divisor <= 0.0)
        {
            self.problem(place("multipleOf"), "`multipleOf` must be greater than 0");
        }
    }
}

fn fits(kind: Kind, value: &Json) -> bool {
    match kind {
        Kind::String => value.is_string(),
        Kind::Number => value.is_number(),
        Kind::Integer => value.is_i64() || value.is_u64(),
        Kind::Boolean => value.is_boolean(),
        Kind::Array => value.is_array(),
        Kind::Object => value.is_object(),
    }
}
