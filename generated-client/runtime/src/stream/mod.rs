//! What comes piece by piece: JSON values, the output of containers, bytes, and connections in both directions. Each is a
//! `Stream` that reads no faster than it is polled; dropping it closes its connection. A stream that ends in the middle of
//! something gives an error, never a quiet end.

mod archive;
mod bytes;
mod duplex;
mod frames;
mod json;
mod log;
mod values;
#[cfg(feature = "websocket")]
pub(crate) mod websocket;

pub use bytes::ByteStream;
pub use duplex::{Duplex, Input};
pub use frames::{Framing, LogChunk, LogSource};
pub use json::JsonStream;
pub use log::LogStream;
