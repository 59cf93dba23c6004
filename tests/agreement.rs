//! The engine and a plain interpreter, written apart from the same text, must agree on random scenarios, path by path.

mod plain;
