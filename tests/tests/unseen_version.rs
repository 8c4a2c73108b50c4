//! A version that nobody has seen yet goes through with no change of code: the newest document, called the next
//! version, with a new operation, field, enum value and filter key.

use std::path::Path;

use docker_engine_codegen::Spec;
use docker_engine_codegen::api::{Api, ApiVersion, TypeKind};
use docker_engine_codegen::rust::{self, Dependency, Home, Options};
use docker_engine_codegen::source::{Errors, Source};
use docker_engine_codegen::swagger::{Store, import};
use docker_engine_tests::{compile, spec, spec_copy, upstream};

/// What the new version has, put before a line of the old document: as it is published, and as it is stored.
const OPERATION: &str = "  /containers/{id}/moon:
    post:
      operationId: ContainerMoon
      summary: Sends a container to the moon
      tags: [Container]
      produces: [application/json]
      parameters:
        - {name: id, in: path, required: true, type: string, description: Which one.}
        - {name: gentle, in: query, type: boolean, default: false, description: Whether to land softly.}
      responses:
        200: {description: no error, schema: {$ref: '#/definitions/DeviceMapping'}}
        500: {description: server error, schema: {$ref: '#/definitions/ErrorResponse'}}
";
const FIELD: &str =
    "      MoonPhase: {type: string, enum: [new, full], description: The phase of the moon.}\n";

/// Uses everything that is new.
const PROGRAM: &str = r#"
    /// Compiles.
    pub fn program(docker: &m0::Client) {
        let _ = docker.container_moon("x").gentle(true);
        let _ = docker.container_list().filters(|filters| filters.moon("full"));
        let _ = m0::models::MountType::Moon;
        let _ = m0::models::DeviceMapping {
            moon_phase: Some(m0::models::DeviceMappingMoonPhase::Full),
            ..Default::default()
        };
    }
"#;

fn newest() -> ApiVersion {
    *Store::new(spec()).versions().unwrap_or_else(|error| panic!("{error}")).last().expect("there are some")
}

fn next() -> ApiVersion {
    ApiVersion { minor: newest().minor + 1, ..newest() }
}

/// Replaces the first of what must be there.
#[track_caller]
fn replaced(text: &str, old: &str, new: &str) -> String {
    assert!(text.contains(old), "the newest document has no {old:?} any more: choose another place");
    text.replacen(old, new, 1)
}

/// The document of the next version. `quote` is how the document quotes its texts.
fn grown(text: &str, quote: &str, filter: &str, new_filter: &str) -> String {
    let (old, new) = (newest(), next());
    let text = replaced(text, &format!("basePath: {quote}/v{old}"), &format!("basePath: {quote}/v{new}"));
    let text = replaced(&text, &format!("  version: \"{old}\""), &format!("  version: \"{new}\""));
    let text = replaced(&text, "  /containers/json:\n", &format!("{OPERATION}  /containers/json:\n"));
    let path = format!("      PathOnHost:\n        type: {quote}string{quote}\n");
    let text = replaced(&text, &path, &format!("{FIELD}{path}"));
    let value = format!("      - {quote}npipe{quote}\n");
    let text = replaced(&text, &value, &format!("{value}      - moon\n"));
    replaced(&text, filter, &format!("{new_filter}{filter}"))
}

/// Imports the document into a copy of the folder and gives all versions.
fn through(text: String) -> Vec<Api> {
    let folder = spec_copy();
    let through = || -> Result<Vec<Api>, Errors> {
        let imported = import(&Source::new("next.yaml", text))?;
        assert_eq!(imported.version, next());
        Store::new(folder.path()).write(&imported)?;
        Spec::open(folder.path())?.apis()
    };
    through().unwrap_or_else(|errors| panic!("{}", errors.render(false)))
}

/// The new things are there, and only they are new.
fn check(apis: &[Api]) {
    let (api, since) = (apis.last().expect("there are some"), Some(next()));
    assert_eq!(api.version, next());
    let operation =
        api.operations.iter().find(|operation| operation.id == "ContainerMoon").expect("imported");
    assert_eq!(operation.life.since, since);
    let young = api.operations.iter().filter(|operation| operation.life.since == since).count();
    assert_eq!(young, 1, "operations that are new");

    let mut fields = Vec::new();
    let mut values = Vec::new();
    for def in api.types.values() {
        match &def.kind {
            TypeKind::Struct(all) => fields.extend(all.iter().filter(|field| field.life.since == since)),
            TypeKind::Enum(all) if def.life.since != since => {
                values.extend(all.iter().filter(|value| value.life.since == since));
            }
            _ => {}
        }
    }
    assert_eq!(fields.iter().map(|field| field.name.as_str()).collect::<Vec<_>>(), ["MoonPhase"]);
    assert_eq!(values.iter().map(|value| value.value.as_str()).collect::<Vec<_>>(), ["moon"]);

    let parameters = api.operations.iter().flat_map(|operation| &operation.parameters);
    let keys =
        parameters.filter_map(|parameter| parameter.filters.as_ref()).flat_map(|filters| &filters.keys);
    let young: Vec<&str> = keys.filter(|key| key.life.since == since).map(|key| key.name.as_str()).collect();
    assert_eq!(young, ["moon"]);

    let old = apis.iter().find(|api| api.version == newest()).expect("the newest one that is published");
    assert!(old.operations.iter().all(|operation| operation.id != "ContainerMoon"));
}

fn compile(api: &Api, folder: &str) {
    let home = Home::Standalone { runtime: Dependency::Path("unused".into()) };
    let files = rust::emit(api, &Options { home }).unwrap_or_else(|error| panic!("{error}"));
    let since = format!("Since API v{}", next());
    for path in ["src/models/device_mapping.rs", "src/models/mount_type.rs", "src/operations/container.rs"] {
        assert!(files.get(path).is_some_and(|text| text.contains(&since)), "{path} does not say {since}");
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(folder);
    if let Err(refused) = compile::check_with(&folder, &files, PROGRAM) {
        panic!("{}", refused.said);
    }
}

#[test]
fn as_it_would_be_published() {
    let Some(upstream) = upstream() else { return };
    let text = std::fs::read_to_string(upstream.join(format!("v{}.yaml", newest()))).expect("published");
    let filter = "            - `ancestor`=(";
    let apis = through(grown(&text, "\"", filter, "            - `moon`=(`new` or `full`)\n"));
    check(&apis);
    compile(apis.last().expect("there are some"), "unseen");
}

#[test]
fn as_it_would_be_stored() {
    let text = std::fs::read_to_string(Store::new(spec()).path(newest())).expect("stored");
    let filter = "            ancestor: {}\n";
    let apis = through(grown(&text, "", filter, "            moon: {}\n"));
    check(&apis);
    if upstream().is_none() {
        compile(apis.last().expect("there are some"), "unseen");
    }
}
