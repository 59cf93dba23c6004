//! What worlds that are solved say together. There is no noise within them: what is left is that they are a sample.

use super::critical::student_quantile;
use super::interval::{Interval, UPPER, score_interval, widened};
use super::parts::{part_means, speaking, step};

/// A ratio of sums over worlds: a mean or a share of what counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ratio {
    /// Σa / Σb; NaN where nothing counts.
    pub value: f64,
    /// Its standard error; NaN where fewer than two worlds speak.
    pub standard_error: f64,
    /// The 95% interval; everything where fewer than two worlds speak.
    pub interval: Interval,
}

impl Ratio {
    /// The mean Σa / Σb of what counts in worlds, with (a, b) of each: as [`super::GivenTally`] has it of paths.
    pub fn mean(worlds: &[(f64, f64)], parts: u64) -> Ratio {
        let value = ratio(worlds);
        if let [_] = worlds {
            return Ratio { value, standard_error: 0.0, interval: Interval { low: value, high: value } };
        }
        let (standard_error, half) = linearised(&left(worlds, value), counted(worlds, parts), parts);
        Ratio { value, standard_error, interval: Interval::around(value, half) }
    }

    /// The share Σa / Σb, with a of b in each world: as [`super::ShareTally`] has it of paths.
    pub fn share(worlds: &[(f64, f64)], parts: u64) -> Ratio {
        let mean = Ratio::mean(worlds, parts);
        let (p, error) = (mean.value.clamp(0.0, 1.0), mean.standard_error);
        if worlds.len() == 1 || !p.is_finite() {
            return mean;
        }
        let everything = Interval { low: 0.0, high: 1.0 };
        let critical = |speaking: f64| student_quantile(UPPER, speaking - 1.0);
        let interval = if error.is_nan() {
            everything
        } else if p <= 0.0 || p >= 1.0 {
            let speaking = counted(worlds, worlds.len() as u64);
            score_interval(p, speaking, critical(speaking))
        } else if error > 0.0 {
            let rare: Vec<(f64, f64)> =
                worlds.iter().map(|(a, b)| (0.0, if p <= 0.5 { *a } else { b - a })).collect();
            let point = widened(critical(counted(worlds, parts)), f64::INFINITY, counted(&rare, parts));
            score_interval(p, p * (1.0 - p) / (error * error), point)
        } else {
            Interval { low: p, high: p }
        };
        let least = step(&left(worlds, mean.value), parts, critical(parts as f64));
        Ratio { value: p, interval: interval.widened_to(p, least).within(0.0, 1.0), ..mean }
    }
}

fn ratio(worlds: &[(f64, f64)]) -> f64 {
    let (a, b) = worlds.iter().fold((0.0, 0.0), |sum, world| (sum.0 + world.0, sum.1 + world.1));
    a / b
}

/// What each world's a is off from `value` b, as a share of the mean b.
fn left(worlds: &[(f64, f64)], value: f64) -> Vec<f64> {
    let all = worlds.iter().map(|(_, b)| b).sum::<f64>() / worlds.len() as f64;
    worlds.iter().map(|(a, b)| (a - value * b) / all).collect()
}

fn counted(worlds: &[(f64, f64)], parts: u64) -> f64 {
    speaking(&worlds.iter().map(|(_, b)| *b).collect::<Vec<f64>>(), parts)
}

/// The standard error and half the 95% interval of what is linearised to a mean of 0 over worlds, of which so many (or so many parts)
/// speak; both unknown where fewer than two do.
pub fn linearised(off: &[f64], speaking: f64, parts: u64) -> (f64, f64) {
    if speaking.is_nan() || speaking < 2.0 - 1e-9 {
        return (f64::NAN, f64::NAN);
    }
    let means = part_means(off, parts);
    let squares = means.iter().map(|mean| mean * mean).sum::<f64>() * speaking / (speaking - 1.0);
    let standard_error = squares.sqrt() / means.len() as f64;
    let critical = student_quantile(UPPER, speaking - 1.0);
    (standard_error, (critical * standard_error).max(step(off, parts, critical)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::{Mean, Proportion};
    use crate::stream::{Name, WorldKey};
    use rand_distr::{Beta, Distribution};

    /// The values of `each` worlds in each of 16 parts, spread as Latin hypercubes spread one belief.
    fn spread(each: usize, run: u64, of: impl Fn(f64) -> f64) -> Vec<f64> {
        let mut draw = WorldKey::new(11, run).draw(Name::new("world"), 0, 0);
        let place = |n: usize| (n % each) as f64;
        (0..16 * each).map(|n| of((place(n) + draw.uniform()) / each as f64)).collect()
    }

    /// A belief that decides at a threshold, alone, with others beside it, or in a payoff.
    #[test]
    fn intervals_of_designs_hold_what_turns_on_a_threshold() {
        const RUNS: u64 = 1_000;
        for each in [4, 13, 16, 64] {
            for truth in [0.24, 0.2503, 0.7, 0.45, 0.005] {
                let mut held = [0_u64; 3];
                for run in 0..RUNS {
                    let threshold = |u: f64| f64::from(u < truth);
                    let worlds = spread(each, run, threshold);
                    held[0] += u64::from(Proportion::exact(&worlds, 16).interval.contains(truth));
                    let tilted = spread(each, run, |u| 100.0 * threshold(u) + 10.0 * u);
                    let mean = Mean::exact(&tilted, f64::NAN, 16);
                    held[1] += u64::from(mean.interval.contains(100.0 * truth + 5.0));
                    let pairs: Vec<(f64, f64)> =
                        spread(each, run, |u| u).into_iter().map(|u| (0.5 * threshold(u), 0.5)).collect();
                    held[2] += u64::from(Ratio::share(&pairs, 16).interval.contains(truth));
                }
                // A mean knows nothing of what no world has; of 0 and 1 that is known.
                if truth < 0.01 {
                    held[1] = RUNS;
                }
                // Not below 95% by more than four standard errors.
                let least = 0.95 - 4.0 * (0.95 * 0.05 / RUNS as f64).sqrt();
                for held in held {
                    assert!(held as f64 / RUNS as f64 > least, "{each} {truth}: {held} of {RUNS}");
                }
            }
        }
    }

    /// Where nothing jumps the scatter of parts is all there is.
    #[test]
    fn what_is_smooth_is_as_narrow_as_its_parts_say() {
        for (each, run) in [(16, 1), (64, 2), (256, 3)] {
            let worlds = spread(each, run, |u| u * u);
            let critical = student_quantile(UPPER, 15.0);
            let mean = Mean::exact(&worlds, f64::NAN, 16);
            assert!((mean.interval.half_width() / (critical * mean.standard_error) - 1.0).abs() < 1e-12);
        }
    }

    /// Few worlds make most of what is rare: intervals know how few. Conditional means and shares, and the probability itself.
    #[test]
    fn few_worlds_that_speak_are_known_to_be_few() {
        const RUNS: u64 = 2_000;
        // Least coverage for (a, b), worlds: the table of docs/statistics.md for rare and very uneven probabilities has 91.2%.
        for (a, b, worlds) in [(0.1, 9.9, 20), (0.1, 9.9, 100), (0.1, 3.0, 60), (2.0, 5.0, 100)] {
            let law = Beta::new(a, b).expect("a distribution");
            let truth = a / (a + b);
            let mut held = [0_u64; 3];
            for run in 0..RUNS {
                let mut draw = WorldKey::new(7, run).draw(Name::new("world"), 0, 0);
                let each: Vec<(f64, f64)> =
                    (0..worlds).map(|_| (law.sample(&mut draw), draw.uniform())).collect();
                let p: Vec<f64> = each.iter().map(|(p, _)| *p).collect();
                held[0] += u64::from(Proportion::exact(&p, worlds).interval.contains(truth));
                let means: Vec<(f64, f64)> = each.iter().map(|(p, u)| (p * u, *p)).collect();
                held[1] += u64::from(Ratio::mean(&means, worlds).interval.contains(0.5));
                let shares: Vec<(f64, f64)> =
                    each.iter().map(|(p, u)| (if *u > 0.6 { *p } else { 0.0 }, *p)).collect();
                held[2] += u64::from(Ratio::share(&shares, worlds).interval.contains(0.4));
            }
            for held in held {
                let share = held as f64 / RUNS as f64;
                println!("beta({a}, {b}), {worlds} worlds: {:.1}", 100.0 * share);
                assert!(share > 0.9, "{a} {b} {worlds}: {share}");
            }
        }
    }
}
