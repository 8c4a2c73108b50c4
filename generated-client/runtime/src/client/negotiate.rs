//! Which API version is spoken: one that was pinned, or the newest that both sides know.
//!
//! An Engine refuses versions newer than its own, so a client asks once, by a ping without a version in its path, before
//! its first request. Clones ask together. Versions that are too old for an Engine are only known from its refusal.

use std::sync::Arc;

use http::header::HeaderMap;
use http::{Method, Response};
use tokio::sync::OnceCell;

use crate::answer::checked;
use crate::error::Call;
use crate::{ApiVersion, Body, Client, Error, ErrorKind, OperationMeta, Result, limits};

/// The version of a client.
#[derive(Clone, Debug)]
pub(super) enum Versioning {
    /// Somebody has chosen it.
    Pinned(ApiVersion),
    /// No newer than this one, and agreed on when first needed.
    Negotiated { newest: ApiVersion, agreed: Arc<OnceCell<ApiVersion>> },
}

impl Versioning {
    pub(super) fn up_to(newest: ApiVersion) -> Self {
        Self::Negotiated { newest, agreed: Arc::default() }
    }

    /// The version as far as it is known.
    pub(super) fn known(&self) -> ApiVersion {
        match self {
            Self::Pinned(version) => *version,
            Self::Negotiated { newest, agreed } => agreed.get().copied().unwrap_or(*newest),
        }
    }

    /// The version, asked for if need be. Whoever comes while another asks waits for that answer.
    pub(super) async fn settle(&self, client: &Client) -> Result<ApiVersion> {
        match self {
            Self::Pinned(version) => Ok(*version),
            Self::Negotiated { newest, agreed } => agreed
                .get_or_try_init(|| async {
                    let offered = newest_of(client).await?;
                    Ok(offered.map_or(*newest, |offered| offered.min(*newest)))
                })
                .await
                .copied(),
        }
    }
}

static PING: OperationMeta = OperationMeta {
    id: "SystemPing",
    tag: "System",
    method: Method::GET,
    path: "/_ping",
    since: None,
    deprecated: false,
    parameters: &[],
    statuses: &[200, 500],
    upgrade: None,
    long_poll: false,
};

/// The question, for errors that belong to no other request.
pub(super) fn call() -> Call {
    Call::new(&PING, PING.path)
}

/// The newest version of an Engine. `None`: it does not say.
async fn newest_of(client: &Client) -> Result<Option<ApiVersion>> {
    // HEAD came with API 1.40, and not every server that speaks this API has it.
    match ping(client, Method::HEAD).await {
        Ok(response) if response.status().is_success() => return Ok(offered(response.headers())),
        Err(error) if error.is_connect() || error.is_timeout() => return Err(error),
        _ => {}
    }
    let response = ping(client, Method::GET).await?;
    // An Engine in trouble answers 500 and still says what it speaks.
    if let Some(version) = offered(response.headers()) {
        return Ok(Some(version));
    }
    checked(&PING, response, |status| status.is_success()).await.map(|_| None)
}

async fn ping(client: &Client, method: Method) -> Result<Response<Body>> {
    let uri = format!("{}/_ping", client.base_path()).parse().map_err(|error: http::uri::InvalidUri| {
        Error::new(ErrorKind::Config, format!("the base path cannot be sent: {error}"))
    })?;
    let mut request = http::Request::new(Body::empty());
    *request.method_mut() = method;
    *request.uri_mut() = uri;
    crate::request::add_own_headers(request.headers_mut());
    request.extensions_mut().insert(&PING);
    limits::send(client.transport(), request, client.limits()).await
}

fn offered(headers: &HeaderMap) -> Option<ApiVersion> {
    headers.get("api-version")?.to_str().ok()?.trim().parse().ok()
}

/// Makes a refusal of the version an error that says what to do. Engines of all ages word it alike:
/// `client version 1.25 is too old. Minimum supported API version is 1.44, …`.
pub(crate) fn explain(error: Error, used: ApiVersion, pinned: bool) -> Error {
    let limit = |words: &str| {
        let (_, rest) = error.message().split_once(words)?;
        let end = rest.find(|char: char| !char.is_ascii_digit() && char != '.').unwrap_or(rest.len());
        rest[..end].trim_end_matches('.').parse::<ApiVersion>().ok()
    };
    if !error.is_bad_request() {
        return error;
    }
    let (message, hint) = if let Some(oldest) = limit("is too old. Minimum supported API version is ") {
        let (major, minor) = (oldest.major(), oldest.minor());
        let hint = match pinned {
            true => format!("pin no version before {oldest}, or none: then it is agreed on"),
            false => format!("use the crate docker-engine-v{major}-{minor} or a newer one"),
        };
        (format!("the Engine takes API version {oldest} and newer, but {used} is in use"), hint)
    } else if let Some(newest) = limit("is too new. Maximum supported API version is ") {
        (
            format!("the Engine takes API versions up to {newest}, but {used} is in use"),
            format!("pin no version after {newest}, or none: then it is agreed on"),
        )
    } else {
        return error;
    };
    let explained = Error::new(ErrorKind::Version, message).with_hint(hint);
    explained.with_call(error.call().cloned().as_ref()).with_source(error)
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::*;

    #[test]
    fn refusals_are_explained() {
        let refused = |words: &str| {
            let error = Error::from_status(StatusCode::BAD_REQUEST, words.to_owned());
            explain(error, ApiVersion::new(1, 25), false)
        };
        let error = refused(
            "client version 1.25 is too old. Minimum supported API version is 1.44, please upgrade your client to a newer version",
        );
        assert_eq!(error.kind(), ErrorKind::Version);
        assert!(error.to_string().contains("docker-engine-v1-44"), "{error}");
        let error = refused("client version 1.25 is too new. Maximum supported API version is 1.24");
        assert!(error.kind() == ErrorKind::Version && error.message().contains("up to 1.24"), "{error}");
        assert_eq!(refused("invalid port").kind(), ErrorKind::Status);
    }
}
