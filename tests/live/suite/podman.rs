//! Podman's Docker-compatible service: the parts that it has, and where it is known to do otherwise.

/// The parts that it has.
const PARTS: [&str; 5] = ["containers", "exec", "images", "volumes", "networks"];

/// Checks that do not pass, each with what podman does. Seen with podman 5.4, whose service speaks API 1.41.
const DIFFERENCES: &[(&str, &str)] = &[
    ("containers::attach_by_websocket", "there is no such path: 404"),
    ("images::import_list_inspect", "a list with digests is answered by 200 without a body"),
    ("images::prune_of_the_build_cache", "there is no such path: 404"),
    ("images::prune", "an image without a name is not taken by a filter of label and dangling"),
];

/// Whether a check is of a part that it has.
pub(crate) fn has(check: &str) -> bool {
    PARTS.iter().any(|part| check.split("::").next() == Some(part))
}

/// What went otherwise than is known: also a check that passes against expectation.
pub(crate) fn complaints(ran: &[&str], failed: &[&str]) -> Vec<String> {
    let mut complaints = Vec::new();
    for check in ran {
        let known = DIFFERENCES.iter().find(|(name, _)| name == check);
        match (failed.contains(check), known) {
            (true, None) => complaints.push(format!("{check} failed")),
            (true, Some((_, why))) => println!("known of podman: {check}: {why}"),
            (false, Some((_, why))) => {
                complaints.push(format!("{check} passed, and the list says that podman differs: {why}"))
            }
            (false, None) => {}
        }
    }
    complaints
}
