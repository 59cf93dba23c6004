//! Numerical integration over the unit interval.

/// The integral over u from 0 to 1 of `f(u, 1 - u)`, by the double-exponential rule (Takahasi and Mori 1974): the logit of
/// u is π sinh t, and the trapezoidal rule is refined until it stands still. Both u and 1 - u reach `f` in full accuracy,
/// so singular ends may be integrated right up to them.
pub(crate) fn unit_integral(f: impl Fn(f64, f64) -> f64) -> f64 {
    const REACH: f64 = 6.1;
    let at = |t: f64| {
        let s = std::f64::consts::PI * libm::sinh(t);
        let (u, v) = (super::logistic(s), super::logistic(-s));
        let weight = std::f64::consts::PI * libm::cosh(t) * u * v;
        if weight > 0.0 { f(u, v) * weight } else { 0.0 }
    };
    let mut step = 0.5;
    let mut sum = at(0.0);
    let mut count = 0;
    while f64::from(count + 1) * step <= REACH {
        count += 1;
        let t = f64::from(count) * step;
        sum += at(t) + at(-t);
    }
    let mut last = sum * step;
    let mut scale = last.abs();
    for _ in 0..8 {
        let mut added = 0.0;
        let mut k = 0.5;
        while k * step <= REACH {
            added += at(k * step) + at(-k * step);
            k += 1.0;
        }
        sum += added;
        step *= 0.5;
        let next = sum * step;
        scale = scale.max(next.abs());
        if (next - last).abs() <= 1e-13 * scale && step < 0.2 {
            return next;
        }
        last = next;
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn singular_ends_are_no_trouble() {
        assert!((unit_integral(|u, _| 1.0 / u.sqrt()) - 2.0).abs() < 1e-12);
        assert!((unit_integral(|_, v| -libm::log(v)) - 1.0).abs() < 1e-13);
        assert!((unit_integral(|_, v| libm::pow(v, -0.9)) - 10.0).abs() < 1e-9);
    }
}
