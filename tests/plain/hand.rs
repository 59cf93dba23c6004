//! Scenarios by hand, as values, for the tests of single rules.

use detente::diag::Span;
use detente::model::*;
use detente::quantity::DAY;

fn expr(node: Node, ty: Ty) -> Expr {
    Expr { node, ty, span: Span::default() }
}

pub fn num(x: f64) -> Expr {
    expr(Node::Const(x), Ty::NUMBER)
}

pub fn days(x: f64) -> Expr {
    expr(Node::Const(x * DAY), Ty::DURATION)
}

pub fn state(i: usize) -> Expr {
    expr(Node::State(StateId(i)), Ty::NUMBER)
}

pub fn day() -> Expr {
    expr(Node::Day, Ty::DURATION)
}

pub fn since(track: usize) -> Expr {
    expr(Node::Since(TrackId(track)), Ty::DURATION)
}

pub fn compare(how: Compare, a: Expr, b: Expr) -> Expr {
    expr(Node::Compare(how, a.into(), b.into()), Ty::Bool)
}

pub fn above(a: Expr, b: Expr) -> Expr {
    compare(Compare::Greater, a, b)
}

pub fn at_least(a: Expr, b: Expr) -> Expr {
    compare(Compare::AtLeast, a, b)
}

pub fn equal(a: Expr, b: Expr) -> Expr {
    compare(Compare::Equal, a, b)
}

pub fn plus(a: Expr, b: Expr) -> Expr {
    let ty = a.ty;
    expr(Node::Add(a.into(), b.into()), ty)
}

pub fn times(a: Expr, b: Expr) -> Expr {
    let ty = if b.ty == Ty::NUMBER { a.ty } else { b.ty };
    expr(Node::Multiply(a.into(), b.into()), ty)
}

pub fn divide(a: Expr, b: Expr, ty: Ty) -> Expr {
    expr(Node::Divide(a.into(), b.into()), ty)
}

pub fn choose(c: Expr, a: Expr, b: Expr) -> Expr {
    let ty = a.ty;
    expr(Node::If(c.into(), a.into(), b.into()), ty)
}

pub fn rest() -> Expr {
    expr(Node::Rest, Ty::NUMBER)
}

/// A fixed delay.
pub fn point(e: Expr) -> Expr {
    expr(Node::Law(Law::Point(e.into())), Ty::Law { time: 1 })
}

/// A law of a family by its numbers, durations in days.
pub fn law(family: &str, args: Vec<Expr>) -> Expr {
    let id = detente::dist::find_positional(family, args.len()).expect("a positional form").form;
    expr(Node::Law(Law::Form(id, args)), Ty::Law { time: 1 })
}

pub fn branch(to: Target) -> Branch {
    let (about, span, effects) = (String::new(), Span::default(), Effects::default());
    Branch { when: None, chance: Chance::Rest, effects, to, about, span }
}

pub fn to(stage: usize) -> Branch {
    branch(Target::Stage(StageId(stage)))
}

pub fn stay() -> Branch {
    branch(Target::Stay)
}

pub fn ends(outcome: usize) -> Branch {
    branch(Target::Outcome(OutcomeId(outcome)))
}

pub trait BranchWith: Sized {
    fn set(self, state: usize, value: Expr) -> Self;
    fn moves(self, track: usize, stage: usize) -> Self;
    fn pay(self, measure: usize, value: Expr) -> Self;
    fn p(self, p: Expr) -> Self;
    fn weight(self, p: Expr) -> Self;
    fn when(self, when: Expr) -> Self;
}

impl BranchWith for Branch {
    fn set(mut self, state: usize, value: Expr) -> Branch {
        self.effects.set.push((StateId(state), value));
        self
    }
    fn moves(mut self, track: usize, stage: usize) -> Branch {
        self.effects.moves.push((TrackId(track), num(stage as f64)));
        self
    }
    fn pay(mut self, measure: usize, value: Expr) -> Branch {
        self.effects.pay.push((MeasureId(measure), value));
        self
    }
    fn p(self, p: Expr) -> Branch {
        Branch { chance: Chance::P(p), ..self }
    }
    fn weight(self, p: Expr) -> Branch {
        Branch { chance: Chance::Weight(p), ..self }
    }
    fn when(self, when: Expr) -> Branch {
        Branch { when: Some(when), ..self }
    }
}

fn branches(list: Vec<Branch>) -> Branches {
    Branches { list, span: Span::default() }
}

pub fn clock(kind: ClockKind, next: Vec<Branch>) -> Clock {
    let on_return = OnReturn::Fixed(Return::Redraw);
    let (name, about) = (String::new(), String::new());
    Clock { name, about, kind, guard: None, on_return, next: branches(next), span: Span::default() }
}

pub fn takes(law: Expr, next: Vec<Branch>) -> Clock {
    clock(ClockKind::Takes(law, OnChange::Keep), next)
}

pub fn after(n: f64, next: Vec<Branch>) -> Clock {
    takes(point(days(n)), next)
}

pub fn changing(law: Expr, how: OnChange, next: Vec<Branch>) -> Clock {
    clock(ClockKind::Takes(law, how), next)
}

pub fn date(n: f64, next: Vec<Branch>) -> Clock {
    clock(ClockKind::At(days(n)), next)
}

pub fn hazard(rate: Expr, next: Vec<Branch>) -> Clock {
    clock(ClockKind::Hazard(rate), next)
}

pub fn becomes(guard: Expr, next: Vec<Branch>) -> Clock {
    Clock { guard: Some(guard), ..clock(ClockKind::Guard, next) }
}

pub trait ClockWith: Sized {
    fn guarded(self, guard: Expr) -> Self;
    fn returning(self, how: Return) -> Self;
}

impl ClockWith for Clock {
    fn guarded(self, guard: Expr) -> Clock {
        Clock { guard: Some(guard), ..self }
    }
    fn returning(self, how: Return) -> Clock {
        Clock { on_return: OnReturn::Fixed(how), ..self }
    }
}

fn stage(waits: Waits) -> Stage {
    let (name, about) = (String::new(), String::new());
    Stage { name, about, enter: Effects::default(), waits, span: Span::default() }
}

pub fn waits(mut clocks: Vec<Clock>) -> Stage {
    for (i, clock) in clocks.iter_mut().enumerate() {
        clock.name = format!("c{i}");
    }
    stage(Waits::Clocks(clocks))
}

pub fn now(list: Vec<Branch>) -> Stage {
    stage(Waits::Now(branches(list)))
}

pub fn rests() -> Stage {
    stage(Waits::Rests)
}

pub trait StageWith: Sized {
    /// What entering does, as a branch's effects.
    fn enter(self, like: Branch) -> Self;
}

impl StageWith for Stage {
    fn enter(self, like: Branch) -> Stage {
        Stage { enter: like.effects, ..self }
    }
}

/// A scenario of these tracks, with so many states that begin at 0 and the outcomes `over` (the horizon's, after 100
/// days), `done` and `other`.
pub fn scenario(states: usize, tracks: Vec<Vec<Stage>>) -> Scenario {
    let span = Span::default();
    let outcome = |name: &str| Outcome {
        name: name.into(),
        title: name.into(),
        about: String::new(),
        when: None,
        span,
    };
    let mut sets = vec![];
    let mut all = vec![];
    for (i, mut stages) in tracks.into_iter().enumerate() {
        for (j, stage) in stages.iter_mut().enumerate() {
            stage.name = format!("s{j}");
        }
        sets.push(OptionSet { names: stages.iter().map(|s| s.name.clone()).collect() });
        let (name, about) = (format!("t{i}"), String::new());
        all.push(Track { name, about, stages, begins: StageId(0), set: SetId(i), span });
    }
    let state = |i: usize| State {
        name: format!("x{i}"),
        about: String::new(),
        ty: Ty::NUMBER,
        initial: Initial::Value(num(0.0)),
        span,
    };
    Scenario {
        name: "hand".into(),
        title: "hand".into(),
        about: String::new(),
        start: None,
        horizon: Some(100.0 * DAY),
        at_horizon: Some(OutcomeId(0)),
        never: None,
        instant_limit: 1000,
        sources: vec![],
        sets,
        levers: vec![],
        beliefs: vec![],
        correlations: vec![],
        states: (0..states).map(state).collect(),
        formulas: vec![],
        tables: vec![],
        tracks: all,
        outcomes: vec![outcome("over"), outcome("done"), outcome("other")],
        milestones: vec![],
        measures: vec![],
        splits: vec![],
        timeline: None,
        variants: vec![],
        vary: vec![],
        payoffs: vec![],
    }
}

/// A measure of this kind, read of every path.
pub fn measure(scenario: &mut Scenario, kind: MeasureKind) -> usize {
    let name = format!("m{}", scenario.measures.len());
    scenario.measures.push(Measure {
        title: name.clone(),
        name,
        unit: String::new(),
        kind,
        given: None,
        thresholds: vec![],
        ty: Ty::NUMBER,
        span: Span::default(),
    });
    scenario.measures.len() - 1
}

/// The scenario without a horizon: paths that cannot end are `never`.
pub fn endless(mut scenario: Scenario) -> Scenario {
    let never = Outcome { name: "never".into(), ..scenario.outcomes[0].clone() };
    scenario.outcomes.push(never);
    scenario.never = Some(OutcomeId(scenario.outcomes.len() - 1));
    scenario.horizon = None;
    scenario.at_horizon = None;
    scenario
}
