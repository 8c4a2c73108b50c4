//! What can be wrong with a model that is to become Rust.

use crate::api::Origin;
use crate::source::Place;

/// A thing in the model that cannot be written as Rust, with its place in the document.
#[derive(Clone, Debug, thiserror::Error)]
pub struct Error {
    /// What is wrong.
    pub message: String,
    /// Where it stands, where it stands anywhere.
    pub origin: Option<Origin>,
}

impl Error {
    pub(super) fn at(origin: &Origin, message: String) -> Self {
        Self { message, origin: Some(origin.clone()) }
    }

    pub(super) fn nowhere(message: String) -> Self {
        Self { message, origin: None }
    }

    /// The place in the file.
    pub fn place(&self) -> Option<&Place> {
        self.origin.as_ref().map(|origin| &origin.place)
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.origin {
            Some(origin) => write!(f, "{}: {} ({})", origin.place, self.message, origin.pointer),
            None => f.write_str(&self.message),
        }
    }
}
