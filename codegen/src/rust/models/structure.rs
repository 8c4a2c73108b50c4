//! An object as a struct, and the macro that reads and writes it.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::docs::{self, Comment};
use super::super::ty::Types;
use super::super::{Error, name};
use crate::api::{Field, TypeDef};

/// The name of the field for what the version does not know.
pub(in crate::rust) const EXTRA: &str = "extra";

pub(super) fn tokens(def: &TypeDef, fields: &[Field], types: &mut Types<'_>) -> Result<TokenStream, Error> {
    let name = name::type_ident(&def.name, &def.origin)?;
    let doc = super::comment(def, "The object that the Engine API calls").attributes();
    let keeps_unknown = keeps_unknown(def);

    let mut scope = name::Scope::default();
    let mut wire = name::Scope::default();
    let mut declarations = TokenStream::new();
    let mut pairs = Vec::new();
    for field in fields {
        scope.declare(&field.rust_name, &field.origin)?;
        wire.declare(&field.name, &field.origin)?;
        if keeps_unknown && field.rust_name == EXTRA {
            return Err(Error::at(&field.origin, format!("the field name `{EXTRA}` is taken")));
        }
        let (ident, wire_name) = (name::ident(&field.rust_name, &field.origin)?, &field.name);
        declarations.extend(declaration(def, field, types)?);
        // What must be there and may be null is sent as null; other fields without a value are left out.
        let null = (def.sent && field.required && field.nullable).then(|| quote!(or null));
        pairs.push(quote!(#ident = #wire_name #null));
    }
    if keeps_unknown {
        types.uses_map();
        declarations.extend(quote! {
            /// Fields that this version does not know, and explicit nulls. Sent back as they came.
            pub extra: BTreeMap<String, runtime::Value>,
        });
        pairs.push(quote!(..extra));
    }
    types.uses_runtime();
    Ok(quote! {
        #doc
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct #name { #declarations }
        runtime::model! { #name { #(#pairs),* } }
    })
}

/// What travels both ways must lose nothing between inspect and update.
pub(in crate::rust) fn keeps_unknown(def: &TypeDef) -> bool {
    def.sent && def.received
}

fn declaration(def: &TypeDef, field: &Field, types: &mut Types<'_>) -> Result<TokenStream, Error> {
    let ident = name::ident(&field.rust_name, &field.origin)?;
    let ty = field_type(field, types)?;
    let doc = comment(def, field).attributes();
    let deprecated = docs::deprecated(field.deprecation.as_ref(), &field.life);
    Ok(quote! { #doc #deprecated pub #ident: #ty, })
}

/// The type that a field is declared with.
pub(in crate::rust) fn field_type(field: &Field, types: &mut Types<'_>) -> Result<TokenStream, Error> {
    let mut ty = types.tokens(&field.ty, &field.origin)?;
    if field.boxed {
        ty = quote!(Box<#ty>);
    }
    // A boxed field is part of a cycle of types: without an `Option` the default value would have no end.
    if !field.required || field.nullable || field.boxed {
        ty = quote!(Option<#ty>);
    }
    Ok(ty)
}

fn comment(def: &TypeDef, field: &Field) -> Comment {
    let mut named = false;
    let mut comment = Comment::of(&field.docs, || {
        named = true;
        ["The field ", &docs::wire_name(&field.name), "."].concat()
    });
    let mut facts = Vec::new();
    if !named && !docs::tells_wire_name(&field.rust_name, &field.name) {
        facts.push([docs::wire_name(&field.name), " on the wire.".to_owned()].concat());
    }
    facts.extend(docs::value(&field.facts, &field.ty));
    facts.extend(docs::life(&field.life, &def.life));
    comment.facts(&facts);
    comment
}
