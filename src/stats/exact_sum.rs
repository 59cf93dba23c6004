//! Sums of floats without rounding, so that neither order nor batches change a bit of the answer.
//!
//! [`ExactSum`] is a long fixed-point accumulator (Kulisch 2013, "Computer arithmetic and validity") wide enough for the
//! sum of any 2^60 products of two finite doubles. [`Exact`] is what such a sum is worth: a whole number times a power of
//! two, with the few operations that variances need; n Σx² − (Σx)² then has no cancellation, whatever the values.

use std::ops::{Add, Mul, Sub};

/// 32-bit digits, each kept in an `i64` so that carries can wait.
const DIGITS: usize = 136;
/// The lowest digit is worth 2^(32 · LOWEST): below the least product of two doubles, 2^-2148.
const LOWEST: i32 = -68;
/// Additions after which carries are resolved: each adds less than 2^106 to a number of 127 bits, and twice as many may come
/// together.
const WAIT: u32 = 1 << 19;
/// The most times that a number is added at once.
pub const MOST: u32 = WAIT;
/// How many neighbouring powers of two have a sum of their own.
const NEAR: usize = 64;
/// No power yet: far from all that come.
const NOWHERE: usize = usize::MAX / 2;
const DIGIT: i64 = 0xffff_ffff;

/// The digit that is worth 1.
const ONE: usize = (-LOWEST) as usize;

/// The exact sum of doubles, or of products of two doubles.
#[derive(Clone, Debug)]
pub struct ExactSum {
    digits: Box<[i64; DIGITS]>,
    /// Sums of what is worth a multiple of 2^`first`, 2^(`first` + 1) and so on, in units of the least product: most
    /// numbers are of about one size, and a sum of mantissas is cheap.
    near: Box<[i128; NEAR]>,
    first: usize,
    /// Whole numbers of at most 31 bits: the usual counts, truths and zeros, added apart because that is cheap.
    whole: i64,
    waiting: u32,
}

impl Default for ExactSum {
    fn default() -> ExactSum {
        ExactSum {
            digits: Box::new([0; DIGITS]),
            near: Box::new([0; NEAR]),
            first: NOWHERE,
            whole: 0,
            waiting: 0,
        }
    }
}

impl ExactSum {
    /// Adds `value`, which must be finite.
    #[inline]
    pub fn add(&mut self, value: f64) {
        self.add_times(value, 1);
    }

    /// Adds `value`, which must be finite, so many times: at most [`MOST`].
    #[inline]
    pub fn add_times(&mut self, value: f64, times: u32) {
        debug_assert!(value.is_finite() && times <= MOST, "{times} times {value}");
        let near = value as i32;
        if f64::from(near) == value {
            self.whole += i64::from(near) * i64::from(times);
        } else {
            let (mantissa, exponent) = parts(value);
            // A bit of the mantissa is worth 2^-1075 and the exponent; the lowest digit 2^(-68 · 32).
            self.add_at(exponent as usize + 1101, u128::from(mantissa) * u128::from(times), value < 0.0);
        }
        self.wait(times);
    }

    /// Adds the exact product of `a` and `b`, which must be finite.
    #[inline]
    pub fn add_product(&mut self, a: f64, b: f64) {
        self.add_product_times(a, b, 1);
    }

    /// Adds the exact product of `a` and `b`, which must be finite, so many times: at most [`MOST`].
    #[inline]
    pub fn add_product_times(&mut self, a: f64, b: f64, times: u32) {
        debug_assert!(a.is_finite() && b.is_finite() && times <= MOST, "{times} times {a} * {b}");
        // A product of two numbers of 15 bits is one of 30.
        let (near_a, near_b) = (a as i16, b as i16);
        if f64::from(near_a) == a && f64::from(near_b) == b {
            self.whole += i64::from(near_a) * i64::from(near_b) * i64::from(times);
        } else {
            let ((m, e), (n, f)) = (parts(a), parts(b));
            let size = u128::from(m) * u128::from(n) * u128::from(times);
            // The exponents' offset is twice 1075 bits, the lowest digit's 68 · 32.
            self.add_at((e + f) as usize + 26, size, (a < 0.0) != (b < 0.0));
        }
        self.wait(times);
    }

    /// Adds the exact product of two numbers, each the sum of two parts, which must be finite.
    pub fn add_product_of(&mut self, a: [f64; 2], b: [f64; 2]) {
        self.add_product(a[0], b[0]);
        for (x, y) in [(a[0], b[1]), (a[1], b[0]), (a[1], b[1])] {
            if x != 0.0 && y != 0.0 {
                self.add_product(x, y);
            }
        }
    }

    /// Adds each of the values, which must be finite, to one sum, and its exact square to another.
    pub fn add_with_squares(sum: &mut ExactSum, squares: &mut ExactSum, values: &[f64]) {
        for some in values.chunks(MOST as usize) {
            for &value in some.iter().filter(|value| **value != 0.0) {
                debug_assert!(value.is_finite(), "{value}");
                let (mantissa, exponent) = parts(value);
                // See [`ExactSum::add_times`] and [`ExactSum::add_product_times`].
                sum.add_at(exponent as usize + 1101, mantissa.into(), value < 0.0);
                let square = u128::from(mantissa) * u128::from(mantissa);
                squares.add_at(2 * exponent as usize + 26, square, false);
            }
            sum.wait(some.len() as u32);
            squares.wait(some.len() as u32);
        }
    }

    /// Adds a number times 2^`place`; the number has at most 106 bits, or as many times as much as [`ExactSum::wait`] is told.
    #[inline]
    fn add_at(&mut self, place: usize, size: u128, negative: bool) {
        if let Some(near) = self.near.get_mut(place.wrapping_sub(self.first)) {
            let size = size as i128;
            *near += if negative { -size } else { size };
        } else {
            self.add_far(place, size, negative);
        }
    }

    #[cold]
    #[inline(never)]
    fn add_far(&mut self, place: usize, size: u128, negative: bool) {
        if self.first == NOWHERE && place >= NEAR / 2 {
            self.first = place - NEAR / 2;
            return self.add_at(place, size, negative);
        }
        self.add_digits(place, size, negative);
    }

    /// Adds a number times 2^`place` to the digits.
    fn add_digits(&mut self, place: usize, size: u128, negative: bool) {
        let (first, shift) = (place / 32, place % 32);
        let low = (size & u128::from(u64::MAX)) << shift;
        let high = (size >> 64) << shift;
        let sign = if negative { -1 } else { 1 };
        let digit = |from: u128, i: u32| ((from >> (32 * i)) as i64 & DIGIT) * sign;
        let parts =
            [digit(low, 0), digit(low, 1), digit(low, 2) + digit(high, 0), digit(high, 1), digit(high, 2)];
        // Where the highest digits end nothing is left of the number.
        self.digits[first..].iter_mut().zip(parts).for_each(|(digit, part)| *digit += part);
    }

    /// Adds what is near to the digits.
    fn gather(&mut self) {
        for at in 0..NEAR {
            let sum = std::mem::take(&mut self.near[at]);
            if sum != 0 {
                self.add_digits(self.first + at, sum.unsigned_abs(), sum < 0);
            }
        }
    }

    #[inline]
    fn wait(&mut self, times: u32) {
        self.waiting += times;
        if self.waiting >= WAIT {
            self.carry();
        }
    }

    /// Adds all that `other` holds.
    pub fn merge(&mut self, other: &ExactSum) {
        for (mine, theirs) in self.digits.iter_mut().zip(other.digits.iter()) {
            *mine += theirs;
        }
        for (at, sum) in other.near.iter().enumerate().filter(|(_, sum)| **sum != 0) {
            self.add_digits(other.first + at, sum.unsigned_abs(), *sum < 0);
        }
        self.whole += other.whole;
        self.waiting += other.waiting;
        if self.waiting >= WAIT {
            self.carry();
        }
    }

    /// What the sum is worth.
    pub fn value(&self) -> Exact {
        let mut sum = self.clone();
        sum.carry();
        let negative = sum.digits[DIGITS - 1] < 0;
        if negative {
            sum.digits.iter_mut().for_each(|digit| *digit = -*digit);
            sum.carry();
        }
        // Most digits are 0 at either end, and need not be multiplied.
        let some = |digit: &i64| *digit != 0;
        let first = sum.digits.iter().position(some).unwrap_or(0);
        let end = sum.digits.iter().rposition(some).map_or(first, |last| last + 1);
        let digits = sum.digits[first..end].iter().map(|&digit| digit as u32).collect();
        Exact { negative, digits, lowest: LOWEST + first as i32 }
    }

    fn carry(&mut self) {
        self.gather();
        let whole = std::mem::take(&mut self.whole);
        self.digits[ONE] += whole & DIGIT;
        self.digits[ONE + 1] += whole >> 32;
        let mut over = 0;
        for digit in &mut self.digits[..DIGITS - 1] {
            let total = *digit + over;
            *digit = total & DIGIT;
            over = total >> 32;
        }
        self.digits[DIGITS - 1] += over;
        self.waiting = 1;
    }
}

/// A whole number times a power of two, of either sign; operations are exact.
#[derive(Clone, Debug)]
pub struct Exact {
    negative: bool,
    /// The size, least digit first.
    digits: Vec<u32>,
    /// The first digit is worth 2^(32 · lowest).
    lowest: i32,
}

impl Exact {
    /// The nearest double.
    pub fn to_f64(&self) -> f64 {
        let Some(top) = self.digits.iter().rposition(|&digit| digit != 0) else { return 0.0 };
        let from = top.saturating_sub(3);
        let mut head = self.digits[from..=top].iter().rev().fold(0_u128, |sum, &d| sum << 32 | u128::from(d));
        if self.digits[..from].iter().any(|&digit| digit != 0) {
            head |= 1;
        }
        let size = libm::scalbn(head as f64, 32 * (self.lowest + from as i32));
        if self.negative { -size } else { size }
    }

    /// This divided by `divisor`, rounded.
    pub fn over(&self, divisor: f64) -> f64 {
        self.to_f64() / divisor
    }

    /// This with the other sign.
    pub fn negative(&self) -> Exact {
        Exact { negative: !self.negative, ..self.clone() }
    }

    fn at(&self, place: i32) -> u32 {
        usize::try_from(place - self.lowest).ok().and_then(|i| self.digits.get(i)).copied().unwrap_or(0)
    }

    fn end(&self) -> i32 {
        self.lowest + self.digits.len() as i32
    }
}

impl From<f64> for Exact {
    /// The double as it is; it must be finite.
    fn from(value: f64) -> Exact {
        let (mantissa, exponent) = parts(value);
        let place = exponent as i32 - 1075;
        let wide = u128::from(mantissa) << place.rem_euclid(32);
        let digits = vec![wide as u32, (wide >> 32) as u32, (wide >> 64) as u32];
        Exact { negative: value < 0.0, digits, lowest: place.div_euclid(32) }
    }
}

impl From<u64> for Exact {
    fn from(value: u64) -> Exact {
        Exact { negative: false, digits: vec![value as u32, (value >> 32) as u32], lowest: 0 }
    }
}

impl From<u128> for Exact {
    fn from(value: u128) -> Exact {
        let digits = (0..4).map(|i| (value >> (32 * i)) as u32).collect();
        Exact { negative: false, digits, lowest: 0 }
    }
}

impl Mul for &Exact {
    type Output = Exact;

    fn mul(self, other: &Exact) -> Exact {
        let mut digits = vec![0_u32; self.digits.len() + other.digits.len()];
        for (i, &a) in self.digits.iter().enumerate().filter(|(_, a)| **a != 0) {
            let mut over = 0_u64;
            for (j, &b) in other.digits.iter().enumerate() {
                let total = u64::from(a) * u64::from(b) + u64::from(digits[i + j]) + over;
                digits[i + j] = total as u32;
                over = total >> 32;
            }
            digits[i + other.digits.len()] = over as u32;
        }
        Exact { negative: self.negative != other.negative, digits, lowest: self.lowest + other.lowest }
    }
}

impl Add for &Exact {
    type Output = Exact;

    fn add(self, other: &Exact) -> Exact {
        let lowest = self.lowest.min(other.lowest);
        let end = self.end().max(other.end()) + 1;
        let (mine, theirs) = (if self.negative { -1 } else { 1 }, if other.negative { -1 } else { 1 });
        let mut sum: Vec<i64> =
            (lowest..end).map(|i| mine * i64::from(self.at(i)) + theirs * i64::from(other.at(i))).collect();
        let negative = settle(&mut sum);
        if negative {
            sum.iter_mut().for_each(|digit| *digit = -*digit);
            settle(&mut sum);
        }
        Exact { negative, digits: sum.into_iter().map(|digit| digit as u32).collect(), lowest }
    }
}

impl Sub for &Exact {
    type Output = Exact;

    fn sub(self, other: &Exact) -> Exact {
        self + &Exact { negative: !other.negative, ..other.clone() }
    }
}

/// Resolves carries; true if the sum is negative (its last digit then is).
fn settle(digits: &mut [i64]) -> bool {
    let mut over = 0;
    let last = digits.len() - 1;
    for digit in &mut digits[..last] {
        let total = *digit + over;
        *digit = total & DIGIT;
        over = total >> 32;
    }
    digits[last] += over;
    digits[last] < 0
}

/// The double's size is `.0` · 2^(`.1` − 1075).
#[inline]
fn parts(value: f64) -> (u64, u32) {
    let bits = value.to_bits();
    let exponent = (bits >> 52) as u32 & 0x7ff;
    let fraction = bits & ((1 << 52) - 1);
    if exponent == 0 { (fraction, 1) } else { (fraction | 1 << 52, exponent) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum_of(values: &[f64]) -> f64 {
        let mut sum = ExactSum::default();
        values.iter().for_each(|&value| sum.add(value));
        sum.value().to_f64()
    }

    #[test]
    fn nothing_is_lost() {
        assert_eq!(sum_of(&[1e300, 1.0, -1e300, 1e-300]), 1.0);
        assert_eq!(sum_of(&[1e300, -1e300, 5e-324]), 5e-324);
        assert_eq!(sum_of(&[-0.1, -0.2, -0.3]), -0.6);
        assert_eq!(sum_of(&[]), 0.0);
        assert_eq!(sum_of(&[f64::MAX, f64::MAX, -f64::MAX]), f64::MAX);
    }

    #[test]
    fn any_order_and_any_split_gives_the_same() {
        let values: Vec<f64> = (0..1000_u32)
            .map(|i| libm::scalbn(f64::from(i.wrapping_mul(2_654_435_761) >> 3) - 3e8, (i % 90) as i32 - 45))
            .collect();
        let mut backwards = values.clone();
        backwards.reverse();
        assert_eq!(sum_of(&values).to_bits(), sum_of(&backwards).to_bits());
        let mut parts = ExactSum::default();
        for chunk in values.chunks(7) {
            let mut part = ExactSum::default();
            chunk.iter().for_each(|&value| part.add(value));
            parts.merge(&part);
        }
        assert_eq!(parts.value().to_f64().to_bits(), sum_of(&values).to_bits());
    }

    #[test]
    fn many_with_squares_are_the_same_one_by_one() {
        let values: Vec<f64> = (0..3000_u32)
            .map(|i| libm::scalbn(f64::from(i.wrapping_mul(2_654_435_761) >> 3) - 3e8, (i % 70) as i32 - 45))
            .chain([0.0, -0.0, 3.0, 5e-324, -1e300])
            .collect();
        let (mut sum, mut squares) = (ExactSum::default(), ExactSum::default());
        ExactSum::add_with_squares(&mut sum, &mut squares, &values);
        let mut one_by_one = ExactSum::default();
        values.iter().for_each(|&value| one_by_one.add_product(value, value));
        assert_eq!(sum.value().to_f64(), sum_of(&values));
        assert_eq!((&squares.value() - &one_by_one.value()).to_f64(), 0.0);
    }

    #[test]
    fn arithmetic_is_exact() {
        let third = Exact::from(1.0 / 3.0);
        let (a, b) = (Exact::from(1e16), Exact::from(1.0));
        assert_eq!((&(&a + &b) - &a).to_f64(), 1.0);
        assert_eq!((&a - &(&a + &b)).to_f64(), -1.0);
        assert_eq!((&Exact::from(3_u64) * &third).to_f64(), 1.0);
        assert_eq!((&(&third * &third) - &(&third * &third)).to_f64(), 0.0);
        assert_eq!(Exact::from(-5e-324).to_f64(), -5e-324);
        assert_eq!(Exact::from(u64::MAX).to_f64(), 18_446_744_073_709_551_615.0);
    }

    #[test]
    fn carries_that_wait_are_resolved() {
        let mut sum = ExactSum::default();
        sum.add(-1.0);
        for _ in 0..40 {
            let copy = sum.clone();
            sum.merge(&copy);
        }
        assert_eq!(sum.value().to_f64(), -libm::scalbn(1.0, 40));
    }
}
