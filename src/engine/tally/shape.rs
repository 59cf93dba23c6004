//! How many of everything a tally counts: the scenario without its words.

use crate::model::{MeasureKind, Scenario, Timeline};
use crate::stats::Design;

/// Paths of a block: where every path is a unit of its own, the totals of blocks give the errors of visits and days. Blocks are
/// fixed by the numbers of paths, so that nothing depends on how a run is cut.
pub const BLOCK: u64 = 16;

/// What a tally has room for. All variants of a scenario have the same.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    /// What is independent of what.
    pub design: Design,
    /// Outcomes.
    pub outcomes: usize,
    /// Seconds by which outcomes are counted: the milestones, then the end (the horizon, or infinity).
    pub slots: Vec<f64>,
    /// The days of the cumulative table.
    pub timeline: Option<Timeline>,
    /// The stages of each track.
    pub tracks: Vec<usize>,
    /// Measures.
    pub measures: Vec<MeasureShape>,
    /// Parties that outcomes pay.
    pub parties: usize,
    /// The number of keys of each split.
    pub splits: Vec<usize>,
}

/// What is counted of a measure.
#[derive(Clone, Debug, PartialEq)]
pub struct MeasureShape {
    /// It is a time that may never come.
    pub first: bool,
    /// Paths count only where a condition holds.
    pub given: bool,
    /// It is true or false (1 or 0): its mean is a probability.
    pub truth: bool,
    /// P(at least …) is counted.
    pub thresholds: Vec<f64>,
}

impl MeasureShape {
    /// Every path counts, with a finite value.
    pub fn whole(&self) -> bool {
        !self.first && !self.given
    }

    /// What a party gets: a finite number of every path.
    pub(super) const PAYOFF: MeasureShape =
        MeasureShape { first: false, given: false, truth: false, thresholds: Vec::new() };

    /// What a value is counted as being at least: the thresholds, and last whether it is true.
    #[inline]
    pub(super) fn bounds(&self) -> impl Iterator<Item = f64> + '_ {
        self.thresholds.iter().copied().chain(self.truth.then_some(1.0))
    }
}

impl Shape {
    /// The shape of a scenario and its variants.
    pub fn new(scenario: &Scenario, design: Design) -> Shape {
        let end = scenario.horizon.unwrap_or(f64::INFINITY);
        Shape {
            design,
            outcomes: scenario.outcomes.len(),
            slots: scenario.milestones.iter().map(|m| m.at).chain([end]).collect(),
            timeline: scenario.timeline,
            tracks: scenario.tracks.iter().map(|t| t.stages.len()).collect(),
            measures: scenario
                .measures
                .iter()
                .map(|m| MeasureShape {
                    first: matches!(m.kind, MeasureKind::First(_)),
                    given: m.given.is_some(),
                    truth: m.is_truth(),
                    thresholds: m.thresholds.clone(),
                })
                .collect(),
            parties: scenario.payoffs.len(),
            splits: scenario.splits.iter().map(|s| s.keys.len()).collect(),
        }
    }

    /// The first slot that counts what happens at `time`: an event at exactly a milestone counts. The number of slots where
    /// none does.
    #[inline]
    pub fn slot(&self, time: f64) -> usize {
        self.slots.iter().position(|slot| time <= *slot).unwrap_or(self.slots.len())
    }

    /// The paths of each world; of the only one where there are no beliefs it does not matter.
    pub(super) fn paths_each(&self) -> u64 {
        match self.design {
            Design::Paths => 0,
            Design::Worlds { paths_each } => paths_each,
        }
    }
}
