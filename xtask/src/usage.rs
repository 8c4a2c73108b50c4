//! Wrong arguments that only the documents can tell: said as clap says its own, with what was probably meant.

use std::fmt;
use std::process::ExitCode;

use docker_engine_codegen::api::ApiVersion;

use crate::console;

/// The exit code of wrong arguments, the same as clap's.
pub(crate) const WRONG_ARGUMENTS: u8 = 2;

/// A mistake in the arguments.
#[derive(Debug)]
pub(crate) struct Usage {
    message: String,
    tip: Option<String>,
}

impl Usage {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Usage { message: message.into(), tip: None }
    }

    /// What to do.
    #[must_use]
    pub(crate) fn tip(mut self, tip: impl Into<String>) -> Self {
        self.tip = Some(tip.into());
        self
    }

    /// What was probably meant, if anything is alike.
    #[must_use]
    pub(crate) fn suggest<'n>(
        self,
        what: &str,
        given: &str,
        known: impl IntoIterator<Item = &'n str>,
    ) -> Self {
        let alike = alike(given, known);
        if alike.is_empty() {
            return self;
        }
        let names: Vec<String> = alike.iter().map(|name| format!("'{name}'")).collect();
        let verb = if names.len() == 1 { "exists" } else { "exist" };
        let plural = if names.len() == 1 { "" } else { "s" };
        self.tip(format!("{what}{plural} {} {verb}", names.join(", ")))
    }

    /// Prints it.
    pub(crate) fn report(&self) -> ExitCode {
        let style = |code: &str, text: &str| match console::color_messages() {
            true => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
            false => text.to_owned(),
        };
        let mut text = format!("{} {}", style("1;31", "error:"), self.message);
        if let Some(tip) = &self.tip {
            text.push_str(&format!("\n\n  {} {tip}", style("32", "tip:")));
        }
        console::complain!("{text}\n\nFor more information, try '--help'.");
        ExitCode::from(WRONG_ARGUMENTS)
    }
}

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Usage {}

/// A version that no document is of.
pub(crate) fn unknown_version(version: ApiVersion, known: &[ApiVersion], folder: &std::path::Path) -> Usage {
    let Some(nearest) = known.iter().min_by_key(|other| distance(version, **other)) else {
        return Usage::new(format!("{} has no documents vX.Y.yaml", folder.display()));
    };
    Usage::new(format!("{} has no document of version {version}; it has {}", folder.display(), ranges(known)))
        .tip(format!("the nearest version is {nearest}"))
}

fn distance(one: ApiVersion, other: ApiVersion) -> (u16, u16) {
    (one.major.abs_diff(other.major), one.minor.abs_diff(other.minor))
}

/// `1.25 to 1.41, 1.44`.
fn ranges(versions: &[ApiVersion]) -> String {
    let mut ranges: Vec<(ApiVersion, ApiVersion)> = Vec::new();
    for version in versions {
        match ranges.last_mut() {
            Some((_, last)) if last.major == version.major && last.minor + 1 == version.minor => {
                *last = *version
            }
            _ => ranges.push((*version, *version)),
        }
    }
    let names: Vec<String> = ranges
        .iter()
        .map(|(first, last)| match last.minor - first.minor {
            0 => first.to_string(),
            1 => format!("{first}, {last}"),
            _ => format!("{first} to {last}"),
        })
        .collect();
    names.join(", ")
}

/// The names that are most like the given one, at most three.
pub(crate) fn alike<'n>(given: &str, known: impl IntoIterator<Item = &'n str>) -> Vec<&'n str> {
    /// Below this, names are not alike. clap uses the same for its own.
    const ENOUGH: f64 = 0.7;
    let plain = |text: &str| text.to_lowercase().replace(['-', '_'], "");
    let given = plain(given);
    let mut scored: Vec<(f64, &str)> = known
        .into_iter()
        .map(|name| {
            let plain = plain(name);
            // A part of a name, as one remembers it, is as good as a misspelt name.
            let part = given.len() > 3 && plain.contains(&given);
            (if part { 0.9 } else { strsim::jaro_winkler(&given, &plain) }, name)
        })
        .filter(|(score, _)| *score > ENOUGH)
        .collect();
    scored.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(other.1)));
    scored.dedup_by_key(|(_, name)| *name);
    // Far behind the first, the others only distract.
    let best = scored.first().map_or(0.0, |(score, _)| *score);
    scored.into_iter().filter(|(score, _)| best - score < 0.1).take(3).map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_meant_is_suggested() {
        let known = ["ContainerCreate", "ContainerList", "ImageList", "SystemPing"];
        assert_eq!(alike("ContainerCrate", known)[0], "ContainerCreate");
        assert_eq!(alike("system_pign", known), ["SystemPing"]);
        assert_eq!(alike("ping", known), ["SystemPing"]);
        assert!(alike("xyz", known).is_empty());
    }

    #[test]
    fn versions_are_told_in_ranges() {
        let versions: Vec<ApiVersion> =
            ["1.25", "1.26", "1.27", "1.41"].iter().map(|text| text.parse().expect("a version")).collect();
        assert_eq!(ranges(&versions), "1.25 to 1.27, 1.41");
        let folder = std::path::Path::new("spec");
        let error = unknown_version("1.99".parse().expect("a version"), &versions, folder);
        assert_eq!(error.message, "spec has no document of version 1.99; it has 1.25 to 1.27, 1.41");
        assert_eq!(error.tip.as_deref(), Some("the nearest version is 1.41"));
        assert!(unknown_version(versions[0], &[], folder).tip.is_none());
    }
}
