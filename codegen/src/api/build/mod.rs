//! From a lowered document to an [`Api`].
//!
//! Definitions become types first, then each operation brings those of its inline bodies, answers and parameters. What
//! can only be seen of the whole (who sends what, which fields close a cycle) is found last.

mod answers;
mod cycles;
mod extensions;
mod operations;
mod parameters;
mod reach;
mod schema;
mod types;

use std::collections::HashMap;

use indexmap::IndexMap;
use openapiv3 as oa;
use openapiv3::ReferenceOr;

use super::names::{Kind, Scope};
use super::place::{Places, step};
use super::{Api, ApiVersion, DocsFile, Origin, Result, TypeDef};
use crate::swagger::node::Node;

/// How deep schemas may stand in each other. The published documents need 9.
const DEEPEST: u8 = 32;

/// Builds the Api of a lowered document; `root` is the tree that places are looked up in.
pub fn build_document(openapi: &oa::OpenAPI, root: &Node, docs: &DocsFile) -> Result<Api> {
    let mut builder = Builder::new(openapi, Places::new(root), docs)?;
    let version = builder.version()?;
    builder.definitions()?;
    let operations = builder.operations()?;
    let mut api = Api { version, operations, types: builder.into_types() };
    cycles::close(&mut api.types)?;
    reach::mark(&mut api);
    Ok(api)
}

/// What is known while an Api is built.
struct Builder<'a> {
    openapi: &'a oa::OpenAPI,
    definitions: IndexMap<&'a str, Definition<'a>>,
    places: Places<'a>,
    docs: &'a DocsFile,
    /// Names of the models.
    type_names: Scope,
    /// Files of the models.
    modules: Scope,
    /// Names of requests, filters builders, header structs and outcome enums.
    request_names: Scope,
    /// Types in the order they were met, with the number of the definition or operation that they belong to. `None`:
    /// its fields are being read.
    slots: Vec<(usize, Option<TypeDef>)>,
    /// Where the type of a Rust name is in `slots`.
    index: HashMap<String, usize>,
    /// The forms of inline types that `x-name` names: where another of the same form has the same name, it is the same type.
    shared: HashMap<String, serde_json::Value>,
}

/// A definition and how far it is.
struct Definition<'a> {
    schema: &'a ReferenceOr<oa::Schema>,
    number: usize,
    name: String,
    module: String,
    origin: Origin,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Untouched,
    Open,
    Done,
}

impl<'a> Builder<'a> {
    fn new(openapi: &'a oa::OpenAPI, places: Places<'a>, docs: &'a DocsFile) -> Result<Self> {
        let mut builder = Self {
            openapi,
            definitions: IndexMap::new(),
            places,
            docs,
            type_names: Scope::new("types"),
            modules: Scope::new("modules"),
            request_names: Scope::new("types of the operations"),
            slots: Vec::new(),
            index: HashMap::new(),
            shared: HashMap::new(),
        };
        let schemas = openapi.components.iter().flat_map(|components| &components.schemas);
        for (number, (wire, schema)) in schemas.enumerate() {
            let origin = builder.schema_origin(schema.into(), &step("/definitions", wire));
            let text = match schema {
                ReferenceOr::Item(item) => {
                    extensions::text(&item.schema_data.extensions, "x-name", &origin)?.unwrap_or(wire)
                }
                ReferenceOr::Reference { .. } => wire,
            };
            let name = Kind::Type.name_at(text, &origin)?;
            builder.type_names.claim(&name, wire, &origin)?;
            let module = builder.module(&name, wire, &origin)?;
            let definition = Definition { schema, number, name, module, origin, state: State::Untouched };
            builder.definitions.insert(wire, definition);
        }
        Ok(builder)
    }

    /// The version that `info` names.
    fn version(&self) -> Result<ApiVersion> {
        let text = &self.openapi.info.version;
        text.parse().map_err(|error: super::InvalidVersion| {
            self.places.origin("/info/version").error(error.to_string())
        })
    }

    /// The file of a model that no other model contains.
    fn module(&mut self, name: &str, text: &str, origin: &Origin) -> Result<String> {
        let module = Kind::Module.name_at(name, origin)?;
        self.modules.claim(&module, text, origin)?;
        Ok(module)
    }

    /// The types: those of definitions in document order, each before its inline children, then those of operations.
    fn into_types(mut self) -> IndexMap<String, TypeDef> {
        self.slots.sort_by_key(|(number, _)| *number);
        self.slots.into_iter().filter_map(|(_, def)| def).map(|def| (def.name.clone(), def)).collect()
    }
}
