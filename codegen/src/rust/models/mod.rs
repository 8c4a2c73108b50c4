//! `src/models`: a file for each definition with the inline types below it, and the module that names them all.

mod enumeration;
pub(super) mod structure;

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::docs::{self, Comment};
use super::ty::Types;
use super::{CrateFiles, Error, format, name};
use crate::api::{Api, Encoding, Life, Location, Origin, Type, TypeDef, TypeKind};

/// Adds the files of all types.
pub(super) fn emit(api: &Api, files: &mut CrateFiles) -> Result<(), Error> {
    refuse_endless_aliases(api)?;
    let mut modules: BTreeMap<&str, Vec<&TypeDef>> = BTreeMap::new();
    for (name, def) in &api.types {
        if *name != def.name {
            return Err(Error::at(
                &def.origin,
                format!("the type `{}` is kept under the name `{name}`", def.name),
            ));
        }
        modules.entry(&def.module).or_default().push(def);
    }
    let credentials = credentials(api);
    let mut index = TokenStream::new();
    let mut exports = TokenStream::new();
    for (module, defs) in &modules {
        let module_ident = name::module(module, &defs[0].origin)?;
        let names = sorted_idents(defs.iter().map(|def| (def.name.as_str(), &def.origin)))?;
        index.extend(quote!(mod #module_ident;));
        exports.extend(quote!(pub use self::#module_ident::{#(#names),*};));
    }
    let modules: Vec<_> = modules.into_iter().collect();
    files.extend_parallel(&modules, |(module, defs)| {
        let path = ["src/models/", module, ".rs"].concat();
        let text = format::file(&path, file(api, module, defs, &credentials)?)?;
        Ok((path, text))
    })?;
    let about =
        [" Types of the Docker Engine API v", &api.version.to_string(), ", one file for each definition."]
            .concat();
    let path = "src/models/mod.rs";
    files.insert(path.to_owned(), format::file(path, quote! { #![doc = #about] #index #exports })?);
    Ok(())
}

/// The types of one module.
fn file(
    api: &Api,
    module: &str,
    defs: &[&TypeDef],
    credentials: &BTreeSet<&str>,
) -> Result<TokenStream, Error> {
    let mut types = Types::in_models(api);
    let mut items = TokenStream::new();
    for def in defs {
        items.extend(match &def.kind {
            TypeKind::Struct(fields) => structure::tokens(def, fields, &mut types)?,
            TypeKind::Enum(variants) => enumeration::tokens(def, variants, &mut types)?,
            TypeKind::Alias(ty) => alias(def, ty, &mut types)?,
        });
        if credentials.contains(def.name.as_str()) {
            let name = name::type_ident(&def.name, &def.origin)?;
            items.extend(quote!(runtime::registry_auth! { #name }));
        }
    }
    let map = types.maps().then(|| {
        quote!(
            use std::collections::BTreeMap;
        )
    });
    let runtime = types.runtime().then(|| {
        quote!(
            use crate::runtime;
        )
    });
    let foreign: BTreeSet<&str> = types.used().filter(|name| api.types[*name].module != module).collect();
    let foreign = sorted_idents(foreign.iter().map(|name| (*name, &api.types[*name].origin)))?;
    let siblings = (!foreign.is_empty()).then(|| quote!(use super::{#(#foreign),*};));
    Ok(quote! { #map #siblings #runtime #items })
}

/// The structs that registry credentials travel in: what headers hold as JSON in URL-safe base64, alone or by registry.
fn credentials(api: &Api) -> BTreeSet<&str> {
    let parameters = api.operations.iter().flat_map(|operation| &operation.parameters);
    let headers = parameters.filter(|parameter| {
        (parameter.location, parameter.encoding) == (Location::Header, Encoding::Base64UrlJson)
    });
    let mut structs = BTreeSet::new();
    for header in headers {
        let mut name = named(&header.ty);
        // An alias that leads back to itself was refused before.
        while let Some(def) = name.and_then(|name| api.types.get(name)) {
            name = match &def.kind {
                TypeKind::Alias(ty) => named(ty),
                TypeKind::Struct(_) => {
                    structs.insert(def.name.as_str());
                    None
                }
                TypeKind::Enum(_) => None,
            };
        }
    }
    structs
}

/// `pub type PortMap = …;`
fn alias(def: &TypeDef, ty: &Type, types: &mut Types<'_>) -> Result<TokenStream, Error> {
    let name = name::type_ident(&def.name, &def.origin)?;
    let doc = comment(def, "Another name for the type that the Engine API calls").attributes();
    let ty = types.tokens(ty, &def.origin)?;
    Ok(quote! { #doc pub type #name = #ty; })
}

/// Words of a type, or what it is and where it stands in the document.
fn comment(def: &TypeDef, what: &str) -> Comment {
    let place = docs::type_place(&def.origin).or_else(|| def.definition.clone());
    let mut comment = Comment::of(&def.docs, || match &place {
        Some(place) => [what, " ", &docs::code(place), "."].concat(),
        None => [what, " ", &docs::code(&def.name), "."].concat(),
    });
    let mut facts = docs::life(&def.life, &Life::default());
    facts.extend(docs::deprecated_sentence(def.deprecation.as_ref(), &def.life));
    comment.sentences(&facts);
    comment
}

fn sorted_idents<'a>(names: impl Iterator<Item = (&'a str, &'a Origin)>) -> Result<Vec<Ident>, Error> {
    let mut names: Vec<_> = names.collect();
    names.sort_by_key(|(name, _)| *name);
    names.into_iter().map(|(name, origin)| name::type_ident(name, origin)).collect()
}

/// An alias that leads back to itself has no end; rustc would say so without a place in the document.
fn refuse_endless_aliases(api: &Api) -> Result<(), Error> {
    for def in api.types.values() {
        let mut seen = BTreeSet::new();
        let mut open = vec![def.name.as_str()];
        while let Some(name) = open.pop() {
            if let Some(TypeKind::Alias(ty)) = api.types.get(name).map(|def| &def.kind)
                && let Some(next) = named(ty)
            {
                if next == def.name {
                    return Err(Error::at(&def.origin, format!("`{next}` is another name for itself")));
                }
                if seen.insert(next) {
                    open.push(next);
                }
            }
        }
    }
    Ok(())
}

/// The one named type that a type is made of, if any.
fn named(ty: &Type) -> Option<&str> {
    match ty {
        Type::Array(inner) | Type::Map(inner) | Type::Nullable(inner) => named(inner),
        Type::Named(name) => Some(name),
        _ => None,
    }
}
