//! Swagger 2.0 documents: YAML with places, the document model, import.

pub mod node;
