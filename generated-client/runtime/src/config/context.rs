//! Contexts of the docker command line: folders under `contexts/meta` and `contexts/tls` of its configuration.
//!
//! The command line names a folder by the SHA-256 of the context's name. Here the folders are searched for the name
//! instead: the metadata holds it too, and no hash function is needed.

use std::fs;
use std::io;
use std::path::Path;

use super::address;
use super::environment::DEFAULT_CONTEXT;
use super::{Address, Endpoint, Tls};
use crate::{Error, ErrorKind, Result, model};

/// `contexts/meta/ID/meta.json`.
#[derive(Default)]
struct Meta {
    name: String,
    endpoints: Endpoints,
}

#[derive(Default)]
struct Endpoints {
    docker: Option<Docker>,
}

#[derive(Default)]
struct Docker {
    host: String,
    skip_tls_verify: bool,
}

crate::model! { Meta { name = "Name", endpoints = "Endpoints" } }
crate::model! { Endpoints { docker = "docker" } }
crate::model! { Docker { host = "Host", skip_tls_verify = "SkipTLSVerify" } }

/// `config.json`, as far as it says where the Engine is.
#[derive(Default)]
struct ConfigFile {
    current_context: String,
}

crate::model! { ConfigFile { current_context = "currentContext" } }

/// The context that `config.json` names. Empty: none, or there is no such file.
pub(super) fn current(config: &Path) -> Result<String> {
    let path = config.join("config.json");
    match fs::read(&path) {
        Ok(json) => Ok(decode::<ConfigFile>(&path, &json)?.current_context),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(unreadable(&path, error)),
    }
}

/// The endpoint of a context.
pub(super) fn endpoint(config: &Path, name: &str) -> Result<Endpoint> {
    let folder = config.join("contexts").join("meta");
    let missing = |mut known: Vec<String>| {
        known.push(DEFAULT_CONTEXT.to_owned());
        known.sort_unstable();
        let message = format!("there is no context {name:?} in {}", folder.display());
        let hint = format!("DOCKER_CONTEXT or config.json may name one of these: {}", known.join(", "));
        Err(Error::new(ErrorKind::Config, message).with_hint(hint))
    };
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return missing(Vec::new()),
        Err(error) => return Err(unreadable(&folder, error)),
    };
    let mut known = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| unreadable(&folder, error))?;
        let path = entry.path().join("meta.json");
        let Ok(json) = fs::read(&path) else { continue };
        let meta = match decode::<Meta>(&path, &json) {
            Ok(meta) if meta.name == name => meta,
            Ok(meta) => {
                known.push(meta.name);
                continue;
            }
            // Another context's file is not this one's trouble.
            Err(_) => continue,
        };
        let Some(docker) = meta.endpoints.docker else {
            let message = format!("the context {name:?} ({}) has no docker endpoint", path.display());
            return Err(Error::new(ErrorKind::Config, message));
        };
        let tls = config.join("contexts").join("tls").join(entry.file_name()).join("docker");
        return resolve(name, &docker, &tls);
    }
    missing(known)
}

fn resolve(name: &str, docker: &Docker, tls: &Path) -> Result<Endpoint> {
    if docker.host.is_empty() {
        let address = Address::default_of(false);
        return Ok(Endpoint { address, base_path: String::new(), tls: None });
    }
    let (address, base_path) = address::parse(&docker.host)
        .map_err(|error| error.within(&format!("the context {name:?} cannot be used")))?;
    let tls = match address {
        Address::Tcp { .. } => Tls::from_context(tls, !docker.skip_tls_verify)?,
        _ => None,
    };
    Ok(Endpoint { address, base_path, tls })
}

fn decode<T: model::Data + Default>(path: &Path, json: &[u8]) -> Result<T> {
    model::from_slice(json)
        .map_err(|error| Error::new(ErrorKind::Config, format!("{} cannot be read: {error}", path.display())))
}

fn unreadable(path: &Path, error: io::Error) -> Error {
    Error::of_system(ErrorKind::Config, &format!("cannot read {}", path.display()), error)
}
