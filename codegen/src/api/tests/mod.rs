//! Tests of the whole stage on small documents. They are written as the lowering writes them.

mod answers;
mod history;
mod hostile;
mod operations;
mod types;

use super::*;
use crate::source::Source;
use crate::swagger::reader;

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
