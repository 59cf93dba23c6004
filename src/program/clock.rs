//! Tracks, stages and clocks, numbered through the whole program.

use super::code::Value;
use super::condition::{Condition, Rate};
use super::effect::Effects;
use super::law::LawPlan;
use super::layout::Run;
use super::reads::Reads;
use crate::diag::Span;
use crate::model::{OnChange, Return};
use crate::stream::Name;

/// A state machine.
#[derive(Clone, Copy, Debug)]
pub struct Track {
    /// Its stages: places in [`super::Program::stages`].
    pub stages: Run,
    /// Where a path begins, by its number in the whole program.
    pub begins: u32,
}

/// Where a track can be.
#[derive(Clone, Copy, Debug)]
pub struct Stage {
    /// Its track.
    pub track: u32,
    /// Its index within the track.
    pub index: u32,
    /// Its clocks: places in [`super::Program::clocks`].
    pub clocks: Run,
    /// Where it branches on the spot: the clock-like numbers of its draw.
    pub spot: Option<Spot>,
    /// What entering does.
    pub enter: Effects,
    /// Which of the counts of entries is its own; only where entering draws.
    pub entries: Option<u32>,
    /// Whether its clocks, once started, need no look when the instant settles: no guards, no changes, no hazards.
    pub quiet: bool,
    /// What may start, drop or change its clocks when it changes, beside rings and entries.
    pub settles: Reads,
    /// Whether a clock rings the instant its guard becomes true.
    pub watches: bool,
    /// Whether a clock remembers something on being dropped.
    pub remembers: bool,
    /// Whether time changes a guard.
    pub crosses: bool,
    /// Whether an outcome can still come of it.
    pub productive: bool,
    /// Its words.
    pub span: Span,
}

/// How a stage without clocks branches.
#[derive(Clone, Copy, Debug)]
pub struct Spot {
    /// Its list of branches.
    pub list: u32,
    /// Which counter of occurrences is its own.
    pub counter: u32,
    /// The name of its draws.
    pub name: Name,
}

/// Something that rings.
#[derive(Clone, Debug)]
pub struct Clock {
    /// Its stage.
    pub stage: u32,
    /// Its index within the stage.
    pub index: u32,
    /// How it rings.
    pub kind: Kind,
    /// It runs only while this holds.
    pub guard: Option<Condition>,
    /// What it does when it starts again.
    pub returns: Return,
    /// Its list of branches.
    pub list: u32,
    /// The name of its draws.
    pub name: Name,
    /// Its words.
    pub span: Span,
}

/// How a clock rings.
#[derive(Clone, Debug)]
pub enum Kind {
    /// After a delay.
    Takes {
        /// The distribution of the delay.
        law: LawPlan,
        /// What happens when a value that it reads changes; [`OnChange::Keep`] where none can.
        change: OnChange,
        /// Where its last parameters are kept: places in the walker's array.
        kept: Run,
        /// Its place among the laws that are kept to rescale.
        laws: u32,
    },
    /// At a time.
    At(Value),
    /// By a rate.
    Hazard(Rate),
    /// The instant its guard becomes true.
    Guard,
}
