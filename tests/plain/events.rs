//! An event (design, section 3.3): a branch is chosen, its effects run, tracks move and enter.

use super::accounts::factor;
use super::branch::choose;
use super::clocks::on_return;
use super::draws::drawn;
use super::fault::{Kind, Result, finite};
use super::path::{Next, Path};
use detente::model::{Branches, Effects, MeasureKind, Target, draw_name};
use detente::stream::Name;
use std::collections::BTreeSet;

/// What effects do, all computed and nothing done.
struct Computed {
    states: Vec<(usize, f64)>,
    moves: Vec<(usize, usize)>,
    lumps: Vec<(usize, f64)>,
}

impl Path<'_> {
    /// A clock of this name rang, or the stage branches on the spot.
    pub fn ring(
        &mut self,
        track: usize,
        stage: usize,
        clock: &str,
        next: &Branches,
        occurrence: u32,
    ) -> Result<Next> {
        self.count()?;
        let luck = self.luck(track, stage, clock);
        let u = luck.key.draw(luck.name, luck.path, occurrence).choice();
        let taken = choose(&self.view(), next, u)?;
        let branch = &next.list[taken];
        let name = self.clock_name(track, stage, clock);
        self.story.push(format!("{} {name} #{occurrence}: branch {taken}", self.here.now));

        let computed = self.compute(&branch.effects, occurrence, &|s| draw_name::effect(&name, s))?;
        let mut moved = self.write(computed)?;
        if let Target::Stage(to) = branch.to {
            moved.insert(track, to.0);
        }
        // Tracks leave in order, all are then where they go, and enter in order.
        for track in moved.keys() {
            self.leave(*track);
        }
        for (track, to) in &moved {
            self.place(*track, *to);
        }
        self.enter_all(moved.into_keys().collect())?;
        match branch.to {
            Target::Outcome(outcome) => {
                self.story
                    .push(format!("{} ends: {}", self.here.now, self.scenario.outcomes[outcome.0].name));
                self.note_firsts();
                Ok(Next::Ended(outcome.0))
            }
            _ => Ok(Next::GoesOn),
        }
    }

    /// Every right-hand side by the values before.
    fn compute(&self, effects: &Effects, occurrence: u32, name: &dyn Fn(&str) -> String) -> Result<Computed> {
        let view = self.view();
        let now = view.now;
        let mut computed = Computed { states: vec![], moves: vec![], lumps: vec![] };
        for (state, expr) in &effects.set {
            computed.states.push((state.0, finite(view.number(expr), Kind::Assigned, now)?));
        }
        for (track, expr) in &effects.moves {
            computed.moves.push((track.0, view.number(expr) as usize));
        }
        for (state, how) in &effects.draw {
            let name = Name::new(&name(&self.scenario.states[state.0].name));
            computed.states.push((state.0, drawn(&view, how, self.key.draw(name, self.number, occurrence))?));
        }
        for (measure, expr) in &effects.pay {
            let MeasureKind::Account(account) = &self.scenario.measures[measure.0].kind else {
                panic!("only accounts are paid")
            };
            let amount = finite(view.number(expr), Kind::Paid, now)?;
            computed.lumps.push((measure.0, amount * factor(account.discount, now)));
        }
        Ok(computed)
    }

    /// Writes values and lumps; the tracks that are to be moved, those that are already there left out.
    fn write(&mut self, computed: Computed) -> Result<std::collections::BTreeMap<usize, usize>> {
        for (state, value) in computed.states {
            self.here.states[state] = value;
        }
        for (measure, lump) in computed.lumps {
            self.accounts[measure] += lump;
        }
        Ok(computed.moves.into_iter().filter(|(track, to)| self.here.stages[*track] != *to).collect())
    }

    /// The clocks of the stage that a track leaves are dropped.
    fn leave(&mut self, track: usize) {
        let stage = self.here.stages[track];
        for (i, clock) in self.scenario.tracks[track].stages[stage].clocks().iter().enumerate() {
            self.memory[track][stage][i].drop(on_return(self.scenario, clock), self.here.now);
        }
    }

    fn place(&mut self, track: usize, stage: usize) {
        self.here.stages[track] = stage;
        self.here.entered[track] = self.here.now;
    }

    /// The tracks enter the stages where they are, the first one first; what an entry moves must enter, too.
    pub fn enter_all(&mut self, mut pending: BTreeSet<usize>) -> Result<()> {
        while let Some(track) = pending.pop_first() {
            self.count()?;
            let stage = self.here.stages[track];
            self.here.entered[track] = self.here.now;
            let (of, to) = {
                let track = &self.scenario.tracks[track];
                (track.name.as_str(), &track.stages[stage])
            };
            self.story.push(format!("{} {of} enters {}", self.here.now, to.name));
            let occurrence = self.entries[track][stage];
            self.entries[track][stage] += 1;
            for memory in &mut self.memory[track][stage] {
                memory.armed = true;
            }
            let computed = self.compute(&to.enter, occurrence, &|s| draw_name::enter(of, &to.name, s))?;
            for (other, to) in self.write(computed)? {
                self.leave(other);
                self.place(other, to);
                pending.insert(other);
            }
        }
        Ok(())
    }
}
