//! `src/lib.rs`.

use quote::quote;

use super::operations;
use super::{Error, format};
use crate::api::Api;

pub(super) fn text(api: &Api) -> Result<String, Error> {
    let version = operations::version(api.version);
    // The formatter of models and operations is the generator's own; this file and the client pass rustfmt.
    let items = quote! {
        #![doc = include_str!("../README.md")]
        mod client;
        #[rustfmt::skip]
        pub mod models;
        #[rustfmt::skip]
        pub mod operations;
        pub use client::Client;
        pub use docker_engine_runtime as runtime;
        pub use runtime::{Error, Result};
        /// The version of the Engine API that this crate was made for.
        pub const API_VERSION: runtime::ApiVersion = #version;
    };
    format::file("src/lib.rs", items)
}
