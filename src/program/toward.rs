//! A rare event that is asked for: the program cut down to it, and how far each stage is from it.

use super::branch::Target;
use super::condition::places;
use super::effect::Effects;
use super::measure::{Account, MeasureKind};
use super::{Condition, Program};

/// What is asked for: any of some outcomes, or the day of any of some `first` measures, by a time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Goal {
    /// Outcomes, by number.
    pub outcomes: Vec<u16>,
    /// Measures of kind `first`, by number.
    pub firsts: Vec<u32>,
    /// The last instant that counts, in seconds; infinity where the path's own end is meant.
    pub until: f64,
}

/// How many rings it takes at least to the goal, as far as the graph of stages tells.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Toward {
    /// From each branch, once taken; infinity where no way is seen.
    pub branches: Vec<f64>,
    /// Whether a clock's ring lies on a shortest way of its stage.
    pub clocks: Vec<bool>,
}

impl Program {
    /// The program for one question: a path ends as soon as the goal is reached or its time is over, and what is reported
    /// otherwise is left out (so that it can't go wrong either). Every draw keeps its name. A path that is still going when
    /// the goal's time is over, before the horizon, ends as [`Program::still_going`].
    pub fn aimed(&self, goal: &Goal) -> Program {
        let mut program = self.clone();
        if goal.until < self.horizon {
            program.horizon = goal.until;
            program.at_horizon = self.still_going();
        }
        program.accounts.iter_mut().for_each(|account| account.rate = None);
        for (index, measure) in program.measures.iter_mut().enumerate() {
            measure.given = None;
            let asked = goal.firsts.contains(&(index as u32));
            if !asked && !matches!(measure.kind, MeasureKind::Account(_)) {
                // A sum of nothing: always 0.
                measure.kind = MeasureKind::Account(program.accounts.len() as u32);
                program.accounts.push(Account {
                    measure: index as u32,
                    rate: None,
                    decay: 0.0,
                    counts: None,
                });
            }
        }
        program.cells.clear();
        program.payoffs.clear();
        program.parties = 0;
        program.firsts.retain(|first| goal.firsts.contains(&first.measure));
        let came = self.still_going() + 1;
        let ends: Vec<(u16, Condition)> =
            program.firsts.iter().map(|first| (came, first.condition)).collect();
        program.outcomes.splice(0..0, ends);
        program
    }

    /// A number beyond those of all outcomes.
    pub fn still_going(&self) -> u16 {
        let ends = self.branches.iter().filter_map(|branch| match branch.to {
            Target::Outcome(outcome) => Some(outcome),
            _ => None,
        });
        let whens = self.outcomes.iter().map(|(outcome, _)| *outcome);
        ends.chain(whens).chain([self.at_horizon, self.never]).max().unwrap_or(0) + 1
    }

    /// How far everything is from a goal. It errs on the side of hope, and sees no conditions of branches: a guide, no more.
    pub fn toward(&self, goal: &Goal) -> Toward {
        let wanted = self.wanted(goal);
        let mut stages: Vec<f64> =
            wanted.stages.iter().map(|goal| if *goal { 0.0 } else { f64::INFINITY }).collect();
        loop {
            let before = stages.clone();
            for stage in 0..stages.len() {
                let nearest = self.lists_of(stage).map(|list| self.nearest(list, &wanted, stage, &stages));
                stages[stage] = stages[stage].min(1.0 + nearest.fold(f64::INFINITY, f64::min));
            }
            if stages == before {
                break;
            }
        }
        let mut toward = Toward {
            branches: vec![f64::INFINITY; self.branches.len()],
            clocks: vec![false; self.clocks.len()],
        };
        for stage in 0..stages.len() {
            for list in self.lists_of(stage) {
                for branch in self.lists[list].branches.range() {
                    toward.branches[branch] = self.branch_distance(branch, &wanted, stage, &stages);
                }
            }
            for clock in self.stages[stage].clocks.range() {
                let far = 1.0 + self.nearest(self.clocks[clock].list as usize, &wanted, stage, &stages);
                toward.clocks[clock] = far.is_finite() && far <= stages[stage];
            }
        }
        toward
    }

    fn lists_of(&self, stage: usize) -> impl Iterator<Item = usize> {
        let stage = &self.stages[stage];
        let clocks = stage.clocks.of(&self.clocks).iter().map(|clock| clock.list as usize);
        clocks.chain(stage.spot.map(|spot| spot.list as usize))
    }

    fn nearest(&self, list: usize, wanted: &Wanted, stage: usize, stages: &[f64]) -> f64 {
        let branches = self.lists[list].branches.range();
        branches.map(|b| self.branch_distance(b, wanted, stage, stages)).fold(f64::INFINITY, f64::min)
    }

    fn branch_distance(&self, branch: usize, wanted: &Wanted, stage: usize, stages: &[f64]) -> f64 {
        let branch = &self.branches[branch];
        let mut far = self.effect_distance(&branch.effects, wanted, stages);
        match branch.to {
            Target::Outcome(outcome) if wanted.outcomes.contains(&outcome) => return 0.0,
            Target::Outcome(_) => return if far == 0.0 { 0.0 } else { f64::INFINITY },
            Target::Stage(to) => {
                let to = to as usize;
                far = far.min(stages[to]).min(self.effect_distance(&self.stages[to].enter, wanted, stages));
            }
            Target::Stay => far = far.min(stages[stage]),
        }
        far
    }

    /// What effects bring about: tracks that are moved, variables that the goal reads.
    fn effect_distance(&self, effects: &Effects, wanted: &Wanted, stages: &[f64]) -> f64 {
        let sets = effects.sets.of(&self.sets).iter().map(|set| set.state);
        let mut written = sets.chain(effects.draws.of(&self.draws).iter().map(|draw| draw.state));
        let mut far = if written.any(|state| wanted.reads.contains(&state)) { 1.0 } else { f64::INFINITY };
        for moved in effects.moves.of(&self.moves) {
            for to in self.tracks[moved.track as usize].stages.range() {
                let index = f64::from(self.stages[to].index);
                if self.constant(&moved.stage).is_none_or(|at| at == index) {
                    far = far.min(stages[to]);
                }
            }
        }
        far
    }

    fn wanted(&self, goal: &Goal) -> Wanted {
        let outcomes = self.outcomes.iter().filter(|(o, _)| goal.outcomes.contains(o)).map(|(_, when)| when);
        let firsts = self.firsts.iter().filter(|f| goal.firsts.contains(&f.measure)).map(|f| &f.condition);
        let mut wanted = Wanted {
            outcomes: goal.outcomes.clone(),
            stages: vec![false; self.stages.len()],
            reads: Vec::new(),
        };
        for condition in outcomes.chain(firsts) {
            let reads = places(&self.code, &self.layout, &condition.value);
            let track = |place: &u32| {
                (*place as usize).checked_sub(self.layout.states).filter(|t| *t < self.tracks.len())
            };
            let tracks: Vec<usize> = reads.iter().filter_map(track).collect();
            let all: f64 = tracks.iter().map(|t| self.tracks[*t].stages.range().len() as f64).product();
            if tracks.len() == reads.len() && all <= MOST {
                self.favourable(condition, &tracks, all as usize, &mut wanted.stages);
            } else {
                wanted.reads.extend(reads);
            }
        }
        wanted
    }

    /// Marks the stages of tracks that make a condition likelier to hold, were all combinations of stages alike.
    fn favourable(&self, condition: &Condition, tracks: &[usize], all: usize, marked: &mut [bool]) {
        let mut values = vec![f64::NAN; self.layout.pool().start];
        values.extend(&self.pool);
        let mut held = vec![0_usize; self.stages.len()];
        let mut total = 0;
        for combination in 0..all {
            let (mut left, mut at) = (combination, Vec::with_capacity(tracks.len()));
            for track in tracks {
                let stages = self.tracks[*track].stages.range();
                let stage = stages.start + left % stages.len();
                left /= stages.len();
                values[self.layout.track(*track)] = f64::from(self.stages[stage].index);
                at.push(stage);
            }
            if self.code.holds(&condition.value, &mut values) {
                total += 1;
                at.iter().for_each(|stage| held[*stage] += 1);
            }
        }
        for track in tracks {
            let stages = self.tracks[*track].stages.range();
            let stages_in_track = stages.len();
            for stage in stages {
                marked[stage] |= held[stage] * stages_in_track > total;
            }
        }
    }
}

/// The most combinations of stages that a condition is tried on.
const MOST: f64 = 4096.0;

/// What brings the goal about.
struct Wanted {
    outcomes: Vec<u16>,
    /// By stage: being there is the goal.
    stages: Vec<bool>,
    /// The places that conditions read.
    reads: Vec<u32>,
}
