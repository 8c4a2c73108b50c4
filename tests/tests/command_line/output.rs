//! Where output goes and how it looks: colours, pipes, terminals, completions.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Command, Stdio};

use docker_engine_tests::workspace;
use docker_engine_tests::xtask::{program, run};

use super::succeeds;

const DIFF: [&str; 4] = ["diff", "1.43", "1.44", "--wire"];

#[test]
fn colours_come_when_asked_for() {
    let with = |color: &str| run(workspace(), &[&DIFF[..], &["--color", color]].concat()).stdout;
    let plain = succeeds(workspace(), &DIFF).stdout;
    assert_eq!(with("never"), plain);
    assert_eq!(with("auto"), plain);
    assert!(with("always").contains("\u{1b}["));
    // Help and errors too.
    assert!(run(workspace(), &["--color=always", "--help"]).stdout.contains("\u{1b}["));
    assert!(run(workspace(), &["--color", "always", "diff", "1.43", "1.99"]).stderr.contains("\u{1b}["));
}

/// Runs in a terminal of util-linux's `script`; gives what the terminal shows.
fn in_a_terminal(arguments: &[&str], variables: &[(&str, &str)]) -> Option<String> {
    let line = [&[program().to_str().expect("text")], arguments].concat().join(" ");
    let output = Command::new("script")
        .args(["--quiet", "--return", "--command", &line, "/dev/null"])
        .env("TERM", "xterm-256color")
        .env_remove("NO_COLOR")
        .envs(variables.iter().copied())
        .current_dir(workspace())
        .stdin(Stdio::null())
        .output();
    match output {
        Ok(output) => Some(String::from_utf8_lossy(&output.stdout).into_owned()),
        Err(error) => {
            eprintln!("left out: no terminal to try it on ({error})");
            None
        }
    }
}

#[test]
fn a_terminal_gets_colours_unless_refused() {
    let Some(page) = in_a_terminal(&DIFF, &[]) else { return };
    assert!(page.contains("\u{1b}["), "{page}");
    let page = in_a_terminal(&DIFF, &[("NO_COLOR", "1")]).expect("there is one");
    assert!(!page.contains('\u{1b}'), "{page}");
    let page = in_a_terminal(&DIFF, &[("TERM", "dumb")]).expect("there is one");
    assert!(!page.contains('\u{1b}'), "{page}");
}

#[test]
fn a_reader_may_stop_reading() {
    // More than a pipe holds.
    let mut child = Command::new(program())
        .args(["diff", "1.25", "1.55", "--format", "json"])
        .current_dir(workspace())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    let mut line = String::new();
    let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
    stdout.read_line(&mut line).expect("a line comes");
    drop(stdout);
    let mut said = String::new();
    child.stderr.take().expect("piped").read_to_string(&mut said).expect("text");
    assert_eq!((child.wait().expect("it ends").code(), said.as_str()), (Some(0), ""));
    assert_eq!(line, "{\n");
}

#[cfg(target_os = "linux")]
#[test]
fn a_result_that_cannot_be_written_is_a_failure() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("Linux has it");
    let output =
        Command::new(program()).args(DIFF).current_dir(workspace()).stdout(full).output().expect("it runs");
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("cannot be written"), "{said}");
}

#[test]
fn quiet_leaves_results_and_errors() {
    let loud = succeeds(workspace(), &["diff", "1.40", "1.43", "--steps", "--wire"]);
    assert_eq!(loud.stderr.lines().count(), 3, "{}", loud.stderr);
    let quiet = succeeds(workspace(), &["diff", "1.40", "1.43", "--steps", "--wire", "--quiet"]);
    assert_eq!((quiet.stderr.as_str(), quiet.stdout), ("", loud.stdout));
    assert!(!run(workspace(), &["diff", "1.40", "1.99", "-q"]).stderr.is_empty());
}

#[test]
fn shells_get_their_completions() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = succeeds(workspace(), &["completions", shell]).stdout;
        for word in ["docker-engine-rs", "diff", "fail-on", "completions"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
    // The shell itself reads it.
    let script = succeeds(workspace(), &["completions", "bash"]).stdout;
    let complete = format!(
        "{script}\nCOMP_WORDS=(docker-engine-rs di); COMP_CWORD=1; \
         _docker__engine__rs docker-engine-rs di docker-engine-rs; echo \"${{COMPREPLY[@]}}\""
    );
    if let Ok(output) = Command::new("bash").args(["--norc", "-c", &complete]).output() {
        assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "diff", "{output:?}");
    }
}
