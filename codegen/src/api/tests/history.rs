use super::*;
use crate::api::history::relate;

/// An Api of these fields of `Thing`, and an operation with these query parameters.
fn api(version: &str, fields: &[&str], id: &str, parameters: &[&str]) -> Api {
    let fields: String = fields.iter().map(|name| format!("{name}: {{type: string}}, ")).collect();
    let parameters: String = parameters
        .iter()
        .map(|name| format!("{{name: {name}, in: query, schema: {{type: string}}}}, "))
        .collect();
    let text = document(
        &format!(
            "\n  /things:\n    get:\n      operationId: {id}\n      tags: [Thing]\n      parameters: [{parameters}]\n      responses: {{'204': {{description: ''}}}}\n"
        ),
        &format!("Thing: {{type: object, properties: {{{fields}}}}}"),
    );
    build(&text.replace("'1.51'", &format!("'{version}'")))
}

fn life(since: Option<u16>, until: Option<u16>) -> Life {
    let version = |minor: Option<u16>| minor.map(|minor| ApiVersion { major: 1, minor });
    Life { since: version(since), until: version(until), ..Life::default() }
}

#[test]
fn a_life_is_the_unbroken_run() {
    let mut apis = [
        // Not in order: versions count, not positions.
        api("1.28", &["Old", "Back"], "ThingList", &["b"]),
        api("1.25", &["Old", "Gone", "Back"], "ThingList", &["a"]),
        api("1.26", &["Old", "Gone"], "ThingList", &["a", "b"]),
        api("1.27", &["Old"], "ThingList", &["b"]),
    ];
    relate(&mut apis);
    let of = |version: usize, wire: &str| field(&apis[version], "Thing", wire).life.clone();
    assert_eq!(of(0, "Old"), life(None, None));
    assert_eq!(of(1, "Gone"), life(None, Some(26)));
    assert_eq!(of(1, "Back"), life(None, Some(25)));
    assert_eq!(of(0, "Back"), life(Some(28), None));
    assert_eq!(apis[2].operations[0].parameters[0].life, life(None, Some(26)));
    assert_eq!(apis[2].operations[0].parameters[1].life, life(Some(26), None));
    assert_eq!(apis[0].operations[0].life, life(None, None));
}

#[test]
fn an_operation_keeps_its_life_under_another_id() {
    let mut apis = [api("1.25", &[], "ThingList", &["a"]), api("1.26", &[], "ThingsGet", &["a", "b"])];
    relate(&mut apis);
    assert_eq!(apis[1].operations[0].life, life(None, None));
    assert_eq!(apis[1].operations[0].parameters[0].life, life(None, None));
    assert_eq!(apis[1].operations[0].parameters[1].life, life(Some(26), None));
}

#[test]
fn an_operation_is_known_by_the_name_that_the_project_gives_it() {
    let named = |version: &str, id: &str, path: &str| {
        let text = document(
            &format!(
                "\n  {path}:\n    get:\n      operationId: {id}\n      x-name: ThingList\n      tags: [Thing]\n      responses: {{'204': {{description: ''}}}}\n"
            ),
            "",
        );
        build(&text.replace("'1.51'", &format!("'{version}'")))
    };
    let mut apis = [named("1.25", "GetThings", "/old"), named("1.26", "ThingList", "/new")];
    relate(&mut apis);
    assert_eq!(apis[1].operations[0].life, life(None, None));
    assert_eq!(apis[0].operations[0].id, "GetThings");
}

#[test]
fn one_version_alone_has_no_history() {
    let mut apis = [api("1.25", &["A"], "ThingList", &["a"])];
    relate(&mut apis);
    assert_eq!(apis[0], api("1.25", &["A"], "ThingList", &["a"]));
    relate(&mut []);
}
