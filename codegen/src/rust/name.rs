//! Names: nothing becomes an identifier or a file name before it was looked at here.

use std::collections::HashMap;

use heck::ToSnakeCase;
use proc_macro2::{Ident, Span};

use super::Error;
use crate::api::Origin;

/// Types that generated code uses by their bare name; a type of the document cannot take it.
const TAKEN_TYPES: [&str; 12] = [
    "BTreeMap",
    "Box",
    "Client",
    "Default",
    "Error",
    "FnOnce",
    "Into",
    "IntoIterator",
    "Option",
    "Result",
    "String",
    "Vec",
];

/// File names that Windows gives to devices.
const DEVICES: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
    "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// The longest name of a module: a file's name has at most 255 bytes on most file systems.
const LONGEST_MODULE: usize = 200;

/// A Rust identifier: ASCII, no keyword.
pub(super) fn ident(name: &str, origin: &Origin) -> Result<Ident, Error> {
    let mut bytes = name.bytes();
    let shaped = bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if shaped && syn::parse_str::<Ident>(name).is_ok() {
        Ok(Ident::new(name, Span::call_site()))
    } else {
        Err(Error::at(origin, format!("{name:?} cannot be a Rust name")))
    }
}

/// The name of a type.
pub(super) fn type_ident(name: &str, origin: &Origin) -> Result<Ident, Error> {
    if TAKEN_TYPES.contains(&name) {
        let message =
            format!("a type cannot be called `{name}`: generated code uses that name for another type");
        return Err(Error::at(origin, message));
    }
    ident(name, origin)
}

/// A name that is written by the emitter itself.
pub(super) fn fixed(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}

/// The name of a module, which is also the name of its file.
pub(super) fn module(name: &str, origin: &Origin) -> Result<Ident, Error> {
    let lower = !name.bytes().any(|byte| byte.is_ascii_uppercase());
    if !lower || name == "mod" || DEVICES.contains(&name) {
        return Err(Error::at(origin, format!("{name:?} cannot be the name of a module and its file")));
    }
    if name.len() > LONGEST_MODULE {
        let message = format!("{name:?} is too long: it cannot be the name of a module and its file");
        return Err(Error::at(origin, message));
    }
    ident(name, origin)
}

/// The module of a tag: `Container` → `container`.
pub(super) fn tag_module(tag: &str, origin: &Origin) -> Result<Ident, Error> {
    let name = tag.to_snake_case();
    module(&name, origin).or_else(|error| module(&[&name, "_"].concat(), origin).map_err(|_| error))
}

/// Refuses a second thing of the same name in one scope.
#[derive(Default)]
pub(super) struct Scope<'a> {
    names: HashMap<&'a str, &'a Origin>,
}

impl<'a> Scope<'a> {
    pub(super) fn declare(&mut self, name: &'a str, origin: &'a Origin) -> Result<(), Error> {
        match self.names.insert(name, origin) {
            None => Ok(()),
            Some(first) => {
                let message = format!(
                    "`{name}` is already the name of what stands at {} ({})",
                    first.place, first.pointer
                );
                Err(Error::at(origin, message))
            }
        }
    }
}
