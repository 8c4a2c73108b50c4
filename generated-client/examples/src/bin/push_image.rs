//! Pushes an image to its registry. A push that fails is told of within the stream, after a status that said all was
//! well: it is an error here.

use std::io::IsTerminal as _;

use clap::Parser;
use docker_engine_examples::credentials::CredentialArguments;
use docker_engine_v1_51::Client;
use docker_engine_v1_51::models::AuthConfig;
use docker_engine_v1_51::runtime::tasks::PullProgress;
use futures_util::TryStreamExt;

/// Push an image.
#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    credentials: CredentialArguments,
    /// A local image that is given the name first
    #[arg(long, value_name = "IMAGE")]
    from: Option<String>,
    /// The name to push, with its registry: 127.0.0.1:5000/team/app
    name: String,
    /// The tag to push
    #[arg(default_value = "latest")]
    tag: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let Arguments { credentials, from, name, tag } = &arguments;
    let docker = Client::from_env()?;
    if let Some(image) = from {
        docker.image_tag(image).repo(name).tag(tag).await?;
    }
    // The Engine wants the header even where a registry asks for no credentials.
    let auth = match credentials.for_image(name).await? {
        Some(auth) => AuthConfig::from(auth),
        None => AuthConfig::default(),
    };
    let mut messages = docker.image_push(name, auth).tag(tag).await?;
    let mut progress = PullProgress::default();
    let terminal = std::io::stderr().is_terminal();
    while let Some(message) = messages.try_next().await? {
        progress.update(&message);
        if terminal {
            eprint!("\r{} of {} layers", progress.complete(), progress.layers().len());
        }
    }
    println!("{}", progress.status());
    Ok(())
}
