//! What each rule of the lowering gives, on small documents.

use serde_json::{Value as Json, json};

use super::*;
use crate::source::Source;

/// The lowered document, as JSON without `x-source`.
fn plain(text: &str) -> Json {
    serde_json::from_str(&to_json(&lowered(text).openapi)).expect("JSON")
}

fn lowered(text: &str) -> Lowered {
    let root = crate::swagger::read(&Source::new("t.yaml", text)).expect("well formed");
    lower(&Document::read(root).unwrap_or_else(|errors| panic!("{errors}")))
}

fn schema(text: &str) -> Json {
    let text = format!(
        "swagger: '2.0'\ninfo: {{title: T, version: '1'}}\npaths: {{}}\ndefinitions: {{D: {{}}, S: {text}}}\n"
    );
    plain(&text)["components"]["schemas"]["S"].clone()
}

fn operation(keys: &str) -> Json {
    let keys: String = keys.lines().map(|line| format!("      {line}\n")).collect();
    let responses = if keys.contains("responses:") { "" } else { "      responses: {204: {}}\n" };
    let text = format!(
        "swagger: '2.0'\ninfo: {{title: T, version: '1'}}\nproduces: [application/json, text/plain]\n\
         paths:\n  /a:\n    get:\n      operationId: A\n{keys}{responses}definitions: {{D: {{type: object}}}}\n"
    );
    plain(&text)["paths"]["/a"]["get"].clone()
}

fn parameter(text: &str) -> Json {
    operation(&format!("parameters: [{text}]"))["parameters"][0].clone()
}

#[test]
fn schemas() {
    for (swagger, openapi) in [
        ("{}", json!({})),
        ("{$ref: '#/definitions/D'}", json!({"$ref": "#/components/schemas/D"})),
        ("{$ref: '#/definitions/D', x-nullable: false}", json!({"$ref": "#/components/schemas/D"})),
        (
            "{$ref: '#/definitions/D', x-nullable: true, description: d}",
            json!({"nullable": true, "description": "d", "allOf": [{"$ref": "#/components/schemas/D"}]}),
        ),
        (
            "{type: array, items: {}, x-null: empty}",
            json!({"nullable": true, "x-null": "empty", "type": "array", "items": {}}),
        ),
        (
            "{$ref: '#/definitions/D', type: object, x-go-name: G}",
            json!({"x-go-name": "G", "type": "object", "allOf": [{"$ref": "#/components/schemas/D"}]}),
        ),
        (
            "{allOf: [{$ref: '#/definitions/D'}, {type: object, properties: {b: {}, a: {}}}]}",
            json!({"allOf": [
                {"$ref": "#/components/schemas/D"},
                {"type": "object", "properties": {"b": {}, "a": {}}},
            ]}),
        ),
        (
            "{type: string, format: dateTime, enum: [b, a], default: a, minLength: 1, maxLength: 2, pattern: p}",
            json!({"default": "a", "type": "string", "format": "dateTime", "pattern": "p", "enum": ["b", "a"],
                "minLength": 1, "maxLength": 2}),
        ),
        (
            "{type: integer, format: uint64, minimum: -1, exclusiveMinimum: true, maximum: 9, enum: [1, 2]}",
            json!({"type": "integer", "format": "uint64", "exclusiveMinimum": true, "minimum": -1, "maximum": 9,
                "enum": [1, 2]}),
        ),
        // Does not fit 64 bits with sign: goes where everything fits.
        (
            "{type: integer, enum: [18446744073709551615]}",
            json!({"type": "integer", "enum": [18446744073709551615u64]}),
        ),
        ("{type: number, format: double, minimum: 0.5}", json!({"type": "number", "format": "double", "minimum": 0.5})),
        ("{type: boolean, default: true}", json!({"default": true, "type": "boolean"})),
        ("{type: boolean, format: f}", json!({"type": "boolean", "format": "f"})),
        (
            "{type: array, items: {type: string}, minItems: 1, maxItems: 2, uniqueItems: true}",
            json!({"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 2, "uniqueItems": true}),
        ),
        ("{type: string, items: {}}", json!({"type": "string", "items": {}})),
        ("{properties: {a: {}}, required: [a]}", json!({"properties": {"a": {}}, "required": ["a"]})),
        (
            "{type: object, additionalProperties: {type: string, x-nullable: true}}",
            json!({"type": "object", "additionalProperties": {"type": "string", "nullable": true}}),
        ),
        ("{type: object, additionalProperties: false}", json!({"type": "object", "additionalProperties": false})),
        (
            "{type: object, title: T, readOnly: true, deprecated: true, x-deprecated: {since: '1.44'}, x-name: N,
              discriminator: kind, xml: {name: x}, example: {x-source: kept}}",
            json!({"title": "T", "readOnly": true, "deprecated": true, "x-deprecated": {"since": "1.44"}, "x-name": "N",
                "discriminator": {"propertyName": "kind"}, "x-xml": {"name": "x"}, "example": {"x-source": "kept"},
                "type": "object"}),
        ),
        ("{properties: {x-source: {type: string}}}", json!({"properties": {"x-source": {"type": "string"}}})),
    ] {
        assert_eq!(schema(swagger), openapi, "{swagger}");
    }
}

#[test]
fn arrays_have_a_style() {
    let array = |format: &str, place: &str| {
        let lowered =
            parameter(&format!("{{name: a, in: {place}, type: array, items: {{type: string}}{format}}}"));
        (lowered["style"].clone(), lowered["explode"].clone(), lowered.get("x-collection-format").cloned())
    };
    assert_eq!(array(", collectionFormat: multi", "query"), (json!("form"), json!(true), None));
    assert_eq!(array("", "query"), (json!("form"), json!(false), None));
    assert_eq!(array(", collectionFormat: ssv", "query"), (json!("spaceDelimited"), json!(false), None));
    assert_eq!(array(", collectionFormat: pipes", "query"), (json!("pipeDelimited"), json!(false), None));
    assert_eq!(array(", collectionFormat: tsv", "query"), (json!("form"), json!(false), Some(json!("tsv"))));
    assert_eq!(array("", "header"), (json!("simple"), json!(false), None));
    assert_eq!(
        array(", collectionFormat: pipes", "header"),
        (json!("simple"), json!(false), Some(json!("pipes")))
    );
}

#[test]
fn parameters_keep_what_they_say() {
    assert_eq!(
        parameter(
            "{name: n, in: query, type: integer, default: 3, description: d, required: true, deprecated: true, x-deprecated: {replaced-by: m}, x-filters: {b: {}, a: {values: [x]}}, allowEmptyValue: true}"
        ),
        json!({"in": "query", "name": "n", "description": "d", "required": true, "deprecated": true,
            "schema": {"default": 3, "type": "integer"}, "x-deprecated": {"replaced-by": "m"},
            "x-filters": {"b": {}, "a": {"values": ["x"]}}, "style": "form", "allowEmptyValue": true}),
    );
    let filters =
        parameter("{name: n, in: query, type: string, x-filters: {b: {}, a: {}}}")["x-filters"].to_string();
    assert_eq!(filters, r#"{"b":{},"a":{}}"#, "the order is the document's");
}

#[test]
fn text_that_encodes_a_value() {
    let text = "name: n, in: query, type: string, x-schema: {$ref: '#/definitions/D'}, x-encoding";
    assert_eq!(
        parameter(&format!("{{{text}: json}}")),
        json!({"in": "query", "name": "n", "x-encoding": "json",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/D"}}}}),
    );
    assert_eq!(
        parameter(&format!("{{{text}: base64url-json}}")),
        json!({"in": "query", "name": "n", "schema": {"type": "string"}, "style": "form",
            "x-encoding": "base64url-json", "x-schema": {"$ref": "#/components/schemas/D"}}),
    );
    let items = "{name: n, in: query, type: array, collectionFormat: multi, items: {type: string, x-encoding: json, x-schema: {type: object}}}";
    assert_eq!(
        parameter(items)["schema"]["items"],
        json!({"type": "string", "x-encoding": "json", "x-schema": {"type": "object"}}),
    );
}

#[test]
fn bodies() {
    let body = |keys: &str| operation(keys)["requestBody"].clone();
    assert_eq!(
        body(
            "consumes: [application/x-tar]\nparameters: [{name: in, in: body, required: true, description: d, x-body: tar, schema: {type: string, format: binary}}]"
        ),
        json!({"description": "d", "required": true, "x-name": "in", "x-body": "tar",
            "content": {"application/x-tar": {"schema": {"type": "string", "format": "binary"}}}}),
    );
    let plain = body("parameters: [{name: in, in: body, x-name: better, schema: {$ref: '#/definitions/D'}}]");
    assert_eq!(plain["content"], json!({"application/json": {"schema": {"$ref": "#/components/schemas/D"}}}));
    assert_eq!(plain["x-name"], "better");
}

#[test]
fn responses() {
    let responses = |keys: &str| operation(keys)["responses"].clone();
    assert_eq!(
        responses(
            "produces: [application/x-tar]\nresponses: {200: {description: d}, 404: {schema: {type: object}}, default: {}}"
        ),
        json!({
            "200": {"description": "d", "content": {"application/x-tar": {}}},
            "404": {"description": "", "content": {"application/json": {"schema": {"type": "object"}}}},
            "default": {"description": ""},
        }),
    );
    let header =
        "{type: string, x-encoding: base64-json, x-schema: {type: object}, description: d, default: x}";
    let both = responses(&format!("responses: {{200: {{schema: {{}}, headers: {{X-A: {header}}}}}}}"));
    assert_eq!(
        both["200"]["content"],
        json!({"application/json": {"schema": {}}, "text/plain": {"schema": {}}})
    );
    assert_eq!(
        both["200"]["headers"]["X-A"],
        json!({"description": "d", "style": "simple", "schema": {"default": "x", "type": "string"},
            "x-encoding": "base64-json", "x-schema": {"type": "object"}}),
    );
    let named = responses("responses: {200: {headers: {X-B: {type: string, enum: [a], x-name: Better}}}}");
    assert_eq!(named["200"]["headers"]["X-B"]["schema"]["x-name"], "Better");
    let empty = responses("produces: [text/plain]\nx-answer: {kind: empty}\nresponses: {200: {}}");
    assert_eq!(empty["200"], json!({"description": ""}));
}

#[test]
fn answers_pass_through() {
    let lowered = operation(
        "x-answer: {kind: json-stream, schema: {type: object, properties: {d: {$ref: '#/definitions/D'}}}}\nx-long-poll: true\nresponses: {200: {}}",
    );
    assert_eq!(
        lowered["x-answer"],
        json!({"kind": "json-stream", "schema": {"type": "object", "properties": {"d": {"$ref": "#/components/schemas/D"}}}}),
    );
    assert_eq!(lowered["x-long-poll"], true);
    let outcome = operation(
        "x-answer: {kind: outcome, variants: {304: Same, 204: Done}}\nresponses: {204: {}, 304: {}}",
    );
    assert_eq!(outcome["x-answer"], json!({"kind": "outcome", "variants": {"304": "Same", "204": "Done"}}));
}

#[test]
fn the_document_itself() {
    let text = "swagger: '2.0'\ninfo: {title: T, version: '1', contact: {name: N}, license: {name: L, url: 'http://l'}, x-i: 1}\n\
        host: h:1\nschemes: [http, https]\nbasePath: /v1\ntags: [{name: A, x-displayName: B}]\nexternalDocs: {url: 'http://d'}\nx-d: 1\npaths: {}\n";
    assert_eq!(
        plain(text),
        json!({"openapi": "3.0.3",
            "info": {"title": "T", "contact": {"name": "N"}, "license": {"name": "L", "url": "http://l"}, "version": "1", "x-i": 1},
            "servers": [{"url": "http://h:1/v1"}, {"url": "https://h:1/v1"}], "paths": {}, "components": {},
            "tags": [{"name": "A", "x-displayName": "B"}], "externalDocs": {"url": "http://d"}, "x-d": 1}),
    );
}

#[test]
fn yaml_and_json_say_the_same() {
    let lowered = lowered(
        "swagger: '2.0'\ninfo: {title: T, version: '1'}\npaths: {}\ndefinitions: {D: {type: object}}\n",
    );
    let yaml: Json = serde_yaml::from_str(&to_yaml(&lowered.openapi)).expect("YAML");
    let json: Json = serde_json::from_str(&to_json(&lowered.openapi)).expect("JSON");
    assert_eq!(yaml, json);
    assert!(!yaml.to_string().contains(SOURCE));
}
