//! The two overviews: all operations by versions, which is the first page, and all types.

use std::collections::BTreeMap;

use super::matrix::{Group, LEGEND, Matrix, Row};
use super::page::{Head, Page, Part, count, escape};
use super::{Atlas, Thing};
use crate::history::Sort;

/// A field that leaves only the rows with a text, for the script.
const FILTER: &str = "<form class=\"filter\" hidden><label>Only names with <input type=\"search\" autocomplete=\"off\" \
    spellcheck=\"false\"></label> <output aria-live=\"polite\"></output></form>";

impl Atlas<'_> {
    /// The first page: all operations by versions.
    pub(super) fn operations(&self) -> String {
        let title = "Operations by API version";
        let mut page = Page::new(Head {
            title,
            about: "Every operation of the Docker Engine API and the versions that have it.",
            up: "",
            part: Part::Operations,
            scripts: &[],
        });
        page.title("", title);
        let operations: Vec<&Thing<'_>> = self.of_sort(Sort::Operation).collect();
        page.paragraph(
            "lead",
            &format!(
                "{} of the Docker Engine API over {}. A name leads to its parameters, bodies and answers; a mark to what \
                 happened there; a version to all that changed in it.",
                count(operations.len(), "operation"),
                count(self.versions.len(), "version")
            ),
        );
        page.raw(FILTER);
        page.raw(LEGEND);
        // In the order of the documents.
        let mut tags: Vec<(&str, Vec<&Thing<'_>>)> = Vec::new();
        for operation in operations {
            match tags.iter_mut().find(|(tag, _)| *tag == operation.tag) {
                Some((_, operations)) => operations.push(operation),
                None => tags.push((&operation.tag, vec![operation])),
            }
        }
        let groups: Vec<Group<'_>> = tags
            .into_iter()
            .map(|(tag, mut operations)| {
                // What belongs to one path stands together, the short ones first.
                operations.sort_by_key(|thing| (path(thing), thing.entry.name.as_str()));
                Group {
                    title: format!("{} <small>{}</small>", escape(tag), operations.len()),
                    rows: operations.into_iter().map(row).collect(),
                }
            })
            .collect();
        page.raw(&self.overview("Operations by versions", "Operation", &groups));
        page.finish(&self.scope())
    }

    /// All types by versions.
    pub(super) fn all_types(&self) -> String {
        let title = "Types by API version";
        let mut page = Page::new(Head {
            title,
            about: "Every type of the Docker Engine API and the versions that have it.",
            up: "",
            part: Part::Types,
            scripts: &[],
        });
        page.title("", title);
        let mut types: Vec<&Thing<'_>> = self.of_sort(Sort::Type).collect();
        types.sort_by_key(|thing| (thing.entry.name.to_lowercase(), thing.entry.name.as_str()));
        page.paragraph(
            "lead",
            &format!(
                "{} that requests and answers are made of. A name leads to its fields or values over the versions. \
                 A change is marked at the type that has it, not at types that only refer to that.",
                count(types.len(), "type")
            ),
        );
        page.raw(FILTER);
        page.raw(LEGEND);
        let mut letters: BTreeMap<String, Vec<Row<'_>>> = BTreeMap::new();
        for thing in types {
            let letter = thing.entry.name.chars().next().map(|letter| letter.to_uppercase().collect());
            letters.entry(letter.unwrap_or_default()).or_default().push(row(thing));
        }
        let groups: Vec<Group<'_>> =
            letters.into_iter().map(|(letter, rows)| Group { title: escape(&letter), rows }).collect();
        page.raw(&self.overview("Types by versions", "Type", &groups));
        page.finish(&self.scope())
    }

    fn overview(&self, caption: &str, rows: &str, groups: &[Group<'_>]) -> String {
        Matrix { caption, rows, versions: &self.versions, up: "", whole: true }.draw(groups)
    }
}

/// A row that leads to the thing's page.
fn row<'a>(thing: &Thing<'a>) -> Row<'a> {
    let page = thing.path();
    let form = match thing.entry.kind {
        Sort::Operation => thing.entry.form.as_deref().unwrap_or_default(),
        _ => "",
    };
    let form = if form.is_empty() { String::new() } else { format!("<small>{}</small>", escape(form)) };
    let name = format!("<a href=\"{page}\">{}</a>{form}", escape(&thing.entry.name));
    Row { id: format!("row-{}", thing.file), name, page, entry: thing.entry }
}

/// The path of an operation, without its method.
fn path<'a>(thing: &Thing<'a>) -> &'a str {
    let form = thing.entry.form.as_deref().unwrap_or_default();
    form.split_once(' ').map_or(form, |(_, path)| path)
}
