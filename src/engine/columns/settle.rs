//! An instant settles in some lanes: everything that happens without time going on, in the order of the walker.

use super::lanes::{LANES, Lanes, Trip};
use super::route::{Route, Stages, bit};
use crate::engine::Each;
use crate::program::{Condition, Kind};

impl Lanes<'_> {
    /// An event has happened in these lanes: outcomes may come, and what rings at once because of it is found, or else the clocks to look
    /// at. `gone` is the count from before the event.
    pub(super) fn arrive<E: Each>(
        &mut self,
        route: &Route,
        some: &mut Vec<u32>,
        gone: u64,
        trip: &mut Trip<'_, E>,
    ) {
        self.keep_walking(some, gone);
        self.note_firsts(route, some, trip);
        self.watch(route, some, trip);
        let program = self.program;
        match route.arrives.map(|stage| program.stages[stage as usize].spot) {
            Some(None) => {}
            Some(Some(spot)) => {
                return self.ringing.add_all(program.clocks.len() + spot.counter as usize, some);
            }
            None => self.find_spots(route.looks, some),
        }
        if trip.plan.watched != 0 {
            self.find_guards(some, trip);
        }
        // Clocks are looked at when all that happens at once has happened.
        if let (Some(stage), [_]) = (route.arrives, program.tracks.as_slice()) {
            return self.looked.add_all(stage as usize, some);
        }
        let Lanes { lanes, tracks, looked, .. } = self;
        for &lane in some.iter() {
            let looks = lanes[lane as usize % LANES].looks;
            for track in tracks.of(lane) {
                if looks & bit(track.at) != 0 {
                    looked.add(track.at as usize, lane);
                }
            }
        }
    }

    /// Takes out the lanes in which a stage branches on the spot: the first track's. In all of them clocks of these stages need a look.
    fn find_spots(&mut self, looks: Stages, some: &mut Vec<u32>) {
        let program = self.program;
        let Lanes { lanes, tracks, ringing, .. } = self;
        let mut far = false;
        some.retain(|lane| {
            let it = &mut lanes[*lane as usize % LANES];
            it.looks |= looks;
            far |= it.events > program.instant_limit;
            if it.spots != 0 {
                let stage = tracks[(it.spots.trailing_zeros() as usize, *lane)].at;
                if let Some(spot) = program.stages[stage as usize].spot {
                    ringing.add(program.clocks.len() + spot.counter as usize, *lane);
                }
            }
            it.spots == 0
        });
        if far {
            self.lose_endless();
            some.retain(|lane| self.walks(*lane));
        }
    }

    /// Lanes with too many events at once go astray.
    #[cold]
    pub(super) fn lose_endless(&mut self) {
        let limit = self.program.instant_limit;
        let endless = |lane: &u32| self.walks(*lane) && self.lanes[*lane as usize].events > limit;
        let lanes: Vec<u32> = (0..LANES as u32).filter(endless).collect();
        lanes.iter().for_each(|lane| self.go_astray(*lane));
    }

    /// Notes what holds for the first time.
    pub(super) fn note_firsts<E: Each>(&mut self, route: &Route, some: &[u32], trip: &mut Trip<'_, E>) {
        let program = self.program;
        for number in route.firsts.iter().map(|number| *number as usize) {
            let first = &program.firsts[number];
            let measure = program.layout.measure(first.measure as usize);
            let mut these = self.list();
            let open = |lane: &&u32| {
                self.values[(measure, **lane)] == f64::INFINITY && self.touched(&first.condition, **lane)
            };
            these.extend(some.iter().filter(open));
            self.keep_true(&first.condition, &trip.plan.firsts[number], &mut these, trip);
            for &lane in &these {
                self.values[(measure, lane)] = self.now(lane);
                // Its crossings count no more.
                self.soonest[lane as usize % LANES] = f64::NAN;
            }
            self.give_back(these);
        }
    }

    /// Lanes where the condition of an outcome holds end.
    fn watch<E: Each>(&mut self, route: &Route, some: &mut Vec<u32>, trip: &mut Trip<'_, E>) {
        let program = self.program;
        for number in route.outcomes.iter().map(|number| *number as usize) {
            let (outcome, when) = &program.outcomes[number];
            let mut these = self.list();
            these.extend(some.iter().filter(|lane| self.touched(when, **lane)));
            self.keep_true(when, &trip.plan.outcomes[number], &mut these, trip);
            let gone = self.gone;
            self.end(&these, *outcome, None, trip);
            self.keep_walking(some, gone);
            self.give_back(these);
        }
    }

    /// Of these lanes those in which a condition holds.
    fn keep_true<E: Each>(
        &mut self,
        condition: &Condition,
        inputs: &super::plan::Inputs,
        these: &mut Vec<u32>,
        trip: &mut Trip<'_, E>,
    ) {
        if these.is_empty() {
            return;
        }
        let mut truth = std::mem::take(&mut self.truth);
        self.holds(condition, inputs, these, trip.worlds, &mut truth);
        let mut holds = truth.iter();
        these.retain(|_| *holds.next().unwrap_or(&false));
        self.truth = truth;
    }

    /// Whether a condition that a route names may hold where it did not: without those of which a stage tells that it does not hold, and
    /// where time changes it as the walker sees it, since whether a crossing has come is a matter of rounding.
    #[inline]
    fn touched(&self, condition: &Condition, lane: u32) -> bool {
        if condition.decided.by(self.values[(condition.decided.place(), lane)]) == Some(false) {
            return false;
        }
        let news = self.lanes[lane as usize % LANES].unpassed;
        let crossed = |at: usize| self.crossings[(at, lane)] <= self.now(lane);
        condition.crossings.is_empty()
            || condition.reads.touched(news.untimed())
            || condition.crossings.range().any(crossed)
    }

    /// Takes out the lanes in which a clock without delay is armed and its guard holds: the first such clock.
    fn find_guards<E: Each>(&mut self, some: &mut Vec<u32>, trip: &mut Trip<'_, E>) {
        let program = self.program;
        for clock in trip.plan.watching.iter().map(|clock| *clock as usize) {
            let plan = &program.clocks[clock];
            let Some(guard) = &plan.guard else { continue };
            let stage = plan.stage;
            let track = program.stages[stage as usize].track as usize;
            let mut these = self.list();
            let (decided, place) = (guard.decided, guard.decided.place());
            let armed = |lane: &&u32| {
                let (lane, of) = (**lane, &self.tracks[(track, **lane)]);
                of.at == stage
                    && self.lanes[lane as usize % LANES].looks & bit(stage) != 0
                    && decided.by(self.values[(place, lane)]) != Some(false)
                    && !self.clocks[(clock, lane)].rung
            };
            these.extend(some.iter().filter(armed));
            self.keep_true(guard, &trip.plan.guards[clock], &mut these, trip);
            if !these.is_empty() {
                let mut taken = these.iter().peekable();
                some.retain(|lane| taken.next_if(|next| *next == lane).is_none());
                these.iter().for_each(|lane| self.ringing.add(clock, *lane));
            }
            self.give_back(these);
        }
    }

    /// Starts, drops and changes clocks as the values now are.
    pub(super) fn settle_clocks<E: Each>(&mut self, trip: &mut Trip<'_, E>) {
        let program = self.program;
        let (mut looked, mut these) = (std::mem::take(&mut self.filled), self.list());
        self.looked.filled(&mut looked);
        for number in looked.iter().map(|stage| *stage as usize) {
            let stage = &program.stages[number];
            let track = stage.track as usize;
            self.looked.take(number, &mut these);
            let running = &trip.plan.running[number];
            if trip.plan.alone[number] {
                // It has rung, or its stage was just entered.
                self.start(running[0] as usize, &these, trip);
                these.clear();
                continue;
            }
            if stage.quiet {
                running.iter().for_each(|clock| self.start_resting(*clock as usize, &these, trip));
            } else {
                running.iter().for_each(|clock| self.look(*clock as usize, &these, trip));
            }
            let (firsts, clocks) = (&mut self.firsts[track], &self.clocks);
            if let [clock] = running.as_slice() {
                for &lane in &these {
                    let due = clocks[(*clock as usize, lane)].due;
                    firsts.set(lane, std::iter::once((*clock, due)));
                }
            } else {
                for &lane in &these {
                    let clocks = clocks.of(lane);
                    firsts.set(lane, running.iter().map(|clock| (*clock, clocks[*clock as usize].due)));
                }
            }
            these.clear();
        }
        self.give_back(these);
        self.filled = looked;
    }

    /// Starts a clock where it does not run.
    fn start_resting<E: Each>(&mut self, clock: usize, these: &[u32], trip: &mut Trip<'_, E>) {
        let mut starts = self.list();
        starts.extend(these.iter().filter(|lane| !self.clocks[(clock, **lane)].running));
        self.start(clock, &starts, trip);
        self.give_back(starts);
    }

    /// Looks at a clock of a stage in which these lanes are.
    fn look<E: Each>(&mut self, clock: usize, these: &[u32], trip: &mut Trip<'_, E>) {
        let plan = &self.program.clocks[clock];
        if let Some(guard) = &plan.guard {
            let mut truth = std::mem::take(&mut self.truth);
            self.holds(guard, &trip.plan.guards[clock], these, trip.worlds, &mut truth);
            for (&lane, holds) in these.iter().zip(&truth) {
                self.clocks[(clock, lane)].held = *holds;
            }
            self.truth = truth;
        }
        let (mut starts, mut aims) = (self.list(), self.list());
        for &lane in these {
            let it = self.clocks[(clock, lane)];
            match &plan.kind {
                Kind::Guard if !it.held => self.clocks[(clock, lane)].rung = false,
                Kind::Guard => {}
                _ if plan.guard.is_some() && !it.held && !it.running => {}
                _ if plan.guard.is_some() && !it.held => self.drop_clock(clock, lane),
                _ if !it.running => starts.push(lane),
                Kind::Hazard(_) => aims.push(lane),
                _ => {}
            }
        }
        self.start(clock, &starts, trip);
        if let Kind::Hazard(rate) = &plan.kind {
            self.aim(clock, *rate, &aims, trip);
        }
        self.give_back(starts);
        self.give_back(aims);
    }
}
