//! What Swagger 2.0 has at which object: the keys, and what stands under each.
//!
//! One table serves three purposes: walking a document knows which keys are names and which are words of
//! Swagger, the check finds what Swagger does not have, and dropping prose finds the prose.

use crate::source::Diagnostic;
use crate::swagger::node::{Node, Value};

/// An object of a Swagger 2.0 document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Document,
    Info,
    Contact,
    License,
    Tag,
    SecurityScheme,
    PathItem,
    Operation,
    /// A parameter with `in: body`.
    Body,
    Parameter,
    Items,
    Response,
    Header,
    Schema,
    /// A schema that is one of several in `allOf`.
    Part,
    Xml,
}

/// What stands under a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Text for people: a description or summary.
    Prose,
    /// Something for people of any shape: examples, a logo.
    Example,
    Text,
    Flag,
    Number,
    /// A whole number from 0.
    Count,
    Any,
    Texts,
    /// A list of anything.
    List,
    One(Kind),
    /// A schema, or true or false.
    SchemaOrFlag,
    Each(Kind),
    /// Names to objects.
    Map(Kind),
    /// Paths to path items, and extensions.
    Paths,
    /// Status codes to responses, and extensions.
    Responses,
}

/// What stands under a key of an object; nothing if Swagger has no such key there.
pub(crate) fn shape(kind: Kind, key: &str) -> Option<Shape> {
    use Kind::*;
    use Shape::*;
    let kind = if kind == Part { Schema } else { kind };
    if key.starts_with("x-") {
        return Some(if matches!(key, "x-logo" | "x-example" | "x-examples") { Example } else { Any });
    }
    Some(match (kind, key) {
        (Document | Tag | Operation | Schema, "externalDocs") => Example,
        (Operation, "summary") => Prose,
        (Response, "examples") | (Body | Parameter | Header | Items, "example" | "examples") => Example,
        (Schema, "example" | "examples") => Example,
        (Info | Tag | SecurityScheme, "description") => Prose,
        (Operation | Body | Parameter | Response | Header | Schema | Items, "description") => Prose,

        (Document, "swagger" | "host" | "basePath") => Text,
        (Document, "schemes" | "consumes" | "produces") => Texts,
        (Document, "info") => One(Info),
        (Document, "tags") => Each(Tag),
        (Document, "paths") => Paths,
        (Document, "definitions") => Map(Schema),
        (Document, "parameters") => Map(Parameter),
        (Document, "responses") => Map(Response),
        (Document, "securityDefinitions") => Map(SecurityScheme),
        (Document | Operation, "security") => List,

        (Info, "title" | "version" | "termsOfService") => Text,
        (Info, "contact") => One(Contact),
        (Info, "license") => One(License),
        (Contact, "name" | "url" | "email") | (License, "name" | "url") | (Tag, "name") => Text,
        (SecurityScheme, "type" | "name" | "in" | "flow" | "authorizationUrl" | "tokenUrl") => Text,
        (SecurityScheme, "scopes") => Any,

        (PathItem, "get" | "put" | "post" | "delete" | "options" | "head" | "patch") => One(Operation),
        (PathItem | Operation, "parameters") => Each(Parameter),

        (Operation, "operationId") => Text,
        (Operation, "tags" | "consumes" | "produces" | "schemes") => Texts,
        (Operation, "responses") => Responses,
        // Swagger has it on operations only; import writes it wherever the text says so.
        (Operation | Body | Parameter | Header | Schema, "deprecated") => Flag,

        (Body | Parameter, "name" | "in") => Text,
        (Body | Parameter, "required") => Flag,
        (Body | Response, "schema") => One(Schema),
        (Response, "headers") => Map(Header),
        (Parameter, "allowEmptyValue") => Flag,
        (Parameter | Items | Header, "collectionFormat") => Text,
        (Parameter | Items | Header, "items") => One(Items),
        (Body | Parameter | Response | Schema, "$ref") => Text,

        (Schema, "properties") => Map(Schema),
        (Schema, "additionalProperties") => SchemaOrFlag,
        (Schema, "items") => One(Schema),
        (Schema, "allOf") => Each(Part),
        (Schema, "required") => Texts,
        (Schema, "title" | "discriminator") => Text,
        (Schema, "readOnly") => Flag,
        (Schema, "xml") => One(Xml),
        (Schema, "minProperties" | "maxProperties") => Count,
        (Xml, "name" | "namespace" | "prefix") => Text,
        (Xml, "attribute" | "wrapped") => Flag,

        (Parameter | Items | Header | Schema, "type" | "format" | "pattern") => Text,
        (Parameter | Items | Header | Schema, "minimum" | "maximum" | "multipleOf") => Number,
        (Parameter | Items | Header | Schema, "exclusiveMinimum" | "exclusiveMaximum" | "uniqueItems") => {
            Flag
        }
        (Parameter | Items | Header | Schema, "minLength" | "maxLength" | "minItems" | "maxItems") => Count,
        (Parameter | Items | Header | Schema, "enum") => List,
        (Parameter | Items | Header | Schema, "default") => Any,
        _ => return None,
    })
}

/// A parameter is two kinds of object: one with a schema and one with a simple type.
fn exact(kind: Kind, node: &Node) -> Kind {
    match kind {
        Kind::Parameter if node.get("in").and_then(Node::as_str) == Some("body") => Kind::Body,
        kind => kind,
    }
}

/// Calls `visit` for an object and then for every object in it. What has not the shape that Swagger
/// gives it is passed by.
pub(crate) fn walk(kind: Kind, node: &mut Node, visit: &mut dyn FnMut(Kind, &mut Node)) {
    let kind = exact(kind, node);
    if node.as_mapping().is_none() {
        return;
    }
    visit(kind, node);
    for (key, entry) in node.as_mapping_mut().into_iter().flatten() {
        let child = &mut entry.node;
        match shape(kind, key) {
            Some(Shape::One(inner)) => walk(inner, child, visit),
            Some(Shape::SchemaOrFlag) => walk(Kind::Schema, child, visit),
            Some(Shape::Each(inner)) => {
                for item in child.as_sequence_mut().into_iter().flatten() {
                    walk(inner, item, visit);
                }
            }
            Some(Shape::Map(inner)) => {
                for (_, entry) in child.as_mapping_mut().into_iter().flatten() {
                    walk(inner, &mut entry.node, visit);
                }
            }
            Some(shape @ (Shape::Paths | Shape::Responses)) => {
                let inner = if shape == Shape::Paths { Kind::PathItem } else { Kind::Response };
                for (name, entry) in child.as_mapping_mut().into_iter().flatten() {
                    if !name.starts_with("x-") {
                        walk(inner, &mut entry.node, visit);
                    }
                }
            }
            _ => {}
        }
    }
}

/// Finds what Swagger 2.0 does not have: unknown keys, and values of another shape.
pub(crate) fn check(kind: Kind, node: &Node, errors: &mut Vec<Diagnostic>) {
    let kind = exact(kind, node);
    let Some(entries) = node.as_mapping() else {
        errors.push(wrong(node, "a mapping"));
        return;
    };
    for (key, entry) in entries {
        let child = &entry.node;
        let Some(shape) = shape(kind, key) else {
            let object = name(kind);
            let error =
                Diagnostic::error(entry.key.clone(), format!("Swagger 2.0 has no `{key}` at {object}"));
            errors.push(
                error.help("a key that is no extension (`x-…`) would be lost unseen; is it a new fact?"),
            );
            continue;
        };
        check_shape(shape, child, errors);
    }
}

fn check_shape(shape: Shape, node: &Node, errors: &mut Vec<Diagnostic>) {
    let expected = match (shape, &node.value) {
        (Shape::Any | Shape::Example, _) => return,
        (Shape::Prose | Shape::Text, Value::String(_)) => return,
        (Shape::Prose | Shape::Text, _) => "text",
        (Shape::Flag, Value::Bool(_)) => return,
        (Shape::Flag, _) => "true or false",
        (Shape::Number, Value::Number(_)) => return,
        (Shape::Number, _) => "a number",
        (Shape::Count, Value::Number(number)) if number.is_u64() => return,
        (Shape::Count, _) => "a whole number from 0",
        (Shape::List, Value::Sequence(_)) => return,
        (Shape::Texts, Value::Sequence(items)) => {
            errors
                .extend(items.iter().filter(|item| item.as_str().is_none()).map(|item| wrong(item, "text")));
            return;
        }
        (Shape::List | Shape::Texts, _) => "a list",
        (Shape::One(kind), _) => return check(kind, node, errors),
        (Shape::SchemaOrFlag, Value::Bool(_)) => return,
        (Shape::SchemaOrFlag, _) => return check(Kind::Schema, node, errors),
        (Shape::Each(kind), Value::Sequence(items)) => {
            return items.iter().for_each(|item| check(kind, item, errors));
        }
        (Shape::Each(_), _) => "a list",
        (Shape::Map(kind), Value::Mapping(entries)) => {
            return entries.values().for_each(|entry| check(kind, &entry.node, errors));
        }
        (Shape::Paths, Value::Mapping(entries)) => {
            for (path, entry) in entries {
                if path.starts_with('/') {
                    check(Kind::PathItem, &entry.node, errors);
                } else if !path.starts_with("x-") {
                    errors.push(Diagnostic::error(
                        entry.key.clone(),
                        format!("the path `{path}` does not begin with /"),
                    ));
                }
            }
            return;
        }
        (Shape::Responses, Value::Mapping(entries)) => {
            for (status, entry) in entries {
                let is_code = status.len() == 3
                    && matches!(status.as_bytes()[0], b'1'..=b'5')
                    && status.bytes().all(|byte| byte.is_ascii_digit());
                if is_code || status == "default" {
                    check(Kind::Response, &entry.node, errors);
                } else if !status.starts_with("x-") {
                    errors.push(
                        Diagnostic::error(entry.key.clone(), format!("`{status}` is not a status code"))
                            .help("a response is named by three digits or `default`"),
                    );
                }
            }
            return;
        }
        (Shape::Map(_) | Shape::Paths | Shape::Responses, _) => "a mapping",
    };
    errors.push(wrong(node, expected));
}

fn wrong(node: &Node, expected: &str) -> Diagnostic {
    Diagnostic::error(node.place.clone(), format!("expected {expected}, found {}", node.value.kind()))
}

/// What the specification calls it.
fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Document => "the top of a document",
        Kind::Info => "`info`",
        Kind::Contact => "a contact",
        Kind::License => "a license",
        Kind::Tag => "a tag",
        Kind::SecurityScheme => "a security scheme",
        Kind::PathItem => "a path",
        Kind::Operation => "an operation",
        Kind::Body => "a body parameter",
        Kind::Parameter => "a parameter",
        Kind::Items => "the items of a parameter or header",
        Kind::Response => "a response",
        Kind::Header => "a header",
        Kind::Schema | Kind::Part => "a schema",
        Kind::Xml => "`xml`",
    }
}
