//! `x-filters`: the keys that a `filters` parameter takes, and their values where they are listed.
//!
//! Upstream says it in a Markdown list, one key an item, in many forms: `` `status=`(`created`|`dead`) ``,
//! `` `is-official=(true|false)` ``, `` `type=["custom"|"builtin"]` ``, `` `label` (`label=<key>`,
//! `label!=<key>`) ``, `` `plugin`=<string> name ``. What they share: an item begins with the key in a code
//! span, and the values follow as alternatives that are not in angle brackets.

use super::keys::Kind;
use crate::swagger::node::{Entry, Mapping, Node, Value};

/// Notes the filter keys on a parameter called `filters` that describes them.
pub(crate) fn note(kind: Kind, node: &mut Node) {
    if kind != Kind::Parameter
        || node.get("name").and_then(Node::as_str) != Some("filters")
        || node.get("x-filters").is_some()
    {
        return;
    }
    let Some(description) = node.get("description") else { return };
    let place = description.place.clone();
    let filters = description.as_str().map(keys).unwrap_or_default();
    let mapping = |entries: Mapping| Node { value: Value::Mapping(entries), place: place.clone() };
    let entry = |node: Node| Entry { key: place.clone(), node };
    let filters = filters.into_iter().map(|filter| {
        let mut facts = Mapping::default();
        if !filter.values.is_empty() {
            let values = filter.values.iter().map(|value| Node::new(value.as_str(), place.clone())).collect();
            facts.insert(
                "values".to_owned(),
                entry(Node { value: Value::Sequence(values), place: place.clone() }),
            );
        }
        if filter.deprecated {
            facts.insert("deprecated".to_owned(), entry(Node::new(true, place.clone())));
        }
        (filter.key, entry(mapping(facts)))
    });
    let filters = mapping(filters.collect()).value;
    node.set("x-filters", filters);
}

#[derive(Debug, PartialEq, Eq)]
struct Filter {
    key: String,
    values: Vec<String>,
    deprecated: bool,
}

/// The keys of a Markdown list.
fn keys(description: &str) -> Vec<Filter> {
    let mut filters: Vec<Filter> = Vec::new();
    for item in list_items(description) {
        for filter in item_keys(&item) {
            if !filters.iter().any(|known| known.key == filter.key) {
                filters.push(filter);
            }
        }
    }
    filters
}

/// The items of the list, each with its further lines joined to one.
fn list_items(description: &str) -> Vec<String> {
    let mut items: Vec<String> = Vec::new();
    let mut open = false;
    for line in description.lines() {
        let text = line.trim();
        if let Some(item) = text.strip_prefix("- ").or_else(|| text.strip_prefix("* ")) {
            items.push(item.trim().to_owned());
            open = true;
        } else if text.is_empty() {
            open = false;
        } else if open && let Some(last) = items.last_mut() {
            last.push(' ');
            last.push_str(text);
        }
    }
    items
}

/// The key of one item; with its negation, if the item mentions it.
fn item_keys(item: &str) -> Vec<Filter> {
    let Some(inner) = item.strip_prefix('`') else { return Vec::new() };
    let end = inner.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c))).unwrap_or(inner.len());
    let (key, rest) = inner.split_at(end);
    // A code span that is no key: `{"status": …}`.
    if key.is_empty() || !rest.starts_with(['=', '!', '`', ' ', '＝']) {
        return Vec::new();
    }
    let deprecated = item.to_ascii_lowercase().contains("(deprecated");
    let values = values(key, rest);
    let mut keys = vec![Filter { key: key.to_owned(), values, deprecated }];
    if item.contains(&format!("{key}!=")) {
        keys.push(Filter { key: format!("{key}!"), values: Vec::new(), deprecated });
    }
    keys
}

/// The values that an item lists behind its key.
fn values(key: &str, rest: &str) -> Vec<String> {
    // Behind the code span there may be a full-width equals sign (v1.30 to v1.34).
    let expression = rest.trim_start_matches(['`', '=', '＝']);
    let listed = alternatives(expression);
    match listed.as_slice() {
        [] if rest.contains(&format!("`{key}=true`")) => boolean(),
        [] => one_of(expression).or_else(|| either(expression)).unwrap_or_default(),
        // One of the two stands for both.
        [one] if one == "true" => boolean(),
        // Any other single value is an example.
        [_] => Vec::new(),
        _ => listed,
    }
}

fn boolean() -> Vec<String> {
    vec!["true".to_owned(), "false".to_owned()]
}

/// `(a|b)`, `["a"|"b"]`, `` (`a`|`b`) ``, `<true>|<false>`, `<boolean>`; nothing if a placeholder is among them.
fn alternatives(expression: &str) -> Vec<String> {
    if expression.starts_with("<boolean>") {
        return boolean();
    }
    let (group, close) = match expression.chars().next() {
        Some('(') => (&expression[1..], ')'),
        Some('[') => (&expression[1..], ']'),
        _ => (expression, '`'),
    };
    let Some(group) = group.split(close).next() else { return Vec::new() };
    let mut values = Vec::new();
    for part in group.split('|') {
        let part = part.trim().trim_matches(['`', '"', '\'']);
        let part = match part {
            "<true>" => "true",
            "<false>" => "false",
            part => part,
        };
        let word = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if part.is_empty() || !part.chars().all(word) {
            return Vec::new();
        }
        values.push(part.to_owned());
    }
    values
}

/// ``… one of `a`, `b` or `c` ``
fn one_of(text: &str) -> Option<Vec<String>> {
    let (_, list) = text.split_once("one of ")?;
    let values: Vec<String> = list.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    (values.len() > 1).then_some(values)
}

/// `<string> local or swarm`: two words and nothing else.
fn either(text: &str) -> Option<Vec<String>> {
    let (_, list) = text.split_once("> ")?;
    let (one, other) = list.trim().split_once(" or ")?;
    let word = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase());
    (word(one) && word(other)).then(|| vec![one.to_owned(), other.to_owned()])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(description: &str) -> String {
        keys(description)
            .into_iter()
            .map(|filter| {
                let old = if filter.deprecated { " deprecated" } else { "" };
                format!("{}({}){old}", filter.key, filter.values.join("|"))
            })
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// Every form that occurs in v1.25 to v1.55.
    #[test]
    fn items_of_all_forms() {
        for (text, expected) in [
            ("- `exited=<int>` containers with exit code of `<int>`", "exited()"),
            ("- `status=`(`created`|`paused`|`dead`)", "status(created|paused|dead)"),
            ("- `label=key` or `label=\"key=value\"` of a container label", "label()"),
            (
                "- `isolation=`(`default`|`process`|`hyperv`) (Windows daemon only)",
                "isolation(default|process|hyperv)",
            ),
            ("- `ancestor`=(`<image-name>[:<tag>]`, `<image id>`, or `<image@digest>`)", "ancestor()"),
            ("- `before`=(`<container id>` or `<container name>`)", "before()"),
            ("- `publish`=(`<port>[/<proto>]`|`<startport-endport>/[<proto>]`)", "publish()"),
            ("- `dangling=true`", "dangling(true|false)"),
            (
                "- `dangling=<boolean>` When set to `true` (or `1`), returns all\n   x that are not in use.",
                "dangling(true|false)",
            ),
            (
                "- `label` (`label=<key>`, `label=<key>=<value>`, `label!=<key>`, or `label!=<key>=<value>`) Prune",
                "label() label!()",
            ),
            ("- `all` (`all=true`) - Consider all (local) volumes", "all(true|false)"),
            ("- `is-official=(true|false)`", "is-official(true|false)"),
            ("- `is-automated=(true|false)` (deprecated, see below)", "is-automated(true|false) deprecated"),
            ("- `stars=<number>` Matches images that has at least 'number' stars.", "stars()"),
            ("- `label=<key>` or `label=<key>:<value>` Matches volumes based on\n  the presence", "label()"),
            ("- `type=[\"custom\"|\"builtin\"]` Filters networks by type.", "type(custom|builtin)"),
            (
                "- `scope=[\"swarm\"|\"global\"|\"local\"]` Filters (`swarm`, `global`)",
                "scope(swarm|global|local)",
            ),
            ("- `membership=`(`accepted`|`pending`)`", "membership(accepted|pending)"),
            ("- `node.label=<node label>`", "node.label()"),
            ("- `enable=<true>|<false>`", "enable(true|false)"),
            ("- `label=<key> or label=<key>=value`", "label()"),
            ("- `inuse`\n- `shared`", "inuse() shared()"),
            ("- `plugin`=<string> plugin name or ID", "plugin()"),
            ("- `scope`=<string> local or swarm", "scope(local|swarm)"),
            ("- `scope`＝<string> local or swarm", "scope(local|swarm)"),
            (
                "- `type=<string>` object to filter by, one of `container`, `image`, or `daemon`",
                "type(container|image|daemon)",
            ),
            ("- `desired-state=(running | shutdown | accepted)`", "desired-state(running|shutdown|accepted)"),
            ("- `until=<timestamp>` Prune `x` (e.g. `10m`, `1h30m`) computed", "until()"),
            ("For example, `{\"status\": [\"paused\"]}`. Available filters:\n", ""),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }
}
