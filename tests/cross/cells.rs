//! What both engines say of the same numbers, and how unlikely their difference is.

use crate::spreads::Off;
use detente::dist::{Beta, Law};
use detente::study::{Answer, Estimate};
use std::collections::BTreeMap;

/// Numbers compared: what each is, and how likely so large a difference is if both engines mean the same number.
#[derive(Default)]
pub struct Cells {
    pub found: Vec<(String, f64)>,
    /// Degrees of freedom of the standard errors of means: they are those of the worlds.
    free: f64,
}

/// Paths or visits that a mean must have behind it, for its error to be normal.
const MANY: f64 = 1_000.0;

/// P(|T| >= |t|) of Student's distribution, by the beta distribution of ν / (ν + t²).
fn student(t: f64, free: f64) -> f64 {
    match Beta::new(0.5 * free, 0.5) {
        Ok(beta) => Law::Beta(beta).cdf(free / (free + t * t)),
        Err(refused) => panic!("{refused:?}"),
    }
}

/// Twice the smaller tail of a binomial number from `hits` on.
fn binomial(hits: u64, paths: u64, p: f64) -> f64 {
    if p <= 0.0 || p >= 1.0 {
        let wanted = if p <= 0.0 { 0 } else { paths };
        return f64::from(u8::from(hits == wanted));
    }
    let (k, n) = (hits as f64, paths as f64);
    let upper = k >= p * n;
    let log = libm::lgamma(n + 1.0) - libm::lgamma(k + 1.0) - libm::lgamma(n - k + 1.0)
        + k * libm::log(p)
        + (n - k) * libm::log1p(-p);
    let odds = p / (1.0 - p);
    let (mut sum, mut term, mut at) = (1.0, 1.0_f64, k);
    // Outwards from what was seen; terms fall faster and faster.
    while term > 1e-18 * sum {
        term *= if upper { (n - at) / (at + 1.0) * odds } else { at / (n - at + 1.0) / odds };
        sum += term;
        at += if upper { 1.0 } else { -1.0 };
    }
    (2.0 * libm::exp(log) * sum).min(1.0)
}

impl Cells {
    /// A share. Both engines look at the same worlds, so that hits are a sum of independent trials whose chances differ by
    /// world; a binomial number with the mean chance has heavier tails (Hoeffding 1956).
    fn share(&mut self, what: &str, seen: &Estimate, exact: &Estimate) {
        let (bound, p) = (exact.error_bound.max(1e-12), exact.value);
        if p.is_nan() || seen.paths == 0 {
            return;
        }
        // The bound is given to the side that helps.
        let observed = seen.hits as f64 / seen.paths as f64;
        let p = if observed > p { (p + bound).min(observed) } else { (p - bound).max(observed) };
        self.found.push((
            format!("{what}: {observed} by paths, {} solved", exact.value),
            binomial(seen.hits, seen.paths, p),
        ));
    }

    /// A mean of which `behind` numbers were seen.
    fn mean(&mut self, what: &str, seen: &Estimate, exact: &Estimate, behind: f64) {
        if exact.value.is_nan() || !seen.standard_error.is_finite() || behind < MANY {
            return;
        }
        // Where all paths say the same (but for rounding), their error is not known; how many of them there are is a share.
        if seen.standard_error <= 1e-9 * seen.value.abs() {
            return;
        }
        // A sum that a few large numbers make has the error of few: of N(0 or c) with k that are c, (mean / error)² is about k. The exact
        // mean is taken, since a sample that lacks the large ones thinks too well of itself.
        let ratio = exact.value / seen.standard_error;
        let worth = ratio * ratio;
        if worth < MANY && exact.value != 0.0 && what.ends_with("days") {
            return;
        }
        // Of accounts no bound is known.
        let bound = exact.error_bound.max(0.0);
        let off = (seen.value - exact.value).abs() - bound - 1e-9 * exact.value.abs();
        let p = if off <= 0.0 { 1.0 } else { student(off / seen.standard_error, self.free) };
        self.found.push((format!("{what}: {} by paths, {} solved", seen.value, exact.value), p));
    }

    /// The standard deviation of an account. `off` tells how far what paths have seen is from its square, of as many paths as
    /// were walked, or of many more.
    pub fn spread(
        &mut self,
        (seen, exact): (&Answer, &Answer),
        measure: usize,
        mut off: impl FnMut(bool) -> Option<Off>,
    ) {
        let (a, b) = (&seen.measures[measure], &exact.measures[measure]);
        if b.sd.is_nan() || a.sd.is_nan() || (a.mean.paths as f64) < MANY {
            return;
        }
        let what = format!("{} {}: sd of {}", seen.scenario, seen.variant, a.measure);
        let what = format!("{what}: {} by paths, {} solved", a.sd, b.sd);
        // Where nothing varies.
        let size = b.mean.value.abs() + b.sd;
        if b.sd <= 1e-6 * size {
            self.found.push((what, f64::from(u8::from(a.sd <= 1e-5 * size))));
            return;
        }
        // Where nothing varied on any path, what varies is rare: it has a share of at least the square of its mean by its mean square.
        if a.sd == 0.0 {
            let far = (b.mean.value - a.mean.value).abs();
            let rare = (far / b.sd) * (far / b.sd);
            let none =
                if far > 1e-12 * b.mean.value.abs() { libm::exp(-rare * a.mean.paths as f64) } else { 0.0 };
            self.found.push((what, none));
            return;
        }
        // A sum that a few large squares make has the error of few.
        let likely = |off: Off| (off.worth >= MANY / 4.0).then(|| student(off.errors.abs(), off.free));
        let Some(mut p) = off(false).and_then(likely) else { return };
        if p < 1e-4 {
            let Some(again) = off(true).and_then(likely) else { return };
            p = again;
        }
        self.found.push((what, p));
    }

    /// The least likely difference.
    pub fn least(&self) -> f64 {
        self.found.iter().fold(1.0, |least, found| least.min(found.1))
    }

    /// How many standard deviations of accounts were compared.
    pub fn spreads(&self) -> usize {
        self.found.iter().filter(|(what, _)| what.contains(": sd of ")).count()
    }

    /// All numbers of a variant.
    pub fn answer(&mut self, seen: &Answer, exact: &Answer) {
        let name = format!("{} {}", seen.scenario, seen.variant);
        let paths = seen.made.paths as f64;
        self.free = if seen.made.worlds > 1 { seen.made.worlds as f64 - 1.0 } else { paths - 1.0 };
        for (a, b) in seen.outcomes.iter().zip(&exact.outcomes) {
            assert_eq!((a.when, &a.outcome), (b.when, &b.outcome));
            self.share(&format!("{name}: {} by {}", a.outcome, a.when), &a.probability, &b.probability);
        }
        for (a, b) in seen.stages.iter().zip(&exact.stages) {
            let what = format!("{name}: {} {} by {}", a.track, a.stage, a.when);
            self.share(&what, &a.stands, &b.stands);
            // Paths that differ from the rest, or the error is not normal.
            let stands = b.stands.value;
            if let (Some(a), Some(b)) = (&a.visits, &b.visits) {
                self.mean(&format!("{what}, visits"), a, b, paths * b.value.min((b.value - 1.0).abs()));
            }
            if let (Some(days), Some(exact), Some(visits)) = (&a.days, &b.days, &b.visits) {
                let behind = paths * visits.value.min(1.0 - stands);
                self.mean(&format!("{what}, days"), days, exact, behind);
            }
        }
        for (a, b) in seen.times.iter().zip(&exact.times) {
            assert_eq!(a.outcome, b.outcome);
            self.mean(
                &format!("{name}: day of {}", a.outcome),
                &a.mean_day,
                &b.mean_day,
                a.comes.hits as f64,
            );
        }
        for a in &seen.splits {
            let same = |b: &&detente::study::SplitRow| {
                (&b.split, &b.cell, &b.outcome) == (&a.split, &a.cell, &a.outcome)
            };
            let what = format!("{name}: {:?} {}", a.cell, a.outcome);
            match exact.splits.iter().find(same) {
                Some(b) => {
                    if let (Some(a), Some(b)) = (&a.joint, &b.joint) {
                        self.share(&what, a, b);
                    }
                }
                None if a.count > 0 => self.found.push((format!("{what}: a path ends there"), 0.0)),
                None => {}
            }
        }
        for (a, b) in seen.measures.iter().zip(&exact.measures) {
            assert_eq!(a.measure, b.measure);
            let what = format!("{name}: {}", a.measure);
            self.mean(&what, &a.mean, &b.mean, a.mean.paths as f64);
            if let (Some(a), Some(b)) = (&a.never, &b.never) {
                self.share(&format!("{what} never"), a, b);
            }
            for ((at, a), (_, b)) in a.thresholds.iter().zip(&b.thresholds) {
                self.share(&format!("{what} at least {at}"), a, b);
            }
        }
    }

    /// Panics where a difference is too unlikely to be chance, given how many were looked at: the least of m probabilities is
    /// below α/m with a chance of α at most (Bonferroni).
    pub fn judge(mut self, alpha: f64) {
        let limit = alpha / self.found.len().max(1) as f64;
        self.found.retain(|f| f.1 < limit);
        self.found.sort_by(|a, b| a.1.total_cmp(&b.1));
        // Of each scenario the worst.
        let mut told = BTreeMap::<&str, u32>::new();
        let mut worst = self.found.iter().filter(|(what, _)| {
            let scenario = what.split(':').next().unwrap_or_default();
            let count = told.entry(scenario.rsplit_once(' ').map_or(scenario, |(name, _)| name)).or_default();
            *count += 1;
            *count <= 4
        });
        let worst: Vec<_> =
            worst.by_ref().take(60).map(|(what, p)| format!("{what} (p = {p:.1e})")).collect();
        assert!(self.found.is_empty(), "{} numbers differ:\n{}", self.found.len(), worst.join("\n"));
    }
}

#[test]
fn tails_are_right() {
    // 3 or more of 10 at one half: 1 - 56/1024; doubled and cut at 1. 9 or more: 11/1024.
    assert!((binomial(9, 10, 0.5) - 22.0 / 1024.0).abs() < 1e-15);
    assert!((binomial(1, 10, 0.5) - 22.0 / 1024.0).abs() < 1e-15);
    assert_eq!(binomial(5, 10, 0.5), 1.0);
    assert!((binomial(0, 1_000, 0.01) - 2.0 * libm::pow(0.99, 1_000.0)).abs() < 1e-15);
    assert_eq!((binomial(0, 10, 0.0), binomial(1, 10, 0.0), binomial(10, 10, 1.0)), (1.0, 0.0, 1.0));
    // Published: 3.182446 for three degrees of freedom.
    assert!((student(3.182_446_305_284, 3.0) - 0.05).abs() < 1e-12);
    assert!((student(1.959_963_984_540_054, 1e9) - 0.05).abs() < 1e-8);
}
