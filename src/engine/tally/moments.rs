//! Means of whole numbers: visits, and time in ticks. Their errors come from the totals of blocks of consecutive units.
//!
//! With X a block's total and n its units, Σ (X − n x̄)² / n over k blocks, divided by k − 1, is an unbiased estimate of the
//! variance of a unit, whatever the lengths of the blocks (batch means; Conway 1963). Units are independent, so blocks lose
//! nothing but degrees of freedom, and a unit costs plain additions.

use crate::stats::critical::student_quantile;
use crate::stats::exact_sum::Exact;
use crate::stats::interval::UPPER;
use crate::stats::{Design, Interval};
use std::collections::BTreeMap;

/// Sums by cell over units, and of the squares of the totals of blocks.
#[derive(Clone, Debug)]
pub struct Moments {
    sums: Vec<u128>,
    lengths: Vec<Length>,
    /// Blocks of which only some units are known yet, by number.
    pieces: BTreeMap<u64, Piece>,
}

/// The blocks of one length: mostly there is one, and one more for what is left at the end.
#[derive(Clone, Debug)]
struct Length {
    units: u64,
    blocks: u64,
    squares: Vec<u128>,
}

/// Some units of a block, and their totals by cell.
#[derive(Clone, Debug)]
struct Piece {
    units: u64,
    totals: Vec<u64>,
}

/// A mean a path, and how well it is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PathMean {
    /// The mean a path.
    pub mean: f64,
    /// Its standard error; NaN with fewer than two blocks.
    pub standard_error: f64,
    /// Its 95% interval, not below 0.
    pub interval: Interval,
}

impl Moments {
    /// Nothing counted yet, in so many cells.
    pub fn new(cells: usize) -> Moments {
        Moments { sums: vec![0; cells], lengths: Vec::new(), pieces: BTreeMap::new() }
    }

    /// Begins to close so many blocks of so many units each; returns where it adds to.
    #[inline]
    pub fn close(&mut self, units: u64, blocks: usize) -> Closing<'_> {
        let at = self.length(units);
        let length = &mut self.lengths[at];
        length.blocks += blocks as u64;
        Closing { sums: &mut self.sums, squares: &mut length.squares }
    }

    /// Adds some units of the block with this number, which has `whole` when all are known.
    pub fn add_piece(&mut self, block: u64, units: u64, totals: &[u64], whole: u64) {
        let piece =
            self.pieces.entry(block).or_insert_with(|| Piece { units: 0, totals: vec![0; totals.len()] });
        piece.units += units;
        piece.totals.iter_mut().zip(totals).for_each(|(mine, more)| *mine += more);
        if piece.units == whole
            && let Some(piece) = self.pieces.remove(&block)
        {
            self.close_piece(&piece);
        }
    }

    fn close_piece(&mut self, piece: &Piece) {
        let mut closing = self.close(piece.units, 1);
        piece.totals.chunks(1).enumerate().for_each(|(cell, total)| closing.add(cell, total));
    }

    /// With what is known of unfinished blocks as short ones.
    pub fn closed(&self) -> Moments {
        let mut all = self.clone();
        for piece in std::mem::take(&mut all.pieces).values() {
            all.close_piece(piece);
        }
        all
    }

    fn length(&mut self, units: u64) -> usize {
        if let Some(at) = self.lengths.iter().position(|length| length.units == units) {
            return at;
        }
        self.lengths.push(Length { units, blocks: 0, squares: vec![0; self.sums.len()] });
        self.lengths.len() - 1
    }

    /// Adds all that `other` counted; blocks have `whole` units.
    pub fn merge(&mut self, other: &Moments, whole: u64) {
        self.sums.iter_mut().zip(&other.sums).for_each(|(mine, theirs)| *mine += theirs);
        for theirs in &other.lengths {
            let at = self.length(theirs.units);
            let mine = &mut self.lengths[at];
            mine.blocks += theirs.blocks;
            for (mine, theirs) in mine.squares.iter_mut().zip(&theirs.squares) {
                *mine = mine.saturating_add(*theirs);
            }
        }
        for (&block, piece) in &other.pieces {
            self.add_piece(block, piece.units, &piece.totals, whole);
        }
    }

    /// The sum of a cell over all units of closed blocks.
    pub fn sum(&self, cell: usize) -> u128 {
        self.sums[cell]
    }

    /// The mean over so many paths, in units of `1 / scale`. See [`Moments::closed`].
    pub fn mean(&self, cell: usize, design: Design, paths: u64, scale: f64) -> PathMean {
        let each = design.unit() as f64;
        let units = paths / design.unit();
        let mean = self.sums[cell] as f64 / paths as f64 / scale;
        let blocks: u64 = self.lengths.iter().map(|length| length.blocks).sum();
        if blocks < 2 {
            return PathMean {
                mean,
                standard_error: f64::NAN,
                interval: Interval::EVERYTHING.within(0.0, f64::INFINITY),
            };
        }
        // Σ X² / n − (Σ X)² / N, times N and times all lengths, in whole numbers.
        let mut lengths: Vec<&Length> = self.lengths.iter().collect();
        lengths.sort_unstable_by_key(|length| length.units);
        let product = |but: u64| {
            let others = lengths.iter().filter(|length| length.units != but);
            others.fold(Exact::from(1_u64), |product, length| &product * &Exact::from(length.units))
        };
        let sum = Exact::from(self.sums[cell]);
        let all = product(0);
        let mut scatter = Exact::from(0_u64);
        for length in &lengths {
            let squares = &Exact::from(length.squares[cell]) * &Exact::from(units);
            scatter = &scatter + &(&squares * &product(length.units));
        }
        let scatter = &scatter - &(&(&sum * &sum) * &all);
        // The variance of a unit's total, then that of the mean a path.
        let n = units as f64;
        let variance = scatter.over(all.to_f64() * (n * (blocks as f64 - 1.0))).max(0.0)
            / n
            / (each * each)
            / (scale * scale);
        let standard_error = variance.sqrt();
        let half = student_quantile(UPPER, blocks as f64 - 1.0) * standard_error;
        PathMean { mean, standard_error, interval: Interval::around(mean, half).within(0.0, f64::INFINITY) }
    }
}

/// Blocks that are being closed.
pub struct Closing<'a> {
    sums: &'a mut [u128],
    squares: &'a mut [u128],
}

/// The most blocks whose sums are gathered in 64 bits.
const MANY: usize = 1 << 14;
/// Bits of a total whose square has 48, and of one that is squared in two halves.
const SHORT: u32 = 24;
const LONG: u32 = 48;

impl Closing<'_> {
    /// Adds the totals of a cell in some of the blocks; cells without any need not be added. It is to be compiled with its caller, for
    /// each set of instructions.
    #[inline(always)]
    pub fn add(&mut self, cell: usize, totals: &[u64]) {
        for totals in totals.chunks(MANY) {
            let (sum, squares) = sums(totals);
            self.sums[cell] += sum;
            self.squares[cell] = self.squares[cell].saturating_add(squares);
        }
    }
}

/// The sum of at most [`MANY`] numbers, and that of their squares.
#[inline(always)]
fn sums(totals: &[u64]) -> (u128, u128) {
    let bits = totals.iter().fold(0, |bits, total| bits | total);
    if bits == 0 {
        return (0, 0);
    }
    let low = |number: u64| number & u64::from(u32::MAX);
    if bits < 1 << SHORT {
        let (mut sum, mut squares) = (0_u64, 0_u64);
        for total in totals {
            sum += total;
            squares += low(*total) * low(*total);
        }
        return (sum.into(), squares.into());
    }
    if bits < 1 << LONG {
        let (mut sum, mut highs, mut both, mut lows) = (0_u64, 0_u64, 0_u64, 0_u64);
        for total in totals {
            let (h, l) = (low(total >> SHORT), total & ((1 << SHORT) - 1));
            sum += total;
            highs += h * h;
            both += h * l;
            lows += l * l;
        }
        let squares =
            (u128::from(highs) << (2 * SHORT)) + (u128::from(both) << (SHORT + 1)) + u128::from(lows);
        return (sum.into(), squares);
    }
    totals.iter().fold((0_u128, 0_u128), |(sum, squares), total| {
        let total = u128::from(*total);
        (sum + total, squares.saturating_add(total * total))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::{Name, WorldKey};

    fn counted(values: &[u64], block: usize) -> Moments {
        let mut moments = Moments::new(1);
        for part in values.chunks(block) {
            moments.close(part.len() as u64, 1).add(0, &[part.iter().sum()]);
        }
        moments
    }

    /// Totals 3, 5 and (half as long) 4 of units 2, 2 and 1: the mean is 2.4, and
    /// ((3 − 4.8)² / 2 + (5 − 4.8)² / 2 + (4 − 2.4)²) / 2 = 2.1 is the variance of a unit.
    #[test]
    fn blocks_by_hand() {
        let mean = counted(&[1, 2, 5, 0, 4], 2).mean(0, Design::Paths, 5, 1.0);
        assert_eq!(mean.mean, 2.4);
        assert!((mean.standard_error - (2.1_f64 / 5.0).sqrt()).abs() < 1e-15, "{mean:?}");
        // Student's point with 2 degrees of freedom.
        assert!((mean.interval.high - 2.4 - 4.302_652_73 * mean.standard_error).abs() < 1e-7);
    }

    /// Small, middling and large numbers are squared in different ways, to the same sums.
    #[test]
    fn sums_of_any_size_are_exact() {
        for bits in [0, 7, SHORT, SHORT + 1, LONG - 1, LONG, LONG + 1, 50] {
            let numbers: Vec<u64> = (0..100_u64).map(|n| (1 << bits) - 1 - ((n * n) << bits >> 14)).collect();
            let plain = numbers.iter().map(|n| u128::from(*n));
            let want = (plain.clone().sum::<u128>(), plain.map(|n| n * n).sum::<u128>());
            assert_eq!(sums(&numbers), want, "{bits}");
        }
    }

    /// Blocks of one are the plain variance.
    #[test]
    fn blocks_of_one_are_plain() {
        let mean = counted(&[2, 4, 9], 1).mean(0, Design::Paths, 3, 1.0);
        assert_eq!((mean.mean, mean.standard_error), (5.0, (13.0_f64 / 3.0).sqrt()));
        assert!(counted(&[2, 4, 9], 3).mean(0, Design::Paths, 3, 1.0).standard_error.is_nan());
    }

    /// Geometric numbers of mean 1 and variance 2, whose last block is short: over 2,000 runs the estimate of the variance is
    /// right on average (its mean has a relative standard error of √(2 / 40) / √2,000 or so, 0.6%), and 95% of the
    /// intervals hold the mean (standard error 0.5 points; skewness takes a point at 1,300 values).
    #[test]
    fn short_blocks_neither_bias_nor_mislead() {
        let (name, runs, n) = (Name::new("x"), 2_000_u64, 1_300_u64);
        let (mut variance, mut inside) = (0.0, 0_u32);
        for run in 0..runs {
            let key = WorldKey::new(3, run);
            let value = |path| (-libm::log2(key.draw(name, path, 0).uniform())) as u64;
            let values: Vec<u64> = (0..n).map(value).collect();
            let found = counted(&values, 32).mean(0, Design::Paths, n, 1.0);
            variance += found.standard_error * found.standard_error * n as f64 / runs as f64;
            inside += u32::from(found.interval.contains(1.0));
        }
        assert!((variance - 2.0).abs() < 4.0 * 0.006 * 2.0, "{variance}");
        let share = f64::from(inside) / runs as f64;
        assert!((share - 0.95).abs() < 0.02, "{share}");
    }

    /// However values are cut, blocks are the same: pieces find each other.
    #[test]
    fn any_cut_gives_the_same() {
        let values: Vec<u64> = (0..101).map(|n| n * n % 17).collect();
        let whole = counted(&values, 4).mean(0, Design::Paths, 101, 1.0);
        for cut in [1, 3, 6, 50, 101] {
            let mut parts = Moments::new(1);
            for (nth, part) in values.chunks(cut).enumerate().rev() {
                let mut tally = Moments::new(1);
                for (i, value) in part.iter().enumerate() {
                    tally.add_piece((nth * cut + i) as u64 / 4, 1, &[*value], 4);
                }
                parts.merge(&tally, 4);
            }
            assert_eq!(parts.closed().mean(0, Design::Paths, 101, 1.0), whole, "{cut}");
        }
    }
}
