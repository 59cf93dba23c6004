//! An instant settles in some lanes: everything that happens without time going on, in the order of the walker.

use super::lanes::{LANES, Lanes, Trip};
use crate::engine::Each;
use crate::program::{Condition, Kind, Reads};

impl Lanes<'_> {
    /// Goes on until nothing is left to do at this time.
    pub(super) fn settle<E: Each>(&mut self, mut some: Vec<u32>, trip: &mut Trip<'_, E>) {
        if !self.astray.is_empty() {
            some.retain(|lane| self.walks(*lane));
        }
        while !some.is_empty() {
            self.watch(&mut some, trip);
            self.find_spots(&mut some);
            self.find_guards(&mut some, trip);
            self.find_clocks(&some);
            self.settle_clocks(trip);
            some.clear();
            self.ring_all(trip, &mut some);
        }
        self.give_back(some);
    }

    /// Notes what holds for the first time.
    pub(super) fn note_firsts<E: Each>(&mut self, some: &[u32], trip: &mut Trip<'_, E>) {
        let program = self.program;
        for (number, first) in program.firsts.iter().enumerate() {
            let measure = program.layout.measure(first.measure as usize);
            let mut these = self.list();
            let open = |lane: &&u32| {
                self.values[(measure, **lane)] == f64::INFINITY && self.touched(&first.condition, **lane)
            };
            these.extend(some.iter().filter(open));
            self.keep_true(&first.condition, &trip.plan.firsts[number], &mut these, trip);
            for &lane in &these {
                self.values[(measure, lane)] = self.now(lane);
            }
            self.give_back(these);
        }
    }

    /// Notes what holds for the first time; lanes where the condition of an outcome holds end.
    fn watch<E: Each>(&mut self, some: &mut Vec<u32>, trip: &mut Trip<'_, E>) {
        self.note_firsts(some, trip);
        let program = self.program;
        for (number, (outcome, when)) in program.outcomes.iter().enumerate() {
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

    /// Whether a condition may hold where it did not: as the walker sees it, and without those of which a stage tells that it does not
    /// hold.
    #[inline]
    fn touched(&self, condition: &Condition, lane: u32) -> bool {
        if condition.decided.by(self.values[(condition.decided.place(), lane)]) == Some(false) {
            return false;
        }
        let news = self.lanes[lane as usize % LANES].unwatched;
        let crossed = |at: usize| self.crossings[(at, lane)] <= self.now(lane);
        condition.reads.touched(news.untimed())
            || (condition.reads.touched(news) && condition.crossings.range().any(crossed))
    }

    /// Takes out the lanes in which a stage branches on the spot: the first track's; and those with too many events at once.
    fn find_spots(&mut self, some: &mut Vec<u32>) {
        let program = self.program;
        let mut kept = 0;
        for nth in 0..some.len() {
            let lane = some[nth];
            let it = self.lane(lane);
            it.unwatched = Reads::NONE;
            let spots = it.spots;
            if it.events > program.instant_limit {
                self.go_astray(lane);
            } else if spots == 0 {
                some[kept] = lane;
                kept += 1;
            } else {
                let stage = self.tracks[(spots.trailing_zeros() as usize, lane)].at;
                if let Some(spot) = program.stages[stage as usize].spot {
                    self.note_ring(program.clocks.len() + spot.counter as usize, lane);
                }
            }
        }
        some.truncate(kept);
    }

    /// Takes out the lanes in which a clock without delay is armed and its guard holds: the first such clock.
    fn find_guards<E: Each>(&mut self, some: &mut Vec<u32>, trip: &mut Trip<'_, E>) {
        let program = self.program;
        if trip.plan.watching.is_empty() {
            return;
        }
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
                    && (of.fresh || guard.reads.touched(self.lanes[lane as usize % LANES].unsettled))
                    && decided.by(self.values[(place, lane)]) != Some(false)
                    && !self.clocks[(clock, lane)].rung
            };
            these.extend(some.iter().filter(armed));
            self.keep_true(guard, &trip.plan.guards[clock], &mut these, trip);
            if !these.is_empty() {
                let mut taken = these.iter().peekable();
                some.retain(|lane| taken.next_if(|next| *next == lane).is_none());
                these.iter().for_each(|lane| self.note_ring(clock, *lane));
            }
            self.give_back(these);
        }
    }

    /// Finds the stages in which clocks of these lanes need a look.
    fn find_clocks(&mut self, some: &[u32]) {
        let program = self.program;
        let Lanes { lanes, tracks, looked, looking, .. } = self;
        for &lane in some {
            let news = lanes[lane as usize % LANES].unsettled;
            for track in tracks.of_mut(lane) {
                let stage = &program.stages[track.at as usize];
                if track.fresh || (!stage.quiet && stage.settles.touched(news)) {
                    let list = &mut looked[track.at as usize];
                    if list.is_empty() {
                        looking.push(track.at);
                    }
                    list.push(lane);
                }
            }
        }
    }

    /// Starts, drops and changes clocks as the values now are.
    fn settle_clocks<E: Each>(&mut self, trip: &mut Trip<'_, E>) {
        let program = self.program;
        let mut looking = std::mem::take(&mut self.looking);
        for number in looking.drain(..).map(|stage| stage as usize) {
            let stage = &program.stages[number];
            let track = stage.track as usize;
            let mut these = std::mem::take(&mut self.looked[number]);
            for clock in stage.clocks.range() {
                if stage.quiet {
                    self.start_resting(clock, &these, trip);
                } else {
                    self.look(clock, track, &these, trip);
                }
            }
            for &lane in &these {
                let (clocks, of) = (self.clocks.of(lane), &mut self.tracks[(track, lane)]);
                (of.fresh, of.due, of.tie) = (false, f64::INFINITY, false);
                for clock in stage.clocks.range() {
                    let due = clocks[clock].due;
                    if due < of.due {
                        (of.due, of.clock, of.tie) = (due, clock as u32, false);
                    } else {
                        of.tie |= due == of.due;
                    }
                }
            }
            these.clear();
            self.looked[number] = these;
        }
        self.looking = looking;
    }

    /// Starts a clock where it does not run.
    fn start_resting<E: Each>(&mut self, clock: usize, these: &[u32], trip: &mut Trip<'_, E>) {
        let mut starts = self.list();
        starts.extend(these.iter().filter(|lane| !self.clocks[(clock, **lane)].running));
        self.start(clock, &starts, trip);
        self.give_back(starts);
    }

    /// Looks at a clock of a stage in which these lanes are.
    fn look<E: Each>(&mut self, clock: usize, track: usize, these: &[u32], trip: &mut Trip<'_, E>) {
        let plan = &self.program.clocks[clock];
        if let Some(guard) = &plan.guard {
            let mut looked = self.list();
            looked.extend(these.iter().filter(|lane| {
                self.tracks[(track, **lane)].fresh
                    || guard.reads.touched(self.lanes[**lane as usize % LANES].unsettled)
            }));
            let mut truth = std::mem::take(&mut self.truth);
            self.holds(guard, &trip.plan.guards[clock], &looked, trip.worlds, &mut truth);
            for (&lane, holds) in looked.iter().zip(&truth) {
                self.clocks[(clock, lane)].held = *holds;
            }
            self.truth = truth;
            self.give_back(looked);
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
                Kind::Hazard(rate) if rate.touches.touched(self.lanes[lane as usize % LANES].unsettled) => {
                    aims.push(lane);
                }
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
