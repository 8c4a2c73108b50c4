//! Requests to an Engine as its document has them: by path and query, without a client of that version.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail};
use docker_engine_codegen::api::ApiVersion;
use docker_engine_codegen::drift::Engine;
use docker_engine_runtime::config::{Endpoint, Environment};
use docker_engine_runtime::http::header::{CONTENT_TYPE, USER_AGENT};
use docker_engine_runtime::http::{Method, Request, Response};
use docker_engine_runtime::hyper::HyperTransport;
use docker_engine_runtime::{self as runtime, Body, Client, Limits, Transport};
use futures_util::TryStreamExt as _;
use serde_json::Value as Json;

use crate::usage::Usage;

/// How long an answer may take, from the request to the last byte that is read of it.
const PATIENCE: Duration = Duration::from_secs(120);

/// How much of an answer is read: more than any list of a well-filled Engine has.
const LARGEST: usize = 256 << 20;

/// An Engine, and the version that is spoken with it.
pub(super) struct Daemon {
    transport: Arc<dyn Transport>,
    /// Precedes every path: `/engine` for an Engine behind `http://host/engine`.
    base: String,
    pub(super) version: ApiVersion,
    pub(super) facts: Engine,
}

/// What is asked.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) method: Method,
    /// Encoded, without the version.
    pub(super) path: String,
    pub(super) query: Vec<(String, String)>,
    /// Media type and bytes of the body.
    pub(super) content: Option<(&'static str, Vec<u8>)>,
    /// Read what comes with a success; of a refusal it is always read.
    pub(super) read: bool,
}

/// What is answered.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    /// `None`: not read.
    pub(super) body: Option<Vec<u8>>,
}

impl Reply {
    pub(super) fn media_type(&self) -> &str {
        let found = self.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        found.map_or("no media type", |(_, value)| value.split(';').next().unwrap_or_default().trim())
    }

    /// The JSON values of the body, one after the other; `None` if it is something else.
    pub(super) fn values(&self) -> Option<Vec<Json>> {
        // Each value of a `json-seq` begins with a separator.
        let body: Vec<u8> = self.body.as_deref()?.iter().copied().filter(|byte| *byte != 0x1e).collect();
        serde_json::Deserializer::from_slice(&body).into_iter().collect::<Result<Vec<Json>, _>>().ok()
    }

    pub(super) fn succeeded(&self) -> bool {
        (200..400).contains(&self.status)
    }
}

/// Where an Engine is, and the version that the environment wants.
pub(super) fn endpoint(host: Option<&str>) -> Result<(Endpoint, Option<ApiVersion>)> {
    let mut environment = Environment::of_process();
    if let Some(host) = host {
        Endpoint::parse(host).map_err(|error| Usage::new(format!("--host: {error:#}")))?;
        environment = environment.with("DOCKER_HOST", host);
    }
    let settings = environment.settings()?;
    let pinned =
        settings.version.map(|version| ApiVersion { major: version.major(), minor: version.minor() });
    Ok((settings.endpoint, pinned))
}

impl Daemon {
    /// The Engine at an endpoint.
    pub(super) async fn connect(
        endpoint: &Endpoint,
        version: Option<ApiVersion>,
        newest: ApiVersion,
    ) -> Result<Self> {
        let transport = HyperTransport::connect_to(endpoint)?;
        Self::over(Arc::new(transport), &endpoint.base_path, version, newest)
            .await
            .with_context(|| format!("the Engine at {endpoint}"))
    }

    /// The Engine behind a transport: with the version that is asked for, or with the newest that both know.
    pub(super) async fn over(
        transport: Arc<dyn Transport>,
        base: &str,
        version: Option<ApiVersion>,
        newest: ApiVersion,
    ) -> Result<Self> {
        let base = base.trim_end_matches('/').to_owned();
        let version = match version {
            Some(version) => version,
            None => {
                let newest = runtime::ApiVersion::new(newest.major, newest.minor);
                let client = Client::new(Arc::clone(&transport), newest).with_base_path(&base);
                let agreed = client.negotiate().await?;
                ApiVersion { major: agreed.major(), minor: agreed.minor() }
            }
        };
        let mut daemon = Daemon { transport, base, version, facts: Engine::default() };
        daemon.facts = daemon.describe().await?;
        daemon.check_version()?;
        Ok(daemon)
    }

    /// What the Engine says that it is, under no version.
    async fn describe(&self) -> Result<Engine> {
        let call = Call {
            method: Method::GET,
            path: "/version".to_owned(),
            query: Vec::new(),
            content: None,
            read: true,
        };
        let reply = self.send(&self.base, &call).await?;
        let said = reply.values().and_then(|values| values.into_iter().next()).unwrap_or_default();
        if !reply.succeeded() || !said.is_object() {
            bail!("GET /version is answered with {} and not as an Engine does", reply.status);
        }
        let text = |name: &str| said[name].as_str().unwrap_or("unknown").to_owned();
        Ok(Engine {
            version: text("Version"),
            platform: format!("{}/{}", text("Os"), text("Arch")),
            oldest: said["MinAPIVersion"].as_str().map(str::to_owned),
            newest: said["ApiVersion"].as_str().map(str::to_owned),
        })
    }

    /// An Engine refuses versions that it does not serve: said once, and not for each operation.
    fn check_version(&self) -> Result<()> {
        let parse = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<ApiVersion>().ok());
        let (oldest, newest) = (parse(&self.facts.oldest), parse(&self.facts.newest));
        let served = oldest.is_none_or(|oldest| oldest <= self.version)
            && newest.is_none_or(|newest| self.version <= newest);
        if served {
            return Ok(());
        }
        let show =
            |version: Option<ApiVersion>| version.map_or("?".to_owned(), |version| version.to_string());
        Err(anyhow!("it serves API versions {} to {}, not {}", show(oldest), show(newest), self.version))
    }

    /// Asks, under the version.
    pub(super) async fn ask(&self, call: &Call) -> runtime::Result<Reply> {
        self.send(&format!("{}/v{}", self.base, self.version), call).await
    }

    async fn send(&self, prefix: &str, call: &Call) -> runtime::Result<Reply> {
        let late = |_| {
            let message = format!("{} {} takes longer than {PATIENCE:?}", call.method, call.path);
            runtime::Error::new(runtime::ErrorKind::Timeout, message)
        };
        tokio::time::timeout(PATIENCE, self.exchange(prefix, call)).await.map_err(late)?
    }

    async fn exchange(&self, prefix: &str, call: &Call) -> runtime::Result<Reply> {
        let mut target = format!("{prefix}{}", call.path);
        for (nth, (name, value)) in call.query.iter().enumerate() {
            target.push(if nth == 0 { '?' } else { '&' });
            target.push_str(&format!("{name}={}", encoded(value, false)));
        }
        let (media, body) = match &call.content {
            Some((media, bytes)) => (Some(*media), Body::from(bytes.clone())),
            None => (None, Body::empty()),
        };
        let agent = concat!("docker-engine-rs/", env!("CARGO_PKG_VERSION"));
        let mut request = Request::builder().method(&call.method).uri(target).header(USER_AGENT, agent);
        if let Some(media) = media {
            request = request.header(CONTENT_TYPE, media);
        }
        let request = request.extension(Limits::default()).body(body).map_err(|error| {
            let message = format!("{} {} cannot be asked", call.method, call.path);
            runtime::Error::new(runtime::ErrorKind::Request, message).with_source(error)
        })?;
        let response = self.transport.send(request).await?;
        read(response, call).await
    }
}

/// Reads as much of an answer as is wanted. What is not read ends with its connection.
async fn read(response: Response<Body>, call: &Call) -> runtime::Result<Reply> {
    let (head, mut body) = response.into_parts();
    let status = head.status.as_u16();
    let headers: Vec<(String, String)> = head
        .headers
        .iter()
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    let wanted = (call.read || status >= 400) && call.method != Method::HEAD && status != 101;
    if !wanted {
        return Ok(Reply { status, headers, body: None });
    }
    let mut bytes = Vec::new();
    let broken = |error: runtime::BoxError| {
        let message = format!("the answer to {} {} breaks off", call.method, call.path);
        runtime::Error::new(runtime::ErrorKind::Transport, message).with_source(error)
    };
    while let Some(chunk) = body.try_next().await.map_err(broken)? {
        if bytes.len() + chunk.len() > LARGEST {
            let message =
                format!("{} {} answers with more than {} MiB", call.method, call.path, LARGEST >> 20);
            return Err(runtime::Error::new(runtime::ErrorKind::TooLarge, message));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Reply { status, headers, body: Some(bytes) })
}

/// A value as part of a URL; in some paths slashes stay.
pub(super) fn encoded(value: &str, slashes: bool) -> String {
    let mut text = String::with_capacity(value.len());
    for byte in value.bytes() {
        let plain = byte.is_ascii_alphanumeric() || b"-._~:".contains(&byte) || (slashes && byte == b'/');
        match plain {
            true => text.push(char::from(byte)),
            false => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}
