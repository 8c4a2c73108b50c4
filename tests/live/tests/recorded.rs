//! Answers that real Engines gave in the live suite: each is read as its type and written again, and nothing of it may be
//! lost but what `tests/recorded/unknown.txt` lists.
//!
//! The files are made of recordings by `cargo test -p docker-engine-live --test live -- --compact RECORDINGS FOLDER`. With
//! `UPDATE_UNKNOWN` set, the list is written anew: what changes in it has come to be known, or has come to the Engines.

#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use docker_engine_runtime::model::{self, Data};
use docker_engine_runtime::{Operation, answer};
use serde_json::Value;

/// Reads a body as the answer of an operation, and writes it again. `None`: the operation is not in the list.
type RoundTrip = fn(&str, &Value) -> Option<Result<Value, String>>;

/// Kinds of answer that are JSON.
trait RoundTrips {
    fn round_trip(body: &Value) -> Result<Value, String>;
}

impl<T: Data + Default> RoundTrips for answer::Json<T> {
    fn round_trip(body: &Value) -> Result<Value, String> {
        let read: T = model::from_slice(body.to_string().as_bytes()).map_err(|error| error.to_string())?;
        Ok(serde_json::from_slice(&model::to_vec(&read)).expect("what is written is JSON"))
    }
}

impl<T: Data + Default> RoundTrips for answer::JsonLines<T> {
    fn round_trip(body: &Value) -> Result<Value, String> {
        answer::Json::<T>::round_trip(body)
    }
}

/// A module for a version's crate, with the operations of 1.25 and those that are named as well.
macro_rules! version {
    ($module:ident, $feature:literal, $client:ident $(, $more:ident)*) => {
        #[cfg(feature = $feature)]
        mod $module {
            use super::*;

            pub(crate) fn round_trip(operation: &str, body: &Value) -> Option<Result<Value, String>> {
                version! { @list $client operation body
                    ContainerChanges ContainerCreate ContainerExec ContainerInspect ContainerList ContainerPrune
                    ContainerStats ContainerTop ContainerUpdate ContainerWait ExecInspect GetPluginPrivileges
                    ImageBuild ImageCommit ImageCreate ImageDelete ImageHistory ImageInspect ImageList ImageLoad
                    ImagePrune ImagePush ImageSearch NetworkCreate NetworkInspect NetworkList NetworkPrune
                    NodeInspect NodeList PluginInspect PluginList PluginPull PluginPush SecretCreate SecretInspect
                    SecretList ServiceCreate ServiceInspect ServiceList ServiceUpdate SwarmInit SwarmInspect
                    SwarmUnlockkey SystemDataUsage SystemEvents SystemInfo SystemVersion TaskInspect TaskList
                    VolumeCreate VolumeInspect VolumeList VolumePrune $($more)*
                }
            }
        }
    };
    (@list $client:ident $operation:ident $body:ident $($name:ident)*) => {
        $(
            if $operation == <$client::operations::$name as Operation>::META.id {
                return Some(<$client::operations::$name as Operation>::Answer::round_trip($body));
            }
        )*
        None
    };
}

/// What came with 1.30, and with 1.35.
macro_rules! version_since_1_30 {
    ($module:ident, $feature:literal, $client:ident $(, $more:ident)*) => {
        version! {
            $module, $feature, $client, ConfigCreate, ConfigInspect, ConfigList, DistributionInspect, PluginUpgrade
            $(, $more)*
        }
    };
}

version! { v1_25, "v1-25", docker_engine_v1_25 }
version_since_1_30! { v1_30, "v1-30", docker_engine_v1_30 }
version_since_1_30! { v1_35, "v1-35", docker_engine_v1_35, BuildPrune }
version_since_1_30! { v1_40, "v1-40", docker_engine_v1_40, BuildPrune }
version_since_1_30! { v1_41, "v1-41", docker_engine_v1_41, BuildPrune }
version_since_1_30! { v1_42, "v1-42", docker_engine_v1_42, BuildPrune }
version_since_1_30! { v1_45, "v1-45", docker_engine_v1_45, BuildPrune }
version_since_1_30! { v1_46, "v1-46", docker_engine_v1_46, BuildPrune }
version_since_1_30! { v1_51, "v1-51", docker_engine_v1_51, BuildPrune }

/// The crates that are switched on, by the end of the files' names.
fn versions() -> BTreeMap<&'static str, RoundTrip> {
    BTreeMap::from([
        #[cfg(feature = "v1-25")]
        ("v1.25", v1_25::round_trip as RoundTrip),
        #[cfg(feature = "v1-30")]
        ("v1.30", v1_30::round_trip as RoundTrip),
        #[cfg(feature = "v1-35")]
        ("v1.35", v1_35::round_trip as RoundTrip),
        #[cfg(feature = "v1-40")]
        ("v1.40", v1_40::round_trip as RoundTrip),
        #[cfg(feature = "v1-41")]
        ("v1.41", v1_41::round_trip as RoundTrip),
        #[cfg(feature = "v1-42")]
        ("v1.42", v1_42::round_trip as RoundTrip),
        #[cfg(feature = "v1-45")]
        ("v1.45", v1_45::round_trip as RoundTrip),
        #[cfg(feature = "v1-46")]
        ("v1.46", v1_46::round_trip as RoundTrip),
        #[cfg(feature = "v1-51")]
        ("v1.51", v1_51::round_trip as RoundTrip),
    ])
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../recorded")
}

/// What was lost, as lines of the list: `v1.51 SystemInfo: RegistryConfig.AllowNondistributableArtifactsCIDRs`.
#[derive(Default)]
struct Findings {
    unknown: BTreeSet<String>,
    wrong: Vec<String>,
}

#[test]
fn nothing_is_lost() {
    let mut findings = Findings::default();
    let mut count = 0;
    let mut left_out = 0;
    for entry in fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()?.strip_suffix(".jsonl")) else {
            continue;
        };
        let version = name.rsplit('-').next().unwrap();
        let Some(round_trip) = versions().get(version).copied() else {
            left_out += 1;
            continue;
        };
        for line in fs::read_to_string(&path).unwrap().lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            let operation = line["operation"].as_str().unwrap();
            count += 1;
            let place = format!("{name} {operation}");
            match round_trip(operation, &line["body"]) {
                None => findings.wrong.push(format!("{place}: not in the list of operations")),
                Some(Err(error)) => findings.wrong.push(format!("{place}: {error}")),
                Some(Ok(again)) => {
                    findings.compare(&line["body"], Some(&again), &format!("{version} {operation}: "));
                }
            }
        }
    }
    println!(
        "{count} answers read and written again; {left_out} files left out, whose crates are not switched on"
    );
    assert_eq!(findings.wrong, [""; 0]);
    assert!(count > 100, "where are the recorded answers?");
    known(&findings.unknown);
}

/// Compares what is unknown with the list, as far as it is of the versions that are switched on.
fn known(unknown: &BTreeSet<String>) {
    let path = folder().join("unknown.txt");
    let text: String = unknown.iter().map(|line| format!("{line}\n")).collect();
    if std::env::var_os("UPDATE_UNKNOWN").is_some() {
        assert_eq!(versions().len(), 9, "the list is of all versions: --all-features");
        fs::write(&path, text).unwrap();
        return;
    }
    let listed = fs::read_to_string(&path).unwrap();
    let of_ours = |line: &&str| versions().contains_key(line.split(' ').next().unwrap_or_default());
    let listed: BTreeSet<_> = listed.lines().filter(of_ours).map(str::to_owned).collect();
    let new: Vec<_> = unknown.difference(&listed).collect();
    let gone: Vec<_> = listed.difference(unknown).collect();
    assert!(
        new.is_empty() && gone.is_empty(),
        "tests/recorded/unknown.txt is not what was found; run with UPDATE_UNKNOWN=1 --all-features to write it anew\n\
         not in the list: {new:#?}\nonly in the list: {gone:#?}"
    );
}

impl Findings {
    fn compare(&mut self, body: &Value, again: Option<&Value>, at: &str) {
        match (body, again) {
            (Value::Null, None) => {}
            (_, None) => {
                self.unknown.insert(at.to_owned());
            }
            // Null is read as the default.
            (Value::Null, Some(again)) if is_default(again) => {}
            (Value::Object(fields), Some(Value::Object(again))) => {
                let dot = if at.ends_with(' ') { "" } else { "." };
                for (name, field) in fields {
                    let again = again.get(name);
                    // The key of a map, and not a field's name.
                    let is_id = name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
                    let name = if is_id { "*" } else { name };
                    self.compare(field, again, &format!("{at}{dot}{name}"));
                }
                for (name, added) in again.iter().filter(|(name, _)| !fields.contains_key(*name)) {
                    if !is_default(added) {
                        self.wrong.push(format!("{at}{dot}{name} is {added}, and was not there"));
                    }
                }
            }
            (Value::Array(items), Some(Value::Array(again))) if items.len() == again.len() => {
                for (item, again) in items.iter().zip(again) {
                    self.compare(item, Some(again), &format!("{at}[]"));
                }
            }
            (Value::Number(a), Some(Value::Number(b))) if a.as_f64() == b.as_f64() => {}
            (body, Some(again)) if body == again => {}
            (body, Some(again)) => self.wrong.push(format!("{at} was {body}, and is {again}")),
        }
    }
}

/// What a required field is when the Engine says null or nothing.
fn is_default(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(value) => !value,
        Value::Number(value) => value.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.values().all(is_default),
    }
}
