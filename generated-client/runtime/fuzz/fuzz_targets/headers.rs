//! Structs of headers.

#![no_main]

use docker_engine_runtime::answer::FromHeaders;
use docker_engine_runtime::http::{HeaderMap, HeaderValue};
use docker_engine_runtime::{DateTime, Secret, Value};
use libfuzzer_sys::fuzz_target;

#[derive(Debug, Default)]
struct Headers {
    text: Option<String>,
    flag: Option<bool>,
    number: Option<i64>,
    fraction: Option<f64>,
    date: Option<DateTime>,
    secret: Option<Secret>,
    stat: Option<Value>,
}

docker_engine_runtime::headers! {
    Headers {
        text = "Text", flag = "Flag", number = "Number", fraction = "Fraction", date = "Date", secret = "Secret",
        stat = base64 "Stat",
    }
}

fuzz_target!(|data: &[u8]| {
    let Ok(value) = HeaderValue::from_bytes(data) else { return };
    for name in ["text", "flag", "number", "fraction", "date", "secret", "stat"] {
        let headers = HeaderMap::from_iter([(name.parse().expect("a name"), value.clone())]);
        let Ok(read) = Headers::from_headers(&headers) else { continue };
        let _ = read.date.map(|date| date.timestamp());
        let _ = (read.text, read.flag, read.number, read.fraction, read.secret, read.stat);
    }
});
