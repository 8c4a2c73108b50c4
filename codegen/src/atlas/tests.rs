//! Lives, and the colours that they are drawn in. Whole sites are tested where all documents are, in tests/.

use std::collections::HashMap;

use super::life::{Mark, State, stretches};
use super::*;
use crate::history::{Event, What};

fn event(version: &str, event: What) -> Event {
    Event { version: version.to_owned(), event, fact: None, before: None, after: None, place: None }
}

fn entry(kind: Sort, name: &str, events: Vec<Event>) -> Entry {
    Entry {
        kind,
        name: name.to_owned(),
        within: None,
        rust: None,
        form: None,
        versions: Vec::new(),
        events,
        parts: Vec::new(),
    }
}

fn versions() -> Vec<String> {
    ["1.1", "1.2", "1.3", "1.4", "1.5"].map(str::to_owned).to_vec()
}

/// `0-2 There Nothing`: positions, state and mark of each stretch.
fn drawn(entry: &Entry, whole: bool) -> Vec<String> {
    let line = |stretch: &life::Stretch| {
        let (from, to) = stretch.versions;
        format!("{from}-{to} {:?} {:?}", stretch.state, stretch.mark)
    };
    stretches(entry, &versions(), whole).iter().map(line).collect()
}

#[test]
fn a_life_is_told_in_stretches_without_gaps() {
    let thing = entry(
        Sort::Type,
        "Mount",
        vec![
            event("1.2", What::Came),
            event("1.3", What::Changed),
            event("1.4", What::Deprecated),
            event("1.5", What::Went),
        ],
    );
    let expected = [
        "0-1 Absent Nothing",
        "1-2 There Came",
        "2-3 There Changed",
        "3-4 Deprecated Deprecated",
        "4-5 Absent Went",
    ];
    assert_eq!(drawn(&thing, false), expected);
    let always = entry(Sort::Type, "Port", vec![event("1.1", What::Known)]);
    assert_eq!(drawn(&always, true), ["0-5 There Nothing"]);
    // A thing that comes as a deprecated one is that.
    let old = entry(Sort::Type, "Old", vec![event("1.1", What::Known), event("1.1", What::Deprecated)]);
    assert_eq!(drawn(&old, true), ["0-5 Deprecated Deprecated"]);
    let back = vec![event("1.1", What::Known), event("1.3", What::Went), event("1.4", What::Came)];
    assert_eq!(
        drawn(&entry(Sort::Type, "Back", back), false),
        ["0-2 There Nothing", "2-3 Absent Went", "3-5 There Came"]
    );
}

#[test]
fn what_parts_do_is_marked_at_the_whole_once() {
    let mut thing = entry(Sort::Operation, "ThingList", vec![event("1.2", What::Came)]);
    thing.parts = vec![
        entry(Sort::Parameter, "ThingList.all", vec![event("1.2", What::Came)]),
        entry(Sort::Parameter, "ThingList.size", vec![event("1.4", What::Came)]),
        entry(Sort::Parameter, "ThingList.name", vec![event("1.2", What::Came), event("1.4", What::Changed)]),
    ];
    assert_eq!(drawn(&thing, true), ["0-1 Absent Nothing", "1-3 There Came", "3-5 There Changed"]);
    assert_eq!(stretches(&thing, &versions(), true)[2].words, ["parts: 1 new, 1 changed"]);
    assert_eq!(drawn(&thing, false), ["0-1 Absent Nothing", "1-5 There Came"]);
    assert!(Mark::Went > Mark::Came && State::There != State::Absent);
}

#[test]
fn parts_of_one_name_have_anchors_of_their_own() {
    let mut thing = entry(Sort::Operation, "ThingList", Vec::new());
    let part = |kind, name: &str, within: &str| Entry {
        within: Some(within.to_owned()),
        ..entry(kind, &format!("ThingList.{name}"), Vec::new())
    };
    thing.parts = vec![
        part(Sort::Parameter, "platform", "query"),
        part(Sort::Parameter, "platform", "header"),
        part(Sort::Header, "platform", "200"),
        part(Sort::FilterKey, "filters.label", "filters"),
        part(Sort::FilterKey, "filters.label!", "filters"),
        part(Sort::Parameter, "platform", "query"),
    ];
    let anchors = name::anchors(&thing);
    assert_eq!(
        anchors[..4],
        ["query-platform", "header-platform", "answer-200-platform", "filter-filters.label"]
    );
    assert!(anchors[4].starts_with("filter-filters.label-") && !anchors[4].contains('!'), "{anchors:?}");
    assert_eq!(anchors[5], "query-platform-2");
}

#[test]
fn types_in_a_form_are_links_and_all_else_is_text() {
    let answer = Answer {
        oldest: "1.1".to_owned(),
        newest: "1.5".to_owned(),
        matches: vec![entry(Sort::Type, "Mount", Vec::new()), entry(Sort::Type, "<b>", Vec::new())],
    };
    let atlas = Atlas::of(versions(), &answer);
    assert_eq!(atlas.linked("[Mount] or <i>"), "[<a href=\"../types/Mount.html\">Mount</a>] or &lt;i&gt;");
    let files = atlas.files();
    let odd: Vec<&String> = files.keys().filter(|path| path.starts_with("types/b-")).collect();
    assert!(matches!(odd[..], [path] if files["types.html"].contains(path.as_str())), "{odd:?}");
    assert!(files.values().all(|text| !text.contains("<b></") && is_marked(text)));
}

fn is_marked(text: &str) -> bool {
    text.lines().next().is_some_and(|line| line.contains(OURS.mark))
}

/// The colours of a scheme by their names.
fn colors(rules: &str) -> HashMap<&str, [f64; 3]> {
    let value = |text: &str| -> Option<[f64; 3]> {
        let hex = |at: usize| u8::from_str_radix(text.get(at..at + 2)?, 16).ok().map(f64::from);
        Some([hex(0)?, hex(2)?, hex(4)?])
    };
    rules
        .split(';')
        .filter_map(|rule| {
            let (name, color) = rule.rsplit_once("--")?.1.split_once(": #")?;
            Some((name, value(color)?))
        })
        .collect()
}

/// The contrast of two colours, as WCAG 2 has it.
fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
    let linear = |part: f64| match part / 255.0 {
        low if low <= 0.040_45 => low / 12.92,
        high => ((high + 0.055) / 1.055).powf(2.4),
    };
    let light =
        |[red, green, blue]: [f64; 3]| 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
    let (one, other) = (light(one) + 0.05, light(other) + 0.05);
    if one > other { one / other } else { other / one }
}

#[test]
fn text_and_bars_stand_out_in_the_light_and_in_the_dark() {
    let style = include_str!("style.css");
    let mut schemes = style.split(":root {").skip(1).map(|rest| rest.split('}').next().expect("it ends"));
    let (light, dark) = (colors(schemes.next().expect("light")), colors(schemes.next().expect("dark")));
    assert_eq!(light.len(), dark.len(), "a colour is in one scheme only");
    let text = [
        ("ink", "paper"),
        ("ink", "soft"),
        ("quiet", "paper"),
        ("quiet", "soft"),
        ("link", "paper"),
        ("link", "soft"),
        ("new", "paper"),
        ("gone", "paper"),
        ("old-edge", "paper"),
        ("breaking", "paper"),
        ("breaking", "soft"),
        ("warning", "paper"),
        ("warning", "soft"),
        ("info", "paper"),
        ("info", "soft"),
        ("new", "bar"),
        ("link", "bar"),
        ("old-edge", "old"),
    ];
    let edges = [("bar-edge", "paper"), ("old-edge", "paper"), ("edge", "paper"), ("bar-edge", "soft")];
    for (scheme, colors) in [("light", &light), ("dark", &dark)] {
        for (pairs, least) in [(&text[..], 4.5), (&edges[..], 3.0)] {
            for (ink, ground) in pairs {
                let found = contrast(colors[ink], colors[ground]);
                assert!(found >= least, "{ink} on {ground} in the {scheme}: {found:.2}");
            }
        }
    }
}
