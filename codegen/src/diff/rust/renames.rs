//! Which items of two crates are one thing under two names.
//!
//! An operation is the same at the same method and path. A type is the same if it stands where the other one stood (as
//! the type of the same field, argument or answer) or has exactly its members, and at least half of all members agree.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::surface::Surface;
use crate::api::{Answer, Api, BodyKind, Operation, Type, TypeDef, TypeKind, bare_path};

/// How many members two things share, of how many they have together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Score {
    pub(super) same: usize,
    pub(super) all: usize,
}

/// A type's new path.
pub(super) struct Renamed {
    pub(super) to: String,
    pub(super) score: Score,
}

/// What was renamed.
#[derive(Default)]
pub(super) struct Renames {
    /// Types by path in the older crate.
    pub(super) types: HashMap<String, Renamed>,
    /// Methods of `Client` by name in the older crate.
    pub(super) methods: HashMap<String, String>,
    /// The names of `types` without their modules.
    names: HashMap<String, String>,
}

/// A type with exactly the members of another one is the same only if they are enough to tell it from others.
const TELLING: usize = 3;

impl Renames {
    pub(super) fn is_empty(&self) -> bool {
        self.types.is_empty()
    }

    /// Types of the older crate in the names of the newer one.
    pub(super) fn applied<'t>(&self, types: &'t str) -> Cow<'t, str> {
        if self.names.is_empty() {
            return Cow::Borrowed(types);
        }
        let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
        let mut out = String::with_capacity(types.len());
        let mut rest = types;
        while let Some(start) = rest.find(is_letter) {
            let end =
                rest[start..].find(|letter| !is_letter(letter)).map_or(rest.len(), |length| start + length);
            out.push_str(&rest[..start]);
            let word = &rest[start..end];
            out.push_str(self.names.get(word).map_or(word, String::as_str));
            rest = &rest[end..];
        }
        out.push_str(rest);
        Cow::Owned(out)
    }

    fn add(&mut self, module: &str, from: &str, to: &str, score: Score) {
        let path = |name: &str| [module, "::", name].concat();
        self.types.insert(path(from), Renamed { to: path(to), score });
        self.names.insert(from.to_owned(), to.to_owned());
    }
}

/// Finds what two crates call differently.
pub(super) fn find(old: &Surface<'_>, new: &Surface<'_>) -> Renames {
    let mut renames = Renames::default();
    let pairs = operations(old.api, new.api);
    for (from, to) in &pairs {
        if from.method_name != to.method_name {
            renames.methods.insert(from.method_name.clone(), to.method_name.clone());
        }
        for (was, is) in companions(from, to) {
            let path = |name: &str| ["operations::", name].concat();
            let (was_path, is_path) = (path(was), path(is));
            if was != is && !new.items.contains_key(&was_path) && !old.items.contains_key(&is_path) {
                let score = score_of_names(
                    old.items[&was_path].members.keys().collect(),
                    new.items[&is_path].members.keys().collect(),
                );
                renames.add("operations", was, is, score);
            }
        }
    }
    for (was, is, score) in models(old.api, new.api, &pairs) {
        renames.add("models", was, is, score);
    }
    renames
}

/// The operations that both have: by method name, else by HTTP method and path.
fn operations<'a>(old: &'a Api, new: &'a Api) -> Vec<(&'a Operation, &'a Operation)> {
    let by_name: HashMap<&str, &Operation> =
        new.operations.iter().map(|operation| (operation.method_name.as_str(), operation)).collect();
    let endpoint = |operation: &Operation| (operation.method, bare_path(&operation.path));
    let old_names: HashSet<&str> =
        old.operations.iter().map(|operation| operation.method_name.as_str()).collect();
    let mut by_endpoint: HashMap<_, &Operation> = new
        .operations
        .iter()
        .filter(|operation| !old_names.contains(operation.method_name.as_str()))
        .map(|operation| (endpoint(operation), operation))
        .collect();
    old.operations
        .iter()
        .filter_map(|operation| {
            let same = by_name
                .get(operation.method_name.as_str())
                .copied()
                .or_else(|| by_endpoint.remove(&endpoint(operation)))?;
            Some((operation, same))
        })
        .collect()
}

/// The names of the types that two operations, which are one, bring along.
fn companions<'a>(from: &'a Operation, to: &'a Operation) -> Vec<(&'a str, &'a str)> {
    let mut out = vec![(from.type_name.as_str(), to.type_name.as_str())];
    for parameter in &from.parameters {
        let same = to.parameters.iter().find(|other| other.name == parameter.name);
        if let (Some(was), Some(is)) = (&parameter.filters, same.and_then(|same| same.filters.as_ref())) {
            out.push((&was.type_name, &is.type_name));
        }
    }
    match (&from.answer, &to.answer) {
        (Answer::Headers(was), Answer::Headers(is)) => out.push((was, is)),
        (Answer::Outcome { type_name: was, .. }, Answer::Outcome { type_name: is, .. }) => {
            out.push((was, is))
        }
        _ => {}
    }
    out
}

/// The models that were renamed, best first.
fn models<'a>(
    old: &'a Api,
    new: &'a Api,
    pairs: &[(&'a Operation, &'a Operation)],
) -> Vec<(&'a str, &'a str, Score)> {
    let mut search = Search { old, new, candidates: Vec::new(), open: Vec::new() };
    for (from, to) in pairs {
        search.operation(from, to);
    }
    for def in old.types.values() {
        if let Some(same) = new.types.get(&def.name) {
            search.definition(def, same);
        }
    }
    while let Some((from, to)) = search.open.pop() {
        search.definition(&old.types[from], &new.types[to]);
    }
    search.exactly_alike();

    let mut scored: Vec<_> = search
        .candidates
        .into_iter()
        .map(|(from, to)| (from, to, score(&old.types[from], &new.types[to])))
        .filter(|(_, _, score)| score.same * 2 >= score.all)
        .collect();
    // The sort is stable: of equals, the first met in the document.
    scored.sort_by(|(_, _, a), (_, _, b)| (b.same * a.all).cmp(&(a.same * b.all)));
    let (mut gone, mut come) = (HashSet::new(), HashSet::new());
    scored.retain(|(from, to, _)| {
        let free = !gone.contains(from) && !come.contains(to);
        if free {
            gone.insert(*from);
            come.insert(*to);
        }
        free
    });
    scored
}

/// Walks what both Apis have and meets the types that stand in the same places.
struct Search<'a> {
    old: &'a Api,
    new: &'a Api,
    candidates: Vec<(&'a str, &'a str)>,
    open: Vec<(&'a str, &'a str)>,
}

impl<'a> Search<'a> {
    fn operation(&mut self, from: &'a Operation, to: &'a Operation) {
        for parameter in &from.parameters {
            let mut others = to.parameters.iter();
            let same =
                others.find(|other| other.name == parameter.name && other.location == parameter.location);
            if let Some(same) = same {
                self.types(&parameter.ty, &same.ty);
            }
        }
        let kinds = (from.body.as_ref().map(|body| &body.kind), to.body.as_ref().map(|body| &body.kind));
        if let (Some(BodyKind::Json(was)), Some(BodyKind::Json(is))) = kinds {
            self.types(was, is);
        }
        match (&from.answer, &to.answer) {
            (Answer::Json(was) | Answer::JsonStream(was), Answer::Json(is) | Answer::JsonStream(is)) => {
                self.types(was, is);
            }
            (Answer::Outcome { variants: was, .. }, Answer::Outcome { variants: is, .. }) => {
                for variant in was {
                    let same = is.iter().find(|other| other.status == variant.status);
                    if let (Some(was), Some(is)) = (&variant.body, same.and_then(|same| same.body.as_ref())) {
                        self.types(was, is);
                    }
                }
            }
            _ => {}
        }
    }

    fn definition(&mut self, from: &'a TypeDef, to: &'a TypeDef) {
        match (&from.kind, &to.kind) {
            (TypeKind::Struct(was), TypeKind::Struct(is)) => {
                for field in was {
                    if let Some(same) = is.iter().find(|other| other.name == field.name) {
                        self.types(&field.ty, &same.ty);
                    }
                }
            }
            (TypeKind::Alias(was), TypeKind::Alias(is)) => self.types(was, is),
            _ => {}
        }
    }

    fn types(&mut self, from: &'a Type, to: &'a Type) {
        match (from, to) {
            (Type::Nullable(inner), other) => self.types(inner, other),
            (other, Type::Nullable(inner)) => self.types(other, inner),
            (Type::Array(was), Type::Array(is)) | (Type::Map(was), Type::Map(is)) => self.types(was, is),
            (Type::Named(was), Type::Named(is)) => {
                let known = |api: &Api, name: &str| api.types.contains_key(name);
                let pair = (was.as_str(), is.as_str());
                let moved = !known(self.new, was) && !known(self.old, is);
                // Both are there in the model; a type that is not would have been refused.
                if moved && known(self.old, was) && known(self.new, is) && !self.candidates.contains(&pair) {
                    self.candidates.push(pair);
                    self.open.push(pair);
                }
            }
            _ => {}
        }
    }

    /// Types that nothing in common leads to, with the very same members.
    fn exactly_alike(&mut self) {
        let gone = self.old.types.values().filter(|def| !self.new.types.contains_key(&def.name));
        let come: Vec<&TypeDef> =
            self.new.types.values().filter(|def| !self.old.types.contains_key(&def.name)).collect();
        for gone in gone {
            for come in &come {
                let Score { same, all } = score(gone, come);
                let pair = (gone.name.as_str(), come.name.as_str());
                if same == all && same >= TELLING && !self.candidates.contains(&pair) {
                    self.candidates.push(pair);
                }
            }
        }
    }
}

/// How alike two models are.
fn score(from: &TypeDef, to: &TypeDef) -> Score {
    match (&from.kind, &to.kind) {
        (TypeKind::Struct(was), TypeKind::Struct(is)) => score_of_names(
            was.iter().map(|field| &field.name).collect(),
            is.iter().map(|field| &field.name).collect(),
        ),
        (TypeKind::Enum(was), TypeKind::Enum(is)) => score_of_names(
            was.iter().map(|variant| &variant.value).collect(),
            is.iter().map(|variant| &variant.value).collect(),
        ),
        (TypeKind::Alias(was), TypeKind::Alias(is)) => Score { same: usize::from(was == is), all: 1 },
        _ => Score { same: 0, all: 1 },
    }
}

fn score_of_names(from: HashSet<&String>, to: HashSet<&String>) -> Score {
    Score { same: from.intersection(&to).count(), all: from.union(&to).count() }
}
