//! Tail points of the normal, Student and beta distributions, as far as intervals need them.

use crate::dist::special::beta::Shapes;
use crate::dist::special::normal;

/// The point below which a standard normal falls with probability `p`. Infinite at 0 and 1, NaN outside.
pub fn normal_quantile(p: f64) -> f64 {
    if (0.0..=1.0).contains(&p) { normal::at(p, 1.0 - p) } else { f64::NAN }
}

/// The point below which Student's t with `freedom` degrees (any number ≥ 1; less is taken as 1) falls with probability
/// `p`, for `p` in (0.5, 1). Cornish–Fisher (Abramowitz and Stegun 26.7.5) above 200 degrees, else solved from the
/// incomplete beta function.
pub fn student_quantile(p: f64, freedom: f64) -> f64 {
    let z = normal_quantile(p);
    if freedom.is_infinite() {
        return z;
    }
    let v = freedom.max(1.0);
    let z2 = z * z;
    let start = z
        + z * (z2 + 1.0) / (4.0 * v)
        + z * ((5.0 * z2 + 16.0) * z2 + 3.0) / (96.0 * v * v)
        + z * (((3.0 * z2 + 19.0) * z2 + 17.0) * z2 - 15.0) / (384.0 * v * v * v)
        + z * ((((79.0 * z2 + 776.0) * z2 + 1_482.0) * z2 - 1_920.0) * z2 - 945.0)
            / (92_160.0 * v * v * v * v);
    if v > 200.0 {
        return start;
    }
    let upper_tail = |t: f64| 0.5 * beta_cdf(v / (v + t * t), v / 2.0, 0.5);
    let density = |t: f64| {
        let log = libm::lgamma((v + 1.0) / 2.0)
            - libm::lgamma(v / 2.0)
            - 0.5 * libm::log(v * core::f64::consts::PI)
            - (v + 1.0) / 2.0 * libm::log1p(t * t / v);
        libm::exp(log)
    };
    solve(start, (0.0, f64::MAX), |t| (1.0 - p) - upper_tail(t), density)
}

/// The probability that a beta(`a`, `b`) falls below `x`: the regularised incomplete beta function.
pub fn beta_cdf(x: f64, a: f64, b: f64) -> f64 {
    if x >= 1.0 { 1.0 } else { Shapes::new(a, b).incomplete(x, 1.0 - x).0 }
}

/// The point below which a beta(`a`, `b`) falls with probability `p`, for `p` in (0, 1) and positive `a`, `b`.
pub fn beta_quantile(p: f64, a: f64, b: f64) -> f64 {
    Shapes::new(a, b).at(p, 1.0 - p).0
}

/// Newton's method on a rising function, kept inside a bracket that shrinks.
fn solve(start: f64, bracket: (f64, f64), f: impl Fn(f64) -> f64, slope: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = bracket;
    let mut x = start;
    for _ in 0..200 {
        let value = f(x);
        if value > 0.0 {
            high = x;
        } else {
            low = x;
        }
        let newton = x - value / slope(x);
        // Asked before the bracket, which a last step may touch.
        if (newton - x).abs() <= 1e-14 * x.abs() {
            return newton;
        }
        let next = if newton > low && newton < high {
            newton
        } else if high > 1e300 {
            2.0 * x + 1.0
        } else {
            f64::midpoint(low, high)
        };
        if next == x {
            return x;
        }
        x = next;
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn near(got: f64, want: f64, tolerance: f64) {
        assert!((got - want).abs() <= tolerance * want.abs(), "{got} is not {want}");
    }

    #[test]
    fn normal_tail_points() {
        near(normal_quantile(0.975), 1.959_963_984_540_054, 1e-15);
        near(normal_quantile(0.8), 0.841_621_233_572_914_2, 1e-15);
        near(normal_quantile(1e-10), -6.361_340_902_404_056, 1e-14);
        near(normal_quantile(1e-20), -9.262_340_089_798_409, 1e-14);
        assert_eq!(normal_quantile(0.5), 0.0);
        assert!(normal_quantile(f64::NAN).is_nan());
    }

    /// Two-sided 95% points as every printed table has them, and closed forms for one and two degrees.
    #[test]
    fn student_tail_points() {
        near(student_quantile(0.975, 1.0), libm::tan(core::f64::consts::PI * 0.475), 1e-11);
        near(student_quantile(0.975, 2.0), 0.95 * (2.0f64 / (4.0 * 0.975 * 0.025)).sqrt(), 1e-11);
        for (freedom, point) in
            [(3.0, 3.1824), (9.0, 2.2622), (19.0, 2.0930), (99.0, 1.9842), (999.0, 1.9623)]
        {
            near(student_quantile(0.975, freedom), point, 3e-5);
        }
        near(student_quantile(0.975, 200.0), student_quantile(0.975, 200.000_001), 1e-9);
    }

    #[test]
    fn beta_points() {
        near(beta_cdf(0.3, 1.0, 1.0), 0.3, 1e-14);
        near(beta_cdf(0.3, 2.0, 1.0), 0.09, 1e-13);
        near(beta_cdf(0.3, 0.5, 0.5), 2.0 / core::f64::consts::PI * libm::asin(0.3f64.sqrt()), 1e-12);
        near(beta_quantile(0.025, 1.0, 20.0), 1.0 - libm::pow(0.975, 1.0 / 20.0), 1e-12);
        for (a, b) in [(0.1, 9.9), (0.5, 0.5), (23.0, 2.0), (300.0, 5_000.0)] {
            for p in [0.025, 0.5, 0.975] {
                near(beta_cdf(beta_quantile(p, a, b), a, b), p, 1e-9);
            }
        }
    }
}
