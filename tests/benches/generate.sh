#!/usr/bin/env bash
# Measures the program as people run it, against the goals: all versions under 5 s and 500 MB, one under 0.5 s, and
# `cargo check` of one generated crate, its dependencies built, under 12 s.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
cargo build --release --quiet --package xtask
xtask=${CARGO_TARGET_DIR:-target}/release/docker-engine-rs
xtask=$(realpath "$xtask")

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r spec "$work/spec"
cd "$work"

# measure NAME GOAL COMMAND…: wall time and peak memory of one run
measure() {
    local name=$1 goal=$2
    shift 2
    python3 - "$name" "$goal" "$@" <<'PYTHON'
import resource, subprocess, sys, time
name, goal, *command = sys.argv[1:]
start = time.monotonic()
code = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
wall = time.monotonic() - start
used = resource.getrusage(resource.RUSAGE_CHILDREN)
cpu = used.ru_utime + used.ru_stime
print(f"{name}: {wall:.2f} s wall, {cpu:.2f} s CPU, {used.ru_maxrss / 1024:.0f} MB peak (goal: {goal})")
sys.exit(code)
PYTHON
}

measure "all versions, nothing there yet" "5 s, 500 MB" "$xtask" generate
measure "all versions, nothing changes" "5 s, 500 MB" "$xtask" generate
newest=$(ls -d generated-client/v*/ | sort -V | tail -n 1)
version=$(basename "$newest")
version=${version#v}
measure "one version" "0.5 s" "$xtask" generate "$version"
if command -v hyperfine >/dev/null; then
    hyperfine --warmup 1 "$xtask generate" "$xtask generate $version"
else
    echo "left out: repeated runs (hyperfine is not installed: cargo install hyperfine)"
fi

cd "$root"
package=docker-engine-v${version/./-}
export CARGO_TARGET_DIR=$work/target
cargo check --offline --quiet --package "$package"
touch "generated-client/v$version/src/lib.rs"
measure "cargo check of $package, dependencies built" "12 s" cargo check --offline --package "$package"
