//! Prints what import repaired in a document.

use docker_engine_codegen::source::Diagnostic;
use docker_engine_codegen::swagger::import::RepairRule;

use crate::console::note;

/// How many repairs of one rule are printed one by one.
const LISTED: usize = 20;

/// Prints the repairs of one document by rule, each with its place. A rule that was needed more often than that gives
/// its first places and a count, unless all are asked for.
pub(crate) fn print(repairs: &[Diagnostic], all: bool) {
    let mut left_out = 0;
    for rule in RepairRule::ALL {
        let of_rule: Vec<_> = repairs.iter().filter(|repair| repair.code == Some(rule.id())).collect();
        let listed = if all || of_rule.len() <= LISTED { of_rule.len() } else { 1 };
        for repair in &of_rule[..listed] {
            note!("warning[{}]: {repair}", rule.id());
        }
        if listed < of_rule.len() {
            note!("    and {} more", of_rule.len() - listed);
            left_out += of_rule.len() - listed;
        }
        if !of_rule.is_empty() {
            note!("    {}", rule.why());
        }
    }
    if left_out > 0 {
        note!("--verbose lists the other {left_out} repairs");
    }
}
