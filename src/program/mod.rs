//! The compiled scenario: flat arrays, numbered names, no strings.
//!
//! A [`Program`] is made of one variant: levers are constants. Stages, clocks, lists of branches and branches are numbered
//! through the whole program, in order of declaration. Everything that is evaluated on a path reads and writes one array of
//! numbers, laid out by [`Layout`]. Pure functions do the rest: [`Code::evaluate`], [`LawTree::law`],
//! [`Chances::thresholds`]; walking, exploring and solving are for others.

mod branch;
mod clock;
mod code;
mod column;
pub mod columnar;
mod compile;
mod condition;
mod decided;
mod effect;
mod law;
mod layout;
mod lower;
mod measure;
mod reach;
mod reads;
mod scaled;
#[cfg(test)]
mod shipped;
mod slope;
#[cfg(test)]
mod tests;
mod toward;
mod within;

#[cfg(test)]
pub(crate) use shipped::shipped;

pub use branch::{Branch, Chance, Chances, Factor, List, NO_TABLE, ROUNDING, Target, Wrong, choose};
pub use clock::{Clock, Kind, Spot, Stage, Track};
pub use code::{Code, Deps, Instruction, Op, Value};
pub use column::Column;
pub use condition::{Break, Condition, Crossing, Rate};
pub use decided::Decided;
pub use effect::{DrawPlan, Effects, Move, Pay, Redraw, Set};
pub use law::{LawPlan, LawTree, Ready};
pub use layout::{Layout, Run};
pub use measure::{Account, First, Measure, MeasureKind};
pub use reads::Reads;
pub use scaled::Scaled;
pub use toward::{Goal, Toward};

use crate::diag::Span;
use crate::dist::{Copula, Law, Sampler};
use crate::stream::Name;

/// A compiled scenario.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// Where each number of a path lies.
    pub layout: Layout,
    /// The last instant that counts; infinity where every path ends by itself.
    pub horizon: f64,
    /// The outcome of a path still going at the horizon.
    pub at_horizon: u16,
    /// The outcome of a path that can no longer reach one.
    pub never: u16,
    /// The most events that one instant may have.
    pub instant_limit: u32,
    /// The code of all expressions of a path.
    pub code: Code,
    /// The code that runs once a world, in pieces between the draws of beliefs.
    pub world_code: Vec<Instruction>,
    /// What the pool begins with: constants, and NaN for what a world fixes.
    pub pool: Vec<f64>,
    /// Laws made from constants.
    pub laws: Vec<Sampler>,
    /// Laws made once a world.
    pub world_laws: Vec<LawTree>,
    /// What nobody knows.
    pub beliefs: Vec<BeliefPlan>,
    /// The beliefs that are correlated, by number.
    pub correlated: Vec<u32>,
    /// How they are.
    pub copula: Option<Copula>,
    /// How each state variable begins.
    pub initial: Vec<Initial>,
    /// State machines.
    pub tracks: Vec<Track>,
    /// All stages.
    pub stages: Vec<Stage>,
    /// All clocks.
    pub clocks: Vec<Clock>,
    /// All lists of branches.
    pub lists: Vec<List>,
    /// The places that lists of branches read: see [`List::reads`].
    pub list_reads: Vec<u32>,
    /// All branches.
    pub branches: Vec<Branch>,
    /// All factors of odds.
    pub factors: Vec<Factor>,
    /// All assignments.
    pub sets: Vec<Set>,
    /// All draws of effects.
    pub draws: Vec<Redraw>,
    /// All lumps.
    pub pays: Vec<Pay>,
    /// All moves of other tracks.
    pub moves: Vec<Move>,
    /// Outcomes that end a path by their own condition, in order.
    pub outcomes: Vec<(u16, Condition)>,
    /// Comparisons that time changes, of guards and conditions.
    pub crossings: Vec<Crossing>,
    /// Where rates may bend.
    pub breaks: Vec<Break>,
    /// The places that timed rates read.
    pub reads: Vec<u32>,
    /// Numbers reported of each path.
    pub measures: Vec<Measure>,
    /// What is gathered.
    pub accounts: Vec<Account>,
    /// What is waited for.
    pub firsts: Vec<First>,
    /// The account of each measure; `u32::MAX` where it has none.
    pub account_of: Vec<u32>,
    /// The keys of all splits, one split after the other.
    pub cells: Vec<Value>,
    /// What each party gets: by party, then by outcome.
    pub payoffs: Vec<Value>,
    /// The number of parties.
    pub parties: usize,
    /// The number of thresholds in the tables of a world.
    pub table_size: usize,
    /// The most branches of a list.
    pub longest_list: usize,
    /// The most effects that are done at once.
    pub most_effects: usize,
    /// The number of stages that count their entries.
    pub entry_counters: usize,
    /// The number of stages that branch on the spot.
    pub spot_counters: usize,
    /// How many parameters of laws a walker keeps.
    pub kept_parameters: usize,
    /// How many laws a walker keeps.
    pub kept_laws: usize,
}

/// How a belief is drawn.
#[derive(Clone, Debug)]
pub struct BeliefPlan {
    /// How.
    pub draw: DrawPlan,
    /// By which name.
    pub name: Name,
    /// Its place.
    pub place: u32,
    /// How much of the world's code runs before.
    pub after: u32,
    /// Its words.
    pub span: Span,
}

/// How a state variable begins.
#[derive(Clone, Debug)]
pub enum Initial {
    /// With a value.
    Value(Value),
    /// With a draw.
    Draw(DrawPlan, Name, Span),
}

/// How a belief is distributed.
#[derive(Clone, Debug)]
pub enum Marginal<'a> {
    /// Over numbers.
    Law(&'a Law),
    /// Some values, each with its probability: a truth value, or one of several options by its index.
    Shares(Vec<(f64, f64)>),
}

impl Program {
    /// How a belief is distributed, where that is the same in all worlds (and no error).
    pub fn marginal(&self, belief: &BeliefPlan) -> Option<Marginal<'_>> {
        match &belief.draw {
            DrawPlan::Law(_) => self.fixed_sampler(belief).map(|sampler| Marginal::Law(sampler.law())),
            DrawPlan::Chance(p) => {
                let p = self.constant(p).filter(|p| (0.0..=1.0).contains(p))?;
                Some(Marginal::Shares(vec![(0.0, 1.0 - p), (1.0, p)]))
            }
            DrawPlan::Weights(list) => {
                let weights: Option<Vec<f64>> =
                    list.iter().map(|(_, weight)| self.constant(weight)).collect();
                let weights = weights.filter(|weights| weights.iter().all(|weight| *weight >= 0.0))?;
                let total: f64 = weights.iter().sum();
                let shares = list.iter().zip(weights).map(|((index, _), weight)| (*index, weight / total));
                (total > 0.0 && total < f64::INFINITY).then(|| Marginal::Shares(shares.collect()))
            }
        }
    }

    /// The value of an expression that reads nothing; `None` of others.
    fn constant(&self, value: &Value) -> Option<f64> {
        value.deps.constant().then(|| self.pool[value.out as usize - self.layout.pool().start])
    }

    /// The sampler of a belief's distribution over numbers, where that is the same in all worlds.
    pub fn fixed_sampler(&self, belief: &BeliefPlan) -> Option<&Sampler> {
        match &belief.draw {
            DrawPlan::Law(plan) => match plan.tree {
                LawTree::Fixed(law) => self.laws.get(law as usize),
                _ => None,
            },
            DrawPlan::Chance(_) | DrawPlan::Weights(_) => None,
        }
    }

    /// By belief: whether the luck of a world is the same here and there, and whether its value is too.
    pub fn shared_beliefs(&self, other: &Program) -> Vec<(bool, bool)> {
        let named = |number: usize| {
            let mine = &self.beliefs[number];
            other.beliefs.get(number).filter(|theirs| theirs.name == mine.name).map(|theirs| (mine, theirs))
        };
        let correlated =
            |number: usize| [self, other].iter().any(|of| of.correlated.contains(&(number as u32)));
        // Correlated beliefs make their luck together.
        let together = self.copula == other.copula
            && self.correlated == other.correlated
            && self.correlated.iter().all(|number| named(*number as usize).is_some());
        let shared = |number: usize| {
            let Some((mine, theirs)) = named(number).filter(|_| together || !correlated(number)) else {
                return (false, false);
            };
            let value = match (self.marginal(mine), other.marginal(theirs)) {
                (Some(Marginal::Shares(mine)), Some(Marginal::Shares(theirs))) => mine == theirs,
                _ => {
                    let samplers = self.fixed_sampler(mine).zip(other.fixed_sampler(theirs));
                    samplers.is_some_and(|(mine, theirs)| mine.is(theirs))
                }
            };
            (true, value)
        };
        (0..self.beliefs.len()).map(shared).collect()
    }

    /// Takes over the samplers of equal laws from `known`, and adds those that are new: variants share their tables.
    pub fn share_laws(&mut self, known: &mut Vec<Sampler>) {
        for sampler in &mut self.laws {
            match known.iter().find(|k| k.law() == sampler.law()) {
                Some(same) => *sampler = same.clone(),
                None => known.push(sampler.clone()),
            }
        }
    }

    /// The expressions of a list of branches, in the order in which they are evaluated.
    pub fn expressions(&self, list: &List) -> Vec<Value> {
        let mut values = vec![];
        for branch in list.branches.of(&self.branches) {
            values.extend(branch.when);
            match &branch.chance {
                Chance::Rest => {}
                Chance::P(value) | Chance::Weight(value) => values.push(*value),
                Chance::Odds(base, factors) => {
                    values.push(*base);
                    values.extend(factors.of(&self.factors).iter().flat_map(|factor| [factor.by, factor.of]));
                }
            }
        }
        values
    }

    /// Whether a condition holds, for the values as they are.
    #[inline]
    pub fn holds(&self, condition: &Condition, values: &mut [f64]) -> bool {
        match condition.decided.at(values) {
            Some(holds) => holds,
            None => self.code.holds(&condition.value, values),
        }
    }

    /// What is needed to work out the chances of lists.
    #[inline]
    pub fn chances(&self) -> Chances<'_> {
        Chances {
            code: &self.code,
            branches: &self.branches,
            factors: &self.factors,
            rest: self.layout.rest(),
        }
    }
}

const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<Program>();
};
