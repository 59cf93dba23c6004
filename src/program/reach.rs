//! Which stages lead where: a path whose tracks are all in stages that can't lead to an outcome ends as `never`, and what a clock keeps is of no use
//! where its stage is never entered again.

use super::Program;
use super::branch::{Chance, Target};
use super::clock::Kind;
use super::code::Value;
use super::condition::places;
use super::effect::Effects;
use crate::model::Return;

/// What one stage may set going: other stages, or something that an outcome looks at.
#[derive(Default)]
struct Leads {
    stages: Vec<u32>,
    ends: bool,
}

/// Marks the stages of which an outcome can come. It errs on the side of hope: conditions and probabilities that are
/// not constant are taken to be possible.
pub(super) fn mark(program: &mut Program) {
    let watched = watched(program);
    let leads: Vec<Leads> = (0..program.stages.len()).map(|s| leads(program, s, &watched)).collect();
    let mut hope: Vec<bool> = leads.iter().map(|l| l.ends).collect();
    let timed = program.outcomes.iter().any(|(_, when)| when.value.deps.timed());
    loop {
        let before = hope.iter().filter(|h| **h).count();
        for (s, lead) in leads.iter().enumerate() {
            hope[s] = hope[s] || timed || lead.stages.iter().any(|to| hope[*to as usize]);
        }
        if hope.iter().filter(|h| **h).count() == before {
            break;
        }
    }
    for (stage, hope) in program.stages.iter_mut().zip(hope) {
        stage.productive = hope;
    }
}

impl Program {
    /// By stage: the stages that a path which stands there may come to, itself among them, by this track or by moves of others; it errs on
    /// the side of hope. Nothing where no clock keeps what was left of it.
    pub(crate) fn reaches_where_kept(&self) -> Vec<Vec<bool>> {
        if self.clocks.iter().all(|clock| clock.returns == Return::Redraw) {
            return vec![];
        }
        let leads: Vec<Vec<u32>> = (0..self.stages.len()).map(|s| leads(self, s, &[]).stages).collect();
        let from = |stage: usize| {
            let mut known = vec![false; leads.len()];
            let mut work = vec![stage as u32];
            while let Some(at) = work.pop() {
                if !std::mem::replace(&mut known[at as usize], true) {
                    work.extend(&leads[at as usize]);
                }
            }
            known
        };
        (0..leads.len()).map(from).collect()
    }
}

/// The places that conditions of outcomes read.
fn watched(program: &Program) -> Vec<u32> {
    let whens = program.outcomes.iter().map(|(_, when)| when);
    whens
        .filter(|when| program.constant(&when.value) != Some(0.0))
        .flat_map(|when| places(&program.code, &program.layout, &when.value))
        .collect()
}

fn leads(program: &Program, stage: usize, watched: &[u32]) -> Leads {
    let mut leads = Leads::default();
    let here = &program.stages[stage];
    let possible = program.clocks[here.clocks.range()].iter().filter(|clock| {
        let guard = clock.guard.as_ref().and_then(|g| program.constant(&g.value));
        let never = matches!(&clock.kind, Kind::Hazard(rate) if program.constant(&rate.value) == Some(0.0));
        guard != Some(0.0) && !never
    });
    let lists = possible.map(|clock| clock.list).chain(here.spot.map(|spot| spot.list));
    for list in lists {
        for branch in program.lists[list as usize].branches.of(&program.branches) {
            let none = |v: &Value| program.constant(v) == Some(0.0);
            let barred = branch.when.as_ref().is_some_and(none);
            let idle = match &branch.chance {
                Chance::P(p) | Chance::Weight(p) | Chance::Odds(p, _) => none(p),
                Chance::Rest => false,
            };
            if barred || idle {
                continue;
            }
            effects(program, &branch.effects, watched, &mut leads);
            match branch.to {
                Target::Stay => {}
                Target::Stage(to) => enters(program, to, watched, &mut leads),
                Target::Outcome(_) => leads.ends = true,
            }
        }
    }
    // An entry may move further tracks.
    effects(program, &here.enter, watched, &mut leads);
    leads
}

fn enters(program: &Program, to: u32, watched: &[u32], leads: &mut Leads) {
    let track = program.stages[to as usize].track as usize;
    leads.ends |= watched.contains(&(program.layout.track(track) as u32));
    leads.ends |= watched.contains(&(program.layout.entered(track) as u32));
    if !leads.stages.contains(&to) {
        leads.stages.push(to);
    }
    let enter = program.stages[to as usize].enter;
    for written in written(program, &enter) {
        leads.ends |= watched.contains(&written);
    }
}

fn written(program: &Program, effects: &Effects) -> Vec<u32> {
    let sets = effects.sets.of(&program.sets).iter().map(|s| s.state);
    sets.chain(effects.draws.of(&program.draws).iter().map(|d| d.state)).collect()
}

fn effects(program: &Program, effects: &Effects, watched: &[u32], leads: &mut Leads) {
    leads.ends |= written(program, effects).iter().any(|state| watched.contains(state));
    for moved in effects.moves.of(&program.moves) {
        let stages = program.tracks[moved.track as usize].stages.range();
        match program.constant(&moved.stage) {
            Some(index) => enters(program, stages.start as u32 + index as u32, watched, leads),
            None => stages.for_each(|to| enters(program, to as u32, watched, leads)),
        }
    }
}
