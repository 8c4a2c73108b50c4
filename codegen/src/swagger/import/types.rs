//! Repairs of what says which values are allowed: schemas, parameters, their items, headers.

use super::keys::Kind;
use super::repair::{RepairRule, Warnings};
use crate::source::Place;
use crate::swagger::node::{Entry, Node, Value};

/// Repairs one object that has a type, and nothing in it.
pub(crate) fn repair(kind: Kind, node: &mut Node, warnings: &mut Warnings) {
    if !matches!(kind, Kind::Schema | Kind::Part | Kind::Parameter | Kind::Items | Kind::Header) {
        return;
    }
    let mut repair = Repair { kind, node, warnings };
    repair.nullable();
    if repair.has("$ref") {
        repair.ref_siblings();
        return;
    }
    repair.declared_type();
    repair.missing_type();
    repair.items();
    repair.format();
    repair.enum_values();
    repair.default();
    repair.required();
}

struct Repair<'a> {
    kind: Kind,
    node: &'a mut Node,
    warnings: &'a mut Warnings,
}

impl Repair<'_> {
    fn has(&self, key: &str) -> bool {
        self.node.get(key).is_some()
    }

    fn is_schema(&self) -> bool {
        matches!(self.kind, Kind::Schema | Kind::Part)
    }

    /// Where a key stands.
    fn key(&self, key: &str) -> Place {
        self.node.entry(key).map_or_else(|| self.node.place.clone(), |entry| entry.key.clone())
    }

    /// The declared type, if it is a single one.
    fn typed(&self) -> Option<String> {
        self.node.get("type").and_then(Node::as_str).map(str::to_owned)
    }

    fn nullable(&mut self) {
        if !self.has("nullable") {
            return;
        }
        self.warnings.repaired(
            RepairRule::NullableSpelling,
            self.key("nullable"),
            "Swagger 2.0 has no `nullable`",
        );
        let Some(entry) = self.node.remove("nullable") else { return };
        if !self.has("x-nullable") {
            self.append("x-nullable", entry.node.value, entry.key);
        }
    }

    /// JSON Reference ignores what stands beside `$ref`; some of it says something all the same.
    fn ref_siblings(&mut self) {
        let Some(entries) = self.node.as_mapping_mut() else { return };
        entries.retain(|key, entry| {
            // Prose beside `$ref` belongs to this use; it is prose all the same.
            if key == "$ref" || matches!(key.as_str(), "description" | "title" | "example") {
                return true;
            }
            let keep = key.starts_with("x-") || matches!(key.as_str(), "deprecated" | "readOnly" | "default");
            let rule = if keep { RepairRule::RefSiblingKept } else { RepairRule::RefSiblingDropped };
            self.warnings.repaired(rule, entry.key.clone(), format!("`{key}` stands beside `$ref`"));
            keep
        });
    }

    fn declared_type(&mut self) {
        if let Some(names) = self.node.get("type").and_then(Node::as_sequence) {
            let names: Vec<String> =
                names.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect();
            self.type_list(&names);
        }
        let Some(name) = self.typed() else { return };
        let spelled = match name.to_ascii_lowercase().as_str() {
            "bool" => "boolean".to_owned(),
            "int" | "long" => "integer".to_owned(),
            "float" | "double" => "number".to_owned(),
            "str" | "text" => "string".to_owned(),
            "list" => "array".to_owned(),
            "map" | "dict" => "object".to_owned(),
            lower => lower.to_owned(),
        };
        if spelled == "file" {
            self.warnings.repaired(
                RepairRule::FileType,
                self.key("type"),
                "`type: file` stands outside of a form",
            );
            self.node.set("type", "string");
            self.node.set("format", "binary");
        } else if spelled != name {
            self.warnings.repaired(
                RepairRule::TypeSpelling,
                self.key("type"),
                format!("there is no type `{name}`"),
            );
            self.node.set("type", spelled);
        }
    }

    fn type_list(&mut self, names: &[String]) {
        let place = self.key("type");
        let what = format!("`type` is a list: {}", names.join(", "));
        self.warnings.repaired(RepairRule::TypeList, place, what);
        let mut rest: Vec<&str> = names.iter().map(String::as_str).filter(|name| *name != "null").collect();
        rest.dedup();
        if rest.len() < names.len() && names.iter().any(|name| name == "null") {
            self.node.set("x-nullable", true);
        }
        let one = match rest.as_slice() {
            [one] => Some(*one),
            several if several.contains(&"array") && self.has("items") => Some("array"),
            several
                if several.iter().all(|name| matches!(*name, "integer" | "number"))
                    && !several.is_empty() =>
            {
                Some("number")
            }
            _ => None,
        };
        match one {
            Some(one) => self.node.set("type", one),
            None => {
                self.node.remove("type");
            }
        }
    }

    /// Finds out a type that is not declared.
    fn missing_type(&mut self) {
        if self.has("type") || self.has("allOf") {
            return;
        }
        let values = self.node.get("enum").and_then(Node::as_sequence).unwrap_or_default();
        let types: Vec<&str> = values.iter().filter_map(|value| type_of(&value.value)).collect();
        if let Some(&first) = types.first()
            && types.iter().all(|name| *name == first)
        {
            self.give_type(RepairRule::EnumWithoutType, "enum", first);
        } else if self.has("items") {
            self.give_type(RepairRule::ArrayWithoutType, "items", "array");
        } else if self.has("properties") {
            self.give_type(RepairRule::ObjectWithoutType, "properties", "object");
        } else if self.has("additionalProperties") {
            self.give_type(RepairRule::ObjectWithoutType, "additionalProperties", "object");
        }
    }

    fn give_type(&mut self, rule: RepairRule, because: &str, name: &str) {
        let place = self.key(because);
        self.warnings.repaired(rule, place.clone(), format!("`{because}` without `type`"));
        let entry = Entry { key: place.clone(), node: Node::new(name, place) };
        if let Some(entries) = self.node.as_mapping_mut() {
            entries.shift_insert(0, "type".to_owned(), entry);
        }
    }

    fn items(&mut self) {
        let Some(name) = self.typed() else { return };
        if name == "array" && !self.has("items") && self.is_schema() {
            let place = self.key("type");
            self.warnings.repaired(
                RepairRule::ArrayWithoutItems,
                place.clone(),
                "`type: array` without `items`",
            );
            self.append("items", Node::mapping(place.clone()).value, place);
        } else if name != "array" && self.has("items") {
            let what = format!("`items` on what has the type {name}");
            self.warnings.repaired(RepairRule::ItemsWithoutArray, self.key("items"), what);
            self.node.remove("items");
        }
    }

    fn format(&mut self) {
        let Some(format) = self.node.get("format").and_then(Node::as_str).map(str::to_owned) else { return };
        let spelled = match format.to_ascii_lowercase().as_str() {
            "datetime" | "date-time" => "date-time".to_owned(),
            lower => lower.to_owned(),
        };
        if spelled != format {
            let what = format!("the format `{spelled}` is spelled `{format}`");
            self.warnings.repaired(RepairRule::FormatSpelling, self.key("format"), what);
            self.node.set("format", spelled);
        }
    }

    fn enum_values(&mut self) {
        let name = self.typed();
        let Some(values) = self.node.get_mut("enum").and_then(Node::as_sequence_mut) else { return };
        let mut seen = Vec::new();
        values.retain_mut(|value| {
            if let Some(name) = &name
                && let Some(converted) = convert(value, name)
            {
                let what = format!("an enum of {name} lists {}", value.value.kind());
                self.warnings.repaired(RepairRule::EnumValueType, value.place.clone(), what);
                value.value = converted;
            }
            let plain = value.to_json();
            let twice = seen.contains(&plain);
            if twice {
                let what = format!("the enum lists {plain} twice");
                self.warnings.repaired(RepairRule::EnumValueTwice, value.place.clone(), what);
            }
            seen.push(plain);
            !twice
        });
    }

    fn default(&mut self) {
        let (Some(name), Some(default)) = (self.typed(), self.node.get("default")) else { return };
        let place = default.place.clone();
        if !is_of(&default.value, &name) {
            let what = format!("the default of {name} is {}", default.value.kind());
            let converted = convert(default, &name);
            self.warnings.repaired(RepairRule::DefaultType, place, what);
            match converted {
                Some(value) => self.node.set("default", value),
                None => {
                    self.node.remove("default");
                    return;
                }
            }
        }
        let (Some(default), Some(values)) =
            (self.node.get("default"), self.node.get("enum").and_then(Node::as_sequence))
        else {
            return;
        };
        let plain = default.to_json();
        if !values.iter().any(|value| value.to_json() == plain) {
            let what = format!("the default {plain} is not in the enum");
            self.warnings.repaired(RepairRule::DefaultNotInEnum, self.key("default"), what);
            self.node.remove("default");
        }
    }

    fn required(&mut self) {
        if !self.is_schema() || !self.has("required") {
            return;
        }
        if self.node.get("required").is_some_and(|required| required.as_bool().is_some()) {
            let what = "`required` on a schema is true or false";
            self.warnings.repaired(RepairRule::RequiredNotList, self.key("required"), what);
            self.node.remove("required");
            return;
        }
        // Another part of `allOf` may have the property.
        let partial = self.kind == Kind::Part || self.has("allOf");
        let properties: Vec<String> = self
            .node
            .get("properties")
            .and_then(Node::as_mapping)
            .map(|entries| entries.keys().cloned().collect())
            .unwrap_or_default();
        let Some(names) = self.node.get_mut("required").and_then(Node::as_sequence_mut) else { return };
        let mut seen: Vec<String> = Vec::new();
        names.retain(|name| {
            let Some(text) = name.as_str() else { return true };
            let twice = seen.iter().any(|seen| seen == text);
            let missing = !partial && !properties.iter().any(|property| property == text);
            if twice {
                let what = format!("`required` names `{text}` twice");
                self.warnings.repaired(RepairRule::RequiredTwice, name.place.clone(), what);
            } else if missing {
                let what = format!("`required` names `{text}`, which is no property");
                self.warnings.repaired(RepairRule::RequiredMissingProperty, name.place.clone(), what);
            }
            seen.push(text.to_owned());
            !twice && !missing
        });
        if names.is_empty() {
            self.node.remove("required");
        }
    }

    fn append(&mut self, key: &str, value: Value, place: Place) {
        if let Some(entries) = self.node.as_mapping_mut() {
            entries.insert(key.to_owned(), Entry { key: place.clone(), node: Node { value, place } });
        }
    }
}

/// The type of a value, as a schema names it.
fn type_of(value: &Value) -> Option<&'static str> {
    Some(match value {
        Value::Null => return None,
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Sequence(_) => "array",
        Value::Mapping(_) => "object",
    })
}

/// Whether a value has a type. A type that there is not has every value: the check speaks of it.
pub(crate) fn is_of(value: &Value, name: &str) -> bool {
    match name {
        "number" => matches!(value, Value::Number(_)),
        "boolean" | "integer" | "string" | "array" | "object" => type_of(value) == Some(name),
        _ => true,
    }
}

/// The value as another type, where it has another one and there is no doubt what is meant.
fn convert(node: &Node, name: &str) -> Option<Value> {
    if is_of(&node.value, name) {
        return None;
    }
    match (&node.value, name) {
        // As it is written: `1.50` is not `1.5`.
        (Value::Number(_) | Value::Bool(_), "string") => Some(Value::String(node.place.text().to_owned())),
        (Value::String(text), "boolean") => text.parse().ok().map(Value::Bool),
        (Value::String(text), "integer") => {
            text.parse::<i64>().ok().map(|number| Value::Number(number.into()))
        }
        _ => None,
    }
}
