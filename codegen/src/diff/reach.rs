//! Which items of a generated crate an operation needs: its method, its request, and every model that it sends or
//! receives.

use std::collections::HashSet;

use super::RustChange;
use crate::api::{Answer, Api, BodyKind, Operation, Type, TypeKind};

/// The items that some operations need, over several Apis.
#[derive(Clone, Debug, Default)]
pub struct Reach(HashSet<String>);

impl Reach {
    /// Adds what the operations of these ids need in one Api.
    pub fn add(&mut self, api: &Api, ids: &[String]) {
        for operation in api.operations.iter().filter(|operation| ids.contains(&operation.id)) {
            self.operation(api, operation);
        }
    }

    /// Whether a change is of something that the operations need.
    pub fn has(&self, change: &RustChange) -> bool {
        let end = change.item.match_indices("::").nth(1).map_or(change.item.len(), |(end, _)| end);
        self.0.contains(&change.item[..end])
    }

    fn operation(&mut self, api: &Api, operation: &Operation) {
        self.0.insert(format!("Client::{}", operation.method_name));
        self.0.insert(format!("operations::{}", operation.type_name));
        for parameter in &operation.parameters {
            self.ty(api, &parameter.ty);
            if let Some(filters) = &parameter.filters {
                self.0.insert(format!("operations::{}", filters.type_name));
            }
        }
        if let Some(BodyKind::Json(ty)) = operation.body.as_ref().map(|body| &body.kind) {
            self.ty(api, ty);
        }
        for response in &operation.responses {
            response.body.iter().for_each(|ty| self.ty(api, ty));
            response.headers.iter().for_each(|header| self.ty(api, &header.ty));
        }
        match &operation.answer {
            Answer::Json(ty) | Answer::JsonStream(ty) => self.ty(api, ty),
            Answer::Headers(name) => drop(self.0.insert(format!("operations::{name}"))),
            Answer::Outcome { type_name, variants } => {
                self.0.insert(format!("operations::{type_name}"));
                variants.iter().filter_map(|variant| variant.body.as_ref()).for_each(|ty| self.ty(api, ty));
            }
            Answer::Logs | Answer::Bytes | Answer::Duplex | Answer::Text | Answer::Empty => {}
        }
    }

    fn ty(&mut self, api: &Api, ty: &Type) {
        match ty {
            Type::Array(inner) | Type::Map(inner) | Type::Nullable(inner) => self.ty(api, inner),
            Type::Named(name) if self.0.insert(format!("models::{name}")) => {
                match api.types.get(name).map(|def| &def.kind) {
                    Some(TypeKind::Struct(fields)) => fields.iter().for_each(|field| self.ty(api, &field.ty)),
                    Some(TypeKind::Alias(inner)) => self.ty(api, inner),
                    Some(TypeKind::Enum(_)) | None => {}
                }
            }
            _ => {}
        }
    }
}
