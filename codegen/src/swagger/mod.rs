//! Swagger 2.0 documents: YAML with places, the document model, import.
//!
//! [`reader::read`] turns any YAML text into a [`node::Node`]. [`import`] makes facts of an upstream
//! document, [`store`] keeps them in `spec/`, and [`Document::read`] gives them their meaning.

pub mod document;
pub mod import;
pub mod node;
pub mod reader;
pub mod store;

pub use document::Document;
pub use import::{Imported, import, read_upstream};
pub use node::{Entry, Mapping, Node, Value};
pub use reader::read;
pub use store::Store;
