//! What the caller decides about a crate.

use std::path::PathBuf;

/// How the emitted crate stands to its surroundings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Where the crate is to live.
    pub home: Home,
}

/// Where the crate is to live.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Home {
    /// In this workspace, in `generated-client/vX.Y`: version, licence and lints come from the workspace.
    Workspace,
    /// Anywhere else: the manifest says everything itself.
    Standalone {
        /// Where the runtime comes from.
        runtime: Dependency,
    },
}

/// Where a dependency comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dependency {
    /// A folder.
    Path(PathBuf),
    /// A git repository, and the commit where one is asked for.
    Git {
        /// The address of the repository.
        url: String,
        /// The commit.
        rev: Option<String>,
    },
}
