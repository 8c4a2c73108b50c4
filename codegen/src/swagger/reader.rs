//! Reads YAML text into a tree of [`Node`]s with places.
//!
//! What comes in is one YAML 1.2 document in which mappings have text keys, as the Swagger documents,
//! overlays and documentation of this workspace are. What YAML has beyond that is refused with a place:
//! anchors and aliases, tags, merge keys, duplicate keys, several documents. Scalars are resolved by the
//! core schema: only `true` and `false` are booleans, quoted text is text. Nesting is bounded, so that
//! everything that walks the tree may recurse.

use std::sync::Arc;

use indexmap::map::Entry as Slot;
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span};

use super::node::{Entry, Mapping, Node, Value};
use crate::source::{Diagnostic, Place, Source};

/// How deep values may be nested. The published documents reach about 20.
pub const DEEPEST: usize = 128;

/// Reads a text as one YAML document.
pub fn read(source: &Arc<Source>) -> Result<Node, Diagnostic> {
    read_indented(source, source.text.strip_prefix(BOM).unwrap_or(&source.text), &[])
}

/// Some editors begin a file with it; it is not part of the text.
pub(crate) const BOM: char = '\u{feff}';

/// Spaces that were put before a line so that strict YAML accepts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Indented {
    /// The line, from 1.
    pub line: u32,
    /// How many spaces.
    pub spaces: u32,
}

/// Reads `text`, which is the text of `source` without byte order mark and with spaces put before some
/// lines (in order). Places are those of `source`.
pub(crate) fn read_indented(
    source: &Arc<Source>,
    text: &str,
    indented: &[Indented],
) -> Result<Node, Diagnostic> {
    if let Some(at) =
        source.text.bytes().position(|byte| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r'))
    {
        return Err(Diagnostic::error(
            source.place(at, at + 1),
            "a control character does not belong in YAML",
        ));
    }
    let places = Places::new(source, indented);
    let mut tree = Tree { places: &places, stack: Vec::new(), root: None };
    let mut parser = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| {
            let place = places.at(*error.marker(), *error.marker());
            Diagnostic::error(place, format!("this is not well-formed YAML: {}", error.info()))
        })?;
        tree.take(event, span)?;
    }
    tree.root.ok_or_else(|| Diagnostic::error(source.place(0, 0), "the document is empty"))
}

/// Turns the parser's markers (line, column in characters) into places.
struct Places<'s> {
    source: &'s Arc<Source>,
    /// Where each line begins, in bytes.
    starts: Vec<u32>,
    ascii: bool,
    indented: &'s [Indented],
}

impl<'s> Places<'s> {
    fn new(source: &'s Arc<Source>, indented: &'s [Indented]) -> Self {
        let text = source.text.as_bytes();
        let mut starts = vec![if source.text.starts_with(BOM) { BOM.len_utf8() as u32 } else { 0 }];
        for (at, byte) in text.iter().enumerate() {
            // YAML ends a line with LF, CR LF or CR.
            if *byte == b'\n' || (*byte == b'\r' && text.get(at + 1) != Some(&b'\n')) {
                starts.push(at as u32 + 1);
            }
        }
        Places { source, starts, ascii: source.text.is_ascii(), indented }
    }

    fn at(&self, start: Marker, end: Marker) -> Place {
        let (line, column, start) = self.position(start);
        let end = self.position(end).2.max(start);
        // The parser counts the spaces behind a quoted scalar to it.
        let text = self.source.text.as_bytes()[start as usize..end as usize].trim_ascii_end();
        let end = start + text.len() as u32;
        Place { source: Arc::clone(self.source), line, column: column + 1, start, end }
    }

    /// Line from 1, column from 0, byte.
    fn position(&self, marker: Marker) -> (u32, u32, u32) {
        let line = (marker.line().max(1) as u32).min(self.starts.len() as u32);
        let mut column = marker.col() as u32;
        if !self.indented.is_empty()
            && let Ok(found) = self.indented.binary_search_by_key(&line, |indented| indented.line)
        {
            column = column.saturating_sub(self.indented[found].spaces);
        }
        let start = self.starts[line as usize - 1];
        let bytes = if self.ascii {
            column
        } else {
            let rest = &self.source.text[start as usize..];
            rest.char_indices().nth(column as usize).map_or(rest.len(), |(at, _)| at) as u32
        };
        (line, column, (start + bytes).min(self.source.text.len() as u32))
    }
}

/// A mapping or sequence that is not closed yet.
enum Open {
    Sequence { items: Vec<Node>, place: Place },
    Mapping { entries: Mapping, key: Option<(String, Place)>, place: Place },
}

/// The tree while it grows.
struct Tree<'s> {
    places: &'s Places<'s>,
    stack: Vec<Open>,
    root: Option<Node>,
}

impl Tree<'_> {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Diagnostic> {
        match event {
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Ok(()),
            Event::DocumentStart(_) if self.root.is_some() => {
                Err(self.refuse(span, "a second YAML document in one file"))
            }
            Event::DocumentStart(_) => Ok(()),
            Event::Alias(_) => Err(self.refuse(span, "an alias (`*name`)")),
            Event::Scalar(text, style, anchor, tag) => {
                self.plain_only(span, anchor, tag.is_some())?;
                let place = self.places.at(span.start, span.end);
                if let Some(Open::Mapping { key: key @ None, .. }) = self.stack.last_mut() {
                    *key = Some((key_text(&text, style, &place)?, place));
                    return Ok(());
                }
                let value = match style {
                    ScalarStyle::Plain => resolve(&text, &place)?,
                    _ => Value::String(text.into_owned()),
                };
                self.close(Node { value, place })
            }
            Event::SequenceStart(anchor, tag) => {
                self.plain_only(span, anchor, tag.is_some())?;
                let place = self.open(span)?;
                self.stack.push(Open::Sequence { items: Vec::new(), place });
                Ok(())
            }
            Event::MappingStart(anchor, tag) => {
                self.plain_only(span, anchor, tag.is_some())?;
                let place = self.open(span)?;
                self.stack.push(Open::Mapping { entries: Mapping::default(), key: None, place });
                Ok(())
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let (value, mut place) = match self.stack.pop() {
                    Some(Open::Sequence { items, place }) => (Value::Sequence(items), place),
                    Some(Open::Mapping { entries, place, .. }) => (Value::Mapping(entries), place),
                    None => return Err(self.refuse(span, "the end of what never began")),
                };
                place.end = place.end.max(self.places.position(span.end).2);
                self.close(Node { value, place })
            }
        }
    }

    /// Takes a finished value where it belongs.
    fn close(&mut self, node: Node) -> Result<(), Diagnostic> {
        match self.stack.last_mut() {
            None => self.root = Some(node),
            Some(Open::Sequence { items, .. }) => items.push(node),
            Some(Open::Mapping { entries, key, .. }) => match key.take() {
                None => {
                    return Err(Diagnostic::error(node.place, "a key must be text, not a list or a mapping"));
                }
                Some((key, place)) => match entries.entry(key) {
                    Slot::Vacant(slot) => {
                        slot.insert(Entry { key: place, node });
                    }
                    Slot::Occupied(slot) => {
                        return Err(Diagnostic::error(
                            place,
                            format!("the key `{}` occurs twice", slot.key()),
                        )
                        .label(slot.get().key.clone(), "the first one"));
                    }
                },
            },
        }
        Ok(())
    }

    fn open(&self, span: Span) -> Result<Place, Diagnostic> {
        let place = self.places.at(span.start, span.end);
        if self.stack.len() >= DEEPEST {
            return Err(Diagnostic::error(place, format!("values are nested deeper than {DEEPEST}")));
        }
        Ok(place)
    }

    fn plain_only(&self, span: Span, anchor: usize, tagged: bool) -> Result<(), Diagnostic> {
        if anchor != 0 {
            return Err(self.refuse(span, "an anchor (`&name`)"));
        }
        if tagged {
            return Err(self.refuse(span, "a tag (`!name`)"));
        }
        Ok(())
    }

    fn refuse(&self, span: Span, what: &str) -> Diagnostic {
        Diagnostic::error(self.places.at(span.start, span.end), format!("{what} is not read"))
            .help("a document is one plain tree of mappings, lists and scalars")
    }
}

/// A key as text: a number or boolean as it is written.
fn key_text(text: &str, style: ScalarStyle, place: &Place) -> Result<String, Diagnostic> {
    if style == ScalarStyle::Plain {
        if matches!(text, "" | "~" | "null" | "Null" | "NULL") {
            return Err(Diagnostic::error(place.clone(), "a key must not be null"));
        }
        if text == "<<" {
            return Err(Diagnostic::error(place.clone(), "a merge key (`<<`) is not read"));
        }
    }
    Ok(text.to_owned())
}

/// A plain scalar by the core schema of YAML 1.2 (section 10.3.2).
fn resolve(text: &str, place: &Place) -> Result<Value, Diagnostic> {
    Ok(match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => match number(text) {
            Ok(Some(number)) => Value::Number(number),
            Ok(None) => Value::String(text.to_owned()),
            Err(why) => return Err(Diagnostic::error(place.clone(), format!("the number `{text}` {why}"))),
        },
    })
}

/// A number, if the text is one.
fn number(text: &str) -> Result<Option<serde_json::Number>, &'static str> {
    const LARGE: &str = "does not fit into 64 bits";
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return Ok(None);
    }
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Err("has no place in a document that becomes JSON");
    }
    for (prefix, radix) in [("0x", 16), ("0o", 8)] {
        if let Some(digits) = text.strip_prefix(prefix)
            && !digits.is_empty()
            && digits.chars().all(|c| c.is_digit(radix))
        {
            return u64::from_str_radix(digits, radix).map(|n| Some(n.into())).map_err(|_| LARGE);
        }
    }
    if unsigned.bytes().all(|byte| byte.is_ascii_digit()) {
        let plain = text.strip_prefix('+').unwrap_or(text);
        return match (plain.parse::<u64>(), plain.parse::<i64>()) {
            (Ok(n), _) => Ok(Some(n.into())),
            (_, Ok(n)) => Ok(Some(n.into())),
            _ => Err(LARGE),
        };
    }
    if !is_float(unsigned) {
        return Ok(None);
    }
    let value = text.parse::<f64>().ok().and_then(serde_json::Number::from_f64);
    value.map(Some).ok_or("is too large")
}

/// `(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn is_float(text: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let mantissa_fits = match mantissa.split_once('.') {
        Some((whole, part)) => digits(whole) && digits(part) && !(whole.is_empty() && part.is_empty()),
        None => !mantissa.is_empty() && digits(mantissa),
    };
    let exponent_fits = exponent.is_none_or(|exponent| {
        let unsigned = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !unsigned.is_empty() && digits(unsigned)
    });
    mantissa_fits && exponent_fits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(text: &str) -> Result<Node, String> {
        read(&Source::new("t.yaml", text)).map_err(|error| error.to_string())
    }

    #[test]
    fn scalars_follow_the_core_schema() {
        let text = "a: yes\nb: true\nc: \"true\"\nd: 1.51\ne: '1.51'\nf: 18446744073709551615\ng: -5\nh: 0x1F\n\
                    i: ~\nj:\nk: 1_000\nl: 1.5e3\nm: off\nn: 2024-01-01\no: .5\np: 0o17\nq: 1.2.3\nr: +3\n";
        let json = tree(text).expect("well formed").to_json();
        let expected = serde_json::json!({
            "a": "yes", "b": true, "c": "true", "d": 1.51, "e": "1.51", "f": 18446744073709551615u64, "g": -5,
            "h": 31, "i": null, "j": null, "k": "1_000", "l": 1500.0, "m": "off", "n": "2024-01-01", "o": 0.5,
            "p": 15, "q": "1.2.3", "r": 3,
        });
        assert_eq!(json, expected);
    }

    #[test]
    fn keys_are_text() {
        let json = tree("200: a\ntrue: b\n'': c\n").expect("well formed").to_json();
        assert_eq!(json, serde_json::json!({"200": "a", "true": "b", "": "c"}));
    }

    #[test]
    fn places_are_lines_and_columns_of_the_text() {
        for text in [
            "a:\n  é: 'ü' \n  b: [x, y]\n",
            "a:\r\n  é: 'ü' \r\n  b: [x, y]\r\n",
            "\u{feff}a:\n  é: 'ü' \n  b: [x, y]\n",
        ] {
            let tree = read(&Source::new("t.yaml", text)).expect("well formed");
            assert_eq!(tree.place_of("/a").to_string(), "t.yaml:1:1");
            let value = tree.at("/a/é").expect("there");
            assert_eq!((value.place.to_string().as_str(), value.place.text()), ("t.yaml:2:6", "'ü'"));
            let item = tree.at("/a/b/1").expect("there");
            assert_eq!((item.place.to_string().as_str(), item.place.text()), ("t.yaml:3:10", "y"));
        }
    }

    #[test]
    fn what_is_not_a_plain_tree_is_refused_with_its_place() {
        let deep = "[".repeat(200);
        for (text, expected) in [
            ("", "t.yaml:1:1: the document is empty"),
            ("# nothing\n", "t.yaml:1:1: the document is empty"),
            ("a: 1\nb: 2\na: 3\n", "t.yaml:3:1: the key `a` occurs twice (the first one at 1:1)"),
            ("a: &x 1\n", "t.yaml:1:4: an anchor (`&name`) is not read"),
            ("a: !!str 1\n", "t.yaml:1:4: a tag (`!name`) is not read"),
            ("a: 1\n---\nb: 2\n", "t.yaml:2:1: a second YAML document in one file is not read"),
            ("<<: {a: 1}\n", "t.yaml:1:1: a merge key (`<<`) is not read"),
            ("[a, b]: 1\n", "t.yaml:1:1: a key must be text, not a list or a mapping"),
            ("~: 1\n", "t.yaml:1:1: a key must not be null"),
            (
                "a: 18446744073709551616\n",
                "t.yaml:1:4: the number `18446744073709551616` does not fit into 64 bits",
            ),
            ("a: .inf\n", "t.yaml:1:4: the number `.inf` has no place in a document that becomes JSON"),
            ("a: b\0c\n", "t.yaml:1:5: a control character does not belong in YAML"),
            (&deep, "t.yaml:1:129: values are nested deeper than 128"),
        ] {
            assert_eq!(tree(text).expect_err(text), expected, "{text}");
        }
        let endless = "[".repeat(100_000);
        for text in [
            &*endless,
            "a: [1\n",
            "a: 'x\n",
            "a:\n\t- b\n",
            "a: b: c\n",
            "{a: 1",
            "a: *x\n",
            "%YAML 9\n",
            "- a\nb: c\n",
            "a: \"x\n y\nz: 1\n",
        ] {
            let error = tree(text).expect_err(text);
            assert!(error.starts_with("t.yaml:"), "{error}");
        }
    }
}
