//! What one version has, one entry for each thing that a person can ask for.

use std::borrow::Cow;

use super::Sort;
use crate::api::{
    Answer, Api, BodyKind, Deprecation, Encoding, Facts, Field, FilterKey, Header, Integer, Location,
    Operation, Origin, Parameter, RequestBody, Response, Type, TypeDef, TypeKind, Variant,
};

/// A thing in one version.
#[derive(Clone, Debug)]
pub(super) struct Thing<'a> {
    pub(super) key: Key<'a>,
    pub(super) source: Source<'a>,
}

/// What makes a thing the same in all versions.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Key<'a> {
    pub(super) sort: Sort,
    /// Rust name of the operation or the type that it is or belongs to.
    pub(super) owner: &'a str,
    /// Where in it: the place of a parameter, the parameter of a filter key, the status of a header.
    pub(super) within: Cow<'a, str>,
    /// Name on the wire; of an operation or a type nothing.
    pub(super) name: Cow<'a, str>,
}

/// Where a thing comes from.
#[derive(Clone, Copy, Debug)]
pub(super) enum Source<'a> {
    Operation(&'a Operation),
    Type(&'a TypeDef),
    Parameter(&'a Parameter, &'a Operation),
    FilterKey(&'a FilterKey, &'a Parameter),
    Body(&'a RequestBody, &'a Operation),
    Status(&'a Response),
    Header(&'a Header, &'a Operation),
    Field(&'a Field, &'a TypeDef),
    Value(&'a Variant, &'a TypeDef),
}

/// How people write a value that is the empty text.
const EMPTY: &str = "\"\"";

/// Everything that a version has, owners before what belongs to them, in document order.
pub(super) fn things(api: &Api) -> Vec<Thing<'_>> {
    let mut out = Vec::new();
    for operation in &api.operations {
        of_operation(operation, &mut out);
    }
    for def in api.types.values() {
        of_type(def, &mut out);
    }
    out
}

fn of_operation<'a>(operation: &'a Operation, out: &mut Vec<Thing<'a>>) {
    let mut add = |sort, within: Cow<'a, str>, name: Cow<'a, str>, source| {
        out.push(Thing { key: Key { sort, owner: &operation.type_name, within, name }, source });
    };
    add(Sort::Operation, Cow::Borrowed(""), Cow::Borrowed(""), Source::Operation(operation));
    for parameter in &operation.parameters {
        let place = match parameter.location {
            Location::Path => "path",
            Location::Query => "query",
            Location::Header => "header",
        };
        let name = parameter.name.as_str();
        add(Sort::Parameter, place.into(), name.into(), Source::Parameter(parameter, operation));
        for key in parameter.filters.iter().flat_map(|filters| &filters.keys) {
            let source = Source::FilterKey(key, parameter);
            add(Sort::FilterKey, name.into(), key.name.as_str().into(), source);
        }
    }
    if let Some(body) = &operation.body {
        add(Sort::Body, "".into(), "body".into(), Source::Body(body, operation));
    }
    for response in &operation.responses {
        let status = response.status.to_string();
        add(Sort::Status, "".into(), status.clone().into(), Source::Status(response));
        for header in &response.headers {
            let source = Source::Header(header, operation);
            add(Sort::Header, status.clone().into(), header.name.as_str().into(), source);
        }
    }
}

fn of_type<'a>(def: &'a TypeDef, out: &mut Vec<Thing<'a>>) {
    let mut add = |sort, name: &'a str, source| {
        let key = Key { sort, owner: &def.name, within: "".into(), name: name.into() };
        out.push(Thing { key, source });
    };
    add(Sort::Type, "", Source::Type(def));
    match &def.kind {
        TypeKind::Struct(fields) => {
            fields.iter().for_each(|field| add(Sort::Field, &field.name, Source::Field(field, def)));
        }
        TypeKind::Enum(variants) => {
            variants.iter().for_each(|value| add(Sort::Value, &value.value, Source::Value(value, def)));
        }
        TypeKind::Alias(_) => {}
    }
}

impl Key<'_> {
    /// The name that people read: `HostConfig.Mounts`.
    pub(super) fn display(&self) -> String {
        match self.sort {
            Sort::Operation | Sort::Type => self.owner.to_owned(),
            Sort::FilterKey => [self.owner, ".", &self.within, ".", &self.name].concat(),
            Sort::Value if self.name.is_empty() => [self.owner, ".", EMPTY].concat(),
            _ => [self.owner, ".", &self.name].concat(),
        }
    }

    /// Whether it is an operation or a type.
    pub(super) fn is_owner(&self) -> bool {
        matches!(self.sort, Sort::Operation | Sort::Type)
    }
}

impl<'a> Source<'a> {
    /// All names that it goes by, without its owner's.
    pub(super) fn names(self) -> Vec<Cow<'a, str>> {
        let names: Vec<&str> = match self {
            Self::Operation(it) => vec![&it.type_name, &it.id, &it.method_name],
            Self::Type(it) => std::iter::once(it.name.as_str()).chain(it.definition.as_deref()).collect(),
            Self::Parameter(it, _) => vec![&it.name, &it.rust_name],
            Self::FilterKey(it, _) => vec![&it.name, &it.rust_name],
            Self::Body(it, _) => vec!["body", &it.rust_name],
            Self::Status(it) => return vec![it.status.to_string().into()],
            Self::Header(it, _) => vec![&it.name, &it.rust_name],
            Self::Field(it, _) => vec![&it.name, &it.rust_name],
            Self::Value(it, _) if it.value.is_empty() => vec![EMPTY, &it.name],
            Self::Value(it, _) => vec![&it.value, &it.name],
        };
        names.into_iter().map(Cow::Borrowed).collect()
    }

    /// Its path in the generated crate.
    pub(super) fn rust(self) -> Option<String> {
        let setter = |operation: &Operation, required: bool, name: &str| {
            if required {
                ["Client::", &operation.method_name, "(", name, ")"].concat()
            } else {
                ["operations::", &operation.type_name, "::", name].concat()
            }
        };
        Some(match self {
            Self::Operation(it) => ["Client::", &it.method_name].concat(),
            Self::Type(it) => ["models::", &it.name].concat(),
            Self::Parameter(it, operation) => setter(operation, it.required, &it.rust_name),
            Self::Body(it, operation) => setter(operation, it.required, &it.rust_name),
            Self::FilterKey(it, parameter) => {
                let builder = &parameter.filters.as_ref()?.type_name;
                ["operations::", builder, "::", &it.rust_name].concat()
            }
            Self::Header(it, operation) => match &operation.answer {
                Answer::Headers(name) => ["operations::", name, "::", &it.rust_name].concat(),
                _ => return None,
            },
            Self::Status(_) => return None,
            Self::Field(it, def) => ["models::", &def.name, "::", &it.rust_name].concat(),
            Self::Value(it, def) => ["models::", &def.name, "::", &it.name].concat(),
        })
    }

    pub(super) fn origin(self) -> &'a Origin {
        match self {
            Self::Operation(it) => &it.origin,
            Self::Type(it) => &it.origin,
            Self::Parameter(it, _) => &it.origin,
            Self::FilterKey(it, _) => &it.origin,
            Self::Body(it, _) => &it.origin,
            Self::Status(it) => &it.origin,
            Self::Header(it, _) => &it.origin,
            Self::Field(it, _) => &it.origin,
            Self::Value(it, _) => &it.origin,
        }
    }

    pub(super) fn deprecation(self) -> Option<&'a Deprecation> {
        match self {
            Self::Operation(it) => it.deprecation.as_ref(),
            Self::Type(it) => it.deprecation.as_ref(),
            Self::Parameter(it, _) => it.deprecation.as_ref(),
            Self::Field(it, _) => it.deprecation.as_ref(),
            _ => None,
        }
    }

    /// The types that its value leads to.
    pub(super) fn leads_to(self) -> Vec<&'a Type> {
        match self {
            Self::Operation(it) => {
                let body = it.body.as_ref().and_then(|body| json(&body.kind));
                let answer = match &it.answer {
                    Answer::Json(ty) | Answer::JsonStream(ty) => Some(ty),
                    _ => None,
                };
                body.into_iter().chain(answer).collect()
            }
            Self::Type(it) => match &it.kind {
                TypeKind::Alias(ty) => vec![ty],
                _ => Vec::new(),
            },
            Self::Parameter(it, _) => vec![&it.ty],
            Self::Body(it, _) => json(&it.kind).into_iter().collect(),
            Self::Status(it) => it.body.iter().collect(),
            Self::Header(it, _) => vec![&it.ty],
            Self::Field(it, _) => vec![&it.ty],
            Self::FilterKey(..) | Self::Value(..) => Vec::new(),
        }
    }

    /// What a person wants to see first: the type, or an operation's method and path.
    pub(super) fn form(self) -> Option<String> {
        Some(match self {
            Self::Operation(it) => [it.method.as_str(), " ", &it.path].concat(),
            Self::Type(it) => kind(it, &type_text),
            Self::Parameter(it, _) => type_text(&it.ty),
            Self::Body(it, _) => body(&it.kind, &type_text),
            Self::Status(it) => return it.body.as_ref().map(type_text),
            Self::Header(it, _) => type_text(&it.ty),
            Self::Field(it, _) => type_text(&it.ty),
            Self::FilterKey(..) | Self::Value(..) => return None,
        })
    }

    /// What can change while it stays what it is. What is not said is left out. Types are told
    /// without the names that they have besides: that something got one is no news.
    pub(super) fn facts(self, api: &Api) -> Vec<(&'static str, String)> {
        let mut out = Vec::new();
        let whole = |ty: &Type| type_text(&without_aliases(ty, api, DEEPEST));
        match self {
            Self::Operation(it) => {
                out.push(("operationId", it.id.clone()));
                out.push(("path", [it.method.as_str(), " ", &it.path].concat()));
                out.push(("answer", answer(&it.answer, &whole)));
                out.extend(it.upgrade.iter().map(|protocol| ("upgrade", protocol.clone())));
            }
            Self::Type(it) => out.push(("kind", kind(it, &whole))),
            Self::Parameter(it, _) => {
                out.push(("type", whole(&it.ty)));
                out.push(("required", it.required.to_string()));
                out.extend(encoding(it.encoding).map(|text| ("encoding", text)));
                out.extend(of_values(&it.facts));
            }
            Self::FilterKey(it, _) if !it.values.is_empty() => out.push(("values", it.values.join(", "))),
            Self::FilterKey(..) | Self::Value(..) => {}
            Self::Body(it, _) => {
                out.push(("type", body(&it.kind, &whole)));
                out.push(("required", it.required.to_string()));
                out.push(("media type", it.media_type.clone()));
            }
            Self::Status(it) => {
                out.extend(it.body.iter().map(|ty| ("type", whole(ty))));
                if !it.media_types.is_empty() {
                    out.push(("media types", it.media_types.join(", ")));
                }
            }
            Self::Header(it, _) => {
                out.push(("type", whole(&it.ty)));
                out.extend(of_values(&it.facts));
            }
            Self::Field(it, _) => {
                out.push(("type", whole(&it.ty)));
                out.push(("required", it.required.to_string()));
                out.push(("nullable", it.nullable.to_string()));
                out.extend(of_values(&it.facts));
            }
        }
        out
    }
}

fn json(kind: &BodyKind) -> Option<&Type> {
    match kind {
        BodyKind::Json(ty) => Some(ty),
        BodyKind::Tar | BodyKind::Raw => None,
    }
}

fn of_values(facts: &Facts) -> impl Iterator<Item = (&'static str, String)> {
    let list = |values: &[serde_json::Value]| {
        let values: Vec<_> = values.iter().map(ToString::to_string).collect();
        (!values.is_empty()).then(|| values.join(", "))
    };
    let value = |value: &Option<serde_json::Value>| value.as_ref().map(ToString::to_string);
    let length = |length: Option<u64>| length.map(|length| length.to_string());
    [
        ("format", facts.format.clone()),
        ("default", value(&facts.default)),
        ("allowed values", list(&facts.allowed)),
        ("minimum", value(&facts.minimum)),
        ("maximum", value(&facts.maximum)),
        ("least length", length(facts.min_length)),
        ("greatest length", length(facts.max_length)),
        ("pattern", facts.pattern.clone()),
    ]
    .into_iter()
    .filter_map(|(fact, value)| Some((fact, value?)))
}

fn kind(def: &TypeDef, text: &dyn Fn(&Type) -> String) -> String {
    match &def.kind {
        TypeKind::Struct(_) => "object".to_owned(),
        TypeKind::Enum(_) => "enum".to_owned(),
        TypeKind::Alias(ty) => text(ty),
    }
}

fn body(kind: &BodyKind, text: &dyn Fn(&Type) -> String) -> String {
    match kind {
        BodyKind::Json(ty) => text(ty),
        BodyKind::Tar => "tar archive".to_owned(),
        BodyKind::Raw => "bytes".to_owned(),
    }
}

fn answer(answer: &Answer, text: &dyn Fn(&Type) -> String) -> String {
    match answer {
        Answer::Json(ty) => text(ty),
        Answer::JsonStream(ty) => ["stream of ", &text(ty)].concat(),
        Answer::Logs => "output of a container".to_owned(),
        Answer::Bytes => "bytes".to_owned(),
        Answer::Duplex => "connection".to_owned(),
        Answer::Text => "text".to_owned(),
        Answer::Empty => "nothing".to_owned(),
        Answer::Headers(_) => "headers".to_owned(),
        Answer::Outcome { variants, .. } => {
            let names: Vec<_> = variants.iter().map(|variant| variant.name.as_str()).collect();
            names.join(" or ")
        }
    }
}

fn encoding(encoding: Encoding) -> Option<String> {
    Some(match encoding {
        Encoding::Plain | Encoding::Segments => return None,
        Encoding::Multi => "repeated".to_owned(),
        Encoding::MultiJson => "repeated, each as JSON".to_owned(),
        Encoding::Joined(separator) => format!("joined by {separator:?}"),
        Encoding::Json => "JSON".to_owned(),
        Encoding::Base64UrlJson => "JSON in URL-safe base64".to_owned(),
        Encoding::Base64Json => "JSON in base64".to_owned(),
    })
}

/// No type is made of more types within each other than this: aliases that name each other come to an end.
const DEEPEST: usize = 16;

/// The type that is behind the names of other types.
fn without_aliases(ty: &Type, api: &Api, depth: usize) -> Type {
    let Some(deeper) = depth.checked_sub(1) else { return ty.clone() };
    let inner = |ty: &Type| Box::new(without_aliases(ty, api, deeper));
    match ty {
        Type::Array(item) => Type::Array(inner(item)),
        Type::Map(value) => Type::Map(inner(value)),
        Type::Nullable(value) => Type::Nullable(inner(value)),
        Type::Named(name) => match api.types.get(name).map(|def| &def.kind) {
            Some(TypeKind::Alias(ty)) => *inner(ty),
            _ => ty.clone(),
        },
        plain => plain.clone(),
    }
}

/// `[Mount]`, `{string}`, `int64`: a type as people note it down.
fn type_text(ty: &Type) -> String {
    let integer = |integer: &Integer| match integer {
        Integer::I8 => "int8",
        Integer::I16 => "int16",
        Integer::I32 => "int32",
        Integer::I64 => "int64",
        Integer::U8 => "uint8",
        Integer::U16 => "uint16",
        Integer::U32 => "uint32",
        Integer::U64 => "uint64",
    };
    match ty {
        Type::Bool => "boolean".to_owned(),
        Type::Integer(size) => integer(size).to_owned(),
        Type::Float { single: true } => "float".to_owned(),
        Type::Float { single: false } => "double".to_owned(),
        Type::String => "string".to_owned(),
        Type::DateTime => "date-time".to_owned(),
        Type::Secret => "secret".to_owned(),
        Type::Json => "any".to_owned(),
        Type::Array(item) => ["[", &type_text(item), "]"].concat(),
        Type::Map(value) => ["{", &type_text(value), "}"].concat(),
        Type::Nullable(inner) => [&type_text(inner), " or null"].concat(),
        Type::Named(name) => name.clone(),
    }
}
