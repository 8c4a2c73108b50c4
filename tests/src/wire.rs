//! What a document says that a call sends, and how a request departs from it.

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use serde_json::{Value, json};

use crate::document::reach::{Travel, carried};
use crate::document::schema::{At, Shape};
use crate::document::{Document, Operation, list, object};
use crate::probe::values;

/// A request as the document has it.
#[derive(Clone, Debug)]
pub struct Expected {
    method: String,
    /// The segments of the path, not encoded.
    path: Vec<String>,
    /// By name; a name that may stand several times has several values.
    query: BTreeMap<String, Vec<Want>>,
    /// By name in lower case.
    headers: BTreeMap<String, Vec<Want>>,
    body: Want,
}

/// A value as it must be, apart from the freedom that its encoding leaves.
#[derive(Clone, Debug)]
enum Want {
    Text(String),
    Begins(&'static str),
    Json(Value),
    /// JSON in base64.
    Base64(bool, Value),
    /// So many bytes in base64, whichever they are.
    Bytes(usize),
}

/// One thing in which a request is not as the document says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Departure {
    /// `method`, `path`, `query all`, `header X-Registry-Auth`, `body`.
    pub part: String,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for Departure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.part, self.what)
    }
}

impl Document {
    /// The request of a call that sets everything (in a round), or only what it must (without one).
    pub fn expected(&self, operation: &Operation<'_>, round: Option<u32>, travel: &Travel) -> Expected {
        let mut expected = Expected {
            method: operation.method.to_owned(),
            path: Vec::new(),
            query: BTreeMap::new(),
            headers: BTreeMap::from([("user-agent".to_owned(), vec![Want::Begins("docker-engine-rs/")])]),
            body: Want::Text(String::new()),
        };
        let mut segments = BTreeMap::new();
        for parameter in operation.parameters() {
            let name = parameter["name"].as_str().expect("a parameter has a name");
            let required = parameter["required"] == true;
            if round.is_none() && !required {
                continue;
            }
            let values = self.carried_values(parameter, name, round.unwrap_or(0));
            match parameter["in"].as_str() {
                Some("query") => drop(expected.query.insert(name.to_owned(), values)),
                Some("header") => drop(expected.headers.insert(name.to_ascii_lowercase(), values)),
                Some("path") => {
                    let [Want::Text(text)] = &values[..] else { panic!("{name}: a path holds texts") };
                    let whole = parameter["x-encoding"] != "segments";
                    let texts = if whole { vec![text.clone()] } else { split(text) };
                    segments.insert(format!("{{{name}}}"), texts);
                }
                other => panic!("{name}: nothing is sent in {other:?}"),
            }
        }
        for segment in split(&self.full_path(operation)) {
            match segments.remove(&segment) {
                Some(texts) => expected.path.extend(texts),
                None => expected.path.push(segment),
            }
        }
        if let Some(body) = operation.body() {
            self.expect_body(&mut expected, operation, body, round, travel);
        }
        match operation.object["x-upgrade"].as_str() {
            None => {}
            Some(protocol) => {
                let mut add = |name: &str, want| drop(expected.headers.insert(name.to_owned(), vec![want]));
                add("connection", Want::Text("Upgrade".to_owned()));
                add("upgrade", Want::Text(protocol.to_owned()));
                if protocol == "websocket" {
                    add("sec-websocket-key", Want::Bytes(16));
                    add("sec-websocket-version", Want::Text("13".to_owned()));
                }
            }
        }
        expected
    }

    fn expect_body(
        &self,
        expected: &mut Expected,
        operation: &Operation<'_>,
        body: &Value,
        round: Option<u32>,
        travel: &Travel,
    ) {
        if round.is_none() && body["required"] != true {
            return;
        }
        let consumes = self.consumes(operation);
        let kind = body["x-body"].as_str();
        let media = match kind {
            None => {
                let listed = consumes.is_empty() || consumes.contains(&"application/json");
                assert!(listed, "{} has a JSON body and takes {consumes:?}", operation.id());
                "application/json"
            }
            Some("tar") => "application/x-tar",
            Some(_) => consumes[0],
        };
        expected.headers.insert("content-type".to_owned(), vec![Want::Text(media.to_owned())]);
        let at = At::new(format!("{}/body", operation.pointer()), &body["schema"]);
        expected.body = match (kind, round) {
            (None, Some(round)) => Want::Json(self.filled(&at, "body", round)),
            (None, None) => Want::Json(self.blank(&at, travel)),
            (Some(_), Some(_)) => Want::Text(values::text("body")),
            (Some(_), None) => Want::Text(String::new()),
        };
    }

    /// The values that a parameter carries: several where its name stands several times.
    fn carried_values(&self, parameter: &Value, name: &str, round: u32) -> Vec<Want> {
        let filters = object(&parameter["x-filters"]);
        if !parameter["x-filters"].is_null() {
            let mut wanted: Value = filters
                .keys()
                .map(|key| {
                    let value = |nth| values::text(&values::item(key, nth));
                    (key.clone(), json!([value(0), value(1)]))
                })
                .collect();
            wanted["not listed"] = json!([values::text("not listed")]);
            return vec![Want::Json(wanted)];
        }
        let (at, encoding) = carried(parameter);
        let several = parameter["collectionFormat"] == "multi";
        let separator = match (parameter["collectionFormat"].as_str(), encoding) {
            (_, Some("newline")) => Some('\n'),
            (Some("csv"), _) => Some(','),
            (Some("ssv"), _) => Some(' '),
            (Some("tsv"), _) => Some('\t'),
            (Some("pipes"), _) => Some('|'),
            _ => None,
        };
        let schema = self.schema(&at).shape;
        let plain = |at: &At<'_>, place: &str| match self.filled(at, place, round) {
            Value::String(_) if parameter["in"] == "header" => values::header_text(place),
            Value::String(text) => text,
            value @ (Value::Bool(_) | Value::Number(_)) => value.to_string(),
            value => panic!("{name}: nothing says how {value} becomes text"),
        };
        match (encoding, schema) {
            // The items hold JSON: each stands for itself.
            (Some("json"), _) if several => {
                (0..2).map(|nth| Want::Json(self.filled(&at, &values::item(name, nth), round))).collect()
            }
            (Some("json"), _) => vec![Want::Json(self.filled(&at, name, round))],
            (Some("base64url-json"), _) => vec![Want::Base64(true, self.filled(&at, name, round))],
            (Some("base64-json"), _) => vec![Want::Base64(false, self.filled(&at, name, round))],
            (None | Some("segments" | "newline"), Shape::List(item)) => {
                let items = (0..2).map(|nth| plain(&item, &values::item(name, nth)));
                match separator {
                    None if several => items.map(Want::Text).collect(),
                    None => panic!("{name}: nothing says how its items become text"),
                    Some(separator) => {
                        let items: Vec<String> = items.collect();
                        vec![Want::Text(items.join(separator.encode_utf8(&mut [0; 4])))]
                    }
                }
            }
            (None | Some("segments"), _) => vec![Want::Text(plain(&at, name))],
            (other, _) => panic!("{name}: the encoding {other:?} is not read here"),
        }
    }
}

/// What one request was held against.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// How it departs from the document.
    pub departures: Vec<Departure>,
    /// How many values were compared: segments, values of parameters and headers, leaves of JSON.
    pub compared: usize,
}

impl Verdict {
    fn check(&mut self, part: &str, good: bool, what: impl FnOnce() -> String) {
        self.compared += 1;
        if !good {
            self.departures.push(Departure { part: part.to_owned(), what: what() });
        }
    }
}

impl Expected {
    /// Holds a request, as the programs print it, against this.
    pub fn judge(&self, request: &Value) -> Verdict {
        let mut verdict = Verdict::default();
        if let Some(why) = request["refused"].as_str() {
            verdict.check("request", false, || format!("it is refused: {why}"));
            return verdict;
        }
        let method = request["method"].as_str().unwrap_or_default();
        verdict.check("method", method == self.method, || format!("{method} instead of {}", self.method));
        let uri = request["uri"].as_str().unwrap_or_default();
        let (path, query) = uri.split_once('?').map_or((uri, None), |(path, query)| (path, Some(query)));
        self.judge_path(path, &mut verdict);
        self.judge_query(query, &mut verdict);
        self.judge_headers(request, &mut verdict);
        want(&self.body, request["body"].as_str().unwrap_or_default(), "body", &mut verdict);
        verdict
    }

    fn judge_path(&self, path: &str, verdict: &mut Verdict) {
        let legal = legal(path, b"/:@!$&'()*+,;=");
        verdict.check("path", legal, || format!("a character that must be encoded is not in {path}"));
        let segments: Vec<String> = path.split('/').map(decoded).collect();
        verdict.compared += self.path.len();
        if segments != self.path {
            let what = format!("{segments:?} instead of {:?}", self.path);
            verdict.departures.push(Departure { part: "path".to_owned(), what });
        }
    }

    fn judge_query(&self, query: Option<&str>, verdict: &mut Verdict) {
        let mut seen: BTreeMap<String, Vec<String>> = BTreeMap::new();
        if query == Some("") {
            verdict.check("query", false, || "a question mark without a query".to_owned());
        }
        for pair in query.into_iter().filter(|query| !query.is_empty()).flat_map(|query| query.split('&')) {
            // A plus is a space to who reads forms and a plus to who does not; a semicolon parts pairs for some.
            let legal = legal(pair, b"/?:@!$'()*,=");
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let part = format!("query {}", decoded(name));
            verdict.check(&part, legal, || format!("a character that must be encoded is not in {pair}"));
            seen.entry(decoded(name)).or_default().push(decoded(value));
        }
        compare("query", &self.query, &seen, verdict);
    }

    fn judge_headers(&self, request: &Value, verdict: &mut Verdict) {
        let mut seen: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for header in list(&request["headers"]) {
            let text = |nth: usize| header[nth].as_str().unwrap_or_default().to_owned();
            seen.entry(text(0)).or_default().push(text(1));
        }
        compare("header", &self.headers, &seen, verdict);
    }
}

/// Holds values by name against those that there must be.
fn compare(
    kind: &str,
    wanted: &BTreeMap<String, Vec<Want>>,
    seen: &BTreeMap<String, Vec<String>>,
    verdict: &mut Verdict,
) {
    for (name, wanted) in wanted {
        let part = format!("{kind} {name}");
        let Some(seen) = seen.get(name) else {
            verdict.check(&part, false, || "it is not sent".to_owned());
            continue;
        };
        verdict.check(&part, seen.len() == wanted.len(), || {
            format!("{} values instead of {}: {seen:?}", seen.len(), wanted.len())
        });
        for (wanted, seen) in wanted.iter().zip(seen) {
            want(wanted, seen, &part, verdict);
        }
    }
    for (name, seen) in seen.iter().filter(|(name, _)| !wanted.contains_key(*name)) {
        verdict.check(&format!("{kind} {name}"), false, || format!("it is sent and nobody set it: {seen:?}"));
    }
}

fn want(wanted: &Want, seen: &str, part: &str, verdict: &mut Verdict) {
    let json = |wanted: &Value, seen: &[u8], verdict: &mut Verdict| {
        let parsed = match serde_json::from_slice::<Value>(seen) {
            Ok(parsed) => parsed,
            Err(error) => return verdict.check(part, false, || format!("it is no JSON: {error}")),
        };
        // A key that stands twice is seen once: the text is longer then.
        verdict.check(part, parsed.to_string().len() == seen.len(), || {
            format!("a key stands twice, or there are spaces: {}", String::from_utf8_lossy(seen))
        });
        let mut differences = Vec::new();
        verdict.compared += difference(wanted, &parsed, "", &mut differences);
        let departures = differences.into_iter();
        verdict.departures.extend(departures.map(|what| Departure { part: part.to_owned(), what }));
    };
    match wanted {
        Want::Text(text) => verdict.check(part, seen == text, || format!("{seen:?} instead of {text:?}")),
        Want::Begins(text) => {
            verdict.check(part, seen.starts_with(text), || format!("{seen:?} instead of {text:?}…"));
        }
        Want::Json(value) => json(value, seen.as_bytes(), verdict),
        Want::Base64(url, value) => {
            let alphabet = if *url { &URL_SAFE } else { &STANDARD };
            match alphabet.decode(seen) {
                Ok(text) => json(value, &text, verdict),
                Err(error) => verdict.check(part, false, || format!("{seen}: {error}")),
            }
        }
        Want::Bytes(count) => {
            let bytes = STANDARD.decode(seen).map(|bytes| bytes.len());
            verdict.check(part, bytes == Ok(*count), || format!("{seen:?} instead of {count} bytes"));
        }
    }
}

/// Tells where two values differ, and gives the number of leaves that were compared. `5` and `5.0` are the same.
pub fn difference(wanted: &Value, seen: &Value, at: &str, differences: &mut Vec<String>) -> usize {
    let here = if at.is_empty() { "the whole" } else { at };
    match (wanted, seen) {
        (Value::Object(wanted), Value::Object(seen)) => {
            let mut compared = 0;
            for (key, value) in wanted {
                let at = format!("{at}.{key}");
                match seen.get(key) {
                    Some(seen) => compared += difference(value, seen, &at, differences),
                    None => differences.push(format!("{at} is missing, which should be {value}")),
                }
            }
            for (key, value) in seen.iter().filter(|(key, _)| !wanted.contains_key(*key)) {
                differences.push(format!("{at}.{key} should not be there: {value}"));
            }
            compared.max(1)
        }
        (Value::Array(wanted), Value::Array(seen)) if wanted.len() == seen.len() => {
            let pairs = wanted.iter().zip(seen).enumerate();
            pairs
                .map(|(nth, (w, s))| difference(w, s, &format!("{at}[{nth}]"), differences))
                .sum::<usize>()
                .max(1)
        }
        (Value::Number(wanted), Value::Number(seen))
            if wanted == seen || (wanted.is_f64() || seen.is_f64()) && wanted.as_f64() == seen.as_f64() =>
        {
            1
        }
        (wanted, seen) => {
            if wanted != seen {
                differences.push(format!("{here} is {seen} instead of {wanted}"));
            }
            1
        }
    }
}

fn split(text: &str) -> Vec<String> {
    text.split('/').map(str::to_owned).collect()
}

/// Whether nothing but unreserved characters (RFC 3986, 2.3), these, and two hexadecimal digits after each percent sign
/// is in a text.
fn legal(text: &str, others: &[u8]) -> bool {
    let bytes = text.as_bytes();
    bytes.iter().enumerate().all(|(nth, byte)| match byte {
        b'%' => matches!(bytes.get(nth + 1..nth + 3), Some(hex) if hex.iter().all(u8::is_ascii_hexdigit)),
        byte => byte.is_ascii_alphanumeric() || b"-._~".contains(byte) || others.contains(byte),
    })
}

/// Percent-decoded, and a plus as a plus.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.filter(|_| *first == b'%').and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
