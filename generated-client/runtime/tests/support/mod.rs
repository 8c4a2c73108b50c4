//! What the tests of this crate share.

#![allow(dead_code, unreachable_pub, clippy::unwrap_used)]

pub mod api;
#[cfg(feature = "testing")]
pub mod daemon;
#[cfg(feature = "testing")]
pub mod serve;
pub mod server;
#[cfg(all(feature = "ssh", unix))]
pub mod sshd;
pub mod tar;
