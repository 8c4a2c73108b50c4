//! The client crate that the examples use, chosen by cargo feature: `--no-default-features --features v1-41`.

#[cfg(all(feature = "v1-25", not(any(feature = "v1-41", feature = "v1-45", feature = "v1-51"))))]
pub use docker_engine_v1_25 as docker_engine;
#[cfg(all(feature = "v1-41", not(any(feature = "v1-45", feature = "v1-51"))))]
pub use docker_engine_v1_41 as docker_engine;
#[cfg(all(feature = "v1-45", not(feature = "v1-51")))]
pub use docker_engine_v1_45 as docker_engine;
#[cfg(feature = "v1-51")]
pub use docker_engine_v1_51 as docker_engine;
