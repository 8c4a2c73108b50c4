//! Spans of requests, seen by a subscriber that keeps every field as text.

#![allow(clippy::unwrap_used)]

mod support;

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use docker_engine_runtime::testing::{Engine, Reply, When};
use serde_json::json;
use support::api::*;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

type Fields = BTreeMap<String, String>;

#[derive(Clone, Default)]
struct Spans(Arc<Mutex<Vec<Fields>>>);

struct Reader<'a>(&'a mut Fields);

impl Visit for Reader<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}"));
    }
}

impl Subscriber for Spans {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "docker_engine"
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        let mut fields = Fields::from([("span".to_owned(), attributes.metadata().name().to_owned())]);
        attributes.record(&mut Reader(&mut fields));
        let mut spans = self.0.lock().unwrap();
        spans.push(fields);
        Id::from_u64(spans.len() as u64)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        values.record(&mut Reader(&mut self.0.lock().unwrap()[span.into_u64() as usize - 1]));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &Event<'_>) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn a_span_says_what_was_asked_and_how_it_ended() {
    let spans = Spans::default();
    let _guard = tracing::subscriber::set_default(spans.clone());
    let engine = Engine::new()
        .on(When::operation("ContainerCreate"), Reply::json(json!({"Id": "hunter2"})).status(201))
        .on(When::operation("ContainerInspect"), Reply::error(404, "No such container: hunter2"))
        .on(When::operation("ContainerWait"), Reply::empty().after(Duration::from_secs(60)));
    let client = Client::new(engine);
    let create = ContainerCreate::new(&client).query("name", "hunter2").header("X-Registry-Auth", "hunter2");
    create.json(json!({"password": "hunter2"})).await.unwrap();
    ContainerInspect::of(&client, "hunter2").await.unwrap_err();
    ContainerInspect::of(&client, "").await.unwrap_err();
    let waiting =
        tokio::time::timeout(Duration::from_millis(5), ContainerWait::of(&client, "hunter2").send());
    waiting.await.unwrap_err();

    let spans = std::mem::take(&mut *spans.0.lock().unwrap());
    let shown = format!("{spans:?}");
    assert!(!shown.contains("hunter2"), "{shown}");
    let mut spans = spans.into_iter();
    let mut next = |expected: &[(&str, &str)]| {
        let mut fields = spans.next().unwrap();
        assert!(fields.remove("duration_ms").unwrap().parse::<u64>().is_ok());
        let expected = expected.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect();
        assert_eq!(fields, expected);
    };
    let create = [("span", "request"), ("operation", "ContainerCreate"), ("method", "POST")];
    next(&[&create[..], &[("path", "/containers/create"), ("status", "201")]].concat());
    let inspect = [
        ("span", "request"),
        ("operation", "ContainerInspect"),
        ("method", "GET"),
        ("path", "/containers/{id}/json"),
    ];
    next(&[&inspect[..], &[("status", "404"), ("error", "Status")]].concat());
    next(&[&inspect[..], &[("error", "Request")]].concat());
    let wait = [
        ("span", "request"),
        ("operation", "ContainerWait"),
        ("method", "POST"),
        ("path", "/containers/{id}/wait"),
    ];
    next(&[&wait[..], &[("error", "cancelled")]].concat());
    assert!(spans.next().is_none());
}
