//! `config.json`, as far as it holds credentials or names the programs that do.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

use super::RegistryAuth;
use crate::{Error, ErrorKind, Result, Secret, model};

/// Padding is often lost on the way into the file.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

#[derive(Clone, Default)]
pub(super) struct ConfigFile {
    pub(super) auths: BTreeMap<String, Entry>,
    /// The program for all registries that have none of their own.
    pub(super) store: String,
    /// The programs of single registries.
    pub(super) helpers: BTreeMap<String, String>,
}

crate::model! { ConfigFile { auths = "auths", store = "credsStore", helpers = "credHelpers" } }

/// The credentials of one registry, as the file has them.
#[derive(Clone, Default)]
pub(super) struct Entry {
    /// `user:password` in base64.
    auth: Secret,
    username: Option<String>,
    password: Option<Secret>,
    identity_token: Option<Secret>,
    registry_token: Option<Secret>,
}

crate::model! {
    Entry {
        auth = "auth",
        username = "username",
        password = "password",
        identity_token = "identitytoken",
        registry_token = "registrytoken",
    }
}

impl Entry {
    /// `Err` says why not, without the text.
    pub(super) fn auth(&self) -> Result<RegistryAuth, &'static str> {
        let mut auth = RegistryAuth {
            username: self.username.clone(),
            password: self.password.clone(),
            identity_token: self.identity_token.clone(),
            registry_token: self.registry_token.clone(),
            server_address: None,
        };
        let coded = self.auth.expose().trim();
        if !coded.is_empty() {
            let bytes = BASE64.decode(coded).map_err(|_| "`auth` is not base64")?;
            let text = String::from_utf8(bytes).map_err(|_| "`auth` is not text")?;
            let (user, password) =
                text.split_once(':').ok_or("`auth` is not a user and a password with `:` between")?;
            auth.username = Some(user.to_owned());
            auth.password = Some(password.trim_matches('\0').into());
        }
        let full = |secret: &Secret| !secret.expose().is_empty();
        auth.identity_token = auth.identity_token.filter(full);
        auth.registry_token = auth.registry_token.filter(full);
        // Beside an identity token stands a user without a password.
        auth.password = auth.password.filter(full);
        auth.username = auth.username.filter(|user| !user.is_empty());
        Ok(auth)
    }
}

pub(super) fn read(path: &Path) -> Result<ConfigFile> {
    let json = match fs::read(path) {
        Ok(json) => json,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(ConfigFile::default()),
        Err(error) => {
            return Err(Error::of_system(
                ErrorKind::Config,
                &format!("cannot read {}", path.display()),
                error,
            ));
        }
    };
    if json.trim_ascii().is_empty() {
        return Ok(ConfigFile::default());
    }
    // Its words are not shown: a value that is misplaced may be a secret.
    let shape: Result<ConfigFile, _> = model::from_slice(&json);
    shape.map_err(|_| {
        let message = format!(
            "{} is not JSON, or its auths, credHelpers or credsStore are not of their form",
            path.display()
        );
        Error::new(ErrorKind::Config, message)
    })
}
