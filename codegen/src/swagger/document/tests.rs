//! One small document per rule: what is read, and what is refused where.

use super::*;
use crate::source::Source;

fn read(text: &str) -> Result<Document, Errors> {
    Document::read(crate::swagger::read(&Source::new("t.yaml", text)).expect("well formed"))
}

/// A document with these paths and definitions, given without indentation.
fn with(paths: &str, definitions: &str) -> String {
    let indent = |text: &str| text.lines().map(|line| format!("  {line}\n")).collect::<String>();
    format!(
        "swagger: '2.0'\ninfo: {{title: T, version: '1.51'}}\nproduces: [application/json]\n\
         paths:\n  x-none: 0\n{}definitions:\n  None: {{}}\n{}",
        indent(paths),
        indent(definitions)
    )
}

/// A document with one operation that has these keys.
fn operation(keys: &str) -> String {
    let keys: String = keys.lines().map(|line| format!("    {line}\n")).collect();
    let responses = if keys.contains("responses:") { "" } else { "    responses: {200: {}}\n" };
    with(
        &format!(
            "/a/{{id}}:\n  parameters: [{{name: id, in: path, type: string, required: true}}]\n  get:\n    operationId: A\n{keys}{responses}"
        ),
        "",
    )
}

#[track_caller]
fn refused(text: &str, messages: &[&str]) {
    let errors = read(text).expect_err("this document is wrong").to_string();
    for message in messages {
        assert!(errors.contains(message), "{message:?} is not in:\n{errors}");
    }
    assert_eq!(errors.lines().count(), messages.len(), "other errors:\n{errors}");
    assert!(errors.lines().all(|line| line.starts_with("t.yaml:")), "an error has no place:\n{errors}");
}

#[test]
fn an_operation_inherits_and_overrides() {
    let text = with(
        "/a/{id}:\n  parameters:\n  - {name: id, in: path, type: string, required: true}\n  - {name: all, in: query, type: boolean}\n  \
         get:\n    operationId: A\n    parameters: [{name: all, in: query, type: string}]\n    responses: {'200': {schema: {$ref: '#/definitions/D'}}}",
        "D: {type: object, x-nullable: true}",
    );
    let document = read(&text).expect("right");
    let operation = document.operations().next().expect("one operation");
    assert_eq!(operation.produces, ["application/json"]);
    assert!(!operation.own_produces);
    let parameters: Vec<_> = operation.parameters.iter().map(|p| (p.name.as_str(), p.schema.kind)).collect();
    assert_eq!(parameters, [("id", Some(Kind::String)), ("all", Some(Kind::String))]);
    assert_eq!(operation.at.pointer, "/paths/~1a~1{id}/get");
    assert_eq!(operation.parameters[1].at.pointer, "/paths/~1a~1{id}/get/parameters/0");
    assert_eq!(document.definitions["D"].nullable, Some(true));
    for part in document.definitions.values().chain(operation.responses.iter().flat_map(|r| &r.schema)) {
        assert_eq!(document.root.at(&part.at.pointer).map(|node| &node.place), Some(&part.at.place));
    }
}

#[test]
fn an_operation_has_another_name_beside_its_id() {
    let document = read(&operation("x-name: Better")).expect("right");
    let operation = document.operations().next().expect("one operation");
    assert_eq!(operation.id, "A");
    assert_eq!(operation.extensions.get("x-name"), Some(&"Better".into()));
}

#[test]
fn shared_parameters_and_responses_are_resolved() {
    let text = "swagger: '2.0'\ninfo: {title: T, version: '1'}\n\
        parameters: {limit: {name: limit, in: query, type: integer}}\nresponses: {Gone: {description: gone}}\n\
        paths:\n  /a:\n    get:\n      operationId: A\n      parameters: [{$ref: '#/parameters/limit'}]\n      responses: {200: {}, 410: {$ref: '#/responses/Gone'}}\n";
    let document = read(text).expect("right");
    let operation = document.operations().next().expect("one operation");
    assert_eq!(operation.parameters[0].at.pointer, "/parameters/limit");
    assert_eq!(operation.responses[1].at.pointer, "/responses/Gone");
    assert_eq!(operation.responses[1].status, Status::Code(410));
    refused(
        &text.replace("/parameters/limit'", "/parameters/other'"),
        &["there is no `other` in `parameters`"],
    );
    refused(&text.replace("'#/responses/Gone'", "'other.yaml#/Gone'"), &["is not a reference of the form"]);
    refused(&text.replace("Gone'}", "Gone', description: x}"), &["`description` beside a `$ref`"]);
}

#[test]
fn several_mistakes_are_told_at_once() {
    refused(
        "swagger: '3.0'\nbasePath: v1\ninfo: {}\nwhat: 1\npaths: []\n",
        &[
            "only Swagger '2.0'",
            "`basePath` must begin",
            "`info` has no `title`",
            "`info` has no `version`",
            "`what` is not a key of a document",
            "`paths` must be a mapping, not a list",
        ],
    );
    refused("[]", &["a document must be a mapping"]);
}

#[test]
fn references_lead_somewhere() {
    let definition = |text: &str| with("", text);
    refused(&definition("A: {$ref: '#/definitions/B'}"), &["there is no `B` in `definitions`"]);
    refused(&definition("A: {$ref: 'http://x/y'}"), &["is not a reference of the form `#/definitions/NAME`"]);
    refused(&definition("A: {$ref: '#/definitions/None/properties/x'}"), &["is not a reference of the form"]);
    refused(&definition("A: {$ref: 7}"), &["`$ref` must be a string"]);
    refused(
        &definition("A: {$ref: '#/definitions/B'}\nB: {allOf: [{$ref: '#/definitions/A'}]}"),
        &["the definition `A` refers to itself in a circle"],
    );
    read(&definition("A: {properties: {a: {$ref: '#/definitions/A'}}}")).expect("a tree is no circle");
}

#[test]
fn schemas_are_checked() {
    let definition = |text: &str| with("", &format!("A: {text}"));
    for (text, message) in [
        ("{type: [array, string]}", "is a list of types"),
        ("{type: array}", "an array must say its `items`"),
        ("{type: file}", "not supported"),
        ("{type: str}", "`str` is not a type"),
        ("{type: integer, default: x}", "the default \"x\" is not of type `integer`"),
        ("{type: string, enum: [a, a]}", "\"a\" stands twice"),
        ("{type: string, enum: []}", "lists no value"),
        ("{type: string, enum: [a, 1]}", "the value 1 of `enum` is not of type `string`"),
        ("{type: string, enum: [a], default: b}", "is not among the values"),
        ("{type: integer, minimum: 1.5}", "whole number of 64 bits"),
        ("{type: string, minLength: -1}", "whole number from 0"),
        ("{allOf: []}", "`allOf` has no member"),
        ("{oneOf: []}", "`oneOf` is not a key of a schema"),
        ("{required: [a, a]}", "`a` stands twice"),
        ("{properties: {a: 1}}", "a schema must be a mapping, not a number"),
        ("{x-name: 1}", "`x-name` must be a string"),
        ("{type: array, items: {}, x-null: nothing}", "`x-null` is one of `empty`, not `nothing`"),
        ("{type: string, x-null: empty}", "`x-null: empty` is for lists and maps"),
        ("{x-name: 'a b'}", "is not a name"),
        ("{x-answer: {kind: json}}", "`x-answer` cannot stand on a schema"),
        ("{x-source: /}", "`x-source` cannot stand on a schema"),
        ("{x-deprecated: {since: soon}}", "is not an API version"),
    ] {
        refused(&definition(text), &[message]);
    }
    let deep = "{items: ".repeat(100) + "{}" + &"}".repeat(100);
    refused(&definition(&deep), &["nested more than 64 deep"]);
    refused(&with("", "'a b': {}"), &["has other characters"]);
}

#[test]
fn operations_are_checked() {
    for (keys, message) in [
        (
            "parameters: [{name: all, in: query, type: string}, {name: all, in: query, type: string}]",
            "stands twice",
        ),
        ("parameters: [{name: x, in: path, type: string, required: true}]", "has no `{x}`"),
        ("parameters: [{name: id, in: path, type: string}]", "must be `required: true`"),
        ("parameters: [{name: f, in: formData, type: string}]", "form data, which is not supported"),
        ("parameters: [{name: f, in: cookie, type: string}]", "is not a place of a parameter"),
        ("parameters: [{name: f, in: query}]", "a parameter must say its `type`"),
        ("parameters: [{name: f, in: query, type: object}]", "cannot be an object"),
        (
            "parameters: [{name: f, in: header, type: array, items: {type: string}, collectionFormat: multi}]",
            "multi",
        ),
        (
            "parameters: [{name: f, in: query, type: array, items: {type: string}, collectionFormat: x}]",
            "`x` is not a",
        ),
        ("parameters: [{in: query, type: string}]", "must say its `name` and `in`"),
        ("x-name: get it", "\"get it\" is not a name"),
        ("x-name: [A]", "`x-name` must be a string"),
        ("parameters: [{name: b, in: body}]", "has no `schema`"),
        (
            "parameters: [{name: b, in: body, schema: {}, x-body: zip}]",
            "`x-body`: expected `tar`, `raw`, not `zip`",
        ),
        ("parameters: [{name: b, in: body, schema: {}}, {name: c, in: body, schema: {}}]", "a second body"),
        ("parameters: [{name: f, in: query, type: string, x-encoding: json}]", "needs an `x-schema`"),
        ("parameters: [{name: f, in: query, type: string, x-schema: {}}]", "needs an `x-encoding`"),
        ("parameters: [{name: f, in: query, type: string, x-encoding: segments}]", "for path parameters"),
        ("parameters: [{name: f, in: query, type: string, x-encoding: newline}]", "for arrays"),
        ("parameters: [{name: f, in: query, type: string, x-filters: {a: {b: 1}}}]", "not a key of a filter"),
        ("responses: {400: {}}", "no response tells of success"),
        ("responses: {20: {}, 200: {}}", "neither a status code nor `default`"),
        ("responses: {200: {headers: {'a b': {type: string}}}}", "is not the name of a header"),
        ("produces: [json]", "is not a media type"),
        ("wat: 1", "`wat` is not a key of an operation"),
        ("x-answer: {kind: soup}", "expected `json`"),
        ("x-answer: {}", "has no `kind`"),
        ("x-answer: {kind: text, schema: {}}", "has no schema"),
        ("x-answer: {kind: outcome}", "`variants` belongs to"),
        ("x-answer: {kind: outcome, variants: {204: Done}}", "documents no status 204"),
        ("x-answer: {kind: outcome, variants: {200: done}}", "is not the name of a variant"),
        ("x-upgrade: smtp", "`x-upgrade` is one of"),
        ("x-long-poll: 1", "`x-long-poll` must be true or false"),
    ] {
        refused(&operation(keys), &[message]);
    }
}

#[test]
fn ids_and_templates_are_checked() {
    let get =
        |path: &str, id: &str| format!("{path}:\n  get: {{operationId: {id}, responses: {{200: {{}}}}}}\n");
    refused(&with(&(get("/a", "A") + &get("/b", "A")), ""), &["is also that of `GET /a` at t.yaml:"]);
    refused(&with("/a:\n  get: {responses: {200: {}}}", ""), &["`GET /a` has no `operationId`"]);
    refused(&with("/a:\n  get: {operationId: A}", ""), &["`GET /a` has no `responses`"]);
    refused(&with(&get("/a", "'A B'"), ""), &["is not an `operationId`"]);
    refused(&with(&get("/a/{id}", "A"), ""), &["`A` does not declare the path parameter `id`"]);
    refused(&with(&get("a", "A"), ""), &["does not begin with `/`"]);
    refused(&with(&get("/a/{id", "A"), ""), &["has a `{` without `}`"]);
    refused(&with(&get("'/a b'", "A"), ""), &["has a character that a path cannot have"]);
    refused(&with("/a:\n  grab: {}", ""), &["`grab` is not a key of a path"]);
    let two = "/a/{x}:\n  parameters: [{name: x, in: path, type: string, required: true}]\n\
               /a/{y}:\n  parameters: [{name: y, in: path, type: string, required: true}]\n";
    refused(&with(two, ""), &["means the same requests as `/a/{x}`"]);
}
