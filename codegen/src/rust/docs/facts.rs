//! Sentences that are computed from the model: defaults, bounds, allowed values, versions, statuses.

use serde_json::Value;

use super::markdown::{code, lines};
use crate::api::{Facts, Life, Origin, Response, Type};

/// What a schema says of its values beyond their type.
pub(in crate::rust) fn value(facts: &Facts, ty: &Type) -> Vec<String> {
    let mut out = Vec::new();
    if let Some(format) = facts.format.as_deref().filter(|format| !is_type_of_its_own(format)) {
        out.push(["Format ", &code(format), "."].concat());
    }
    if let Some(default) = facts.default.as_ref().filter(|default| !default.is_null()) {
        out.push(["Default: ", &code(&text(default)), "."].concat());
    }
    if !facts.allowed.is_empty() {
        out.push(["One of ", &list(facts.allowed.iter().map(text)), "."].concat());
    }
    let (least, most) = (facts.minimum.as_ref().map(text), facts.maximum.as_ref().map(text));
    out.extend(bounds(least, most, ""));
    let things = match ty {
        Type::Array(_) => " items",
        Type::Map(_) => " entries",
        _ => " characters",
    };
    out.extend(bounds(
        facts.min_length.map(|n| n.to_string()),
        facts.max_length.map(|n| n.to_string()),
        things,
    ));
    if let Some(pattern) = &facts.pattern {
        out.push(["Matches ", &code(pattern), "."].concat());
    }
    out
}

/// In which versions a thing exists, where that is not what its owner says already.
pub(in crate::rust) fn life(life: &Life, owner: &Life) -> Vec<String> {
    let mut out = Vec::new();
    if let Some(since) = life.since.filter(|since| owner.since.is_none_or(|owner| *since > owner)) {
        out.push(["Since API v", &since.to_string(), "."].concat());
    }
    if let Some(until) = life.until.filter(|until| owner.until.is_none_or(|owner| *until < owner)) {
        out.push(["Gone after API v", &until.to_string(), "."].concat());
    }
    out
}

/// `Status 200: no error; 404: no such container.`
pub(in crate::rust) fn statuses(responses: &[Response]) -> String {
    let mut out = String::new();
    for response in by_status(responses) {
        out.push_str(if out.is_empty() { "Status " } else { "; " });
        out.push_str(&response.status.to_string());
        if let Some(meaning) = said(response) {
            out.push_str(": ");
            out.push_str(&meaning);
        }
    }
    if !out.is_empty() {
        out.push('.');
    }
    out
}

/// The lowest status first; the documents have them in any order.
pub(in crate::rust) fn by_status(responses: &[Response]) -> Vec<&Response> {
    let mut sorted: Vec<&Response> = responses.iter().collect();
    sorted.sort_by_key(|response| response.status);
    sorted
}

/// `Status 304: already started.`
pub(in crate::rust) fn status(status: u16, responses: &[Response]) -> String {
    let number = status.to_string();
    match responses.iter().find(|response| response.status == status).and_then(said) {
        Some(meaning) => ["Status ", &number, ": ", &meaning, "."].concat(),
        None => ["Status ", &number, "."].concat(),
    }
}

fn said(response: &Response) -> Option<String> {
    let words = response.docs.summary.as_ref().or(response.docs.description.as_ref());
    let said = words.and_then(|words| as_clause(words));
    said.or_else(|| Some(meaning(response.status).to_owned()).filter(|meaning| !meaning.is_empty()))
}

/// How a person calls the place of a schema: `Mount.BindOptions`, `ContainerSummary.Ports[]`.
pub(in crate::rust) fn type_place(origin: &Origin) -> Option<String> {
    let mut steps = origin.pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~"));
    if steps.next()? != "definitions" {
        return None;
    }
    let mut out = steps.next()?;
    while let Some(step) = steps.next() {
        match step.as_str() {
            "properties" => {
                out.push('.');
                out.push_str(&steps.next()?);
            }
            "items" => out.push_str("[]"),
            "additionalProperties" => out.push_str("{}"),
            "allOf" => {
                steps.next();
            }
            _ => return None,
        }
    }
    Some(out)
}

/// Formats that the Rust type already says.
fn is_type_of_its_own(format: &str) -> bool {
    let known = ["dateTime", "date-time", "password", "float", "double", "binary", "byte"];
    known.contains(&format) || format.trim_start_matches('u').starts_with("int")
}

fn bounds(least: Option<String>, most: Option<String>, things: &str) -> Option<String> {
    match (least, most) {
        (Some(least), Some(most)) if least == most => Some(["Exactly ", &code(&least), things, "."].concat()),
        (Some(least), Some(most)) => {
            Some(["Between ", &code(&least), " and ", &code(&most), things, "."].concat())
        }
        (Some(least), None) => Some(["At least ", &code(&least), things, "."].concat()),
        (None, Some(most)) => Some(["At most ", &code(&most), things, "."].concat()),
        (None, None) => None,
    }
}

fn list(values: impl Iterator<Item = String>) -> String {
    values.map(|value| code(&value)).collect::<Vec<_>>().join(", ")
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The first paragraph of somebody's words as part of a longer sentence: it begins in lower case, unless with a name
/// or an abbreviation, and has no full stop.
fn as_clause(words: &str) -> Option<String> {
    let lines = lines(words);
    let paragraph: Vec<&str> = lines.iter().map(String::as_str).take_while(|line| !line.is_empty()).collect();
    let first = paragraph.join(" ");
    if first.starts_with(['#', '-', '>', '|', '`']) || first.ends_with(':') {
        return None;
    }
    let first = first.trim_end_matches(['.', ';']);
    let opening = first.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let ordinary = !PROPER_NAMES.contains(&opening) && !opening.chars().skip(1).any(char::is_uppercase);
    let mut letters = first.chars();
    let clause = match letters.next()? {
        letter if ordinary => letter.to_lowercase().chain(letters).collect(),
        letter => [letter].into_iter().chain(letters).collect(),
    };
    Some(clause)
}

/// Words that keep their capital in the middle of a sentence.
const PROPER_NAMES: [&str; 6] = ["Docker", "Engine", "Linux", "Swarm", "Unix", "Windows"];

/// What a status means where the document does not say.
fn meaning(status: u16) -> &'static str {
    match status {
        101 => "switching protocols",
        200 => "done",
        201 => "created",
        202 => "accepted",
        204 => "done, without a body",
        304 => "nothing changed",
        400 => "bad parameter",
        401 => "not authorised",
        403 => "forbidden",
        404 => "not found",
        406 => "not acceptable",
        409 => "conflict",
        500 => "error of the Engine",
        501 => "not implemented",
        503 => "not part of a swarm",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_status_fit_into_a_sentence() {
        let clause = |words: &str| as_clause(words);
        let some = |words: &str| Some(words.to_owned());
        assert_eq!(clause("There is no such container."), some("there is no such container"));
        assert_eq!(clause("TLS is missing;"), some("TLS is missing"));
        assert_eq!(clause("Docker is not\nthere.\n\nMore."), some("Docker is not there"));
        assert_eq!(clause("A: b."), some("a: b"));
        let long = "word ".repeat(60);
        assert_eq!(clause(&long), some(long.trim_end()));
        for words in ["", " ", ".", "- a list", "Either:", "`code`"] {
            assert_eq!(clause(words), None, "{words:?}");
        }
    }
}
