//! What is known of an operation without running it: generated crates hold one [`OperationMeta`] for each.

use http::Method;

use crate::ApiVersion;

/// Facts about an operation.
#[derive(Debug)]
pub struct OperationMeta {
    /// Its id in the document: `ContainerList`.
    pub id: &'static str,
    /// The group it stands in: `Container`.
    pub tag: &'static str,
    /// HTTP method.
    pub method: Method,
    /// Path template: `/containers/{id}/json`.
    pub path: &'static str,
    /// The version it came with. `None`: it is as old as the oldest known document.
    pub since: Option<ApiVersion>,
    /// Whether the document calls it deprecated.
    pub deprecated: bool,
    /// Its parameters in document order.
    pub parameters: &'static [ParameterMeta],
    /// The documented statuses.
    pub statuses: &'static [u16],
    /// The protocol it asks to switch to: `tcp`, `h2c` or `websocket`.
    pub upgrade: Option<&'static str>,
    /// The answer may take as long as the Engine likes (wait, follow).
    pub long_poll: bool,
}

/// Facts about a parameter.
#[derive(Debug)]
pub struct ParameterMeta {
    /// Name on the wire.
    pub name: &'static str,
    /// Where it travels.
    pub location: Location,
    /// The version it came with. `None`: it is as old as its operation.
    pub since: Option<ApiVersion>,
    /// Of a `filters` parameter, the keys that are younger than it, with the version that each came with.
    pub filters: &'static [(&'static str, ApiVersion)],
}

impl ParameterMeta {
    /// A parameter in the path.
    pub const fn path(name: &'static str) -> Self {
        Self { name, location: Location::Path, since: None, filters: &[] }
    }

    /// A parameter in the query.
    pub const fn query(name: &'static str) -> Self {
        Self { name, location: Location::Query, since: None, filters: &[] }
    }

    /// A parameter in a header.
    pub const fn header(name: &'static str) -> Self {
        Self { name, location: Location::Header, since: None, filters: &[] }
    }

    /// The same, younger than its operation.
    pub const fn since(mut self, version: ApiVersion) -> Self {
        self.since = Some(version);
        self
    }

    /// The same with filter keys that are younger than it.
    pub const fn filters(mut self, keys: &'static [(&'static str, ApiVersion)]) -> Self {
        self.filters = keys;
        self
    }
}

/// Where a parameter travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Location {
    /// In the path.
    Path,
    /// In the query.
    Query,
    /// In a header.
    Header,
}
