//! A small Api that has one of everything, made by hand.

use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::json;

use crate::api::*;
use crate::source::{Place, Source};

pub(super) fn origin(pointer: &str) -> Origin {
    let source = Arc::new(Source { name: "spec/v1.51.yaml".to_owned(), text: String::new() });
    Origin { pointer: pointer.to_owned(), place: Place { source, line: 7, column: 3, start: 0, end: 0 } }
}

pub(super) fn words(summary: &str, description: &str) -> Docs {
    let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    Docs { summary: text(summary), description: text(description) }
}

pub(super) fn since(minor: u16) -> Life {
    Life { since: Some(ApiVersion { major: 1, minor }), ..Life::default() }
}

pub(super) fn named(name: &str) -> Type {
    Type::Named(name.to_owned())
}

pub(super) fn array(item: Type) -> Type {
    Type::Array(Box::new(item))
}

pub(super) fn field(name: &str, rust_name: &str, ty: Type) -> Field {
    Field {
        name: name.to_owned(),
        rust_name: rust_name.to_owned(),
        ty,
        required: false,
        nullable: false,
        boxed: false,
        facts: Facts::default(),
        docs: Docs::default(),
        deprecation: None,
        life: Life::default(),
        origin: origin(&["/definitions/X/properties/", name].concat()),
    }
}

pub(super) fn def(name: &str, module: &str, kind: TypeKind) -> TypeDef {
    TypeDef {
        name: name.to_owned(),
        definition: Some(name.to_owned()),
        module: module.to_owned(),
        kind,
        sent: false,
        received: true,
        docs: Docs::default(),
        deprecation: None,
        life: Life::default(),
        origin: origin(&["/definitions/", name].concat()),
    }
}

pub(super) fn variant(value: &str, name: &str) -> Variant {
    Variant { life: Life::default(), origin: origin("/definitions/X/enum/0"), ..variant_of(value, name) }
}

fn variant_of(value: &str, name: &str) -> Variant {
    Variant {
        value: value.to_owned(),
        name: name.to_owned(),
        docs: Docs::default(),
        life: Life::default(),
        origin: origin(""),
    }
}

pub(super) fn parameter(name: &str, rust_name: &str, location: Location, ty: Type) -> Parameter {
    Parameter {
        name: name.to_owned(),
        rust_name: rust_name.to_owned(),
        location,
        required: location == Location::Path,
        encoding: Encoding::Plain,
        ty,
        filters: None,
        facts: Facts::default(),
        docs: Docs::default(),
        deprecation: None,
        life: Life::default(),
        origin: origin(&["/parameters/", name].concat()),
    }
}

pub(super) fn response(status: u16, said: &str) -> Response {
    Response {
        status,
        body: None,
        media_types: Vec::new(),
        headers: Vec::new(),
        docs: words(said, ""),
        life: Life::default(),
        origin: origin(&["/responses/", &status.to_string()].concat()),
    }
}

pub(super) fn operation(
    id: &str,
    method_name: &str,
    method: Method,
    path: &str,
    answer: Answer,
) -> Operation {
    Operation {
        id: id.to_owned(),
        type_name: id.to_owned(),
        method_name: method_name.to_owned(),
        tag: "Container".to_owned(),
        method,
        path: path.to_owned(),
        docs: Docs::default(),
        deprecation: None,
        parameters: Vec::new(),
        body: None,
        responses: vec![response(200, ""), response(500, "")],
        answer,
        upgrade: None,
        long_poll: false,
        example: IndexMap::new(),
        life: Life::default(),
        origin: origin(&["/paths/", id].concat()),
    }
}

fn body(rust_name: &str, kind: BodyKind, required: bool) -> RequestBody {
    let media_type = if matches!(kind, BodyKind::Json(_)) { "application/json" } else { "application/x-tar" };
    RequestBody {
        kind,
        rust_name: rust_name.to_owned(),
        required,
        media_type: media_type.to_owned(),
        docs: Docs::default(),
        life: Life::default(),
        origin: origin("/body"),
    }
}

pub(super) fn api() -> Api {
    let mut types = IndexMap::new();
    for def in types_of_everything() {
        types.insert(def.name.clone(), def);
    }
    Api { version: ApiVersion { major: 1, minor: 51 }, operations: operations(), types }
}

fn types_of_everything() -> Vec<TypeDef> {
    let map = |value| Type::Map(Box::new(value));
    let mut mount_type =
        def("MountType", "mount", TypeKind::Enum(vec![variant("bind", "Bind"), variant("", "Empty")]));
    if let TypeKind::Enum(variants) = &mut mount_type.kind {
        variants.push(Variant {
            life: since(45),
            docs: words("A path of the host.", ""),
            ..variant("x-image", "XImage")
        });
    }
    mount_type.definition = None;
    mount_type.origin = origin("/definitions/Mount/properties/Type");
    let mut mount = def(
        "Mount",
        "mount",
        TypeKind::Struct(vec![
            Field { docs: words("Path in the container.", ""), ..field("Target", "target", Type::String) },
            field("Type", "type_", named("MountType")),
            Field {
                facts: Facts {
                    default: Some(json!(0)),
                    minimum: Some(json!(0)),
                    maximum: Some(json!(1000)),
                    ..Facts::default()
                },
                life: since(44),
                ..field("NanoCPUs", "nano_cpus", Type::Integer(Integer::I64))
            },
            Field {
                docs: words("Options of the driver.", "More words.\n\n    indented\n"),
                deprecation: Some(Deprecation {
                    since: Some(ApiVersion { major: 1, minor: 44 }),
                    replaced_by: Some("Options".to_owned()),
                }),
                ..field("Opts", "opts", map(Type::String))
            },
            Field { boxed: true, required: true, ..field("Parent", "parent", named("Mount")) },
            Field { required: true, nullable: true, ..field("Error", "error", Type::String) },
            Field { required: true, ..field("Ports", "ports", named("PortMap")) },
        ]),
    );
    mount.sent = true;
    mount.docs = words("A place in a container's file system that comes from outside of it.", "");
    let summary = def(
        "ContainerSummary",
        "container_summary",
        TypeKind::Struct(vec![
            Field { required: true, ..field("Id", "id", Type::String) },
            field("Created", "created", Type::DateTime),
            field("Mounts", "mounts", array(named("Mount"))),
            field("Any", "any", Type::Json),
            field("Share", "share", Type::Float { single: false }),
        ]),
    );
    let ports = map(Type::Nullable(Box::new(array(named("PortBinding")))));
    let mut auth = def(
        "AuthConfig",
        "auth_config",
        TypeKind::Struct(vec![
            field("username", "username", Type::String),
            field("password", "password", Type::Secret),
        ]),
    );
    (auth.sent, auth.received) = (true, false);
    let mut condition = def(
        "ContainerWaitCondition",
        "container_wait",
        TypeKind::Enum(vec![variant("not-running", "NotRunning"), variant("removed", "Removed")]),
    );
    condition.definition = None;
    condition.origin = origin("/paths/~1containers~1{id}~1wait/post/parameters/1");
    vec![
        mount,
        mount_type,
        def("PortMap", "port_map", TypeKind::Alias(ports)),
        def(
            "PortBinding",
            "port_binding",
            TypeKind::Struct(vec![
                field("HostIp", "host_ip", Type::String),
                field("HostPort", "host_port", Type::String),
            ]),
        ),
        summary,
        auth,
        def("Nothing", "nothing", TypeKind::Struct(Vec::new())),
        condition,
    ]
}

fn operations() -> Vec<Operation> {
    use Location::{Header as InHeader, Path, Query};
    let id = || Parameter {
        docs: words("Id or name of the container.", ""),
        ..parameter("id", "id", Path, Type::String)
    };
    let filters = Filters {
        type_name: "ContainerListFilters".to_owned(),
        keys: [
            ("status", "status", vec!["running", "paused"]),
            ("label!", "label_not", vec![]),
            ("is-task", "is_task", vec![]),
        ]
        .map(|(name, rust_name, values)| FilterKey {
            name: name.to_owned(),
            rust_name: rust_name.to_owned(),
            values: values.into_iter().map(str::to_owned).collect(),
            docs: Docs::default(),
            life: if name == "is-task" { since(48) } else { Life::default() },
            origin: origin("/x-filters"),
        })
        .into(),
    };
    let auth = || Parameter {
        encoding: Encoding::Base64UrlJson,
        ..parameter("X-Registry-Auth", "x_registry_auth", InHeader, named("AuthConfig"))
    };
    let variants = |variants: &[(u16, &str, Option<Type>)]| {
        let variant = |(status, name, body): &(u16, &str, Option<Type>)| OutcomeVariant {
            status: *status,
            name: (*name).to_owned(),
            body: body.clone(),
        };
        variants.iter().map(variant).collect()
    };
    vec![
        Operation {
            docs: words(
                "Lists containers.",
                "Only running ones, see [the guide](https://docs.docker.com/guide).",
            ),
            parameters: vec![
                Parameter {
                    facts: Facts { default: Some(json!(false)), ..Facts::default() },
                    ..parameter("all", "all", Query, Type::Bool)
                },
                Parameter {
                    life: since(47),
                    ..parameter("limit", "limit", Query, Type::Integer(Integer::I64))
                },
                Parameter { filters: Some(filters), ..parameter("filters", "filters", Query, Type::String) },
                Parameter {
                    docs: words("Old way to list everything.", ""),
                    deprecation: Some(Deprecation::default()),
                    ..parameter("before", "before", Query, Type::String)
                },
            ],
            responses: vec![response(200, "no error"), response(400, "bad parameter"), response(500, "")],
            ..operation(
                "ContainerList",
                "container_list",
                Method::Get,
                "/containers/json",
                Answer::Json(array(named("ContainerSummary"))),
            )
        },
        Operation {
            parameters: vec![parameter("name", "name", Query, Type::String)],
            body: Some(body("body", BodyKind::Json(named("Mount")), true)),
            example: IndexMap::from([
                ("name".to_owned(), json!("greeter")),
                (
                    "body".to_owned(),
                    json!({"Target": "/data", "Type": "bind", "Opts": {"a": "b"}, "Parent": {}}),
                ),
            ]),
            ..operation(
                "ContainerCreate",
                "container_create",
                Method::Post,
                "/containers/create",
                Answer::Json(Type::Json),
            )
        },
        Operation {
            parameters: vec![id()],
            responses: vec![response(204, "no error"), response(304, "container already started")],
            ..operation(
                "ContainerStart",
                "container_start",
                Method::Post,
                "/containers/{id}/start",
                Answer::Outcome {
                    type_name: "ContainerStartOutcome".to_owned(),
                    variants: variants(&[(204, "Started", None), (304, "AlreadyStarted", None)]),
                },
            )
        },
        Operation {
            parameters: vec![
                id(),
                parameter("condition", "condition", Query, named("ContainerWaitCondition")),
            ],
            long_poll: true,
            ..operation(
                "ContainerWait",
                "container_wait",
                Method::Post,
                "/containers/{id}/wait",
                Answer::Json(named("ContainerSummary")),
            )
        },
        Operation {
            parameters: vec![id(), parameter("since", "since", Query, Type::DateTime)],
            ..operation("ContainerLogs", "container_logs", Method::Get, "/containers/{id}/logs", Answer::Logs)
        },
        Operation {
            parameters: vec![id()],
            upgrade: Some("tcp".to_owned()),
            life: since(30),
            ..operation(
                "ContainerAttach",
                "container_attach",
                Method::Post,
                "/containers/{id}/attach",
                Answer::Duplex,
            )
        },
        Operation {
            parameters: vec![
                id(),
                Parameter { required: true, ..parameter("path", "path", Query, Type::String) },
            ],
            body: Some(body("input_stream", BodyKind::Tar, true)),
            ..operation(
                "PutContainerArchive",
                "put_container_archive",
                Method::Put,
                "/containers/{id}/archive",
                Answer::Empty,
            )
        },
        Operation {
            parameters: vec![id()],
            responses: vec![Response {
                headers: vec![
                    Header {
                        name: "X-Stat".to_owned(),
                        rust_name: "x_stat".to_owned(),
                        ty: named("Mount"),
                        encoding: Encoding::Base64Json,
                        facts: Facts::default(),
                        docs: Docs::default(),
                        life: Life::default(),
                        origin: origin("/headers/X-Stat"),
                    },
                    Header {
                        name: "Api-Version".to_owned(),
                        rust_name: "api_version".to_owned(),
                        ty: Type::String,
                        encoding: Encoding::Plain,
                        facts: Facts::default(),
                        docs: words("The newest version that the Engine speaks.", ""),
                        life: Life::default(),
                        origin: origin("/headers/Api-Version"),
                    },
                ],
                ..response(200, "no error")
            }],
            ..operation(
                "ContainerArchiveInfo",
                "container_archive_info",
                Method::Head,
                "/containers/{id}/archive",
                Answer::Headers("ContainerArchiveInfoHeaders".to_owned()),
            )
        },
        Operation {
            tag: "Image".to_owned(),
            parameters: vec![
                Parameter { encoding: Encoding::Segments, ..parameter("name", "name", Path, Type::String) },
                auth(),
                Parameter {
                    encoding: Encoding::Json,
                    ..parameter("platform", "platform", Query, named("Mount"))
                },
            ],
            ..operation(
                "ImagePush",
                "image_push",
                Method::Post,
                "/images/{name}/push",
                Answer::JsonStream(named("ContainerSummary")),
            )
        },
        Operation {
            tag: "Image".to_owned(),
            parameters: vec![
                Parameter {
                    encoding: Encoding::Json,
                    ..parameter("cachefrom", "cachefrom", Query, array(Type::String))
                },
                Parameter {
                    encoding: Encoding::Multi,
                    ..parameter("names", "names", Query, array(Type::String))
                },
                Parameter {
                    encoding: Encoding::MultiJson,
                    ..parameter("platforms", "platforms", Query, array(named("Mount")))
                },
                Parameter {
                    encoding: Encoding::Joined(','),
                    ..parameter("type", "type_", Query, array(named("ContainerWaitCondition")))
                },
            ],
            deprecation: Some(Deprecation { since: None, replaced_by: Some("ImagePush".to_owned()) }),
            ..operation("ImageGetAll", "image_get_all", Method::Get, "/images/get", Answer::Bytes)
        },
        Operation {
            tag: "Image".to_owned(),
            body: Some(body("input_stream", BodyKind::Tar, false)),
            ..operation("ImageBuild", "image_build", Method::Post, "/build", Answer::Text)
        },
        Operation {
            tag: "System".to_owned(),
            body: Some(body("auth_config", BodyKind::Json(named("AuthConfig")), true)),
            responses: vec![response(200, ""), response(204, "")],
            ..operation(
                "SystemAuth",
                "system_auth",
                Method::Post,
                "/auth",
                Answer::Outcome {
                    type_name: "SystemAuthOutcome".to_owned(),
                    variants: variants(&[
                        (200, "Authenticated", Some(named("Mount"))),
                        (204, "NoToken", None),
                    ]),
                },
            )
        },
    ]
}
