//! Runs a command in a container, as `docker run --rm` does: fetches the image if it is missing, creates and starts
//! the container, prints its output by source, waits for it, removes it, and ends with its exit code.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use docker_engine_v1_51::models::{ContainerCreateRequest, ContainerCreateResponse};
use docker_engine_v1_51::runtime::{Body, LogSource};
use docker_engine_v1_51::{Client, Result};
use futures_util::TryStreamExt;

/// Run a command in a new container and print what it says.
#[derive(Parser)]
struct Arguments {
    /// Where to take the image from if the Engine does not have it: an archive as `docker save` writes it.
    /// Without it the image is pulled from its registry
    #[arg(long, value_name = "FILE")]
    load: Option<PathBuf>,
    /// Name of the image, with its tag: alpine:latest
    image: String,
    /// The command and its arguments; the image's own without any
    #[arg(trailing_var_arg = true)]
    command: Vec<String>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(&Arguments::parse()).await {
        // An exit code is one byte; the API has room for more.
        Ok(status) => ExitCode::from(u8::try_from(status).unwrap_or(u8::MAX)),
        Err(error) => {
            eprintln!("run_container: {error:#}");
            ExitCode::from(125)
        }
    }
}

async fn run(arguments: &Arguments) -> anyhow::Result<i64> {
    let docker = Client::from_env()?;
    let created = match create(&docker, arguments).await {
        Err(error) if error.is_not_found() => {
            fetch(&docker, arguments).await?;
            create(&docker, arguments).await?
        }
        created => created?,
    };
    let status = start_and_follow(&docker, &created.id).await;
    docker.container_delete(&created.id).force(true).v(true).await?;
    status
}

async fn create(docker: &Client, arguments: &Arguments) -> Result<ContainerCreateResponse> {
    let request = ContainerCreateRequest {
        image: Some(arguments.image.clone()),
        cmd: (!arguments.command.is_empty()).then(|| arguments.command.clone()),
        ..Default::default()
    };
    docker.container_create(request).await
}

/// Loads or pulls the image.
async fn fetch(docker: &Client, arguments: &Arguments) -> anyhow::Result<()> {
    if let Some(archive) = &arguments.load {
        eprintln!("loading {}", archive.display());
        let file = tokio::fs::File::open(archive).await?;
        docker.image_load(Body::reader(file)).await?.finish().await?;
    } else {
        eprintln!("pulling {}", arguments.image);
        docker.pull(&arguments.image).await?;
    }
    Ok(())
}

/// Starts the container, prints its output until it ends, returns its exit code.
async fn start_and_follow(docker: &Client, id: &str) -> anyhow::Result<i64> {
    docker.container_start(id).await?;
    let mut logs = docker.container_logs(id).follow(true).stdout(true).stderr(true).await?;
    while let Some(chunk) = logs.try_next().await? {
        match chunk.source {
            LogSource::Stderr => io::stderr().write_all(&chunk.bytes)?,
            _ => io::stdout().write_all(&chunk.bytes)?,
        }
    }
    Ok(docker.container_wait(id).await?.status_code)
}
