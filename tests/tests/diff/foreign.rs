//! Documents of other services: OpenAPI 3 with choices and without operation ids, Swagger 2.0 with forms, as JSON with
//! tabs. Each gives a result, or an error with its place.

use std::path::Path;

use docker_engine_codegen::diff::{Diff, Side, compare};
use docker_engine_codegen::source::Source;

fn side(name: &str) -> Side {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diff/documents");
    let path = folder.join(name);
    Side::file(None, &path).unwrap_or_else(|errors| panic!("{}", errors.render(false)))
}

/// One line a change.
fn told(diff: &Diff) -> Vec<String> {
    let line = |change: &docker_engine_codegen::diff::Change| {
        let location = change.location.as_ref().map(|location| format!("{location} ")).unwrap_or_default();
        let of = if change.pointer.is_empty() { String::new() } else { format!("{} ", change.pointer) };
        let json =
            |value: &Option<serde_json::Value>| value.as_ref().map_or("-".to_owned(), ToString::to_string);
        format!(
            "{} | {} {location}{of}{}: {} → {} ({})",
            change.operation,
            change.kind.as_str(),
            change.subject,
            json(&change.before),
            json(&change.after),
            change.level.as_str()
        )
    };
    diff.changes.iter().map(line).collect()
}

fn check(from: &str, to: &str, expected: &[&str]) {
    let (from, to) = (side(from), side(to));
    let diff = compare(&from, &to).unwrap_or_else(|errors| panic!("{}", errors.render(false)));
    let mut told = told(&diff);
    told.sort();
    let mut expected: Vec<_> = expected.iter().map(|line| (*line).to_owned()).collect();
    expected.sort();
    assert!(told == expected, "told\n{}\n\nexpected\n{}", told.join("\n"), expected.join("\n"));
    for (one, other) in [(&from, &from), (&to, &to)] {
        assert!(compare(one, other).expect("the same").changes.is_empty());
    }
    let back = compare(&to, &from).expect("it can be compared the other way as well");
    assert_eq!(back.changes.len(), diff.changes.len());
}

#[test]
fn openapi_3_with_choices_and_without_operation_ids() {
    check(
        "orders-1.yaml",
        "orders-2.yaml",
        &[
            "GET /orders | deprecated GET /orders: - → true (warning)",
            "GET /orders | type-changed query fields: \"array of string, multi\" → \"array of string, csv\" (breaking)",
            "GET /orders | query-param-added query limit: - → \"integer\" (info)",
            "GET /orders | enum-value-added query state lost: - → \"lost\" (info)",
            "GET /orders | response-header-added response.200 x-next: - → \"string\" (info)",
            "GET /orders | enum-value-added response.200 [].state lost: - → \"lost\" (warning)",
            "GET /orders | response-field-added response.200 [].number number: - → \"integer\" (info)",
            "GET /orders | type-changed response.200 [].payment payment: - → {\"alternative\":\"Voucher\"} (breaking)",
            "GET /orders | nullability-changed response.200 [].payment.number number: true → false (info)",
            "GET /orders | response-field-added response.default detail detail: - → \"string\" (info)",
            "POST /orders | media-type-removed request application/xml: \"application/xml\" → - (breaking)",
            "POST /orders | enum-value-added request state lost: - → \"lost\" (info)",
            "POST /orders | type-changed request payment payment: - → {\"alternative\":\"Voucher\"} (info)",
            "POST /orders | nullability-changed request payment.number number: true → false (breaking)",
            "POST /orders | response-field-added response.4XX detail detail: - → \"string\" (info)",
            "GET /orders/{orderId} | path-changed GET /orders/{orderId}: \"GET /orders/{id}\" → \"GET /orders/{orderId}\" (info)",
            "GET /orders/{orderId} | enum-value-added response.200 state lost: - → \"lost\" (warning)",
            "GET /orders/{orderId} | response-field-added response.200 number number: - → \"integer\" (info)",
            "GET /orders/{orderId} | type-changed response.200 payment payment: - → {\"alternative\":\"Voucher\"} (breaking)",
            "GET /orders/{orderId} | nullability-changed response.200 payment.number number: true → false (info)",
        ],
    );
}

#[test]
fn swagger_2_with_forms_as_json_with_tabs() {
    check(
        "files-1.json",
        "files-2.json",
        &[
            "GET /files | constraint-changed query page: - → {\"minimum\":1} (breaking)",
            "GET /files | renamed header token: \"query token\" → \"header token\" (breaking)",
            "GET /files | type-changed response.200 {}.size size: \"integer (int32)\" → \"integer (int64)\" (warning)",
            "GET /files | response-field-added response.200 {}.kind kind: - → \"string\" (info)",
            "POST /files | constraint-changed request note note: {\"maxLength\":80} → {\"maxLength\":40} (breaking)",
            "POST /files | request-field-added request folder folder: - → \"string\" (info)",
            "POST /files | type-changed response.200 size size: \"integer (int32)\" → \"integer (int64)\" (warning)",
            "POST /files | response-field-added response.200 kind kind: - → \"string\" (info)",
        ],
    );
}

#[test]
fn a_service_that_moved_to_openapi_3_can_be_compared_with_its_older_self() {
    let diff =
        compare(&side("files-1.json"), &side("orders-1.yaml")).expect("two documents are two documents");
    assert!(diff.changes.iter().any(|change| change.operation == "GET /files"));
}

#[test]
fn what_cannot_be_compared_is_refused_with_its_place() {
    for (text, expected) in [
        ("a: b\n", "d.yaml:1:1: this is not a document that can be compared"),
        ("openapi: 4.0.0\npaths: {}\n", "d.yaml:1:1: this is not a document that can be compared"),
        ("swagger: '2.0'\n", "d.yaml:1:1: the document has no `paths`"),
        ("swagger: '2.0'\npaths: []\n", "d.yaml:2:8: `paths` is a mapping, not a list"),
        (
            "swagger: '2.0'\npaths: {/a: {get: {responses: {200: {schema: {$ref: '#/definitions/No'}}}}}}\n",
            "d.yaml:2:53: `#/definitions/No` leads nowhere",
        ),
        (
            "openapi: 3.0.0\npaths: {/a: {$ref: other.yaml}}\n",
            "d.yaml:2:20: `other.yaml` leads into another file: bundle the document first",
        ),
        (
            "swagger: '2.0'\npaths: {/a: {get: {parameters: [{in: query}]}}}\n",
            "d.yaml:2:33: a parameter needs a `name` and an `in`, both text",
        ),
        (
            "swagger: '2.0'\npaths: {/a: {get: {responses: {20x: {}}}}}\n",
            "d.yaml:2:32: `20x` is not a status code",
        ),
        ("swagger: '2.0'\npaths: {/a: {get: 5}}\n", "d.yaml:2:14: an operation is a mapping, not a number"),
        ("swagger: '2.0'\npaths: {\n", "d.yaml:"),
    ] {
        let source = Source::new("d.yaml", text);
        let error = Side::document(None, &source).and_then(|side| compare(&side, &side)).expect_err(text);
        let line = error.to_string();
        assert!(line.starts_with(expected), "{text}{line}");
    }
}
