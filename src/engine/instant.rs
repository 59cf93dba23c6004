//! An instant settles: everything that happens without time going on.

use super::crossing::next_crossing;
use super::fault::Trouble;
use super::luck::Luck;
use super::observer::Observer;
use super::walker::{End, Walker};
use super::world::World;
use crate::program::{Clock, Condition, Kind, Reads, Run, Spot};

impl<L: Luck> Walker<'_, L> {
    /// Scans from the top until nothing is left to do at this time.
    pub(super) fn settle(
        &mut self,
        world: &World,
        observer: &mut impl Observer,
    ) -> Result<Option<End>, Trouble> {
        loop {
            if self.watched
                && let Some(end) = self.watch()
            {
                return Ok(Some(end));
            }
            let ended = if self.on_spot > 0
                && let Some((track, spot)) = self.spot()
            {
                self.branch_on_the_spot(track, spot, world, observer)?
            } else if self.on_watch > 0
                && let Some(clock) = self.true_guard()
            {
                self.ring(clock, world, observer)?
            } else if self.any_due
                && let Some(clock) = self.due_now()
            {
                self.ring(clock, world, observer)?
            } else if self.settle_clocks(world)? {
                self.any_due = true;
                None
            } else {
                return Ok(None);
            };
            if ended.is_some() {
                return Ok(ended);
            }
        }
    }

    /// Notes what holds for the first time.
    pub(super) fn note_firsts(&mut self) {
        let program = self.program;
        for first in &program.firsts {
            let place = program.layout.measure(first.measure as usize);
            // What it reads is as when it did not hold.
            if touched(&first.condition, self.unwatched, self.now, &self.crossings)
                && self.values[place] == f64::INFINITY
                && program.holds(&first.condition, &mut self.values)
            {
                self.values[place] = self.now;
            }
        }
    }

    /// Notes what holds for the first time; the outcome whose condition holds, if one does.
    fn watch(&mut self) -> Option<End> {
        self.note_firsts();
        let program = self.program;
        let news = std::mem::take(&mut self.unwatched);
        for (outcome, when) in &program.outcomes {
            if touched(when, news, self.now, &self.crossings) && program.holds(when, &mut self.values) {
                return Some(End { outcome: *outcome, time: self.now, standing: false });
            }
        }
        None
    }

    /// The first track whose stage branches on the spot.
    #[inline]
    fn spot(&self) -> Option<(usize, Spot)> {
        let program = self.program;
        let mut stages = self.at.iter().enumerate();
        stages.find_map(|(track, stage)| program.stages[*stage as usize].spot.map(|spot| (track, spot)))
    }

    /// The first armed clock without delay whose guard holds.
    #[inline]
    fn true_guard(&mut self) -> Option<usize> {
        let program = self.program;
        for (track, stage) in self.at.iter().enumerate() {
            let stage = &program.stages[*stage as usize];
            if !stage.watches {
                continue;
            }
            for clock in stage.clocks.range() {
                let plan = &program.clocks[clock];
                if matches!(plan.kind, Kind::Guard)
                    && !self.clocks[clock].rung
                    && (self.fresh[track] || guard_touched(plan, self.unsettled))
                    && holds(self.program, &mut self.values, clock)
                {
                    return Some(clock);
                }
            }
        }
        None
    }

    /// The first running clock that is due and whose guard holds.
    #[inline]
    fn due_now(&mut self) -> Option<usize> {
        for stage in &self.at {
            let clocks = self.program.stages[*stage as usize].clocks;
            for (clock, running) in clocks.range().zip(clocks.of(&self.clocks)) {
                if running.due <= self.now && holds(self.program, &mut self.values, clock) {
                    return Some(clock);
                }
            }
        }
        None
    }

    /// Starts, drops and changes clocks as the values now are; tells whether one is due at once.
    fn settle_clocks(&mut self, world: &World) -> Result<bool, Trouble> {
        let program = self.program;
        let news = std::mem::take(&mut self.unsettled);
        let mut due = false;
        for track in 0..self.at.len() {
            let stage = &program.stages[self.at[track] as usize];
            if !self.fresh[track] && (stage.quiet || !stage.settles.touched(news)) {
                continue;
            }
            let fresh = std::mem::replace(&mut self.fresh[track], false);
            self.place = self.at[track];
            if stage.quiet {
                for clock in stage.clocks.range() {
                    if !self.clocks[clock].running {
                        self.start(clock, world)?;
                    }
                    due |= self.clocks[clock].due <= self.now;
                }
                continue;
            }
            for clock in stage.clocks.range() {
                let plan = &program.clocks[clock];
                if plan.guard.is_some() && (fresh || guard_touched(plan, news)) {
                    self.clocks[clock].held = holds(program, &mut self.values, clock);
                }
                if plan.guard.is_some() && !self.clocks[clock].held {
                    if matches!(plan.kind, Kind::Guard) {
                        self.clocks[clock].rung = false;
                    } else if self.clocks[clock].running {
                        self.drop_clock(clock)?;
                    }
                    continue;
                }
                if matches!(plan.kind, Kind::Guard) {
                    continue;
                }
                let started = !self.clocks[clock].running;
                if started {
                    self.start(clock, world)?;
                }
                // A rate was looked at when the clock started.
                self.follow(clock, if started { Reads::NONE } else { news }, world)?;
                due |= self.clocks[clock].due <= self.now;
            }
        }
        Ok(due)
    }

    /// The next time at which time alone changes a condition that is looked at.
    pub(super) fn earliest_crossing(&mut self) -> f64 {
        let program = self.program;
        let mut next = f64::INFINITY;
        // Time alone brings a crossing nearer, but does not move it.
        let news = std::mem::take(&mut self.uncrossed).untimed();
        for (_, when) in &program.outcomes {
            next = next.min(self.crossing(when, news));
        }
        for first in &program.firsts {
            if self.values[program.layout.measure(first.measure as usize)] == f64::INFINITY {
                next = next.min(self.crossing(&first.condition, news));
            }
        }
        let mut look = |values: &mut [f64], crossings: Run| {
            for crossing in crossings.of(&program.crossings) {
                next = next_crossing(program, values, crossing).min(next);
            }
        };
        for stage in &self.at {
            let stage = &program.stages[*stage as usize];
            if stage.crosses {
                for clock in stage.clocks.of(&program.clocks) {
                    if let Some(guard) = &clock.guard {
                        look(&mut self.values, guard.crossings);
                    }
                }
            }
        }
        next
    }

    /// When time alone changes a condition next that has been looked at since the path began.
    fn crossing(&mut self, condition: &Condition, news: Reads) -> f64 {
        let program = self.program;
        let mut next = f64::INFINITY;
        for at in condition.crossings.range() {
            let crossing = &program.crossings[at];
            let lasting = crossing.lasts();
            let known = self.crossings[at];
            if crossing.reads.touched(news) || !(lasting && known > self.now) {
                self.crossings[at] = next_crossing(program, &mut self.values, crossing);
            }
            next = next.min(self.crossings[at]);
        }
        next
    }
}

/// Whether a condition may hold where it did not. Time alone changes it at its crossings, which are known when time goes on.
#[inline]
fn touched(condition: &Condition, news: Reads, now: f64, crossings: &[f64]) -> bool {
    condition.reads.touched(news.untimed())
        || (condition.reads.touched(news) && condition.crossings.of(crossings).iter().any(|at| *at <= now))
}

/// Whether the guard of a clock may hold where it did not, or the other way round.
#[inline]
fn guard_touched(clock: &Clock, news: Reads) -> bool {
    clock.guard.as_ref().is_some_and(|guard| guard.reads.touched(news))
}

/// Whether the guard of a clock holds; one without always does.
#[inline]
fn holds(program: &crate::program::Program, values: &mut [f64], clock: usize) -> bool {
    match &program.clocks[clock].guard {
        None => true,
        Some(guard) => program.holds(guard, values),
    }
}
