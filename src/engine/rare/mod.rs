//! Rare events by sampling: paths are steered towards the goal, and each counts the weight that makes up for it.
//!
//! Importance sampling near the zero-variance one (de Boer, Nicola and Rubinstein 2000; L'Ecuyer and Tuffin 2008): at each
//! choice (when a clock rings, which branch is taken) an option is drawn in proportion to its probability times what is
//! thought to be the chance of the goal after it ([`Worths`]), mixed with some of the scenario's own distribution. What
//! is thought is learnt from pilot paths on numbers of their own, and then fixed: the estimate has no bias, however
//! wrong the thoughts are. `docs/statistics.md` has the formulas and the sources.

mod mixture;
mod steer;
mod tilt;
mod walks;
mod worth;

#[cfg(test)]
mod tests;

pub use mixture::{Steering, mixed};
pub use steer::Steered;
pub use tilt::{DEFENCE, GUESS};
pub use walks::{Hunt, Pilot, Stopped, UNIT, learn, walk_one, weigh};
pub use worth::{CELLS, Lessons, Made, Worths};
