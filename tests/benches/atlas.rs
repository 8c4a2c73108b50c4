//! How long an atlas takes: of all versions and of a few, without writing it; and what a comparison costs when both sides
//! were read before, as they are in an atlas.
//!
//! `cargo bench -p docker-engine-tests --bench atlas`

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use docker_engine_codegen::Spec;
use docker_engine_codegen::atlas::site;
use docker_engine_codegen::diff::{Known, Side};
use docker_engine_tests::spec;
use docker_engine_tests::xtask::project;

fn benches(criterion: &mut Criterion) {
    let open = |folder: &std::path::Path| Spec::open(folder).unwrap_or_else(|errors| panic!("{errors}"));
    let all = open(&spec());
    let versions = all.store.versions().unwrap_or_else(|error| panic!("{error}"));
    let few: Vec<String> = versions.iter().step_by(6).map(ToString::to_string).collect();
    let folder = project(&few.iter().map(String::as_str).collect::<Vec<_>>());
    let some = open(&folder.path().join("spec"));
    let mut group = criterion.benchmark_group("atlas");
    group.sample_size(10).warm_up_time(Duration::from_secs(1));
    group.measurement_time(Duration::from_secs(60));
    group.bench_function("all versions", |b| b.iter(|| black_box(site(&all, |_, _| {}))));
    group.measurement_time(Duration::from_secs(8));
    group.bench_function(format!("{} versions", few.len()), |b| b.iter(|| black_box(site(&some, |_, _| {}))));
    let ends = [versions.first(), versions.last()].map(|version| {
        let version = version.expect("there are versions");
        Side::version(&all, *version).unwrap_or_else(|errors| panic!("{errors}"))
    });
    let known = ends.each_ref().map(|side| Known::of(side).unwrap_or_else(|errors| panic!("{errors}")));
    group.bench_function("the ends, known", |b| b.iter(|| black_box(known[0].compare(&known[1]))));
    group.finish();
}

criterion_group!(atlas, benches);
criterion_main!(atlas);
