//! What single paths left behind: for quantiles and standard deviations, whose errors need the values themselves.

use detente::engine::{Chunk, PathEnd, Refused, Rows};
use detente::quantity::DAY;
use detente::study::{RowSheet, Subject, in_days};

/// The ends of all paths, by variant.
#[derive(Default)]
pub struct Gathered {
    ends: Vec<End>,
}

/// The end of a path.
struct End {
    arm: usize,
    outcome: usize,
    days: f64,
    /// Of each measure, where the path counts for it.
    measures: Vec<Option<f64>>,
}

impl Gathered {
    /// The days of an outcome, in order.
    pub fn times(&self, arm: usize, outcome: usize) -> Vec<f64> {
        let of = self.ends.iter().filter(|end| end.arm == arm && end.outcome == outcome);
        sorted(of.map(|end| end.days))
    }

    /// The values of a measure where it counts and comes, in order.
    pub fn values(&self, arm: usize, measure: usize) -> Vec<f64> {
        let of = self.ends.iter().filter(|end| end.arm == arm);
        sorted(of.filter_map(|end| end.measures[measure]).filter(|x| x.is_finite()))
    }
}

fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values
}

impl RowSheet for Gathered {
    fn rows(&self, subject: &Subject) -> Box<dyn Rows> {
        let scales: Vec<f64> = subject.scenario.measures.iter().map(|m| in_days(m.ty).0).collect();
        Box::new(move |arm: usize, _world: u64, _path: u64, end: &PathEnd<'_>, to: &mut Vec<u8>| {
            let mut put = |x: f64| to.extend_from_slice(&x.to_le_bytes());
            put(scales.len() as f64);
            put(arm as f64);
            put(end.outcome as f64);
            put(end.time / DAY);
            for ((value, counts), scale) in end.measures.iter().zip(end.counted).zip(&scales) {
                put(if *counts { value * scale } else { f64::NAN });
            }
        })
    }

    fn take(&mut self, rows: &Chunk) -> Result<(), Refused> {
        let mut numbers = rows.paths.chunks_exact(8).map(|bytes| {
            let mut eight = [0; 8];
            eight.copy_from_slice(bytes);
            f64::from_le_bytes(eight)
        });
        while let Some(measures) = numbers.next() {
            let mut next = || numbers.next().ok_or("a row that ends early");
            let (arm, outcome, days) = (next()? as usize, next()? as usize, next()?);
            let measures = (0..measures as usize).map(|_| next().map(|x| (!x.is_nan()).then_some(x)));
            self.ends.push(End { arm, outcome, days, measures: measures.collect::<Result<_, _>>()? });
        }
        Ok(())
    }
}
