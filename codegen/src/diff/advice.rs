//! What to do instead: where the documents say what replaces a thing, and where the comparison itself shows it.

use std::borrow::Borrow;

use rayon::prelude::*;

use super::change::{Change, Diff, Kind};
use crate::api::ApiVersion;
use crate::swagger::Node;

/// Gives advice where the two documents have it: the older one about what went, the newer one about what is
/// deprecated; and for what has another name, path or place now.
pub(super) fn advise(changes: &mut [Change], from: &Node, to: &Node) {
    for change in changes.iter_mut().filter(|change| change.advice.is_none()) {
        change.advice = match change.kind {
            Kind::Renamed => renamed(change),
            Kind::PathChanged if change.rule.when.is_empty() => {
                change.after.as_ref().and_then(|after| after.as_str()).map(|after| format!("call `{after}`"))
            }
            Kind::Deprecated => said(change.to.is_some().then_some(to), change.cause.to.as_deref(), change),
            kind if went(kind) => said(Some(from), change.cause.from.as_deref(), change),
            _ => None,
        };
    }
}

/// Gives advice about what went where versions between the two have it: a thing may be deprecated after the older
/// version and go before the newer one. `between` are the versions between, the oldest first; each is read only if
/// something needs advice, and let go before the next.
///
/// # Errors
///
/// What `read` fails with, for the oldest version that it fails for.
pub fn advise_from_history<D: Borrow<Node>, E: Send>(
    diff: &mut Diff,
    between: &[ApiVersion],
    read: impl Fn(ApiVersion) -> Result<D, E> + Sync,
) -> Result<(), E> {
    let mut open: Vec<&mut Change> =
        diff.changes.iter_mut().filter(|change| change.advice.is_none() && went(change.kind)).collect();
    if open.is_empty() {
        return Ok(());
    }
    let advice: Vec<Result<Vec<Option<String>>, E>> = between
        .par_iter()
        .map(|version| {
            let document = read(*version)?;
            let advice =
                |change: &&mut Change| said(Some(document.borrow()), change.cause.from.as_deref(), change);
            Ok(open.iter().map(advice).collect())
        })
        .collect();
    // The newest version that has advice is the last to write.
    for advice in advice {
        for (change, advice) in open.iter_mut().zip(advice?) {
            change.advice = advice.or(change.advice.take());
        }
    }
    Ok(())
}

fn went(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::EndpointRemoved
            | Kind::QueryParamRemoved
            | Kind::HeaderParamRemoved
            | Kind::PathParamRemoved
            | Kind::RequestFieldRemoved
            | Kind::ResponseFieldRemoved
            | Kind::EnumValueRemoved
            | Kind::FilterKeyRemoved
            | Kind::ResponseHeaderRemoved
    )
}

fn renamed(change: &Change) -> Option<String> {
    let (before, after) = (change.before.as_ref()?.as_str()?, change.after.as_ref()?.as_str()?);
    Some(match (before.split_once(' '), after.split_once(' ')) {
        // The same name in another place: `query version` → `header version`.
        (Some((_, one)), Some((place, other))) if one.eq_ignore_ascii_case(other) => {
            format!("send `{other}` in the {place}")
        }
        _ => format!("use `{after}`"),
    })
}

/// What the document says of the thing at a pointer: `deprecated since API v1.44, use …`.
fn said(document: Option<&Node>, pointer: Option<&str>, change: &Change) -> Option<String> {
    let node = at(document?, pointer?, &change.subject)?;
    let details = node.get("x-deprecated")?;
    let text = |key: &str| details.get(key).and_then(Node::as_str);
    let mut advice = match text("replaced-by") {
        Some(name) => format!("use `{name}`"),
        None if went(change.kind) && (text("since").is_some() || text("removed-in").is_some()) => {
            "nothing replaces it".to_owned()
        }
        None => return None,
    };
    if let Some(since) = text("since").filter(|_| went(change.kind)) {
        advice.push_str(&format!("; it was deprecated in API v{since}"));
    }
    Some(advice)
}

/// The thing at a pointer of another version of the document: a parameter is found by its name, its number may differ.
/// What is said of `deprecated: true` stands beside it.
fn at<'d>(document: &'d Node, pointer: &str, name: &str) -> Option<&'d Node> {
    let pointer = pointer.strip_suffix("/deprecated").unwrap_or(pointer);
    if let Some((list, rest)) = pointer.split_once("/parameters/")
        && pointer.starts_with("/paths/")
        && !rest.contains('/')
    {
        let named = |node: &&Node| node.get("name").and_then(Node::as_str) == Some(name);
        return document.at(&format!("{list}/parameters"))?.items().find(named);
    }
    document.at(pointer)
}
