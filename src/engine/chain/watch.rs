//! What is seen of an event while a path is walked, to be learnt.

use super::store::{Op, Read};
use crate::engine::{Observer, PathEnd, Ring};
use crate::program::{Effects, Program, Set};

/// Something that was seen at an event.
#[derive(Clone, Copy, Debug)]
pub(super) enum Seen {
    Op(Op),
    /// A branch was taken: list, branch, the clock by its number in the program, and where its values are kept.
    Ring {
        list: u32,
        branch: u32,
        clock: Option<u32>,
        config: u32,
    },
}

/// Watches an event.
pub(super) struct Watch<'p, 'c> {
    pub program: &'p Program,
    /// The state variables that lanes keep: their assignments matter.
    pub followed: &'c [bool],
    pub seen: Vec<Seen>,
    /// States and stages at each ring.
    pub configs: Vec<f64>,
    /// The stage of each track, by its index.
    pub tracks: Vec<f64>,
    pub read: Option<Box<Read>>,
    pub stages: Box<[u16]>,
}

impl Watch<'_, '_> {
    fn assign(&mut self, effects: &Effects) {
        let kept = |set: &Set| self.followed[set.state as usize];
        if effects.sets.of(&self.program.sets).iter().any(kept) {
            self.seen.push(Seen::Op(Op::Set(effects.sets)));
        }
    }
}

impl Observer for Watch<'_, '_> {
    fn enter(&mut self, track: usize, stage: usize, _time: f64) {
        self.tracks[track] = stage as f64;
        let stage = self.program.tracks[track].stages.start + stage as u32;
        self.seen.push(Seen::Op(Op::Enter(stage)));
        let program = self.program;
        self.assign(&program.stages[stage as usize].enter);
    }

    fn leave(&mut self, track: usize, stage: usize, _entered: f64, _time: f64) {
        let stage = self.program.tracks[track].stages.start + stage as u32;
        self.seen.push(Seen::Op(Op::Leave(stage)));
    }

    fn ring(&mut self, ring: &Ring<'_>) {
        let stage = &self.program.stages[self.program.tracks[ring.track].stages.start as usize + ring.stage];
        let clock = ring.clock.map(|clock| stage.clocks.start + clock as u32);
        let list = match (clock, stage.spot) {
            (Some(clock), _) => self.program.clocks[clock as usize].list,
            (None, Some(spot)) => spot.list,
            (None, None) => return,
        };
        let config = self.configs.len() as u32;
        self.configs.extend_from_slice(ring.before);
        self.configs.extend_from_slice(&self.tracks);
        // What the branch pays was seen just before.
        let branches = self.program.lists[list as usize].branches.start as usize;
        let program = self.program;
        let effects = &program.branches[branches + ring.branch].effects;
        let at = self.seen.len() - effects.pays.range().len();
        self.seen.insert(at, Seen::Ring { list, branch: ring.branch as u32, clock, config });
        self.assign(effects);
    }

    fn pay(&mut self, account: usize, amount: f64) {
        self.seen.push(Seen::Op(Op::Pay(account as u32, amount)));
    }

    fn end(&mut self, end: &PathEnd<'_>) {
        self.stages = end.stages.into();
        self.read = Some(Box::new(Read {
            measures: end.measures.into(),
            counted: end.counted.into(),
            payoffs: end.payoffs.into(),
            cells: end.cells.into(),
        }));
    }
}
