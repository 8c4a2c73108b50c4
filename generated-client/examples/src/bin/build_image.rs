//! Builds an image from a folder and tells whether it differs from the last one of that name: the same id is the same
//! image, whenever it was built.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Parser;
use docker_engine_examples::{key_value, short};
use docker_engine_v1_51::Client;
use futures_util::TryStreamExt;

/// Build an image and compare it with the last one.
#[derive(Parser)]
struct Arguments {
    /// A build argument; may be given several times
    #[arg(long, value_name = "KEY=VALUE", value_parser = key_value)]
    build_arg: Vec<(String, String)>,
    /// A label; may be given several times
    #[arg(long, value_name = "KEY=VALUE", value_parser = key_value)]
    label: Vec<(String, String)>,
    /// Build every step, whatever was built before
    #[arg(long)]
    no_cache: bool,
    /// Name and tag of the image
    #[arg(long, short)]
    tag: String,
    /// Folder with a Dockerfile
    folder: PathBuf,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let docker = Client::from_env()?;
    let last = layers(&docker, &arguments.tag).await?;

    let mut output = docker
        .image_build()
        .t([&arguments.tag])
        .buildargs(arguments.build_arg.iter().map(|(key, value)| (key, Some(value))))
        .labels(arguments.label.clone())
        .nocache(arguments.no_cache)
        .rm(true)
        .input_stream(archive(&arguments)?)
        .await?;
    // A step that fails ends the stream with an error.
    while let Some(message) = output.try_next().await? {
        print!("{}", message.stream.unwrap_or_default());
    }

    let (id, built) =
        layers(&docker, &arguments.tag).await?.context("the build left no image of this name")?;
    match last {
        None => println!("{} {}: the first of this name", arguments.tag, short(&id)),
        Some((last, _)) if last == id => println!("{} {}: the same as before", arguments.tag, short(&id)),
        Some((last, before)) => {
            let same = before.iter().zip(&built).take_while(|(before, built)| before == built).count();
            println!(
                "{} {}: differs from {}: {same} of {} layers are the same",
                arguments.tag,
                short(&id),
                short(&last),
                built.len()
            );
        }
    }
    Ok(())
}

/// The id of an image and the digests of its layers. `None`: there is no such image.
async fn layers(docker: &Client, image: &str) -> Result<Option<(String, Vec<String>)>> {
    match docker.image_inspect(image).await {
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error.into()),
        Ok(image) => {
            let layers = image.root_fs.and_then(|root| root.layers).unwrap_or_default();
            Ok(Some((image.id.unwrap_or_default(), layers)))
        }
    }
}

/// The folder as an archive, in memory: build contexts are small, or should be.
fn archive(arguments: &Arguments) -> Result<Vec<u8>> {
    let folder = &arguments.folder;
    let mut archive = tar::Builder::new(Vec::new());
    archive.follow_symlinks(false);
    // With fixed times and owners the same content is the same archive.
    archive.mode(tar::HeaderMode::Deterministic);
    archive.append_dir_all(".", folder).with_context(|| folder.display().to_string())?;
    Ok(archive.into_inner()?)
}
