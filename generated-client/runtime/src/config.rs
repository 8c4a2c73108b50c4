//! Where the Engine is.
