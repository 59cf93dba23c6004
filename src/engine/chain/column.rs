//! Lanes that waited for the same random number go on together, in passes over all of them. Each pass is a function of its own: as part of
//! a larger one it would keep in memory the addresses that it needs for every lane.

use super::lanes::{LANES, Lanes, Trip};
use super::short::{ASIDE, MORE, NEVER, NONE, OVER, SETS, SMALL, Way};
use super::store::To;
use crate::engine::{Each, MANY, Visits};

impl Lanes<'_> {
    /// The lanes of the column get what they wait for. Those in a combination with one clock, or at a branch on the spot, choose and go
    /// on at once as far as the edge does no more than usual; the others one by one. The lanes of ended paths become free.
    pub(super) fn go<E: Each>(&mut self, site: usize, trip: &mut Trip<'_, E>, free: &mut Vec<u32>) {
        let timed = self.draw(site, &trip.worlds);
        self.chosen.clear();
        self.others.clear();
        self.over.clear();
        let one = self.slots.capacity() == 1 || self.alike[site];
        if self.anew.of(site, self.by_column && !one) {
            self.look_anew(site);
        } else {
            match (one, self.passed[site]) {
                (true, 1) => self.look::<true, 1>(site),
                (true, 2) => self.look::<true, 2>(site),
                (true, _) => self.look::<true, 3>(site),
                (false, 1) => self.look::<false, 1>(site),
                (false, 2) => self.look::<false, 2>(site),
                (false, _) => self.look::<false, 3>(site),
            }
        }
        self.usual(site, timed, trip);
        self.assign_all(site, trip, free);
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

    /// A path ends at the horizon, and where nothing comes any more.
    #[inline]
    pub(super) fn until(&self) -> f64 {
        self.program.horizon.min(f64::MAX)
    }

    /// Finds what each lane of the column does. Nothing is done yet, so that what is looked up for many comes at the same time. Whether
    /// there is but one world, or none that changes these chances, and how many thresholds, is known when this is compiled.
    #[inline(never)]
    fn look<const ONE: bool, const THRESHOLDS: usize>(&mut self, site: usize) {
        let (until, capacity) = (self.until(), self.slots.capacity());
        let small = if self.alike[site] { self.slots.alike() } else { self.slots.small() };
        let (lanes, column) = (&*self.lanes, &mut *self.column);
        let count = column.count.min(LANES);
        let choices = &self.drawn.choices()[..count];
        for nth in 0..count {
            let it = &lanes[usize::from(column.lanes[nth]) % LANES];
            let fork = it.fork as usize;
            let at = if ONE { fork } else { fork.wrapping_mul(capacity) + it.slot as usize };
            column.ways[nth] = match small.get(at) {
                Some(row) if (ONE || row.turn == it.turn) && column.times[nth] <= until => {
                    // Thresholds rise: as many are passed as branches lie before the one that is chosen.
                    let bits = choices[nth].to_bits();
                    let passed = row.thresholds[..THRESHOLDS].iter().map(|least| usize::from(bits >= *least));
                    row.ways[passed.sum::<usize>() % SMALL]
                }
                _ => Way::ASIDE,
            };
        }
    }

    /// The usual ones go on: one stage is left for another, and one number is waited for. Nothing is called in this loop, so that all
    /// it needs stays in registers; the others are only noted.
    #[inline(never)]
    fn usual<E: Each>(&mut self, site: usize, timed: bool, trip: &mut Trip<'_, E>) {
        let stage = &self.program.stages[self.sites[site] as usize];
        let at_once = site >= self.program.clocks.len();
        let Lanes { lanes, entered, queues, column, .. } = self;
        let entered = &mut entered[stage.track as usize * LANES..][..LANES];
        let (lanes, queues, column) = (&mut **lanes, &mut queues[..], &mut **column);
        let count = column.count.min(LANES);
        let (stays, mut left, mut others) = (&mut column.stays, 0, 0);
        for nth in 0..count {
            let (at, way, now) =
                (usize::from(column.lanes[nth]) % LANES, column.ways[nth], column.times[nth]);
            if !way.plain() {
                column.unusual[others % LANES] = nth as u8;
                others += 1;
            } else {
                let since = &mut entered[at];
                let to = left % MANY;
                (stays.at[to], stays.from[to], stays.to[to]) = (since.at.into(), since.time, now);
                left += 1;
                since.time = now;
                lanes[at].leave(way.fork, now);
                queues[usize::from(way.site)].push(at);
            }
        }
        (stays.count, stays.at_once) = (left.min(MANY), at_once);
        trip.seen.visits(stage.track as usize, stage.index as usize).leave_many(stays);
        self.unusual(site, timed, others.min(LANES), trip);
    }

    /// A measure holds for them, or their path ends; what becomes of the rest is left to do.
    #[inline(never)]
    fn unusual<E: Each>(&mut self, site: usize, timed: bool, count: usize, trip: &mut Trip<'_, E>) {
        let (program, horizon) = (self.program, self.program.horizon);
        let stage = &program.stages[self.sites[site] as usize];
        let mut visits = trip.seen.visits(stage.track as usize, stage.index as usize);
        let Lanes { lanes, entered, measures, column, chosen, others, over, queues, setting, .. } = self;
        let entered = &mut entered[stage.track as usize * LANES..][..LANES];
        let (lanes, queues, measures) = (&mut **lanes, &mut queues[..], &mut measures[..]);
        let choices = self.drawn.choices();
        for nth in column.unusual[..count].iter().map(|nth| usize::from(*nth) % LANES) {
            let (lane, way, now) = (u32::from(column.lanes[nth]), column.ways[nth], column.times[nth]);
            let at = lane as usize % LANES;
            let it = &mut lanes[at];
            match way.site {
                SETS => {
                    let group = self.chain.setting[way.fork as usize].group as usize;
                    if setting.len() <= group {
                        setting.resize(group + 1, vec![]);
                    }
                    setting[group].push(nth as u8);
                    continue;
                }
                MORE => {
                    it.now = now;
                    chosen.push((lane, it.fork, way.fork, choices[nth]));
                    continue;
                }
                ASIDE => {
                    if let Some(&home) = self.chain.homes.get(it.fork as usize)
                        && timed
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
                OVER => {
                    it.now = now;
                    over.push((lane, way.fork, (now, false)));
                }
                site => {
                    visits.leave(&mut entered[at], now);
                    it.leave(way.fork, now);
                    queues[usize::from(site)].push(at);
                }
            }
            if way.first != NEVER {
                measures[usize::from(way.first) * LANES + at] = now;
            }
        }
    }
}
