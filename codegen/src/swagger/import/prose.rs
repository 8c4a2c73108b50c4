//! Dropping what was written for people: descriptions, summaries, examples, titles that are sentences.
//!
//! Only words of Swagger are dropped, never names: a property called `description` stays.

use super::keys::{Kind, Shape, shape, walk};
use super::repair::{RepairRule, Warnings};
use crate::swagger::node::Node;

/// Drops all prose of a document.
pub(crate) fn drop_prose(document: &mut Node) {
    walk(Kind::Document, document, &mut |kind, node| {
        let Some(entries) = node.as_mapping_mut() else { return };
        entries.retain(|key, entry| match shape(kind, key) {
            Some(Shape::Prose | Shape::Example) => false,
            _ if matches!(kind, Kind::Schema | Kind::Part) && key == "title" => {
                entry.node.as_str().is_some_and(is_type_name)
            }
            _ => true,
        });
    });
}

/// Drops descriptions that are not text.
pub(crate) fn repair_prose(kind: Kind, node: &mut Node, warnings: &mut Warnings) {
    let Some(entries) = node.as_mapping_mut() else { return };
    entries.retain(|key, entry| {
        let odd = shape(kind, key) == Some(Shape::Prose) && entry.node.as_str().is_none();
        if odd {
            let what = format!("`{key}` is {}, not text", entry.node.value.kind());
            warnings.repaired(RepairRule::ProseNotText, entry.key.clone(), what);
        }
        !odd
    });
}

/// One word in upper camel case, as Go types are named.
fn is_type_name(title: &str) -> bool {
    title.starts_with(|c: char| c.is_ascii_uppercase()) && title.chars().all(|c| c.is_ascii_alphanumeric())
}
