//! Repairs of the text: lines that strict YAML 1.2 refuses because they are not indented enough.
//!
//! The publisher's tools accept a line of a quoted scalar, or of a flow collection, that stands no deeper
//! than the key it belongs to; YAML 1.2 (sections 7.3 and 7.4) does not. Spaces before such a line do
//! not change what it says, so they are put in. One pass over the lines finds them all; a text that
//! strict YAML accepts is never touched.

use std::sync::Arc;

use super::repair::{RepairRule, Warnings};
use crate::source::{Diagnostic, Source};
use crate::swagger::node::Node;
use crate::swagger::reader::{BOM, Indented, read, read_indented};

/// Reads a document as [`read`] does; if that refuses it, repairs its indentation and tries once more.
pub(crate) fn read_repaired(source: &Arc<Source>, warnings: &mut Warnings) -> Result<Node, Diagnostic> {
    let refused = match read(source) {
        Ok(node) => return Ok(node),
        Err(error) => error,
    };
    let text = source.text.strip_prefix(BOM).unwrap_or(&source.text);
    let found = under_indented(text);
    if found.is_empty() {
        return Err(refused);
    }
    let indented: Vec<Indented> = found.iter().map(|(_, indented)| *indented).collect();
    let node = read_indented(source, &indent(text, &indented), &indented)?;
    let mark = source.text.len() - text.len();
    let starts: Vec<usize> = std::iter::once(0).chain(line_ends(text)).map(|at| at + mark).collect();
    for (rule, indented) in found {
        let start = starts[indented.line as usize - 1];
        let line = source.text[start..].lines().next().unwrap_or_default();
        let blank = line.len() - line.trim_start_matches(' ').len();
        let place = source.place(start + blank, start + line.trim_end().len());
        warnings.repaired(rule, place, format!("this line must be indented by {} more", indented.spaces));
    }
    Ok(node)
}

/// Where each line ends, behind its line break.
fn line_ends(text: &str) -> impl Iterator<Item = usize> {
    let bytes = text.as_bytes();
    (0..bytes.len())
        .filter(move |&at| bytes[at] == b'\n' || (bytes[at] == b'\r' && bytes.get(at + 1) != Some(&b'\n')))
        .map(|at| at + 1)
}

fn indent(text: &str, indented: &[Indented]) -> String {
    let mut out = String::with_capacity(text.len() + indented.len() * 16);
    let mut next = indented.iter().peekable();
    let mut start = 0;
    for (nth, end) in line_ends(text).chain([text.len()]).enumerate() {
        if let Some(here) = next.next_if(|indented| indented.line as usize == nth + 1) {
            out.extend(std::iter::repeat_n(' ', here.spaces as usize));
        }
        out.push_str(&text[start..end]);
        start = end;
    }
    out
}

/// What a line begins in. `parent` is the column of the key or dash that the value belongs to: the value's
/// other lines must stand deeper.
#[derive(Clone, Copy)]
enum State {
    /// Between values.
    Block,
    /// In a plain scalar, which may go on in deeper lines.
    Plain { parent: usize },
    /// In a `|` or `>` scalar.
    Literal { parent: usize },
    /// In a quoted scalar.
    Quoted { quote: u8, parent: usize, found: usize },
    /// In `{…}` or `[…]`, `depth` levels deep, perhaps in a quoted scalar of it.
    Flow { depth: usize, quote: Option<u8>, parent: usize, found: usize },
}

/// The lines that need more indentation, in order. What never closes is left alone: the reader will say
/// where it begins.
fn under_indented(text: &str) -> Vec<(RepairRule, Indented)> {
    let mut found: Vec<(RepairRule, Indented)> = Vec::new();
    let mut state = State::Block;
    let mut start = 0;
    for (nth, end) in line_ends(text).chain([text.len()]).enumerate() {
        let line = text[start..end].trim_end_matches(['\r', '\n']).as_bytes();
        start = end;
        let indent = line.iter().take_while(|&&byte| byte == b' ').count();
        if indent == line.len() {
            continue;
        }
        let mut add = |rule, parent: usize| {
            if indent <= parent {
                found.push((rule, Indented { line: nth as u32 + 1, spaces: (parent + 1 - indent) as u32 }));
            }
        };
        state = match state {
            State::Literal { parent } | State::Plain { parent } if indent > parent => state,
            State::Block | State::Literal { .. } | State::Plain { .. } => {
                block_line(line, indent, found.len())
            }
            State::Quoted { quote, parent, found } => {
                add(RepairRule::UnderIndentedQuoted, parent);
                match close_quote(line, indent, quote) {
                    Some(_) => State::Block,
                    None => State::Quoted { quote, parent, found },
                }
            }
            State::Flow { depth, quote, parent, found } => {
                add(RepairRule::UnderIndentedFlow, parent);
                match close_flow(line, indent, depth, quote) {
                    Ok(_) => State::Block,
                    Err((depth, quote)) => State::Flow { depth, quote, parent, found },
                }
            }
        };
    }
    if let State::Quoted { found: keep, .. } | State::Flow { found: keep, .. } = state {
        found.truncate(keep);
    }
    found
}

/// A line between values: skips dashes and keys, then looks at what the value begins with.
fn block_line(line: &[u8], mut at: usize, found: usize) -> State {
    let spaces = |mut at: usize| {
        while line.get(at) == Some(&b' ') {
            at += 1;
        }
        at
    };
    let ends_word = |at: usize| matches!(line.get(at), None | Some(b' '));
    let mut parent = None;
    loop {
        let Some(&first) = line.get(at) else { return State::Block };
        match first {
            b'#' => return State::Block,
            b'-' | b'?' if ends_word(at + 1) => {
                parent = Some(at);
                at = spaces(at + 1);
            }
            b'&' | b'!' => {
                at = spaces(line[at..].iter().position(|&byte| byte == b' ').map_or(line.len(), |n| at + n));
            }
            quote @ (b'"' | b'\'') => match close_quote(line, at + 1, quote) {
                Some(end) if line.get(end) == Some(&b':') && ends_word(end + 1) => {
                    parent = Some(at);
                    at = spaces(end + 1);
                }
                Some(_) => return State::Block,
                None => return parent.map_or(State::Block, |parent| State::Quoted { quote, parent, found }),
            },
            b'{' | b'[' => {
                return match (close_flow(line, at, 0, None), parent) {
                    (Err((depth, quote)), Some(parent)) => State::Flow { depth, quote, parent, found },
                    _ => State::Block,
                };
            }
            b'|' | b'>' => return parent.map_or(State::Block, |parent| State::Literal { parent }),
            _ => {
                let rest = &line[at..];
                let comment = rest.windows(2).position(|pair| pair == b" #").unwrap_or(rest.len());
                let colon = (0..comment).find(|&n| rest[n] == b':' && ends_word(at + n + 1));
                let Some(colon) = colon else {
                    return parent.map_or(State::Block, |parent| State::Plain { parent });
                };
                parent = Some(at);
                at = spaces(at + colon + 1);
            }
        }
    }
}

/// Behind the closing quote, if it is in this line; `at` is inside of the quotes.
fn close_quote(line: &[u8], mut at: usize, quote: u8) -> Option<usize> {
    while let Some(&byte) = line.get(at) {
        match byte {
            b'\\' if quote == b'"' => at += 1,
            _ if byte == quote && quote == b'\'' && line.get(at + 1) == Some(&b'\'') => at += 1,
            _ if byte == quote => return Some(at + 1),
            _ => {}
        }
        at += 1;
    }
    None
}

/// Behind the closing bracket, if it is in this line; else how deep the line ends and in which quotes.
fn close_flow(
    line: &[u8],
    mut at: usize,
    mut depth: usize,
    quote: Option<u8>,
) -> Result<usize, (usize, Option<u8>)> {
    if let Some(quote) = quote {
        at = close_quote(line, at, quote).ok_or((depth, Some(quote)))?;
    }
    while let Some(&byte) = line.get(at) {
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Ok(at + 1);
                }
            }
            b'#' if at == 0 || line[at - 1] == b' ' => break,
            // In the middle of a word it is an apostrophe, not a quote.
            b'"' | b'\'' if at == 0 || matches!(line[at - 1], b' ' | b',' | b'{' | b'[' | b':') => {
                at = close_quote(line, at + 1, byte).ok_or((depth, Some(byte)))?;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    Err((depth, None))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repaired(text: &str) -> Result<(serde_json::Value, Vec<String>), String> {
        let mut warnings = Warnings::default();
        let node =
            read_repaired(&Source::new("t.yaml", text), &mut warnings).map_err(|error| error.to_string())?;
        Ok((node.to_json(), warnings.into_sorted().iter().map(|warning| warning.to_string()).collect()))
    }

    #[test]
    fn an_under_indented_line_of_a_quoted_scalar_is_repaired() {
        let text = "a:\n  b: \"one\n  two \\\" three\n\nfour\"\n  c: 'it''s\n x'\nd: 'e'\n";
        let (json, warnings) = repaired(text).expect("repaired");
        assert_eq!(json, serde_json::json!({"a": {"b": "one two \" three\nfour", "c": "it's x"}, "d": "e"}));
        let lines: Vec<&str> = warnings.iter().map(|w| w.split(": ").next().expect("a place")).collect();
        assert_eq!(lines, ["t.yaml:3:3", "t.yaml:5:1", "t.yaml:7:2"]);
    }

    #[test]
    fn an_under_indented_line_of_a_flow_collection_is_repaired() {
        let text = "a:\n  example: {\n    x: [1, # }\n  2], y: \"}\n  \"\n  }\n  b: é\n- not: here\n";
        assert!(repaired(text).is_err(), "another fault stays");
        let (json, warnings) = repaired(text.trim_end_matches("- not: here\n")).expect("repaired");
        assert_eq!(json, serde_json::json!({"a": {"example": {"x": [1, 2], "y": "} "}, "b": "é"}}));
        assert_eq!(warnings.len(), 3, "{warnings:?}");
    }

    #[test]
    fn places_behind_a_repair_are_those_of_the_text() {
        let source = Source::new("t.yaml", "\u{feff}a: {\n}\nl:\n  - k: {\n  'é': x}\n    z: \"1\n2\"\n");
        let node = read_repaired(&source, &mut Warnings::default()).expect("repaired");
        let value = node.at("/l/0/k/é").expect("there");
        assert_eq!((value.place.to_string().as_str(), value.place.text()), ("t.yaml:5:8", "x"));
        assert_eq!(node.place_of("/l/0/z").to_string(), "t.yaml:6:5");
        assert_eq!(node.at("/l/0/z").map(|n| n.place.text()), Some("\"1\n2\""));
    }

    #[test]
    fn prose_that_looks_like_yaml_is_left_alone() {
        let text = "a: |\n  b: \"\n  c: {\nb: it's \"so\n   c {\ne: {\n}\nf: >-\n\n  x: '\n\ng: h\n";
        let (json, warnings) = repaired(text).expect("repaired");
        assert_eq!(json["a"], "b: \"\nc: {\n");
        assert_eq!(json["b"], "it's \"so c {");
        assert_eq!(json["g"], "h");
        assert_eq!(warnings.len(), 1, "{warnings:?}");
    }

    #[test]
    fn what_never_closes_is_told_where_it_begins() {
        let error = repaired("a: 1\nb: \"x\ny\nz\n").expect_err("open");
        assert!(error.starts_with("t.yaml:"), "{error}");
    }
}
