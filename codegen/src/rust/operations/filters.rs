//! The builder for a `filters` parameter: a method for each key.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::docs::{self, Comment};
use super::super::{Error, name};
use crate::api::{Filters, Operation};

/// The method for keys that the document does not list.
const RAW: &str = "raw";

pub(super) fn tokens(operation: &Operation, filters: &Filters) -> Result<TokenStream, Error> {
    let name = name::type_ident(&filters.type_name, &operation.origin)?;
    let doc = docs::attribute(&["Filters of [`Client::", &operation.method_name, "`]."].concat());
    let mut scope = name::Scope::default();
    let mut methods = TokenStream::new();
    for key in &filters.keys {
        scope.declare(&key.rust_name, &key.origin)?;
        if key.rust_name == RAW {
            return Err(Error::at(&key.origin, format!("the filter name `{RAW}` is taken")));
        }
        let (method, wire) = (name::ident(&key.rust_name, &key.origin)?, &key.name);
        let mut comment = Comment::of(&key.docs, || ["The filter ", &docs::code(wire), "."].concat());
        let mut facts = Vec::new();
        if !key.values.is_empty() {
            let values: Vec<_> = key.values.iter().map(|value| docs::code(value)).collect();
            facts.push(["One of ", &values.join(", "), "."].concat());
        }
        facts.extend(docs::life(&key.life, &operation.life));
        let doc = comment.facts(&facts).attributes();
        methods.extend(quote! {
            #doc
            pub fn #method(self, value: impl std::fmt::Display) -> Self { Self(self.0.listed(#wire, value)) }
        });
    }
    Ok(quote! {
        #doc
        #[derive(Clone, Debug, Default)]
        pub struct #name(runtime::Filters);
        impl #name {
            #methods
            /// Any filter, by its key on the wire. It is sent whatever the version in use.
            pub fn raw(self, key: impl Into<String>, value: impl std::fmt::Display) -> Self {
                Self(self.0.with(key, value))
            }
        }
    })
}
