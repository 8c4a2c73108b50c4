//! The types of the model.

use std::fmt;
use std::str::FromStr;

use indexmap::IndexMap;
use serde_json::Value;

use crate::source::Place;

/// An Engine API version, `1.51`. Ordered as versions are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApiVersion {
    /// Before the dot.
    pub major: u16,
    /// After the dot.
    pub minor: u16,
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

impl FromStr for ApiVersion {
    type Err = InvalidVersion;

    /// Reads `1.51` or `v1.51`: digits only, no sign, no space.
    fn from_str(text: &str) -> Result<Self, InvalidVersion> {
        let number = |digits: &str| {
            let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            plain.then(|| digits.parse().ok()).flatten()
        };
        text.strip_prefix('v')
            .unwrap_or(text)
            .split_once('.')
            .and_then(|(major, minor)| Some(Self { major: number(major)?, minor: number(minor)? }))
            .ok_or_else(|| InvalidVersion(text.to_owned()))
    }
}

/// A text that is not an API version.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not an API version: expected two numbers with a dot, such as 1.51")]
pub struct InvalidVersion(pub String);

/// One API version: its operations and the types that they use.
#[derive(Clone, Debug, PartialEq)]
pub struct Api {
    /// The version it describes.
    pub version: ApiVersion,
    /// Operations in document order.
    pub operations: Vec<Operation>,
    /// Types by Rust name, in document order; those of operations (inline bodies, parameter enums) after the
    /// definitions.
    pub types: IndexMap<String, TypeDef>,
}

/// In which versions a thing exists, seen over all known documents.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Life {
    /// The first version that has it. `None`: the oldest known document has it already, or history was not computed.
    pub since: Option<ApiVersion>,
    /// The last version that has it. `None`: the newest known document has it.
    pub until: Option<ApiVersion>,
    /// The first version of these that calls it deprecated. `None`: none does, or the oldest known document does.
    pub deprecated: Option<ApiVersion>,
    /// What the latest of these documents that says so has to be used instead.
    pub replaced_by: Option<String>,
}

/// Words for people. Our own from `docs.yaml`, or the document's when it is generated from directly. CommonMark.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Docs {
    /// One sentence.
    pub summary: Option<String>,
    /// More.
    pub description: Option<String>,
}

/// That a thing is deprecated, and what the document says about it.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Deprecation {
    /// The version it is deprecated from.
    pub since: Option<ApiVersion>,
    /// What to use instead.
    pub replaced_by: Option<String>,
}

/// Where a thing stands: its JSON pointer in the Swagger document and the place in the file (the overlay's file for
/// what the overlay added).
#[derive(Clone, Debug, PartialEq)]
pub struct Origin {
    /// JSON pointer, such as `/definitions/Mount/properties/Type`.
    pub pointer: String,
    /// File, line and column.
    pub place: Place,
}

/// An operation: one method on one path.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// `operationId` as this version's document writes it: `ContainerList`. The name on the publisher's reference.
    pub id: String,
    /// Rust name of the request type, the same in all versions: `ContainerList`.
    pub type_name: String,
    /// Rust name of the method: `container_list`.
    pub method_name: String,
    /// The first tag as written (`Container`): the module of the operation is its snake_case.
    pub tag: String,
    /// HTTP method in upper case.
    pub method: Method,
    /// Path template: `/containers/{id}/json`.
    pub path: String,
    /// Words.
    pub docs: Docs,
    /// Whether it is deprecated.
    pub deprecation: Option<Deprecation>,
    /// Parameters in document order (path, query, header).
    pub parameters: Vec<Parameter>,
    /// The request body.
    pub body: Option<RequestBody>,
    /// Every documented status, in document order.
    pub responses: Vec<Response>,
    /// What a successful call gives.
    pub answer: Answer,
    /// The protocol it asks to switch to (`tcp`, `h2c`, `websocket`).
    pub upgrade: Option<String>,
    /// The answer may take as long as the Engine likes (wait, follow): no time limit by default.
    pub long_poll: bool,
    /// Values for the example in its documentation: of parameters by their names on the wire, of the body under `body`; and
    /// under `answer` the field or header that it prints.
    pub example: IndexMap<String, Value>,
    /// In which versions it exists.
    pub life: Life,
    /// Where it stands.
    pub origin: Origin,
}

/// HTTP methods of the documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Method {
    Get,
    Head,
    Post,
    Put,
    Delete,
    Patch,
    Options,
}

impl Method {
    /// The name on the wire: `GET`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
            Self::Patch => "PATCH",
            Self::Options => "OPTIONS",
        }
    }
}

/// A parameter in the path, the query or a header.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Name on the wire: `X-Registry-Auth`.
    pub name: String,
    /// Rust name: `x_registry_auth`.
    pub rust_name: String,
    /// Where it travels.
    pub location: Location,
    /// Required parameters are positional arguments.
    pub required: bool,
    /// How the value becomes text.
    pub encoding: Encoding,
    /// The value's type.
    pub ty: Type,
    /// For `filters` parameters: the keys.
    pub filters: Option<Filters>,
    /// Default, bounds, allowed values.
    pub facts: Facts,
    /// Words.
    pub docs: Docs,
    /// Whether it is deprecated.
    pub deprecation: Option<Deprecation>,
    /// In which versions it exists.
    pub life: Life,
    /// Where it stands.
    pub origin: Origin,
}

/// Where a parameter travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Location {
    Path,
    Query,
    Header,
}

/// How a parameter's value becomes text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// The value's own text.
    Plain,
    /// A path parameter that may hold several segments (`library/alpine`): its slashes stay.
    Segments,
    /// An array as a repeated key: `names=a&names=b`.
    Multi,
    /// An array as a repeated key whose values are JSON text.
    MultiJson,
    /// An array in one value, with this between the items.
    Joined(char),
    /// JSON text.
    Json,
    /// JSON text in URL-safe base64 (registry credentials).
    Base64UrlJson,
    /// JSON text in standard base64 (path stat header).
    Base64Json,
}

/// The keys of a `filters` parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Filters {
    /// Rust name of the builder: `ContainerListFilters`.
    pub type_name: String,
    /// Keys in document order.
    pub keys: Vec<FilterKey>,
}

/// One key of a `filters` parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct FilterKey {
    /// Key on the wire: `is-task`, `label!`.
    pub name: String,
    /// Rust name: `is_task`, `label_not`.
    pub rust_name: String,
    /// Allowed values where the document lists them.
    pub values: Vec<String>,
    /// Words.
    pub docs: Docs,
    /// In which versions it exists.
    pub life: Life,
    /// Where it stands.
    pub origin: Origin,
}

/// The body that an operation sends.
#[derive(Clone, Debug, PartialEq)]
pub struct RequestBody {
    /// What it is.
    pub kind: BodyKind,
    /// Name of the argument, from the body parameter's name: `execStartConfig` → `exec_start_config`.
    pub rust_name: String,
    /// Required bodies are the last positional argument.
    pub required: bool,
    /// Media type that is sent.
    pub media_type: String,
    /// Words.
    pub docs: Docs,
    /// In which versions it exists.
    pub life: Life,
    /// Where it stands.
    pub origin: Origin,
}

/// Kinds of request body.
#[derive(Clone, Debug, PartialEq)]
pub enum BodyKind {
    /// A JSON value of this type.
    Json(Type),
    /// A tar stream.
    Tar,
    /// Any bytes.
    Raw,
}

/// A documented status.
#[derive(Clone, Debug, PartialEq)]
pub struct Response {
    /// Status code.
    pub status: u16,
    /// Schema of the body on the wire, where the document gives one.
    pub body: Option<Type>,
    /// Media types.
    pub media_types: Vec<String>,
    /// Documented headers.
    pub headers: Vec<Header>,
    /// Words.
    pub docs: Docs,
    /// In which versions it exists.
    pub life: Life,
    /// Where it stands.
    pub origin: Origin,
}

/// A documented response header.
#[derive(Clone, Debug, PartialEq)]
pub struct Header {
    /// Name as written: `Docker-Experimental`.
    pub name: String,
    /// Rust name: `docker_experimental`.
    pub rust_name: String,
    /// Type of the value.
    pub ty: Type,
    /// `Plain` or `Base64Json`.
    pub encoding: Encoding,
    /// Default, allowed values.
    pub facts: Facts,
    /// Words.
    pub docs: Docs,
    /// In which versions it exists.
    pub life: Life,
    /// Where it stands.
    pub origin: Origin,
}

/// What a successful call gives to the caller.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// One decoded JSON value.
    Json(Type),
    /// A stream of JSON values.
    JsonStream(Type),
    /// Container output: multiplexed frames or raw bytes.
    Logs,
    /// Bytes as they come (tar archives).
    Bytes,
    /// A hijacked connection, both directions.
    Duplex,
    /// Text.
    Text,
    /// Nothing but the status.
    Empty,
    /// Only headers: the type holds those of the success response.
    Headers(String),
    /// The status is the answer: an enum of this Rust name with a variant for each.
    Outcome {
        /// Rust name of the enum: `ContainerStartOutcome`.
        type_name: String,
        /// One for each status that is an answer.
        variants: Vec<OutcomeVariant>,
    },
}

/// One status that is an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct OutcomeVariant {
    /// Status code.
    pub status: u16,
    /// Rust name: `AlreadyStarted`.
    pub name: String,
    /// JSON that comes with it.
    pub body: Option<Type>,
}

/// A type as it is used.
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    /// `bool`
    Bool,
    /// An integer.
    Integer(Integer),
    /// `f64` or, with format `float`, `f32`
    Float {
        /// Whether the format is `float`.
        single: bool,
    },
    /// `String`
    String,
    /// A date-time: the runtime's `DateTime`.
    DateTime,
    /// Text that must not be shown (format `password`): the runtime's `Secret`.
    Secret,
    /// Any JSON value.
    Json,
    /// `Vec`
    Array(Box<Type>),
    /// A map keyed by string.
    Map(Box<Type>),
    /// A value that may be null where it stands (items of arrays, values of maps).
    Nullable(Box<Type>),
    /// A type of [`Api::types`] by its Rust name.
    Named(String),
}

/// Integer types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Integer {
    I8,
    I16,
    I32,
    I64,
    U8,
    U16,
    U32,
    U64,
}

/// A type that gets a Rust item of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeDef {
    /// Rust name.
    pub name: String,
    /// Name of the definition in the document; `None` for inline schemas.
    pub definition: Option<String>,
    /// Module (file) it is emitted in: snake_case of its name, or its parent's module where its name follows from that.
    pub module: String,
    /// What it is.
    pub kind: TypeKind,
    /// Whether a request carries it.
    pub sent: bool,
    /// Whether a response carries it.
    pub received: bool,
    /// Words.
    pub docs: Docs,
    /// Whether it is deprecated.
    pub deprecation: Option<Deprecation>,
    /// In which versions it exists.
    pub life: Life,
    /// Where it stands.
    pub origin: Origin,
}

/// Kinds of type.
#[derive(Clone, Debug, PartialEq)]
pub enum TypeKind {
    /// A struct.
    Struct(Vec<Field>),
    /// An enum over strings, open for values that the document does not list.
    Enum(Vec<Variant>),
    /// Another name for a type.
    Alias(Type),
}

/// A field of a struct.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Name on the wire.
    pub name: String,
    /// Rust name.
    pub rust_name: String,
    /// Type without the `Option` that `required` and `nullable` ask for.
    pub ty: Type,
    /// Always there.
    pub required: bool,
    /// May be null.
    pub nullable: bool,
    /// The field closes a cycle of types and is boxed.
    pub boxed: bool,
    /// Default, bounds, allowed values.
    pub facts: Facts,
    /// Words.
    pub docs: Docs,
    /// Whether it is deprecated.
    pub deprecation: Option<Deprecation>,
    /// In which versions it exists.
    pub life: Life,
    /// Where it stands.
    pub origin: Origin,
}

/// A value of an enum.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// Value on the wire.
    pub value: String,
    /// Rust name.
    pub name: String,
    /// Words.
    pub docs: Docs,
    /// In which versions it exists.
    pub life: Life,
    /// Where it stands.
    pub origin: Origin,
}

/// What a schema says of its values beyond their type.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Facts {
    /// Format as written: `int64`, `ip-address`.
    pub format: Option<String>,
    /// Default.
    pub default: Option<Value>,
    /// Allowed values, where they did not become an enum type.
    pub allowed: Vec<Value>,
    /// Least value.
    pub minimum: Option<Value>,
    /// Greatest value.
    pub maximum: Option<Value>,
    /// Least length of text or array.
    pub min_length: Option<u64>,
    /// Greatest length of text or array.
    pub max_length: Option<u64>,
    /// Regular expression.
    pub pattern: Option<String>,
}
