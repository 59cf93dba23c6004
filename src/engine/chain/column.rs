//! Lanes that waited for the same random number go on together.

use super::lanes::{LANES, Lanes, Trip};
use super::store::{NEVER, NONE, OVER, SMALL, To};
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
        self.over.clear();
        let timed = !self.dues.is_empty();
        if timed {
            self.usual::<true, E>(site, some, trip)
        } else {
            self.usual::<false, E>(site, some, trip)
        }
        for nth in 0..self.over.len() {
            let (lane, end, time) = self.over[nth];
            self.end(lane as usize, To::End(end), time, trip);
            free.push(lane);
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
        let horizon = program.horizon;
        let until = horizon.min(f64::MAX);
        let Lanes { lanes, entered, measures, chosen, others, over, queues, .. } = self;
        let (ways, choices) = (&self.chain.ways[..], &self.drawn.choices()[..some.len()]);
        let (small, capacity) = (self.slots.small(), self.slots.capacity());
        let dues = if TIMED { &self.dues[..some.len()] } else { choices };
        for ((&lane, &choice), &due) in some.iter().zip(choices).zip(dues) {
            let at = lane as usize % LANES;
            let it = &mut lanes[at];
            let fork = it.fork as usize;
            let now = if TIMED { due } else { it.now };
            let (Some(ways), Some(row)) =
                (ways.get(fork), small.get(fork.wrapping_mul(capacity) + it.slot as usize))
            else {
                others.push((lane, choice, now));
                continue;
            };
            // Delays are above 0.
            if row.turn != it.turn || (TIMED && !(now > it.now && now <= until)) {
                // It waits for nothing else: nothing comes before the horizon.
                match self.chain.nodes.get(it.node as usize).map(|node| node.over) {
                    Some(To::End(end)) if TIMED && now > horizon && horizon < f64::INFINITY => {
                        it.now = horizon;
                        over.push((lane, end, horizon));
                    }
                    _ => others.push((lane, choice, now)),
                }
                continue;
            }
            // Thresholds rise: as many are passed as branches lie before the one that is chosen.
            let bits = choice.to_bits();
            let [a, b, c] = row.thresholds;
            let branch = usize::from(bits >= a) + usize::from(bits >= b) + usize::from(bits >= c);
            let quick = ways.0[branch % SMALL];
            if TIMED {
                it.now = now;
            }
            if quick.left != stage {
                if quick.left == OVER {
                    over.push((lane, quick.node, now));
                } else {
                    chosen.push((lane, fork as u32, branch as u32, choice));
                }
                continue;
            }
            trip.seen.leave_in(number, &mut entered[at * tracks + track], now);
            if quick.first != NEVER {
                measures[at * program.measures.len() + usize::from(quick.first)] = now;
            }
            (it.node, it.fork) = (quick.node, quick.fork);
            it.left += 1;
            queues[usize::from(quick.site)].push(at);
        }
    }
}
