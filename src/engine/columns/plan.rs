//! What is read where something is evaluated for many paths, known before any path is walked.

use super::route::{Route, Stages, bit};
use crate::model::Return;
use crate::program::columnar::Columns;
use crate::program::{
    Clock, Condition, Crossing, DrawPlan, Initial, Kind, LawTree, MeasureKind, Program, Reads, Value,
};
use crate::stream::Name;

/// The inputs of an evaluation.
#[derive(Clone, Debug, Default)]
pub(super) struct Inputs {
    /// Places of the path.
    pub path: Box<[u32]>,
    /// Places of the world.
    pub world: Box<[Fixed]>,
}

/// Something that a world fixes and paths read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fixed {
    /// Its place.
    pub place: u32,
    /// Its place in [`Plan::fixed`].
    pub nth: u32,
}

/// The inputs of all that is evaluated, by the numbers of the program.
#[derive(Clone, Debug, Default)]
pub(super) struct Plan {
    /// Places of the world that anything reads.
    pub fixed: Vec<u32>,
    pub initial: Vec<Inputs>,
    /// Of a clock's guard, and of its law, rate or date.
    pub guards: Vec<Inputs>,
    pub clocks: Vec<Inputs>,
    pub lists: Vec<Inputs>,
    pub sets: Vec<Inputs>,
    pub draws: Vec<Inputs>,
    pub pays: Vec<Inputs>,
    pub outcomes: Vec<Inputs>,
    pub firsts: Vec<Inputs>,
    pub crossings: Vec<Inputs>,
    pub rates: Vec<Inputs>,
    pub measures: Vec<Inputs>,
    pub given: Vec<Inputs>,
    pub cells: Vec<Inputs>,
    pub payoffs: Vec<Inputs>,
    /// The stages that moves lead to, by their numbers in the program.
    pub moves: Vec<u32>,
    /// By stage: the clocks that can run; those whose guards never hold can't.
    pub running: Vec<Vec<u32>>,
    /// By stage: whether one clock alone can run, which waits for a delay from each entry or ring to the next, whatever else happens. Nothing
    /// is kept of it but when it rings and what it chooses then ([`super::firsts::Firsts`]).
    pub alone: Vec<bool>,
    /// Those without delay, in order; and their stages.
    pub watching: Vec<u32>,
    pub watched: Stages,
    /// The outcomes and firsts whose conditions time changes.
    pub timed_outcomes: Vec<u32>,
    pub timed_firsts: Vec<u32>,
    /// What moves their crossings beside time, and whether all of these change a condition for long.
    pub timed: Reads,
    pub lasting: bool,
    /// The clocks whose memory must be cleared.
    pub remembering: Vec<u32>,
    /// What draws a choice: the name and list of each clock, then of each stage that branches on the spot; and its stage, where it is
    /// a clock's.
    pub names: Vec<Name>,
    pub lists_of: Vec<u32>,
    pub stages_of: Vec<u32>,
    /// By what draws a choice, then by branch: what is looked at when it is taken. And when a path begins, and when time alone changes a
    /// condition.
    pub routes: Vec<Vec<Route>>,
    pub begin: Route,
    pub crossing: Route,
}

impl Plan {
    /// The plan of a program; `columns` gets room for all of it.
    pub fn new(program: &Program, columns: &mut Columns<'_>) -> Plan {
        let temp = program.layout.temp() as u32;
        let split = |places: &[u32], fixed: &mut Vec<u32>| {
            let (path, world) = places.iter().partition::<Vec<u32>, _>(|place| **place < temp);
            let world = world.into_iter().map(|place| {
                let nth = fixed.iter().position(|known| *known == place).unwrap_or(fixed.len());
                if nth == fixed.len() {
                    fixed.push(place);
                }
                Fixed { place, nth: nth as u32 }
            });
            Inputs { path: path.into(), world: world.collect() }
        };
        let (mut plan, mut fixed) = (Plan::default(), vec![]);
        let mut of = |values: &[Value]| split(&columns.inputs(values), &mut fixed);
        for initial in &program.initial {
            plan.initial.push(match initial {
                Initial::Value(value) => of(&[*value]),
                Initial::Draw(draw, ..) => of(&drawn(draw)),
            });
        }
        for clock in &program.clocks {
            plan.guards.push(of(&clock.guard.map_or(vec![], |guard: Condition| vec![guard.value])));
            plan.clocks.push(of(&match &clock.kind {
                Kind::Takes { law, .. } => parameters(&law.tree),
                Kind::At(at) => vec![*at],
                Kind::Hazard(rate) => vec![rate.value],
                Kind::Guard => vec![],
            }));
        }
        plan.sets.extend(program.sets.iter().map(|set| of(&[set.value])));
        plan.draws.extend(program.draws.iter().map(|draw| of(&drawn(&draw.draw))));
        plan.pays.extend(program.pays.iter().map(|pay| of(&[pay.amount])));
        plan.outcomes.extend(program.outcomes.iter().map(|(_, when)| of(&[when.value])));
        plan.firsts.extend(program.firsts.iter().map(|first| of(&[first.condition.value])));
        plan.crossings.extend(program.crossings.iter().map(|c| of(&[c.holds, c.difference, c.slope])));
        let rates = program.accounts.iter().map(|account| account.rate.map(|rate| rate.value));
        plan.rates.extend(rates.map(|rate| of(rate.as_slice())));
        for measure in &program.measures {
            plan.measures.push(match &measure.kind {
                MeasureKind::Value(value) => of(&[*value]),
                MeasureKind::Account(_) | MeasureKind::First(_) => Inputs::default(),
            });
            plan.given.push(of(measure.given.as_slice()));
        }
        let timed = |condition: &Condition| !condition.crossings.is_empty();
        let outcomes = (0..).zip(&program.outcomes).filter(|(_, (_, when))| timed(when));
        plan.timed_outcomes.extend(outcomes.map(|(number, _): (u32, _)| number));
        let firsts = (0..).zip(&program.firsts).filter(|(_, first)| timed(&first.condition));
        plan.timed_firsts.extend(firsts.map(|(number, _): (u32, _)| number));
        let firsts = program.firsts.iter().map(|first| &first.condition);
        let conditions = program.outcomes.iter().map(|(_, when)| when).chain(firsts);
        let crossings = || conditions.clone().flat_map(|when| when.crossings.of(&program.crossings));
        plan.timed = crossings().fold(Reads::NONE, |all, crossing| all.with(crossing.reads)).untimed();
        plan.lasting = crossings().all(Crossing::lasts);
        plan.cells.extend(program.cells.iter().map(|cell| of(&[*cell])));
        plan.payoffs.extend(program.payoffs.iter().map(|payoff| of(&[*payoff])));
        let lists = 0..program.lists.len();
        plan.lists.extend(lists.map(|list| split(columns.list_inputs(list), &mut fixed)));
        plan.fixed = fixed;
        for moved in &program.moves {
            let mut values = vec![f64::NAN; program.layout.pool().start];
            values.extend(&program.pool);
            let stage = program.code.evaluate(&moved.stage, &mut values);
            plan.moves.push(program.tracks[moved.track as usize].stages.start + stage as u32);
        }
        for stage in &program.stages {
            let clocks = stage.clocks.range().map(|clock| clock as u32);
            plan.running.push(clocks.filter(|clock| !silent(program, *clock as usize)).collect());
        }
        // A quiet stage is looked at only when it was entered or its clock rang: stages share no bit, and no move leads to where a track
        // is.
        let apart = program.stages.len() < 64 && program.moves.is_empty();
        let redrawn = |clock: u32| {
            let clock = &program.clocks[clock as usize];
            matches!(clock.kind, Kind::Takes { .. }) && clock.returns == Return::Redraw
        };
        plan.alone.extend(program.stages.iter().zip(&plan.running).map(|(stage, running)| {
            apart && stage.quiet && matches!(running.as_slice(), [clock] if redrawn(*clock))
        }));
        for clock in plan.running.iter().flatten().copied() {
            if let Clock { kind: Kind::Guard, stage, .. } = program.clocks[clock as usize] {
                plan.watching.push(clock);
                plan.watched |= bit(stage);
            }
        }
        let remembers = |clock: &u32| program.clocks[*clock as usize].returns != Return::Redraw;
        plan.remembering.extend((0..program.clocks.len() as u32).filter(remembers));
        plan.names.extend(program.clocks.iter().map(|clock| clock.name));
        plan.lists_of.extend(program.clocks.iter().map(|clock| clock.list));
        plan.stages_of.extend(program.clocks.iter().map(|clock| clock.stage));
        let sites = program.clocks.len() + program.spot_counters;
        plan.names.resize(sites, Name::new(""));
        plan.lists_of.resize(sites, 0);
        plan.stages_of.resize(sites, 0);
        for (number, stage) in program.stages.iter().enumerate() {
            if let Some(spot) = stage.spot {
                let site = program.clocks.len() + spot.counter as usize;
                plan.names[site] = spot.name;
                plan.lists_of[site] = spot.list;
                plan.stages_of[site] = number as u32;
            }
        }
        for (list, from) in plan.lists_of.iter().zip(&plan.stages_of) {
            let branches = program.lists[*list as usize].branches.of(&program.branches).iter();
            let routes = branches.map(|branch| Route::of(program, *from, branch, &plan.moves));
            plan.routes.push(routes.collect());
        }
        (plan.begin, plan.crossing) = (Route::begin(program), Route::crossing(program));
        plan
    }
}

/// Whether a clock's guard never holds, whatever happens.
pub(super) fn silent(program: &Program, clock: usize) -> bool {
    program.clocks[clock].guard.is_some_and(|guard| {
        let track = guard.decided.place().checked_sub(program.layout.track(0));
        let track = track.and_then(|track| program.tracks.get(track));
        track.is_some_and(|track| guard.decided.never(track.stages.range().len()))
    })
}

/// All that a draw reads.
fn drawn(plan: &DrawPlan) -> Vec<Value> {
    match plan {
        DrawPlan::Law(law) => parameters(&law.tree),
        DrawPlan::Chance(p) => vec![*p],
        DrawPlan::Weights(list) => list.iter().map(|(_, weight)| *weight).collect(),
    }
}

/// All that a distribution reads, also where a world has it ready: in some worlds it may be refused.
fn parameters(tree: &LawTree) -> Vec<Value> {
    let mut values = vec![];
    let mut trees = vec![tree];
    while let Some(tree) = trees.pop() {
        match tree {
            LawTree::World(_, tree) | LawTree::Truncated(tree, ..) => trees.push(tree),
            LawTree::Scaled(scaled) => values.push(scaled.scale),
            LawTree::Choice(_, sides) => trees.extend([&sides.0, &sides.1]),
            LawTree::Pool(parts) => trees.extend(parts.iter().map(|(_, tree)| tree)),
            _ => {}
        }
        tree.expressions(&mut |value| values.push(*value));
    }
    values
}
