//! HTTP by reqwest: for programs that have a configured `reqwest::Client` already, with its proxies, its TLS, its layers.
//!
//! [`ReqwestTransport::connect_to`] makes a client for an [`Endpoint`]; [`builder`] gives what it is made from, to add to. It
//! carries what the hyper transport carries, hijacked connections and the end of their input included, except `ssh://`.
//!
//! ```
//! use docker_engine_runtime::config::Environment;
//! use docker_engine_runtime::reqwest::ReqwestTransport;
//! use docker_engine_runtime::{ApiVersion, Client, Result};
//!
//! /// The Engine that the environment names, through reqwest.
//! fn client() -> Result<Client> {
//!     let settings = Environment::of_process().settings()?;
//!     Ok(Client::new(ReqwestTransport::connect_to(&settings.endpoint)?, ApiVersion::new(1, 51)))
//! }
//! ```
//!
//! A client that a program brings itself decides more than a transport should, and some of it does not suit an Engine.
//! Make it
//! - with `redirect(Policy::none())`, because redirects are answers here;
//! - without a total timeout, which would cut streams off. Time to connect is the client's to limit too:
//!   [`Limits::connect`](crate::Limits) is not used;
//! - with `no_proxy()` for an Engine at a socket or on this machine;
//! - with `pool_max_idle_per_host(0)` if more than one tokio runtime uses it. Connections are driven by tasks on the runtime in
//!   which they were made, and one that is kept for later waits for ever where that runtime stands still;
//! - with TLS of its own if it has the features `reqwest` and `tls` of this crate: these give reqwest rustls without a provider
//!   of cryptography, and its builder panics unless it is given TLS or the process has a provider. [`builder`] gives it.
//!
//! What reqwest does otherwise than the hyper transport: it spawns a task for each connection, which ends with the answer or
//! with the client; it rewrites URLs, so that a request whose path or query would not be sent as it is written is
//! refused; and an upload that the Engine refuses halfway may show the broken connection in place of the refusal.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body::{Frame, SizeHint};
use reqwest::{ClientBuilder, Url, redirect};

use crate::config::{Address, Endpoint};
use crate::{
    Body, BoxError, BoxFuture, Error, ErrorKind, Limits, Result, Transport, Upgrade, Upgraded, advice,
};

/// What a `reqwest::Client` for an Engine is built from: its socket or its TLS, no redirects, no kept connections, and no
/// proxies unless the Engine is on another machine. Certificates and keys are read here: a bad one is an error with the name
/// of its file.
pub fn builder(endpoint: &Endpoint) -> Result<ClientBuilder> {
    let refuse = |why: &str| {
        let message = format!("{endpoint} cannot be reached through reqwest: {why}");
        Err(Error::new(ErrorKind::Config, message))
    };
    let builder = reqwest::Client::builder().redirect(redirect::Policy::none()).pool_max_idle_per_host(0);
    let builder = match Limits::default().connect {
        Some(limit) => builder.connect_timeout(limit),
        None => builder,
    };
    let builder = secured(builder, endpoint)?;
    match &endpoint.address {
        #[cfg(unix)]
        Address::Unix { path } => Ok(builder.no_proxy().unix_socket(path.as_path())),
        #[cfg(not(unix))]
        Address::Unix { .. } => refuse("this platform has no unix sockets"),
        #[cfg(windows)]
        Address::NamedPipe { path } => Ok(builder.no_proxy().windows_named_pipe(path.replace('/', "\\"))),
        #[cfg(not(windows))]
        Address::NamedPipe { .. } => refuse("only Windows has named pipes"),
        // As the docker command line has it: what is on this machine is never behind a proxy.
        Address::Tcp { host, .. } if is_here(host) => Ok(builder.no_proxy()),
        Address::Tcp { .. } => Ok(builder),
        Address::Ssh { .. } => refuse("ssh is for the hyper transport"),
    }
}

fn is_here(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(feature = "tls")]
fn secured(builder: ClientBuilder, endpoint: &Endpoint) -> Result<ClientBuilder> {
    use crate::dial::client_config;
    let config = match &endpoint.tls {
        Some(tls) => client_config(tls)?,
        // Never used, but reqwest does not build without.
        None => client_config(&crate::config::Tls::new().without_verification())?,
    };
    Ok(builder.tls_backend_preconfigured(config))
}

#[cfg(not(feature = "tls"))]
fn secured(builder: ClientBuilder, endpoint: &Endpoint) -> Result<ClientBuilder> {
    match endpoint.tls {
        None => Ok(builder),
        Some(_) => {
            let message =
                format!("{endpoint} cannot be reached: it asks for TLS, and the feature `tls` is off");
            Err(Error::new(ErrorKind::Config, message))
        }
    }
}

/// The URL that an endpoint has for reqwest.
fn base(endpoint: &Endpoint) -> String {
    let scheme = if endpoint.tls.is_some() { "https" } else { "http" };
    let authority = match &endpoint.address {
        Address::Tcp { host, port } if host.contains(':') => format!("[{host}]:{port}"),
        Address::Tcp { host, port } => format!("{host}:{port}"),
        _ => "localhost".to_owned(),
    };
    format!("{scheme}://{authority}{}", endpoint.base_path)
}

/// Sends through a `reqwest::Client`.
#[derive(Clone)]
pub struct ReqwestTransport {
    client: reqwest::Client,
    base: String,
    /// Where it leads, as errors name it: the base of a socket does not tell.
    address: String,
}

impl ReqwestTransport {
    /// Sends through a client made for this endpoint, its base path included. It can be used from any tokio runtime.
    pub fn connect_to(endpoint: &Endpoint) -> Result<Self> {
        let client = builder(endpoint)?.build().map_err(|error| {
            let message = format!("{endpoint} cannot be reached through reqwest");
            Error::new(ErrorKind::Config, message).with_source(error)
        })?;
        Ok(Self { address: endpoint.to_string(), ..Self::new(client, &base(endpoint))? })
    }

    /// Sends through this client to the Engine at a URL: `http://host:2375`, `https://host:2376/base`. What it needs beyond is
    /// said in [the module](self).
    pub fn new(client: reqwest::Client, base: &str) -> Result<Self> {
        let base = base.trim_end_matches('/');
        let refused = |why: &str| {
            let shown = base.rsplit_once('@').map_or(base, |(_, rest)| rest);
            Error::new(ErrorKind::Config, format!("{shown:?} is not the URL of an Engine: {why}"))
        };
        let url = Url::parse(base).map_err(|error| refused(&error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(refused("reqwest speaks http and https; sockets are said at its client"));
        }
        if url.query().is_some()
            || url.fragment().is_some()
            || !url.username().is_empty()
            || url.password().is_some()
        {
            return Err(refused("users, queries and fragments are not sent"));
        }
        Ok(Self { client, base: base.to_owned(), address: base.to_owned() })
    }

    /// The URL of a request, exactly as it is written.
    fn url(&self, uri: &http::Uri) -> Result<Url> {
        let target = uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
        let unsendable =
            |why: &str| Error::new(ErrorKind::Request, format!("the path cannot be sent: {why}"));
        let url =
            Url::parse(&[&self.base, target].concat()).map_err(|error| unsendable(&error.to_string()))?;
        let sent = url.query().map_or(url.path().to_owned(), |query| [url.path(), "?", query].concat());
        if !sent.ends_with(target) || url.fragment().is_some() {
            return Err(unsendable("reqwest would send it differently"));
        }
        Ok(url)
    }

    async fn exchange(&self, request: Request<Body>) -> Result<Response<Body>> {
        tokio::runtime::Handle::try_current()
            .map_err(|error| advice::unreachable(&self.address, error.into()))?;
        let (parts, body) = request.into_parts();
        let mut request = reqwest::Request::new(parts.method, self.url(&parts.uri)?);
        *request.headers_mut() = parts.headers;
        if !body.is_empty() {
            *request.body_mut() = Some(reqwest::Body::wrap(Shared(Mutex::new(body))));
        }
        let response = self.client.execute(request).await.map_err(|error| self.unsent(error))?;
        if response.status() == StatusCode::SWITCHING_PROTOCOLS {
            let mut answer = Response::new(Body::empty());
            *answer.status_mut() = response.status();
            answer.headers_mut().clone_from(response.headers());
            let upgraded = response.upgrade().await.map_err(broken)?;
            answer.extensions_mut().insert(Upgrade::new(Upgraded::new(upgraded, Bytes::new())));
            return Ok(answer);
        }
        Ok(Response::<reqwest::Body>::from(response)
            .map(|body| Body::wrap_with(body, |error| broken(error).into())))
    }

    fn unsent(&self, error: reqwest::Error) -> Error {
        // A client's certificate is refused after it has begun to speak (TLS 1.3).
        if error.is_connect() || advice::tls(&error).is_some() {
            return advice::unreachable(&self.address, error.without_url().into());
        }
        broken(error)
    }
}

impl fmt::Debug for ReqwestTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The client's own `Debug` shows its default headers.
        f.debug_tuple("ReqwestTransport").field(&self.base).finish()
    }
}

impl Transport for ReqwestTransport {
    fn send(&self, request: Request<Body>) -> BoxFuture<'_, Result<Response<Body>>> {
        Box::pin(self.exchange(request))
    }
}

/// What a failure is. URLs are left out: a query may be secret.
fn broken(error: reqwest::Error) -> Error {
    let error = error.without_url();
    if error.is_timeout() {
        return Error::new(ErrorKind::Timeout, "a time limit of the reqwest client passed")
            .with_source(error);
    }
    if is_cut_off(&error) {
        return Error::new(ErrorKind::Truncated, "the answer ended before its end").with_source(error);
    }
    let message = advice::with_reason("the connection broke", &error);
    Error::new(ErrorKind::Transport, message).with_source(error)
}

fn is_cut_off(error: &reqwest::Error) -> bool {
    let mut cause = std::error::Error::source(error);
    while let Some(source) = cause {
        if let Some(io) = source.downcast_ref::<io::Error>()
            && io.kind() == io::ErrorKind::UnexpectedEof
        {
            return true;
        }
        cause = source.source();
    }
    false
}

/// The body of a request. reqwest wants it `Sync`; only one task ever looks at it, so the lock is never waited for.
struct Shared(Mutex<Body>);

impl http_body::Body for Shared {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let body = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        Pin::new(body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).size_hint()
    }
}
