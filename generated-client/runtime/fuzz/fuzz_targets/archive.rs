//! Archives: split anywhere, they are whole or not, and their bytes come as they are.

#![no_main]

use docker_engine_runtime::{Operation, OperationMeta, Request, answer};
use docker_engine_runtime_fuzz::{OPERATION, drain, response, run, split};
use libfuzzer_sys::fuzz_target;

static META: OperationMeta = OPERATION;
struct Export(Request);
docker_engine_runtime::operation! { Export, META, answer::Bytes }

/// Puts the right checksum into each block, which no fuzzer finds by itself.
fn with_checksums(bytes: &[u8]) -> Vec<u8> {
    let mut archive = bytes.to_vec();
    for block in archive.chunks_exact_mut(512).filter(|block| block[257] == b'u') {
        block[148..156].fill(b' ');
        let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
        block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    }
    archive
}

fuzz_target!(|data: &[u8]| {
    let (sizes, bytes) = split(data);
    for bytes in [bytes.to_vec(), with_checksums(bytes)] {
        let read = |sizes| {
            let items =
                drain(run(Export::decode(response("application/x-tar", &bytes, sizes))).expect("a stream"));
            let errors: Vec<_> = items.iter().filter_map(|item| item.as_ref().err().copied()).collect();
            (items.into_iter().flatten().flatten().collect::<Vec<u8>>(), errors)
        };
        let (whole, split) = (read(&[]), read(sizes));
        assert_eq!(whole, split);
        assert!(whole.0 == bytes && whole.1.len() <= 1);
    }
});
