//! Connections to an Engine.
