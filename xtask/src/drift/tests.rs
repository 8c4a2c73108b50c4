//! The whole way against a scripted Engine: what is asked, what is told, what is removed.

use std::sync::{Arc, Mutex};

use boon::{Compiler, Schemas};
use docker_engine_codegen::drift::{JSON_SCHEMA, Kind, Level, Options, Report};
use docker_engine_codegen::source::Source;
use docker_engine_codegen::swagger::read;
use docker_engine_runtime::http::Request;
use docker_engine_runtime::testing::{Engine, Handler, Reply, When};
use docker_engine_runtime::{Body, ErrorKind, Transport};
use serde_json::{Value as Json, json};

use super::*;

const DOCUMENT: &str = "\
swagger: '2.0'
info: {title: Things, version: '1.41'}
basePath: /v1.41
produces: [application/json]
paths:
  /containers/json:
    get:
      operationId: ContainerList
      parameters: [{name: all, in: query, type: boolean}]
      responses:
        200:
          headers: {Total: {type: integer}}
          schema: {type: array, items: {type: object, required: [Id], properties: {Id: {type: string}}}}
  /containers/{id}/json:
    get:
      operationId: ContainerInspect
      parameters: [{name: id, in: path, required: true, type: string}]
      responses:
        200:
          schema:
            type: object
            properties:
              Id: {type: string}
              State: {type: string, enum: [up, down]}
              Size: {type: integer}
              Binds: {type: array, items: {type: string}}
              Made: {type: string, format: date-time}
              Rare: {type: string}
        404: {schema: {type: object, required: [message], properties: {message: {type: string}}}}
  /containers/{id}/logs:
    get:
      operationId: ContainerLogs
      x-answer: {kind: logs}
      parameters: [{name: id, in: path, required: true, type: string}]
      responses: {200: {}, 404: {}}
  /containers/{id}/attach/ws:
    get:
      operationId: ContainerAttachWebsocket
      x-upgrade: websocket
      x-answer: {kind: duplex}
      parameters: [{name: id, in: path, required: true, type: string}]
      responses: {101: {}, 404: {}}
  /containers/{id}/start:
    post:
      operationId: ContainerStart
      parameters: [{name: id, in: path, required: true, type: string}]
      responses: {204: {}}
  /images/search:
    get:
      operationId: ImageSearch
      parameters: [{name: term, in: query, required: true, type: string}]
      responses: {200: {schema: {type: array, items: {}}}}
";

fn documents() -> Documents {
    let node = read(&Source::new("things.yaml", DOCUMENT)).expect("YAML");
    let how = Document::read(node).unwrap_or_else(|errors| panic!("{}", errors.render(false)));
    Documents { how, told: None }
}

fn version() -> Json {
    json!({"Version": "20.10", "ApiVersion": "1.41", "MinAPIVersion": "1.12", "Os": "linux", "Arch": "amd64"})
}

fn arguments() -> Arguments {
    Arguments {
        host: None,
        version: None,
        exercise: false,
        image: None,
        registry: None,
        objects: 5,
        documented: false,
        unseen: false,
        format: Format::Text,
        fail_on: None,
    }
}

const SPOKEN: ApiVersion = ApiVersion { major: 1, minor: 41 };

async fn daemon(transport: impl Transport) -> Result<Daemon> {
    Daemon::over(Arc::new(transport), "", None, SPOKEN).await
}

async fn told_of(engine: Engine) -> Report {
    let engine = engine.always(When::request("GET", "/version"), Reply::json(version()));
    let daemon = daemon(engine).await.expect("an Engine");
    report(&daemon, &documents(), &arguments()).await.expect("it answers")
}

/// An Engine with one container, which answers to inspect with this.
fn with_container(inspected: Json) -> Engine {
    Engine::new()
        .always(
            When::request("GET", "/containers/json"),
            Reply::json(json!([{"Id": "c1"}])).header("Total", "1"),
        )
        .always(When::request("GET", "/containers/c1/json"), Reply::json(inspected))
        .always(When::request("GET", "/containers/{id}/json"), Reply::error(404, "no such container"))
        .always(When::request("GET", "/containers/c1/logs").query("tail", 5), Reply::bytes("endless"))
        .always(When::request("GET", "/containers/{id}/logs"), Reply::empty().status(404))
}

#[tokio::test]
async fn an_engine_as_documented_departs_in_nothing() {
    let inspected =
        json!({"Id": "c1", "State": "up", "Size": 1, "Binds": [], "Made": "2024-01-02T03:04:05Z"});
    let report = told_of(with_container(inspected)).await;
    assert_eq!(report.count(Level::Contradiction) + report.count(Level::Undocumented), 0, "{report:#?}");
    let unseen: Vec<&str> = report.departures.iter().map(|departure| departure.subject.as_str()).collect();
    assert_eq!(unseen, ["Rare"]);
    assert_eq!((report.engine.version.as_str(), report.version.as_str()), ("20.10", "1.41"));
    let asked: Vec<(&str, Vec<u16>)> = report
        .asked
        .iter()
        .map(|asked| (asked.operation.as_str(), asked.answers.keys().copied().collect()))
        .collect();
    assert_eq!(
        asked,
        [
            ("ContainerList", vec![200]),
            ("ContainerInspect", vec![200, 404]),
            ("ContainerLogs", vec![200, 404])
        ]
    );
    let left: Vec<(&str, &str)> =
        report.left_out.iter().map(|left| (left.operation.as_str(), left.reason.as_str())).collect();
    assert_eq!(
        left,
        [
            ("ContainerAttachWebsocket", "takes the connection over"),
            ("ContainerStart", "changes something"),
            ("ImageSearch", "asks a registry; --registry IMAGE names one of its images"),
        ]
    );
}

#[tokio::test]
async fn every_departure_is_told_once() {
    let inspected =
        json!({"Id": "c1", "State": "sideways", "Size": "1", "Binds": null, "Made": "", "More": 1});
    let engine = Engine::new()
        .on(When::request("GET", "/containers/json"), Reply::json(json!([{"Id": "c1"}, {"Name": "c2"}])))
        .always(
            When::request("GET", "/containers/json"),
            Reply::json(json!([{"Id": "c1"}])).header("X-Own", "1"),
        )
        .always(When::request("GET", "/containers/c1/json"), Reply::json(inspected))
        .always(When::request("GET", "/containers/{id}/json"), Reply::text("no such container").status(404))
        .always(When::request("GET", "/containers/{id}/logs"), Reply::error(418, "no logs"));
    let report = told_of(engine).await;
    let kinds = |level: Level| -> Vec<(Kind, &str)> {
        let of_level = report.departures.iter().filter(|departure| departure.level == level);
        let mut kinds: Vec<_> =
            of_level.map(|departure| (departure.kind, departure.subject.as_str())).collect();
        kinds.sort();
        kinds
    };
    assert_eq!(
        kinds(Level::Contradiction),
        [
            (Kind::Status, "418"),
            (Kind::Body, "body"),
            (Kind::Type, "Size"),
            (Kind::Null, "Binds"),
            (Kind::Missing, "Id"),
            (Kind::Value, "State"),
        ]
    );
    assert_eq!(
        kinds(Level::Undocumented),
        [(Kind::Field, "More"), (Kind::Field, "Name"), (Kind::Header, "x-own"), (Kind::EmptyDate, "Made")]
    );
    assert_eq!(kinds(Level::Unseen), [(Kind::UnseenField, "Rare"), (Kind::UnseenHeader, "Total")]);
    let text = report.text(Options::default(), false);
    assert!(text.contains("is `sideways`, which is not among the documented values"), "{text}");

    let schema: Json = serde_json::from_str(JSON_SCHEMA).expect("the schema is JSON");
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    compiler.add_resource("drift.json", schema).expect("it has a name");
    let index = compiler.compile("drift.json", &mut schemas).expect("it is a JSON Schema");
    let mut page: Json = serde_json::from_str(&report.json(Options { unseen: true })).expect("JSON");
    if let Err(error) = schemas.validate(&page, index) {
        panic!("{error:#}");
    }
    page["departures"][0]["kind"] = "other".into();
    assert!(schemas.validate(&page, index).is_err(), "the schema takes any kind");
}

#[tokio::test]
async fn an_answer_that_breaks_off_ends_nothing_else() {
    let engine = Engine::new()
        .always(
            When::request("GET", "/containers/json"),
            Reply::json(json!([{"Id": "c1"}])).header("Total", "1"),
        )
        .always(When::request("GET", "/containers/{id}/json"), Reply::failure(ErrorKind::Transport, "cut"))
        .always(When::request("GET", "/containers/{id}/logs"), Reply::bytes("x"));
    let report = told_of(engine).await;
    let left: Vec<&str> = report.left_out.iter().map(|left| left.reason.as_str()).collect();
    assert!(left.contains(&"no answer: cut"), "{left:?}");
    assert_eq!(report.asked.len(), 2);
}

#[tokio::test]
async fn an_engine_that_is_gone_is_an_error() {
    let engine = Engine::new()
        .always(When::request("GET", "/version"), Reply::json(version()))
        .always(When::request("GET", "/containers/json"), Reply::failure(ErrorKind::Connect, "gone"));
    let daemon = daemon(engine).await.expect("it is there first");
    let error = report(&daemon, &documents(), &arguments()).await.expect_err("gone");
    assert!(error.to_string().contains("gone"), "{error}");
}

#[tokio::test]
async fn versions_that_are_not_served_are_refused_once() {
    let old = json!({"Version": "1.13", "ApiVersion": "1.25", "MinAPIVersion": "1.12"});
    let engine = Engine::new().always(When::request("GET", "/version"), Reply::json(old));
    let error = Daemon::over(Arc::new(engine), "", Some(SPOKEN), SPOKEN).await.err().expect("too new");
    assert_eq!(error.to_string(), "it serves API versions 1.12 to 1.25, not 1.41");
    let other = Engine::new().always(When::request("GET", "/version"), Reply::text("It works!"));
    let error = daemon(other).await.err().expect("no Engine");
    assert!(error.to_string().contains("not as an Engine does"), "{error}");
}

/// An Engine that has made everything it was asked for, and fails from the given request on. What is deleted is gone.
fn forgetful(fail_at: &'static str) -> (impl Transport, Arc<Mutex<Vec<String>>>) {
    let log = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&log);
    let engine = Handler::new(move |request: Request<Body>| {
        let line = format!("{} {}", request.method(), request.uri().path());
        let mut seen = seen.lock().expect("no test fails with it");
        let gone =
            |id: &str| seen.iter().any(|line: &String| line.starts_with("DELETE") && line.contains(id));
        let filtered = request.uri().query().is_some_and(|query| query.contains("filters="));
        let reply = match line.as_str() {
            "GET /version" => Reply::json(version()),
            "GET /_ping" | "HEAD /_ping" => Reply::text("OK").header("Api-Version", "1.41"),
            line if line.ends_with(fail_at) => Reply::failure(ErrorKind::Connect, "gone for a moment"),
            "GET /v1.41/containers/json" if filtered && !gone("c-mine") => {
                Reply::json(json!([{"Id": "c-mine"}]))
            }
            "GET /v1.41/networks" if filtered && !gone("n-mine") => Reply::json(json!([{"Id": "n-mine"}])),
            "GET /v1.41/volumes" if filtered && !gone("v-mine") => {
                Reply::json(json!({"Volumes": [{"Name": "v-mine"}]}))
            }
            "GET /v1.41/volumes" => Reply::json(json!({"Volumes": null})),
            line if line.starts_with("GET") => Reply::json(json!([])),
            _ => Reply::empty(),
        };
        seen.push(line);
        reply.into_response()
    });
    (engine, log)
}

#[tokio::test]
async fn what_was_made_is_removed_when_it_fails() {
    let (engine, log) = forgetful("/containers/none/json");
    let daemon = daemon(engine).await.expect("an Engine");
    exercise::clean(&daemon, &Run::new()).await.expect("all is gone");
    let log = log.lock().expect("nobody holds it");
    for line in
        ["DELETE /v1.41/containers/c-mine", "DELETE /v1.41/networks/n-mine", "DELETE /v1.41/volumes/v-mine"]
    {
        assert_eq!(log.iter().filter(|seen| *seen == line).count(), 1, "{line}: {log:#?}");
    }
}

#[tokio::test]
async fn a_failure_in_the_middle_is_told_after_cleaning_up() {
    let (engine, log) = forgetful("GET /v1.41/images/json");
    let daemon = daemon(engine).await.expect("an Engine");
    let text = DOCUMENT
        .replace("/images/search", "/images/json")
        .replace("name: term, in: query, required: true", "name: term, in: query");
    let node = read(&Source::new("things.yaml", text)).expect("YAML");
    let documents = Documents { how: Document::read(node).expect("right"), told: None };
    let asked = Arguments { exercise: true, ..arguments() };
    let error = report(&daemon, &documents, &asked).await.expect_err("it fails");
    // The images cannot be listed when cleaning up either: all else is removed.
    assert!(error.to_string().contains("cannot clean up"), "{error:#}");
    let log = log.lock().expect("nobody holds it");
    for line in ["DELETE /v1.41/containers/c-mine", "DELETE /v1.41/networks/n-mine"] {
        assert!(log.iter().any(|seen| seen == line), "{line}: {log:#?}");
    }
}

#[tokio::test]
async fn what_cannot_be_removed_is_named() {
    let engine = Engine::new()
        .always(When::request("GET", "/version"), Reply::json(version()))
        .always(When::request("GET", "/containers/json"), Reply::json(json!([{"Id": "stuck"}])))
        .always(When::request("GET", "/images/json"), Reply::json(json!([])))
        .always(When::request("GET", "/networks"), Reply::json(json!([])))
        .always(When::request("GET", "/volumes"), Reply::json(json!({"Volumes": []})))
        .always(When::request("DELETE", "/containers/{id}"), Reply::error(500, "busy"));
    let daemon = daemon(engine).await.expect("an Engine");
    let error = exercise::clean(&daemon, &Run::new()).await.expect_err("it is stuck");
    assert_eq!(error.to_string(), "containers of this run could not be removed; remove them by hand: stuck");
}

#[test]
fn paths_are_encoded() {
    assert_eq!(daemon::encoded("a b/c?d", false), "a%20b%2Fc%3Fd");
    assert_eq!(daemon::encoded("localhost:5000/a/b:1", true), "localhost:5000/a/b:1");
    assert_eq!(inquiry::form("/containers/{id}/json"), "/containers/{}/json");
}
