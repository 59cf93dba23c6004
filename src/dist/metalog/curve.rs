//! The curve of a metalog: fitted to quantiles, followed, inverted, and proven to rise.

use crate::dist::special::logistic;

/// M as two polynomials: B(t) + A(t) L.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Curve {
    /// The coefficients of A, from the constant up.
    pub a: Vec<f64>,
    /// The coefficients of B.
    pub b: Vec<f64>,
}

impl Curve {
    /// The curve through points (p, z), by elimination with pivots; `None` where the equations have no answer.
    pub fn through(p: &[f64], z: &[f64]) -> Option<Curve> {
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
    pub fn at(&self, p: f64, q: f64) -> f64 {
        let t = if p < q { p - 0.5 } else { 0.5 - q };
        poly(&self.b, t) + poly(&self.a, t) * libm::log(p / q)
    }

    /// M and its slope at the logit `s` of y. In the logit, the tails are straight lines.
    pub fn at_logit(&self, s: f64) -> (f64, f64) {
        let (y, v) = (logistic(s), logistic(-s));
        let t = if y < v { y - 0.5 } else { 0.5 - v };
        let a = poly(&self.a, t);
        let slope = a + y * v * (s * poly_slope(&self.a, t) + poly_slope(&self.b, t));
        (poly(&self.b, t) + a * s, slope)
    }

    /// The logit at which M is `z`, by Newton's method within a bracket.
    pub fn logit_of(&self, z: f64) -> f64 {
        let (mut low, mut high) = (-740.0, 740.0);
        let mut s = 0.0;
        for _ in 0..200 {
            let (value, slope) = self.at_logit(s);
            if value > z {
                high = s;
            } else {
                low = s;
            }
            let step = (z - value) / slope;
            if !(s + step >= low && s + step <= high) {
                s = 0.5 * (low + high);
                continue;
            }
            s += step;
            // The error that is left is about the square of the step.
            if step.abs() <= 1e-9 {
                break;
            }
        }
        s
    }

    /// Whether M rises everywhere, proven by interval arithmetic on G(y) = y(1-y) M'(y) = A + hA' + wB', where
    /// w = y(1-y) and h = wL are bounded on the closed unit interval, so that the tails are covered too. `Err` has a y
    /// where it does not rise, or where it is too close to call.
    pub fn rises(&self) -> Result<(), f64> {
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
    pub fn room(p: &[f64], z: &[f64]) -> Option<(f64, f64)> {
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
            for _ in 0..16 {
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
pub(super) fn poly(c: &[f64], t: f64) -> f64 {
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
