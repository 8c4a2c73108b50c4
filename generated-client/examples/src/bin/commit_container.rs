//! Makes an image of a container's file system, as `docker commit` does.

use clap::Parser;
use docker_engine_examples::{short, size};
use docker_engine_v1_51::Client;

/// Make an image of a container.
#[derive(Parser)]
struct Arguments {
    /// What the image is for
    #[arg(long, short, default_value = "")]
    message: String,
    /// An instruction of a Dockerfile to apply: `CMD ["serve"]`; may be given several times
    #[arg(long, short)]
    change: Vec<String>,
    /// Name or id of the container
    container: String,
    /// Name of the image
    name: String,
    /// Tag of the image
    #[arg(default_value = "latest")]
    tag: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let docker = Client::from_env()?;
    let image = docker
        .image_commit()
        .container(&arguments.container)
        .repo(&arguments.name)
        .tag(&arguments.tag)
        .comment(&arguments.message)
        .changes(&arguments.change)
        .await?;
    let made = docker.image_inspect(&image.id).await?;
    println!(
        "{}  {}:{}  {}",
        short(&image.id),
        arguments.name,
        arguments.tag,
        size(made.size.unwrap_or_default())
    );
    Ok(())
}
