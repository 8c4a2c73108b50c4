//! Multiplexed output: split anywhere, it is the same.

#![no_main]

use docker_engine_runtime::{Operation, OperationMeta, Request};
use docker_engine_runtime_fuzz::{OPERATION, drain, response, run, split};
use libfuzzer_sys::fuzz_target;

static META: OperationMeta = OPERATION;
struct Logs(Request);
docker_engine_runtime::operation! { Logs, META, answer::Logs }

fuzz_target!(|data: &[u8]| {
    let (sizes, bytes) = split(data);
    let multiplexed = "application/vnd.docker.multiplexed-stream";
    let read = |sizes| drain(run(Logs::decode(response(multiplexed, bytes, sizes))).expect("a stream"));
    assert_eq!(read(&[]), read(sizes));
    let raw = response("application/vnd.docker.raw-stream", bytes, sizes);
    let chunks = drain(run(Logs::decode(raw)).expect("a stream"));
    let output: Vec<u8> = chunks.iter().flatten().flat_map(|chunk| chunk.bytes.to_vec()).collect();
    assert_eq!(output, bytes, "a terminal's output is what it is");
    assert!(chunks.iter().all(Result::is_ok));
});
