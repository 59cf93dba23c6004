//! Clocks start, are dropped and remembered, start again, and follow what changes.

use super::fault::{FaultKind, Trouble, trouble};
use super::luck::{Luck, Scene};
use super::timed::TimedRate;
use super::walker::Walker;
use super::world::World;
use crate::dist::Law;
use crate::model::{OnChange, Return};
use crate::program::{Kind, LawPlan, Rate, Reads, Run, Value};
use crate::stream::Draw;

/// What every clock has on a path.
#[derive(Clone, Copy, Debug)]
pub struct Running {
    /// When it rings; infinity where it does not run, or not so.
    pub due: f64,
    /// The number that will choose its branch.
    pub choice: f64,
    /// How many draws it has had.
    pub occurrences: u32,
    /// Whether it runs.
    pub running: bool,
    /// Whether its guard held when the clocks were last settled.
    pub held: bool,
    /// A date: it has rung. A clock without delay: it waits until its guard was false.
    pub rung: bool,
}

impl Default for Running {
    fn default() -> Running {
        Running {
            due: f64::INFINITY,
            choice: f64::NAN,
            occurrences: 0,
            running: false,
            held: false,
            rung: false,
        }
    }
}

/// What clocks remember that return, follow changes, or ring by a rate.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Memory {
    /// What was left when it was dropped; NaN for nothing.
    pub kept: f64,
    /// The whole delay, or what the integral of the rate must reach.
    delay: f64,
    /// The time waited before `last`, on the scale of the law that holds now.
    age: f64,
    /// The time from which the following count.
    last: f64,
    /// What the integral of the rate has yet to reach.
    need: f64,
    /// The rate, while it is constant; NaN before it is first looked at.
    rate: f64,
    /// The quantile of the delay, from below and from above.
    quantile: (f64, f64),
    /// The day, and when the stage was entered, at the last look at the parameters.
    looked: (f64, f64),
}

impl<L: Luck> Walker<'_, L> {
    /// A clock starts whose guard holds.
    pub(super) fn start(&mut self, clock: usize, world: &World) -> Result<(), Trouble> {
        let program = self.program;
        let plan = &program.clocks[clock];
        self.clocks[clock].running = true;
        match &plan.kind {
            Kind::Takes { law, change, kept, laws } => {
                if plan.returns == Return::Redraw || self.memory[clock].kept.is_nan() {
                    return self.draw_delay(clock, law, *change, *kept, *laws, world);
                }
                let memory = &mut self.memory[clock];
                let left = std::mem::replace(&mut memory.kept, f64::NAN);
                memory.age = memory.delay - left;
                memory.last = self.now;
                self.clocks[clock].due = self.now + left;
            }
            Kind::At(at) => {
                let time = program.code.evaluate(at, &mut self.values);
                if time.is_nan() {
                    return Err(trouble(FaultKind::Date(time), at.span));
                }
                let rings = time >= self.now && !self.clocks[clock].rung;
                self.clocks[clock].due = if rings { time } else { f64::INFINITY };
            }
            Kind::Hazard(rate) => {
                let memory = &mut self.memory[clock];
                if plan.returns != Return::Redraw && !memory.kept.is_nan() {
                    memory.need = std::mem::replace(&mut memory.kept, f64::NAN);
                } else {
                    let running = &mut self.clocks[clock];
                    let mut draw = self.key.draw(plan.name, self.path, running.occurrences);
                    running.occurrences += 1;
                    running.choice = draw.choice();
                    let need = if L::PLAIN {
                        -libm::log(draw.uniform())
                    } else {
                        self.need(clock, *rate, &mut draw)
                    };
                    let memory = &mut self.memory[clock];
                    (memory.need, memory.delay) = (need, need);
                }
                let memory = &mut self.memory[clock];
                memory.last = self.now;
                memory.rate = f64::NAN;
                self.aim(clock, *rate)?;
            }
            Kind::Guard => {}
        }
        Ok(())
    }

    #[inline]
    fn draw_delay(
        &mut self,
        clock: usize,
        plan: &LawPlan,
        change: OnChange,
        kept: Run,
        laws: u32,
        world: &World,
    ) -> Result<(), Trouble> {
        let program = self.program;
        let running = &mut self.clocks[clock];
        let mut draw = self.key.draw(program.clocks[clock].name, self.path, running.occurrences);
        running.occurrences += 1;
        running.choice = draw.choice();
        let delay = match self.steer(clock, plan, world, &draw) {
            Some(delay) => Ok(delay),
            None => plan.tree.draw(&program.code, &mut self.values, world.ready(program), &mut draw),
        };
        let delay = match delay {
            Ok(delay) => delay,
            Err(refusal) => return Err(trouble(FaultKind::Law(refusal), plan.span)),
        };
        let running = &mut self.clocks[clock];
        if !(0.0..f64::INFINITY).contains(&delay) {
            return Err(trouble(FaultKind::Delay(delay), plan.span));
        }
        running.due = self.now + delay;
        let remembers = program.clocks[clock].returns != Return::Redraw;
        if remembers || change != OnChange::Keep {
            let memory = &mut self.memory[clock];
            (memory.delay, memory.age, memory.last) = (delay, 0.0, self.now);
            if change == OnChange::Rescale
                && let Ok(law) = plan.tree.law(&program.code, &mut self.values, world.ready(program))
            {
                memory.quantile = (law.cdf(delay), law.sf(delay));
                self.laws[laws as usize] = Some(law.into_owned());
            }
            if change != OnChange::Keep {
                self.look(clock, plan, kept);
                let (stored, seen) = self.parameters.split_at_mut(program.kept_parameters);
                stored[kept.range()].copy_from_slice(&seen[kept.range()]);
            }
        }
        Ok(())
    }

    /// The delay of a clock by a luck that is not plain; `None` where the scenario decides.
    #[inline]
    fn steer(&mut self, clock: usize, plan: &LawPlan, world: &World, draw: &Draw) -> Option<f64> {
        if L::PLAIN {
            return None;
        }
        let program = self.program;
        let law = plan.tree.law(&program.code, &mut self.values, world.ready(program)).ok()?;
        let scene = Scene {
            now: self.now,
            at: &self.at,
            states: &self.values[..program.layout.states],
            clocks: &self.clocks,
        };
        self.luck.delay(clock, &law, draw, &scene)
    }

    /// What the integral of a rate must reach, by a luck that wants to know what it will have reached at some times.
    #[cold]
    fn need(&mut self, clock: usize, rate: Rate, draw: &mut Draw) -> f64 {
        let program = self.program;
        let times = self.luck.times(self.now).to_vec();
        let mut reached = Vec::with_capacity(times.len());
        let (mut at, mut sum) = (self.now, 0.0);
        for time in times {
            // As if nothing changed until then. A rate that is wrong at a time that may never come is no fault yet.
            let part = if rate.value.deps.timed() {
                TimedRate::new(program, &mut self.values, rate, 0.0)
                    .integral(at, time, |_| 1.0)
                    .unwrap_or(f64::NAN)
            } else {
                program.code.evaluate(&rate.value, &mut self.values) * (time - at)
            };
            sum += part;
            reached.push(sum);
            at = time;
        }
        let scene = Scene {
            now: self.now,
            at: &self.at,
            states: &self.values[..program.layout.states],
            clocks: &self.clocks,
        };
        self.luck.need(clock, &reached, draw, &scene)
    }

    /// A clock stops before it rings, and remembers what it must.
    pub(super) fn drop_clock(&mut self, clock: usize) -> Result<(), Trouble> {
        let plan = &self.program.clocks[clock];
        if plan.returns != Return::Redraw {
            let left = match (&plan.kind, plan.returns) {
                (Kind::Takes { .. }, Return::Resume) => (self.clocks[clock].due - self.now).max(0.0),
                (Kind::Hazard(rate), Return::Resume) => {
                    self.spend(clock, *rate)?;
                    self.memory[clock].need
                }
                (Kind::Takes { .. } | Kind::Hazard(_), _) => self.memory[clock].delay,
                (Kind::At(_) | Kind::Guard, _) => f64::NAN,
            };
            self.memory[clock].kept = left;
        }
        self.clocks[clock].running = false;
        self.clocks[clock].due = f64::INFINITY;
        Ok(())
    }

    /// A running clock follows what has changed: `news`, as far as a rate is concerned.
    pub(super) fn follow(&mut self, clock: usize, news: Reads, world: &World) -> Result<(), Trouble> {
        match &self.program.clocks[clock].kind {
            Kind::Takes { law, change, kept, laws } if *change != OnChange::Keep => {
                if !self.changed(clock, law, *kept) {
                    return Ok(());
                }
                if *change == OnChange::Redraw {
                    return self.draw_delay(clock, law, *change, *kept, *laws, world);
                }
                self.rescale(clock, law, *laws, world)?;
                self.look(clock, law, *kept);
                let (stored, seen) = self.parameters.split_at_mut(self.program.kept_parameters);
                stored[kept.range()].copy_from_slice(&seen[kept.range()]);
                Ok(())
            }
            Kind::Hazard(rate) if rate.touches.touched(news) => self.aim(clock, *rate),
            _ => Ok(()),
        }
    }

    /// Works out the parameters of a law as they are now, and notes the time.
    fn look(&mut self, clock: usize, plan: &LawPlan, kept: Run) {
        let track = self.program.stages[self.program.clocks[clock].stage as usize].track as usize;
        self.memory[clock].looked = (self.now, self.values[self.program.layout.entered(track)]);
        let seen = &mut self.parameters[self.program.kept_parameters..][kept.range()];
        seen.fill(0.0);
        plan.tree.parameters(&self.program.code, &mut self.values, seen);
    }

    /// Whether the parameters of a law are other than at the last look, time apart.
    fn changed(&mut self, clock: usize, plan: &LawPlan, kept: Run) -> bool {
        let program = self.program;
        let track = program.stages[program.clocks[clock].stage as usize].track as usize;
        let entered = program.layout.entered(track);
        let (day, since) = (self.now, self.values[entered]);
        let (looked_day, looked_since) = self.memory[clock].looked;
        self.values[program.layout.day()] = looked_day;
        self.values[entered] = looked_since;
        let (stored, seen) = self.parameters.split_at_mut(program.kept_parameters);
        let seen = &mut seen[kept.range()];
        seen.fill(0.0);
        plan.tree.parameters(&program.code, &mut self.values, seen);
        self.values[program.layout.day()] = day;
        self.values[entered] = since;
        stored[kept.range()].iter().zip(seen).any(|(a, b)| a.to_bits() != b.to_bits())
    }

    /// The delay keeps its quantile, and so does the time already waited.
    fn rescale(&mut self, clock: usize, plan: &LawPlan, laws: u32, world: &World) -> Result<(), Trouble> {
        let program = self.program;
        let new = match plan.tree.law(&program.code, &mut self.values, world.ready(program)) {
            Ok(law) => law.into_owned(),
            Err(refusal) => return Err(trouble(FaultKind::Law(refusal), plan.span)),
        };
        let memory = &mut self.memory[clock];
        let age = memory.age + (self.now - memory.last);
        let old = self.laws[laws as usize].replace(new);
        let (Some(old), Some(new)) = (&old, &self.laws[laws as usize]) else { return Ok(()) };
        let delay = at_quantile(new, memory.quantile);
        if !(0.0..f64::INFINITY).contains(&delay) {
            return Err(trouble(FaultKind::Delay(delay), plan.span));
        }
        let below = old.cdf(age);
        memory.age = if below > 0.0 {
            at_quantile(new, (below, old.sf(age)))
        } else {
            // Before the earliest time at which it could ring: the same share of the way there.
            let (from, to) = (old.support().0, new.support().0.max(0.0));
            if from > 0.0 { to * (age / from) } else { 0.0 }
        };
        memory.delay = delay;
        memory.last = self.now;
        self.clocks[clock].due = self.now + (delay - memory.age).max(0.0);
        Ok(())
    }

    /// Sees when a clock rings by its rate, if the rate has changed.
    fn aim(&mut self, clock: usize, rate: Rate) -> Result<(), Trouble> {
        let program = self.program;
        let horizon = program.horizon;
        if rate.value.deps.timed() {
            let reads = rate.reads.of(&program.reads);
            let snapshot = &self.snapshots[rate.reads.range()];
            let same = reads
                .iter()
                .zip(snapshot)
                .all(|(p, old)| self.values[*p as usize].to_bits() == old.to_bits());
            if same && !self.memory[clock].rate.is_nan() {
                return Ok(());
            }
            self.spend(clock, rate)?;
            for (place, old) in reads.iter().zip(&mut self.snapshots[rate.reads.range()]) {
                *old = self.values[*place as usize];
            }
            let memory = &mut self.memory[clock];
            memory.rate = 0.0;
            let due =
                TimedRate::new(program, &mut self.values, rate, 0.0).when(self.now, memory.need, horizon);
            self.clocks[clock].due = due.map_err(|wrong| hazard(wrong, &rate.value))?;
            return Ok(());
        }
        let now = program.code.evaluate(&rate.value, &mut self.values);
        if now.to_bits() == self.memory[clock].rate.to_bits() {
            return Ok(());
        }
        if !(0.0..f64::INFINITY).contains(&now) {
            return Err(hazard(now, &rate.value));
        }
        self.spend(clock, rate)?;
        let memory = &mut self.memory[clock];
        memory.rate = now;
        self.clocks[clock].due = if now > 0.0 { self.now + memory.need / now } else { f64::INFINITY };
        Ok(())
    }

    /// Takes from what is needed what the rate has brought since it was last looked at.
    fn spend(&mut self, clock: usize, rate: Rate) -> Result<(), Trouble> {
        let program = self.program;
        let memory = self.memory[clock];
        if !memory.rate.is_nan() && self.now > memory.last {
            let spent = if rate.value.deps.timed() {
                self.swap_snapshot(rate.reads);
                let spent = TimedRate::new(program, &mut self.values, rate, 0.0).integral(
                    memory.last,
                    self.now,
                    |_| 1.0,
                );
                self.swap_snapshot(rate.reads);
                spent.map_err(|wrong| hazard(wrong, &rate.value))?
            } else {
                memory.rate * (self.now - memory.last)
            };
            self.memory[clock].need = (memory.need - spent).max(0.0);
        }
        self.memory[clock].last = self.now;
        Ok(())
    }

    /// Puts the values from when a rate was last looked at in the place of those now, or back.
    fn swap_snapshot(&mut self, reads: Run) {
        for (place, old) in reads.of(&self.program.reads).iter().zip(&mut self.snapshots[reads.range()]) {
            std::mem::swap(&mut self.values[*place as usize], old);
        }
    }
}

/// The value at a quantile, given from both ends.
fn at_quantile(law: &Law, (below, above): (f64, f64)) -> f64 {
    if below <= above { law.quantile(below) } else { law.upper_quantile(above) }
}

#[cold]
fn hazard(rate: f64, value: &Value) -> Trouble {
    trouble(FaultKind::Hazard(rate), value.span)
}
