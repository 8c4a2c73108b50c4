//! Documents with something removed, doubled, retyped or broken: import gives an error with a place, or
//! facts that read back. It never panics.

use std::path::Path;

use docker_engine_codegen::source::Source;
use docker_engine_codegen::swagger::node::{Node, Value};
use docker_engine_codegen::swagger::store::Store;
use docker_engine_codegen::swagger::{import, read};

/// A linear congruential generator: the same numbers on every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((self.0 >> 33) as usize) % limit.max(1)
    }
}

fn texts() -> Vec<(String, String)> {
    let store = Store::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec"));
    ["1.25", "1.41", "1.55"]
        .map(|version| {
            let path = store.path(version.parse().expect("a version"));
            (version.to_owned(), std::fs::read_to_string(path).expect("stored"))
        })
        .into()
}

/// Imports; what comes out must read back, what is refused must have a place.
fn survives(name: &str, text: &str) -> bool {
    match import(&Source::new(name, text)) {
        Ok(imported) => {
            let again =
                read(&Source::new(name, imported.to_yaml())).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(again.to_json(), imported.node.to_json(), "{name}");
            true
        }
        Err(errors) => {
            for error in &errors.0 {
                assert!(error.place().is_some(), "{name}: {error}");
                assert!(!error.render(false).is_empty());
            }
            false
        }
    }
}

/// All pointers of a tree.
fn pointers(node: &Node, here: String, all: &mut Vec<String>) {
    match &node.value {
        Value::Mapping(entries) => {
            for (key, entry) in entries {
                let pointer = format!("{here}/{}", docker_engine_codegen::swagger::node::escape(key));
                pointers(&entry.node, pointer.clone(), all);
                all.push(pointer);
            }
        }
        Value::Sequence(items) => {
            for (nth, item) in items.iter().enumerate() {
                let pointer = format!("{here}/{nth}");
                pointers(item, pointer.clone(), all);
                all.push(pointer);
            }
        }
        _ => {}
    }
}

/// One value of the tree removed, doubled or replaced by one of another type.
#[test]
fn mutated_trees() {
    let mut numbers = Numbers(7);
    let (mut accepted, mut refused) = (0, 0);
    for (version, text) in texts() {
        let tree = read(&Source::new(version.as_str(), text)).expect("stored");
        let mut all = Vec::new();
        pointers(&tree, String::new(), &mut all);
        for nth in 0..36 {
            let pointer = &all[numbers.below(all.len())];
            let (parent, key) = pointer.rsplit_once('/').expect("a pointer has a parent");
            let mut mutated = tree.clone();
            let value = mutated.at(pointer).expect("there").clone();
            let kind = nth % 6;
            match &mut mutated.at_mut(parent).expect("there").value {
                Value::Mapping(entries) => {
                    let key = key.replace("~1", "/").replace("~0", "~");
                    match kind {
                        0 => drop(entries.shift_remove(&key)),
                        1 => {
                            let entry = entries.shift_remove(&key).expect("there");
                            entries.insert(format!("{key}Two"), entry);
                        }
                        _ => entries.get_mut(&key).expect("there").node = retyped(kind, value),
                    }
                }
                Value::Sequence(items) => {
                    let at: usize = key.parse().expect("an index");
                    match kind {
                        0 => drop(items.remove(at)),
                        1 => items.push(value),
                        _ => items[at] = retyped(kind, value),
                    }
                }
                _ => unreachable!("a parent has children"),
            }
            // As JSON, which is YAML: the reader sees it in another form as well.
            let text = serde_json::to_string(&mutated.to_json()).expect("JSON");
            if survives(&format!("{version} {kind} {pointer}"), &text) {
                accepted += 1;
            } else {
                refused += 1;
            }
        }
    }
    assert!(accepted > 20 && refused > 20, "{accepted} accepted, {refused} refused");
}

fn retyped(kind: usize, old: Node) -> Node {
    let place = old.place.clone();
    let value = match kind {
        2 => Value::Null,
        3 => Value::Number((-3).into()),
        4 => Value::String("a: {b".to_owned()),
        _ => Value::Sequence(vec![old]),
    };
    Node { value, place }
}

/// One line of the text removed, doubled, cut, or indented by one.
#[test]
fn mutated_lines() {
    let mut numbers = Numbers(11);
    for (version, text) in texts() {
        let lines: Vec<&str> = text.lines().collect();
        for nth in 0..30 {
            let at = numbers.below(lines.len());
            let mut mutated: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
            match nth % 5 {
                0 => drop(mutated.remove(at)),
                1 => mutated.insert(at, lines[at].to_owned()),
                2 => mutated[at].truncate(numbers.below(lines[at].len())),
                3 => mutated[at].insert(0, ' '),
                _ => mutated[at].push_str(["\"", "{", "[", " &a", "\t", "'", ": "][numbers.below(7)]),
            }
            survives(&format!("{version} {nth} line {at}"), &mutated.join("\n"));
        }
    }
}

/// Any bytes at all.
#[test]
fn arbitrary_texts() {
    let mut numbers = Numbers(13);
    const PARTS: [&str; 24] = [
        "a",
        ": ",
        "\n",
        "  ",
        "- ",
        "{",
        "}",
        "[",
        "]",
        "\"",
        "'",
        "|\n",
        ">\n",
        "#",
        "&x",
        "*x",
        "!t ",
        "---\n",
        "? ",
        ",",
        "\r",
        "\t",
        "é",
        "%YAML 1.2\n",
    ];
    for nth in 0..4000 {
        let length = numbers.below(40);
        let text: String = (0..length).map(|_| PARTS[numbers.below(PARTS.len())]).collect();
        survives(&format!("{nth} {text:?}"), &text);
        survives(
            &format!("{nth} {text:?}"),
            &format!("swagger: \"2.0\"\ninfo: {{version: \"1.9\"}}\npaths: {{}}\nx-a:\n  {text}"),
        );
    }
}
