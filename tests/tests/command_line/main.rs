//! `xtask` with right and wrong input: exit codes, messages with places, and output that a pipe can take.

use std::fs;
use std::path::Path;

use docker_engine_codegen::source::Source;
use docker_engine_codegen::swagger::read;
use docker_engine_tests::xtask::{Run, project, run};
use docker_engine_tests::{compile, upstream, workspace};

mod comparison;
mod output;
mod outside;
mod snapshots;

#[track_caller]
fn succeeds(folder: &Path, arguments: &[&str]) -> Run {
    let run = run(folder, arguments);
    assert_eq!(run.code, 0, "{arguments:?}: {}", run.stderr);
    assert!(!run.stdout.contains('\u{1b}') && !run.stderr.contains('\u{1b}'), "escapes in a pipe: {run:?}");
    run
}

/// Fails, says all of `said`, and prints nothing that could be taken for a result.
#[track_caller]
fn fails(folder: &Path, arguments: &[&str], said: &[&str]) {
    let run = run(folder, arguments);
    assert!([1, 2].contains(&run.code), "{arguments:?} gave {}: {}", run.code, run.stdout);
    for said in said {
        assert!(run.stderr.contains(said), "{arguments:?} does not say {said:?}:\n{}", run.stderr);
    }
    assert!(run.stdout.is_empty(), "{arguments:?}: {}", run.stdout);
    assert!(!run.stderr.contains('\u{1b}'), "escapes in a pipe: {}", run.stderr);
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
}

#[test]
fn generate_tells_its_progress_in_plain_lines() {
    let project = project(&["1.25", "1.41"]);
    let run = succeeds(project.path(), &["generate", "1.41"]);
    let lines: Vec<&str> = run.stderr.lines().collect();
    assert!(
        matches!(lines[..], [line] if line.starts_with("v1.41: ") && line.ends_with(" ms")),
        "{}",
        run.stderr
    );
    assert!(!run.stderr.contains('\r'));
    assert!(run.stdout.lines().count() == 2 && run.stdout.contains("1.41"), "{}", run.stdout);
    assert!(!project.path().join("generated-client/v1.25").exists(), "another version was written");
    // From a folder below, and from elsewhere with --root.
    succeeds(&project.path().join("generated-client/v1.41/src"), &["generate", "--check", "1.41"]);
    let elsewhere = tempfile::tempdir().expect("a temporary folder");
    let root = project.path().to_str().expect("text");
    succeeds(elsewhere.path(), &["--root", root, "generate", "--check", "1.41"]);
    fails(elsewhere.path(), &["generate"], &["spec/overlay.yaml", "--root"]);
}

#[test]
fn openapi_prints_a_document() {
    let project = project(&["1.41"]);
    let run = succeeds(project.path(), &["openapi", "1.41"]);
    let document = read(&Source::new("openapi", run.stdout)).expect("YAML");
    assert_eq!(document.get("openapi").and_then(|node| node.as_str()), Some("3.0.3"));
    assert!(document.at("/components/schemas/Mount").is_some());
    assert!(document.at("/paths/~1containers~1json/get/operationId").is_some());
}

#[test]
fn spec_list_prints_a_table() {
    let project = project(&["1.25", "1.41"]);
    let run = succeeds(project.path(), &["spec", "list"]);
    assert!(run.stdout.contains("1.25") && run.stdout.contains("1.41") && run.stderr.is_empty(), "{run:?}");
}

#[test]
fn versions_that_are_not_there_are_named() {
    let project = project(&["1.25", "1.41"]);
    fails(project.path(), &["generate", "1.99"], &["1.99", "1.25, 1.41"]);
    fails(project.path(), &["openapi", "1.99"], &["1.99", "1.25, 1.41"]);
    for wrong in ["latest", "1", "../1.41", "1.41\n"] {
        fails(project.path(), &["generate", wrong], &[wrong, "VERSION"]);
    }
    assert!(!project.path().join("generated-client").exists());
}

#[test]
fn files_that_are_no_documents_are_refused_with_the_place() {
    let project = project(&["1.41"]);
    let bytes: [(&str, &[u8], &[&str]); 9] = [
        ("empty.yaml", b"", &["empty.yaml:1:1"]),
        ("comment.yaml", b"# nothing\n", &["comment.yaml:"]),
        ("page.html", b"<!DOCTYPE html>\n<html><body>404: not found</body></html>\n", &["page.html:"]),
        ("other.json", b"{\"openapi\": \"3.0.3\", \"info\": {}}", &["other.json:1:", "Swagger 2.0"]),
        ("list.json", b"[1, 2]", &["list.json:1:1", "Swagger 2.0"]),
        ("text.yaml", b"only words\n", &["text.yaml:1:1", "Swagger 2.0"]),
        ("binary", b"\x7fELF\x00\xff\xfe\x00\x01\x02", &["binary:1:", "UTF-8"]),
        ("broken.yaml", b"swagger: \"2.0\"\ninfo:\n  version: \"1.41\n", &["broken.yaml:"]),
        (
            "unknown.yaml",
            b"swagger: \"2.0\"\ninfo: {title: x, version: \"1.99\"}\nbasePath: /v1.99\npathes: {}\n",
            &["unknown.yaml:4:1", "pathes"],
        ),
    ];
    for (name, bytes, said) in bytes {
        fs::write(project.path().join(name), bytes).expect("written");
        fails(project.path(), &["generate", "--spec", name, "--out", "out"], said);
        fails(project.path(), &["spec", "import", name], said);
    }
    for command in [&["spec", "import", "no.yaml"][..], &["generate", "--spec", "no.yaml", "--out", "out"]] {
        fails(project.path(), command, &["no.yaml"]);
    }
    fails(project.path(), &["generate", "--spec", "spec", "--out", "out"], &["spec", "folder"]);
    fails(project.path(), &["spec", "import", "spec/../spec/nothing"], &["nothing"]);
    fails(project.path(), &["generate", "--spec", "text.yaml"], &["--out"]);
    assert!(!project.path().join("out").exists());
    assert!(!project.path().join("spec/v1.99.yaml").exists());
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let project = project(&["1.41"]);
    // A file stands where the folder belongs: that stops the superuser as well.
    fs::write(project.path().join("generated-client"), "").expect("written");
    fails_with_table(project.path(), &["generate"], "generated-client");
}

/// Fails after the first work is done.
#[cfg(unix)]
#[track_caller]
fn fails_with_table(folder: &Path, arguments: &[&str], said: &str) {
    let run = run(folder, arguments);
    assert_eq!(run.code, 1, "{}", run.stdout);
    assert!(run.stderr.contains(said) && !run.stderr.contains("panicked"), "{}", run.stderr);
}

#[test]
fn a_crate_from_one_published_document_compiles_by_itself() {
    let project = project(&["1.41"]);
    let document = match upstream() {
        Some(upstream) => upstream.join("v1.41.yaml"),
        None => project.path().join("spec/v1.41.yaml"),
    };
    let runtime = workspace().join("generated-client/runtime");
    let arguments = ["generate", "--spec", document.to_str().expect("text"), "--out", "made/by me"];
    let run =
        succeeds(project.path(), &[&arguments[..], &["--runtime", runtime.to_str().expect("text")]].concat());
    assert!(run.stdout.contains("1.41"), "{}", run.stdout);
    let made = project.path().join("made/by me");
    fs::copy(workspace().join("Cargo.lock"), made.join("Cargo.lock")).expect("copied");
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("target");
    let (success, said) = compile::cargo(&made, &target, &["check", "--quiet", "--no-default-features"]);
    assert!(success && !said.contains("warning"), "{said}");
}
