//! The request of an operation: a struct with a setter for each optional parameter.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::docs::{self, Comment};
use super::super::ty::Types;
use super::super::{Error, name};
use super::argument::{self, Argument};
use super::{filters, headers, meta, method, outcome};
use crate::api::{Answer, Operation, Parameter};

/// Setters that clippy would take for the method of a standard trait.
const TRAIT_METHODS: [&str; 7] = ["add", "sub", "mul", "div", "rem", "shl", "shr"];

pub(super) fn tokens(operation: &Operation, types: &mut Types<'_>) -> Result<TokenStream, Error> {
    let name = name::type_ident(&operation.type_name, &operation.origin)?;
    let doc = docs::attribute(&["Request of [`Client::", &operation.method_name, "`]."].concat());
    let mut scope = name::Scope::default();
    let mut setters = TokenStream::new();
    let mut builders = TokenStream::new();
    for parameter in &operation.parameters {
        if let Some(keys) = &parameter.filters {
            builders.extend(filters::tokens(operation, keys)?);
        }
        if parameter.required {
            continue;
        }
        scope.declare(&parameter.rust_name, &parameter.origin)?;
        let argument = argument::of_parameter(parameter, types)?;
        setters.extend(setter(operation, parameter, argument));
    }
    if let Some(body) = operation.body.as_ref().filter(|body| !body.required) {
        scope.declare(&body.rust_name, &body.origin)?;
        let Argument { name, ty, before, call } = argument::of_body(body, types)?;
        let doc =
            Comment::of(&body.docs, || ["The body: ", method::body_phrase(&body.kind)].concat()).attributes();
        setters.extend(quote! {
            #doc
            pub fn #name(self, #name: #ty) -> Self { #before Self(self.0 #call) }
        });
    }
    let setters = (!setters.is_empty()).then(|| quote!(impl #name { #setters }));
    let (answer, answer_items) = answer(operation, types)?;
    let (meta_name, meta) = (meta::name(operation), meta::tokens(operation));
    Ok(quote! {
        #doc
        #[derive(Debug)]
        #[must_use = "a request does nothing until it is awaited or sent"]
        pub struct #name(runtime::Request);
        #setters
        #meta
        runtime::operation! { #name, #meta_name, #answer }
        #builders
        #answer_items
    })
}

fn setter(operation: &Operation, parameter: &Parameter, argument: Argument) -> TokenStream {
    let Argument { name, ty, before, call } = argument;
    let doc = argument::comment(parameter, &operation.life).attributes();
    let deprecated = docs::deprecated(parameter.deprecation.as_ref(), &parameter.life);
    let allow = TRAIT_METHODS
        .contains(&parameter.rust_name.as_str())
        .then(|| quote!(#[allow(clippy::should_implement_trait)]));
    quote! {
        #doc
        #deprecated
        #allow
        pub fn #name(self, #name: #ty) -> Self { #before Self(self.0 #call) }
    }
}

/// The answer's type for the runtime, and the items that it needs.
fn answer(operation: &Operation, types: &mut Types<'_>) -> Result<(TokenStream, TokenStream), Error> {
    let origin = &operation.origin;
    let mut items = TokenStream::new();
    let answer = match &operation.answer {
        Answer::Json(ty) => {
            let ty = types.tokens(ty, origin)?;
            quote!(answer::Json<#ty>)
        }
        Answer::JsonStream(ty) => {
            let ty = types.tokens(ty, origin)?;
            quote!(answer::JsonLines<#ty>)
        }
        Answer::Logs => quote!(answer::Logs),
        Answer::Bytes => quote!(answer::Bytes),
        Answer::Duplex => quote!(answer::Hijack),
        Answer::Text => quote!(answer::Text),
        Answer::Empty => quote!(answer::Empty),
        Answer::Headers(name) => {
            items = headers::tokens(operation, name, types)?;
            let name = name::type_ident(name, origin)?;
            quote!(answer::Headers<#name>)
        }
        Answer::Outcome { type_name, variants } => {
            items = outcome::tokens(operation, type_name, variants, types)?;
            let name = name::type_ident(type_name, origin)?;
            quote!(answer::Outcome<#name>)
        }
    };
    Ok((answer, items))
}
