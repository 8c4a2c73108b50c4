//! Whether the output of a container comes in frames or as it is.
//!
//! It comes as it is when the container has a terminal. From API 1.42 on the media type of the answer tells; before, nothing
//! in the answer does, and the Engine is asked by inspecting the container, exec, service or task.

use http::{Response, StatusCode};
use serde_json::Value;

use super::{Request, path};
use crate::answer::{Context, checked};
use crate::error::Call;
use crate::stream::Framing;
use crate::{ApiVersion, Body, Client, Error, ErrorKind, OperationMeta, Result, limits, model};

/// The version from which on the media type of output tells how it is framed.
const TOLD_SINCE: ApiVersion = ApiVersion::new(1, 42);

/// How to find out about the terminal of the thing whose output is asked for.
pub(super) struct Terminal {
    meta: &'static OperationMeta,
    /// What the caller says.
    said: Option<bool>,
    told: bool,
    kind: Kind,
    /// Path of the inspect operation.
    inspect: String,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Container,
    Exec,
    Service,
    Task,
}

impl Kind {
    fn of(path: &str) -> Option<Self> {
        match path.split('/').nth(1)? {
            "containers" => Some(Self::Container),
            "exec" => Some(Self::Exec),
            "services" => Some(Self::Service),
            "tasks" => Some(Self::Task),
            _ => None,
        }
    }

    /// What follows the id in the path of the inspect operation.
    fn inspect_suffix(self) -> &'static str {
        match self {
            Self::Container | Self::Exec => "/json",
            Self::Service | Self::Task => "",
        }
    }

    /// Where the answer of the inspect operation tells of the terminal.
    fn pointer(self) -> &'static str {
        match self {
            Self::Container => "/Config/Tty",
            Self::Exec => "/ProcessConfig/tty",
            Self::Service => "/Spec/TaskTemplate/ContainerSpec/TTY",
            Self::Task => "/Spec/ContainerSpec/TTY",
        }
    }
}

impl Terminal {
    /// `None`: the operation's output has no frames, or nothing of it can be inspected.
    pub(super) fn of(request: &Request, version: ApiVersion) -> Option<Self> {
        let meta = request.meta;
        if meta.upgrade.is_some_and(|protocol| protocol != "tcp") {
            return None;
        }
        let kind = Kind::of(meta.path)?;
        let resource = &meta.path[..=meta.path.find('}')?];
        let resource = path::fill(resource, &request.path).ok()?;
        let inspect = format!("{}/v{version}{resource}{}", request.client.base_path(), kind.inspect_suffix());
        Some(Self { meta, said: request.tty, told: version >= TOLD_SINCE, kind, inspect })
    }

    /// Asks where the answer will not tell. Before sending: a container may be gone when its output has ended.
    pub(super) async fn before_sending(&self, client: &Client) -> Result<Option<Framing>> {
        match self.said {
            Some(tty) => Ok(Some(framing(tty))),
            None if self.told => Ok(None),
            None => self.ask(client).await.map(Some),
        }
    }

    /// What the answer tells. `None` where that cannot be relied on: an exec that was not upgraded calls even frames raw.
    pub(super) fn told_by(&self, response: &Response<Body>) -> Option<Framing> {
        let upgraded = response.status() == StatusCode::SWITCHING_PROTOCOLS;
        if !upgraded && response.body().is_empty() {
            return Some(Framing::Raw);
        }
        let told = Framing::from_headers(response.headers())?;
        (told == Framing::Multiplexed || self.kind != Kind::Exec || upgraded).then_some(told)
    }

    /// Asks the Engine.
    pub(super) async fn ask(&self, client: &Client) -> Result<Framing> {
        let call = Call { method: http::Method::GET, ..Call::new(self.meta, &self.inspect) };
        let inspected = self.inspect(client, &call).await.map_err(|error| error.with_call(Some(&call)))?;
        Ok(framing(inspected.pointer(self.kind.pointer()) == Some(&Value::Bool(true))))
    }

    async fn inspect(&self, client: &Client, call: &Call) -> Result<Value> {
        let uri = self.inspect.parse().map_err(|error: http::uri::InvalidUri| {
            Error::new(ErrorKind::Request, format!("the path cannot be sent: {error}"))
        })?;
        let mut request = http::Request::new(Body::empty());
        *request.uri_mut() = uri;
        super::add_own_headers(request.headers_mut());
        let mut response = limits::send(client.transport(), request, client.limits()).await?;
        response.extensions_mut().insert(Context { call: Some(call.clone()), ..Context::default() });
        let response = checked(self.meta, response, |status| status == StatusCode::OK).await?;
        let body = response.into_body().collect().await?;
        model::from_slice(&body)
            .map_err(|error| Error::new(ErrorKind::Decode, format!("the answer cannot be read: {error}")))
    }
}

fn framing(tty: bool) -> Framing {
    if tty { Framing::Raw } else { Framing::Multiplexed }
}
