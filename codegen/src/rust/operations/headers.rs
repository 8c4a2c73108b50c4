//! The headers of an answer that has nothing else.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::docs::{self, Comment};
use super::super::ty::Types;
use super::super::{Error, name};
use crate::api::{Encoding, Header, Operation};

pub(super) fn tokens(
    operation: &Operation,
    type_name: &str,
    types: &mut Types<'_>,
) -> Result<TokenStream, Error> {
    let name = name::type_ident(type_name, &operation.origin)?;
    let doc =
        docs::attribute(&["Headers of the answer to [`Client::", &operation.method_name, "`]."].concat());
    let mut scope = name::Scope::default();
    let mut declarations = TokenStream::new();
    let mut pairs = Vec::new();
    let success = operation.responses.iter().find(|response| (200..300).contains(&response.status));
    for header in success.map(|response| &response.headers[..]).unwrap_or_default() {
        scope.declare(&header.rust_name, &header.origin)?;
        let ident = name::ident(&header.rust_name, &header.origin)?;
        let ty = types.tokens(&header.ty, &header.origin)?;
        let doc = comment(operation, header).attributes();
        let wire = &header.name;
        declarations.extend(quote! { #doc pub #ident: Option<#ty>, });
        pairs.push(match header.encoding {
            Encoding::Base64Json | Encoding::Base64UrlJson => quote!(#ident = base64 #wire),
            _ => quote!(#ident = #wire),
        });
    }
    Ok(quote! {
        #doc
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct #name { #declarations }
        runtime::headers! { #name { #(#pairs),* } }
    })
}

fn comment(operation: &Operation, header: &Header) -> Comment {
    let mut comment = Comment::of(&header.docs, || ["The header ", &docs::code(&header.name), "."].concat());
    let mut facts = docs::value(&header.facts, &header.ty);
    facts.extend(docs::life(&header.life, &operation.life));
    comment.facts(&facts);
    comment
}
