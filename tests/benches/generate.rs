//! How long each stage of generation takes: `cargo bench -p docker-engine-tests`. The whole program, with its memory
//! and the compiler's work on what it writes, is measured by `generate.sh` beside this file.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use docker_engine_codegen::Spec;
use docker_engine_codegen::api::Api;
use docker_engine_codegen::rust::{self, Home, Options};
use docker_engine_tests::spec;

const OPTIONS: Options = Options { home: Home::Workspace };

fn stages(criterion: &mut Criterion) {
    let spec = Spec::open(&spec()).unwrap_or_else(|errors| panic!("{errors}"));
    let version =
        spec.store.versions().unwrap_or_else(|error| panic!("{error}")).pop().expect("there are some");
    let read = || spec.store.read(version).unwrap_or_else(|error| panic!("{error}"));
    let document = read();
    let apis = || spec.apis().unwrap_or_else(|errors| panic!("{errors}"));
    let all = apis();
    let newest = all.last().expect("there are some");
    let emit = |api: &Api| rust::emit(api, &OPTIONS).unwrap_or_else(|error| panic!("{error}"));

    let mut group = criterion.benchmark_group("generate");
    group.sample_size(10);
    group.bench_function("read one document", |bench| bench.iter(read));
    group.bench_function("one document to its Api", |bench| {
        bench.iter(|| spec.api(black_box(document.clone())).unwrap_or_else(|errors| panic!("{errors}")));
    });
    group.bench_function("emit one crate", |bench| bench.iter(|| emit(black_box(newest))));
    group.bench_function("all documents to their Apis", |bench| bench.iter(apis));
    // The goal for one version is 0.5 s: its history needs the documents of all.
    group.bench_function("one version, all documents read", |bench| {
        bench.iter(|| emit(apis().last().expect("there are some")));
    });
    // The goal is 5 s.
    group.bench_function("all versions", |bench| {
        bench.iter(|| {
            use rayon::prelude::*;
            apis().par_iter().map(|api| emit(api).bytes()).sum::<usize>()
        });
    });
    group.finish();
}

criterion_group!(benches, stages);
criterion_main!(benches);
