//! Generated source, read back: what it says of operations and types, without compiling it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};
use syn::{Expr, GenericArgument, Item, Lit, PathArguments, Type};

/// The facts about operations in a crate's `src/operations`, by their ids: the fields of each `OperationMeta`.
///
/// # Panics
///
/// When the source is not what the generator writes.
pub fn operations(of: &Path) -> BTreeMap<String, Value> {
    let mut operations = BTreeMap::new();
    for item in items(&of.join("src/operations")) {
        let Item::Static(fact) = item else { continue };
        let Expr::Struct(fields) = &*fact.expr else { panic!("{} is no struct", fact.ident) };
        let fields: Map<String, Value> = fields
            .fields
            .iter()
            .map(|field| match &field.member {
                syn::Member::Named(name) => (name.to_string(), value(&field.expr)),
                syn::Member::Unnamed(_) => panic!("{} has a field without a name", fact.ident),
            })
            .collect();
        let id = fields["id"].as_str().expect("an id").to_owned();
        operations.insert(id, Value::Object(fields));
    }
    operations
}

/// A constant expression as JSON: an `Option` is its value or null, a path its last segment, a version its text, a
/// parameter an object.
fn value(expr: &Expr) -> Value {
    match expr {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => text.value().into(),
            Lit::Bool(flag) => flag.value.into(),
            Lit::Int(number) => number.base10_parse::<u64>().expect("a number").into(),
            _ => panic!("a literal that the generator does not write"),
        },
        Expr::Reference(inner) => value(&inner.expr),
        Expr::Array(items) => items.elems.iter().map(value).collect(),
        Expr::Tuple(items) => items.elems.iter().map(value).collect(),
        Expr::Path(path) => match last(&path.path).as_str() {
            "None" => Value::Null,
            name => name.into(),
        },
        Expr::Call(call) => {
            let Expr::Path(called) = &*call.func else { panic!("a call of no name") };
            let arguments: Vec<Value> = call.args.iter().map(value).collect();
            match (last(&called.path).as_str(), &arguments[..]) {
                ("Some", [inner]) => inner.clone(),
                ("new", [major, minor]) => format!("{major}.{minor}").into(),
                (place @ ("path" | "query" | "header"), [name]) => {
                    json!({ "in": place, "name": name, "since": null, "filters": [] })
                }
                (other, _) => panic!("the generator writes no call of {other}"),
            }
        }
        Expr::MethodCall(call) => {
            let mut parameter = value(&call.receiver);
            parameter[call.method.to_string()] = value(&call.args[0]);
            parameter
        }
        _ => panic!("an expression that the generator does not write"),
    }
}

/// A struct of a crate's `src/models`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Struct {
    /// The types of the fields by their names on the wire; a type that has a name is `_`.
    pub fields: BTreeMap<String, String>,
    /// The fields that are sent as null where they have no value, by their names on the wire.
    pub or_null: Vec<String>,
    /// Whether it keeps what it does not know.
    pub keeps: bool,
}

/// The structs of a crate, by name.
///
/// # Panics
///
/// When the source is not what the generator writes.
pub fn structs(of: &Path) -> BTreeMap<String, Struct> {
    let items = items(&of.join("src/models"));
    let mut types: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for item in &items {
        let Item::Struct(item) = item else { continue };
        let fields = item
            .fields
            .iter()
            .map(|field| (field.ident.as_ref().expect("a name").to_string(), type_text(&field.ty)));
        types.insert(item.ident.to_string(), fields.collect());
    }
    let mut structs = BTreeMap::new();
    for item in &items {
        let Item::Macro(item) = item else { continue };
        if last(&item.mac.path) != "model" {
            continue;
        }
        let (name, read) = model(&item.mac.tokens.to_string(), &types);
        structs.insert(name, read);
    }
    assert_eq!(types.len(), structs.len(), "{}: each struct is a model", of.display());
    structs
}

/// `Mount { target = "Target", error = "Error" or null, ..extra }`, with the types of the fields.
fn model(tokens: &str, types: &BTreeMap<String, BTreeMap<String, String>>) -> (String, Struct) {
    let (name, fields) = tokens.split_once('{').expect("a name, and fields in braces");
    let name = name.trim().to_owned();
    let types = types.get(&name).unwrap_or_else(|| panic!("{name} is no struct"));
    let (mut read, mut written) = (Struct::default(), BTreeSet::new());
    let fields = fields.trim_end().trim_end_matches('}');
    for field in fields.split(',').map(str::trim).filter(|field| !field.is_empty()) {
        let Some((ident, wire)) = field.split_once('=') else {
            assert!(field.ends_with("extra"), "{name}: {field}");
            read.keeps = true;
            continue;
        };
        let (wire, null) = match wire.trim().strip_suffix("or null") {
            Some(wire) => (wire.trim(), true),
            None => (wire.trim(), false),
        };
        let wire: String = serde_json::from_str(wire).expect("a name on the wire");
        if null {
            read.or_null.push(wire.clone());
        }
        written.insert(ident.trim().to_owned());
        read.fields.insert(wire, types[ident.trim()].clone());
    }
    for (ident, ty) in types.iter().filter(|(ident, _)| !written.contains(*ident) && *ident != "extra") {
        read.fields.insert(format!("the field {ident}, which has no name on the wire"), ty.clone());
    }
    (name, read)
}

/// `Option<Vec<String>>`, and `_` for a type that the crate gives a name.
fn type_text(ty: &Type) -> String {
    let Type::Path(path) = ty else { panic!("a type that the generator does not write") };
    let segment = path.path.segments.last().expect("a path has an end");
    let name = segment.ident.to_string();
    let arguments: Vec<String> = match &segment.arguments {
        PathArguments::AngleBracketed(arguments) => arguments
            .args
            .iter()
            .map(|argument| match argument {
                GenericArgument::Type(ty) => type_text(ty),
                _ => panic!("{name}: an argument that the generator does not write"),
            })
            .collect(),
        _ => Vec::new(),
    };
    let of_runtime = path.path.segments.len() > 1;
    let plain = [
        "bool", "String", "i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "f32", "f64", "Option",
        "Vec", "BTreeMap", "Box",
    ];
    match (plain.contains(&name.as_str()) || of_runtime, &arguments[..]) {
        (false, _) => "_".to_owned(),
        (true, []) => name,
        (true, arguments) => format!("{name}<{}>", arguments.join(", ")),
    }
}

fn items(folder: &Path) -> Vec<Item> {
    let mut items = Vec::new();
    for entry in fs::read_dir(folder).expect("a generated crate") {
        let path = entry.expect("it can be listed").path();
        let text = fs::read_to_string(&path).expect("a generated file");
        let file = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        items.extend(file.items);
    }
    items
}

fn last(path: &syn::Path) -> String {
    path.segments.last().expect("a path has an end").ident.to_string()
}
