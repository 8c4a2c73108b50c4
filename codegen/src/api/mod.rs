//! The model that emission, diff and history share: one value says everything about one API version.
//!
//! It is built from a lowered document (`openapiv3::OpenAPI` with the `x-` vocabulary) by [`build`], gets its
//! Rust names from [`names`] and its history from [`history`]. Later stages read it and never look back.

mod model;

pub use model::*;
