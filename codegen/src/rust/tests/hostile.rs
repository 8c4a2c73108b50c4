//! Models that a hostile document could lead to: an error with a place, or a crate that is what it says and no more.

use super::super::{Error, emit};
use super::{WORKSPACE, sample};
use crate::api::*;

/// Texts that try to end what they stand in.
pub(super) const TEXTS: [&str; 14] = [
    "\"; pub fn injected() {} //",
    "*/ pub fn injected() {} /*",
    "\n}\npub fn injected() {}\n",
    "\r\npub fn injected() {}",
    "\u{2028}pub fn injected() {}",
    "#![allow(injected)]",
    "\"##; pub fn injected() {}",
    "\\\"); pub fn injected() {}",
    "\u{202e}injected\u{2066}",
    "```\npub fn injected() {}\n",
    "~~~rust\npanic!(\"injected\")\n",
    "<script>injected</script> [injected] [a](injected) [b]: injected",
    "{injected} $injected %s \0",
    "    panic!(\"injected\");\n\n\tinjected",
];

/// The sample with a text in every place that holds text and is no name.
pub(super) fn texts_everywhere(mut text: impl FnMut() -> &'static str) -> Api {
    let mut api = sample::api();
    let mut number = 0;
    // What must not occur twice in one place gets a number.
    let mut numbered = |text: &str| {
        number += 1;
        [text, &number.to_string()].concat()
    };
    for def in api.types.values_mut() {
        (def.docs, def.deprecation) = (docs(&mut text), Some(deprecation(&mut text)));
        match &mut def.kind {
            TypeKind::Struct(fields) => fields.iter_mut().for_each(|field| {
                field.name = numbered(text());
                (field.docs, field.facts) = (docs(&mut text), facts(&mut text));
                field.deprecation = Some(deprecation(&mut text));
            }),
            TypeKind::Enum(variants) => {
                variants.iter_mut().for_each(|variant| variant.value = numbered(text()))
            }
            TypeKind::Alias(_) => {}
        }
    }
    for operation in &mut api.operations {
        (operation.docs, operation.deprecation) = (docs(&mut text), Some(deprecation(&mut text)));
        (operation.id, operation.path) = (text().to_owned(), text().to_owned());
        for parameter in &mut operation.parameters {
            parameter.name = text().to_owned();
            (parameter.docs, parameter.facts) = (docs(&mut text), facts(&mut text));
            parameter.deprecation = Some(deprecation(&mut text));
            for key in parameter.filters.iter_mut().flat_map(|filters| &mut filters.keys) {
                (key.name, key.values) = (text().to_owned(), vec![text().to_owned()]);
                key.docs = docs(&mut text);
            }
        }
        for response in &mut operation.responses {
            response.docs = docs(&mut text);
            for header in &mut response.headers {
                header.name = text().to_owned();
                (header.docs, header.facts) = (docs(&mut text), facts(&mut text));
            }
        }
        if let Some(body) = &mut operation.body {
            (body.docs, body.media_type) = (docs(&mut text), text().to_owned());
        }
    }
    api
}

fn docs(text: &mut impl FnMut() -> &'static str) -> Docs {
    Docs { summary: Some(text().to_owned()), description: Some([text(), "\n\n", text()].concat()) }
}

fn deprecation(text: &mut impl FnMut() -> &'static str) -> Deprecation {
    Deprecation { since: None, replaced_by: Some(text().to_owned()) }
}

fn facts(text: &mut impl FnMut() -> &'static str) -> Facts {
    Facts {
        format: Some(text().to_owned()),
        default: Some(text().into()),
        allowed: vec![text().into(), text().into()],
        minimum: Some(text().into()),
        pattern: Some(text().to_owned()),
        ..Facts::default()
    }
}

/// Names of all items and methods of a file.
fn items(text: &str) -> Vec<String> {
    let file = syn::parse_file(text).expect("the emitter writes Rust");
    assert!(file.attrs.iter().all(|attr| attr.path().is_ident("doc")), "an attribute was injected");
    let mut out = Vec::new();
    for item in file.items {
        match item {
            syn::Item::Struct(item) => out.push(item.ident.to_string()),
            syn::Item::Enum(item) => out.extend([item.ident.to_string(), item.variants.len().to_string()]),
            syn::Item::Type(item) => out.push(item.ident.to_string()),
            syn::Item::Static(item) => out.push(item.ident.to_string()),
            syn::Item::Const(item) => out.push(item.ident.to_string()),
            syn::Item::Mod(item) => out.push(item.ident.to_string()),
            syn::Item::Use(_) => out.push("use".to_owned()),
            syn::Item::Macro(item) => out.push(item.mac.path.segments[1].ident.to_string()),
            syn::Item::Impl(item) => out.extend(item.items.iter().map(|item| match item {
                syn::ImplItem::Fn(item) => item.sig.ident.to_string(),
                _ => "other".to_owned(),
            })),
            _ => out.push("other".to_owned()),
        }
    }
    out
}

#[test]
fn texts_never_become_items() {
    let plain = emit(&sample::api(), &WORKSPACE).unwrap();
    for text in TEXTS {
        let files =
            emit(&texts_everywhere(|| text), &WORKSPACE).unwrap_or_else(|error| panic!("{text:?}: {error}"));
        assert!(files.iter().map(|(path, _)| path).eq(plain.iter().map(|(path, _)| path)), "{text:?}");
        for (path, file) in files.iter().filter(|(path, _)| path.ends_with(".rs")) {
            assert_eq!(items(file), items(plain.get(path).unwrap()), "{path} with {text:?}");
            assert!(!file.contains(['\r', '\u{2028}', '\u{202e}', '\u{2066}', '\0']), "{path} with {text:?}");
        }
    }
}

#[track_caller]
fn refused(change: impl FnOnce(&mut Api), message: &str) {
    let mut api = sample::api();
    change(&mut api);
    let error: Error = emit(&api, &WORKSPACE).unwrap_err();
    assert!(error.message.contains(message), "{error}");
    assert!(error.to_string().starts_with("spec/v1.51.yaml:7:3: "), "{error}");
}

fn fields(api: &mut Api) -> &mut Vec<Field> {
    let TypeKind::Struct(fields) = &mut api.types["Mount"].kind else { panic!("Mount is a struct") };
    fields
}

#[test]
fn names_that_are_none_are_refused() {
    for name in ["", "1a", "a b", "a-b", "type", "Self", "r#type", "a;", "ünder", "a\n", "_", "../x"] {
        let cannot = |change: &dyn Fn(&mut Api, String)| {
            refused(|api| change(api, name.to_owned()), "cannot be");
        };
        cannot(&|api, name| fields(api)[0].rust_name = name);
        cannot(&|api, name| api.operations[0].method_name = name);
        cannot(&|api, name| api.operations[0].type_name = name);
        cannot(&|api, name| api.operations[0].parameters[0].rust_name = name);
        cannot(&|api, name| api.types["Mount"].module = name);
    }
    refused(|api| api.operations[0].tag = "../..".to_owned(), "cannot be");
}

#[test]
fn files_with_names_of_devices_are_refused() {
    for name in ["aux", "con", "nul", "com1", "mod", "Mount"] {
        refused(|api| api.types["Mount"].module = name.to_owned(), "cannot be the name of a module");
    }
}

#[test]
fn names_too_long_for_a_file_are_refused() {
    refused(|api| api.types["Mount"].module = "mount_".repeat(40), "too long");
    refused(|api| api.operations[0].tag = "Container".repeat(40), "too long");
}

#[test]
fn taken_names_are_refused() {
    refused(|api| fields(api)[0].rust_name = "extra".to_owned(), "taken");
    refused(|api| fields(api)[0].rust_name = "ports".to_owned(), "already the name");
    refused(|api| fields(api)[0].name = "Ports".to_owned(), "already the name");
    refused(|api| api.operations[1].method_name = "container_list".to_owned(), "already the name");
    refused(|api| api.operations[1].type_name = "ContainerList".to_owned(), "already the name");
    refused(|api| api.operations[0].type_name = "Client".to_owned(), "generated code uses that name");
    refused(
        |api| {
            let mut def = api.types.shift_remove("Nothing").unwrap();
            def.name = "Option".to_owned();
            api.types.insert("Option".to_owned(), def);
        },
        "generated code uses that name",
    );
}

#[test]
fn types_without_an_end_are_refused() {
    refused(|api| fields(api)[0].ty = sample::named("Missing"), "no type `Missing`");
    refused(
        |api| api.types["PortMap"].kind = TypeKind::Alias(sample::array(sample::named("PortMap"))),
        "another name for itself",
    );
}

#[test]
fn values_that_cannot_travel_are_refused() {
    refused(|api| api.operations[0].parameters[0].ty = sample::array(Type::String), "needs an encoding");
    refused(|api| api.operations[0].parameters[0].encoding = Encoding::Multi, "only an array");
    refused(|api| api.operations[0].parameters[0].encoding = Encoding::MultiJson, "only an array");
    refused(|api| api.operations[2].parameters[0].encoding = Encoding::Json, "cannot be written as");
}
