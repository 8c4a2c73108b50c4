//! Every operation of five versions sends what the document and the overlay say, and nothing that its caller did not
//! set.
//!
//! A program calls each operation of the committed crates once with nothing set and several times with everything set;
//! the requests are held against the documents in `spec/`, which are read here without the generator.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::OnceLock;
use std::time::Instant;

use docker_engine_codegen::Spec;
use docker_engine_codegen::api::ApiVersion;
use docker_engine_tests::document::{Document, Operation};
use docker_engine_tests::wire::Expected;
use docker_engine_tests::{probe, spec};
use rayon::prelude::*;
use serde_json::{Value, json};

/// What the program of one version asks, and the document that it is held against.
struct Asked {
    version: ApiVersion,
    document: Document,
    requests: Vec<Value>,
}

fn asked() -> &'static [Asked] {
    static ASKED: OnceLock<Vec<Asked>> = OnceLock::new();
    ASKED.get_or_init(|| {
        let spec = Spec::open(&spec()).unwrap_or_else(|errors| panic!("{errors}"));
        let begin = Instant::now();
        let probes = probe::build(&spec, Path::new(env!("CARGO_TARGET_TMPDIR")));
        println!("the programs were built in {:.1} s", begin.elapsed().as_secs_f32());
        let ask = |probe: &probe::Probe| Asked {
            version: probe.version,
            document: Document::of(&spec, probe.version),
            requests: probe.requests(),
        };
        probes.par_iter().map(ask).collect()
    })
}

impl Asked {
    /// Each request with what it must be.
    fn pairs(&self) -> Vec<(Operation<'_>, Expected, &Value)> {
        let operations = self.document.operations();
        let travel = self.document.travel();
        let by_id: BTreeMap<&str, &Operation<'_>> =
            operations.iter().map(|operation| (operation.id(), operation)).collect();
        self.requests
            .iter()
            .map(|request| {
                let operation = by_id[request["operation"].as_str().expect("an operation")];
                let round = request["round"].as_u64().map(|round| round as u32);
                (*operation, self.document.expected(operation, round, &travel), request)
            })
            .collect()
    }
}

#[test]
fn every_request_is_what_the_document_says() {
    // What departs, and in which versions and calls.
    let mut departures: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for asked in asked() {
        let (mut operations, mut compared) = (BTreeMap::new(), 0);
        for (operation, expected, request) in asked.pairs() {
            let verdict = expected.judge(request);
            compared += verdict.compared;
            *operations.entry(operation.id()).or_insert(0) += 1;
            let set = if request["round"].is_null() { "nothing" } else { "everything" };
            let call = format!("v{} with {set} set", asked.version);
            for departure in verdict.departures {
                let what = format!("{}: {departure}", operation.id());
                departures.entry(what).or_default().insert(call.clone());
            }
        }
        let documented = asked.document.operations();
        for operation in &documented {
            if operations.get(operation.id()) != Some(&(probe::values::ROUNDS + 1)) {
                let what = format!("{}: it was not asked", operation.id());
                departures.entry(what).or_default().insert(format!("v{}", asked.version));
            }
        }
        println!(
            "v{}: {} operations, {} requests, {compared} values compared",
            asked.version,
            documented.len(),
            asked.requests.len()
        );
    }
    let list: Vec<String> = departures
        .iter()
        .map(|(what, calls)| format!("{what} ({})", calls.iter().cloned().collect::<Vec<_>>().join(", ")))
        .collect();
    assert!(list.is_empty(), "{} departures:\n{}", list.len(), list.join("\n"));
}

/// Makes one thing wrong with a request, and tells how the part is called that is wrong then; nothing where the request
/// has no such thing.
type Corruption = fn(&mut Value) -> Option<String>;

const CORRUPTIONS: &[(&str, Corruption)] = &[
    ("another method", |request| {
        request["method"] = if request["method"] == "PUT" { "POST" } else { "PUT" }.into();
        Some("method".to_owned())
    }),
    ("no version in the path", |request| {
        let (_, rest) = request["uri"].as_str()?[1..].split_once('/')?;
        request["uri"] = format!("/{rest}").into();
        Some("path".to_owned())
    }),
    ("a value of the path with a slash that is not encoded", |request| {
        let uri = request["uri"].as_str()?.to_owned();
        let (path, query) = uri.split_once('?').unwrap_or((&uri, ""));
        let slashes = path.replacen("%2F", "/", 1);
        request["uri"] = format!("{slashes}?{query}").trim_end_matches('?').into();
        (slashes != path).then(|| "path".to_owned())
    }),
    ("encoded twice", |request| {
        change_query(request, |name, value| {
            let twice = value.replacen('%', "%25", 1);
            (twice != value).then(|| vec![(name.to_owned(), twice)])
        })
    }),
    ("a plus for a space", |request| {
        change_query(request, |name, value| {
            let plus = value.replace("%20", "+");
            (plus != value).then(|| vec![(name.to_owned(), plus)])
        })
    }),
    ("another name in the query", |request| {
        change_query(request, |name, value| Some(vec![(format!("{name}s"), value.to_owned())]))
    }),
    ("left out of the query", |request| change_query(request, |_, _| Some(Vec::new()))),
    ("twice in the query", |request| {
        change_query(request, |name, value| {
            Some(vec![(name.to_owned(), value.to_owned()), (name.to_owned(), value.to_owned())])
        })
    }),
    ("a default in the query that nobody set", |request| {
        let uri = request["uri"].as_str()?;
        request["uri"] = format!("{uri}{}tail=all", if uri.contains('?') { '&' } else { '?' }).into();
        Some("query tail".to_owned())
    }),
    ("a header that nobody set", |request| {
        request["headers"].as_array_mut()?.push(json!(["x-registry-auth", "e30="]));
        Some("header x-registry-auth".to_owned())
    }),
    ("a header left out", |request| {
        let header = request["headers"].as_array_mut()?.pop()?;
        Some(format!("header {}", header[0].as_str()?))
    }),
    ("another value in a header", |request| {
        let header = request["headers"].as_array_mut()?.first_mut()?;
        header[1] = format!("?{}", header[1].as_str()?).into();
        Some(format!("header {}", header[0].as_str()?))
    }),
    ("the other alphabet of base64", |request| {
        let coded = |header: &&mut Value| {
            header[0].as_str().is_some_and(|name| name.starts_with("x-registry"))
                && header[1].as_str().is_some_and(|text| text.contains(['-', '_']))
        };
        let header = request["headers"].as_array_mut()?.iter_mut().find(coded)?;
        header[1] = header[1].as_str()?.replace('-', "+").replace('_', "/").into();
        Some(format!("header {}", header[0].as_str()?))
    }),
    ("no body", |request| {
        (request["body"] != "").then(|| {
            request["body"] = "".into();
            "body".to_owned()
        })
    }),
    ("a body that nobody gave", |request| {
        (request["body"] == "").then(|| {
            request["body"] = "{}".into();
            "body".to_owned()
        })
    }),
    ("a field left out", |request| {
        change_body(request, |object| {
            let last = object.keys().next_back()?.clone();
            object.remove(&last)
        })
    }),
    ("a field that nobody set", |request| {
        change_body(request, |object| {
            object.insert("Unasked".to_owned(), Value::Null);
            Some(Value::Null)
        })
    }),
    ("a field under another name", |request| {
        change_body(request, |object| {
            let first = object.keys().next()?.clone();
            let value = object.remove(&first)?;
            object.insert(format!("{first}_"), value);
            Some(Value::Null)
        })
    }),
    ("a field twice", |request| {
        let body = request["body"].as_str()?;
        let inside = body.strip_prefix('{').filter(|inside| inside.len() > 1)?;
        let first = serde_json::from_str::<Value>(body).ok()?.as_object()?.keys().next()?.clone();
        request["body"] = format!("{{{}:0,{inside}", json!(first)).into();
        Some("body".to_owned())
    }),
];

/// Puts others in the place of the last pair of the query.
fn change_query(
    request: &mut Value,
    change: impl Fn(&str, &str) -> Option<Vec<(String, String)>>,
) -> Option<String> {
    let uri = request["uri"].as_str()?.to_owned();
    let (path, query) = uri.split_once('?')?;
    let (before, last) = query.rsplit_once('&').unwrap_or(("", query));
    let (name, value) = last.split_once('=')?;
    let pairs = change(name, value)?.into_iter().map(|(name, value)| format!("{name}={value}"));
    let pairs: Vec<String> =
        before.split('&').filter(|pair| !pair.is_empty()).map(str::to_owned).chain(pairs).collect();
    let query = if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) };
    request["uri"] = format!("{path}{query}").into();
    Some(format!("query {name}"))
}

/// Changes the innermost object of a JSON body.
fn change_body(
    request: &mut Value,
    change: impl Fn(&mut serde_json::Map<String, Value>) -> Option<Value>,
) -> Option<String> {
    fn innermost(value: &mut Value) -> Option<&mut serde_json::Map<String, Value>> {
        match value {
            Value::Array(items) => innermost(items.iter_mut().rfind(|item| holds_object(item))?),
            Value::Object(members) => {
                let deeper = members.iter().rfind(|(_, value)| holds_object(value));
                match deeper.map(|(key, _)| key.clone()) {
                    Some(key) => innermost(&mut members[&key]),
                    None => Some(members),
                }
            }
            _ => None,
        }
    }
    fn holds_object(value: &Value) -> bool {
        match value {
            Value::Object(_) => true,
            Value::Array(items) => items.iter().any(holds_object),
            _ => false,
        }
    }
    let mut body: Value = serde_json::from_str(request["body"].as_str()?).ok()?;
    change(innermost(&mut body)?)?;
    request["body"] = body.to_string().into();
    Some("body".to_owned())
}

/// If the comparison passed over something, the test above would say nothing.
#[test]
fn a_request_that_is_wrong_in_any_part_is_told() {
    let asked = asked().last().expect("the newest");
    let pairs = asked.pairs();
    let (mut missed, mut tried) = (Vec::new(), 0);
    for (what, corrupt) in CORRUPTIONS {
        let before = tried;
        for (operation, expected, request) in &pairs {
            let mut request = (*request).clone();
            let Some(part) = corrupt(&mut request) else { continue };
            tried += 1;
            let told = expected.judge(&request).departures;
            if !told.iter().any(|departure| departure.part == part) {
                missed.push(format!("{what} in {} ({part}): {request}, told {told:?}", operation.id()));
            }
        }
        assert!(tried > before, "{what}: no request has such a thing");
    }
    println!("{tried} wrong requests in {} ways", CORRUPTIONS.len());
    assert!(missed.is_empty(), "{} were not told:\n{}", missed.len(), missed.join("\n"));
}
