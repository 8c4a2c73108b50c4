//! Lists containers, as `docker ps` does.

use std::collections::BTreeSet;

use clap::Parser;
use docker_engine_examples::{name, short};
use docker_engine_v1_51::Client;

/// List running containers.
#[derive(Parser)]
struct Arguments {
    /// Also those that do not run
    #[arg(long, short)]
    all: bool,
    /// Only those with this label: KEY or KEY=VALUE; with several, all of them
    #[arg(long)]
    label: Vec<String>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let docker = Client::from_env()?;
    let listed = docker
        .container_list()
        .all(arguments.all)
        .filters(|filters| arguments.label.iter().fold(filters, |filters, label| filters.label(label)))
        .await?;

    println!("{:12}  {:20}  {:24}  {:16}  NAME", "CONTAINER", "IMAGE", "STATUS", "PORTS");
    for container in &listed {
        // A port that is published for IPv4 and IPv6 is listed twice.
        let ports: BTreeSet<String> = container
            .ports
            .iter()
            .flatten()
            .map(|port| match port.public_port {
                Some(public) => format!("{public}->{}/{}", port.private_port, port.type_),
                None => format!("{}/{}", port.private_port, port.type_),
            })
            .collect();
        println!(
            "{:12}  {:20}  {:24}  {:16}  {}",
            short(container.id.as_deref().unwrap_or_default()),
            container.image.as_deref().unwrap_or_default(),
            container.status.as_deref().unwrap_or_default(),
            ports.into_iter().collect::<Vec<_>>().join(", "),
            name(container),
        );
    }
    Ok(())
}
