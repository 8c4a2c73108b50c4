//! What only the whole document can tell: references that lead nowhere or in circles, ids that are used twice, path
//! templates that do not fit their parameters.

use std::collections::{HashMap, HashSet};

use super::read::Reader;
use super::*;

impl Reader<'_> {
    pub(super) fn check(&mut self, document: &Document) {
        self.check_references(document);
        self.check_loops(document);
        self.check_ids(document);
        self.check_templates(document);
        self.check_answers(document);
    }

    fn check_references(&mut self, document: &Document) {
        let mut stack: Vec<&Schema> = document.definitions.values().collect();
        for operation in document.operations() {
            stack.extend(operation.body.iter().map(|body| &body.schema));
            stack.extend(operation.parameters.iter().flat_map(|p| p.encoded.iter().chain([&p.schema])));
            stack.extend(operation.answer.iter().filter_map(|answer| answer.schema.as_ref()));
            for response in &operation.responses {
                stack.extend(&response.schema);
                stack.extend(response.headers.values().filter_map(|header| header.encoded.as_ref()));
            }
        }
        while let Some(schema) = stack.pop() {
            if let Some(reference) = &schema.reference
                && !document.definitions.contains_key(&reference.name)
            {
                self.dangling("definitions", &format!("#/definitions/{}", reference.name), &reference.place);
            }
            stack.extend(schema.children());
        }
    }

    /// A definition that is, by `$ref` and `allOf` alone, a part of itself, describes nothing.
    fn check_loops(&mut self, document: &Document) {
        fn bases<'d>(schema: &'d Schema, found: &mut Vec<&'d Reference>) {
            found.extend(&schema.reference);
            schema.all_of.iter().for_each(|member| bases(member, found));
        }
        let mut sound = HashSet::new();
        for (name, schema) in &document.definitions {
            let mut seen = HashSet::new();
            let mut references = Vec::new();
            bases(schema, &mut references);
            while let Some(reference) = references.pop() {
                if reference.name == *name {
                    self.problem(
                        &reference.place,
                        format!("the definition `{name}` refers to itself in a circle"),
                    );
                    break;
                }
                if sound.contains(reference.name.as_str()) || !seen.insert(reference.name.as_str()) {
                    continue;
                }
                if let Some(next) = document.definitions.get(&reference.name) {
                    bases(next, &mut references);
                }
            }
            sound.insert(name.as_str());
        }
    }

    fn check_ids(&mut self, document: &Document) {
        let mut first: HashMap<&str, &Operation> = HashMap::new();
        for operation in document.operations().filter(|operation| !operation.id.is_empty()) {
            if let Some(other) = first.insert(&operation.id, operation) {
                let message = format!(
                    "the operationId `{}` is also that of `{} {}` at {}",
                    operation.id,
                    other.method.key().to_uppercase(),
                    other.path,
                    other.at.place
                );
                self.problem(&operation.at.place, message);
            }
        }
    }

    fn check_templates(&mut self, document: &Document) {
        let mut shapes: HashMap<String, &str> = HashMap::new();
        for (template, path) in &document.paths {
            let names = match template_names(template) {
                Ok(names) => names,
                Err(message) => {
                    self.problem(&path.at.place, format!("the path {template:?} {message}"));
                    continue;
                }
            };
            let shape = names
                .iter()
                .fold(template.clone(), |shape, name| shape.replace(&format!("{{{name}}}"), "{}"));
            if let Some(other) = shapes.insert(shape, template) {
                self.problem(
                    &path.at.place,
                    format!("the path `{template}` means the same requests as `{other}`"),
                );
            }
            for operation in &path.operations {
                let declared = || operation.parameters.iter().filter(|p| p.location == Location::Path);
                for name in names.iter().filter(|name| !declared().any(|p| p.name == **name)) {
                    let message = format!("`{}` does not declare the path parameter `{name}`", operation.id);
                    self.problem(&operation.at.place, message);
                }
                for parameter in declared().filter(|p| !names.contains(&p.name.as_str())) {
                    let message = format!("the path `{template}` has no `{{{}}}`", parameter.name);
                    self.problem(&parameter.at.place, message);
                }
            }
        }
    }

    fn check_answers(&mut self, document: &Document) {
        for operation in document.operations() {
            let Some(answer) = &operation.answer else { continue };
            let documented = |code: u16| operation.responses.iter().any(|r| r.status == Status::Code(code));
            for code in answer.variants.keys().filter(|code| !documented(**code)) {
                let message = format!("`{}` documents no status {code}", operation.id);
                self.problem(&answer.at.place, message);
            }
        }
    }
}

/// The names in a path template: `/containers/{id}/json` has `id`.
fn template_names(template: &str) -> Result<Vec<&str>, &'static str> {
    let Some(rest) = template.strip_prefix('/') else { return Err("does not begin with `/`") };
    let mut names = Vec::new();
    for segment in rest.split('/') {
        let mut rest = segment;
        while let Some((before, after)) = rest.split_once('{') {
            if !is_literal(before) {
                return Err("has a character that a path cannot have");
            }
            let Some((name, after)) = after.split_once('}') else { return Err("has a `{` without `}`") };
            if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c)) {
                return Err("has a parameter whose name is not letters, digits and `_-.`");
            }
            if names.contains(&name) {
                return Err("has the same parameter twice");
            }
            names.push(name);
            rest = after;
        }
        if !is_literal(rest) {
            return Err("has a character that a path cannot have");
        }
    }
    Ok(names)
}

/// RFC 3986 `pchar` without escapes.
fn is_literal(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@".contains(&b))
}
