//! `cargo xtask diff FROM TO`: what changed, on the wire and in Rust.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Result;
use clap::{ValueEnum, ValueHint};
use docker_engine_codegen::Spec;
use docker_engine_codegen::api::{Api, ApiVersion};
use docker_engine_codegen::diff::{self, Config, Diff, Level, Reach, Side, render};
use docker_engine_codegen::source::{Errors, Source};
use docker_engine_codegen::swagger::Node;
use rayon::prelude::*;

use crate::console::{self, Progress, note};
use crate::help;
use crate::project::Project;
use crate::usage::{Usage, alike};

/// Tell what changed between two API versions, or two documents.
///
/// Compares twice: on the wire, as a program meets it that speaks to the Engine, and in Rust, as a program meets it that
/// depends on the client crates.
#[derive(Debug, clap::Args)]
#[command(after_help = help::examples(&[
    ("diff 1.47 1.51", "everything, the gravest first"),
    ("diff 1.47 1.51 --wire --level breaking", "what breaks a program that speaks to the Engine"),
    ("diff 1.43 1.44 --operation ContainerCreate", "at one operation"),
    ("diff 1.25 1.55 --steps", "version by version"),
    ("diff 1.51 moby/api/docs/v1.52.yaml --format markdown", "a document of a file, for a pull request"),
    ("diff 1.50 1.51 --fail-on breaking --quiet", "for CI: exit code 1 if something breaks"),
]))]
pub(crate) struct Arguments {
    /// The older side: a version (1.44, v1.44), or the file of a Swagger 2.0 or OpenAPI 3.0 document
    #[arg(value_hint = ValueHint::FilePath)]
    from: String,
    /// The newer side
    #[arg(value_hint = ValueHint::FilePath)]
    to: String,
    /// How it is printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Only what changed on the wire
    #[arg(long)]
    wire: bool,
    /// Only what changed in Rust
    #[arg(long)]
    rust: bool,
    /// Only what this operation meets, such as ContainerCreate; may be given several times
    #[arg(long, value_name = "NAME")]
    operation: Vec<String>,
    /// List only what is at least this grave; the rest is counted
    #[arg(long, value_enum, default_value_t = Grade::Info)]
    level: Grade,
    /// Exit with 1 if anything is at least this grave, listed or not
    #[arg(long, value_enum, value_name = "LEVEL")]
    fail_on: Option<Grade>,
    /// One entry for each operation, not one for each cause (JSON always has them)
    #[arg(long)]
    expand: bool,
    /// Other levels, and findings that are known: a TOML file with the tables levels and silence
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "steps")]
    config: Option<PathBuf>,
    /// Tell each step from version to version, not the sum of all
    #[arg(long)]
    steps: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a terminal
    Text,
    /// For programs; codegen/src/diff/schema.json describes it
    Json,
    /// For release notes and pull requests
    Markdown,
    /// One page that needs nothing else
    Html,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Grade {
    /// What worked fails
    Breaking,
    /// What worked may behave otherwise
    Warning,
    /// Nothing that worked stops working
    Info,
}

impl From<Grade> for Level {
    fn from(grade: Grade) -> Level {
        match grade {
            Grade::Breaking => Level::Breaking,
            Grade::Warning => Level::Warning,
            Grade::Info => Level::Info,
        }
    }
}

pub(crate) fn run(arguments: &Arguments, project: impl Fn() -> Result<Project>) -> Result<ExitCode> {
    let sources = Sources::open([&arguments.from, &arguments.to], project)?;
    let sides = sources.sides(arguments)?;
    let names = operations(&sides, &arguments.operation)?;
    let mut options = render::Options {
        wire: arguments.wire || !arguments.rust,
        rust: arguments.rust || !arguments.wire,
        level: arguments.level.into(),
        expand: arguments.expand,
    };
    let config = arguments.config.as_deref().map(|path| Config::read(&Source::read(path)?)).transpose()?;
    // A configuration is about all findings, whatever is told of them.
    let rust = options.rust || config.is_some();
    let (diffs, crates) = rayon::join(
        || on_the_wire(&sides, &sources),
        || rust.then(|| apis(&sides, &sources.spec)).transpose(),
    );
    let mut diffs = diffs?;
    let apis = crates.or_else(|error| {
        if arguments.rust {
            return Err(error);
        }
        note!("only the wire is compared: {error:#}");
        options.rust = false;
        Ok(None)
    })?;
    for (diff, pair) in diffs.iter_mut().zip(apis.iter().flat_map(|apis| apis.windows(2))) {
        diff.rust = diff::rust::compare(&pair[0], &pair[1]);
    }
    if let Some(config) = &config {
        diffs.iter_mut().try_for_each(|diff| config.apply(diff))?;
    }
    if !arguments.operation.is_empty() {
        let mut reach = Reach::default();
        apis.iter().flatten().for_each(|api| reach.add(api, &names));
        for diff in &mut diffs {
            diff.changes.retain(|change| names.contains(&change.operation));
            diff.rust.retain(|change| reach.has(change));
            diff.unlisted.clear();
        }
    }
    let printed = match arguments.format {
        Format::Text => render::text(&diffs, &options, console::color_results()),
        Format::Json => render::json(&diffs, &options),
        Format::Markdown => render::markdown(&diffs, &options),
        Format::Html => render::html(&diffs, &options),
    };
    console::write_result(format_args!("{printed}"));
    let gravest = diffs.iter().filter_map(|diff| options.gravest(diff)).max();
    let found = arguments.fail_on.is_some_and(|grade| gravest >= Some(grade.into()));
    Ok(if found { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Compares neighbours on the wire.
fn on_the_wire(sides: &[Side], sources: &Sources) -> Result<Vec<Diff>> {
    let progress = Progress::over(sides.len() - 1, "steps");
    let mut diffs = Vec::with_capacity(sides.len() - 1);
    for pair in sides.windows(2) {
        let diff = diff::compare(&pair[0], &pair[1])?;
        if sides.len() > 2 {
            progress.step(&pair[1].name, format_args!("{} changes", diff.changes.len()));
        }
        diffs.push(diff);
    }
    progress.end();
    if let [diff] = diffs.as_mut_slice() {
        diff::advise_from_history(diff, &sources.between()?, |version| sources.spec.store.read(version))?;
    }
    Ok(diffs)
}

/// What the crates of the documents have.
fn apis(sides: &[Side], spec: &Spec) -> Result<Vec<Api>> {
    let built: Vec<Result<Api>> = sides
        .par_iter()
        .map(|side| match &side.overlaid {
            Some(document) => Ok(spec.api_of_overlaid(Arc::clone(document))?),
            None => anyhow::bail!("no crate can be made of {}", side.name),
        })
        .collect();
    // The first failure, not the quickest one.
    built.into_iter().collect()
}

/// Where the sides come from.
struct Sources {
    spec: Spec,
    ends: [End; 2],
}

/// One of FROM and TO.
enum End {
    Version(ApiVersion),
    File(PathBuf),
}

impl Sources {
    /// Files can be compared anywhere; versions need a project.
    fn open(given: [&str; 2], project: impl Fn() -> Result<Project>) -> Result<Self> {
        let mut ends = Vec::with_capacity(2);
        for text in given {
            ends.push(End::read(text)?);
        }
        let versions: Vec<ApiVersion> = ends.iter().filter_map(End::version).collect();
        let spec = match project() {
            Ok(project) => {
                for version in &versions {
                    project.check_version(*version)?;
                }
                project.facts()?
            }
            Err(_) if versions.is_empty() => Project::built_in_facts()?,
            Err(error) => return Err(error),
        };
        let ends = ends.try_into().ok().expect("there are two");
        Ok(Self { spec, ends })
    }

    /// The two sides, or with `--steps` those of all versions from one to the other.
    fn sides(&self, arguments: &Arguments) -> Result<Vec<Side>> {
        if !arguments.steps {
            let read: Vec<Result<Side>> = self.ends.par_iter().map(|end| end.side(&self.spec)).collect();
            return read.into_iter().collect();
        }
        let [End::Version(from), End::Version(to)] = self.ends else {
            return Err(Usage::new("--steps goes from version to version, and a file is none")
                .tip(format!("{} spec import FILE makes it one", help::called()))
                .into());
        };
        let mut versions = self.spec.store.versions()?;
        versions.retain(|version| (from.min(to)..=from.max(to)).contains(version));
        if from > to {
            versions.reverse();
        }
        if from == to {
            versions.push(to);
        }
        // Reading takes most of the time.
        let sides: Result<Vec<Side>, Errors> =
            versions.par_iter().map(|version| Side::version(&self.spec, *version)).collect();
        Ok(sides?)
    }

    /// The versions between the two, the oldest first: what went may have been deprecated there, with a successor.
    fn between(&self) -> Result<Vec<ApiVersion>> {
        let [End::Version(from), End::Version(to)] = self.ends else { return Ok(Vec::new()) };
        let mut versions = self.spec.store.versions()?;
        versions.retain(|version| from < *version && *version < to);
        Ok(versions)
    }
}

impl End {
    /// A version before a file: `./1.44` is a file of that name.
    fn read(text: &str) -> Result<Self> {
        if let Ok(version) = text.parse() {
            return Ok(End::Version(version));
        }
        let path = Path::new(text);
        if path.exists() {
            return Ok(End::File(path.to_owned()));
        }
        Err(no_such(text, path).into())
    }

    fn version(&self) -> Option<ApiVersion> {
        match self {
            End::Version(version) => Some(*version),
            End::File(_) => None,
        }
    }

    fn side(&self, spec: &Spec) -> Result<Side> {
        Ok(match self {
            End::Version(version) => Side::version(spec, *version)?,
            End::File(path) => Side::file(Some(spec), path)?,
        })
    }
}

/// Neither a version nor a file: with the files of the folder that are named alike.
fn no_such(text: &str, path: &Path) -> Usage {
    let error = Usage::new(format!("'{text}' is neither an API version, such as 1.44, nor a file"));
    let folder = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    let files: Vec<String> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| [".yaml", ".yml", ".json"].iter().any(|end| name.ends_with(end)))
        .collect();
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or(text);
    match alike(name, files.iter().map(String::as_str)).as_slice() {
        [] if path.parent().is_some_and(|parent| parent != Path::new("") && !parent.is_dir()) => {
            error.tip(format!("there is no folder '{}'", folder.display()))
        }
        [] => error,
        alike => {
            let names: Vec<String> =
                alike.iter().map(|name| format!("'{}'", path.with_file_name(name).display())).collect();
            error.tip(format!("there is {}", names.join(", ")))
        }
    }
}

/// The operations that the given names stand for, in any of the documents: by `operationId` in any spelling, by path, by
/// method and path. One whose id changed is found by each of its names.
fn operations(sides: &[Side], given: &[String]) -> Result<Vec<String>> {
    let plain = |text: &str| text.replace(['_', '-'], "").to_lowercase();
    let known: Vec<Call> = sides.iter().flat_map(|side| calls(&side.document)).collect();
    let mut found = Vec::new();
    for name in given {
        let meant: Vec<&Call> = known
            .iter()
            .filter(|call| plain(&call.id) == plain(name) || call.path == *name || call.endpoint() == *name)
            .collect();
        if meant.is_empty() {
            let error = Usage::new(format!("no operation is called '{name}' in {}", names(sides)));
            return Err(error
                .suggest("the operation", name, known.iter().map(|call| call.id.as_str()))
                .into());
        }
        let same = |call: &&Call| meant.iter().any(|meant| meant.endpoint() == call.endpoint());
        found.extend(known.iter().filter(same).map(|call| call.id.clone()));
    }
    Ok(found)
}

/// An operation of a document.
struct Call {
    /// `operationId`; method and path where there is none.
    id: String,
    method: String,
    path: String,
}

impl Call {
    fn endpoint(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

fn calls(document: &Node) -> Vec<Call> {
    const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
    let paths = document.get("paths").into_iter().flat_map(Node::entries);
    paths
        .flat_map(|(path, item)| {
            let methods = item.node.entries().filter(|(method, _)| METHODS.contains(method));
            methods.map(move |(method, operation)| {
                let (method, path) = (method.to_uppercase(), path.to_owned());
                let id = operation.node.get("operationId").and_then(Node::as_str);
                Call { id: id.map_or_else(|| format!("{method} {path}"), str::to_owned), method, path }
            })
        })
        .collect()
}

fn names(sides: &[Side]) -> String {
    match sides {
        [one, .., other] => format!("{} or {}", one.name, other.name),
        _ => String::new(),
    }
}
