//! `cargo xtask generate`: documents → crates, in parallel over versions.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use clap::ValueHint;
use comfy_table::{CellAlignment, Table, presets};
use docker_engine_codegen::api::{Api, ApiVersion};
use docker_engine_codegen::rust::{self, Dependency, Home, Options, Written};
use docker_engine_codegen::source::Source;
use rayon::prelude::*;

use crate::console::{Progress, complain, out};
use crate::help;
use crate::project::Project;
use crate::repairs;

/// Write the client crates from the documents in spec/.
#[derive(Debug, clap::Args)]
#[command(after_help = help::examples(&[
    ("generate", "write the crates of all versions"),
    ("generate 1.51", "write one crate"),
    ("generate --check", "only compare, for CI"),
    ("generate --spec v1.51.yaml --out client --runtime docker-engine-rs/generated-client/runtime",
        "a crate from a published document, documented in the document's own words"),
]))]
pub(crate) struct Arguments {
    /// API versions to write, such as 1.51; all without any
    #[arg(value_name = "VERSION", conflicts_with = "spec")]
    versions: Vec<ApiVersion>,
    /// Write nothing; fail if what is on the disk differs, naming the files
    #[arg(long)]
    check: bool,
    /// Read this published document instead of the stored ones; its descriptions become the documentation
    #[arg(long, value_name = "FILE", requires = "out", value_hint = ValueHint::FilePath)]
    spec: Option<PathBuf>,
    /// Folder of the crate that is written from --spec
    #[arg(long, value_name = "DIR", requires = "spec", value_hint = ValueHint::DirPath)]
    out: Option<PathBuf>,
    /// Folder of the runtime crate that a crate written with --out depends on; this project's own without it
    #[arg(long, value_name = "DIR", requires = "out", value_hint = ValueHint::DirPath)]
    runtime: Option<PathBuf>,
    /// Print every repair of the document given with --spec
    #[arg(long, short, requires = "spec")]
    verbose: bool,
}

impl Arguments {
    /// The document, if that and the runtime are named: then there need not be a project.
    pub(crate) fn document_alone(&self) -> Option<&Path> {
        self.spec.as_deref().filter(|_| self.runtime.is_some())
    }
}

/// What was written for one version.
struct Row {
    version: ApiVersion,
    operations: usize,
    types: usize,
    files: usize,
    lines: usize,
    time: Duration,
    written: Written,
}

pub(crate) fn run(arguments: &Arguments, project: &Project) -> Result<ExitCode> {
    if let (Some(document), Some(out)) = (&arguments.spec, &arguments.out) {
        return run_on_document(arguments, document, out, project);
    }
    for version in &arguments.versions {
        project.check_version(*version)?;
    }
    let apis = project.spec()?.apis()?;
    let chosen: Vec<&Api> = apis
        .iter()
        .filter(|api| arguments.versions.is_empty() || arguments.versions.contains(&api.version))
        .collect();
    let options = Options { home: Home::Workspace };
    let progress = Progress::over(chosen.len(), "versions");
    // Every crate is made before the first is written: a version that fails leaves all of them as they were.
    let emitted = chosen
        .par_iter()
        .map(|api| {
            let start = Instant::now();
            Ok((*api, rust::emit(api, &options)?, start.elapsed()))
        })
        .collect::<Result<Vec<_>>>()?;
    let rows = emitted
        .par_iter()
        .map(|(api, files, spent)| {
            let start = Instant::now();
            let folder = project.clients().join(format!("v{}", api.version));
            let written = rust::write(&folder, files, arguments.check)?;
            let row = Row::new(api, files, written, *spent + start.elapsed());
            let line = format_args!("{} files, {} ms", row.files, row.time.as_millis()).to_string();
            progress.step(&format!("v{}", row.version), format_args!("{line}"));
            Ok(row)
        })
        .collect::<Result<Vec<_>>>()?;
    progress.end();
    report(&rows, arguments.check)
}

/// A crate from one published document, outside of the project.
fn run_on_document(
    arguments: &Arguments,
    document: &Path,
    out: &Path,
    project: &Project,
) -> Result<ExitCode> {
    let (api, found) = project.spec()?.published(&Source::read(document)?)?;
    repairs::print(&found, arguments.verbose);
    let runtime = arguments.runtime.clone().unwrap_or_else(|| project.clients().join("runtime"));
    let runtime =
        runtime.canonicalize().with_context(|| format!("no runtime crate at {}", runtime.display()))?;
    let start = Instant::now();
    let files = rust::emit(&api, &Options { home: Home::Standalone { runtime: Dependency::Path(runtime) } })?;
    let written = rust::write(out, &files, arguments.check)?;
    report(&[Row::new(&api, &files, written, start.elapsed())], arguments.check)
}

impl Row {
    fn new(api: &Api, files: &rust::CrateFiles, written: Written, time: Duration) -> Self {
        Self {
            version: api.version,
            operations: api.operations.len(),
            types: api.types.len(),
            files: files.iter().len(),
            lines: files.lines(),
            time,
            written,
        }
    }
}

/// Prints the table; with `check`, fails where the disk differs.
fn report(rows: &[Row], check: bool) -> Result<ExitCode> {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["version", "operations", "types", "files", "lines", "ms", "changed"]);
    for column in table.column_iter_mut() {
        column.set_cell_alignment(CellAlignment::Right);
    }
    for row in rows {
        let changed = row.written.added.len() + row.written.changed.len() + row.written.removed.len();
        table.add_row([
            row.version.to_string(),
            row.operations.to_string(),
            row.types.to_string(),
            row.files.to_string(),
            row.lines.to_string(),
            row.time.as_millis().to_string(),
            changed.to_string(),
        ]);
    }
    out!("{table}");
    if !check || rows.iter().all(|row| row.written.is_up_to_date()) {
        return Ok(ExitCode::SUCCESS);
    }
    for row in rows {
        let kinds = [
            ("missing", &row.written.added),
            ("differs", &row.written.changed),
            ("left over", &row.written.removed),
        ];
        for (what, paths) in kinds {
            for path in paths {
                complain!("{what}: {}", path.display());
            }
        }
    }
    complain!("error: these files are not what the generator writes; run `{} generate`", help::called());
    Ok(ExitCode::FAILURE)
}
