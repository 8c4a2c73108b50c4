//! Files that were made, of a crate or a site → the disk, all or nothing.
//!
//! New text is first written to temporary files beside the old ones; only when all of it is on the disk are they
//! renamed into place, and if a rename fails those before it are taken back. Files whose text did not change are not
//! touched. Files that carry the mark of what is written and are no longer made are removed; files of other people are
//! neither overwritten nor removed, and no symbolic link below the folder is followed.

use std::collections::HashSet;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Component, Path, PathBuf};

use tempfile::NamedTempFile;

/// Which files of a folder are ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ours {
    /// The first line of each of them holds this.
    pub mark: &'static str,
    /// Those that are no longer made are looked for here: a folder in the folder, or nothing for all of it.
    pub below: &'static str,
}

/// What was written, or with `check` what would be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Files that were not there.
    pub added: Vec<PathBuf>,
    /// Files whose text differs.
    pub changed: Vec<PathBuf>,
    /// Files of ours that are no longer made.
    pub removed: Vec<PathBuf>,
    /// How many files are as they were.
    pub unchanged: usize,
}

impl Written {
    /// Whether the disk holds exactly these files.
    pub fn is_up_to_date(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty() && self.removed.is_empty()
    }
}

/// Why nothing was written. The old files are as they were.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The file system refused.
    #[error("cannot {action} {path}")]
    Io {
        /// What was tried: `read`, `write`.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A symbolic link stands where a file or folder of ours belongs.
    #[error("{0} is a symbolic link: generated files are not written through links; remove it first")]
    Link(PathBuf),
    /// Something that was not generated stands where a file of ours belongs.
    #[error("{0} was not generated and is not overwritten: move it away or choose another folder")]
    Foreign(PathBuf),
    /// A relative path that would lead out of the folder. None is made.
    #[error("{0:?} is not a path inside the folder")]
    Outside(String),
}

/// Writes files, relative path and text, into `dir`. With `check` nothing is written and the answer tells what differs.
pub fn write<'f>(
    dir: &Path,
    files: impl Iterator<Item = (&'f str, &'f String)>,
    ours: Ours,
    check: bool,
) -> Result<Written, WriteError> {
    let mut written = Written::default();
    let mut changes = Vec::new();
    let mut kept = HashSet::new();
    for (relative, text) in files {
        let path = dir.join(inside(relative)?);
        kept.insert(path.clone());
        match existing(dir, &path)? {
            Some(old) if old == text.as_bytes() => written.unchanged += 1,
            Some(old) if !is_marked(&old, ours.mark) => return Err(WriteError::Foreign(path)),
            Some(_) => {
                written.changed.push(path.clone());
                changes.push((path, Some(text)));
            }
            None => {
                written.added.push(path.clone());
                changes.push((path, Some(text)));
            }
        }
    }
    for path in stale(dir, &kept, ours)? {
        written.removed.push(path.clone());
        changes.push((path, None));
    }
    if !check {
        Transaction::prepare(&changes)?.commit()?;
        remove_empty_folders(dir, &written.removed);
    }
    Ok(written)
}

/// Whether there is a file of ours at a path.
pub fn is_ours(path: &Path, ours: Ours) -> bool {
    fs::read(path).is_ok_and(|bytes| is_marked(&bytes, ours.mark))
}

/// A path of plain names.
fn inside(relative: &str) -> Result<&Path, WriteError> {
    let path = Path::new(relative);
    let plain = !relative.is_empty()
        && !relative.contains(['\\', ':', '\0'])
        && path.components().all(|component| matches!(component, Component::Normal(_)));
    plain.then_some(path).ok_or_else(|| WriteError::Outside(relative.to_owned()))
}

/// The bytes of a file, `None` where nothing stands.
fn existing(dir: &Path, path: &Path) -> Result<Option<Vec<u8>>, WriteError> {
    let below = path.strip_prefix(dir).unwrap_or(path);
    let mut step = dir.to_owned();
    for component in below.components() {
        step.push(component);
        match fs::symlink_metadata(&step) {
            Ok(found) if found.is_symlink() => return Err(WriteError::Link(step)),
            Ok(found) if step == path && !found.is_file() => return Err(WriteError::Foreign(step)),
            Ok(found) if step != path && !found.is_dir() => return Err(WriteError::Foreign(step)),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed("read", &step, error)),
        }
    }
    fs::read(path).map(Some).map_err(|error| failed("read", path, error))
}

/// Whether the first line says that the file was generated.
fn is_marked(bytes: &[u8], mark: &str) -> bool {
    let line = bytes.split(|&byte| byte == b'\n').next().unwrap_or_default();
    line.windows(mark.len()).any(|window| window == mark.as_bytes())
}

/// Marked files that are not `kept`, in order.
fn stale(dir: &Path, kept: &HashSet<PathBuf>, ours: Ours) -> Result<Vec<PathBuf>, WriteError> {
    let mut out = Vec::new();
    let mut open = vec![if ours.below.is_empty() { dir.to_owned() } else { dir.join(ours.below) }];
    while let Some(folder) = open.pop() {
        match fs::symlink_metadata(&folder) {
            Ok(found) if found.is_dir() => {}
            Ok(_) => continue,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(failed("read", &folder, error)),
        }
        for entry in fs::read_dir(&folder).map_err(|error| failed("read", &folder, error))? {
            let entry = entry.map_err(|error| failed("read", &folder, error))?;
            let (path, kind) = (entry.path(), entry.file_type());
            let kind = kind.map_err(|error| failed("read", &path, error))?;
            if kind.is_dir() {
                open.push(path);
            } else if kind.is_file() && !kept.contains(&path) {
                let bytes = fs::read(&path).map_err(|error| failed("read", &path, error))?;
                if is_marked(&bytes, ours.mark) {
                    out.push(path);
                }
            }
        }
    }
    out.sort();
    Ok(out)
}

/// Everything that a change of files needs, on the disk before the first file changes.
struct Transaction {
    steps: Vec<Step>,
    /// Folders that were made, outermost first.
    folders: Vec<PathBuf>,
}

struct Step {
    path: PathBuf,
    /// The new text; `None` to remove the file.
    new: Option<NamedTempFile>,
    /// A copy of the old text.
    old: Option<NamedTempFile>,
}

impl Transaction {
    fn prepare(changes: &[(PathBuf, Option<&String>)]) -> Result<Self, WriteError> {
        let mut transaction = Self { steps: Vec::new(), folders: Vec::new() };
        for (path, text) in changes {
            if let Err(error) = transaction.prepare_step(path, *text) {
                transaction.undo(0);
                return Err(error);
            }
        }
        Ok(transaction)
    }

    fn prepare_step(&mut self, path: &Path, text: Option<&String>) -> Result<(), WriteError> {
        let folder = path.parent().unwrap_or(path);
        self.make_folder(folder)?;
        let write = |bytes: &[u8]| {
            let mut file = tempfile::Builder::new().prefix(".generate-").tempfile_in(folder)?;
            file.write_all(bytes)?;
            Ok(file)
        };
        let old = match fs::read(path) {
            Ok(bytes) => Some(write(&bytes).map_err(|error| failed("write", path, error))?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(failed("read", path, error)),
        };
        let new = text
            .map(|text| write(text.as_bytes()))
            .transpose()
            .map_err(|error| failed("write", path, error))?;
        for file in [&new, &old].into_iter().flatten() {
            readable_by_all(file.as_file()).map_err(|error| failed("write", path, error))?;
        }
        self.steps.push(Step { path: path.to_owned(), new, old });
        Ok(())
    }

    fn make_folder(&mut self, folder: &Path) -> Result<(), WriteError> {
        let missing: Vec<&Path> = folder.ancestors().take_while(|folder| !folder.exists()).collect();
        for folder in missing.into_iter().rev().filter(|folder| !folder.as_os_str().is_empty()) {
            match fs::create_dir(folder) {
                Ok(()) => self.folders.push(folder.to_owned()),
                // The crate of another version was faster with the folder around both.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => {}
                Err(error) => return Err(failed("create", folder, error)),
            }
        }
        Ok(())
    }

    fn commit(mut self) -> Result<(), WriteError> {
        for at in 0..self.steps.len() {
            let step = &mut self.steps[at];
            let done = match step.new.take() {
                Some(new) => new.persist(&step.path).map(drop).map_err(|error| error.error),
                None => fs::remove_file(&step.path),
            };
            if let Err(error) = done {
                let error = failed("write", &step.path, error);
                self.undo(at);
                return Err(error);
            }
        }
        Ok(())
    }

    /// Takes back the first `done` steps and the folders.
    fn undo(&mut self, done: usize) {
        // Temporary files go first, so that the folders are empty.
        let steps = std::mem::take(&mut self.steps);
        for (at, step) in steps.into_iter().enumerate() {
            drop(step.new);
            match step.old {
                // Nothing better can be done when putting back fails too; the first error is the one to tell.
                Some(old) if at < done => drop(old.persist(&step.path)),
                None if at < done => drop(fs::remove_file(&step.path)),
                _ => {}
            }
        }
        for folder in self.folders.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

/// Temporary files are private to their owner; sources are not.
#[cfg(unix)]
fn readable_by_all(file: &fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable_by_all(_: &fs::File) -> io::Result<()> {
    Ok(())
}

/// Folders that the removal left empty; one that is not empty stays.
fn remove_empty_folders(dir: &Path, removed: &[PathBuf]) {
    for path in removed {
        for folder in path.ancestors().skip(1).take_while(|folder| *folder != dir) {
            if fs::remove_dir(folder).is_err() {
                break;
            }
        }
    }
}

fn failed(action: &'static str, path: &Path, source: io::Error) -> WriteError {
    WriteError::Io { action, path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    const MARK: &str = "made by a test";
    const OURS: Ours = Ours { mark: MARK, below: "src" };

    fn files(texts: &[(&str, &str)]) -> BTreeMap<String, String> {
        texts.iter().map(|(path, text)| ((*path).to_owned(), format!("// {MARK}\n{text}"))).collect()
    }

    fn write(dir: &Path, files: &BTreeMap<String, String>, check: bool) -> Result<Written, WriteError> {
        super::write(dir, files.iter().map(|(path, text)| (path.as_str(), text)), OURS, check)
    }

    fn listing(dir: &Path) -> Vec<(String, String)> {
        let mut out = Vec::new();
        let mut open = vec![dir.to_owned()];
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    open.push(path);
                } else {
                    let name = path.strip_prefix(dir).unwrap().to_str().unwrap().to_owned();
                    out.push((name, fs::read_to_string(&path).unwrap()));
                }
            }
        }
        out.sort();
        out
    }

    #[test]
    fn adds_changes_removes_and_leaves_the_rest() {
        let dir = tempfile::tempdir().unwrap();
        let first = files(&[("src/lib.rs", "a"), ("src/models/a.rs", "a"), ("src/old/b.rs", "b")]);
        assert_eq!(write(dir.path(), &first, false).unwrap().added.len(), 3);
        fs::write(dir.path().join("src/models/own.rs"), "// mine\n").unwrap();
        let untouched = fs::metadata(dir.path().join("src/models/a.rs")).unwrap().modified().unwrap();

        let second = files(&[("src/lib.rs", "b"), ("src/models/a.rs", "a")]);
        let checked = write(dir.path(), &second, true).unwrap();
        assert!(!checked.is_up_to_date());
        let written = write(dir.path(), &second, false).unwrap();
        assert_eq!(checked, written);
        assert_eq!(written.changed, [dir.path().join("src/lib.rs")]);
        assert_eq!(written.removed, [dir.path().join("src/old/b.rs")]);
        assert_eq!(written.unchanged, 1);
        assert_eq!(fs::metadata(dir.path().join("src/models/a.rs")).unwrap().modified().unwrap(), untouched);
        assert!(!dir.path().join("src/old").exists());
        assert!(dir.path().join("src/models/own.rs").exists());
        assert!(write(dir.path(), &second, true).unwrap().is_up_to_date());
    }

    #[test]
    fn leaves_foreign_files_alone() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("Cargo.toml"), "[package]\n").unwrap();
        let error = write(dir.path(), &files(&[("Cargo.toml", ""), ("src/lib.rs", "")]), false).unwrap_err();
        assert!(matches!(error, WriteError::Foreign(_)), "{error}");
        assert_eq!(listing(dir.path()), [("Cargo.toml".to_owned(), "[package]\n".to_owned())]);
    }

    #[test]
    fn refuses_paths_that_lead_outside() {
        let dir = tempfile::tempdir().unwrap();
        for path in ["../x.rs", "/x.rs", "src/../../x.rs", "", "c:x.rs", "src\\x.rs", "."] {
            let error = write(dir.path(), &files(&[(path, "")]), false).unwrap_err();
            assert!(matches!(error, WriteError::Outside(_)), "{path}: {error}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn follows_no_link() {
        let (dir, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let victim = outside.path().join("lib.rs");
        fs::write(&victim, format!("// {MARK}\n")).unwrap();
        std::os::unix::fs::symlink(outside.path(), dir.path().join("src")).unwrap();
        let error = write(dir.path(), &files(&[("src/lib.rs", "x")]), false).unwrap_err();
        assert!(matches!(error, WriteError::Link(_)), "{error}");
        // Nor to remove what the crate no longer has.
        assert!(write(dir.path(), &files(&[("README.md", "x")]), false).unwrap().removed.is_empty());
        assert!(victim.exists());
    }

    #[cfg(unix)]
    #[test]
    fn crates_are_written_side_by_side_into_a_new_folder() {
        for _ in 0..20 {
            let dir = tempfile::tempdir().unwrap();
            std::thread::scope(|scope| {
                for version in 0..8 {
                    let folder = dir.path().join("clients").join(version.to_string());
                    scope.spawn(move || write(&folder, &files(&[("src/a.rs", "new")]), false).unwrap());
                }
            });
        }
    }

    #[test]
    fn takes_everything_back_when_a_step_fails() {
        let dir = tempfile::tempdir().unwrap();
        let first = files(&[("src/a.rs", "old"), ("src/b.rs", "old")]);
        write(dir.path(), &first, false).unwrap();
        let before = listing(dir.path());
        let changes: Vec<_> =
            ["src/a.rs", "src/new/c.rs", "src/b.rs"].map(|path| dir.path().join(path)).into();
        let text = "new".to_owned();
        let changes: Vec<_> = changes.into_iter().map(|path| (path, Some(&text))).collect();
        let transaction = Transaction::prepare(&changes).unwrap();
        // The last step cannot succeed: a folder has taken the place of the file.
        fs::remove_file(dir.path().join("src/b.rs")).unwrap();
        fs::create_dir_all(dir.path().join("src/b.rs/x")).unwrap();
        assert!(transaction.commit().is_err());
        fs::remove_dir_all(dir.path().join("src/b.rs")).unwrap();
        assert_eq!(listing(dir.path()), before[..1]);
        assert!(!dir.path().join("src/new").exists());
    }
}
