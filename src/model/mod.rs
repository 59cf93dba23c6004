//! The checked scenario, valid by construction: only `check` makes one, and whoever holds one need not ask again.
//!
//! Everything is in order of declaration and is referred to by number ([`LeverId`] and so on). Times are seconds from the start of the
//! path; a truth value is 0 or 1; an option is its index in its [`OptionSet`].

#[cfg(test)]
pub(crate) mod build;
mod clock;
mod expr;
mod names;
mod report;
mod scenario;

pub use clock::{
    Branch, Branches, Chance, Clock, ClockKind, Effects, OnChange, OnReturn, Return, Stage, Target, Track,
    Waits,
};
pub use expr::{Compare, Expr, Func, Law, Node, Reads, Ty};
pub use names::draw_name;
pub use report::{Account, Discount, Measure, MeasureKind, Milestone, Split, SplitKey, Timeline};
pub use scenario::{
    Belief, Change, Correlation, Draw, Formula, Initial, Lever, OptionSet, Outcome, Read, Scenario, Source,
    State, Table, Variant,
};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub usize);
    )* };
}

ids! {
    /// A set of options: those of a lever or a state, or the stages of a track.
    SetId
    /// A lever.
    LeverId
    /// A belief.
    BeliefId
    /// A state variable.
    StateId
    /// A formula.
    FormulaId
    /// A column of a table.
    TableId
    /// A track.
    TrackId
    /// An outcome; `never`, where a scenario has it, is the last.
    OutcomeId
    /// A measure.
    MeasureId
}

/// A stage of a track: its index within the track.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StageId(pub usize);
