//! Connects to an Engine in each of the ways there are, and tells which API version the two agree on.
//!
//! ```text
//! connect                                                     # as the docker command line would
//! connect unix:///var/run/docker.sock
//! connect tcp://127.0.0.1:2375
//! connect tcp://127.0.0.1:2376 --ca ca.pem --cert cert.pem --key key.pem
//! connect ssh://user@host
//! connect --context production
//! ```

use std::path::PathBuf;

use clap::Parser;
use docker_engine_v1_51::runtime::config::{Endpoint, Environment, Tls};
use docker_engine_v1_51::{Client, Result};

/// Connect to an Engine and tell which versions are spoken.
#[derive(Parser)]
struct Arguments {
    /// Where it is: unix:///path, tcp://host:port, https://host, ssh://user@host; what the environment says without it
    url: Option<String>,
    /// A context of the docker command line
    #[arg(long, conflicts_with = "url")]
    context: Option<String>,
    /// Certificate of the authority that the Engine's certificate is from
    #[arg(long, requires = "url")]
    ca: Option<PathBuf>,
    /// Our certificate
    #[arg(long, requires = "key")]
    cert: Option<PathBuf>,
    /// Our key
    #[arg(long, requires = "cert")]
    key: Option<PathBuf>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let docker = connect(&Arguments::parse())?;
    let spoken = docker.negotiate().await?;
    let server = docker.system_version().await?;
    println!("Engine {}, API {}", server.version.unwrap_or_default(), server.api_version.unwrap_or_default());
    println!("spoken with this program: {spoken}");
    Ok(())
}

fn connect(arguments: &Arguments) -> Result<Client> {
    if let Some(context) = &arguments.context {
        let environment = Environment::of_process().with("DOCKER_HOST", "").with("DOCKER_CONTEXT", context);
        return Client::connect_to(&environment.settings()?.endpoint);
    }
    let Some(url) = &arguments.url else { return Client::from_env() };
    let mut endpoint = Endpoint::parse(url)?;
    if arguments.ca.is_some() || arguments.cert.is_some() {
        let mut tls = Tls::new();
        if let Some(ca) = &arguments.ca {
            tls = tls.ca_file(ca)?;
        }
        if let (Some(certificate), Some(key)) = (&arguments.cert, &arguments.key) {
            tls = tls.identity_files(certificate, key)?;
        }
        endpoint = endpoint.with_tls(tls);
    }
    Client::connect_to(&endpoint)
}
