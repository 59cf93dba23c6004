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
        match (timed, self.by_column && self.anew.knows(site), self.slots.capacity() == 1) {
            (true, true, _) => self.look_anew::<true>(site, some),
            (false, true, _) => self.look_anew::<false>(site, some),
            (true, false, true) => self.look::<true, true>(some),
            (true, false, false) => self.look::<true, false>(some),
            (false, false, true) => self.look::<false, true>(some),
            (false, false, false) => self.look::<false, false>(some),
        }
        if timed {
            self.usual::<true, E>(site, some, trip);
        } else {
            self.usual::<false, E>(site, some, trip);
        }
        let over = std::mem::take(&mut self.over);
        self.end_all(&over, trip);
        free.extend(over.iter().map(|(lane, ..)| *lane));
        self.over = over;
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
    /// passes, and whether there is but one world, is known when this is compiled.
    fn look<const TIMED: bool, const ONE: bool>(&mut self, some: &[u32]) {
        // A path ends at the horizon, and where nothing comes any more.
        let until = self.program.horizon.min(f64::MAX);
        let (small, capacity) = (self.slots.small(), self.slots.capacity());
        let count = some.len();
        self.steps.resize(count, Way::ASIDE);
        let (lanes, steps, choices) =
            (&*self.lanes, &mut self.steps[..count], &self.drawn.choices()[..count]);
        let (starts, dues) = (&self.starts[..count], if TIMED { &self.dues[..count] } else { choices });
        for nth in 0..count {
            let it = &lanes[some[nth] as usize % LANES];
            steps[nth] = Way::ASIDE;
            let fork = it.fork as usize;
            let at = if ONE { fork } else { fork.wrapping_mul(capacity) + it.slot as usize };
            let Some(row) = small.get(at) else { continue };
            // Delays are above 0.
            if (!ONE && row.turn != it.turn) || (TIMED && !(dues[nth] > starts[nth] && dues[nth] <= until)) {
                continue;
            }
            // Thresholds rise: as many are passed as branches lie before the one that is chosen.
            let bits = choices[nth].to_bits();
            let [a, b, c] = row.thresholds;
            let branch = usize::from(bits >= a) + usize::from(bits >= b) + usize::from(bits >= c);
            steps[nth] = row.ways[branch % SMALL];
        }
    }

    /// The usual ones go on: one stage is left for another before the next milestone, and one number is waited for. Nothing is called
    /// in this loop, so that all it needs stays in registers; the others are only noted.
    fn usual<const TIMED: bool, E: Each>(&mut self, site: usize, some: &[u32], trip: &mut Trip<'_, E>) {
        let stage = &self.program.stages[self.sites[site] as usize];
        let mut visits = trip.seen.visits(stage.track as usize, stage.index as usize);
        let Lanes { lanes, entered, queues, steps, unusual, drawn, dues, .. } = self;
        let entered = &mut entered[stage.track as usize * LANES..][..LANES];
        let (lanes, queues, unusual) = (&mut **lanes, &mut queues[..], &mut **unusual);
        let count = some.len().min(LANES);
        let (some, steps) = (&some[..count], &steps[..count]);
        let dues = if TIMED { &dues[..count] } else { &drawn.choices()[..count] };
        let mut others = 0;
        for nth in 0..count {
            let (at, way) = (some[nth] as usize % LANES, steps[nth]);
            let it = &mut lanes[at];
            let now = if TIMED { dues[nth] } else { it.now };
            if !way.plain() || !visits.leave_within(&mut entered[at], now) {
                unusual[others % LANES] = nth as u32;
                others += 1;
                continue;
            }
            if TIMED {
                it.now = now;
            }
            it.fork = way.fork;
            it.left += 1;
            queues[usize::from(way.site)].push(at);
        }
        drop(visits);
        self.unusual::<TIMED, E>(site, some, others.min(LANES), trip);
    }

    /// So many go on that cross a milestone, or for which a measure holds; what becomes of the rest is left to do.
    fn unusual<const TIMED: bool, E: Each>(
        &mut self,
        site: usize,
        some: &[u32],
        count: usize,
        trip: &mut Trip<'_, E>,
    ) {
        let (program, horizon) = (self.program, self.program.horizon);
        let stage = &program.stages[self.sites[site] as usize];
        let mut visits = trip.seen.visits(stage.track as usize, stage.index as usize);
        let Lanes { lanes, entered, measures, steps, chosen, others, over, queues, unusual, .. } = self;
        let entered = &mut entered[stage.track as usize * LANES..][..LANES];
        let (lanes, queues, measures) = (&mut **lanes, &mut queues[..], &mut measures[..]);
        let (choices, dues) = (self.drawn.choices(), &self.dues[..]);
        for nth in unusual[..count].iter().map(|nth| *nth as usize) {
            let (lane, way) = (some[nth], steps[nth]);
            let at = lane as usize % LANES;
            let it = &mut lanes[at];
            let now = if TIMED { dues[nth] } else { it.now };
            match way.site {
                MORE => {
                    it.now = now;
                    chosen.push((lane, it.fork, way.fork, choices[nth]));
                    continue;
                }
                ASIDE => {
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
                    continue;
                }
                OVER => over.push((lane, way.fork, (now, false))),
                site => {
                    visits.leave(&mut entered[at], now);
                    it.fork = way.fork;
                    it.left += 1;
                    queues[usize::from(site)].push(at);
                }
            }
            it.now = now;
            if way.first != NEVER {
                measures[usize::from(way.first) * LANES + at] = now;
            }
        }
    }
}
