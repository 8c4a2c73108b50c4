//! The Engine that the environment names for tests.

use std::env;
use std::sync::Arc;

use docker_engine_runtime::config::Endpoint;
use docker_engine_runtime::hyper::HyperTransport;
use docker_engine_runtime::testing::Recorder;
use docker_engine_runtime::{ApiVersion, Result, Transport};

use crate::docker_engine::{API_VERSION, Client};
use crate::{Journal, Noting};

/// An Engine for tests, and what is known of it.
#[derive(Debug)]
pub struct Engine {
    /// Its URL.
    pub host: String,
    /// Its version: `28.5.2`.
    pub version: String,
    /// The newest API version that it speaks.
    pub newest: ApiVersion,
    /// Whether it is podman's Docker-compatible service.
    pub podman: bool,
    /// A registry that asks for nothing.
    pub registry: String,
    /// A registry that asks for `user` and `pass`.
    pub registry_auth: String,
}

impl Engine {
    /// The Engine of `DOCKER_HOST`, `ENGINE_VERSION` and `ENGINE_API_MAX`. `None`: they do not name one.
    pub fn of_environment() -> Option<Self> {
        let version = env::var("ENGINE_VERSION").ok()?;
        let or = |name, default: &str| env::var(name).unwrap_or_else(|_| default.to_owned());
        Some(Self {
            host: env::var("DOCKER_HOST").ok()?,
            newest: env::var("ENGINE_API_MAX").ok()?.parse().ok()?,
            podman: false,
            // What follows belongs to who packaged it.
            version: version.split(['+', '-', '~']).next().unwrap_or_default().to_owned(),
            registry: or("ENGINE_REGISTRY", "127.0.0.1:5000"),
            registry_auth: or("ENGINE_REGISTRY_AUTH", "127.0.0.1:5001"),
        })
    }

    /// Asks whether it is podman.
    pub async fn learn(mut self) -> Result<Self> {
        let version = self.unnoted()?.system_version().await?;
        // Its service names itself among the components, which old documents do not have.
        self.podman = serde_json::to_string(&version).is_ok_and(|version| version.contains("Podman"));
        Ok(self)
    }

    /// What it is called in tables and file names: `28.5 v1.51`.
    pub fn label(&self) -> String {
        let release = self.version.splitn(3, '.').take(2).collect::<Vec<_>>().join(".");
        let kind = if self.podman { "podman " } else { "" };
        format!("{kind}{release} v{API_VERSION}")
    }

    /// A client whose operations are written in the journal. With `DOCKER_ENGINE_LIVE_RECORD` the exchanges are recorded
    /// in that folder as well.
    pub fn client(&self, journal: &Arc<Journal>) -> Result<Client> {
        let wire = HyperTransport::connect_to(&Endpoint::parse(&self.host)?)?;
        let wire: Arc<dyn Transport> = match env::var("DOCKER_ENGINE_LIVE_RECORD") {
            Ok(folder) => {
                let name = self.label().replace(' ', "-");
                Arc::new(Recorder::create(format!("{folder}/{name}.jsonl"), wire)?)
            }
            Err(_) => Arc::new(wire),
        };
        Ok(Client::new(Noting::new(wire, Arc::clone(journal))))
    }

    /// A client that leaves no trace in the journal.
    pub fn unnoted(&self) -> Result<Client> {
        Client::connect(&self.host)
    }
}
