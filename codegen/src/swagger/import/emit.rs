//! Writes a tree as YAML in one form: block style, two spaces, order kept, text quoted only where it must be.

use crate::swagger::node::{Node, Value};

/// The tree as YAML text. Reading it gives the same tree.
pub(crate) fn to_yaml(node: &Node) -> String {
    let mut out = String::new();
    match &node.value {
        Value::Mapping(_) | Value::Sequence(_) => block(node, 0, &mut out),
        _ => {
            scalar(node, &mut out);
            out.push('\n');
        }
    }
    out
}

/// A mapping or sequence that begins at the start of a line, or behind the dash of a list.
fn block(node: &Node, indent: usize, out: &mut String) {
    let mut first = true;
    let mut line = |out: &mut String| {
        if !std::mem::take(&mut first) || out.is_empty() || out.ends_with('\n') {
            out.extend(std::iter::repeat_n(' ', indent));
        }
    };
    match &node.value {
        Value::Mapping(entries) if !entries.is_empty() => {
            for (key, entry) in entries {
                line(out);
                text(key, out);
                out.push(':');
                if is_block(&entry.node) {
                    out.push('\n');
                    block(&entry.node, indent + 2, out);
                } else {
                    out.push(' ');
                    scalar(&entry.node, out);
                    out.push('\n');
                }
            }
        }
        Value::Sequence(items) if !items.is_empty() => {
            for item in items {
                line(out);
                out.push_str("- ");
                if is_block(item) {
                    block(item, indent + 2, out);
                } else {
                    scalar(item, out);
                    out.push('\n');
                }
            }
        }
        _ => {
            line(out);
            scalar(node, out);
            out.push('\n');
        }
    }
}

fn is_block(node: &Node) -> bool {
    match &node.value {
        Value::Mapping(entries) => !entries.is_empty(),
        Value::Sequence(items) => !items.is_empty(),
        _ => false,
    }
}

fn scalar(node: &Node, out: &mut String) {
    match &node.value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Number(number) => out.push_str(&number.to_string()),
        Value::String(value) => text(value, out),
        Value::Sequence(_) => out.push_str("[]"),
        Value::Mapping(_) => out.push_str("{}"),
    }
}

fn text(value: &str, out: &mut String) {
    if is_plain(value) {
        out.push_str(value);
        return;
    }
    out.push('"');
    for c in value.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            ' '..='~' => out.push(c),
            // ASCII only, so that reading is quick and no character can look like another.
            c if u32::from(c) <= 0xffff => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push_str(&format!("\\U{:08X}", u32::from(c))),
        }
    }
    out.push('"');
}

/// Whether text can stand without quotes and is read as the same text, by readers of YAML 1.1 as well.
fn is_plain(value: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || "_-./$+(){}<>=;~^ ".contains(c);
    value.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '/' | '$'))
        && !value.ends_with(' ')
        && value.chars().all(word)
        && !matches!(
            value.to_ascii_lowercase().as_str(),
            "null" | "true" | "false" | "yes" | "no" | "on" | "off" | "y" | "n"
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;
    use crate::swagger::reader::read;

    #[test]
    fn what_is_written_reads_back() {
        let text = "a: {b: [], c: {}, d: [[x, [y, {z: 1, w: [v]}]], {}, [], {k: [1], l: 2}]}\n\
                    \"200\": \"200\"\n\"yes\": \"null\"\ne: [true, null, -1.5, 18446744073709551615, \"1.51\", \"\"]\n\
                    f: \"a: b # c\\n\\t\\\\ \\\" é \u{1f600}\"\ng: \" x \"\nh: '- x'\ni: '#/definitions/A'\n\
                    \"/a/{b}/c\": '{'\nj: '~'\n";
        let tree = read(&Source::new("t.yaml", text)).expect("well formed");
        let written = to_yaml(&tree);
        let again =
            read(&Source::new("t.yaml", written.as_str())).unwrap_or_else(|e| panic!("{e}\n{written}"));
        assert_eq!(again.to_json(), tree.to_json(), "{written}");
        assert_eq!(to_yaml(&again), written);
        assert!(written.is_ascii());
        assert!(written.contains("\n/a/{b}/c: \"{\"\n"), "{written}");
        assert!(
            written.contains("    - - x\n      - - \"y\"\n        - z: 1\n          w:\n            - v\n"),
            "{written}"
        );
    }

    #[test]
    fn a_scalar_alone_is_a_document() {
        assert_eq!(to_yaml(&Node::new("x: y", Source::new("t", "").place(0, 0))), "\"x: y\"\n");
    }
}
