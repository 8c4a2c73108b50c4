//! A string with listed values as an enum that stays open for values of other versions.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::docs;
use super::super::ty::Types;
use super::super::{Error, name};
use crate::api::{TypeDef, Variant};

/// The variant for values that are not listed.
const OTHER: &str = "Other";

pub(super) fn tokens(
    def: &TypeDef,
    variants: &[Variant],
    types: &mut Types<'_>,
) -> Result<TokenStream, Error> {
    let name = name::type_ident(&def.name, &def.origin)?;
    let doc = super::comment(def, "Values of").attributes();
    let mut scope = name::Scope::default();
    let mut wire = name::Scope::default();
    let mut declarations = TokenStream::new();
    let mut pairs = Vec::new();
    for variant in variants {
        scope.declare(&variant.name, &variant.origin)?;
        wire.declare(&variant.value, &variant.origin)?;
        if matches!(variant.name.as_str(), OTHER | "Self") {
            return Err(Error::at(&variant.origin, format!("the variant name `{}` is taken", variant.name)));
        }
        let ident = name::ident(&variant.name, &variant.origin)?;
        let value = &variant.value;
        let mut named = false;
        let mut comment = docs::Comment::of(&variant.docs, || {
            named = true;
            docs::code(value)
        });
        let mut facts = Vec::new();
        if !named {
            facts.push([docs::code(value), " on the wire.".to_owned()].concat());
        }
        facts.extend(docs::life(&variant.life, &def.life));
        comment.facts(&facts);
        let doc = comment.attributes();
        declarations.extend(quote! { #doc #ident, });
        pairs.push(quote!(#ident = #value));
    }
    types.uses_runtime();
    Ok(quote! {
        #doc
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum #name {
            #declarations
            /// A value that this version does not list.
            Other(String),
        }
        runtime::string_enum! { #name { #(#pairs),* } }
    })
}
