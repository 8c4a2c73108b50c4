//! Starts a container in the background, as `docker run --detach` does, and prints its id.

use std::collections::BTreeMap;

use clap::Parser;
use docker_engine_examples::key_value;
use docker_engine_v1_51::Client;
use docker_engine_v1_51::models::{ContainerCreateRequest, HostConfig, PortBinding};

/// Start a container in the background and print its id.
#[derive(Parser)]
struct Arguments {
    /// What the container is called; the Engine makes up a name without this
    #[arg(long)]
    name: Option<String>,
    /// A label; may be given several times
    #[arg(long, value_name = "KEY=VALUE", value_parser = key_value)]
    label: Vec<(String, String)>,
    /// An environment variable; may be given several times
    #[arg(long, short, value_name = "KEY=VALUE")]
    env: Vec<String>,
    /// A port of the host that leads to a port of the container; may be given several times
    #[arg(long, short, value_name = "HOST:CONTAINER", value_parser = ports)]
    publish: Vec<(u16, u16)>,
    /// A volume or a folder of the host, and where it is in the container; may be given several times
    #[arg(long, short, value_name = "SOURCE:TARGET")]
    volume: Vec<String>,
    /// Name of the image
    image: String,
    /// The command and its arguments; the image's own without any
    #[arg(trailing_var_arg = true)]
    command: Vec<String>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let docker = Client::from_env()?;

    let container = |port: u16| format!("{port}/tcp");
    let exposed: BTreeMap<_, _> =
        arguments.publish.iter().map(|(_, port)| (container(*port), serde_json::json!({}))).collect();
    let bindings = arguments.publish.iter().map(|(host, port)| {
        let binding = PortBinding { host_port: Some(host.to_string()), ..Default::default() };
        (container(*port), Some(vec![binding]))
    });
    let request = ContainerCreateRequest {
        image: Some(arguments.image.clone()),
        cmd: (!arguments.command.is_empty()).then_some(arguments.command),
        env: Some(arguments.env),
        labels: Some(arguments.label.into_iter().collect()),
        exposed_ports: Some(exposed),
        host_config: Some(HostConfig {
            binds: Some(arguments.volume),
            port_bindings: Some(bindings.collect()),
            ..Default::default()
        }),
        ..Default::default()
    };
    let create = || {
        let create = docker.container_create(request.clone());
        match &arguments.name {
            Some(name) => create.name(name),
            None => create,
        }
    };
    let created = match create().await {
        Err(error) if error.is_not_found() => {
            docker.pull(&arguments.image).await?;
            create().await?
        }
        created => created?,
    };
    created.warnings.iter().for_each(|warning| eprintln!("warning: {warning}"));
    if let Err(error) = docker.container_start(&created.id).await {
        // What could not be started (a port that is taken) is not left behind.
        docker.container_delete(&created.id).force(true).v(true).await?;
        return Err(error.into());
    }
    println!("{}", created.id);
    Ok(())
}

fn ports(text: &str) -> Result<(u16, u16), String> {
    let (host, container) = text.split_once(':').ok_or("expected HOST:CONTAINER, such as 8080:80")?;
    let number = |port: &str| port.parse().map_err(|error| format!("{port:?}: {error}"));
    Ok((number(host)?, number(container)?))
}
