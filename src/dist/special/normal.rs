//! The standard normal distribution: density, both tails, quantile.

use std::f64::consts::FRAC_1_SQRT_2;

/// 1/√2 - FRAC_1_SQRT_2: what the constant lost by rounding.
const FRAC_1_SQRT_2_REST: f64 = -4.833646656726457e-17;
const FRAC_1_SQRT_2PI: f64 = 0.398_942_280_401_432_7;

/// The density exp(-z²/2)/√(2π).
#[inline]
pub(crate) fn density(z: f64) -> f64 {
    FRAC_1_SQRT_2PI * libm::exp(-0.5 * z * z)
}

/// P(Z > z) = erfc(z/√2)/2, with the rounding of z/√2 taken back: in the tail it would cost z² times as much.
pub(crate) fn upper(z: f64) -> f64 {
    let y = z * FRAC_1_SQRT_2;
    let tail = 0.5 * libm::erfc(y);
    if !(1.0..40.0).contains(&z) {
        return tail;
    }
    let lost = libm::fma(z, FRAC_1_SQRT_2, -y) + z * FRAC_1_SQRT_2_REST;
    tail * (1.0 - 2.0 * y * lost)
}

/// P(Z <= z).
#[inline]
pub(crate) fn lower(z: f64) -> f64 {
    upper(-z)
}

/// The z with P(Z <= z) = `p` and P(Z > z) = `q`, where p + q = 1; only the smaller of the two is read.
///
/// Wichura 1988, "Algorithm AS 241: the percentage points of the normal distribution", PPND16: about 1 part in 10^16.
pub(crate) fn at(p: f64, q: f64) -> f64 {
    let c = if p < q { p - 0.5 } else { 0.5 - q };
    if c.abs() <= 0.425 {
        let r = 0.180_625 - c * c;
        return c * ratio(&CENTRE, r);
    }
    let tail = p.min(q);
    if !(tail > 0.0) {
        return if p < q { f64::NEG_INFINITY } else { f64::INFINITY };
    }
    let r = (-libm::log(tail)).sqrt();
    let z = if r <= 5.0 { ratio(&MIDDLE, r - 1.6) } else { ratio(&FAR, r - 5.0) };
    if p < q { -z } else { z }
}

#[inline]
fn ratio((top, bottom): &([f64; 8], [f64; 8]), r: f64) -> f64 {
    let horner = |c: &[f64; 8]| c.iter().rev().fold(0.0, |sum, c| sum * r + c);
    horner(top) / horner(bottom)
}

const CENTRE: ([f64; 8], [f64; 8]) = (
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
const MIDDLE: ([f64; 8], [f64; 8]) = (
    [
        1.423_437_110_749_683_5,
        4.630_337_846_156_546,
        5.769_497_221_460_691,
        3.647_848_324_763_204_5,
        1.270_458_252_452_368_4,
        0.241_780_725_177_450_6,
        0.022_723_844_989_269_184,
        7.745_450_142_783_414e-4,
    ],
    [
        1.0,
        2.053_191_626_637_759,
        1.676_384_830_183_803_8,
        0.689_767_334_985_1,
        0.148_103_976_427_480_08,
        0.015_198_666_563_616_457,
        5.475_938_084_995_345e-4,
        1.050_750_071_644_416_9e-9,
    ],
);
const FAR: ([f64; 8], [f64; 8]) = (
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
        7.868_691_311_456_133e-4,
        1.846_318_317_510_054_8e-5,
        1.421_511_758_316_446e-7,
        2.044_263_103_389_939_8e-15,
    ],
);
