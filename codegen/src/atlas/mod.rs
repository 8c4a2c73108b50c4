//! All versions → a static site: every operation and type with its life over the versions, and what changed between any
//! two of them. It needs no network and no server, and nothing has to be built: its pages can be opened from a folder.
//!
//! `life` makes stretches of what happened to a thing, `matrix` draws them as bars over the versions, `overview` all
//! operations and all types, `thing` the page of one of them, `changes` what changed between two versions, `search` the
//! index that a script reads. `page` is the frame of all of them, and `name` gives everything an address. Only the search,
//! the filters and the picker of two versions need the script; without it there are lists of links.

mod changes;
mod entries;
mod life;
mod matrix;
mod name;
mod overview;
mod page;
mod search;
#[cfg(test)]
mod tests;
mod thing;

use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;

use rayon::prelude::*;

use crate::Spec;
use crate::api::{self, Api, Operation, TypeDef};
use crate::diff::{self, Known, Side};
use crate::files::Ours;
use crate::history::{Answer, Entry, History, Sort};
use crate::source::Errors;
use crate::swagger::Node;

/// The files of a site: relative path, with `/` between folders, and text.
pub type Files = BTreeMap<String, String>;

/// How the files of a site are known from others when it is written again.
pub const OURS: Ours = Ours { mark: page::MARK, below: "" };

/// The page that a reader begins with.
pub const FIRST: &str = "index.html";

/// The site of all versions of a spec. `compared` is told each version that was compared with all later ones, and how
/// many those are.
///
/// # Errors
///
/// Tells what of a document cannot be read or compared, with its place.
pub fn site(spec: &Spec, compared: impl Fn(&str, usize) + Sync) -> Result<Files, Errors> {
    let versions = spec.store.versions()?;
    let sides: Vec<Side> =
        versions.par_iter().map(|version| Side::version(spec, *version)).collect::<Result<_, Errors>>()?;
    let overlaid = sides.par_iter().filter_map(|side| side.overlaid.clone());
    let mut apis: Vec<Api> =
        overlaid.map(|document| spec.api_of_overlaid(document)).collect::<Result<_, Errors>>()?;
    api::history::relate(&mut apis);
    let answer = History::of(&apis).all();
    let atlas = Atlas::new(&apis, &answer);
    let crates: Vec<diff::rust::Known<'_>> = apis.iter().map(diff::rust::Known::of).collect();
    let known: Vec<Known<'_>> = sides.par_iter().map(Known::of).collect::<Result<_, Errors>>()?;
    let read = |version| -> Result<&Node, Infallible> {
        let nth = versions.binary_search(&version).expect("a version between two is one of them");
        Ok(&sides[nth].document)
    };
    let told: Vec<Vec<Vec<String>>> = (0..sides.len())
        .into_par_iter()
        .map(|from| {
            let later = (from + 1..sides.len()).into_par_iter();
            let news: Vec<Vec<String>> = later
                .map(|to| {
                    let mut diff = known[from].compare(&known[to]);
                    let Ok(()) = diff::advise_from_history(&mut diff, &versions[from + 1..to], read);
                    diff.rust = crates[from].compare(&crates[to]);
                    atlas.news(&diff)
                })
                .collect();
            if !news.is_empty() {
                compared(&sides[from].name, news.len());
            }
            news
        })
        .collect();
    let mut files = atlas.files();
    files.extend(atlas.changes(&told));
    Ok(files)
}

/// What a site is made of.
struct Atlas<'a> {
    /// All versions, oldest first: `1.25`.
    versions: Vec<String>,
    /// All operations and types.
    things: Vec<Thing<'a>>,
    /// The types by their names.
    types: HashMap<&'a str, usize>,
    /// The operations by method and path, in any version.
    endpoints: HashMap<String, usize>,
    /// For each type the things that name it, in order.
    users: HashMap<&'a str, Vec<usize>>,
}

/// An operation or a type.
struct Thing<'a> {
    entry: &'a Entry,
    /// Its file without folder and ending.
    file: String,
    /// The anchors of its parts.
    anchors: Vec<String>,
    /// Positions of the versions in which something happened that its page tells.
    eventful: Vec<usize>,
    /// What an operation is counted to.
    tag: String,
    /// What it does or is, in a sentence.
    summary: Option<&'a str>,
}

impl Thing<'_> {
    fn folder(&self) -> &'static str {
        if self.entry.kind == Sort::Type { "types" } else { "operations" }
    }

    /// Its page.
    fn path(&self) -> String {
        format!("{}/{}.html", self.folder(), self.file)
    }
}

impl<'a> Atlas<'a> {
    /// A site of these versions, oldest first, and of what they have.
    fn new(apis: &'a [Api], answer: &'a Answer) -> Self {
        let versions = apis.iter().map(|api| api.version.to_string()).collect();
        let mut atlas = Self::of(versions, answer);
        // The newest version that has a thing tells it best.
        let operations: HashMap<&str, &Operation> =
            apis.iter().flat_map(|api| &api.operations).map(|it| (it.type_name.as_str(), it)).collect();
        let types: HashMap<&str, &TypeDef> =
            apis.iter().flat_map(|api| api.types.values()).map(|it| (it.name.as_str(), it)).collect();
        let mut places = HashMap::new();
        for (nth, thing) in atlas.things.iter_mut().enumerate() {
            let name = thing.entry.name.as_str();
            let docs = if thing.entry.kind == Sort::Type {
                types.get(name).map(|it| &it.docs)
            } else {
                places.insert(name, nth);
                if let Some(operation) = operations.get(name) {
                    thing.tag.clone_from(&operation.tag);
                }
                operations.get(name).map(|it| &it.docs)
            };
            thing.summary = docs.and_then(|docs| docs.summary.as_deref());
        }
        for operation in apis.iter().flat_map(|api| &api.operations) {
            if let Some(nth) = places.get(operation.type_name.as_str()) {
                let endpoint = format!("{} {}", operation.method.as_str(), operation.path);
                atlas.endpoints.insert(endpoint, *nth);
            }
        }
        atlas
    }

    /// The same without what only the models know.
    fn of(versions: Vec<String>, answer: &'a Answer) -> Self {
        let named = |sort: Sort| {
            let things = answer.matches.iter().filter(move |entry| entry.kind == sort);
            name::files(things.map(|entry| entry.name.as_str()))
        };
        let (mut operations, mut types) = (named(Sort::Operation), named(Sort::Type));
        let things: Vec<Thing<'a>> = answer
            .matches
            .iter()
            .filter_map(|entry| {
                let files = match entry.kind {
                    Sort::Operation => &mut operations,
                    Sort::Type => &mut types,
                    _ => return None,
                };
                let file = files.remove(entry.name.as_str())?;
                let anchors = name::anchors(entry);
                let told = |nth: &usize| !thing::told(entry, &versions[*nth]).is_empty();
                let eventful = (0..versions.len()).filter(told).collect();
                Some(Thing { entry, file, anchors, eventful, tag: "Other".to_owned(), summary: None })
            })
            .collect();
        let types: HashMap<&str, usize> = things
            .iter()
            .enumerate()
            .filter(|(_, thing)| thing.entry.kind == Sort::Type)
            .map(|(nth, thing)| (thing.entry.name.as_str(), nth))
            .collect();
        let mut users: HashMap<&str, Vec<usize>> = HashMap::new();
        for (nth, thing) in things.iter().enumerate() {
            let all = std::iter::once(thing.entry).chain(&thing.entry.parts);
            for word in all.filter_map(|each| each.form.as_deref()).flat_map(thing::words) {
                let Some((name, place)) = types.get_key_value(word) else { continue };
                let users = users.entry(name).or_default();
                if *place != nth && users.last() != Some(&nth) {
                    users.push(nth);
                }
            }
        }
        Self { versions, things, types, endpoints: HashMap::new(), users }
    }

    /// All pages but those of changes, and what all share.
    fn files(&self) -> Files {
        let mut files = Files::new();
        let mut add = |path: &str, text: String| files.insert(path.to_owned(), text);
        add("style.css", format!("/* {} */\n{}", page::MARK, include_str!("style.css")));
        add("atlas.js", format!("// {}\n{}", page::MARK, include_str!("atlas.js")));
        add("search.js", format!("// {}\n{}", page::MARK, include_str!("search.js")));
        add("compare.js", format!("// {}\n{}", page::MARK, include_str!("compare.js")));
        add("index.js", self.index());
        add(FIRST, self.operations());
        add("types.html", self.all_types());
        add("search.html", self.search());
        for thing in &self.things {
            add(&thing.path(), self.thing(thing));
        }
        files
    }

    fn of_sort(&self, sort: Sort) -> impl Iterator<Item = &Thing<'a>> {
        self.things.iter().filter(move |thing| thing.entry.kind == sort)
    }

    /// What a site is about: `API v1.25 to v1.55.`
    fn scope(&self) -> String {
        match self.versions.as_slice() {
            [first, .., last] => format!("API v{first} to v{last}."),
            [one] => format!("API v{one}."),
            [] => String::new(),
        }
    }
}
