//! The core that every generated client wraps: a transport and the version that is spoken. Cheap to clone.

mod negotiate;

use std::fmt;
use std::sync::Arc;

use negotiate::Versioning;
pub(crate) use negotiate::explain;

#[cfg(feature = "hyper")]
use crate::config::Endpoint;
use crate::{ApiVersion, Limits, Result, Transport};

/// What generated clients share. They wrap one each and add the operations of their version.
#[derive(Clone)]
pub struct Client {
    core: Arc<Core>,
}

#[derive(Clone)]
struct Core {
    transport: Arc<dyn Transport>,
    /// Precedes every path: `/engine` for an Engine behind `http://host/engine`.
    base_path: String,
    version: Versioning,
    limits: Limits,
    #[cfg(feature = "blocking")]
    home: crate::blocking::Home,
}

impl Client {
    /// A client that sends through this transport, and speaks this version or the newest one that the Engine knows,
    /// whichever is older. It asks the Engine once, before the first request.
    pub fn new(transport: impl Transport, newest: ApiVersion) -> Self {
        Self {
            core: Arc::new(Core {
                transport: Arc::new(transport),
                base_path: String::new(),
                version: Versioning::up_to(newest),
                limits: Limits::default(),
                #[cfg(feature = "blocking")]
                home: Default::default(),
            }),
        }
    }

    /// A client of the Engine at a URL: `unix:///var/run/docker.sock`, `tcp://host:2375`, `http://host:2375/base`.
    #[cfg(feature = "hyper")]
    pub fn connect(url: &str, version: ApiVersion) -> Result<Self> {
        Self::connect_to(&Endpoint::parse(url)?, version)
    }

    /// A client of the Engine at an endpoint, which may say how the connection is secured.
    #[cfg(feature = "hyper")]
    pub fn connect_to(endpoint: &Endpoint, version: ApiVersion) -> Result<Self> {
        let transport = crate::hyper::HyperTransport::connect_to(endpoint)?;
        Ok(Self::new(transport, version).with_base_path(&endpoint.base_path))
    }

    /// A client of the Engine that the environment names, by the rules of the docker command line.
    /// `DOCKER_API_VERSION` pins the version.
    #[cfg(feature = "hyper")]
    pub fn from_env(version: ApiVersion) -> Result<Self> {
        let settings = crate::config::Environment::of_process().settings()?;
        let client = Self::connect_to(&settings.endpoint, version)?;
        Ok(match settings.version {
            Some(pinned) => client.with_version(pinned),
            None => client,
        })
    }

    /// A client that speaks this version and does not ask.
    pub fn with_version(mut self, version: ApiVersion) -> Self {
        Arc::make_mut(&mut self.core).version = Versioning::Pinned(version);
        self
    }

    /// The same client with a path before every operation's.
    pub fn with_base_path(mut self, path: &str) -> Self {
        Arc::make_mut(&mut self.core).base_path = path.trim_end_matches('/').to_owned();
        self
    }

    /// The same client with these limits.
    pub fn with_limits(mut self, limits: Limits) -> Self {
        Arc::make_mut(&mut self.core).limits = limits;
        self
    }

    /// What its requests are limited to.
    pub fn limits(&self) -> &Limits {
        &self.core.limits
    }

    /// The version as far as it is known: before the first request, the newest that this client speaks.
    pub fn version(&self) -> ApiVersion {
        self.core.version.known()
    }

    /// Whether somebody has chosen the version.
    pub(crate) fn is_pinned(&self) -> bool {
        matches!(self.core.version, Versioning::Pinned(_))
    }

    /// The version that is spoken with the Engine, which is asked if nobody has asked it yet.
    pub async fn negotiate(&self) -> Result<ApiVersion> {
        self.settle().await.map_err(|error| error.with_call(Some(&negotiate::call())))
    }

    /// The same for the sake of a request, which its errors then name.
    pub(crate) async fn settle(&self) -> Result<ApiVersion> {
        self.core.version.settle(self).await
    }

    #[cfg(feature = "blocking")]
    pub(crate) fn home(&self) -> &crate::blocking::Home {
        &self.core.home
    }

    pub(crate) fn base_path(&self) -> &str {
        &self.core.base_path
    }

    /// What carries the requests.
    pub fn transport(&self) -> &dyn Transport {
        &*self.core.transport
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("transport", &self.core.transport)
            .field("version", &format_args!("{}", self.version()))
            .finish()
    }
}

/// Gives a struct with a field `core` the constructors of a client: `client!(Client, crate::API_VERSION)`.
#[macro_export]
macro_rules! client {
    ($name:ident, $version:expr) => {
        impl $name {
            /// A client that sends through this transport.
            pub fn new(transport: impl $crate::Transport) -> Self {
                Self { core: $crate::Client::new(transport, $version) }
            }

            /// A client that speaks this API version and does not ask the Engine which ones it knows.
            pub fn with_version(self, version: $crate::ApiVersion) -> Self {
                Self { core: self.core.with_version(version) }
            }

            /// The same client with other limits of time and size.
            pub fn with_limits(self, limits: $crate::Limits) -> Self {
                Self { core: self.core.with_limits(limits) }
            }

            /// The API version that is spoken with the Engine, which is asked if nobody has asked it yet: the crate's
            /// version, or the Engine's newest if that is older.
            pub async fn negotiate(&self) -> $crate::Result<$crate::ApiVersion> {
                self.core.negotiate().await
            }

            /// The API version as far as it is known: before the first request, the crate's or the pinned one.
            pub fn version(&self) -> $crate::ApiVersion {
                self.core.version()
            }

            /// The runtime's client within.
            pub fn core(&self) -> &$crate::Client {
                &self.core
            }
        }

        impl ::core::convert::From<$crate::Client> for $name {
            fn from(core: $crate::Client) -> Self {
                Self { core }
            }
        }

        $crate::client_connect!($name, $version);
        $crate::client_tasks!($name);
        $crate::client_blocking!($name);
    };
}

/// The constructors that need a transport of the runtime's own.
#[cfg(feature = "hyper")]
#[doc(hidden)]
#[macro_export]
macro_rules! client_connect {
    ($name:ident, $version:expr) => {
        impl $name {
            /// A client of the Engine that the environment names, as for the docker command line.
            pub fn from_env() -> $crate::Result<Self> {
                $crate::Client::from_env($version).map(Self::from)
            }

            /// A client of the Engine at a URL: `unix:///var/run/docker.sock`, `tcp://host:2375`.
            pub fn connect(url: impl ::core::convert::AsRef<str>) -> $crate::Result<Self> {
                $crate::Client::connect(url.as_ref(), $version).map(Self::from)
            }

            /// A client of the Engine at an endpoint, which may say how the connection is secured.
            pub fn connect_to(endpoint: &$crate::config::Endpoint) -> $crate::Result<Self> {
                $crate::Client::connect_to(endpoint, $version).map(Self::from)
            }
        }
    };
}

/// The constructors that need a transport of the runtime's own: there is none.
#[cfg(not(feature = "hyper"))]
#[doc(hidden)]
#[macro_export]
macro_rules! client_connect {
    ($name:ident, $version:expr) => {};
}

/// What a client needs for programs that block: nothing.
#[cfg(not(feature = "blocking"))]
#[doc(hidden)]
#[macro_export]
macro_rules! client_blocking {
    ($name:ident) => {};
}
