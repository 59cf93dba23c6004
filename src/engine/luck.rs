//! How delays and branches come about once their random numbers are known: as the scenario says, or steered towards
//! something rare, with a weight that makes up for it.

use super::clocks::Running;
use crate::dist::Law;
use crate::program::choose;
use crate::stream::Draw;

/// What is known of a path where something is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// The time, in seconds from the start.
    pub now: f64,
    /// The stage of each track, by its number in the whole program.
    pub at: &'a [u32],
    /// The state variables.
    pub states: &'a [f64],
    /// All clocks.
    pub(super) clocks: &'a [Running],
}

impl Scene<'_> {
    /// When a clock rings, if it runs; infinity else.
    #[inline]
    pub fn due(&self, clock: usize) -> f64 {
        self.clocks[clock].due
    }
}

/// A way of turning random numbers into delays and branches.
pub trait Luck {
    /// Whether everything comes about as the scenario says.
    const PLAIN: bool;
    /// The delay of a clock that starts, in seconds; `None` where it is to be drawn as the scenario says.
    fn delay(&mut self, clock: usize, law: &Law, draw: &Draw, scene: &Scene<'_>) -> Option<f64>;
    /// The times from `now` on at which [`Luck::need`] wants to know the integral of a rate, in rising order.
    fn times(&mut self, now: f64) -> &[f64];
    /// What the integral of a hazard's rate must reach. `reached`: what it will have reached at [`Luck::times`] if nothing
    /// changes.
    fn need(&mut self, clock: usize, reached: &[f64], draw: &mut Draw, scene: &Scene<'_>) -> f64;
    /// The branch of a list that a number takes, and its probability.
    fn branch(&mut self, list: usize, thresholds: &[f64], number: f64, scene: &Scene<'_>) -> (usize, f64);
}

/// As the scenario says.
#[derive(Clone, Copy, Debug, Default)]
pub struct Plain;

impl Luck for Plain {
    const PLAIN: bool = true;

    #[inline]
    fn delay(&mut self, _: usize, _: &Law, _: &Draw, _: &Scene<'_>) -> Option<f64> {
        None
    }

    fn times(&mut self, _: f64) -> &[f64] {
        &[]
    }

    fn need(&mut self, _: usize, _: &[f64], draw: &mut Draw, _: &Scene<'_>) -> f64 {
        -libm::log(draw.uniform())
    }

    #[inline]
    fn branch(&mut self, _: usize, thresholds: &[f64], number: f64, _: &Scene<'_>) -> (usize, f64) {
        // The last threshold is at least 1, and the number below 1.
        let chosen = choose(thresholds, number).unwrap_or(thresholds.len() - 1);
        (chosen, probability(thresholds, chosen))
    }
}

/// The probability of a branch.
#[inline]
pub(super) fn probability(thresholds: &[f64], branch: usize) -> f64 {
    let below = if branch == 0 { 0.0 } else { thresholds[branch - 1] };
    thresholds[branch].min(1.0) - below
}
