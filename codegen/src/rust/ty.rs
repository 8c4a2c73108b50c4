//! A type of the model as Rust tokens, and what has to be imported for it.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

use super::Error;
use super::name;
use crate::api::{Api, Integer, Origin, Type, TypeKind};

/// The types of one crate, as seen from one file.
pub(super) struct Types<'a> {
    api: &'a Api,
    /// From `models` a type goes by its bare name, from elsewhere as `models::Name`.
    inside_models: bool,
    used: BTreeSet<String>,
    maps: bool,
    runtime: bool,
}

impl<'a> Types<'a> {
    pub(super) fn in_models(api: &'a Api) -> Self {
        Self { api, inside_models: true, used: BTreeSet::new(), maps: false, runtime: false }
    }

    pub(super) fn in_operations(api: &'a Api) -> Self {
        Self { api, inside_models: false, used: BTreeSet::new(), maps: false, runtime: false }
    }

    /// What the crate is made from.
    pub(super) fn api(&self) -> &'a Api {
        self.api
    }

    /// Named types that were written.
    pub(super) fn used(&self) -> impl Iterator<Item = &str> {
        self.used.iter().map(String::as_str)
    }

    /// Whether a map was written.
    pub(super) fn maps(&self) -> bool {
        self.maps
    }

    /// Whether the file uses something of the runtime.
    pub(super) fn runtime(&self) -> bool {
        self.runtime
    }

    /// Marks that the file uses something of the runtime.
    pub(super) fn uses_runtime(&mut self) {
        self.runtime = true;
    }

    /// Marks that the file writes a map of its own.
    pub(super) fn uses_map(&mut self) {
        self.maps = true;
    }

    /// The type as it is written in Rust.
    pub(super) fn tokens(&mut self, ty: &Type, origin: &Origin) -> Result<TokenStream, Error> {
        self.runtime |= matches!(ty, Type::DateTime | Type::Secret | Type::Json);
        Ok(match ty {
            Type::Bool => quote!(bool),
            Type::Integer(integer) => integer_type(*integer),
            Type::Float { single: true } => quote!(f32),
            Type::Float { single: false } => quote!(f64),
            Type::String => quote!(String),
            Type::DateTime => quote!(runtime::DateTime),
            Type::Secret => quote!(runtime::Secret),
            Type::Json => quote!(runtime::Value),
            Type::Array(item) => {
                let item = self.tokens(item, origin)?;
                quote!(Vec<#item>)
            }
            Type::Map(value) => {
                self.maps = true;
                let value = self.tokens(value, origin)?;
                quote!(BTreeMap<String, #value>)
            }
            Type::Nullable(inner) => {
                let inner = self.tokens(inner, origin)?;
                quote!(Option<#inner>)
            }
            Type::Named(name) => {
                if !self.api.types.contains_key(name) {
                    return Err(Error::at(origin, format!("there is no type `{name}`")));
                }
                let ident = name::type_ident(name, origin)?;
                self.used.insert(name.clone());
                if self.inside_models { quote!(#ident) } else { quote!(models::#ident) }
            }
        })
    }

    /// The type behind aliases: what an argument or a setter converts to.
    pub(super) fn resolve<'t>(&self, ty: &'t Type) -> Resolved<'t>
    where
        'a: 't,
    {
        let mut ty = ty;
        // Aliases that name each other were refused before; the bound only keeps a mistake there from looping.
        for _ in 0..=self.api.types.len() {
            match ty {
                Type::Nullable(inner) => ty = inner,
                Type::Named(name) => match self.api.types.get(name).map(|def| &def.kind) {
                    Some(TypeKind::Alias(inner)) => ty = inner,
                    Some(TypeKind::Enum(_)) => return Resolved::Enum,
                    _ => return Resolved::Struct,
                },
                plain => return Resolved::Plain(plain),
            }
        }
        Resolved::Struct
    }
}

/// What a type is when all aliases are looked through.
pub(super) enum Resolved<'t> {
    Plain(&'t Type),
    Enum,
    Struct,
}

fn integer_type(integer: Integer) -> TokenStream {
    match integer {
        Integer::I8 => quote!(i8),
        Integer::I16 => quote!(i16),
        Integer::I32 => quote!(i32),
        Integer::I64 => quote!(i64),
        Integer::U8 => quote!(u8),
        Integer::U16 => quote!(u16),
        Integer::U32 => quote!(u32),
        Integer::U64 => quote!(u64),
    }
}
