//! An instant settles: everything that happens without time going on.

use super::crossing::next_crossing;
use super::fault::Trouble;
use super::luck::Luck;
use super::observer::Observer;
use super::walker::{End, Walker};
use super::world::World;
use crate::program::{Kind, Run, Spot};

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
            let ended = if let Some((track, spot)) = self.spot() {
                self.branch_on_the_spot(track, spot, world, observer)?
            } else if let Some(clock) = self.true_guard() {
                self.ring(clock, world, observer)?
            } else if let Some(clock) = self.due_now() {
                self.ring(clock, world, observer)?
            } else if self.settle_clocks(world)? {
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
            if self.values[place] == f64::INFINITY
                && program.code.holds(&first.condition.value, &mut self.values)
            {
                self.values[place] = self.now;
            }
        }
    }

    /// Notes what holds for the first time; the outcome whose condition holds, if one does.
    fn watch(&mut self) -> Option<End> {
        self.note_firsts();
        let program = self.program;
        for (outcome, when) in &program.outcomes {
            if program.code.holds(&when.value, &mut self.values) {
                return Some(End { outcome: *outcome, time: self.now });
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
        for stage in &self.at {
            let stage = &program.stages[*stage as usize];
            if !stage.watches {
                continue;
            }
            for clock in stage.clocks.range() {
                if matches!(program.clocks[clock].kind, Kind::Guard)
                    && !self.clocks[clock].rung
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
            for clock in self.program.stages[*stage as usize].clocks.range() {
                if self.clocks[clock].due <= self.now && holds(self.program, &mut self.values, clock) {
                    return Some(clock);
                }
            }
        }
        None
    }

    /// Starts, drops and changes clocks as the values now are; tells whether one is due at once.
    fn settle_clocks(&mut self, world: &World) -> Result<bool, Trouble> {
        let program = self.program;
        let mut due = false;
        for track in 0..self.at.len() {
            let stage = &program.stages[self.at[track] as usize];
            if stage.quiet && !self.fresh[track] {
                continue;
            }
            self.fresh[track] = false;
            self.place = self.at[track];
            for clock in stage.clocks.range() {
                let plan = &program.clocks[clock];
                if plan.guard.is_some() && !holds(program, &mut self.values, clock) {
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
                if !stage.quiet {
                    self.follow(clock, world)?;
                }
                due |= self.clocks[clock].due <= self.now;
            }
        }
        Ok(due)
    }

    /// The next time at which time alone changes a condition that is looked at.
    pub(super) fn earliest_crossing(&mut self) -> f64 {
        let program = self.program;
        let mut next = f64::INFINITY;
        let mut look = |values: &mut [f64], crossings: Run| {
            for crossing in crossings.of(&program.crossings) {
                next = next_crossing(program, values, crossing).min(next);
            }
        };
        for (_, when) in &program.outcomes {
            look(&mut self.values, when.crossings);
        }
        for first in &program.firsts {
            if self.values[program.layout.measure(first.measure as usize)] == f64::INFINITY {
                look(&mut self.values, first.condition.crossings);
            }
        }
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
}

/// Whether the guard of a clock holds; one without always does.
#[inline]
fn holds(program: &crate::program::Program, values: &mut [f64], clock: usize) -> bool {
    match &program.clocks[clock].guard {
        None => true,
        Some(guard) => program.code.holds(&guard.value, values),
    }
}
