//! What `detente explain` says of each code, one file for each group of codes.

pub mod expressions;
pub mod file;
pub mod lints;
pub mod meant;
pub mod model;
pub mod readings;

/// The explanation of a code, with an example that has the fault, and the same mended.
#[derive(Clone, Copy, Debug)]
pub struct Words {
    pub text: &'static str,
    pub before: &'static str,
    pub after: &'static str,
}
