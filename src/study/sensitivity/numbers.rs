//! What is measured in worlds, by class of each belief.

use super::rows::{Asked, Seen, rows};
use crate::model::Scenario;
use crate::stats::{Between, Class, Classes, Interval, Ratio};
use crate::study::answer::SensitivityRow;
use crate::study::estimate::Estimate;

/// Sums of which one is less than this part off another are the same but for rounding.
const ROUNDED: f64 = 1e-12;

/// Worlds, sorted into the classes of each belief.
pub(super) struct Worlds {
    /// By belief, then world.
    of: Vec<Vec<usize>>,
    /// By belief, then class: its worlds.
    classes: Vec<Vec<Vec<usize>>>,
}

impl Worlds {
    /// Of the class of each world in each belief.
    pub fn sorted<C: Iterator<Item = usize>>(classes: &[Classes], of: impl Fn(usize) -> C) -> Worlds {
        let of: Vec<Vec<usize>> = (0..classes.len()).map(|belief| of(belief).collect()).collect();
        let sorted = classes.iter().zip(&of).map(|(classes, of)| {
            let mut sorted = vec![Vec::new(); classes.count()];
            of.iter().enumerate().for_each(|(world, class)| sorted[*class].push(world));
            sorted
        });
        Worlds { classes: sorted.collect(), of }
    }

    /// The worlds of some classes of a belief.
    pub fn of(&self, belief: usize, some: &[usize]) -> impl Iterator<Item = usize> {
        some.iter().flat_map(move |class| self.classes[belief][*class].iter().copied())
    }

    /// What a number turns on of which the sum over what counts is given, and how much counts: by world, of paths or of probability. Nothing
    /// where some world's is not known, or where it is the same in all.
    pub fn rows(
        &self,
        scenario: &Scenario,
        classes: &[Classes],
        asked: &Asked,
        each: &[(f64, f64)],
        exact: bool,
    ) -> Vec<SensitivityRow> {
        let (sum, count) = each.iter().fold((0.0, 0.0), |all, world| (all.0 + world.0, all.1 + world.1));
        let (mean, counted) = (sum / count, count / each.len() as f64);
        // Each world's part in the mean: its own mean where all count alike (Cochran 1977, 6.3).
        let parts: Vec<f64> = each.iter().map(|(sum, count)| mean + (sum - mean * count) / counted).collect();
        let ends = parts
            .iter()
            .fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], part| [low.min(*part), high.max(*part)]);
        let known = parts.iter().all(|part| part.is_finite());
        if !known || ends[1] - ends[0] <= ROUNDED * ends[0].abs().max(ends[1].abs()) {
            return Vec::new();
        }
        let of = |belief: usize| {
            let mut sums = vec![Sums::default(); self.classes[belief].len()];
            for ((class, part), (_, count)) in self.of[belief].iter().zip(&parts).zip(each) {
                sums[*class].add(part - mean, *count);
            }
            sums.iter().map(|sums| sums.class(mean)).collect()
        };
        let value = |belief: usize, some: &[usize]| {
            told(&self.of(belief, some).map(|world| each[world]).collect::<Vec<_>>(), asked.truth)
        };
        let spread: Vec<(f64, u64)> = parts.iter().map(|part| (*part, 1)).collect();
        // What paths of a world differ by is noise in what they say of it, which is not taken from the whole here.
        let between = if exact { Between::of(&spread, None) } else { None };
        rows(scenario, classes, asked, Seen { classes: &of, value: &value }, between)
    }
}

/// Sums over the worlds of a class: what they are off a centre, to the first, second and third power, and what counts.
#[derive(Clone, Copy, Default)]
struct Sums {
    worlds: u64,
    powers: [f64; 3],
    counted: f64,
}

impl Sums {
    #[inline]
    fn add(&mut self, off: f64, counted: f64) {
        let [first, second, third] = self.powers;
        self.worlds += 1;
        self.powers = [first + off, second + off * off, third + off * off * off];
        self.counted += counted;
    }

    /// As [`Class::of`] has it; `None` where nothing counts.
    fn class(&self, centre: f64) -> Option<Class> {
        let n = self.worlds as f64;
        let [first, second, third] = self.powers.map(|sum| sum / n);
        (self.counted > 0.0).then(|| Class {
            worlds: self.worlds,
            mean: centre + first,
            variance: (second - first * first).max(0.0) * n / (n - 1.0),
            third: third - 3.0 * first * second + 2.0 * first * first * first,
        })
    }
}

/// The mean of what counts in worlds, and its error.
fn told(pairs: &[(f64, f64)], truth: bool) -> Estimate {
    let parts = pairs.len() as u64;
    let Ratio { value, standard_error, interval } = match pairs {
        // One of many can't tell.
        [_] => {
            let interval = if truth { Interval { low: 0.0, high: 1.0 } } else { Interval::EVERYTHING };
            Ratio { standard_error: f64::NAN, interval, ..Ratio::mean(pairs, parts) }
        }
        _ if truth => Ratio::share(pairs, parts),
        _ => Ratio::mean(pairs, parts),
    };
    Estimate::of_worlds(value, standard_error, interval)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_the_values() {
        let values = [3.0, 4.5, 11.0, 3.25, -2.0, 7.5];
        let mut sums = Sums::default();
        values.iter().for_each(|value| sums.add(value - 100.0, 0.5));
        let (seen, known) = (sums.class(100.0).unwrap(), Class::of(&values));
        assert_eq!(seen.worlds, known.worlds);
        // Third powers of a hundred, rounded.
        let near = |a: f64, b: f64| (a - b).abs() < 6.0 * 1e6 * f64::EPSILON * 4.0;
        assert!(near(seen.mean, known.mean) && near(seen.variance, known.variance), "{seen:?} {known:?}");
        assert!(near(seen.third, known.third), "{seen:?} {known:?}");
        let mut nothing = Sums::default();
        nothing.add(1.0, 0.0);
        assert_eq!((nothing.class(0.0), Sums::default().class(0.0)), (None, None));
    }
}
