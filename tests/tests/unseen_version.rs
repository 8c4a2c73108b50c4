//! A version that nobody has seen yet goes through with no change of code: the newest document, called the next
//! version, with a new operation, field, enum value and filter key.

use std::path::Path;

use docker_engine_codegen::Spec;
use docker_engine_codegen::api::{Api, ApiVersion, TypeKind};
use docker_engine_codegen::rust::{self, Dependency, Home, Options};
use docker_engine_codegen::source::{Errors, Source};
use docker_engine_codegen::swagger::{Store, import};
use docker_engine_tests::{compile, grown, spec, spec_copy, upstream};

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
    grown::after(newest())
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
    let apis = through(grown::published(&text, newest()));
    check(&apis);
    compile(apis.last().expect("there are some"), "unseen");
}

#[test]
fn as_it_would_be_stored() {
    let apis = through(grown::stored(newest()));
    check(&apis);
    if upstream().is_none() {
        compile(apis.last().expect("there are some"), "unseen");
    }
}
