//! Lowers a Swagger 2.0 document to OpenAPI 3.0.
//!
//! Nothing that the document says is lost: what OpenAPI 3.0 can say is said in its words, the rest stays under `x-`
//! keys. Every operation, parameter, body, response, header and schema has an `x-source`: the JSON pointer of what it
//! came from, good for [`Node::at`]. A bare `$ref` can have none: it stands where its parent says. Shared parameters
//! and responses are written out where they are used.

mod operation;
mod print;
mod schema;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use openapiv3::{Components, Contact, ExternalDocumentation, License, OpenAPI, Server, Tag};
use serde_json::Value as Json;

use crate::swagger::document::{Document, Extensions, ExternalDocs};
use crate::swagger::node::Node;

pub use print::{to_json, to_yaml};

/// The key that says where a part came from.
pub const SOURCE: &str = "x-source";

/// A lowered document, and the tree that its `x-source` pointers lead into.
#[derive(Clone, Debug)]
pub struct Lowered {
    /// The document.
    pub openapi: OpenAPI,
    /// The tree it came from.
    pub root: Arc<Node>,
}

/// Lowers a document. What could not be lowered was refused when the document was read.
pub fn lower(document: &Document) -> Lowered {
    let mut openapi = OpenAPI {
        openapi: "3.0.3".to_owned(),
        info: info(document),
        servers: servers(document),
        tags: document.tags.iter().map(tag).collect(),
        external_docs: document.external_docs.as_ref().map(external_docs),
        extensions: document.extensions.clone(),
        ..OpenAPI::default()
    };
    for (template, path) in &document.paths {
        openapi.paths.paths.insert(template.clone(), operation::path(path));
    }
    let schemas =
        document.definitions.iter().map(|(name, definition)| (name.clone(), schema::lower(definition)));
    openapi.components = Some(Components { schemas: schemas.collect(), ..Components::default() });
    Lowered { openapi, root: Arc::clone(&document.root) }
}

fn info(document: &Document) -> openapiv3::Info {
    let info = &document.info;
    // Their form was checked when they were read.
    let contact = |json: &Json| serde_json::from_value::<Contact>(json.clone()).ok();
    let license = |json: &Json| serde_json::from_value::<License>(json.clone()).ok();
    openapiv3::Info {
        title: info.title.clone(),
        version: info.version.clone(),
        description: info.description.clone(),
        terms_of_service: info.terms_of_service.clone(),
        contact: info.contact.as_ref().and_then(contact),
        license: info.license.as_ref().and_then(license),
        extensions: info.extensions.clone(),
    }
}

/// The Engine says no host; then the prefix alone is the address.
fn servers(document: &Document) -> Vec<Server> {
    let path = document.base_path.as_deref().unwrap_or_default();
    let server = |url: String| Server { url, ..Server::default() };
    match &document.host {
        Some(host) if document.schemes.is_empty() => vec![server(format!("//{host}{path}"))],
        Some(host) => {
            document.schemes.iter().map(|scheme| server(format!("{scheme}://{host}{path}"))).collect()
        }
        None if path.is_empty() => vec![server("/".to_owned())],
        None => vec![server(path.to_owned())],
    }
}

fn tag(tag: &crate::swagger::document::Tag) -> Tag {
    Tag {
        name: tag.name.clone(),
        description: tag.description.clone(),
        external_docs: tag.external_docs.as_ref().map(external_docs),
        extensions: tag.extensions.clone(),
    }
}

fn external_docs(docs: &ExternalDocs) -> ExternalDocumentation {
    ExternalDocumentation {
        url: docs.url.clone(),
        description: docs.description.clone(),
        extensions: Extensions::new(),
    }
}

/// `x-source`, then the `x-` keys that the part has itself.
fn sourced(pointer: &str, own: &Extensions) -> Extensions {
    let mut extensions = Extensions::with_capacity(own.len() + 1);
    extensions.insert(SOURCE.to_owned(), pointer.into());
    extensions.extend(own.iter().map(|(key, value)| (key.clone(), value.clone())));
    extensions
}
