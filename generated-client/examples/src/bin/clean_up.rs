//! Removes stopped containers and images without a name that are older than some days, and tells the space gained.
//! It only lists them unless it is told to remove them.

use std::time::{SystemTime, UNIX_EPOCH};

use clap::Parser;
use docker_engine_examples::{name, short, size};
use docker_engine_v1_51::{Client, Result};

/// Remove old stopped containers and images without a name.
#[derive(Parser)]
struct Arguments {
    /// Only what was made at least this many days ago
    #[arg(long, value_name = "DAYS", default_value_t = 7)]
    older_than: u32,
    /// Only what has this label: KEY or KEY=VALUE
    #[arg(long)]
    label: Option<String>,
    /// Remove them
    #[arg(long)]
    yes: bool,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let docker = Client::from_env()?;
    if arguments.yes {
        remove(&docker, &arguments).await?
    } else {
        list(&docker, &arguments).await?
    }
    Ok(())
}

/// Prints what would go.
async fn list(docker: &Client, arguments: &Arguments) -> Result<()> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let oldest = i64::try_from(now).unwrap_or(i64::MAX) - i64::from(arguments.older_than) * 24 * 60 * 60;

    let containers = docker.container_list().all(true).size(true).filters(|filters| {
        let filters = filters.status("created").status("exited").status("dead");
        arguments.label.iter().fold(filters, |filters, label| filters.label(label))
    });
    for container in containers.await? {
        if container.created.unwrap_or_default() <= oldest {
            let size = size(container.size_rw.unwrap_or_default());
            println!(
                "container {}  {:>10}  {}",
                short(container.id.as_deref().unwrap_or_default()),
                size,
                name(&container)
            );
        }
    }
    let images = docker.image_list().filters(|filters| {
        arguments.label.iter().fold(filters.dangling(true), |filters, label| filters.label(label))
    });
    for image in images.await? {
        if image.created <= oldest {
            println!("image     {}  {:>10}", short(&image.id), size(image.size));
        }
    }
    println!("nothing was removed: --yes removes these");
    Ok(())
}

/// Removes it.
async fn remove(docker: &Client, arguments: &Arguments) -> Result<()> {
    let before = used(docker).await?;
    let until = format!("{}h", u64::from(arguments.older_than) * 24);
    let containers = docker.container_prune().filters(|filters| {
        arguments.label.iter().fold(filters.until(&until), |filters, label| filters.label(label))
    });
    for id in containers.await?.containers_deleted.unwrap_or_default() {
        println!("container {}", short(&id));
    }
    let images = docker.image_prune().filters(|filters| {
        arguments
            .label
            .iter()
            .fold(filters.dangling(true).until(&until), |filters, label| filters.label(label))
    });
    for image in images.await?.images_deleted.unwrap_or_default() {
        if let Some(id) = image.deleted {
            println!("image     {}", short(&id));
        }
    }
    let after = used(docker).await?;
    println!("{} before, {} after: {} gained", size(before), size(after), size(before - after));
    Ok(())
}

/// How much disk images and containers take.
async fn used(docker: &Client) -> Result<i64> {
    let usage = docker.system_data_usage().await?;
    let containers = usage.containers.iter().flatten().filter_map(|container| container.size_rw);
    Ok(usage.layers_size.unwrap_or_default() + containers.sum::<i64>())
}
