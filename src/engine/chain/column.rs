//! Lanes that waited for the same random number go on together.

use super::lanes::{LANES, Lanes, Trip};
use super::store::{ASIDE, MORE, NEVER, NONE, OVER, SMALL, To, Way};
use crate::engine::{Each, Visits};

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
        match (timed, self.by_column && self.anew.knows(site)) {
            (true, true) => self.look_anew::<true>(site, some),
            (true, false) => self.look::<true>(some),
            (false, true) => self.look_anew::<false>(site, some),
            (false, false) => self.look::<false>(some),
        }
        if timed {
            self.usual::<true, E>(site, some, trip);
        } else {
            self.usual::<false, E>(site, some, trip);
        }
        for nth in 0..self.over.len() {
            let (lane, end, time) = self.over[nth];
            self.end(lane as usize, To::End(end), time, trip);
            free.push(lane);
        }
        for nth in 0..self.chosen.len() {
            let (lane, fork, edge, choice) = self.chosen[nth];
            let it = &mut self.lanes[lane as usize];
            (it.fork, it.pending) = (NONE, 0);
            let went = match edge {
                NONE => self.choose(lane as usize, fork, choice, trip),
                edge => self.take(lane as usize, edge, trip),
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

    /// Finds what each of these does. Nothing is done yet, so that what is looked up for many comes at the same time. Whether time
    /// passes is known when this is compiled.
    fn look<const TIMED: bool>(&mut self, some: &[u32]) {
        // A path ends at the horizon, and where nothing comes any more.
        let until = self.program.horizon.min(f64::MAX);
        let (small, capacity) = (self.slots.small(), self.slots.capacity());
        let count = some.len();
        self.steps.resize(count, Way::ASIDE);
        let (steps, choices) = (&mut self.steps[..count], &self.drawn.choices()[..count]);
        let (starts, dues) = (&self.starts[..count], if TIMED { &self.dues[..count] } else { choices });
        for nth in 0..count {
            let it = &self.lanes[some[nth] as usize % LANES];
            steps[nth] = Way::ASIDE;
            let at = (it.fork as usize).wrapping_mul(capacity) + it.slot as usize;
            let Some(row) = small.get(at) else { continue };
            // Delays are above 0.
            if row.turn != it.turn || (TIMED && !(dues[nth] > starts[nth] && dues[nth] <= until)) {
                continue;
            }
            // Thresholds rise: as many are passed as branches lie before the one that is chosen.
            let bits = choices[nth].to_bits();
            let [a, b, c] = row.thresholds;
            let branch = usize::from(bits >= a) + usize::from(bits >= b) + usize::from(bits >= c);
            steps[nth] = row.ways[branch % SMALL];
        }
    }

    /// The usual ones go on; what becomes of the others is left to do.
    fn usual<const TIMED: bool, E: Each>(&mut self, site: usize, some: &[u32], trip: &mut Trip<'_, E>) {
        let (program, horizon, count) = (self.program, self.program.horizon, some.len());
        let stage = &program.stages[self.sites[site] as usize];
        let mut visits = trip.seen.visits(stage.track as usize, stage.index as usize);
        let Lanes { lanes, entered, measures, chosen, others, over, queues, .. } = self;
        let entered = &mut entered[stage.track as usize * LANES..][..LANES];
        let (steps, choices) = (&self.steps[..count], &self.drawn.choices()[..count]);
        let dues = if TIMED { &self.dues[..count] } else { choices };
        for nth in 0..count {
            let (lane, step) = (some[nth], steps[nth]);
            let at = lane as usize % LANES;
            let it = &mut lanes[at];
            let now = if TIMED { dues[nth] } else { it.now };
            if step.site >= OVER {
                match step.site {
                    OVER => {
                        it.now = now;
                        if step.first != NEVER {
                            measures[usize::from(step.first) * LANES + at] = now;
                        }
                        over.push((lane, step.fork, (now, false)));
                    }
                    MORE => {
                        it.now = now;
                        chosen.push((lane, it.fork, step.fork, choices[nth]));
                    }
                    _ => {
                        debug_assert!(step.site == ASIDE);
                        if let Some(&home) = self.chain.homes.get(it.fork as usize)
                            && TIMED
                            && home != NONE
                        {
                            it.node = home;
                            // It waits for nothing else: nothing comes before the horizon.
                            if now > horizon
                                && horizon < f64::INFINITY
                                && let To::End(end) = self.chain.nodes[home as usize].over
                            {
                                it.now = horizon;
                                over.push((lane, end, (horizon, true)));
                                continue;
                            }
                        }
                        others.push((lane, choices[nth], now));
                    }
                }
                continue;
            }
            visits.leave(&mut entered[at], now);
            if step.first != NEVER {
                measures[usize::from(step.first) * LANES + at] = now;
            }
            if TIMED {
                it.now = now;
            }
            it.fork = step.fork;
            it.left += 1;
            queues[usize::from(step.site)].push(at);
        }
    }
}
