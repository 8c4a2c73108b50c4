//! What the committed overlay promises for all committed versions: nothing in it is out of date, secrets are secrets,
//! and the same thing has the same name. That it applies to every document, and leaves nothing undeclared, is tested
//! with the lowering.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use docker_engine_codegen::api::{Answer, Api, ApiVersion, DocsFile, Type, TypeKind, build_document};
use docker_engine_codegen::openapi;
use docker_engine_codegen::overlay::{Change, Overlay, check_declared};
use docker_engine_codegen::source::Source;
use docker_engine_codegen::swagger::Document;
use docker_engine_codegen::swagger::store::Store;
use rayon::prelude::*;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec")
}

fn overlay() -> Overlay {
    let source = Source::read(&folder().join("overlay.yaml"))
        .unwrap_or_else(|error| panic!("{}", error.render(false)));
    Overlay::read(&source).unwrap_or_else(|errors| panic!("{}", errors.render(false)))
}

/// All versions, the oldest first.
static APIS: LazyLock<Vec<Api>> = LazyLock::new(apis);

fn apis() -> Vec<Api> {
    let overlay = overlay();
    let documents =
        Store::new(folder()).read_all().unwrap_or_else(|errors| panic!("{}", errors.render(false)));
    let build = |(version, node): (ApiVersion, _)| {
        let node = overlay
            .apply(node, version)
            .unwrap_or_else(|errors| panic!("{version}: {}", errors.render(false)));
        let document = Document::read(node).unwrap_or_else(|errors| panic!("{}", errors.render(false)));
        check_declared(&document).unwrap_or_else(|errors| panic!("{}", errors.render(false)));
        let lowered = openapi::lower(&document);
        build_document(&lowered.openapi, &lowered.root, &DocsFile::default())
            .unwrap_or_else(|error| panic!("{version}: {}", error.render(false)))
    };
    let apis: Vec<Api> = documents.into_par_iter().map(build).collect();
    assert!(apis.len() >= 31, "only {} versions are stored", apis.len());
    apis
}

#[test]
fn every_action_is_for_a_stored_version() {
    let versions = Store::new(folder()).versions().unwrap_or_else(|error| panic!("{}", error.render(false)));
    for action in overlay().actions {
        assert!(
            versions.iter().any(|version| action.versions.contains(*version)),
            "{}: no stored version is in '{}'",
            action.place,
            action.versions
        );
    }
}

/// An action that starts where the documents start is for every older version too; one that ends where they end is for
/// the next. So the first is written as a number and the last as none.
#[test]
fn ranges_are_open_at_the_new_end_only() {
    let versions = Store::new(folder()).versions().unwrap_or_else(|error| panic!("{}", error.render(false)));
    let newest = versions.last().copied();
    for action in overlay().actions {
        let (first, last) = (action.versions.first, action.versions.last);
        assert!(first.is_some(), "{}: the range has no first version", action.place);
        let lone = first == last;
        assert!(
            lone || last != newest,
            "{}: leave the range open, or the next version lacks it",
            action.place
        );
    }
}

#[test]
fn every_action_says_what_it_rests_on() {
    for action in overlay().actions {
        assert!(
            action.reason.split_whitespace().count() > 1,
            "{}: {:?} is no evidence",
            action.place,
            action.reason
        );
        if let Change::Update { json, .. } = &action.change {
            assert!(json.is_object(), "{}: update an object: it shows what is added to what", action.place);
        }
    }
}

/// Names of fields that hold something nobody may read over a shoulder.
const SECRET: [&str; 8] = [
    "password",
    "identitytoken",
    "registrytoken",
    "IdentityToken",
    "JoinToken",
    "UnlockKey",
    "SigningCAKey",
    "token",
];

#[test]
fn secrets_are_never_plain_text() {
    for api in APIS.iter() {
        for ty in api.types.values() {
            let TypeKind::Struct(fields) = &ty.kind else { continue };
            for field in fields {
                let join = ty.name == "JoinTokens" || (ty.name == "SecretSpec" && field.name == "Data");
                if join || SECRET.contains(&field.name.as_str()) {
                    assert_eq!(field.ty, Type::Secret, "v{}: {}.{}", api.version, ty.name, field.name);
                }
            }
        }
    }
}

/// Types that no newer version has under any name.
const GONE: [(&str, &str); 1] = [
    // The list itself was a definition; then it was written out, and its name went to the item.
    ("ContainerSummaryList", "1.39"),
];

#[test]
fn the_same_thing_has_the_same_name_in_all_versions() {
    let apis = &*APIS;
    let mut last: BTreeMap<&str, ApiVersion> = BTreeMap::new();
    for api in apis {
        for name in api.types.keys() {
            last.insert(name, api.version);
        }
    }
    let newest = apis.last().expect("versions are stored").version;
    let ended: Vec<(&str, String)> = last
        .into_iter()
        .filter(|(_, version)| *version != newest)
        .map(|(name, version)| (name, version.to_string()))
        .collect();
    let expected: Vec<(&str, String)> = GONE.iter().map(|(name, last)| (*name, (*last).to_owned())).collect();
    assert_eq!(ended, expected, "a type that was renamed needs an `x-name` in the overlay");
}

/// What an operation gives is the same kind of thing in every version.
#[test]
fn answers_are_of_one_kind_in_all_versions() {
    let mut kinds: BTreeMap<String, (&'static str, ApiVersion)> = BTreeMap::new();
    for api in APIS.iter() {
        for operation in &api.operations {
            let kind = match &operation.answer {
                Answer::Json(_) => "json",
                Answer::JsonStream(_) => "json-stream",
                Answer::Logs => "logs",
                Answer::Bytes => "bytes",
                Answer::Duplex => "duplex",
                Answer::Text => "text",
                Answer::Empty => "empty",
                Answer::Headers(_) => "headers",
                Answer::Outcome { .. } => "outcome",
            };
            let (before, since) = *kinds.entry(operation.type_name.clone()).or_insert((kind, api.version));
            assert_eq!(kind, before, "{}: v{} against v{since}", operation.id, api.version);
        }
    }
    let expect = [
        ("ContainerLogs", "logs"),
        ("ContainerAttach", "duplex"),
        ("ContainerAttachWebsocket", "duplex"),
        ("ExecStart", "duplex"),
        ("Session", "duplex"),
        ("ContainerStats", "json-stream"),
        ("SystemEvents", "json-stream"),
        ("ImageBuild", "json-stream"),
        ("PluginPull", "json-stream"),
        ("ContainerExport", "bytes"),
        ("ImageGetAll", "bytes"),
        ("ContainerArchiveInfo", "headers"),
        ("SystemPing", "headers"),
        ("ContainerStart", "outcome"),
        ("ContainerWait", "json"),
        ("SwarmInit", "json"),
        ("PluginDelete", "empty"),
    ];
    for (id, kind) in expect {
        assert_eq!(kinds.get(id).map(|(kind, _)| *kind), Some(kind), "{id}");
    }
}
