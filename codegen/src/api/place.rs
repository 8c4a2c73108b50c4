//! From a JSON pointer to the place in the file.

use super::Origin;
use crate::source::Diagnostic;
use crate::swagger::node::Node;

/// Finds places in the located tree that a document was lowered from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Places<'a> {
    root: &'a Node,
}

impl<'a> Places<'a> {
    pub(super) fn new(root: &'a Node) -> Self {
        Self { root }
    }

    /// The pointer with its place: that of the key where it names an entry of a mapping, since that is the line that a
    /// person looks for. A pointer that leads nowhere has the place of the last step that exists.
    pub(super) fn origin(&self, pointer: &str) -> Origin {
        Origin { pointer: pointer.to_owned(), place: self.root.place_of(pointer).clone() }
    }
}

/// `pointer` and one step more, escaped as RFC 6901 says.
pub(super) fn step(pointer: &str, name: &str) -> String {
    format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"))
}

impl Origin {
    /// An error at this place.
    pub(super) fn error(&self, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(self.place.clone(), message)
    }
}
