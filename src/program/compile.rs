//! From a checked scenario to a program.

use super::branch::{Branch, Chance, Factor, List, NO_TABLE, Target};
use super::clock::{Clock, Kind, Spot, Stage, Track};
use super::code::{Deps, Value};
use super::condition::{Timed, places};
use super::effect::{DrawPlan, Effects, Move, Pay, Redraw, Set};
use super::law::Laws;
use super::layout::Run;
use super::lower::Lower;
use super::measure::{Account, First, Measure, MeasureKind};
use super::reads::Reads;
use super::{BeliefPlan, Initial, Program, reach};
use crate::dist::Copula;
use crate::model::{self, OnChange, OnReturn, Return, Scenario, Ty, Waits, draw_name};
use crate::stream::Name;
use std::collections::HashMap;

/// A list whose chances read more places than this is worked out anew each time.
const MOST_READS: usize = 8;

impl Program {
    /// Compiles a scenario, with its levers as they are chosen.
    pub fn compile(scenario: &Scenario) -> Program {
        // The first pass only counts temporary results: the places that come after them depend on it.
        let temps = Compiler::new(scenario, None).finish().1;
        let mut program = Compiler::new(scenario, Some(temps)).finish().0;
        reach::mark(&mut program);
        program
    }
}

struct Compiler<'s> {
    scenario: &'s Scenario,
    lower: Lower<'s>,
    laws: Laws,
    timed: Timed,
    program: Program,
    /// The number of each track's first stage.
    first_stage: Vec<u32>,
    /// The account of each measure.
    accounts: HashMap<usize, u32>,
}

impl<'s> Compiler<'s> {
    fn new(scenario: &'s Scenario, temps: Option<usize>) -> Compiler<'s> {
        let lower = Lower::new(scenario, temps);
        let mut first_stage = vec![];
        let mut next = 0;
        for track in &scenario.tracks {
            first_stage.push(next);
            next += track.stages.len() as u32;
        }
        let program = Program {
            layout: lower.layout,
            horizon: scenario.horizon.unwrap_or(f64::INFINITY),
            at_horizon: scenario.at_horizon.map_or(0, |o| o.0 as u16),
            never: scenario.never.map_or(scenario.outcomes.len().saturating_sub(1) as u16, |o| o.0 as u16),
            instant_limit: scenario.instant_limit,
            parties: scenario.payoffs.len(),
            ..Program::default()
        };
        let (laws, timed) = (Laws::default(), Timed::default());
        Compiler { scenario, lower, laws, timed, program, first_stage, accounts: HashMap::new() }
    }

    /// The program, and how many temporary results it needs.
    fn finish(mut self) -> (Program, usize) {
        self.beliefs();
        self.initial();
        self.tracks();
        for (index, outcome) in self.scenario.outcomes.iter().enumerate() {
            if let Some(when) = &outcome.when {
                let when = self.timed.condition(&mut self.lower, when);
                self.program.outcomes.push((index as u16, when));
            }
        }
        self.measures();
        for split in &self.scenario.splits {
            for key in &split.keys {
                let option = key.option_of().map(|lever| self.scenario.levers[lever.0].chosen);
                let index = option.map(|index| model::Expr::constant(index as f64, Ty::WHOLE, key.expr.span));
                let value = self.lower.value(index.as_ref().unwrap_or(&key.expr));
                self.program.cells.push(value);
            }
        }
        for (_, by_outcome) in &self.scenario.payoffs {
            for payoff in by_outcome {
                let value = self.lower.value(payoff);
                self.program.payoffs.push(value);
            }
        }
        let Compiler { lower, laws, timed, mut program, .. } = self;
        let most_temps = lower.most_temps;
        program.layout.pool = lower.pool.len();
        program.code = lower.code;
        program.world_code = lower.world;
        program.pool = lower.pool;
        program.laws = laws.fixed;
        program.world_laws = laws.world;
        program.crossings = timed.crossings;
        program.breaks = timed.breaks;
        program.reads = timed.reads;
        (program, most_temps)
    }

    fn beliefs(&mut self) {
        for belief in &self.scenario.beliefs {
            let draw = self.draw(&belief.draw);
            let place = self.lower.belief();
            let name = Name::new(&draw_name::belief(&belief.name));
            let after = self.lower.world.len() as u32;
            self.program.beliefs.push(BeliefPlan { draw, name, place, after, span: belief.span });
        }
        let mut correlated: Vec<usize> =
            self.scenario.correlations.iter().flat_map(|c| [c.a.0, c.b.0]).collect();
        correlated.sort_unstable();
        correlated.dedup();
        let index = |id: usize| correlated.iter().position(|c| *c == id).unwrap_or(0);
        let pairs: Vec<(usize, usize, f64)> =
            self.scenario.correlations.iter().map(|c| (index(c.a.0), index(c.b.0), c.rank)).collect();
        if !pairs.is_empty() {
            // Correlations that cannot hold together are refused when checking.
            self.program.copula = Copula::new(correlated.len(), &pairs).ok();
        }
        self.program.correlated = correlated.into_iter().map(|c| c as u32).collect();
    }

    fn initial(&mut self) {
        for state in &self.scenario.states {
            let initial = match &state.initial {
                model::Initial::Value(expr) => Initial::Value(self.lower.value(expr)),
                model::Initial::Draw(draw) => {
                    Initial::Draw(self.draw(draw), Name::new(&draw_name::initial(&state.name)), state.span)
                }
            };
            self.program.initial.push(initial);
        }
    }

    fn draw(&mut self, draw: &model::Draw) -> DrawPlan {
        match draw {
            model::Draw::Law(expr) => DrawPlan::Law(self.laws.plan(&mut self.lower, expr)),
            model::Draw::Chance(expr) => DrawPlan::Chance(self.lower.value(expr)),
            model::Draw::Weights(list) => {
                DrawPlan::Weights(list.iter().map(|(i, w)| (*i as f64, self.lower.value(w))).collect())
            }
        }
    }

    fn tracks(&mut self) {
        let scenario = self.scenario;
        for (t, track) in scenario.tracks.iter().enumerate() {
            let start = self.program.stages.len() as u32;
            for (s, stage) in track.stages.iter().enumerate() {
                self.stage(t, &track.name, s, stage);
            }
            self.program.tracks.push(Track {
                stages: Run { start, end: self.program.stages.len() as u32 },
                begins: start + track.begins.0 as u32,
            });
        }
    }

    fn stage(&mut self, t: usize, track: &str, s: usize, stage: &model::Stage) {
        let number = self.program.stages.len() as u32;
        let enter = self.effects(&stage.enter, t, |state| draw_name::enter(track, &stage.name, state));
        let entries = (!enter.draws.is_empty()).then(|| {
            self.program.entry_counters += 1;
            self.program.entry_counters as u32 - 1
        });
        let start = self.program.clocks.len() as u32;
        for (index, clock) in stage.clocks().iter().enumerate() {
            let name = draw_name::clock(track, &stage.name, &clock.name);
            let compiled = self.clock(t, number, index, clock, &name);
            self.program.clocks.push(compiled);
        }
        let clocks = Run { start, end: self.program.clocks.len() as u32 };
        let spot = match &stage.waits {
            Waits::Now(next) => {
                let name = draw_name::clock(track, &stage.name, "");
                let list = self.list(t, next, &name);
                self.program.spot_counters += 1;
                let counter = self.program.spot_counters as u32 - 1;
                Some(Spot { list, counter, name: Name::new(&name) })
            }
            _ => None,
        };
        let all = clocks.of(&self.program.clocks);
        let quiet = all.iter().all(|c| {
            let steady = match &c.kind {
                Kind::Takes { change, .. } => *change == OnChange::Keep,
                Kind::At(_) => true,
                Kind::Hazard(rate) => rate.value.deps.world(),
                Kind::Guard => false,
            };
            steady && c.guard.is_none()
        });
        let settles = all.iter().fold(Reads::NONE, |settles, clock| {
            let settles = clock.guard.map_or(settles, |guard| settles.with(guard.reads));
            match &clock.kind {
                Kind::Takes { change, .. } if *change != OnChange::Keep => Reads::ALL,
                Kind::Hazard(rate) => settles.with(rate.touches),
                _ => settles,
            }
        });
        let stage = Stage {
            track: t as u32,
            index: s as u32,
            clocks,
            spot,
            enter,
            entries,
            quiet,
            settles,
            watches: all.iter().any(|c| matches!(c.kind, Kind::Guard)),
            remembers: all.iter().any(|c| c.returns != Return::Redraw),
            crosses: all.iter().any(|c| c.guard.is_some_and(|g| !g.crossings.is_empty())),
            productive: true,
            span: stage.span,
        };
        self.program.stages.push(stage);
    }

    fn clock(&mut self, t: usize, stage: u32, index: usize, clock: &model::Clock, name: &str) -> Clock {
        let guard = clock.guard.as_ref().map(|guard| self.timed.condition(&mut self.lower, guard));
        let kind = match &clock.kind {
            model::ClockKind::Takes(law, change) => {
                let law = self.laws.plan(&mut self.lower, law);
                let change = if law.deps.changes() { *change } else { OnChange::Keep };
                let start = self.program.kept_parameters as u32;
                let mut laws = self.program.kept_laws as u32;
                if change != OnChange::Keep {
                    self.program.kept_parameters += law.tree.count();
                }
                if change == OnChange::Rescale {
                    self.program.kept_laws += 1;
                } else {
                    laws = u32::MAX;
                }
                let kept = Run { start, end: self.program.kept_parameters as u32 };
                Kind::Takes { law, change, kept, laws }
            }
            model::ClockKind::At(at) => Kind::At(self.lower.value(at)),
            model::ClockKind::Hazard(rate) => {
                let rate = self.timed.rate(&mut self.lower, rate);
                Kind::Hazard(rate)
            }
            model::ClockKind::Guard => Kind::Guard,
        };
        let returns = match &clock.on_return {
            OnReturn::Fixed(returns) => *returns,
            OnReturn::Lever(lever, by_option) => {
                by_option.get(self.scenario.levers[lever.0].chosen).copied().unwrap_or(Return::Redraw)
            }
        };
        let list = self.list(t, &clock.next, name);
        Clock {
            stage,
            index: index as u32,
            kind,
            guard,
            returns,
            list,
            name: Name::new(name),
            span: clock.span,
        }
    }

    fn list(&mut self, t: usize, next: &model::Branches, name: &str) -> u32 {
        let factors = &mut self.program.factors;
        // Chances are worked out in order, so a formula that several branches read is evaluated once.
        let chances: Vec<(Option<Value>, Chance)> = self.lower.sequence(|lower| {
            let compile = |branch: &model::Branch| {
                let when = branch.when.as_ref().map(|when| lower.value(when));
                let chance = match when {
                    Some(_) => lower.maybe(|lower| chance(lower, factors, &branch.chance)),
                    None => chance(lower, factors, &branch.chance),
                };
                lower.next_rest();
                (when, chance)
            };
            next.list.iter().map(compile).collect()
        });
        let mut deps = Deps::NONE;
        let mut branches = vec![];
        for (branch, (when, chance)) in next.list.iter().zip(chances) {
            deps = deps.with(when.map_or(Deps::NONE, |w| w.deps));
            if let Chance::P(v) | Chance::Weight(v) | Chance::Odds(v, _) = &chance {
                deps = deps.with(v.deps);
            }
            if let Chance::Odds(_, factors) = &chance {
                for factor in factors.of(&self.program.factors) {
                    deps = deps.with(factor.of.deps).with(factor.by.deps);
                }
            }
            let effects = self.effects(&branch.effects, t, |state| draw_name::effect(name, state));
            let to = match branch.to {
                model::Target::Stay => Target::Stay,
                model::Target::Stage(stage) => Target::Stage(self.first_stage[t] + stage.0 as u32),
                model::Target::Outcome(outcome) => Target::Outcome(outcome.0 as u16),
            };
            branches.push(Branch { when, chance, effects, to, span: branch.span });
        }
        let count = branches.len();
        self.program.longest_list = self.program.longest_list.max(count);
        let mut table = NO_TABLE;
        if deps.prepared() {
            table = self.program.table_size as u32;
            self.program.table_size += count;
        }
        let reads = if deps.prepared() || deps.timed() { vec![] } else { self.reads(&branches) };
        let reads = Run::push(&mut self.program.list_reads, reads);
        let weighted = matches!(branches.first().map(|b| &b.chance), Some(Chance::Weight(_)));
        let branches = Run::push(&mut self.program.branches, branches);
        self.program.lists.push(List { branches, table, reads, weighted, span: next.span });
        self.program.lists.len() as u32 - 1
    }

    /// The places that the chances of a list read; none where they are many, or where other numbers decide as well.
    fn reads(&self, branches: &[Branch]) -> Vec<u32> {
        let (code, layout) = (&self.lower.code, &self.lower.layout);
        let mut all: Vec<u32> = vec![];
        for branch in branches {
            let mut add = |value: &Value| all.extend(places(code, layout, value));
            branch.when.iter().for_each(&mut add);
            match &branch.chance {
                Chance::Rest => {}
                Chance::P(value) | Chance::Weight(value) => add(value),
                Chance::Odds(base, factors) => {
                    add(base);
                    for factor in factors.of(&self.program.factors) {
                        add(&factor.of);
                        add(&factor.by);
                    }
                }
            }
        }
        all.sort_unstable();
        all.dedup();
        all.retain(|place| *place as usize != layout.rest());
        let few = all.len() <= MOST_READS && all.iter().all(|place| (*place as usize) < layout.day());
        if few { all } else { vec![] }
    }

    fn effects(
        &mut self,
        effects: &model::Effects,
        own_track: usize,
        name: impl Fn(&str) -> String,
    ) -> Effects {
        let set = |lower: &mut Lower<'_>, (state, expr): &(model::StateId, model::Expr)| Set {
            state: state.0 as u32,
            value: lower.value(expr),
        };
        let sets: Vec<Set> = effects.set.iter().map(|s| set(&mut self.lower, s)).collect();
        let mut draws = vec![];
        for (state, draw) in &effects.draw {
            let name = Name::new(&name(&self.scenario.states[state.0].name));
            draws.push(Redraw { state: state.0 as u32, draw: self.draw(draw), name });
        }
        let pays: Vec<Pay> = effects
            .pay
            .iter()
            .map(|(measure, expr)| Pay { measure: measure.0 as u32, amount: self.lower.value(expr) })
            .collect();
        let moves: Vec<Move> = effects
            .moves
            .iter()
            .filter(|(track, _)| track.0 != own_track)
            .map(|(track, expr)| Move { track: track.0 as u32, stage: self.lower.value(expr) })
            .collect();
        let program = &mut self.program;
        let many = sets.len() + draws.len() + pays.len() + moves.len();
        program.most_effects = program.most_effects.max(many);
        Effects {
            writes: !sets.is_empty() || !draws.is_empty(),
            nothing: effects.is_empty(),
            sets: Run::push(&mut program.sets, sets),
            draws: Run::push(&mut program.draws, draws),
            pays: Run::push(&mut program.pays, pays),
            moves: Run::push(&mut program.moves, moves),
        }
    }

    fn measures(&mut self) {
        for (index, measure) in self.scenario.measures.iter().enumerate() {
            let kind = match &measure.kind {
                model::MeasureKind::Value(expr) => MeasureKind::Value(self.lower.value(expr)),
                model::MeasureKind::Account(account) => {
                    let rate = account.rate.as_ref().map(|rate| self.timed.rate(&mut self.lower, rate));
                    let decay = account.discount.map_or(0.0, |d| libm::log1p(d.rate) / d.period);
                    let account = Account { measure: index as u32, rate, decay, counts: None };
                    self.program.accounts.push(account);
                    let number = self.program.accounts.len() as u32 - 1;
                    self.accounts.insert(index, number);
                    MeasureKind::Account(number)
                }
                model::MeasureKind::First(expr) => {
                    let condition = self.timed.condition(&mut self.lower, expr);
                    self.program.firsts.push(First { measure: index as u32, condition });
                    MeasureKind::First(self.program.firsts.len() as u32 - 1)
                }
            };
            let given = measure.given.as_ref().map(|given| self.lower.value(given));
            self.program.measures.push(Measure { kind, given });
        }
        // Effects are compiled before measures are: what they pay finds its account through the measure.
        self.program.account_of = (0..self.scenario.measures.len())
            .map(|m| self.accounts.get(&m).copied().unwrap_or(u32::MAX))
            .collect();
        debug_assert!(self.scenario.measures.iter().all(|m| !matches!(m.ty, Ty::Law { .. })));
    }
}

fn chance(lower: &mut Lower<'_>, all: &mut Vec<Factor>, chance: &model::Chance) -> Chance {
    match chance {
        model::Chance::Rest => Chance::Rest,
        model::Chance::P(p) => Chance::P(lower.value(p)),
        model::Chance::Weight(weight) => Chance::Weight(lower.value(weight)),
        model::Chance::Odds(base, factors) => {
            let base = lower.value(base);
            // In the order in which they are evaluated.
            let compile = |(of, by): &(model::Expr, model::Expr)| {
                let by = lower.value(by);
                Factor { of: lower.value(of), by }
            };
            let factors: Vec<Factor> = factors.iter().map(compile).collect();
            Chance::Odds(base, Run::push(all, factors))
        }
    }
}
