//! Reads paths: operations, their parameters and responses, with what they inherit already in place.

use indexmap::IndexMap;

use super::read::{Reader, join};
use super::*;
use crate::swagger::node::{Entry, Mapping, Value};

/// A parameter object: a parameter on the wire, or the body.
enum Input {
    Parameter(Box<Parameter>),
    Body(Box<Body>),
}

impl<'a> Reader<'a> {
    pub(super) fn paths(
        &mut self,
        node: &'a Node,
        consumes: &[String],
        produces: &[String],
    ) -> IndexMap<String, Path> {
        let mut paths = IndexMap::new();
        for (template, entry) in self.mapping(node, "`paths`").into_iter().flatten() {
            if template.starts_with("x-") {
                continue;
            }
            let at = At { pointer: join("/paths", template), place: entry.key.clone() };
            if let Some(path) = self.path(template, &entry.node, at, consumes, produces) {
                paths.insert(template.clone(), path);
            }
        }
        paths
    }

    fn path(
        &mut self,
        template: &str,
        node: &'a Node,
        at: At,
        consumes: &[String],
        produces: &[String],
    ) -> Option<Path> {
        let entries = self.mapping(node, "a path")?;
        let inherited = match entries.get("parameters") {
            Some(entry) => self.parameters(&entry.node, &join(&at.pointer, "parameters")),
            None => Vec::new(),
        };
        let mut path = Path { at, operations: Vec::new(), extensions: Extensions::new() };
        for (key, entry) in entries {
            match key.as_str() {
                "parameters" => {}
                "$ref" => self.problem(&entry.key, "a path that is a reference is not supported"),
                _ if key.starts_with("x-") => self.extension(&mut path.extensions, key, entry, "a path", &[]),
                _ => match Method::from_key(key) {
                    Some(method) => {
                        let at = At { pointer: join(&path.at.pointer, key), place: entry.key.clone() };
                        let operation = self.operation(template, method, &entry.node, at, &inherited);
                        path.operations.extend(operation.map(|mut operation| {
                            if entry.node.get("consumes").is_none() {
                                operation.consumes = consumes.to_vec();
                            }
                            if !operation.own_produces {
                                operation.produces = produces.to_vec();
                            }
                            operation
                        }));
                    }
                    None => self.unknown(key, entry, "a path"),
                },
            }
        }
        Some(path)
    }

    fn operation(
        &mut self,
        template: &str,
        method: Method,
        node: &'a Node,
        at: At,
        inherited: &[Input],
    ) -> Option<Operation> {
        let entries = self.mapping(node, "an operation")?;
        let mut operation = Operation {
            at,
            path: template.to_owned(),
            method,
            id: String::new(),
            tags: Vec::new(),
            summary: None,
            description: None,
            external_docs: None,
            consumes: Vec::new(),
            produces: Vec::new(),
            own_produces: entries.contains_key("produces"),
            parameters: Vec::new(),
            body: None,
            responses: Vec::new(),
            deprecated: false,
            answer: None,
            extensions: Extensions::new(),
        };
        let mut inputs = Vec::new();
        for (key, entry) in entries {
            let node = &entry.node;
            let pointer = || join(&operation.at.pointer, key);
            match key.as_str() {
                "operationId" => operation.id = self.operation_id(node).unwrap_or_default(),
                "tags" => operation.tags = self.strings(node, "`tags` of an operation"),
                "summary" => operation.summary = self.string(node, "`summary` of an operation"),
                "description" => operation.description = self.string(node, "`description` of an operation"),
                "externalDocs" => operation.external_docs = self.external_docs(node),
                "consumes" => operation.consumes = self.media_types(node, "`consumes` of an operation"),
                "produces" => operation.produces = self.media_types(node, "`produces` of an operation"),
                "parameters" => inputs = self.parameters(node, &pointer()),
                "responses" => operation.responses = self.responses(node, &pointer()),
                "schemes" => drop(self.strings(node, "`schemes` of an operation")),
                "deprecated" => operation.deprecated = self.bool(node, "`deprecated`").unwrap_or_default(),
                "security" => drop(self.sequence(node, "`security` of an operation")),
                "x-answer" => operation.answer = self.answer(node, pointer()),
                _ if key.starts_with("x-") => {
                    let allowed = ["x-upgrade", "x-long-poll", "x-deprecated", "x-name"];
                    self.extension(&mut operation.extensions, key, entry, "an operation", &allowed);
                }
                _ => self.unknown(key, entry, "an operation"),
            }
        }
        if !entries.contains_key("operationId") {
            let message = format!("`{} {template}` has no `operationId`", method.key().to_uppercase());
            self.problem(&operation.at.place, message);
        }
        if !entries.contains_key("responses") {
            let message = format!("`{} {template}` has no `responses`", method.key().to_uppercase());
            self.problem(&operation.at.place, message);
        }
        self.join_inputs(&mut operation, inherited, inputs);
        Some(operation)
    }

    fn operation_id(&mut self, node: &Node) -> Option<String> {
        let id = self.string(node, "`operationId`")?;
        let first = id.chars().next();
        if !first.is_some_and(|c| c.is_ascii_alphabetic())
            || !id.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c))
        {
            self.problem(
                &node.place,
                format!("{id:?} is not an `operationId`: a letter, then letters, digits and `_-.`"),
            );
        }
        Some(id)
    }

    /// The operation's own inputs, after those of the path that it does not say itself.
    fn join_inputs(&mut self, operation: &mut Operation, inherited: &[Input], own: Vec<Input>) {
        let overridden = |input: &Input| own.iter().any(|other| same_input(input, other));
        let inherited: Vec<Input> =
            inherited.iter().filter(|input| !overridden(input)).map(Input::copy).collect();
        for input in inherited.into_iter().chain(own) {
            match input {
                Input::Parameter(parameter) => operation.parameters.push(*parameter),
                Input::Body(body) => match &operation.body {
                    None => operation.body = Some(*body),
                    Some(first) => {
                        let message = format!("`{}` is a second body beside `{}`", body.name, first.name);
                        self.problem(&body.at.place, message);
                    }
                },
            }
        }
    }

    pub(super) fn shared_parameters(&mut self, node: &'a Node) {
        for (name, entry) in self.mapping(node, "`parameters`").into_iter().flatten() {
            self.input(&entry.node, join("/parameters", name));
        }
    }

    pub(super) fn shared_responses(&mut self, node: &'a Node) {
        for (name, entry) in self.mapping(node, "`responses`").into_iter().flatten() {
            self.response(&entry.node, join("/responses", name), Status::Default);
        }
    }

    fn parameters(&mut self, node: &'a Node, pointer: &str) -> Vec<Input> {
        let mut inputs: Vec<Input> = Vec::new();
        for (index, item) in self.sequence(node, "`parameters`").iter().enumerate() {
            let input = match self.reference(item, "parameters") {
                Ok(None) => self.input(item, join(pointer, &index.to_string())),
                Ok(Some((node, pointer))) => self.input(node, pointer),
                Err(()) => None,
            };
            let Some(input) = input else { continue };
            if inputs.iter().any(|other| same_input(&input, other)) {
                let (name, location) = match &input {
                    Input::Parameter(parameter) => (&parameter.name, parameter.location.as_str()),
                    Input::Body(body) => (&body.name, "body"),
                };
                self.problem(&item.place, format!("the {location} parameter `{name}` stands twice"));
            }
            inputs.push(input);
        }
        inputs
    }

    /// The shared object that a node refers to, if it is a reference.
    fn reference(&mut self, node: &'a Node, section: &str) -> Result<Option<(&'a Node, String)>, ()> {
        let Some(reference) = node.get("$ref") else { return Ok(None) };
        if let Value::Mapping(entries) = &node.value
            && let Some((key, entry)) = entries.iter().find(|(key, _)| *key != "$ref")
        {
            self.problem(&entry.key, format!("`{key}` beside a `$ref` to `{section}` would be ignored"));
        }
        let text = self.string(reference, "`$ref`").ok_or(())?;
        let (target, pointer) = self.shared(section, &text, &reference.place).ok_or(())?;
        if target.get("$ref").is_some() {
            self.problem(&reference.place, format!("`{text}` is itself a reference, which is not supported"));
            return Err(());
        }
        Ok(Some((target, pointer)))
    }

    fn input(&mut self, node: &'a Node, pointer: String) -> Option<Input> {
        let entries = self.mapping(node, "a parameter")?;
        let text = |key: &str| match entries.get(key).map(|entry| &entry.node.value) {
            Some(Value::String(text)) if !text.is_empty() => Some(text.clone()),
            _ => None,
        };
        let (Some(name), Some(place)) = (text("name"), text("in")) else {
            self.problem(&node.place, "a parameter must say its `name` and `in`, both strings");
            return None;
        };
        let location = match place.as_str() {
            "path" => Location::Path,
            "query" => Location::Query,
            "header" => Location::Header,
            "body" => return self.body(entries, name, node, pointer),
            other => {
                let place = entries.get("in").map_or(&node.place, |entry| &entry.node.place);
                let message = match other {
                    "formData" => format!("the parameter `{name}` is form data, which is not supported"),
                    _ => format!("`in: {other}` is not a place of a parameter"),
                };
                self.problem(place, message);
                return None;
            }
        };
        self.wire_parameter(entries, name, location, node, pointer)
    }

    fn wire_parameter(
        &mut self,
        entries: &'a Mapping,
        name: String,
        location: Location,
        node: &'a Node,
        pointer: String,
    ) -> Option<Input> {
        let at = At { pointer, place: node.place.clone() };
        let mut parameter = Parameter {
            schema: Schema::at(at.clone()),
            at,
            name,
            location,
            required: false,
            description: None,
            allow_empty_value: false,
            deprecated: false,
            collection_format: None,
            encoding: None,
            encoded: None,
            extensions: Extensions::new(),
        };
        if !parameter.name.chars().all(|c| c.is_ascii_graphic()) {
            self.problem(&node.place, format!("{:?} is not the name of a parameter", parameter.name));
        }
        for (key, entry) in entries {
            if self.parameter_key(&mut parameter.schema, key, entry, "a parameter") {
                continue;
            }
            let node = &entry.node;
            match key.as_str() {
                "name" | "in" => {}
                "description" => parameter.description = self.string(node, "`description` of a parameter"),
                "required" => parameter.required = self.bool(node, "`required`").unwrap_or_default(),
                "allowEmptyValue" if location == Location::Query => {
                    parameter.allow_empty_value = self.bool(node, "`allowEmptyValue`").unwrap_or_default();
                }
                "collectionFormat" => {
                    parameter.collection_format = self.collection_format(node, Some(location))
                }
                "deprecated" => parameter.deprecated = self.bool(node, "`deprecated`").unwrap_or_default(),
                "x-nullable" => parameter.schema.nullable = self.bool(node, "`x-nullable`"),
                "x-encoding" => parameter.encoding = self.encoding(node),
                "x-schema" => {
                    let pointer = join(&parameter.at.pointer, key);
                    parameter.encoded = Some(self.schema(node, pointer));
                }
                _ if key.starts_with("x-") => {
                    let allowed: &[&str] = match location {
                        Location::Query => &["x-deprecated", "x-name", "x-filters"],
                        _ => &["x-deprecated", "x-name"],
                    };
                    let what = format!("a {} parameter", location.as_str());
                    self.extension(&mut parameter.extensions, key, entry, &what, allowed);
                }
                _ => self.unknown(key, entry, &format!("a {} parameter", location.as_str())),
            }
        }
        if location == Location::Path && !parameter.required {
            self.problem(
                &node.place,
                format!("the path parameter `{}` must be `required: true`", parameter.name),
            );
        }
        self.finish_plain(&parameter.schema, entries, "a parameter");
        self.check_encoding(
            parameter.encoding,
            parameter.encoded.as_ref(),
            &parameter.schema,
            Some(location),
        );
        Some(Input::Parameter(Box::new(parameter)))
    }

    fn body(&mut self, entries: &'a Mapping, name: String, node: &'a Node, pointer: String) -> Option<Input> {
        let mut required = false;
        let mut description = None;
        let mut schema = None;
        let mut kind = None;
        let mut extensions = Extensions::new();
        for (key, entry) in entries {
            let node = &entry.node;
            match key.as_str() {
                "name" | "in" => {}
                "description" => description = self.string(node, "`description` of a body"),
                "required" => required = self.bool(node, "`required`").unwrap_or_default(),
                "schema" => schema = Some(self.schema(node, join(&pointer, key))),
                "x-body" => kind = self.body_kind(node),
                _ if key.starts_with("x-") => {
                    self.extension(
                        &mut extensions,
                        key,
                        entry,
                        "a body parameter",
                        &["x-deprecated", "x-name"],
                    );
                }
                _ => self.unknown(key, entry, "a body parameter"),
            }
        }
        let Some(schema) = schema else {
            self.problem(&node.place, format!("the body `{name}` has no `schema`"));
            return None;
        };
        let at = At { pointer, place: node.place.clone() };
        Some(Input::Body(Box::new(Body { at, name, required, description, schema, kind, extensions })))
    }

    fn collection_format(&mut self, node: &Node, location: Option<Location>) -> Option<CollectionFormat> {
        let text = self.string(node, "`collectionFormat`")?;
        Some(match text.as_str() {
            "csv" => CollectionFormat::Csv,
            "ssv" => CollectionFormat::Ssv,
            "tsv" => CollectionFormat::Tsv,
            "pipes" => CollectionFormat::Pipes,
            "multi" if location == Some(Location::Query) => CollectionFormat::Multi,
            "multi" => {
                self.problem(&node.place, "`collectionFormat: multi` is for query parameters");
                return None;
            }
            _ => {
                self.problem(
                    &node.place,
                    format!("`{text}` is not a `collectionFormat` (csv, ssv, tsv, pipes, multi)"),
                );
                return None;
            }
        })
    }

    fn responses(&mut self, node: &'a Node, pointer: &str) -> Vec<Response> {
        let mut responses = Vec::new();
        let Some(entries) = self.mapping(node, "`responses`") else { return responses };
        for (key, entry) in entries {
            let status = match key.as_str() {
                "default" => Status::Default,
                _ if key.starts_with("x-") => continue,
                _ => match status_code(key) {
                    Some(code) => Status::Code(code),
                    None => {
                        self.problem(&entry.key, format!("`{key}` is neither a status code nor `default`"));
                        continue;
                    }
                },
            };
            responses.extend(match self.reference(&entry.node, "responses") {
                Ok(None) => self.response(&entry.node, join(pointer, key), status),
                Ok(Some((node, pointer))) => self.response(node, pointer, status),
                Err(()) => None,
            });
        }
        if !responses
            .iter()
            .any(|response| matches!(response.status, Status::Default | Status::Code(100..400)))
        {
            self.problem(
                &node.place,
                "no response tells of success: a status below 400 or `default` is missing",
            );
        }
        responses
    }

    fn response(&mut self, node: &'a Node, pointer: String, status: Status) -> Option<Response> {
        let entries = self.mapping(node, "a response")?;
        let mut response = Response {
            at: At { pointer, place: node.place.clone() },
            status,
            description: None,
            schema: None,
            headers: IndexMap::new(),
            examples: IndexMap::new(),
            extensions: Extensions::new(),
        };
        for (key, entry) in entries {
            let node = &entry.node;
            let pointer = || join(&response.at.pointer, key);
            match key.as_str() {
                "description" => response.description = self.string(node, "`description` of a response"),
                "schema" => response.schema = Some(self.schema(node, pointer())),
                "headers" => {
                    let pointer = pointer();
                    for (name, entry) in self.mapping(node, "`headers`").into_iter().flatten() {
                        let header = self.header(name, entry, join(&pointer, name));
                        response.headers.extend(header.map(|header| (name.clone(), header)));
                    }
                }
                "examples" => {
                    for (media, entry) in self.mapping(node, "`examples`").into_iter().flatten() {
                        response.examples.insert(media.clone(), entry.node.to_json());
                    }
                }
                _ if key.starts_with("x-") => {
                    self.extension(&mut response.extensions, key, entry, "a response", &[]);
                }
                _ => self.unknown(key, entry, "a response"),
            }
        }
        Some(response)
    }

    fn header(&mut self, name: &str, entry: &'a Entry, pointer: String) -> Option<Header> {
        let node = &entry.node;
        if !is_header_name(name) {
            self.problem(&entry.key, format!("{name:?} is not the name of a header"));
        }
        let entries = self.mapping(node, "a header")?;
        let at = At { pointer, place: node.place.clone() };
        let mut header = Header {
            schema: Schema::at(at.clone()),
            at,
            description: None,
            collection_format: None,
            encoding: None,
            encoded: None,
            extensions: Extensions::new(),
        };
        for (key, entry) in entries {
            if self.parameter_key(&mut header.schema, key, entry, "a header") {
                continue;
            }
            let node = &entry.node;
            match key.as_str() {
                "description" => header.description = self.string(node, "`description` of a header"),
                "collectionFormat" => header.collection_format = self.collection_format(node, None),
                "x-nullable" => header.schema.nullable = self.bool(node, "`x-nullable`"),
                "x-encoding" => header.encoding = self.encoding(node),
                "x-schema" => {
                    let pointer = join(&header.at.pointer, key);
                    header.encoded = Some(self.schema(node, pointer));
                }
                _ if key.starts_with("x-") => {
                    self.extension(&mut header.extensions, key, entry, "a header", &["x-name"]);
                }
                _ => self.unknown(key, entry, "a header"),
            }
        }
        self.finish_plain(&header.schema, entries, "a header");
        self.check_encoding(header.encoding, header.encoded.as_ref(), &header.schema, None);
        Some(header)
    }
}

impl Input {
    fn copy(&self) -> Self {
        match self {
            Self::Parameter(parameter) => Self::Parameter(parameter.clone()),
            Self::Body(body) => Self::Body(body.clone()),
        }
    }
}

/// Whether two inputs are the same by name and place. Header names differ in more than case.
fn same_input(one: &Input, other: &Input) -> bool {
    match (one, other) {
        (Input::Parameter(one), Input::Parameter(other)) => {
            one.location == other.location
                && match one.location {
                    Location::Header => one.name.eq_ignore_ascii_case(&other.name),
                    _ => one.name == other.name,
                }
        }
        (Input::Body(one), Input::Body(other)) => one.name == other.name,
        _ => false,
    }
}

/// `200`: three digits from 100 on.
pub(super) fn status_code(text: &str) -> Option<u16> {
    let code = text.parse().ok().filter(|code| (100..600).contains(code))?;
    (text.len() == 3).then_some(code)
}

fn is_header_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}
