//! Closed intervals of values, and their arithmetic (Moore 1966): what comes out holds all that can come of values within. Nothing
//! is rounded outwards, so bounds are good to the last digits.

/// A closed interval of values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// The least.
    pub low: f64,
    /// The greatest.
    pub high: f64,
}

impl Range {
    /// Anything.
    pub const ALL: Range = Range { low: f64::NEG_INFINITY, high: f64::INFINITY };
    /// True or false.
    pub const TRUTH: Range = Range { low: 0.0, high: 1.0 };

    /// One value.
    pub fn point(value: f64) -> Range {
        Range { low: value, high: value }
    }

    /// The least that holds these; anything where one is no number.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Range {
        let mut range = Range { low: f64::INFINITY, high: f64::NEG_INFINITY };
        for v in values {
            if v.is_nan() {
                return Range::ALL;
            }
            range.low = range.low.min(v);
            range.high = range.high.max(v);
        }
        range
    }

    /// The least that holds both.
    pub fn hull(self, other: Range) -> Range {
        Range { low: self.low.min(other.low), high: self.high.max(other.high) }
    }

    /// The values of a function that rises or falls everywhere.
    pub fn map(self, f: impl Fn(f64) -> f64) -> Range {
        Range::of([f(self.low), f(self.high)])
    }

    /// The values of such a function that is known from `least` on only.
    pub fn map_from(self, least: f64, f: impl Fn(f64) -> f64) -> Range {
        if self.low < least { Range::ALL } else { self.map(f) }
    }

    /// Of a condition: surely true, surely false, or open.
    pub fn truth(self) -> Option<bool> {
        match (self.low, self.high) {
            (l, h) if l > 0.0 || h < 0.0 => Some(true),
            (0.0, 0.0) => Some(false),
            _ => None,
        }
    }

    /// The value of a condition, where it is known.
    pub fn of_truth(truth: Option<bool>) -> Range {
        truth.map_or(Range::TRUTH, |holds| Range::point(f64::from(u8::from(holds))))
    }

    fn checked(low: f64, high: f64) -> Range {
        if low.is_nan() || high.is_nan() { Range::ALL } else { Range { low, high } }
    }

    fn corners(self, other: Range, f: impl Fn(f64, f64) -> f64) -> Range {
        let (a, b) = (self, other);
        Range::of([f(a.low, b.low), f(a.low, b.high), f(a.high, b.low), f(a.high, b.high)])
    }

    /// Sums.
    pub fn plus(self, other: Range) -> Range {
        Range::checked(self.low + other.low, self.high + other.high)
    }

    /// Differences.
    pub fn minus(self, other: Range) -> Range {
        Range::checked(self.low - other.high, self.high - other.low)
    }

    /// Products; nothing times anything is nothing.
    pub fn times(self, other: Range) -> Range {
        self.corners(other, |x, y| if x == 0.0 || y == 0.0 { 0.0 } else { x * y })
    }

    /// Quotients; anything where the divisor may be 0.
    pub fn over(self, other: Range) -> Range {
        if other.low <= 0.0 && other.high >= 0.0 { Range::ALL } else { self.corners(other, |x, y| x / y) }
    }

    /// Powers; of what may be below 0 only by one whole number.
    pub fn power(self, exponent: Range) -> Range {
        let whole = exponent.low == exponent.high && exponent.low.fract() == 0.0;
        if self.low == self.high && exponent.low == exponent.high {
            return self.map(|x| libm::pow(x, exponent.low));
        }
        if self.low >= 0.0 {
            return self.corners(exponent, libm::pow);
        }
        if !whole || exponent.low < 1.0 {
            return Range::ALL;
        }
        let even = exponent.low % 2.0 == 0.0;
        (if even { self.size() } else { self }).map(|x| libm::pow(x, exponent.low))
    }

    /// Sizes without the sign.
    pub fn size(self) -> Range {
        let ends = self.map(f64::abs);
        if self.low <= 0.0 && self.high >= 0.0 { Range { low: 0.0, ..ends } } else { ends }
    }

    /// Both ends by a function of both.
    pub fn fold(self, other: Range, f: fn(f64, f64) -> f64) -> Range {
        Range { low: f(self.low, other.low), high: f(self.high, other.high) }
    }

    /// Whether both are surely the same, or surely not.
    pub fn equals(self, other: Range) -> Option<bool> {
        if self.low == self.high && self == other {
            Some(true)
        } else if self.high < other.low || other.high < self.low {
            Some(false)
        } else {
            None
        }
    }

    /// Whether the one is surely less than the other, or surely not.
    pub fn less(self, other: Range) -> Option<bool> {
        match () {
            () if self.high < other.low => Some(true),
            () if self.low >= other.high => Some(false),
            () => None,
        }
    }

    /// Whether the one is surely at most the other, or surely not.
    pub fn at_most(self, other: Range) -> Option<bool> {
        other.less(self).map(|less| !less)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(low: f64, high: f64) -> Range {
        Range { low, high }
    }

    #[test]
    fn arithmetic_holds_all_values() {
        let (a, b) = (range(-2.0, 3.0), range(1.0, 4.0));
        assert_eq!(a.plus(b), range(-1.0, 7.0));
        assert_eq!(a.minus(b), range(-6.0, 2.0));
        assert_eq!(a.times(b), range(-8.0, 12.0));
        assert_eq!(a.over(b), range(-2.0, 3.0));
        assert_eq!(b.over(a), Range::ALL);
        assert_eq!(a.power(Range::point(2.0)), range(0.0, 9.0));
        assert_eq!(a.power(Range::point(3.0)), range(-8.0, 27.0));
        assert_eq!(a.power(Range::point(0.5)), Range::ALL);
        assert_eq!(b.power(Range::point(0.5)), range(1.0, 2.0));
        assert_eq!(b.power(Range::point(-1.0)), range(0.25, 1.0));
        assert_eq!(a.size(), range(0.0, 3.0));
        assert_eq!(range(-1.0, 1.0).map_from(0.0, f64::sqrt), Range::ALL);
    }

    #[test]
    fn what_is_sure() {
        let (a, b) = (range(0.0, 1.0), range(1.0, 2.0));
        assert_eq!((a.less(b), b.less(a), a.at_most(b), b.at_most(a)), (None, Some(false), Some(true), None));
        assert_eq!((a.equals(b), a.equals(range(1.5, 2.0))), (None, Some(false)));
        assert_eq!(Range::point(1.0).equals(Range::point(1.0)), Some(true));
        assert_eq!((a.truth(), b.truth(), Range::point(0.0).truth()), (None, Some(true), Some(false)));
    }
}
