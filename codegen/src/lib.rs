//! Turns the Docker Engine's published Swagger 2.0 documents into Rust client crates.
//!
//! A document goes one way through the stages, each a function from one value to the next:
//!
//! ```text
//! source      text of a file                      → Source
//! swagger     Source                              → Node (YAML with places) → Document (Swagger 2.0)
//! overlay     Node + actions                      → Node (what the daemon does, added)
//! openapi     Document                            → openapiv3::OpenAPI
//! api         OpenAPI (+ all other versions)      → Api: names, types, history
//! rust        Api                                 → tokens → formatted files of one crate
//! diff        two Apis                            → changes
//! ```
//!
//! Only the last step of `rust` and the importer touch the disk.

pub mod api;
pub mod openapi;
pub mod overlay;
pub mod rust;
pub mod source;
pub mod swagger;
