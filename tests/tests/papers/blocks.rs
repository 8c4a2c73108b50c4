//! Each block of code: what can be run here is run, Rust is a doctest, and the rest is named with who runs it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use docker_engine_tests::workspace;
use docker_engine_tests::xtask::{program, project};

use super::{Block, Paper, papers};

/// Commands that this test does not run, by how they begin, and who does or why nobody.
const ELSEWHERE: [(&str, &str); 12] = [
    ("cargo test --all-features", ".ci/run"),
    ("cargo run -p docker-engine-examples --bin ", ".ci/examples, on Engines"),
    ("cargo install --path xtask", "a release build; what it installs is tried by the test `command_line`"),
    ("eval \"$(../shared/engines/engine env forky)\"", ".ci/live"),
    ("cargo test -p docker-engine-live ", ".ci/live, on Engines"),
    ("mkdir -p recordings", "recordings are made by hand"),
    ("DOCKER_ENGINE_LIVE_RECORD=", "recordings are made by hand"),
    ("UPDATE_UNKNOWN=1 cargo test -p docker-engine-live ", "recordings are made by hand"),
    ("cargo +nightly fuzz run ", "needs a nightly compiler"),
    ("cargo xtask drift", "needs an Engine"),
    ("git clone ", "needs a network"),
    (".ci/run", "runs this test"),
];

/// Languages of blocks that are no commands and no program.
const PICTURES: [&str; 1] = ["text"];

#[test]
fn every_block_is_run_compiled_or_named() {
    let folder = Folder::new();
    let mut counts = [0; 4];
    for paper in papers() {
        for block in paper.blocks() {
            let place = paper.place(&block);
            match block.language.split(',').next().unwrap_or_default() {
                "rust" => {
                    is_a_doctest(&paper, &block);
                    counts[0] += 1;
                }
                "sh" => {
                    for command in commands(&block) {
                        let ran = folder.run(&place, &command);
                        counts[if ran { 1 } else { 2 }] += 1;
                    }
                }
                "toml" => depends_on_what_is_there(&place, &block),
                // What the examples print: their own test reads it, `generated-client/examples/tests/readme.rs`.
                "console" => {
                    assert_eq!(paper.path, Path::new("generated-client/examples/README.md"), "{place}")
                }
                language if PICTURES.contains(&language) => counts[3] += 1,
                language => {
                    panic!("{place}: a block of {language:?} is neither run nor named: say what it is")
                }
            }
        }
    }
    let [rust, run, elsewhere, pictures] = counts;
    println!("{rust} programs compiled, {run} commands run, {elsewhere} run elsewhere, {pictures} pictures");
    assert!(rust > 0 && run > 8 && elsewhere > 0, "{counts:?}");
}

/// The commands of a block, without comments.
fn commands(block: &Block) -> Vec<String> {
    let text = block.text.replace("\\\n", " ");
    let lines = text.lines().map(|line| line.split(" #").next().unwrap_or_default().trim());
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned).collect()
}

/// A folder in which the commands of the papers find what they name.
struct Folder {
    root: tempfile::TempDir,
    programs: tempfile::TempDir,
}

impl Folder {
    fn new() -> Self {
        let root = project(&["1.25", "1.43", "1.44", "1.51", "1.55"]);
        let spec = docker_engine_tests::spec();
        let copies = [
            ("v1.52.yaml", "path/to/v1.52.yaml"),
            ("v1.47.yaml", "moby/api/docs/v1.47.yaml"),
            ("v1.51.yaml", "moby/api/docs/v1.51.yaml"),
        ];
        for (from, to) in copies {
            put(&root.path().join(to), &fs::read_to_string(spec.join(from)).expect("it is stored"));
        }
        let next = docker_engine_tests::grown::stored("1.55".parse().expect("a version"));
        put(&root.path().join("path/to/v1.56.yaml"), &next);
        put(&root.path().join("v1.56.yaml"), &next);
        put(&root.path().join("diff.toml"), "");

        let programs = tempfile::tempdir().expect("a temporary folder");
        let path = program().to_str().expect("text");
        let stands_for_cargo = format!(
            "#!/bin/sh\n[ \"$1\" = xtask ] && shift && exec '{path}' \"$@\"\necho \"cargo $1 is not run here\"\nexit 97\n"
        );
        script(&programs.path().join("cargo"), &stands_for_cargo);
        script(&programs.path().join("docker-engine-rs"), &format!("#!/bin/sh\nexec '{path}' \"$@\"\n"));
        Self { root, programs }
    }

    /// Runs a command; `false` if it is one that runs elsewhere.
    fn run(&self, place: &str, command: &str) -> bool {
        if ELSEWHERE.iter().any(|(begin, _)| command.starts_with(begin)) {
            names_what_is_there(place, command);
            return false;
        }
        let ours = ["cargo xtask ", "docker-engine-rs "].iter().any(|program| command.starts_with(program));
        assert!(
            ours,
            "{place}: `{command}` is neither run nor named: put it into ELSEWHERE with who runs it"
        );
        let path =
            format!("{}:{}", self.programs.path().display(), std::env::var("PATH").unwrap_or_default());
        let output =
            Command::new("sh").args(["-c", command]).current_dir(&self.root).env("PATH", path).output();
        let output = output.expect("there is a shell");
        let said = String::from_utf8_lossy(&output.stderr);
        // Finding what was asked for is no failure.
        let found =
            command.contains("--fail-on") && output.status.code() == Some(1) && !said.contains("error");
        assert!(output.status.success() || found, "{place}: `{command}`: {}: {said}", output.status);
        true
    }
}

/// Packages, programs and folders that a command names, where it is not run.
fn names_what_is_there(place: &str, command: &str) {
    // Other programs have options of the same name.
    let of_cargo = command.find("cargo ").map_or("", |at| &command[at..]);
    let words: Vec<&str> = of_cargo.split_whitespace().collect();
    for pair in words.windows(2) {
        let file = match pair {
            ["--bin", name] => format!("generated-client/examples/src/bin/{name}.rs"),
            ["--path", folder] => format!("{folder}/Cargo.toml"),
            ["run", target] if command.contains(" fuzz ") => {
                format!("generated-client/runtime/fuzz/fuzz_targets/{target}.rs")
            }
            ["-p", "docker-engine-examples"] => "generated-client/examples/Cargo.toml".to_owned(),
            ["-p", "docker-engine-live"] => "tests/live/Cargo.toml".to_owned(),
            ["-p", package] => panic!("{place}: where is the package {package}?"),
            _ => continue,
        };
        assert!(workspace().join(&file).is_file(), "{place}: `{command}`: there is no {file}");
    }
}

/// That the file is documentation of a crate, whose doctests compile its programs.
fn is_a_doctest(paper: &Paper, block: &Block) {
    let home = "generated-client/examples/src";
    let included: BTreeSet<_> = fs::read_to_string(workspace().join(home).join("lib.rs"))
        .expect("the examples have a library")
        .split("include_str!(\"")
        .skip(1)
        .filter_map(|rest| workspace().join(home).join(rest.split('"').next()?).canonicalize().ok())
        .collect();
    let path = workspace().join(&paper.path).canonicalize().expect("it was read");
    assert!(
        included.contains(&path),
        "{}: nobody compiles this: include {} as documentation in {home}/lib.rs",
        paper.place(block),
        paper.path.display()
    );
    assert!(
        !block.language.contains("ignore") && !block.language.contains("compile_fail"),
        "{}",
        paper.place(block)
    );
}

/// That crates named by their path are there, under that name.
fn depends_on_what_is_there(place: &str, block: &Block) {
    for line in block.text.lines().filter(|line| line.contains("path = ")) {
        let name = line.split(" = ").next().unwrap_or_default();
        let path = line.split("path = \"docker-engine-rs/").nth(1).and_then(|rest| rest.split('"').next());
        let path = path.unwrap_or_else(|| panic!("{place}: the path of {name} is not docker-engine-rs/…"));
        let manifest = fs::read_to_string(workspace().join(path).join("Cargo.toml"));
        let manifest = manifest.unwrap_or_else(|error| panic!("{place}: {path}: {error}"));
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{place}: {path} is not {name}");
    }
}

fn put(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a file in a folder")).expect("made");
    fs::write(path, text).expect("written");
}

fn script(path: &Path, text: &str) {
    use std::os::unix::fs::PermissionsExt;
    fs::write(path, text).expect("written");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("it is ours");
}
