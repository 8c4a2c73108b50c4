//! What a document names as the successor of something → its path in Rust.

use super::{Api, TypeKind};

/// The Rust path of what a document calls `Networks`, `EndpointSettings.MacAddress` or `ImagePush`: a field of the type
/// that names it (`networks`), a field of another type (`models::EndpointSettings::mac_address`), a type, or an
/// operation. `None` if this version has no such thing.
pub fn successor(api: &Api, owner: Option<&str>, name: &str) -> Option<String> {
    let field = |owner: &str, name: &str| match &api.types.get(owner)?.kind {
        TypeKind::Struct(fields) => {
            let same = fields.iter().find(|field| field.name == name);
            Some(&same.or_else(|| fields.iter().find(|field| field.rust_name == name))?.rust_name)
        }
        _ => None,
    };
    if let Some((owner, name)) = name.rsplit_once('.') {
        let owner = owner.rsplit('.').next().unwrap_or(owner);
        let def =
            api.types.values().find(|def| def.name == owner || def.definition.as_deref() == Some(owner))?;
        return Some(["models::", &def.name, "::", field(&def.name, name)?].concat());
    }
    if let Some(field) = owner.and_then(|owner| field(owner, name)) {
        return Some(field.clone());
    }
    let operation =
        api.operations.iter().find(|operation| operation.type_name == name || operation.id == name);
    if let Some(operation) = operation {
        return Some(["Client::", &operation.method_name].concat());
    }
    api.types.contains_key(name).then(|| ["models::", name].concat())
}
