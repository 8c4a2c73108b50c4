//! `deprecated` and `x-deprecated`: what the text of a document says is on its way out.
//!
//! Upstream writes it at the start of a paragraph: `> **Deprecated**: this field …`. The word alone means
//! nothing: a text may speak of a deprecated kernel feature, of a deprecated builder, of API calls without
//! version. So it counts only where the paragraph begins with the word and a colon, or with a sentence
//! whose subject is the thing itself (`This field is deprecated`).

use std::sync::LazyLock;

use regex::Regex;

use super::keys::Kind;
use crate::api::ApiVersion;
use crate::swagger::node::{Entry, Mapping, Node, Value};

/// What a text says about a deprecation.
#[derive(Debug, Default, PartialEq, Eq)]
struct Deprecation {
    /// The API version since which it is so.
    since: Option<String>,
    /// What to use instead.
    replaced_by: Option<String>,
    /// The API version that no longer has it.
    removed_in: Option<String>,
}

/// Notes that an operation, parameter, header or schema of a version is deprecated, if its text says so.
pub(crate) fn note(kind: Kind, node: &mut Node, version: ApiVersion) {
    if !matches!(
        kind,
        Kind::Operation | Kind::Body | Kind::Parameter | Kind::Header | Kind::Schema | Kind::Part
    ) {
        return;
    }
    let text = |key| node.get(key).and_then(Node::as_str);
    let found =
        ["description", "summary"].into_iter().filter_map(text).find_map(|text| deprecation(text, version));
    let old_values = text("description").map(|text| deprecated_values(node, text)).unwrap_or_default();
    let place = node.get("description").unwrap_or(node).place.clone();
    if !old_values.is_empty() && node.get("x-deprecated-values").is_none() {
        let values = old_values.iter().map(|value| Node::new(value.as_str(), place.clone())).collect();
        node.set("x-deprecated-values", Value::Sequence(values));
    }
    let Some(found) = found else { return };
    node.set("deprecated", true);
    let facts: Mapping =
        [("since", found.since), ("replaced-by", found.replaced_by), ("removed-in", found.removed_in)]
            .into_iter()
            .filter_map(|(key, value)| {
                let node = Node::new(value?, place.clone());
                Some((key.to_owned(), Entry { key: place.clone(), node }))
            })
            .collect();
    if !facts.is_empty() && node.get("x-deprecated").is_none() {
        node.set("x-deprecated", Value::Mapping(facts));
    }
}

/// What a text in the document of a version says about the deprecation of the thing that it describes.
fn deprecation(text: &str, document: ApiVersion) -> Option<Deprecation> {
    let paragraphs = paragraphs(text);
    let paragraph = paragraphs.iter().find(|paragraph| is_about_itself(paragraph))?;
    let first = |patterns: &[Regex]| {
        patterns.iter().find_map(|pattern| pattern.captures(paragraph)).map(|found| found[1].to_owned())
    };
    let version = |patterns: &[Regex]| first(patterns).filter(|text| text.parse::<ApiVersion>().is_ok());
    let next = || {
        let next = ApiVersion { minor: document.minor.saturating_add(1), ..document };
        PATTERNS.removed_next.is_match(paragraph).then(|| next.to_string())
    };
    Some(Deprecation {
        since: version(&PATTERNS.since),
        replaced_by: replacement(paragraph)
            .or_else(|| paragraphs.iter().find_map(|paragraph| equivalent(paragraph))),
        removed_in: version(&PATTERNS.removed_in).or_else(next),
    })
}

/// The paragraphs of a text, each as one line without the marks of a quotation.
fn paragraphs(text: &str) -> Vec<String> {
    let mut paragraphs = vec![String::new()];
    for line in text.lines() {
        let line = line.trim().trim_start_matches('>').trim();
        let last = paragraphs.len() - 1;
        if line.is_empty() {
            paragraphs.push(String::new());
        } else if PATTERNS.marked.is_match(line) && !paragraphs[last].is_empty() {
            paragraphs.push(line.to_owned());
        } else {
            if !paragraphs[last].is_empty() {
                paragraphs[last].push(' ');
            }
            paragraphs[last].push_str(line);
        }
    }
    paragraphs
}

struct Patterns {
    /// `Deprecated:` that opens a line.
    marked: Regex,
    /// `This field is deprecated` that opens a sentence.
    itself: Regex,
    since: Vec<Regex>,
    removed_in: Vec<Regex>,
    /// `removed in the next API version`.
    removed_next: Regex,
    /// `an equivalent of the Size field`.
    equivalent: Regex,
}

static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| {
    let compile = |pattern: &str| Regex::new(pattern).expect("a constant pattern is valid");
    Patterns {
        marked: compile(r"(?i)^[*_]*(?:\[deprecated\]|\(deprecated\)|deprecated[*_]*:|deprecated[*_]*$)"),
        itself: compile(
            r"(?:^|[.!] )(?i:this|the) (?i:field|property|parameter|option|header|endpoint|operation|route|API call|type|object|definition|value) (?:is|was|has been) (?:now )?deprecated",
        ),
        since: vec![
            compile(
                r"(?i)deprecated (?:since|as of|from|in|with) [^.(]*?\(?(?:docker [0-9.]+ \()?API v?(\d+\.\d+)",
            ),
            compile(r"(?i)deprecated (?:since|as of|from|in|with) v(\d+\.\d+)"),
        ],
        removed_in: vec![compile(r"(?i)(?:removed|omitted|dropped) in (?:an? )?(?:API )?v(\d+\.\d+)")],
        removed_next: compile(r"(?i)(?:removed|omitted|dropped) in the next API version"),
        equivalent: compile(
            r#"an equivalent of the [`"]?([A-Za-z][\w.-]*\w)[`"]? (?:field|property|parameter)"#,
        ),
    }
});

fn is_about_itself(paragraph: &str) -> bool {
    PATTERNS.marked.is_match(paragraph) || PATTERNS.itself.is_match(paragraph)
}

/// What a deprecation says to use instead, as the name of a field or parameter.
fn replacement(paragraph: &str) -> Option<String> {
    static NESTED: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r#"[Tt]he [`"]?([\w-]+)[`"]? (?:field|property) (?:in|of) [`"]?([\w.-]+?)[`"]? should be used"#,
        )
        .expect("a constant pattern is valid")
    });
    static PLAIN: LazyLock<[Regex; 4]> = LazyLock::new(|| {
        [
            r#"(?:renamed to|replaced by|superseded by|in favou?r of) (?:the )?[`"]?([A-Za-z][\w.-]*\w)"#,
            r#"[Uu]se (?:the )?(?:information )?(?:in|from) (?:the )?[`"]?([A-Za-z][\w.-]*\w)[`"]? instead"#,
            r#"[Uu]se (?:the )?[`"]?([A-Za-z][\w.-]*\w)[`"]?(?: (?:field|property|parameter|option))? instead"#,
            r"[Uu]se .{1,80} inside the `([A-Za-z][\w.-]*\w)` map instead",
        ]
        .map(|pattern| Regex::new(pattern).expect("a constant pattern is valid"))
    });
    if let Some(found) = NESTED.captures(paragraph) {
        return Some(format!("{}.{}", &found[2], &found[1]));
    }
    PLAIN.iter().find_map(|pattern| pattern.captures(paragraph)).map(|found| found[1].to_owned())
}

/// What has the same content as a deprecated thing, in whichever paragraph its text says so.
fn equivalent(paragraph: &str) -> Option<String> {
    PATTERNS.equivalent.captures(paragraph).map(|found| found[1].to_owned())
}

/// The enum values whose item in a list says `(deprecated)`: ``- `1` is the first (deprecated) builder``.
fn deprecated_values(node: &Node, text: &str) -> Vec<String> {
    let values = node.get("enum").into_iter().flat_map(Node::items).filter_map(Node::as_str);
    let items: Vec<&str> = text.lines().filter_map(|line| line.trim().strip_prefix("- ")).collect();
    values
        .filter(|value| {
            items.iter().any(|item| item.starts_with(&format!("`{value}`")) && item.contains("(deprecated)"))
        })
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        match deprecation(text, ApiVersion { major: 1, minor: 51 }) {
            None => "no".to_owned(),
            Some(Deprecation { since, replaced_by, removed_in }) => {
                [since, replaced_by, removed_in].map(|fact| fact.unwrap_or("-".to_owned())).join(" ")
            }
        }
    }

    /// The forms that occur in v1.25 to v1.55: since, replaced by, removed in.
    #[test]
    fn what_says_that_the_thing_itself_is_deprecated() {
        for (text, expected) in [
            (
                "A mail.\n\n> **Deprecated**: This field is deprecated since docker 1.11 (API v1.23) and will\n> go.",
                "1.23 - -",
            ),
            (
                "Deprecated: this field is deprecated in API v1.44 and up. Use EndpointSettings.MacAddress instead.",
                "1.44 EndpointSettings.MacAddress -",
            ),
            (
                "x\n\nDeprecated: This field is deprecated since v1.44. The Networks field in TaskSpec should be used instead.",
                "1.44 TaskSpec.Networks -",
            ),
            (
                "> **Deprecated**: Use the information from the \"bridge\"\n> network inside the `Networks` map instead. It was deprecated in Docker 1.9 and",
                "- Networks -",
            ),
            ("**Deprecated**: This field is deprecated and will be omitted in a API v1.49.", "- - 1.49"),
            ("> **Deprecated**: this field is kept, but\n> will be removed in API v1.44.", "- - 1.44"),
            (
                "> **Deprecated**: This field is deprecated since API v1.4, and will be omitted in a future API version. Use the information in errorDetail instead.",
                "1.4 errorDetail -",
            ),
            (
                "> **Deprecated**: This parameter is deprecated and has been renamed to \"reserved-space\".\n> It is kept and will be removed in API v1.52.",
                "- reserved-space 1.52",
            ),
            (
                "An option. It is no longer supported.\n\n**Deprecated**: This field is deprecated as kernel 6.12 has deprecated it.",
                "- - -",
            ),
            ("The size.\nDeprecated: always empty.", "- - -"),
            (
                "The size, making this field\nan equivalent of the Size field.\n\n> **Deprecated**: this field is kept, but\n> will be removed in API v1.44.",
                "- Size 1.44",
            ),
            (
                "Deprecated: this field is no longer set, and will be removed in the next API version.",
                "- - 1.52",
            ),
            ("This parameter is deprecated.", "- - -"),
            ("Deprecated", "- - -"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn what_speaks_of_something_else() {
        for text in [
            "Using the API without a version-prefix is deprecated and will be removed in a future release.",
            "- `1` is the first generation classic (deprecated) builder in the Docker daemon (default)",
            "specified through MAINTAINER (deprecated) in the Dockerfile.",
            "- `is-automated=(true|false)` (deprecated, see below)\n\nThe `is-automated` filter is deprecated. The `is_automated` field has\nbeen deprecated by Docker Hub's search API.",
            "This field was introduced for the experimental features, which has been removed.",
            "It is no longer supported by the default (runc) runtime.",
        ] {
            assert_eq!(read(text), "no", "{text}");
        }
    }
}
