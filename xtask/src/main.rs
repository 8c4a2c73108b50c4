//! The command line of docker-engine-rs: `cargo xtask COMMAND`, or `docker-engine-rs COMMAND` where it is installed.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{ColorChoice, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueHint};
use docker_engine_codegen::source::{Diagnostic, Errors};

use crate::project::Project;
use crate::usage::Usage;

mod atlas;
mod completions;
mod console;
mod diff;
mod drift;
mod generate;
mod help;
mod history;
mod openapi;
mod project;
mod repairs;
mod spec;
mod usage;

// The documents of all versions are trees of small nodes: making and dropping them is most of the work.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Reads the Docker Engine's published API documents: tells what changes between versions, and turns them into Rust
/// client crates.
#[derive(Debug, Parser)]
#[command(name = help::PROGRAM, bin_name = help::called(), version)]
#[command(after_help = help::examples(&[
    ("diff 1.47 1.51", "what a program meets that moves from one API version to another"),
    ("history ContainerCreate", "in which versions a thing came, changed, was deprecated, went"),
    ("atlas --out atlas", "all of that as a site"),
    ("generate", "write the client crates of all versions"),
    ("--root documents diff 1.47 1.51", "the same with a folder of documents vX.Y.yaml"),
]) + "\n\n" + help::ENDING)]
struct Xtask {
    /// Folder that holds spec/ and generated-client/, or documents vX.Y.yaml [default: the nearest one around the
    /// current folder]
    #[arg(long, global = true, value_name = "DIR", value_hint = ValueHint::DirPath, help_heading = help::EVERYWHERE)]
    root: Option<PathBuf>,
    /// Say nothing but results and errors
    #[arg(long, short, global = true, help_heading = help::EVERYWHERE)]
    quiet: bool,
    /// When to use colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", help_heading = help::EVERYWHERE)]
    color: ColorChoice,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Diff(diff::Arguments),
    History(history::Arguments),
    Atlas(atlas::Arguments),
    Drift(drift::Arguments),
    Spec(spec::SpecArgs),
    Generate(generate::Arguments),
    Openapi(openapi::Arguments),
    Completions(completions::Arguments),
}

fn main() -> ExitCode {
    let color = console::color_asked(std::env::args_os());
    let parsed =
        Xtask::command().color(color).try_get_matches().and_then(|found| Xtask::from_arg_matches(&found));
    let xtask = parsed.unwrap_or_else(|error| error.exit());
    console::set(xtask.quiet, xtask.color);
    let result = run(&xtask);
    let code = result.unwrap_or_else(|error| report(&error));
    match console::finish() {
        Ok(()) => code,
        Err(error) => {
            console::complain!("error: the result cannot be written: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(xtask: &Xtask) -> anyhow::Result<ExitCode> {
    let project = || Project::find(xtask.root.as_deref());
    match &xtask.command {
        Command::Diff(arguments) => diff::run(arguments, project),
        Command::History(arguments) => history::run(arguments, &project()?),
        Command::Atlas(arguments) => atlas::run(arguments, &project()?),
        Command::Drift(arguments) => drift::run(arguments, &project()?),
        Command::Spec(arguments) if arguments.writes() => {
            spec::run(arguments, &Project::to_write(xtask.root.as_deref())?.store())
        }
        Command::Spec(arguments) => spec::run(arguments, &project()?.store()),
        Command::Generate(arguments) => {
            // A document by itself is related to those beside it.
            let found = project();
            let beside = arguments.document_alone().map(Project::beside);
            let project = found.or_else(|error| beside.ok_or(error))?;
            generate::run(arguments, &project)
        }
        Command::Openapi(arguments) => openapi::run(arguments, &project()?),
        Command::Completions(arguments) => completions::run(arguments),
    }
}

/// Prints an error for people: with the source around it where it lies in a document.
fn report(error: &anyhow::Error) -> ExitCode {
    if let Some(usage) = error.downcast_ref::<Usage>() {
        return usage.report();
    }
    let color = console::color_messages();
    let text = if let Some(diagnostic) = error.downcast_ref::<Diagnostic>() {
        diagnostic.render(color)
    } else if let Some(errors) = error.downcast_ref::<Errors>() {
        errors.render(color)
    } else {
        format!("error: {error:#}")
    };
    console::complain!("{text}");
    ExitCode::FAILURE
}
