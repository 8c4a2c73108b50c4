//! From recordings of a whole run to the few answers that tests need: one of each form, without what is of the
//! machine they were made on.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use serde_json::{Map, Value, json};

/// Compacts each `*.jsonl` of a folder of recordings into a file of the same name in another.
pub fn compact(recordings: &Path, into: &Path) -> io::Result<()> {
    fs::create_dir_all(into)?;
    for entry in fs::read_dir(recordings)? {
        let path = entry?.path();
        if path.extension().is_none_or(|extension| extension != "jsonl") {
            continue;
        }
        let lines = answers(&fs::read_to_string(&path)?);
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        fs::write(into.join(path.file_name().expect("it is a file")), text)?;
    }
    Ok(())
}

/// `{"operation": …, "body": …}` for each form that an operation's answers have, by operation.
fn answers(recording: &str) -> Vec<Value> {
    let mut seen = BTreeSet::new();
    let mut exchanges: Vec<_> = recording
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter_map(|line| Some((line["operation"].as_str()?.to_owned(), bodies(&line["response"])?)))
        // An outcome: its status is the answer, and its text cannot be written again.
        .filter(|(operation, _)| operation != "SystemAuth")
        .collect();
    let machine = Machine::of(exchanges.iter().flat_map(|(_, bodies)| bodies));
    // The fullest first, for it makes the most others needless.
    exchanges.sort_by_key(|(operation, bodies)| {
        (
            operation.clone(),
            std::cmp::Reverse(bodies.iter().map(|body| body.to_string().len()).sum::<usize>()),
        )
    });
    let mut kept = Vec::new();
    for (operation, bodies) in exchanges {
        for mut body in bodies {
            machine.forget(&mut body, "");
            if let Some(new) = news(&body, &operation, &mut seen) {
                kept.push(json!({"operation": operation, "body": new}));
            }
        }
    }
    kept
}

/// The JSON values of an answer that is one value or a stream of them.
fn bodies(response: &Value) -> Option<Vec<Value>> {
    if !(200..300).contains(&response["status"].as_u64()?) {
        return None;
    }
    let text: Option<String> = response["body"].as_array()?.iter().map(Value::as_str).collect();
    let values: Result<Vec<_>, _> = serde_json::Deserializer::from_str(&text?).into_iter().collect();
    // What is cut off, or is a number at the head of something else, is no JSON.
    values
        .ok()
        .filter(|values: &Vec<Value>| !values.is_empty() && values.iter().all(|value| !value.is_number()))
}

/// The value without those items of its arrays that have no form of their own. `None`: nothing of it is new.
fn news(value: &Value, at: &str, seen: &mut BTreeSet<String>) -> Option<Value> {
    match value {
        Value::Array(items) if !items.is_empty() => {
            let at = format!("{at}[]");
            let new: Vec<_> = items.iter().filter_map(|item| news(item, &at, seen)).collect();
            (!new.is_empty()).then_some(Value::Array(new))
        }
        Value::Object(fields) if !fields.is_empty() => {
            let mut is_new = false;
            let mut kept = Map::new();
            for (name, field) in fields {
                let at = match is_name(name) {
                    true => format!("{at}.{name}"),
                    false => format!("{at}{{}}"),
                };
                match news(field, &at, seen) {
                    Some(new) => {
                        is_new = true;
                        kept.insert(name.clone(), new);
                    }
                    // Objects stay whole, but for long lists in them.
                    None => {
                        kept.insert(name.clone(), shortened(field));
                    }
                }
            }
            is_new.then_some(Value::Object(kept))
        }
        _ => seen.insert(format!("{at} {}", form(value))).then(|| value.clone()),
    }
}

/// Lists of a known form, down to one item.
fn shortened(value: &Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.iter().take(1).map(shortened).collect()),
        Value::Object(fields) => {
            Value::Object(fields.iter().map(|(name, field)| (name.clone(), shortened(field))).collect())
        }
        _ => value.clone(),
    }
}

/// Whether a key is the name of a field, and not one of a map.
fn is_name(key: &str) -> bool {
    let long = key.len() > 40;
    !long && !key.contains("live-") && key.chars().all(|char| char.is_ascii_alphanumeric() || char == '_')
}

fn form(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float",
        Value::Number(_) => "number",
        Value::String(text) if text.is_empty() => "empty",
        Value::String(_) => "text",
        Value::Array(_) => "list",
        Value::Object(_) => "map",
    }
}

/// What is of one machine or one run, and of no interest.
struct Machine {
    /// Where the Engine keeps its data.
    root: String,
}

impl Machine {
    fn of<'a>(mut bodies: impl Iterator<Item = &'a Value>) -> Self {
        let root = bodies.find_map(|body| body["DockerRootDir"].as_str());
        Self { root: root.unwrap_or("/var/lib/docker").to_owned() }
    }

    /// Puts something common in its place.
    fn forget(&self, value: &mut Value, name: &str) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| self.forget(item, name)),
            Value::Object(fields) => {
                for (key, stand_in) in [
                    ("KernelVersion", json!("6.1.0")),
                    ("OperatingSystem", json!("Linux")),
                    ("OSVersion", json!("1")),
                    ("MemTotal", json!(8_000_000_000_u64)),
                    ("NCPU", json!(4)),
                    ("MemoryBytes", json!(8_000_000_000_u64)),
                    ("NanoCPUs", json!(4_000_000_000_u64)),
                ] {
                    if let Some(field) = fields.get_mut(key).filter(|field| form(field) == form(&stand_in)) {
                        *field = stand_in;
                    }
                }
                if fields.contains_key("ServerVersion") {
                    fields.insert("Name".to_owned(), json!("engine"));
                }
                let renamed = std::mem::take(fields).into_iter().map(|(key, mut field)| {
                    self.forget(&mut field, &key);
                    (of_no_run(&key), field)
                });
                *fields = renamed.collect();
            }
            Value::String(text) => *text = self.forgotten(text, name),
            _ => {}
        }
    }

    fn forgotten(&self, text: &str, name: &str) -> String {
        match name {
            "Hostname" if !text.is_empty() => return "engine".to_owned(),
            "HttpProxy" | "HttpsProxy" | "NoProxy" => return String::new(),
            "TrustRoot" | "CertIssuerSubject" | "CertIssuerPublicKey" | "CACert" => return "…".to_owned(),
            _ => {}
        }
        let mut text = of_no_run(text).replace(&self.root, "/var/lib/docker");
        // An Engine that is not where one is by default has the folder around its data for itself.
        if let Some((around, _)) = self.root.rsplit_once('/')
            && self.root != "/var/lib/docker"
        {
            text = text.replace(around, "/var/run/docker");
        }
        if name == "LowerDir" {
            text.truncate(text.find(':').unwrap_or(text.len()));
        }
        match text.char_indices().nth(500) {
            Some((end, _)) => format!("{}…", &text[..end]),
            None => text,
        }
    }
}

/// Without the name that a run gave itself: `live-1a2b3c-`.
fn of_no_run(text: &str) -> String {
    // The label of an Engine for tests.
    let text = &text.replace("dke.suite", "suite");
    let mut rest = text.as_str();
    let mut general = String::new();
    while let Some(at) = rest.find("live-") {
        let (before, from) = rest.split_at(at + "live-".len());
        general += before;
        let run = from.bytes().take_while(u8::is_ascii_hexdigit).count();
        if run == 6 {
            general += "0";
            rest = &from[6..];
        } else {
            rest = from;
        }
    }
    general + rest
}
