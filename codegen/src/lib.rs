//! Turns the Docker Engine's published Swagger 2.0 documents into Rust client crates.
//!
//! A document goes one way through the stages, each a function from one value to the next:
//!
//! ```text
//! source      text of a file                      → Source
//! swagger     Source                              → Node (YAML with places) → Document (Swagger 2.0)
//! overlay     Node + actions                      → Node (what the daemon does, added)
//! openapi     Document                            → openapiv3::OpenAPI
//! api         OpenAPI (+ all other versions)      → Api: names, types, history
//! rust        Api                                 → tokens → formatted files of one crate
//! diff        two Apis                            → changes
//! history     all Apis                            → the life of a thing
//! atlas       lives of all things, diffs of all pairs → pages of a site
//! drift       Document + answers of an Engine     → in what they depart from it
//! ```
//!
//! Only `files`, which writes crates and sites, and the importer touch the disk.

use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use crate::api::{Api, DocsFile};
use crate::openapi::Lowered;
use crate::overlay::Overlay;
use crate::source::{Diagnostic, Errors, Source};
use crate::swagger::{Document, Node, Store};

pub mod api;
pub mod atlas;
pub mod diff;
pub mod drift;
pub mod files;
pub mod history;
pub mod openapi;
pub mod overlay;
pub mod rust;
pub mod source;
pub mod swagger;

/// A spec folder: one document for each version, and what all versions share.
#[derive(Debug)]
pub struct Spec {
    /// The documents, `vX.Y.yaml`.
    pub store: Store,
    /// What the daemon does and the documents do not say, `overlay.yaml`.
    pub overlay: Overlay,
    /// Documentation in our own words, `docs.yaml`.
    pub docs: DocsFile,
}

impl Spec {
    /// Opens the folder and reads what all versions share.
    pub fn open(folder: &Path) -> Result<Self, Errors> {
        let [overlay, docs] = ["overlay.yaml", "docs.yaml"].map(|name| Source::read(&folder.join(name)));
        Self::of(Store::new(folder), &overlay?, &docs?)
    }

    /// Documents with an overlay and words from elsewhere.
    pub fn of(store: Store, overlay: &Arc<Source>, docs: &Arc<Source>) -> Result<Self, Errors> {
        let (overlay, docs) = rayon::join(|| Overlay::read(overlay), || DocsFile::parse(docs));
        Ok(Self { store, overlay: overlay?, docs: docs? })
    }

    /// All versions, oldest first, each knowing since when it has what it has.
    pub fn apis(&self) -> Result<Vec<Api>, Errors> {
        let versions = self.store.versions()?;
        let mut apis = versions
            .par_iter()
            .map(|version| self.api(self.store.read(*version)?))
            .collect::<Result<Vec<_>, Errors>>()?;
        api::history::relate(&mut apis);
        Ok(apis)
    }

    /// A published document that need not be in the folder, with the repairs that it took. It is documented in its
    /// own words. Its history is that of the stored versions and itself.
    pub fn published(&self, source: &Arc<Source>) -> Result<(Api, Vec<Diagnostic>), Errors> {
        let (document, repairs) = swagger::read_upstream(source)?;
        let api = api::build(&self.lower(document)?, &DocsFile::default())?;
        let version = api.version;
        let mut apis = self.apis()?;
        apis.retain(|stored| stored.version != version);
        let at = apis.partition_point(|stored| stored.version < version);
        apis.insert(at, api);
        api::history::relate(&mut apis);
        Ok((apis.swap_remove(at), repairs))
    }

    /// One document → its model, without history.
    pub fn api(&self, document: Node) -> Result<Api, Errors> {
        Ok(api::build(&self.lower(document)?, &self.docs)?)
    }

    /// One document → OpenAPI 3.0.
    pub fn lower(&self, document: Node) -> Result<Lowered, Errors> {
        let version = swagger::version(&document)?;
        lower_overlaid(self.overlay.apply(document, version)?)
    }

    /// One document that has the overlay already → its model, without history.
    pub fn api_of_overlaid(&self, document: impl Into<Arc<Node>>) -> Result<Api, Errors> {
        Ok(api::build(&lower_overlaid(document)?, &self.docs)?)
    }
}

fn lower_overlaid(document: impl Into<Arc<Node>>) -> Result<Lowered, Errors> {
    let document = Document::read(document)?;
    overlay::check_declared(&document)?;
    Ok(openapi::lower(&document))
}
