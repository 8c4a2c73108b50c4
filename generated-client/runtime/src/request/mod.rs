//! A request being built: an operation's path, query, headers and body, all without IO. Generated request types wrap
//! one; what a value is written as is decided here.

mod path;
mod query;
mod send;
mod terminal;

use std::fmt::{self, Display};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use http::header::{CONNECTION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, UPGRADE, USER_AGENT};

use crate::model::{Data, to_vec};
use crate::{ApiVersion, Body, Client, Error, ErrorKind, Filters, Limits, OperationMeta, Result};
use query::Query;

/// A request of one operation, before it is sent.
pub struct Request {
    client: Client,
    meta: &'static OperationMeta,
    path: Vec<(&'static str, String)>,
    query: Query,
    filters: Vec<(&'static str, Filters)>,
    headers: HeaderMap,
    header_names: Vec<&'static str>,
    body: Body,
    tty: Option<bool>,
    limits: Option<Limits>,
    invalid: Option<Error>,
}

impl Request {
    /// A request of this operation with nothing set.
    pub fn new(client: &Client, meta: &'static OperationMeta) -> Self {
        Self {
            client: client.clone(),
            meta,
            path: Vec::new(),
            query: Query::default(),
            filters: Vec::new(),
            headers: HeaderMap::new(),
            header_names: Vec::new(),
            body: Body::empty(),
            tty: None,
            limits: None,
            invalid: None,
        }
    }

    /// The operation.
    pub fn meta(&self) -> &'static OperationMeta {
        self.meta
    }

    #[cfg(feature = "blocking")]
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// A path parameter of one segment.
    pub fn path(mut self, name: &'static str, value: &str) -> Self {
        match path::segment(value) {
            Ok(encoded) => self.path.push((name, encoded)),
            Err(why) => self.refuse(format!("the path parameter {name} ({value:?}) {why}")),
        }
        self
    }

    /// A path parameter of several segments: its slashes stay.
    pub fn segments(mut self, name: &'static str, value: &str) -> Self {
        match path::segments(value) {
            Ok(encoded) => self.path.push((name, encoded)),
            Err(why) => self.refuse(format!("the path parameter {name} ({value:?}) {why}")),
        }
        self
    }

    /// A query parameter.
    pub fn query(mut self, name: &'static str, value: impl Display) -> Self {
        self.query.set(name, vec![value.to_string()]);
        self
    }

    /// A query parameter that stands once for each value.
    pub fn query_multi(mut self, name: &'static str, values: impl IntoIterator<Item = impl Display>) -> Self {
        self.query.set(name, values.into_iter().map(|value| value.to_string()).collect());
        self
    }

    /// A query parameter with all values in one text.
    pub fn query_joined(
        mut self,
        name: &'static str,
        separator: char,
        values: impl IntoIterator<Item = impl Display>,
    ) -> Self {
        let value = self.joined(name, separator, values);
        self.query.set(name, vec![value]);
        self
    }

    /// A query parameter in JSON.
    pub fn query_json(mut self, name: &'static str, value: &dyn Data) -> Self {
        self.query.set(name, vec![json_text(value)]);
        self
    }

    /// A query parameter that stands once for each value, in JSON.
    pub fn query_multi_json<T: Data>(
        mut self,
        name: &'static str,
        values: impl IntoIterator<Item = T>,
    ) -> Self {
        self.query.set(name, values.into_iter().map(|value| json_text(&value)).collect());
        self
    }

    /// Filters. Those of an earlier call stay.
    pub fn filters(mut self, name: &'static str, filters: Filters) -> Self {
        match self.filters.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => old.merge(filters),
            None => self.filters.push((name, filters)),
        }
        self
    }

    /// A header.
    pub fn header(mut self, name: &'static str, value: impl Display) -> Self {
        self.set_header(name, [value.to_string()]);
        self
    }

    /// A header that stands once for each value.
    pub fn header_multi(
        mut self,
        name: &'static str,
        values: impl IntoIterator<Item = impl Display>,
    ) -> Self {
        self.set_header(name, values.into_iter().map(|value| value.to_string()));
        self
    }

    /// A header with all values in one text.
    pub fn header_joined(
        mut self,
        name: &'static str,
        separator: char,
        values: impl IntoIterator<Item = impl Display>,
    ) -> Self {
        let value = self.joined(name, separator, values);
        self.set_header(name, [value]);
        self
    }

    /// A header in JSON.
    pub fn header_json(mut self, name: &'static str, value: &dyn Data) -> Self {
        self.set_header(name, [json_text(value)]);
        self
    }

    /// A header in JSON in URL-safe base64: registry credentials.
    pub fn header_base64url_json(mut self, name: &'static str, value: &dyn Data) -> Self {
        self.set_header(name, [URL_SAFE.encode(to_vec(value))]);
        self
    }

    /// A header of registry credentials: JSON in URL-safe base64. Without any there is no header.
    pub fn credentials(mut self, name: &'static str, value: &dyn Data) -> Self {
        let json = to_vec(value);
        if matches!(&json[..], b"{}" | b"null") {
            self.unset_header(name);
        } else {
            self.set_header(name, [URL_SAFE.encode(json)]);
        }
        self
    }

    /// A header in JSON in base64.
    pub fn header_base64_json(mut self, name: &'static str, value: &dyn Data) -> Self {
        self.set_header(name, [STANDARD.encode(to_vec(value))]);
        self
    }

    /// A body in JSON.
    pub fn json(self, value: &dyn Data) -> Self {
        self.body("application/json", to_vec(value))
    }

    /// A body of this media type.
    pub fn body(mut self, media_type: &'static str, body: impl Into<Body>) -> Self {
        self.headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        self.body = body.into();
        self
    }

    /// Says whether the container has a terminal, so that nobody need ask the Engine. Not sent.
    pub fn tty(mut self, tty: bool) -> Self {
        self.tty = Some(tty);
        self
    }

    /// What this request is limited to, instead of what its client says.
    pub fn limits(&mut self, limits: Limits) {
        self.limits = Some(limits);
    }

    /// The request as it would be sent now: in the client's version as far as it is known, without a host.
    pub fn into_http(self) -> Result<http::Request<Body>> {
        let version = self.client.version();
        self.build(version)
    }

    fn joined(
        &mut self,
        name: &'static str,
        separator: char,
        values: impl IntoIterator<Item = impl Display>,
    ) -> String {
        let mut text = String::new();
        for (index, value) in values.into_iter().enumerate() {
            let value = value.to_string();
            if value.contains(separator) {
                self.refuse(format!("a value of {name} holds {separator:?}, which stands between values"));
            }
            if index > 0 {
                text.push(separator);
            }
            text.push_str(&value);
        }
        text
    }

    fn set_header(&mut self, name: &'static str, values: impl IntoIterator<Item = String>) {
        let Ok(header) = HeaderName::from_bytes(name.as_bytes()) else {
            return self.refuse(format!("{name:?} is not a header name"));
        };
        self.headers.remove(&header);
        self.header_names.push(name);
        for value in values {
            // Its words are not shown: headers carry credentials.
            match HeaderValue::from_str(&value) {
                Ok(value) => drop(self.headers.append(&header, value)),
                Err(_) => self.refuse(format!(
                    "the value of the header {name} has a character that headers cannot hold"
                )),
            }
        }
    }

    fn unset_header(&mut self, name: &'static str) {
        self.headers.remove(name);
        self.header_names.retain(|known| *known != name);
    }

    /// Keeps the first reason not to send.
    fn refuse(&mut self, why: String) {
        self.invalid.get_or_insert_with(|| Error::new(ErrorKind::Request, why));
    }

    /// Checks that the version has the operation and every parameter that is set.
    fn gate(&self, version: ApiVersion) -> Result<()> {
        let too_old = |what: String, since: ApiVersion| {
            let sentence = format!("{what} needs API version {since}, but {version} is in use");
            let hint = if self.client.is_pinned() {
                "pin no version before that one"
            } else {
                "do without it, or use a newer Engine"
            };
            Err(Error::new(ErrorKind::Version, sentence).with_hint(hint))
        };
        if let Some(since) = self.meta.since.filter(|since| *since > version) {
            return too_old(format!("the operation {}", self.meta.id), since);
        }
        let filters = self.filters.iter().map(|(name, _)| *name);
        let set: Vec<_> =
            self.query.names().chain(self.header_names.iter().copied()).chain(filters).collect();
        for parameter in self.meta.parameters {
            if let Some(since) = parameter.since.filter(|since| *since > version)
                && set.contains(&parameter.name)
            {
                return too_old(format!("the parameter {} of {}", parameter.name, self.meta.id), since);
            }
            let filters = self.filters.iter().filter(|(name, _)| *name == parameter.name);
            for key in filters.flat_map(|(_, filters)| filters.listed_keys()) {
                let found = parameter.filters.iter().find(|(known, _)| *known == key);
                if let Some((_, since)) = found.filter(|(_, since)| *since > version) {
                    return too_old(format!("the filter {key} of {}", self.meta.id), *since);
                }
            }
        }
        Ok(())
    }

    fn path_in(&self, version: ApiVersion) -> Result<String> {
        let path = path::fill(self.meta.path, &self.path).map_err(|name| {
            Error::new(ErrorKind::Request, format!("the path parameter {name} is missing"))
        })?;
        Ok(format!("{}/v{version}{path}", self.client.base_path()))
    }

    fn build(mut self, version: ApiVersion) -> Result<http::Request<Body>> {
        if let Some(error) = self.invalid.take() {
            return Err(error);
        }
        self.gate(version)?;
        let mut target = self.path_in(version)?;
        for (name, filters) in std::mem::take(&mut self.filters) {
            if !filters.is_empty() {
                self.query.set(name, vec![filters.to_json()]);
            }
        }
        self.query.write(&mut target);
        if let Some(protocol) = self.meta.upgrade {
            self.headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
            self.headers.insert(UPGRADE, HeaderValue::from_static(protocol));
            if protocol == "websocket" {
                ask_for_websocket(&mut self.headers)?;
            }
        }
        add_own_headers(&mut self.headers);
        let uri: http::Uri = target.parse().map_err(|error: http::uri::InvalidUri| {
            Error::new(ErrorKind::Request, format!("the path cannot be sent: {error}"))
        })?;
        let mut request = http::Request::new(self.body);
        *request.method_mut() = self.meta.method.clone();
        *request.uri_mut() = uri;
        *request.headers_mut() = self.headers;
        // For transports that treat operations differently.
        request.extensions_mut().insert(self.meta);
        Ok(request)
    }
}

/// What begins a websocket (RFC 6455, 4.1).
#[cfg(feature = "websocket")]
fn ask_for_websocket(headers: &mut HeaderMap) -> Result<()> {
    use http::header::{SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION};
    let key = HeaderValue::try_from(crate::stream::websocket::generate_key()).map_err(|error| {
        Error::new(ErrorKind::Request, format!("the websocket's key cannot be sent: {error}"))
    })?;
    headers.insert(SEC_WEBSOCKET_KEY, key);
    headers.insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
    Ok(())
}

#[cfg(not(feature = "websocket"))]
fn ask_for_websocket(_: &mut HeaderMap) -> Result<()> {
    Err(Error::new(ErrorKind::Request, "attaching by websocket needs the feature `websocket`, which is off"))
}

/// What every request says of its sender.
pub(crate) fn add_own_headers(headers: &mut HeaderMap) {
    const NAME: &str = concat!("docker-engine-rs/", env!("CARGO_PKG_VERSION"));
    headers.insert(USER_AGENT, HeaderValue::from_static(NAME));
}

fn json_text(value: &dyn Data) -> String {
    String::from_utf8(to_vec(value)).expect("JSON is text")
}

impl fmt::Debug for Request {
    /// Names what is set; values may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let filters = self.filters.iter().map(|(name, _)| *name);
        let query: Vec<_> = self.query.names().chain(filters).collect();
        f.debug_struct("Request")
            .field("operation", &self.meta.id)
            .field("path", &self.path)
            .field("query", &query)
            .field("headers", &self.header_names)
            .finish_non_exhaustive()
    }
}
