//! Everything that can be read: each GET and HEAD of the document, once for each of some objects that the Engine lists.

use std::collections::HashMap;

use anyhow::Result;
use docker_engine_codegen::swagger::document::{AnswerKind, Kind, Location, Method, Operation, Parameter};
use serde_json::Value as Json;

use super::inquiry::{Inquiry, call, form, value};
use crate::console::Progress;

/// Objects of one kind: the beginning of their paths, the operation that lists them, where the list stands in its answer,
/// and what they are called by.
struct Collection {
    prefix: &'static str,
    list: &'static str,
    within: Option<&'static str>,
    key: &'static str,
}

const fn collection(prefix: &'static str, list: &'static str, key: &'static str) -> Collection {
    Collection { prefix, list, within: None, key }
}

const COLLECTIONS: [Collection; 10] = [
    collection("/containers/{}", "/containers/json", "Id"),
    collection("/images/{}", "/images/json", "Id"),
    collection("/networks/{}", "/networks", "Id"),
    Collection { prefix: "/volumes/{}", list: "/volumes", within: Some("Volumes"), key: "Name" },
    collection("/plugins/{}", "/plugins", "Name"),
    collection("/nodes/{}", "/nodes", "ID"),
    collection("/services/{}", "/services", "ID"),
    collection("/tasks/{}", "/tasks", "ID"),
    collection("/secrets/{}", "/secrets", "ID"),
    collection("/configs/{}", "/configs", "ID"),
];

/// A name that no object has: how the Engine refuses is documented too.
const NONE: &str = "docker-engine-rs-none-such";

/// What each operation needs in its query, by the form of its path.
const QUERIES: [(&str, &[(&str, &str)]); 5] = [
    ("/containers/{}/logs", &[("stdout", "true"), ("stderr", "true"), ("tail", "5")]),
    ("/services/{}/logs", &[("stdout", "true"), ("stderr", "true"), ("tail", "5")]),
    ("/tasks/{}/logs", &[("stdout", "true"), ("stderr", "true"), ("tail", "5")]),
    ("/containers/{}/stats", &[("stream", "false")]),
    ("/containers/{}/archive", &[("path", "/")]),
];

/// Switches that make an answer endless.
const ENDLESS: [&str; 2] = ["stream", "follow"];

/// What may be read, and how much of it.
pub(super) struct Extent<'a> {
    /// At most so many objects of each kind.
    pub(super) objects: usize,
    /// An image in a registry that the Engine may ask.
    pub(super) registry: Option<&'a str>,
    /// Objects that come first, by the beginning of their paths.
    pub(super) first: HashMap<&'static str, Vec<String>>,
}

/// Asks for all that can be read.
pub(super) async fn read(inquiry: &mut Inquiry<'_>, extent: &Extent<'_>) -> Result<()> {
    let objects = list(inquiry, extent).await?;
    let operations: Vec<&Operation> = inquiry
        .how
        .operations()
        .filter(|operation| matches!(operation.method, Method::Get | Method::Head))
        .collect();
    let progress = Progress::over(operations.len(), "operations");
    for operation in operations {
        progress.at(&operation.id);
        read_operation(inquiry, operation, extent, &objects).await?;
    }
    progress.end();
    Ok(())
}

/// The names of objects, by the beginning of their paths.
async fn list(inquiry: &mut Inquiry<'_>, extent: &Extent<'_>) -> Result<HashMap<&'static str, Vec<String>>> {
    let mut objects: HashMap<&'static str, Vec<String>> = extent.first.clone();
    for collection in &COLLECTIONS {
        let names = objects.entry(collection.prefix).or_default();
        let Some(operation) = inquiry.operation(Method::Get, collection.list) else { continue };
        // Also containers that have stopped.
        let all = operation.parameters.iter().any(|parameter| parameter.name == "all");
        let query: &[(&str, &str)] = if all { &[("all", "true")] } else { &[] };
        let Some(answer) = value(inquiry.ask(operation, &call(operation, "", query)).await?) else {
            continue;
        };
        let listed = collection.within.map_or(&answer, |name| &answer[name]);
        for name in listed.as_array().into_iter().flatten().filter_map(|item| item[collection.key].as_str()) {
            if names.len() < extent.objects && !names.iter().any(|other| other == name) {
                names.push(name.to_owned());
            }
        }
    }
    let execs = execs(inquiry, objects.get("/containers/{}")).await?;
    objects.insert("/exec/{}", execs);
    Ok(objects)
}

/// The commands that were started in containers, which no operation lists.
async fn execs(inquiry: &mut Inquiry<'_>, containers: Option<&Vec<String>>) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let Some(operation) = inquiry.operation(Method::Get, "/containers/{}/json") else { return Ok(found) };
    for container in containers.into_iter().flatten() {
        let answer =
            value(inquiry.ask(operation, &call(operation, container, &[])).await?).unwrap_or_default();
        let ids = answer["ExecIDs"].as_array().into_iter().flatten();
        found.extend(ids.filter_map(Json::as_str).map(str::to_owned));
    }
    Ok(found)
}

async fn read_operation<'d>(
    inquiry: &mut Inquiry<'d>,
    operation: &'d Operation,
    extent: &Extent<'_>,
    objects: &HashMap<&'static str, Vec<String>>,
) -> Result<()> {
    let path = form(&operation.path);
    if operation.extensions.contains_key("x-upgrade") {
        inquiry.leave_out(operation, "takes the connection over");
        return Ok(());
    }
    let mut query: Vec<(&str, &str)> = Vec::new();
    let now = now();
    match path.as_str() {
        "/images/search" | "/plugins/privileges" | "/distribution/{}/json" => {
            let Some(image) = extent.registry else {
                inquiry.leave_out(operation, "asks a registry; --registry IMAGE names one of its images");
                return Ok(());
            };
            match path.as_str() {
                "/images/search" => query.push(("term", image)),
                "/plugins/privileges" => query.push(("remote", image)),
                _ => {
                    inquiry.ask(operation, &call(operation, image, &[])).await?;
                    return Ok(());
                }
            }
        }
        // Those that the Engine remembers, and none that is still to come.
        "/events" => query.extend([("since", "1"), ("until", now.as_str())]),
        "/images/get" => match objects.get("/images/{}").and_then(|images| images.first()) {
            Some(image) => query.push(("names", image)),
            None => {
                inquiry.leave_out(operation, "the Engine has none");
                return Ok(());
            }
        },
        _ => {
            let needed = QUERIES.iter().find(|(form, _)| *form == path);
            query.extend(needed.into_iter().flat_map(|(_, query)| query.iter().copied()));
        }
    }
    if let Some(missing) = required(operation, &query) {
        inquiry.leave_out(operation, format!("needs the parameter `{missing}`"));
        return Ok(());
    }
    if !path.contains("{}") {
        return variants(inquiry, operation, "", &query).await;
    }
    let known =
        objects.iter().find(|(prefix, _)| path.starts_with(**prefix)).map(|(_, names)| names.as_slice());
    let Some(names) = known else {
        inquiry.leave_out(operation, "nothing lists what its path names");
        return Ok(());
    };
    // The Engine packs the whole image or container before its first byte.
    let bulky = operation.answer.as_ref().is_some_and(|answer| answer.kind == AnswerKind::Bytes);
    for name in names.iter().take(if bulky { 1 } else { names.len() }) {
        variants(inquiry, operation, name, &query).await?;
    }
    inquiry.ask(operation, &call(operation, NONE, &query)).await?;
    Ok(())
}

/// Once as it is, once with everything switched on that the document knows: what only comes when asked for.
async fn variants<'d>(
    inquiry: &mut Inquiry<'d>,
    operation: &'d Operation,
    argument: &str,
    query: &[(&str, &str)],
) -> Result<()> {
    let plain = call(operation, argument, query);
    inquiry.ask(operation, &plain).await?;
    let switch = |name: &str| !query.iter().any(|(other, _)| *other == name) && !ENDLESS.contains(&name);
    let switches: Vec<(&str, &str)> = operation
        .parameters
        .iter()
        .filter(|parameter| {
            parameter.location == Location::Query && parameter.schema.kind == Some(Kind::Boolean)
        })
        .map(|parameter| (parameter.name.as_str(), "true"))
        .filter(|(name, _)| switch(name))
        .collect();
    if plain.read && !switches.is_empty() {
        let query = [query, switches.as_slice()].concat();
        inquiry.ask(operation, &call(operation, argument, &query)).await?;
    }
    Ok(())
}

/// A parameter that must be sent and is not.
fn required<'o>(operation: &'o Operation, query: &[(&str, &str)]) -> Option<&'o str> {
    let lacking = |parameter: &&Parameter| {
        parameter.required
            && parameter.location != Location::Path
            && !query.iter().any(|(name, _)| *name == parameter.name)
    };
    operation.parameters.iter().find(lacking).map(|parameter| parameter.name.as_str())
}

/// Seconds since 1970.
fn now() -> String {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(1, |since| since.as_secs()).to_string()
}
