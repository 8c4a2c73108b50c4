//! The static table of facts about an operation that the runtime works from.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::super::{docs, name};
use crate::api::{ApiVersion, Location, Operation, Parameter};

/// `CONTAINER_LIST`
pub(super) fn name(operation: &Operation) -> Ident {
    name::fixed(operation.method_name.trim_end_matches('_').to_ascii_uppercase().as_str())
}

pub(super) fn tokens(operation: &Operation) -> TokenStream {
    let name = name(operation);
    let (id, tag, path) = (&operation.id, &operation.tag, &operation.path);
    let method = name::fixed(operation.method.as_str());
    let since = optional(operation.life.since.map(version));
    let deprecated = operation.deprecation.is_some();
    let parameters = operation.parameters.iter().map(|parameter| {
        let name = &parameter.name;
        let location = name::fixed(match parameter.location {
            Location::Path => "path",
            Location::Query => "query",
            Location::Header => "header",
        });
        // What came with the operation needs no gate of its own.
        let since = parameter.life.since.filter(|since| Some(*since) > operation.life.since);
        let filters = younger_filters(parameter, since.or(operation.life.since));
        let since = since.map(|since| {
            let since = version(since);
            quote!(.since(#since))
        });
        quote!(runtime::ParameterMeta::#location(#name) #since #filters)
    });
    let statuses = docs::by_status(&operation.responses)
        .into_iter()
        .map(|response| proc_macro2::Literal::u16_unsuffixed(response.status));
    let upgrade = optional(operation.upgrade.as_ref().map(|protocol| quote!(#protocol)));
    let long_poll = operation.long_poll;
    quote! {
        static #name: runtime::OperationMeta = runtime::OperationMeta {
            id: #id,
            tag: #tag,
            method: runtime::http::Method::#method,
            path: #path,
            since: #since,
            deprecated: #deprecated,
            parameters: &[#(#parameters),*],
            statuses: &[#(#statuses),*],
            upgrade: #upgrade,
            long_poll: #long_poll,
        };
    }
}

/// `.filters(&[("until", …)])`: the keys that came after their parameter.
fn younger_filters(parameter: &Parameter, parameter_since: Option<ApiVersion>) -> Option<TokenStream> {
    let keys = parameter.filters.iter().flat_map(|filters| &filters.keys);
    let younger: Vec<TokenStream> = keys
        .filter_map(|key| {
            let since = version(key.life.since.filter(|since| Some(*since) > parameter_since)?);
            let name = &key.name;
            Some(quote!((#name, #since)))
        })
        .collect();
    (!younger.is_empty()).then(|| quote!(.filters(&[#(#younger),*])))
}

pub(in crate::rust) fn version(version: ApiVersion) -> TokenStream {
    let (major, minor) = (
        proc_macro2::Literal::u16_unsuffixed(version.major),
        proc_macro2::Literal::u16_unsuffixed(version.minor),
    );
    quote!(runtime::ApiVersion::new(#major, #minor))
}

fn optional(value: Option<TokenStream>) -> TokenStream {
    match value {
        Some(value) => quote!(Some(#value)),
        None => quote!(None),
    }
}
