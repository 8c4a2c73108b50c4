//! Values of the model's types as Rust expressions: those that an example gives, or the plainest there are.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use serde_json::Value;

use super::super::{Error, name};
use crate::api::{Api, Field, Origin, Type, TypeKind, Variant};

/// Literals are nested no deeper than a person would read.
const DEEPEST: usize = 6;

pub(super) struct Literals<'a> {
    pub(super) api: &'a Api,
}

impl<'a> Literals<'a> {
    /// The type behind aliases, unless it is one of a struct or an enum.
    pub(super) fn resolve<'t>(&self, ty: &'t Type) -> Option<&'t Type>
    where
        'a: 't,
    {
        let mut ty = ty;
        // Aliases that name each other were refused before; the bound only keeps a mistake there from looping.
        for _ in 0..=self.api.types.len() {
            match ty {
                Type::Named(name) => match self.api.types.get(name).map(|def| &def.kind) {
                    Some(TypeKind::Alias(inner)) => ty = inner,
                    _ => return None,
                },
                plain => return Some(plain),
            }
        }
        None
    }

    /// A value for an argument, which takes text by reference and converts what it can. `word` is what text says where the
    /// example does not.
    pub(super) fn argument(
        &self,
        ty: &Type,
        value: Option<&Value>,
        word: &str,
        origin: &Origin,
    ) -> Result<TokenStream, Error> {
        let Some(plain) = self.resolve(ty) else { return self.owned(ty, value, word, origin) };
        Ok(match plain {
            Type::String | Type::Secret | Type::DateTime => {
                let text = text(value).unwrap_or_else(|| word.to_owned());
                quote!(#text)
            }
            Type::Array(item) => {
                let items = items(value).into_iter().map(|value| self.argument(item, value, word, origin));
                let items = items.collect::<Result<Vec<_>, Error>>()?;
                quote!([#(#items),*])
            }
            Type::Map(of) => {
                let mut entries = Vec::new();
                for (key, value) in object(value) {
                    let value = match &**of {
                        Type::Nullable(inner) => {
                            let value = self.argument(inner, value, word, origin)?;
                            quote!(Some(#value))
                        }
                        of => self.argument(of, value, word, origin)?,
                    };
                    entries.push(quote!((#key, #value)));
                }
                quote!([#(#entries),*])
            }
            Type::Nullable(inner) => self.argument(inner, value, word, origin)?,
            plain => self.owned(plain, value, word, origin)?,
        })
    }

    /// A value of exactly this type.
    pub(super) fn owned(
        &self,
        ty: &Type,
        value: Option<&Value>,
        word: &str,
        origin: &Origin,
    ) -> Result<TokenStream, Error> {
        self.expression(ty, value, word, origin, 0)
    }

    fn expression(
        &self,
        ty: &Type,
        value: Option<&Value>,
        word: &str,
        origin: &Origin,
        depth: usize,
    ) -> Result<TokenStream, Error> {
        Ok(match ty {
            Type::Bool => {
                let value = value.and_then(Value::as_bool).unwrap_or(true);
                quote!(#value)
            }
            Type::Integer(_) => {
                let literal = match value.and_then(Value::as_u64) {
                    Some(number) => Literal::u64_unsuffixed(number),
                    None => Literal::u64_unsuffixed(1),
                };
                quote!(#literal)
            }
            Type::Float { .. } => {
                let literal = Literal::f64_unsuffixed(value.and_then(Value::as_f64).unwrap_or(0.5));
                quote!(#literal)
            }
            Type::String | Type::Secret | Type::DateTime => {
                let text = text(value).unwrap_or_else(|| word.to_owned());
                quote!(#text.into())
            }
            Type::Json => match text(value) {
                Some(text) => quote!(#text.into()),
                None => quote!(Default::default()),
            },
            Type::Array(item) => {
                if value.is_none() {
                    return Ok(quote!(Vec::new()));
                }
                let items = items(value)
                    .into_iter()
                    .map(|value| self.expression(item, value, word, origin, depth + 1));
                let items = items.collect::<Result<Vec<_>, Error>>()?;
                quote!(vec![#(#items),*])
            }
            Type::Map(of) => {
                if value.is_none() {
                    return Ok(quote!(Default::default()));
                }
                let mut entries = Vec::new();
                for (key, value) in object(value) {
                    let value = self.expression(of, value, word, origin, depth + 1)?;
                    entries.push(quote!((#key.into(), #value)));
                }
                quote!([#(#entries),*].into())
            }
            Type::Nullable(inner) => {
                let value = self.expression(inner, value, word, origin, depth + 1)?;
                quote!(Some(#value))
            }
            Type::Named(type_name) => {
                let Some(def) = self.api.types.get(type_name) else {
                    return Err(Error::at(origin, format!("there is no type `{type_name}`")));
                };
                let ident = name::type_ident(&def.name, &def.origin)?;
                match &def.kind {
                    TypeKind::Alias(inner) if depth < DEEPEST => {
                        self.expression(inner, value, word, origin, depth + 1)?
                    }
                    TypeKind::Struct(fields) if depth < DEEPEST => {
                        let extra = def.sent && def.received;
                        let fields = self.fields(fields, value, extra, depth)?;
                        match fields {
                            Some(fields) => quote!(models::#ident { #fields }),
                            None => quote!(models::#ident::default()),
                        }
                    }
                    TypeKind::Enum(variants) => match variant(variants, value) {
                        Some(variant) => {
                            let variant = name::ident(&variant.name, &variant.origin)?;
                            quote!(models::#ident::#variant)
                        }
                        None => quote!(models::#ident::default()),
                    },
                    _ => quote!(Default::default()),
                }
            }
        })
    }

    /// The fields that the example gives. `None`: it gives none.
    fn fields(
        &self,
        fields: &[Field],
        value: Option<&Value>,
        extra: bool,
        depth: usize,
    ) -> Result<Option<TokenStream>, Error> {
        let mut out = TokenStream::new();
        let mut given = 0;
        for field in fields {
            let Some(value) = value.and_then(|value| value.get(&field.name)) else { continue };
            let ident = name::ident(&field.rust_name, &field.origin)?;
            let mut expression =
                self.expression(&field.ty, Some(value), &field.rust_name, &field.origin, depth + 1)?;
            if field.boxed {
                expression = quote!(Box::new(#expression));
            }
            if !field.required || field.nullable || field.boxed {
                expression = quote!(Some(#expression));
            }
            out.extend(quote!(#ident: #expression,));
            given += 1;
        }
        if given == 0 {
            return Ok(None);
        }
        if given < fields.len() || extra {
            out.extend(quote!(..Default::default()));
        }
        Ok(Some(out))
    }
}

/// The variant of a value, or the first that says something.
fn variant<'v>(variants: &'v [Variant], value: Option<&Value>) -> Option<&'v Variant> {
    let wanted = value.and_then(Value::as_str);
    let of_value = variants.iter().find(|variant| Some(variant.value.as_str()) == wanted);
    of_value.or_else(|| variants.iter().find(|variant| !variant.value.is_empty()))
}

fn text(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => value.map(Value::to_string),
        _ => None,
    }
}

/// The items of an array, or the one value that stands for it.
fn items(value: Option<&Value>) -> Vec<Option<&Value>> {
    match value {
        Some(Value::Array(items)) => items.iter().map(Some).collect(),
        other => vec![other],
    }
}

fn object(value: Option<&Value>) -> impl Iterator<Item = (&String, Option<&Value>)> {
    value.and_then(Value::as_object).into_iter().flatten().map(|(key, value)| (key, Some(value)))
}
