//! Lists of branches: what they have a chance of, and which of them a number between 0 and 1 chooses.

use super::code::{Code, Value};
use super::effect::Effects;
use super::layout::Run;
use crate::diag::Span;

/// No table was prepared.
pub const NO_TABLE: u32 = u32::MAX;

/// What is less than this too much or too little in a sum of probabilities is rounding.
pub const ROUNDING: f64 = 1e-9;

/// The ways on from a clock, or from a stage that branches on the spot.
#[derive(Clone, Copy, Debug)]
pub struct List {
    /// Places in [`super::Program::branches`].
    pub branches: Run,
    /// Where its thresholds begin in the tables of a world; [`NO_TABLE`] where they are worked out at the ring.
    pub table: u32,
    /// The places of state variables and tracks that its chances read, where these decide them within a world and are few: places in
    /// [`super::Program::list_reads`]. Empty elsewhere.
    pub reads: Run,
    /// Whether its chances are weights.
    pub weighted: bool,
    /// Its words.
    pub span: Span,
}

/// One way on.
#[derive(Clone, Copy, Debug)]
pub struct Branch {
    /// It exists only where this holds.
    pub when: Option<Value>,
    /// How likely it is.
    pub chance: Chance,
    /// What it does.
    pub effects: Effects,
    /// Where it leads.
    pub to: Target,
    /// Its words.
    pub span: Span,
}

/// How likely a branch is.
#[derive(Clone, Copy, Debug)]
pub enum Chance {
    /// All that is left.
    Rest,
    /// A probability of the whole.
    P(Value),
    /// A base probability, and the factors of its odds: places in [`super::Program::factors`].
    Odds(Value, Run),
    /// A weight among those that exist.
    Weight(Value),
}

/// A factor of odds.
#[derive(Clone, Copy, Debug)]
pub struct Factor {
    /// A condition, or the power of the factor.
    pub of: Value,
    /// The factor.
    pub by: Value,
}

/// Where a branch leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Nowhere.
    Stay,
    /// To a stage, by its number in the whole program.
    Stage(u32),
    /// To the end of the path.
    Outcome(u16),
}

/// Why a list of branches has no probabilities.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Wrong {
    /// A probability outside 0..1, or not a number.
    Probability(f64),
    /// A base probability outside 0..1, or not a number.
    Base(f64),
    /// A factor of odds below 0, or not finite.
    Factor(f64),
    /// A weight below 0, or not finite.
    Weight(f64),
    /// Probabilities that sum to more than 1.
    Over(f64),
    /// A rest that nobody takes.
    Under(f64),
    /// No branch exists, or all that exist have a weight of 0.
    Nothing,
}

/// What is needed to work out the chances of a list.
#[derive(Clone, Copy)]
pub struct Chances<'a> {
    /// The code of all expressions.
    pub code: &'a Code,
    /// All branches.
    pub branches: &'a [Branch],
    /// All factors of odds.
    pub factors: &'a [Factor],
    /// The place of `rest`.
    pub rest: usize,
}

impl<'a> Chances<'a> {
    /// Writes the thresholds of a list: a number u in (0, 1) takes the first branch whose threshold is above it. A
    /// branch that does not exist, or has no chance, repeats the threshold before it. Chances use what those before them
    /// have worked out, so a list is evaluated as a whole, in order.
    pub fn thresholds(&self, list: &List, values: &mut [f64], to: &mut [f64]) -> Result<(), (Wrong, Span)> {
        let branches = list.branches.of(self.branches);
        if list.weighted {
            self.weights(list, branches, values, to)
        } else {
            self.shares(list, branches, values, to)
        }
    }

    /// The expressions from which the chances of a list are worked out, but for whether branches exist.
    pub fn read(self, list: &List) -> impl Iterator<Item = &'a Value> + use<'a> {
        list.branches.of(self.branches).iter().flat_map(move |branch| {
            let (first, factors) = match &branch.chance {
                Chance::Rest => (None, Run::default()),
                Chance::P(value) | Chance::Weight(value) => (Some(value), Run::default()),
                Chance::Odds(base, factors) => (Some(base), *factors),
            };
            let factors = factors.of(self.factors).iter().flat_map(|factor| [&factor.of, &factor.by]);
            first.into_iter().chain(factors)
        })
    }

    fn shares(
        &self,
        list: &List,
        branches: &[Branch],
        values: &mut [f64],
        to: &mut [f64],
    ) -> Result<(), (Wrong, Span)> {
        let mut sum = 0.0;
        let mut last = None;
        for (i, branch) in branches.iter().enumerate() {
            to[i] = sum;
            if let Some(when) = &branch.when
                && !self.code.holds(when, values)
            {
                continue;
            }
            let p = match &branch.chance {
                Chance::Rest => {
                    // Everything up to 1 exactly: whatever the number, it is below the threshold.
                    to[i..branches.len()].fill(1.0);
                    return Ok(());
                }
                Chance::P(p) => {
                    values[self.rest] = 1.0 - sum;
                    let p = self.code.evaluate(p, values);
                    if !(-ROUNDING..=1.0 + ROUNDING).contains(&p) {
                        return Err((Wrong::Probability(p), branch.span));
                    }
                    p.clamp(0.0, 1.0)
                }
                Chance::Odds(base, factors) => {
                    values[self.rest] = 1.0 - sum;
                    self.odds(base, factors.of(self.factors), values)?
                }
                Chance::Weight(_) => 0.0,
            };
            sum += p;
            if sum > 1.0 + ROUNDING {
                return Err((Wrong::Over(sum), branch.span));
            }
            to[i] = sum;
            if p > 0.0 {
                last = Some(i);
            }
        }
        match last {
            Some(last) if sum >= 1.0 - ROUNDING => {
                to[last..branches.len()].fill(sum.max(1.0));
                Ok(())
            }
            _ => Err((Wrong::Under(sum), list.span)),
        }
    }

    fn odds(&self, base: &Value, factors: &[Factor], values: &mut [f64]) -> Result<f64, (Wrong, Span)> {
        let p = self.code.evaluate(base, values);
        if !(0.0..=1.0).contains(&p) {
            return Err((Wrong::Base(p), base.span));
        }
        let mut odds = p / (1.0 - p);
        for factor in factors {
            let by = self.code.evaluate(&factor.by, values);
            if !(0.0..f64::INFINITY).contains(&by) {
                return Err((Wrong::Factor(by), factor.by.span));
            }
            let power = self.code.evaluate(&factor.of, values);
            let by = match power {
                0.0 => 1.0,
                1.0 => by,
                power => libm::pow(by, power),
            };
            if !(0.0..f64::INFINITY).contains(&by) {
                return Err((Wrong::Factor(by), factor.of.span));
            }
            odds *= by;
        }
        // A base of 0 or 1 stays whatever the factors.
        Ok(if p == 0.0 || p == 1.0 {
            p
        } else if odds == f64::INFINITY {
            1.0
        } else {
            odds / (1.0 + odds)
        })
    }

    fn weights(
        &self,
        list: &List,
        branches: &[Branch],
        values: &mut [f64],
        to: &mut [f64],
    ) -> Result<(), (Wrong, Span)> {
        let mut sum = 0.0;
        let mut last = None;
        for (i, branch) in branches.iter().enumerate() {
            let exists = branch.when.as_ref().is_none_or(|when| self.code.holds(when, values));
            if exists && let Chance::Weight(weight) = &branch.chance {
                let weight = self.code.evaluate(weight, values);
                if !(0.0..f64::INFINITY).contains(&weight) {
                    return Err((Wrong::Weight(weight), branch.span));
                }
                sum += weight;
                if weight > 0.0 {
                    last = Some(i);
                }
            }
            to[i] = sum;
        }
        let Some(last) = last else { return Err((Wrong::Nothing, list.span)) };
        if sum == f64::INFINITY {
            return Err((Wrong::Weight(sum), list.span));
        }
        for threshold in &mut to[..last] {
            *threshold /= sum;
        }
        to[last..branches.len()].fill(1.0);
        Ok(())
    }
}

/// The branch that a number takes.
#[inline]
pub fn choose(thresholds: &[f64], number: f64) -> Option<usize> {
    thresholds.iter().position(|threshold| number < *threshold)
}
