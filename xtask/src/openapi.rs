//! `cargo xtask openapi VERSION`: the lowered document, for other people's tools.

use std::process::ExitCode;

use anyhow::Result;
use docker_engine_codegen::Spec;
use docker_engine_codegen::api::ApiVersion;
use docker_engine_codegen::openapi::to_yaml;

use crate::project::Project;

/// Print a version as an OpenAPI 3.0 document in YAML.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// API version, such as 1.51
    version: ApiVersion,
}

pub(crate) fn run(arguments: &Arguments, project: &Project) -> Result<ExitCode> {
    let spec = Spec::open(&project.spec())?;
    let lowered = spec.lower(spec.store.read(arguments.version)?)?;
    print!("{}", to_yaml(&lowered.openapi));
    Ok(ExitCode::SUCCESS)
}
