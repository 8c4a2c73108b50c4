//! What the tests of this crate share.

#![allow(dead_code, unreachable_pub, clippy::unwrap_used)]

pub mod api;
pub mod server;
