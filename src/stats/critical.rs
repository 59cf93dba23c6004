//! Tail points of the normal, Student and beta distributions, as far as intervals need them.

/// The point below which a standard normal falls with probability `p` (Wichura 1988, AS 241, about 16 digits).
/// Infinite at 0 and 1, NaN outside.
pub fn normal_quantile(p: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180625 - q * q;
        return q * polynomial(r, &CENTRE.0) / polynomial(r, &CENTRE.1);
    }
    let tail = if q < 0.0 { p } else { 1.0 - p };
    if tail == 0.0 {
        return f64::INFINITY.copysign(q);
    }
    let r = (-libm::log(tail)).sqrt();
    let value = if r <= 5.0 {
        polynomial(r - 1.6, &MIDDLE.0) / polynomial(r - 1.6, &MIDDLE.1)
    } else {
        polynomial(r - 5.0, &FAR.0) / polynomial(r - 5.0, &FAR.1)
    };
    value.copysign(q)
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

/// The probability that a beta(`a`, `b`) falls below `x`: the regularised incomplete beta function, by Lentz's continued
/// fraction (Press et al. 2007, 6.4).
pub fn beta_cdf(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let log_front =
        libm::lgamma(a + b) - libm::lgamma(a) - libm::lgamma(b) + a * libm::log(x) + b * libm::log1p(-x);
    let front = libm::exp(log_front);
    if x < (a + 1.0) / (a + b + 2.0) {
        front * fraction(x, a, b) / a
    } else {
        1.0 - front * fraction(1.0 - x, b, a) / b
    }
}

/// The point below which a beta(`a`, `b`) falls with probability `p`, for `p` in (0, 1) and positive `a`, `b`.
pub fn beta_quantile(p: f64, a: f64, b: f64) -> f64 {
    let log_norm = libm::lgamma(a + b) - libm::lgamma(a) - libm::lgamma(b);
    let density = |x: f64| libm::exp(log_norm + (a - 1.0) * libm::log(x) + (b - 1.0) * libm::log1p(-x));
    solve(a / (a + b), (0.0, 1.0), |x| beta_cdf(x, a, b) - p, density)
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

fn fraction(x: f64, a: f64, b: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let away = |v: f64| if v.abs() < TINY { TINY } else { v };
    let mut c = 1.0;
    let mut d = 1.0 / away(1.0 - (a + b) * x / (a + 1.0));
    let mut h = d;
    for i in 1..5000 {
        let m = f64::from(i);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / away(1.0 + even * d);
        c = away(1.0 + even / c);
        h *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / away(1.0 + odd * d);
        c = away(1.0 + odd / c);
        h *= d * c;
        if (d * c - 1.0).abs() < 1e-15 {
            break;
        }
    }
    h
}

fn polynomial(x: f64, coefficients: &[f64; 8]) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, c| sum * x + c)
}

type Ratio = ([f64; 8], [f64; 8]);

const CENTRE: Ratio = (
    [
        3.387_132_872_796_366_5,
        133.141_667_891_784_38,
        1_971.590_950_306_551_3,
        13_731.693_765_509_46,
        45_921.953_931_549_87,
        67_265.770_927_008_7,
        33_430.575_583_588_13,
        2_509.080_928_730_122_7,
    ],
    [
        1.0,
        42.313_330_701_600_91,
        687.187_007_492_057_9,
        5_394.196_021_424_751,
        21_213.794_301_586_597,
        39_307.895_800_092_71,
        28_729.085_735_721_943,
        5_226.495_278_852_854,
    ],
);

const MIDDLE: Ratio = (
    [
        1.423_437_110_749_683_5,
        4.630_337_846_156_546,
        5.769_497_221_460_691,
        3.647_848_324_763_204_5,
        1.270_458_252_452_368_4,
        0.241_780_725_177_450_6,
        0.022_723_844_989_269_184,
        0.000_774_545_014_278_341_4,
    ],
    [
        1.0,
        2.053_191_626_637_759,
        1.676_384_830_183_803_8,
        0.689_767_334_985_1,
        0.148_103_976_427_480_08,
        0.015_198_666_563_616_457,
        0.000_547_593_808_499_534_5,
        1.050_750_071_644_416_9e-9,
    ],
);

const FAR: Ratio = (
    [
        6.657_904_643_501_103,
        5.463_784_911_164_114,
        1.784_826_539_917_291_3,
        0.296_560_571_828_504_87,
        0.026_532_189_526_576_124,
        0.001_242_660_947_388_078_4,
        2.711_555_568_743_487_6e-5,
        2.010_334_399_292_288_1e-7,
    ],
    [
        1.0,
        0.599_832_206_555_888,
        0.136_929_880_922_735_8,
        0.014_875_361_290_850_615,
        0.000_786_869_131_145_613_3,
        1.846_318_317_510_054_8e-5,
        1.421_511_758_316_446e-7,
        2.044_263_103_389_939_7e-15,
    ],
);

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
