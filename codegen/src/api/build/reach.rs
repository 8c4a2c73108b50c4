//! Which types travel to the Engine, and which come from it.

use indexmap::IndexMap;

use crate::api::{Answer, Api, BodyKind, Type, TypeDef, TypeKind};

/// Marks each type that a request or a response carries, through the types that carry it. A definition that no operation
/// refers to describes a message that the document does not attach to any (a build's progress): received.
pub(super) fn mark(api: &mut Api) {
    let mut sent = Walk::new(&api.types);
    let mut received = Walk::new(&api.types);
    for operation in &api.operations {
        operation.parameters.iter().for_each(|parameter| sent.visit(&parameter.ty));
        if let Some(BodyKind::Json(ty)) = operation.body.as_ref().map(|body| &body.kind) {
            sent.visit(ty);
        }
        for response in &operation.responses {
            response
                .body
                .iter()
                .chain(response.headers.iter().map(|header| &header.ty))
                .for_each(|ty| received.visit(ty));
        }
        match &operation.answer {
            Answer::Json(ty) | Answer::JsonStream(ty) => received.visit(ty),
            Answer::Outcome { variants, .. } => {
                variants.iter().filter_map(|variant| variant.body.as_ref()).for_each(|ty| received.visit(ty));
            }
            _ => {}
        }
    }
    let (sent, received) = (sent.finish(), received.finish());
    // What an unused definition carries is received with it.
    let mut unused = Walk::new(&api.types);
    for (index, def) in api.types.values().enumerate() {
        if !sent[index] && !received[index] {
            unused.visit(&Type::Named(def.name.clone()));
        }
    }
    let unused = unused.finish();
    for (index, def) in api.types.values_mut().enumerate() {
        def.sent = sent[index];
        def.received = received[index] || unused[index];
    }
}

/// A walk over types: what was seen, and what is still to be looked into.
struct Walk<'a> {
    types: &'a IndexMap<String, TypeDef>,
    seen: Vec<bool>,
    open: Vec<usize>,
}

impl<'a> Walk<'a> {
    fn new(types: &'a IndexMap<String, TypeDef>) -> Self {
        Self { types, seen: vec![false; types.len()], open: Vec::new() }
    }

    fn visit(&mut self, ty: &Type) {
        match ty {
            Type::Array(inner) | Type::Map(inner) | Type::Nullable(inner) => self.visit(inner),
            Type::Named(name) => {
                if let Some(index) = self.types.get_index_of(name).filter(|index| !self.seen[*index]) {
                    self.seen[index] = true;
                    self.open.push(index);
                }
            }
            _ => {}
        }
    }

    fn finish(mut self) -> Vec<bool> {
        while let Some(index) = self.open.pop() {
            match &self.types[index].kind {
                TypeKind::Struct(fields) => fields.iter().for_each(|field| self.visit(&field.ty)),
                TypeKind::Alias(ty) => self.visit(ty),
                TypeKind::Enum(_) => {}
            }
        }
        self.seen
    }
}
