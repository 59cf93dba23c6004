//! The triangular distribution.

use super::family::Family;
use super::refusal::{Piece, Refusal, in_order};

/// Density that rises in a line from `low` to `mode` and falls in a line to `high`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Triangular {
    low: f64,
    mode: f64,
    high: f64,
}

impl Triangular {
    /// The triangle over `low` to `high` with its top at `mode`, which may be at an end.
    pub fn new(low: f64, mode: f64, high: f64) -> Result<Triangular, Refusal> {
        in_order("triangular", ("low", low), ("high", high))?;
        if !(low <= mode && mode <= high) {
            return Err(Refusal::new(
                "triangular",
                "mode",
                "between its low and its high",
                Piece::Value(mode),
            ));
        }
        Ok(Triangular { low, mode, high })
    }
}

impl Family for Triangular {
    fn cdf(&self, x: f64) -> f64 {
        if x > self.mode {
            return 1.0 - self.sf(x);
        }
        let away = (x - self.low).max(0.0);
        if away == 0.0 {
            return 0.0;
        }
        (away / (self.high - self.low)) * (away / (self.mode - self.low))
    }

    fn sf(&self, x: f64) -> f64 {
        if x <= self.mode {
            return 1.0 - self.cdf(x);
        }
        let away = (self.high - x).max(0.0);
        if away == 0.0 {
            return 0.0;
        }
        (away / (self.high - self.low)) * (away / (self.high - self.mode))
    }

    fn pdf(&self, x: f64) -> f64 {
        let share = if !(x >= self.low && x <= self.high) {
            0.0
        } else if x < self.mode {
            (x - self.low) / (self.mode - self.low)
        } else if x > self.mode {
            (self.high - x) / (self.high - self.mode)
        } else {
            1.0
        };
        // The top of a triangle that is narrower than 1e-308 is infinite: its ends are not.
        if share == 0.0 { 0.0 } else { 2.0 / (self.high - self.low) * share }
    }

    #[inline]
    fn at(&self, p: f64, q: f64) -> f64 {
        let width = self.high - self.low;
        if p * width <= self.mode - self.low {
            (self.low + (p * width * (self.mode - self.low)).sqrt()).min(self.mode)
        } else {
            let fall = self.high - self.mode;
            let left = (q * width * fall).sqrt();
            if p < q {
                // fall - left without cancellation: with the mode at the low end, x is about p fall / 2 for small p.
                let past = p * width - (self.mode - self.low);
                (self.mode + fall * (past / (fall + left))).min(self.high)
            } else {
                (self.high - left).max(self.mode)
            }
        }
    }

    fn mean(&self) -> f64 {
        self.low + ((self.mode - self.low) + (self.high - self.low)) / 3.0
    }

    fn sd(&self) -> f64 {
        let (m, w) = (self.mode - self.low, self.high - self.low);
        ((w * (w - m) + m * m) / 18.0).sqrt()
    }

    fn support(&self) -> (f64, f64) {
        (self.low, self.high)
    }
}
