//! The incomplete beta function and its inverse.

use super::gamma::{log_gamma_1p, stirling, stirling_rest};
use super::{log1p_minus, logistic, normal};

const SQRT_2PI: f64 = 2.506_628_274_631_000_2;

/// Two shapes, with what all values at them have in common.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Shapes {
    pub a: f64,
    pub b: f64,
    /// `xᵃ yᵇ / B(a, b)` at the mean, where it is largest.
    peak: f64,
}

impl Shapes {
    pub fn new(a: f64, b: f64) -> Shapes {
        let n = a + b;
        let peak = (a / n).sqrt() * b.sqrt() * (stirling(n) / (SQRT_2PI * stirling(a) * stirling(b)));
        Shapes { a, b, peak }
    }

    /// `xᵃ yᵇ / B(a, b)` for x + y = 1, by deviances (Loader 2000).
    pub fn front(&self, x: f64, y: f64) -> f64 {
        if !(x > 0.0 && y > 0.0) {
            return 0.0;
        }
        let Shapes { a, b, peak } = *self;
        let n = a + b;
        let w = difference(x, b, y, a); // nx - a, and b - ny
        let part = |share: f64, shape: f64, w: f64| {
            let t = w / shape;
            let log = if t > -0.6 { log1p_minus(t) } else { libm::log(share * n / shape) - t };
            shape * log
        };
        peak * libm::exp(part(x, a, w) + part(y, b, -w))
    }

    /// The regularised incomplete beta function and its complement, (I, 1 - I) at x, where y = 1 - x is given too, so that
    /// neither end loses digits.
    ///
    /// The continued fraction of DLMF 8.17.22 on the side where it converges fast; where a is small and x near 0, the power
    /// series with 1 taken off term by term, so that the complement keeps its digits.
    pub fn incomplete(&self, x: f64, y: f64) -> (f64, f64) {
        let Shapes { a, b, .. } = *self;
        if !(x > 0.0) {
            return (0.0, 1.0);
        }
        if !(y > 0.0) {
            return (1.0, 0.0);
        }
        if a <= 0.3 && x * b.max(1.0) <= 0.7 {
            return small(a, b, x);
        }
        if b <= 0.3 && y * a.max(1.0) <= 0.7 {
            let (q, p) = small(b, a, y);
            return (p, q);
        }
        let front = self.front(x, y);
        if x <= (a + 1.0) / (a + b + 2.0) {
            let p = (front * fraction(a, b, x, y)).min(1.0);
            (p, 1.0 - p)
        } else {
            let q = (front * fraction(b, a, y, x)).min(1.0);
            (1.0 - q, q)
        }
    }

    /// The (x, 1 - x) with I = `p` and 1 - I = `q`, p + q = 1; the smaller of the two is what is solved for.
    ///
    /// Newton's method on the logarithm of that tail as a function of the logit of x, where it is concave, within a bracket.
    pub fn at(&self, p: f64, q: f64) -> (f64, f64) {
        self.at_from(p, q, None)
    }

    /// [`Shapes::at`], where a point near the answer may be known.
    pub fn at_from(&self, p: f64, q: f64, near: Option<(f64, f64)>) -> (f64, f64) {
        if !(p > 0.0) {
            return (0.0, 1.0);
        }
        if !(q > 0.0) {
            return (1.0, 0.0);
        }
        let near = near.filter(|(x, y)| *x > 0.0 && *y > 0.0);
        let (mut x, mut y) = near.unwrap_or_else(|| {
            let start = guess(self.a, self.b, p, q);
            (logistic(start), logistic(-start))
        });
        let (mut low, mut high) = ((0.0, 1.0), (1.0, 0.0));
        for _ in 0..300 {
            if x < 1e-300 {
                return (0.0, 1.0);
            }
            if y < 1e-300 {
                return (1.0, 0.0);
            }
            let (below, above) = self.incomplete(x, y);
            let slope = self.front(x, y); // the density of the logit
            let (too_high, step) = if p <= q {
                (below > p, -libm::log(below / p) * below / slope)
            } else {
                (above < q, libm::log(above / q) * above / slope)
            };
            if step == 0.0 {
                break;
            }
            if too_high {
                high = (x, y);
            } else {
                low = (x, y);
            }
            let grown = x * libm::exp(step);
            let next = (grown / (grown + y), y / (grown + y));
            if between(next, low, high) {
                (x, y) = next;
                if step.abs() < 1e-11 {
                    break;
                }
            } else if step.abs() < 1e-11 {
                break;
            } else {
                let s = 0.5 * (logit(low) + logit(high));
                (x, y) = (logistic(s), logistic(-s));
            }
        }
        (x, y)
    }
}

/// `ab - cd` without cancellation (Kahan's way).
fn difference(a: f64, b: f64, c: f64, d: f64) -> f64 {
    let cd = c * d;
    libm::fma(a, b, -cd) - libm::fma(c, d, -cd)
}

/// B(a, b) I/(xᵃ yᵇ) by the even part of the continued fraction of DLMF 8.17.22 (Didonato and Morris 1992, "Algorithm
/// 708"), whose terms are positive for x below the mean. Lentz's method says how many terms are needed; their value is then
/// taken from the far end, where rounding dies out instead of piling up.
fn fraction(a: f64, b: f64, x: f64, y: f64) -> f64 {
    const TINY: f64 = 1e-290;
    let kept = |v: f64| if v.abs() < TINY { TINY } else { v };
    let gap = difference(a, y, b, x);
    let top = |m: f64| {
        let span = a + 2.0 * m - 1.0;
        ((a + m - 1.0) / span) * ((a + b + m - 1.0) / span) * (m * (b - m)) * x * x
    };
    let bottom = |m: f64| {
        let span = a + 2.0 * m;
        m + m * (b - m) * x / (span - 1.0) + (a + m) * (gap + 1.0 + m * (2.0 - x)) / (span + 1.0)
    };
    let first = a * (gap + 1.0) / (a + 1.0);
    let mut c = kept(first);
    let mut d = 0.0;
    let mut terms = 1_000_000;
    for n in 1..terms {
        let m = f64::from(n);
        let (up, down) = (top(m), bottom(m));
        d = 1.0 / kept(down + up * d);
        c = kept(down + up / c);
        if (c * d - 1.0).abs() < 1e-15 {
            terms = n + 2;
            break;
        }
    }
    let mut tail = 0.0;
    for n in (1..=terms).rev() {
        let m = f64::from(n);
        tail = top(m) / (bottom(m) + tail);
    }
    1.0 / (first + tail)
}

/// I = u (1 + aS) and 1 - I = -(u - 1) - u a S, with u = xᵃ/(a B(a, b)) and S = Σ (1-b)ₙ xⁿ/((a+n) n!).
fn small(a: f64, b: f64, x: f64) -> (f64, f64) {
    let log = a * libm::log(x) - log_gamma_1p(a) + log_gamma_rise(b, a);
    let (u, less) = (libm::exp(log), libm::expm1(log));
    let (mut power, mut sum) = (1.0, 0.0);
    for n in 1..200 {
        let n = f64::from(n);
        power *= (n - b) * x / n;
        let term = power / (a + n);
        sum += term;
        if term.abs() <= 1e-18 * sum.abs() {
            break;
        }
    }
    ((u * (1.0 + a * sum)).clamp(0.0, 1.0), (-less - u * a * sum).clamp(0.0, 1.0))
}

/// `ln Γ(b+a) - ln Γ(b)`, accurate in relative terms for small a.
fn log_gamma_rise(b: f64, a: f64) -> f64 {
    let (mut b, mut rise) = (b, 0.0);
    while b < 10.0 {
        rise -= libm::log1p(a / b);
        b += 1.0;
    }
    let rest = stirling_rest(a + b) - stirling_rest(b);
    rise + (b - 0.5) * libm::log1p(a / b) + a * (libm::log(a + b) - 1.0) + rest
}

/// Whether a point lies strictly between two, told apart at 0 by x and at 1 by y.
fn between(at: (f64, f64), low: (f64, f64), high: (f64, f64)) -> bool {
    let after = |(ax, ay): (f64, f64), (bx, by): (f64, f64)| ax > bx || ay < by;
    at.0.is_finite() && at.1.is_finite() && after(at, low) && after(high, at)
}

fn logit((x, y): (f64, f64)) -> f64 {
    (libm::log(x) - libm::log(y)).clamp(-720.0, 720.0)
}

/// The logit of a beta is about normal, unless a shape is small: then the leading term of the tail.
fn guess(a: f64, b: f64, p: f64, q: f64) -> f64 {
    let z = normal::at(p, q);
    let s = libm::log(a) - libm::log(b) + z * (1.0 / a + 1.0 / b).sqrt();
    let log_beta = || libm::lgamma(a) + libm::lgamma(b) - libm::lgamma(a + b);
    let s = if p <= q && a < 1.0 {
        ((libm::log(p) + libm::log(a) + log_beta()) / a).min(s.max(0.0))
    } else if p > q && b < 1.0 {
        (-(libm::log(q) + libm::log(b) + log_beta()) / b).max(s.min(0.0))
    } else {
        s
    };
    s.clamp(-700.0, 700.0)
}
