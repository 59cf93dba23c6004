//! Scenarios by hand, for tests on the floors below the text.

use super::*;
use crate::diag::Span;
use crate::dist::{FormId, find_named};

pub(crate) const DAY: f64 = 86_400.0;

fn expr(node: Node, ty: Ty) -> Expr {
    Expr { node, ty, span: Span::default() }
}

pub(crate) fn num(x: f64) -> Expr {
    expr(Node::Const(x), Ty::NUMBER)
}

pub(crate) fn days(x: f64) -> Expr {
    expr(Node::Const(x * DAY), Ty::DURATION)
}

/// A rate per day, with its unit.
pub(crate) fn per_day(x: f64) -> Expr {
    expr(Node::Const(x / DAY), Ty::RATE)
}

pub(crate) fn state(id: StateId) -> Expr {
    expr(Node::State(id), Ty::NUMBER)
}

pub(crate) fn belief(id: usize) -> Expr {
    expr(Node::Belief(BeliefId(id)), Ty::NUMBER)
}

pub(crate) fn lever(id: usize) -> Expr {
    expr(Node::Lever(LeverId(id)), Ty::NUMBER)
}

pub(crate) fn formula(id: usize) -> Expr {
    expr(Node::Formula(FormulaId(id)), Ty::NUMBER)
}

pub(crate) fn day() -> Expr {
    expr(Node::Day, Ty::DURATION)
}

pub(crate) fn since(track: usize) -> Expr {
    expr(Node::Since(TrackId(track)), Ty::DURATION)
}

pub(crate) fn rest() -> Expr {
    expr(Node::Rest, Ty::NUMBER)
}

pub(crate) fn is_at(track: usize, stage: usize) -> Expr {
    let track = expr(Node::Track(TrackId(track)), Ty::Option(SetId(0)));
    compare(track, Compare::Equal, num(stage as f64))
}

pub(crate) fn ended_as(outcome: OutcomeId) -> Expr {
    let ended = expr(Node::Outcome, Ty::Outcome);
    compare(ended, Compare::Equal, expr(Node::Const(outcome.0 as f64), Ty::Outcome))
}

pub(crate) fn compare(a: Expr, how: Compare, b: Expr) -> Expr {
    expr(Node::Compare(how, Box::new(a), Box::new(b)), Ty::Bool)
}

pub(crate) fn more(a: Expr, b: Expr) -> Expr {
    compare(a, Compare::Greater, b)
}

pub(crate) fn less(a: Expr, b: Expr) -> Expr {
    compare(a, Compare::Less, b)
}

pub(crate) fn equal(a: Expr, b: Expr) -> Expr {
    compare(a, Compare::Equal, b)
}

pub(crate) fn not(a: Expr) -> Expr {
    expr(Node::Not(Box::new(a)), Ty::Bool)
}

pub(crate) fn and(a: Expr, b: Expr) -> Expr {
    expr(Node::And(Box::new(a), Box::new(b)), Ty::Bool)
}

pub(crate) fn or(a: Expr, b: Expr) -> Expr {
    expr(Node::Or(Box::new(a), Box::new(b)), Ty::Bool)
}

pub(crate) fn iff(c: Expr, a: Expr, b: Expr) -> Expr {
    let ty = a.ty;
    expr(Node::If(Box::new(c), Box::new(a), Box::new(b)), ty)
}

pub(crate) fn add(a: Expr, b: Expr) -> Expr {
    let ty = a.ty;
    expr(Node::Add(Box::new(a), Box::new(b)), ty)
}

pub(crate) fn sub(a: Expr, b: Expr) -> Expr {
    let ty = a.ty;
    expr(Node::Subtract(Box::new(a), Box::new(b)), ty)
}

pub(crate) fn mul(a: Expr, b: Expr) -> Expr {
    let ty = a.ty;
    expr(Node::Multiply(Box::new(a), Box::new(b)), ty)
}

pub(crate) fn div(a: Expr, b: Expr) -> Expr {
    let ty = a.ty;
    expr(Node::Divide(Box::new(a), Box::new(b)), ty)
}

pub(crate) fn pow(a: Expr, b: Expr) -> Expr {
    expr(Node::Power(Box::new(a), Box::new(b)), Ty::NUMBER)
}

pub(crate) fn call(f: Func, args: Vec<Expr>) -> Expr {
    let ty = args[0].ty;
    expr(Node::Call(f, args), ty)
}

pub(crate) fn logistic(x: Expr) -> Expr {
    call(Func::Logistic, vec![x])
}

pub(crate) fn table(id: usize, x: Expr) -> Expr {
    expr(Node::Table(TableId(id), Box::new(x)), Ty::NUMBER)
}

/// `value` as a rate per second.
pub(crate) fn as_rate(mut value: Expr) -> Expr {
    value.ty = Ty::RATE;
    value
}

fn form(family: &str, names: &[&str]) -> FormId {
    find_named(family, names).expect("a form").form
}

/// A law over days.
pub(crate) fn law(family: &str, names: &[&str], args: Vec<Expr>) -> Expr {
    expr(Node::Law(Law::Form(form(family, names), args)), Ty::Law { time: 1 })
}

pub(crate) fn gamma(shape: f64, mean: f64) -> Expr {
    law("gamma", &["shape", "mean"], vec![num(shape), days(mean)])
}

pub(crate) fn exponential(mean: Expr) -> Expr {
    law("exponential", &["mean"], vec![mean])
}

pub(crate) fn uniform(low: Expr, high: Expr) -> Expr {
    law("uniform", &["low", "high"], vec![low, high])
}

pub(crate) fn lognormal(median: f64, sigma: f64) -> Expr {
    law("lognormal", &["median", "sigma"], vec![days(median), num(sigma)])
}

pub(crate) fn point(x: Expr) -> Expr {
    expr(Node::Law(Law::Point(Box::new(x))), Ty::Law { time: 1 })
}

/// A branch, made step by step.
pub(crate) struct Way(Branch);

fn way(to: Target) -> Way {
    Way(Branch {
        when: None,
        chance: Chance::Rest,
        effects: Effects::default(),
        to,
        about: String::new(),
        span: Span::default(),
    })
}

pub(crate) fn to(stage: usize) -> Way {
    way(Target::Stage(StageId(stage)))
}

pub(crate) fn end(outcome: OutcomeId) -> Way {
    way(Target::Outcome(outcome))
}

pub(crate) fn stay() -> Way {
    way(Target::Stay)
}

impl Way {
    pub(crate) fn p(mut self, p: Expr) -> Way {
        self.0.chance = Chance::P(p);
        self
    }

    pub(crate) fn odds(mut self, base: Expr, factors: Vec<(Expr, Expr)>) -> Way {
        self.0.chance = Chance::Odds(base, factors);
        self
    }

    pub(crate) fn weight(mut self, weight: Expr) -> Way {
        self.0.chance = Chance::Weight(weight);
        self
    }

    pub(crate) fn when(mut self, when: Expr) -> Way {
        self.0.when = Some(when);
        self
    }

    pub(crate) fn set(mut self, id: StateId, value: Expr) -> Way {
        self.0.effects.set.push((id, value));
        self
    }

    pub(crate) fn draw(mut self, id: StateId, law: Expr) -> Way {
        self.0.effects.draw.push((id, Draw::Law(law)));
        self
    }

    pub(crate) fn pay(mut self, id: MeasureId, value: Expr) -> Way {
        self.0.effects.pay.push((id, value));
        self
    }

    pub(crate) fn moves(mut self, track: usize, stage: usize) -> Way {
        self.0.effects.moves.push((TrackId(track), num(stage as f64)));
        self
    }

    pub(crate) fn effects(self) -> Effects {
        self.0.effects
    }
}

pub(crate) fn branches(ways: Vec<Way>) -> Branches {
    Branches { list: ways.into_iter().map(|w| w.0).collect(), span: Span::default() }
}

pub(crate) fn clock(name: &str, kind: ClockKind, ways: Vec<Way>) -> Clock {
    Clock {
        name: name.to_owned(),
        about: String::new(),
        kind,
        guard: None,
        on_return: OnReturn::Fixed(Return::Redraw),
        next: branches(ways),
        span: Span::default(),
    }
}

pub(crate) fn takes(name: &str, law: Expr, ways: Vec<Way>) -> Clock {
    clock(name, ClockKind::Takes(law, OnChange::Keep), ways)
}

pub(crate) fn hazard(name: &str, rate: Expr, ways: Vec<Way>) -> Clock {
    clock(name, ClockKind::Hazard(rate), ways)
}

pub(crate) fn at(name: &str, time: Expr, ways: Vec<Way>) -> Clock {
    clock(name, ClockKind::At(time), ways)
}

pub(crate) fn guard_only(name: &str, guard: Expr, ways: Vec<Way>) -> Clock {
    clock(name, ClockKind::Guard, ways).guarded(guard)
}

impl Clock {
    pub(crate) fn guarded(mut self, guard: Expr) -> Clock {
        self.guard = Some(guard);
        self
    }

    pub(crate) fn returning(mut self, returns: Return) -> Clock {
        self.on_return = OnReturn::Fixed(returns);
        self
    }

    pub(crate) fn changing(mut self, change: OnChange) -> Clock {
        if let ClockKind::Takes(_, on_change) = &mut self.kind {
            *on_change = change;
        }
        self
    }
}

pub(crate) fn clocks(list: Vec<Clock>) -> Waits {
    Waits::Clocks(list)
}

pub(crate) fn now(ways: Vec<Way>) -> Waits {
    Waits::Now(branches(ways))
}

pub(crate) fn empty() -> Scenario {
    Scenario {
        name: "test".into(),
        title: String::new(),
        about: String::new(),
        start: None,
        horizon: None,
        at_horizon: None,
        never: None,
        instant_limit: 1000,
        sources: vec![],
        sets: vec![],
        levers: vec![],
        beliefs: vec![],
        correlations: vec![],
        states: vec![],
        formulas: vec![],
        tables: vec![],
        tracks: vec![],
        outcomes: vec![],
        milestones: vec![],
        measures: vec![],
        splits: vec![],
        timeline: None,
        variants: vec![],
        vary: vec![],
        payoffs: vec![],
    }
}

/// Adds things to a scenario, in order of declaration.
impl Scenario {
    pub(crate) fn add_state(&mut self, name: &str, initial: Initial) -> StateId {
        self.states.push(State {
            name: name.into(),
            about: String::new(),
            ty: Ty::NUMBER,
            initial,
            span: Span::default(),
        });
        StateId(self.states.len() - 1)
    }

    pub(crate) fn add_number(&mut self, name: &str, value: f64) -> StateId {
        self.add_state(name, Initial::Value(num(value)))
    }

    pub(crate) fn add_belief(&mut self, name: &str, draw: Draw) -> usize {
        self.beliefs.push(Belief {
            name: name.into(),
            draw,
            written: String::new(),
            why: String::new(),
            sources: vec![],
            ty: Ty::NUMBER,
            span: Span::default(),
        });
        self.beliefs.len() - 1
    }

    pub(crate) fn add_lever(&mut self, name: &str, values: Vec<f64>) {
        self.levers.push(Lever {
            name: name.into(),
            about: String::new(),
            labels: values.iter().map(f64::to_string).collect(),
            values,
            ty: Ty::NUMBER,
            chosen: 0,
            span: Span::default(),
        });
    }

    pub(crate) fn add_formula(&mut self, name: &str, expr: Expr) -> usize {
        self.formulas.push(Formula { name: name.into(), expr, span: Span::default() });
        self.formulas.len() - 1
    }

    pub(crate) fn add_table(&mut self, x: &[f64], y: &[f64], read: Read) -> usize {
        self.tables.push(Table {
            name: "table".into(),
            x: x.into(),
            y: y.into(),
            read,
            x_ty: Ty::NUMBER,
            y_ty: Ty::NUMBER,
            span: Span::default(),
        });
        self.tables.len() - 1
    }

    pub(crate) fn add_outcome(&mut self, name: &str) -> OutcomeId {
        self.add_outcome_when(name, None)
    }

    pub(crate) fn add_outcome_when(&mut self, name: &str, when: Option<Expr>) -> OutcomeId {
        self.outcomes.push(Outcome {
            name: name.into(),
            title: String::new(),
            about: String::new(),
            when,
            span: Span::default(),
        });
        OutcomeId(self.outcomes.len() - 1)
    }

    pub(crate) fn add_track(&mut self, name: &str, stages: Vec<(&str, Waits)>) -> usize {
        let stage = |(name, waits): (&str, Waits)| Stage {
            name: name.into(),
            about: String::new(),
            enter: Effects::default(),
            waits,
            span: Span::default(),
        };
        self.tracks.push(Track {
            name: name.into(),
            about: String::new(),
            stages: stages.into_iter().map(stage).collect(),
            begins: StageId(0),
            set: SetId(0),
            span: Span::default(),
        });
        self.tracks.len() - 1
    }

    pub(crate) fn entering(&mut self, track: usize, stage: usize, way: Way) {
        self.tracks[track].stages[stage].enter = way.effects();
    }

    pub(crate) fn add_measure(&mut self, name: &str, kind: MeasureKind, given: Option<Expr>) -> MeasureId {
        self.measures.push(Measure {
            name: name.into(),
            title: String::new(),
            unit: String::new(),
            kind,
            given,
            thresholds: vec![],
            ty: Ty::NUMBER,
            span: Span::default(),
        });
        MeasureId(self.measures.len() - 1)
    }

    /// An outcome at a horizon in days.
    pub(crate) fn until(&mut self, horizon: f64) -> OutcomeId {
        let open = self.add_outcome("open");
        self.horizon = Some(horizon * DAY);
        self.at_horizon = Some(open);
        open
    }

    /// The outcome of a path that can reach none; last of all.
    pub(crate) fn endless(&mut self) -> OutcomeId {
        let never = self.add_outcome("never");
        self.never = Some(never);
        never
    }
}
