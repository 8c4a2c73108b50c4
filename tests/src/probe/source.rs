//! `Api` → a program's calls to everything that a generated crate offers: each operation with everything set and with
//! nothing set, each type to be read. Only names and types come from the model; every value follows from its place
//! ([`super::values`]).

use docker_engine_codegen::api::{
    Answer, Api, BodyKind, Encoding, Field, Integer, Location, Operation, Parameter, Type, TypeDef, TypeKind,
};
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

/// The module `calls` of the program, an item a line.
pub fn calls(api: &Api) -> String {
    let mut file = String::new();
    let mut add = |item: TokenStream| file += &format!("{item}\n");
    add(quote! { use crate::*; use client::{models, operations, runtime, Client}; });
    for def in api.types.values().filter(|def| def.sent) {
        add(maker(def));
    }
    for operation in &api.operations {
        add(request(operation, api));
    }
    let requests = api.operations.iter().map(|operation| {
        let (id, filled, bare) = (&operation.id, filled(operation), bare(operation));
        quote! { (#id, #filled, #bare) }
    });
    add(quote! { pub const REQUESTS: &[(&str, Ask, Ask)] = &[#(#requests),*]; });
    let kinds = api.operations.iter().map(|operation| {
        let (id, name) = (&operation.id, ident(&operation.type_name));
        quote! { (#id, kind::<operations::#name>) }
    });
    add(quote! { pub const KINDS: &[(&str, fn() -> &'static str)] = &[#(#kinds),*]; });
    let enums = api.types.values().filter_map(|def| match &def.kind {
        TypeKind::Enum(variants) => {
            let (text, name) = (&def.name, ident(&def.name));
            let variants = variants.iter().map(|variant| ident(&variant.name));
            Some(quote! { (#text, || spelled(&[#(models::#name::#variants),*])) })
        }
        _ => None,
    });
    add(quote! { pub const ENUMS: &[(&str, fn() -> Vec<String>)] = &[#(#enums),*]; });
    let types = api.types.values().map(|def| {
        let (text, name) = (&def.name, ident(&def.name));
        quote! { (#text, reread::<models::#name>) }
    });
    let answers = api.operations.iter().flat_map(answers);
    add(quote! { pub const READERS: &[(&str, Reread)] = &[#(#types,)* #(#answers),*]; });
    file
}

/// The readers of an operation's answer.
fn answers(operation: &Operation) -> Vec<TokenStream> {
    let (id, name) = (&operation.id, ident(&operation.type_name));
    match &operation.answer {
        Answer::Json(_) => vec![quote! { (#id, answered::<operations::#name, _>) }],
        Answer::JsonStream(_) => vec![quote! { (#id, streamed::<operations::#name, _>) }],
        Answer::Headers(headers) => {
            let success = operation.responses.iter().find(|response| (200..300).contains(&response.status));
            let headers = ident(headers);
            let fields = success.into_iter().flat_map(|response| &response.headers).map(|header| {
                let (wire, field) = (&header.name, ident(&header.rust_name));
                quote! { (#wire, written(&headers.#field)) }
            });
            vec![quote! {
                (#id, |json| headed::<operations::#headers>(json, |headers| vec![#(#fields),*]))
            }]
        }
        Answer::Outcome { type_name, variants } => {
            let outcome = ident(type_name);
            let arms: Vec<TokenStream> = variants
                .iter()
                .map(|variant| {
                    let (text, name) = (&variant.name, ident(&variant.name));
                    match variant.body {
                        Some(_) => quote! { operations::#outcome::#name(body) => (#text, written(&body)) },
                        None => quote! { operations::#outcome::#name => (#text, runtime::Value::Null) },
                    }
                })
                .collect();
            let of = |status: u16| {
                let text = format!("{id} {status}");
                quote! {
                    (#text, |json| came::<operations::#outcome>(#status, json, |outcome| match outcome { #(#arms),* }))
                }
            };
            variants.iter().map(|variant| of(variant.status)).collect()
        }
        _ => Vec::new(),
    }
}

/// The function that makes a value of a type.
fn maker(def: &TypeDef) -> TokenStream {
    let (make, name) = (make(&def.name), ident(&def.name));
    let body = match &def.kind {
        TypeKind::Struct(fields) => {
            let keeps = (def.sent && def.received).then(|| quote!(extra: Default::default(),));
            let fields = fields.iter().map(field);
            quote! { models::#name { #(#fields,)* #keeps } }
        }
        TypeKind::Enum(variants) => {
            let variants = variants.iter().map(|variant| ident(&variant.name));
            quote! { pick(at, vec![#(models::#name::#variants),*]) }
        }
        TypeKind::Alias(ty) => value(ty),
    };
    quote! { fn #make(at: &str) -> models::#name { #body } }
}

fn field(field: &Field) -> TokenStream {
    let (name, wire, value) = (ident(&field.rust_name), &field.name, value(&field.ty));
    assert!(!field.boxed, "{wire}: values of types that hold themselves are not made here");
    let value = quote! { { let at = &values::member(at, #wire); #value } };
    if !field.required || field.nullable { quote!(#name: Some(#value)) } else { quote!(#name: #value) }
}

/// A value of a type at the place `at`.
fn value(ty: &Type) -> TokenStream {
    match ty {
        Type::Bool => quote!(flag(at)),
        Type::Integer(integer) => {
            let integer = ident(match integer {
                Integer::I8 => "i8",
                Integer::I16 => "i16",
                Integer::I32 => "i32",
                Integer::I64 => "i64",
                Integer::U8 => "u8",
                Integer::U16 => "u16",
                Integer::U32 => "u32",
                Integer::U64 => "u64",
            });
            quote!(values::number(at) as #integer)
        }
        Type::Float { single: true } => quote!(values::float(at) as f32),
        Type::Float { single: false } => quote!(values::float(at)),
        Type::String => quote!(values::text(at)),
        Type::DateTime => quote!(runtime::DateTime::from(values::date(at))),
        Type::Secret => quote!(runtime::Secret::from(values::text(at))),
        Type::Json => quote!(values::any(at)),
        Type::Array(item) => {
            let (item, made) = inner(item);
            let make = ident(made.0);
            quote!(#make(at, |at| #item))
        }
        Type::Map(item) => {
            let (item, made) = inner(item);
            let make = ident(made.1);
            quote!(#make(at, |at| #item))
        }
        Type::Nullable(inner) => value(inner),
        Type::Named(name) => {
            let make = make(name);
            quote!(#make(at))
        }
    }
}

/// An item, and the functions that make a list and a map of such.
fn inner(ty: &Type) -> (TokenStream, (&'static str, &'static str)) {
    match ty {
        Type::Nullable(inner) => (value(inner), ("list_with_hole", "map_with_hole")),
        ty => (value(ty), ("list", "map")),
    }
}

/// The two functions that make requests of an operation.
fn request(operation: &Operation, api: &Api) -> TokenStream {
    let (filled, bare) = (filled(operation), bare(operation));
    let method = ident(&operation.method_name);
    let required = operation.parameters.iter().filter(|parameter| parameter.required);
    let arguments: Vec<TokenStream> = required.map(|parameter| argument(parameter, api)).collect();
    let setters = operation.parameters.iter().filter(|parameter| !parameter.required).map(|parameter| {
        let (setter, value) = (ident(&parameter.rust_name), argument(parameter, api));
        quote!(.#setter(#value))
    });
    let (mut filled_body, mut bare_body, mut set_body) = (None, None, None);
    if let Some(body) = &operation.body {
        let (full, empty) = match &body.kind {
            BodyKind::Json(ty) => {
                let value = value(ty);
                (quote!({ let at = "body"; #value }), quote!(Default::default()))
            }
            BodyKind::Tar | BodyKind::Raw => (quote!(values::text("body")), quote!("")),
        };
        if body.required {
            (filled_body, bare_body) = (Some(full), Some(empty));
        } else {
            let setter = ident(&body.rust_name);
            set_body = Some(quote!(.#setter(#full)));
        }
    }
    let filled_arguments = arguments.iter().chain(&filled_body);
    let bare_arguments = arguments.iter().chain(&bare_body);
    quote! {
        fn #filled(client: &Client) -> runtime::Request {
            into_request(client.#method(#(#filled_arguments),*) #(#setters)* #set_body)
        }
        fn #bare(client: &Client) -> runtime::Request {
            into_request(client.#method(#(#bare_arguments),*))
        }
    }
}

/// What a caller gives for a parameter.
fn argument(parameter: &Parameter, api: &Api) -> TokenStream {
    let wire = &parameter.name;
    if let Some(filters) = &parameter.filters {
        let keys = filters.keys.iter().map(|key| {
            let (key, wire) = (ident(&key.rust_name), &key.name);
            quote! { .#key(filter(#wire, 0)).#key(filter(#wire, 1)) }
        });
        return quote! { |filters| filters #(#keys)* .raw("not listed", values::text("not listed")) };
    }
    let plain = matches!(parameter.encoding, Encoding::Plain | Encoding::Multi | Encoding::Joined(_));
    let mut given = value(&parameter.ty);
    if parameter.location == Location::Header && plain {
        assert_eq!(resolved(&parameter.ty, api), &Type::String, "{wire}: only texts stand in headers here");
        given = quote!(values::header_text(at));
    }
    quote! { { let at = #wire; #given } }
}

fn resolved<'a>(ty: &'a Type, api: &'a Api) -> &'a Type {
    match ty {
        Type::Named(name) => match &api.types[name].kind {
            TypeKind::Alias(inner) => resolved(inner, api),
            _ => ty,
        },
        ty => ty,
    }
}

fn filled(operation: &Operation) -> Ident {
    ident(&format!("filled_{}", operation.type_name))
}

fn bare(operation: &Operation) -> Ident {
    ident(&format!("bare_{}", operation.type_name))
}

fn make(name: &str) -> Ident {
    ident(&format!("make_{name}"))
}

fn ident(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}
