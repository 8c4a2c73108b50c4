//! The names of the repairs: every mistake of the documents that import accepts, and why the repair is right.

use crate::source::{Diagnostic, Place};

/// A mistake that is repaired, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RepairRule {
    /// A line of a quoted scalar that stands no deeper than its key.
    UnderIndentedQuoted,
    /// A line of a `{…}` or `[…]` that stands no deeper than its key.
    UnderIndentedFlow,
    /// `info.version` as a number.
    VersionNotText,
    /// `basePath` that names another version.
    BasePathDisagrees,
    /// A status code that is a YAML number.
    NumericStatus,
    /// An operation without tag.
    UntaggedOperation,
    /// A path parameter without `required: true`.
    PathParameterOptional,
    /// A description that is not text.
    ProseNotText,
    /// `nullable` as OpenAPI 3 spells it.
    NullableSpelling,
    /// A type that has another name in Swagger 2.0.
    TypeSpelling,
    /// A list of types.
    TypeList,
    /// `type: file` outside of a form.
    FileType,
    /// `enum` without `type`.
    EnumWithoutType,
    /// `properties` or `additionalProperties` without `type`.
    ObjectWithoutType,
    /// `items` without `type`.
    ArrayWithoutType,
    /// `type: array` without `items`.
    ArrayWithoutItems,
    /// `items` on what is no array.
    ItemsWithoutArray,
    /// A format that has another name, or another case.
    FormatSpelling,
    /// An enum value that has not the enum's type.
    EnumValueType,
    /// An enum value that is listed twice.
    EnumValueTwice,
    /// A default that has not the declared type.
    DefaultType,
    /// A default that is not one of the enum's values.
    DefaultNotInEnum,
    /// `required` on a schema that is no list.
    RequiredNotList,
    /// `required` that names a property that does not exist.
    RequiredMissingProperty,
    /// `required` that names a property twice.
    RequiredTwice,
    /// A key beside `$ref` that says something about this use of the definition.
    RefSiblingKept,
    /// A key beside `$ref` that repeats or contradicts the definition.
    RefSiblingDropped,
}

impl RepairRule {
    /// All rules, in the order in which the text, the document and the schemas are repaired.
    pub const ALL: [RepairRule; 27] = [
        RepairRule::UnderIndentedQuoted,
        RepairRule::UnderIndentedFlow,
        RepairRule::VersionNotText,
        RepairRule::BasePathDisagrees,
        RepairRule::NumericStatus,
        RepairRule::UntaggedOperation,
        RepairRule::PathParameterOptional,
        RepairRule::ProseNotText,
        RepairRule::NullableSpelling,
        RepairRule::TypeSpelling,
        RepairRule::TypeList,
        RepairRule::FileType,
        RepairRule::EnumWithoutType,
        RepairRule::ObjectWithoutType,
        RepairRule::ArrayWithoutType,
        RepairRule::ArrayWithoutItems,
        RepairRule::ItemsWithoutArray,
        RepairRule::FormatSpelling,
        RepairRule::EnumValueType,
        RepairRule::EnumValueTwice,
        RepairRule::DefaultType,
        RepairRule::DefaultNotInEnum,
        RepairRule::RequiredNotList,
        RepairRule::RequiredMissingProperty,
        RepairRule::RequiredTwice,
        RepairRule::RefSiblingKept,
        RepairRule::RefSiblingDropped,
    ];

    /// The rule's name in messages.
    pub fn id(self) -> &'static str {
        self.text().0
    }

    /// What is done, and why that is right.
    pub fn why(self) -> &'static str {
        self.text().1
    }

    fn text(self) -> (&'static str, &'static str) {
        match self {
            RepairRule::UnderIndentedQuoted => (
                "under-indented-quoted",
                "indented further: spaces that begin a line of a quoted scalar are no part of it",
            ),
            RepairRule::UnderIndentedFlow => (
                "under-indented-flow",
                "indented further: spaces between the parts of a flow collection say nothing",
            ),
            RepairRule::VersionNotText => ("version-not-text", "taken as it is written: 1.50 is not 1.5"),
            RepairRule::BasePathDisagrees => ("base-path-disagrees", "set to the version of `info`"),
            RepairRule::NumericStatus => {
                ("numeric-status", "taken as text: keys of Swagger's objects are strings")
            }
            RepairRule::UntaggedOperation => (
                "untagged-operation",
                "given the tag that all its neighbours under the same first path segment have",
            ),
            RepairRule::PathParameterOptional => {
                ("path-parameter-optional", "set `required: true`: a path without it is another path")
            }
            RepairRule::ProseNotText => ("prose-not-text", "dropped: it describes nothing"),
            RepairRule::NullableSpelling => {
                ("nullable-spelling", "written `x-nullable`: `nullable` is OpenAPI 3")
            }
            RepairRule::TypeSpelling => ("type-spelling", "written as Swagger 2.0 spells it"),
            RepairRule::TypeList => (
                "type-list",
                "the one type that carries the others: an array of the items, a number, or nullable",
            ),
            RepairRule::FileType => ("file-type", "written `type: string, format: binary`"),
            RepairRule::EnumWithoutType => ("enum-without-type", "given the type that all values have"),
            RepairRule::ObjectWithoutType => {
                ("object-without-type", "given `type: object`: only objects have properties")
            }
            RepairRule::ArrayWithoutType => {
                ("array-without-type", "given `type: array`: only arrays have items")
            }
            RepairRule::ArrayWithoutItems => ("array-without-items", "given `items: {}`: anything"),
            RepairRule::ItemsWithoutArray => ("items-without-array", "dropped: only arrays have items"),
            RepairRule::FormatSpelling => ("format-spelling", "written in the one spelling"),
            RepairRule::EnumValueType => ("enum-value-type", "taken as the declared type"),
            RepairRule::EnumValueTwice => ("enum-value-twice", "the second one dropped"),
            RepairRule::DefaultType => {
                ("default-type", "taken as the declared type, or dropped where it cannot be")
            }
            RepairRule::DefaultNotInEnum => {
                ("default-not-in-enum", "dropped: the enum lists what is allowed")
            }
            RepairRule::RequiredNotList => ("required-not-list", "dropped: on a schema it lists properties"),
            RepairRule::RequiredMissingProperty => {
                ("required-missing-property", "dropped: there is no such property")
            }
            RepairRule::RequiredTwice => ("required-twice", "the second one dropped"),
            RepairRule::RefSiblingKept => {
                ("ref-sibling-kept", "kept: JSON Reference ignores it, but it says something about this use")
            }
            RepairRule::RefSiblingDropped => {
                ("ref-sibling-dropped", "dropped: the definition says what it is")
            }
        }
    }
}

/// The repairs of one document.
#[derive(Debug, Default)]
pub(crate) struct Warnings(Vec<Diagnostic>);

impl Warnings {
    /// Notes that a mistake at a place was repaired; `what` is a sentence about the mistake.
    pub(crate) fn repaired(&mut self, rule: RepairRule, place: Place, what: impl Into<String>) {
        self.0.push(Diagnostic::warning(place, what).code(rule.id()).help(rule.why()));
    }

    /// All warnings, in the order of the document.
    pub(crate) fn into_sorted(mut self) -> Vec<Diagnostic> {
        self.0.sort_by_key(|warning| warning.place().map(|place| place.start));
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique() {
        let ids: std::collections::BTreeSet<_> = RepairRule::ALL.iter().map(|rule| rule.id()).collect();
        assert_eq!(ids.len(), RepairRule::ALL.len());
    }
}
