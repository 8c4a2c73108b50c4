//! Stops all running containers that have a label. Without a label it stops none, unless it is told to stop them all.

use clap::Parser;
use docker_engine_v1_51::Client;

/// Stop running containers by label.
#[derive(Parser)]
struct Arguments {
    /// Stop those with this label: KEY or KEY=VALUE
    #[arg(long, required_unless_present = "all")]
    label: Option<String>,
    /// Stop all containers of this Engine
    #[arg(long, conflicts_with = "label")]
    all: bool,
    /// How many seconds a container has for its end before it is killed; its own setting without this
    #[arg(long, value_name = "SECONDS")]
    timeout: Option<i64>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let docker = Client::from_env()?;
    let stopped =
        docker_engine_examples::stop_containers(&docker, arguments.label.as_deref(), arguments.timeout)
            .await?;
    stopped.iter().for_each(|name| println!("{name}"));
    eprintln!("{} stopped", stopped.len());
    Ok(())
}
