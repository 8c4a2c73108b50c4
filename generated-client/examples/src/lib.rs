//! What several examples share: the shape of tables and the tasks that are tested without an Engine.

pub mod credentials;

/// Its programs compile.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
pub struct Readme;

use docker_engine_v1_51::models::ContainerSummary;
use docker_engine_v1_51::{Client, Result};
use futures_util::{StreamExt, TryStreamExt, stream};

/// Stops all running containers that have this label (`app`, `app=web`), or all there are without one, a few at a time.
/// Gives the names of those that it stopped.
pub async fn stop_containers(
    docker: &Client,
    label: Option<&str>,
    seconds: Option<i64>,
) -> Result<Vec<String>> {
    let mut list = docker.container_list();
    if let Some(label) = label {
        list = list.filters(|filters| filters.label(label));
    }
    stream::iter(list.await?)
        .map(|container| async move {
            let mut stop = docker.container_stop(container.id.as_deref().unwrap_or_default());
            if let Some(seconds) = seconds {
                stop = stop.t(seconds);
            }
            match stop.await {
                Ok(_) => Ok(Some(name(&container))),
                // It has ended and was removed since the list was made.
                Err(error) if error.is_not_found() => Ok(None),
                Err(error) => Err(error),
            }
        })
        .buffer_unordered(8)
        .try_filter_map(|stopped| async move { Ok(stopped) })
        .try_collect()
        .await
}

/// The name of a container without the slash that the Engine writes before it.
pub fn name(container: &ContainerSummary) -> String {
    let name = container.names.iter().flatten().next().map(String::as_str).unwrap_or_default();
    name.trim_start_matches('/').to_owned()
}

/// The first twelve digits of an id, which is how much the docker command line prints.
pub fn short(id: &str) -> &str {
    let digits = id.strip_prefix("sha256:").unwrap_or(id);
    digits.get(..12).unwrap_or(digits)
}

/// A number of bytes as people write it: `1.5 MB`.
pub fn size(bytes: i64) -> String {
    const UNITS: [&str; 6] = ["B", "kB", "MB", "GB", "TB", "PB"];
    let mut value = bytes as f64;
    let mut unit = 0;
    while value.abs() >= 1000.0 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    if unit == 0 { format!("{bytes} B") } else { format!("{value:.1} {}", UNITS[unit]) }
}

/// Reads `KEY=VALUE`, or `KEY` alone for an empty value.
pub fn key_value(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').unwrap_or((text, ""));
    if key.is_empty() {
        return Err("expected KEY or KEY=VALUE".to_owned());
    }
    Ok((key.to_owned(), value.to_owned()))
}
