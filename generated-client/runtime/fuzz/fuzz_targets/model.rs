//! JSON into a model with every kind of field: what was read is written, and read again the same.

#![no_main]

use std::collections::BTreeMap;

use docker_engine_runtime::{DateTime, Secret, Value, model};
use libfuzzer_sys::fuzz_target;

#[derive(Clone, Debug, Default, PartialEq)]
struct Everything {
    flag: bool,
    number: Option<i32>,
    big: u64,
    text: Option<String>,
    date: Option<DateTime>,
    secret: Option<Secret>,
    list: Vec<i64>,
    map: BTreeMap<String, Option<Vec<String>>>,
    kind: Option<Kind>,
    inner: Option<Box<Everything>>,
    free: Option<Value>,
    extra: BTreeMap<String, Value>,
}

docker_engine_runtime::model! {
    Everything {
        flag = "f", number = "n", big = "b", text = "t", date = "d", secret = "s", list = "l", map = "m", kind = "k",
        inner = "i", free = "a", ..extra
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    One,
    Other(String),
}

docker_engine_runtime::string_enum! { Kind { One = "one" } }

fuzz_target!(|data: &[u8]| {
    let Ok(read) = model::from_slice::<Everything>(data) else { return };
    let written = model::to_vec(&read);
    let again: Everything = model::from_slice(&written).expect("what was written can be read");
    assert_eq!(again, read);
    assert_eq!(model::to_vec(&again), written);
});
