//! A certain value.

use super::family::Family;
use super::refusal::{Refusal, place};
use crate::stream::Draw;

/// All probability at one value. Drawing it uses no random number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    value: f64,
}

impl Point {
    /// A certain value, which must be finite.
    pub fn new(value: f64) -> Result<Point, Refusal> {
        place("point", "value", value)?;
        Ok(Point { value })
    }
}

impl Family for Point {
    fn cdf(&self, x: f64) -> f64 {
        if x >= self.value { 1.0 } else { 0.0 }
    }

    fn sf(&self, x: f64) -> f64 {
        1.0 - self.cdf(x)
    }

    fn pdf(&self, _: f64) -> f64 {
        0.0
    }

    fn at(&self, _: f64, _: f64) -> f64 {
        self.value
    }

    fn mean(&self) -> f64 {
        self.value
    }

    fn sd(&self) -> f64 {
        0.0
    }

    fn support(&self) -> (f64, f64) {
        (self.value, self.value)
    }

    #[inline]
    fn sample(&self, _: &mut Draw) -> f64 {
        self.value
    }
}
