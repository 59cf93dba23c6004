//! What accounts have gathered on every path that is walked, to judge the standard deviation that is solved.

use detente::engine::{Chunk, PathEnd, Refused, Rows};
use detente::model::Scenario;
use detente::study::{Answer, RowSheet, Subject, in_days};
use std::collections::BTreeMap;

/// By variant and measure: by world, its value on each path that counts.
#[derive(Default)]
pub struct Spreads {
    measures: usize,
    values: BTreeMap<(usize, usize), BTreeMap<u64, Vec<f64>>>,
}

/// A mean of which the error is known: how many errors it is off, and how far it is from being that of a few paths.
pub struct Off {
    pub errors: f64,
    /// The mean's square in units of its error's.
    pub worth: f64,
    /// Paths less worlds.
    pub free: f64,
}

impl RowSheet for Spreads {
    fn rows(&self, _: &Subject) -> Box<dyn Rows> {
        Box::new(|arm: usize, world: u64, _: u64, end: &PathEnd<'_>, to: &mut Vec<u8>| {
            to.extend((arm as u64).to_le_bytes());
            to.extend(world.to_le_bytes());
            for (value, counts) in end.measures.iter().zip(end.counted) {
                to.extend((if *counts { *value } else { f64::NAN }).to_le_bytes());
            }
        })
    }

    fn take(&mut self, rows: &Chunk) -> Result<(), Refused> {
        let words: Vec<[u8; 8]> =
            rows.paths.chunks_exact(8).filter_map(|word| word.try_into().ok()).collect();
        for row in words.chunks_exact(2 + self.measures) {
            let (arm, world) = (u64::from_le_bytes(row[0]) as usize, u64::from_le_bytes(row[1]));
            for (measure, word) in row[2..].iter().enumerate() {
                let value = f64::from_le_bytes(*word);
                let list = self.values.entry((arm, measure)).or_default().entry(world).or_default();
                // What does not count is seen too.
                list.push(value);
            }
        }
        Ok(())
    }
}

impl Spreads {
    pub fn of(scenario: &Scenario) -> Spreads {
        Spreads { measures: scenario.measures.len(), values: BTreeMap::new() }
    }

    /// How far the squares of what a measure is off its mean are, on the mean, from a variance. Both engines look at the same
    /// worlds, so that only paths within a world are a sample. Paths as likely as `unseen` may be missing among these, and
    /// may have gathered up to twice what any has, or nothing.
    pub fn off(
        &self,
        scenario: &Scenario,
        (arm, measure): (usize, usize),
        exact: &Answer,
        unseen: f64,
    ) -> Option<Off> {
        let scale = in_days(scenario.measures[measure].ty).0;
        let (mean, sd) = (exact.measures[measure].mean.value, exact.measures[measure].sd);
        let worlds = self.values.get(&(arm, measure))?;
        let (mut sum, mut squares, mut error, mut free) = (0.0, 0.0, 0.0, 0.0);
        let mut greatest = mean.abs();
        for values in worlds.values() {
            let n = values.len() as f64;
            let square = |value: f64| (value - mean) * (value - mean);
            let mut each: Vec<(f64, f64)> = vec![(0.0, 0.0); values.len()];
            for (value, it) in values.iter().map(|value| value * scale).zip(&mut each) {
                if !value.is_nan() {
                    *it = (square(value), square(value) - sd * sd);
                    greatest = greatest.max(value.abs());
                }
            }
            let of = each.iter().map(|it| it.1).sum::<f64>() / n;
            sum += of;
            squares += each.iter().map(|it| it.0).sum::<f64>() / n;
            error += each.iter().map(|it| (it.1 - of) * (it.1 - of)).sum::<f64>() / (n - 1.0) / n;
            free += n - 1.0;
        }
        let (error, count) = (error.sqrt(), worlds.len() as f64);
        let farthest = 2.0 * greatest + mean.abs();
        // What arithmetic leaves of numbers that are all the same is no difference.
        let rounding = 1e-9 * count * (sd * sd + mean * mean);
        let doubt = rounding + if sum < 0.0 { count * unseen * farthest * farthest } else { 0.0 };
        let sum = (sum.abs() - doubt).max(0.0);
        (error > 0.0).then(|| Off { errors: sum / error, worth: (squares / error) * (squares / error), free })
    }
}
