//! Recordings of the test kit.

#![no_main]

use docker_engine_runtime::testing::Replay;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &str| {
    let _ = Replay::parse(data).map(|replay| replay.rest());
});
