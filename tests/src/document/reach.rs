//! Which objects of a document travel to the Engine, and which come from it.

use std::collections::BTreeSet;

use serde_json::Value;

use super::schema::{At, Shape};
use super::{Document, list, object};

/// Pointers of the definitions and inline objects that travel.
#[derive(Clone, Debug, Default)]
pub struct Travel {
    /// To the Engine.
    pub sent: BTreeSet<String>,
    /// From the Engine. A definition that no operation leads to is of a message that the document does not attach to
    /// any: it is among these, with all that it holds.
    pub received: BTreeSet<String>,
}

impl Travel {
    /// Whether an object travels both ways, so that nothing of it may be lost.
    pub fn both(&self, pointer: &str) -> bool {
        self.sent.contains(pointer) && self.received.contains(pointer)
    }
}

impl Document {
    /// What travels where.
    pub fn travel(&self) -> Travel {
        let mut travel = Travel::default();
        for operation in self.operations() {
            for (at, _) in operation.parameters().into_iter().map(carried) {
                self.walk(&at, &mut travel.sent);
            }
            if let Some(body) = operation.body().filter(|body| body["x-body"].is_null()) {
                self.walk(
                    &At::new(format!("{}/body", operation.pointer()), &body["schema"]),
                    &mut travel.sent,
                );
            }
            let declared = &operation.object["x-answer"]["schema"];
            if !declared.is_null() {
                let at = At::new(format!("{}/x-answer/schema", operation.pointer()), declared);
                self.walk(&at, &mut travel.received);
            }
            let first = operation.successes().first().map(|(status, ..)| status.to_string());
            for (status, response) in object(&operation.object["responses"]) {
                let pointer = format!("{}/responses/{status}", operation.pointer());
                let replaced = !declared.is_null() && first.as_ref() == Some(status);
                if let Some(schema) = response.get("schema").filter(|_| !replaced) {
                    self.walk(&At::new(format!("{pointer}/schema"), schema), &mut travel.received);
                }
                for (name, header) in object(&response["headers"]) {
                    if let Some(schema) = header.get("x-schema") {
                        let at = At::new(format!("{pointer}/headers/{name}/x-schema"), schema);
                        self.walk(&at, &mut travel.received);
                    }
                }
            }
        }
        let known: BTreeSet<String> = travel.sent.union(&travel.received).cloned().collect();
        for name in object(&self.root["definitions"]).keys() {
            let (pointer, schema) = self.definition(&format!("#/definitions/{name}"));
            if !known.contains(&pointer) && travel.received.insert(pointer.clone()) {
                self.walk_own(&At::new(pointer, schema), &mut travel.received);
            }
        }
        travel
    }

    fn walk(&self, at: &At<'_>, seen: &mut BTreeSet<String>) {
        let Some(reference) = at.schema.and_then(|schema| schema["$ref"].as_str()) else {
            return self.walk_own(at, seen);
        };
        let (pointer, definition) = self.definition(reference);
        if seen.insert(pointer.clone()) {
            self.walk_own(&At::new(pointer, definition), seen);
        }
    }

    /// What a schema holds, itself not counted if it is a definition.
    fn walk_own(&self, at: &At<'_>, seen: &mut BTreeSet<String>) {
        let Some(schema) = at.schema else { return };
        if !schema["$ref"].is_null() {
            return self.walk(at, seen);
        }
        let members: Vec<&Value> = list(&schema["allOf"]).collect();
        if let ([only], true) = (&members[..], object(&schema["properties"]).is_empty()) {
            return self.walk(&At::new(format!("{}/allOf/0", at.pointer), only), seen);
        }
        match self.schema(at).shape {
            Shape::List(inner) | Shape::Map(inner) => self.walk(&inner, seen),
            Shape::Object(properties) => {
                seen.insert(at.pointer.clone());
                properties.iter().for_each(|property| self.walk(&property.at, seen));
            }
            _ => {}
        }
    }
}

/// The schema of what a parameter carries, and its encoding: of the items, of the value in the text, or its own.
pub fn carried(parameter: &Value) -> (At<'_>, Option<&str>) {
    let encoding = parameter["x-encoding"].as_str();
    let name = parameter["name"].as_str().unwrap_or_default();
    match (parameter.get("x-schema"), parameter["items"].get("x-schema")) {
        (Some(schema), _) => (At::new(format!("{name}/x-schema"), schema), encoding),
        (None, Some(schema)) => (At::new(format!("{name}/items/x-schema"), schema), Some("json")),
        (None, None) => (At::new(name, parameter), encoding),
    }
}
