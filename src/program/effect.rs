//! What branches and entries do, and how values are drawn.

use super::code::Value;
use super::law::LawPlan;
use super::layout::Run;
use crate::stream::Name;

/// What is done at once; all right-hand sides see the values from before.
#[derive(Clone, Copy, Debug, Default)]
pub struct Effects {
    /// Places in [`super::Program::sets`].
    pub sets: Run,
    /// Places in [`super::Program::draws`].
    pub draws: Run,
    /// Places in [`super::Program::pays`].
    pub pays: Run,
    /// Places in [`super::Program::moves`].
    pub moves: Run,
    /// Whether a state variable is written.
    pub writes: bool,
    /// Whether nothing at all is done.
    pub nothing: bool,
}

/// Assigns to the state variable with this number.
#[derive(Clone, Copy, Debug)]
pub struct Set {
    /// The variable.
    pub state: u32,
    /// Its new value.
    pub value: Value,
}

/// Moves another track.
#[derive(Clone, Copy, Debug)]
pub struct Move {
    /// The track.
    pub track: u32,
    /// The index of the stage within it.
    pub stage: Value,
}

/// Pays a lump into an account.
#[derive(Clone, Copy, Debug)]
pub struct Pay {
    /// The measure.
    pub measure: u32,
    /// How much.
    pub amount: Value,
}

/// Draws a state variable anew.
#[derive(Clone, Debug)]
pub struct Redraw {
    /// The variable.
    pub state: u32,
    /// How.
    pub draw: DrawPlan,
    /// By which name.
    pub name: Name,
}

/// How a value is drawn.
#[derive(Clone, Debug)]
pub enum DrawPlan {
    /// By a distribution.
    Law(LawPlan),
    /// 1 with this probability.
    Chance(Value),
    /// An option, each with its weight.
    Weights(Box<[(f64, Value)]>),
}
