//! The folder `spec/`: one file of facts for each API version, and `sources.toml`, which says where each
//! came from.
//!
//! Files are written whole or not at all, and a file whose bytes would not change is not touched.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::import::{HEADER, Imported, read_upstream};
use super::node::Node;
use super::reader::read;
use crate::api::ApiVersion;
use crate::source::{Diagnostic, Errors, Source};

/// The folder of the facts.
#[derive(Clone, Debug)]
pub struct Store {
    folder: PathBuf,
    /// The documents are published ones: what they get wrong is repaired when they are read.
    published: bool,
}

/// Whether a file had to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// There was no such file.
    New,
    /// Its content was another one.
    Changed,
    /// It has this content already.
    Unchanged,
}

impl Store {
    /// The store in a folder, which need not exist yet.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Store { folder: folder.into(), published: false }
    }

    /// A folder of published documents, each read as [`import()`](super::import()) would.
    pub fn published(folder: impl Into<PathBuf>) -> Self {
        Store { folder: folder.into(), published: true }
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The file of a version.
    pub fn path(&self, version: ApiVersion) -> PathBuf {
        self.folder.join(format!("v{version}.yaml"))
    }

    /// The versions that are there, the oldest first.
    pub fn versions(&self) -> Result<Vec<ApiVersion>, Diagnostic> {
        versions_in(&self.folder)
    }

    /// Reads one version.
    pub fn read(&self, version: ApiVersion) -> Result<Node, Diagnostic> {
        let source = Source::read(&self.path(version))?;
        if !self.published {
            return read(&source);
        }
        let repaired = read_upstream(&source).map(|(document, _)| document);
        repaired.map_err(|Errors(mut errors)| errors.swap_remove(0))
    }

    /// Reads all versions, the oldest first, on as many threads as rayon has.
    pub fn read_all(&self) -> Result<Vec<(ApiVersion, Node)>, Errors> {
        let read: Vec<_> = self
            .versions()?
            .into_par_iter()
            .map(|version| self.read(version).map(|node| (version, node)))
            .collect();
        let (mut nodes, mut errors) = (Vec::with_capacity(read.len()), Vec::new());
        for result in read {
            match result {
                Ok(node) => nodes.push(node),
                Err(error) => errors.push(error),
            }
        }
        Errors::unless_empty(errors, nodes)
    }

    /// Writes the facts of one version.
    pub fn write(&self, imported: &Imported) -> Result<Written, Diagnostic> {
        write_file(&self.path(imported.version), imported.to_yaml().as_bytes())
    }

    /// Where the documents came from; empty if nothing is written down.
    pub fn sources(&self) -> Result<Sources, Diagnostic> {
        let path = self.folder.join("sources.toml");
        if !path.exists() {
            return Ok(Sources::default());
        }
        let source = Source::read(&path)?;
        toml::from_str(&source.text).map_err(|error| {
            let place =
                error.span().map_or_else(|| source.place(0, 0), |span| source.place(span.start, span.end));
            Diagnostic::error(place, error.message().trim().to_owned())
        })
    }

    /// Writes down where the documents came from.
    pub fn write_sources(&self, sources: &Sources) -> Result<Written, Diagnostic> {
        write_file(&self.folder.join("sources.toml"), sources.to_toml().as_bytes())
    }
}

/// The files `vX.Y.yaml` of a folder, the oldest version first.
pub fn versions_in(folder: &Path) -> Result<Vec<ApiVersion>, Diagnostic> {
    let failed =
        |error: io::Error| Diagnostic::unplaced(format!("cannot list {}: {error}", folder.display()));
    let mut versions = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        let version =
            name.to_str().and_then(|name| name.strip_suffix(".yaml")?.strip_prefix('v')?.parse().ok());
        // Only the canonical name: `v1.051.yaml` is not the file of 1.51.
        versions.extend(
            version.filter(|version: &ApiVersion| name.to_str() == Some(&format!("v{version}.yaml"))),
        );
    }
    versions.sort_unstable();
    Ok(versions)
}

/// Where the documents came from: `sources.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sources {
    /// The repository of the published documents.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub repository: String,
    /// By version, written `1.51`.
    #[serde(default)]
    pub versions: BTreeMap<String, Origin>,
}

/// Where one document came from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    /// The document's path in the repository.
    pub path: String,
    /// The commit that it was taken from, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// SHA-256 of the document as published.
    pub sha256: String,
    /// The first Engine release that speaks this version, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engine: Option<String>,
}

impl Sources {
    /// Where the document of a version came from.
    pub fn get(&self, version: ApiVersion) -> Option<&Origin> {
        self.versions.get(&version.to_string())
    }

    /// Notes that a document was imported. What import wrote itself is no source, so importing that again
    /// changes nothing. A document whose bytes are new is of another commit, so the old one is forgotten.
    pub fn note(&mut self, version: ApiVersion, source: &Source, commit: Option<&str>) {
        if source.text.starts_with(HEADER) {
            return;
        }
        if self.repository.is_empty() {
            self.repository = "https://github.com/moby/moby".to_owned();
        }
        let sha256 = sha256(source.text.as_bytes());
        let origin = self.versions.entry(version.to_string()).or_default();
        if origin.sha256 != sha256 {
            origin.commit = None;
        }
        if let Some(commit) = commit {
            origin.commit = Some(commit.to_owned());
        }
        origin.path = format!("api/docs/v{version}.yaml");
        origin.sha256 = sha256;
    }

    /// The text of the file: the oldest version first.
    fn to_toml(&self) -> String {
        let mut versions: Vec<(&String, &Origin)> = self.versions.iter().collect();
        versions.sort_by_key(|(version, _)| version.parse::<ApiVersion>().ok());
        let quote = |text: &str| toml::Value::String(text.to_owned()).to_string();
        let mut text = String::from(
            "# Where the documents in this folder came from. `cargo xtask spec import` writes path and checksum;\n\
             # commit and engine (the first Engine release that speaks the version) are kept as they are written\n\
             # here.\n\n",
        );
        text.push_str(&format!("repository = {}\n", quote(&self.repository)));
        for (version, origin) in versions {
            text.push_str(&format!("\n[versions.{}]\n", quote(version)));
            let facts = [
                ("path", Some(&origin.path)),
                ("commit", origin.commit.as_ref()),
                ("sha256", Some(&origin.sha256)),
                ("engine", origin.engine.as_ref()),
            ];
            for (key, value) in facts {
                if let Some(value) = value {
                    text.push_str(&format!("{key} = {}\n", quote(value)));
                }
            }
        }
        text
    }
}

/// SHA-256 as lower-case hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Writes a file whole or not at all; does not touch it if it has these bytes already.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<Written, Diagnostic> {
    let failed = |error: io::Error| Diagnostic::unplaced(format!("cannot write {}: {error}", path.display()));
    let written = match fs::read(path) {
        Ok(old) if old == bytes => return Ok(Written::Unchanged),
        Ok(_) => Written::Changed,
        Err(_) => Written::New,
    };
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(failed)?;
    // Beside the file, so that the rename stays on one file system.
    let mut file = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        file.permissions(fs::Permissions::from_mode(0o644));
    }
    let mut file = file.tempfile_in(folder).map_err(failed)?;
    file.write_all(bytes).map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(written)
}

/// A source of the store by its version; the same as [`Store::read`] before it is read as YAML.
pub fn open(store: &Store, version: ApiVersion) -> Result<Arc<Source>, Diagnostic> {
    Source::read(&store.path(version))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::swagger::import;

    fn version(text: &str) -> ApiVersion {
        text.parse().expect("a version")
    }

    #[test]
    fn versions_are_in_order_and_other_files_are_not_versions() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in
            ["v1.9.yaml", "v1.51.yaml", "v1.10.yaml", "overlay.yaml", "v1.051.yaml", "v1.5.yml", "vx.yaml"]
        {
            fs::write(folder.path().join(name), "a: 1\n").expect("written");
        }
        let store = Store::new(folder.path());
        let names: Vec<String> = store.versions().expect("listed").iter().map(ToString::to_string).collect();
        assert_eq!(names, ["1.9", "1.10", "1.51"]);
        assert_eq!(store.read_all().expect("read").len(), 3);
        assert!(Store::new(folder.path().join("no")).versions().is_err());
    }

    #[test]
    fn what_is_written_reads_back_and_is_not_written_twice() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::new(folder.path().join("new"));
        let text = "swagger: '2.0'\ninfo: {version: '1.99'}\nbasePath: /v1.99\npaths: {}\n";
        let source = Source::new("a.yaml", text);
        let imported = import(&source).expect("imported");
        assert_eq!(store.write(&imported), Ok(Written::New));
        assert_eq!(store.write(&imported), Ok(Written::Unchanged));
        let mut sources = store.sources().expect("none yet");
        sources.note(imported.version, &source, Some("abc"));
        assert_eq!(store.write_sources(&sources), Ok(Written::New));
        assert_eq!(store.sources(), Ok(sources.clone()));
        // The store's own file is not a source.
        let stored = open(&store, version("1.99")).expect("there");
        let before = sources.clone();
        sources.note(imported.version, &stored, None);
        assert_eq!(sources, before);
        // Other bytes are of another commit.
        sources.note(imported.version, &Source::new("b", "x"), None);
        assert_eq!(sources.get(version("1.99")).map(|origin| origin.commit.clone()), Some(None));
        fs::write(folder.path().join("new/v1.99.yaml"), "x").expect("written");
        assert_eq!(store.write(&imported), Ok(Written::Changed));
    }

    #[test]
    fn a_mistake_in_the_sources_has_a_place() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("sources.toml"), "repository = \"x\"\nwrong = 1\n").expect("written");
        let error = Store::new(folder.path()).sources().expect_err("an unknown key").to_string();
        assert!(error.contains("sources.toml:2:1"), "{error}");
    }
}
