//! Registry credentials from the command line, or from where the docker command line keeps them.

use std::io::Read;

use docker_engine_v1_51::runtime::auth::{Credentials, RegistryAuth};

/// How a registry is told who asks.
#[derive(Debug, clap::Args)]
pub struct CredentialArguments {
    /// User at the registry; the password is read from standard input. Without it the docker command line's
    /// config.json and its credential helpers are asked
    #[arg(long, value_name = "NAME")]
    username: Option<String>,
}

impl CredentialArguments {
    /// The credentials for the registry of an image. `None`: there are none, and none may be needed.
    pub async fn for_image(&self, image: &str) -> anyhow::Result<Option<RegistryAuth>> {
        let Some(username) = &self.username else {
            return Ok(Credentials::from_env()?.for_image(image).await?);
        };
        // Not an argument: those are there for every user of the machine to see.
        let mut password = String::new();
        std::io::stdin().read_to_string(&mut password)?;
        Ok(Some(RegistryAuth::password(username, password.trim_end_matches(['\r', '\n']))))
    }
}
