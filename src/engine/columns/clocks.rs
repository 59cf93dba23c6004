//! Clocks start, are dropped and remembered, start again, and follow their rates.

use super::lanes::{LANES, Lanes, Trip};
use super::plan::Inputs;
use crate::diag::Span;
use crate::engine::draw::sample;
use crate::engine::worlds::Quantiles;
use crate::engine::{Each, World};
use crate::model::Return;
use crate::program::columnar::Logarithms;
use crate::program::{DrawPlan, Kind, LawPlan, LawTree, Rate, Value};
use crate::stream::Name;

impl Lanes<'_> {
    /// The next random numbers of these lanes, or those alone that choose: of a clock, or of a stage that branches on the spot.
    pub(super) fn draw<E: Each>(&mut self, site: usize, some: &[u32], choose: bool, trip: &Trip<'_, E>) {
        let name = trip.plan.names[site];
        let [keys, paths, counts] = self.drawn.resize(some.len());
        for ((path, count), &lane) in paths.iter_mut().zip(counts).zip(some) {
            let occurrences = &mut self.clocks[(site, lane)].occurrences;
            (*path, *count) = (self.lanes[lane as usize % LANES].path, u64::from(*occurrences));
            *occurrences += 1;
        }
        if let [world] = trip.worlds {
            if choose {
                self.drawn.choose_alike(world.key, name);
            } else {
                self.drawn.make_alike(world.key, name);
            }
            return;
        }
        for (key, &lane) in keys.iter_mut().zip(some) {
            *key = trip.worlds[self.lanes[lane as usize % LANES].world as usize].key.bits();
        }
        if choose {
            self.drawn.choose(name);
        } else {
            self.drawn.make(name);
        }
    }

    /// A clock starts in these lanes.
    pub(super) fn start<E: Each>(&mut self, clock: usize, some: &[u32], trip: &mut Trip<'_, E>) {
        if some.is_empty() {
            return;
        }
        let plan = &self.program.clocks[clock];
        match &plan.kind {
            Kind::Takes { law, .. } if plan.returns == Return::Redraw => {
                self.delays(clock, law, some, trip);
            }
            Kind::Takes { law, .. } => {
                let mut anew = self.list();
                anew.extend(some.iter().filter(|lane| self.memory[(clock, **lane)].kept.is_nan()));
                self.delays(clock, law, &anew, trip);
                self.go_on(clock, some, &anew);
                self.give_back(anew);
            }
            Kind::At(at) => self.date(clock, at, some, trip),
            Kind::Hazard(rate) => {
                self.needs(clock, some, trip);
                self.aim(clock, *rate, some, trip);
            }
            Kind::Guard => {}
        }
    }

    /// What the integral of a clock's rate must reach.
    fn needs<E: Each>(&mut self, clock: usize, some: &[u32], trip: &mut Trip<'_, E>) {
        let mut anew = self.list();
        anew.extend(some.iter().filter(|lane| self.memory[(clock, **lane)].kept.is_nan()));
        self.draw(clock, &anew, false, trip);
        let mut logs = std::mem::take(&mut self.results);
        logs.clear();
        logs.resize(anew.len(), 0.0);
        self.arch.dispatch(Logarithms { from: self.drawn.uniforms(), to: &mut logs });
        let drawn = logs.iter().zip(self.drawn.choices());
        for ((log, choice), &lane) in drawn.zip(&anew) {
            let need = -log;
            let memory = &mut self.memory[(clock, lane)];
            (memory.need, memory.delay) = (need, need);
            self.clocks[(clock, lane)].choice = *choice;
        }
        self.results = logs;
        for &lane in some {
            let now = self.now(lane);
            let memory = &mut self.memory[(clock, lane)];
            if !memory.kept.is_nan() {
                memory.need = std::mem::replace(&mut memory.kept, f64::NAN);
            }
            (memory.last, memory.rate) = (now, f64::NAN);
            self.clocks[(clock, lane)].running = true;
        }
        self.give_back(anew);
    }

    /// A clock waits for new delays.
    fn delays<E: Each>(&mut self, clock: usize, law: &LawPlan, some: &[u32], trip: &mut Trip<'_, E>) {
        let program = self.program;
        let scaled = law.tree.stretched();
        let tabled = match (&law.tree, scaled) {
            (LawTree::Fixed(law), _) => program.laws[*law as usize].table(),
            (_, Some(scaled)) => program.laws[scaled.unit as usize].table(),
            _ => None,
        };
        let mut results = std::mem::take(&mut self.results);
        let mut choices = std::mem::take(&mut self.numbers);
        results.clear();
        choices.clear();
        if let Some(table) = tabled {
            self.draw(clock, some, false, trip);
            let uniforms = self.drawn.uniforms_filled();
            results.resize(uniforms.len(), 0.0);
            self.tables.dispatch(Quantiles { table, uniforms, to: &mut results });
            if let Some(scaled) = scaled {
                let values = self.evaluate(&scaled.scale, &trip.plan.clocks[clock], some, trip.worlds);
                for (delay, value) in results.iter_mut().zip(values) {
                    *delay *= scaled.of(*value).unwrap_or(f64::NAN);
                }
            }
        } else {
            let name = trip.plan.names[clock];
            let inputs = &trip.plan.clocks[clock];
            for &lane in some {
                self.stand(lane, inputs, trip.worlds);
                let (it, at) = (&self.lanes[lane as usize % LANES], &mut self.clocks[(clock, lane)]);
                let world = &trip.worlds[it.world as usize];
                let mut draw = world.key.draw(name, it.path, at.occurrences);
                at.occurrences += 1;
                choices.push(draw.choice());
                let ready = world.ready(program);
                let delay = law.tree.draw(&program.code, &mut self.scratch, ready, &mut draw);
                results.push(delay.unwrap_or(f64::NAN));
            }
        }
        let chosen = if tabled.is_some() { self.drawn.choices() } else { &choices };
        let delays = results.iter().zip(chosen).zip(some);
        let stage = program.clocks[clock].stage as usize;
        // What is due at once has its order among other things; what is no delay is a fault.
        let waits = |now: f64, due: f64| due > now && due < f64::INFINITY;
        let mut rare = false;
        if trip.plan.alone[stage] {
            let first = &mut self.firsts[program.stages[stage].track as usize];
            for ((delay, choice), &lane) in delays {
                let at = lane as usize % LANES;
                let now = self.lanes[at].now;
                (first.due[at], first.clock[at], first.choice[at]) = (now + delay, clock as u64, *choice);
                rare |= !waits(now, now + delay);
            }
        } else {
            for ((delay, choice), &lane) in delays {
                let now = self.lanes[lane as usize % LANES].now;
                let it = &mut self.clocks[(clock, lane)];
                (it.due, it.choice, it.running) = (now + delay, *choice, true);
                rare |= !waits(now, now + delay);
            }
        }
        if program.clocks[clock].returns != Return::Redraw {
            for (delay, &lane) in results.iter().zip(some) {
                self.memory[(clock, lane)].delay = *delay;
            }
        }
        if rare {
            for (delay, &lane) in results.iter().zip(some) {
                let now = self.now(lane);
                if !waits(now, now + delay) {
                    self.go_astray(lane);
                }
            }
        }
        self.results = results;
        self.numbers = choices;
    }

    /// Those of these lanes where the clock is not drawn anew wait for what was left.
    fn go_on(&mut self, clock: usize, some: &[u32], anew: &[u32]) {
        let mut anew = anew.iter().peekable();
        for lane in some {
            if anew.next_if(|next| *next == lane).is_some() {
                continue;
            }
            let lane = *lane;
            let now = self.now(lane);
            let left = std::mem::replace(&mut self.memory[(clock, lane)].kept, f64::NAN);
            let it = &mut self.clocks[(clock, lane)];
            (it.due, it.running) = (now + left, true);
            if now + left <= now {
                self.go_astray(lane);
            }
        }
    }

    fn date<E: Each>(&mut self, clock: usize, at: &Value, some: &[u32], trip: &mut Trip<'_, E>) {
        let mut results = std::mem::take(&mut self.results);
        results.clear();
        let inputs = &trip.plan.clocks[clock];
        results.extend_from_slice(self.evaluate(at, inputs, some, trip.worlds));
        for (lane, time) in some.iter().copied().zip(&results) {
            let (now, i) = (self.now(lane), (clock, lane));
            let rings = *time >= now && !self.clocks[i].rung;
            self.clocks[i].running = true;
            self.clocks[i].due = if rings { *time } else { f64::INFINITY };
            if time.is_nan() || self.clocks[i].due <= now {
                self.go_astray(lane);
            }
        }
        self.results = results;
    }

    /// A clock of a lane stops before it rings, and remembers what it must.
    pub(super) fn drop_clock(&mut self, clock: usize, lane: u32) {
        let plan = &self.program.clocks[clock];
        let i = (clock, lane);
        if plan.returns != Return::Redraw {
            let now = self.now(lane);
            self.memory[i].kept = match (&plan.kind, plan.returns) {
                (Kind::Takes { .. }, Return::Resume) => (self.clocks[i].due - now).max(0.0),
                (Kind::Hazard(_), Return::Resume) => {
                    self.spend(clock, lane);
                    self.memory[i].need
                }
                (Kind::Takes { .. } | Kind::Hazard(_), _) => self.memory[i].delay,
                (Kind::At(_) | Kind::Guard, _) => f64::NAN,
            };
        }
        let it = &mut self.clocks[i];
        (it.running, it.due) = (false, f64::INFINITY);
    }

    /// Sees when a clock rings by its rate, where the rate has changed.
    pub(super) fn aim<E: Each>(&mut self, clock: usize, rate: Rate, some: &[u32], trip: &mut Trip<'_, E>) {
        if some.is_empty() {
            return;
        }
        let mut results = std::mem::take(&mut self.results);
        results.clear();
        let inputs = &trip.plan.clocks[clock];
        results.extend_from_slice(self.evaluate(&rate.value, inputs, some, trip.worlds));
        for (lane, rate) in some.iter().copied().zip(&results) {
            let i = (clock, lane);
            if rate.to_bits() == self.memory[i].rate.to_bits() {
                continue;
            }
            if !(0.0..f64::INFINITY).contains(rate) {
                self.go_astray(lane);
                continue;
            }
            self.spend(clock, lane);
            let now = self.now(lane);
            let memory = &mut self.memory[i];
            memory.rate = *rate;
            let due = if *rate > 0.0 { now + memory.need / rate } else { f64::INFINITY };
            self.clocks[i].due = due;
            if due <= now {
                self.go_astray(lane);
            }
        }
        self.results = results;
    }

    /// Takes from what is needed what the rate has brought since it was last looked at.
    fn spend(&mut self, clock: usize, lane: u32) {
        let now = self.now(lane);
        let memory = &mut self.memory[(clock, lane)];
        if !memory.rate.is_nan() && now > memory.last {
            memory.need = (memory.need - memory.rate * (now - memory.last)).max(0.0);
        }
        memory.last = now;
    }

    /// A draw of a state variable in one lane, by its plan, name and occurrence; NaN where it can't be drawn.
    pub(super) fn sample(
        &mut self,
        lane: u32,
        (plan, name, occurrence, span): (&DrawPlan, Name, u32, Span),
        inputs: &Inputs,
        worlds: &[World],
    ) -> f64 {
        self.stand(lane, inputs, worlds);
        let it = self.lanes[lane as usize % LANES];
        let world = &worlds[it.world as usize];
        let mut draw = world.key.draw(name, it.path, occurrence);
        let (program, ready) = (self.program, world.ready(self.program));
        sample(plan, &program.code, &mut self.scratch, ready, &mut draw, span).unwrap_or(f64::NAN)
    }
}
