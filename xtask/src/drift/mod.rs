//! `cargo xtask drift`: in what a running Engine departs from its document.

mod daemon;
mod exercise;
mod inquiry;
mod reading;
#[cfg(test)]
mod tests;

use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::ValueEnum;
use docker_engine_codegen::Spec;
use docker_engine_codegen::api::ApiVersion;
use docker_engine_codegen::drift::{Level, Options, Report};
use docker_engine_codegen::swagger::Document;

use self::daemon::Daemon;
use self::exercise::{Made, Run};
use self::inquiry::Inquiry;
use self::reading::Extent;
use crate::console::{self, complain};
use crate::help;
use crate::project::Project;

/// Tell in what a running Engine departs from the document of its API.
///
/// Asks for everything that can be read, once for each of some objects that the Engine has, and compares what comes with the
/// document: fields, types, nulls, listed values, headers, statuses. No value of an answer is printed, only its type.
#[derive(Debug, clap::Args)]
#[command(after_help = help::examples(&[
    ("drift", "the Engine of the docker command line, which is only read"),
    ("drift --exercise", "also make and remove a container, an image, a network and a volume"),
    ("drift --host tcp://localhost:2375 --version 1.41", "another Engine, with another version"),
    ("drift --documented", "against the document as it was published, without what the overlay knows"),
    ("drift --fail-on contradiction --quiet", "for CI: exit code 1 if the Engine does what the document rules out"),
]))]
pub(crate) struct Arguments {
    /// The Engine: unix:///path, tcp://host:port, ssh://user@host [default: as for docker: DOCKER_HOST, context]
    #[arg(long, value_name = "URL")]
    host: Option<String>,
    /// The API version [default: the newest that there is a document of and that the Engine serves]
    #[arg(long, value_name = "VERSION")]
    version: Option<ApiVersion>,
    /// Also go through the life of a container, an image, a network and a volume of its own, and remove them
    #[arg(long)]
    exercise: bool,
    /// An image with a shell for --exercise, which the Engine must have [default: busybox:latest or alpine:latest]
    #[arg(long, value_name = "IMAGE", requires = "exercise")]
    image: Option<String>,
    /// Also ask registries through the Engine, about this image
    #[arg(long, value_name = "IMAGE")]
    registry: Option<String>,
    /// How many objects of each kind are read
    #[arg(long, value_name = "NUMBER", default_value_t = 5)]
    objects: usize,
    /// Compare with the document as it was published, without the overlay
    #[arg(long)]
    documented: bool,
    /// List what is documented and was never seen; else it is counted
    #[arg(long)]
    unseen: bool,
    /// How it is printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Exit with 1 if any departure is at least this grave
    #[arg(long, value_enum, value_name = "LEVEL")]
    fail_on: Option<Grade>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a terminal
    Text,
    /// For programs; codegen/src/drift/schema.json describes it
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Grade {
    /// The Engine does what the document rules out
    Contradiction,
    /// The Engine sends what the document does not speak of
    Undocumented,
}

impl From<Grade> for Level {
    fn from(grade: Grade) -> Level {
        match grade {
            Grade::Contradiction => Level::Contradiction,
            Grade::Undocumented => Level::Undocumented,
        }
    }
}

pub(crate) fn run(arguments: &Arguments, project: &Project) -> Result<ExitCode> {
    if let Some(version) = arguments.version {
        project.check_version(version)?;
    }
    let Some(newest) = project.versions()?.last().copied() else {
        bail!("there is no document to compare with");
    };
    // One thread is enough: it asks one thing after the other.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let report = runtime.block_on(async {
        let (endpoint, pinned) = daemon::endpoint(arguments.host.as_deref())?;
        let daemon = Daemon::connect(&endpoint, arguments.version.or(pinned), newest).await?;
        project.check_version(daemon.version)?;
        let documents = Documents::read(&project.facts()?, daemon.version, arguments.documented)?;
        report(&daemon, &documents, arguments).await
    })?;
    let options = Options { unseen: arguments.unseen };
    let printed = match arguments.format {
        Format::Text => report.text(options, console::color_results()),
        Format::Json => report.json(options),
    };
    console::write_result(format_args!("{printed}"));
    let found = arguments.fail_on.is_some_and(|grade| report.gravest() >= Some(grade.into()));
    Ok(if found { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// The document of a version, once to know how to ask, once to compare with.
struct Documents {
    how: Document,
    told: Option<Document>,
}

impl Documents {
    fn read(spec: &Spec, version: ApiVersion, documented: bool) -> Result<Self> {
        let document = spec.store.read(version)?;
        let told = documented.then(|| Document::read(document.clone())).transpose()?;
        Ok(Documents { how: Document::read(spec.overlay.apply(document, version)?)?, told })
    }
}

async fn report(daemon: &Daemon, documents: &Documents, arguments: &Arguments) -> Result<Report> {
    let told = documents.told.as_ref().unwrap_or(&documents.how);
    let mut inquiry = Inquiry::new(daemon, &documents.how, told);
    let mut extent = Extent {
        objects: arguments.objects,
        registry: arguments.registry.as_deref(),
        first: Default::default(),
    };
    if !arguments.exercise {
        reading::read(&mut inquiry, &extent).await?;
        return Ok(inquiry.finish(!arguments.documented, false, "changes something"));
    }
    let run = Run::new();
    let exercised = tokio::select! {
        exercised = exercise(&mut inquiry, &mut extent, &run, arguments.image.as_deref()) => exercised,
        () = interrupted() => Err(anyhow::anyhow!("interrupted")),
    };
    let cleaned = exercise::clean(daemon, &run).await.context("cannot clean up");
    if let (Err(error), Err(_)) = (&exercised, &cleaned) {
        complain!("error: {error:#}");
    }
    cleaned?;
    exercised?;
    Ok(inquiry.finish(!arguments.documented, true, "is no part of --exercise"))
}

async fn exercise(
    inquiry: &mut Inquiry<'_>,
    extent: &mut Extent<'_>,
    run: &Run,
    image: Option<&str>,
) -> Result<()> {
    let made: Made = exercise::make(inquiry, run, image).await?;
    extent.first = made.objects();
    reading::read(inquiry, extent).await?;
    exercise::unmake(inquiry, run, &made).await
}

/// Somebody wants the program to end.
async fn interrupted() {
    #[cfg(unix)]
    if let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        return;
    }
    // Where signals cannot be heard, nobody interrupts.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
