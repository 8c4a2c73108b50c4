//! History: in which versions each thing exists. All versions are read together, so that each knows.
//!
//! What one document says about a deprecation is known in all versions of the thing: a document may leave out what the
//! next one says.
//!
//! A thing is the same in two versions if it has the same name there: an operation its Rust name (or else its method and path),
//! a type its Rust name, a field its name in its type, a parameter its name and location in its operation. Its life is the
//! unbroken run of versions around the one that is asked: what was dropped and came back has two lives.

use std::collections::HashMap;
use std::hash::Hash;

use super::{Api, ApiVersion, Deprecation, Life, Location, TypeKind};

/// Gives everything in these Apis its [`Life`]. `since` is `None` where the oldest of them has it already, `until` where
/// the newest still has it.
pub fn relate(apis: &mut [Api]) {
    let mut order: Vec<usize> = (0..apis.len()).collect();
    order.sort_by_key(|index| apis[*index].version);
    let versions: Vec<ApiVersion> = order.iter().map(|index| apis[*index].version).collect();

    let mut presence = Presence::default();
    let ids: Vec<Vec<usize>> = {
        let mut things = Things::default();
        order
            .iter()
            .enumerate()
            .map(|(position, index)| things.of(&apis[*index], position, &mut presence))
            .collect()
    };
    for (position, (index, ids)) in order.into_iter().zip(ids).enumerate() {
        let mut ids = ids.into_iter();
        lives(&mut apis[index], &mut |life| {
            let id = ids.next().expect("an Api is walked the same way each time");
            *life = presence.life(id, position, &versions);
        });
    }
}

/// For each thing the versions (by position) that have it, ascending, and what those that deprecate it say.
#[derive(Default)]
struct Presence {
    seen: Vec<Vec<usize>>,
    deprecated: HashMap<usize, Vec<(usize, Option<String>)>>,
}

impl Presence {
    fn add(&mut self, id: usize, position: usize, deprecation: Option<&Deprecation>) {
        if self.seen.len() <= id {
            self.seen.resize_with(id + 1, Vec::new);
        }
        // Twice in one version (two operations of one method and path) counts once.
        if self.seen[id].last() != Some(&position) {
            self.seen[id].push(position);
        }
        if let Some(deprecation) = deprecation {
            self.deprecated.entry(id).or_default().push((position, deprecation.replaced_by.clone()));
        }
    }

    fn life(&self, id: usize, position: usize, versions: &[ApiVersion]) -> Life {
        let seen = &self.seen[id];
        let at = seen.partition_point(|other| *other < position);
        let (mut first, mut last) = (at, at);
        while first > 0 && seen[first - 1] + 1 == seen[first] {
            first -= 1;
        }
        while last + 1 < seen.len() && seen[last] + 1 == seen[last + 1] {
            last += 1;
        }
        let run = seen[first]..=seen[last];
        let said = self.deprecated.get(&id).map(Vec::as_slice).unwrap_or_default();
        let mut said = said.iter().filter(|(position, _)| run.contains(position));
        Life {
            since: (seen[first] > 0).then(|| versions[seen[first]]),
            until: (seen[last] + 1 < versions.len()).then(|| versions[seen[last]]),
            deprecated: said.clone().next().filter(|(at, _)| *at > 0).map(|(at, _)| versions[*at]),
            replaced_by: said.rfind(|(_, name)| name.is_some()).and_then(|(_, name)| name.clone()),
        }
    }
}

/// Numbers for names, from 0.
struct Numbers<K>(HashMap<K, usize>);

impl<K> Default for Numbers<K> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Hash + Eq> Numbers<K> {
    fn of(&mut self, key: K, next: &mut usize) -> usize {
        *self.0.entry(key).or_insert_with(|| {
            *next += 1;
            *next - 1
        })
    }
}

/// What a thing is within the thing that it belongs to.
#[derive(PartialEq, Eq, Hash)]
enum Part<'a> {
    Parameter(Location, &'a str),
    FilterKey(&'a str),
    Body,
    Response(u16),
    /// Header names differ by more than case.
    Header(String),
    Field(&'a str),
    Variant(&'a str),
}

/// The things that were met, over all versions.
#[derive(Default)]
struct Things<'a> {
    next: usize,
    operations: Numbers<&'a str>,
    /// The operation at a method and path, and the position of the version where it was.
    endpoints: HashMap<(&'static str, String), usize>,
    types: Numbers<&'a str>,
    parts: Numbers<(usize, Part<'a>)>,
}

impl<'a> Things<'a> {
    /// The numbers of everything in an Api, in the order of [`lives`].
    fn of(&mut self, api: &'a Api, position: usize, presence: &mut Presence) -> Vec<usize> {
        let mut ids = Vec::new();
        let mut add = |id: usize, deprecation: Option<&Deprecation>| {
            presence.add(id, position, deprecation);
            ids.push(id);
        };
        for operation in &api.operations {
            let endpoint = (operation.method.as_str(), bare_path(&operation.path));
            let id = match self.operations.0.get(operation.type_name.as_str()) {
                Some(id) => *id,
                // A new name at a known method and path is the same operation under another name.
                None => match self.endpoints.get(&endpoint) {
                    Some(id) => {
                        self.operations.0.insert(&operation.type_name, *id);
                        *id
                    }
                    None => self.operations.of(&operation.type_name, &mut self.next),
                },
            };
            self.endpoints.insert(endpoint, id);
            add(id, operation.deprecation.as_ref());
            let mut part = |of: usize, part: Part<'a>| self.parts.of((of, part), &mut self.next);
            for parameter in &operation.parameters {
                let parameter_id = part(id, Part::Parameter(parameter.location, &parameter.name));
                add(parameter_id, parameter.deprecation.as_ref());
                for key in parameter.filters.iter().flat_map(|filters| &filters.keys) {
                    add(part(parameter_id, Part::FilterKey(&key.name)), None);
                }
            }
            if operation.body.is_some() {
                add(part(id, Part::Body), None);
            }
            for response in &operation.responses {
                let response_id = part(id, Part::Response(response.status));
                add(response_id, None);
                for header in &response.headers {
                    add(part(response_id, Part::Header(header.name.to_ascii_lowercase())), None);
                }
            }
        }
        for def in api.types.values() {
            let id = self.types.of(&def.name, &mut self.next);
            add(id, def.deprecation.as_ref());
            let mut part = |part: Part<'a>| self.parts.of((id, part), &mut self.next);
            match &def.kind {
                TypeKind::Struct(fields) => {
                    for field in fields {
                        add(part(Part::Field(&field.name)), field.deprecation.as_ref());
                    }
                }
                TypeKind::Enum(variants) => {
                    variants.iter().for_each(|variant| add(part(Part::Variant(&variant.value)), None))
                }
                TypeKind::Alias(_) => {}
            }
        }
        ids
    }
}

/// Every life in an Api, each thing before its parts.
fn lives(api: &mut Api, visit: &mut impl FnMut(&mut Life)) {
    for operation in &mut api.operations {
        visit(&mut operation.life);
        for parameter in &mut operation.parameters {
            visit(&mut parameter.life);
            for key in parameter.filters.iter_mut().flat_map(|filters| &mut filters.keys) {
                visit(&mut key.life);
            }
        }
        if let Some(body) = &mut operation.body {
            visit(&mut body.life);
        }
        for response in &mut operation.responses {
            visit(&mut response.life);
            response.headers.iter_mut().for_each(|header| visit(&mut header.life));
        }
    }
    for def in api.types.values_mut() {
        visit(&mut def.life);
        match &mut def.kind {
            TypeKind::Struct(fields) => fields.iter_mut().for_each(|field| visit(&mut field.life)),
            TypeKind::Enum(variants) => variants.iter_mut().for_each(|variant| visit(&mut variant.life)),
            TypeKind::Alias(_) => {}
        }
    }
}

/// A path without the names of its parameters, which mean nothing on the wire: `/images/{}/json`.
pub(crate) fn bare_path(path: &str) -> String {
    let mut bare = String::with_capacity(path.len());
    let mut inside = false;
    for letter in path.chars() {
        match letter {
            '{' => {
                inside = true;
                bare.push_str("{}");
            }
            '}' => inside = false,
            _ if !inside => bare.push(letter),
            _ => {}
        }
    }
    bare
}
