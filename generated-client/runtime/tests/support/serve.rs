//! The suite's Engine behind a listener, in a thread and a runtime of its own: what it spawns is not the client's.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use docker_engine_runtime::config::{Endpoint, Tls};
use docker_engine_runtime::{Body, Error, Upgrade, Upgraded};
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::oneshot;

use super::daemon::Daemon;

pub trait Socket: AsyncRead + AsyncWrite + Send + Unpin + 'static {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin + 'static> Socket for T {}

/// A server that ends when it is dropped.
pub struct Served {
    /// Where it listens: a URL.
    pub url: String,
    pub daemon: Arc<Daemon>,
    secured: bool,
    _stop: oneshot::Sender<()>,
}

impl Served {
    pub fn tcp() -> Self {
        Self::listen(|daemon| async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            let url = format!("tcp://{}", listener.local_addr().unwrap());
            let serving = async move {
                loop {
                    let (stream, _) = listener.accept().await.unwrap();
                    tokio::spawn(serve(stream, Arc::clone(&daemon)));
                }
            };
            (url, serving)
        })
    }

    #[cfg(unix)]
    pub fn unix(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("docker-engine-{}-{name}.sock", std::process::id()));
        Self::listen(move |daemon| async move {
            let _ = std::fs::remove_file(&path);
            let listener = tokio::net::UnixListener::bind(&path).unwrap();
            let url = format!("unix://{}", path.display());
            let serving = async move {
                let _removed = Removed(path);
                loop {
                    let (stream, _) = listener.accept().await.unwrap();
                    tokio::spawn(serve(stream, Arc::clone(&daemon)));
                }
            };
            (url, serving)
        })
    }

    /// Tcp with TLS, for clients that show a certificate of `certs`.
    #[cfg(feature = "tls")]
    pub fn tls() -> Self {
        use tokio_rustls::TlsAcceptor;
        use tokio_rustls::rustls::crypto::ring::default_provider;
        use tokio_rustls::rustls::pki_types::pem::PemObject;
        use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
        use tokio_rustls::rustls::server::WebPkiClientVerifier;
        use tokio_rustls::rustls::{RootCertStore, ServerConfig};

        let provider = Arc::new(default_provider());
        let mut roots = RootCertStore::empty();
        for known in ["ca.pem", "client-rsa.pem"] {
            roots.add(CertificateDer::from_pem_file(certs().join(known)).unwrap()).unwrap();
        }
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_client_cert_verifier(verifier.build().unwrap())
            .with_single_cert(
                vec![CertificateDer::from_pem_file(certs().join("server.pem")).unwrap()],
                PrivateKeyDer::from_pem_file(certs().join("server-key.pem")).unwrap(),
            )
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let served = Self::listen(|daemon| async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            let url = format!("tcp://{}", listener.local_addr().unwrap());
            let serving = async move {
                loop {
                    let (stream, _) = listener.accept().await.unwrap();
                    let (acceptor, daemon) = (acceptor.clone(), Arc::clone(&daemon));
                    tokio::spawn(async move {
                        if let Ok(stream) = acceptor.accept(stream).await {
                            serve(stream, daemon).await;
                        }
                    });
                }
            };
            (url, serving)
        });
        Self { secured: true, ..served }
    }

    /// How a client finds it, with the certificates that it wants where it wants any.
    pub fn endpoint(&self) -> Endpoint {
        let endpoint = Endpoint::parse(&self.url).unwrap();
        if !self.secured {
            return endpoint;
        }
        let tls = Tls::new().ca_file(certs().join("ca.pem")).unwrap();
        endpoint
            .with_tls(tls.identity_files(certs().join("client.pem"), certs().join("client-key.pem")).unwrap())
    }

    fn listen<L, F>(listen: impl FnOnce(Arc<Daemon>) -> L + Send + 'static) -> Self
    where
        L: Future<Output = (String, F)>,
        F: Future<Output = ()>,
    {
        let daemon = Arc::new(Daemon::default());
        let served = Arc::clone(&daemon);
        let (stop, stopped) = oneshot::channel();
        let (tell, told) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let (url, serving) = listen(served).await;
                tell.send(url).unwrap();
                tokio::select! { () = serving => {}, _ = stopped => {} }
            });
        });
        Self { url: told.recv().unwrap(), daemon, secured: false, _stop: stop }
    }
}

/// The folder of the certificates for [`Served::tls`].
pub fn certs() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/certs")
}

struct Removed(std::path::PathBuf);

impl Drop for Removed {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Serves one connection to its end.
async fn serve(socket: impl Socket, daemon: Arc<Daemon>) {
    let service = service_fn(move |mut request: hyper::Request<hyper::body::Incoming>| {
        let daemon = Arc::clone(&daemon);
        async move {
            let handed_over = hyper::upgrade::on(&mut request);
            let mut response = daemon.answer(request.map(Body::wrap)).await?;
            if let Some(mut side) = response.extensions_mut().remove::<Upgrade>().and_then(|side| side.take())
            {
                tokio::spawn(async move {
                    let Ok(upgraded) = handed_over.await else { return };
                    let parts = upgraded.downcast::<ServerIo>().expect("our own socket");
                    let mut socket = Upgraded::new(parts.io.socket, parts.read_buf);
                    let _ = tokio::io::copy_bidirectional(&mut socket, &mut side).await;
                });
            }
            Ok::<_, Error>(response)
        }
    });
    let io = ServerIo { socket: Box::new(socket), buffer: vec![0; 16 << 10] };
    // A client that goes away is an error here, and what the suite wants to see.
    let _ = http1::Builder::new().serve_connection(io, service).with_upgrades().await;
}

struct ServerIo {
    socket: Box<dyn Socket>,
    buffer: Vec<u8>,
}

impl Read for ServerIo {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        mut cursor: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let length = cursor.remaining().min(this.buffer.len());
        let mut buffer = ReadBuf::new(&mut this.buffer[..length]);
        ready!(Pin::new(&mut this.socket).poll_read(cx, &mut buffer))?;
        cursor.put_slice(buffer.filled());
        Poll::Ready(Ok(()))
    }
}

impl Write for ServerIo {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.socket).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        ready!(Pin::new(&mut this.socket).poll_shutdown(cx))?;
        // As Engines do: closing a socket with something unread in it would take the answer back.
        loop {
            let mut buffer = ReadBuf::new(&mut this.buffer);
            ready!(Pin::new(&mut this.socket).poll_read(cx, &mut buffer))?;
            if buffer.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
        }
    }
}
