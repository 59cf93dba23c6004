//! The expression language: text to tree.
