//! The program that calls a generated crate: the part that is the same for all of them. `calls` is written by the
//! test, `values` is the test's own.
//!
//! `requests` prints every request, `facts` what can be told without a value; `reread FILE` reads each line of the file,
//! a type and a JSON text, and prints what is written of the value again.

#![allow(dead_code, deprecated, non_snake_case)]

mod calls;
mod values;

use std::collections::BTreeMap;
use std::future::Future;
use std::io::{BufWriter, Write};
use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, Waker};

use client::runtime::answer::{Answer, FromHeaders, FromOutcome, Json, JsonLines};
use client::runtime::model::{Data, from_slice, to_vec};
use client::runtime::{Body, BoxFuture, Operation, Request, Result, Transport, Value, http};
use client::Client;

/// Makes a request.
type Ask = fn(&Client) -> Request;
/// Reads JSON and writes it again; or why not.
type Reread = fn(&[u8]) -> std::result::Result<Vec<u8>, String>;

static ROUND: AtomicU32 = AtomicU32::new(0);

fn round() -> u32 {
    ROUND.load(Ordering::Relaxed)
}

fn flag(at: &str) -> bool {
    values::flag(at, round())
}

fn pick<T: From<String>>(at: &str, mut of: Vec<T>) -> T {
    match values::listed(at, round(), of.len()) {
        Some(nth) => of.swap_remove(nth),
        None => T::from(values::text(at)),
    }
}

fn list<T>(at: &str, make: impl Fn(&str) -> T) -> Vec<T> {
    (0..2).map(|nth| make(&values::item(at, nth))).collect()
}

fn list_with_hole<T>(at: &str, make: impl Fn(&str) -> T) -> Vec<Option<T>> {
    vec![None, Some(make(&values::item(at, 1)))]
}

fn map<T>(at: &str, make: impl Fn(&str) -> T) -> BTreeMap<String, T> {
    let keys = [values::key(at, 0), values::key(at, 1)];
    keys.map(|key| { let value = make(&values::member(at, &key)); (key, value) }).into()
}

fn map_with_hole<T>(at: &str, make: impl Fn(&str) -> T) -> BTreeMap<String, Option<T>> {
    let (hole, key) = (values::key(at, 0), values::key(at, 1));
    let value = make(&values::member(at, &key));
    BTreeMap::from([(hole, None), (key, Some(value))])
}

fn filter(key: &str, nth: usize) -> String {
    values::text(&values::item(key, nth))
}

fn into_request(operation: impl Operation) -> Request {
    operation.into_request()
}

fn kind<O: Operation>() -> &'static str {
    std::any::type_name::<O::Answer>()
}

fn spelled<T: AsRef<str> + for<'a> From<&'a str> + PartialEq>(of: &[T]) -> Vec<String> {
    let spelled = |value: &T| {
        let text = value.as_ref();
        if T::from(text) == *value { text.to_owned() } else { format!("{text}, and is read as another") }
    };
    of.iter().map(spelled).collect()
}

fn reread<T: Data + Default>(json: &[u8]) -> std::result::Result<Vec<u8>, String> {
    match from_slice::<T>(json) {
        Ok(value) => Ok(to_vec(&value)),
        Err(error) => Err(error.to_string()),
    }
}

fn answered<O, T>(json: &[u8]) -> std::result::Result<Vec<u8>, String>
where
    O: Operation<Answer = Json<T>>,
    T: Data + Default + Send + 'static,
    Json<T>: Answer,
{
    reread::<T>(json)
}

fn streamed<O, T>(json: &[u8]) -> std::result::Result<Vec<u8>, String>
where
    O: Operation<Answer = JsonLines<T>>,
    T: Data + Default + Send + 'static,
    JsonLines<T>: Answer,
{
    reread::<T>(json)
}

fn headed<H: FromHeaders>(
    json: &[u8],
    fields: fn(&H) -> Vec<(&'static str, Value)>,
) -> std::result::Result<Vec<u8>, String> {
    let texts: BTreeMap<String, String> = serde_json::from_slice(json).expect("the test gives headers");
    let mut headers = http::HeaderMap::new();
    for (name, text) in texts {
        let name: http::HeaderName = name.parse().expect("a name");
        headers.insert(name, http::HeaderValue::from_bytes(text.as_bytes()).expect("a value"));
    }
    let headers = H::from_headers(&headers).map_err(|error| error.to_string())?;
    let fields: BTreeMap<&str, Value> = fields(&headers).into_iter().collect();
    Ok(serde_json::to_vec(&fields).expect("JSON"))
}

fn came<E: FromOutcome>(
    status: u16,
    json: &[u8],
    told: fn(E) -> (&'static str, Value),
) -> std::result::Result<Vec<u8>, String> {
    assert!(E::STATUSES.contains(&status), "{status} is no outcome");
    let outcome = E::from_outcome(status, json).map_err(|error| error.to_string())?;
    Ok(serde_json::to_vec(&told(outcome)).expect("JSON"))
}

fn written(value: &dyn Data) -> Value {
    serde_json::from_slice(&to_vec(value)).expect("what is written is JSON")
}

/// No request is sent.
#[derive(Debug)]
struct Nowhere;

impl Transport for Nowhere {
    fn send(&self, _: http::Request<Body>) -> BoxFuture<'_, Result<http::Response<Body>>> {
        unreachable!("nothing is sent")
    }
}

fn body_of(body: Body) -> String {
    let body = pin!(body.collect()).poll(&mut Context::from_waker(Waker::noop()));
    match body {
        Poll::Ready(Ok(bytes)) => String::from_utf8_lossy(&bytes).into_owned(),
        Poll::Ready(Err(error)) => format!("the body cannot be read: {error}"),
        Poll::Pending => "the body is not there at once".to_owned(),
    }
}

/// The request as JSON; the round of one with nothing set is null.
fn told(operation: &str, round: Option<u32>, request: Request) -> Value {
    let request = match request.into_http() {
        Ok(request) => request,
        Err(error) => {
            return serde_json::json!({
                "operation": operation, "round": round, "refused": error.to_string(),
            });
        }
    };
    let (head, body) = request.into_parts();
    let headers: Vec<(String, String)> = head
        .headers
        .iter()
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    serde_json::json!({
        "operation": operation,
        "round": round,
        "method": head.method.as_str(),
        "uri": head.uri.to_string(),
        "headers": headers,
        "body": body_of(body),
    })
}

fn main() {
    let mut out = BufWriter::new(std::io::stdout().lock());
    let mut arguments = std::env::args().skip(1);
    match arguments.next().as_deref() {
        Some("requests") => {
            let client = Client::new(Nowhere);
            for (id, filled, bare) in calls::REQUESTS {
                writeln!(out, "{}", told(id, None, bare(&client))).expect("written");
                for round in 0..values::ROUNDS {
                    ROUND.store(round, Ordering::Relaxed);
                    writeln!(out, "{}", told(id, Some(round), filled(&client))).expect("written");
                }
            }
        }
        Some("facts") => {
            let kinds: BTreeMap<&str, &str> = calls::KINDS.iter().map(|(id, kind)| (*id, kind())).collect();
            let enums: BTreeMap<&str, Vec<String>> =
                calls::ENUMS.iter().map(|(name, values)| (*name, values())).collect();
            let readers: Vec<&str> = calls::READERS.iter().map(|(name, _)| *name).collect();
            let facts = serde_json::json!({ "kinds": kinds, "enums": enums, "readers": readers });
            writeln!(out, "{facts}").expect("written");
        }
        Some("reread") => {
            let readers: BTreeMap<&str, Reread> = calls::READERS.iter().copied().collect();
            let asked = std::fs::read_to_string(arguments.next().expect("a file")).expect("it can be read");
            for line in asked.lines() {
                let (name, json) = line.split_once('\t').expect("a type and a text");
                let read = readers[name];
                match std::panic::catch_unwind(|| read(json.as_bytes())) {
                    Ok(Ok(json)) => {
                        out.write_all(b"read\t").and_then(|()| out.write_all(&json)).expect("written");
                    }
                    Ok(Err(why)) => write!(out, "refused\t{}", why.escape_debug()).expect("written"),
                    Err(_) => write!(out, "panic\t").expect("written"),
                }
                writeln!(out).expect("written");
            }
        }
        other => panic!("{other:?}: requests, facts or reread FILE"),
    }
}
