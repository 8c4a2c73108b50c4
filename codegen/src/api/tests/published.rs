//! The published documents, all of them.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::api::history::relate;

fn apis() -> Vec<Api> {
    let docs = DocsFile::parse(&spec("docs.yaml")).unwrap_or_else(|error| panic!("{error}"));
    let build = |(_, node)| from_facts(node, &docs).unwrap_or_else(|error| panic!("{}", error.render(false)));
    let mut apis: Vec<Api> = published(|_, _| true).into_par_iter().map(build).collect();
    relate(&mut apis);
    apis
}

#[test]
fn every_version_becomes_an_api() {
    let apis = apis();
    for api in &apis {
        check_names(api);
        assert!(api.operations.len() > 90 && api.types.len() > 90, "{}", api.version);
        let carried = api.types.values().all(|def| def.sent || def.received);
        assert!(carried, "{}: a type that nobody carries", api.version);
    }
    names_read_well(apis.last().expect("the newest version"));
    history_agrees_with_the_gates_of_the_official_client(apis.last().expect("the newest version"));
}

/// Names whose capitals are hard to read.
fn names_read_well(api: &Api) {
    let names: BTreeMap<&str, &str> = api
        .types
        .values()
        .flat_map(|def| match &def.kind {
            TypeKind::Struct(fields) => fields.as_slice(),
            _ => &[],
        })
        .map(|field| (field.name.as_str(), field.rust_name.as_str()))
        .collect();
    let expected = [
        ("OOMKilled", "oom_killed"),
        ("NanoCpus", "nano_cpus"),
        ("EnableIPv6", "enable_ipv6"),
        ("SELinuxContext", "selinux_context"),
        ("BlkioDeviceReadIOps", "blkio_device_read_iops"),
        ("Type", "type_"),
    ];
    for (wire, name) in expected {
        assert_eq!(names.get(wire), Some(&name), "{wire}");
    }
    let methods: BTreeSet<&str> =
        api.operations.iter().map(|operation| operation.method_name.as_str()).collect();
    assert!(methods.is_superset(&BTreeSet::from([
        "container_list",
        "container_top",
        "image_create",
        "exec_start"
    ])));
}

fn history_agrees_with_the_gates_of_the_official_client(api: &Api) {
    let gates = [
        ("ContainerStats", "one-shot", 41),
        ("ImagePush", "platform", 46),
        ("ImageHistory", "platform", 48),
        ("ImageLoad", "platform", 48),
        ("ImageGet", "platform", 48),
        ("ImageInspect", "manifests", 48),
        ("ImageInspect", "platform", 49),
    ];
    for (id, name, minor) in gates {
        let operation = api.operations.iter().find(|operation| operation.id == id).expect(id);
        let parameter = operation.parameters.iter().find(|parameter| parameter.name == name).expect(name);
        assert_eq!(parameter.life.since, Some(ApiVersion { major: 1, minor }), "{id} {name}");
    }
}

#[test]
fn the_same_document_is_the_same_api() {
    let (_, node) = published(|nth, count| nth + 1 == count).pop().expect("the newest version");
    let docs = DocsFile::default();
    let build = || from_facts(node.clone(), &docs).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(format!("{:?}", build()), format!("{:?}", build()));
}

/// Prints where a thing has another type name than in the version before: most are changes of the Engine, and what is not
/// wants an `x-name` in the overlay. `cargo test -p docker-engine-codegen differ_from_the_version -- --ignored --nocapture`
#[test]
#[ignore = "a report for people"]
fn names_that_differ_from_the_version_before() {
    let apis = apis();
    let mut found: BTreeMap<String, Vec<ApiVersion>> = BTreeMap::new();
    for pair in apis.windows(2) {
        let [before, after] = pair else { continue };
        let (old, new) = (uses(before), uses(after));
        for (what, ty) in &old {
            if let Some(now) = new.get(what).filter(|now| *now != ty) {
                found.entry(format!("{what}: {ty} → {now}")).or_default().push(after.version);
            }
        }
    }
    for (what, versions) in found {
        let versions: Vec<String> = versions.iter().map(ApiVersion::to_string).collect();
        println!("{what} ({})", versions.join(", "));
    }
}

/// Every place of an Api where a type is used, and that type.
fn uses(api: &Api) -> BTreeMap<String, String> {
    let mut uses = BTreeMap::new();
    for operation in &api.operations {
        let endpoint = format!("{} {}", operation.method.as_str(), operation.path);
        uses.insert(format!("{endpoint} id"), operation.id.clone());
        uses.insert(format!("{endpoint} group"), operation.tag.clone());
        for parameter in &operation.parameters {
            uses.insert(format!("{endpoint} parameter {}", parameter.name), format!("{:?}", parameter.ty));
        }
        if let Some(body) = &operation.body {
            uses.insert(format!("{endpoint} body"), format!("{}: {:?}", body.rust_name, body.kind));
        }
        for response in &operation.responses {
            uses.insert(format!("{endpoint} {}", response.status), format!("{:?}", response.body));
        }
    }
    for def in api.types.values() {
        uses.insert(format!("{} module", def.name), def.module.clone());
        match &def.kind {
            TypeKind::Struct(fields) => {
                uses.extend(
                    fields
                        .iter()
                        .map(|field| (format!("{}.{}", def.name, field.name), format!("{:?}", field.ty))),
                );
            }
            TypeKind::Enum(_) => {}
            TypeKind::Alias(ty) => {
                uses.insert(def.name.clone(), format!("{ty:?}"));
            }
        }
    }
    uses
}
