//! Answers that depart in every way, each told once, and answers that do not.

use serde_json::{Value as Json, json};

use super::*;
use crate::source::Source;
use crate::swagger::{Document, read};

const DOCUMENT: &str = "\
swagger: '2.0'
info: {title: Things, version: '1.99'}
basePath: /v1.99
produces: [application/json]
paths:
  /things:
    get:
      operationId: ThingList
      responses:
        200:
          headers:
            Total: {type: integer}
            State: {type: string, enum: [on, off]}
          schema: {type: array, items: {$ref: '#/definitions/Thing'}}
        500: {schema: {$ref: '#/definitions/Fault'}}
  /things/{id}:
    get:
      operationId: ThingInspect
      parameters: [{name: id, in: path, required: true, type: string}]
      responses:
        200: {schema: {$ref: '#/definitions/Thing'}}
        404: {schema: {$ref: '#/definitions/Fault'}}
    delete:
      operationId: ThingDelete
      parameters: [{name: id, in: path, required: true, type: string}]
      responses:
        204: {}
definitions:
  Fault:
    type: object
    required: [message]
    properties: {message: {type: string}}
  Base:
    type: object
    properties:
      Id: {type: string}
      Free: {type: object}
      Word: {type: string, enum: [one, two]}
  Thing:
    allOf:
      - $ref: '#/definitions/Base'
      - type: object
        required: [Id, Size]
        properties:
          Size: {type: integer, format: uint32}
          Made: {type: string, format: date-time}
          Labels: {type: object, additionalProperties: {type: string}}
          Parts: {type: array, items: {$ref: '#/definitions/Thing'}}
          Lists: {type: object, x-null: empty, additionalProperties: {type: array, items: {type: string}}}
          Maybe: {type: string, x-nullable: true}
";

fn document() -> Document {
    let node = read(&Source::new("things.yaml", DOCUMENT)).expect("YAML");
    Document::read(node).unwrap_or_else(|errors| panic!("{}", errors.render(false)))
}

/// Operation, status, headers, content.
type Answered<'a> = (&'a str, u16, &'a [(&'a str, &'a str)], Content);

/// What answers depart in.
fn departures(answers: &[Answered<'_>]) -> Vec<Departure> {
    let document = document();
    let mut drift = Drift::new(&document);
    for (id, status, headers, content) in answers {
        let operation = document.operations().find(|operation| operation.id == *id).expect("documented");
        let headers: Vec<(String, String)> =
            headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        drift.answer(operation, &Answer { status: *status, headers: &headers, content: content.clone() });
    }
    drift.finish()
}

fn of_one(value: Json) -> Vec<Departure> {
    departures(&[("ThingInspect", 200, &[], Content::Json(vec![value]))])
}

/// The only departure above `unseen` that a value has, as kind, way and what came.
#[track_caller]
fn only(value: Json) -> (Kind, String, Vec<String>) {
    let mut told: Vec<Departure> =
        of_one(value).into_iter().filter(|departure| departure.level > Level::Unseen).collect();
    assert_eq!(told.len(), 1, "{told:#?}");
    let departure = told.remove(0);
    (departure.kind, departure.sites[0].pointer.clone(), departure.seen.into_iter().collect())
}

#[test]
fn what_is_as_documented_is_not_told() {
    let full = json!({
        "Id": "a", "Free": {"any": [1]}, "Word": "one", "Size": 4_294_967_295_u64, "Made": "0001-01-01T00:00:00Z",
        "Labels": {"a": "b"}, "Parts": [{"Id": "b", "Size": 0}], "Lists": {"a": []}, "Maybe": null,
    });
    assert_eq!(of_one(full), []);
    let told = of_one(json!({"Id": "a", "Size": 1, "Lists": null}));
    assert!(told.iter().all(|departure| departure.kind == Kind::UnseenField), "{told:#?}");
}

#[test]
fn each_contradiction_is_told() {
    let with = |name: &str, value: Json| {
        let mut thing = json!({"Id": "a", "Size": 1});
        thing[name] = value;
        only(thing)
    };
    let told = |kind, pointer: &str, seen: &str| (kind, pointer.to_owned(), vec![seen.to_owned()]);
    assert_eq!(with("Size", json!("1")), told(Kind::Type, "Size", "string"));
    assert_eq!(with("Size", json!(1.5)), told(Kind::Type, "Size", "number"));
    assert_eq!(with("Size", json!(-1)), told(Kind::Format, "Size", "a number beyond it"));
    assert_eq!(with("Labels", Json::Null), told(Kind::Null, "Labels", "null"));
    assert_eq!(with("Labels", json!({"a": null})), told(Kind::Null, "Labels{}", "null"));
    assert_eq!(with("Word", json!("three")), told(Kind::Value, "Word", "`three`"));
    assert_eq!(with("Made", json!("")), told(Kind::EmptyDate, "Made", "empty text"));
    assert_eq!(with("Made", json!("2024-01-02")), told(Kind::Format, "Made", "text like `0000-00-00`"));
    assert_eq!(
        with("Parts", json!([{"Id": "b", "Size": true}])),
        told(Kind::Type, "Parts[].Size", "boolean")
    );
    assert_eq!(with("Extra.One", json!({})), told(Kind::Field, "\"Extra.One\"", "object"));
    assert_eq!(only(json!({"Id": "a"})), (Kind::Missing, "Size".to_owned(), vec![]));
    assert_eq!(only(json!([])), told(Kind::Type, "", "array"));
}

#[test]
fn statuses_headers_and_bodies_are_told() {
    let kinds = |answers: &[Answered<'_>]| -> Vec<Kind> {
        let told = departures(answers).into_iter().filter(|departure| departure.level > Level::Unseen);
        told.map(|departure| departure.kind).collect()
    };
    let list = |headers: &'static [(&str, &str)], content| [("ThingList", 200, headers, content)];
    let none = || Content::Json(vec![json!([])]);
    assert_eq!(kinds(&[("ThingInspect", 409, &[], Content::Empty)]), [Kind::Status]);
    assert_eq!(kinds(&list(&[("total", "3"), ("state", "on"), ("date", "today")], none())), []);
    assert_eq!(kinds(&list(&[("total", "many")], none())), [Kind::Type]);
    assert_eq!(kinds(&list(&[("state", "broken")], none())), [Kind::Value]);
    assert_eq!(kinds(&list(&[("x-other", "1")], none())), [Kind::Header]);
    assert_eq!(kinds(&list(&[], Content::Empty)), [Kind::Body]);
    assert_eq!(kinds(&list(&[], Content::Other("text/html".to_owned()))), [Kind::Body]);
    assert_eq!(kinds(&list(&[], Content::Unread)), []);
    assert_eq!(kinds(&[("ThingDelete", 204, &[], Content::Json(vec![json!({})]))]), [Kind::ExtraBody]);
    // An error has a form too.
    let fault = Content::Json(vec![json!({"message": 7})]);
    assert_eq!(kinds(&[("ThingInspect", 404, &[], fault)]), [Kind::Type]);
}

#[test]
fn what_was_never_seen_is_told_where_it_could_have_been() {
    let unseen = |departures: Vec<Departure>| -> Vec<(Kind, String)> {
        let unseen = departures.into_iter().filter(|departure| departure.level == Level::Unseen);
        unseen.map(|departure| (departure.kind, departure.subject)).collect()
    };
    // One of two things has labels, so they were seen; nobody answered about a list, so its headers are no news.
    let two = vec![json!({"Id": "a", "Size": 1, "Labels": {}}), json!({"Id": "b", "Size": 1})];
    let told = unseen(departures(&[("ThingInspect", 200, &[], Content::Json(two))]));
    let names: Vec<&str> = told.iter().map(|(_, name)| name.as_str()).collect();
    assert_eq!(names, ["Free", "Lists", "Made", "Maybe", "Parts", "Word"]);
    let told = unseen(departures(&[("ThingList", 200, &[("Total", "0")], Content::Json(vec![json!([])]))]));
    assert_eq!(told, [(Kind::UnseenHeader, "State".to_owned())]);
}

#[test]
fn one_fact_is_told_once() {
    let thing =
        |extra: Json| json!({"Id": "a", "Size": 1, "Parts": [{"Id": "b", "Size": 1, "labels": extra}]});
    let told = departures(&[
        ("ThingList", 200, &[("x-a", "1")], Content::Json(vec![json!([thing(json!(1)), thing(json!("x"))])])),
        ("ThingInspect", 200, &[("x-a", "1")], Content::Json(vec![thing(json!(1))])),
    ]);
    let told: Vec<_> = told.into_iter().filter(|departure| departure.level > Level::Unseen).collect();
    let [header, field] = &told[..] else { panic!("{told:#?}") };
    let field = if field.kind == Kind::Field { field } else { header };
    assert_eq!((field.departing, field.of), (3, 6), "{field:#?}");
    let sites: Vec<(&str, &str)> =
        field.sites.iter().map(|site| (site.operation.as_str(), site.pointer.as_str())).collect();
    assert_eq!(sites, [("ThingList", "[].Parts[].labels"), ("ThingInspect", "Parts[].labels")]);
    assert_eq!(field.text, "`labels` (integer, string) is not documented; the document has `Labels`");
    assert!(field.source.as_deref().is_some_and(|source| source.starts_with("things.yaml:4")), "{field:#?}");
}

#[test]
fn no_value_is_told() {
    let secret = "hunter2-hunter2-hunter2-hunter2";
    let thing = json!({"Id": {"a": secret}, "Size": secret, "Made": secret, "Word": secret, "Extra": secret});
    let told = of_one(thing);
    assert!(!format!("{told:?}").contains("hunter"), "{told:#?}");
    assert_eq!(told.iter().filter(|departure| departure.level > Level::Unseen).count(), 5);
}

fn report(departures: Vec<Departure>) -> Report {
    Report {
        engine: Engine {
            version: "1.2.3".to_owned(),
            platform: "linux/amd64".to_owned(),
            oldest: Some("1.24".to_owned()),
            newest: None,
        },
        version: "1.99".to_owned(),
        overlay: true,
        exercised: false,
        asked: vec![Asked {
            operation: "ThingInspect".to_owned(),
            method: "GET".to_owned(),
            path: "/things/{id}".to_owned(),
            answers: [(404, 2)].into(),
        }],
        left_out: vec![LeftOut {
            operation: "ThingDelete".to_owned(),
            method: "DELETE".to_owned(),
            path: "/things/{id}".to_owned(),
            reason: "changes something".to_owned(),
        }],
        departures,
    }
}

#[test]
fn a_report_reads_well() {
    let thing = json!({"Id": null, "Size": 1, "Extra\u{1b}[2J": 1, "Parts": [{"Id": null, "Size": 1}]});
    let report = report(departures(&[
        ("ThingInspect", 200, &[("x-other", "1")], Content::Json(vec![thing])),
        ("ThingInspect", 418, &[], Content::Empty),
    ]));
    expect_test::expect![[r#"
        Engine 1.2.3 (linux/amd64) against the document of 1.99 with the overlay
        2 answers of 1 operation; 1 not tried

        contradiction: 2
          ThingInspect
            status 418 is not documented; in 1 of 2 answers
                things.yaml:17:5
            Id is null, documented as string that is never null; in 2 of 2 values
                also ThingInspect Parts[].Id
                things.yaml:36:7

        undocumented: 2
          Headers
            header `x-other` is not documented; 1 answer
          ThingInspect
            `Extra\u{1b}[2J` (integer) is not documented; in 1 of 2 objects
                things.yaml:42:9

        Answered with errors only: ThingInspect 404

        Not tried:
          changes something: ThingDelete

        Verdict: 2 contradictions, 2 undocumented, 6 documented and never seen (--unseen lists them)
    "#]]
    .assert_eq(&report.text(Options::default(), false));
    assert!(report.text(Options { unseen: true }, false).contains("`Maybe` was never seen"));
    assert!(report.text(Options::default(), true).contains("\u{1b}[1m"));
}

#[test]
fn json_has_what_was_asked_for() {
    let report = report(of_one(json!({"Id": "a", "Size": null})));
    let page = |options| serde_json::from_str::<Json>(&report.json(options)).expect("JSON");
    let told = page(Options::default());
    assert_eq!(told["departures"].as_array().map(Vec::len), Some(1));
    assert_eq!(told["verdict"], json!({"contradiction": 1, "undocumented": 0, "unseen": 7}));
    assert_eq!(page(Options { unseen: true })["departures"].as_array().map(Vec::len), Some(8));
}
