//! Tells the main facts of a container.

use clap::Parser;
use docker_engine_examples::short;
use docker_engine_v1_51::Client;

/// Tell the main facts of a container.
#[derive(Parser)]
struct Arguments {
    /// All facts, in JSON
    #[arg(long)]
    json: bool,
    /// Name or id
    container: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let docker = Client::from_env()?;
    let container = docker.container_inspect(&arguments.container).await?;
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&container)?);
        return Ok(());
    }

    let config = container.config.unwrap_or_default();
    let state = container.state.unwrap_or_default();
    println!("name     {}", container.name.unwrap_or_default().trim_start_matches('/'));
    println!("id       {}", short(&container.id.unwrap_or_default()));
    println!("image    {}", config.image.unwrap_or_default());
    println!(
        "command  {} {}",
        container.path.unwrap_or_default(),
        container.args.unwrap_or_default().join(" ")
    );
    let status = state.status.map(|status| status.to_string()).unwrap_or_default();
    println!("state    {status}, exit code {}", state.exit_code.unwrap_or_default());
    for mount in container.mounts.iter().flatten() {
        let source = mount.name.as_ref().or(mount.source.as_ref()).map_or("", String::as_str);
        println!("mount    {source} at {}", mount.destination.as_deref().unwrap_or_default());
    }
    for (name, network) in container.network_settings.and_then(|settings| settings.networks).iter().flatten()
    {
        println!("network  {name} {}", network.ip_address.as_deref().unwrap_or_default());
    }
    Ok(())
}
