//! The life of a thing as stretches of versions: where it is absent, there or deprecated, and what begins each stretch.

use crate::history::{Entry, Event, What};

/// What a thing is over some neighbouring versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Absent,
    There,
    Deprecated,
}

/// What happened at the beginning of a stretch; of several things the one to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mark {
    /// The oldest known version begins with it.
    Nothing,
    Changed,
    Came,
    Deprecated,
    Went,
}

/// Neighbouring versions in which nothing happens after the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    /// The positions of its versions: the first, and the one behind the last.
    pub(super) versions: (usize, usize),
    pub(super) state: State,
    pub(super) mark: Mark,
    /// What happened, as text; empty where the mark says all.
    pub(super) words: Vec<String>,
}

/// The life of a thing, without gaps. With `whole`, changes of its parts are changes of it.
pub(super) fn stretches(entry: &Entry, versions: &[String], whole: bool) -> Vec<Stretch> {
    let mut out: Vec<Stretch> = Vec::new();
    let mut state = State::Absent;
    for (nth, version) in versions.iter().enumerate() {
        let (mut mark, mut words) = (None, Vec::new());
        for event in entry.events.iter().filter(|event| event.version == *version) {
            state = after(state, event);
            mark = mark.max(Some(mark_of(event)));
            words.extend(said(event));
        }
        if whole && nth > 0 && state != State::Absent && mark.is_none_or(|mark| mark < Mark::Came) {
            let news = news_of_parts(entry, version);
            mark = mark.max((!news.is_empty()).then_some(Mark::Changed));
            words.extend(news);
        }
        match out.last_mut() {
            Some(last) if mark.is_none() => last.versions.1 = nth + 1,
            _ => {
                let mark = mark.unwrap_or(Mark::Nothing);
                out.push(Stretch { versions: (nth, nth + 1), state, mark, words });
            }
        }
    }
    out
}

fn after(state: State, event: &Event) -> State {
    match event.event {
        What::Known | What::Came | What::Restored => State::There,
        What::Deprecated => State::Deprecated,
        What::Went => State::Absent,
        What::Changed => state,
    }
}

fn mark_of(event: &Event) -> Mark {
    match event.event {
        What::Known => Mark::Nothing,
        What::Changed | What::Restored => Mark::Changed,
        What::Came => Mark::Came,
        What::Deprecated => Mark::Deprecated,
        What::Went => Mark::Went,
    }
}

fn said(event: &Event) -> Option<String> {
    /// A tip is no place to read long values.
    const LONGEST: usize = 60;
    let value = |value: &Option<String>| match value.as_deref().unwrap_or("nothing") {
        long if long.chars().count() > LONGEST => long.chars().take(LONGEST).chain(['…']).collect(),
        short => short.to_owned(),
    };
    match event.event {
        What::Known => None,
        What::Came => Some("came".to_owned()),
        What::Went => Some("gone".to_owned()),
        What::Restored => Some("no longer deprecated".to_owned()),
        What::Deprecated => Some(match &event.after {
            Some(instead) => format!("deprecated, use {}", instead.replace('`', "")),
            None => "deprecated".to_owned(),
        }),
        What::Changed => Some(format!(
            "{} changed from {} to {}",
            event.fact.unwrap_or("something"),
            value(&event.before),
            value(&event.after)
        )),
    }
}

/// How many parts came, changed, were deprecated and went in a version: `2 came, 1 changed in it`.
fn news_of_parts(entry: &Entry, version: &str) -> Vec<String> {
    let parts = |what: &[What]| {
        let in_it = |event: &Event| event.version == version && what.contains(&event.event);
        entry.parts.iter().filter(|part| part.events.iter().any(in_it)).count()
    };
    let told = [
        (parts(&[What::Came]), "new"),
        (parts(&[What::Changed, What::Restored]), "changed"),
        (parts(&[What::Deprecated]), "deprecated"),
        (parts(&[What::Went]), "gone"),
    ];
    let told: Vec<String> =
        told.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    if told.is_empty() { Vec::new() } else { vec![format!("parts: {}", told.join(", "))] }
}
