//! An event in some lanes: branches are chosen, their effects are done, tracks are moved.

use super::lanes::{LANES, Lane, Lanes, Track, Trip};
use super::route::Route;
use crate::engine::{Each, MANY, Visits};
use crate::model::Return;
use crate::program::{Branch, DrawPlan, Effects, Kind, NO_TABLE, Program, Reads, Stage, Target, choose};

/// Where counts of draws are found.
#[derive(Clone, Copy)]
enum Count {
    /// Of a clock, or of a stage that branches on the spot.
    Site(usize),
    /// Of a stage that is entered, if it counts.
    Entry(Option<u32>),
}

/// A path leaves the stage of a track.
#[inline]
fn leave(it: &mut Lane, track: &mut Track, visits: &mut impl Visits) {
    it.left += 1;
    visits.leave(&mut track.since, it.now);
}

/// The stage that a track comes to.
struct Arrival {
    stage: u32,
    track: usize,
    /// Where the stage is read, as its index, and when it was entered.
    place: usize,
    index: f64,
    entered: usize,
    spot: u32,
    reads: Reads,
}

impl Arrival {
    fn of(program: &Program, number: u32) -> Arrival {
        let stage = &program.stages[number as usize];
        let track = stage.track as usize;
        let place = program.layout.track(track);
        Arrival {
            stage: number,
            track,
            place,
            index: f64::from(stage.index),
            entered: program.layout.entered(track),
            spot: u32::from(stage.spot.is_some()),
            reads: Reads::place(place),
        }
    }

    /// The track stands there.
    #[inline]
    fn put(&self, it: &mut Lane, track: &mut Track, values: &mut [f64]) {
        track.at = self.stage;
        values[self.place] = self.index;
        it.spots = it.spots & !(1 << self.track) | self.spot << self.track;
        it.touch(self.reads);
    }

    /// The track enters.
    #[inline]
    fn enter(&self, it: &mut Lane, values: &mut [f64]) {
        values[self.entered] = it.now;
        it.events += 1;
    }
}

impl Lanes<'_> {
    /// In each lane that was found for it a clock rings, or a stage branches on the spot; and what rings because of that, until nothing
    /// is left to do at this time but to look at clocks.
    pub(super) fn ring_all<E: Each>(&mut self, trip: &mut Trip<'_, E>) {
        let mut sites = std::mem::take(&mut self.filled);
        // A round at a time, so that many come together.
        while self.ringing.filled(&mut sites) {
            for site in sites.iter().map(|site| *site as usize) {
                let mut some = self.list();
                self.ringing.take(site, &mut some);
                self.ring(site, &mut some, trip);
                self.give_back(some);
            }
        }
        self.filled = sites;
    }

    /// A clock rings in these lanes, or a stage without clocks branches.
    fn ring<E: Each>(&mut self, site: usize, some: &mut Vec<u32>, trip: &mut Trip<'_, E>) {
        let program = self.program;
        if !self.astray.is_empty() {
            some.retain(|lane| self.walks(*lane));
        }
        let mut numbers = std::mem::take(&mut self.numbers);
        numbers.clear();
        some.iter().for_each(|lane| self.lanes[*lane as usize % LANES].events += 1);
        let clock = program.clocks.get(site);
        match clock.map(|clock| &clock.kind) {
            None => {
                self.draw(site, some, true, trip);
                numbers.extend_from_slice(self.drawn.choices());
            }
            Some(Kind::At(_) | Kind::Guard) => {
                self.draw(site, some, true, trip);
                numbers.extend_from_slice(self.drawn.choices());
                for &lane in some.iter() {
                    let it = &mut self.clocks[(site, lane)];
                    (it.running, it.due, it.rung) = (false, f64::INFINITY, true);
                }
            }
            Some(_) if trip.plan.alone[trip.plan.stages_of[site] as usize] => {
                let stage = &program.stages[trip.plan.stages_of[site] as usize];
                let choices = &self.firsts[stage.track as usize].choice;
                numbers.extend(some.iter().map(|lane| choices[*lane as usize % LANES]));
            }
            Some(_) => {
                for &lane in some.iter() {
                    let it = &mut self.clocks[(site, lane)];
                    numbers.push(it.choice);
                    (it.running, it.due) = (false, f64::INFINITY);
                }
            }
        }
        if clock.is_some_and(|clock| clock.returns != Return::Redraw) {
            some.iter().for_each(|lane| self.memory[(site, *lane)].kept = f64::NAN);
        }
        self.moved += some.len() as u64;
        self.groups += 1;
        let gone = self.gone;
        let list = &program.lists[trip.plan.lists_of[site] as usize];
        let mut ways = std::mem::take(&mut self.ways);
        self.choose(trip.plan.lists_of[site] as usize, some, &numbers, &mut ways, trip);
        let routes = &trip.plan.routes[site];
        for ((branch, route), these) in list.branches.of(&program.branches).iter().zip(routes).zip(&mut ways)
        {
            if !these.is_empty() {
                self.follow(site, (branch, route), these, gone, trip);
                these.clear();
            }
        }
        self.ways = ways;
        self.numbers = numbers;
    }

    /// The branch that each of these lanes takes.
    fn choose<E: Each>(
        &mut self,
        number: usize,
        some: &[u32],
        numbers: &[f64],
        ways: &mut [Vec<u32>],
        trip: &mut Trip<'_, E>,
    ) {
        let program = self.program;
        if program.lists[number].table == NO_TABLE {
            let mut chosen = std::mem::take(&mut self.chosen);
            chosen.resize(some.len(), 0);
            self.gather(&trip.plan.lists[number], some, trip.worlds);
            let thresholds = self.columns.thresholds_ready(number, some.len());
            thresholds.choose(numbers, &mut chosen);
            for (&lane, &chosen) in some.iter().zip(&chosen) {
                self.way(lane, ways.get_mut(chosen as usize));
            }
            self.chosen = chosen;
        } else if let [world] = trip.worlds {
            let table = world.table(program, number).unwrap_or_default();
            for (&lane, number_of) in some.iter().zip(numbers) {
                self.way(lane, choose(table, *number_of).and_then(|chosen| ways.get_mut(chosen)));
            }
        } else {
            for (&lane, number_of) in some.iter().zip(numbers) {
                let world = &trip.worlds[self.lanes[lane as usize % LANES].world as usize];
                let table = world.table(program, number);
                let chosen = table.and_then(|table| choose(table, *number_of));
                self.way(lane, chosen.and_then(|chosen| ways.get_mut(chosen)));
            }
        }
    }

    #[inline]
    fn way(&mut self, lane: u32, way: Option<&mut Vec<u32>>) {
        match way {
            Some(way) => way.push(lane),
            None => self.go_astray(lane),
        }
    }

    /// Lanes take a branch; `gone` as before its clock rang.
    fn follow<E: Each>(
        &mut self,
        site: usize,
        (branch, route): (&Branch, &Route),
        these: &mut Vec<u32>,
        gone: u64,
        trip: &mut Trip<'_, E>,
    ) {
        let program = self.program;
        let from = trip.plan.stages_of[site];
        self.apply(&branch.effects, Count::Site(site), these, trip);
        self.keep_walking(these, gone);
        if !branch.effects.moves.is_empty() {
            self.transfer(program.stages[from as usize].track as usize, branch, these, trip);
        } else if let Target::Stage(to) = branch.to {
            self.move_on(from, (to, route), these, trip);
        }
        match branch.to {
            Target::Stay | Target::Stage(_) => self.arrive(route, these, gone, trip),
            Target::Outcome(outcome) => {
                self.keep_walking(these, gone);
                // What the last event made true counts as well.
                self.note_firsts(route, these, trip);
                self.end(these, outcome, None, trip);
            }
        }
    }

    /// A track alone is moved, as mostly.
    fn move_on<E: Each>(
        &mut self,
        number: u32,
        (to, route): (u32, &Route),
        some: &[u32],
        trip: &mut Trip<'_, E>,
    ) {
        let from = &self.program.stages[number as usize];
        if !trip.plan.alone[number as usize] {
            self.drop_clocks(from, some);
        }
        let (track, to) = (from.track as usize, Arrival::of(self.program, to));
        let (limit, mut far) = (self.program.instant_limit, false);
        let stays = &mut *self.stays;
        // Who branches on the spot leaves at once.
        (stays.count, stays.at_once) = (some.len().min(MANY), from.spot.is_some());
        for (nth, &lane) in some.iter().enumerate() {
            let it = &mut self.lanes[lane as usize % LANES];
            let (of, values) = (&mut self.tracks[(track, lane)], self.values.of_mut(lane));
            let (nth, since) = (nth % MANY, &mut of.since);
            (stays.at[nth], stays.from[nth], stays.to[nth]) = (since.at.into(), since.time, it.now);
            since.time = it.now;
            it.left += 1;
            to.put(it, of, values);
            to.enter(it, values);
            it.looks |= route.looks;
            far |= it.events > limit;
        }
        trip.seen.visits(track, from.index as usize).leave_many(stays);
        if far {
            self.lose_endless();
        }
        self.upon_entry(to.stage, some, trip);
    }

    /// Several tracks are moved: all leave, all stand where they are moved to, then all enter.
    fn transfer<E: Each>(&mut self, track: usize, branch: &Branch, these: &[u32], trip: &mut Trip<'_, E>) {
        let program = self.program;
        // By track: where to, and who. To the stage where it is: nothing.
        let mut moved: Vec<(usize, u32, Vec<u32>)> = vec![];
        for at in branch.effects.moves.range() {
            let (of, to) = (program.moves[at].track as usize, trip.plan.moves[at]);
            let mut who = self.list();
            let here = |lane: u32| self.tracks[(of, lane)].at == to;
            who.extend(these.iter().filter(|lane| !here(**lane)));
            // A later one takes the place of an earlier.
            for (_, _, earlier) in moved.iter_mut().filter(|(track, ..)| *track == of) {
                earlier.retain(|lane| !who.contains(lane));
            }
            moved.push((of, to, who));
        }
        if let Target::Stage(to) = branch.to {
            moved.iter_mut().filter(|(of, ..)| *of == track).for_each(|(.., who)| who.clear());
            let mut who = self.list();
            who.extend(these);
            moved.push((track, to, who));
        }
        moved.sort_by_key(|(of, ..)| *of);
        for (of, _, who) in &moved {
            for stage in program.tracks[*of].stages.of(&program.stages) {
                let number = program.tracks[*of].stages.start + stage.index;
                let mut from = self.list();
                let here = |lane: u32| self.tracks[(*of, lane)].at == number;
                from.extend(who.iter().filter(|lane| here(**lane)));
                self.drop_clocks(stage, &from);
                let mut visits = trip.seen.visits(*of, stage.index as usize);
                for &lane in &from {
                    let it = &mut self.lanes[lane as usize % LANES];
                    leave(it, &mut self.tracks[(*of, lane)], &mut visits);
                }
                drop(visits);
                self.give_back(from);
            }
        }
        moved.iter().for_each(|(_, to, who)| self.put(*to, who));
        for (_, to, who) in moved {
            self.enter(to, &who, trip);
            self.give_back(who);
        }
    }

    /// The clocks of a stage that is left stop.
    fn drop_clocks(&mut self, stage: &Stage, some: &[u32]) {
        for clock in stage.clocks.range() {
            for &lane in some {
                if self.clocks[(clock, lane)].running {
                    self.drop_clock(clock, lane);
                }
            }
        }
    }

    /// A track stands in a stage from here on.
    pub(super) fn put(&mut self, stage: u32, some: &[u32]) {
        let to = Arrival::of(self.program, stage);
        for &lane in some {
            let it = &mut self.lanes[lane as usize % LANES];
            to.put(it, &mut self.tracks[(to.track, lane)], self.values.of_mut(lane));
        }
    }

    /// A track enters the stage where it stands.
    pub(super) fn enter<E: Each>(&mut self, stage: u32, some: &[u32], trip: &mut Trip<'_, E>) {
        let to = Arrival::of(self.program, stage);
        for &lane in some {
            let it = &mut self.lanes[lane as usize % LANES];
            to.enter(it, self.values.of_mut(lane));
        }
        self.upon_entry(stage, some, trip);
    }

    /// What entering a stage does.
    fn upon_entry<E: Each>(&mut self, stage: u32, some: &[u32], trip: &mut Trip<'_, E>) {
        let program = self.program;
        let stage = &program.stages[stage as usize];
        if stage.watches {
            for clock in stage.clocks.range() {
                if matches!(program.clocks[clock].kind, Kind::Guard) {
                    some.iter().for_each(|lane| self.clocks[(clock, *lane)].rung = false);
                }
            }
        }
        if let Some(counter) = stage.entries {
            some.iter().for_each(|lane| self.entries[(counter as usize, *lane)] += 1);
        }
        self.apply(&stage.enter, Count::Entry(stage.entries), some, trip);
    }

    /// Does effects at once: all right-hand sides are worked out first.
    fn apply<E: Each>(&mut self, effects: &Effects, count: Count, some: &[u32], trip: &mut Trip<'_, E>) {
        if effects.nothing || some.is_empty() {
            return;
        }
        let program = self.program;
        let mut results = std::mem::take(&mut self.results);
        results.clear();
        for at in effects.sets.range() {
            let inputs = &trip.plan.sets[at];
            results.extend_from_slice(self.evaluate(&program.sets[at].value, inputs, some, trip.worlds));
        }
        for at in effects.draws.range() {
            let (draw, inputs) = (&program.draws[at], &trip.plan.draws[at]);
            let span = match &draw.draw {
                DrawPlan::Law(law) => law.span,
                _ => Default::default(),
            };
            for &lane in some {
                let drawn = match count {
                    Count::Site(site) => self.clocks[(site, lane)].occurrences,
                    Count::Entry(Some(counter)) => self.entries[(counter as usize, lane)],
                    Count::Entry(None) => 1,
                };
                let plan = (&draw.draw, draw.name, drawn - 1, span);
                results.push(self.sample(lane, plan, inputs, trip.worlds));
            }
        }
        for at in effects.pays.range() {
            let inputs = &trip.plan.pays[at];
            results.extend_from_slice(self.evaluate(&program.pays[at].amount, inputs, some, trip.worlds));
        }
        let sets = effects.sets.of(&program.sets).iter().map(|set| set.state);
        let states = sets.chain(effects.draws.of(&program.draws).iter().map(|draw| draw.state));
        let mut columns = results.chunks_exact(some.len());
        for (state, values) in states.zip(&mut columns) {
            let state = state as usize;
            for (&lane, value) in some.iter().zip(values) {
                let old = std::mem::replace(&mut self.values[(state, lane)], *value);
                if old.to_bits() != value.to_bits() {
                    self.lane(lane).touch(Reads::place(state));
                }
                if !value.is_finite() {
                    self.go_astray(lane);
                }
            }
        }
        for (pay, values) in effects.pays.of(&program.pays).iter().zip(columns) {
            let account = &program.accounts[program.account_of[pay.measure as usize] as usize];
            let measure = program.layout.measure(pay.measure as usize);
            for (&lane, amount) in some.iter().zip(values) {
                self.values[(measure, lane)] += amount * account.discount(self.now(lane));
                if !amount.is_finite() {
                    self.go_astray(lane);
                }
            }
        }
        self.results = results;
    }
}
