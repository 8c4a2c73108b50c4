//! Streams of JSON values: split anywhere, they are the same.

#![no_main]

use docker_engine_runtime::{Operation, OperationMeta, Request, Value, answer};
use docker_engine_runtime_fuzz::{OPERATION, drain, response, run, split};
use libfuzzer_sys::fuzz_target;

static META: OperationMeta = OPERATION;
struct Events(Request);
docker_engine_runtime::operation! { Events, META, answer::JsonLines<Value> }

fuzz_target!(|data: &[u8]| {
    let (sizes, bytes) = split(data);
    let read =
        |sizes| drain(run(Events::decode(response("application/json", bytes, sizes))).expect("a stream"));
    assert_eq!(read(&[]), read(sizes));
});
