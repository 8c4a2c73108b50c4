//! Every description of the published documents through the Markdown writer.

use std::path::{Path, PathBuf};

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag};

use super::markdown::lines;
use crate::source::Source;
use crate::swagger::node::{Node, Value};
use crate::swagger::read_upstream;

fn upstream() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let shared = std::env::var_os("DOCKER_ENGINE_RS_SHARED").map_or(beside, PathBuf::from);
    Some(shared.join("upstream")).filter(|folder| folder.is_dir())
}

fn descriptions<'a>(node: &'a Node, out: &mut Vec<&'a str>) {
    match &node.value {
        Value::Sequence(items) => items.iter().for_each(|item| descriptions(item, out)),
        Value::Mapping(entries) => {
            for (key, entry) in entries.iter() {
                match &entry.node.value {
                    Value::String(text) if key == "description" => out.push(text),
                    _ => descriptions(&entry.node, out),
                }
            }
        }
        _ => {}
    }
}

#[test]
fn published_descriptions_become_safe_lines() {
    let Some(folder) = upstream() else {
        eprintln!("skipped: the published documents are not there");
        return;
    };
    let mut number = 0;
    for version in ["v1.25", "v1.40", "v1.51", "v1.55"] {
        let source = Source::read(&folder.join([version, ".yaml"].concat())).unwrap();
        let (root, _) = read_upstream(&source).unwrap_or_else(|error| panic!("{version}: {error:?}"));
        let mut texts = Vec::new();
        descriptions(&root, &mut texts);
        number += texts.len();
        for text in texts {
            let written = lines(text);
            let joined = written.join("\n");
            for event in Parser::new_ext(&joined, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
                match event {
                    Event::Html(_) | Event::InlineHtml(_) => panic!("HTML in {joined}"),
                    Event::Start(Tag::CodeBlock(kind)) => {
                        assert_eq!(kind, CodeBlockKind::Fenced("text".into()), "{joined}");
                    }
                    _ => {}
                }
            }
            assert_eq!(lines(&joined), written, "written twice: {text}");
        }
    }
    assert!(number > 1000, "only {number} descriptions");
}
