//! The method of `Client` that makes a request.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::docs::{self, Comment};
use super::super::ty::Types;
use super::super::{Error, name};
use super::argument::{self, Argument};
use super::{example, meta};
use crate::api::{ApiVersion, BodyKind, Life, Operation};

/// More arguments than this and clippy asks for a struct; `self` counts.
const MANY_ARGUMENTS: usize = 7;

pub(super) fn tokens(operation: &Operation, types: &mut Types<'_>) -> Result<TokenStream, Error> {
    let method = name::ident(&operation.method_name, &operation.origin)?;
    let request = name::type_ident(&operation.type_name, &operation.origin)?;
    let meta = meta::name(operation);

    let arguments = arguments(operation, types)?;
    let before: TokenStream = arguments.iter().map(|argument| argument.before.clone()).collect();
    let calls: TokenStream = arguments.iter().map(|argument| argument.call.clone()).collect();
    let arguments: Vec<_> = arguments.iter().map(Argument::declaration).collect();
    let mut doc = comment(operation, types.api().version);
    doc.append(example::block(types.api(), operation)?);
    let doc = doc.attributes();
    let deprecated = docs::deprecated(operation.deprecation.as_ref(), &operation.life);
    let allow = (arguments.len() >= MANY_ARGUMENTS).then(|| quote!(#[allow(clippy::too_many_arguments)]));
    Ok(quote! {
        #doc
        #deprecated
        #allow
        pub fn #method(&self, #(#arguments),*) -> #request {
            #before
            #request(runtime::Request::new(self.core(), &#meta) #calls)
        }
    })
}

/// The positional arguments: required parameters in document order, then a required body.
pub(in crate::rust) fn arguments(
    operation: &Operation,
    types: &mut Types<'_>,
) -> Result<Vec<Argument>, Error> {
    let mut scope = name::Scope::default();
    let mut arguments = Vec::new();
    for parameter in operation.parameters.iter().filter(|parameter| parameter.required) {
        scope.declare(&parameter.rust_name, &parameter.origin)?;
        arguments.push(argument::of_parameter(parameter, types)?);
    }
    if let Some(body) = operation.body.as_ref().filter(|body| body.required) {
        scope.declare(&body.rust_name, &body.origin)?;
        arguments.push(argument::of_body(body, types)?);
    }
    Ok(arguments)
}

fn comment(operation: &Operation, version: ApiVersion) -> Comment {
    let route = docs::code(&[operation.method.as_str(), " ", &operation.path].concat());
    let mut named = false;
    let mut comment = Comment::of(&operation.docs, || {
        named = true;
        ["Calls ", &route, "."].concat()
    });
    let mut arguments = Vec::new();
    for parameter in operation.parameters.iter().filter(|parameter| parameter.required) {
        arguments.push(argument_line(&parameter.rust_name, argument::comment(parameter, &operation.life)));
    }
    if let Some(body) = operation.body.as_ref().filter(|body| body.required) {
        let words = Comment::of(&body.docs, || body_phrase(&body.kind).to_owned());
        arguments.push(argument_line(&body.rust_name, words));
    }
    comment.list(arguments);
    let mut facts = Vec::new();
    if !named {
        facts.push([&route, "."].concat());
    }
    facts.extend(docs::life(&operation.life, &Life::default()));
    facts.push(["[Reference](", &reference(operation, version), ")."].concat());
    comment.sentences(&facts);
    comment.paragraph(docs::statuses(&operation.responses));
    comment
}

fn argument_line(rust_name: &str, words: Comment) -> Vec<String> {
    words.in_item(&["`", rust_name, "`: "].concat())
}

pub(super) fn body_phrase(kind: &BodyKind) -> &'static str {
    match kind {
        BodyKind::Json(_) => "sent as JSON.",
        BodyKind::Tar => "a tar archive.",
        BodyKind::Raw => "sent as it is.",
    }
}

/// The operation's place in the publisher's reference, which is drawn by Redoc: `#tag/Container/operation/ContainerList`.
fn reference(operation: &Operation, version: ApiVersion) -> String {
    let anchor = |text: &str| -> String {
        text.chars().map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' }).collect()
    };
    let version = version.to_string();
    let (tag, id) = (anchor(&operation.tag), anchor(&operation.id));
    ["https://docs.docker.com/reference/api/engine/version/v", &version, "/#tag/", &tag, "/operation/", &id]
        .concat()
}
