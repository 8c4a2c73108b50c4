//! The example in the documentation of a method: a call with its required arguments and a setter or two, and what one
//! does with the answer. It is made from the signature, so that it compiles whatever the operation is; `examples` of
//! `docs.yaml` says which setters, and what the values are.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use serde_json::Value;

use super::super::docs::{self, Comment};
use super::super::{Error, name, package_name};
use super::literal::Literals;
use crate::api::{Answer, Api, BodyKind, Operation, Parameter, RequestBody, Type, TypeDef, TypeKind};

/// Fields that tell most about a thing, best first.
const TELLING: [&str; 6] = ["Id", "ID", "Names", "Name", "name", "status"];

/// The example as a block of Markdown that rustdoc compiles.
pub(super) fn block(api: &Api, operation: &Operation) -> Result<Comment, Error> {
    let body = Example { api, operation, literals: Literals { api } }.statements()?;
    let example = quote! {
        async fn example() -> Result<(), Box<dyn std::error::Error>> {
            let docker = Client::from_env()?;
            #body
            Ok(())
        }
    };
    let file = syn::parse2(example).map_err(|error| {
        Error::at(
            &operation.origin,
            format!("its example would not be Rust: {error}; this is a mistake of the generator"),
        )
    })?;
    let library = package_name(api.version).replace('-', "_");
    let mut lines = vec!["```no_run".to_owned(), hidden(&["use ", &library, "::*;"].concat())];
    let text = prettyplease::unparse(&file);
    for line in text.lines() {
        lines.push(match line.strip_prefix("    ") {
            Some("Ok(())") | None => hidden(line.trim_start()),
            Some(shown) => shown.to_owned(),
        });
    }
    lines.push("```".to_owned());
    Ok(docs::code_block(lines))
}

/// A line that is compiled and not shown.
fn hidden(line: &str) -> String {
    ["# ", line].concat()
}

struct Example<'a> {
    api: &'a Api,
    operation: &'a Operation,
    literals: Literals<'a>,
}

/// `docker.container_logs("web").stdout(true)`, and what stands before it.
struct Call {
    before: TokenStream,
    call: TokenStream,
}

impl Example<'_> {
    fn statements(&self) -> Result<TokenStream, Error> {
        let Call { before, call } = self.call()?;
        let operation = self.operation;
        let answer = match &operation.answer {
            Answer::Json(ty) => self.value(ty, &call)?,
            Answer::JsonStream(item) => {
                let stream = self.variable("stream");
                let message = self.told(item, name::fixed("message"))?;
                quote! {
                    let mut #stream = #call.await?;
                    while let Some(message) = #stream.next_value().await? { #message }
                }
            }
            Answer::Logs => quote! {
                let output = #call.await?.into_string().await?;
                print!("{output}");
            },
            Answer::Bytes => quote! {
                let archive = #call.await?.collect().await?;
                std::fs::write("archive.tar", archive)?;
            },
            Answer::Duplex if operation.upgrade.as_deref() == Some("tcp") => quote! {
                let streams = #call.await?;
                for chunk in streams.exchange("what the process reads\n").await? { print!("{chunk}"); }
            },
            Answer::Duplex => quote! {
                let connection = #call.await?;
                println!("can be written to: {}", connection.has_input());
            },
            Answer::Text => quote!(println!("{}", #call.await?);),
            Answer::Empty => quote!(#call.await?;),
            Answer::Headers(_) => {
                let success =
                    operation.responses.iter().find(|response| (200..300).contains(&response.status));
                let headers = success.map(|response| &response.headers[..]).unwrap_or_default();
                let wanted = self.hint("answer").and_then(Value::as_str);
                let header = headers.iter().find(|header| Some(header.name.as_str()) == wanted);
                let print = match header.or(headers.first()) {
                    Some(header) => {
                        let field = name::ident(&header.rust_name, &header.origin)?;
                        quote!(println!("{:?}", headers.#field);)
                    }
                    None => quote!(println!("{headers:?}");),
                };
                quote!(let headers = #call.await?; #print)
            }
            Answer::Outcome { type_name, variants } => {
                let outcome = name::type_ident(type_name, &operation.origin)?;
                let arms = variants.iter().map(|variant| {
                    let ident = name::ident(&variant.name, &operation.origin)?;
                    let said = heck::ToSnakeCase::to_snake_case(variant.name.as_str()).replace('_', " ");
                    let payload = variant.body.as_ref().map(|_| quote!((_)));
                    Ok(quote!(operations::#outcome::#ident #payload => println!(#said),))
                });
                let arms = arms.collect::<Result<TokenStream, Error>>()?;
                quote!(match #call.await? { #arms })
            }
        };
        Ok(quote!(#before #answer))
    }

    fn call(&self) -> Result<Call, Error> {
        let operation = self.operation;
        let mut before = TokenStream::new();
        let method = name::ident(&operation.method_name, &operation.origin)?;
        let mut arguments = Vec::new();
        for parameter in operation.parameters.iter().filter(|parameter| parameter.required) {
            arguments.push(self.argument(parameter)?);
        }
        if let Some(body) = operation.body.as_ref().filter(|body| body.required) {
            let argument = self.body(body, &mut before)?;
            arguments.push(argument);
        }
        let mut setters = TokenStream::new();
        for hint in operation.example.keys() {
            let parameter = operation.parameters.iter().find(|other| !other.required && other.name == *hint);
            if let Some(parameter) = parameter {
                let setter = name::ident(&parameter.rust_name, &parameter.origin)?;
                let value = self.argument(parameter)?;
                setters.extend(quote!(.#setter(#value)));
            }
        }
        if let Some(body) = operation.body.as_ref().filter(|body| !body.required)
            && self.hint("body").is_some()
        {
            let setter = name::ident(&body.rust_name, &body.origin)?;
            let value = self.body(body, &mut before)?;
            setters.extend(quote!(.#setter(#value)));
        }
        Ok(Call { before, call: quote!(docker.#method(#(#arguments),*) #setters) })
    }

    fn hint(&self, name: &str) -> Option<&Value> {
        self.operation.example.get(name)
    }

    fn argument(&self, parameter: &Parameter) -> Result<TokenStream, Error> {
        let hint = self.hint(&parameter.name);
        if let Some(filters) = &parameter.filters {
            let mut calls = TokenStream::new();
            for key in &filters.keys {
                if let Some(value) = hint.and_then(|hint| hint.get(&key.name)) {
                    let method = name::ident(&key.rust_name, &key.origin)?;
                    let ty = if value.is_boolean() { Type::Bool } else { Type::String };
                    let value = self.literals.argument(&ty, Some(value), &key.rust_name, &key.origin)?;
                    calls.extend(quote!(.#method(#value)));
                }
            }
            return Ok(quote!(|filters| filters #calls));
        }
        self.literals.argument(&parameter.ty, hint, &parameter.rust_name, &parameter.origin)
    }

    /// The body as an argument. One with fields has a statement of its own before the call.
    fn body(&self, body: &RequestBody, before: &mut TokenStream) -> Result<TokenStream, Error> {
        match &body.kind {
            BodyKind::Json(ty) => {
                let value = self.literals.owned(ty, self.hint("body"), &body.rust_name, &body.origin)?;
                if !self.hint("body").is_some_and(Value::is_object) {
                    return Ok(value);
                }
                let variable = name::ident(&body.rust_name, &body.origin)?;
                before.extend(quote!(let #variable = #value;));
                Ok(quote!(#variable))
            }
            BodyKind::Tar | BodyKind::Raw => {
                let file = self.hint("body").and_then(Value::as_str).unwrap_or("archive.tar");
                Ok(quote!(std::fs::read(#file)?))
            }
        }
    }

    /// What is done with an answer of one value.
    fn value(&self, ty: &Type, call: &TokenStream) -> Result<TokenStream, Error> {
        if let Some(Type::Array(item)) = self.literals.resolve(ty) {
            let variable = self.variable("item");
            let print = self.told(item, variable.clone())?;
            return Ok(quote!(for #variable in #call.await? { #print }));
        }
        let variable = self.variable("answer");
        let print = self.told(ty, variable.clone())?;
        Ok(quote!(let #variable = #call.await?; #print))
    }

    /// Prints what tells most about a value.
    fn told(&self, ty: &Type, variable: Ident) -> Result<TokenStream, Error> {
        if let Type::Named(type_name) = ty
            && let Some(TypeDef { kind: TypeKind::Struct(fields), .. }) = self.api.types.get(type_name)
        {
            let wanted = self.hint("answer").and_then(Value::as_str);
            let named = |name: &str| fields.iter().find(|field| field.name == name);
            if let Some(field) = wanted.and_then(named).or_else(|| TELLING.into_iter().find_map(named)) {
                let ident = name::ident(&field.rust_name, &field.origin)?;
                let text = matches!(self.literals.resolve(&field.ty), Some(Type::String));
                let plain = text && field.required && !field.nullable && !field.boxed;
                let format = if plain { "{}" } else { "{:?}" };
                return Ok(quote!(println!(#format, #variable.#ident);));
            }
        }
        let format = ["{", &variable.to_string(), ":?}"].concat();
        Ok(quote!(println!(#format);))
    }

    /// What a person would call the answer: after the group for what is listed or inspected.
    fn variable(&self, otherwise: &str) -> Ident {
        let method = &self.operation.method_name;
        let group = heck::ToSnakeCase::to_snake_case(self.operation.tag.as_str());
        let spoken = if method.ends_with("_create") && otherwise == "answer" {
            "created"
        } else if method.ends_with("_list") && otherwise == "item" || method.ends_with("_inspect") {
            group.as_str()
        } else {
            otherwise
        };
        // A tag can be any text.
        name::ident(spoken, &self.operation.origin).unwrap_or_else(|_| name::fixed(otherwise))
    }
}
