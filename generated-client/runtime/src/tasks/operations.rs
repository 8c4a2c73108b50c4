//! The operations that tasks are made of, as far as they are the same in every API version.

use http::Method;

use crate::{ApiVersion, OperationMeta, ParameterMeta};

const PLAIN: OperationMeta = OperationMeta {
    id: "",
    tag: "Container",
    method: Method::GET,
    path: "",
    since: None,
    deprecated: false,
    parameters: &[],
    statuses: &[],
    upgrade: None,
    long_poll: false,
};

pub(super) static CREATE: OperationMeta = OperationMeta {
    id: "ContainerCreate",
    method: Method::POST,
    path: "/containers/create",
    parameters: &[
        ParameterMeta::query("name"),
        ParameterMeta::query("platform").since(ApiVersion::new(1, 41)),
    ],
    statuses: &[201, 400, 404, 409, 500],
    ..PLAIN
};

pub(super) static START: OperationMeta = OperationMeta {
    id: "ContainerStart",
    method: Method::POST,
    path: "/containers/{id}/start",
    parameters: &[ParameterMeta::path("id")],
    statuses: &[204, 304, 404, 500],
    ..PLAIN
};

pub(super) static WAIT: OperationMeta = OperationMeta {
    id: "ContainerWait",
    method: Method::POST,
    path: "/containers/{id}/wait",
    parameters: &[ParameterMeta::path("id")],
    statuses: &[200, 404, 500],
    long_poll: true,
    ..PLAIN
};

pub(super) static LOGS: OperationMeta = OperationMeta {
    id: "ContainerLogs",
    path: "/containers/{id}/logs",
    parameters: &[
        ParameterMeta::path("id"),
        ParameterMeta::query("stdout"),
        ParameterMeta::query("stderr"),
        ParameterMeta::query("tail"),
    ],
    statuses: &[200, 404, 500],
    ..PLAIN
};

pub(super) static DELETE: OperationMeta = OperationMeta {
    id: "ContainerDelete",
    method: Method::DELETE,
    path: "/containers/{id}",
    parameters: &[ParameterMeta::path("id"), ParameterMeta::query("v"), ParameterMeta::query("force")],
    statuses: &[204, 400, 404, 409, 500],
    ..PLAIN
};

pub(super) static EXEC: OperationMeta = OperationMeta {
    id: "ContainerExec",
    tag: "Exec",
    method: Method::POST,
    path: "/containers/{id}/exec",
    parameters: &[ParameterMeta::path("id")],
    statuses: &[201, 404, 409, 500],
    ..PLAIN
};

pub(super) static EXEC_START: OperationMeta = OperationMeta {
    id: "ExecStart",
    tag: "Exec",
    method: Method::POST,
    path: "/exec/{id}/start",
    parameters: &[ParameterMeta::path("id")],
    statuses: &[200, 404, 409, 101],
    upgrade: Some("tcp"),
    ..PLAIN
};

pub(super) static EXEC_INSPECT: OperationMeta = OperationMeta {
    id: "ExecInspect",
    tag: "Exec",
    path: "/exec/{id}/json",
    parameters: &[ParameterMeta::path("id")],
    statuses: &[200, 404, 500],
    ..PLAIN
};

pub(super) static IMAGE_CREATE: OperationMeta = OperationMeta {
    id: "ImageCreate",
    tag: "Image",
    method: Method::POST,
    path: "/images/create",
    parameters: &[
        ParameterMeta::query("fromImage"),
        ParameterMeta::query("tag"),
        ParameterMeta::header("X-Registry-Auth"),
        ParameterMeta::query("platform").since(ApiVersion::new(1, 32)),
    ],
    statuses: &[200, 404, 500],
    long_poll: true,
    ..PLAIN
};

#[cfg(feature = "tar")]
pub(super) static ARCHIVE: OperationMeta = OperationMeta {
    id: "ContainerArchive",
    path: "/containers/{id}/archive",
    parameters: &[ParameterMeta::path("id"), ParameterMeta::query("path")],
    statuses: &[200, 400, 404, 500],
    ..PLAIN
};

#[cfg(feature = "tar")]
pub(super) static PUT_ARCHIVE: OperationMeta = OperationMeta {
    id: "PutContainerArchive",
    method: Method::PUT,
    path: "/containers/{id}/archive",
    parameters: &[ParameterMeta::path("id"), ParameterMeta::query("path")],
    statuses: &[200, 400, 403, 404, 500],
    ..PLAIN
};
