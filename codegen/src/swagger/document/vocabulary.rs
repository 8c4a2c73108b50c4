//! The `x-` words of this project: what the importer and the overlay add to a document, and their form.
//!
//! Other `x-` keys pass through untouched. A word of this vocabulary in a place where nobody would read it is a
//! mistake and is told.

use indexmap::IndexMap;

use super::read::{Reader, join};
use super::*;
use crate::api::ApiVersion;
use crate::swagger::node::{Entry, Value};

/// All words, and what they stand on.
const WORDS: &[(&str, &str)] = &[
    ("x-answer", "an operation"),
    ("x-upgrade", "an operation"),
    ("x-long-poll", "an operation"),
    ("x-body", "a body parameter"),
    ("x-filters", "a query parameter"),
    ("x-encoding", "a parameter, its items or a response header"),
    ("x-schema", "a parameter, its items or a response header"),
    ("x-nullable", "a schema or parameter"),
    ("x-null", "a schema"),
    ("x-deprecated", "an operation, parameter or schema"),
    ("x-name", "an operation, schema or parameter"),
    ("x-source", "nothing: lowering writes it"),
];

/// What a successful call gives: `x-answer`.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Where it stands.
    pub at: At,
    /// Kind.
    pub kind: AnswerKind,
    /// Overrides the schema of the success response (`json`, `json-stream`).
    pub schema: Option<Schema>,
    /// Names of the statuses that are answers (`outcome`).
    pub variants: IndexMap<u16, String>,
}

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)*
        }

        impl $name {
            /// As it is written.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            const ALL: &[Self] = &[$(Self::$variant),*];
        }
    };
}

words! {
    /// Kinds of `x-answer`.
    AnswerKind {
        /// One JSON value.
        Json = "json",
        /// A stream of JSON values.
        JsonStream = "json-stream",
        /// Container output.
        Logs = "logs",
        /// Bytes as they come.
        Bytes = "bytes",
        /// A hijacked connection.
        Duplex = "duplex",
        /// Text.
        Text = "text",
        /// Nothing but the status.
        Empty = "empty",
        /// Only headers.
        Headers = "headers",
        /// The status is the answer.
        Outcome = "outcome",
    }
}

words! {
    /// Kinds of `x-body`.
    BodyKind {
        /// A tar stream.
        Tar = "tar",
        /// Any bytes.
        Raw = "raw",
    }
}

words! {
    /// Kinds of `x-encoding`.
    Encoding {
        /// A path parameter whose slashes stay.
        Segments = "segments",
        /// A list with newlines between.
        Newline = "newline",
        /// JSON text.
        Json = "json",
        /// JSON text in URL-safe base64.
        Base64UrlJson = "base64url-json",
        /// JSON text in standard base64.
        Base64Json = "base64-json",
    }
}

impl Encoding {
    /// Whether the text encodes a value whose schema must be given.
    pub fn has_schema(self) -> bool {
        matches!(self, Self::Json | Self::Base64UrlJson | Self::Base64Json)
    }
}

/// The known word that a text is.
fn word<T: Copy>(all: &'static [T], as_str: fn(T) -> &'static str, text: &str) -> Result<T, String> {
    all.iter().copied().find(|kind| as_str(*kind) == text).ok_or_else(|| {
        let known: Vec<_> = all.iter().map(|kind| format!("`{}`", as_str(*kind))).collect();
        format!("expected {}, not `{text}`", known.join(", "))
    })
}

impl<'a> Reader<'a> {
    /// Keeps an `x-` key of `what`, which may have the `allowed` words of the vocabulary.
    pub(super) fn extension(
        &mut self,
        extensions: &mut Extensions,
        key: &str,
        entry: &'a Entry,
        what: &str,
        allowed: &[&str],
    ) {
        let node = &entry.node;
        if let Some((word, home)) = WORDS.iter().find(|(word, _)| *word == key) {
            if !allowed.contains(word) {
                self.problem(&entry.key, format!("`{word}` cannot stand on {what}: it belongs on {home}"));
                return;
            }
            match *word {
                "x-deprecated" => self.deprecated_details(node),
                "x-name" => self.type_name(node),
                "x-filters" => self.filters(node),
                "x-null" => self.choice(node, "`x-null`", &["empty"]),
                "x-upgrade" => {
                    self.choice(node, "`x-upgrade`", &["tcp", "h2c", "websocket"]);
                }
                "x-long-poll" => {
                    self.bool(node, "`x-long-poll`");
                }
                _ => {}
            }
        }
        extensions.insert(key.to_owned(), node.to_json());
    }

    fn choice(&mut self, node: &Node, what: &str, known: &[&str]) {
        if let Some(text) = self.string(node, what)
            && !known.contains(&text.as_str())
        {
            self.problem(&node.place, format!("{what} is one of `{}`, not `{text}`", known.join("`, `")));
        }
    }

    fn deprecated_details(&mut self, node: &'a Node) {
        for (key, entry) in self.mapping(node, "`x-deprecated`").into_iter().flatten() {
            let text = self.string(&entry.node, &format!("`{key}` of `x-deprecated`"));
            match key.as_str() {
                "since" | "removed-in" => {
                    if let Some(Err(error)) = text.map(|text| text.parse::<ApiVersion>()) {
                        self.problem(&entry.node.place, error.to_string());
                    }
                }
                "replaced-by" => {}
                _ => self.problem(
                    &entry.key,
                    format!("`{key}` is not a key of `x-deprecated` (`since`, `removed-in`, `replaced-by`)"),
                ),
            }
        }
    }

    fn type_name(&mut self, node: &Node) {
        if let Some(name) = self.string(node, "`x-name`")
            && !is_name(&name)
        {
            self.problem(
                &node.place,
                format!("{name:?} is not a name: a letter, then letters, digits and `_`"),
            );
        }
    }

    fn filters(&mut self, node: &'a Node) {
        for (key, entry) in self.mapping(node, "`x-filters`").into_iter().flatten() {
            if key.is_empty() || !key.chars().all(|c| c.is_ascii_graphic()) {
                self.problem(&entry.key, format!("{key:?} is not a filter key"));
            }
            for (name, values) in self.mapping(&entry.node, "a filter").into_iter().flatten() {
                match name.as_str() {
                    "values" => {
                        self.strings(&values.node, "`values` of a filter");
                    }
                    // Words for people, where a document is read that has them.
                    "description" => {
                        self.string(&values.node, "`description` of a filter");
                    }
                    "deprecated" => {
                        self.bool(&values.node, "`deprecated` of a filter");
                    }
                    "x-deprecated" => self.deprecated_details(&values.node),
                    _ => self.problem(&values.key, format!("`{name}` is not a key of a filter")),
                }
            }
        }
    }

    pub(super) fn encoding(&mut self, node: &Node) -> Option<Encoding> {
        let text = self.string(node, "`x-encoding`")?;
        self.known(node, "`x-encoding`", word(Encoding::ALL, Encoding::as_str, &text))
    }

    pub(super) fn body_kind(&mut self, node: &Node) -> Option<BodyKind> {
        let text = self.string(node, "`x-body`")?;
        self.known(node, "`x-body`", word(BodyKind::ALL, BodyKind::as_str, &text))
    }

    fn known<T>(&mut self, node: &Node, what: &str, found: Result<T, String>) -> Option<T> {
        found.map_err(|message| self.problem(&node.place, format!("{what}: {message}"))).ok()
    }

    /// Reads `x-answer` of an operation.
    pub(super) fn answer(&mut self, node: &'a Node, pointer: String) -> Option<Answer> {
        let mut kind = None;
        let mut schema = None;
        let mut variants = IndexMap::new();
        for (key, entry) in self.mapping(node, "`x-answer`")? {
            let value = &entry.node;
            match key.as_str() {
                "kind" => {
                    let text = self.string(value, "`kind` of `x-answer`")?;
                    kind = self.known(
                        value,
                        "`kind` of `x-answer`",
                        word(AnswerKind::ALL, AnswerKind::as_str, &text),
                    );
                }
                "schema" => schema = Some((entry, self.schema(value, join(&pointer, key)))),
                "variants" => variants = self.variants(value),
                _ => self.problem(
                    &entry.key,
                    format!("`{key}` is not a key of `x-answer` (`kind`, `schema`, `variants`)"),
                ),
            }
        }
        let Some(kind) = kind else {
            if !matches!(&node.value, Value::Mapping(entries) if entries.contains_key("kind")) {
                self.problem(&node.place, "`x-answer` has no `kind`");
            }
            return None;
        };
        if let Some((entry, _)) = &schema
            && !matches!(kind, AnswerKind::Json | AnswerKind::JsonStream)
        {
            self.problem(&entry.key, format!("an answer of kind `{}` has no schema", kind.as_str()));
        }
        if (kind == AnswerKind::Outcome) == variants.is_empty() {
            self.problem(&node.place, "`variants` belongs to answers of kind `outcome`, and they need it");
        }
        let at = At { pointer, place: node.place.clone() };
        Some(Answer { at, kind, schema: schema.map(|(_, schema)| schema), variants })
    }

    fn variants(&mut self, node: &'a Node) -> IndexMap<u16, String> {
        let mut variants: IndexMap<u16, String> = IndexMap::new();
        for (status, entry) in self.mapping(node, "`variants`").into_iter().flatten() {
            let Some(code) = super::operation::status_code(status) else {
                self.problem(&entry.key, format!("`{status}` is not a status code"));
                continue;
            };
            let Some(name) = self.string(&entry.node, "the name of a variant") else { continue };
            if !is_name(&name) || !name.starts_with(|c: char| c.is_ascii_uppercase()) {
                self.problem(
                    &entry.node.place,
                    format!("{name:?} is not the name of a variant, such as `Started`"),
                );
            } else if variants.values().any(|other| *other == name) {
                self.problem(&entry.node.place, format!("two variants are named `{name}`"));
            }
            variants.insert(code, name);
        }
        variants
    }

    /// What `x-encoding` and `x-schema` must agree on with the rest of a parameter or header.
    pub(super) fn check_encoding(
        &mut self,
        encoding: Option<Encoding>,
        encoded: Option<&Schema>,
        schema: &Schema,
        location: Option<Location>,
    ) {
        let place = &schema.at.place;
        let Some(encoding) = encoding else {
            if encoded.is_some() {
                self.problem(place, "`x-schema` needs an `x-encoding` that says how the value becomes text");
            }
            return;
        };
        let word = encoding.as_str();
        if encoding.has_schema() != encoded.is_some() {
            let message = if encoded.is_some() { "has no `x-schema`" } else { "needs an `x-schema`" };
            self.problem(place, format!("`x-encoding: {word}` {message}"));
        }
        match encoding {
            Encoding::Segments if location != Some(Location::Path) => {
                self.problem(place, "`x-encoding: segments` is for path parameters");
            }
            Encoding::Newline if schema.kind != Some(Kind::Array) => {
                self.problem(place, "`x-encoding: newline` is for arrays");
            }
            _ if encoding.has_schema() && schema.kind != Some(Kind::String) => {
                let found = schema.kind.map_or("nothing", Kind::as_str);
                self.problem(place, format!("`x-encoding: {word}` is for `type: string`, not for {found}"));
            }
            _ => {}
        }
    }
}

/// Whether a text can be made into a Rust name without guessing.
fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
