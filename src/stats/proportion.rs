//! How often something happens: the tally of one cell (an outcome by a milestone, a stage on a day), and its errors.

use std::collections::BTreeMap;

use super::Design;
use super::credible::Seen;
use super::critical::student_quantile;
use super::interval::{Interval, UPPER, score_interval};

/// Counts the paths on which something happened, world by world.
#[derive(Clone, Debug)]
pub struct HitTally {
    design: Design,
    hits: u64,
    paths: u64,
    /// How many worlds had so many hits; at most as many entries as there are worlds, or paths in a world plus one.
    worlds: BTreeMap<u64, u64>,
}

/// A probability, and how well it is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Proportion {
    /// The share of paths, 0 to 1.
    pub p: f64,
    /// The standard error of `p` that comes from the finite number of worlds and paths. NaN where a single world of many
    /// cannot tell, or nothing was counted.
    pub standard_error: f64,
    /// The 95% interval for the probability over everything.
    pub interval: Interval,
    /// The central 95% of the probability across worlds, cleared of the noise within them. `None` without beliefs, and
    /// where it can't be told from noise (one path a world, or fewer than two worlds).
    pub credible: Option<Interval>,
    /// The paths on which it happened; 0 in an exact answer.
    pub hits: u64,
    /// All paths; 0 in an exact answer.
    pub paths: u64,
}

impl HitTally {
    /// Nothing counted yet.
    pub fn new(design: Design) -> HitTally {
        HitTally { design, hits: 0, paths: 0, worlds: BTreeMap::new() }
    }

    /// Adds `hits` on `paths` paths: those of one whole world, or where paths are independent, of any batch.
    pub fn add(&mut self, hits: u64, paths: u64) {
        debug_assert!(hits <= paths);
        self.hits += hits;
        self.paths += paths;
        if let Design::Worlds { paths_each } = self.design {
            debug_assert_eq!(paths, paths_each);
            *self.worlds.entry(hits).or_default() += 1;
        }
    }

    /// Adds so many worlds where it happened on no path.
    pub fn add_worlds_without(&mut self, worlds: u64) {
        if let Design::Worlds { paths_each } = self.design
            && worlds > 0
        {
            self.paths += worlds * paths_each;
            *self.worlds.entry(0).or_default() += worlds;
        }
    }

    /// Adds all that `other` counted.
    pub fn merge(&mut self, other: &HitTally) {
        self.hits += other.hits;
        self.paths += other.paths;
        for (&hits, &worlds) in &other.worlds {
            *self.worlds.entry(hits).or_default() += worlds;
        }
    }

    /// The paths on which it happened.
    pub fn hits(&self) -> u64 {
        self.hits
    }

    /// All paths.
    pub fn paths(&self) -> u64 {
        self.paths
    }

    /// The probability and its errors.
    pub fn proportion(&self) -> Proportion {
        match self.design {
            Design::Paths => Proportion::independent(self.hits, self.paths),
            Design::Worlds { paths_each } => self.by_world(paths_each),
        }
    }

    fn by_world(&self, paths_each: u64) -> Proportion {
        let worlds = self.worlds.values().sum();
        let squares = self.worlds.iter().map(|(&h, &w)| u128::from(h) * u128::from(h) * u128::from(w)).sum();
        let clustered = Clustered { hits: self.hits.into(), squares, worlds, paths_each };
        let (p, standard_error, interval) = clustered.answer(clustered.critical());
        let credible = (worlds >= 2 && paths_each >= 2).then(|| {
            let m = paths_each as f64;
            Seen {
                mean: p,
                variance: standard_error * standard_error * worlds as f64,
                noise: clustered.noise(),
                middle: Interval {
                    low: self.world_quantile(1.0 - UPPER, worlds) / m,
                    high: self.world_quantile(UPPER, worlds) / m,
                },
            }
            .probabilities()
        });
        Proportion { p, standard_error, interval, credible, hits: self.hits, paths: self.paths }
    }

    /// The smallest number of hits that at least a share `q` of worlds do not exceed.
    fn world_quantile(&self, q: f64, worlds: u64) -> f64 {
        let rank = super::histogram::rank(q, worlds);
        let mut below = 0;
        for (&hits, &count) in &self.worlds {
            below += count;
            if below >= rank {
                return hits as f64;
            }
        }
        f64::NAN
    }
}

impl Proportion {
    /// From independent paths: the binomial standard error, and Wilson's score interval.
    pub fn independent(hits: u64, paths: u64) -> Proportion {
        let (p, n) = (hits as f64 / paths as f64, paths as f64);
        let interval = if paths == 0 {
            Interval { low: 0.0, high: 1.0 }
        } else {
            score_interval(p, n, student_quantile(UPPER, f64::INFINITY))
        };
        Proportion { p, standard_error: (p * (1.0 - p) / n).sqrt(), interval, credible: None, hits, paths }
    }

    /// From the exact probability in each world, without noise: what is left is that worlds are a sample. A single world
    /// stands for a scenario without beliefs, whose answer has no error at all. `worlds` must not be empty.
    pub fn exact(worlds: &[f64]) -> Proportion {
        let count = worlds.len() as f64;
        let mut sorted = worlds.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        // Sorted, so that the order of worlds cannot change the last bit.
        let p = (sorted.iter().sum::<f64>() / count).clamp(0.0, 1.0);
        if let [only] = *worlds {
            let interval = Interval { low: only, high: only };
            return Proportion { p, standard_error: 0.0, interval, credible: None, hits: 0, paths: 0 };
        }
        let variance = sorted.iter().map(|x| (x - p) * (x - p)).sum::<f64>() / (count - 1.0);
        let at = |q| sorted[super::histogram::rank(q, worlds.len() as u64) as usize - 1];
        let effective = if p <= 0.0 || p >= 1.0 { count } else { p * (1.0 - p) * count / variance };
        let critical = student_quantile(UPPER, count - 1.0);
        let interval = if effective.is_finite() {
            score_interval(p, effective, critical)
        } else {
            Interval { low: p, high: p }
        };
        Proportion {
            p,
            standard_error: (variance / count).sqrt(),
            interval,
            credible: Some(Interval { low: at(1.0 - UPPER), high: at(UPPER) }),
            hits: 0,
            paths: 0,
        }
    }
}

/// Hits in worlds, as integers: Σ h and Σ h² over worlds of equal size.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clustered {
    pub hits: u128,
    pub squares: u128,
    pub worlds: u64,
    pub paths_each: u64,
}

impl Clustered {
    /// The Student point for this number of worlds.
    pub fn critical(&self) -> f64 {
        student_quantile(UPPER, self.worlds.saturating_sub(1) as f64)
    }

    /// The mean over worlds of the unbiased estimate of p (1 − p) / m: Σ h (m − h) / (W m² (m − 1)).
    pub fn noise(&self) -> f64 {
        let m = u128::from(self.paths_each);
        (m * self.hits - self.squares) as f64
            / (self.worlds as f64 * (m * m) as f64 * (self.paths_each as f64 - 1.0))
    }

    /// Probability, standard error and 95% interval.
    pub fn answer(&self, critical: f64) -> (f64, f64, Interval) {
        let (worlds, m) = (self.worlds as f64, self.paths_each as f64);
        let paths = worlds * m;
        let p = self.hits as f64 / paths;
        if self.worlds < 2 {
            return (p, f64::NAN, Interval { low: 0.0, high: 1.0 });
        }
        let scatter = u128::from(self.worlds) * self.squares - self.hits * self.hits;
        let variance = scatter as f64 / (worlds * worlds * (worlds - 1.0) * m * m);
        // Kish's design effect; below 1 only by chance, since worlds can but add to the variance. At no hits and at all
        // hits it can't be seen: then each world counts as one trial, as if its paths all shared one fate.
        let binomial = p * (1.0 - p) / paths;
        let effective = if binomial > 0.0 { paths / (variance / binomial).max(1.0) } else { worlds };
        (p, variance.sqrt(), score_interval(p, effective, critical))
    }
}
