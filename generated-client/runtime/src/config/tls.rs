//! What secures a connection: whom to trust and what to show. The texts are kept as they were read; a transport says when one
//! of them is no certificate or no key.

use std::fmt;
use std::io;
use std::path::Path;

use crate::{Error, ErrorKind, Result};

/// How a connection over tcp is secured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tls {
    /// Certificates of the authorities to trust. `None`: those of the system.
    pub ca: Option<Pem>,
    /// Whether the system's authorities are trusted beside `ca`.
    pub system_roots: bool,
    /// The certificate to show and its key.
    pub identity: Option<(Pem, Pem)>,
    /// Whether the Engine's certificate is checked. Without, anybody between can read and change everything.
    pub verify: bool,
}

impl Tls {
    /// TLS that trusts the system's authorities and shows no certificate.
    pub fn new() -> Self {
        Self { ca: None, system_roots: false, identity: None, verify: true }
    }

    /// Trusts the authorities of a file, and no others.
    pub fn ca_file(mut self, path: impl AsRef<Path>) -> Result<Self> {
        self.ca = Some(Pem::read(path.as_ref())?);
        Ok(self)
    }

    /// Shows the certificate of a file, which belongs to the key of another.
    pub fn identity_files(mut self, certificate: impl AsRef<Path>, key: impl AsRef<Path>) -> Result<Self> {
        self.identity = Some((Pem::read(certificate.as_ref())?, Pem::read(key.as_ref())?));
        Ok(self)
    }

    /// Takes any certificate of the Engine.
    pub fn without_verification(mut self) -> Self {
        self.verify = false;
        self
    }

    /// What the folder of DOCKER_CERT_PATH holds, as the command line reads it: `ca.pem` is needed to verify; `cert.pem`
    /// and `key.pem` may be missing.
    pub(super) fn from_folder(folder: &Path, verify: bool) -> Result<Self> {
        let ca = if verify { Some(Pem::read(&folder.join("ca.pem"))?) } else { None };
        let identity = identity(folder)?;
        Ok(Self { ca, system_roots: true, identity, verify })
    }

    /// What a context's folder holds: every file may be missing. `None`: there are none.
    pub(super) fn from_context(folder: &Path, verify: bool) -> Result<Option<Self>> {
        let ca = Pem::read_if_there(&folder.join("ca.pem"))?;
        let identity = identity(folder)?;
        if ca.is_none() && identity.is_none() && verify {
            return Ok(None);
        }
        Ok(Some(Self { ca, system_roots: false, identity, verify }))
    }
}

impl Default for Tls {
    fn default() -> Self {
        Self::new()
    }
}

/// The certificate and the key of a folder. One without the other is a mistake.
fn identity(folder: &Path) -> Result<Option<(Pem, Pem)>> {
    let certificate = Pem::read_if_there(&folder.join("cert.pem"))?;
    let key = Pem::read_if_there(&folder.join("key.pem"))?;
    match (certificate, key) {
        (Some(certificate), Some(key)) => Ok(Some((certificate, key))),
        (None, None) => Ok(None),
        (certificate, _) => {
            let (there, missing) =
                if certificate.is_some() { ("cert.pem", "key.pem") } else { ("key.pem", "cert.pem") };
            let message = format!("{} has {there} but no {missing}", folder.display());
            Err(Error::new(ErrorKind::Config, message))
        }
    }
}

/// Certificates or a key in PEM, and where they came from. `Debug` does not show them.
#[derive(Clone, PartialEq, Eq)]
pub struct Pem {
    name: String,
    bytes: Vec<u8>,
}

impl Pem {
    /// Text that errors call by `name`.
    pub fn new(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), bytes: bytes.into() }
    }

    /// The text of a file.
    pub fn read(path: &Path) -> Result<Self> {
        match std::fs::read(path) {
            Ok(bytes) => Ok(Self::new(path.display().to_string(), bytes)),
            Err(error) => {
                Err(Error::of_system(ErrorKind::Config, &format!("cannot read {}", path.display()), error))
            }
        }
    }

    fn read_if_there(path: &Path) -> Result<Option<Self>> {
        match path.metadata() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            _ => Self::read(path).map(Some),
        }
    }

    /// Its name: usually the path of its file.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl fmt::Debug for Pem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pem").field(&self.name).finish()
    }
}
