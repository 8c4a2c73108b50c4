//! What the program prints, word for word. `UPDATE_EXPECT=1 cargo test -p docker-engine-tests --test command_line`
//! writes the files in `expected/` anew.

use std::path::Path;

use docker_engine_tests::xtask::{project, run};
use expect_test::expect_file;

/// What a person sees that types this.
fn transcript(folder: &Path, arguments: &[&str]) -> String {
    let run = run(folder, arguments);
    let mut text = format!("$ docker-engine-rs {}\n{}", arguments.join(" "), run.stdout);
    if !run.stderr.is_empty() {
        text.push_str(&format!("--- standard error\n{}", run.stderr));
    }
    text.push_str(&format!("--- exit code {}\n", run.code));
    text
}

fn transcripts(folder: &Path, all: &[&[&str]]) -> String {
    all.iter().map(|arguments| transcript(folder, arguments)).collect::<Vec<_>>().join("\n")
}

fn documents() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/command_line/documents"))
}

#[test]
fn help_of_every_command() {
    let commands: &[&[&str]] = &[
        &["--help"],
        &["diff", "--help"],
        &["history", "--help"],
        &["atlas", "--help"],
        &["drift", "--help"],
        &["spec", "--help"],
        &["spec", "import", "--help"],
        &["spec", "list", "--help"],
        &["spec", "check", "--help"],
        &["spec", "fetch", "--help"],
        &["generate", "--help"],
        &["openapi", "--help"],
        &["completions", "--help"],
    ];
    expect_file!["expected/help.txt"].assert_eq(&transcripts(documents(), commands));
}

#[test]
fn wrong_arguments() {
    let project = project(&["1.25", "1.40", "1.41"]);
    std::fs::write(project.path().join("mine.yaml"), "only words\n").expect("written");
    let wrong: &[&[&str]] = &[
        &[],
        &["dif", "1.40", "1.41"],
        &["diff", "1.40"],
        &["diff", "1.40", "1.99"],
        &["diff", "1.40", "latest"],
        &["diff", "1.40", "min.yaml"],
        &["diff", "1.40", "nowhere/v1.41.yaml"],
        &["diff", "1.40", "mine.yaml"],
        &["diff", "1.40", "1.41", "--operation", "ContainerCrate"],
        &["diff", "1.40", "1.41", "--operation", "zzz"],
        &["diff", "1.40", "1.41", "--format", "xml"],
        &["diff", "1.40", "1.41", "--level", "braking"],
        &["diff", "1.40", "mine.yaml", "--steps"],
        &["diff", "1.40", "1.41", "--colour", "never"],
        &["drift", "--version", "1.26"],
        &["drift", "--version", "latest"],
        &["drift", "--host", "unix:///no/engine.sock"],
        &["drift", "--host", "nowhere://x"],
        &["drift", "--image", "alpine"],
        &["drift", "--fail-on", "unseen"],
        &["generate", "1.99"],
        &["generate", "latest"],
        &["openapi", "1.26"],
        &["openapi"],
        &["completions", "tcsh"],
        &["atlas"],
        &["atlas", "--out", "spec"],
    ];
    expect_file!["expected/wrong.txt"].assert_eq(&transcripts(project.path(), wrong));
}

#[test]
fn a_comparison_in_every_format() {
    let folder = documents();
    let format =
        |format: &str| transcript(folder, &["diff", "old.yaml", "new.yaml", "--wire", "--format", format]);
    expect_file!["expected/diff.txt"].assert_eq(&transcripts(
        folder,
        &[
            &["diff", "old.yaml", "new.yaml", "--wire"],
            &["diff", "old.yaml", "new.yaml", "--wire", "--expand", "--level", "warning"],
            &[
                "diff",
                "old.yaml",
                "new.yaml",
                "--wire",
                "--operation",
                "thing-create",
                "--fail-on",
                "breaking",
            ],
            &["diff", "new.yaml", "new.yaml", "--fail-on", "warning"],
        ],
    ));
    expect_file!["expected/diff.json.txt"].assert_eq(&format("json"));
    expect_file!["expected/diff.markdown.txt"].assert_eq(&format("markdown"));
    expect_file!["expected/diff.html.txt"].assert_eq(&format("html"));
}
