//! How many worlds had so many of something: hits, or hits more in a variant than in its base.

use std::collections::BTreeMap;

/// Paths a world up to which numbers of worlds lie in an array.
const DENSE: u64 = 128;

/// Numbers of worlds by a whole number, from -paths to paths of a world. Memory is bounded by the numbers that came.
#[derive(Clone, Debug)]
pub(super) enum ByWorld {
    /// The count of each number from the first on.
    Dense { first: i64, counts: Vec<u64> },
    /// Where worlds are large and few.
    Sparse(BTreeMap<i64, u64>),
}

impl ByWorld {
    /// None yet.
    pub fn new(paths_each: u64) -> ByWorld {
        if paths_each <= DENSE {
            ByWorld::Dense { first: 0, counts: Vec::new() }
        } else {
            ByWorld::Sparse(BTreeMap::new())
        }
    }

    /// Adds so many worlds with this number.
    #[inline]
    pub fn add(&mut self, number: i64, worlds: u64) {
        match self {
            ByWorld::Dense { first, counts } => {
                let at = usize::try_from(number - *first).unwrap_or(usize::MAX);
                match counts.get_mut(at) {
                    Some(count) => *count += worlds,
                    None => grow(first, counts, number, worlds),
                }
            }
            ByWorld::Sparse(counts) => *counts.entry(number).or_default() += worlds,
        }
    }

    /// Adds all that `other` counted.
    pub fn merge(&mut self, other: &ByWorld) {
        for (number, worlds) in other.iter() {
            self.add(number, worlds);
        }
    }

    /// Each number that came, in rising order, and in how many worlds.
    pub fn iter(&self) -> impl Iterator<Item = (i64, u64)> + '_ {
        let (first, dense, sparse) = match self {
            ByWorld::Dense { first, counts } => (*first, counts.as_slice(), None),
            ByWorld::Sparse(counts) => (0, [].as_slice(), Some(counts)),
        };
        let dense = (first..).zip(dense).filter(|(_, worlds)| **worlds > 0);
        dense
            .chain(sparse.into_iter().flatten().map(|(number, worlds)| (*number, worlds)))
            .map(|(n, w)| (n, *w))
    }

    /// All worlds.
    pub fn worlds(&self) -> u64 {
        self.iter().map(|(_, worlds)| worlds).sum()
    }

    /// The sum of the squares of the number over worlds.
    pub fn squares(&self) -> u128 {
        let squared = |n: i64| u128::from(n.unsigned_abs()) * u128::from(n.unsigned_abs());
        self.iter().map(|(number, worlds)| squared(number) * u128::from(worlds)).sum()
    }

    /// The standard error of the variance of the number over worlds, from their fourth moment.
    pub fn variance_error(&self) -> f64 {
        let worlds = self.worlds() as f64;
        let over_worlds = |of: &dyn Fn(f64) -> f64| {
            self.iter().map(|(number, count)| of(number as f64) * count as f64).sum::<f64>() / worlds
        };
        let mean = over_worlds(&|number| number);
        let square = |number: f64| (number - mean) * (number - mean);
        let variance = over_worlds(&square);
        let off = |number: f64| square(number) - variance;
        (over_worlds(&|number| off(number) * off(number)) / worlds).sqrt()
    }

    /// The smallest number that at least a share `q` of worlds do not exceed.
    pub fn quantile(&self, q: f64) -> f64 {
        let rank = super::histogram::rank(q, self.worlds());
        let mut below = 0;
        for (number, worlds) in self.iter() {
            below += worlds;
            if below >= rank {
                return number as f64;
            }
        }
        f64::NAN
    }
}

#[cold]
fn grow(first: &mut i64, counts: &mut Vec<u64>, number: i64, worlds: u64) {
    if counts.is_empty() {
        *first = number;
    } else if number < *first {
        let more = usize::try_from(*first - number).expect("paths of a world are few");
        counts.splice(0..0, std::iter::repeat_n(0, more));
        *first = number;
    }
    let at = usize::try_from(number - *first).expect("paths of a world are few");
    if at >= counts.len() {
        counts.resize(at + 1, 0);
    }
    counts[at] += worlds;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_count_alike() {
        let (mut dense, mut sparse) = (ByWorld::new(9), ByWorld::new(10_000));
        for number in [3, -2, 7, 3, 0, -9, 7, 7] {
            dense.add(number, 1);
            sparse.add(number, 1);
        }
        let want = [(-9, 1), (-2, 1), (0, 1), (3, 2), (7, 3)];
        assert!(dense.iter().eq(want) && sparse.iter().eq(want));
        assert_eq!((dense.worlds(), dense.squares()), (8, 81 + 4 + 18 + 147));
        for q in [0.0, 0.2, 0.5, 1.0] {
            assert_eq!(dense.quantile(q), sparse.quantile(q));
        }
        let mut merged = ByWorld::new(9);
        merged.merge(&sparse);
        assert!(merged.iter().eq(want));
    }
}
