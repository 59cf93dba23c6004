//! What is read of a path.

use super::code::Value;
use super::condition::{Condition, Rate};

/// A number reported of each path.
#[derive(Clone, Copy, Debug)]
pub struct Measure {
    /// How it comes about.
    pub kind: MeasureKind,
    /// Paths count only where this holds at their end.
    pub given: Option<Value>,
}

/// How a measure comes about.
#[derive(Clone, Copy, Debug)]
pub enum MeasureKind {
    /// A value at the end.
    Value(Value),
    /// Gathered along the path; its number among the accounts.
    Account(u32),
    /// When something first held; its number among the firsts.
    First(u32),
}

/// An account.
#[derive(Clone, Copy, Debug)]
pub struct Account {
    /// Its measure.
    pub measure: u32,
    /// Its rate.
    pub rate: Option<Rate>,
    /// What comes at time t counts exp(-decay t).
    pub decay: f64,
    /// The state variable that solving counts so (`exact::counted`), of which it is then the sum of all steps; none where a measure gathers.
    pub counts: Option<u32>,
}

/// A condition whose first time is measured.
#[derive(Clone, Copy, Debug)]
pub struct First {
    /// Its measure.
    pub measure: u32,
    /// The condition.
    pub condition: Condition,
}

impl Account {
    /// How much what comes at this time counts.
    #[inline]
    pub fn discount(&self, time: f64) -> f64 {
        if self.decay == 0.0 { 1.0 } else { libm::exp(-self.decay * time) }
    }

    /// A rate of one between two times, discounted.
    #[inline]
    pub fn span(&self, from: f64, to: f64) -> f64 {
        if self.decay == 0.0 {
            return to - from;
        }
        // expm1 keeps the digits of short spans.
        self.discount(from) * -libm::expm1(-self.decay * (to - from)) / self.decay
    }
}
