//! Time goes on: the next event of each lane.

use super::firsts::{FirstOfAll, TIE};
use super::lanes::{LANES, Lane, Lanes, State, Track, Trip};
use crate::engine::crossing::next_crossing;
use crate::engine::{Each, Stops};
use crate::program::{Condition, Program, Reads, Run};

/// A path with so many instants is left to the walker, which knows when there are too many.
const MOST_INSTANTS: u32 = 1_000_000;

impl Lanes<'_> {
    /// Time goes on in all lanes, whose instants have settled, to their next events.
    pub(super) fn advance<E: Each>(&mut self, trip: &mut Trip<'_, E>) {
        self.find_rates(trip);
        self.find_crossings(trip);
        let (program, gone, closes) = (self.program, self.gone, self.closes);
        let (mut last, mut never, mut crossed) = (self.list(), self.list(), self.list());
        let (mut others, mut astray) = (self.list(), self.list());
        let Lanes { lanes, tracks, firsts, first, ringing, soonest, .. } = self;
        let first = match firsts.as_slice() {
            [only] => only,
            tracks => {
                self.arch.dispatch(FirstOfAll { tracks, first });
                &**first
            }
        };
        // All that had changed was seen when the last instant settled.
        let pass =
            |it: &mut Lane, next| (it.now, it.events, it.unpassed, it.looks) = (next, 0, Reads::TIME, 0);
        let each = lanes.iter_mut().zip(soonest.iter()).zip(first.due.iter().zip(&first.clock));
        for (lane, ((it, crossing), (due, clock))) in (0..).zip(each) {
            if it.state != State::Walks {
                continue;
            }
            it.instants += 1;
            let alone = *due < *crossing && *due <= program.horizon && *clock != TIE;
            if alone && it.instants <= MOST_INSTANTS && !closes {
                ringing.add(*clock as usize, lane);
                pass(it, *due);
            } else {
                others.push(lane);
            }
        }
        for &lane in &others {
            let (at, it) = (lane as usize % LANES, &mut lanes[lane as usize % LANES]);
            let (crossing, due, clock) = (soonest[at], first.due[at], first.clock[at]);
            let mut next = due.min(crossing);
            if closes && closed(program, tracks.of(lane)) {
                never.push(lane);
                continue;
            } else if next > program.horizon {
                next = program.horizon;
                last.push(lane);
            } else if next == f64::INFINITY {
                never.push(lane);
                continue;
            } else if due == crossing || (clock == TIE && due == next) || it.instants > MOST_INSTANTS {
                // Several things at one instant have an order, which the walker knows.
                astray.push(lane);
                continue;
            } else if crossing < due {
                crossed.push(lane);
            } else {
                ringing.add(clock as usize, lane);
            }
            pass(it, next);
        }
        astray.iter().for_each(|lane| self.go_astray(*lane));
        self.end(&never, program.never, Some(f64::INFINITY), trip);
        self.end(&last, program.at_horizon, Some(program.horizon), trip);
        let plan = trip.plan;
        self.arrive(&plan.crossing, &mut crossed, gone, trip);
        [last, never, crossed, others, astray].into_iter().for_each(|list| self.give_back(list));
    }

    /// Works out the rates of accounts that may have changed since time went on; accounts get what had gathered by those that have.
    fn find_rates<E: Each>(&mut self, trip: &mut Trip<'_, E>) {
        let program = self.program;
        for (number, account) in program.accounts.iter().enumerate() {
            let Some(rate) = account.rate else { continue };
            let mut changed = self.list();
            let changes = |it: &Lane| it.state == State::Walks && rate.touches.touched(it.unpassed);
            let lanes = (0..).zip(self.lanes.iter());
            changed.extend(lanes.filter(|(_, it)| changes(it)).map(|(lane, _): (u32, _)| lane));
            if !changed.is_empty() {
                let mut results = std::mem::take(&mut self.results);
                results.clear();
                let inputs = &trip.plan.rates[number];
                results.extend_from_slice(self.evaluate(&rate.value, inputs, &changed, trip.worlds));
                let measure = program.layout.measure(account.measure as usize);
                for (&lane, value) in changed.iter().zip(&results) {
                    if value.is_finite() {
                        let (now, sum) = (self.now(lane), &mut self.values[(measure, lane)]);
                        self.gathering[(number, lane)].go_on(account, *value, now, sum);
                    } else {
                        self.go_astray(lane);
                    }
                }
                self.results = results;
            }
            self.give_back(changed);
        }
    }

    /// Works out when time alone changes a condition next, in each lane.
    fn find_crossings<E: Each>(&mut self, trip: &mut Trip<'_, E>) {
        if !self.crosses {
            return;
        }
        for lane in 0..LANES as u32 {
            let (it, known) = (&self.lanes[lane as usize], self.soonest[lane as usize]);
            if it.state != State::Walks {
                continue;
            }
            // Time alone brings a crossing nearer, but does not move it.
            let moved = trip.plan.timed.touched(it.unpassed.untimed()) || !trip.plan.lasting;
            if moved || self.guards_cross || known.is_nan() || known <= it.now {
                self.soonest[lane as usize] = self.crossing(lane, trip);
            }
        }
    }

    /// When time alone changes a condition of a lane next.
    fn crossing<E: Each>(&mut self, lane: u32, trip: &mut Trip<'_, E>) -> f64 {
        let program = self.program;
        let news = self.lane(lane).unpassed.untimed();
        let mut next = f64::INFINITY;
        for number in &trip.plan.timed_outcomes {
            next = next.min(self.nearest(lane, &program.outcomes[*number as usize].1, news, trip));
        }
        for number in &trip.plan.timed_firsts {
            let first = &program.firsts[*number as usize];
            if self.values[(program.layout.measure(first.measure as usize), lane)] == f64::INFINITY {
                next = next.min(self.nearest(lane, &first.condition, news, trip));
            }
        }
        if !self.guards_cross {
            return next;
        }
        for track in 0..program.tracks.len() {
            let stage = &program.stages[self.tracks[(track, lane)].at as usize];
            if stage.crosses {
                for guard in stage.clocks.of(&program.clocks).iter().filter_map(|clock| clock.guard) {
                    next = next.min(self.first_of(lane, guard.crossings, trip));
                }
            }
        }
        next
    }

    /// The first of these crossings from now on.
    fn first_of<E: Each>(&mut self, lane: u32, crossings: Run, trip: &mut Trip<'_, E>) -> f64 {
        let mut next = f64::INFINITY;
        for at in crossings.range() {
            self.stand(lane, &trip.plan.crossings[at], trip.worlds);
            let crossing = &self.program.crossings[at];
            next = next_crossing(self.program, &mut self.scratch, crossing).min(next);
        }
        next
    }

    /// The first crossing of a condition that has been looked at since the path began.
    #[inline]
    fn nearest<E: Each>(
        &mut self,
        lane: u32,
        condition: &Condition,
        news: Reads,
        trip: &mut Trip<'_, E>,
    ) -> f64 {
        let (program, now) = (self.program, self.now(lane));
        let mut next = f64::INFINITY;
        for at in condition.crossings.range() {
            let crossing = &program.crossings[at];
            let lasting = crossing.lasts();
            let mut known = self.crossings[(at, lane)];
            if crossing.reads.touched(news) || !(lasting && known > now) {
                let one = Run { start: at as u32, end: at as u32 + 1 };
                known = self.first_of(lane, one, trip);
                self.crossings[(at, lane)] = known;
            }
            next = next.min(known);
        }
        next
    }

    /// The paths of these lanes end: now, or at a time that is none of theirs.
    pub(super) fn end<E: Each>(
        &mut self,
        some: &[u32],
        outcome: u16,
        time: Option<f64>,
        trip: &mut Trip<'_, E>,
    ) {
        let program = self.program;
        let layout = program.layout;
        for &lane in some {
            let it = self.lanes[lane as usize % LANES];
            if it.events > program.instant_limit {
                self.go_astray(lane);
            }
            if !self.walks(lane) {
                continue;
            }
            // Where nothing ended it, its time is given.
            let (standing, time) = (time.is_some(), time.unwrap_or(it.now));
            self.ended.put(it.place as usize, (outcome, time, it.now), standing);
            for (gathering, account) in self.gathering.of(lane).iter().zip(&program.accounts) {
                let measure = layout.measure(account.measure as usize);
                gathering.add(account, it.now, &mut self.values[(measure, lane)]);
            }
            let values = self.values.of(lane);
            let entered = &values[layout.entered(0)..][..program.tracks.len()];
            let measures = &values[layout.measure(0)..][..program.measures.len()];
            self.ended.keep(it.place as usize, &values[..layout.states], entered, measures);
            let index = |track: &super::lanes::Track| program.stages[track.at as usize].index;
            let tracks = self.tracks.of_mut(lane);
            self.ended.stages(it.place as usize, tracks.iter().map(|track| index(track) as u16));
            let tracks = tracks.iter_mut().map(|track| (index(track) as usize, &mut track.since));
            trip.seen.stops().stop((standing, it.now), tracks);
            self.lane(lane).state = State::Ended;
            self.free.push(lane);
        }
        self.gone += some.len() as u64;
    }
}

/// Whether none of these tracks is in a stage of which an outcome can come.
fn closed(program: &Program, tracks: &[Track]) -> bool {
    tracks.iter().all(|track| !program.stages[track.at as usize].productive)
}
