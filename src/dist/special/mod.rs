//! Special functions and numerical integration, from portable arithmetic alone.

pub(crate) mod beta;
pub(crate) mod gamma;
pub(crate) mod normal;
pub(crate) mod quadrature;

/// `ln(1 + t) - t`, without the cancellation near 0.
///
/// With v = t/(2+t), ln(1+t) = 2(v + v³/3 + v⁵/5 + …) and 2v - t = -tv.
pub(crate) fn log1p_minus(t: f64) -> f64 {
    if !(-0.4..=0.66).contains(&t) {
        return libm::log1p(t) - t;
    }
    let v = t / (2.0 + t);
    let w = v * v;
    let (mut power, mut sum, mut odd) = (1.0, 0.0, 3.0);
    loop {
        let term = power / odd;
        sum += term;
        if !(term > 1e-17 * sum) {
            break;
        }
        power *= w;
        odd += 2.0;
    }
    v * (2.0 * w * sum - t)
}

/// The logistic function 1/(1 + e⁻ˢ), accurate in relative terms on both sides.
#[inline]
pub(crate) fn logistic(s: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-s))
}
