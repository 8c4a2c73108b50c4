//! What every `--help` has in common: how the program is called here, examples, exit codes.

/// What the program is called when it is installed.
pub(crate) const PROGRAM: &str = "docker-engine-rs";

/// How a person calls the program: `cargo run` tells the program whose it is.
pub(crate) fn called() -> &'static str {
    if std::env::var_os("CARGO_PKG_NAME").is_some_and(|name| name == env!("CARGO_PKG_NAME")) {
        "cargo xtask"
    } else {
        PROGRAM
    }
}

/// The heading of the options that every command has.
pub(crate) const EVERYWHERE: &str = "Options of every command";

/// The examples of a command: what to type, and what it does.
pub(crate) fn examples(examples: &[(&str, &str)]) -> String {
    let mut text = String::from("Examples:");
    for (arguments, what) in examples {
        text.push_str(&format!("\n  {} {arguments}\n      {what}", called()));
    }
    text
}

/// What the exit codes mean, and which variables matter.
pub(crate) const ENDING: &str = "\
Exit codes:
  0  done
  1  done, and found what was asked for (--check, --fail-on); or failed
  2  wrong arguments

Environment:
  NO_COLOR  no colours, unless --color always";
