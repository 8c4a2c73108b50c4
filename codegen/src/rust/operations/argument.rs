//! A parameter or a body as a Rust argument: its type, and the call that hands it to the request.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::super::docs::{self, Comment};
use super::super::ty::{Resolved, Types};
use super::super::{Error, name};
use crate::api::{BodyKind, Encoding, Life, Location, Origin, Parameter, RequestBody, Type};

pub(in crate::rust) struct Argument {
    /// `all`
    pub(in crate::rust) name: Ident,
    /// `bool`
    pub(in crate::rust) ty: TokenStream,
    /// What has to be done with it first, in a statement of its own.
    pub(in crate::rust) before: TokenStream,
    /// `.query("all", all)`
    pub(in crate::rust) call: TokenStream,
}

impl Argument {
    /// `all: bool`
    pub(in crate::rust) fn declaration(&self) -> TokenStream {
        let Self { name, ty, .. } = self;
        quote!(#name: #ty)
    }
}

pub(in crate::rust) fn of_parameter(parameter: &Parameter, types: &mut Types<'_>) -> Result<Argument, Error> {
    let origin = &parameter.origin;
    let (name, wire) = (name::ident(&parameter.rust_name, origin)?, &parameter.name);
    if let Some(filters) = &parameter.filters {
        let builder = name::type_ident(&filters.type_name, origin)?;
        let ty = quote!(impl FnOnce(#builder) -> #builder);
        let call = quote!(.filters(#wire, #name(#builder::default()).0));
        return Ok(Argument { name, ty, before: TokenStream::new(), call });
    }
    let ty = &parameter.ty;
    let mut before = TokenStream::new();
    let (ty, call) = match (parameter.location, parameter.encoding) {
        (Location::Path, encoding @ (Encoding::Plain | Encoding::Segments)) => {
            let method = name::fixed(if encoding == Encoding::Segments { "segments" } else { "path" });
            let (ty, value) = one(ty, &name, origin, types, Form::Text)?;
            (ty, quote!(.#method(#wire, #value)))
        }
        (Location::Query | Location::Header, Encoding::Plain) => {
            let method = method(parameter, "");
            let (ty, value) = one(ty, &name, origin, types, Form::Display)?;
            (ty, quote!(.#method(#wire, #value)))
        }
        (Location::Query | Location::Header, Encoding::Multi) => {
            let method = method(parameter, "_multi");
            let (ty, statement) = several(ty, &name, origin, types)?;
            before = statement;
            (ty, quote!(.#method(#wire, #name)))
        }
        (Location::Query, Encoding::MultiJson) => {
            let (ty, values) = several_whole(ty, &name, origin, types)?;
            (ty, quote!(.query_multi_json(#wire, #values)))
        }
        (Location::Query | Location::Header, Encoding::Joined(separator)) => {
            let (method, separator) = (method(parameter, "_joined"), Literal::character(separator));
            let (ty, statement) = several(ty, &name, origin, types)?;
            before = statement;
            (ty, quote!(.#method(#wire, #separator, #name)))
        }
        (Location::Query | Location::Header, Encoding::Json) => {
            let method = method(parameter, "_json");
            let (ty, statement, value) = whole(ty, &name, origin, types)?;
            before = statement;
            (ty, quote!(.#method(#wire, &#value)))
        }
        (Location::Header, encoding @ (Encoding::Base64UrlJson | Encoding::Base64Json)) => {
            let method = match encoding {
                // Without credentials there is no header, unless the Engine insists on one.
                Encoding::Base64UrlJson if !parameter.required => name::fixed("credentials"),
                Encoding::Base64UrlJson => method(parameter, "_base64url_json"),
                _ => method(parameter, "_base64_json"),
            };
            let (ty, statement, value) = whole(ty, &name, origin, types)?;
            before = statement;
            (ty, quote!(.#method(#wire, &#value)))
        }
        (location, encoding) => {
            let message = format!("a {location:?} parameter cannot be written as {encoding:?}");
            return Err(Error::at(origin, message));
        }
    };
    Ok(Argument { name, ty, before, call })
}

pub(in crate::rust) fn of_body(body: &RequestBody, types: &mut Types<'_>) -> Result<Argument, Error> {
    let name = name::ident(&body.rust_name, &body.origin)?;
    let (ty, call) = match &body.kind {
        BodyKind::Json(ty) => (types.tokens(ty, &body.origin)?, quote!(.json(&#name))),
        BodyKind::Tar | BodyKind::Raw => {
            let media_type = &body.media_type;
            (quote!(impl Into<runtime::Body>), quote!(.body(#media_type, #name)))
        }
    };
    Ok(Argument { name, ty, before: TokenStream::new(), call })
}

/// Words and facts of a parameter of an operation with this life.
pub(super) fn comment(parameter: &Parameter, life: &Life) -> Comment {
    let mut named = false;
    let mut comment = Comment::of(&parameter.docs, || {
        named = true;
        let place = match parameter.location {
            Location::Path => "Path",
            Location::Query => "Query",
            Location::Header => "Header",
        };
        [place, " parameter ", &docs::code(&parameter.name), "."].concat()
    });
    let mut facts = Vec::new();
    // Headers are written so anyway: `X-Registry-Auth` and `x_registry_auth`.
    let told = match parameter.location {
        Location::Header => parameter.rust_name.replace('_', "-").eq_ignore_ascii_case(&parameter.name),
        Location::Path | Location::Query => docs::tells_wire_name(&parameter.rust_name, &parameter.name),
    };
    if !named && !told {
        facts.push([docs::code(&parameter.name), " on the wire.".to_owned()].concat());
    }
    facts.extend(docs::value(&parameter.facts, &parameter.ty));
    facts.extend(docs::life(&parameter.life, life));
    comment.facts(&facts);
    comment
}

/// The request's method: `query_joined`.
fn method(parameter: &Parameter, form: &str) -> Ident {
    let place = if parameter.location == Location::Header { "header" } else { "query" };
    name::fixed(&[place, form].concat())
}

/// What the request wants of a single value.
#[derive(Clone, Copy)]
enum Form {
    /// `&str`
    Text,
    /// Whatever prints as its text.
    Display,
}

/// A value that travels as its own text: the argument's type, and the expression that the request takes.
fn one(
    ty: &Type,
    name: &Ident,
    origin: &Origin,
    types: &mut Types<'_>,
    form: Form,
) -> Result<(TokenStream, TokenStream), Error> {
    let (bound, value) = match types.resolve(ty) {
        Resolved::Plain(Type::Bool | Type::Integer(_) | Type::Float { .. } | Type::Json) => {
            let value = match form {
                Form::Text => quote!(&#name.to_string()),
                Form::Display => quote!(#name),
            };
            return Ok((types.tokens(ty, origin)?, value));
        }
        Resolved::Plain(Type::String) => (quote!(AsRef<str>), quote!(#name.as_ref())),
        Resolved::Plain(Type::Secret) => (into(ty, origin, types)?, quote!(#name.into().expose())),
        Resolved::Plain(Type::DateTime) | Resolved::Enum => {
            (into(ty, origin, types)?, quote!(#name.into().as_str()))
        }
        Resolved::Plain(_) | Resolved::Struct => return Err(Error::at(origin, NO_TEXT.to_owned())),
    };
    Ok((quote!(impl #bound), value))
}

const NO_TEXT: &str = "an array or an object needs an encoding to travel as text";

/// The values of an array: the argument's type, and the statement that converts them.
fn several(
    ty: &Type,
    name: &Ident,
    origin: &Origin,
    types: &mut Types<'_>,
) -> Result<(TokenStream, TokenStream), Error> {
    let Resolved::Plain(Type::Array(item)) = types.resolve(ty) else {
        return Err(Error::at(origin, "only an array can be repeated or joined".to_owned()));
    };
    let (item, statement) = match types.resolve(item) {
        Resolved::Plain(Type::String) => (quote!(impl std::fmt::Display), TokenStream::new()),
        Resolved::Plain(Type::Bool | Type::Integer(_) | Type::Float { .. } | Type::Json | Type::DateTime) => {
            (types.tokens(item, origin)?, TokenStream::new())
        }
        Resolved::Enum => {
            let item = types.tokens(item, origin)?;
            (quote!(impl Into<#item>), quote!(let #name = #name.into_iter().map(Into::<#item>::into);))
        }
        _ => return Err(Error::at(origin, NO_TEXT.to_owned())),
    };
    Ok((quote!(impl IntoIterator<Item = #item>), statement))
}

/// A value that travels as JSON in text: the argument's type, the statement that converts it, and the expression that the request
/// takes.
fn whole(
    ty: &Type,
    name: &Ident,
    origin: &Origin,
    types: &mut Types<'_>,
) -> Result<(TokenStream, TokenStream, TokenStream), Error> {
    let nothing = TokenStream::new();
    Ok(match types.resolve(ty) {
        Resolved::Struct => {
            let bound = into(ty, origin, types)?;
            (quote!(impl #bound), nothing, quote!(#name.into()))
        }
        Resolved::Plain(Type::Array(item)) => {
            let all = types.tokens(ty, origin)?;
            let (item, convert) = match types.resolve(item) {
                Resolved::Plain(Type::String) => (quote!(impl Into<String>), quote!(.map(Into::into))),
                _ => (types.tokens(item, origin)?, TokenStream::new()),
            };
            let statement = quote!(let #name: #all = #name.into_iter()#convert.collect(););
            (quote!(impl IntoIterator<Item = #item>), statement, quote!(#name))
        }
        Resolved::Plain(Type::Map(value)) => {
            let all = types.tokens(ty, origin)?;
            let (value, convert) = map_value(value, origin, types)?;
            let pairs = quote!(#name.into_iter().map(|(key, value)| (key.into(), #convert)));
            let statement = quote!(let #name: #all = #pairs.collect(););
            (quote!(impl IntoIterator<Item = (impl Into<String>, #value)>), statement, quote!(#name))
        }
        _ => (types.tokens(ty, origin)?, nothing, quote!(#name)),
    })
}

/// A value of a map as a caller gives it, and how it becomes what the map holds.
fn map_value(ty: &Type, origin: &Origin, types: &mut Types<'_>) -> Result<(TokenStream, TokenStream), Error> {
    let whole = types.tokens(ty, origin)?;
    let converts = |ty: &Type| {
        matches!(types.resolve(ty), Resolved::Plain(Type::String) | Resolved::Enum | Resolved::Struct)
    };
    Ok(match ty {
        Type::Nullable(inner) if converts(inner) => {
            let inner = types.tokens(inner, origin)?;
            (quote!(Option<impl Into<#inner>>), quote!(value.map(Into::into)))
        }
        Type::Nullable(_) => (whole, quote!(value)),
        _ if converts(ty) => (quote!(impl Into<#whole>), quote!(value.into())),
        _ => (whole, quote!(value)),
    })
}

/// The values of an array, each of which travels as JSON in text.
fn several_whole(
    ty: &Type,
    name: &Ident,
    origin: &Origin,
    types: &mut Types<'_>,
) -> Result<(TokenStream, TokenStream), Error> {
    let Resolved::Plain(Type::Array(item)) = types.resolve(ty) else {
        return Err(Error::at(origin, "only an array can be repeated".to_owned()));
    };
    let item = types.tokens(item, origin)?;
    Ok((quote!(impl IntoIterator<Item = #item>), quote!(#name)))
}

fn into(ty: &Type, origin: &Origin, types: &mut Types<'_>) -> Result<TokenStream, Error> {
    let ty = types.tokens(ty, origin)?;
    Ok(quote!(Into<#ty>))
}
