//! Time goes on: the next event of each lane.

use super::lanes::{LANES, Lanes, State, Trip};
use crate::engine::Each;
use crate::engine::crossing::next_crossing;
use crate::model::Compare;
use crate::program::{Condition, Reads, Run};

/// A path with so many instants is left to the walker, which knows when there are too many.
const MOST_INSTANTS: u32 = 1_000_000;

impl Lanes<'_> {
    /// These lanes, whose instant has settled, go on to their next event; those that had one and go on are added to `unsettled`.
    pub(super) fn advance<E: Each>(
        &mut self,
        live: &[u32],
        trip: &mut Trip<'_, E>,
        unsettled: &mut Vec<u32>,
    ) {
        if live.is_empty() {
            return;
        }
        let program = self.program;
        let mut to = std::mem::take(&mut self.to);
        let (mut pass, mut last, mut never) = (self.list(), self.list(), self.list());
        let mut crossed = self.list();
        for &lane in live {
            let it = self.lane(lane);
            it.instants += 1;
            if it.instants > MOST_INSTANTS {
                self.go_astray(lane);
                continue;
            }
            if self.closes && self.closed(lane) {
                never.push(lane);
                continue;
            }
            let (due, clock, tie) = self.earliest(lane);
            let crossing = if self.crosses { self.crossing(lane, trip) } else { f64::INFINITY };
            let next = due.min(crossing);
            if next > program.horizon || next == f64::INFINITY {
                if program.horizon == f64::INFINITY {
                    never.push(lane);
                } else {
                    to[lane as usize % LANES] = program.horizon;
                    pass.push(lane);
                    last.push(lane);
                }
                continue;
            }
            // Several things at one instant have an order, which the walker knows.
            if due == crossing || (tie && due == next) {
                self.go_astray(lane);
                continue;
            }
            to[lane as usize % LANES] = next;
            pass.push(lane);
            if crossing < due {
                crossed.push(lane);
            } else {
                self.note_ring(clock, lane);
            }
        }
        self.pass(&pass, &to, trip);
        self.to = to;
        self.end(&never, program.never, Some(f64::INFINITY), trip);
        self.end(&last, program.at_horizon, Some(program.horizon), trip);
        unsettled.extend(crossed.iter().filter(|lane| self.walks(**lane)));
        [pass, last, never, crossed].into_iter().for_each(|list| self.give_back(list));
        self.ring_all(trip, unsettled);
    }

    /// The running clock of a lane that rings first: when, its number, and whether others ring at the same time.
    #[inline]
    fn earliest(&self, lane: u32) -> (f64, usize, bool) {
        let mut first = (f64::INFINITY, 0, false);
        for track in self.tracks.of(lane) {
            if track.due < first.0 {
                first = (track.due, track.clock, track.tie);
            } else {
                first.2 |= track.due == first.0;
            }
        }
        (first.0, first.1 as usize, first.2)
    }

    /// Whether no track of a lane is in a stage of which an outcome can come.
    fn closed(&self, lane: u32) -> bool {
        let mut tracks = self.tracks.of(lane).iter();
        tracks.all(|track| !self.program.stages[track.at as usize].productive)
    }

    /// Time goes on in these lanes, and accounts gather what comes until then.
    fn pass<E: Each>(&mut self, some: &[u32], to: &[f64], trip: &mut Trip<'_, E>) {
        let program = self.program;
        let mut rated = self.list();
        if !program.accounts.is_empty() {
            let all = trip.plan.rated;
            let changes = |lane: &&u32| all.touched(self.lanes[**lane as usize % LANES].unpassed);
            rated.extend(some.iter().filter(changes));
        }
        for (number, account) in program.accounts.iter().enumerate() {
            let Some(rate) = account.rate else { continue };
            let mut changed = self.list();
            let changes = |lane: &&u32| rate.touches.touched(self.lanes[**lane as usize % LANES].unpassed);
            changed.extend(rated.iter().filter(changes));
            if !changed.is_empty() {
                let mut results = std::mem::take(&mut self.results);
                results.clear();
                let inputs = &trip.plan.rates[number];
                results.extend_from_slice(self.evaluate(&rate.value, inputs, &changed, trip.worlds));
                for (&lane, value) in changed.iter().zip(&results) {
                    self.rates[(number, lane)] = *value;
                }
                self.results = results;
            }
            self.give_back(changed);
            let measure = program.layout.measure(account.measure as usize);
            for &lane in some {
                let value = self.rates[(number, lane)];
                // Nothing comes of nothing.
                if value != 0.0 {
                    if !value.is_finite() {
                        self.go_astray(lane);
                    }
                    let (from, to) = (self.now(lane), to[lane as usize % LANES]);
                    self.values[(measure, lane)] += value * account.span(from, to);
                }
            }
        }
        self.give_back(rated);
        let day = program.layout.day();
        for &lane in some {
            let time = to[lane as usize % LANES];
            self.values[(day, lane)] = time;
            let it = self.lane(lane);
            (it.now, it.events) = (time, 0);
            // All that had changed was seen when the last instant settled.
            (it.unwatched, it.unsettled, it.unpassed) = (Reads::TIME, Reads::TIME, Reads::TIME);
        }
    }

    /// When time alone changes a condition of a lane next.
    fn crossing<E: Each>(&mut self, lane: u32, trip: &mut Trip<'_, E>) -> f64 {
        let program = self.program;
        let mut next = f64::INFINITY;
        // Time alone brings a crossing nearer, but does not move it.
        let news = self.lane(lane).unpassed.untimed();
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
            let lasting = !matches!(crossing.compare, Compare::Equal | Compare::Unequal);
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
            let time = time.unwrap_or(it.now);
            self.ended.put(it.place as usize, (outcome, time, it.now));
            let values = self.values.of(lane);
            let entered = &values[layout.entered(0)..][..program.tracks.len()];
            let measures = &values[layout.measure(0)..][..program.measures.len()];
            self.ended.keep(it.place as usize, &values[..layout.states], entered, measures);
            let index = |track: &super::lanes::Track| program.stages[track.at as usize].index;
            let tracks = self.tracks.of_mut(lane);
            self.ended.stages(it.place as usize, tracks.iter().map(|track| index(track) as u16));
            let tracks = tracks.iter_mut().map(|track| (index(track) as usize, &mut track.since));
            trip.seen.stop((usize::from(outcome), time, it.now), tracks);
            self.lane(lane).state = State::Ended;
            self.free.push(lane);
        }
        self.gone += some.len() as u64;
    }
}
