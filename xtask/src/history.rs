//! `cargo xtask history NAME`: what became of one thing over all versions.

use std::process::ExitCode;

use anyhow::Result;
use clap::ValueEnum;
use docker_engine_codegen::api::ApiVersion;
use docker_engine_codegen::history::{self, History};

use crate::console;
use crate::help;
use crate::project::Project;
use crate::usage::Usage;

/// Tell in which version a thing came, changed, was deprecated, went.
///
/// NAME is an operation, parameter, filter key, status, header, type, field or value: its name on the wire or in Rust, in
/// any case, alone or behind what it belongs to.
#[derive(Debug, clap::Args)]
#[command(after_help = help::examples(&[
    ("history ContainerCreate", "an operation and all that belongs to it"),
    ("history ContainerCreate.platform", "one of its parameters"),
    ("history ContainerCreate.HostConfig.Mounts", "a field, through the types on the way"),
    ("history models::HostConfig::mounts", "the same by its path in Rust"),
    ("history 'label!'", "everything of this name, here the filter keys"),
    ("history --since 1.44", "all that came in a version"),
    ("history HostConfig --since 1.44 --format json", "what came of a type, for programs"),
]))]
pub(crate) struct Arguments {
    /// What to look for
    #[arg(required_unless_present = "since")]
    name: Option<String>,
    /// Only what came in this version: everything, or what belongs to NAME
    #[arg(long, value_name = "VERSION")]
    since: Option<ApiVersion>,
    /// How it is printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a terminal
    Text,
    /// For programs
    Json,
}

pub(crate) fn run(arguments: &Arguments, project: &Project) -> Result<ExitCode> {
    if let Some(version) = arguments.since {
        project.check_version(version)?;
    }
    let apis = project.spec()?.apis()?;
    let history = History::of(&apis);
    let name = arguments.name.as_deref();
    let answer = match arguments.since {
        Some(version) => history.since(version, name)?,
        None => history.find(name.unwrap_or_default()),
    };
    if let Some(name) = name {
        // It may be there, and nothing of it have come in that version.
        let known = !answer.matches.is_empty() || !history.find(name).matches.is_empty();
        if !known {
            return Err(unknown(name, &history).into());
        }
    }
    match arguments.format {
        Format::Text => {
            console::write_result(format_args!("{}", history::text(&answer, console::color_results())));
        }
        Format::Json => console::out!("{}", serde_json::to_string_pretty(&answer)?),
    }
    Ok(ExitCode::SUCCESS)
}

fn unknown(name: &str, history: &History<'_>) -> Usage {
    let error = Usage::new(format!("no version has anything called '{name}'"));
    let alike: Vec<String> = history.suggestions(name).into_iter().map(|name| format!("'{name}'")).collect();
    match &alike[..] {
        [] => error,
        [one] => error.tip(format!("a similar name exists: {one}")),
        several => error.tip(format!("some similar names exist: {}", several.join(", "))),
    }
}
