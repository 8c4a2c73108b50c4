//! `cargo xtask atlas`: all versions → a static site.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context as _, Result};
use clap::ValueHint;
use docker_engine_codegen::atlas;
use docker_engine_codegen::files;

use crate::console::{self, Progress};
use crate::help;
use crate::project::Project;
use crate::usage::Usage;

/// Write a site of all versions: every operation and type, and what changed between any two.
///
/// Its pages need no network and no server: open index.html, or put the folder on a server.
#[derive(Debug, clap::Args)]
#[command(after_help = help::examples(&[
    ("atlas --out atlas", "write the site; atlas/index.html is its first page"),
    ("--root documents atlas --out atlas", "the same of a folder of documents vX.Y.yaml"),
    ("atlas --out public --force", "beside other files"),
]))]
pub(crate) struct Arguments {
    /// Folder to write: new, empty, or an earlier atlas, of which only what changed is written
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    out: PathBuf,
    /// Also write to a folder that holds other files; none of them is overwritten or removed
    #[arg(long)]
    force: bool,
}

pub(crate) fn run(arguments: &Arguments, project: &Project) -> Result<ExitCode> {
    let out = &arguments.out;
    if !arguments.force && is_foreign(out).with_context(|| format!("cannot read {}", out.display()))? {
        let message = format!("{} is neither empty nor an atlas; nothing was written", out.display());
        return Err(Usage::new(message).tip("another folder, or --force to write beside the files").into());
    }
    let spec = project.spec()?;
    let start = Instant::now();
    let versions = project.versions()?.len();
    if versions == 0 {
        return Err(Usage::new("there are no documents vX.Y.yaml to make an atlas of")
            .tip("--root names the folder")
            .into());
    }
    let progress = Progress::over(versions.saturating_sub(1), "versions");
    let site = atlas::site(&spec, |version, pairs| {
        progress.step(version, format_args!("compared with {pairs} later"));
    })?;
    progress.end();
    let texts = site.iter().map(|(path, text)| (path.as_str(), text));
    let written = files::write(out, texts, atlas::OURS, false)?;
    let bytes: usize = site.values().map(String::len).sum();
    console::out!(
        "{}: {} files, {:.1} MB, {versions} versions; {} written, {} removed, {:.1} s",
        out.join(atlas::FIRST).display(),
        site.len(),
        bytes as f64 / 1e6,
        written.added.len() + written.changed.len(),
        written.removed.len(),
        start.elapsed().as_secs_f64()
    );
    Ok(ExitCode::SUCCESS)
}

/// Whether a folder has files and no first page of an atlas.
fn is_foreign(folder: &Path) -> io::Result<bool> {
    let mut entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    Ok(entries.next().is_some() && !files::is_ours(&folder.join(atlas::FIRST), atlas::OURS))
}
