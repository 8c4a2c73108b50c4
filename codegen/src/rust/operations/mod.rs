//! `src/operations`: a file for each tag, holding the methods of `Client` and the requests that they return.

pub(super) mod argument;
mod example;
mod filters;
mod headers;
mod literal;
mod meta;
pub(super) mod method;
pub(super) mod outcome;
mod request;

pub(super) use meta::version;

use std::collections::BTreeMap;

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::ty::Types;
use super::{CrateFiles, Error, format, name};
use crate::api::{Answer, Api, Operation, Origin};

/// Adds the files of all operations.
pub(super) fn emit(api: &Api, files: &mut CrateFiles) -> Result<(), Error> {
    let mut methods = name::Scope::default();
    let mut type_names = name::Scope::default();
    let mut modules: BTreeMap<String, (Ident, Vec<&Operation>)> = BTreeMap::new();
    for operation in &api.operations {
        methods.declare(&operation.method_name, &operation.origin)?;
        for (name, origin) in items(operation) {
            type_names.declare(name, origin)?;
        }
        let module = name::tag_module(&operation.tag, &operation.origin)?;
        modules.entry(module.to_string()).or_insert((module, Vec::new())).1.push(operation);
    }
    let mut index = TokenStream::new();
    let mut exports = TokenStream::new();
    for (ident, operations) in modules.values() {
        let mut names: Vec<_> = operations.iter().flat_map(|operation| items(operation)).collect();
        names.sort_by_key(|(name, _)| *name);
        let names: Vec<Ident> = names
            .into_iter()
            .map(|(name, origin)| name::type_ident(name, origin))
            .collect::<Result<_, _>>()?;
        index.extend(quote!(mod #ident;));
        exports.extend(quote!(pub use self::#ident::{#(#names),*};));
    }
    let modules: Vec<_> = modules.into_iter().map(|(module, (_, operations))| (module, operations)).collect();
    files.extend_parallel(&modules, |(module, operations)| {
        let path = ["src/operations/", module, ".rs"].concat();
        let text = format::file(&path, file(api, operations)?)?;
        Ok((path, text))
    })?;
    let about =
        [" Operations of the Docker Engine API v", &api.version.to_string(), ", one file for each group."]
            .concat();
    let more = " Each is a method of [`Client`](crate::Client) that returns one of these requests; awaiting it sends it.";
    let path = "src/operations/mod.rs";
    let items = quote! { #![doc = #about] #![doc = ""] #![doc = #more] #index #exports };
    files.insert(path.to_owned(), format::file(path, items)?);
    Ok(())
}

/// The operations of one tag.
fn file(api: &Api, operations: &[&Operation]) -> Result<TokenStream, Error> {
    let mut types = Types::in_operations(api);
    let mut methods = TokenStream::new();
    let mut requests = TokenStream::new();
    for operation in operations {
        methods.extend(method::tokens(operation, &mut types)?);
        requests.extend(request::tokens(operation, &mut types)?);
    }
    let map = types.maps().then(|| {
        quote!(
            use std::collections::BTreeMap;
        )
    });
    let models = types.used().next().is_some().then(|| quote!(models,));
    // `operation!` knows the other two by their names alone.
    let by_path = |operation: &&Operation| !matches!(operation.answer, Answer::Logs | Answer::Duplex);
    let answer = operations.iter().any(by_path).then(|| {
        quote!(
            use crate::runtime::answer;
        )
    });
    Ok(quote! {
        #map
        #answer
        use crate::{Client, #models runtime};
        impl Client { #methods }
        #requests
    })
}

/// The public types that an operation brings along.
fn items(operation: &Operation) -> Vec<(&str, &Origin)> {
    let mut out = vec![(operation.type_name.as_str(), &operation.origin)];
    for parameter in &operation.parameters {
        if let Some(filters) = &parameter.filters {
            out.push((filters.type_name.as_str(), &parameter.origin));
        }
    }
    match &operation.answer {
        Answer::Headers(name) => out.push((name.as_str(), &operation.origin)),
        Answer::Outcome { type_name, .. } => out.push((type_name.as_str(), &operation.origin)),
        _ => {}
    }
    out
}
