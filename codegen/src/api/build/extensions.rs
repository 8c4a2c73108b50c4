//! The `x-` vocabulary that a lowered document carries.

use indexmap::IndexMap;
use serde_json::Value;

use crate::api::{Deprecation, Origin, Result};

/// The extensions of one object of the document.
pub(super) type Extensions = IndexMap<String, Value>;

/// The pointer into the Swagger document.
pub(super) fn source(extensions: &Extensions) -> Option<&str> {
    extensions.get("x-source").and_then(Value::as_str)
}

/// An extension whose value is a text.
pub(super) fn text<'a>(extensions: &'a Extensions, key: &str, origin: &Origin) -> Result<Option<&'a str>> {
    match extensions.get(key) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(other) => Err(origin.error(format!("`{key}` must be a text, not {other}"))),
    }
}

/// An extension whose value is true or false; absent is false.
pub(super) fn flag(extensions: &Extensions, key: &str, origin: &Origin) -> Result<bool> {
    match extensions.get(key) {
        None => Ok(false),
        Some(Value::Bool(flag)) => Ok(*flag),
        Some(other) => Err(origin.error(format!("`{key}` must be true or false, not {other}"))),
    }
}

/// `deprecated` and `x-deprecated: {since, replaced-by}`.
pub(super) fn deprecation(
    deprecated: bool,
    extensions: &Extensions,
    origin: &Origin,
) -> Result<Option<Deprecation>> {
    let Some(details) = extensions.get("x-deprecated") else {
        return Ok(deprecated.then(Deprecation::default));
    };
    let invalid = || {
        origin.error("`x-deprecated` must be a mapping with `since` (a version) and `replaced-by` (a name)")
    };
    let details = details.as_object().ok_or_else(invalid)?;
    let part = |key: &str| match details.get(key) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.as_str())),
        // `since: 1.44` is a number to YAML.
        Some(Value::Number(_)) | Some(_) => Err(invalid()),
    };
    let since = part("since")?.map(str::parse).transpose().map_err(|_| invalid())?;
    Ok(Some(Deprecation { since, replaced_by: part("replaced-by")?.map(str::to_owned) }))
}
