//! Searches Docker Hub for images. The Engine asks the hub; without a way to it the search is an error with its words.

use clap::Parser;
use docker_engine_v1_51::Client;

/// Search Docker Hub for images.
#[derive(Parser)]
struct Arguments {
    /// Only official images
    #[arg(long)]
    official: bool,
    /// How many to print at most
    #[arg(long, default_value_t = 10)]
    limit: i64,
    /// What to look for
    term: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let docker = Client::from_env()?;
    let mut search = docker.image_search(&arguments.term).limit(arguments.limit);
    if arguments.official {
        search = search.filters(|filters| filters.is_official(true));
    }
    for image in search.await? {
        println!(
            "{:>6} stars  {:30}  {}",
            image.star_count.unwrap_or_default(),
            image.name.as_deref().unwrap_or_default(),
            image.description.as_deref().unwrap_or_default(),
        );
    }
    Ok(())
}
