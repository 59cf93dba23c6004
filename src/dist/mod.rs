//! Distributions: checked parameters in, prepared laws out.

/// A way to state a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormId(pub u16);

/// The shape of `low to high`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interval {
    /// Positive.
    LogNormal,
    /// Between 0 and 1.
    LogitNormal,
    /// Anything.
    Normal,
}
