//! Applies the actions of an overlay to a tree.
//!
//! JSONPath is evaluated on plain JSON, so the tree has a twin without places; each change is made to both. That is
//! much cheaper than a new twin for each action.

use serde_json::Value as Json;

use super::{Action, Change, Overlay, error};
use crate::api::ApiVersion;
use crate::source::{Diagnostic, Errors};
use crate::swagger::node::{Entry, Node, Value};

/// One step from a value to a value in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Index(usize),
    Key(String),
}

impl Overlay {
    /// Applies the actions for `version`, in their order. What they add has its place in the overlay.
    ///
    /// # Errors
    ///
    /// Names every action for this version that matches nothing, changes nothing or cannot be carried out.
    pub fn apply(&self, node: Node, version: ApiVersion) -> Result<Node, Errors> {
        let mut tree = Tree { json: node.to_json(), node };
        let mut errors = Vec::new();
        for action in self.actions.iter().filter(|action| action.versions.contains(version)) {
            if let Err(found) = tree.apply(action) {
                errors.push(found.help(format!(
                    "this is so in v{version}: correct the action, or leave the version out of `x-versions: '{}'`",
                    action.versions
                )));
            }
        }
        Errors::unless_empty(errors, tree.node)
    }
}

struct Tree {
    node: Node,
    json: Json,
}

impl Tree {
    fn apply(&mut self, action: &Action) -> Result<(), Diagnostic> {
        let targets = self.select(action);
        if targets.is_empty() {
            return Err(error(&action.target_place, format!("the target {} matches nothing", action.target)));
        }
        match &action.change {
            Change::Remove => self.remove(action, &targets),
            Change::Update { node, json } => self.update(action, &targets, node, json),
        }
    }

    /// What the target selects, each once.
    fn select(&self, action: &Action) -> Vec<Vec<Step>> {
        let mut targets: Vec<Vec<Step>> = Vec::new();
        for location in action.target.query_located(&self.json).locations() {
            let steps = location.iter().filter_map(|element| match element.as_index() {
                Some(index) => Some(Step::Index(index)),
                None => element.as_name().map(|name| Step::Key(name.to_owned())),
            });
            let steps: Vec<_> = steps.collect();
            if !targets.contains(&steps) {
                targets.push(steps);
            }
        }
        targets
    }

    fn remove(&mut self, action: &Action, targets: &[Vec<Step>]) -> Result<(), Diagnostic> {
        // From the end: what is in a target goes before it, and items of a list keep their positions.
        let mut targets: Vec<_> = targets.iter().collect();
        targets.sort_unstable();
        for target in targets.into_iter().rev() {
            let Some((last, above)) = target.split_last() else {
                return Err(error(&action.target_place, "the whole document cannot be removed"));
            };
            let (Some(node), Some(json)) = (node_at(&mut self.node, above), json_at(&mut self.json, above))
            else {
                continue;
            };
            match (last, &mut node.value, json) {
                (Step::Key(key), Value::Mapping(entries), Json::Object(keys)) => {
                    entries.shift_remove(key);
                    keys.shift_remove(key);
                }
                (Step::Index(index), Value::Sequence(items), Json::Array(values)) => {
                    items.remove(*index);
                    values.remove(*index);
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn update(
        &mut self,
        action: &Action,
        targets: &[Vec<Step>],
        update: &Node,
        plain: &Json,
    ) -> Result<(), Diagnostic> {
        let mut changed = false;
        for target in targets {
            // A target inside of a target may be gone by now.
            let (Some(node), Some(json)) = (node_at(&mut self.node, target), json_at(&mut self.json, target))
            else {
                continue;
            };
            match (&node.value, &update.value) {
                (Value::Mapping(_), Value::Mapping(_)) | (Value::Sequence(_), Value::Sequence(_)) => {
                    changed |= merge(node, update)?;
                    merge_json(json, plain);
                }
                (Value::Mapping(_), _) => {
                    return Err(error(&update.place, "the target is a mapping: the update must be one too"));
                }
                (Value::Sequence(_), _) => {
                    changed |= append(node, std::slice::from_ref(update))?;
                    if let Json::Array(values) = json {
                        values.push(plain.clone());
                    }
                }
                (other, _) => {
                    let message =
                        format!("the target is {}: select the mapping or list that holds it", other.kind());
                    return Err(error(&action.target_place, message));
                }
            }
        }
        if changed {
            return Ok(());
        }
        Err(error(&action.place, "the action changes nothing: the document says so itself"))
    }
}

fn node_at<'n>(node: &'n mut Node, steps: &[Step]) -> Option<&'n mut Node> {
    steps.iter().try_fold(node, |node, step| match (step, &mut node.value) {
        (Step::Key(key), Value::Mapping(entries)) => entries.get_mut(key).map(|entry| &mut entry.node),
        (Step::Index(index), Value::Sequence(items)) => items.get_mut(*index),
        _ => None,
    })
}

fn json_at<'j>(json: &'j mut Json, steps: &[Step]) -> Option<&'j mut Json> {
    steps.iter().try_fold(json, |json, step| match step {
        Step::Key(key) => json.get_mut(key),
        Step::Index(index) => json.get_mut(*index),
    })
}

/// Merges `update` into `node`; true if that changed it.
fn merge(node: &mut Node, update: &Node) -> Result<bool, Diagnostic> {
    match (&mut node.value, &update.value) {
        (Value::Mapping(entries), Value::Mapping(updates)) => {
            let mut changed = false;
            for (key, update) in updates {
                match entries.get_mut(key) {
                    Some(entry) => changed |= merge(&mut entry.node, &update.node)?,
                    None => {
                        entries.insert(key.clone(), Entry::clone(update));
                        changed = true;
                    }
                }
            }
            Ok(changed)
        }
        (Value::Sequence(_), Value::Sequence(added)) => append(node, added),
        _ => {
            let changed = !same(node, update);
            if changed {
                *node = update.clone();
            }
            Ok(changed)
        }
    }
}

/// Appends to a list. What is in it already is not added again: that would be a second enum value, parameter, …
fn append(list: &mut Node, added: &[Node]) -> Result<bool, Diagnostic> {
    let Value::Sequence(items) = &mut list.value else { return Ok(false) };
    for item in added {
        if items.iter().any(|other| same(other, item)) {
            return Err(error(&item.place, "the list of the document has this item already"));
        }
        items.push(item.clone());
    }
    Ok(!added.is_empty())
}

/// [`merge`] without places. The checks were made there.
fn merge_json(json: &mut Json, update: &Json) {
    match (json, update) {
        (Json::Object(keys), Json::Object(updates)) => {
            for (key, update) in updates {
                match keys.get_mut(key) {
                    Some(value) => merge_json(value, update),
                    None => drop(keys.insert(key.clone(), update.clone())),
                }
            }
        }
        (Json::Array(values), Json::Array(added)) => values.extend(added.iter().cloned()),
        (json, update) => *json = update.clone(),
    }
}

/// Whether two trees say the same, wherever they stand.
fn same(one: &Node, other: &Node) -> bool {
    match (&one.value, &other.value) {
        (Value::Mapping(one), Value::Mapping(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .all(|(key, entry)| other.get(key).is_some_and(|other| same(&entry.node, &other.node)))
        }
        (Value::Sequence(one), Value::Sequence(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Mapping(_) | Value::Sequence(_), _) | (_, Value::Mapping(_) | Value::Sequence(_)) => false,
        (one, other) => one == other,
    }
}
