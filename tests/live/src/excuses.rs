//! Operations that cannot be had here, each with its reason. Whoever finds a way removes the line: an operation that is
//! excused and is done all the same fails the run, as does one that is neither done nor excused.

use crate::Engine;

/// Why operations are not done.
#[derive(Clone, Copy, Debug)]
pub struct Excuse {
    /// Their ids.
    pub operations: &'static [&'static str],
    /// On which Engines.
    pub holds: fn(&Engine) -> bool,
    /// Why.
    pub why: &'static str,
}

/// What is excused on an Engine.
pub fn excuses(engine: &Engine) -> impl Iterator<Item = &'static Excuse> {
    EXCUSES.iter().filter(|excuse| (excuse.holds)(engine))
}

static EXCUSES: &[Excuse] = &[];
