//! Models as generated crates declare them: what is read, what is written, what an error says.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use docker_engine_runtime as runtime;
use docker_engine_runtime::{DateTime, Secret, Value};
use serde_json::json;

#[derive(Clone, Debug, Default, PartialEq)]
struct Container {
    id: String,
    names: Vec<String>,
    labels: BTreeMap<String, String>,
    size: Option<i64>,
    created: Option<DateTime>,
    mounts: Option<Vec<Mount>>,
    ports: Option<PortMap>,
    health: Option<Box<Health>>,
    exit: Option<u8>,
    usage: Option<f64>,
}

runtime::model! {
    Container {
        id = "Id" | "ID",
        names = "Names",
        labels = "Labels",
        size = "Size",
        created = "Created",
        mounts = "Mounts",
        ports = "Ports",
        health = "Health",
        exit = "Exit" or null,
        usage = "Usage",
    }
}

type PortMap = BTreeMap<String, Option<Vec<Port>>>;

#[derive(Clone, Debug, Default, PartialEq)]
struct Port {
    host: Option<String>,
}

runtime::model! { Port { host = "HostPort" } }

#[derive(Clone, Debug, Default, PartialEq)]
struct Mount {
    type_: Option<MountType>,
    token: Option<Secret>,
    options: Option<Value>,
    paths: Vec<String>,
    extra: BTreeMap<String, Value>,
}

runtime::model! { Mount { type_ = "Type", token = "Token", options = "Options", paths = "Paths", ..extra } }

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum MountType {
    Bind,
    Volume,
    Other(String),
}

runtime::string_enum! { MountType { Bind = "bind", Volume = "volume" } }

#[derive(Clone, Debug, Default, PartialEq)]
struct Health {
    within: Option<Box<Health>>,
    streak: i32,
}

runtime::model! { Health { within = "Within", streak = "Streak" } }

#[derive(Clone, Debug, Default, PartialEq)]
struct Free {
    extra: BTreeMap<String, Value>,
}

runtime::model! { Free { ..extra } }

fn read<T: runtime::model::Data + Default>(json: &Value) -> T {
    runtime::model::from_slice(json.to_string().as_bytes()).unwrap_or_else(|error| panic!("{error}"))
}

fn error<T: runtime::model::Data + Default + std::fmt::Debug>(json: &str) -> String {
    runtime::model::from_slice::<T>(json.as_bytes()).unwrap_err().to_string()
}

#[test]
fn reads_what_is_there() {
    let container: Container = read(&json!({
        "ID": "x", "Names": ["a"], "Labels": {"k": "v"}, "Size": 5, "Created": "", "Unknown": [1, {"a": null}],
        "Mounts": [{"Type": "nfs"}], "Ports": {"80/tcp": [{"HostPort": "1"}], "81/tcp": null},
        "Health": {"Streak": 1, "Within": {"Streak": 2}}, "Exit": 255, "Usage": 1,
    }));
    assert_eq!(container.id, "x");
    assert_eq!(container.created.unwrap().as_str(), "");
    assert_eq!(container.mounts.unwrap()[0].type_, Some(MountType::Other("nfs".to_owned())));
    assert_eq!(container.ports.unwrap()["81/tcp"], None);
    assert_eq!(container.health.unwrap().within.unwrap().streak, 2);
    assert_eq!((container.exit, container.usage), (Some(255), Some(1.0)));
}

#[test]
fn null_is_the_default_at_every_level() {
    let nothing: Container = read(&Value::Null);
    assert_eq!(nothing, Container::default());
    let nulls: Container = read(&json!({
        "Id": null, "Names": null, "Labels": null, "Size": null, "Mounts": null, "Health": null, "Exit": null,
    }));
    assert_eq!(nulls, Container::default());
    let within: Container = read(&json!({"Names": [null, "a"], "Labels": {"k": null}, "Mounts": [null]}));
    assert_eq!(within.names, ["", "a"]);
    assert_eq!(within.labels["k"], "");
    assert_eq!(within.mounts, Some(vec![Mount::default()]));
    let list: Vec<Container> = read(&Value::Null);
    assert!(list.is_empty());
}

#[test]
fn integers_without_fraction_are_integers() {
    let size =
        |json: &str| runtime::model::from_slice::<Container>(format!(r#"{{"Size":{json}}}"#).as_bytes());
    assert_eq!(size("5.0").unwrap().size, Some(5));
    assert_eq!(size("1e3").unwrap().size, Some(1000));
    assert_eq!(size("-1").unwrap().size, Some(-1));
    assert!(size("1.5").is_err());
    assert!(size("1e300").is_err());
    assert!(size("9223372036854775808").is_err());
}

#[test]
fn errors_name_the_way() {
    let message = error::<Vec<Container>>(r#"[{},{"Mounts":[{},{"Paths":["a",7]}]}]"#);
    assert!(
        message.starts_with("[1].Mounts[1].Paths[1]: invalid type: integer `7`, expected a string"),
        "{message}"
    );
    let message = error::<Container>(r#"{"Labels":{"a.b":[]}}"#);
    assert!(message.starts_with("Labels.a.b: invalid type: sequence, expected a string"), "{message}");
    let message = error::<Container>(r#"{"Exit":256}"#);
    assert!(
        message.contains("Exit: invalid value") && message.contains("unsigned integer of 8 bits"),
        "{message}"
    );
    assert!(error::<Container>("").contains("EOF"));
    assert!(error::<Container>("{} x").contains("trailing"));
    assert!(error::<Container>(&"[".repeat(1000)).contains("expected an object"));
    assert!(error::<Value>(&"[".repeat(1000)).contains("recursion limit"));
    let message = serde_json::from_str::<Container>(r#"{"Health":{"Streak":""}}"#).unwrap_err().to_string();
    assert!(message.starts_with("Health.Streak: invalid type"), "{message}");
}

#[test]
fn writes_what_was_set() {
    let written = |container: &Container| serde_json::to_value(container).unwrap();
    assert_eq!(written(&Container::default()), json!({"Id": "", "Names": [], "Labels": {}, "Exit": null}));
    let container = Container {
        mounts: Some(vec![Mount {
            type_: Some(MountType::Bind),
            token: Some("t".into()),
            ..Mount::default()
        }]),
        ports: Some(BTreeMap::from([("80/tcp".to_owned(), None)])),
        ..Container::default()
    };
    assert_eq!(written(&container)["Mounts"], json!([{"Type": "bind", "Token": "t", "Paths": []}]));
    assert_eq!(written(&container)["Ports"], json!({"80/tcp": null}));
    assert_eq!(runtime::model::to_vec(&Health { within: None, streak: -1 }), br#"{"Streak":-1}"#);
}

#[test]
fn a_type_that_travels_both_ways_loses_nothing() {
    let received = json!({
        "Type": "tmpfs", "Token": null, "Options": {"a": [1, 2.5]}, "Paths": null, "New": {"x": null}, "Gone": null,
    });
    let mut mount: Mount = read(&received);
    assert_eq!(mount.token, None);
    assert_eq!(serde_json::to_value(&mount).unwrap(), received);
    mount.token = Some("t".into());
    mount.paths.push("/p".to_owned());
    let sent = serde_json::to_value(&mount).unwrap();
    assert_eq!((&sent["Token"], &sent["Paths"], &sent["Gone"]), (&json!("t"), &json!(["/p"]), &Value::Null));
    let free = json!({"a": 1, "b": null});
    assert_eq!(serde_json::to_value(read::<Free>(&free)).unwrap(), free);
}

#[test]
fn enums_are_texts() {
    assert_eq!(MountType::from("volume"), MountType::Volume);
    assert_eq!("x".parse::<MountType>().unwrap().to_string(), "x");
    assert_eq!(MountType::default(), MountType::Other(String::new()));
    assert_eq!(MountType::VALUES, ["bind", "volume"]);
    assert!(MountType::Bind == "bind");
    assert_eq!(read::<Vec<MountType>>(&json!(["bind", null, "new"]))[2].as_str(), "new");
}
