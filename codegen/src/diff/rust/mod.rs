//! Two Apis → what a program meets that moves from one generated crate to the other.
//!
//! `surface` says what the public items of a crate are, `renames` which of them are one thing under two names, and this
//! module what became of each. Declarations are written by the emitter itself (`crate::rust::signature`).
//!
//! Left out, because it is the same in every crate: what the runtime's macros add to a type (serde, `From<&str>` of an
//! enum, `IntoFuture` of a request), the constructors of `Client`, and the value of `API_VERSION`.

mod advice;
mod renames;
mod surface;
#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::fmt;

use self::renames::Renames;
use self::surface::{Item, Member, Shape, Surface, Thing};
use super::{Level, RustChange, RustKind, Semver};
use crate::api::{Api, Origin};
use crate::rust::signature::{Signature, Signatures};

/// What a program that depends on crate `from` meets with crate `to`: first `Client`, then requests and their companions,
/// then models, each in document order; what is new comes after what was there.
pub fn compare(from: &Api, to: &Api) -> Vec<RustChange> {
    Known::of(from).compare(&Known::of(to))
}

/// What a crate has, for many comparisons: what was found out for one serves the next.
pub struct Known<'a>(Surface<'a>);

impl<'a> Known<'a> {
    /// What the crate of an Api has.
    pub fn of(api: &'a Api) -> Self {
        Self(Surface::of(api))
    }

    /// The same as [`compare`] gives.
    pub fn compare(&self, to: &Self) -> Vec<RustChange> {
        changes(&self.0, &to.0)
    }
}

impl fmt::Debug for Known<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Known").field(&self.0.api.version).finish()
    }
}

fn changes<'a>(old: &Surface<'a>, new: &Surface<'a>) -> Vec<RustChange> {
    let renames = renames::find(old, new);
    let mut comparison = Comparison {
        from: old.api,
        to: new.api,
        old_text: Signatures::new(old.api),
        new_text: Signatures::new(new.api),
        renames: &renames,
        changes: Vec::new(),
    };
    let taken: HashSet<&str> = renames.types.values().map(|renamed| renamed.to.as_str()).collect();
    for (path, item) in &old.items {
        if let Some(same) = new.items.get(path) {
            comparison.item(path, item, path, same);
        } else if let Some(renamed) = renames.types.get(path) {
            let same = &new.items[&renamed.to];
            comparison.renamed_type(path, item, &renamed.to, same, renamed.score);
            comparison.item(path, item, &renamed.to, same);
        } else {
            comparison.removed_type(path, item);
        }
    }
    for (path, item) in &new.items {
        if !old.items.contains_key(path) && !taken.contains(path.as_str()) {
            comparison.added_type(path, item);
        }
    }
    comparison.changes
}

/// Three families of members have the same three or four things happen to them.
#[derive(Clone, Copy)]
enum Verb {
    Added,
    Removed,
    Renamed,
}

struct Comparison<'a, 'r> {
    from: &'a Api,
    to: &'a Api,
    old_text: Signatures<'a>,
    new_text: Signatures<'a>,
    renames: &'r Renames,
    changes: Vec<RustChange>,
}

impl<'a> Comparison<'a, '_> {
    fn added_type(&mut self, path: &str, item: &Item<'a>) {
        let after = item.declaration(path, &mut self.new_text);
        self.tell(RustKind::TypeAdded, Level::Info, Semver::Minor, path, None, Some(after))
            .places(None, Some(item.origin));
    }

    fn removed_type(&mut self, path: &str, item: &Item<'a>) {
        let before = item.declaration(path, &mut self.old_text);
        let advice = item.replaced_by().map(|name| advice::instead(self.to, None, name));
        self.tell(RustKind::TypeRemoved, Level::Breaking, Semver::Major, path, Some(before), None)
            .places(Some(item.origin), None)
            .advice(advice);
    }

    fn renamed_type(
        &mut self,
        path: &str,
        item: &Item<'a>,
        to: &str,
        same: &Item<'a>,
        score: renames::Score,
    ) {
        let before = item.declaration(path, &mut self.old_text);
        let after = same.declaration(to, &mut self.new_text);
        self.tell(RustKind::TypeRenamed, Level::Breaking, Semver::Major, path, Some(before), Some(after))
            .places(Some(item.origin), Some(same.origin))
            .advice(Some(advice::renamed(to, score)));
    }

    /// A type that both crates have.
    fn item(&mut self, path: &str, old: &Item<'a>, new_path: &str, new: &Item<'a>) {
        let origins = (Some(old.origin), Some(new.origin));
        if !old.shape.is_like(new.shape) || self.other_alias(old, new) {
            let before = old.declaration(path, &mut self.old_text);
            let after = new.declaration(new_path, &mut self.new_text);
            self.tell(RustKind::TypeChanged, Level::Breaking, Semver::Major, path, Some(before), Some(after))
                .places(origins.0, origins.1);
            return;
        }
        if old.derives != new.derives {
            let lost =
                old.derives.split(", ").any(|each| !new.derives.split(", ").any(|other| each == other));
            let (level, semver) =
                if lost { (Level::Breaking, Semver::Major) } else { (Level::Info, Semver::Minor) };
            let attribute = |derives: &str| Some(["#[derive(", derives, ")]"].concat());
            let (before, after) = (attribute(&old.derives), attribute(&new.derives));
            self.tell(RustKind::TypeChanged, level, semver, path, before, after).places(origins.0, origins.1);
        }
        let renamed = self.renamed_members(old, new);
        for (name, member) in &old.members {
            match renamed.iter().find(|(was, _)| was == name) {
                Some((_, is)) => {
                    let same = &new.members[*is];
                    self.renamed_member(path, member, new_path, same);
                    self.member(path, old, member, new, same);
                }
                None => match new.members.get(name) {
                    Some(same) => self.member(path, old, member, new, same),
                    None => self.removed_member(path, old, member, new),
                },
            }
        }
        for (name, member) in &new.members {
            if !old.members.contains_key(name) && !renamed.iter().any(|(_, is)| is == name) {
                self.added_member(new_path, new, member);
            }
        }
    }

    /// Whether two aliases stand for different types.
    fn other_alias(&mut self, old: &Item<'a>, new: &Item<'a>) -> bool {
        let (Shape::Alias(def, ty), Shape::Alias(new_def, new_ty)) = (old.shape, new.shape) else {
            return false;
        };
        let old = self.old_text.alias(def, ty).map(|signature| signature.types);
        let new = self.new_text.alias(new_def, new_ty).map(|signature| signature.types);
        match (old, new) {
            (Ok(old), Ok(new)) => self.renames.applied(&old) != new,
            _ => ty != new_ty,
        }
    }

    /// Members that are one under two names: the same operation, the same name on the wire, or the successor that the
    /// document names, if it has the same type.
    fn renamed_members<'i>(&mut self, old: &'i Item<'a>, new: &'i Item<'a>) -> Vec<(&'i str, &'i str)> {
        let mut pairs: Vec<(&str, &str)> = Vec::new();
        let gone = old.members.values().filter(|member| !new.members.contains_key(&member.name));
        for gone in gone {
            let same = new.members.values().find(|come| {
                if old.members.contains_key(&come.name) || pairs.iter().any(|(_, is)| *is == come.name) {
                    return false;
                }
                match (gone.thing, come.thing) {
                    (Thing::Method(gone), Thing::Method(come)) => {
                        self.renames.methods.get(&gone.method_name) == Some(&come.method_name)
                    }
                    _ => {
                        let wire = (gone.thing.wire(), come.thing.wire());
                        let same_wire = wire.0.is_some() && wire.0 == wire.1;
                        let successor = gone.thing.replaced_by().is_some_and(|name| Some(name) == wire.1);
                        same_wire
                            || successor && {
                                let old = gone.signature(&mut self.old_text);
                                let new = come.signature(&mut self.new_text);
                                self.renames.applied(&old.types) == new.types
                            }
                    }
                }
            });
            pairs.extend(same.map(|come| (gone.name.as_str(), come.name.as_str())));
        }
        pairs
    }

    /// A member that both crates have.
    fn member(&mut self, path: &str, old: &Item<'a>, member: &Member<'a>, new: &Item<'a>, same: &Member<'a>) {
        let item = [path, "::", &member.name].concat();
        let origins = (Some(member.origin), Some(same.origin));
        // Most members did not change; writing all of them would take longer than everything else.
        if !self.renames.is_empty() || !member.thing.is_surely_like(same.thing) {
            let (before, after) = (member.signature(&mut self.old_text), same.signature(&mut self.new_text));
            if self.renames.applied(&before.types) != after.types {
                let kind = match member.thing {
                    Thing::Field(_) | Thing::Extra(_) | Thing::Header(_) => RustKind::FieldTypeChanged,
                    _ => RustKind::SignatureChanged,
                };
                let advice = advice::changed(member.thing, same.thing, (self.from, self.to), new);
                self.tell(
                    kind,
                    Level::Breaking,
                    Semver::Major,
                    &item,
                    Some(before.text.clone()),
                    Some(after.text.clone()),
                )
                .places(origins.0, origins.1)
                .advice(advice);
            }
        }
        let (was, is) = (member.thing.deprecation(), same.thing.deprecation());
        if was.is_some() != is.is_some() {
            let text = |deprecated: bool| deprecated.then(|| "#[deprecated]".to_owned());
            let (level, semver) =
                if is.is_some() { (Level::Warning, Semver::Minor) } else { (Level::Info, Semver::Patch) };
            let owner = new.type_name();
            let advice = is.and(same.thing.replaced_by()).map(|name| advice::instead(self.to, owner, name));
            let (before, after) = (text(was.is_some()), text(is.is_some()));
            self.tell(RustKind::Deprecated, level, semver, &item, before, after)
                .places(origins.0, origins.1)
                .advice(advice);
        }
        debug_assert!(old.shape.is_like(new.shape), "members of different shapes are not compared");
    }

    fn removed_member(&mut self, path: &str, old: &Item<'a>, member: &Member<'a>, new: &Item<'a>) {
        let before = member.signature(&mut self.old_text).text.clone();
        let item = [path, "::", &member.name].concat();
        let kind = kind_of(member.thing, Verb::Removed);
        let advice = advice::removed(member, old, new, self.to);
        self.tell(kind, Level::Breaking, Semver::Major, &item, Some(before), None)
            .places(Some(member.origin), None)
            .advice(advice);
    }

    fn renamed_member(&mut self, path: &str, member: &Member<'a>, new_path: &str, same: &Member<'a>) {
        let (before, after) = (member.signature(&mut self.old_text), same.signature(&mut self.new_text));
        let item = [path, "::", &member.name].concat();
        let advice = ["it is `", new_path, "::", &same.name, "` now"].concat();
        let kind = kind_of(member.thing, Verb::Renamed);
        self.tell(
            kind,
            Level::Breaking,
            Semver::Major,
            &item,
            Some(before.text.clone()),
            Some(after.text.clone()),
        )
        .places(Some(member.origin), Some(same.origin))
        .advice(Some(advice));
    }

    fn added_member(&mut self, path: &str, new: &Item<'a>, member: &Member<'a>) {
        let after = member.signature(&mut self.new_text).text.clone();
        let item = [path, "::", &member.name].concat();
        let (level, semver) = match (new.shape, member.thing) {
            // All fields are public, so a literal may name all of them; the documentation ends them in `..`.
            (Shape::Struct(_) | Shape::Headers, _) => (Level::Warning, Semver::Major),
            // An open enum can be matched with all its variants and `Other`, but what came as `Other` before is the
            // better reason to look.
            (Shape::Enum(_), _) => (Level::Warning, Semver::Major),
            // An outcome is there to be matched in full.
            (Shape::Outcome, _) => (Level::Breaking, Semver::Major),
            _ => (Level::Info, Semver::Minor),
        };
        let kind = kind_of(member.thing, Verb::Added);
        self.tell(kind, level, semver, &item, None, Some(after)).places(None, Some(member.origin));
    }

    fn tell(
        &mut self,
        kind: RustKind,
        level: Level,
        semver: Semver,
        item: &str,
        before: Option<String>,
        after: Option<String>,
    ) -> Told<'_> {
        let item = item.to_owned();
        let change =
            RustChange { kind, level, semver, item, before, after, advice: None, from: None, to: None };
        self.changes.push(change);
        Told(self.changes.last_mut().expect("it was just pushed"))
    }
}

/// The change that was told last, to be completed.
struct Told<'c>(&'c mut RustChange);

impl Told<'_> {
    fn places(self, from: Option<&Origin>, to: Option<&Origin>) -> Self {
        self.0.from = from.map(|origin| origin.place.clone());
        self.0.to = to.map(|origin| origin.place.clone());
        self
    }

    fn advice(self, advice: Option<String>) {
        self.0.advice = advice;
    }
}

fn kind_of(thing: Thing<'_>, verb: Verb) -> RustKind {
    match (thing, verb) {
        (Thing::Field(_) | Thing::Extra(_) | Thing::Header(_), Verb::Added) => RustKind::FieldAdded,
        (Thing::Field(_) | Thing::Extra(_) | Thing::Header(_), Verb::Removed) => RustKind::FieldRemoved,
        (Thing::Field(_) | Thing::Extra(_) | Thing::Header(_), Verb::Renamed) => RustKind::FieldRenamed,
        (Thing::Variant(_) | Thing::Outcome(..), Verb::Added) => RustKind::VariantAdded,
        (Thing::Variant(_) | Thing::Outcome(..), Verb::Removed) => RustKind::VariantRemoved,
        (Thing::Variant(_) | Thing::Outcome(..), Verb::Renamed) => RustKind::VariantRenamed,
        (_, Verb::Added) => RustKind::MethodAdded,
        (_, Verb::Removed) => RustKind::MethodRemoved,
        (_, Verb::Renamed) => RustKind::MethodRenamed,
    }
}

/// A declaration that cannot be written is told as what is wrong with it.
fn declared(signature: Result<Signature, crate::rust::Error>) -> Signature {
    signature.unwrap_or_else(|error| {
        let text = ["/* ", &error.message, " */"].concat();
        Signature { types: text.clone(), text }
    })
}
