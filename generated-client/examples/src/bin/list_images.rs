//! Lists images, as `docker images` does, with filters of all kinds: typed ones, keys that this version does not know,
//! and the parameter as text.

use clap::Parser;
use docker_engine_examples::{key_value, short, size};
use docker_engine_v1_51::models::ImageSummary;
use docker_engine_v1_51::runtime::answer;
use docker_engine_v1_51::runtime::operation::{Operation, send};
use docker_engine_v1_51::{Client, Result};

/// List images.
#[derive(Parser)]
struct Arguments {
    /// Only images without a name (true) or with one (false)
    #[arg(long)]
    dangling: Option<bool>,
    /// Only images with this label: KEY or KEY=VALUE; with several, all of them
    #[arg(long)]
    label: Vec<String>,
    /// Only images with such a name: `alpine`, `*/app:1.*`; with several, any of them
    #[arg(long)]
    reference: Vec<String>,
    /// Any filter that the Engine knows, though this program may not
    #[arg(long, value_name = "KEY=VALUE", value_parser = key_value)]
    filter: Vec<(String, String)>,
    /// All filters as the Engine reads them: {"dangling":["true"]}, or the older {"dangling":{"true":true}}
    #[arg(long, value_name = "JSON", conflicts_with_all = ["dangling", "label", "reference", "filter"])]
    filters: Option<String>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let docker = Client::from_env()?;

    let images = match &arguments.filters {
        // What the methods do not offer can be set by its name on the wire.
        Some(text) => {
            let request = docker.image_list().into_request().query("filters", text);
            send::<answer::Json<Vec<ImageSummary>>>(request).await?
        }
        None => list(&docker, &arguments).await?,
    };
    println!("{:40}  {:12}  {:>10}", "NAME", "IMAGE", "SIZE");
    for image in images {
        let names = if image.repo_tags.is_empty() { vec!["<none>".to_owned()] } else { image.repo_tags };
        for name in names {
            println!("{name:40}  {:12}  {:>10}", short(&image.id), size(image.size));
        }
    }
    Ok(())
}

async fn list(docker: &Client, arguments: &Arguments) -> Result<Vec<ImageSummary>> {
    docker
        .image_list()
        .filters(|mut filters| {
            if let Some(dangling) = arguments.dangling {
                filters = filters.dangling(dangling);
            }
            filters = arguments.label.iter().fold(filters, |filters, label| filters.label(label));
            filters = arguments.reference.iter().fold(filters, |filters, name| filters.reference(name));
            arguments.filter.iter().fold(filters, |filters, (key, value)| filters.raw(key, value))
        })
        .await
}
