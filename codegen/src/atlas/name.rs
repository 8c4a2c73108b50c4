//! Names of a document → file names and anchors: the same name has the same address in every run, no two things share
//! one, and nothing but letters, digits, `.`, `_` and `-` is in them.

use std::collections::{HashMap, HashSet};

use sha2::{Digest as _, Sha256};

use crate::history::{Entry, Sort};

/// Longer names are cut; file systems and readers of addresses have their limits.
const LONGEST: usize = 80;

/// Names that Windows keeps for devices, with any ending.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// A name as part of an address. What has to be changed for that gets a short hash of the whole name behind it.
pub(super) fn slug(name: &str) -> String {
    if is_plain(name) { name.to_owned() } else { hashed(name) }
}

/// File names, without folder and ending, for names that are all different. Names that differ only in case get files
/// that differ where case does not count.
pub(super) fn files<'n>(names: impl IntoIterator<Item = &'n str>) -> HashMap<&'n str, String> {
    let names: Vec<&str> = names.into_iter().collect();
    let mut alike: HashMap<String, usize> = HashMap::new();
    for name in &names {
        *alike.entry(slug(name).to_lowercase()).or_default() += 1;
    }
    let file = |name: &str| match slug(name) {
        slug if alike[&slug.to_lowercase()] > 1 => hashed(name),
        slug => slug,
    };
    names.into_iter().map(|name| (name, file(name))).collect()
}

/// The anchors of the parts of an operation or type, in their order.
pub(super) fn anchors(owner: &Entry) -> Vec<String> {
    let mut taken = HashSet::new();
    owner
        .parts
        .iter()
        .map(|part| {
            let plain = anchor(owner, part);
            let mut anchor = plain.clone();
            // Two parts of one kind, place and name: a document can have that, if not a good one.
            for nth in 2.. {
                if taken.insert(anchor.clone()) {
                    break;
                }
                anchor = format!("{plain}-{nth}");
            }
            anchor
        })
        .collect()
}

/// `query-all`, `field-Mounts`, `status-404`: no name stands alone, so that none is the id of something else.
fn anchor(owner: &Entry, part: &Entry) -> String {
    let name = slug(own(owner, part));
    let within = slug(part.within.as_deref().unwrap_or_default());
    match part.kind {
        Sort::Parameter => format!("{within}-{name}"),
        Sort::Header => format!("answer-{within}-{name}"),
        Sort::FilterKey => format!("filter-{name}"),
        kind => format!("{}-{name}", kind.as_str()),
    }
}

/// The name of a part without its owner's.
pub(super) fn own<'a>(owner: &Entry, part: &'a Entry) -> &'a str {
    part.name.strip_prefix(&owner.name).and_then(|name| name.strip_prefix('.')).unwrap_or(&part.name)
}

fn is_plain(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let numbered = |port: &str| stem.strip_prefix(port).is_some_and(|number| number.len() == 1);
    (1..=LONGEST).contains(&name.len())
        && name.chars().all(is_safe)
        && !name.starts_with(['.', '-'])
        && !name.ends_with('.')
        && !DEVICES.contains(&stem.as_str())
        && !numbered("com")
        && !numbered("lpt")
}

fn is_safe(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '-')
}

fn hashed(name: &str) -> String {
    let mut slug: String = name.chars().filter(|letter| is_safe(*letter)).take(LONGEST / 2).collect();
    slug = slug.trim_matches(['.', '-']).to_owned();
    if slug.is_empty() || !is_plain(&slug) {
        slug.insert_str(0, "name-");
        slug = slug.trim_end_matches('-').to_owned();
    }
    let hash: String =
        Sha256::digest(name.as_bytes()).iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    format!("{slug}-{hash}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_names_stay_and_others_cannot_lead_elsewhere() {
        for name in ["ContainerList", "filters.label", "X-Registry-Auth", "snake_case", "console"] {
            assert_eq!(slug(name), name);
        }
        let long = "x".repeat(300);
        let hostile = [
            "",
            ".",
            "..",
            "../../etc/passwd",
            "a/b",
            "a\\b",
            "con",
            "NUL.txt",
            "com1",
            "a b",
            "\"><b>",
            "ü",
            &long,
        ];
        let slugs: HashSet<String> = hostile.iter().map(|name| slug(name)).collect();
        assert_eq!(slugs.len(), hostile.len(), "{slugs:?}");
        for slug in slugs {
            assert!(is_plain(&slug) && slug.len() < 100, "{slug}");
        }
    }

    #[test]
    fn names_that_differ_in_case_have_files_that_do_not() {
        let files = files(["IDResponse", "IdResponse", "Mount"]);
        assert_eq!(files["Mount"], "Mount");
        let lower: HashSet<String> = files.values().map(|file| file.to_lowercase()).collect();
        assert_eq!(lower.len(), 3, "{files:?}");
    }
}
