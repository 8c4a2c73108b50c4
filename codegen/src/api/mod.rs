//! The model that emission, diff and history share: one value says everything about one API version.
//!
//! It is built from a lowered document (`openapiv3::OpenAPI` with the `x-` vocabulary) by [`build`], gets its
//! Rust names from [`names`] and its history from [`history`]. Later stages read it and never look back.

mod build;
mod docs;
pub mod history;
mod model;
pub mod names;
mod place;
mod successor;

pub use self::build::build_document;
pub use docs::{DocsFile, OperationDocs, TypeDocs};
pub(crate) use history::bare_path;
pub use model::*;
pub use successor::successor;

use crate::openapi::Lowered;
use crate::source::Diagnostic;

/// The result of this stage: an error points into the document, or into the overlay.
pub type Result<T, E = Diagnostic> = std::result::Result<T, E>;

/// Builds the Api of a lowered document, with our own words where there are any.
pub fn build(lowered: &Lowered, docs: &DocsFile) -> Result<Api> {
    build_document(&lowered.openapi, &lowered.root, docs)
}

#[cfg(test)]
mod tests;
