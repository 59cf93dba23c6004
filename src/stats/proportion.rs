//! How often something happens: the tally of one cell (an outcome by a milestone, a stage on a day), and its errors.

use super::Design;
use super::by_world::ByWorld;
use super::credible::Seen;
use super::critical::student_quantile;
use super::interval::{Interval, UPPER, score_interval, widened};
use super::parts::{part_means, speaking, step};
use super::sensitivity::{Between, Class};

/// Counts the paths on which something happened, world by world.
#[derive(Clone, Debug)]
pub struct HitTally {
    design: Design,
    hits: u64,
    paths: u64,
    /// How many worlds had so many hits; at most as many entries as there are worlds, or paths in a world plus one.
    worlds: ByWorld,
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
    /// where it can't be told from noise (one path a world, fewer than two worlds, no more spread than noise makes).
    pub credible: Option<Interval>,
    /// The paths on which it happened; 0 in an exact answer.
    pub hits: u64,
    /// All paths; 0 in an exact answer.
    pub paths: u64,
}

impl HitTally {
    /// Nothing counted yet.
    pub fn new(design: Design) -> HitTally {
        HitTally { design, hits: 0, paths: 0, worlds: ByWorld::new(design.unit()) }
    }

    /// So many hits on all paths, where every path is a unit of its own: independent, or alone in its world.
    ///
    /// # Panics
    /// Where several paths share a world: then their number is not enough.
    pub fn single(design: Design, hits: u64, paths: u64) -> HitTally {
        assert!(design.clustered().is_none(), "hits of worlds must be counted by world");
        let mut tally = HitTally::new(design);
        (tally.hits, tally.paths) = (hits, paths);
        if design != Design::Paths {
            tally.worlds.add(0, paths - hits);
            tally.worlds.add(1, hits);
        }
        tally
    }

    /// Adds `hits` on `paths` paths: those of one whole world, or where paths are independent, of any batch.
    pub fn add(&mut self, hits: u64, paths: u64) {
        debug_assert!(hits <= paths);
        self.hits += hits;
        self.paths += paths;
        if let Design::Worlds { paths_each } = self.design {
            debug_assert_eq!(paths, paths_each);
            self.worlds.add(hits as i64, 1);
        }
    }

    /// Adds so many worlds where it happened on no path.
    pub fn add_worlds_without(&mut self, worlds: u64) {
        if let Design::Worlds { paths_each } = self.design
            && worlds > 0
        {
            self.paths += worlds * paths_each;
            self.worlds.add(0, worlds);
        }
    }

    /// Adds all that `other` counted.
    pub fn merge(&mut self, other: &HitTally) {
        self.hits += other.hits;
        self.paths += other.paths;
        self.worlds.merge(&other.worlds);
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

    /// The variance between worlds, cleared of the noise within them. `None` where no two paths share a world, or of fewer than
    /// two worlds.
    pub fn between(&self) -> Option<Between> {
        let m = self.design.clustered()?;
        let each = self.worlds.iter().map(|(hits, worlds)| (hits as f64 / m as f64, worlds));
        Between::of(&each.collect::<Vec<_>>(), Some(m))
    }

    fn by_world(&self, paths_each: u64) -> Proportion {
        let (worlds, squares) = (self.worlds.worlds(), self.worlds.squares());
        let clustered = Clustered { hits: self.hits.into(), squares, worlds, paths_each };
        let (p, standard_error, interval) = clustered.answer(clustered.critical());
        let credible = (worlds >= 2 && paths_each >= 2).then(|| {
            let m = paths_each as f64;
            Seen {
                mean: p,
                variance: standard_error * standard_error * worlds as f64,
                noise: clustered.noise(),
                error: self.between().map_or(f64::INFINITY, |between| between.standard_error),
                middle: Interval {
                    low: self.worlds.quantile(1.0 - UPPER) / m,
                    high: self.worlds.quantile(UPPER) / m,
                },
            }
            .probabilities()
        });
        let credible = credible.flatten();
        Proportion { p, standard_error, interval, credible, hits: self.hits, paths: self.paths }
    }
}

impl Proportion {
    /// From worlds of so many paths each. The spread across worlds is not known.
    pub fn of_worlds(hits: Hits, worlds: u64, paths_each: u64) -> Proportion {
        let clustered = Clustered { hits: hits.hits.into(), squares: hits.squares, worlds, paths_each };
        let (p, standard_error, interval) = clustered.answer(clustered.critical());
        let paths = worlds * paths_each;
        Proportion { p, standard_error, interval, credible: None, hits: hits.hits, paths }
    }

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
    /// stands for a scenario without beliefs, whose answer has no error at all. `worlds` must not be empty. They come in
    /// `parts` of equal size that are independent of each other; as many as worlds where each is by itself.
    pub fn exact(worlds: &[f64], parts: u64) -> Proportion {
        let count = worlds.len() as f64;
        let mut sorted = worlds.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        // Sorted, so that the order of worlds cannot change the last bit.
        let p = (sorted.iter().sum::<f64>() / count).clamp(0.0, 1.0);
        if let [only] = *worlds {
            let interval = Interval { low: only, high: only };
            return Proportion { p, standard_error: 0.0, interval, credible: None, hits: 0, paths: 0 };
        }
        let mut means = part_means(worlds, parts);
        means.sort_unstable_by(f64::total_cmp);
        let units = means.len() as f64;
        let variance = means.iter().map(|x| (x - p) * (x - p)).sum::<f64>() / (units - 1.0);
        let at = |q| sorted[super::histogram::rank(q, worlds.len() as u64) as usize - 1];
        let critical = student_quantile(UPPER, units - 1.0);
        let interval = if p <= 0.0 || p >= 1.0 {
            score_interval(p, count, critical)
        } else if variance > 0.0 {
            // The parts that the rarer of hits and misses come from.
            let rare: Vec<f64> = worlds.iter().map(|x| if p <= 0.5 { *x } else { 1.0 - x }).collect();
            let point = widened(critical, f64::INFINITY, speaking(&rare, parts));
            score_interval(p, p * (1.0 - p) * units / variance, point)
        } else {
            Interval { low: p, high: p }
        };
        // No world can be more than all or nothing.
        let interval = if variance > 0.0 && parts == worlds.len() as u64 {
            let most = score_interval(p, count, critical);
            interval.within(most.low, most.high)
        } else {
            interval
        };
        let interval = interval.widened_to(p, step(worlds, parts, critical)).within(0.0, 1.0);
        Proportion {
            p,
            standard_error: (variance / units).sqrt(),
            interval,
            credible: Some(Interval { low: at(1.0 - UPPER), high: at(UPPER) }),
            hits: 0,
            paths: 0,
        }
    }
}

/// Hits of worlds of which nothing but sums is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hits {
    hits: u64,
    squares: u128,
    cubes: u128,
}

impl Hits {
    /// Adds those of one world.
    #[inline]
    pub fn add(&mut self, hits: u64) {
        let square = u128::from(hits) * u128::from(hits);
        self.hits += hits;
        self.squares += square;
        self.cubes += square * u128::from(hits);
    }

    /// Of so many worlds whose only path is one.
    pub fn of_lone(hits: u64) -> Hits {
        Hits { hits, squares: hits.into(), cubes: hits.into() }
    }

    /// Adds those of other worlds.
    pub fn merge(&mut self, other: Hits) {
        self.hits += other.hits;
        self.squares += other.squares;
        self.cubes += other.cubes;
    }

    /// What was seen of so many worlds of so many paths each.
    pub fn class(self, worlds: u64, paths_each: u64) -> Class {
        let (n, m) = (worlds as f64, paths_each as f64);
        let (mean, square, cube) = (self.hits as f64 / n, self.squares as f64 / n, self.cubes as f64 / n);
        let scatter = u128::from(worlds) * self.squares - u128::from(self.hits) * u128::from(self.hits);
        Class {
            worlds,
            mean: mean / m,
            variance: scatter as f64 / (n * (n - 1.0) * m * m),
            third: (cube - 3.0 * mean * square + 2.0 * mean * mean * mean) / (m * m * m),
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
        let binomial = p * (1.0 - p) / (paths - 1.0);
        let (effective, point) = if binomial > 0.0 {
            let design = (variance / binomial).max(1.0);
            (paths / design, widened(critical, design, self.speaking()))
        } else {
            (worlds, critical)
        };
        let interval = score_interval(p, effective, point);
        (p, variance.sqrt(), self.at_most_one_each(interval, critical))
    }

    /// No more than worlds tell by having any hit, or any miss: that a path of a world hits is no more probable than that any does.
    fn at_most_one_each(&self, of: Interval, critical: f64) -> Interval {
        let (worlds, m) = (u128::from(self.worlds), u128::from(self.paths_each));
        // A world with h of m hits has h − 1 more than it needs, which is at least h (h − 1) / m: there are no more than
        // Σ h − Σ h (h − 1) / m worlds with any. That is their number where each has one hit, or all.
        let any = |hits: u128, squares: u128| (m * hits - (squares - hits)) / m;
        let most = |seen: u128| match seen < worlds {
            true => score_interval(seen as f64 / worlds as f64, worlds as f64, critical).high,
            false => 1.0,
        };
        let (misses, squares) = self.misses();
        of.within(1.0 - most(any(misses, squares)), most(any(self.hits, self.squares)))
    }

    /// Σ (m − h) and Σ (m − h)².
    fn misses(&self) -> (u128, u128) {
        let m = u128::from(self.paths_each);
        let all = u128::from(self.worlds) * m;
        (all - self.hits, m * all + self.squares - 2 * m * self.hits)
    }

    /// The number of worlds that the rarer of hits and misses come from, weighed: (Σ h)² / Σ h².
    fn speaking(&self) -> f64 {
        let (misses, missed) = self.misses();
        let (rare, squares) = if self.hits <= misses { (self.hits, self.squares) } else { (misses, missed) };
        rare as f64 * rare as f64 / squares as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn worlds(hits: &[u64], paths_each: u64) -> HitTally {
        let mut tally = HitTally::new(Design::Worlds { paths_each });
        hits.iter().for_each(|&hits| tally.add(hits, paths_each));
        tally
    }

    /// World shares 0.1, 0.3 and 0.8 have mean 0.4 and variance 0.13.
    #[test]
    fn the_error_is_that_of_the_worlds() {
        let found = worlds(&[1, 3, 8], 10).proportion();
        assert_eq!((found.p, found.hits, found.paths), (0.4, 12, 30));
        assert!((found.standard_error - (0.13_f64 / 3.0).sqrt()).abs() < 1e-15);
    }

    /// With one path a world there is no clustering: Wilson's interval, but for Student's point.
    #[test]
    fn one_path_a_world_is_a_plain_proportion() {
        let found = worlds(&[[1; 15].as_slice(), &[0; 133]].concat(), 1).proportion();
        let want = score_interval(15.0 / 148.0, 148.0, student_quantile(UPPER, 147.0));
        assert!(
            (found.interval.low - want.low).abs() < 1e-12 && (found.interval.high - want.high).abs() < 1e-12
        );
        assert_eq!(found.credible, None);
    }

    #[test]
    fn none_and_all_are_mirror_images_and_sound() {
        let (none, all) = (worlds(&[0; 50], 100).proportion(), worlds(&[100; 50], 100).proportion());
        // 50 trials, t with 49 degrees of freedom: t² / (50 + t²).
        assert!((none.interval.high - 0.074_73).abs() < 1e-5, "{none:?}");
        assert!((none.interval.high - (1.0 - all.interval.low)).abs() < 1e-12);
        assert_eq!((none.interval.low, all.interval.high), (0.0, 1.0));
        // That nothing was seen does not say that no world has any.
        assert_eq!((none.credible, all.credible), (None, None));
        let few = worlds(&[0, 0, 1, 5, 9], 10).proportion();
        let most = worlds(&[10, 10, 9, 5, 1], 10).proportion();
        assert!((few.interval.low - (1.0 - most.interval.high)).abs() < 1e-12);
        assert!((few.interval.high - (1.0 - most.interval.low)).abs() < 1e-12);
    }

    /// One or two worlds of many that have it say more of how rare it is than Student's points of one or two numbers: as many worlds of which
    /// each has any.
    #[test]
    fn few_hits_in_many_worlds_are_rare() {
        let many = |hits: &[u64]| {
            let mut tally = worlds(hits, 10);
            tally.add_worlds_without(2_000 - hits.len() as u64);
            tally.proportion()
        };
        let trials = |hits: u64| {
            let mut tally = HitTally::new(Design::Worlds { paths_each: 1 });
            (0..hits).for_each(|_| tally.add(1, 1));
            tally.add_worlds_without(2_000 - hits);
            tally.proportion().interval.high
        };
        // Worlds of h of 10 hits are at most Σ h − Σ h (h − 1) / 10: of 7 hits 2.8, of 1 and 4 hits 1 and 2.8.
        let cases: [(&[u64], u64); 7] =
            [(&[1], 1), (&[2], 1), (&[1, 1], 2), (&[7], 2), (&[1, 4], 3), (&[10], 1), (&[10, 10], 2)];
        for (hits, worlds) in cases {
            let found = many(hits);
            // The design effect of one path each is 1 but for rounding.
            let most = trials(worlds) * (1.0 + 1e-12);
            assert!(found.interval.high <= most && found.interval.contains(found.p), "{hits:?}: {found:?}");
        }
        // One or two worlds for sure: by Student's points alone it would be some 7%.
        assert!((many(&[10]).interval.high / trials(1) - 1.0).abs() < 1e-12);
        assert!((many(&[10, 10]).interval.high / trials(2) - 1.0).abs() < 1e-12);
        // And what is missed by so few is as sure.
        let mut most = worlds(&[9], 10);
        (0..1_999).for_each(|_| most.add(10, 10));
        assert!((most.proportion().interval.low - (1.0 - many(&[1]).interval.high)).abs() < 1e-12);
        // Of solved worlds one that has it for sure is a trial that hits.
        let mut solved = vec![0.0; 2_000];
        solved[7] = 1.0;
        assert!(Proportion::exact(&solved, 2_000).interval.high <= trials(1) * (1.0 + 1e-12));
    }

    #[test]
    fn one_world_of_many_cannot_tell() {
        let found = worlds(&[3], 10).proportion();
        assert!(found.standard_error.is_nan());
        assert_eq!((found.interval, found.credible), (Interval { low: 0.0, high: 1.0 }, None));
        let nothing = HitTally::new(Design::Paths).proportion();
        assert_eq!(nothing.interval, Interval { low: 0.0, high: 1.0 });
    }

    #[test]
    fn batches_may_be_cut_anywhere() {
        let hits: Vec<u64> = (0..40).map(|w| w * w % 11).collect();
        let whole = worlds(&hits, 10);
        let mut parts = HitTally::new(Design::Worlds { paths_each: 10 });
        hits.rchunks(7).for_each(|part| parts.merge(&worlds(part, 10)));
        assert_eq!(parts.proportion(), whole.proportion());
        assert!(whole.worlds.iter().count() <= 11);
    }

    #[test]
    fn exact_worlds() {
        let spread: Vec<f64> = (0..=1000).map(|i| f64::from(i) / 1000.0).collect();
        let found = Proportion::exact(&spread, 1001);
        assert!((found.p - 0.5).abs() < 1e-12);
        assert_eq!(found.credible, Some(Interval { low: 0.025, high: 0.975 }));
        let only = Proportion::exact(&[0.3], 1);
        assert_eq!((only.standard_error, only.interval), (0.0, Interval { low: 0.3, high: 0.3 }));
        let same = Proportion::exact(&[0.25; 8], 8);
        assert_eq!(same.interval, Interval { low: 0.25, high: 0.25 });
        let never = Proportion::exact(&[0.0; 50], 50);
        assert!(never.interval.high > 0.07 && never.interval.low == 0.0);
        // Two parts whose means are 0.3 and 0.5: the error is that of two numbers, (0.5 - 0.3) / 2.
        let parts = Proportion::exact(&[0.1, 0.5, 0.4, 0.6], 2);
        assert!((parts.p - 0.4).abs() < 1e-15 && (parts.standard_error - 0.1).abs() < 1e-15);
    }
}
