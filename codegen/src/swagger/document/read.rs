//! The reader's tools: typed values out of nodes, with a problem noted for each that does not fit; and the document's
//! own keys.

use std::sync::Arc;

use indexmap::IndexSet;

use super::*;
use crate::source::Diagnostic;
use crate::swagger::node::{Entry, Mapping, Value};

/// Schemas in schemas: no document comes near, and no hostile one may exhaust the stack.
const DEEPEST: usize = 64;

/// Reads parts of a document and notes what is wrong.
pub(super) struct Reader<'a> {
    pub(super) root: &'a Node,
    problems: Vec<Diagnostic>,
    pub(super) depth: usize,
}

/// `pointer` with one more key.
pub(super) fn join(pointer: &str, key: &str) -> String {
    let mut joined = String::with_capacity(pointer.len() + key.len() + 1);
    joined.push_str(pointer);
    joined.push('/');
    for c in key.chars() {
        match c {
            '~' => joined.push_str("~0"),
            '/' => joined.push_str("~1"),
            c => joined.push(c),
        }
    }
    joined
}

impl<'a> Reader<'a> {
    pub(super) fn problem(&mut self, place: &Place, message: impl Into<String>) {
        self.problems.push(Diagnostic::error(place.clone(), message));
    }

    fn wrong(&mut self, node: &Node, what: &str, wanted: &str) {
        self.problem(&node.place, format!("{what} must be {wanted}, not {}", node.value.kind()));
    }

    pub(super) fn mapping(&mut self, node: &'a Node, what: &str) -> Option<&'a Mapping> {
        match &node.value {
            Value::Mapping(entries) => Some(entries),
            _ => {
                self.wrong(node, what, "a mapping");
                None
            }
        }
    }

    pub(super) fn sequence(&mut self, node: &'a Node, what: &str) -> &'a [Node] {
        match &node.value {
            Value::Sequence(items) => items,
            _ => {
                self.wrong(node, what, "a list");
                &[]
            }
        }
    }

    pub(super) fn string(&mut self, node: &Node, what: &str) -> Option<String> {
        match &node.value {
            Value::String(text) => Some(text.clone()),
            _ => {
                self.wrong(node, what, "a string");
                None
            }
        }
    }

    pub(super) fn bool(&mut self, node: &Node, what: &str) -> Option<bool> {
        match &node.value {
            Value::Bool(value) => Some(*value),
            _ => {
                self.wrong(node, what, "true or false");
                None
            }
        }
    }

    pub(super) fn number(&mut self, node: &Node, what: &str) -> Option<Number> {
        match &node.value {
            Value::Number(value) => Some(value.clone()),
            _ => {
                self.wrong(node, what, "a number");
                None
            }
        }
    }

    /// A length or a number of items. Bounded, so that every machine can hold it.
    pub(super) fn count(&mut self, node: &Node, what: &str) -> Option<u64> {
        let count = match &node.value {
            Value::Number(value) => value.as_u64().filter(|count| u32::try_from(*count).is_ok()),
            _ => None,
        };
        if count.is_none() {
            self.wrong(node, what, "a whole number from 0 to 4294967295");
        }
        count
    }

    pub(super) fn strings(&mut self, node: &'a Node, what: &str) -> Vec<String> {
        let mut seen = IndexSet::new();
        for item in self.sequence(node, what) {
            if let Some(text) = self.string(item, &format!("an item of {what}")) {
                if seen.contains(&text) {
                    self.problem(&item.place, format!("`{text}` stands twice in {what}"));
                }
                seen.insert(text);
            }
        }
        seen.into_iter().collect()
    }

    pub(super) fn media_types(&mut self, node: &'a Node, what: &str) -> Vec<String> {
        for item in self.sequence(node, what) {
            if let Value::String(text) = &item.value
                && !is_media_type(text)
            {
                self.problem(
                    &item.place,
                    format!("`{text}` in {what} is not a media type such as `application/json`"),
                );
            }
        }
        self.strings(node, what)
    }

    pub(super) fn external_docs(&mut self, node: &'a Node) -> Option<ExternalDocs> {
        let mut url = None;
        let mut description = None;
        for (key, entry) in self.mapping(node, "`externalDocs`")? {
            match key.as_str() {
                "url" => url = self.string(&entry.node, "`url` of `externalDocs`"),
                "description" => description = self.string(&entry.node, "`description` of `externalDocs`"),
                _ if key.starts_with("x-") => {}
                _ => self.unknown(key, entry, "`externalDocs`"),
            }
        }
        if url.is_none() {
            self.problem(&node.place, "`externalDocs` has no `url`");
        }
        Some(ExternalDocs { url: url?, description })
    }

    pub(super) fn unknown(&mut self, key: &str, entry: &Entry, what: &str) {
        self.problem(&entry.key, format!("`{key}` is not a key of {what} in Swagger 2.0"));
    }

    /// Runs `read` one level deeper, or notes that the document is nested too deeply.
    pub(super) fn deeper<T>(&mut self, place: &Place, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth == DEEPEST {
            self.problem(place, format!("schemas are nested more than {DEEPEST} deep"));
            return None;
        }
        self.depth += 1;
        let value = read(self);
        self.depth -= 1;
        Some(value)
    }

    /// The entry that `#/SECTION/NAME` names, with its pointer.
    pub(super) fn shared(
        &mut self,
        section: &str,
        reference: &str,
        place: &Place,
    ) -> Option<(&'a Node, String)> {
        let name = local_name(section, reference);
        let found = name.and_then(|name| Some((name.clone(), self.root.get(section)?.get(&name)?)));
        match found {
            Some((name, node)) => Some((node, join(&format!("/{section}"), &name))),
            None => {
                self.dangling(section, reference, place);
                None
            }
        }
    }

    pub(super) fn dangling(&mut self, section: &str, reference: &str, place: &Place) {
        let message = match local_name(section, reference) {
            Some(name) => format!("`{reference}` leads nowhere: there is no `{name}` in `{section}`"),
            None => format!("`{reference}` is not a reference of the form `#/{section}/NAME`"),
        };
        self.problem(place, message);
    }
}

/// The name in `#/SECTION/NAME`.
pub(super) fn local_name(section: &str, reference: &str) -> Option<String> {
    let name = reference.strip_prefix("#/")?.strip_prefix(section)?.strip_prefix('/')?;
    let plain = !name.is_empty() && !name.contains(['/', '%']);
    plain.then(|| name.replace("~1", "/").replace("~0", "~"))
}

fn is_media_type(text: &str) -> bool {
    let token = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+*".contains(&b))
    };
    let essence = text.split(';').next().unwrap_or_default().trim_end();
    text.chars().all(|c| c.is_ascii_graphic() || c == ' ')
        && essence.split_once('/').is_some_and(|(main, sub)| token(main) && token(sub))
}

/// Reads the whole document.
pub(super) fn document(root: Arc<Node>) -> Result<Document, Errors> {
    let mut reader = Reader { root: &root, problems: Vec::new(), depth: 0 };
    let document = reader.document();
    let mut problems = reader.problems;
    // A shared parameter is read at each use: its mistakes are told once.
    let mut seen = IndexSet::new();
    problems.retain(|problem| seen.insert(problem.to_string()));
    match (document, problems.is_empty()) {
        (Some(document), true) => Ok(Document { root, ..document }),
        _ => Err(Errors(problems)),
    }
}

impl<'a> Reader<'a> {
    fn document(&mut self) -> Option<Document> {
        let root = self.root;
        let entries = self.mapping(root, "a document")?;
        let mut document = Document {
            root: Arc::new(Node { value: Value::Null, place: root.place.clone() }), // the caller has it,
            info: Info::default(),
            host: None,
            base_path: None,
            schemes: Vec::new(),
            tags: Vec::new(),
            definitions: IndexMap::new(),
            paths: IndexMap::new(),
            external_docs: None,
            extensions: Extensions::new(),
        };
        for key in ["swagger", "info", "paths"] {
            if !entries.contains_key(key) {
                self.problem(&root.place, format!("the document has no `{key}`"));
            }
        }
        let mut consumes = Vec::new();
        let mut produces = Vec::new();
        for (key, entry) in entries {
            let node = &entry.node;
            match key.as_str() {
                "swagger" => match &node.value {
                    Value::String(version) if version == "2.0" => {}
                    _ => self.problem(&node.place, "only Swagger '2.0' is read (written with quotes)"),
                },
                "info" => document.info = self.info(node),
                "host" => document.host = self.host(node),
                "basePath" => document.base_path = self.base_path(node),
                "schemes" => document.schemes = self.strings(node, "`schemes`"),
                "consumes" => consumes = self.media_types(node, "`consumes`"),
                "produces" => produces = self.media_types(node, "`produces`"),
                "tags" => document.tags = self.tags(node),
                "externalDocs" => document.external_docs = self.external_docs(node),
                // Checked for their form only: the Engine has no security of its own in HTTP.
                "securityDefinitions" => {
                    self.mapping(node, "`securityDefinitions`");
                }
                "security" => {
                    self.sequence(node, "`security`");
                }
                "definitions" => document.definitions = self.definitions(node),
                "parameters" => self.shared_parameters(node),
                "responses" => self.shared_responses(node),
                "paths" => {} // last: they inherit
                _ if key.starts_with("x-") => {
                    self.extension(&mut document.extensions, key, entry, "a document", &[])
                }
                _ => self.unknown(key, entry, "a document"),
            }
        }
        if let Some(paths) = entries.get("paths") {
            document.paths = self.paths(&paths.node, &consumes, &produces);
        }
        self.check(&document);
        Some(document)
    }

    fn info(&mut self, node: &'a Node) -> Info {
        let mut info = Info::default();
        let Some(entries) = self.mapping(node, "`info`") else { return info };
        for key in ["title", "version"] {
            if !entries.contains_key(key) {
                self.problem(&node.place, format!("`info` has no `{key}`"));
            }
        }
        for (key, entry) in entries {
            let node = &entry.node;
            match key.as_str() {
                "title" => info.title = self.string(node, "`title` of `info`").unwrap_or_default(),
                "version" => info.version = self.string(node, "`version` of `info`").unwrap_or_default(),
                "description" => info.description = self.string(node, "`description` of `info`"),
                "termsOfService" => info.terms_of_service = self.string(node, "`termsOfService`"),
                "contact" => info.contact = self.texts(node, "`contact`", &["name", "url", "email"]),
                "license" => {
                    info.license = self.texts(node, "`license`", &["name", "url"]);
                    if node.get("name").is_none() {
                        self.problem(&node.place, "`license` has no `name`");
                    }
                }
                _ if key.starts_with("x-") => self.extension(&mut info.extensions, key, entry, "`info`", &[]),
                _ => self.unknown(key, entry, "`info`"),
            }
        }
        info
    }

    /// A small object of strings.
    fn texts(&mut self, node: &'a Node, what: &str, keys: &[&str]) -> Option<Json> {
        for (key, entry) in self.mapping(node, what)? {
            if keys.contains(&key.as_str()) {
                self.string(&entry.node, &format!("`{key}` of {what}"));
            } else if !key.starts_with("x-") {
                self.unknown(key, entry, what);
            }
        }
        Some(node.to_json())
    }

    fn host(&mut self, node: &Node) -> Option<String> {
        let host = self.string(node, "`host`")?;
        if host.is_empty() || !host.chars().all(|c| c.is_ascii_alphanumeric() || "-._:[]".contains(c)) {
            self.problem(&node.place, format!("{host:?} is not a host"));
            return None;
        }
        Some(host)
    }

    fn base_path(&mut self, node: &Node) -> Option<String> {
        let path = self.string(node, "`basePath`")?;
        let clean = |c: char| c.is_ascii_alphanumeric() || "/-._~".contains(c);
        if !path.starts_with('/') || !path.chars().all(clean) {
            self.problem(
                &node.place,
                "`basePath` must begin with `/` and hold letters, digits and `-._~/` only",
            );
            return None;
        }
        Some(path)
    }

    fn tags(&mut self, node: &'a Node) -> Vec<Tag> {
        let mut tags: Vec<Tag> = Vec::new();
        for item in self.sequence(node, "`tags`") {
            let mut tag = Tag {
                name: String::new(),
                description: None,
                external_docs: None,
                extensions: Extensions::new(),
            };
            let Some(entries) = self.mapping(item, "a tag") else { continue };
            for (key, entry) in entries {
                let node = &entry.node;
                match key.as_str() {
                    "name" => tag.name = self.string(node, "`name` of a tag").unwrap_or_default(),
                    "description" => tag.description = self.string(node, "`description` of a tag"),
                    "externalDocs" => tag.external_docs = self.external_docs(node),
                    _ if key.starts_with("x-") => {
                        self.extension(&mut tag.extensions, key, entry, "a tag", &[])
                    }
                    _ => self.unknown(key, entry, "a tag"),
                }
            }
            if tag.name.is_empty() {
                self.problem(&item.place, "a tag has no `name`");
            } else if tags.iter().any(|other| other.name == tag.name) {
                self.problem(&item.place, format!("the tag `{}` is declared twice", tag.name));
            }
            tags.push(tag);
        }
        tags
    }

    fn definitions(&mut self, node: &'a Node) -> IndexMap<String, Schema> {
        let mut definitions = IndexMap::new();
        let Some(entries) = self.mapping(node, "`definitions`") else { return definitions };
        for (name, entry) in entries {
            // OpenAPI 3 allows these characters in a component's name.
            if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || "-._".contains(c)) {
                self.problem(
                    &entry.key,
                    format!("the definition name {name:?} has other characters than A-Z a-z 0-9 - . _"),
                );
            }
            definitions.insert(name.clone(), self.schema(&entry.node, join("/definitions", name)));
        }
        definitions
    }
}
