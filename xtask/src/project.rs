//! Where the files of a project stand: `spec/` is read, `generated-client/` is written.
//!
//! A plain folder of documents `vX.Y.yaml` is a project too: what it lacks (the overlay, our words) is built in.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result};
use docker_engine_codegen::Spec;
use docker_engine_codegen::api::{ApiVersion, DocsFile};
use docker_engine_codegen::overlay::Overlay;
use docker_engine_codegen::source::Source;
use docker_engine_codegen::swagger::store::{Store, versions_in};

use crate::usage::{Usage, unknown_version};

/// The overlay and the words, with their text when the program was built: for folders that have none of their own.
const OVERLAY: (&str, &str) = ("overlay.yaml", include_str!("../../spec/overlay.yaml"));
const DOCS: (&str, &str) = ("docs.yaml", include_str!("../../spec/docs.yaml"));

fn built_in((name, text): (&str, &str)) -> Arc<Source> {
    Source::new(format!("built-in {name}"), text)
}

/// A folder with documents in it.
pub(crate) struct Project {
    spec: PathBuf,
    clients: PathBuf,
    /// The documents are as they were published, or facts: both can be imported again.
    published: bool,
}

impl Project {
    /// The given folder, which need not have any files yet, or the nearest one around the current folder that has
    /// `spec/overlay.yaml`, or the current folder itself if documents lie in it.
    pub(crate) fn find(root: Option<&Path>) -> Result<Self> {
        if let Some(root) = root {
            return Ok(if is_documents(root) { Self::plain(root) } else { Self::with_spec(root) });
        }
        let marks = |folder: &Path| folder.join("spec").join("overlay.yaml").is_file();
        let current = std::env::current_dir().context("the current folder cannot be read")?;
        if let Some(root) = current.ancestors().find(|folder| marks(folder)) {
            // Paths are printed: short ones where the current folder is the project's.
            return Ok(Self::with_spec(if root == current { Path::new("") } else { root }));
        }
        if is_documents(&current) {
            return Ok(Self::plain(Path::new("")));
        }
        let message = format!(
            "no spec/overlay.yaml in {} or above it, and no documents vX.Y.yaml in it",
            current.display()
        );
        Err(Usage::new(message).tip("--root names the folder").into())
    }

    /// The same for what is written to `spec/`: a folder of published documents gets one, and stays as it is.
    pub(crate) fn to_write(root: Option<&Path>) -> Result<Self> {
        match root {
            Some(root) => Ok(Self::with_spec(root)),
            None => Self::find(None).map(|project| match project.published {
                true => Self::with_spec(Path::new("")),
                false => project,
            }),
        }
    }

    /// The folder that a document lies in.
    pub(crate) fn beside(document: &Path) -> Self {
        Self::plain(document.parent().unwrap_or(Path::new("")))
    }

    fn with_spec(root: &Path) -> Self {
        Self { spec: root.join("spec"), clients: root.join("generated-client"), published: false }
    }

    fn plain(root: &Path) -> Self {
        let spec = if root.as_os_str().is_empty() { Path::new(".") } else { root };
        Self { spec: spec.to_owned(), clients: root.join("generated-client"), published: true }
    }

    /// The documents.
    pub(crate) fn store(&self) -> Store {
        if self.published { Store::published(&self.spec) } else { Store::new(&self.spec) }
    }

    /// The documents, the overlay and the words.
    pub(crate) fn spec(&self) -> Result<Spec> {
        Ok(Spec::of(self.store(), &self.file(OVERLAY)?, &self.file(DOCS)?)?)
    }

    /// The documents and the overlay, without the words: what comparing takes.
    pub(crate) fn facts(&self) -> Result<Spec> {
        let overlay = Overlay::read(&self.file(OVERLAY)?)?;
        Ok(Spec { store: self.store(), overlay, docs: DocsFile::default() })
    }

    /// The overlay that is built in, and no documents.
    pub(crate) fn built_in_facts() -> Result<Spec> {
        let overlay = Overlay::read(&built_in(OVERLAY))?;
        Ok(Spec { store: Store::new("spec"), overlay, docs: DocsFile::default() })
    }

    fn file(&self, file: (&str, &str)) -> Result<Arc<Source>> {
        let path = self.spec.join(file.0);
        Ok(if path.exists() { Source::read(&path)? } else { built_in(file) })
    }

    /// The versions that there are documents of, the oldest first.
    pub(crate) fn versions(&self) -> Result<Vec<ApiVersion>> {
        Ok(self.store().versions()?)
    }

    /// Whether there is a document of a version; an error that says which there are, if not.
    pub(crate) fn check_version(&self, version: ApiVersion) -> Result<()> {
        let known = self.versions()?;
        match known.contains(&version) {
            true => Ok(()),
            false => Err(unknown_version(version, &known, &self.spec).into()),
        }
    }

    /// The generated crates and the runtime.
    pub(crate) fn clients(&self) -> &Path {
        &self.clients
    }
}

/// Whether documents lie in a folder itself.
fn is_documents(folder: &Path) -> bool {
    !folder.join("spec").is_dir() && versions_in(folder).is_ok_and(|versions| !versions.is_empty())
}
