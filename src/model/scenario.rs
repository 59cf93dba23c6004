//! The scenario: what is decided, what is not known, what is remembered, and what can come of it.

use super::{
    BeliefId, Expr, LeverId, Measure, Milestone, OutcomeId, Reads, SetId, Split, StateId, Timeline, Track, Ty,
};
use crate::diag::Span;
use crate::quantity::Date;

/// A checked model of one negotiation.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// The name: that of the file, without its ending.
    pub name: String,
    /// The title.
    pub title: String,
    /// What it is about.
    pub about: String,
    /// Day 0.
    pub start: Option<Date>,
    /// The last instant that counts, in seconds; `None` where every path ends by itself.
    pub horizon: Option<f64>,
    /// The outcome of a path still going at the horizon. With a horizon it is always there.
    pub at_horizon: Option<OutcomeId>,
    /// The outcome of a path that can no longer reach one; there where there is no horizon.
    pub never: Option<OutcomeId>,
    /// The most events that one instant may have.
    pub instant_limit: u32,
    /// Where facts come from.
    pub sources: Vec<Source>,
    /// All sets of options.
    pub sets: Vec<OptionSet>,
    /// What somebody decides.
    pub levers: Vec<Lever>,
    /// What nobody knows.
    pub beliefs: Vec<Belief>,
    /// Rank correlations between beliefs.
    pub correlations: Vec<Correlation>,
    /// What a path remembers.
    pub states: Vec<State>,
    /// Named expressions.
    pub formulas: Vec<Formula>,
    /// Columns of tables.
    pub tables: Vec<Table>,
    /// State machines, at least one.
    pub tracks: Vec<Track>,
    /// Ends, `never` last where it exists.
    pub outcomes: Vec<Outcome>,
    /// Days by which outcomes are counted, in order of time.
    pub milestones: Vec<Milestone>,
    /// Numbers reported of each path.
    pub measures: Vec<Measure>,
    /// Joint tables.
    pub splits: Vec<Split>,
    /// The days of the cumulative table, where there is one.
    pub timeline: Option<Timeline>,
    /// Named small changes.
    pub variants: Vec<Variant>,
    /// The levers of the batch, every combination of which is run.
    pub vary: Vec<LeverId>,
    /// The parties that outcomes pay, in order of declaration: (name, payoff by outcome; 0 where an outcome has none).
    pub payoffs: Vec<(String, Vec<Expr>)>,
}

/// A source that `why` can point to.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// Its key.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Where to find it.
    pub url: String,
    /// When it was published.
    pub date: Option<Date>,
}

/// A list of options.
#[derive(Clone, Debug, PartialEq)]
pub struct OptionSet {
    /// Their names, in order.
    pub names: Vec<String>,
}

impl OptionSet {
    /// The index of the option with this name.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|n| n == name)
    }
}

/// What somebody decides.
#[derive(Clone, Debug, PartialEq)]
pub struct Lever {
    /// Its name.
    pub name: String,
    /// What it is about.
    pub about: String,
    /// How each option is called, in order; the first is the default.
    pub labels: Vec<String>,
    /// What each option reads as: its index in the set, or its number.
    pub values: Vec<f64>,
    /// An option, a number or a truth value.
    pub ty: Ty,
    /// The index of the option chosen here.
    pub chosen: usize,
    /// Where it is declared.
    pub span: Span,
}

/// What nobody knows.
#[derive(Clone, Debug, PartialEq)]
pub struct Belief {
    /// Its name.
    pub name: String,
    /// How it is drawn, once per world. Reads only levers and beliefs above it.
    pub draw: Draw,
    /// As written, for the register of assumptions.
    pub written: String,
    /// The reason.
    pub why: String,
    /// Keys of sources.
    pub sources: Vec<String>,
    /// What kind of value it has.
    pub ty: Ty,
    /// Where it is declared.
    pub span: Span,
}

/// A rank correlation between two beliefs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Correlation {
    /// One.
    pub a: BeliefId,
    /// The other.
    pub b: BeliefId,
    /// Spearman's rank correlation.
    pub rank: f64,
}

/// How a value is drawn.
#[derive(Clone, Debug, PartialEq)]
pub enum Draw {
    /// By a distribution (an expression of type [`Ty::Law`]).
    Law(Expr),
    /// True with this probability.
    Chance(Expr),
    /// One of the set's options: (index, weight).
    Weights(Vec<(usize, Expr)>),
}

impl Draw {
    /// What its parameters read; `formulas` are the scenario's.
    pub fn reads(&self, formulas: &[Formula]) -> Reads {
        let mut reads = Reads::default();
        match self {
            Draw::Law(expr) | Draw::Chance(expr) => expr.collect(formulas, &mut reads),
            Draw::Weights(weights) => weights.iter().for_each(|(_, w)| w.collect(formulas, &mut reads)),
        }
        reads
    }
}

/// How a state variable begins.
#[derive(Clone, Debug, PartialEq)]
pub enum Initial {
    /// With a value.
    Value(Expr),
    /// With a draw at the start of each path.
    Draw(Draw),
}

/// What a path remembers.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// Its name.
    pub name: String,
    /// What it is about.
    pub about: String,
    /// Its kind of value.
    pub ty: Ty,
    /// How it begins. Reads only what is declared above, levers and beliefs.
    pub initial: Initial,
    /// Where it is declared.
    pub span: Span,
}

/// A named expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Formula {
    /// Its name.
    pub name: String,
    /// What it stands for. Formulas are in an order in which each reads only earlier ones.
    pub expr: Expr,
    /// Where it is declared.
    pub span: Span,
}

/// A column of a table: a function of one number.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// As called: `mortality`, or `mortality.male` where a table has several columns.
    pub name: String,
    /// The arguments, rising.
    pub x: Vec<f64>,
    /// The values.
    pub y: Vec<f64>,
    /// How it is read between them.
    pub read: Read,
    /// The power of time of the argument.
    pub x_ty: Ty,
    /// The power of time of the values.
    pub y_ty: Ty,
    /// Where it is declared.
    pub span: Span,
}

/// How a table is read between its rows. Outside them the nearest row holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Read {
    /// The last row at or below.
    Step,
    /// On the straight line between two rows.
    Line,
}

impl Table {
    /// The value at `x`.
    pub fn at(&self, x: f64) -> f64 {
        let after = self.x.partition_point(|row| *row <= x);
        if after == 0 {
            return if x.is_nan() { f64::NAN } else { self.y[0] };
        }
        let before = after - 1;
        match self.read {
            Read::Line if after < self.x.len() => {
                let share = (x - self.x[before]) / (self.x[after] - self.x[before]);
                self.y[before] + share * (self.y[after] - self.y[before])
            }
            _ => self.y[before],
        }
    }
}

/// An absorbing end.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Its name.
    pub name: String,
    /// A title for readers, or the name.
    pub title: String,
    /// What it means.
    pub about: String,
    /// It ends the path at the instant this holds.
    pub when: Option<Expr>,
    /// Where it is declared.
    pub span: Span,
}

/// The scenario with named small changes.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// Its name; the scenario itself is `base`.
    pub name: String,
    /// A title for readers.
    pub title: String,
    /// Its story.
    pub about: String,
    /// What is changed.
    pub changes: Vec<Change>,
    /// Where it is declared.
    pub span: Span,
}

/// A change that a variant makes.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Another option of a lever, by index.
    Lever(LeverId, usize),
    /// Another distribution of a belief, as written.
    Belief(BeliefId, Draw, String),
    /// Another initial value.
    State(StateId, Initial),
}

impl Scenario {
    /// The scenario with these changes made.
    pub fn with(&self, changes: &[Change]) -> Scenario {
        let mut changed = self.clone();
        for change in changes {
            match change {
                Change::Lever(id, option) => changed.levers[id.0].chosen = *option,
                Change::Belief(id, draw, written) => {
                    changed.beliefs[id.0].draw = draw.clone();
                    changed.beliefs[id.0].written.clone_from(written);
                }
                Change::State(id, initial) => changed.states[id.0].initial = initial.clone(),
            }
        }
        changed
    }

    /// The options of a set.
    pub fn set(&self, id: SetId) -> &OptionSet {
        &self.sets[id.0]
    }
}
