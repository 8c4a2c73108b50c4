//! Small documents with one difference each, and the published ones.

mod published;

use crate::api::{Api, DocsFile, build};
use crate::diff::{Level, RustChange, RustKind, Semver};
use crate::openapi;
use crate::source::Source;
use crate::swagger::{Document, reader};

use super::compare;

/// A Swagger document with these members of one operation (YAML) and these definitions (YAML).
fn document(operation: &str, definitions: &str) -> Api {
    let indented = |text: &str, by: usize| -> String {
        text.trim_matches('\n').lines().map(|line| format!("{}{line}\n", " ".repeat(by))).collect()
    };
    let text = format!(
        "swagger: '2.0'\ninfo: {{title: Test, version: '1.51'}}\nconsumes: [application/json]\nproduces: [application/json]\n\
         paths:\n  /things/{{id}}:\n    post:\n      tags: [Thing]\n{}definitions:\n{}",
        indented(operation, 6),
        indented(definitions, 2)
    );
    let read = || -> Result<Api, crate::source::Errors> {
        let document = Document::read(reader::read(&Source::new("test.yaml", text.clone()))?)?;
        Ok(build(&openapi::lower(&document), &DocsFile::default())?)
    };
    read().unwrap_or_else(|errors| panic!("{}\n{text}", errors.render(false)))
}

const ID: &str = "{name: id, in: path, required: true, type: string}";

/// An operation that gives a `Thing`, with these parameters (YAML flow) besides its id.
fn operation(parameters: &str) -> String {
    format!(
        "operationId: ThingMake\nparameters: [{ID}{parameters}]\nresponses:\n  200: {{description: '', schema: {{$ref: '#/definitions/Thing'}}}}"
    )
}

const THING: &str = "Thing: {type: object, properties: {Name: {type: string}}}";

/// A document that has nothing but a `Thing` with these properties (YAML flow).
fn thing(properties: &str) -> Api {
    document(&operation(""), &format!("Thing: {{type: object, properties: {{{properties}}}}}"))
}

/// The changes as lines: kind, level, version step, item, declarations, advice.
fn lines(changes: &[RustChange]) -> Vec<String> {
    let line = |change: &RustChange| {
        let mut line = format!(
            "{} {} {} {}",
            change.kind.as_str(),
            change.level.as_str(),
            change.semver.as_str(),
            change.item
        );
        for (mark, text) in [(" - ", &change.before), (" + ", &change.after), (" ? ", &change.advice)] {
            if let Some(text) = text {
                line += mark;
                line += text;
            }
        }
        line
    };
    changes.iter().map(line).collect()
}

#[track_caller]
fn check(from: &Api, to: &Api, expected: &[&str]) {
    assert_eq!(lines(&compare(from, to)), expected);
    for same in [from, to] {
        assert_eq!(lines(&compare(same, same)), [] as [&str; 0]);
    }
    let mirrored = |changes: Vec<RustChange>| {
        let mut items: Vec<_> = changes.into_iter().map(|change| (change.before, change.after)).collect();
        items.sort();
        items
    };
    let back = mirrored(compare(to, from)).into_iter().map(|(before, after)| (after, before));
    let mut back: Vec<_> = back.collect();
    back.sort();
    assert_eq!(mirrored(compare(from, to)), back, "the way back is another one");
}

#[test]
fn fields_come_go_and_change() {
    let old = thing("Name: {type: string}, Size: {type: integer}, Old: {type: boolean}");
    let new =
        thing("Name: {type: array, items: {type: string}}, Size: {type: integer}, New: {type: boolean}");
    check(
        &old,
        &new,
        &[
            "field-type-changed breaking major models::Thing::name - pub name: Option<String> + pub name: Option<Vec<String>>",
            "field-removed breaking major models::Thing::old - pub old: Option<bool>",
            "field-added warning major models::Thing::new + pub new: Option<bool>",
        ],
    );
}

#[test]
fn an_option_is_part_of_the_type() {
    let with = |required: &str| {
        let thing =
            format!("Thing: {{type: object, required: [{required}], properties: {{A: {{type: string}}}}}}");
        document(&operation(""), &thing)
    };
    check(
        &with(""),
        &with("A"),
        &[
            "field-type-changed breaking major models::Thing::a - pub a: Option<String> + pub a: String ? it is always there now: no `Option` around it",
        ],
    );
}

#[test]
fn a_type_that_is_sent_too_keeps_what_it_does_not_know() {
    let sent = ", {name: body, in: body, schema: {$ref: '#/definitions/Thing'}}";
    check(
        &document(&operation(""), THING),
        &document(&operation(sent), THING),
        &[
            "method-added info minor operations::ThingMake::body + pub fn body(self, body: models::Thing) -> Self",
            "field-added warning major models::Thing::extra + pub extra: BTreeMap<String, runtime::Value>",
        ],
    );
}

#[test]
fn values_of_an_enum_are_variants() {
    let with = |values: &str| thing(&format!("Kind: {{type: string, enum: [{values}]}}"));
    check(
        &with("a, b"),
        &with("b, c"),
        &[
            "variant-removed breaking major models::ThingKind::A - A ? an older Engine's value is `ThingKind::from(\"a\")`",
            "variant-added warning major models::ThingKind::C + C",
        ],
    );
}

#[test]
fn a_parameter_that_becomes_required_becomes_an_argument() {
    let with = |required: &str| {
        document(&operation(&format!(", {{name: size, in: query, type: integer{required}}}")), THING)
    };
    check(
        &with(""),
        &with(", required: true"),
        &[
            "signature-changed breaking major Client::thing_make - pub fn thing_make(&self, id: impl AsRef<str>) -> ThingMake + pub fn thing_make(&self, id: impl AsRef<str>, size: i64) -> ThingMake",
            "method-removed breaking major operations::ThingMake::size - pub fn size(self, size: i64) -> Self ? it is an argument of `Client::thing_make` now",
        ],
    );
    assert_eq!(
        compare(&with(", required: true"), &with(""))[0].advice.as_deref(),
        Some("`size` is a setter of the request now")
    );
}

#[test]
fn the_name_of_an_argument_is_nobodys_business() {
    let named = |name: &str| {
        let text = operation("").replace("name: id", &format!("name: {name}"));
        let mut api = document(&text, THING);
        api.operations[0].path = "/things/{it}".to_owned();
        api
    };
    check(&named("id"), &named("id"), &[]);
    let (old, mut new) = (document(&operation(""), THING), document(&operation(""), THING));
    new.operations[0].parameters[0].rust_name = "name".to_owned();
    check(&old, &new, &[]);
}

#[test]
fn an_operation_under_another_name_is_renamed_with_its_types() {
    let old = document(&operation(""), THING);
    let new = document(&operation("").replace("ThingMake", "ThingCreate"), THING);
    check(
        &old,
        &new,
        &[
            "method-renamed breaking major Client::thing_make - pub fn thing_make(&self, id: impl AsRef<str>) -> ThingMake + pub fn thing_create(&self, id: impl AsRef<str>) -> ThingCreate ? it is `Client::thing_create` now",
            "type-renamed breaking major operations::ThingMake - pub struct ThingMake + pub struct ThingCreate ? it is `operations::ThingCreate` now (all members are the same)",
        ],
    );
}

#[test]
fn a_type_under_another_name_is_renamed_and_still_compared() {
    let with = |name: &str, more: &str| {
        document(
            &operation(""),
            &format!(
                "Thing: {{type: object, properties: {{Part: {{$ref: '#/definitions/{name}'}}}}}}\n\
                 {name}: {{type: object, properties: {{A: {{type: string}}, B: {{type: string}}{more}}}}}"
            ),
        )
    };
    check(
        &with("Part", ""),
        &with("Piece", ", C: {type: string}"),
        &[
            "type-renamed breaking major models::Part - pub struct Part + pub struct Piece ? it is `models::Piece` now (2 of 3 members are the same)",
            "field-added warning major models::Piece::c + pub c: Option<String>",
        ],
    );
    // Too little in common: one went, another came, and the field has another type.
    let other = document(
        &operation(""),
        "Thing: {type: object, properties: {Part: {$ref: '#/definitions/Other'}}}\nOther: {type: object, properties: {Z: {type: string}}}",
    );
    check(
        &with("Part", ""),
        &other,
        &[
            "field-type-changed breaking major models::Thing::part - pub part: Option<Part> + pub part: Option<Other>",
            "type-removed breaking major models::Part - pub struct Part",
            "type-added info minor models::Other + pub struct Other",
        ],
    );
}

#[test]
fn a_type_may_become_something_else() {
    let with = |thing: &str| document(&operation(""), thing);
    check(
        &with("Thing: {type: object, additionalProperties: {type: string}}"),
        &with("Thing: {type: object, additionalProperties: {type: integer}}"),
        &[
            "type-changed breaking major models::Thing - pub type Thing = BTreeMap<String, String> + pub type Thing = BTreeMap<String, i64>",
        ],
    );
    check(
        &with("Thing: {type: object, additionalProperties: {type: string}}"),
        &with(THING),
        &[
            "type-changed breaking major models::Thing - pub type Thing = BTreeMap<String, String> + pub struct Thing",
        ],
    );
}

#[test]
fn the_answer_is_what_send_gives() {
    let with = |answer: &str| document(&format!("{}\nx-answer: {answer}", operation("")), THING);
    check(
        &with("{kind: json}"),
        &with("{kind: json-stream}"),
        &[
            "signature-changed breaking major operations::ThingMake::send - pub fn send(self) -> runtime::Sending<models::Thing> + pub fn send(self) -> runtime::Sending<runtime::JsonStream<models::Thing>>",
        ],
    );
}

#[test]
fn an_outcome_that_brings_something_can_no_longer_be_copied() {
    let with = |answer: &str| {
        let responses = format!("responses:\n  200: {{description: ''{answer}}}\n  304: {{description: ''}}");
        let outcome = "x-answer: {kind: outcome, variants: {'200': Done, '304': Same}}";
        document(&format!("operationId: ThingMake\nparameters: [{ID}]\n{responses}\n{outcome}"), THING)
    };
    let changes = compare(&with(""), &with(", schema: {$ref: '#/definitions/Thing'}"));
    let derives: Vec<_> = changes.iter().filter(|change| change.kind == RustKind::TypeChanged).collect();
    assert_eq!(derives.len(), 1);
    assert_eq!((derives[0].level, derives[0].semver), (Level::Breaking, Semver::Major));
    assert_eq!(derives[0].before.as_deref(), Some("#[derive(Clone, Copy, Debug, PartialEq, Eq)]"));
}

#[test]
fn a_deprecation_is_a_warning_with_what_to_use() {
    let with = |deprecated: &str| thing(&format!("Old: {{type: string{deprecated}}}, New: {{type: string}}"));
    let (old, new) = (with(""), with(", deprecated: true, x-deprecated: {since: '1.50', replaced-by: New}"));
    check(&old, &new, &["deprecated warning minor models::Thing::old + #[deprecated] ? use `new` instead"]);
    check(&new, &old, &["deprecated info patch models::Thing::old - #[deprecated]"]);
}

#[test]
fn a_successor_of_the_same_type_is_a_new_name() {
    let old = thing("Old: {type: string, deprecated: true, x-deprecated: {replaced-by: New}}");
    let new = thing("New: {type: string}");
    assert_eq!(
        lines(&compare(&old, &new)),
        [
            "field-renamed breaking major models::Thing::old - pub old: Option<String> + pub new: Option<String> ? it is `models::Thing::new` now",
            "deprecated info patch models::Thing::old - #[deprecated]",
        ]
    );
}

#[test]
fn filters_are_methods() {
    let with = |keys: &str| {
        document(
            &operation(&format!(", {{name: filters, in: query, type: string, x-filters: {{{keys}}}}}")),
            THING,
        )
    };
    check(
        &with("label: {}, old: {}"),
        &with("label: {}, 'label!': {}"),
        &[
            "method-removed breaking major operations::ThingMakeFilters::old - pub fn old(self, value: impl std::fmt::Display) -> Self ? an older Engine still takes `raw(\"old\", …)`",
            "method-added info minor operations::ThingMakeFilters::label_not + pub fn label_not(self, value: impl std::fmt::Display) -> Self",
        ],
    );
}
