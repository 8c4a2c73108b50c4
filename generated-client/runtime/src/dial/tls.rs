//! Tcp secured with rustls. Certificates and keys are read when the connector is made: a bad one is an error then, with its
//! name, and not at the first request.

use std::io;
use std::sync::Arc;

use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::client::WebPkiServerVerifier;
use tokio_rustls::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use tokio_rustls::rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use tokio_rustls::rustls::{self, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};

use super::{Dial, Tcp};
use crate::config::{Pem, Tls};
use crate::{BoxFuture, Error, ErrorKind, Io, Result};

/// Connects to a host and a port, and secures the connection.
#[derive(Clone, Debug)]
pub struct TlsTcp {
    tcp: Tcp,
    name: ServerName<'static>,
    config: Arc<ClientConfig>,
}

impl TlsTcp {
    /// A connection made by `tcp` to a server whose certificate must be for `host`.
    pub fn new(tcp: Tcp, host: &str, tls: &Tls) -> Result<Self> {
        let name = ServerName::try_from(host.to_owned()).map_err(|error| {
            Error::new(ErrorKind::Config, format!("{host:?} is not a name that a certificate can be for"))
                .with_source(error)
        })?;
        Ok(Self { tcp, name, config: Arc::new(client_config(tls)?) })
    }
}

impl Dial for TlsTcp {
    fn dial(&self) -> BoxFuture<'_, io::Result<Box<dyn Io>>> {
        Box::pin(async move {
            let stream = self.tcp.connect().await?;
            let connector = TlsConnector::from(Arc::clone(&self.config));
            Ok(Box::new(connector.connect(self.name.clone(), stream).await?) as Box<dyn Io>)
        })
    }

    fn address(&self) -> String {
        format!("{} over TLS", self.tcp.address())
    }

    fn host(&self) -> &str {
        self.tcp.host()
    }
}

/// What rustls is told.
pub(crate) fn client_config(tls: &Tls) -> Result<ClientConfig> {
    // Given by hand: a process-wide default is the program's to choose.
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| unusable("TLS", error))?;
    let verifier: Arc<dyn ServerCertVerifier> = if tls.verify {
        let roots = roots(tls)?;
        WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider)
            .build()
            .map_err(|error| unusable("the trusted certificates", error))?
    } else {
        Arc::new(Unverified(provider))
    };
    // "dangerous" is rustls' word for a verifier of one's own; with `verify` it is rustls' own.
    let builder = builder.dangerous().with_custom_certificate_verifier(verifier);
    let Some((certificate, key)) = &tls.identity else { return Ok(builder.with_no_client_auth()) };
    let chain = certificates(certificate)?;
    let secret = PrivateKeyDer::from_pem_slice(key.bytes()).map_err(|error| {
        let message = format!("{} has no private key that can be read", key.name());
        Error::new(ErrorKind::Config, message).with_source(error)
    })?;
    builder.with_client_auth_cert(chain, secret).map_err(|error| {
        let message = format!("{} and {} cannot be used together", certificate.name(), key.name());
        Error::new(ErrorKind::Config, message).with_source(error)
    })
}

fn roots(tls: &Tls) -> Result<RootCertStore> {
    let mut roots = RootCertStore::empty();
    if tls.system_roots || tls.ca.is_none() {
        // Single certificates of a system may be out of order; the others do.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    }
    if let Some(ca) = &tls.ca {
        for certificate in certificates(ca)? {
            roots.add(certificate).map_err(|error| unusable(ca.name(), error))?;
        }
    }
    Ok(roots)
}

fn certificates(pem: &Pem) -> Result<Vec<CertificateDer<'static>>> {
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.bytes()).collect();
    let certificates = certificates.map_err(|error| unusable(pem.name(), error))?;
    if certificates.is_empty() {
        return Err(Error::new(ErrorKind::Config, format!("{} has no certificate", pem.name())));
    }
    Ok(certificates)
}

fn unusable(what: &str, error: impl Into<crate::BoxError>) -> Error {
    Error::new(ErrorKind::Config, format!("{what} cannot be used")).with_source(error)
}

/// Takes any certificate, but still has the server prove that it holds the key.
#[derive(Debug)]
struct Unverified(Arc<CryptoProvider>);

impl ServerCertVerifier for Unverified {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signature, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signature, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
