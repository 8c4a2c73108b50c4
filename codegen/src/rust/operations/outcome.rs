//! An answer that is told by the status: an enum with a variant for each.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::super::docs;
use super::super::ty::Types;
use super::super::{Error, name};
use crate::api::{Operation, OutcomeVariant};

pub(super) fn tokens(
    operation: &Operation,
    type_name: &str,
    variants: &[OutcomeVariant],
    types: &mut Types<'_>,
) -> Result<TokenStream, Error> {
    let name = name::type_ident(type_name, &operation.origin)?;
    let doc = docs::attribute(&["What came of [`Client::", &operation.method_name, "`]."].concat());
    let mut scope = name::Scope::default();
    let mut declarations = TokenStream::new();
    let mut arms = Vec::new();
    for variant in variants {
        scope.declare(&variant.name, &operation.origin)?;
        let ident = name::ident(&variant.name, &operation.origin)?;
        let doc = docs::attribute(&docs::status(variant.status, &operation.responses));
        let status = Literal::u16_unsuffixed(variant.status);
        let body = variant.body.as_ref().map(|ty| types.tokens(ty, &operation.origin)).transpose()?;
        let payload = body.map(|ty| quote!((#ty)));
        declarations.extend(quote! { #doc #ident #payload, });
        arms.push(quote!(#status => #ident #payload));
    }
    let payloads = has_payloads(variants);
    // One with a body beside others without: boxing it would cost the reader more than the memory.
    let allow = payloads.then(|| quote!(#[allow(clippy::large_enum_variant)]));
    let derives = derives(variants);
    Ok(quote! {
        #doc
        #[derive(#derives)]
        #allow
        pub enum #name { #declarations }
        runtime::outcome! { #name { #(#arms),* } }
    })
}

fn has_payloads(variants: &[OutcomeVariant]) -> bool {
    variants.iter().any(|variant| variant.body.is_some())
}

/// What a program can do with the enum: a bare status can be copied, a JSON value need not even equal itself.
pub(in crate::rust) fn derives(variants: &[OutcomeVariant]) -> TokenStream {
    if has_payloads(variants) {
        quote!(Clone, Debug, PartialEq)
    } else {
        quote!(Clone, Copy, Debug, PartialEq, Eq)
    }
}
