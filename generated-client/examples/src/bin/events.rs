//! Prints what happens on an Engine, as `docker events` does, until it is interrupted.

use clap::Parser;
use docker_engine_v1_51::Client;
use futures_util::TryStreamExt;

/// Print what happens on the Engine.
#[derive(Parser)]
struct Arguments {
    /// Also what happened since: seconds since 1970, or a time such as 2025-01-31T12:00:00Z
    #[arg(long)]
    since: Option<String>,
    /// Only until then; without it the program goes on until it is interrupted
    #[arg(long)]
    until: Option<String>,
    /// Only of such things: container, image, volume, network, …
    #[arg(long = "type", value_name = "TYPE")]
    types: Vec<String>,
    /// Only of things with this label: KEY or KEY=VALUE
    #[arg(long)]
    label: Vec<String>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let docker = Client::from_env()?;
    let mut follow = docker.system_events().filters(|filters| {
        let filters = arguments.types.iter().fold(filters, |filters, kind| filters.type_(kind));
        arguments.label.iter().fold(filters, |filters, label| filters.label(label))
    });
    if let Some(since) = &arguments.since {
        follow = follow.since(since);
    }
    if let Some(until) = &arguments.until {
        follow = follow.until(until);
    }
    let mut events = follow.await?;
    while let Some(event) = events.try_next().await? {
        let actor = event.actor.unwrap_or_default();
        let attributes = actor.attributes.unwrap_or_default();
        let name = attributes.get("name").cloned().or(actor.id).unwrap_or_default();
        let kind = event.type_.map(|kind| kind.to_string()).unwrap_or_default();
        println!("{}  {kind} {}  {name}", event.time.unwrap_or_default(), event.action.unwrap_or_default());
    }
    Ok(())
}
