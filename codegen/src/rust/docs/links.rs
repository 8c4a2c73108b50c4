//! Names in words, which are those of the wire, become what a Rust programmer writes: `ContainerInspect` a link to the
//! method, and `fromImage` in the words of an operation the setter `from_image`, as `BindOptions` in those of a struct.

use std::collections::HashMap;

use crate::api::{Api, Deprecation, Docs, Operation, TypeDef, TypeKind};

/// What links of ours lead to. The writer of doc lines lets nothing else inside the crate pass.
pub(super) const METHODS: &str = "crate::Client::";

/// The same Api with Rust names and links in its words.
pub(in crate::rust) fn with_links(api: &Api) -> Api {
    let methods: Names = api
        .operations
        .iter()
        .map(|operation| (operation.type_name.clone(), operation.method_name.clone()))
        .collect();
    let mut api = api.clone();
    for operation in &mut api.operations {
        let own =
            operation.parameters.iter().map(|each| (each.name.clone(), each.rust_name.clone())).collect();
        for parameter in &mut operation.parameters {
            rename(parameter.deprecation.as_mut(), &own);
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
        if let TypeKind::Struct(fields) = &mut def.kind {
            fields.iter_mut().for_each(|field| rename(field.deprecation.as_mut(), &own));
        }
        of_type(def, &mut |docs| link(docs, &own, &methods));
    }
    api
}

/// Rust names by names on the wire.
type Names = HashMap<String, String>;

/// What to use instead, by its Rust name.
fn rename(deprecation: Option<&mut Deprecation>, own: &Names) {
    if let Some(instead) = deprecation.and_then(|deprecation| deprecation.replaced_by.as_mut())
        && let Some(name) = own.get(instead)
    {
        instead.clone_from(name);
    }
}

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
