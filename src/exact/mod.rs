//! Exact answers: the scenario is solved instead of sampled.
//!
//! All combinations of stages and values that can be reached are explored once a world ([`Solver`]); instants are taken
//! out; what is left is a semi-Markov chain, whose ends follow from elimination without subtraction, and whose answers over
//! time from renewal equations. `docs/exact.md` tells the methods and their error bounds. What is not solved is refused with
//! the reason: [`NotExact`].

// Values at points are indexed: the same index runs through several arrays.
#![allow(clippy::needless_range_loop)]

mod ahead;
mod bank;
mod carried;
mod chain;
mod change;
mod counters;
mod curve;
mod delay;
mod effort;
mod eliminate;
mod endless;
mod explore;
mod fraction;
mod gain;
mod graph;
mod inner;
mod kernel;
mod legendre;
mod live;
mod march;
mod moment;
mod off;
mod onward;
mod path;
mod race;
mod refusal;
mod solution;
mod stays;
mod table;

#[cfg(test)]
mod tests;

pub use counters::counted;
pub use curve::{Curve, quantile};
pub use effort::MOST_EFFORT;
pub use endless::endless;
pub use fraction::Fraction;
pub use gain::{Gain, Moments};
pub use off::Off;
pub use refusal::{Advice, NotExact, Why};
pub use solution::{ByEnd, Known, Questions, Slot, Solution, Solver};
