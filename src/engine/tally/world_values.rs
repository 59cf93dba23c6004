//! What measures and payoffs come to world by world, of so many worlds.

use super::shape::{MeasureShape, Shape};
use crate::engine::Ends;

/// Of each world, and of each measure, then party, the sum over the paths that count, and their number.
#[derive(Clone, Debug, Default)]
pub struct WorldValues {
    measures: Vec<MeasureShape>,
    parties: usize,
    /// The most worlds that are kept.
    most: u64,
    /// By world, then number.
    sums: Vec<(f64, f64)>,
}

impl WorldValues {
    /// Nothing yet, to be kept of the first `most` worlds.
    pub fn new(shape: &Shape, most: u64) -> WorldValues {
        WorldValues { measures: shape.measures.clone(), parties: shape.parties, most, sums: Vec::new() }
    }

    fn width(&self) -> usize {
        self.measures.len() + self.parties
    }

    /// Makes room for these worlds as far as they are kept.
    pub fn reserve(&mut self, last: u64) {
        let room = last.min(self.most) as usize * self.width();
        if room > self.sums.len() {
            self.sums.resize(room, (0.0, 0.0));
        }
    }

    /// Counts paths with consecutive numbers, `each` of each world; the first is the `from`-th of those of the world `first` and after.
    pub fn end_many(&mut self, first: u64, each: u64, from: u64, ends: &Ends<'_>) {
        let width = self.width();
        if width == 0 || first + from / each >= self.most {
            return;
        }
        let world = |path: usize| (first + (from + path as u64) / each) as usize;
        let most = self.sums.len() / width;
        for (number, shape) in self.measures.iter().enumerate() {
            let (values, counted) = (ends.measures(number), ends.counted(number));
            for (path, value) in values.iter().enumerate().filter(|(path, _)| world(*path) < most) {
                let never = shape.first && *value == f64::INFINITY;
                if !never && (!shape.given || counted[path]) {
                    add(&mut self.sums[world(path) * width + number], *value);
                }
            }
        }
        for party in 0..self.parties {
            let values = ends.payoffs(party).iter().enumerate();
            for (path, value) in values.filter(|(path, _)| world(*path) < most) {
                add(&mut self.sums[world(path) * width + self.measures.len() + party], *value);
            }
        }
    }

    /// Adds what `other` has of other worlds.
    pub fn merge(&mut self, other: &WorldValues) {
        self.sums.resize(self.sums.len().max(other.sums.len()), (0.0, 0.0));
        for (mine, theirs) in self.sums.iter_mut().zip(&other.sums) {
            *mine = (mine.0 + theirs.0, mine.1 + theirs.1);
        }
    }

    /// How many worlds are known.
    pub fn worlds(&self) -> u64 {
        self.sums.len().checked_div(self.width()).unwrap_or(0) as u64
    }

    /// Of each measure, then party, the sum and the number of paths of a world.
    pub fn in_world(&self, world: usize) -> &[(f64, f64)] {
        &self.sums[world * self.width()..][..self.width()]
    }

    /// Of a measure or, with a number after those of the measures, of a party: the sum and the number of paths of each world.
    pub fn of(&self, number: usize) -> Vec<(f64, f64)> {
        self.sums.iter().skip(number).step_by(self.width()).copied().collect()
    }
}

/// A value that is no number makes the sum none.
#[inline]
fn add(to: &mut (f64, f64), value: f64) {
    *to = (to.0 + value, to.1 + 1.0);
}
