//! Tests of the whole stage on small documents. They are written as the lowering writes them.

mod answers;
mod history;
mod hostile;
mod mutations;
mod operations;
mod published;
mod types;

use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use super::*;
use crate::openapi;
use crate::overlay::Overlay;
use crate::source::{Errors, Source};
use crate::swagger::{Document, Node, Store, reader};

/// A place in a document of ten empty lines.
pub(super) fn origin(pointer: &str, line: usize) -> Origin {
    let source = Source::new("test.yaml", "\n".repeat(10));
    Origin { pointer: pointer.to_owned(), place: source.place(line - 1, line - 1) }
}

/// An operation that needs nothing and gives nothing.
const PING: &str = "
  /ping:
    get:
      operationId: Ping
      tags: [System]
      responses: {'204': {description: ''}}
";

/// A document of these definitions (YAML, not indented) and one plain operation.
fn with_schemas(schemas: &str) -> String {
    document(PING, schemas)
}

/// A document of these paths (indented by two) and definitions (not indented).
fn document(paths: &str, schemas: &str) -> String {
    let schemas: String = schemas.lines().map(|line| format!("    {line}\n")).collect();
    format!(
        "openapi: 3.0.3\ninfo: {{title: Test, version: '1.51'}}\npaths:{paths}\ncomponents:\n  schemas:\n    Used: {{type: object, properties: {{Id: {{type: string}}}}}}\n{schemas}"
    )
}

/// A document of one operation: the lines of `operation` are its members.
fn with_operation(operation: &str) -> String {
    let members: String = operation.lines().map(|line| format!("      {line}\n")).collect();
    document(
        &format!(
            "\n  /things/{{id}}/make:\n    post:\n      operationId: ThingMake\n      tags: [Thing]\n{members}"
        ),
        "",
    )
}

fn build_with(text: &str, docs: &DocsFile) -> Result<Api> {
    let openapi = serde_yaml::from_str(text).expect("a valid OpenAPI document");
    let root = reader::read(&Source::new("test.yaml", text)).expect("valid YAML");
    build_document(&openapi, &root, docs)
}

fn build(text: &str) -> Api {
    build_with(text, &DocsFile::default()).unwrap_or_else(|error| panic!("{}", error.render(false)))
}

/// The message of the error that the document must give.
fn refused(text: &str) -> String {
    match build_with(text, &DocsFile::default()) {
        Ok(_) => panic!("was built:\n{text}"),
        Err(error) => {
            assert!(!error.labels.is_empty(), "no place: {error}");
            error.message
        }
    }
}

/// The way from a document of `spec/` (or another tree of facts) to its Api.
fn from_facts(node: Node, docs: &DocsFile) -> Result<Api, Errors> {
    let document = Document::read(node)?;
    Ok(super::build(&openapi::lower(&document), docs)?)
}

/// A file of `spec/`.
fn spec(name: &str) -> Arc<Source> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec");
    Source::read(&folder.join(name)).unwrap_or_else(|error| panic!("{error}"))
}

/// The facts of the versions in `spec/` with the overlay on them, the oldest first.
fn published(wanted: impl Fn(usize, usize) -> bool) -> Vec<(ApiVersion, Node)> {
    let store = Store::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec"));
    let overlay = Overlay::read(&spec("overlay.yaml")).unwrap_or_else(|error| panic!("{error}"));
    let versions = store.versions().unwrap_or_else(|error| panic!("{error}"));
    assert!(!versions.is_empty(), "spec/ has no document");
    let count = versions.len();
    let wanted = versions.into_iter().enumerate().filter(|(nth, _)| wanted(*nth, count));
    let read = |version| {
        let node = store.read(version).unwrap_or_else(|error| panic!("{error}"));
        (version, overlay.apply(node, version).unwrap_or_else(|error| panic!("{error}")))
    };
    wanted.map(|(_, version)| version).collect::<Vec<_>>().into_par_iter().map(read).collect()
}

/// Panics unless each name of an Api is an identifier, and each module a name that stays in its folder.
fn check_names(api: &Api) {
    for operation in &api.operations {
        is_identifier(&operation.type_name);
        is_identifier(&operation.method_name);
        is_file(&names::Kind::Module.name(&operation.tag).expect("a module"));
        for parameter in &operation.parameters {
            is_identifier(&parameter.rust_name);
            parameter
                .filters
                .iter()
                .flat_map(|filters| &filters.keys)
                .for_each(|key| is_identifier(&key.rust_name));
        }
        operation.body.iter().for_each(|body| is_identifier(&body.rust_name));
        let headers = operation.responses.iter().flat_map(|response| &response.headers);
        headers.for_each(|header| is_identifier(&header.rust_name));
    }
    for (name, def) in &api.types {
        assert_eq!(*name, def.name);
        is_identifier(&def.name);
        is_file(&def.module);
        match &def.kind {
            TypeKind::Struct(fields) => fields.iter().for_each(|field| is_identifier(&field.rust_name)),
            TypeKind::Enum(variants) => variants.iter().for_each(|variant| is_identifier(&variant.name)),
            TypeKind::Alias(_) => {}
        }
    }
}

fn is_identifier(name: &str) {
    assert!(syn::parse_str::<syn::Ident>(name).is_ok(), "{name:?} is no identifier");
}

fn is_file(name: &str) {
    is_identifier(name);
    assert!(
        name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_')),
        "{name:?} is no module"
    );
}

fn fields<'a>(api: &'a Api, name: &str) -> &'a [Field] {
    match api.types.get(name).map(|def| &def.kind) {
        Some(TypeKind::Struct(fields)) => fields,
        other => panic!("{name} is {other:?}; there are {:?}", api.types.keys().collect::<Vec<_>>()),
    }
}

fn field<'a>(api: &'a Api, name: &str, wire: &str) -> &'a Field {
    fields(api, name).iter().find(|field| field.name == wire).expect("the field")
}

fn named(name: &str) -> Type {
    Type::Named(name.to_owned())
}

fn array(of: Type) -> Type {
    Type::Array(Box::new(of))
}

fn map(of: Type) -> Type {
    Type::Map(Box::new(of))
}
