//! [`Api`] → the files of one crate, and the files → the disk.
//!
//! Emission is pure: each piece of the crate is a function from a part of the model to tokens, and each file is
//! formatted on its own. Names are looked at one by one before they become identifiers or file names, words become doc
//! lines through `docs`, and everything else of a document becomes a literal: nothing in a document can become code.

mod client;
mod docs;
mod error;
mod format;
mod library;
mod manifest;
mod models;
mod name;
mod operations;
mod options;
mod readme;
pub(crate) mod signature;
mod ty;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use rayon::prelude::*;

pub use crate::files::{WriteError, Written};
pub use error::Error;
pub use options::{Dependency, Home, Options};

use crate::api::{Api, ApiVersion};
use crate::files::Ours;

/// The files of a crate: relative path, with `/` between folders, and text.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct CrateFiles {
    files: BTreeMap<String, String>,
}

impl CrateFiles {
    /// Paths and texts, in the order of the paths.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &String)> {
        self.files.iter().map(|(path, text)| (path.as_str(), text))
    }

    /// The text of a file.
    pub fn get(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(String::as_str)
    }

    /// How many lines all files have.
    pub fn lines(&self) -> usize {
        self.files.values().map(|text| text.lines().count()).sum()
    }

    /// How many bytes all files have.
    pub fn bytes(&self) -> usize {
        self.files.values().map(String::len).sum()
    }

    fn insert(&mut self, path: String, text: String) {
        self.files.insert(path, text);
    }

    /// Makes a file of each part, several at a time: formatting is most of the work. Of several failures, the first
    /// part's is told.
    fn extend_parallel<T: Sync>(
        &mut self,
        parts: &[T],
        make: impl Fn(&T) -> Result<(String, String), Error> + Send + Sync,
    ) -> Result<(), Error> {
        let made: Vec<Result<_, Error>> = parts.par_iter().map(make).collect();
        for file in made {
            let (path, text) = file?;
            self.files.insert(path, text);
        }
        Ok(())
    }
}

impl fmt::Debug for CrateFiles {
    /// Names the files; their texts are too long to look at.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.files.keys()).finish()
    }
}

/// The files of the crate for one API version.
pub fn emit(api: &Api, options: &Options) -> Result<CrateFiles, Error> {
    let api = &docs::with_links(api);
    let mut files = CrateFiles::default();
    files.insert("Cargo.toml".to_owned(), manifest::text(api, options)?);
    files.insert("README.md".to_owned(), readme::text(api, options));
    files.insert("src/lib.rs".to_owned(), library::text(api)?);
    files.insert("src/client.rs".to_owned(), client::text(api)?);
    models::emit(api, &mut files)?;
    operations::emit(api, &mut files)?;
    Ok(files)
}

/// Writes the crate into `dir`. With `check` nothing is written and the answer tells what differs.
pub fn write(dir: &Path, files: &CrateFiles, check: bool) -> Result<Written, WriteError> {
    // What else lies beside the sources is none of the emitter's business.
    crate::files::write(dir, files.iter(), Ours { mark: format::MARK, below: "src" }, check)
}

/// The name of the crate for a version: `docker-engine-v1-51`.
pub fn package_name(version: ApiVersion) -> String {
    ["docker-engine-v", &version.major.to_string(), "-", &version.minor.to_string()].concat()
}
