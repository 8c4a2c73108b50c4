//! Reads a [`Node`] tree as a Swagger 2.0 document: typed, checked, every part with its JSON pointer and place.
//!
//! What comes out can be lowered without another question: references lead somewhere, shared parameters and
//! responses stand where they are used, path templates and their parameters agree, operation ids are unique, and
//! the `x-` words of this project are well formed. Several mistakes are told at once.

mod check;
mod operation;
mod read;
mod schema;
#[cfg(test)]
mod tests;
mod vocabulary;

use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::{Number, Value as Json};

use super::node::Node;
use crate::source::{Errors, Place};

pub use vocabulary::{Answer, AnswerKind, BodyKind, Encoding};

/// Keys that begin with `x-`, in document order, with their values.
pub type Extensions = IndexMap<String, Json>;

/// Where a part stands: JSON pointer into the document, and the place in a file.
#[derive(Clone, Debug, PartialEq)]
pub struct At {
    /// JSON pointer, such as `/definitions/Mount/properties/Type`.
    pub pointer: String,
    /// File, line and column.
    pub place: Place,
}

/// A Swagger 2.0 document.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// The tree it was read from: pointers lead into it.
    pub root: Arc<Node>,
    /// Title and version.
    pub info: Info,
    /// Where the API is served, when the document says so.
    pub host: Option<String>,
    /// Prefix of all paths: `/v1.51`.
    pub base_path: Option<String>,
    /// `http`, `https`, …
    pub schemes: Vec<String>,
    /// Declared tags.
    pub tags: Vec<Tag>,
    /// Named schemas.
    pub definitions: IndexMap<String, Schema>,
    /// Paths by template.
    pub paths: IndexMap<String, Path>,
    /// Link to other documentation.
    pub external_docs: Option<ExternalDocs>,
    /// `x-` keys of the document itself.
    pub extensions: Extensions,
}

impl Document {
    /// Reads a document.
    ///
    /// # Errors
    ///
    /// Tells every mistake that it can find, each with its place.
    pub fn read(root: impl Into<Arc<Node>>) -> Result<Self, Errors> {
        read::document(root.into())
    }

    /// All operations in document order.
    pub fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.paths.values().flat_map(|path| &path.operations)
    }
}

/// `info` of a document.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Info {
    /// Title.
    pub title: String,
    /// Version of the API: `1.51`.
    pub version: String,
    /// CommonMark.
    pub description: Option<String>,
    /// URL of the terms.
    pub terms_of_service: Option<String>,
    /// Name, `url` and `email` of somebody to ask, as written.
    pub contact: Option<Json>,
    /// Name and `url` of the licence, as written.
    pub license: Option<Json>,
    /// `x-` keys.
    pub extensions: Extensions,
}

/// A declared tag.
#[derive(Clone, Debug, PartialEq)]
pub struct Tag {
    /// Name as operations use it.
    pub name: String,
    /// CommonMark.
    pub description: Option<String>,
    /// Link to other documentation.
    pub external_docs: Option<ExternalDocs>,
    /// `x-` keys.
    pub extensions: Extensions,
}

/// A link to documentation elsewhere.
#[derive(Clone, Debug, PartialEq)]
pub struct ExternalDocs {
    /// Where.
    pub url: String,
    /// CommonMark.
    pub description: Option<String>,
}

/// A path and its operations.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// Where it stands.
    pub at: At,
    /// Operations in document order. Parameters of the path are among their own.
    pub operations: Vec<Operation>,
    /// `x-` keys.
    pub extensions: Extensions,
}

/// A method on a path.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// Where it stands.
    pub at: At,
    /// Path template: `/containers/{id}/json`.
    pub path: String,
    /// Method.
    pub method: Method,
    /// `operationId`.
    pub id: String,
    /// Tags.
    pub tags: Vec<String>,
    /// One sentence.
    pub summary: Option<String>,
    /// CommonMark.
    pub description: Option<String>,
    /// Link to other documentation.
    pub external_docs: Option<ExternalDocs>,
    /// Media types of the body: its own or the document's.
    pub consumes: Vec<String>,
    /// Media types of the answer: its own or the document's.
    pub produces: Vec<String>,
    /// Whether the operation lists `produces` itself.
    pub own_produces: bool,
    /// Parameters in path, query and header, those of the path first unless the operation says them itself.
    pub parameters: Vec<Parameter>,
    /// The body parameter.
    pub body: Option<Body>,
    /// Responses in document order.
    pub responses: Vec<Response>,
    /// Whether it is deprecated.
    pub deprecated: bool,
    /// `x-answer`.
    pub answer: Option<Answer>,
    /// Other `x-` keys.
    pub extensions: Extensions,
}

/// Methods of a path, as they are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Method {
    Get,
    Put,
    Post,
    Delete,
    Options,
    Head,
    Patch,
}

impl Method {
    /// The key of a path that stands for it.
    pub fn key(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Put => "put",
            Self::Post => "post",
            Self::Delete => "delete",
            Self::Options => "options",
            Self::Head => "head",
            Self::Patch => "patch",
        }
    }

    fn from_key(key: &str) -> Option<Self> {
        Some(match key {
            "get" => Self::Get,
            "put" => Self::Put,
            "post" => Self::Post,
            "delete" => Self::Delete,
            "options" => Self::Options,
            "head" => Self::Head,
            "patch" => Self::Patch,
            _ => return None,
        })
    }
}

/// Where a parameter travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Location {
    Path,
    Query,
    Header,
}

impl Location {
    /// The value of `in`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
        }
    }
}

/// How the items of an array become text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CollectionFormat {
    /// Commas between.
    Csv,
    /// Spaces between.
    Ssv,
    /// Tabs between.
    Tsv,
    /// Bars between.
    Pipes,
    /// The key is repeated.
    Multi,
}

impl CollectionFormat {
    /// The value of `collectionFormat`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Ssv => "ssv",
            Self::Tsv => "tsv",
            Self::Pipes => "pipes",
            Self::Multi => "multi",
        }
    }
}

/// A parameter in the path, the query or a header.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Where it stands: for a shared parameter, under `/parameters`.
    pub at: At,
    /// Name on the wire.
    pub name: String,
    /// Where it travels.
    pub location: Location,
    /// Whether it must be sent.
    pub required: bool,
    /// CommonMark.
    pub description: Option<String>,
    /// Whether the value may be empty.
    pub allow_empty_value: bool,
    /// Whether it is deprecated.
    pub deprecated: bool,
    /// How an array is written. `None`: the document does not say, which means [`CollectionFormat::Csv`].
    pub collection_format: Option<CollectionFormat>,
    /// `x-encoding`.
    pub encoding: Option<Encoding>,
    /// `x-schema`: the value that the text encodes.
    pub encoded: Option<Schema>,
    /// Type and bounds of the text.
    pub schema: Schema,
    /// Other `x-` keys.
    pub extensions: Extensions,
}

/// The body parameter of an operation.
#[derive(Clone, Debug, PartialEq)]
pub struct Body {
    /// Where it stands.
    pub at: At,
    /// Name in the document; it does not travel.
    pub name: String,
    /// Whether it must be sent.
    pub required: bool,
    /// CommonMark.
    pub description: Option<String>,
    /// What is sent.
    pub schema: Schema,
    /// `x-body`.
    pub kind: Option<BodyKind>,
    /// Other `x-` keys.
    pub extensions: Extensions,
}

/// The key of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// `default`
    Default,
    /// A status code.
    Code(u16),
}

/// A documented response.
#[derive(Clone, Debug, PartialEq)]
pub struct Response {
    /// Where it stands: for a shared response, under `/responses`.
    pub at: At,
    /// Its status.
    pub status: Status,
    /// CommonMark.
    pub description: Option<String>,
    /// The body.
    pub schema: Option<Schema>,
    /// Headers by name.
    pub headers: IndexMap<String, Header>,
    /// Examples by media type, as written.
    pub examples: IndexMap<String, Json>,
    /// `x-` keys.
    pub extensions: Extensions,
}

/// A response header.
#[derive(Clone, Debug, PartialEq)]
pub struct Header {
    /// Where it stands.
    pub at: At,
    /// CommonMark.
    pub description: Option<String>,
    /// How an array is written.
    pub collection_format: Option<CollectionFormat>,
    /// `x-encoding`.
    pub encoding: Option<Encoding>,
    /// `x-schema`: the value that the text encodes.
    pub encoded: Option<Schema>,
    /// Type and bounds of the text.
    pub schema: Schema,
    /// Other `x-` keys.
    pub extensions: Extensions,
}

/// Types of a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Kind {
    String,
    Number,
    Integer,
    Boolean,
    Array,
    Object,
}

impl Kind {
    /// The value of `type`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Number => "number",
            Self::Integer => "integer",
            Self::Boolean => "boolean",
            Self::Array => "array",
            Self::Object => "object",
        }
    }
}

/// A reference to a definition.
#[derive(Clone, Debug, PartialEq)]
pub struct Reference {
    /// Name of the definition.
    pub name: String,
    /// Where the `$ref` stands.
    pub place: Place,
}

/// What `additionalProperties` says.
#[derive(Clone, Debug, PartialEq)]
pub enum Additional {
    /// Any, or none.
    Any(bool),
    /// Values of this schema.
    Schema(Box<Schema>),
}

/// A schema. Siblings of a `$ref` are kept.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)] // the keys of JSON Schema, under their own names
pub struct Schema {
    pub at: At,
    pub reference: Option<Reference>,
    pub kind: Option<Kind>,
    pub format: Option<String>,
    pub title: Option<String>,
    pub description: Option<String>,
    pub default: Option<Json>,
    pub example: Option<Json>,
    /// `enum`
    pub values: Vec<Json>,
    pub multiple_of: Option<Number>,
    pub minimum: Option<Number>,
    pub maximum: Option<Number>,
    pub exclusive_minimum: Option<bool>,
    pub exclusive_maximum: Option<bool>,
    pub min_length: Option<u64>,
    pub max_length: Option<u64>,
    pub pattern: Option<String>,
    pub items: Option<Box<Schema>>,
    pub min_items: Option<u64>,
    pub max_items: Option<u64>,
    pub unique_items: Option<bool>,
    pub properties: IndexMap<String, Schema>,
    pub required: Vec<String>,
    pub min_properties: Option<u64>,
    pub max_properties: Option<u64>,
    pub additional: Option<Additional>,
    pub all_of: Vec<Schema>,
    pub read_only: bool,
    pub discriminator: Option<String>,
    pub xml: Option<Json>,
    pub external_docs: Option<ExternalDocs>,
    /// Not of Swagger 2.0: the importer writes it.
    pub deprecated: bool,
    /// `x-nullable`
    pub nullable: Option<bool>,
    /// `x-encoding`, on items of a parameter: each item is written so.
    pub encoding: Option<Encoding>,
    /// `x-schema`, on items of a parameter: the value that an item's text encodes.
    pub encoded: Option<Box<Schema>>,
    /// Other `x-` keys.
    pub extensions: Extensions,
}

impl Schema {
    /// Whether null comes for an empty list or map: `x-null: empty`.
    pub fn null_is_empty(&self) -> bool {
        self.extensions.contains_key("x-null")
    }

    /// A schema that says nothing yet.
    pub(crate) fn at(at: At) -> Self {
        Self {
            at,
            reference: None,
            kind: None,
            format: None,
            title: None,
            description: None,
            default: None,
            example: None,
            values: Vec::new(),
            multiple_of: None,
            minimum: None,
            maximum: None,
            exclusive_minimum: None,
            exclusive_maximum: None,
            min_length: None,
            max_length: None,
            pattern: None,
            items: None,
            min_items: None,
            max_items: None,
            unique_items: None,
            properties: IndexMap::new(),
            required: Vec::new(),
            min_properties: None,
            max_properties: None,
            additional: None,
            all_of: Vec::new(),
            read_only: false,
            discriminator: None,
            xml: None,
            external_docs: None,
            deprecated: false,
            nullable: None,
            encoding: None,
            encoded: None,
            extensions: Extensions::new(),
        }
    }

    /// The schemas that it is made of, one level down.
    pub fn children(&self) -> impl Iterator<Item = &Schema> {
        let additional = match &self.additional {
            Some(Additional::Schema(schema)) => Some(&**schema),
            _ => None,
        };
        self.properties
            .values()
            .chain(self.items.as_deref())
            .chain(additional)
            .chain(&self.all_of)
            .chain(self.encoded.as_deref())
    }
}
