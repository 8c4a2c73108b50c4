//! What a programmer can do about a change.

use super::renames::Score;
use super::surface::{Item, Member, Shape, Thing};
use crate::api::{Api, TypeKind, successor};

/// What the documents name as the successor, in Rust.
pub(super) fn instead(api: &Api, owner: Option<&str>, name: &str) -> String {
    let name = successor(api, owner, name).unwrap_or_else(|| name.to_owned());
    ["use `", &name, "` instead"].concat()
}

/// A type's new name, and how sure that is.
pub(super) fn renamed(to: &str, score: Score) -> String {
    let Score { same, all } = score;
    let sure = match (same, all) {
        (_, 0) => "both have no members".to_owned(),
        _ if same == all => "all members are the same".to_owned(),
        _ => [&same.to_string(), " of ", &all.to_string(), " members are the same"].concat(),
    };
    ["it is `", to, "` now (", &sure, ")"].concat()
}

/// A member is gone.
pub(super) fn removed(member: &Member<'_>, old: &Item<'_>, new: &Item<'_>, to: &Api) -> Option<String> {
    if let Some(name) = member.thing.replaced_by() {
        return Some(instead(to, new.type_name(), name));
    }
    match (old.shape, member.thing, new.shape) {
        (Shape::Request(_), Thing::Setter(was), Shape::Request(operation)) => {
            let is_argument = operation.parameters.iter().any(|is| is.required && is.name == was.name);
            is_argument.then(|| argument_of(&operation.method_name))
        }
        (Shape::Request(_), Thing::BodySetter(_), Shape::Request(operation)) => {
            let is_argument = operation.body.as_ref().is_some_and(|body| body.required);
            is_argument.then(|| argument_of(&operation.method_name))
        }
        (_, Thing::Variant(variant), Shape::Enum(def)) => {
            let value = format!("{:?}", variant.value);
            Some(["an older Engine's value is `", &def.name, "::from(", &value, ")`"].concat())
        }
        (_, Thing::Field(field), Shape::Struct(def)) => {
            let kept = crate::rust::signature::extra(def)?;
            let wire = format!("{:?}", field.name);
            Some(["an older Engine's field is in `", kept, "` under ", &wire].concat())
        }
        (_, Thing::Filter(key), Shape::Filters) => {
            let wire = format!("{:?}", key.name);
            Some(["an older Engine still takes `raw(", &wire, ", …)`"].concat())
        }
        _ => None,
    }
}

fn argument_of(method: &str) -> String {
    ["it is an argument of `Client::", method, "` now"].concat()
}

/// A member is declared otherwise.
pub(super) fn changed(
    old: Thing<'_>,
    new: Thing<'_>,
    apis: (&Api, &Api),
    owner: &Item<'_>,
) -> Option<String> {
    match (old, new) {
        (Thing::Method(was), Thing::Method(is)) => {
            let optional =
                was.parameters.iter().filter(|parameter| parameter.required).find_map(|parameter| {
                    let same = is.parameters.iter().find(|other| other.name == parameter.name)?;
                    (!same.required).then_some(&same.rust_name)
                });
            optional.map(|name| ["`", name, "` is a setter of the request now"].concat())
        }
        (Thing::Field(was), Thing::Field(is)) => {
            if let Some(name) = new.replaced_by() {
                return Some(instead(apis.1, owner.type_name(), name));
            }
            let optional = |field: &crate::api::Field| !field.required || field.nullable || field.boxed;
            if was.ty != is.ty {
                return values(&was.ty, &is.ty, apis);
            }
            match (optional(was), optional(is)) {
                (true, false) => Some("it is always there now: no `Option` around it".to_owned()),
                (false, true) => Some("it may be missing now: put it into `Some`".to_owned()),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Text that became an open enum, and back, converts.
fn values(was: &crate::api::Type, is: &crate::api::Type, apis: (&Api, &Api)) -> Option<String> {
    use crate::api::Type;
    let is_enum = |api: &Api, ty: &Type| match ty {
        Type::Named(name) => matches!(api.types.get(name).map(|def| &def.kind), Some(TypeKind::Enum(_))),
        _ => false,
    };
    match (was, is) {
        (Type::String, is) if is_enum(apis.1, is) => {
            Some("make it of text with `into()`, read it with `as_str()`".to_owned())
        }
        (was, Type::String) if is_enum(apis.0, was) => {
            Some("make it with `to_string()` of the enum's value".to_owned())
        }
        _ => None,
    }
}
