//! Prints what a container has written, and what it writes from now on, as `docker logs` does.

use std::io::{self, Write};

use clap::Parser;
use docker_engine_v1_51::Client;
use docker_engine_v1_51::runtime::LogSource;
use futures_util::TryStreamExt;

/// Print the logs of a container.
#[derive(Parser)]
struct Arguments {
    /// Go on until the container ends
    #[arg(long, short)]
    follow: bool,
    /// Only this many of the last lines
    #[arg(long, default_value = "all")]
    tail: String,
    /// Begin each line with its time
    #[arg(long, short)]
    timestamps: bool,
    /// Name or id
    container: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let docker = Client::from_env()?;
    let mut logs = docker
        .container_logs(&arguments.container)
        .stdout(true)
        .stderr(true)
        .follow(arguments.follow)
        .timestamps(arguments.timestamps)
        .tail(&arguments.tail)
        .await?;
    // A chunk is a piece of a stream: it may hold half a line, or many.
    while let Some(chunk) = logs.try_next().await? {
        match chunk.source {
            LogSource::Stderr => io::stderr().write_all(&chunk.bytes)?,
            _ => io::stdout().write_all(&chunk.bytes)?,
        }
    }
    Ok(())
}
