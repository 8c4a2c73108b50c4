//! The public declarations of a crate as one line each, for whoever compares two crates: `pub type_: Option<MountType>`.
//! Types and arguments are written by the functions that write the crate, so that the two cannot differ.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::quote;

use super::models::structure;
use super::operations::{argument, method, outcome};
use super::ty::Types;
use super::{Error, name};
use crate::api::{
    Answer, Api, Field, FilterKey, Header, Operation, Origin, OutcomeVariant, Parameter, RequestBody, Type,
    TypeDef,
};

/// A public declaration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Signature {
    /// As it stands in the source, without its body.
    pub(crate) text: String,
    /// The types in it: what a caller depends on. Names of arguments are not part of it.
    pub(crate) types: String,
}

/// Writes the declarations of one crate.
pub(crate) struct Signatures<'a> {
    models: Types<'a>,
    operations: Types<'a>,
}

/// Whether the type keeps fields that it does not know, in a public field of this name.
pub(crate) fn extra(def: &TypeDef) -> Option<&'static str> {
    structure::keeps_unknown(def).then_some(structure::EXTRA)
}

/// The derives of an outcome: `Clone, Copy, Debug, PartialEq, Eq`.
pub(crate) fn outcome_derives(variants: &[OutcomeVariant]) -> String {
    line(outcome::derives(variants))
}

impl<'a> Signatures<'a> {
    pub(crate) fn new(api: &'a Api) -> Self {
        Self { models: Types::in_models(api), operations: Types::in_operations(api) }
    }

    /// A field of a model.
    pub(crate) fn field(&mut self, field: &Field) -> Result<Signature, Error> {
        let ty = structure::field_type(field, &mut self.models)?;
        public_field(&field.rust_name, &field.origin, ty)
    }

    /// The field for what a model does not know.
    pub(crate) fn extra(&mut self, name: &str) -> Signature {
        let (name, ty) = (name::fixed(name), quote!(BTreeMap<String, runtime::Value>));
        Signature { text: line(quote!(pub #name: #ty)), types: line(ty) }
    }

    /// A header of an answer that has nothing else.
    pub(crate) fn header(&mut self, header: &Header) -> Result<Signature, Error> {
        let ty = self.operations.tokens(&header.ty, &header.origin)?;
        public_field(&header.rust_name, &header.origin, quote!(Option<#ty>))
    }

    /// What an alias stands for.
    pub(crate) fn alias(&mut self, def: &TypeDef, ty: &Type) -> Result<Signature, Error> {
        let name = name::type_ident(&def.name, &def.origin)?;
        let ty = self.models.tokens(ty, &def.origin)?;
        Ok(Signature { text: line(quote!(pub type #name = #ty)), types: line(ty) })
    }

    /// The method of the client.
    pub(crate) fn method(&mut self, operation: &Operation) -> Result<Signature, Error> {
        let name = name::ident(&operation.method_name, &operation.origin)?;
        let request = name::type_ident(&operation.type_name, &operation.origin)?;
        let arguments = method::arguments(operation, &mut self.operations)?;
        let types = arguments.iter().map(|argument| &argument.ty);
        let types = line(quote!((#(#types),*) -> #request));
        let arguments = arguments.iter().map(argument::Argument::declaration);
        Ok(Signature { text: line(quote!(pub fn #name(&self, #(#arguments),*) -> #request)), types })
    }

    /// The setter of an optional parameter.
    pub(crate) fn setter(&mut self, parameter: &Parameter) -> Result<Signature, Error> {
        Ok(setter(argument::of_parameter(parameter, &mut self.operations)?))
    }

    /// The setter of an optional body.
    pub(crate) fn body_setter(&mut self, body: &RequestBody) -> Result<Signature, Error> {
        Ok(setter(argument::of_body(body, &mut self.operations)?))
    }

    /// The setter that requests of streams have.
    pub(crate) fn tty(&self) -> Signature {
        Signature { text: "pub fn tty(self, tty: bool) -> Self".to_owned(), types: "bool".to_owned() }
    }

    /// The method that sends a request: what its answer is.
    pub(crate) fn send(&mut self, operation: &Operation) -> Result<Signature, Error> {
        let output = self.output(&operation.answer, &operation.origin)?;
        Ok(Signature {
            text: line(quote!(pub fn send(self) -> runtime::Sending<#output>)),
            types: line(output),
        })
    }

    /// What a caller gets.
    fn output(&mut self, answer: &Answer, origin: &Origin) -> Result<TokenStream, Error> {
        Ok(match answer {
            Answer::Json(ty) => self.operations.tokens(ty, origin)?,
            Answer::JsonStream(ty) => {
                let ty = self.operations.tokens(ty, origin)?;
                quote!(runtime::JsonStream<#ty>)
            }
            Answer::Logs => quote!(runtime::LogStream),
            Answer::Bytes => quote!(runtime::ByteStream),
            Answer::Duplex => quote!(runtime::Duplex),
            Answer::Text => quote!(String),
            Answer::Empty => quote!(()),
            Answer::Headers(name) | Answer::Outcome { type_name: name, .. } => {
                let name = name::type_ident(name, origin)?;
                quote!(#name)
            }
        })
    }

    /// The method of a filter.
    pub(crate) fn filter(&self, key: &FilterKey) -> Result<Signature, Error> {
        let (name, ty) = (name::ident(&key.rust_name, &key.origin)?, quote!(impl std::fmt::Display));
        Ok(Signature { text: line(quote!(pub fn #name(self, value: #ty) -> Self)), types: line(ty) })
    }

    /// A status that is an answer.
    pub(crate) fn outcome(&mut self, variant: &OutcomeVariant, origin: &Origin) -> Result<Signature, Error> {
        let name = name::ident(&variant.name, origin)?;
        Ok(match &variant.body {
            None => Signature { text: line(quote!(#name)), types: String::new() },
            Some(ty) => {
                let ty = self.operations.tokens(ty, origin)?;
                Signature { text: line(quote!(#name(#ty))), types: line(ty) }
            }
        })
    }
}

fn public_field(rust_name: &str, origin: &Origin, ty: TokenStream) -> Result<Signature, Error> {
    let name = name::ident(rust_name, origin)?;
    Ok(Signature { text: line(quote!(pub #name: #ty)), types: line(ty) })
}

fn setter(argument: argument::Argument) -> Signature {
    let argument::Argument { name, ty, .. } = argument;
    Signature { text: line(quote!(pub fn #name(self, #name: #ty) -> Self)), types: line(ty) }
}

/// Tokens of a declaration, spaced as rustfmt would space them on one line.
fn line(tokens: TokenStream) -> String {
    let mut out = String::new();
    write(tokens, &mut out);
    out.truncate(out.trim_end().len());
    out
}

fn write(tokens: TokenStream, out: &mut String) {
    // The mark before, where it belongs together with the next one: `::`, `->`.
    let mut joined = None;
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::None => ("", ""),
                };
                out.push_str(open);
                write(group.stream(), out);
                out.truncate(out.trim_end_matches([' ', ',']).len());
                out.push_str(close);
            }
            TokenTree::Punct(punct) => {
                match (joined, punct.as_char()) {
                    (Some(':'), ':') => out.push(':'),
                    (Some('-'), '>') => out.push_str("> "),
                    (_, ',') => out.push_str(", "),
                    (_, ':') if punct.spacing() == Spacing::Joint => out.push(':'),
                    (_, ':') => out.push_str(": "),
                    (_, '-') => out.push_str(" -"),
                    (_, mark @ ('=' | '+')) => out.extend([' ', mark, ' ']),
                    (_, mark) => out.push(mark),
                }
                joined = (punct.spacing() == Spacing::Joint).then(|| punct.as_char());
                continue;
            }
            word @ (TokenTree::Ident(_) | TokenTree::Literal(_)) => {
                if out.ends_with(|last: char| last.is_alphanumeric() || last == '_') {
                    out.push(' ');
                }
                out.push_str(&word.to_string());
            }
        }
        joined = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_are_spaced_as_people_write_them() {
        let check = |tokens: TokenStream, expected: &str| assert_eq!(line(tokens), expected);
        check(quote!(pub type_: Option<Box<Mount>>), "pub type_: Option<Box<Mount>>");
        check(
            quote!(pub fn f(&self, a: impl IntoIterator<Item = impl std::fmt::Display>,) -> Request),
            "pub fn f(&self, a: impl IntoIterator<Item = impl std::fmt::Display>) -> Request",
        );
        check(quote!(pub fn f(&self,) -> R), "pub fn f(&self) -> R");
        check(quote!(impl FnOnce(F) -> F), "impl FnOnce(F) -> F");
        check(quote!(BTreeMap<String, Option<Vec<X>>>), "BTreeMap<String, Option<Vec<X>>>");
        check(quote!(Clone, Copy, Debug), "Clone, Copy, Debug");
        check(quote!(() -> Ping), "() -> Ping");
    }
}
