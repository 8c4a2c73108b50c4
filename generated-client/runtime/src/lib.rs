//! What all generated Docker Engine clients share: how values become JSON and back, how requests are built, sent and
//! answered, what streams give, what errors say. It knows nothing of any operation: generated crates declare those with
//! the macros here ([`model!`], [`string_enum!`], [`operation!`], [`outcome!`], [`headers!`], [`client!`]).

mod advice;
pub mod answer;
pub mod auth;
#[cfg(feature = "blocking")]
pub mod blocking;
mod body;
mod client;
pub mod config;
mod date_time;
pub mod dial;
mod error;
mod filters;
#[cfg(feature = "hyper")]
pub mod hyper;
mod limits;
mod meta;
pub mod model;
mod observe;
pub mod operation;
mod request;
#[cfg(feature = "reqwest")]
pub mod reqwest;
pub mod retry;
mod secret;
pub mod stream;
pub mod tasks;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(feature = "tower")]
pub mod tower;
mod transport;
mod version;

pub use body::Body;
pub use client::Client;
pub use date_time::DateTime;
pub use error::{BoxError, Error, ErrorKind, Result};
pub use filters::Filters;
pub use limits::Limits;
pub use meta::{Location, OperationMeta, ParameterMeta};
pub use operation::{BoxFuture, Operation, Sending};
pub use request::Request;
pub use retry::Retry;
pub use secret::Secret;
pub use serde_json::Value;
pub use stream::{ByteStream, Duplex, JsonStream, LogChunk, LogSource, LogStream};
pub use transport::{Io, Transport, Upgrade, Upgraded};
pub use version::{ApiVersion, InvalidVersion};

pub use {bytes, http, serde};
