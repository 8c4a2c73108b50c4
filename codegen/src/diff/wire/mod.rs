//! What changed on the wire: two documents → changes, each told at the operation that meets it.
//!
//! `view` reads a document as a program meets it, `operation` compares what stands at operations, `pair` compares
//! schemas, each pair once, and here they are put together: which operations are the same, what each use of a schema
//! meets, which schemas no operation uses.

mod constraint;
mod digest;
mod matching;
mod operation;
mod pair;
mod rename;
mod schema;
mod tell;
mod unlisted;
mod view;

use std::collections::HashSet;
use std::sync::Arc;

use self::digest::Digests;
use self::pair::Pairs;
pub(super) use self::rename::name as likeness;
use self::schema::At;
pub(super) use self::tell::sort;
use self::tell::{Site, Teller};
use self::view::View;
use crate::diff::change::{Change, Kind, Location, Note};
use crate::source::Errors;
use crate::swagger::node::Node;

/// What differs and is no news, by what it is.
pub type Unlisted = Vec<(String, usize)>;

/// Compares two documents as trees. Also counts what differs and is no news.
///
/// # Errors
///
/// Tells what of either document cannot be compared, with its place.
pub fn compare(from: &Node, to: &Node) -> Result<(Vec<Change>, Unlisted), Errors> {
    Ok(compare_read(&Read::of(from)?, &Read::of(to)?))
}

/// A document that was read, for any number of comparisons.
pub(super) struct Read<'d> {
    view: View<'d>,
    /// Pointers of the definitions that operations lead to.
    used: HashSet<&'d str>,
    /// Where there are many comparisons: what is the same in two documents is not looked at.
    digests: Option<Arc<Digests<'d>>>,
}

impl<'d> Read<'d> {
    /// Reads a document for one comparison.
    pub(super) fn of(root: &'d Node) -> Result<Self, Errors> {
        let view = View::read(root)?;
        let used = used(&view);
        Ok(Read { view, used, digests: None })
    }

    /// Reads a document for many comparisons.
    pub(super) fn known(root: &'d Node) -> Result<Self, Errors> {
        Ok(Read { digests: Some(Arc::new(Digests::of(root))), ..Self::of(root)? })
    }
}

/// Compares two documents that were read.
pub(super) fn compare_read<'d>(from: &Read<'d>, to: &Read<'d>) -> (Vec<Change>, Unlisted) {
    let (old, new) = (&from.view, &to.view);
    let digests = from.digests.clone().zip(to.digests.clone());
    let mut pairs = Pairs::new(old.root, new.root, digests.clone());
    let mut teller = Teller::default();
    let matched = matching::operations(old, new);
    for (one, other) in &matched.same {
        let (one, other) = (&old.operations[*one], &new.operations[*other]);
        if digests
            .as_ref()
            .is_some_and(|(olds, news)| one.digest(olds, old.root) == other.digest(news, new.root))
        {
            continue;
        }
        operation::compare(one, other, &mut pairs, &mut teller);
    }
    for nth in &matched.removed {
        teller.endpoint(&old.operations[*nth], Kind::EndpointRemoved);
    }
    for nth in &matched.added {
        teller.endpoint(&new.operations[*nth], Kind::EndpointAdded);
    }
    definitions(from, to, &mut pairs, &mut teller);
    pairs.compare();
    let sites = std::mem::take(&mut teller.sites);
    for site in &sites {
        teller.site(site, &pairs);
    }
    let unlisted = unlisted::count(old, new, &matched, &pairs);
    (teller.finish(), unlisted)
}

/// Compares the schemas that no operation of either document refers to. What another one of both documents refers to is
/// told there; one that went and one that came with another name and the same content is no news.
fn definitions<'d>(from: &Read<'d>, to: &Read<'d>, pairs: &mut Pairs<'d>, teller: &mut Teller<'d>) {
    let (old, new) = (&from.view, &to.view);
    let both = |name: &str| {
        let has = |view: &View<'_>| view.definitions.iter().any(|(other, _)| *other == name);
        has(old) && has(new)
    };
    let (before, after) = (free(from, both), free(to, both));
    let (used_before, used_after) = (&from.used, &to.used);
    let find =
        |list: &[(&'d str, At<'d>)], name: &str| list.iter().find(|(other, _)| *other == name).cloned();
    let mut gone = Vec::new();
    for (name, at) in &before {
        match find(&new.definitions, name) {
            // Where an operation refers to it now, the operation tells.
            Some((_, other)) if !used_after.contains(&*other.pointer) => {
                let pair = pairs.pair(std::slice::from_ref(at), std::slice::from_ref(&other));
                teller.sites.push(Site::definition(name, pair));
            }
            Some(_) => {}
            None => gone.push((*name, at)),
        }
    }
    for (name, at) in &after {
        if let Some((_, other)) = find(&old.definitions, name) {
            // Another one referred to it before, which no longer does.
            if find(&before, name).is_none() && !used_before.contains(&*other.pointer) {
                let pair = pairs.pair(std::slice::from_ref(&other), std::slice::from_ref(at));
                teller.sites.push(Site::definition(name, pair));
            }
            continue;
        }
        match gone.iter().position(|(_, other)| same(other.node, at.node)) {
            Some(nth) => drop(gone.remove(nth)),
            None => teller.definition(name, at, Kind::ResponseBodyAdded),
        }
    }
    for (name, at) in gone {
        teller.definition(name, at, Kind::ResponseBodyRemoved);
    }
}

/// The definitions that neither an operation nor another definition of both documents leads to; of those that lead to each
/// other, the first.
fn free<'d>(read: &Read<'d>, both: impl Fn(&str) -> bool) -> Vec<(&'d str, At<'d>)> {
    let (view, mut reached) = (&read.view, read.used.clone());
    let left: Vec<_> = view.definitions.iter().filter(|(_, at)| !reached.contains(&*at.pointer)).collect();
    let below: Vec<HashSet<&str>> = left
        .iter()
        .map(|(name, at)| {
            let mut found = HashSet::new();
            if both(name) {
                reach(view.root, at.node, &mut found);
            }
            found.remove(&*at.pointer);
            found
        })
        .collect();
    let mut free = Vec::new();
    let root = |at: &At<'d>| below.iter().all(|found| !found.contains(&*at.pointer));
    for (nth, (name, at)) in left.iter().enumerate().filter(|(_, (_, at))| root(at)) {
        reached.extend(&below[nth]);
        free.push((*name, at.clone()));
    }
    for (nth, (name, at)) in left.iter().enumerate().filter(|(_, (_, at))| !root(at)) {
        if !reached.contains(&*at.pointer) {
            reached.extend(&below[nth]);
            free.push((*name, at.clone()));
        }
    }
    free
}

/// Pointers of the definitions that operations refer to, and of those that these refer to.
fn used<'d>(view: &View<'d>) -> HashSet<&'d str> {
    let mut found = HashSet::new();
    if let Some(paths) = view.root.get("paths") {
        reach(view.root, paths, &mut found);
    }
    found
}

/// Adds the pointers of all that a part of the document refers to.
fn reach<'d>(root: &'d Node, node: &'d Node, found: &mut HashSet<&'d str>) {
    if let Some(reference) = node.get("$ref").and_then(Node::as_str).and_then(|text| text.strip_prefix('#'))
        && found.insert(reference)
        && let Some(target) = root.at(reference)
    {
        reach(root, target, found);
    }
    node.entries().for_each(|(_, entry)| reach(root, &entry.node, found));
    node.items().for_each(|item| reach(root, item, found));
}

/// Whether two trees say the same, wherever they stand.
fn same(one: &Node, other: &Node) -> bool {
    one.to_json() == other.to_json()
}

impl<'d> Site<'d> {
    fn definition(name: &str, pair: usize) -> Self {
        Site {
            operation: String::new(),
            method: String::new(),
            path: format!("#/definitions/{name}"),
            location: Location::Response(200),
            named: None,
            note: Some(Note::Unreferenced),
            pair,
        }
    }
}
