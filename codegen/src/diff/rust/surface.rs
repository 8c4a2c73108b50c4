//! An Api → the public items of its crate that another version's crate may not have, or have otherwise.

use std::sync::OnceLock;

use indexmap::IndexMap;

use super::declared;
use crate::api::{
    Answer, Api, Deprecation, Field, FilterKey, Header, Life, Operation, Origin, OutcomeVariant, Parameter,
    RequestBody, Type, TypeDef, TypeKind, Variant,
};
use crate::rust::signature::{self, Signature, Signatures};

/// The public items of a crate, by path: `Client`, then what is in `operations`, then `models`.
pub(super) struct Surface<'a> {
    pub(super) api: &'a Api,
    pub(super) items: IndexMap<String, Item<'a>>,
}

/// A type with its members by name.
pub(super) struct Item<'a> {
    pub(super) shape: Shape<'a>,
    pub(super) derives: String,
    pub(super) members: IndexMap<String, Member<'a>>,
    pub(super) origin: &'a Origin,
}

/// What a type is.
#[derive(Clone, Copy)]
pub(super) enum Shape<'a> {
    /// `Client`: its members are the operations.
    Client,
    /// A model.
    Struct(&'a TypeDef),
    /// An open enum.
    Enum(&'a TypeDef),
    /// Another name of a type.
    Alias(&'a TypeDef, &'a Type),
    /// The request of an operation: its members are the setters, and `send` for the answer.
    Request(&'a Operation),
    /// The builder of a `filters` parameter.
    Filters,
    /// The headers of an answer that has nothing else.
    Headers,
    /// An answer that is told by its status.
    Outcome,
}

impl Shape<'_> {
    pub(super) fn is_like(self, other: Self) -> bool {
        std::mem::discriminant(&self) == std::mem::discriminant(&other)
    }
}

/// A field, a variant or a method.
pub(super) struct Member<'a> {
    pub(super) name: String,
    pub(super) thing: Thing<'a>,
    pub(super) origin: &'a Origin,
    /// Its declaration, once somebody asked: a crate may be compared with many others.
    declaration: OnceLock<Signature>,
}

/// What a member comes from.
#[derive(Clone, Copy)]
pub(super) enum Thing<'a> {
    Field(&'a Field),
    /// The field for what a model does not know, under this name.
    Extra(&'static str),
    Header(&'a Header),
    Variant(&'a Variant),
    Outcome(&'a OutcomeVariant, &'a Operation),
    Method(&'a Operation),
    Setter(&'a Parameter),
    BodySetter(&'a RequestBody),
    Tty,
    Send(&'a Operation),
    Filter(&'a FilterKey),
}

impl<'a> Thing<'a> {
    /// Whether both certainly have the same declaration. What refers to aliases may have another one all the same.
    pub(super) fn is_surely_like(self, other: Self) -> bool {
        match (self, other) {
            (Self::Field(a), Self::Field(b)) => {
                a.ty == b.ty && (a.required, a.nullable, a.boxed) == (b.required, b.nullable, b.boxed)
            }
            (Self::Header(a), Self::Header(b)) => a.ty == b.ty,
            (Self::Variant(_), Self::Variant(_))
            | (Self::Filter(_), Self::Filter(_))
            | (Self::Extra(_), Self::Extra(_))
            | (Self::Tty, Self::Tty) => true,
            _ => false,
        }
    }

    /// Its name on the wire.
    pub(super) fn wire(self) -> Option<&'a str> {
        match self {
            Self::Field(field) => Some(&field.name),
            Self::Header(header) => Some(&header.name),
            Self::Variant(variant) => Some(&variant.value),
            Self::Setter(parameter) => Some(&parameter.name),
            Self::Filter(key) => Some(&key.name),
            _ => None,
        }
    }

    pub(super) fn deprecation(self) -> Option<&'a Deprecation> {
        match self {
            Self::Field(field) => field.deprecation.as_ref(),
            Self::Setter(parameter) => parameter.deprecation.as_ref(),
            Self::Method(operation) => operation.deprecation.as_ref(),
            _ => None,
        }
    }

    fn life(self) -> Option<&'a Life> {
        match self {
            Self::Field(field) => Some(&field.life),
            Self::Setter(parameter) => Some(&parameter.life),
            Self::Method(operation) => Some(&operation.life),
            _ => None,
        }
    }

    /// What its own document, or else a later one, says to use instead.
    pub(super) fn replaced_by(self) -> Option<&'a str> {
        let own = self.deprecation().and_then(|deprecation| deprecation.replaced_by.as_deref());
        own.or_else(|| self.life().and_then(|life| life.replaced_by.as_deref()))
    }
}

impl<'a> Member<'a> {
    fn new(name: &str, thing: Thing<'a>, origin: &'a Origin) -> Self {
        Self { name: name.to_owned(), thing, origin, declaration: OnceLock::new() }
    }

    /// How it is declared.
    pub(super) fn signature(&self, text: &mut Signatures<'a>) -> &Signature {
        let mut declare = || match self.thing {
            Thing::Field(field) => text.field(field),
            Thing::Extra(name) => Ok(text.extra(name)),
            Thing::Header(header) => text.header(header),
            Thing::Variant(variant) => Ok(Signature { text: variant.name.clone(), types: String::new() }),
            Thing::Outcome(variant, operation) => text.outcome(variant, &operation.origin),
            Thing::Method(operation) => text.method(operation),
            Thing::Setter(parameter) => text.setter(parameter),
            Thing::BodySetter(body) => text.body_setter(body),
            Thing::Tty => Ok(text.tty()),
            Thing::Send(operation) => text.send(operation),
            Thing::Filter(key) => text.filter(key),
        };
        self.declaration.get_or_init(|| declared(declare()))
    }
}

impl<'a> Item<'a> {
    fn new(shape: Shape<'a>, derives: &str, origin: &'a Origin) -> Self {
        Self { shape, derives: derives.to_owned(), members: IndexMap::new(), origin }
    }

    fn add(&mut self, name: &str, thing: Thing<'a>, origin: &'a Origin) {
        self.members.insert(name.to_owned(), Member::new(name, thing, origin));
    }

    /// `pub struct Mount`
    pub(super) fn declaration(&self, path: &str, text: &mut Signatures<'a>) -> String {
        let name = path.rsplit("::").next().unwrap_or(path);
        match self.shape {
            Shape::Enum(_) | Shape::Outcome => ["pub enum ", name].concat(),
            Shape::Alias(def, ty) => declared(text.alias(def, ty)).text,
            _ => ["pub struct ", name].concat(),
        }
    }

    /// The model type that it is.
    pub(super) fn type_name(&self) -> Option<&'a str> {
        match self.shape {
            Shape::Struct(def) | Shape::Enum(def) | Shape::Alias(def, _) => Some(&def.name),
            _ => None,
        }
    }

    /// What the documents say to use instead of the type, or of the operation that it belongs to.
    pub(super) fn replaced_by(&self) -> Option<&'a str> {
        let (deprecation, life) = match self.shape {
            Shape::Struct(def) | Shape::Enum(def) | Shape::Alias(def, _) => (&def.deprecation, &def.life),
            Shape::Request(operation) => (&operation.deprecation, &operation.life),
            _ => return None,
        };
        let own = deprecation.as_ref().and_then(|deprecation| deprecation.replaced_by.as_deref());
        own.or(life.replaced_by.as_deref())
    }
}

const MODEL: &str = "Clone, Debug, Default, PartialEq";
const OPEN_ENUM: &str = "Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash";

impl<'a> Surface<'a> {
    pub(super) fn of(api: &'a Api) -> Self {
        let mut items = IndexMap::new();
        if let Some(first) = api.operations.first() {
            let mut client = Item::new(Shape::Client, "Clone, Debug", &first.origin);
            for operation in &api.operations {
                client.add(&operation.method_name, Thing::Method(operation), &operation.origin);
            }
            items.insert("Client".to_owned(), client);
        }
        for operation in &api.operations {
            items.insert(["operations::", &operation.type_name].concat(), request(operation));
            for (name, item) in companions(operation) {
                items.insert(["operations::", name].concat(), item);
            }
        }
        for def in api.types.values() {
            items.insert(["models::", &def.name].concat(), model(def));
        }
        Self { api, items }
    }
}

fn request(operation: &Operation) -> Item<'_> {
    let mut item = Item::new(Shape::Request(operation), "Debug", &operation.origin);
    for parameter in operation.parameters.iter().filter(|parameter| !parameter.required) {
        item.add(&parameter.rust_name, Thing::Setter(parameter), &parameter.origin);
    }
    if let Some(body) = operation.body.as_ref().filter(|body| !body.required) {
        item.add(&body.rust_name, Thing::BodySetter(body), &body.origin);
    }
    if matches!(operation.answer, Answer::Logs | Answer::Duplex) {
        item.add("tty", Thing::Tty, &operation.origin);
    }
    item.add("send", Thing::Send(operation), &operation.origin);
    item
}

/// The types that an operation brings along besides its request.
fn companions(operation: &Operation) -> Vec<(&str, Item<'_>)> {
    let mut out = Vec::new();
    for parameter in &operation.parameters {
        if let Some(filters) = &parameter.filters {
            let mut item = Item::new(Shape::Filters, "Clone, Debug, Default", &parameter.origin);
            for key in &filters.keys {
                item.add(&key.rust_name, Thing::Filter(key), &key.origin);
            }
            out.push((filters.type_name.as_str(), item));
        }
    }
    match &operation.answer {
        Answer::Headers(name) => {
            let mut item = Item::new(Shape::Headers, MODEL, &operation.origin);
            let success = operation.responses.iter().find(|response| (200..300).contains(&response.status));
            for header in success.map(|response| &response.headers[..]).unwrap_or_default() {
                item.add(&header.rust_name, Thing::Header(header), &header.origin);
            }
            out.push((name, item));
        }
        Answer::Outcome { type_name, variants } => {
            let derives = signature::outcome_derives(variants);
            let mut item = Item::new(Shape::Outcome, &derives, &operation.origin);
            for variant in variants {
                item.add(&variant.name, Thing::Outcome(variant, operation), &operation.origin);
            }
            out.push((type_name, item));
        }
        _ => {}
    }
    out
}

fn model(def: &TypeDef) -> Item<'_> {
    match &def.kind {
        TypeKind::Struct(fields) => {
            let mut item = Item::new(Shape::Struct(def), MODEL, &def.origin);
            for field in fields {
                item.add(&field.rust_name, Thing::Field(field), &field.origin);
            }
            if let Some(name) = signature::extra(def) {
                item.add(name, Thing::Extra(name), &def.origin);
            }
            item
        }
        TypeKind::Enum(variants) => {
            let mut item = Item::new(Shape::Enum(def), OPEN_ENUM, &def.origin);
            for variant in variants {
                item.add(&variant.name, Thing::Variant(variant), &variant.origin);
            }
            item
        }
        TypeKind::Alias(ty) => Item::new(Shape::Alias(def, ty), "", &def.origin),
    }
}
