//! The `detente` program: everything is in the library.
fn main() {}
