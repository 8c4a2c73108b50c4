//! A few operations, written by hand in the form that generated crates have.

use std::collections::BTreeMap;
use std::fmt::Display;

use docker_engine_runtime as runtime;
use docker_engine_runtime::http::Method;
use docker_engine_runtime::{
    ApiVersion, Body, Filters, OperationMeta, ParameterMeta, Request, Value, answer,
};

#[derive(Clone, Debug)]
pub struct Client {
    core: runtime::Client,
}

runtime::client!(Client, ApiVersion::new(1, 51));

const PLAIN: OperationMeta = OperationMeta {
    id: "",
    tag: "Test",
    method: Method::GET,
    path: "",
    since: None,
    deprecated: false,
    parameters: &[
        ParameterMeta::query("plain"),
        ParameterMeta::query("new").since(ApiVersion::new(1, 47)),
        ParameterMeta::header("X-New").since(ApiVersion::new(1, 48)),
        ParameterMeta::query("filters").filters(&[("until", ApiVersion::new(1, 44))]),
    ],
    statuses: &[],
    upgrade: None,
    long_poll: false,
};

macro_rules! operation {
    ($name:ident, $meta:ident, $verb:ident $path:literal $({$($fact:ident: $value:expr),*})?, $($answer:tt)*) => {
        static $meta: OperationMeta =
            OperationMeta { id: stringify!($name), method: Method::$verb, path: $path, $($($fact: $value,)*)? ..PLAIN };

        #[derive(Debug)]
        #[must_use = "a request does nothing until it is awaited or sent"]
        pub struct $name(Request);

        impl $name {
            pub fn new(client: &Client) -> Self {
                Self(Request::new(client.core(), &$meta))
            }

            pub fn of(client: &Client, id: &str) -> Self {
                Self(Request::new(client.core(), &$meta).path("id", id))
            }

            pub fn query(self, name: &'static str, value: impl Display) -> Self {
                Self(self.0.query(name, value))
            }

            pub fn query_multi_json(self, name: &'static str, values: impl IntoIterator<Item = Value>) -> Self {
                Self(self.0.query_multi_json(name, values))
            }

            pub fn header(self, name: &'static str, value: impl Display) -> Self {
                Self(self.0.header(name, value))
            }

            pub fn filters(self, filters: impl FnOnce(Filters) -> Filters) -> Self {
                Self(self.0.filters("filters", filters(Filters::default())))
            }

            pub fn json(self, body: Value) -> Self {
                Self(self.0.json(&body))
            }

            pub fn tar(self, body: impl Into<Body>) -> Self {
                Self(self.0.body("application/x-tar", body))
            }
        }

        runtime::operation! { $name, $meta, $($answer)* }
    };
}

operation!(SystemPing, SYSTEM_PING, GET "/_ping", answer::Text);
operation!(SystemEvents, SYSTEM_EVENTS, GET "/events", answer::JsonLines<Value>);
operation!(ContainerList, CONTAINER_LIST, GET "/containers/json", answer::Json<Vec<Value>>);
operation!(ContainerCreate, CONTAINER_CREATE, POST "/containers/create", answer::Json<Created>);
operation!(ContainerInspect, CONTAINER_INSPECT, GET "/containers/{id}/json", answer::Json<Value>);
operation!(ContainerStart, CONTAINER_START, POST "/containers/{id}/start", answer::Outcome<StartOutcome>);
operation!(ContainerWait, CONTAINER_WAIT, POST "/containers/{id}/wait" { long_poll: true }, answer::Json<Exit>);
operation!(ContainerLogs, CONTAINER_LOGS, GET "/containers/{id}/logs", answer::Logs);
operation!(ContainerAttach, CONTAINER_ATTACH, POST "/containers/{id}/attach" { upgrade: Some("tcp") }, answer::Hijack);
operation!(AttachWebsocket, ATTACH_WEBSOCKET, GET "/containers/{id}/attach/ws" { upgrade: Some("websocket") }, answer::Hijack);
operation!(ContainerDelete, CONTAINER_DELETE, DELETE "/containers/{id}", answer::Empty);
operation!(ContainerStats, CONTAINER_STATS, GET "/containers/{id}/stats", answer::JsonLines<Value>);
operation!(ContainerArchive, CONTAINER_ARCHIVE, GET "/containers/{id}/archive", answer::Bytes);
operation!(PutContainerArchive, PUT_CONTAINER_ARCHIVE, PUT "/containers/{id}/archive", answer::Empty);
operation!(ArchiveInfo, ARCHIVE_INFO, HEAD "/containers/{id}/archive", answer::Headers<ArchiveHeaders>);
operation!(ContainerExec, CONTAINER_EXEC, POST "/containers/{id}/exec", answer::Json<Created>);
operation!(ExecStart, EXEC_START, POST "/exec/{id}/start" { upgrade: Some("tcp") }, answer::Hijack);
operation!(ExecPlain, EXEC_PLAIN, POST "/exec/{id}/start", answer::Logs);
operation!(ContainerExport, CONTAINER_EXPORT, GET "/containers/{id}/export", answer::Bytes);
operation!(ImageDelete, IMAGE_DELETE, DELETE "/images/{id}", answer::Json<Value>);
operation!(ImageBuild, IMAGE_BUILD, POST "/build", answer::JsonLines<Value>);
operation!(NewOperation, NEW_OPERATION, GET "/new" { since: Some(ApiVersion::new(1, 50)) }, answer::Empty);

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Created {
    pub id: String,
}

runtime::model! { Created { id = "Id" } }

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Exit {
    pub status_code: i64,
}

runtime::model! { Exit { status_code = "StatusCode" } }

#[derive(Clone, Debug, PartialEq)]
pub enum StartOutcome {
    Started,
    AlreadyStarted,
}

runtime::outcome! { StartOutcome { 204 => Started, 304 => AlreadyStarted } }

#[derive(Clone, Debug, Default, PartialEq)]
pub struct ArchiveHeaders {
    pub stat: Option<Value>,
}

runtime::headers! { ArchiveHeaders { stat = base64 "X-Docker-Container-Path-Stat" } }

impl ImageBuild {
    pub fn registries(self, by_server: &BTreeMap<String, runtime::auth::RegistryAuth>) -> Self {
        Self(self.0.header_base64url_json("X-Registry-Config", by_server))
    }
}

/// A container that is gone when this is dropped, however the test ends. It stands for its id.
pub struct Container {
    client: Client,
    id: String,
}

impl Container {
    pub async fn create(client: &Client, config: Value) -> Self {
        Self::of(client, ContainerCreate::new(client).json(config).await.unwrap())
    }

    /// One that was created by other means.
    pub fn of(client: &Client, created: Created) -> Self {
        Self { client: client.clone(), id: created.id }
    }

    pub async fn start(&self) -> StartOutcome {
        ContainerStart::of(&self.client, &self.id).await.unwrap()
    }

    /// Attaches to all three of its streams.
    pub async fn attach(&self) -> runtime::Duplex {
        let attach = ContainerAttach::of(&self.client, &self.id);
        let streams = ["stream", "stdin", "stdout", "stderr"];
        streams.into_iter().fold(attach, |attach, key| attach.query(key, true)).await.unwrap()
    }

    /// Removes it; that it cannot be removed is an error of the test.
    pub async fn delete(mut self) {
        let id = std::mem::take(&mut self.id);
        ContainerDelete::of(&self.client, &id).query("force", true).await.unwrap();
    }
}

impl std::ops::Deref for Container {
    type Target = str;

    fn deref(&self) -> &str {
        &self.id
    }
}

impl AsRef<str> for Container {
    fn as_ref(&self) -> &str {
        self
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        if self.id.is_empty() {
            return;
        }
        // In a runtime of its own: the test's may be on its way down.
        let (client, id) = (self.client.clone(), std::mem::take(&mut self.id));
        let removing = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let removal = ContainerDelete::of(&client, &id).query("force", true).send();
                let _ = tokio::time::timeout(std::time::Duration::from_secs(10), removal).await;
            });
        });
        let _ = removing.join();
    }
}
