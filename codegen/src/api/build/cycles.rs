//! Types that contain themselves: a field that closes a cycle is boxed; what no box can help is an error.

use indexmap::IndexMap;

use crate::api::{Field, Result, Type, TypeDef, TypeKind};

/// Boxes the fields that close cycles.
pub(super) fn close(types: &mut IndexMap<String, TypeDef>) -> Result<()> {
    // `type A = Vec<A>` is no type, whatever stands between.
    let ring = |def: &TypeDef| match &def.kind {
        TypeKind::Alias(ty) => named(ty, true).into_iter().map(|name| (name.to_owned(), 0)).collect(),
        _ => Vec::new(),
    };
    if let Some((index, _)) = back_edges(types, ring).first() {
        let def = &types[*index];
        return Err(def.origin.error(format!("`{}` is only another name for itself", def.name)));
    }
    // A struct that must hold itself has no value, and no default.
    if let Some((index, field)) =
        back_edges(types, |def| edges(types, def, |field| field.required && !field.nullable)).first()
    {
        let def = &types[*index];
        let origin = match &def.kind {
            TypeKind::Struct(fields) => &fields[*field].origin,
            _ => &def.origin,
        };
        return Err(origin.error(format!(
            "`{}` would have to contain itself: one of the fields must be optional",
            def.name
        )));
    }
    for (index, field) in back_edges(types, |def| edges(types, def, |_| true)) {
        if let TypeKind::Struct(fields) = &mut types[index].kind {
            fields[field].boxed = true;
        }
    }
    Ok(())
}

/// The structs that a struct holds directly, each with the number of the field that holds it.
fn edges(
    types: &IndexMap<String, TypeDef>,
    def: &TypeDef,
    follow: impl Fn(&Field) -> bool,
) -> Vec<(String, usize)> {
    let TypeKind::Struct(fields) = &def.kind else { return Vec::new() };
    let held = |field: &Field| {
        let mut name = named(&field.ty, false)?;
        // No alias leads back to itself: that was looked at first.
        while let Some(TypeKind::Alias(ty)) = types.get(name).map(|def| &def.kind) {
            name = named(ty, false)?;
        }
        Some(name.to_owned())
    };
    let fields = fields.iter().enumerate().filter(|(_, field)| follow(field));
    fields.filter_map(|(index, field)| Some((held(field)?, index))).collect()
}

/// The type that `ty` names. Arrays and maps hold their values elsewhere, so that they end a way, unless it is only the
/// names that count.
fn named(ty: &Type, through: bool) -> Option<&str> {
    match ty {
        Type::Named(name) => Some(name),
        Type::Nullable(inner) => named(inner, through),
        Type::Array(inner) | Type::Map(inner) if through => named(inner, through),
        _ => None,
    }
}

/// The edges that lead back to a type that is being walked: (type, field), in document order. Without them there is no
/// cycle. The walk keeps its own stack, since a document decides how deep it goes.
fn back_edges(
    types: &IndexMap<String, TypeDef>,
    edges: impl Fn(&TypeDef) -> Vec<(String, usize)>,
) -> Vec<(usize, usize)> {
    #[derive(Clone, Copy, PartialEq)]
    enum Color {
        New,
        Open,
        Done,
    }
    let targets: Vec<Vec<(usize, usize)>> = types
        .values()
        .map(|def| {
            let targets = edges(def).into_iter();
            targets.filter_map(|(name, field)| Some((types.get_index_of(&name)?, field))).collect()
        })
        .collect();
    let mut colors = vec![Color::New; types.len()];
    let mut found = Vec::new();
    for start in 0..types.len() {
        if colors[start] != Color::New {
            continue;
        }
        colors[start] = Color::Open;
        let mut stack = vec![(start, 0)];
        while let Some((index, next)) = stack.last_mut() {
            let Some((target, field)) = targets[*index].get(*next).copied() else {
                colors[*index] = Color::Done;
                stack.pop();
                continue;
            };
            *next += 1;
            match colors[target] {
                Color::New => {
                    colors[target] = Color::Open;
                    stack.push((target, 0));
                }
                Color::Open => found.push((*index, field)),
                Color::Done => {}
            }
        }
    }
    found
}
