//! What goes wrong on a path (design, section 3.7).

/// What went wrong, and when.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    pub kind: Kind,
    pub time: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A distribution that does not exist with these parameters.
    Law,
    /// A probability that is outside 0..1 or no number, also the base of odds and of a chance.
    Probability,
    /// A factor of odds that is below 0 or not finite.
    Factor,
    /// Probabilities that sum to more than 1.
    OverOne,
    /// A rest that no branch takes.
    RestUntaken,
    /// A weight that is below 0 or not finite.
    Weight,
    /// Weights of which none is above 0, or no branch at all.
    NoBranch,
    /// A value that is no finite number, to be remembered.
    Assigned,
    /// The same, paid.
    Paid,
    /// A delay that is negative.
    NegativeDelay,
    /// A delay or a date that is no finite number.
    Delay,
    /// A rate of a hazard that is negative or no finite number.
    Hazard,
    /// A rate of an account that is no finite number.
    Rate,
    /// A measure that is not a number.
    Measure,
    /// A payoff that is no finite number.
    Payoff,
    /// More events in one instant than are allowed.
    InstantLimit,
    /// More events on a path than are allowed.
    PathLimit,
}

pub type Result<T> = std::result::Result<T, Fault>;

pub fn fault<T>(kind: Kind, time: f64) -> Result<T> {
    Err(Fault { kind, time })
}

/// The value where it is a finite number, else the fault.
pub fn finite(value: f64, kind: Kind, time: f64) -> Result<f64> {
    if value.is_finite() { Ok(value) } else { fault(kind, time) }
}
