//! `generate`: same input, same bytes; all or nothing; what did not change is not touched; what is not ours is left
//! alone. And what is committed is what it writes.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use docker_engine_codegen::Spec;
use docker_engine_codegen::rust::{self, Home, Options};
use docker_engine_tests::xtask::{self, project};
use docker_engine_tests::{spec, workspace};

const OPTIONS: Options = Options { home: Home::Workspace };

/// All files below a folder, with their bytes and the time of their last change.
fn files(folder: &Path) -> BTreeMap<PathBuf, (Vec<u8>, SystemTime)> {
    let (mut files, mut open) = (BTreeMap::new(), vec![folder.to_owned()]);
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.expect("listed").path();
            let about = fs::symlink_metadata(&path).expect("there");
            if about.is_dir() {
                open.push(path);
            } else if about.is_file() {
                files.insert(
                    path.clone(),
                    (fs::read(&path).expect("read"), about.modified().expect("a time")),
                );
            }
        }
    }
    files
}

fn append(path: &Path, text: &str) {
    let old = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    fs::write(path, old + text).expect("written");
}

#[test]
fn same_input_same_bytes() {
    let project = project(&["1.25", "1.41", "1.55"]);
    let emitted = || {
        let spec = Spec::open(&project.path().join("spec")).unwrap_or_else(|errors| panic!("{errors}"));
        let apis = spec.apis().unwrap_or_else(|errors| panic!("{errors}"));
        let emit = |api| rust::emit(api, &OPTIONS).unwrap_or_else(|error| panic!("{error}"));
        apis.iter().map(emit).collect::<Vec<_>>()
    };
    let first = emitted();
    // On one thread, in case the order of threads shows.
    let second = std::thread::scope(|scope| {
        let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
        scope.spawn(move || alone.install(emitted)).join().expect("no panic")
    });
    assert!(first == second, "two runs gave different crates");
}

#[test]
fn check_names_what_differs_and_generate_mends_only_that() {
    let project = project(&["1.25", "1.41"]);
    let clients = project.path().join("generated-client");
    assert_eq!(xtask::run(project.path(), &["generate", "--check"]).code, 1, "nothing is generated yet");
    assert!(!clients.exists(), "--check wrote something");
    let run = xtask::run(project.path(), &["generate"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(xtask::run(project.path(), &["generate", "--check"]).code, 0);
    let written = files(&clients);

    let changed = clients.join("v1.25/src/models/mount.rs");
    append(&changed, "// mine\n");
    let removed = clients.join("v1.41/src/operations/volume.rs");
    fs::remove_file(&removed).expect("it was written");
    let left_over = clients.join("v1.41/src/models/no_more.rs");
    fs::copy(clients.join("v1.41/src/models/mount.rs"), &left_over).expect("copied");
    let own = clients.join("v1.41/src/own.rs");
    fs::write(&own, "// mine\n").expect("written");

    let before = files(&clients);
    let run = xtask::run(project.path(), &["generate", "--check"]);
    assert_eq!(run.code, 1);
    for (what, path) in [("differs", &changed), ("missing", &removed), ("left over", &left_over)] {
        let path = path.strip_prefix(project.path()).expect("inside").display();
        assert!(run.stderr.contains(&format!("{what}: {path}")), "{path} is not named:\n{}", run.stderr);
    }
    assert!(!run.stderr.contains("own.rs"), "{}", run.stderr);
    assert!(run.stderr.contains("run `docker-engine-rs generate`"), "{}", run.stderr);
    assert!(files(&clients) == before, "--check wrote something");

    assert_eq!(xtask::run(project.path(), &["generate"]).code, 0);
    let mut mended = files(&clients);
    assert!(mended.remove(&own).is_some(), "a file that was not generated is gone");
    assert!(mended.keys().eq(written.keys()), "files were left over");
    for (path, (bytes, time)) in &mended {
        let (old, old_time) = &written[path];
        assert!(bytes == old, "{} is not what it was", path.display());
        let untouched = time == old_time;
        assert_eq!(untouched, ![&changed, &removed].contains(&path), "{}", path.display());
    }
}

#[test]
fn a_version_that_fails_leaves_all_crates_as_they_were() {
    let project = project(&["1.25", "1.41"]);
    let clients = project.path().join("generated-client");
    assert_eq!(xtask::run(project.path(), &["generate"]).code, 0);
    // The first would change, the second is broken.
    append(&clients.join("v1.25/src/models/mount.rs"), "// mine\n");
    let document = project.path().join("spec/v1.41.yaml");
    let text = fs::read_to_string(&document).expect("copied");
    let line = text
        .lines()
        .position(|line| line.ends_with("$ref: \"#/definitions/Mount\""))
        .expect("a use of Mount");
    fs::write(&document, text.replacen("#/definitions/Mount\"", "#/definitions/Moon\"", 1)).expect("written");
    let before = files(&clients);
    let run = xtask::run(project.path(), &["generate"]);
    assert_eq!(run.code, 1, "{}", run.stdout);
    let place = format!("spec/v1.41.yaml:{}:", line + 1);
    assert!(run.stderr.contains(&place), "{place} is not named:\n{}", run.stderr);
    assert!(files(&clients) == before, "something was written");
}

#[cfg(unix)]
#[test]
fn links_and_files_of_others_are_left_alone() {
    let project = project(&["1.25"]);
    let outside = tempfile::tempdir().expect("a temporary folder");
    let client = project.path().join("generated-client/v1.25");
    fs::create_dir_all(&client).expect("made");
    std::os::unix::fs::symlink(outside.path(), client.join("src")).expect("linked");
    let run = xtask::run(project.path(), &["generate"]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("symbolic link"), "{}", run.stderr);
    assert_eq!(fs::read_dir(outside.path()).expect("there").count(), 0, "written through a link");
    assert_eq!(fs::read_dir(&client).expect("there").count(), 1, "half a crate was written");

    fs::remove_file(client.join("src")).expect("it was a link");
    fs::write(client.join("Cargo.toml"), "# mine\n").expect("written");
    let run = xtask::run(project.path(), &["generate"]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("was not generated"), "{}", run.stderr);
    assert_eq!(fs::read_to_string(client.join("Cargo.toml")).expect("there"), "# mine\n");
    assert_eq!(fs::read_dir(&client).expect("there").count(), 1, "half a crate was written");
}

/// `.ci/run` compares all versions; this is quick enough for every test run.
#[test]
fn committed_crates_are_what_is_generated() {
    let spec = Spec::open(&spec()).unwrap_or_else(|errors| panic!("{errors}"));
    let apis = spec.apis().unwrap_or_else(|errors| panic!("{errors}"));
    for api in [&apis[0], &apis[apis.len() - 1]] {
        let files = rust::emit(api, &OPTIONS).unwrap_or_else(|error| panic!("{error}"));
        let folder = workspace().join(format!("generated-client/v{}", api.version));
        let written = rust::write(&folder, &files, true).unwrap_or_else(|error| panic!("{error}"));
        assert!(written.is_up_to_date(), "run `cargo xtask generate`: {written:#?}");
    }
    for api in &apis {
        let folder = workspace().join(format!("generated-client/v{}", api.version));
        assert!(
            folder.join("Cargo.toml").is_file(),
            "run `cargo xtask generate`: {} is missing",
            folder.display()
        );
    }
}

#[test]
fn plain_cargo_commands_work_on_the_newest_crate() {
    let versions = Spec::open(&spec()).and_then(|spec| Ok(spec.store.versions()?));
    let newest = versions.unwrap_or_else(|errors| panic!("{errors}")).pop().expect("there are some");
    let manifest = fs::read_to_string(workspace().join("Cargo.toml")).expect("the workspace has a manifest");
    let start = manifest.find("default-members").expect("the workspace has default members");
    let end = start + manifest[start..].find(']').expect("a list ends");
    let member = format!("\"generated-client/v{newest}\"");
    assert!(
        manifest[start..end].contains(&member),
        "Cargo.toml: put {member} into `default-members`, in place of the generated crate that is there"
    );
}
