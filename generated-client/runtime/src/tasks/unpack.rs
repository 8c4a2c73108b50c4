//! An archive into a directory, entry by entry. The archive comes from a container, and so from anybody: an entry that is
//! not a file, a directory or a link, or that would be written outside of the directory, is an error that names it.

use std::error::Error as StdError;
use std::fmt;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use tar::{Archive, Entry, EntryType};

/// What could not be written, and why.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) path: PathBuf,
    pub(super) error: io::Error,
}

/// Why an entry is not written.
#[derive(Debug)]
struct Refusal(&'static str);

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl StdError for Refusal {}

/// Writes the entries into a directory that is there.
pub(super) fn unpack(archive: impl Read, target: &Path) -> Result<(), Failure> {
    let at_target = |error| Failure { path: target.to_owned(), error };
    // As `Archive::unpack` does: links within are resolved against it.
    let target = &target.canonicalize().map_err(at_target)?;
    let mut archive = Archive::new(archive);
    // Their permissions may forbid to write into them: they come last, the innermost first.
    let mut directories = Vec::new();
    for entry in archive.entries().map_err(at_target)? {
        let entry = entry.map_err(at_target)?;
        let path = entry.path().map(|path| path.into_owned()).map_err(at_target)?;
        let place = target.join(path.strip_prefix("/").unwrap_or(&path));
        match check(&path, entry.header().entry_type()) {
            Ok(Kind::Directory) => directories.push((place, entry)),
            Ok(Kind::Other) => write(entry, place, target)?,
            Ok(Kind::Nothing) => {}
            Err(why) => {
                let error = io::Error::new(io::ErrorKind::InvalidData, Refusal(why));
                return Err(Failure { path: place, error });
            }
        }
    }
    directories.sort_by(|(one, _), (other, _)| other.cmp(one));
    directories.into_iter().try_for_each(|(place, entry)| write(entry, place, target))
}

/// What is done with an entry.
enum Kind {
    Directory,
    Other,
    /// It only says something of other entries.
    Nothing,
}

fn check(path: &Path, kind: EntryType) -> Result<Kind, &'static str> {
    let inside = |part: Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
    if !path.components().all(inside) {
        return Err("the archive would write it outside of the directory");
    }
    match kind {
        EntryType::Directory => Ok(Kind::Directory),
        EntryType::Regular
        | EntryType::Continuous
        | EntryType::GNUSparse
        | EntryType::Link
        | EntryType::Symlink => Ok(Kind::Other),
        EntryType::XGlobalHeader => Ok(Kind::Nothing),
        EntryType::Char | EntryType::Block => Err("it is a device, which cannot be copied"),
        EntryType::Fifo => Err("it is a named pipe, which cannot be copied"),
        _ => Err("the archive does not say what it is"),
    }
}

fn write(mut entry: Entry<'_, impl Read>, place: PathBuf, target: &Path) -> Result<(), Failure> {
    match entry.unpack_in(target) {
        Ok(true) => Ok(()),
        // Not reached: such a path was refused before.
        Ok(false) => Err(Failure { path: place, error: io::ErrorKind::InvalidInput.into() }),
        Err(error) => Err(Failure { path: place, error: root(error) }),
    }
}

/// What the system said, without the paths that were put around it.
fn root(error: io::Error) -> io::Error {
    let mut cause: Option<&(dyn StdError + 'static)> = Some(&error);
    while let Some(inner) = cause {
        if let Some(code) = inner.downcast_ref::<io::Error>().and_then(io::Error::raw_os_error) {
            return io::Error::from_raw_os_error(code);
        }
        cause = inner.source();
    }
    error
}
