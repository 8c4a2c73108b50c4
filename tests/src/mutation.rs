//! One thing in a document made wrong.

use std::fmt;

use docker_engine_codegen::swagger::node::escape;
use docker_engine_codegen::swagger::{Entry, Mapping, Node, Value};
use fastrand::Rng;

/// What was made wrong, and where.
#[derive(Clone, Debug)]
pub struct Mutation {
    /// JSON pointer of what it was done to.
    pub pointer: String,
    /// What was done.
    pub what: String,
}

impl fmt::Display for Mutation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.pointer, self.what)
    }
}

/// Names that mean something else elsewhere, or nothing anywhere.
const NAMES: [&str; 64] = [
    "",
    " ",
    "_",
    "__",
    "a b",
    "a-b",
    "a.b",
    "9lives",
    "$",
    "$ref",
    "../x",
    "../../etc/passwd",
    "/",
    "\\",
    "a/b",
    "a\nb",
    "x\"]",
    "*/",
    "}",
    "{}",
    "\u{0}",
    "\u{202e}abc",
    "é",
    "日本",
    "🦀",
    "ß",
    "İ",
    "type",
    "Type",
    "self",
    "Self",
    "crate",
    "super",
    "async",
    "gen",
    "try",
    "union",
    "r#fn",
    "mod",
    "con",
    "aux",
    "lib",
    "extra",
    "Extra",
    "Other",
    "Empty",
    "Option",
    "String",
    "Vec",
    "Box",
    "Client",
    "Error",
    "Result",
    "Request",
    "Default",
    "Some",
    "None",
    "Ok",
    "runtime",
    "models",
    "send",
    "into_future",
    "clone",
    "filters",
];

/// Changes one thing in the document, and says what.
///
/// # Panics
///
/// When the document is empty.
pub fn mutate(document: &mut Node, random: &mut Rng) -> Mutation {
    loop {
        let change = random.choice(CHANGES).expect("there are some");
        if let Some(mutation) = change(document, random) {
            return mutation;
        }
    }
}

/// A kind of change; nothing if what it chose cannot be changed so.
type Change = fn(&mut Node, &mut Rng) -> Option<Mutation>;

const CHANGES: &[Change] =
    &[remove, duplicate, retype, retype, rename_key, rename_value, rename_definition, swap];

/// All pointers of a tree but the root's.
pub fn pointers(node: &Node) -> Vec<String> {
    fn walk(node: &Node, here: &str, all: &mut Vec<String>) {
        let mut child = |token: &str, node: &Node| {
            let pointer = format!("{here}/{}", escape(token));
            walk(node, &pointer, all);
            all.push(pointer);
        };
        match &node.value {
            Value::Mapping(entries) => entries.iter().for_each(|(key, entry)| child(key, &entry.node)),
            Value::Sequence(items) => {
                items.iter().enumerate().for_each(|(nth, item)| child(&nth.to_string(), item));
            }
            _ => {}
        }
    }
    let mut all = Vec::new();
    walk(node, "", &mut all);
    all
}

/// Chooses something: its pointer, what it is in, and its key or position there.
fn choose<'a>(document: &'a mut Node, random: &mut Rng) -> (String, &'a mut Node, usize) {
    let pointer = random.choice(pointers(document)).expect("a document is not empty");
    let (parent, token) = pointer.rsplit_once('/').expect("a pointer begins with /");
    let parent = document.at_mut(parent).expect("it was listed");
    let nth = match &parent.value {
        Value::Mapping(entries) => entries.keys().position(|key| escape(key) == token),
        _ => token.parse().ok(),
    };
    (pointer, parent, nth.expect("it was listed"))
}

fn done(pointer: String, what: impl Into<String>) -> Option<Mutation> {
    Some(Mutation { pointer, what: what.into() })
}

fn remove(document: &mut Node, random: &mut Rng) -> Option<Mutation> {
    let (pointer, parent, nth) = choose(document, random);
    match &mut parent.value {
        Value::Mapping(entries) => drop(entries.shift_remove_index(nth)),
        Value::Sequence(items) => drop(items.remove(nth)),
        _ => return None,
    }
    done(pointer, "removed")
}

/// An item a second time; the value of a key a second time, under a key that differs in case or by a letter.
fn duplicate(document: &mut Node, random: &mut Rng) -> Option<Mutation> {
    let (pointer, parent, nth) = choose(document, random);
    match &mut parent.value {
        Value::Mapping(entries) => {
            let (key, entry) = entries.get_index(nth).map(|(key, entry)| (key.clone(), entry.clone()))?;
            let copy = match random.u8(..4) {
                0 => key.to_uppercase(),
                1 => key.to_lowercase(),
                2 => format!("{key}_"),
                _ => format!("{key}2"),
            };
            if entries.contains_key(&copy) {
                return None;
            }
            entries.insert(copy.clone(), entry);
            done(pointer, format!("also as {copy:?}"))
        }
        Value::Sequence(items) => {
            let copy = items[nth].clone();
            items.insert(random.usize(..=items.len()), copy);
            done(pointer, "twice")
        }
        _ => None,
    }
}

fn retype(document: &mut Node, random: &mut Rng) -> Option<Mutation> {
    let (pointer, parent, nth) = choose(document, random);
    let node = child(parent, nth)?;
    let old = node.value.clone();
    let inside = Node { value: old.clone(), place: node.place.clone() };
    let mut mapping = Mapping::default();
    let text = match &old {
        Value::Number(number) => number.to_string(),
        Value::Bool(value) => value.to_string(),
        _ => (*random.choice(["string", "#/definitions/ErrorResponse", "a: {b", "-1"]).expect("some"))
            .to_owned(),
    };
    node.value = match random.u8(..9) {
        0 => Value::Null,
        1 => Value::Bool(random.bool()),
        2 => Value::Number(random.i64(-3..200).into()),
        3 => Value::Number(serde_json::Number::from_f64(1e300).expect("finite")),
        4 => Value::String(text),
        5 => Value::Sequence(vec![inside]),
        6 => Value::Sequence(Vec::new()),
        7 => Value::Mapping(mapping),
        _ => {
            mapping.insert("value".to_owned(), Entry { key: node.place.clone(), node: inside });
            Value::Mapping(mapping)
        }
    };
    let what = format!("{} became {}", old.kind(), summary(&node.value));
    (node.value != old).then_some(Mutation { pointer, what })
}

fn rename_key(document: &mut Node, random: &mut Rng) -> Option<Mutation> {
    let (pointer, parent, nth) = choose(document, random);
    let entries = parent.as_mapping_mut()?;
    let name = a_name(entries, random);
    let place = rename(entries, nth, &name)?;
    done(pointer, format!("renamed {name:?} at {place}"))
}

/// The value of something that becomes a name in Rust.
fn rename_value(document: &mut Node, random: &mut Rng) -> Option<Mutation> {
    let named = [
        "/operationId",
        "/name",
        "/title",
        "/x-name",
        "/replaced-by",
        "/tags/0",
        "/enum/0",
        "/enum/1",
        "/default",
    ];
    let all = pointers(document);
    let all: Vec<_> = all.into_iter().filter(|p| named.iter().any(|name| p.ends_with(name))).collect();
    let others: Vec<String> = all.iter().filter_map(|p| Some(document.at(p)?.as_str()?.to_owned())).collect();
    let pointer = random.choice(all)?;
    let node = document.at_mut(&pointer)?;
    node.as_str()?;
    let name = match random.choice(&others) {
        Some(other) if random.bool() => other.clone(),
        _ => (*random.choice(NAMES)?).to_owned(),
    };
    node.value = Value::String(name.clone());
    done(pointer, format!("renamed {name:?}"))
}

/// A definition and all that refers to it.
fn rename_definition(document: &mut Node, random: &mut Rng) -> Option<Mutation> {
    let entries = document.get_mut("definitions")?.as_mapping_mut()?;
    if entries.is_empty() {
        return None;
    }
    let nth = random.usize(..entries.len());
    let old = entries.get_index(nth)?.0.clone();
    let new = a_name(entries, random);
    rename(entries, nth, &new)?;
    follow(document, &format!("#/definitions/{}", escape(&old)), &format!("#/definitions/{}", escape(&new)));
    done(format!("/definitions/{}", escape(&old)), format!("renamed {new:?}, and its references"))
}

fn follow(node: &mut Node, old: &str, new: &str) {
    match &mut node.value {
        Value::String(text) if text == old => new.clone_into(text),
        Value::Mapping(entries) => entries.values_mut().for_each(|entry| follow(&mut entry.node, old, new)),
        Value::Sequence(items) => items.iter_mut().for_each(|item| follow(item, old, new)),
        _ => {}
    }
}

/// Two values of one mapping or list change places.
fn swap(document: &mut Node, random: &mut Rng) -> Option<Mutation> {
    let (pointer, parent, nth) = choose(document, random);
    let count = match &parent.value {
        Value::Mapping(entries) => entries.len(),
        Value::Sequence(items) => items.len(),
        _ => 0,
    };
    let other = random.usize(..count);
    let (first, second) = (child(parent, nth)?.clone(), child(parent, other)?.clone());
    if first.value == second.value {
        return None;
    }
    *child(parent, nth)? = second;
    *child(parent, other)? = first;
    done(pointer, format!("swapped with number {other} beside it"))
}

fn child(node: &mut Node, nth: usize) -> Option<&mut Node> {
    match &mut node.value {
        Value::Mapping(entries) => entries.get_index_mut(nth).map(|(_, entry)| &mut entry.node),
        Value::Sequence(items) => items.get_mut(nth),
        _ => None,
    }
}

/// A hostile name, or one that meets another of the mapping in Rust though it is another in the document.
fn a_name(entries: &Mapping, random: &mut Rng) -> String {
    let other = random.choice(entries.keys()).cloned().unwrap_or_default();
    match random.u8(..6) {
        0 => other.to_uppercase(),
        1 => other.to_lowercase(),
        2 => format!("{other}_"),
        3 => format!("{other}-{other}").repeat(8),
        _ => (*random.choice(NAMES).expect("some")).to_owned(),
    }
}

/// Renames a key where it stands; nothing if the name is taken.
fn rename(entries: &mut Mapping, nth: usize, name: &str) -> Option<String> {
    if entries.contains_key(name) {
        return None;
    }
    let (_, entry) = entries.shift_remove_index(nth)?;
    let place = entry.key.to_string();
    entries.shift_insert(nth, name.to_owned(), entry);
    Some(place)
}

fn summary(value: &Value) -> String {
    match value {
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => format!("{text:?}"),
        Value::Sequence(items) => format!("a list of {}", items.len()),
        Value::Mapping(entries) => format!("a mapping of {}", entries.len()),
        Value::Null => "nothing".to_owned(),
    }
}
