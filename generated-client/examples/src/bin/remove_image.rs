//! Removes an image, as `docker rmi` does: the name, and the image itself when that was its last.

use clap::Parser;
use docker_engine_v1_51::Client;

/// Remove an image.
#[derive(Parser)]
struct Arguments {
    /// Also where a stopped container was made from it
    #[arg(long)]
    force: bool,
    /// Names or ids
    #[arg(required = true)]
    images: Vec<String>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let docker = Client::from_env()?;
    for image in &arguments.images {
        for item in docker.image_delete(image).force(arguments.force).await? {
            item.untagged.iter().for_each(|name| println!("untagged {name}"));
            item.deleted.iter().for_each(|id| println!("deleted  {id}"));
        }
    }
    Ok(())
}
