//! The rules of the docker command line: which of its variables and files says where the Engine is.
//!
//! `DOCKER_HOST` comes first, then `DOCKER_CONTEXT`, then `currentContext` of `config.json`, then the platform's default.
//! `DOCKER_TLS_VERIFY` and `DOCKER_TLS` (any text but none) secure what is not a context, with the files of
//! `DOCKER_CERT_PATH`. `DOCKER_API_VERSION` pins the version.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use super::address;
use super::context;
use super::{Address, Endpoint, Tls};
use crate::{ApiVersion, Error, ErrorKind, InvalidVersion, Result};

/// The variables that the rules read.
const VARIABLES: [&str; 7] = [
    "DOCKER_HOST",
    "DOCKER_CONTEXT",
    "DOCKER_CONFIG",
    "DOCKER_CERT_PATH",
    "DOCKER_TLS_VERIFY",
    "DOCKER_TLS",
    "DOCKER_API_VERSION",
];

/// The name of the context that is no context: the variables and the default.
pub(super) const DEFAULT_CONTEXT: &str = "default";

/// The part of a process's environment that says where the Engine is.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    variables: BTreeMap<&'static str, OsString>,
    home: Option<PathBuf>,
}

/// What an environment says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Where the Engine is.
    pub endpoint: Endpoint,
    /// The version that `DOCKER_API_VERSION` pins.
    pub version: Option<ApiVersion>,
}

impl Environment {
    /// An environment with nothing in it.
    pub fn empty() -> Self {
        Self::default()
    }

    /// This process's environment.
    pub fn of_process() -> Self {
        let variables = VARIABLES.iter().filter_map(|name| Some((*name, std::env::var_os(name)?))).collect();
        Self { variables, home: std::env::home_dir() }
    }

    /// Sets a variable; those that have no say are dropped.
    pub fn with(mut self, name: &str, value: impl Into<OsString>) -> Self {
        if let Some(name) = VARIABLES.into_iter().find(|known| *known == name) {
            self.variables.insert(name, value.into());
        }
        self
    }

    /// Sets the home folder.
    pub fn with_home(mut self, home: impl Into<PathBuf>) -> Self {
        self.home = Some(home.into());
        self
    }

    /// Reads what it says.
    pub fn settings(&self) -> Result<Settings> {
        let version = match self.text("DOCKER_API_VERSION")? {
            None => None,
            Some(text) => Some(text.parse().map_err(|error: InvalidVersion| {
                Error::new(ErrorKind::Config, format!("DOCKER_API_VERSION cannot be used: {error}"))
            })?),
        };
        Ok(Settings { endpoint: self.endpoint()?, version })
    }

    fn endpoint(&self) -> Result<Endpoint> {
        if let Some(host) = self.text("DOCKER_HOST")? {
            return self.plain(Some(host.trim()).filter(|host| !host.is_empty()));
        }
        let context = match self.text("DOCKER_CONTEXT")? {
            Some(name) => name.to_owned(),
            None => self.config_folder().map_or(Ok(String::new()), |config| context::current(&config))?,
        };
        match (context.as_str(), self.config_folder()) {
            ("" | DEFAULT_CONTEXT, _) => self.plain(None),
            (name, Some(config)) => context::endpoint(&config, name),
            (name, None) => {
                let message = format!(
                    "the context {name:?} cannot be found: neither DOCKER_CONFIG nor a home is known"
                );
                Err(Error::new(ErrorKind::Config, message))
            }
        }
    }

    /// What is not a context: an address or the default, with TLS if the variables ask for it.
    fn plain(&self, host: Option<&str>) -> Result<Endpoint> {
        let verify = self.is_set("DOCKER_TLS_VERIFY");
        let secure = verify || self.is_set("DOCKER_TLS");
        let endpoint = match host {
            None => Endpoint { address: Address::default_of(secure), base_path: String::new(), tls: None },
            Some(host) => {
                let (address, base_path) =
                    address::parse(host).map_err(|error| error.within("DOCKER_HOST cannot be used"))?;
                let tls = host.starts_with("https://").then(Tls::new);
                Endpoint { address, base_path, tls }
            }
        };
        if !secure || !matches!(endpoint.address, Address::Tcp { .. }) {
            return Ok(endpoint);
        }
        let folder = match self.variables.get("DOCKER_CERT_PATH").filter(|path| !path.is_empty()) {
            Some(path) => PathBuf::from(path),
            None => self.config_folder().ok_or_else(|| {
                let message =
                    "TLS is asked for, but neither DOCKER_CERT_PATH nor DOCKER_CONFIG nor a home is known";
                Error::new(ErrorKind::Config, message)
            })?,
        };
        let tls = Tls::from_folder(&folder, verify).map_err(|error| {
            error.with_hint("DOCKER_CERT_PATH names the folder with ca.pem, cert.pem and key.pem")
        })?;
        Ok(endpoint.with_tls(tls))
    }

    /// The folder of the command line's configuration.
    pub(crate) fn config_folder(&self) -> Option<PathBuf> {
        match self.variables.get("DOCKER_CONFIG").filter(|path| !path.is_empty()) {
            Some(path) => Some(path.into()),
            None => Some(self.home.as_ref()?.join(".docker")),
        }
    }

    fn is_set(&self, name: &str) -> bool {
        self.variables.get(name).is_some_and(|value| !value.is_empty())
    }

    /// A variable that is not empty.
    fn text(&self, name: &str) -> Result<Option<&str>> {
        match self.variables.get(name).map(OsString::as_os_str).filter(|value| !value.is_empty()) {
            None => Ok(None),
            Some(value) => OsStr::to_str(value)
                .map(Some)
                .ok_or_else(|| Error::new(ErrorKind::Config, format!("{name} is not text: {value:?}"))),
        }
    }
}
