//! The command line of docker-engine-rs: `cargo xtask COMMAND`.

use std::io::IsTerminal as _;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use docker_engine_codegen::source::{Diagnostic, Errors};

mod spec;

#[derive(Debug, Parser)]
#[command(bin_name = "cargo xtask", about = "Tasks of docker-engine-rs")]
struct Xtask {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Import the published documents, and look at what is imported.
    Spec(spec::SpecArgs),
}

fn main() -> ExitCode {
    let result = match Xtask::parse().command {
        Command::Spec(args) => spec::run(&args),
    };
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
