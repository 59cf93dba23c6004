//! What one variant changes against another, and what the runs say about it.

use crate::stats::critical::normal_quantile;
use crate::stats::interval::{Interval, UPPER};
use crate::stats::precision::two_figures_up;

/// The power that "enough paths to tell" stands for.
pub const POWER: f64 = 0.8;

/// What the runs say about a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing differed on any path (or in any world, where only worlds were compared).
    Same,
    /// The 95% interval holds zero.
    Unclear,
    /// The variant is higher: the interval lies above zero.
    Higher,
    /// The variant is lower: the interval lies below zero.
    Lower,
}

/// The variant less the base, and how well that is known; in the unit of what is compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// The mean difference.
    pub difference: f64,
    /// Its paired standard error; NaN with fewer than two independent units.
    pub standard_error: f64,
    /// Its 95% interval.
    pub interval: Interval,
    /// The central 95% of the difference across worlds, cleared of the noise within them; `None` without beliefs and where
    /// it can't be told from noise.
    pub credible: Option<Interval>,
    /// Whether the runs can tell it from zero.
    pub verdict: Verdict,
    /// The paths that would tell it from zero four times in five, were the difference seen the true one, to two figures.
    /// `None` where no difference was seen or its error is not known.
    pub paths_to_tell: Option<u64>,
    /// The paths of each variant behind it.
    pub paths: u64,
}

pub(super) fn judged(
    difference: f64,
    standard_error: f64,
    interval: Interval,
    credible: Option<Interval>,
    paths: u64,
    same: bool,
) -> Difference {
    let verdict = if same {
        Verdict::Same
    } else if interval.low > 0.0 {
        Verdict::Higher
    } else if interval.high < 0.0 {
        Verdict::Lower
    } else {
        Verdict::Unclear
    };
    let far = (normal_quantile(UPPER) + normal_quantile(POWER)) * standard_error / difference.abs();
    let paths_to_tell =
        (difference != 0.0 && far.is_finite()).then(|| two_figures_up(paths as f64 * far * far));
    Difference { difference, standard_error, interval, credible, verdict, paths_to_tell, paths }
}
