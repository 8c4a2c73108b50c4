//! Swagger 2.0 documents: YAML with places, the document model, import.
//!
//! [`reader::read`] turns any YAML text into a [`node::Node`]. [`import()`] makes facts of an upstream
//! document, [`store`] keeps them in `spec/`, and [`Document::read`] gives them their meaning.

pub mod document;
pub mod import;
pub mod node;
pub mod reader;
pub mod store;

use crate::api::ApiVersion;
use crate::source::Diagnostic;

pub use document::Document;
pub use import::{Imported, import, read_upstream};
pub use node::{Entry, Mapping, Node, Value};
pub use reader::read;
pub use store::Store;

/// The version that a document is of, from `info.version`.
pub fn version(document: &Node) -> Result<ApiVersion, Diagnostic> {
    let node = document.at("/info/version");
    let version = node.and_then(Node::as_str).and_then(|text| {
        let version = text.parse::<ApiVersion>().ok()?;
        // It names folders and crates, so only its canonical form will do: not 1.051.
        (version.to_string() == text).then_some(version)
    });
    version.ok_or_else(|| {
        let place = node.map_or_else(|| document.place_of("/info/version"), |node| &node.place);
        Diagnostic::error(place.clone(), "the document does not say which version it is")
            .help("`info.version` must be a version such as \"1.51\"")
    })
}
