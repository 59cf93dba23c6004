//! How much an answer turns on one belief, from the worlds that a run has anyway.
//!
//! Worlds are sorted into classes by the value of the belief, and the answer of each class is the mean over its worlds: its main
//! effect, estimated from given data (Plischke, Borgonovo and Smith 2013, "Global sensitivity measures from given data").

use super::critical::student_quantile;
use super::interval::{Interval, UPPER};
use super::solved::Ratio;

/// Means of which one is less than this part higher are the same: they are sums of the same numbers, rounded otherwise.
const ROUNDED: f64 = (1_u64 << 40) as f64;

/// Classes of neighbouring values of a belief.
#[derive(Clone, Debug, PartialEq)]
pub struct Classes {
    /// The greatest value of each class but the last.
    tops: Vec<f64>,
}

impl Classes {
    /// At most so many classes, as equal in probability as can be, of values in rising order with their probabilities. A value
    /// has one class, however probable it is.
    pub fn new(values: &[(f64, f64)], most: usize) -> Classes {
        let all: f64 = values.iter().map(|(_, p)| p).sum();
        let mut below = 0.0;
        let mut tops: Vec<f64> = Vec::new();
        let mut earlier: Option<(usize, f64)> = None;
        for same in values.chunk_by(|a, b| a.0 == b.0) {
            let p: f64 = same.iter().map(|(_, p)| p).sum();
            if p <= 0.0 {
                continue;
            }
            // Where the middle of the value lies. Decimal fractions add up to a little less than they should.
            let class = ((below + p / 2.0) / all * most as f64 + 1e-9) as usize;
            if let Some((last, value)) = earlier
                && last != class
            {
                tops.push(value);
            }
            earlier = Some((class, same[0].0));
            below += p;
        }
        Classes { tops }
    }

    /// A class each of the whole numbers below `count`.
    pub fn of_each(count: usize) -> Classes {
        Classes { tops: (0..count.saturating_sub(1)).map(|value| value as f64).collect() }
    }

    /// How many there are; at least one.
    pub fn count(&self) -> usize {
        self.tops.len() + 1
    }

    /// The class of a value.
    #[inline]
    pub fn of(&self, value: f64) -> usize {
        self.tops.partition_point(|top| *top < value)
    }

    /// Puts what `place` makes of the class of each value beside it.
    #[inline]
    pub fn sort<'p>(&self, values: impl Iterator<Item = (f64, &'p mut u32)>, place: impl Fn(usize) -> u32) {
        match self.tops[..] {
            // Fifths, mostly: to look at all costs less than a branch that nobody foresees.
            [a, b, c, d] => {
                for (value, to) in values {
                    let above = [a < value, b < value, c < value, d < value];
                    *to = place(above.into_iter().map(usize::from).sum());
                }
            }
            _ => values.for_each(|(value, to)| *to = place(self.of(value))),
        }
    }

    /// The greatest value of a class; `None` of the last, which has no end.
    pub fn top(&self, class: usize) -> Option<f64> {
        self.tops.get(class).copied()
    }
}

/// What was seen of the worlds of one class, noise within worlds and all.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Class {
    /// Worlds in it.
    pub worlds: u64,
    /// The mean over them.
    pub mean: f64,
    /// The variance between them (divisor: worlds − 1); NaN with fewer than two.
    pub variance: f64,
    /// The mean of the third power of what they are off the mean.
    pub third: f64,
}

impl Class {
    /// Of what was seen of each world.
    pub fn of(worlds: &[f64]) -> Class {
        let n = worlds.len() as f64;
        let mean = worlds.iter().sum::<f64>() / n;
        let (squares, cubes) = worlds
            .iter()
            .map(|value| value - mean)
            .fold((0.0, 0.0), |(squares, cubes), off| (squares + off * off, cubes + off * off * off));
        Class { worlds: worlds.len() as u64, mean, variance: squares / (n - 1.0), third: cubes / n }
    }
}

/// The variance of worlds' own values, cleared of the noise within worlds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Between {
    /// The variance; below 0 where noise was by chance less than it is on average.
    pub variance: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Worlds over worlds less one.
    one: f64,
    mean: f64,
    /// The noise of a world with the share p is so many times p (1 − p).
    noise: f64,
}

impl Between {
    /// Of worlds by what was seen of each, and how many worlds saw that. Where that is a share of paths, so many are in each world.
    /// `None` with fewer than two worlds.
    pub fn of(seen: &[(f64, u64)], paths_each: Option<u64>) -> Option<Between> {
        let worlds: f64 = seen.iter().map(|(_, count)| *count as f64).sum();
        if worlds < 2.0 {
            return None;
        }
        let over_worlds =
            |of: &dyn Fn(f64) -> f64| seen.iter().map(|(v, n)| of(*v) * *n as f64).sum::<f64>() / worlds;
        let noise = paths_each.map_or(0.0, |paths| 1.0 / (paths as f64 - 1.0));
        let mean = over_worlds(&|value| value);
        let one = worlds / (worlds - 1.0);
        // A world's part of the variance, which is the mean of them.
        let part = |value: f64| one * (value - mean) * (value - mean) - noise * value * (1.0 - value);
        let variance = over_worlds(&part);
        let squares = over_worlds(&|value| (part(value) - variance) * (part(value) - variance));
        Some(Between { variance, standard_error: (squares / worlds).sqrt(), one, mean, noise })
    }

    /// The mean of such parts over worlds with this mean and scatter, and the mean of them times what a world is off that mean.
    fn parts(&self, mean: f64, scatter: f64, third: f64) -> (f64, f64) {
        let off = mean - self.mean;
        let part = self.one * (off * off + scatter) - self.noise * (mean * (1.0 - mean) - scatter);
        let slope =
            self.one * (2.0 * off * scatter + third) - self.noise * ((1.0 - 2.0 * mean) * scatter - third);
        (part, slope)
    }
}

/// What a belief explains of an answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Explained {
    /// The standard deviation of the answer across classes, cleared of chance: what it moves by, as a rule, when the class
    /// becomes known. In the unit of the answer; NaN where no class has two worlds.
    pub moves: f64,
    /// Whether it moves by more than chance would make it in 95 of 100 runs.
    pub told: bool,
    /// The part of the variance between worlds that lies between classes, 0 to 1, and its 95% interval. `None` where no
    /// spread between worlds was seen beyond noise.
    pub share: Option<(f64, Interval)>,
}

/// What classes explain, of the variance between worlds where that is known.
pub fn explained(classes: &[Class], between: Option<Between>) -> Explained {
    let all: f64 = classes.iter().map(|c| c.worlds as f64).sum();
    let classes = || classes.iter().filter(|c| c.worlds > 0);
    let mean = classes().map(|c| c.worlds as f64 * c.mean).sum::<f64>() / all;
    // A world alone in its class is taken to differ from others of it as worlds of the other classes do.
    let (squares, freedom) = classes().filter(|c| c.worlds > 1).fold((0.0, 0.0), |(squares, freedom), c| {
        let f = c.worlds as f64 - 1.0;
        (squares + c.variance * f, freedom + f)
    });
    let within = |c: &Class| if c.worlds > 1 { c.variance } else { squares / freedom };
    // As in the errors of the variance between worlds: what is left of both must be what they differ by.
    let scatter = |c: &Class| if c.worlds > 1 { c.variance * (1.0 - 1.0 / c.worlds as f64) } else { 0.0 };
    // What a class adds to its own variance and to that of the answer: of E[Σ π (ȳ − y)²] Σ (1 − π) σ² / N is chance.
    let (mut apart, mut fourth, mut slopes, mut chance, mut null) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for class in classes() {
        let (share, variance) = (class.worlds as f64 / all, within(class));
        let square = (class.mean - mean) * (class.mean - mean);
        apart += share * square;
        fourth += share * square * square;
        slopes += 4.0 * share * square * scatter(class);
        chance += (1.0 - share) * variance / all;
        null += 2.0 * (1.0 - share) * variance * variance / (all * all);
    }
    // Both variances have the divisor of a sample.
    let one = all / (all - 1.0);
    let error = one * one * ((slopes + (fourth - apart * apart).max(0.0)) / all + null);
    let rounded = (mean / ROUNDED) * (mean / ROUNDED);
    let main = match one * (apart - chance) {
        main if main.abs() <= rounded => 0.0,
        main => main,
    };
    let share = between.filter(|b| b.variance > rounded && main.is_finite()).map(|b| {
        // What a world adds to the variance between classes, times what it adds to that between worlds.
        let both = classes().map(|c| {
            let (share, off, variance) = (c.worlds as f64 / all, c.mean - mean, scatter(c));
            let (part, slope) = b.parts(c.mean, variance, c.third);
            share * ((off * off - apart) * part + 2.0 * off * slope)
        });
        // Chance between classes is part of what worlds differ by.
        let null = one * one * null;
        let whole = b.standard_error * b.standard_error + null;
        let both = one * both.sum::<f64>() / all + null;
        let most = (error * whole).sqrt();
        let critical = student_quantile(UPPER, freedom.max(1.0));
        let ratio = Fieller { top: main, bottom: b.variance };
        let interval = ratio.interval([error, both.clamp(-most, most), whole], critical);
        let share = (main / b.variance).clamp(0.0, 1.0);
        (share, interval.within(0.0, 1.0).widened_to(share, 0.0))
    });
    let far = student_quantile(UPPER, f64::INFINITY) * null.sqrt();
    Explained { moves: if main.is_nan() { main } else { main.max(0.0).sqrt() }, told: main > far, share }
}

/// A ratio of two numbers.
struct Fieller {
    top: f64,
    bottom: f64,
}

impl Fieller {
    /// Its interval, by the variance of the top, the covariance, and the variance of the bottom: all ratios r for which top less r times
    /// bottom is within its errors of 0 (Fieller 1954). Everything where the bottom can't be told from 0.
    fn interval(&self, [top, both, bottom]: [f64; 3], critical: f64) -> Interval {
        let c = critical * critical;
        // (top − r bottom)² <= c (top's − 2 r both + r² bottom's)
        let square = self.bottom * self.bottom - c * bottom;
        if square <= 0.0 {
            return Interval::EVERYTHING;
        }
        let middle = self.top * self.bottom - c * both;
        let root = (middle * middle - square * (self.top * self.top - c * top)).max(0.0).sqrt();
        Interval { low: (middle - root) / square, high: (middle + root) / square }
    }
}

/// How much higher a number is in one class than in another: the difference, its standard error and its 95% interval, from the
/// intervals of both, which know of other worlds (Newcombe 1998, "Interval estimation for the difference between independent
/// proportions", method 10; of means whose intervals are symmetric it is that of independent means).
pub fn apart(high: Ratio, low: Ratio) -> Ratio {
    let difference = high.value - low.value;
    let error = libm::hypot(high.standard_error, low.standard_error);
    // What is the same in all worlds is summed over other numbers of them.
    let rounded = high.value.abs().max(low.value.abs()) / ROUNDED;
    if difference.abs() <= rounded && error <= rounded && high.interval.half_width() <= rounded {
        return Ratio { value: 0.0, standard_error: 0.0, interval: Interval { low: 0.0, high: 0.0 } };
    }
    let down = libm::hypot(high.value - high.interval.low, low.interval.high - low.value);
    let up = libm::hypot(high.interval.high - high.value, low.value - low.interval.low);
    let interval = Interval { low: difference - down, high: difference + up };
    Ratio { value: difference, standard_error: error, interval }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::{Design, HitTally, Hits, Proportion};
    use crate::stream::{Name, WorldKey};

    fn weighed(values: &[f64]) -> Vec<(f64, f64)> {
        values.iter().map(|value| (*value, 1.0)).collect()
    }

    fn sizes(values: &[(f64, f64)], classes: &Classes) -> Vec<f64> {
        let mut sizes = vec![0.0; classes.count()];
        values.iter().for_each(|(value, p)| sizes[classes.of(*value)] += p);
        sizes
    }

    #[test]
    fn classes_are_as_equal_as_values_allow() {
        let smooth = weighed(&(0..30).map(f64::from).collect::<Vec<_>>());
        let fifths = Classes::new(&smooth, 5);
        assert_eq!(sizes(&smooth, &fifths), [6.0; 5]);
        assert_eq!((fifths.top(0), fifths.top(3), fifths.top(4)), (Some(5.0), Some(23.0), None));
        assert_eq!((fifths.of(-9.0), fifths.of(5.0), fifths.of(5.1), fifths.of(99.0)), (0, 0, 1, 4));
        // A value that most worlds share has one class, and others beside it have theirs.
        for rare in [0.0, 2.0] {
            let mut atom = [(rare, 0.05), (1.0_f64, 0.95)];
            atom.sort_by(|a, b| a.0.total_cmp(&b.0));
            let classes = Classes::new(&atom, 5);
            assert_eq!((classes.count(), classes.of(1.0) == classes.of(rare)), (2, false));
        }
        assert_eq!(Classes::new(&weighed(&[3.0; 9]), 5).count(), 1);
        assert_eq!(Classes::new(&[(0.0, 0.0), (1.0, 1.0)], 5).count(), 1);
        let each = Classes::of_each(4);
        assert_eq!((0..4).map(|n| each.of(f64::from(n))).collect::<Vec<_>>(), [0, 1, 2, 3]);
    }

    /// The probabilities of three worlds are 0.1, 0.3 and 0.8: 0.13 is their variance.
    #[test]
    fn the_variance_between_worlds_is_theirs_without_noise() {
        let known = Between::of(&[(0.1, 1), (0.3, 1), (0.8, 1)], None).unwrap();
        assert!((known.variance - 0.13).abs() < 1e-15, "{known:?}");
        assert_eq!(Between::of(&[(0.1, 1)], None), None);
        // All worlds alike: what is seen is the binomial noise, and nothing is left but chance.
        let mut tally = HitTally::new(Design::Worlds { paths_each: 2 });
        for (hits, worlds) in [(0, 250), (1, 500), (2, 250)] {
            (0..worlds).for_each(|_| tally.add(hits, 2));
        }
        let alike = tally.between().unwrap();
        assert!(
            alike.variance.abs() < 1e-3 && alike.variance.abs() < 2.0 * alike.standard_error,
            "{alike:?}"
        );
    }

    /// Two classes of the same size, at 0.2 and 0.6, in which worlds do not differ: all of the variance lies between classes.
    #[test]
    fn what_only_classes_differ_in_is_explained() {
        let class = |mean| Class { worlds: 50, mean, variance: 0.0, third: 0.0 };
        let found = explained(&[class(0.2), class(0.6)], Between::of(&[(0.2, 50), (0.6, 50)], None));
        // By the divisor of a variance.
        assert!((found.moves - 0.2 * (100.0_f64 / 99.0).sqrt()).abs() < 1e-12 && found.told, "{found:?}");
        let (share, within) = found.share.unwrap();
        assert!(
            (share - 1.0).abs() < 1e-12 && within.contains(share) && within.low > 1.0 - 1e-6,
            "{found:?}"
        );
        // One world is taken to differ from others as these do; a class without worlds says nothing.
        let lone = [class(0.2), Class::of(&[0.6])];
        let empty = Class::of(&[]);
        let with = explained(&[lone[0], lone[1], empty], None);
        assert_eq!(with, explained(&lone, None));
        assert!(with.moves > 0.0 && with.share.is_none());
    }

    /// A truth value on which all turns: worlds differ in nothing else, and what the estimate is off by is chance within worlds.
    #[test]
    fn what_explains_all_is_held_to_explain_all() {
        let (name, runs) = (Name::new("decides"), 400);
        for (worlds, paths) in [(100, 200), (100, 20), (2_000, 10)] {
            let mut held = 0;
            for run in 0..runs {
                let mut draw = WorldKey::new(11, run).draw(name, worlds * paths, 0);
                let (mut hits, mut count) = ([Hits::default(); 2], [0_u64; 2]);
                let mut all = HitTally::new(Design::Worlds { paths_each: paths });
                for _ in 0..worlds {
                    let yes = draw.uniform() < 0.5;
                    let p = if yes { 0.7 } else { 0.2 };
                    let seen = (0..paths).filter(|_| draw.uniform() < p).count() as u64;
                    hits[usize::from(yes)].add(seen);
                    count[usize::from(yes)] += 1;
                    all.add(seen, paths);
                }
                let classes = [0, 1].map(|class| hits[class].class(count[class], paths));
                let (share, within) = explained(&classes, all.between()).share.unwrap();
                assert!(within.contains(share), "{share} in {within:?}");
                held += i32::from(within.contains(1.0));
            }
            println!("{worlds} x {paths}: {held} of {runs}");
            let least = 0.95 - 4.0 * (0.95 * 0.05 / runs as f64).sqrt();
            assert!(f64::from(held) / runs as f64 > least, "{worlds} x {paths}: {held}");
        }
    }

    /// A belief x and another y, both uniform, of whose worlds each path comes with probability 0.1 + 0.4 x + 0.2 y. Between fifths of
    /// x lie 24/25 of the variance that x makes, which is four fifths of all: 0.768. How often estimates are as near as their errors say,
    /// and what the difference of the outer fifths, 0.32, is held by.
    #[test]
    fn estimates_of_shares_and_differences_are_as_near_as_they_say() {
        let (name, runs, worlds) = (Name::new("sensitivity"), 1_000, 400_u64);
        let truth = 0.768;
        for paths in [4, 20] {
            let (mut near, mut held, mut sum) = (0, 0, 0.0);
            for run in 0..runs {
                let mut draw = WorldKey::new(9, run).draw(name, paths, 0);
                let mut hits = [Hits::default(); 5];
                let mut count = [0_u64; 5];
                let mut all = HitTally::new(Design::Worlds { paths_each: paths });
                for _ in 0..worlds {
                    let (x, y) = (draw.uniform(), draw.uniform());
                    let p = 0.1 + 0.4 * x + 0.2 * y;
                    let seen = (0..paths).filter(|_| draw.uniform() < p).count() as u64;
                    let class = (5.0 * x) as usize;
                    hits[class].add(seen);
                    count[class] += 1;
                    all.add(seen, paths);
                }
                let each: Vec<Proportion> =
                    hits.iter().zip(count).map(|(hits, n)| Proportion::of_worlds(*hits, n, paths)).collect();
                let classes: Vec<Class> =
                    hits.iter().zip(count).map(|(hits, worlds)| hits.class(worlds, paths)).collect();
                let (share, interval) = explained(&classes, all.between()).share.unwrap();
                near += i32::from(interval.contains(truth));
                sum += share;
                let of = |p: Proportion| Ratio {
                    value: p.p,
                    standard_error: p.standard_error,
                    interval: p.interval,
                };
                held += i32::from(apart(of(each[4]), of(each[0])).interval.contains(0.32));
            }
            let n = runs as f64;
            println!("{paths} paths a world: {near} and {held} of {runs}, mean share {}", sum / n);
            // Four standard errors of a coverage of 95%.
            let least = 0.95 - 4.0 * (0.95 * 0.05 / n).sqrt();
            assert!(f64::from(near) / n > least && f64::from(held) / n > least, "{paths}: {near} {held}");
        }
    }
}
