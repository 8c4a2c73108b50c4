//! The command line of docker-engine-rs: `cargo xtask COMMAND`.

use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use docker_engine_codegen::source::{Diagnostic, Errors};
use docker_engine_codegen::swagger::Store;

use crate::project::Project;

mod generate;
mod openapi;
mod project;
mod repairs;
mod spec;

// The documents of all versions are trees of small nodes: making and dropping them is most of the work.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Turns the Docker Engine's published API documents into Rust client crates.
#[derive(Debug, Parser)]
#[command(bin_name = "cargo xtask")]
struct Xtask {
    /// Folder that holds spec/ and generated-client/; the nearest one around the current folder without it
    #[arg(long, global = true, value_name = "DIR")]
    root: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Spec(spec::SpecArgs),
    Generate(generate::Arguments),
    Openapi(openapi::Arguments),
}

fn main() -> ExitCode {
    let xtask = Xtask::parse();
    let result = Project::find(xtask.root).and_then(|project| match xtask.command {
        Command::Spec(arguments) => spec::run(&arguments, &Store::new(project.spec())),
        Command::Generate(arguments) => generate::run(&arguments, &project),
        Command::Openapi(arguments) => openapi::run(&arguments, &project),
    });
    result.unwrap_or_else(|error| {
        eprintln!("{}", describe(&error));
        ExitCode::FAILURE
    })
}

/// An error for people: with the source around it where it lies in a document.
fn describe(error: &anyhow::Error) -> String {
    let color = std::io::stderr().is_terminal();
    if let Some(diagnostic) = error.downcast_ref::<Diagnostic>() {
        diagnostic.render(color)
    } else if let Some(errors) = error.downcast_ref::<Errors>() {
        errors.render(color)
    } else {
        format!("error: {error:#}")
    }
}
