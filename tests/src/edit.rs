//! One change to a document of which it is known what a comparison must say: one thing, or nothing.

use docker_engine_codegen::diff::Kind;
use docker_engine_codegen::swagger::node::escape;
use docker_engine_codegen::swagger::{Entry, Mapping, Node, Value};
use fastrand::Rng;

/// What was done, and what a comparison must say.
#[derive(Clone, Debug)]
pub struct Edit {
    /// JSON pointer of what it was done to.
    pub pointer: String,
    /// What was done.
    pub what: &'static str,
    /// The kind that must be told, or one of them, by direction; none for what is no news.
    pub kinds: &'static [Kind],
}

type Change = fn(&mut Node, &mut Rng) -> Option<Edit>;

/// Makes one change that a comparison must tell, once.
pub fn news(document: &mut Node, random: &mut Rng) -> Edit {
    apply(NEWS, document, random)
}

/// Makes one change that is no news.
pub fn no_news(document: &mut Node, random: &mut Rng) -> Edit {
    apply(NO_NEWS, document, random)
}

fn apply(changes: &[Change], document: &mut Node, random: &mut Rng) -> Edit {
    loop {
        let change = random.choice(changes).expect("there are some");
        if let Some(edit) = change(document, random) {
            return edit;
        }
    }
}

const NEWS: &[Change] = &[
    add_field,
    remove_field,
    rename_field,
    require_field,
    nullable,
    retype,
    format,
    add_value,
    remove_value,
    drop_enum,
    introduce_enum,
    default,
    bound,
    deprecate_field,
    deprecate_parameter,
    deprecate_operation,
    add_parameter,
    remove_parameter,
    move_parameter,
    require_parameter,
    add_status,
    remove_status,
    add_header,
    remove_body,
    remove_operation,
    rename_operation,
    move_path,
    add_filter,
    remove_filter,
    add_media_type,
];

const NO_NEWS: &[Change] =
    &[rename_definition, extract, inline, wrap, reorder, not_nullable, mark, describe, tag, base_path];

const FIELD_ADDED: &[Kind] = &[Kind::RequestFieldAdded, Kind::ResponseFieldAdded];
const FIELD_REMOVED: &[Kind] = &[Kind::RequestFieldRemoved, Kind::ResponseFieldRemoved];

fn done(pointer: String, what: &'static str, kinds: &'static [Kind]) -> Option<Edit> {
    Some(Edit { pointer, what, kinds })
}

fn value(text: &str) -> Value {
    let source = docker_engine_codegen::source::Source::new("edit", text);
    docker_engine_codegen::swagger::read(&source).expect("the test's own YAML is well formed").value
}

/// All schemas of the document, by pointer.
fn schemas(document: &Node) -> Vec<String> {
    fn walk(pointer: String, schema: &Node, all: &mut Vec<String>) {
        let below = |key: &str| format!("{pointer}/{key}");
        for (name, entry) in schema.get("properties").into_iter().flat_map(Node::entries) {
            walk(format!("{}/{}", below("properties"), escape(name)), &entry.node, all);
        }
        for key in ["items", "additionalProperties"] {
            if let Some(inner) = schema.get(key).filter(|inner| inner.as_mapping().is_some()) {
                walk(below(key), inner, all);
            }
        }
        for (nth, inner) in schema.get("allOf").into_iter().flat_map(Node::items).enumerate() {
            walk(format!("{}/{nth}", below("allOf")), inner, all);
        }
        all.push(pointer);
    }
    let mut all = Vec::new();
    for (name, entry) in document.get("definitions").into_iter().flat_map(Node::entries) {
        walk(format!("/definitions/{}", escape(name)), &entry.node, &mut all);
    }
    for operation in operations(document) {
        let node = document.at(&operation).expect("listed");
        for (nth, parameter) in node.get("parameters").into_iter().flat_map(Node::items).enumerate() {
            if let Some(schema) = parameter.get("schema") {
                walk(format!("{operation}/parameters/{nth}/schema"), schema, &mut all);
            }
        }
        for (status, entry) in node.get("responses").into_iter().flat_map(Node::entries) {
            if let Some(schema) = entry.node.get("schema") {
                walk(format!("{operation}/responses/{status}/schema"), schema, &mut all);
            }
        }
    }
    all
}

fn operations(document: &Node) -> Vec<String> {
    let paths = document.get("paths").into_iter().flat_map(Node::entries);
    let all = paths.flat_map(|(path, entry)| {
        entry.node.entries().map(move |(method, _)| format!("/paths/{}/{method}", escape(path)))
    });
    all.filter(|pointer| !pointer.ends_with("/parameters")).collect()
}

fn below(document: &Node, key: &str, good: impl Fn(&Node) -> bool) -> Vec<String> {
    let mut all = Vec::new();
    for operation in operations(document) {
        let list = document.at(&operation).and_then(|node| node.get(key));
        for (nth, _) in list.into_iter().flat_map(Node::items).enumerate().filter(|(_, node)| good(node)) {
            all.push(format!("{operation}/{key}/{nth}"));
        }
        for (name, _) in list.into_iter().flat_map(Node::entries).filter(|(_, entry)| good(&entry.node)) {
            all.push(format!("{operation}/{key}/{}", escape(name)));
        }
    }
    all
}

fn text<'n>(node: &'n Node, key: &str) -> Option<&'n str> {
    node.get(key).and_then(Node::as_str)
}

/// A schema that can be chosen, by what it says.
fn schema(document: &Node, random: &mut Rng, good: impl Fn(&Node) -> bool) -> Option<String> {
    let mut all = schemas(document);
    all.retain(|pointer| document.at(pointer).is_some_and(&good));
    random.choice(all)
}

/// A schema with fields whose names are its own matter: a part of `allOf` shares them with the others.
fn object(document: &Node, random: &mut Rng) -> Option<String> {
    let fields = |node: &Node| node.get("properties").and_then(Node::as_mapping).map_or(0, Mapping::len);
    let pointer = schema(document, random, |node| {
        text(node, "type") == Some("object") && fields(node) > 1 && node.get("additionalProperties").is_none()
    })?;
    (!pointer.contains("/allOf/")).then_some(pointer)
}

fn parameter(document: &Node, random: &mut Rng, good: impl Fn(&Node) -> bool) -> Option<String> {
    random.choice(below(document, "parameters", |node| {
        !matches!(text(node, "in"), Some("body" | "path") | None) && good(node)
    }))
}

fn insert(document: &mut Node, pointer: &str, key: &str, text: &str) {
    document.at_mut(pointer).expect("it was chosen").set(key, value(text));
}

/// Takes the last step of a pointer out of what holds it.
fn take(document: &mut Node, pointer: &str) -> Option<Node> {
    let (parent, token) = pointer.rsplit_once('/')?;
    let parent = document.at_mut(parent)?;
    match &mut parent.value {
        Value::Mapping(entries) => {
            let nth = entries.keys().position(|key| escape(key) == token)?;
            entries.shift_remove_index(nth).map(|(_, entry)| entry.node)
        }
        Value::Sequence(items) => Some(items.remove(token.parse().ok()?)),
        _ => None,
    }
}

fn required(node: &Node, name: &str) -> Option<usize> {
    node.get("required")?.items().position(|item| item.as_str() == Some(name))
}

fn field(document: &Node, object: &str, random: &mut Rng) -> Option<String> {
    let names: Vec<String> =
        document.at(object)?.get("properties")?.entries().map(|(name, _)| name.to_owned()).collect();
    random.choice(names)
}

fn add_field(document: &mut Node, random: &mut Rng) -> Option<Edit> {
    let pointer = object(document, random)?;
    insert(document, &format!("{pointer}/properties"), "QuiteNew", "{type: string}");
    done(pointer, "a field added", FIELD_ADDED)
}

fn remove_field(document: &mut Node, random: &mut Rng) -> Option<Edit> {
    let pointer = object(document, random)?;
    let name = field(document, &pointer, random)?;
    if let Some(nth) = required(document.at(&pointer)?, &name) {
        take(document, &format!("{pointer}/required/{nth}"));
    }
    let pointer = format!("{pointer}/properties/{}", escape(&name));
    take(document, &pointer)?;
    done(pointer, "a field removed", FIELD_REMOVED)
}

fn rename_field(document: &mut Node, random: &mut Rng) -> Option<Edit> {
    let pointer = object(document, random)?;
    let name = field(document, &pointer, random)?;
    let new = format!("{name}s");
    let properties = document.at_mut(&format!("{pointer}/properties"))?.as_mapping_mut()?;
    let typed = |node: &Node| text(node, "type").is_some() || node.get("$ref").is_some();
    if name.len() < 6
        || properties.contains_key(&new)
        || !properties.get(&name).is_some_and(|e| typed(&e.node))
    {
        return None;
    }
    let nth = properties.get_index_of(&name)?;
    let (_, entry) = properties.shift_remove_index(nth)?;
    properties.shift_insert(nth, new.clone(), entry);
    if let Some(nth) = required(document.at(&pointer)?, &name) {
        document.at_mut(&format!("{pointer}/required/{nth}"))?.value = Value::from(new);
    }
    done(format!("{pointer}/properties/{}", escape(&name)), "a field renamed", &[Kind::Renamed])
}

fn require_field(document: &mut Node, random: &mut Rng) -> Option<Edit> {
    let pointer = object(document, random)?;
    let name = field(document, &pointer, random)?;
    let node = document.at(&pointer)?;
    match required(node, &name) {
        Some(nth) => drop(take(document, &format!("{pointer}/required/{nth}"))),
        None => {
            let place = node.place.clone();
            let node = document.at_mut(&pointer)?;
            if node.get("required").is_none() {
                node.set("required", Value::Sequence(Vec::new()));
            }
            node.get_mut("required")?.as_sequence_mut()?.push(Node::new(name.as_str(), place));
        }
    }
    done(format!("{pointer}/properties/{}", escape(&name)), "required or no longer", &[Kind::RequiredChanged])
}

/// A schema of one plain type that is not a part of another.
fn plain(document: &Node, random: &mut Rng, good: impl Fn(&Node) -> bool) -> Option<String> {
    let pointer = schema(document, random, |node| {
        node.get("type").is_some() && node.get("allOf").is_none() && node.get("$ref").is_none() && good(node)
    })?;
    let last = pointer.rsplit('/').nth(1)?;
    (last != "allOf").then_some(pointer)
}

fn nullable(document: &mut Node, random: &mut Rng) -> Option<Edit> {
    let pointer = plain(document, random, |_| true)?;
    let now = document.at(&pointer)?.get("x-nullable").and_then(Node::as_bool) != Some(true);
    insert(document, &pointer, "x-nullable", if now { "true" } else { "false" });
    done(pointer, "nullability turned", &[Kind::NullabilityChanged])
}

fn retype(document: &mut Node, random: &mut Rng) -> Option<Edit> {
    let bare = |node: &Node| ["enum", "format", "default"].iter().all(|key| node.get(key).is_none());
    let pointer = if random.bool() {
        plain(document, random, |node| text(node, "type") == Some("string") && bare(node))?
    } else {
        parameter(document, random, |node| {
            text(node, "type") == Some("string") && bare(node) && node.get("x-filters").is_none()
        })?
    };
    insert(document, &pointer, "type", "integer");
    done(pointer, "text became a number", &[Kind::TypeChanged])
}

fn format(document: &mut Node, random: &mut Rng) -> Option<Edit> {
    let pointer = plain(document, random, |node| matches!(text(node, "type"), Some("string" | "integer")))?;
    insert(document, &pointer, "format", "quite-new");
    done(pointer, "another format", &[Kind::TypeChanged])
}

fn listed(document: &Node, random: &mut Rng) -> Option<String> {
    let several = |node: &Node| node.get("enum").is_some_and(|list| list.items().count() > 1);
    if random.u8(..4) == 0 { parameter(document, random, several) } else { schema(document, random, several) }
}

fn add_value(document: &mut Node, random: &mut Rng) -> Option<Edit> {
    let pointer = listed(document, random)?;
    let list = document.at_mut(&format!("{pointer}/enum"))?;
    let place = list.place.clone();
    let new = if list.items().next()?.as_str().is_some() { value("quite-new") } else { value("4711") };
    list.as_sequence_mut()?.push(Node::new(new, place));
    done(pointer, "an enum value added", &[Kind::EnumValueAdded])
}

fn remove_value(document: &mut Node, random: &mut Rng) -> Option<Edit> {
    let pointer = listed(document, random)?;
    let list = document.at(&format!("{pointer}/enum"))?;
    let nth = random.usize(..list.items().count());
    take(document, &format!("{pointer}/enum/{nth}"))?;
    done(pointer, "an enum value removed", &[Kind::EnumValueRemoved])
}

fn drop_enum(document: &mut Node, random: &mut Rng) -> Option<Edit> {
    let pointer = listed(document, random)?;
    take(document, &format!("{pointer}/enum"))?;
    done(pointer, "an enum dropped", &[Kind::EnumDropped])
}

fn introduce_enum(document: &mut Node, random: &mut Rng) -> Option<Edit> {
    let free = |node: &Node| text(node, "type") == Some("string") && node.get("enum").is_none();
    let pointer = plain(document, random, free)?;
    insert(document, &pointer, "enum", "[a, b]");
    done(pointer, "an enum introduced", &[Kind::EnumIntroduced])
}

fn default(document: &mut Node, random: &mut Rng) -> Option<Edit> {
    let pointer = plain(document, random, |node| text(node, "type") == Some("integer"))?;
    insert(document, &pointer, "default", "4711");
    done(pointer, "another default", &[Kind::DefaultChanged])
}

fn bound(document: &mut Node, random: &mut Rng) -> Option<Edit> {
    let (kind, key, bound) = random.choice([
        ("integer", "minimum", "-4711"),
        ("integer", "maximum", "4711"),
        ("string", "maxLength", "4711"),
        ("string", "pattern", "^quite-new$"),
        ("array", "minItems", "47"),
    ])?;
    let pointer = plain(document, random, |node| text(node, "type") == Some(kind))?;
    insert(document, &pointer, key, bound);
    done(pointer, "another bound", &[Kind::ConstraintChanged])
}

fn deprecate_field(document: &mut Node, random: &mut Rng) -> Option<Edit> {
    let object = object(document, random)?;
    let name = field(document, &object, random)?;
    deprecate(document, format!("{object}/properties/{}", escape(&name)))
}

fn deprecate_parameter(document: &mut Node, random: &mut Rng) -> Option<Edit> {
    let pointer = parameter(document, random, |_| true)?;
    deprecate(document, pointer)
}

fn deprecate_operation(document: &mut Node, random: &mut Rng) -> Option<Edit> {
    let pointer = random.choice(operations(document))?;
    deprecate(document, pointer)
}

fn deprecate(document: &mut Node, pointer: String) -> Option<Edit> {
    if document.at(&pointer)?.get("deprecated").and_then(Node::as_bool) == Some(true) {
        return None;
    }
    insert(document, &pointer, "deprecated", "true");
    done(pointer, "deprecated", &[Kind::Deprecated])
}

fn add_parameter(document: &mut Node, random: &mut Rng) -> Option<Edit> {
    let (place, kinds): (_, &[Kind]) = if random.bool() {
        ("query", &[Kind::QueryParamAdded])
    } else {
        ("header", &[Kind::HeaderParamAdded])
    };
    let pointer = random.choice(operations(document))?;
    let operation = document.at_mut(&pointer)?;
    if operation.get("parameters").is_none() {
        operation.set("parameters", Value::Sequence(Vec::new()));
    }
    let list = operation.get_mut("parameters")?;
    let node =
        Node::new(value(&format!("{{name: quite-new, in: {place}, type: boolean}}")), list.place.clone());
    list.as_sequence_mut()?.push(node);
    done(pointer, "a parameter added", kinds)
}

fn remove_parameter(document: &mut Node, random: &mut Rng) -> Option<Edit> {
    let pointer = parameter(document, random, |_| true)?;
    take(document, &pointer)?;
    done(pointer, "a parameter removed", &[Kind::QueryParamRemoved, Kind::HeaderParamRemoved])
}

fn move_parameter(document: &mut Node, random: &mut Rng) -> Option<Edit> {
    let pointer = parameter(document, random, |node| text(node, "in") == Some("query"))?;
    insert(document, &pointer, "in", "header");
    done(pointer, "a parameter moved", &[Kind::Renamed])
}

fn require_parameter(document: &mut Node, random: &mut Rng) -> Option<Edit> {
    let pointer = parameter(document, random, |_| true)?;
    let now = document.at(&pointer)?.get("required").and_then(Node::as_bool) != Some(true);
    insert(document, &pointer, "required", if now { "true" } else { "false" });
    done(pointer, "a parameter required or no longer", &[Kind::RequiredChanged])
}

fn add_status(document: &mut Node, random: &mut Rng) -> Option<Edit> {
    let pointer = random.choice(operations(document))?;
    insert(document, &format!("{pointer}/responses"), "418", "{schema: {type: string}}");
    done(pointer, "a status added", &[Kind::StatusCodeAdded])
}

fn remove_status(document: &mut Node, random: &mut Rng) -> Option<Edit> {
    let failures = |pointer: &String| pointer.ends_with("00") && !pointer.ends_with("/200");
    let mut all = below(document, "responses", |_| true);
    all.retain(failures);
    let pointer = random.choice(all)?;
    take(document, &pointer)?;
    done(pointer, "a status removed", &[Kind::StatusCodeRemoved])
}

fn add_header(document: &mut Node, random: &mut Rng) -> Option<Edit> {
    let pointer = random.choice(below(document, "responses", |node| node.get("headers").is_none()))?;
    insert(document, &pointer, "headers", "{x-quite-new: {type: string}}");
    done(pointer, "a response header added", &[Kind::ResponseHeaderAdded])
}

fn remove_body(document: &mut Node, random: &mut Rng) -> Option<Edit> {
    let pointer = random.choice(below(document, "responses", |node| node.get("schema").is_some()))?;
    take(document, &format!("{pointer}/schema"))?;
    done(pointer, "a response body removed", &[Kind::ResponseBodyRemoved])
}

fn remove_operation(document: &mut Node, random: &mut Rng) -> Option<Edit> {
    let pointer = random.choice(operations(document))?;
    take(document, &pointer)?;
    done(pointer, "an operation removed", &[Kind::EndpointRemoved])
}

fn rename_operation(document: &mut Node, random: &mut Rng) -> Option<Edit> {
    let pointer = random.choice(operations(document))?;
    insert(document, &pointer, "operationId", "QuiteNew");
    done(pointer, "an operation renamed", &[Kind::OperationIdChanged])
}

fn move_path(document: &mut Node, random: &mut Rng) -> Option<Edit> {
    let paths = document.get_mut("paths")?.as_mapping_mut()?;
    let nth = random.usize(..paths.len());
    let (path, entry) = paths.get_index(nth)?;
    if entry.node.entries().count() != 1 {
        return None;
    }
    let (old, new) = (path.clone(), format!("/quite-new{path}"));
    let entry = paths.shift_remove(&old)?;
    paths.insert(new, entry);
    done(format!("/paths/{}", escape(&old)), "a path moved", &[Kind::PathChanged])
}

fn filters(document: &Node, random: &mut Rng) -> Option<String> {
    let several = |node: &Node| node.get("x-filters").is_some_and(|keys| keys.entries().count() > 1);
    parameter(document, random, several).map(|pointer| format!("{pointer}/x-filters"))
}

fn add_filter(document: &mut Node, random: &mut Rng) -> Option<Edit> {
    let pointer = filters(document, random)?;
    insert(document, &pointer, "quite-new", "{values: [a, b]}");
    done(pointer, "a filter added", &[Kind::FilterKeyAdded])
}

fn remove_filter(document: &mut Node, random: &mut Rng) -> Option<Edit> {
    let pointer = filters(document, random)?;
    let key =
        random.choice(document.at(&pointer)?.entries().map(|(key, _)| escape(key)).collect::<Vec<_>>())?;
    take(document, &format!("{pointer}/{key}"))?;
    done(pointer, "a filter removed", &[Kind::FilterKeyRemoved])
}

fn add_media_type(document: &mut Node, random: &mut Rng) -> Option<Edit> {
    let good = |pointer: &String| {
        let operation = document.at(pointer).expect("listed");
        let answers = operation.get("responses").is_some_and(|r| r.at("/200/schema").is_some());
        answers && operation.get("produces").is_some_and(|list| list.items().count() > 0)
    };
    let mut all = operations(document);
    all.retain(good);
    let pointer = random.choice(all)?;
    let list = document.at_mut(&format!("{pointer}/produces"))?;
    let node = Node::new("application/quite-new", list.place.clone());
    list.as_sequence_mut()?.push(node);
    done(pointer, "a media type added", &[Kind::MediaTypeAdded])
}

/// A definition and all that refers to it.
fn rename_definition(document: &mut Node, random: &mut Rng) -> Option<Edit> {
    let definitions = document.get("definitions")?;
    let name = random.choice(definitions.entries().map(|(name, _)| name.to_owned()).collect::<Vec<_>>())?;
    let entry = document.get_mut("definitions")?.remove(&name)?;
    document.get_mut("definitions")?.as_mapping_mut()?.insert("QuiteNew".to_owned(), entry);
    let old = format!("#/definitions/{}", escape(&name));
    follow(document, &old, "#/definitions/QuiteNew");
    done(old, "a definition renamed", &[])
}

fn follow(node: &mut Node, old: &str, new: &str) {
    match &mut node.value {
        Value::String(text) if text == old => new.clone_into(text),
        Value::Mapping(entries) => entries.values_mut().for_each(|entry| follow(&mut entry.node, old, new)),
        Value::Sequence(items) => items.iter_mut().for_each(|item| follow(item, old, new)),
        _ => {}
    }
}

fn extract(document: &mut Node, random: &mut Rng) -> Option<Edit> {
    let pointer = schema(document, random, |node| node.get("$ref").is_none())?;
    if pointer.matches('/').count() < 3 {
        return None;
    }
    let schema = document.at(&pointer)?.clone();
    let place = schema.place.clone();
    document.at_mut(&pointer)?.value = value("{$ref: '#/definitions/QuiteNew'}");
    let entry = Entry { key: place, node: schema };
    document.get_mut("definitions")?.as_mapping_mut()?.insert("QuiteNew".to_owned(), entry);
    done(pointer, "a definition extracted", &[])
}

fn inline(document: &mut Node, random: &mut Rng) -> Option<Edit> {
    let pointer = schema(document, random, |node| node.entries().count() == 1 && node.get("$ref").is_some())?;
    let target = text(document.at(&pointer)?, "$ref")?.strip_prefix('#')?.to_owned();
    // What refers to it once would leave it behind, with nobody to refer to it.
    let used = count(document, &format!("#{target}"));
    if used < 2 {
        return None;
    }
    let inlined = document.at(&target)?.clone();
    *document.at_mut(&pointer)? = inlined;
    done(pointer, "a reference written out", &[])
}

fn count(node: &Node, reference: &str) -> usize {
    let own = usize::from(text(node, "$ref") == Some(reference));
    own + node.entries().map(|(_, entry)| count(&entry.node, reference)).sum::<usize>()
        + node.items().map(|item| count(item, reference)).sum::<usize>()
}

fn wrap(document: &mut Node, random: &mut Rng) -> Option<Edit> {
    let pointer = schema(document, random, |_| true)?;
    let node = document.at_mut(&pointer)?;
    let mut outer = Node::mapping(node.place.clone());
    outer.set("allOf", Value::Sequence(vec![node.clone()]));
    *node = outer;
    done(pointer, "written as allOf", &[])
}

fn reorder(document: &mut Node, random: &mut Rng) -> Option<Edit> {
    let pointer = match random.u8(..3) {
        0 => format!("{}/properties", object(document, random)?),
        1 => format!("{}/enum", listed(document, random)?),
        _ => format!("{}/parameters", random.choice(operations(document))?),
    };
    match &mut document.at_mut(&pointer)?.value {
        Value::Mapping(entries) => entries.reverse(),
        Value::Sequence(items) => items.reverse(),
        _ => return None,
    }
    done(pointer, "in another order", &[])
}

fn not_nullable(document: &mut Node, random: &mut Rng) -> Option<Edit> {
    let pointer = plain(document, random, |node| node.get("x-nullable").is_none())?;
    insert(document, &pointer, "x-nullable", "false");
    done(pointer, "said not to be nullable", &[])
}

fn mark(document: &mut Node, random: &mut Rng) -> Option<Edit> {
    let pointer = schema(document, random, |_| true)?;
    insert(document, &pointer, "x-go-name", "QuiteNew");
    done(pointer, "marked for a generator", &[])
}

fn describe(document: &mut Node, random: &mut Rng) -> Option<Edit> {
    let pointer = schema(document, random, |_| true)?;
    insert(document, &pointer, "description", "Quite new.");
    done(pointer, "described", &[])
}

fn tag(document: &mut Node, random: &mut Rng) -> Option<Edit> {
    let pointer = random.choice(operations(document))?;
    insert(document, &pointer, "tags", "[QuiteNew]");
    done(pointer, "tagged", &[])
}

fn base_path(document: &mut Node, _: &mut Rng) -> Option<Edit> {
    insert(document, "", "basePath", "/quite-new");
    done("/basePath".to_owned(), "elsewhere", &[])
}
