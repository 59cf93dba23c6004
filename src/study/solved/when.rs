//! When something comes: outcomes, and what first holds.

use super::*;

/// Mean, standard deviation and quantiles of a time, among paths where it comes and over all, in days.
pub(super) struct When7 {
    pub mean: Estimate,
    pub sd: f64,
    pub sd_bound: f64,
    pub quantiles: [f64; 7],
    pub all: [f64; 7],
}

/// `off`: what its moments may be off; none where nothing is beyond the curves.
pub(super) fn when(
    worlds: Solved<'_>,
    of: impl Fn(&Solution) -> Option<(&Curve, Moments)>,
    off: impl Fn(&Solution) -> Option<Off>,
) -> When7 {
    let nothing = When7 {
        mean: unknown(),
        sd: f64::NAN,
        sd_bound: f64::NAN,
        quantiles: [f64::NAN; 7],
        all: [f64::NAN; 7],
    };
    let Some(each) = worlds.iter().map(&of).collect::<Option<Vec<_>>>() else { return nothing };
    let curves: Vec<&Curve> = each.iter().map(|e| e.0).collect();
    let mass = each.iter().map(|e| e.1.mass).sum::<f64>() / curves.len() as f64;
    let all = QUANTILES.map(|q| quantile(&curves, q) / DAY);
    if mass <= 0.0 {
        return When7 { all, ..nothing };
    }
    let mut mean = ratio(worlds, |w| of(w).map_or((f64::NAN, 1.0), |e| (e.1.first, e.1.mass)));
    let square = each.iter().map(|e| e.1.second).sum::<f64>() / curves.len() as f64 / mass;
    let variance = square - mean.value * mean.value;
    let sd = if variance.is_finite() { variance.max(0.0).sqrt() } else { f64::NAN };
    let last = curves.iter().map(|c| c.last()).fold(0.0, f64::max);
    let sd_bound = match worlds.iter().map(off).collect::<Option<Vec<Off>>>() {
        Some(offs) => {
            let off = Off::together(offs.into_iter(), mean.value);
            let mass = mass * worlds.len() as f64;
            mean.error_bound = off.mean(mass).unwrap_or(f64::NAN);
            off.sd(mass, sd).unwrap_or(f64::NAN)
        }
        None => {
            mean.error_bound = day_bound(worlds, &curves, mass);
            varied(curve_bound(worlds), last.max(mean.value), mass, sd)
        }
    };
    When7 {
        sd: sd / DAY,
        sd_bound: sd_bound / DAY,
        mean: mean.scaled(1.0 / DAY),
        quantiles: QUANTILES.map(|q| quantile(&curves, q * mass) / DAY),
        all,
    }
}

/// What a mean day may be off. With F(t) off by b at most, T the last time looked at, ∫ t dF = T F(T) - ∫ F dt is off by 2 T b,
/// and F(T), by which it is divided, by b; the mean is T at most.
pub(super) fn day_bound(worlds: Solved<'_>, curves: &[&Curve], mass: f64) -> f64 {
    let last = curves.iter().map(|c| c.last()).fold(0.0, f64::max);
    3.0 * last * curve_bound(worlds) / mass
}

/// When a measure first holds.
pub(super) fn first(w: &Solution, m: usize) -> Option<(&Curve, Moments)> {
    match &w.measures[m] {
        Known::First(curve, first, second) => {
            Some((curve, Moments { mass: curve.total(), first: *first, second: *second }))
        }
        _ => None,
    }
}
