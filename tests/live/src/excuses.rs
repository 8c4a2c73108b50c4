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

static EXCUSES: &[Excuse] = &[
    Excuse {
        operations: &["SwarmJoin"],
        holds: |_| true,
        why: "it takes a second Engine that the first can reach",
    },
    Excuse {
        operations: &["SwarmUnlock"],
        holds: |_| true,
        why: "a swarm is locked after a restart of its Engine, which others use",
    },
    Excuse {
        operations: &["NodeDelete"],
        holds: |_| true,
        why: "the only node of a swarm cannot be removed from it",
    },
    Excuse {
        operations: &["PluginEnable", "PluginDisable"],
        holds: |_| true,
        why: "it takes a program that serves a plugin's socket, and privileges that Engines for tests do not have",
    },
    Excuse { operations: &["ImageSearch"], holds: |_| true, why: "it takes a hub" },
    Excuse {
        operations: &["VolumeUpdate"],
        holds: |_| true,
        why: "it is for cluster volumes, which take a CSI plugin",
    },
    Excuse {
        operations: &["BuildPrune"],
        holds: |_| cfg!(not(feature = "since-1-40")),
        why: "without a filter it takes the build cache of others",
    },
    Excuse {
        operations: &["Session"],
        holds: |_| cfg!(not(feature = "since-1-40")),
        why: "it was experimental in these versions",
    },
    Excuse {
        operations: &["GetPluginPrivileges"],
        holds: |_| cfg!(not(feature = "since-1-30")),
        why: "the Engine reads `remote` in all versions, where it read `name` when these were new",
    },
];
