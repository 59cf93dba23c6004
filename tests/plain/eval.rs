//! Values of expressions (design, sections 2 and 3): a number for everything. A truth value is 0 or 1, an option its
//! index, a duration its seconds.

use detente::model::{Expr, Func, Node, Scenario};

/// All that an expression can read.
#[derive(Clone, Copy)]
pub struct View<'a> {
    pub scenario: &'a Scenario,
    pub beliefs: &'a [f64],
    pub states: &'a [f64],
    /// The stage of each track.
    pub stages: &'a [usize],
    /// When each track entered it.
    pub entered: &'a [f64],
    pub now: f64,
    /// In a probability: what the branches above have left.
    pub rest: f64,
    /// At the end of a path.
    pub outcome: f64,
    /// At the end of a path: the measures declared above.
    pub measures: &'a [f64],
}

impl<'a> View<'a> {
    /// What can be read before there is a path.
    pub fn of(scenario: &'a Scenario, beliefs: &'a [f64]) -> View<'a> {
        View {
            scenario,
            beliefs,
            states: &[],
            stages: &[],
            entered: &[],
            now: 0.0,
            rest: f64::NAN,
            outcome: f64::NAN,
            measures: &[],
        }
    }

    pub fn at(self, now: f64) -> View<'a> {
        View { now, ..self }
    }

    pub fn holds(&self, condition: &Expr) -> bool {
        self.number(condition) != 0.0
    }

    /// The value of an expression that is no distribution.
    pub fn number(&self, expr: &Expr) -> f64 {
        let truth = |b: bool| if b { 1.0 } else { 0.0 };
        match &expr.node {
            Node::Const(value) => *value,
            Node::Lever(id) => {
                let lever = &self.scenario.levers[id.0];
                lever.values[lever.chosen]
            }
            Node::Belief(id) => self.beliefs[id.0],
            Node::State(id) => self.states[id.0],
            Node::Track(id) => self.stages[id.0] as f64,
            Node::Formula(id) => self.number(&self.scenario.formulas[id.0].expr),
            Node::Day => self.now,
            Node::Since(id) => self.now - self.entered[id.0],
            Node::Rest => self.rest,
            Node::Outcome => self.outcome,
            Node::Measure(id) => self.measures[id.0],
            Node::Not(a) => truth(!self.holds(a)),
            Node::Negative(a) => -self.number(a),
            Node::And(a, b) => truth(self.holds(a) && self.holds(b)),
            Node::Or(a, b) => truth(self.holds(a) || self.holds(b)),
            Node::Compare(how, a, b) => truth(how.holds(self.number(a), self.number(b))),
            Node::Add(a, b) => self.number(a) + self.number(b),
            Node::Subtract(a, b) => self.number(a) - self.number(b),
            Node::Multiply(a, b) => self.number(a) * self.number(b),
            Node::Divide(a, b) => self.number(a) / self.number(b),
            Node::Power(a, b) => libm::pow(self.number(a), self.number(b)),
            Node::If(c, a, b) => self.number(if self.holds(c) { a } else { b }),
            Node::Call(func, args) => self.call(*func, args),
            Node::Table(id, x) => self.scenario.tables[id.0].at(self.number(x)),
            Node::Law(_) => panic!("a distribution where a number is expected"),
        }
    }

    fn call(&self, func: Func, args: &[Expr]) -> f64 {
        let arg = |i: usize| self.number(&args[i]);
        // A NaN among the arguments stays a NaN.
        let least = |a: f64, b: f64| if a.is_nan() || a < b { a } else { b };
        let greatest = |a: f64, b: f64| if a.is_nan() || a > b { a } else { b };
        match func {
            Func::Min => (1..args.len()).fold(arg(0), |m, i| least(m, arg(i))),
            Func::Max => (1..args.len()).fold(arg(0), |m, i| greatest(m, arg(i))),
            Func::Clamp => least(greatest(arg(0), arg(1)), arg(2)),
            Func::Exp => libm::exp(arg(0)),
            Func::Ln => libm::log(arg(0)),
            Func::Sqrt => arg(0).sqrt(),
            Func::Abs => arg(0).abs(),
            Func::Logistic => 1.0 / (1.0 + libm::exp(-arg(0))),
            Func::Logit => libm::log(arg(0) / (1.0 - arg(0))),
            Func::Floor => arg(0).floor(),
            Func::Ceil => arg(0).ceil(),
            Func::Round => arg(0).round(),
            Func::Count => args.iter().filter(|a| self.holds(a)).count() as f64,
        }
    }
}
