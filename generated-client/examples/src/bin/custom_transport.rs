//! A transport of one's own: it prints each request with the time to its answer, and lets another transport carry it.

use std::path::PathBuf;
use std::time::Instant;

use clap::Parser;
use docker_engine_v1_51::runtime::dial::Unix;
use docker_engine_v1_51::runtime::hyper::HyperTransport;
use docker_engine_v1_51::runtime::{Body, BoxFuture, Transport, http};
use docker_engine_v1_51::{Client, Result};

/// Carries requests as another transport does, and prints how long each took.
#[derive(Debug)]
struct Timed<T>(T);

impl<T: Transport> Transport for Timed<T> {
    fn send(&self, request: http::Request<Body>) -> BoxFuture<'_, Result<http::Response<Body>>> {
        Box::pin(async move {
            let line = format!("{} {}", request.method(), request.uri());
            let start = Instant::now();
            let response = self.0.send(request).await?;
            eprintln!("{line}: {} after {:.1?}", response.status().as_u16(), start.elapsed());
            Ok(response)
        })
    }
}

/// List images through a transport of one's own.
#[derive(Parser)]
struct Arguments {
    /// The Engine's socket
    #[arg(default_value = "/var/run/docker.sock")]
    socket: PathBuf,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let socket = HyperTransport::new(Unix::new(Arguments::parse().socket));
    let docker = Client::new(Timed(socket));
    for image in docker.image_list().await? {
        println!("{}", image.repo_tags.join(", "));
    }
    Ok(())
}
