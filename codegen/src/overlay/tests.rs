//! What actions do to a tree, and what is refused.

use super::*;
use crate::api::ApiVersion;
use crate::swagger::Document;

const VERSION: ApiVersion = ApiVersion { major: 1, minor: 51 };

fn tree(text: &str) -> Node {
    crate::swagger::read(&Source::new("t.yaml", text)).expect("well formed")
}

fn overlay(actions: &str) -> Result<Overlay, Errors> {
    let text = format!("overlay: 1.0.0\ninfo: {{title: T, version: '1'}}\nactions:\n{actions}");
    Overlay::read(&Source::new("o.yaml", text))
}

fn action(target: &str, change: &str) -> String {
    format!("- {{target: \"{target}\", {change}, x-versions: '1.25..', x-reason: seen}}\n")
}

/// The document after the actions, as JSON text.
fn applied(document: &str, actions: &str) -> Result<String, Errors> {
    let node = overlay(actions).expect("a good overlay").apply(tree(document), VERSION)?;
    Ok(node.to_json().to_string())
}

#[test]
fn objects_merge_lists_grow_and_scalars_are_replaced() {
    let update = action("$.a", "update: {b: {c: 2, e: 3}, l: [y], n: {m: 1}}");
    let result = applied("a: {b: {c: 1, d: 1}, l: [x], k: 0}", &update).expect("applies");
    assert_eq!(result, r#"{"a":{"b":{"c":2,"d":1,"e":3},"l":["x","y"],"k":0,"n":{"m":1}}}"#);
}

#[test]
fn a_list_gets_an_entry_or_several() {
    let one = applied("l: [{n: 1}]", &action("$.l", "update: {n: 2}")).expect("applies");
    assert_eq!(one, r#"{"l":[{"n":1},{"n":2}]}"#);
    let two = applied("l: [a]", &action("$.l", "update: [b, c]")).expect("applies");
    assert_eq!(two, r#"{"l":["a","b","c"]}"#);
}

#[test]
fn removal_takes_keys_and_items() {
    let document = "l: [a, b, c, b]\nm: {x: {y: 1}, z: 2}";
    assert_eq!(
        applied(document, &action("$.l[?@ == 'b']", "remove: true")).expect("applies"),
        r#"{"l":["a","c"],"m":{"x":{"y":1},"z":2}}"#
    );
    assert_eq!(
        applied(document, &action("$.m..[?@.y || @ == 1]", "remove: true")).expect("applies"),
        r#"{"l":["a","b","c","b"],"m":{"z":2}}"#
    );
    assert_eq!(
        applied(document, &action("$.m['x','z','x']", "remove: true")).expect("applies"),
        r#"{"l":["a","b","c","b"],"m":{}}"#
    );
}

#[test]
fn a_later_action_sees_what_an_earlier_one_did() {
    // This is how a scalar in a list is replaced, and a key renamed.
    let actions = action("$.l[?@ == 'a']", "remove: true") + &action("$.l", "update: A");
    assert_eq!(applied("l: [a, b]", &actions).expect("applies"), r#"{"l":["b","A"]}"#);
    let actions = action("$.old", "remove: true")
        + &action("$", "update: {new: {x: 1}}")
        + &action("$.new", "update: {y: 2}");
    assert_eq!(applied("old: {x: 1}", &actions).expect("applies"), r#"{"new":{"x":1,"y":2}}"#);
}

#[test]
fn what_is_added_stands_in_the_overlay() {
    let overlay = overlay(&action("$.a", "update: {b: 2, c: {d: 1}}")).expect("a good overlay");
    let node = overlay.apply(tree("a: {b: 1, z: 1}"), VERSION).expect("applies");
    let name = |pointer: &str| node.at(pointer).map(|node| node.place.source.name.clone());
    assert_eq!(name("/a/b").as_deref(), Some("o.yaml"));
    assert_eq!(name("/a/c/d").as_deref(), Some("o.yaml"));
    assert_eq!(name("/a/z").as_deref(), Some("t.yaml"));
}

#[test]
fn an_action_that_does_nothing_is_an_error() {
    for (target, change, message) in [
        ("$.nope", "remove: true", "matches nothing"),
        ("$.a", "update: {b: 1}", "the action changes nothing"),
        ("$.a", "update: {l: [x]}", "has this item already"),
        ("$.a", "update: {}", "the action changes nothing"),
        ("$.a.b", "update: 2", "select the mapping or list that holds it"),
        ("$.a", "update: 2", "the update must be one too"),
        ("$", "remove: true", "the whole document cannot be removed"),
    ] {
        let error = applied("a: {b: 1, l: [x]}", &action(target, change)).expect_err(message);
        let text = error.to_string();
        assert!(text.contains(message) && text.starts_with("o.yaml:4:"), "{target} {change}: {text}");
        assert!(
            error.0[0]
                .help
                .as_deref()
                .is_some_and(|help| help.contains("v1.51") && help.contains("'1.25..'"))
        );
    }
}

#[test]
fn versions_out_of_range_are_left_alone() {
    for (range, first, last) in
        [("1.25..1.41", 25, 41), ("1.42..", 42, 99), ("..1.30", 0, 30), ("1.44", 44, 44), ("..", 0, 99)]
    {
        let text = format!("- {{target: $.a, update: {{b: 2}}, x-versions: '{range}', x-reason: seen}}\n");
        let overlay = overlay(&text).expect("a good overlay");
        assert_eq!(overlay.actions[0].versions.to_string(), range);
        for minor in 0..100 {
            let node = overlay.apply(tree("a: {b: 1}"), ApiVersion { major: 1, minor }).expect("applies");
            let changed = node.at("/a/b").and_then(Node::as_number).and_then(|n| n.as_u64()) == Some(2);
            assert_eq!(changed, (first..=last).contains(&minor), "{range} at 1.{minor}");
        }
    }
}

#[test]
fn overlays_are_checked() {
    for (text, message) in [
        ("- {update: {}, x-versions: '..', x-reason: r}", "has no `target`"),
        ("- {target: $.a, update: {}, x-reason: r}", "has no `x-versions`"),
        ("- {target: $.a, update: {}, x-versions: '..'}", "has no `x-reason`"),
        ("- {target: $.a, update: {}, x-versions: '..', x-reason: ' '}", "must say what shows"),
        ("- {target: $.a, update: {}, x-versions: 1.40, x-reason: r}", "must be text in quotes"),
        ("- {target: $.a, update: {}, x-versions: '1.40-1.41', x-reason: r}", "is not an API version"),
        ("- {target: $.a, update: {}, x-versions: '1.41..1.40', x-reason: r}", "1.41 is after 1.40"),
        ("- {target: '$[', update: {}, x-versions: '..', x-reason: r}", "is not a JSONPath"),
        ("- {target: $.a, x-versions: '..', x-reason: r}", "has neither"),
        ("- {target: $.a, update: {}, remove: true, x-versions: '..', x-reason: r}", "write two actions"),
        ("- {target: $.a, remove: 1, x-versions: '..', x-reason: r}", "must be true or false"),
        (
            "- {target: $.a, remove: true, x-versions: '..', x-reason: r, wat: 1}",
            "`wat` is not a key of an action",
        ),
        (
            "- {target: $.a, remove: true, x-versions: '..', x-reason: r, x-wat: 1}",
            "`x-wat` is not known here",
        ),
        ("- 7", "an action is a mapping"),
    ] {
        let text_of_error = overlay(text).expect_err(message).to_string();
        assert!(
            text_of_error.contains(message) && text_of_error.starts_with("o.yaml:4:"),
            "{text}: {text_of_error}"
        );
    }
    let read = |text: &str| Overlay::read(&Source::new("o.yaml", text));
    assert!(
        read("overlay: 1.0.0\ninfo: {title: T, version: '1'}\nactions: []")
            .expect("valid")
            .actions
            .is_empty()
    );
    let errors = read("overlay: 2.0.0\ninfo: {}\nwat: 1").expect_err("wrong").to_string();
    assert_eq!(errors.lines().count(), 5, "{errors}");
}

/// A document with one operation that has these keys.
fn document(keys: &str) -> Document {
    let keys: String = keys.lines().map(|line| format!("      {line}\n")).collect();
    let text = format!(
        "swagger: '2.0'\ninfo: {{title: T, version: '1.51'}}\nproduces: [application/json]\nconsumes: [application/json]\n\
         paths:\n  /a:\n    post:\n      operationId: A\n{keys}\
         definitions: {{D: {{type: object}}, S: {{type: string}}}}\n"
    );
    Document::read(tree(&text)).unwrap_or_else(|errors| panic!("{errors}"))
}

#[test]
fn plain_operations_need_no_declaration() {
    for keys in [
        "responses: {200: {schema: {$ref: '#/definitions/D'}}}",
        "responses: {201: {schema: {type: array, items: {}}}, 400: {schema: {type: string}}}",
        "responses: {204: {}}",
        "responses: {200: {schema: {type: string}}}\nx-answer: {kind: text}",
        "responses: {200: {}}\nx-answer: {kind: json-stream, schema: {$ref: '#/definitions/D'}}",
        "responses: {204: {}, 304: {}}\nx-answer: {kind: outcome, variants: {204: Done, 304: Same}}",
        "responses: {101: {}, 200: {}}\nx-answer: {kind: duplex}\nx-upgrade: tcp",
        "responses: {204: {}}\nparameters: [{name: b, in: body, schema: {$ref: '#/definitions/D'}}]",
        "responses: {204: {}}\nparameters: [{name: b, in: body, schema: {type: string}, x-body: raw}]",
        "responses: {204: {}}\nparameters: [{name: q, in: query, type: array, items: {type: string}, collectionFormat: multi}]",
    ] {
        check_declared(&document(keys)).unwrap_or_else(|errors| panic!("{keys}:\n{errors}"));
    }
}

#[test]
fn everything_else_is_an_error_that_says_what_to_add() {
    for (keys, message, help) in [
        ("responses: {200: {}}", "succeeds without a schema", "kind: empty"),
        ("responses: {200: {schema: {$ref: '#/definitions/S'}}}", "no JSON object or array", "kind: bytes"),
        (
            "produces: [application/x-ndjson]\nresponses: {200: {schema: {type: object}}}",
            "lists no JSON",
            "kind: json-stream",
        ),
        ("responses: {204: {}, 304: {}}", "several ways (204, 304)", "'304': Name"),
        ("responses: {default: {}}", "no response says how it succeeds", "kind: empty"),
        ("responses: {200: {}, 204: {}}\nx-answer: {kind: empty}", "only an outcome", "'204': Name"),
        (
            "responses: {200: {}, 204: {}}\nx-answer: {kind: outcome, variants: {200: Done}}",
            "status 204",
            "'204': Name",
        ),
        ("responses: {200: {}}\nx-answer: {kind: json}", "nothing says of what type", "$ref"),
        ("responses: {101: {}, 200: {schema: {type: object}}}", "it documents 101", "x-upgrade: tcp"),
        ("responses: {101: {}}\nx-answer: {kind: duplex}", "what it asks to switch to", "x-upgrade: tcp"),
        ("responses: {204: {}}\nx-upgrade: h2c", "switches protocols", "kind: duplex"),
        (
            "responses: {204: {}}\nparameters: [{name: b, in: body, schema: {type: string}}]",
            "its body is no JSON",
            "x-body: tar",
        ),
        (
            "consumes: [application/x-tar]\nresponses: {204: {}}\nparameters: [{name: b, in: body, schema: {type: object}}]",
            "lists no JSON",
            "x-body: tar",
        ),
        (
            "responses: {204: {}}\nparameters: [{name: q, in: query, type: array, items: {type: string}}]",
            "the list `q`",
            "collectionFormat: multi",
        ),
    ] {
        let errors = check_declared(&document(keys)).expect_err(message);
        let [error] = errors.0.as_slice() else { panic!("{keys}: several errors:\n{errors}") };
        assert!(
            error.message.contains(message) && error.message.contains("`A` (POST /a)"),
            "{keys}: {error}"
        );
        let yaml = error.help.as_deref().unwrap_or_default();
        assert!(yaml.contains(help), "{keys}: {yaml}");
        // What it says to add is an action that can be read and applied.
        let added = yaml.split_once('\n').map(|(_, action)| action).unwrap_or_default();
        let overlay =
            super::tests::overlay(&format!("{added}\n")).unwrap_or_else(|errors| panic!("{errors}\n{added}"));
        overlay
            .apply((*document(keys).root).clone(), VERSION)
            .unwrap_or_else(|errors| panic!("{errors}\n{added}"));
    }
}
