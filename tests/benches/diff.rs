//! How long a comparison takes: two neighbours, the ends, all neighbours; with and without reading.
//!
//! `cargo bench -p docker-engine-tests --bench diff`

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use docker_engine_codegen::Spec;
use docker_engine_codegen::diff::{Side, compare};
use docker_engine_tests::spec;
use rayon::prelude::*;

fn benches(criterion: &mut Criterion) {
    let spec = Spec::open(&spec()).unwrap_or_else(|errors| panic!("{errors}"));
    let versions = spec.store.versions().unwrap_or_else(|error| panic!("{error}"));
    let read = |nth: usize| Side::version(&spec, versions[nth]).unwrap_or_else(|errors| panic!("{errors}"));
    let last = versions.len() - 1;
    let mut group = criterion.benchmark_group("diff");
    group.sample_size(10).measurement_time(Duration::from_secs(8));
    let (oldest, newest) = (read(0), read(last));
    group.bench_function("the ends, read", |b| b.iter(|| black_box(compare(&oldest, &newest))));
    group.bench_function("the ends", |b| {
        b.iter(|| {
            let (from, to) = rayon::join(|| read(0), || read(last));
            black_box(compare(&from, &to))
        });
    });
    group.bench_function("all neighbours", |b| {
        b.iter(|| {
            let sides: Vec<Side> = (0..=last).into_par_iter().map(read).collect();
            black_box(sides.par_windows(2).map(|pair| compare(&pair[0], &pair[1])).collect::<Vec<_>>())
        });
    });
    group.finish();
}

criterion_group!(diff, benches);
criterion_main!(diff);
