//! Means of two variants among the paths where a condition holds.

use super::difference::{Difference, judged};
use crate::stats::Design;
use crate::stats::conditional::{WorldSum, ratio_interval, speaking};
use crate::stats::exact_sum::{Exact, ExactSum};
use crate::stats::interval::Interval;

/// Compares a mean (or, of zeros and ones, a share) among the paths where a condition holds, which may be other paths in
/// each variant.
#[derive(Clone, Debug)]
pub struct PairedGiven {
    design: Design,
    paths: u64,
    open: [WorldSum; 2],
    /// Σ of each of: base sum, base count, variant sum, variant count.
    sums: [ExactSum; 4],
    /// Σ of each product of two of them, by [`place`].
    products: Box<[ExactSum; 10]>,
    /// Units in which base and variant are alike, which are most: Σ of sum, count, sum², sum · count and count².
    alike: Box<[ExactSum; 5]>,
}

impl PairedGiven {
    /// Nothing counted yet.
    pub fn new(design: Design) -> PairedGiven {
        PairedGiven {
            design,
            paths: 0,
            open: Default::default(),
            sums: Default::default(),
            products: Box::default(),
            alike: Box::default(),
        }
    }

    /// Counts a pair of paths with the same number: the value of each where its condition holds.
    #[inline]
    pub fn record(&mut self, base: Option<f64>, variant: Option<f64>) {
        self.paths += 1;
        for (open, value) in self.open.iter_mut().zip([base, variant]) {
            if let Some(value) = value {
                open.record(value);
            }
        }
        if self.design.clustered().is_none() {
            self.end();
        }
    }

    /// Ends a world; does nothing where every path is a unit of its own.
    pub fn close(&mut self) {
        if self.design.clustered().is_some() {
            self.end();
        }
    }

    /// Adds all that `other` counted, whose last world must be closed, as this one's.
    pub fn merge(&mut self, other: &PairedGiven) {
        self.paths += other.paths;
        self.sums.iter_mut().zip(&other.sums).for_each(|(mine, theirs)| mine.merge(theirs));
        self.products.iter_mut().zip(other.products.iter()).for_each(|(mine, theirs)| mine.merge(theirs));
        self.alike.iter_mut().zip(other.alike.iter()).for_each(|(mine, theirs)| mine.merge(theirs));
    }

    /// The sums and products of all units, alike or not.
    fn totals(&self) -> ([ExactSum; 4], [ExactSum; 10]) {
        let (mut sums, mut products) = (self.sums.clone(), (*self.products).clone());
        let [sum, count, squares, mixed, counts] = &*self.alike;
        for i in 0..4 {
            sums[i].merge(if i % 2 == 0 { sum } else { count });
            for j in i..4 {
                products[place(i, j)].merge(match (i % 2, j % 2) {
                    (0, 0) => squares,
                    (1, 1) => counts,
                    _ => mixed,
                });
            }
        }
        (sums, products)
    }

    /// The difference of the two conditional means: each linearised as in [`crate::stats::conditional`], and the difference taken
    /// before squaring, so that what both share cancels. With S and N the sums and counts of all units, and s and n those of one, that
    /// of a unit is (s N − n S) / N², the variant's less the base's. Multiplied by both N² it is a whole combination of s and n, of
    /// which the sum of squares is exact: where all values are the same it is 0, and so is the difference.
    pub fn difference(&self) -> Difference {
        let (sums, products) = self.totals();
        let [base_sum, base_count, variant_sum, variant_count] = sums.map(|sum| sum.value());
        let (base_n, variant_n) = (base_count.to_f64(), variant_count.to_f64());
        if base_n == 0.0 || variant_n == 0.0 {
            return judged(f64::NAN, f64::NAN, Interval::EVERYTHING, None, self.paths, false);
        }
        let further = &(&variant_sum * &base_count) - &(&base_sum * &variant_count);
        let difference = further.over(base_n * variant_n);
        let (base_squared, variant_squared) = (&base_count * &base_count, &variant_count * &variant_count);
        let weights = [
            &variant_squared * &base_count.negative(),
            &variant_squared * &base_sum,
            &base_squared * &variant_count,
            &base_squared * &variant_sum.negative(),
        ];
        let mut scatter = Exact::from(0.0);
        for i in 0..4 {
            for j in i..4 {
                let times = Exact::from(if i == j { 1_u64 } else { 2 });
                let term = &(&times * &(&weights[i] * &weights[j])) * &products[place(i, j)].value();
                scatter = &scatter + &term;
            }
        }
        let squared = (base_n * base_n) * (variant_n * variant_n);
        let scatter = (scatter.over(squared) / squared).max(0.0);
        let squares = |i: usize| products[place(i, i)].value().to_f64() as u128;
        let speaking = speaking(base_n, squares(1)).min(speaking(variant_n, squares(3)));
        let standard_error = (scatter * speaking / (speaking - 1.0)).sqrt();
        let (standard_error, interval) = ratio_interval(difference, standard_error, speaking);
        let same = difference == 0.0 && standard_error == 0.0;
        judged(difference, standard_error, interval, None, self.paths, same)
    }

    fn end(&mut self) {
        let [base, variant] = std::mem::take(&mut self.open).map(WorldSum::take);
        if base == variant {
            if base.1 > 0 {
                self.end_alike(base);
            }
            return;
        }
        let values = [base.0, [base.1 as f64, 0.0], variant.0, [variant.1 as f64, 0.0]];
        for (i, &value) in values.iter().enumerate() {
            value.into_iter().filter(|part| *part != 0.0).for_each(|part| self.sums[i].add(part));
            for (j, &other) in values.iter().enumerate().skip(i) {
                self.products[place(i, j)].add_product_of(value, other);
            }
        }
    }
}

impl PairedGiven {
    #[inline]
    fn end_alike(&mut self, (sum, count): ([f64; 2], u64)) {
        let [sums, counts, squares, mixed, counts_squared] = &mut *self.alike;
        counts.add(count as f64);
        counts_squared.add_product(count as f64, count as f64);
        squares.add_product_of(sum, sum);
        if count == 1 {
            sums.add(sum[0]);
            mixed.add(sum[0]);
        } else {
            sum.into_iter().filter(|part| *part != 0.0).for_each(|part| sums.add(part));
            mixed.add_product_of(sum, [count as f64, 0.0]);
        }
    }
}

/// Where the product of values `i` and `j` of four is kept.
fn place(i: usize, j: usize) -> usize {
    let (low, high) = (i.min(j), i.max(j));
    high * (high + 1) / 2 + low
}
