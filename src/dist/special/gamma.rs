//! The gamma function's relatives: Stirling's correction, the incomplete gamma function and its inverse.

use super::log1p_minus;
use super::normal;

const SQRT_2PI: f64 = 2.506_628_274_631_000_2;

/// The rest of Stirling's series, ln Γ(a+1) - ln(√(2πa) (a/e)ᵃ), for a >= 10.
pub(super) fn stirling_rest(a: f64) -> f64 {
    const C: [f64; 8] = [
        1.0 / 12.0,
        -1.0 / 360.0,
        1.0 / 1260.0,
        -1.0 / 1680.0,
        1.0 / 1188.0,
        -691.0 / 360_360.0,
        1.0 / 156.0,
        -3617.0 / 122_400.0,
    ];
    let r = 1.0 / (a * a);
    C.iter().rev().fold(0.0, |sum, c| sum * r + c) / a
}

/// Stirling's correction Γ(a+1) / (√(2πa) (a/e)ᵃ), for a > 0.
pub(super) fn stirling(a: f64) -> f64 {
    if a < 10.0 {
        libm::tgamma(a + 1.0) / (libm::pow(a, a + 0.5) * libm::exp(-a) * SQRT_2PI)
    } else {
        libm::exp(stirling_rest(a))
    }
}

/// `xᵃ e⁻ˣ / Γ(a+1)` without overflow or cancellation, by deviance (Loader 2000, "Fast and accurate computation of
/// binomial probabilities").
pub(crate) fn poisson(a: f64, x: f64) -> f64 {
    if !(x < 1e200) {
        return 0.0;
    }
    if a < 10.0 && x < 700.0 {
        return libm::pow(x, a) * libm::exp(-x) / libm::tgamma(a + 1.0);
    }
    libm::exp(deviance(a, x)) / ((SQRT_2PI * a.sqrt()) * stirling(a))
}

/// `a ln(x/a) + a - x`, never above 0.
fn deviance(a: f64, x: f64) -> f64 {
    let t = (x - a) / a;
    if t > -0.6 { a * log1p_minus(t) } else { a * libm::log(x / a) - (x - a) }
}

/// ζ(k) - 1 for k = 2, 3, …
const ZETA: [f64; 28] = [
    0.6449340668482264,
    0.2020569031595943,
    0.08232323371113819,
    0.03692775514336993,
    0.01734306198444914,
    0.008349277381922827,
    0.00407735619794434,
    0.0020083928260822143,
    0.0009945751278180853,
    0.0004941886041194645,
    0.0002460865533080483,
    0.00012271334757848915,
    6.124813505870483e-05,
    3.058823630702049e-05,
    1.528225940865187e-05,
    7.637197637899763e-06,
    3.81729326499984e-06,
    1.908212716553939e-06,
    9.539620338727962e-07,
    4.769329867878064e-07,
    2.38450502727733e-07,
    1.1921992596531106e-07,
    5.960818905125948e-08,
    2.980350351465228e-08,
    1.4901554828365043e-08,
    7.45071178983543e-09,
    3.725334024788457e-09,
    1.862659723513049e-09,
];

/// `ln Γ(1+a)` for |a| <= 0.75, accurate in relative terms at 0:
/// -ln(1+a) + a(1-γ) + Σ (-1)ᵏ (ζ(k)-1) aᵏ/k.
pub(crate) fn log_gamma_1p(a: f64) -> f64 {
    const ONE_MINUS_EULER: f64 = 0.422_784_335_098_467_1;
    let mut sum = 0.0;
    for (i, z) in ZETA.iter().enumerate().rev() {
        sum = z / (i + 2) as f64 - a * sum;
    }
    a * a * sum + a * ONE_MINUS_EULER - libm::log1p(a)
}

/// `ln Γ(1+2t) - 2 ln Γ(1+t)` for 0 <= t: the logarithm of 1 + (sd/mean)² of a Weibull of shape 1/t.
pub(crate) fn log_gamma_spread(t: f64) -> f64 {
    if t > 0.2 {
        return libm::lgamma(1.0 + 2.0 * t) - 2.0 * libm::lgamma(1.0 + t);
    }
    let mut sum = 0.0;
    for (i, z) in ZETA.iter().enumerate().rev() {
        let k = (i + 2) as f64;
        sum = (1.0 + z) / k * (libm::exp2(k) - 2.0) - t * sum;
    }
    t * t * sum
}

/// The regularised incomplete gamma functions (P(a, x), Q(a, x)), each accurate in relative terms.
///
/// Below a, the power series of P; above, Legendre's continued fraction of Q; for small a and x, Q from 1 - P term by term,
/// so that nothing cancels (DLMF 8.7.1, 8.9.2; the split after Gautschi 1979).
pub(crate) fn incomplete(a: f64, x: f64) -> (f64, f64) {
    if !(x > 0.0) {
        return (0.0, 1.0);
    }
    if a <= 0.3 && x <= 1.1 {
        return small(a, x);
    }
    if x <= a || x <= 1.1 {
        let p = (poisson(a, x) * series(a, x)).min(1.0);
        (p, 1.0 - p)
    } else {
        let front = poisson(a, x) * a;
        let q = if front == 0.0 { 0.0 } else { (front * fraction(a, x)).min(1.0) };
        (1.0 - q, q)
    }
}

/// More terms than any allowed shape needs (about √(80 a) of them).
const TERMS: u32 = 1_000_000;

/// 1 + x/(a+1) + x²/((a+1)(a+2)) + …
fn series(a: f64, x: f64) -> f64 {
    let (mut term, mut sum, mut n) = (1.0, 1.0, a);
    for _ in 0..TERMS {
        n += 1.0;
        term *= x / n;
        sum += term;
        if !(term > 1e-17 * sum) {
            break;
        }
    }
    sum
}

/// Γ(a, x) eˣ x⁻ᵃ by Lentz's method as modified by Thompson and Barnett.
fn fraction(a: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-290;
    let mut b = x + 1.0 - a;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / b;
    let mut h = d;
    for i in 1..TERMS {
        let i = f64::from(i);
        let top = i * (a - i);
        b += 2.0;
        d = top * d + b;
        if d.abs() < TINY {
            d = TINY;
        }
        c = b + top / c;
        if c.abs() < TINY {
            c = TINY;
        }
        d = 1.0 / d;
        let step = d * c;
        h *= step;
        if (step - 1.0).abs() < 2e-16 {
            break;
        }
    }
    h
}

/// P = u (1 + aS) and Q = -(u - 1) - u a S, with u = xᵃ/Γ(a+1) and S = Σ (-x)ⁿ/((a+n) n!).
fn small(a: f64, x: f64) -> (f64, f64) {
    let log = a * libm::log(x) - log_gamma_1p(a);
    let (u, less) = (libm::exp(log), libm::expm1(log));
    let (mut power, mut sum) = (1.0, 0.0);
    for n in 1..60 {
        let n = f64::from(n);
        power *= -x / n;
        let term = power / (a + n);
        sum += term;
        if term.abs() < 1e-18 * sum.abs() {
            break;
        }
    }
    ((u * (1.0 + a * sum)).clamp(0.0, 1.0), (-less - u * a * sum).clamp(0.0, 1.0))
}

/// The x with P(a, x) = `p` and Q(a, x) = `q`, p + q = 1; the smaller of the two is what is solved for.
///
/// Newton's method on the logarithm of that tail as a function of ln x, where it is concave, within a bracket.
pub(crate) fn at(a: f64, p: f64, q: f64) -> f64 {
    at_from(a, p, q, None)
}

/// [`at`], where a value near the answer may be known.
pub(crate) fn at_from(a: f64, p: f64, q: f64, near: Option<f64>) -> f64 {
    if !(p > 0.0) {
        return 0.0;
    }
    if !(q > 0.0) {
        return f64::INFINITY;
    }
    let near = near.filter(|x| *x > 0.0 && x.is_finite());
    let mut x = near.unwrap_or_else(|| guess(a, p, q));
    if x < 1e-300 {
        return x;
    }
    let (mut low, mut high) = (0.0, f64::INFINITY);
    for _ in 0..200 {
        let (below, above) = incomplete(a, x);
        let front = poisson(a, x) * a; // x times the density
        let (too_high, step) = if p <= q {
            (below > p, -libm::log(below / p) * below / front)
        } else {
            (above < q, libm::log(above / q) * above / front)
        };
        if step == 0.0 {
            break;
        }
        if too_high {
            high = x;
        } else {
            low = x;
        }
        let next = x * libm::exp(step);
        if next > low && next < high {
            x = next;
            if step.abs() < 1e-11 {
                break;
            }
        } else if step.abs() < 1e-11 {
            break;
        } else if high == f64::INFINITY {
            x *= 4.0;
        } else if low == 0.0 {
            x *= 0.125;
        } else {
            x = low.sqrt() * high.sqrt();
        }
        if !(x > 1e-300) {
            return 0.0;
        }
    }
    x
}

/// Wilson and Hilferty 1931, or the leading term of the lower tail where that is nearer.
fn guess(a: f64, p: f64, q: f64) -> f64 {
    let z = normal::at(p, q);
    let w = 1.0 - 1.0 / (9.0 * a) + z / (3.0 * a.sqrt());
    let cube = a * w * w * w;
    if a >= 1.0 && cube > 0.2 * a {
        return cube;
    }
    let log_gamma = if a <= 0.75 { log_gamma_1p(a) } else { libm::lgamma(a + 1.0) };
    let tail = libm::exp((libm::log(p) + log_gamma) / a);
    if p <= q || a >= 1.0 || tail < 0.5 { tail } else { (-libm::log(q)).max(0.5) }
}
