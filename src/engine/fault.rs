//! What goes wrong on a path: the numbers; the words are made elsewhere.

use crate::diag::Span;
use crate::dist::Refusal;
use crate::program::Wrong;

/// What went wrong on a path or in a world, with all that is needed to say where.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// What went wrong.
    pub kind: FaultKind,
    /// The words of the expression (or of the clock, list or stage) at fault.
    pub span: Span,
    /// The track at whose event it went wrong, if at one.
    pub track: Option<usize>,
    /// The stage of that track, by its index in it.
    pub stage: Option<usize>,
    /// When, in seconds from the start of the path.
    pub time: f64,
    /// The state variables then; in a fault of a world, its beliefs as far as they were drawn.
    pub states: Box<[f64]>,
    /// The stage of each track then.
    pub stages: Box<[u16]>,
    /// The number of the world.
    pub world: u64,
    /// The number of the path; `None` in a fault of a world.
    pub path: Option<u64>,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq)]
pub enum FaultKind {
    /// A list of branches has no probabilities.
    Branches(Wrong),
    /// A delay below 0, or not finite, in seconds.
    Delay(f64),
    /// A date that is not a number.
    Date(f64),
    /// A hazard below 0, or not finite, per second.
    Hazard(f64),
    /// An account's rate that is not finite, per second.
    Rate(f64),
    /// A lump that is not finite.
    Payment(f64),
    /// The state variable with this number would get a value that is not finite.
    Assigned(usize, f64),
    /// The belief with this number would get a value that is not finite.
    Belief(usize, f64),
    /// A distribution with these parameters does not exist.
    Law(Refusal),
    /// A probability to draw a truth value by that is outside 0..1, or not a number.
    Probability(f64),
    /// A weight to draw an option by that is below 0, or not finite; or the sum of the weights if that is 0.
    Weight(f64),
    /// The measure with this number is not a number.
    Measure(usize),
    /// The payoff of the party with this number is not finite.
    Payoff(usize, f64),
    /// The key of a split with this number is no whole number.
    Cell(usize, f64),
    /// An instant had more events than this, the limit.
    InstantTooLong(u32),
    /// A path had more events than this.
    PathTooLong(u64),
}

/// A fault before anyone has said where: the kind and the words.
pub(crate) type Trouble = Box<(FaultKind, Span)>;

/// Makes a trouble; out of line, so that the way where nothing is wrong stays short.
#[cold]
#[inline(never)]
pub(crate) fn trouble(kind: FaultKind, span: Span) -> Trouble {
    Box::new((kind, span))
}
