//! An event, as is the start of a path: a branch is chosen, its effects are done, tracks are moved.

use super::draw::sample;
use super::fault::{FaultKind, Trouble, trouble};
use super::luck::{Luck, Scene};
use super::memo::Found;
use super::observer::{Observer, Ring};
use super::walker::{End, NONE, Walker};
use super::world::World;
use crate::diag::Span;
use crate::program::{DrawPlan, Effects, Initial, Kind, Reads, Spot, Target};
use crate::stream::Draw;

/// Something that is about to branch.
struct Event {
    stage: u32,
    clock: Option<usize>,
    list: u32,
    /// The number that chooses the branch.
    choice: f64,
    /// Which occurrence it is: for the draws of effects.
    occurrence: u32,
}

impl<L: Luck> Walker<'_, L> {
    /// The start of the path, which is an event.
    pub(super) fn begin(
        &mut self,
        world: &World,
        observer: &mut impl Observer,
    ) -> Result<Option<End>, Trouble> {
        self.initial(world)?;
        for track in 0..self.program.tracks.len() {
            self.put(track, self.program.tracks[track].begins);
            self.pending[track] = true;
        }
        self.enter_pending(world, observer)?;
        self.settle(world, observer)
    }

    /// The state variables take their first values.
    pub(super) fn initial(&mut self, world: &World) -> Result<(), Trouble> {
        // A variable reads as 0 in its own initial value; those below it are not read.
        for (state, initial) in self.program.initial.iter().enumerate() {
            let (value, span) = match initial {
                Initial::Value(value) => (self.program.code.evaluate(value, &mut self.values), value.span),
                Initial::Draw(plan, name, span) => {
                    let mut draw = self.key.draw(*name, self.path, 0);
                    (self.sample(world, plan, &mut draw, *span)?, *span)
                }
            };
            if !value.is_finite() {
                return Err(trouble(FaultKind::Assigned(state, value), span));
            }
            self.values[state] = value;
        }
        Ok(())
    }

    /// A clock rings.
    pub(super) fn ring(
        &mut self,
        clock: usize,
        world: &World,
        observer: &mut impl Observer,
    ) -> Result<Option<End>, Trouble> {
        let plan = &self.program.clocks[clock];
        let running = &mut self.clocks[clock];
        running.running = false;
        running.due = f64::INFINITY;
        if matches!(plan.kind, Kind::At(_) | Kind::Guard) {
            running.choice = self.key.draw(plan.name, self.path, running.occurrences).choice();
            running.occurrences += 1;
            running.rung = true;
        } else if plan.returns != crate::model::Return::Redraw {
            self.memory[clock].kept = f64::NAN;
        }
        let event = Event {
            stage: plan.stage,
            clock: Some(plan.index as usize),
            list: plan.list,
            choice: running.choice,
            occurrence: running.occurrences - 1,
        };
        self.happen(&event, world, observer)
    }

    /// A stage without clocks branches.
    pub(super) fn branch_on_the_spot(
        &mut self,
        track: usize,
        spot: Spot,
        world: &World,
        observer: &mut impl Observer,
    ) -> Result<Option<End>, Trouble> {
        let occurrence = self.spots[spot.counter as usize];
        self.spots[spot.counter as usize] += 1;
        let choice = self.key.draw(spot.name, self.path, occurrence).choice();
        let event = Event { stage: self.at[track], clock: None, list: spot.list, choice, occurrence };
        self.happen(&event, world, observer)
    }

    #[inline]
    fn happen<O: Observer>(
        &mut self,
        event: &Event,
        world: &World,
        observer: &mut O,
    ) -> Result<Option<End>, Trouble> {
        self.place = event.stage;
        self.count()?;
        let program = self.program;
        let stage = &program.stages[event.stage as usize];
        let track = stage.track as usize;
        self.fresh[track] = true;
        let list = &program.lists[event.list as usize];
        let branches = list.branches.range().len();
        let prepared = world.table(program, event.list as usize);
        let kept = if prepared.is_none() { self.look_up(event.list as usize)? } else { None };
        let scene = Scene {
            now: self.now,
            at: &self.at,
            states: &self.values[..program.layout.states],
            clocks: &self.clocks,
        };
        let table = match (prepared, kept) {
            (Some(table), _) => table,
            (None, Some(entry)) => self.memo.table(event.list as usize, entry, branches),
            (None, None) => &self.thresholds[..branches],
        };
        let (chosen, probability) = self.luck.branch(event.list as usize, table, event.choice, &scene);
        let branch = &program.branches[list.branches.start as usize + chosen];
        let states = program.layout.states;
        if O::RINGS && branch.effects.writes {
            self.before.copy_from_slice(&self.values[..states]);
        }
        if !branch.effects.nothing {
            self.apply(&branch.effects, event.occurrence, world, observer)?;
        }
        if O::RINGS {
            let after = &self.values[..states];
            observer.ring(&Ring {
                time: self.now,
                track,
                stage: stage.index as usize,
                clock: event.clock,
                branch: chosen,
                probability,
                before: if branch.effects.writes { &self.before } else { after },
                after,
            });
        }
        let end = match branch.to {
            Target::Stage(to) if !self.any_moved => {
                // This track alone is moved, as mostly.
                self.leave(track, observer)?;
                self.put(track, to);
                self.enter(track, world, observer)?;
                None
            }
            Target::Stage(to) => {
                self.moved[track] = to;
                self.any_moved = true;
                None
            }
            Target::Outcome(outcome) => Some(End { outcome, time: self.now, standing: false }),
            Target::Stay => None,
        };
        if self.any_moved {
            self.transfer(observer)?;
            self.enter_pending(world, observer)?;
        }
        if end.is_some() {
            // What the last event made true counts as well.
            self.note_firsts();
        }
        Ok(end)
    }

    /// Where the thresholds of a list of branches are kept, for the values as they are; `None` where they had to be worked out,
    /// and are where all such are.
    fn look_up(&mut self, number: usize) -> Result<Option<usize>, Trouble> {
        let program = self.program;
        let list = &program.lists[number];
        let branches = list.branches.range().len();
        let found = self.memo.find(program, number, list, &self.values);
        if let Found::There(entry) = found {
            return Ok(Some(entry));
        }
        let table = &mut self.thresholds[..branches];
        program
            .chances()
            .thresholds(list, &mut self.values, table)
            .map_err(|(wrong, span)| trouble(FaultKind::Branches(wrong), span))?;
        if let Found::Free(entry) = found {
            self.memo.put(program, number, list, &self.values, entry, table);
        }
        Ok(None)
    }

    /// Moved tracks leave, and stand where they are moved to; they have yet to enter.
    fn transfer(&mut self, observer: &mut impl Observer) -> Result<(), Trouble> {
        for track in 0..self.moved.len() {
            if self.moved[track] != NONE && !self.pending[track] {
                self.leave(track, observer)?;
            }
        }
        for track in 0..self.moved.len() {
            if self.moved[track] != NONE {
                let to = std::mem::replace(&mut self.moved[track], NONE);
                self.put(track, to);
                self.pending[track] = true;
            }
        }
        self.any_moved = false;
        Ok(())
    }

    fn leave(&mut self, track: usize, observer: &mut impl Observer) -> Result<(), Trouble> {
        let stage = &self.program.stages[self.at[track] as usize];
        for clock in stage.clocks.range() {
            if self.clocks[clock].running {
                self.drop_clock(clock)?;
            }
        }
        let entered = self.values[self.program.layout.entered(track)];
        observer.leave(track, stage.index as usize, entered, self.now);
        Ok(())
    }

    /// Pending tracks enter, the first first; an entry may move further tracks.
    pub(super) fn enter_pending(
        &mut self,
        world: &World,
        observer: &mut impl Observer,
    ) -> Result<(), Trouble> {
        let mut track = 0;
        while track < self.pending.len() {
            if !self.pending[track] {
                track += 1;
                continue;
            }
            self.pending[track] = false;
            self.enter(track, world, observer)?;
            if self.any_moved {
                self.transfer(observer)?;
                track = 0;
            }
        }
        Ok(())
    }

    /// A track enters the stage where it stands; this may move further tracks.
    fn enter(&mut self, track: usize, world: &World, observer: &mut impl Observer) -> Result<(), Trouble> {
        let program = self.program;
        self.fresh[track] = true;
        self.place = self.at[track];
        self.count()?;
        self.values[program.layout.entered(track)] = self.now;
        let stage = &program.stages[self.at[track] as usize];
        if stage.watches {
            for clock in stage.clocks.range() {
                if matches!(program.clocks[clock].kind, Kind::Guard) {
                    self.clocks[clock].rung = false;
                }
            }
        }
        observer.enter(track, stage.index as usize, self.now);
        let mut occurrence = 0;
        if let Some(counter) = stage.entries {
            occurrence = self.entries[counter as usize];
            self.entries[counter as usize] += 1;
        }
        if stage.enter.nothing {
            return Ok(());
        }
        self.apply(&stage.enter, occurrence, world, observer)
    }

    /// Does effects at once: all right-hand sides are worked out first.
    fn apply(
        &mut self,
        effects: &Effects,
        occurrence: u32,
        world: &World,
        observer: &mut impl Observer,
    ) -> Result<(), Trouble> {
        let program = self.program;
        let code = &program.code;
        let mut at = 0;
        for set in effects.sets.of(&program.sets) {
            let value = code.evaluate(&set.value, &mut self.values);
            if !value.is_finite() {
                return Err(trouble(FaultKind::Assigned(set.state as usize, value), set.value.span));
            }
            self.scratch[at] = value;
            at += 1;
        }
        for draw in effects.draws.of(&program.draws) {
            let mut numbers = self.key.draw(draw.name, self.path, occurrence);
            let span = draw_span(&draw.draw);
            let value = self.sample(world, &draw.draw, &mut numbers, span)?;
            if !value.is_finite() {
                return Err(trouble(FaultKind::Assigned(draw.state as usize, value), span));
            }
            self.scratch[at] = value;
            at += 1;
        }
        for pay in effects.pays.of(&program.pays) {
            let amount = code.evaluate(&pay.amount, &mut self.values);
            if !amount.is_finite() {
                return Err(trouble(FaultKind::Payment(amount), pay.amount.span));
            }
            let account = program.account_of[pay.measure as usize] as usize;
            observer.pay(account, amount);
            self.scratch[at] = amount * program.accounts[account].discount(self.now);
            at += 1;
        }
        for moved in effects.moves.of(&program.moves) {
            self.scratch[at] = code.evaluate(&moved.stage, &mut self.values);
            at += 1;
        }
        let states = effects.sets.of(&program.sets).iter().map(|s| s.state);
        let drawn = effects.draws.of(&program.draws).iter().map(|d| d.state);
        let mut at = 0;
        for state in states.chain(drawn) {
            let value = std::mem::replace(&mut self.values[state as usize], self.scratch[at]);
            if value.to_bits() != self.scratch[at].to_bits() {
                self.touch(Reads::place(state as usize));
            }
            at += 1;
        }
        for pay in effects.pays.of(&program.pays) {
            self.values[program.layout.measure(pay.measure as usize)] += self.scratch[at];
            at += 1;
        }
        for moved in effects.moves.of(&program.moves) {
            let to = program.tracks[moved.track as usize].stages.start + self.scratch[at] as u32;
            at += 1;
            // To the stage where it is: nothing.
            if to != self.at[moved.track as usize] {
                self.moved[moved.track as usize] = to;
                self.any_moved = true;
            }
        }
        Ok(())
    }

    pub(super) fn sample(
        &mut self,
        world: &World,
        plan: &DrawPlan,
        draw: &mut Draw,
        span: Span,
    ) -> Result<f64, Trouble> {
        sample(plan, &self.program.code, &mut self.values, world.ready(self.program), draw, span)
    }
}

fn draw_span(plan: &DrawPlan) -> Span {
    match plan {
        DrawPlan::Law(law) => law.span,
        DrawPlan::Chance(p) => p.span,
        DrawPlan::Weights(list) => list.first().map_or(Span::default(), |(_, weight)| weight.span),
    }
}
