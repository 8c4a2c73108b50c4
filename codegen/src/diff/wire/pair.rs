//! Compares schemas in pairs: each pair of an older and a newer one once, wherever it is used.
//!
//! A pair knows what differs between its two schemas themselves, and the pairs below it by the step that leads there.
//! It knows nothing of operations: [`Pairs::walk`] tells what a use of it meets, with the way from the root.

use std::sync::Arc;

use foldhash::{HashMap, HashMapExt as _, HashSet};
use serde_json::{Value as Json, json};

use super::constraint;
use super::digest::Digests;
use super::rename;
use super::schema::{At, Form, Id, Property, Schema, Schemas};
use crate::diff::levels::Direction;
use crate::swagger::node::Node;

/// A step from a schema to one inside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Step<'d> {
    Property(&'d str),
    Item,
    Value,
}

/// What differs in a pair of schemas.
#[derive(Clone, Debug)]
pub(super) enum What<'d> {
    FieldAdded { name: &'d str, required: bool },
    FieldRemoved { name: &'d str },
    Required { name: &'d str, now: bool },
    Renamed { new: &'d str, score: f64 },
    Type(&'static str),
    Nullable(bool),
    EnumIntroduced,
    EnumDropped,
    ValueAdded(String),
    ValueRemoved(String),
    Default(&'static str),
    Constraint(&'static str),
    Deprecated(bool),
    ValueDeprecated(String, bool),
}

/// One difference, with its facts and where they stand.
#[derive(Clone, Debug)]
pub(super) struct Finding<'d> {
    pub(super) what: What<'d>,
    pub(super) before: Option<Json>,
    pub(super) after: Option<Json>,
    pub(super) from: Option<At<'d>>,
    pub(super) to: Option<At<'d>>,
    /// The direction in which the thing does not travel (`readOnly`, `writeOnly`).
    pub(super) not: Option<Direction>,
}

struct Edge<'d> {
    step: Step<'d>,
    pair: usize,
    not: Option<Direction>,
}

struct Pair<'d> {
    findings: Vec<Finding<'d>>,
    edges: Vec<Edge<'d>>,
    /// Whether a finding can be reached from here.
    live: bool,
}

/// All pairs that were compared.
pub(super) struct Pairs<'d> {
    pub(super) from: Schemas<'d>,
    pub(super) to: Schemas<'d>,
    known: HashMap<(Id, Id), usize>,
    waiting: Vec<(Id, Id)>,
    all: Vec<Pair<'d>>,
    /// Details of deprecations that changed: counted, not told.
    pub(super) details: usize,
    /// Those of both documents, where they are known.
    digests: Option<(Arc<Digests<'d>>, Arc<Digests<'d>>)>,
}

/// How often one use tells of a pair that it meets on several ways. Definitions that refer to each other a lot have
/// more ways than a person can read.
const WAYS: usize = 24;

impl<'d> Pairs<'d> {
    pub(super) fn new(
        from: &'d Node,
        to: &'d Node,
        digests: Option<(Arc<Digests<'d>>, Arc<Digests<'d>>)>,
    ) -> Self {
        Pairs {
            from: Schemas::new(from),
            to: Schemas::new(to),
            known: HashMap::new(),
            waiting: Vec::new(),
            all: Vec::new(),
            details: 0,
            digests,
        }
    }

    /// The pair of two schemas; compared before [`Pairs::walk`].
    pub(super) fn pair(&mut self, from: &[At<'d>], to: &[At<'d>]) -> usize {
        let key = (self.from.id(from), self.to.id(to));
        *self.known.entry(key).or_insert_with(|| {
            self.waiting.push(key);
            self.all.push(Pair { findings: Vec::new(), edges: Vec::new(), live: false });
            self.all.len() - 1
        })
    }

    /// Compares all pairs that were asked for, and those below them.
    pub(super) fn compare(&mut self) {
        while let Some(key) = self.waiting.pop() {
            let mut pair = Pair { findings: Vec::new(), edges: Vec::new(), live: false };
            self.fill(key, &mut pair);
            self.all[self.known[&key]] = pair;
        }
        // Backwards from the findings.
        let mut above: Vec<Vec<usize>> = vec![Vec::new(); self.all.len()];
        let mut live: Vec<usize> = Vec::new();
        for (nth, pair) in self.all.iter().enumerate() {
            for edge in &pair.edges {
                above[edge.pair].push(nth);
            }
            if !pair.findings.is_empty() {
                live.push(nth);
            }
        }
        while let Some(nth) = live.pop() {
            if !std::mem::replace(&mut self.all[nth].live, true) {
                live.extend(&above[nth]);
            }
        }
    }

    /// How often pairs that were compared differ in what is no news.
    pub(super) fn unlisted(&self) -> [(&'static str, usize); 4] {
        let mut counts = [
            ("order of fields", 0),
            ("order of enum values", 0),
            ("schemas inline or by another name", 0),
            ("`x-nullable: false` and `x-` keys of generators", 0),
        ];
        let common = |ones: &[&'d str], others: &[&'d str]| -> Vec<&'d str> {
            let others: HashSet<_> = others.iter().collect();
            ones.iter().filter(|name| others.contains(name)).copied().collect()
        };
        for (from, to) in self.known.keys() {
            let (old, new) = (self.from.get(*from), self.to.get(*to));
            let (ones, others) = (old.names(), new.names());
            counts[0].1 += usize::from(common(&ones, &others) != common(&others, &ones));
            let (ones, others) = (old.words(), new.words());
            counts[1].1 += usize::from(common(&ones, &others) != common(&others, &ones));
            counts[2].1 += usize::from(old.name != new.name);
            counts[3].1 += usize::from(old.marks() != new.marks());
        }
        counts
    }

    /// Whether a use of the pair meets any difference.
    pub(super) fn differs(&self, pair: usize) -> bool {
        self.all[pair].live
    }

    /// Tells every difference that a use of the pair meets, with the way to it.
    pub(super) fn walk(
        &self,
        pair: usize,
        direction: Direction,
        tell: &mut dyn FnMut(&[Step<'d>], &Finding<'d>),
    ) {
        let mut walk =
            Walk { pairs: self, direction, way: Vec::new(), above: Vec::new(), met: HashMap::new() };
        walk.down(pair, tell);
    }

    fn fill(&mut self, (from, to): (Id, Id), pair: &mut Pair<'d>) {
        let (old, new) = (self.from.get(from), self.to.get(to));
        if self.digests.as_ref().is_some_and(|(olds, news)| old.is_surely(olds, &new, news)) {
            return;
        }
        self.nullable(&old, &new, pair);
        self.deprecated(&old, &new, pair);
        if self.form(&old, &new, pair) {
            default(&old, &new, pair);
            values(&old, &new, pair);
            constraint::compare(&old, &new, &mut |finding| pair.findings.push(finding));
            self.inside(&old, &new, pair);
        }
    }

    fn nullable(&self, old: &Schema<'d>, new: &Schema<'d>, pair: &mut Pair<'d>) {
        let (was, is) = (old.nullable(), new.nullable());
        if was != is {
            let fact = |schema: &Schema<'d>| {
                schema.fact("x-nullable").or_else(|| schema.fact("nullable")).or_else(|| schema.fact("type"))
            };
            pair.add(What::Nullable(is), Some(was.into()), Some(is.into()), fact(old), fact(new));
        }
    }

    fn deprecated(&mut self, old: &Schema<'d>, new: &Schema<'d>, pair: &mut Pair<'d>) {
        // Hardly a schema says a word of it.
        let silent = |schema: &Schema<'d>| {
            ["deprecated", "x-deprecated", "x-deprecated-values"].iter().all(|key| schema.says(key).is_none())
        };
        if silent(old) && silent(new) {
            return;
        }
        self.deprecation(
            (old.fact("deprecated"), old.fact("x-deprecated")),
            (new.fact("deprecated"), new.fact("x-deprecated")),
            |finding| pair.findings.push(finding),
        );
        let listed = |schema: &Schema<'d>| -> Vec<(Json, At<'d>)> {
            let list = schema.fact("x-deprecated-values");
            list.iter().flat_map(At::items).map(|item| (item.node.to_json(), item)).collect()
        };
        let has = |schema: &Schema<'d>, value: &Json| {
            schema.values().is_none_or(|values| values.iter().any(|(other, _)| other == value))
        };
        let (before, after) = (listed(old), listed(new));
        for (value, at) in &after {
            if before.iter().all(|(other, _)| other != value) && has(old, value) {
                let what = What::ValueDeprecated(text(value), true);
                pair.add(what, None, Some(true.into()), None, Some(at.clone()));
            }
        }
        for (value, at) in &before {
            if after.iter().all(|(other, _)| other != value) && has(new, value) {
                let what = What::ValueDeprecated(text(value), false);
                pair.add(what, Some(true.into()), None, Some(at.clone()), None);
            }
        }
    }

    /// Compares what two things say of their deprecation: the word, and the details.
    pub(super) fn deprecation(
        &mut self,
        old: (Option<At<'d>>, Option<At<'d>>),
        new: (Option<At<'d>>, Option<At<'d>>),
        tell: impl FnOnce(Finding<'d>),
    ) {
        let is = |at: &Option<At<'d>>| at.as_ref().is_some_and(|at| at.node.as_bool() == Some(true));
        let details = |at: &Option<At<'d>>| at.as_ref().map(|at| at.node.to_json());
        let (was, now) = (is(&old.0), is(&new.0));
        if was == now {
            self.details += usize::from(was && details(&old.1) != details(&new.1));
            return;
        }
        let (before, after) =
            (details(&old.1).unwrap_or(true.into()), details(&new.1).unwrap_or(true.into()));
        tell(Finding {
            what: What::Deprecated(now),
            before: was.then_some(before),
            after: now.then_some(after),
            from: old.0.filter(|_| was),
            to: new.0.filter(|_| now),
            not: None,
        });
    }

    /// Whether the two are of the same type, so that they can be compared deeper.
    fn form(&mut self, old: &Schema<'d>, new: &Schema<'d>, pair: &mut Pair<'d>) -> bool {
        let (one, other) = (old.form(), new.form());
        let several = one == Form::Several && old.describe(&mut self.from) != new.describe(&mut self.to);
        let same = one == other && !several;
        let formats =
            (one, other) != (Form::Array, Form::Array) && normal(old.format()) != normal(new.format());
        if same && !formats {
            return true;
        }
        let when = match (one, other) {
            _ if same => "format",
            (Form::Any, _) | (Form::Number, Form::Integer) => "narrowed",
            (_, Form::Any) | (Form::Integer, Form::Number) => "widened",
            (Form::Object, Form::Map) if old.names().is_empty() => "narrowed",
            (Form::Map, Form::Object) if new.names().is_empty() => "widened",
            _ => "",
        };
        let (before, after) = (old.describe(&mut self.from), new.describe(&mut self.to));
        let key = if same { "format" } else { "type" };
        let at = |schema: &Schema<'d>| {
            Some(schema.fact(key).or_else(|| schema.fact("type")).unwrap_or(schema.at().clone()))
        };
        pair.add(What::Type(when), Some(before.into()), Some(after.into()), at(old), at(new));
        same
    }

    fn inside(&mut self, old: &Schema<'d>, new: &Schema<'d>, pair: &mut Pair<'d>) {
        match old.form() {
            Form::Array => self.below(Step::Item, old.item(), new.item(), old, new, pair),
            Form::Map => self.below(Step::Value, old.additional(), new.additional(), old, new, pair),
            Form::Object | Form::Several => {
                if let (Some(one), Some(other)) = (old.additional(), new.additional()) {
                    let below = self.pair(&one, &other);
                    pair.edges.push(Edge { step: Step::Value, pair: below, not: None });
                }
                self.properties(old, new, pair);
                if let (Some(one), Some(other)) = (old.item(), new.item()) {
                    let below = self.pair(&one, &other);
                    pair.edges.push(Edge { step: Step::Item, pair: below, not: None });
                }
                self.choices(old, new, pair);
            }
            Form::Choice => {
                self.properties(old, new, pair);
                self.choices(old, new, pair);
            }
            _ => {}
        }
    }

    /// Items of a list, values of a map. One that says nothing of them holds anything.
    fn below(
        &mut self,
        step: Step<'d>,
        one: Option<Vec<At<'d>>>,
        other: Option<Vec<At<'d>>>,
        old: &Schema<'d>,
        new: &Schema<'d>,
        pair: &mut Pair<'d>,
    ) {
        match (one, other) {
            (Some(one), Some(other)) => {
                let below = self.pair(&one, &other);
                pair.edges.push(Edge { step, pair: below, not: None });
            }
            (None, None) => {}
            (one, other) => {
                let when = if one.is_none() { "narrowed" } else { "widened" };
                let (before, after) = (old.describe(&mut self.from), new.describe(&mut self.to));
                let last = |list: Option<Vec<At<'d>>>| list.and_then(|mut list| list.pop());
                if before != after {
                    pair.add(
                        What::Type(when),
                        Some(before.into()),
                        Some(after.into()),
                        last(one),
                        last(other),
                    );
                }
            }
        }
    }

    fn properties(&mut self, old: &Schema<'d>, new: &Schema<'d>, pair: &mut Pair<'d>) {
        let (olds, news) = (old.properties(), new.properties());
        if olds.is_empty() && news.is_empty() {
            return;
        }
        let by_name: HashMap<&str, &Property<'d>> =
            news.iter().map(|property| (property.name, property)).collect();
        let mut removed: Vec<&Property<'d>> = Vec::new();
        for property in &olds {
            match by_name.get(property.name) {
                Some(other) => self.property(property, other, pair),
                None => removed.push(property),
            }
        }
        let known: HashMap<&str, ()> = olds.iter().map(|property| (property.name, ())).collect();
        let mut added: Vec<&Property<'d>> =
            news.iter().filter(|property| !known.contains_key(property.name)).collect();
        let (from, to) = (&mut self.from, &mut self.to);
        let renamed = rename::pairs(removed.len(), added.len(), |one, other| {
            rename::property(removed[one], added[other], from, to)
        });
        for (one, other, score) in &renamed {
            let (one, other) = (removed[*one], added[*other]);
            let what = What::Renamed { new: other.name, score: *score };
            let (before, after) = (Some(one.name.into()), Some(other.name.into()));
            pair.add(what, before, after, Some(one.at.clone()), Some(other.at.clone()));
            self.property(one, other, pair);
        }
        let mut nth = 0;
        removed.retain(|_| (nth += 1, renamed.iter().all(|(one, ..)| *one != nth - 1)).1);
        nth = 0;
        added.retain(|_| (nth += 1, renamed.iter().all(|(_, other, _)| *other != nth - 1)).1);
        for property in removed {
            let id = self.from.id(&property.schema);
            let schema = self.from.get(id);
            let before = schema.describe(&mut self.from);
            let what = What::FieldRemoved { name: property.name };
            pair.add(what, Some(before.into()), None, Some(property.at.clone()), None);
            pair.findings.last_mut().expect("just added").not = one_way(&schema);
        }
        for property in added {
            let id = self.to.id(&property.schema);
            let schema = self.to.get(id);
            let after = schema.describe(&mut self.to);
            let what = What::FieldAdded { name: property.name, required: property.required };
            pair.add(what, None, Some(after.into()), None, Some(property.at.clone()));
            pair.findings.last_mut().expect("just added").not = one_way(&schema);
        }
    }

    /// Two properties that are the same thing.
    fn property(&mut self, old: &Property<'d>, new: &Property<'d>, pair: &mut Pair<'d>) {
        let (one, other) = (self.from.id(&old.schema), self.to.id(&new.schema));
        let not = one_way(&self.from.get(one)).filter(|not| one_way(&self.to.get(other)) == Some(*not));
        if old.required != new.required {
            let what = What::Required { name: new.name, now: new.required };
            let (before, after) = (Some(old.required.into()), Some(new.required.into()));
            pair.add(what, before, after, Some(old.at.clone()), Some(new.at.clone()));
            pair.findings.last_mut().expect("just added").not = not;
        }
        let below = self.pair(&old.schema, &new.schema);
        pair.edges.push(Edge { step: Step::Property(new.name), pair: below, not });
    }

    /// Alternatives are the same when they are of the same definition, else of the same form, in order.
    fn choices(&mut self, old: &Schema<'d>, new: &Schema<'d>, pair: &mut Pair<'d>) {
        let (olds, mut news) = (old.choices(), new.choices());
        let mut left = Vec::new();
        for one in olds {
            let id = self.from.id(std::slice::from_ref(&one));
            let schema = self.from.get(id);
            let same = |pairs: &mut Self, other: &At<'d>, named: bool| {
                let id = pairs.to.id(std::slice::from_ref(other));
                let other = pairs.to.get(id);
                if named {
                    schema.name.is_some() && schema.name == other.name
                } else {
                    schema.form() == other.form()
                }
            };
            let found = (0..news.len())
                .find(|nth| same(self, &news[*nth], true))
                .or_else(|| (0..news.len()).find(|nth| same(self, &news[*nth], false)));
            match found {
                Some(nth) => {
                    let other = news.remove(nth);
                    let below = self.pair(&[one], &[other]);
                    // An alternative stands where the choice stands.
                    let below_findings = Edge { step: Step::Property(""), pair: below, not: None };
                    pair.edges.push(below_findings);
                }
                None => left.push(one),
            }
        }
        for (at, added) in left.into_iter().map(|at| (at, false)).chain(news.into_iter().map(|at| (at, true)))
        {
            let schemas = if added { &mut self.to } else { &mut self.from };
            let id = schemas.id(std::slice::from_ref(&at));
            let schema = schemas.get(id);
            let name = schema.name.map_or_else(|| schema.describe(schemas), str::to_owned);
            if added {
                pair.add(What::Type("widened"), None, Some(json!({ "alternative": name })), None, Some(at));
            } else {
                pair.add(What::Type("narrowed"), Some(json!({ "alternative": name })), None, Some(at), None);
            }
        }
    }
}

struct Walk<'p, 'd> {
    pairs: &'p Pairs<'d>,
    direction: Direction,
    way: Vec<Step<'d>>,
    above: Vec<usize>,
    met: HashMap<usize, usize>,
}

impl<'d> Walk<'_, 'd> {
    fn down(&mut self, nth: usize, tell: &mut dyn FnMut(&[Step<'d>], &Finding<'d>)) {
        let (pairs, direction) = (self.pairs, self.direction);
        let pair = &pairs.all[nth];
        if !pair.live || self.above.contains(&nth) {
            return;
        }
        let met = self.met.entry(nth).or_default();
        *met += 1;
        if *met > WAYS {
            return;
        }
        for finding in pair.findings.iter().filter(|finding| finding.not != Some(direction)) {
            tell(&self.way, finding);
        }
        self.above.push(nth);
        for edge in pair.edges.iter().filter(|edge| edge.not != Some(direction)) {
            let step = edge.step != Step::Property("");
            if step {
                self.way.push(edge.step);
            }
            self.down(edge.pair, tell);
            if step {
                self.way.pop();
            }
        }
        self.above.pop();
    }
}

impl<'d> Pair<'d> {
    fn add(
        &mut self,
        what: What<'d>,
        before: Option<Json>,
        after: Option<Json>,
        from: Option<At<'d>>,
        to: Option<At<'d>>,
    ) {
        self.findings.push(Finding { what, before, after, from, to, not: None });
    }
}

/// The direction in which a field does not travel.
fn one_way(schema: &Schema<'_>) -> Option<Direction> {
    if schema.is("readOnly") {
        Some(Direction::Request)
    } else if schema.is("writeOnly") {
        Some(Direction::Response)
    } else {
        None
    }
}

/// The one spelling of a format.
fn normal(format: Option<&str>) -> Option<&str> {
    if format == Some("dateTime") { Some("date-time") } else { format }
}

pub(super) fn text(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn default<'d>(old: &Schema<'d>, new: &Schema<'d>, pair: &mut Pair<'d>) {
    if old.says("default").is_none() && new.says("default").is_none() {
        return;
    }
    let stated = |schema: &Schema<'d>| schema.fact("default").filter(|at| !at.node.is_null());
    let (from, to) = (stated(old), stated(new));
    let json = |at: &Option<At<'d>>| at.as_ref().map(|at| at.node.to_json());
    let (before, after) = (json(&from), json(&to));
    if !constraint::equal(before.as_ref(), after.as_ref()) {
        let when = if before.is_none() || after.is_none() { "stated" } else { "" };
        pair.add(What::Default(when), before, after, from, to);
    }
}

fn values<'d>(old: &Schema<'d>, new: &Schema<'d>, pair: &mut Pair<'d>) {
    let list =
        |values: &[(Json, At<'d>)]| Some(values.iter().map(|(value, _)| value.clone()).collect::<Json>());
    match (old.values(), new.values()) {
        (None, None) => {}
        (None, Some(values)) => {
            pair.add(What::EnumIntroduced, None, list(&values), None, new.fact("enum"));
        }
        (Some(values), None) => {
            pair.add(What::EnumDropped, list(&values), None, old.fact("enum"), None);
        }
        (Some(before), Some(after)) => {
            for (value, at) in
                before.iter().filter(|(value, _)| after.iter().all(|(other, _)| other != value))
            {
                let what = What::ValueRemoved(text(value));
                pair.add(what, Some(value.clone()), None, Some(at.clone()), None);
            }
            for (value, at) in
                after.iter().filter(|(value, _)| before.iter().all(|(other, _)| other != value))
            {
                let what = What::ValueAdded(text(value));
                pair.add(what, None, Some(value.clone()), None, Some(at.clone()));
            }
        }
    }
}
