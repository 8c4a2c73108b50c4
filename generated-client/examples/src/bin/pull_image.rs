//! Pulls an image with a progress bar for each layer, as the docker command line draws them. Credentials come from
//! its config.json, or from the command line.

use std::collections::HashMap;

use clap::Parser;
use docker_engine_examples::credentials::CredentialArguments;
use docker_engine_v1_51::Client;
use docker_engine_v1_51::models::AuthConfig;
use docker_engine_v1_51::runtime::tasks::PullProgress;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

/// Pull an image and draw its layers.
#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    credentials: CredentialArguments,
    /// Name of the image: alpine, 127.0.0.1:5000/team/app:1.2, alpine@sha256:…
    image: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let docker = Client::from_env()?;
    let mut pull = docker.pull(&arguments.image);
    if let Some(auth) = arguments.credentials.for_image(&arguments.image).await? {
        pull = pull.auth(AuthConfig::from(auth));
    }
    let mut layers = Layers::default();
    let done = pull.on_progress(move |progress| layers.draw(progress)).await?;
    println!("{}", done.digest().unwrap_or_default());
    println!("{}", done.status());
    Ok(())
}

/// One bar for each layer. On a terminal only: elsewhere nothing is drawn.
#[derive(Default)]
struct Layers {
    bars: MultiProgress,
    by_id: HashMap<String, ProgressBar>,
}

impl Layers {
    fn draw(&mut self, progress: &PullProgress) {
        for layer in progress.layers() {
            let bar = self.by_id.entry(layer.id.clone()).or_insert_with(|| {
                let style = ProgressStyle::with_template("{prefix}: {msg:17} {bar:50} {bytes}/{total_bytes}");
                let bar = self.bars.add(ProgressBar::new(0));
                bar.set_prefix(layer.id.clone());
                bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
            });
            bar.set_message(layer.status.clone());
            if let Some(total) = layer.total {
                bar.set_length(total);
            }
            bar.set_position(layer.current.unwrap_or_default());
            if layer.is_complete() && !bar.is_finished() {
                bar.abandon();
            }
        }
    }
}
