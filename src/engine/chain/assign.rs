//! What lanes carry is assigned, for many that take such edges at once; then they go on as these edges say in short.

use super::anew::Anew;
use super::lanes::{LANES, Lanes, Trip, Went};
use super::short::{NEVER, NONE, OVER};
use crate::engine::{Each, MANY, Visits};

impl Lanes<'_> {
    /// The lanes of the column that were found to assign first do so, and go on. Those whose values are none go astray.
    pub(super) fn assign_all<E: Each>(&mut self, site: usize, trip: &mut Trip<'_, E>, free: &mut Vec<u32>) {
        for group in 0..self.setting.len() {
            if self.setting[group].is_empty() {
                continue;
            }
            let mut some = std::mem::take(&mut self.setting[group]);
            let finite = self.assign_group(group, &some);
            if !finite {
                self.part_those_without_values(&mut some, trip, free);
            }
            self.leave(site, &some, trip);
            some.clear();
            self.setting[group] = some;
        }
    }

    /// Does the assignments of a group in these places of the column, all right-hand sides of one effect first. Whether all values are
    /// finite.
    fn assign_group(&mut self, group: usize, some: &[u8]) -> bool {
        let own = self.own();
        let Lanes { program, lanes, slots, chain, column, states, carried, .. } = self;
        let Anew { columns, sets: reads, results, .. } = &mut self.anew;
        let mut room = [0; LANES];
        let those = &mut room[..some.len()];
        those.iter_mut().zip(some).for_each(|(lane, nth)| *lane = column.lanes[usize::from(*nth)]);
        let mut finite = true;
        for run in &chain.groups[group] {
            let sets = run.range().filter(|set| carried.followed[program.sets[*set].state as usize]);
            results.clear();
            for set in sets.clone() {
                reads[set].fill(columns, those, (lanes, slots), (states, own));
                results.extend_from_slice(columns.evaluate_ready(&program.sets[set].value, those.len()));
            }
            for (set, values) in sets.zip(results.chunks_exact(those.len())) {
                let state = program.sets[set].state as usize;
                for (&lane, value) in those.iter().zip(values) {
                    states[usize::from(lane) * own + state] = *value;
                    finite &= value.is_finite();
                }
            }
        }
        finite
    }

    /// Takes those out whose state variables are no numbers: their paths are walked the long way, which says so.
    #[cold]
    fn part_those_without_values<E: Each>(
        &mut self,
        some: &mut Vec<u8>,
        trip: &mut Trip<'_, E>,
        free: &mut Vec<u32>,
    ) {
        let own = self.own();
        let (followed, states) = (&self.carried.followed, &self.states);
        let finite = |lane: usize| {
            let states = states[lane * own..][..own].iter().zip(followed);
            states.filter(|(_, followed)| **followed).all(|(value, _)| value.is_finite())
        };
        let lanes = self.column.lanes;
        let (kept, others) = some.iter().partition(|nth| finite(usize::from(lanes[usize::from(**nth)])));
        *some = kept;
        let others: Vec<u8> = others;
        for lane in others.into_iter().map(|nth| usize::from(lanes[usize::from(nth)])) {
            let it = &mut self.lanes[lane];
            (it.fork, it.pending) = (NONE, 0);
            if self.goes(lane, Went::Astray, trip) {
                free.push(lane as u32);
            }
        }
    }

    /// These places of the column go on as their edges say in short.
    fn leave<E: Each>(&mut self, site: usize, some: &[u8], trip: &mut Trip<'_, E>) {
        let stage = &self.program.stages[self.sites[site] as usize];
        let Lanes { lanes, entered, measures, queues, column, chain, over, .. } = self;
        let entered = &mut entered[stage.track as usize * LANES..][..LANES];
        let (stays, mut left) = (&mut column.stays, 0);
        for nth in some.iter().map(|nth| usize::from(*nth)) {
            let (lane, now) = (usize::from(column.lanes[nth]), column.times[nth]);
            let way = chain.setting[column.ways[nth].fork as usize].way;
            if way.first != NEVER {
                measures[usize::from(way.first) * LANES + lane] = now;
            }
            if way.site == OVER {
                lanes[lane].now = now;
                over.push((lane as u32, way.fork, (now, false)));
                continue;
            }
            let since = &mut entered[lane];
            let to = left % MANY;
            (stays.at[to], stays.from[to], stays.to[to]) = (since.at.into(), since.time, now);
            left += 1;
            since.time = now;
            lanes[lane].leave(way.fork, now);
            queues[usize::from(way.site)].push(lane);
        }
        (stays.count, stays.at_once) = (left.min(MANY), site >= self.program.clocks.len());
        trip.seen.visits(stage.track as usize, stage.index as usize).leave_many(stays);
    }
}
