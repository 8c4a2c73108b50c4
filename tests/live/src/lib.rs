//! The frame of the live suite: which client crate is run, which Engine it is run on, what a check is given, and the
//! journal of the operations that ran. The checks are in `suite/`; how to run them stands in README.md.

mod check;
mod compact;
mod engine;
mod excuses;
mod journal;
mod sweep;
mod table;

pub use check::{Check, by_source, find, tar_of};
pub use compact::compact;
pub use engine::Engine;
pub use excuses::{Excuse, excuses};
pub use journal::{Journal, Noting, Tally};
pub use sweep::sweep;
pub use table::{Report, print};

// The newest of those that are switched on.
#[cfg(all(feature = "v1-25", not(feature = "since-1-30")))]
pub use docker_engine_v1_25 as docker_engine;
#[cfg(all(feature = "v1-30", not(feature = "since-1-35")))]
pub use docker_engine_v1_30 as docker_engine;
#[cfg(all(feature = "v1-35", not(feature = "since-1-40")))]
pub use docker_engine_v1_35 as docker_engine;
#[cfg(all(feature = "v1-40", not(feature = "since-1-41")))]
pub use docker_engine_v1_40 as docker_engine;
#[cfg(all(feature = "v1-41", not(feature = "since-1-42")))]
pub use docker_engine_v1_41 as docker_engine;
#[cfg(all(feature = "v1-42", not(feature = "since-1-45")))]
pub use docker_engine_v1_42 as docker_engine;
#[cfg(all(feature = "v1-45", not(feature = "since-1-46")))]
pub use docker_engine_v1_45 as docker_engine;
#[cfg(all(feature = "v1-46", not(feature = "since-1-51")))]
pub use docker_engine_v1_46 as docker_engine;
#[cfg(feature = "v1-51")]
pub use docker_engine_v1_51 as docker_engine;

/// A field that some versions promise, and that may be absent in others.
pub fn given<T>(field: impl Into<Option<T>>) -> Option<T> {
    field.into()
}
