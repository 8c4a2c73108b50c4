//! `cargo xtask completions SHELL`: what a shell needs to complete the arguments.

use std::process::ExitCode;

use anyhow::Result;
use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::{Xtask, console, help};

/// Print the completions of a shell.
#[derive(Debug, clap::Args)]
#[command(after_help = help::examples(&[
    ("completions bash > ~/.local/share/bash-completion/completions/docker-engine-rs", "for bash"),
    ("completions zsh > ~/.zfunc/_docker-engine-rs", "for zsh, where ~/.zfunc is in fpath"),
    ("completions fish > ~/.config/fish/completions/docker-engine-rs.fish", "for fish"),
]) + "\n\nThey complete the installed program, docker-engine-rs; a shell knows no completions of `cargo xtask`.")]
pub(crate) struct Arguments {
    /// The shell
    shell: Shell,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let mut script = Vec::new();
    // They are for the installed program, however this one was called.
    let mut command = Xtask::command().bin_name(help::PROGRAM);
    clap_complete::generate(arguments.shell, &mut command, help::PROGRAM, &mut script);
    console::write_result(format_args!("{}", String::from_utf8(script)?));
    Ok(ExitCode::SUCCESS)
}
