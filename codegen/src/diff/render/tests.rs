use serde_json::{Value, json};

use super::*;
use crate::diff::{Cause, Change, Direction, Kind, Location, Rule, RustKind, Semver};
use crate::source::Source;

/// A change at `POST /things`; the cause is the definition's pointer.
fn change(kind: Kind, direction: Direction, when: &str) -> Change {
    let rule = Rule::of(kind, direction, when);
    Change {
        kind,
        level: rule.level,
        rule,
        operation: "ThingCreate".to_owned(),
        method: "POST".to_owned(),
        path: "/things".to_owned(),
        location: match direction {
            Direction::Request => Some(Location::Request),
            Direction::Response => Some(Location::Response(200)),
            Direction::Operation => None,
        },
        pointer: String::new(),
        subject: String::new(),
        before: None,
        after: None,
        score: None,
        note: None,
        advice: None,
        cause: Cause::default(),
        from: None,
        to: None,
    }
}

fn field(kind: Kind, direction: Direction, pointer: &str) -> Change {
    let subject = pointer.rsplit('.').next().expect("not empty").to_owned();
    Change { pointer: pointer.to_owned(), subject, ..change(kind, direction, "") }
}

#[track_caller]
fn says(change: &Change, text: &str) {
    assert_eq!(change_text(change).to_string(), text);
}

#[test]
fn sentences_say_what_where_and_what_follows() {
    let query = |kind, when, subject: &str| Change {
        location: Some(Location::Query),
        subject: subject.to_owned(),
        ..change(kind, Direction::Request, when)
    };
    says(
        &query(Kind::QueryParamAdded, "", "platform"),
        "`platform` is a new query parameter: it need not be sent",
    );
    says(
        &query(Kind::QueryParamAdded, "required", "version"),
        "`version` is a new required query parameter: a call without it is refused",
    );
    says(
        &field(Kind::RequestFieldRemoved, Direction::Request, "HostConfig.Mounts[].BindOptions.Foo"),
        "`HostConfig.Mounts[].BindOptions` of the request lost `Foo`: it is ignored",
    );
    says(
        &field(Kind::ResponseFieldAdded, Direction::Response, "[].Foo"),
        "each item of the response has a new field `Foo`: a program that does not know it skips it",
    );
    says(
        &Change {
            location: Some(Location::Response(404)),
            ..field(Kind::ResponseFieldRemoved, Direction::Response, "message")
        },
        "response 404 lost `message`: a program that reads it finds nothing",
    );
    says(
        &Change {
            subject: "removed".to_owned(),
            pointer: "condition".to_owned(),
            ..query(Kind::EnumValueRemoved, "", "")
        },
        "query parameter `condition` lost the value `removed`: it is refused",
    );
    says(
        &Change {
            before: Some(json!("integer")),
            after: Some(json!("string")),
            ..field(Kind::TypeChanged, Direction::Response, "Created")
        },
        "`Created` of the response changed from `integer` to `string`: what came cannot be read",
    );
    says(
        &Change {
            subject: "X-Foo".to_owned(),
            location: Some(Location::Response(200)),
            before: Some(json!({"minimum": 1})),
            ..change(Kind::ConstraintChanged, Direction::Response, "loosened")
        },
        "the bounds of header `X-Foo` of the response changed from `minimum: 1` to nothing: values may come that did not \
         before",
    );
}

#[test]
fn every_rule_has_a_sentence_that_ends_in_its_reason() {
    for rule in crate::diff::RULES {
        let mut change = change(rule.kind, rule.direction, rule.when);
        change.subject = "Subject".to_owned();
        change.pointer = "Way.Subject".to_owned();
        change.score = Some(0.875);
        change.advice = Some("use `Other`".to_owned());
        let text = change_text(&change).to_string();
        let end = format!(": {} (alike to 88 in 100); use `Other`", rule.why);
        assert!(text.ends_with(&end) && !text.contains("``"), "{}: {text}", rule.id());
    }
}

/// One field of a definition that two operations send and one answers.
fn shared() -> Diff {
    let from = Source::new("v1.yaml", "a: 1\nb: 2\n");
    let cause =
        Cause { from: Some("/definitions/Mount/properties/BindOptions/properties/Foo".to_owned()), to: None };
    let at = |operation: &str, location: Location, pointer: &str| {
        let (kind, direction) = match location {
            Location::Request => (Kind::RequestFieldRemoved, Direction::Request),
            _ => (Kind::ResponseFieldRemoved, Direction::Response),
        };
        Change {
            operation: operation.to_owned(),
            location: Some(location),
            cause: cause.clone(),
            from: Some(from.place(5, 6)),
            ..field(kind, direction, pointer)
        }
    };
    Diff {
        from: "1.43".to_owned(),
        to: "1.44".to_owned(),
        changes: vec![
            Change {
                subject: "platform".to_owned(),
                location: Some(Location::Query),
                ..change(Kind::QueryParamAdded, Direction::Request, "")
            },
            at("ThingCreate", Location::Request, "Mounts[].BindOptions.Foo"),
            at("ThingUpdate", Location::Request, "Spec.Mounts[].BindOptions.Foo"),
            at("ThingInspect", Location::Response(200), "Mounts[].BindOptions.Foo"),
        ],
        rust: vec![RustChange {
            kind: RustKind::FieldRemoved,
            level: Level::Breaking,
            semver: Semver::Major,
            item: "models::MountBindOptions::foo".to_owned(),
            before: Some("Option<String>".to_owned()),
            after: None,
            advice: None,
            from: None,
            to: None,
        }],
        unlisted: vec![("order".to_owned(), 3)],
    }
}

#[test]
fn one_cause_is_one_entry_with_its_operations() {
    let page = text(&[shared()], &Options::default(), false);
    assert_eq!(
        page,
        "1.43 → 1.44\n\
         \n\
         Changes on the wire: 1 breaking, 1 info\n\
         \n\
         breaking\n  \
         `Mount.BindOptions` lost `Foo`, in requests and responses: sent, it is ignored; received, a program that reads it finds nothing\n      \
         at ThingCreate, ThingUpdate, ThingInspect\n      \
         request-field-removed, response-field-removed, v1.yaml:2:1\n\
         \n\
         info\n  \
         `platform` is a new query parameter\n      \
         at ThingCreate (POST /things)\n      \
         query-param-added\n\
         \n\
         No news, not listed: order 3\n\
         \n\
         Changes in Rust: 1 breaking\n\
         \n\
         breaking\n  \
         field `models::MountBindOptions::foo` is gone\n      \
         field-removed\n\
         \n\
         Verdict: breaking on the wire; a major version in Rust\n"
    );
    let expanded = wire(&shared(), &Options { expand: true, ..Options::default() });
    assert_eq!(expanded.len(), 4);
    assert!(expanded.iter().all(|entry| entry.operations.len() == 1));
}

#[test]
fn what_reads_alike_at_several_operations_is_one_entry() {
    let mut diff = shared();
    diff.changes.truncate(1);
    for nth in 0..7 {
        diff.changes.push(Change { operation: format!("Other{nth}"), ..diff.changes[0].clone() });
    }
    let page = text(&[diff], &Options { rust: false, ..Options::default() }, false);
    assert!(page.contains("at ThingCreate, Other0, Other1, Other2 and 4 more\n"), "{page}");
}

#[test]
fn levels_hide_and_count_but_do_not_judge() {
    let options = Options { level: Level::Breaking, rust: false, ..Options::default() };
    let mut diff = shared();
    diff.changes.truncate(1);
    let page = text(std::slice::from_ref(&diff), &options, false);
    assert!(!page.contains("platform") && page.contains("1 below the level breaking, not listed"), "{page}");
    assert!(!page.contains("Rust"), "{page}");
    assert_eq!(options.gravest(&diff), Some(Level::Info));
    let page: Value = serde_json::from_str(&json(&[diff], &options)).expect("JSON");
    assert_eq!(page["changes"], json!([]));
    assert_eq!(page["verdict"], json!({"wire": "info", "semver": null}));
}

#[test]
fn json_has_an_object_for_each_operation() {
    let page: Value = serde_json::from_str(&json(&[shared()], &Options::default())).expect("JSON");
    assert_eq!(page["changes"].as_array().map(Vec::len), Some(4));
    assert_eq!(
        page["changes"][1],
        json!({
            "kind": "request-field-removed",
            "level": "breaking",
            "operation": "ThingCreate",
            "method": "POST",
            "path": "/things",
            "location": "request",
            "pointer": "Mounts[].BindOptions.Foo",
            "subject": "Foo",
            "before": null,
            "after": null,
            "text": "`Mounts[].BindOptions` of the request lost `Foo`: it is ignored",
            "fingerprint": shared().changes[1].fingerprint(),
            "source": {"from": "v1.yaml:2:1", "to": null},
        })
    );
    assert_eq!(page["verdict"], json!({"wire": "breaking", "semver": "major"}));
    let steps: Value = serde_json::from_str(&json(&[shared(), shared()], &Options::default())).expect("JSON");
    assert_eq!(steps["steps"].as_array().map(Vec::len), Some(2));
}

#[test]
fn colours_mark_names_and_nothing_else_differs() {
    let (plain, coloured) =
        (text(&[shared()], &Options::default(), false), text(&[shared()], &Options::default(), true));
    assert!(!plain.contains('\u{1b}') && coloured.contains('\u{1b}'));
    assert_eq!(anstyle_free(&coloured), plain.replace('`', ""));
}

/// Without escape sequences.
fn anstyle_free(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once('m').map_or("", |(_, rest)| rest))
}

/// Names that would be markup, end a line, steer a terminal.
const HOSTILE: &str = "<img src=x onerror=alert(1)>`</code>\"'& | [a](javascript:b)\n# *c* \u{1b}[2J\u{202e}";

fn hostile() -> Diff {
    let mut diff = shared();
    diff.from = HOSTILE.to_owned();
    for change in &mut diff.changes {
        change.operation = HOSTILE.to_owned();
        change.path = HOSTILE.to_owned();
        change.subject = HOSTILE.to_owned();
        change.pointer = HOSTILE.to_owned();
        change.before = Some(json!({ HOSTILE: [HOSTILE] }));
        change.advice = Some(HOSTILE.to_owned());
    }
    diff.rust[0].item = HOSTILE.to_owned();
    diff.unlisted = vec![(HOSTILE.to_owned(), 1)];
    diff
}

#[test]
fn nothing_of_a_document_becomes_markup() {
    for expand in [false, true] {
        let options = Options { expand, ..Options::default() };
        let page = html(&[hostile(), hostile()], &options);
        assert!(
            !page.contains("<img") && !page.contains("alert(1)>`</code>") && !page.contains('\u{1b}'),
            "{page}"
        );
        let tags = page.matches("<code>").count();
        assert_eq!(tags, page.matches("</code>").count());
        assert!(!text(&[hostile()], &options, false).contains('\u{1b}'));
        assert!(!text(&[hostile()], &options, false).contains('\u{202e}'));
        let notes = markdown(&[hostile()], &options);
        assert!(
            notes.lines().all(|line| {
                line.is_empty()
                    || line.starts_with("- ")
                    || line.starts_with("## ")
                    || line.starts_with('#')
                    || line.starts_with("**Verdict")
            }),
            "{notes}"
        );
        let events = pulldown_cmark::Parser::new(&notes);
        for event in events {
            use pulldown_cmark::{Event, Tag};
            let bad = matches!(
                event,
                Event::Html(_)
                    | Event::InlineHtml(_)
                    | Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::Emphasis)
            );
            assert!(!bad, "{event:?} in {notes}");
        }
        serde_json::from_str::<Value>(&json(&[hostile()], &options)).expect("JSON");
    }
}

#[test]
fn code_in_markdown_comes_back_as_it_was() {
    for name in ["a", "`", "``a`", " a ", "a|b", "<a>", "a\\"] {
        let mut diff = shared();
        diff.changes.truncate(1);
        diff.changes[0].subject = name.to_owned();
        let notes = markdown(&[diff], &Options { rust: false, ..Options::default() });
        let codes: Vec<String> = pulldown_cmark::Parser::new(&notes)
            .filter_map(|event| match event {
                pulldown_cmark::Event::Code(code) => Some(code.to_string()),
                _ => None,
            })
            .collect();
        assert_eq!(codes, [name, "ThingCreate"], "{notes}");
    }
}

#[test]
fn the_page_needs_nothing_else() {
    let page = html(&[shared()], &Options::default());
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("lang=\"en\"") && page.contains("<main>"));
    for outside in ["http:", "https:", "<script", "<link", "src=", "@import", "url("] {
        assert!(!page.contains(outside), "{outside}");
    }
    // Headings go down one at a time.
    let depths: Vec<u32> =
        page.match_indices("<h").filter_map(|(at, _)| page[at + 2..].chars().next()?.to_digit(10)).collect();
    assert!(depths[0] == 1 && depths.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{depths:?}");
    // Every id once.
    let mut ids: Vec<&str> = page.split("id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    ids.sort_unstable();
    let all = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), all);
}

#[test]
fn nothing_changed_is_said() {
    let diff = Diff { from: "1.44".to_owned(), to: "1.44".to_owned(), ..Diff::default() };
    let page = text(&[diff], &Options::default(), false);
    assert_eq!(
        page,
        "1.44 → 1.44\n\nChanges on the wire: nothing\n\nChanges in Rust: nothing\n\n\
         Verdict: nothing changed on the wire; nothing changed in Rust\n"
    );
}
