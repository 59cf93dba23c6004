//! Functions on an interval by their values at the Gauss-Legendre points.

use pulp::{Simd, WithSimd};
use std::sync::OnceLock;

/// Points of an interval.
pub(super) const POINTS: usize = 16;

/// The values of a function at the points.
pub(super) type Values = [f64; POINTS];

/// The rule of [`POINTS`] points on 0..1, and what turns values into coefficients of Legendre polynomials.
#[derive(Debug)]
pub(super) struct Rule {
    /// The points.
    pub x: Values,
    /// Their weights, which sum to 1.
    pub w: Values,
    /// Half as many points and their weights.
    pub half: [(f64, f64); POINTS / 2],
    /// By degree, then point.
    to_coefficients: [Values; POINTS],
    barycentric: Values,
}

/// The rule.
pub(super) fn rule() -> &'static Rule {
    static RULE: OnceLock<Rule> = OnceLock::new();
    RULE.get_or_init(Rule::new)
}

/// P of degree `n` and its derivative at `x`.
fn legendre(n: usize, x: f64) -> (f64, f64) {
    let (mut before, mut now) = (1.0, x);
    for k in 1..n {
        let k = k as f64;
        (before, now) = (now, ((2.0 * k + 1.0) * x * now - k * before) / (k + 1.0));
    }
    (now, n as f64 * (x * now - before) / (x * x - 1.0))
}

/// The points and weights of the rule with `n` points on 0..1, by Newton's method from Tricomi's guess.
fn gauss(n: usize) -> Vec<(f64, f64)> {
    let point = |i: usize| {
        let mut x = -libm::cos(std::f64::consts::PI * (i as f64 + 0.75) / (n as f64 + 0.5));
        for _ in 0..8 {
            let (p, slope) = legendre(n, x);
            x -= p / slope;
        }
        let slope = legendre(n, x).1;
        (0.5 * (1.0 + x), 1.0 / ((1.0 - x * x) * slope * slope))
    };
    (0..n).map(point).collect()
}

impl Rule {
    fn new() -> Rule {
        let whole = gauss(POINTS);
        let half = gauss(POINTS / 2);
        let (x, w): (Values, Values) =
            (std::array::from_fn(|i| whole[i].0), std::array::from_fn(|i| whole[i].1));
        let to_coefficients = std::array::from_fn(|k| {
            std::array::from_fn(|i| {
                let at = 2.0 * x[i] - 1.0;
                let p = if k == 0 { 1.0 } else { legendre(k, at).0 };
                (2 * k + 1) as f64 * w[i] * p
            })
        });
        let barycentric = std::array::from_fn(|i| {
            let sign = if i % 2 == 0 { 1.0 } else { -1.0 };
            sign * (x[i] * (1.0 - x[i]) * w[i]).sqrt()
        });
        Rule { x, w, half: std::array::from_fn(|i| half[i]), to_coefficients, barycentric }
    }

    /// The weights by which values at the points make the value at `x` (Berrut and Trefethen 2004).
    pub fn basis(&self, x: f64) -> Values {
        let mut basis = [0.0; POINTS];
        let mut sum = 0.0;
        for i in 0..POINTS {
            let d = x - self.x[i];
            if d == 0.0 {
                basis = [0.0; POINTS];
                basis[i] = 1.0;
                return basis;
            }
            basis[i] = self.barycentric[i] / d;
            sum += basis[i];
        }
        basis.iter_mut().for_each(|b| *b /= sum);
        basis
    }

    /// The weights by which values at the points make what coefficients make with these: the sum over degrees of each with its own.
    pub fn weighing(&self, degrees: &Values) -> Values {
        let mut weights = [0.0; POINTS];
        for (row, degree) in self.to_coefficients.iter().zip(degrees) {
            weights.iter_mut().zip(row).for_each(|(weight, c)| *weight += c * degree);
        }
        weights
    }

    /// The coefficients of Legendre polynomials.
    pub fn coefficients(&self, values: &Values) -> Values {
        std::array::from_fn(|k| self.to_coefficients[k].iter().zip(values).map(|(c, v)| c * v).sum())
    }

    /// About how much of a function its interpolant leaves out, from its last coefficients.
    pub fn tail(&self, values: &Values) -> f64 {
        let at = |k: usize| -> f64 {
            self.to_coefficients[k].iter().zip(values).map(|(c, v)| c * v).sum::<f64>().abs()
        };
        at(POINTS - 1).max(at(POINTS - 2)).max(0.25 * at(POINTS - 3))
    }

    /// The mean of the values over the interval.
    pub fn mean(&self, values: &Values) -> f64 {
        self.w.iter().zip(values).map(|(w, v)| w * v).sum()
    }
}

/// Adds by point what masses at these places make of the values there: the sum of their [`Rule::basis`].
pub(super) struct Spread<'a> {
    pub masses: &'a Values,
    pub places: &'a Values,
    pub to: &'a mut Values,
}

impl WithSimd for Spread<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Spread { masses, places, to } = self;
        let rule = rule();
        for nth in 0..POINTS {
            let mut parts = [0.0; POINTS];
            // Four sums, so that they are had at once.
            let mut sums = [0.0; 4];
            for i in 0..POINTS {
                parts[i] = rule.barycentric[i] / (places[nth] - rule.x[i]);
                sums[i % 4] += parts[i];
            }
            let sum = (sums[0] + sums[2]) + (sums[1] + sums[3]);
            let mut times = masses[nth] / sum;
            if !sum.is_finite() {
                (parts, times) = (rule.basis(places[nth]), masses[nth]);
            }
            for i in 0..POINTS {
                to[i] += times * parts[i];
            }
        }
    }
}

/// Adds by degree what masses at these places make of the integrals up to there: the sum of [`integrals`].
pub(super) struct Summed<'a> {
    pub masses: &'a Values,
    pub places: &'a Values,
    pub to: &'a mut Values,
}

impl WithSimd for Summed<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Summed { masses, places, to } = self;
        // All places go on together, degree by degree.
        let at: Values = places.map(|x| 2.0 * x - 1.0);
        let (mut before, mut now) = ([1.0; POINTS], at);
        to[0] += (0..POINTS).map(|i| masses[i] * places[i]).sum::<f64>();
        for k in 1..POINTS {
            let n = k as f64;
            let (more, less, by) = ((2.0 * n + 1.0) / (n + 1.0), n / (n + 1.0), 0.5 / (2.0 * n + 1.0));
            let mut sums = [0.0; 4];
            for i in 0..POINTS {
                let next = more * at[i] * now[i] - less * before[i];
                sums[i % 4] += masses[i] * (next - before[i]);
                (before[i], now[i]) = (now[i], next);
            }
            to[k] += by * ((sums[0] + sums[2]) + (sums[1] + sums[3]));
        }
    }
}

/// Adds what a block makes of values.
pub(super) struct Apply<'a> {
    pub block: &'a [Values; POINTS],
    pub values: &'a Values,
    pub to: &'a mut Values,
}

impl WithSimd for Apply<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let mut sum = *self.to;
        for i in 0..POINTS {
            let (row, value) = (&self.block[i], self.values[i]);
            for j in 0..POINTS {
                sum[j] += row[j] * value;
            }
        }
        *self.to = sum;
    }
}

/// By degree, the integral from 0 to `x` of a Legendre polynomial.
#[inline(always)]
pub(super) fn integrals(x: f64) -> Values {
    let at = 2.0 * x - 1.0;
    // The integral of P_k from -1 is (P_{k+1} - P_{k-1}) / (2k + 1).
    let (mut before, mut now) = (1.0, at);
    let mut all = [0.5 * (at + 1.0); POINTS];
    for (k, integral) in all.iter_mut().enumerate().skip(1) {
        let n = k as f64;
        let next = ((2.0 * n + 1.0) * at * now - n * before) / (n + 1.0);
        *integral = 0.5 * (next - before) / (2.0 * n + 1.0);
        (before, now) = (now, next);
    }
    all
}

/// The integral from 0 to `x` of the polynomial with these coefficients.
pub(super) fn integral(coefficients: &Values, x: f64) -> f64 {
    coefficients.iter().zip(integrals(x)).map(|(c, integral)| c * integral).sum()
}

/// How far its rounding may move a time.
pub(super) fn rounding(time: f64) -> f64 {
    0.5 * f64::EPSILON * time.abs()
}

/// By how much values in order go up and down.
pub(super) fn variation(values: &[f64]) -> f64 {
    values.windows(2).map(|pair| (pair[1] - pair[0]).abs()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polynomials_are_exact() {
        let rule = rule();
        assert!((rule.w.iter().sum::<f64>() - 1.0).abs() < 1e-15);
        let values: Values = std::array::from_fn(|i| libm::pow(rule.x[i], 7.0));
        assert!((rule.mean(&values) - 0.125).abs() < 1e-15);
        let coefficients = rule.coefficients(&values);
        for x in [0.0, 0.1, 0.5, 0.77, 1.0] {
            assert!((integral(&coefficients, x) - libm::pow(x, 8.0) / 8.0).abs() < 1e-15, "{x}");
            let basis = rule.basis(x);
            let value: f64 = basis.iter().zip(&values).map(|(b, v)| b * v).sum();
            assert!((value - libm::pow(x, 7.0)).abs() < 1e-14, "{x}");
            let weights = rule.weighing(&integrals(x));
            let whole: f64 = weights.iter().zip(&values).map(|(b, v)| b * v).sum();
            assert!((whole - libm::pow(x, 8.0) / 8.0).abs() < 1e-15, "{x}");
        }
    }
}
