//! Prints a lowered document for other people's tools: as YAML or JSON, without `x-source`.

use openapiv3::OpenAPI;
use serde_json::{Map, Value as Json};

use super::SOURCE;

/// Keys whose values are maps from names to parts, where `x-source` would be a name.
const MAPS: &[&str] =
    &["paths", "schemas", "properties", "responses", "headers", "content", "variants", "x-filters"];

/// Keys whose values are data of the document's users.
const DATA: &[&str] =
    &["default", "enum", "example", "examples", "required", "x-examples", "x-default", "x-xml"];

/// The document as YAML.
pub fn to_yaml(openapi: &OpenAPI) -> String {
    serde_yaml::to_string(&plain(openapi)).expect("a JSON value is a YAML value")
}

/// The document as JSON, indented.
pub fn to_json(openapi: &OpenAPI) -> String {
    let mut text = serde_json::to_string_pretty(&plain(openapi)).expect("a JSON value has string keys");
    text.push('\n');
    text
}

fn plain(openapi: &OpenAPI) -> Json {
    let mut json = serde_json::to_value(openapi).expect("a document has string keys and finite numbers");
    strip(&mut json);
    json
}

/// Takes `x-source` out of a part and the parts in it.
fn strip(part: &mut Json) {
    match part {
        Json::Array(parts) => parts.iter_mut().for_each(strip),
        Json::Object(keys) => strip_keys(keys),
        _ => {}
    }
}

fn strip_keys(keys: &mut Map<String, Json>) {
    keys.shift_remove(SOURCE);
    // openapiv3 writes the default style also where `content` forbids one.
    if keys.contains_key("content") {
        keys.shift_remove("style");
    }
    for (key, value) in keys {
        match value {
            Json::Object(parts) if MAPS.contains(&key.as_str()) => parts.values_mut().for_each(strip),
            _ if DATA.contains(&key.as_str()) => {}
            _ => strip(value),
        }
    }
}
