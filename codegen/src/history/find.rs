//! Names as people write them → the things that are called so.

use std::collections::HashSet;

use super::things::{Key, Source, Thing};
use super::{History, Sort, Version};
use crate::api::{Type, TypeKind};

/// How like a name has to be to be suggested, from 0 to 1.
const LIKE: f64 = 0.8;
/// How many names are suggested.
const SUGGESTED: usize = 5;
/// No type refers to itself through more steps than this without one that carries a name.
const DEEPEST: usize = 16;

/// How exactly names have to agree.
#[derive(Clone, Copy)]
enum Agreement {
    /// But for upper and lower case.
    Letters,
    /// But for case, and for what words are separated by: `no_copy`, `no-copy`, `NoCopy`.
    Words,
}

impl Agreement {
    fn holds(self, name: &str, asked: &str) -> bool {
        match self {
            Self::Letters => name.eq_ignore_ascii_case(asked),
            Self::Words => {
                let words = |text: &str| -> Vec<u8> {
                    let kept = text.bytes().filter(|byte| !matches!(byte, b'_' | b'-' | b' '));
                    kept.map(|byte| byte.to_ascii_lowercase()).collect()
                };
                words(name) == words(asked)
            }
        }
    }
}

impl<'a> History<'a> {
    /// The things of this name in any version: those of the newest version first, in its order.
    pub(super) fn named(&self, asked: &str) -> Vec<Key<'a>> {
        let asked = asked.trim();
        for agreement in [Agreement::Letters, Agreement::Words] {
            let mut keys: Vec<Key<'a>> = Vec::new();
            let mut seen = HashSet::new();
            for version in self.versions.iter().rev() {
                let found = version.named(asked, agreement);
                keys.extend(found.into_iter().filter(|key| seen.insert(key.clone())));
            }
            if !keys.is_empty() {
                keys.sort_by_key(|key| key.sort);
                return keys;
            }
        }
        Vec::new()
    }

    /// What is new in a version (by position): all, or only what is among these things or belongs to one of them.
    pub(super) fn new_in(&self, position: usize, within: Option<&Vec<Key<'a>>>) -> Vec<Key<'a>> {
        let before: HashSet<&Key<'a>> = match position.checked_sub(1) {
            Some(before) => self.versions[before].things.iter().map(|thing| &thing.key).collect(),
            None => HashSet::new(),
        };
        let asked = |key: &Key<'a>| {
            within.is_none_or(|within| {
                within.iter().any(|asked| {
                    let of_operation =
                        |key: &Key<'_>| !matches!(key.sort, Sort::Type | Sort::Field | Sort::Value);
                    let belongs = asked.is_owner()
                        && asked.owner == key.owner
                        && of_operation(asked) == of_operation(key);
                    asked == key || belongs
                })
            })
        };
        let new = self.versions[position].things.iter().map(|thing| &thing.key);
        let new: Vec<&Key<'a>> = new.filter(|key| !before.contains(key) && asked(key)).collect();
        let owners: HashSet<(bool, &str)> = new
            .iter()
            .filter(|key| key.is_owner())
            .map(|key| (key.sort == Sort::Operation, key.owner))
            .collect();
        let is_part = |key: &Key<'a>| {
            let operation = !matches!(key.sort, Sort::Type | Sort::Field | Sort::Value);
            !key.is_owner() && owners.contains(&(operation, key.owner))
        };
        new.into_iter().filter(|key| !is_part(key)).cloned().collect()
    }
}

impl<'a> Version<'a> {
    fn named(&self, asked: &str, agreement: Agreement) -> Vec<Key<'a>> {
        if asked.contains('/') {
            let at_path = self.things.iter().filter(|thing| is_at(thing, asked));
            return at_path.map(|thing| thing.key.clone()).collect();
        }
        // A name may have a dot in it, as may the value of an enum: whole, before it is taken apart.
        let whole = self.called(asked, agreement);
        if !whole.is_empty() {
            return whole.into_iter().map(|thing| thing.key.clone()).collect();
        }
        let asked = asked.replace("::", ".");
        let mut steps = asked.split('.').map(str::trim).filter(|step| !step.is_empty()).peekable();
        while steps.next_if(|step| matches!(*step, "models" | "operations" | "crate" | "Client")).is_some() {}
        let Some(first) = steps.next() else { return Vec::new() };
        let mut found = self.called(first, agreement);
        let mut steps: Vec<&str> = steps.collect();
        while !steps.is_empty() {
            let below = |name: &str| -> Vec<&Thing<'a>> {
                found.iter().flat_map(|thing| self.below(thing, name, agreement)).collect()
            };
            // What is left may be one name with dots in it.
            let (rest, step) = (below(&steps.join(".")), steps.remove(0));
            if !rest.is_empty() {
                found = rest;
                break;
            }
            found = below(step);
        }
        found.into_iter().map(|thing| thing.key.clone()).collect()
    }

    fn called(&self, name: &str, agreement: Agreement) -> Vec<&Thing<'a>> {
        let is_called =
            |thing: &&Thing<'a>| thing.source.names().iter().any(|each| agreement.holds(each, name));
        self.things.iter().filter(is_called).collect()
    }

    /// What has this name in a thing, or in the types that it leads to.
    fn below(&self, thing: &Thing<'a>, name: &str, agreement: Agreement) -> Vec<&Thing<'a>> {
        let key = &thing.key;
        let own: Vec<&Thing<'a>> = self
            .things
            .iter()
            .filter(|part| {
                let belongs = match (key.sort, part.key.sort) {
                    (
                        Sort::Operation,
                        Sort::Parameter | Sort::FilterKey | Sort::Body | Sort::Status | Sort::Header,
                    )
                    | (Sort::Type, Sort::Field | Sort::Value) => true,
                    (Sort::Parameter, Sort::FilterKey) | (Sort::Status, Sort::Header) => {
                        part.key.within == key.name
                    }
                    _ => false,
                };
                belongs
                    && part.key.owner == key.owner
                    && part.source.names().iter().any(|each| agreement.holds(each, name))
            })
            .collect();
        if !own.is_empty() {
            return own;
        }
        let mut names = Vec::new();
        for ty in thing.source.leads_to() {
            self.type_names(ty, DEEPEST, &mut names);
        }
        let types = names.into_iter().filter_map(|name| {
            self.things.iter().find(|thing| thing.key.sort == Sort::Type && thing.key.owner == name)
        });
        types.flat_map(|thing| self.members(thing, name, agreement)).collect()
    }

    fn members(&self, of: &Thing<'a>, name: &str, agreement: Agreement) -> Vec<&Thing<'a>> {
        let parts = self.things.iter().filter(|part| {
            matches!(part.key.sort, Sort::Field | Sort::Value) && part.key.owner == of.key.owner
        });
        parts.filter(|part| part.source.names().iter().any(|each| agreement.holds(each, name))).collect()
    }

    /// The types with members that a type is made of.
    fn type_names(&self, ty: &'a Type, depth: usize, out: &mut Vec<&'a str>) {
        match ty {
            Type::Array(inner) | Type::Map(inner) | Type::Nullable(inner) if depth > 0 => {
                self.type_names(inner, depth - 1, out);
            }
            Type::Named(name) if depth > 0 => match self.api.types.get(name).map(|def| &def.kind) {
                Some(TypeKind::Alias(inner)) => self.type_names(inner, depth - 1, out),
                _ => out.push(name),
            },
            _ => {}
        }
    }
}

/// Whether it is the operation at `GET /containers/json`, or any at `/containers/json`.
fn is_at(thing: &Thing<'_>, asked: &str) -> bool {
    let Source::Operation(operation) = thing.source else { return false };
    match asked.split_once(char::is_whitespace) {
        Some((method, path)) => {
            operation.method.as_str().eq_ignore_ascii_case(method)
                && operation.path.eq_ignore_ascii_case(path.trim())
        }
        None => operation.path.eq_ignore_ascii_case(asked),
    }
}

/// Names of things that are like this one, best first.
pub(super) fn suggestions(versions: &[Version<'_>], asked: &str) -> Vec<String> {
    let asked = asked.trim().replace("::", ".").to_ascii_lowercase();
    let with_owner = asked.contains('.');
    let mut names = HashSet::new();
    for thing in versions.iter().flat_map(|version| &version.things) {
        if with_owner {
            names.insert(thing.key.display());
        } else {
            names.extend(thing.source.names().into_iter().map(std::borrow::Cow::into_owned));
        }
    }
    let mut scored: Vec<(f64, String)> = names
        .into_iter()
        .map(|name| (strsim::jaro_winkler(&asked, &name.to_ascii_lowercase()), name))
        .filter(|(like, _)| *like >= LIKE)
        .collect();
    scored.sort_by(|(a, a_name), (b, b_name)| b.total_cmp(a).then_with(|| a_name.cmp(b_name)));
    // `ContainerList` and `container_list` are one suggestion.
    let mut seen = HashSet::new();
    scored.retain(|(_, name)| seen.insert(name.replace(['_', '-'], "").to_ascii_lowercase()));
    scored.into_iter().take(SUGGESTED).map(|(_, name)| name).collect()
}
