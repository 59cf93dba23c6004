//! Why a scenario is not solved: numbers and kinds; the words are made elsewhere.

use crate::diag::Span;
use crate::engine::FaultKind;

/// A scenario that these methods do not solve.
#[derive(Clone, Debug, PartialEq)]
pub struct NotExact {
    /// The clocks that forbid it, by their number in the program; none where it is not for a clock.
    pub clocks: Vec<usize>,
    /// Why.
    pub why: Why,
}

/// Why a scenario is not solved.
#[derive(Clone, Debug, PartialEq)]
pub enum Why {
    /// The first clock runs on through the event of the second, and how long it has run matters.
    RunsOn,
    /// The clock goes on with what was left of its delay after a pause that began at a random time, or repeats it.
    Remembers,
    /// The clock runs on through a date or a day that changes something, and when it started is not known then.
    ThroughDate,
    /// The chances of the clock's branches move with time while others run on.
    Swings,
    /// An expression reads the time, and moves with it or reads `since`.
    ReadsTime(Span),
    /// The state variable with this number is drawn from a continuous distribution, and what it is matters.
    ContinuousDraw(usize),
    /// There are more combinations of stages and values than this; the state variable with most values, and how many it has.
    TooMany {
        /// The limit.
        limit: usize,
        /// The variable and its values.
        state: Option<(usize, usize)>,
    },
    /// A delay is zero with a probability between 0 and 1, or may be negative.
    Delay,
    /// The clock runs on through more pairs of combinations, that in which it starts and that in which it rings, than this.
    RunsThrough(usize),
    /// Delays are too short for the time that is asked about: too many moments.
    TooManyMoments(usize),
    /// An instant does not end with probability one.
    Endless,
    /// Something can go wrong on a path.
    Fault(FaultKind, Span),
    /// Solving takes too long.
    TooMuch,
    /// A chance comes out as no number.
    NoNumber,
}

/// What would help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advice {
    /// Make the clock's delay exponential, or let the event redraw it (`to` its own stage).
    MakeMemoryless,
    /// Let the clock's stage be entered again as soon as it is left, or make its delay exponential.
    Unpaused,
    /// Ask by sampling.
    Sample,
    /// Let a value that changes at events stand for the time.
    CountInstead,
    /// A discrete distribution in its place.
    Discretise,
    /// Bound the variable, or round it.
    Bound,
    /// Make the delay positive.
    Positive,
    /// Run it by sampling to see the path.
    SeePath,
}

impl NotExact {
    /// For one reason without a clock.
    pub(super) fn because(why: Why) -> NotExact {
        NotExact { clocks: vec![], why }
    }

    /// What would help.
    pub fn advice(&self) -> Advice {
        match self.why {
            Why::RunsOn => Advice::MakeMemoryless,
            Why::Remembers => Advice::Unpaused,
            Why::ReadsTime(_) | Why::Swings => Advice::CountInstead,
            Why::ContinuousDraw(_) => Advice::Discretise,
            Why::TooMany { .. } | Why::RunsThrough(_) => Advice::Bound,
            Why::Delay => Advice::Positive,
            Why::Endless | Why::Fault(..) => Advice::SeePath,
            Why::ThroughDate => Advice::MakeMemoryless,
            Why::TooManyMoments(_) | Why::TooMuch | Why::NoNumber => Advice::Sample,
        }
    }
}
