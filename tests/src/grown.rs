//! A version that nobody has published: a document, called the next version, with a new operation, field, enum value and filter
//! key.

use docker_engine_codegen::api::ApiVersion;
use docker_engine_codegen::swagger::Store;

use crate::spec;

/// Put before a line of the old document, as it is published and as it is stored.
const OPERATION: &str = "  /containers/{id}/moon:
    post:
      operationId: ContainerMoon
      summary: Sends a container to the moon
      tags: [Container]
      produces: [application/json]
      parameters:
        - {name: id, in: path, required: true, type: string, description: Which one.}
        - {name: gentle, in: query, type: boolean, default: false, description: Whether to land softly.}
      responses:
        200: {description: no error, schema: {$ref: '#/definitions/DeviceMapping'}}
        500: {description: server error, schema: {$ref: '#/definitions/ErrorResponse'}}
";
const FIELD: &str =
    "      MoonPhase: {type: string, enum: [new, full], description: The phase of the moon.}\n";

/// The version after this one.
pub fn after(version: ApiVersion) -> ApiVersion {
    ApiVersion { minor: version.minor + 1, ..version }
}

/// The next version of a document in the form in which it is published.
///
/// # Panics
///
/// When the document lacks what the new parts are put beside.
pub fn published(text: &str, version: ApiVersion) -> String {
    let filters = ("            - `ancestor`=(", "            - `moon`=(`new` or `full`)\n");
    grown(text, version, "\"", filters)
}

/// The next version of a stored document.
///
/// # Panics
///
/// When there is none of this version, or it lacks what the new parts are put beside.
pub fn stored(version: ApiVersion) -> String {
    let text = std::fs::read_to_string(Store::new(spec()).path(version)).expect("stored");
    grown(&text, version, "", ("            ancestor: {}\n", "            moon: {}\n"))
}

/// `quote` is how the document quotes its texts.
fn grown(text: &str, old: ApiVersion, quote: &str, (filter, new_filter): (&str, &str)) -> String {
    let new = after(old);
    let text = replaced(text, &format!("basePath: {quote}/v{old}"), &format!("basePath: {quote}/v{new}"));
    let text = replaced(&text, &format!("  version: \"{old}\""), &format!("  version: \"{new}\""));
    let text = replaced(&text, "  /containers/json:\n", &format!("{OPERATION}  /containers/json:\n"));
    let path = format!("      PathOnHost:\n        type: {quote}string{quote}\n");
    let text = replaced(&text, &path, &format!("{FIELD}{path}"));
    let value = format!("      - {quote}npipe{quote}\n");
    let text = replaced(&text, &value, &format!("{value}      - moon\n"));
    replaced(&text, filter, &format!("{new_filter}{filter}"))
}

/// Replaces the first of what must be there.
#[track_caller]
fn replaced(text: &str, old: &str, new: &str) -> String {
    assert!(text.contains(old), "the document has no {old:?} any more: choose another place");
    text.replacen(old, new, 1)
}
