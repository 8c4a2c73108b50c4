//! Compares an operation with its older self: its name, its parameters, its bodies, its answers.

use serde_json::Value as Json;

use super::pair::{Pairs, What, text};
use super::rename;
use super::schema::{At, Form, Property};
use super::tell::{Facts, Site, Teller, presence};
use super::view::{Body, Media, Operation, Parameter, Response};
use crate::diff::change::{Kind, Location};
use crate::swagger::node::Node;

pub(super) fn compare<'d>(
    old: &Operation<'d>,
    new: &Operation<'d>,
    pairs: &mut Pairs<'d>,
    teller: &mut Teller<'d>,
) {
    Compare { old, new, pairs, teller }.all();
}

struct Compare<'c, 'd> {
    old: &'c Operation<'d>,
    new: &'c Operation<'d>,
    pairs: &'c mut Pairs<'d>,
    teller: &'c mut Teller<'d>,
}

impl<'d> Compare<'_, 'd> {
    fn all(&mut self) {
        self.identity();
        self.parameters();
        self.request();
        self.responses();
    }

    fn tell(&mut self, location: Option<Location>, what: (&str, &str), kind: (Kind, &str), facts: Facts<'d>) {
        self.teller.tell(self.new, location, what, kind, facts);
    }

    fn identity(&mut self) {
        let (old, new) = (self.old, self.new);
        if let (Some(before), Some(after)) = (old.id, new.id)
            && before != after
        {
            let facts = both(before, after, old.at.get("operationId"), new.at.get("operationId"));
            self.tell(None, ("", after), (Kind::OperationIdChanged, ""), facts);
        }
        if (&old.method, old.path) != (&new.method, new.path) {
            let same = old.method == new.method && old.normal_path() == new.normal_path();
            let when = if same { "placeholder" } else { "" };
            let said = |operation: &Operation<'_>| format!("{} {}", operation.method, operation.path);
            let facts = both(said(old), said(new), Some(old.at.clone()), Some(new.at.clone()));
            self.tell(None, ("", &new.name()), (Kind::PathChanged, when), facts);
        }
        self.deprecation(None, ("", &new.name()), &old.at, &new.at);
    }

    fn deprecation(&mut self, location: Option<Location>, what: (&str, &str), old: &At<'d>, new: &At<'d>) {
        let word = |at: &At<'d>| (at.get("deprecated"), at.get("x-deprecated"));
        let mut found = None;
        self.pairs.deprecation(word(old), word(new), |finding| found = Some(finding));
        if let Some(finding) = found {
            let when = if matches!(finding.what, What::Deprecated(true)) { "" } else { "no-more" };
            let facts =
                Facts { before: finding.before, after: finding.after, from: finding.from, to: finding.to };
            self.tell(location, what, (Kind::Deprecated, when), facts);
        }
    }

    fn parameters(&mut self) {
        let (mut removed, mut added) = self.named(&self.old.parameters, &self.new.parameters);
        // Placeholders have a place, not a name.
        let same_path = self.old.normal_path() == self.new.normal_path();
        if same_path {
            let path = |parameter: &&Parameter<'d>| parameter.location == Location::Path;
            let order = |operation: &Operation<'d>, name: &str| operation.path.find(&format!("{{{name}}}"));
            let (mut olds, mut news): (Vec<_>, Vec<_>) =
                (removed.extract_if(.., |p| path(p)).collect(), added.extract_if(.., |p| path(p)).collect());
            olds.sort_by_key(|parameter| order(self.old, parameter.name));
            news.sort_by_key(|parameter| order(self.new, parameter.name));
            for (one, other) in olds.into_iter().zip(news) {
                self.parameter(one, other);
            }
        }
        self.moved(&mut removed, &mut added);
        self.renamed(&mut removed, &mut added);
        for parameter in removed {
            let before = Some(described(parameter, &mut self.pairs.from).into());
            let facts = Facts { before, from: Some(parameter.at.clone()), ..Facts::default() };
            let pointer = if parameter.location == Location::Request { parameter.name } else { "" };
            let kind = presence(&parameter.location, false);
            self.tell(Some(parameter.location.clone()), (pointer, parameter.name), (kind, ""), facts);
        }
        for parameter in added {
            let after = Some(described(parameter, &mut self.pairs.to).into());
            let facts = Facts { after, to: Some(parameter.at.clone()), ..Facts::default() };
            let pointer = if parameter.location == Location::Request { parameter.name } else { "" };
            let kind = presence(&parameter.location, true);
            let when = if parameter.required && kind != Kind::PathParamAdded { "required" } else { "" };
            self.tell(Some(parameter.location.clone()), (pointer, parameter.name), (kind, when), facts);
        }
    }

    /// Compares those of one name; gives those that only one side has.
    fn named<'p>(
        &mut self,
        olds: &'p [Parameter<'d>],
        news: &'p [Parameter<'d>],
    ) -> (Vec<&'p Parameter<'d>>, Vec<&'p Parameter<'d>>) {
        let same = |one: &Parameter<'_>, other: &Parameter<'_>| {
            let header = matches!(one.location, Location::Header | Location::Response(_));
            one.location == other.location
                && (one.name == other.name || header && one.name.eq_ignore_ascii_case(other.name))
        };
        let mut removed = Vec::new();
        for old in olds {
            match news.iter().find(|new| same(old, new)) {
                Some(new) => self.parameter(old, new),
                None => removed.push(old),
            }
        }
        let added = news.iter().filter(|new| olds.iter().all(|old| !same(old, new))).collect();
        (removed, added)
    }

    /// A parameter that travels elsewhere now.
    fn moved(&mut self, removed: &mut Vec<&Parameter<'d>>, added: &mut Vec<&Parameter<'d>>) {
        removed.retain(|old| {
            let Some(nth) = added.iter().position(|new| new.name.eq_ignore_ascii_case(old.name)) else {
                return true;
            };
            let new = added.remove(nth);
            self.another_name(old, new, 1.0);
            false
        });
    }

    fn renamed(&mut self, removed: &mut Vec<&Parameter<'d>>, added: &mut Vec<&Parameter<'d>>) {
        let property = |parameter: &Parameter<'d>| Property {
            name: parameter.name,
            at: parameter.at.clone(),
            schema: parameter.schema.clone(),
            required: parameter.required,
        };
        let (olds, news): (Vec<_>, Vec<_>) =
            (removed.iter().map(|p| property(p)).collect(), added.iter().map(|p| property(p)).collect());
        let (from, to) = (&mut self.pairs.from, &mut self.pairs.to);
        let found = rename::pairs(olds.len(), news.len(), |one, other| {
            if removed[one].location != added[other].location {
                return 0.0;
            }
            rename::property(&olds[one], &news[other], from, to)
        });
        let (before, after) = (removed.clone(), added.clone());
        for (one, other, score) in found {
            let (old, new) = (before[one], after[other]);
            self.another_name(old, new, score);
            removed.retain(|other| !std::ptr::eq(*other, old));
            added.retain(|other| !std::ptr::eq(*other, new));
        }
    }

    fn another_name(&mut self, old: &Parameter<'d>, new: &Parameter<'d>, score: f64) {
        let moved = old.location != new.location;
        let said = |parameter: &Parameter<'_>| match moved {
            true => format!("{} {}", parameter.location, parameter.name),
            false => parameter.name.to_owned(),
        };
        let facts = both(said(old), said(new), Some(old.at.clone()), Some(new.at.clone()));
        self.tell(Some(new.location.clone()), ("", new.name), (Kind::Renamed, ""), facts);
        self.teller.score(score);
        self.parameter(old, new);
    }

    /// Two parameters, or response headers, that are the same one.
    fn parameter(&mut self, old: &Parameter<'d>, new: &Parameter<'d>) {
        let location = new.location.clone();
        let pointer = if location == Location::Request { new.name } else { "" };
        if old.required != new.required && location != Location::Path {
            let when = if new.required { "required" } else { "optional" };
            let at = |parameter: &Parameter<'d>| {
                Some(parameter.at.get("required").unwrap_or_else(|| parameter.at.clone()))
            };
            let facts = both(old.required, new.required, at(old), at(new));
            self.tell(Some(location.clone()), (pointer, new.name), (Kind::RequiredChanged, when), facts);
        }
        self.style(old, new, pointer);
        self.site(location.clone(), Some(new.name), &old.schema, &new.schema);
        if let (Some(one), Some(other)) = (&old.encoded, &new.encoded) {
            self.site(location, Some(new.name), std::slice::from_ref(one), std::slice::from_ref(other));
        }
        self.filters(old, new);
    }

    /// How a value becomes text. Only lists and objects have a choice, and what is encoded.
    fn style(&mut self, old: &Parameter<'d>, new: &Parameter<'d>, pointer: &str) {
        if old.style == new.style {
            return;
        }
        let (one, other) = (self.pairs.from.id(&old.schema), self.pairs.to.id(&new.schema));
        let (one, other) = (self.pairs.from.get(one), self.pairs.to.get(other));
        let plain = |form: Form| !matches!(form, Form::Array | Form::Object | Form::Map);
        let encoded = old.encoded.is_some() != new.encoded.is_some();
        // Another type is told as such.
        if one.form() != other.form() || !encoded && plain(one.form()) {
            return;
        }
        let said = |parameter: &Parameter<'d>, described: String| match &parameter.style {
            Some(style) => format!("{described}, {style}"),
            None => described,
        };
        let (before, after) =
            (said(old, one.describe(&mut self.pairs.from)), said(new, other.describe(&mut self.pairs.to)));
        let key = |parameter: &Parameter<'d>| {
            let at = &parameter.at;
            let keys = ["x-encoding", "collectionFormat", "explode", "style"];
            Some(keys.iter().find_map(|key| at.get(key)).unwrap_or_else(|| at.clone()))
        };
        let facts = both(before, after, key(old), key(new));
        self.tell(Some(new.location.clone()), (pointer, new.name), (Kind::TypeChanged, ""), facts);
    }

    fn filters(&mut self, old: &Parameter<'d>, new: &Parameter<'d>) {
        let keys = |parameter: &Parameter<'d>| -> Vec<(&'d str, At<'d>)> {
            parameter.at.get("x-filters").iter().flat_map(At::named).collect()
        };
        let (olds, news) = (keys(old), keys(new));
        let location = || Some(new.location.clone());
        let values = |at: &At<'d>| at.get("values").map(|list| list.node.to_json());
        for (key, at) in &olds {
            match news.iter().find(|(other, _)| other == key) {
                Some((_, other)) => self.filter(new, key, at, other),
                None => {
                    let before = Some(values(at).unwrap_or_else(|| (*key).into()));
                    let facts = Facts { before, from: Some(at.clone()), ..Facts::default() };
                    self.tell(location(), (new.name, key), (Kind::FilterKeyRemoved, ""), facts);
                }
            }
        }
        for (key, at) in news.iter().filter(|(key, _)| olds.iter().all(|(other, _)| other != key)) {
            let after = Some(values(at).unwrap_or_else(|| (*key).into()));
            let facts = Facts { after, to: Some(at.clone()), ..Facts::default() };
            self.tell(location(), (new.name, key), (Kind::FilterKeyAdded, ""), facts);
        }
    }

    fn filter(&mut self, parameter: &Parameter<'d>, key: &str, old: &At<'d>, new: &At<'d>) {
        let location = || Some(parameter.location.clone());
        self.deprecation(location(), (parameter.name, key), old, new);
        let list = |at: &Option<At<'d>>| at.as_ref().map(|at| at.node.to_json());
        match (old.get("values"), new.get("values")) {
            (Some(before), Some(after)) => {
                let has =
                    |list: &At<'d>, item: &Node| list.node.items().any(|other| other.value == item.value);
                let pointer = format!("{}.{key}", parameter.name);
                for at in before.items().filter(|at| !has(&after, at.node)) {
                    let value = at.node.to_json();
                    let subject = text(&value);
                    let facts = Facts { before: Some(value), from: Some(at), ..Facts::default() };
                    self.tell(location(), (&pointer, &subject), (Kind::EnumValueRemoved, ""), facts);
                }
                for at in after.items().filter(|at| !has(&before, at.node)) {
                    let value = at.node.to_json();
                    let subject = text(&value);
                    let facts = Facts { after: Some(value), to: Some(at), ..Facts::default() };
                    self.tell(location(), (&pointer, &subject), (Kind::EnumValueAdded, ""), facts);
                }
            }
            (None, None) => {}
            (before, after) => {
                let kind = if before.is_none() { Kind::EnumIntroduced } else { Kind::EnumDropped };
                let facts = Facts { before: list(&before), after: list(&after), from: before, to: after };
                self.tell(location(), (parameter.name, key), (kind, ""), facts);
            }
        }
    }

    fn request(&mut self) {
        let location = || Some(Location::Request);
        match (&self.old.request, &self.new.request) {
            (None, None) => {}
            (Some(old), None) => {
                let before = Some(self.body_described(old, false).into());
                let facts = Facts { before, from: Some(old.at.clone()), ..Facts::default() };
                self.tell(location(), ("", "body"), (Kind::RequestFieldRemoved, ""), facts);
            }
            (None, Some(new)) => {
                let after = Some(self.body_described(new, true).into());
                let facts = Facts { after, to: Some(new.at.clone()), ..Facts::default() };
                let when = if new.required { "required" } else { "" };
                self.tell(location(), ("", "body"), (Kind::RequestFieldAdded, when), facts);
            }
            (Some(old), Some(new)) => {
                if old.required != new.required {
                    let when = if new.required { "required" } else { "optional" };
                    let at =
                        |body: &Body<'d>| Some(body.at.get("required").unwrap_or_else(|| body.at.clone()));
                    let facts = both(old.required, new.required, at(old), at(new));
                    self.tell(location(), ("", "body"), (Kind::RequiredChanged, when), facts);
                }
                self.media(&Location::Request, &old.content, &new.content);
                self.bodies(&Location::Request, &old.content, &new.content);
            }
        }
    }

    fn body_described(&mut self, body: &Body<'d>, new: bool) -> String {
        let schemas = if new { &mut self.pairs.to } else { &mut self.pairs.from };
        match body.content.iter().find_map(|media| media.schema.as_ref()) {
            Some(schema) => {
                let id = schemas.id(std::slice::from_ref(schema));
                let schema = schemas.get(id);
                schema.name.map_or_else(|| schema.describe(schemas), str::to_owned)
            }
            None => "any".to_owned(),
        }
    }

    fn responses(&mut self) {
        let (old, new) = (self.old, self.new);
        let when = |status: u16| if matches!(status, 1..=3 | 100..400) { "success" } else { "failure" };
        let subject = |location: &Location| location.to_string().replacen("response.", "", 1);
        for response in &old.responses {
            let location = Location::Response(response.status);
            match new.responses.iter().find(|other| other.status == response.status) {
                Some(other) => self.response(response, other),
                None => {
                    let subject = subject(&location);
                    let facts = Facts {
                        before: Some(subject.as_str().into()),
                        from: Some(response.at.clone()),
                        ..Facts::default()
                    };
                    let kind = (Kind::StatusCodeRemoved, when(response.status));
                    self.tell(Some(location), ("", &subject), kind, facts);
                }
            }
        }
        for response in &new.responses {
            if old.responses.iter().all(|other| other.status != response.status) {
                let location = Location::Response(response.status);
                let subject = subject(&location);
                let facts = Facts {
                    after: Some(subject.as_str().into()),
                    to: Some(response.at.clone()),
                    ..Facts::default()
                };
                let kind = (Kind::StatusCodeAdded, when(response.status));
                self.tell(Some(location), ("", &subject), kind, facts);
            }
        }
    }

    fn response(&mut self, old: &Response<'d>, new: &Response<'d>) {
        let location = Location::Response(new.status);
        let (removed, added) = self.named(&old.headers, &new.headers);
        for header in removed {
            let before = Some(described(header, &mut self.pairs.from).into());
            let facts = Facts { before, from: Some(header.at.clone()), ..Facts::default() };
            self.tell(Some(location.clone()), ("", header.name), (Kind::ResponseHeaderRemoved, ""), facts);
        }
        for header in added {
            let after = Some(described(header, &mut self.pairs.to).into());
            let facts = Facts { after, to: Some(header.at.clone()), ..Facts::default() };
            self.tell(Some(location.clone()), ("", header.name), (Kind::ResponseHeaderAdded, ""), facts);
        }
        let schema = |content: &[Media<'d>]| content.iter().find_map(|media| media.schema.clone());
        match (schema(&old.content), schema(&new.content)) {
            (None, None) => self.media(&location, &old.content, &new.content),
            (Some(_), Some(_)) => {
                self.media(&location, &old.content, &new.content);
                self.bodies(&location, &old.content, &new.content);
            }
            (Some(one), None) => {
                let described = self.body_described(&whole(old), false);
                let facts = Facts { before: Some(described.into()), from: Some(one), ..Facts::default() };
                self.tell(Some(location), ("", "body"), (Kind::ResponseBodyRemoved, ""), facts);
            }
            (None, Some(other)) => {
                let described = self.body_described(&whole(new), true);
                let facts = Facts { after: Some(described.into()), to: Some(other), ..Facts::default() };
                self.tell(Some(location), ("", "body"), (Kind::ResponseBodyAdded, ""), facts);
            }
        }
    }

    /// The names of media types, where both sides say them.
    fn media(&mut self, location: &Location, old: &[Media<'d>], new: &[Media<'d>]) {
        let names = |content: &[Media<'d>]| -> Option<Vec<(&'d str, At<'d>)>> {
            content.iter().map(|media| Some((media.name?, media.at.clone()))).collect()
        };
        let (Some(olds), Some(news)) = (names(old), names(new)) else { return };
        let has = |list: &[(&str, At<'d>)], name: &str| {
            list.iter().any(|(other, _)| other.eq_ignore_ascii_case(name))
        };
        for (name, at) in olds.iter().filter(|(name, _)| !has(&news, name)) {
            let facts = Facts { before: Some((*name).into()), from: Some(at.clone()), ..Facts::default() };
            self.tell(Some(location.clone()), ("", name), (Kind::MediaTypeRemoved, ""), facts);
        }
        for (name, at) in news.iter().filter(|(name, _)| !has(&olds, name)) {
            let facts = Facts { after: Some((*name).into()), to: Some(at.clone()), ..Facts::default() };
            self.tell(Some(location.clone()), ("", name), (Kind::MediaTypeAdded, ""), facts);
        }
    }

    /// The schemas of a body: those of one media type, else the first of both.
    fn bodies(&mut self, location: &Location, old: &[Media<'d>], new: &[Media<'d>]) {
        let mut found = false;
        for (one, other) in old.iter().flat_map(|one| new.iter().map(move |other| (one, other))) {
            let same = match (one.name, other.name) {
                (Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
                _ => true,
            };
            if let (true, Some(one), Some(other)) = (same, &one.schema, &other.schema) {
                self.site(location.clone(), None, std::slice::from_ref(one), std::slice::from_ref(other));
                found = true;
            }
        }
        let first = |content: &[Media<'d>]| content.iter().find_map(|media| media.schema.clone());
        if let (false, Some(one), Some(other)) = (found, first(old), first(new)) {
            self.site(location.clone(), None, &[one], &[other]);
        }
    }

    fn site(&mut self, location: Location, named: Option<&'d str>, old: &[At<'d>], new: &[At<'d>]) {
        let pair = self.pairs.pair(old, new);
        let operation = self.new;
        self.teller.sites.push(Site {
            operation: operation.name(),
            method: operation.method.clone(),
            path: operation.path.to_owned(),
            location,
            named,
            note: None,
            pair,
        });
    }
}

/// The body of a response, to be described as one of a request.
fn whole<'d>(response: &Response<'d>) -> Body<'d> {
    Body { at: response.at.clone(), required: false, content: response.content.clone() }
}

fn both<'d>(
    before: impl Into<Json>,
    after: impl Into<Json>,
    from: Option<At<'d>>,
    to: Option<At<'d>>,
) -> Facts<'d> {
    Facts { before: Some(before.into()), after: Some(after.into()), from, to }
}

fn described<'d>(parameter: &Parameter<'d>, schemas: &mut super::schema::Schemas<'d>) -> String {
    let id = schemas.id(&parameter.schema);
    schemas.get(id).describe(schemas)
}
