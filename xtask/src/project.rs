//! Where the files of a project stand: `spec/` is read, `generated-client/` is written.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// A folder with `spec/` in it.
pub(crate) struct Project {
    root: PathBuf,
}

impl Project {
    /// The given folder, which need not have any files yet, or the nearest one around the current folder that has `spec/overlay.yaml`.
    pub(crate) fn find(root: Option<PathBuf>) -> Result<Self> {
        let marks = |folder: &Path| folder.join("spec").join("overlay.yaml").is_file();
        if let Some(root) = root {
            return Ok(Self { root });
        }
        let current = std::env::current_dir().context("the current folder cannot be read")?;
        current
            .ancestors()
            .find(|folder| marks(folder))
            // Paths are printed: short ones where the current folder is the project's.
            .map(|folder| if folder == current { PathBuf::new() } else { folder.to_owned() })
            .map(|root| Self { root })
            .with_context(|| {
                format!("no spec/overlay.yaml in {} or above it; --root names the folder", current.display())
            })
    }

    /// The documents, the overlay and the words.
    pub(crate) fn spec(&self) -> PathBuf {
        self.root.join("spec")
    }

    /// The generated crates and the runtime.
    pub(crate) fn clients(&self) -> PathBuf {
        self.root.join("generated-client")
    }
}
