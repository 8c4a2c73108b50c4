//! For tests of programs that drive an Engine: transports that need none.
//!
//! | type | what it is for |
//! |---|---|
//! | [`Engine`] | answers from a script; a request that is not in it is an error that says what was expected |
//! | [`Recorder`] | writes what goes through another transport to a file, without secrets |
//! | [`Replay`] | answers from such a file |
//! | [`Faults`] | breaks another transport: small pieces, delays, cuts, resets, refused connections |
//! | [`Handler`] | answers with a function, for what a script cannot say |
//!
//! Each is a [`Transport`](crate::Transport), so `Client::new(engine)` of any generated crate takes it. Nothing is
//! spawned: what stands on the Engine's side runs while the client waits.
//!
//! ```
//! use docker_engine_runtime as runtime;
//! use runtime::testing::{Engine, Reply, When};
//! use runtime::{ApiVersion, OperationMeta, Request, Value, answer};
//!
//! // In a program, these two come from a generated crate.
//! #[derive(Clone, Debug)]
//! pub struct Client { core: runtime::Client }
//! runtime::client!(Client, ApiVersion::new(1, 51));
//!
//! static CONTAINER_LIST: OperationMeta = OperationMeta {
//!     id: "ContainerList", tag: "Container", method: runtime::http::Method::GET, path: "/containers/json",
//!     since: None, deprecated: false, parameters: &[], statuses: &[200, 400, 500], upgrade: None, long_poll: false,
//! };
//! #[derive(Debug)]
//! pub struct ContainerList(Request);
//! runtime::operation! { ContainerList, CONTAINER_LIST, answer::Json<Vec<Value>> }
//! impl Client {
//!     pub fn container_list(&self) -> ContainerList { ContainerList(Request::new(self.core(), &CONTAINER_LIST)) }
//! }
//!
//! // The program under test.
//! async fn names(docker: &Client) -> runtime::Result<Vec<String>> {
//!     let listed = docker.container_list().await?;
//!     Ok(listed.iter().map(|container| container["Names"][0].as_str().unwrap_or("?").to_owned()).collect())
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let engine = Engine::new()
//!     .on(When::operation("ContainerList"), Reply::json(serde_json::json!([{"Names": ["/web"]}])))
//!     .on(When::request("GET", "/containers/json"), Reply::error(500, "the disk is full"));
//! let docker = Client::new(engine.clone());
//!
//! assert_eq!(names(&docker).await.unwrap(), ["/web"]);
//! assert!(names(&docker).await.unwrap_err().is_server_error());
//! let unexpected = names(&docker).await.unwrap_err();
//! assert!(unexpected.to_string().contains("the script has no answer"));
//! assert_eq!(engine.requests().len(), 3);
//! # }
//! ```

mod engine;
mod faults;
mod handler;
mod peer;
mod record;
mod redact;
mod replay;
mod reply;
mod when;

pub use engine::{Engine, Seen};
pub use faults::Faults;
pub use handler::Handler;
pub use peer::Peer;
pub use record::Recorder;
pub use replay::Replay;
pub use reply::Reply;
pub use when::When;

use crate::OperationMeta;

/// The id of the operation that a request is of, if it is told.
fn operation_of<B>(request: &http::Request<B>) -> Option<&'static str> {
    request.extensions().get::<&'static OperationMeta>().map(|meta| meta.id)
}

/// A path without the version that precedes it: `/containers/json` of `/v1.51/containers/json`.
fn unversioned(path: &str) -> &str {
    let Some(rest) = path.strip_prefix("/v") else { return path };
    let Some(end) = rest.find('/') else { return path };
    let version = &rest[..end];
    let numeric = version.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if numeric && version.contains('.') { &rest[end..] } else { path }
}

#[cfg(test)]
mod tests {
    use super::unversioned;

    #[test]
    fn versions_are_taken_off() {
        for (path, rest) in [
            ("/v1.51/containers/json", "/containers/json"),
            ("/_ping", "/_ping"),
            ("/volumes", "/volumes"),
            ("/v1/x", "/v1/x"),
            ("/vx.y/z", "/vx.y/z"),
        ] {
            assert_eq!(unversioned(path), rest);
        }
    }
}
