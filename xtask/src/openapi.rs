//! `cargo xtask openapi VERSION`: the lowered document, for other people's tools.

use std::process::ExitCode;

use anyhow::Result;
use docker_engine_codegen::api::ApiVersion;
use docker_engine_codegen::openapi::to_yaml;

use crate::console;
use crate::help;
use crate::project::Project;

/// Print a version as an OpenAPI 3.0 document in YAML.
#[derive(Debug, clap::Args)]
#[command(after_help = help::examples(&[
    ("openapi 1.51 > openapi.yaml", "write the document of a version to a file"),
]))]
pub(crate) struct Arguments {
    /// API version, such as 1.51
    version: ApiVersion,
}

pub(crate) fn run(arguments: &Arguments, project: &Project) -> Result<ExitCode> {
    project.check_version(arguments.version)?;
    let spec = project.spec()?;
    let lowered = spec.lower(spec.store.read(arguments.version)?)?;
    console::write_result(format_args!("{}", to_yaml(&lowered.openapi)));
    Ok(ExitCode::SUCCESS)
}
