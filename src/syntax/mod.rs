//! The scenario file: TOML to a tree with spans.
