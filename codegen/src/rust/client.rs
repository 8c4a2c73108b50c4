//! `src/client.rs`: the type that the operations are methods of.

use quote::quote;

use super::{Error, docs, format};
use crate::api::Api;

pub(super) fn text(api: &Api) -> Result<String, Error> {
    let about =
        ["A client of the Docker Engine API v", &api.version.to_string(), ": a method for each operation."];
    let about = docs::attribute(&about.concat());
    let items = quote! {
        use crate::runtime;
        #about
        ///
        /// Cheap to clone: clones share their connections and the negotiated version.
        #[derive(Clone, Debug)]
        pub struct Client { core: runtime::Client }
        runtime::client!(Client, crate::API_VERSION);
    };
    format::file("src/client.rs", items)
}
