//! What the program prints: results on standard output, everything else on standard error.
//!
//! A reader that stops reading (`| head`) is no error. Any other failure to write results is kept until the end.

use std::ffi::OsString;
use std::fmt;
use std::io::{self, IsTerminal as _, Write as _};
use std::sync::{Mutex, OnceLock, PoisonError};

use clap::{ColorChoice, ValueEnum as _};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How much is said, and in which colours.
#[derive(Clone, Copy, Debug)]
struct Settings {
    quiet: bool,
    color: ColorChoice,
}

static SETTINGS: OnceLock<Settings> = OnceLock::new();

/// The first failure to write results.
static FAILURE: Mutex<Option<io::Error>> = Mutex::new(None);

/// Sets what the arguments say, once.
pub(crate) fn set(quiet: bool, color: ColorChoice) {
    SETTINGS.get_or_init(|| Settings { quiet, color });
}

fn settings() -> Settings {
    *SETTINGS.get_or_init(|| Settings { quiet: false, color: ColorChoice::Auto })
}

/// What `--color` says, for clap's own messages: they are written before the arguments are parsed.
pub(crate) fn color_asked(arguments: impl IntoIterator<Item = OsString>) -> ColorChoice {
    let arguments: Vec<OsString> = arguments.into_iter().take_while(|argument| argument != "--").collect();
    let value = arguments.iter().enumerate().rev().find_map(|(nth, argument)| {
        let argument = argument.to_str()?;
        match argument.strip_prefix("--color") {
            Some("") => arguments.get(nth + 1)?.to_str().map(str::to_owned),
            Some(value) => value.strip_prefix('=').map(str::to_owned),
            None => None,
        }
    });
    value.and_then(|value| ColorChoice::from_str(&value, true).ok()).unwrap_or_default()
}

/// Whether results are coloured.
pub(crate) fn color_results() -> bool {
    color(io::stdout().is_terminal())
}

/// Whether messages are coloured.
pub(crate) fn color_messages() -> bool {
    color(io::stderr().is_terminal())
}

fn color(terminal: bool) -> bool {
    // https://no-color.org: any value but an empty one.
    let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|value| value == "dumb");
    match settings().color {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => terminal && !refused && !dumb,
    }
}

/// Prints a line of the result.
macro_rules! out {
    ($($text:tt)*) => { $crate::console::write_result(format_args!("{}\n", format_args!($($text)*))) };
}

/// Says something that is not the result. `--quiet` leaves it out.
macro_rules! note {
    ($($text:tt)*) => { $crate::console::write_note(format_args!($($text)*)) };
}

/// Says why the program fails, or what was wrong. `--quiet` does not leave it out.
macro_rules! complain {
    ($($text:tt)*) => { $crate::console::write_message(format_args!($($text)*)) };
}

pub(crate) use {complain, note, out};

/// Prints a result as it is.
pub(crate) fn write_result(text: fmt::Arguments<'_>) {
    let mut stdout = io::stdout().lock();
    let written = match text.as_str() {
        Some(text) => stdout.write_all(text.as_bytes()),
        // In one piece: many results are long.
        None => stdout.write_all(text.to_string().as_bytes()),
    };
    keep(written);
}

pub(crate) fn write_note(text: fmt::Arguments<'_>) {
    if !settings().quiet {
        write_message(text);
    }
}

pub(crate) fn write_message(text: fmt::Arguments<'_>) {
    // Nobody is left to tell.
    let _ = writeln!(io::stderr().lock(), "{text}");
}

fn keep(written: io::Result<()>) {
    if let Err(error) = written
        && error.kind() != io::ErrorKind::BrokenPipe
    {
        FAILURE.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
    }
}

/// Whether all results were written, or nobody wanted them.
pub(crate) fn finish() -> io::Result<()> {
    keep(io::stdout().flush());
    FAILURE.lock().unwrap_or_else(PoisonError::into_inner).take().map_or(Ok(()), Err)
}

/// Whether bars are drawn.
fn draws() -> bool {
    io::stderr().is_terminal() && !settings().quiet
}

/// A bar over steps of work on a terminal, a line for each step otherwise.
pub(crate) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    pub(crate) fn over(steps: usize, unit: &str) -> Self {
        let target = if draws() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(steps as u64), target);
        let style = ProgressStyle::with_template(&format!("{{bar:31}} {{pos}}/{{len}} {unit} {{msg}}"))
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        Self { bar: bar.with_style(style) }
    }

    /// A step is done.
    pub(crate) fn step(&self, name: &str, line: fmt::Arguments<'_>) {
        self.bar.set_message(name.to_owned());
        self.bar.inc(1);
        if !io::stderr().is_terminal() {
            write_note(format_args!("{name}: {line}"));
        }
    }

    /// What is being done: only a bar shows it.
    pub(crate) fn at(&self, name: &str) {
        self.bar.set_message(name.to_owned());
        self.bar.inc(1);
    }

    pub(crate) fn end(&self) {
        self.bar.finish_and_clear();
    }
}

/// A bar over bytes that come; `None` where their number is not known.
pub(crate) fn download(name: String, length: Option<u64>) -> ProgressBar {
    let bar = match length {
        _ if !draws() => ProgressBar::hidden(),
        Some(length) => ProgressBar::new(length),
        None => ProgressBar::no_length(),
    };
    let style = ProgressStyle::with_template("{msg} {wide_bar} {bytes}/{total_bytes}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    bar.set_style(style);
    bar.set_message(name);
    bar
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(arguments: &[&str]) -> ColorChoice {
        color_asked(arguments.iter().map(OsString::from))
    }

    #[test]
    fn the_last_color_counts() {
        assert_eq!(asked(&["x", "generate"]), ColorChoice::Auto);
        assert_eq!(asked(&["x", "--color", "never", "generate"]), ColorChoice::Never);
        assert_eq!(asked(&["x", "generate", "--color=never", "--color=always"]), ColorChoice::Always);
        assert_eq!(asked(&["x", "--color=pink"]), ColorChoice::Auto);
        assert_eq!(asked(&["x", "--", "--color=never"]), ColorChoice::Auto);
    }
}
