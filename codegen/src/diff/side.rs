//! One side of a comparison: a document, and the same document with the overlay.

use std::path::Path;
use std::sync::Arc;

use crate::Spec;
use crate::api::ApiVersion;
use crate::source::{Errors, Source};
use crate::swagger::{self, Node};

/// A document to be compared.
#[derive(Clone, Debug)]
pub struct Side {
    /// What a person calls it: its version, or the path of its file.
    pub name: String,
    /// The document as it is written, its mistakes repaired.
    pub document: Node,
    /// The document with the overlay: what Engines do. `None` for documents that the overlay knows nothing of.
    pub overlaid: Option<Arc<Node>>,
}

impl Side {
    /// A version of the spec folder.
    pub fn version(spec: &Spec, version: ApiVersion) -> Result<Self, Errors> {
        let document = spec.store.read(version)?;
        let overlaid = Some(Arc::new(spec.overlay.apply(document.clone(), version)?));
        Ok(Side { name: version.to_string(), document, overlaid })
    }

    /// Any Swagger 2.0 or OpenAPI 3 document, as YAML or JSON. One of the Engine's API gets the overlay, if the overlay
    /// fits it.
    pub fn document(spec: Option<&Spec>, source: &Arc<Source>) -> Result<Self, Errors> {
        let name = source.name.clone();
        if let Ok((document, _)) = swagger::read_upstream(source) {
            let overlaid = spec.filter(|_| is_engine(&document)).and_then(|spec| {
                let version = swagger::version(&document).ok()?;
                spec.overlay.apply(document.clone(), version).ok().map(Arc::new)
            });
            return Ok(Side { name, document, overlaid });
        }
        Ok(Side { name, document: swagger::read(&readable(source))?, overlaid: None })
    }

    /// Any document, from a file.
    pub fn file(spec: Option<&Spec>, path: &Path) -> Result<Self, Errors> {
        Self::document(spec, &Source::read(path)?)
    }
}

/// JSON that is indented by tabs is JSON, and not YAML.
fn readable(source: &Arc<Source>) -> Arc<Source> {
    let json = source.text.trim_start().starts_with(['{', '[']);
    match json && source.text.contains('\t') {
        true => Source::new(source.name.clone(), source.text.replace('\t', " ")),
        false => Arc::clone(source),
    }
}

/// Whether the document says that it is of the Docker Engine.
fn is_engine(document: &Node) -> bool {
    document.at("/info/title").and_then(Node::as_str).is_some_and(|title| title.contains("Docker Engine"))
}
