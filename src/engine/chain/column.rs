//! Lanes that waited for the same random number go on together.

use super::lanes::{LANES, Lanes, Trip};
use super::store::{NEVER, NONE, SMALL};
use crate::engine::Each;

impl Lanes<'_> {
    /// These lanes have what they waited for. Those in a combination with one clock, or at a branch on the spot, choose and go
    /// on at once as far as the edge does no more than usual; the others one by one. The lanes of ended paths become free.
    pub(super) fn column<E: Each>(
        &mut self,
        site: usize,
        some: &[u32],
        trip: &mut Trip<'_, E>,
        free: &mut Vec<u32>,
    ) {
        self.chosen.clear();
        self.others.clear();
        let timed = !(self.delays.is_empty() && self.dues.is_empty());
        if timed {
            self.usual::<true, E>(site, some, trip)
        } else {
            self.usual::<false, E>(site, some, trip)
        }
        for nth in 0..self.chosen.len() {
            let (lane, fork, branch, choice) = self.chosen[nth];
            let it = &mut self.lanes[lane as usize];
            (it.fork, it.pending) = (NONE, 0);
            let of = &self.chain.forks[fork as usize];
            let went = if of.branches as usize > SMALL {
                self.choose(lane as usize, fork, choice, trip)
            } else {
                self.take(lane as usize, of.edges + branch, trip)
            };
            if self.goes(lane as usize, went, trip) {
                free.push(lane);
            }
        }
        for nth in 0..self.others.len() {
            let (lane, choice, now) = self.others[nth];
            let it = &mut self.lanes[lane as usize];
            it.pending -= 1;
            if timed {
                it.fork = NONE;
                self.due[site * LANES + lane as usize] = now;
                self.choice[site * LANES + lane as usize] = choice;
            } else {
                it.choice = choice;
            }
            if it.pending == 0 && self.go_on(lane as usize, trip) {
                free.push(lane);
            }
        }
    }

    /// The usual ones; what becomes of the others is left to do. Whether time passes is known when this is compiled.
    fn usual<const TIMED: bool, E: Each>(&mut self, site: usize, some: &[u32], trip: &mut Trip<'_, E>) {
        let program = self.program;
        let (stage, tracks) = (self.sites[site], program.tracks.len());
        let track = program.stages[stage as usize].track as usize;
        let number = trip.seen.stage(track, program.stages[stage as usize].index as usize);
        // A path ends at the horizon, and where nothing comes any more.
        let until = program.horizon.min(f64::MAX);
        let Lanes { lanes, entered, measures, chosen, others, queues, .. } = self;
        let (ways, choices) = (&self.chain.ways[..], &self.drawn.choices()[..some.len()]);
        let (small, capacity) = (self.slots.small(), self.slots.capacity());
        // Numbers that are times come as delays, or as the time when they end.
        let delays = !self.delays.is_empty();
        let times = match (TIMED, delays) {
            (false, _) => choices,
            (_, true) => &self.delays[..some.len()],
            (_, false) => &self.dues[..some.len()],
        };
        for (nth, &lane) in some.iter().enumerate() {
            let at = lane as usize % LANES;
            let it = &mut lanes[at];
            let (fork, choice) = (it.fork as usize, choices[nth]);
            let (mut now, mut late) = (it.now, false);
            if TIMED {
                now = if delays { now + times[nth] } else { times[nth] };
                // Delays are above 0.
                late = !(now > it.now && now <= until);
            }
            let row = small.get(fork.wrapping_mul(capacity) + it.slot as usize);
            let (Some(ways), Some(row), false) = (ways.get(fork), row, late) else {
                others.push((lane, choice, now));
                continue;
            };
            if row.turn != it.turn {
                others.push((lane, choice, now));
                continue;
            }
            // Thresholds rise: as many are passed as branches lie before the one that is chosen.
            let [a, b, c] = row.thresholds.map(|threshold| usize::from(choice >= threshold));
            let branch = (a + b + c) % SMALL;
            let quick = ways.0[branch];
            if TIMED {
                it.now = now;
            }
            if quick.left != stage {
                chosen.push((lane, fork as u32, branch as u32, choice));
                continue;
            }
            trip.seen.leave_in(it.unit as usize, number, &mut entered[at * tracks + track], now);
            if quick.first != NEVER {
                measures[at * program.measures.len() + usize::from(quick.first)] = now;
            }
            (it.node, it.fork) = (quick.node, quick.fork);
            it.left += 1;
            queues[usize::from(quick.site)].push(at);
        }
    }
}
