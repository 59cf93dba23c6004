//! What a batch of paths left behind, and showing it to an observer in order.

use super::store::{Chain, NONE};
use crate::engine::walker::{End, Walker};
use crate::engine::{Fault, Observer, PathEnd, World};
use crate::program::{MeasureKind, Program};
use std::collections::HashMap;

/// Marks the leaving of a stage.
const LEAVE: u32 = 1 << 31;

/// The ends of the paths of a batch, by place in it, and the stages that they went through.
#[derive(Clone, Debug, Default)]
pub(super) struct Ended {
    end: Vec<u32>,
    time: Vec<f64>,
    last: Vec<f64>,
    /// By path, then track.
    entered: Vec<f64>,
    /// By path, then measure: accounts and firsts.
    measures: Vec<f64>,
    /// Entering and leaving, of all paths mixed but each in order.
    log: Vec<Entry>,
    sorted: Vec<Entry>,
    starts: Vec<u32>,
    /// Paths that were walked anew, and the first entry that counts.
    anew: Vec<(u32, usize)>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    time: f64,
    place: u32,
    stage: u32,
}

impl Ended {
    pub fn clear(&mut self, program: &Program, paths: usize) {
        self.end.clear();
        self.end.resize(paths, NONE);
        self.time.resize(paths, 0.0);
        self.last.resize(paths, 0.0);
        self.entered.resize(paths * program.tracks.len(), 0.0);
        self.measures.resize(paths * program.measures.len(), 0.0);
        self.log.clear();
        self.anew.clear();
    }

    /// The path at this place has ended: at which end, when, and where time stood then.
    pub fn put(
        &mut self,
        place: usize,
        end: u32,
        (time, last): (f64, f64),
        entered: &[f64],
        measures: &[f64],
    ) {
        self.end[place] = end;
        self.time[place] = time;
        self.last[place] = last;
        self.entered[place * entered.len()..][..entered.len()].copy_from_slice(entered);
        self.measures[place * measures.len()..][..measures.len()].copy_from_slice(measures);
    }

    #[inline]
    pub fn enter(&mut self, place: u32, stage: u32, time: f64) {
        self.log.push(Entry { time, place, stage });
    }

    #[inline]
    pub fn leave(&mut self, place: u32, stage: u32, time: f64) {
        self.log.push(Entry { time, place, stage: stage | LEAVE });
    }

    /// Takes back the entries so far of a path that is walked anew.
    #[cold]
    pub fn forget(&mut self, place: u32) {
        self.anew.push((place, self.log.len()));
    }

    /// Puts the log in order of path.
    pub fn sort(&mut self) {
        let paths = self.end.len();
        self.starts.clear();
        self.starts.resize(paths + 1, 0);
        if !self.anew.is_empty() {
            let anew: HashMap<u32, usize> = self.anew.drain(..).collect();
            let mut at = 0;
            self.log.retain(|entry| {
                at += 1;
                anew.get(&entry.place).is_none_or(|first| at > *first)
            });
        }
        for entry in &self.log {
            self.starts[entry.place as usize + 1] += 1;
        }
        for path in 0..paths {
            self.starts[path + 1] += self.starts[path];
        }
        self.sorted.resize(self.log.len(), Entry::default());
        let mut next = self.starts.clone();
        for entry in &self.log {
            let at = &mut next[entry.place as usize];
            self.sorted[*at as usize] = *entry;
            *at += 1;
        }
    }

    /// Shows the path at this place to an observer. The log must be in order.
    pub fn show(
        &self,
        place: usize,
        path: u64,
        world: &World,
        chain: &Chain,
        walker: &mut Walker<'_>,
        entered: &mut [f64],
        measures: &mut [f64],
        observer: &mut impl Observer,
    ) -> Result<(), Box<Fault>> {
        let program = walker.program;
        observer.begin(world.number, path);
        for entry in &self.sorted[self.starts[place] as usize..self.starts[place + 1] as usize] {
            let stage = &program.stages[(entry.stage & !LEAVE) as usize];
            let (track, index) = (stage.track as usize, stage.index as usize);
            if entry.stage & LEAVE == 0 {
                entered[track] = entry.time;
                observer.enter(track, index, entry.time);
            } else {
                observer.leave(track, index, entered[track], entry.time);
            }
        }
        let end = &chain.ends[self.end[place] as usize];
        let own = &self.measures[place * measures.len()..][..measures.len()];
        let since = &self.entered[place * program.tracks.len()..][..program.tracks.len()];
        let Some(read) = &end.read else {
            walker.stand(world, path, self.last[place], chain.config(end.config), since, own);
            let end = End { outcome: end.outcome, time: self.time[place] };
            return walker.finish(&end, observer).map_err(|trouble| walker.fault(*trouble, world.number));
        };
        measures.copy_from_slice(&read.measures);
        for (index, measure) in program.measures.iter().enumerate() {
            if !matches!(measure.kind, MeasureKind::Value(_)) {
                measures[index] = own[index];
            }
        }
        observer.end(&PathEnd {
            outcome: usize::from(end.outcome),
            time: self.time[place],
            last: self.last[place],
            states: &chain.config(end.config)[..program.layout.states],
            stages: &end.stages,
            entered: since,
            measures,
            counted: &read.counted,
            payoffs: &read.payoffs,
            cells: &read.cells,
        });
        Ok(())
    }
}
