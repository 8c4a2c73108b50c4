//! Lists, creates and removes volumes.

use clap::{Parser, Subcommand};
use docker_engine_examples::key_value;
use docker_engine_v1_51::Client;
use docker_engine_v1_51::models::VolumeCreateRequest;

/// Handle volumes.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// List volumes
    List {
        /// Only those with this label: KEY or KEY=VALUE
        #[arg(long)]
        label: Vec<String>,
    },
    /// Create a volume; one that is there already is left as it is
    Create {
        /// A label; may be given several times
        #[arg(long, value_name = "KEY=VALUE", value_parser = key_value)]
        label: Vec<(String, String)>,
        /// Name of the volume
        name: String,
    },
    /// Remove a volume and what it holds
    Remove {
        /// Name of the volume
        name: String,
    },
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let docker = Client::from_env()?;
    match Arguments::parse().command {
        Command::List { label } => {
            let listed = docker
                .volume_list()
                .filters(|filters| label.iter().fold(filters, |filters, label| filters.label(label)))
                .await?;
            for volume in listed.volumes.unwrap_or_default() {
                println!("{:8}  {:24}  {}", volume.driver, volume.name, volume.mountpoint);
            }
        }
        Command::Create { label, name } => {
            let request = VolumeCreateRequest {
                name: Some(name),
                labels: Some(label.into_iter().collect()),
                ..Default::default()
            };
            println!("{}", docker.volume_create(request).await?.name);
        }
        Command::Remove { name } => docker.volume_delete(&name).await?,
    }
    Ok(())
}
