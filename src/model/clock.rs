//! Tracks, stages, clocks and branches: how a path goes on.

use super::{Draw, Expr, LeverId, MeasureId, OutcomeId, SetId, StageId, StateId, TrackId};
use crate::diag::Span;

/// A state machine.
#[derive(Clone, Debug, PartialEq)]
pub struct Track {
    /// Its name; in an expression it reads as the current stage.
    pub name: String,
    /// What it is about.
    pub about: String,
    /// Its stages, at least one.
    pub stages: Vec<Stage>,
    /// Where a path begins.
    pub begins: StageId,
    /// The set of its stages' names.
    pub set: SetId,
    /// Where it is declared.
    pub span: Span,
}

/// Where a track can be.
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    /// Its name.
    pub name: String,
    /// What happens here, in a sentence.
    pub about: String,
    /// What entering does.
    pub enter: Effects,
    /// What it waits for.
    pub waits: Waits,
    /// Where it is declared.
    pub span: Span,
}

/// What a stage waits for.
#[derive(Clone, Debug, PartialEq)]
pub enum Waits {
    /// Nothing: it branches on the spot.
    Now(Branches),
    /// The first of these clocks, at least one.
    Clocks(Vec<Clock>),
    /// For ever, unless another track moves it.
    Rests,
}

/// Something that rings.
#[derive(Clone, Debug, PartialEq)]
pub struct Clock {
    /// Its name: as given in a race; empty for a stage's own clock.
    pub name: String,
    /// What it is about.
    pub about: String,
    /// How it rings.
    pub kind: ClockKind,
    /// It runs only while this holds. Always there for [`ClockKind::Guard`].
    pub guard: Option<Expr>,
    /// What happens when it was dropped and starts again.
    pub on_return: OnReturn,
    /// What happens when it rings.
    pub next: Branches,
    /// Where it is declared.
    pub span: Span,
}

/// How a clock rings.
#[derive(Clone, Debug, PartialEq)]
pub enum ClockKind {
    /// After a delay with this distribution (over seconds).
    Takes(Expr, OnChange),
    /// At a time from the start of the path.
    At(Expr),
    /// By a rate (per second, where its type has a unit; a bare number is per day).
    Hazard(Expr),
    /// The instant its guard becomes true.
    Guard,
}

/// What a running `takes` clock does when a value changes that its distribution reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnChange {
    /// Nothing.
    Keep,
    /// Draws anew.
    Redraw,
    /// Keeps the quantile: time already waited counts.
    Rescale,
}

/// What a clock does that was dropped and starts again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Return {
    /// Draws anew.
    Redraw,
    /// Goes on with the time (or the hazard's integral) that was left.
    Resume,
    /// The same delay from its start, until it has rung.
    Repeat,
}

/// A fixed way to return, or one by the option of a lever.
#[derive(Clone, Debug, PartialEq)]
pub enum OnReturn {
    /// Always so.
    Fixed(Return),
    /// By the chosen option of the lever.
    Lever(LeverId, Vec<Return>),
}

/// The ways on.
#[derive(Clone, Debug, PartialEq)]
pub struct Branches {
    /// In order, at least one. Either all have [`Chance::Weight`] or none has.
    pub list: Vec<Branch>,
    /// Where the list stands.
    pub span: Span,
}

/// One way on.
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    /// It exists only where this holds.
    pub when: Option<Expr>,
    /// How likely it is.
    pub chance: Chance,
    /// What it does.
    pub effects: Effects,
    /// Where it leads.
    pub to: Target,
    /// What happens, in a sentence.
    pub about: String,
    /// Where it stands.
    pub span: Span,
}

/// How likely a branch is.
#[derive(Clone, Debug, PartialEq)]
pub enum Chance {
    /// All that is left.
    Rest,
    /// A probability of the whole; may read `rest`.
    P(Expr),
    /// A base probability whose odds are multiplied: a condition multiplies where it holds, a number x multiplies by the
    /// factor to the power x.
    Odds(Expr, Vec<(Expr, Expr)>),
    /// A weight among those that exist.
    Weight(Expr),
}

/// Where a branch leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Nowhere: the other clocks go on.
    Stay,
    /// To a stage of the same track (its own, too: left and entered again).
    Stage(StageId),
    /// To the end of the path.
    Outcome(OutcomeId),
}

/// What a branch or an entry does. All right-hand sides see the values from before.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Effects {
    /// Assignments.
    pub set: Vec<(StateId, Expr)>,
    /// Other tracks that are moved, to the stage with the index that the expression gives.
    pub moves: Vec<(TrackId, Expr)>,
    /// Variables drawn anew.
    pub draw: Vec<(StateId, Draw)>,
    /// Lumps paid into accounts.
    pub pay: Vec<(MeasureId, Expr)>,
}

impl Effects {
    /// Whether nothing is done.
    pub fn is_empty(&self) -> bool {
        self.set.is_empty() && self.moves.is_empty() && self.draw.is_empty() && self.pay.is_empty()
    }
}

impl Clock {
    /// The lists of branches, effects and expressions belong to `Stage::branches`; this is the name that messages use.
    pub fn label(&self) -> &str {
        if self.name.is_empty() { "its clock" } else { &self.name }
    }
}

impl Stage {
    /// Its clocks, none for a stage without.
    pub fn clocks(&self) -> &[Clock] {
        match &self.waits {
            Waits::Clocks(clocks) => clocks,
            Waits::Now(_) | Waits::Rests => &[],
        }
    }

    /// Every list of branches, with the clock that it belongs to.
    pub fn branches(&self) -> Vec<(Option<&Clock>, &Branches)> {
        match &self.waits {
            Waits::Now(next) => vec![(None, next)],
            Waits::Clocks(clocks) => clocks.iter().map(|c| (Some(c), &c.next)).collect(),
            Waits::Rests => vec![],
        }
    }
}

impl Chance {
    /// The weight, where it has one.
    pub fn weight(&self) -> Option<&Expr> {
        if let Chance::Weight(weight) = self { Some(weight) } else { None }
    }
}
