//! Names in words, which are those of the wire, become what a Rust programmer writes: `ContainerInspect` a link to the
//! method, and `fromImage` in the words of an operation the setter `from_image`, as `BindOptions` in those of a struct.
//! The successors of what is deprecated become Rust paths.

use std::collections::HashMap;

use crate::api::{Api, Deprecation, Docs, Life, Operation, TypeDef, TypeKind, successor};

/// What links of ours lead to. The writer of doc lines lets nothing else inside the crate pass.
pub(super) const METHODS: &str = "crate::Client::";

/// The same Api with Rust names and links in its words.
pub(in crate::rust) fn with_links(api: &Api) -> Api {
    let methods: Names = api
        .operations
        .iter()
        .map(|operation| (operation.type_name.clone(), operation.method_name.clone()))
        .collect();
    let whole = api;
    let mut api = api.clone();
    for operation in &mut api.operations {
        let own: Names =
            operation.parameters.iter().map(|each| (each.name.clone(), each.rust_name.clone())).collect();
        succeed(&mut operation.deprecation, &mut operation.life, whole, &|_| None);
        for parameter in &mut operation.parameters {
            let of_request = |name: &str| own.get(name).cloned();
            succeed(&mut parameter.deprecation, &mut parameter.life, whole, &of_request);
        }
        of_operation(operation, &mut |docs| link(docs, &own, &methods));
    }
    for def in api.types.values_mut() {
        let own = match &def.kind {
            TypeKind::Struct(fields) => {
                fields.iter().map(|field| (field.name.clone(), field.rust_name.clone())).collect()
            }
            TypeKind::Enum(_) | TypeKind::Alias(_) => Names::new(),
        };
        let name = def.name.clone();
        let of_field = |successor_name: &str| successor(whole, Some(&name), successor_name);
        succeed(&mut def.deprecation, &mut def.life, whole, &|_| None);
        if let TypeKind::Struct(fields) = &mut def.kind {
            for field in fields {
                succeed(&mut field.deprecation, &mut field.life, whole, &of_field);
            }
        }
        of_type(def, &mut |docs| link(docs, &own, &methods));
    }
    api
}

/// Makes what documents name as a successor a Rust path: `near` knows the names that need no path.
fn succeed(
    deprecation: &mut Option<Deprecation>,
    life: &mut Life,
    api: &Api,
    near: &dyn Fn(&str) -> Option<String>,
) {
    let own = deprecation.as_mut().and_then(|deprecation| deprecation.replaced_by.as_mut());
    for name in own.into_iter().chain(&mut life.replaced_by) {
        if let Some(path) = near(name).or_else(|| successor(api, None, name)) {
            *name = path;
        }
    }
}

/// Rust names by names on the wire.
type Names = HashMap<String, String>;

fn link(docs: &mut Docs, own: &Names, methods: &Names) {
    for text in [&mut docs.summary, &mut docs.description].into_iter().flatten() {
        *text = linked(text, own, methods);
    }
}

/// A CommonMark text with Rust names where inline code is the name of something on the wire.
fn linked(text: &str, own: &Names, methods: &Names) -> String {
    // A link that somebody else wrote leads nowhere that we know.
    let text = text.replace(METHODS, "");
    let pieces: Vec<&str> = text.split('`').collect();
    // An even number of pieces: the last mark opens nothing. An empty piece: a mark of several.
    if pieces.len().is_multiple_of(2) || text.contains("](") || text.contains("``") {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    for (at, piece) in pieces.into_iter().enumerate() {
        if at.is_multiple_of(2) {
            out.push_str(piece);
        } else if let Some(name) = own.get(piece) {
            out.push_str(&["`", name, "`"].concat());
        } else if let Some(method) = methods.get(piece) {
            out.push_str(&["[`", method, "`](", METHODS, method, ")"].concat());
        } else {
            out.push_str(&["`", piece, "`"].concat());
        }
    }
    out
}

fn of_operation(operation: &mut Operation, visit: &mut impl FnMut(&mut Docs)) {
    visit(&mut operation.docs);
    for parameter in &mut operation.parameters {
        visit(&mut parameter.docs);
        parameter
            .filters
            .iter_mut()
            .flat_map(|filters| &mut filters.keys)
            .for_each(|key| visit(&mut key.docs));
    }
    operation.body.iter_mut().for_each(|body| visit(&mut body.docs));
    for response in &mut operation.responses {
        visit(&mut response.docs);
        response.headers.iter_mut().for_each(|header| visit(&mut header.docs));
    }
}

fn of_type(def: &mut TypeDef, visit: &mut impl FnMut(&mut Docs)) {
    visit(&mut def.docs);
    match &mut def.kind {
        TypeKind::Struct(fields) => fields.iter_mut().for_each(|field| visit(&mut field.docs)),
        TypeKind::Enum(variants) => variants.iter_mut().for_each(|variant| visit(&mut variant.docs)),
        TypeKind::Alias(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_on_the_wire_become_rust() {
        let methods = Names::from([("ImageLoad".to_owned(), "image_load".to_owned())]);
        let own = Names::from([("fromImage".to_owned(), "from_image".to_owned())]);
        let check = |text: &str, expected: &str| assert_eq!(linked(text, &own, &methods), expected);
        check("Set `fromImage`, not fromImage.", "Set `from_image`, not fromImage.");
        check(
            "What `ImageLoad` reads. `ImageLoad`, `Other`.",
            "What [`image_load`](crate::Client::image_load) reads. [`image_load`](crate::Client::image_load), `Other`.",
        );
        check("ImageLoad", "ImageLoad");
        for text in
            ["a ` b `ImageLoad`", "```\n`ImageLoad`\n```", "[`ImageLoad`](https://x.y)", "``ImageLoad``", ""]
        {
            check(text, text);
        }
        check("[x](crate::Client::gone)", "[x](gone)");
    }
}
