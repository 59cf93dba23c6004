//! The metalog distribution: a density through given quantiles.

use super::family::Family;
use super::refusal::{Refusal, inside_unit, place, plain};
use super::special::logistic;
use super::special::quadrature::unit_integral;

/// The metalog through n quantiles with n terms (Keelin 2016, "The metalog distributions"). With L = ln(y/(1-y)) and
/// t = y - 1/2, its quantile function is
/// M(y) = a₁ + a₂ L + a₃ t L + a₄ t + a₅ t² + a₆ t² L + a₇ t³ + a₈ t³ L + …, that is B(t) + A(t) L;
/// X = M, or low + e^M, or high - e^(-M), or (low + high e^M)/(1 + e^M), by its bounds.
#[derive(Clone, Debug, PartialEq)]
pub struct Metalog {
    curve: Curve,
    low: f64,
    high: f64,
}

/// Never more quantiles than this: beyond, the equations lose their digits.
const MOST: usize = 16;

impl Metalog {
    /// The metalog through `quantiles` (p, x), between `low` and `high` where those are given.
    pub fn new(quantiles: &[(f64, f64)], low: Option<f64>, high: Option<f64>) -> Result<Metalog, Refusal> {
        let quantiles = in_order(quantiles, low, high)?;
        let (low, high) = (low.unwrap_or(f64::NEG_INFINITY), high.unwrap_or(f64::INFINITY));
        let frame = Metalog { curve: Curve { a: Vec::new(), b: Vec::new() }, low, high };
        let mut probabilities = Vec::with_capacity(quantiles.len());
        let mut values = Vec::with_capacity(quantiles.len());
        for &(p, x) in &quantiles {
            probabilities.push(p);
            values.push(frame.unbound(x));
        }
        let spaced = values.windows(2).all(|w| w[0] < w[1]) && values.iter().all(|v| v.is_finite());
        let curve = if spaced { Curve::through(&probabilities, &values) } else { None };
        let Some(curve) = curve else {
            let words =
                "these quantiles are too near each other, or to a bound, to draw a curve through them";
            return Err(Refusal::whole(words));
        };
        if let Err(y) = curve.rises() {
            return Err(frame.refusal(&quantiles, &probabilities, &values, y));
        }
        let law = Metalog { curve, low, high };
        let edge = 0.5 * f64::EPSILON; // nearer to an end than any draw
        if !(law.at(edge, 1.0 - edge).abs() < 1e150 && law.at(1.0 - edge, edge).abs() < 1e150) {
            let words = "the tails of the curve through these quantiles reach beyond all numbers; give a bound on that side";
            return Err(Refusal::whole(words));
        }
        Ok(law)
    }

    fn refusal(&self, quantiles: &[(f64, f64)], p: &[f64], values: &[f64], y: f64) -> Refusal {
        let named: Vec<String> = p.iter().map(|p| format!("p{}", percent(*p))).collect();
        let text = format!(
            "no density has these quantiles ({}): the metalog through them would need a negative density near p{}; ",
            named.join(", "),
            percent(y)
        );
        let refusal = Refusal::whole(text);
        match Curve::room(p, values) {
            Some((least, most)) => refusal
                .then(format!(
                    "with {} and {} as they are, {} must be between ",
                    named[0], named[2], named[1]
                ))
                .then_value(self.bind(least))
                .then(" and ")
                .then_value(self.bind(most))
                .then(", not ")
                .then_value(quantiles[1].1),
            None => refusal.then(
                "give fewer quantiles, or move those near it so that the steps between them change less",
            ),
        }
    }

    /// From the line to between the bounds.
    #[inline]
    fn bind(&self, z: f64) -> f64 {
        match (self.low > f64::NEG_INFINITY, self.high < f64::INFINITY) {
            (false, false) => z,
            (true, false) => self.low + libm::exp(z),
            (false, true) => self.high - libm::exp(-z),
            (true, true) if z < 0.0 => self.low + (self.high - self.low) * logistic(z),
            (true, true) => self.high - (self.high - self.low) * logistic(-z),
        }
    }

    /// From between the bounds to the line.
    fn unbound(&self, x: f64) -> f64 {
        match (self.low > f64::NEG_INFINITY, self.high < f64::INFINITY) {
            (false, false) => x,
            (true, false) => libm::log(x - self.low),
            (false, true) => -libm::log(self.high - x),
            (true, true) => libm::log((x - self.low) / (self.high - x)),
        }
    }

    /// The slope of `unbound`.
    fn unbound_slope(&self, x: f64) -> f64 {
        match (self.low > f64::NEG_INFINITY, self.high < f64::INFINITY) {
            (false, false) => 1.0,
            (true, false) => 1.0 / (x - self.low),
            (false, true) => 1.0 / (self.high - x),
            (true, true) => 1.0 / (x - self.low) + 1.0 / (self.high - x),
        }
    }

    /// Whether the n-th moment is finite, by the slope of the open tail of a law with one bound.
    fn has_moment(&self, n: f64) -> bool {
        match (self.low > f64::NEG_INFINITY, self.high < f64::INFINITY) {
            (true, false) => n * poly(&self.curve.a, 0.5) < 1.0,
            (false, true) => n * poly(&self.curve.a, -0.5) < 1.0,
            _ => true,
        }
    }
}

fn percent(p: f64) -> String {
    plain((p * 1e4).round() / 100.0)
}

/// The quantiles in order of probability, refused where they cannot be quantiles of anything.
fn in_order(
    quantiles: &[(f64, f64)],
    low: Option<f64>,
    high: Option<f64>,
) -> Result<Vec<(f64, f64)>, Refusal> {
    if !(2..=MOST).contains(&quantiles.len()) {
        let words = format!("a metalog needs 2 to {MOST} quantiles, not {}", quantiles.len());
        return Err(Refusal::whole(words));
    }
    for &(p, x) in quantiles {
        inside_unit("metalog", "probability of a quantile", p)?;
        place("metalog", "quantile", x)?;
    }
    if let Some(low) = low {
        place("metalog", "low", low)?;
    }
    if let Some(high) = high {
        place("metalog", "high", high)?;
    }
    let mut sorted = quantiles.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    for w in sorted.windows(2) {
        if w[0].0 == w[1].0 {
            return Err(Refusal::whole(format!("p{} of a metalog is given twice", percent(w[0].0))));
        }
        if !(w[0].1 < w[1].1) {
            let words = format!("p{} of a metalog must be below p{}: ", percent(w[0].0), percent(w[1].0));
            let refusal = Refusal::whole(words).then_value(w[0].1).then(" is not below ").then_value(w[1].1);
            return Err(refusal);
        }
    }
    let (first, last) = (sorted[0], sorted[sorted.len() - 1]);
    if let Some(low) = low
        && !(low < first.1)
    {
        let words = format!("the low of a metalog must be below its p{}: ", percent(first.0));
        return Err(Refusal::whole(words).then_value(low).then(" is not below ").then_value(first.1));
    }
    if let Some(high) = high
        && !(high > last.1)
    {
        let words = format!("the high of a metalog must be above its p{}: ", percent(last.0));
        return Err(Refusal::whole(words).then_value(high).then(" is not above ").then_value(last.1));
    }
    Ok(sorted)
}

/// M as two polynomials: B(t) + A(t) L.
#[derive(Clone, Debug, PartialEq)]
struct Curve {
    a: Vec<f64>,
    b: Vec<f64>,
}

impl Curve {
    /// The curve through points (p, z), by elimination with pivots; `None` where the equations have no answer.
    fn through(p: &[f64], z: &[f64]) -> Option<Curve> {
        let n = p.len();
        let (origin, spread) = (z[n / 2], z[n - 1] - z[0]);
        let mut rows: Vec<Vec<f64>> = p
            .iter()
            .zip(z)
            .map(|(&p, &z)| {
                let (t, l) = (p - 0.5, libm::log(p / (1.0 - p)));
                let mut row: Vec<f64> = (0..n)
                    .map(|term| {
                        let (power, with_log) = place_of(term);
                        libm::pow(t, power as f64) * if with_log { l } else { 1.0 }
                    })
                    .collect();
                row.push((z - origin) / spread);
                row
            })
            .collect();
        for column in 0..n {
            let pivot =
                (column..n).max_by(|&i, &j| rows[i][column].abs().total_cmp(&rows[j][column].abs()))?;
            rows.swap(column, pivot);
            let (done, rest) = rows.split_at_mut(column + 1);
            let top = &done[column];
            if !(top[column].abs() > 1e-14) {
                return None;
            }
            for row in rest {
                let factor = row[column] / top[column];
                for (cell, above) in row[column..].iter_mut().zip(&top[column..]) {
                    *cell -= factor * above;
                }
            }
        }
        let mut terms = vec![0.0; n];
        for i in (0..n).rev() {
            let known: f64 = (i + 1..n).map(|j| rows[i][j] * terms[j]).sum();
            terms[i] = (rows[i][n] - known) / rows[i][i];
        }
        if !terms.iter().all(|c| c.is_finite()) {
            return None;
        }
        let mut curve = Curve { a: vec![0.0; n / 2 + 1], b: vec![0.0; n / 2 + 1] };
        for (term, c) in terms.iter().enumerate() {
            let (power, with_log) = place_of(term);
            // What is left of an exact 0 after rounding would put a pole at the end of a law that has none.
            let c = if c.abs() < 1e-13 { 0.0 } else { c * spread };
            if with_log {
                curve.a[power] = c;
            } else {
                curve.b[power] = c;
            }
        }
        curve.b[0] += origin;
        Some(curve)
    }

    /// M at y = p, 1 - y = q.
    #[inline]
    fn at(&self, p: f64, q: f64) -> f64 {
        let t = if p < q { p - 0.5 } else { 0.5 - q };
        poly(&self.b, t) + poly(&self.a, t) * libm::log(p / q)
    }

    /// M and its slope at the logit `s` of y. In the logit, the tails are straight lines.
    fn at_logit(&self, s: f64) -> (f64, f64) {
        let (y, v) = (logistic(s), logistic(-s));
        let t = if y < v { y - 0.5 } else { 0.5 - v };
        let a = poly(&self.a, t);
        let slope = a + y * v * (s * poly_slope(&self.a, t) + poly_slope(&self.b, t));
        (poly(&self.b, t) + a * s, slope)
    }

    /// The logit at which M is `z`, by Newton's method within a bracket.
    fn logit_of(&self, z: f64) -> f64 {
        let (mut low, mut high) = (-740.0, 740.0);
        let mut s = 0.0;
        for _ in 0..200 {
            let (value, slope) = self.at_logit(s);
            if value > z {
                high = s;
            } else {
                low = s;
            }
            let next = s - (value - z) / slope;
            let next = if next > low && next < high { next } else { 0.5 * (low + high) };
            let step = (next - s).abs();
            s = next;
            if step <= 1e-15 * s.abs().max(1e-3) {
                break;
            }
        }
        s
    }

    /// Whether M rises everywhere, proven by interval arithmetic on G(y) = y(1-y) M'(y) = A + hA' + wB', where
    /// w = y(1-y) and h = wL are bounded on the closed unit interval, so that the tails are covered too. `Err` has a y
    /// where it does not rise, or where it is too close to call.
    fn rises(&self) -> Result<(), f64> {
        let flat = self.a.iter().all(|c| *c == 0.0);
        let slack = 1e-13 * (self.a.iter().chain(&self.b[1..]).map(|c| c.abs()).sum::<f64>());
        let (a1, b1) = (derivative(&self.a), derivative(&self.b));
        let g = |y0: f64, y1: f64| {
            let t = (y0 - 0.5, y1 - 0.5);
            if flat {
                return poly_range(&b1, t);
            }
            let parts = [
                poly_range(&self.a, t),
                times(h_range(y0, y1), poly_range(&a1, t)),
                times(w_range(y0, y1), poly_range(&b1, t)),
            ];
            (parts.iter().map(|r| r.0).sum(), parts.iter().map(|r| r.1).sum::<f64>())
        };
        let mut open = vec![(0.0, 1.0)];
        let mut looked = 0;
        while let Some((y0, y1)) = open.pop() {
            if g(y0, y1).0 > slack {
                continue;
            }
            let middle = 0.5 * (y0 + y1);
            looked += 1;
            if looked > 100_000 || y1 - y0 < 1e-12 || !(g(middle, middle).1 > slack) {
                return Err(middle);
            }
            open.push((middle, y1));
            open.push((y0, middle));
        }
        Ok(())
    }

    /// For three quantiles, between which ends the middle one may be.
    fn room(p: &[f64], z: &[f64]) -> Option<(f64, f64)> {
        let &[p0, p1, p2] = p else { return None };
        let logit = |p: f64| libm::log(p / (1.0 - p));
        let share = (logit(p1) - logit(p0)) / (logit(p2) - logit(p0));
        let ok = |middle: f64| Curve::through(p, &[z[0], middle, z[2]]).is_some_and(|c| c.rises().is_ok());
        let start = z[0] + share * (z[2] - z[0]);
        if !ok(start) {
            return None;
        }
        let edge = |mut bad: f64| {
            let mut good = start;
            for _ in 0..40 {
                let middle = 0.5 * (good + bad);
                if ok(middle) {
                    good = middle;
                } else {
                    bad = middle;
                }
            }
            good
        };
        Some((edge(z[0]), edge(z[2])))
    }
}

/// Which power of t the term has, and whether it is multiplied by L.
fn place_of(term: usize) -> (usize, bool) {
    match term {
        0 => (0, false),
        1 => (0, true),
        2 => (1, true),
        3 => (1, false),
        _ => (term / 2, term % 2 == 1),
    }
}

#[inline]
fn poly(c: &[f64], t: f64) -> f64 {
    c.iter().rev().fold(0.0, |sum, c| sum * t + c)
}

fn poly_slope(c: &[f64], t: f64) -> f64 {
    c.iter().enumerate().skip(1).rev().fold(0.0, |sum, (i, c)| sum * t + c * i as f64)
}

fn derivative(c: &[f64]) -> Vec<f64> {
    c.iter().enumerate().skip(1).map(|(i, c)| c * i as f64).collect()
}

type Range = (f64, f64);

fn times(a: Range, b: Range) -> Range {
    let all = [a.0 * b.0, a.0 * b.1, a.1 * b.0, a.1 * b.1];
    (all.iter().copied().fold(f64::INFINITY, f64::min), all.iter().copied().fold(f64::NEG_INFINITY, f64::max))
}

/// Bounds of a polynomial on a range. Even powers are taken as such, so that a range around 0 is not doubled.
fn poly_range(c: &[f64], t: Range) -> Range {
    let mut sum = (0.0, 0.0);
    let (mut low, mut high) = (1.0, 1.0);
    for (i, &c) in c.iter().enumerate() {
        let power = if i % 2 == 1 {
            (low, high)
        } else if i > 0 && t.0 < 0.0 && t.1 > 0.0 {
            (0.0, f64::max(low, high))
        } else {
            (f64::min(low, high), f64::max(low, high))
        };
        let term = times((c, c), power);
        sum = (sum.0 + term.0, sum.1 + term.1);
        low *= t.0;
        high *= t.1;
    }
    sum
}

/// The range of y(1-y), which has its top at one half.
fn w_range(y0: f64, y1: f64) -> Range {
    let w = |y: f64| y * (1.0 - y);
    let top = if y0 <= 0.5 && y1 >= 0.5 { 0.25 } else { w(y0).max(w(y1)) };
    (w(y0).min(w(y1)), top)
}

/// The range of h = y(1-y) ln(y/(1-y)): odd about one half, 0 at both ends, extreme where (1 - 2y) L = -1.
fn h_range(y0: f64, y1: f64) -> Range {
    const TOP: f64 = 0.223_871_602_347_152; // max of h, rounded up
    const TURN: f64 = 0.823_959_1; // about where
    let h = |y: f64| if y > 0.0 && y < 1.0 { y * (1.0 - y) * libm::log(y / (1.0 - y)) } else { 0.0 };
    let holds = |turn: f64| y0 <= turn + 1e-6 && y1 >= turn - 1e-6;
    let (a, b) = (h(y0), h(y1));
    let high = if holds(TURN) { TOP } else { a.max(b) };
    let low = if holds(1.0 - TURN) { -TOP } else { a.min(b) };
    (low, high)
}

impl Family for Metalog {
    fn cdf(&self, x: f64) -> f64 {
        if x <= self.low {
            0.0
        } else if x >= self.high {
            1.0
        } else {
            logistic(self.curve.logit_of(self.unbound(x)))
        }
    }

    fn sf(&self, x: f64) -> f64 {
        if x <= self.low {
            1.0
        } else if x >= self.high {
            0.0
        } else {
            logistic(-self.curve.logit_of(self.unbound(x)))
        }
    }

    fn pdf(&self, x: f64) -> f64 {
        if !(x > self.low && x < self.high) {
            return 0.0;
        }
        let s = self.curve.logit_of(self.unbound(x));
        let (_, slope) = self.curve.at_logit(s);
        logistic(s) * logistic(-s) / slope * self.unbound_slope(x)
    }

    #[inline]
    fn at(&self, p: f64, q: f64) -> f64 {
        if !(p > 0.0) {
            return self.support().0;
        }
        if !(q > 0.0) {
            return self.support().1;
        }
        self.bind(self.curve.at(p, q))
    }

    fn mean(&self) -> f64 {
        if !self.has_moment(1.0) {
            return if self.high < f64::INFINITY { f64::NEG_INFINITY } else { f64::INFINITY };
        }
        unit_integral(|p, q| self.at(p, q))
    }

    fn sd(&self) -> f64 {
        if !self.has_moment(2.0) {
            return f64::INFINITY;
        }
        let mean = self.mean();
        unit_integral(|p, q| (self.at(p, q) - mean) * (self.at(p, q) - mean)).sqrt()
    }

    fn support(&self) -> (f64, f64) {
        if self.curve.a.iter().any(|c| *c != 0.0) {
            return (self.low, self.high);
        }
        (self.bind(poly(&self.curve.b, -0.5)), self.bind(poly(&self.curve.b, 0.5)))
    }
}
