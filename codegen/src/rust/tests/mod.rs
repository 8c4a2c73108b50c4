//! Whole crates: against golden files, compiled, and from hostile models.

mod compiled;
mod golden;
mod hostile;
mod sample;

use super::{Home, Options};

const WORKSPACE: Options = Options { home: Home::Workspace };
