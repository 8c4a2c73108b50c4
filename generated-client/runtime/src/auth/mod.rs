//! Credentials for registries: given by the caller, or found where the docker command line keeps them ([`Credentials`]).
//!
//! They travel in the headers `X-Registry-Auth` (one registry) and `X-Registry-Config` (all that a build may need). No error,
//! log or `Debug` output shows them.

mod file;
mod helper;
mod server;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use file::ConfigFile;
use helper::Helper;
pub use server::{registry_of_image, server_key};

use crate::config::Environment;
use crate::model::{Data, Slot};
use crate::{Error, ErrorKind, Result, Secret};

/// Credentials for one registry. What generated crates call `AuthConfig` is made from it.
///
/// ```
/// use docker_engine_runtime::auth::RegistryAuth;
///
/// let auth = RegistryAuth::password("me", "hunter2").for_server("registry.example.com");
/// assert!(!format!("{auth:?}").contains("hunter2"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RegistryAuth {
    /// Name of the user.
    pub username: Option<String>,
    /// The password, or an access token used as one.
    pub password: Option<Secret>,
    /// Token that a registry gave in place of the password.
    pub identity_token: Option<Secret>,
    /// Token that is sent to the registry as it is.
    pub registry_token: Option<Secret>,
    /// The registry: a host with its port, or [Docker Hub's address](server_key).
    pub server_address: Option<String>,
}

crate::model! {
    RegistryAuth {
        username = "username",
        password = "password",
        identity_token = "identitytoken",
        registry_token = "registrytoken",
        server_address = "serveraddress",
    }
}

impl RegistryAuth {
    /// A user and a password.
    pub fn password(username: impl Into<String>, password: impl Into<Secret>) -> Self {
        Self { username: Some(username.into()), password: Some(password.into()), ..Self::default() }
    }

    /// A token that a registry gave in place of a password.
    pub fn identity_token(token: impl Into<Secret>) -> Self {
        Self { identity_token: Some(token.into()), ..Self::default() }
    }

    /// A token that is sent to the registry as it is.
    pub fn registry_token(token: impl Into<Secret>) -> Self {
        Self { registry_token: Some(token.into()), ..Self::default() }
    }

    /// The same for this registry.
    pub fn for_server(mut self, server: impl AsRef<str>) -> Self {
        self.server_address = Some(server_key(server.as_ref()));
        self
    }

    /// Whether there is nothing that a registry would let anyone in for.
    pub fn is_empty(&self) -> bool {
        let secrets = [&self.password, &self.identity_token, &self.registry_token];
        let empty = |text: &Option<Secret>| text.as_ref().is_none_or(|secret| secret.expose().is_empty());
        secrets.into_iter().all(empty) && self.username.as_ref().is_none_or(String::is_empty)
    }
}

/// The same in another type with the same names on the wire: a generated crate's own. What that type has no place for is left
/// out.
#[doc(hidden)]
pub fn convert<T: Data + Default>(auth: &RegistryAuth) -> T {
    let mut other = T::default();
    let RegistryAuth { username, password, identity_token, registry_token, server_address } = auth;
    let texts = [
        ("username", username.as_deref()),
        ("password", password.as_ref().map(Secret::expose)),
        ("identitytoken", identity_token.as_ref().map(Secret::expose)),
        ("registrytoken", registry_token.as_ref().map(Secret::expose)),
        ("serveraddress", server_address.as_deref()),
    ];
    if let Slot::Model(model) = other.slot() {
        for (name, text) in texts {
            if let Some(text) = text
                && let Some(Slot::Text(place)) = model.field(name).map(|field| field.slot())
            {
                place.set(text);
            }
        }
    }
    other
}

/// Lets a generated crate's type for registry credentials be made from [`RegistryAuth`], and from what looking for them in
/// [`Credentials`] gives: `registry_auth! { AuthConfig }`.
#[macro_export]
macro_rules! registry_auth {
    ($name:ident) => {
        impl ::core::convert::From<$crate::auth::RegistryAuth> for $name {
            fn from(auth: $crate::auth::RegistryAuth) -> Self {
                $crate::auth::convert(&auth)
            }
        }

        impl ::core::convert::From<&$crate::auth::RegistryAuth> for $name {
            fn from(auth: &$crate::auth::RegistryAuth) -> Self {
                $crate::auth::convert(auth)
            }
        }

        /// Nobody's credentials where there are none.
        impl ::core::convert::From<::core::option::Option<$crate::auth::RegistryAuth>> for $name {
            fn from(auth: ::core::option::Option<$crate::auth::RegistryAuth>) -> Self {
                $crate::auth::convert(&auth.unwrap_or_default())
            }
        }
    };
}

/// Where the docker command line keeps credentials: its `config.json`, and the programs `docker-credential-*` that the file
/// names. The file is read when this is made; the programs run when they are asked.
#[derive(Clone)]
pub struct Credentials {
    config: ConfigFile,
    path: PathBuf,
}

/// The credentials of every known registry, and what could not be found out.
#[derive(Debug, Default)]
pub struct AllCredentials {
    /// By registry: what `X-Registry-Config` holds.
    pub by_server: BTreeMap<String, RegistryAuth>,
    /// Programs that failed. A build that does not need their registries works without them.
    pub failures: Vec<Error>,
}

impl Credentials {
    /// What the command line would use: `config.json` of `DOCKER_CONFIG` or of `.docker` in the home folder. Without such a
    /// file there are no credentials.
    pub fn from_env() -> Result<Self> {
        Self::of(&Environment::of_process())
    }

    /// What the command line would use in this environment.
    pub fn of(environment: &Environment) -> Result<Self> {
        match environment.config_folder() {
            Some(folder) => Self::read(folder.join("config.json")),
            None => Ok(Self { config: ConfigFile::default(), path: PathBuf::new() }),
        }
    }

    /// What a file of the form of `config.json` says. If it is not there, there are no credentials.
    pub fn read(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref().to_owned();
        Ok(Self { config: file::read(&path)?, path })
    }

    /// The credentials for a registry: `registry.example.com:5000`, `https://registry.example.com`, `docker.io`. `None`: there are
    /// none.
    pub async fn for_server(&self, server: &str) -> Result<Option<RegistryAuth>> {
        let key = server_key(server);
        let found = match self.helper(&key) {
            Some(helper) => helper.get(&key).await?,
            None => self.in_file(&key)?,
        };
        Ok(found.filter(|auth| !auth.is_empty()).map(|auth| auth.for_server(key)))
    }

    /// The credentials for the registry that an image is in: `registry.example.com/a/b:tag`, or `alpine`, which is in Docker Hub.
    pub async fn for_image(&self, image: &str) -> Result<Option<RegistryAuth>> {
        self.for_server(registry_of_image(image)).await
    }

    /// All credentials, for a build that may pull from any registry.
    pub async fn all(&self) -> AllCredentials {
        let mut all = AllCredentials::default();
        let mut servers: Vec<_> =
            self.config.auths.keys().chain(self.config.helpers.keys()).cloned().collect();
        if let Some(store) = Helper::new(&self.config.store) {
            match store.list().await {
                Ok(listed) => servers.extend(listed),
                Err(error) => all.failures.push(error),
            }
        }
        let keys: std::collections::BTreeSet<_> = servers.iter().map(|server| server_key(server)).collect();
        for key in keys {
            match self.for_server(&key).await {
                Ok(Some(auth)) => drop(all.by_server.insert(key, auth)),
                Ok(None) => {}
                Err(error) => all.failures.push(error),
            }
        }
        all
    }

    /// The program that is asked for a registry: its own, or the one for all. Where there is one, the file is not asked.
    fn helper(&self, key: &str) -> Option<Helper> {
        let own = self.config.helpers.iter().find(|(server, _)| server_key(server) == key);
        Helper::new(own.map_or(&self.config.store, |(_, helper)| helper))
    }

    fn in_file(&self, key: &str) -> Result<Option<RegistryAuth>> {
        let found = self.config.auths.iter().find(|(server, _)| server_key(server) == key);
        let Some((server, entry)) = found else { return Ok(None) };
        entry.auth().map(Some).map_err(|why| {
            let message =
                format!("the credentials of {server:?} in {} cannot be used: {why}", self.path.display());
            Error::new(ErrorKind::Config, message)
        })
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Credentials").field(&self.path).finish()
    }
}
