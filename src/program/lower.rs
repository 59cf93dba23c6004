//! Typed expressions become flat code: constants are folded, what only beliefs decide is moved to the code that runs once a
//! world, and what is computed twice is computed once.

use super::code::{Code, Deps, Instruction, Op, Value};
use super::{Column, Layout};
use crate::model::{Compare, Expr, Func, Node, Scenario, Ty};
use std::collections::HashMap;

/// A place in the array of numbers.
pub(super) type Place = u32;

/// A formula of more instructions than this is computed once, before all else, where an expression may need it.
const BIG: u64 = 48;
/// A side of a condition of up to so many instructions is computed anyway: cheaper than a jump.
const CHEAP: usize = 2;
/// Room for temporary results while they are counted.
const PLENTY: usize = 1 << 28;

/// Compiles expressions one after the other.
pub(super) struct Lower<'s> {
    pub scenario: &'s Scenario,
    pub layout: Layout,
    pub code: Code,
    /// The code that runs once a world; it writes places of the pool only.
    pub world: Vec<Instruction>,
    /// What the places of the pool begin with: constants, and NaN for what a world fixes.
    pub pool: Vec<f64>,
    /// Whether only temporary results are counted: the layout is not the real one yet.
    pub measuring: bool,
    /// The most temporary results that an expression needs.
    pub most_temps: usize,
    pool_deps: Vec<Deps>,
    temp_deps: Vec<Deps>,
    constants: HashMap<u64, Place>,
    beliefs: Vec<Place>,
    world_seen: HashMap<Instruction, Place>,
    block: Vec<Instruction>,
    scopes: Vec<Scope>,
    weights: Vec<u64>,
    /// Whether what follows is evaluated right after what came before, so that it may use its results.
    sequence: bool,
}

/// What has been computed on every way to the instruction at hand.
#[derive(Default)]
struct Scope {
    seen: HashMap<Instruction, Place>,
    formulas: HashMap<usize, Place>,
}

impl<'s> Lower<'s> {
    /// `temps`: how many temporary results there is room for; `None` to find out.
    pub fn new(scenario: &'s Scenario, temps: Option<usize>) -> Lower<'s> {
        let layout = Layout {
            states: scenario.states.len(),
            tracks: scenario.tracks.len(),
            measures: scenario.measures.len(),
            temps: temps.unwrap_or(PLENTY),
            pool: 0,
        };
        let mut lower = Lower {
            scenario,
            layout,
            code: Code { list: vec![], columns: scenario.tables.iter().map(Column::new).collect() },
            world: vec![],
            pool: vec![],
            measuring: temps.is_none(),
            most_temps: 0,
            pool_deps: vec![],
            temp_deps: vec![],
            constants: HashMap::new(),
            beliefs: vec![],
            world_seen: HashMap::new(),
            block: vec![],
            scopes: vec![Scope::default()],
            weights: vec![],
            sequence: false,
        };
        for formula in &scenario.formulas {
            let weight = lower.weight(&formula.expr);
            lower.weights.push(weight);
        }
        lower
    }

    /// How many instructions an expression has if nothing is shared.
    fn weight(&self, expr: &Expr) -> u64 {
        let own = match expr.node {
            Node::Formula(id) => self.weights.get(id.0).copied().unwrap_or(0),
            _ => 1,
        };
        expr.parts().into_iter().fold(own, |sum, part| sum.saturating_add(self.weight(part)))
    }

    /// A place of the pool for the next belief.
    pub fn belief(&mut self) -> u32 {
        let place = self.pool_place(f64::NAN, Deps::WORLD);
        self.beliefs.push(place);
        place
    }

    /// Compiles an expression.
    pub fn value(&mut self, expr: &Expr) -> Value {
        self.compile(expr, |lower| lower.expr(expr))
    }

    /// Compiles an expression that is divided by a constant.
    pub fn divided(&mut self, expr: &Expr, by: f64) -> Value {
        self.compile(expr, |lower| {
            let value = lower.expr(expr);
            let by = lower.constant(by);
            lower.emit(Op::Divide, value, by, by)
        })
    }

    /// What `make` compiles is evaluated in this order, without anything between that changes a value, so that later
    /// expressions use what earlier ones have worked out. See [`Lower::maybe`] and [`Lower::next_rest`].
    pub fn sequence<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> T {
        self.clear();
        self.sequence = true;
        let made = make(self);
        self.sequence = false;
        made
    }

    /// In a sequence: what `make` compiles is not always evaluated.
    pub fn maybe<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> T {
        self.scopes.push(Scope::default());
        let made = make(self);
        self.scopes.pop();
        made
    }

    /// In a sequence: `rest` is another from here on.
    pub fn next_rest(&mut self) {
        let mut scopes = std::mem::take(&mut self.scopes);
        for scope in &mut scopes {
            scope.seen.retain(|_, place| !self.deps(*place).rest());
            scope.formulas.retain(|_, place| !self.deps(*place).rest());
        }
        self.scopes = scopes;
    }

    fn clear(&mut self) {
        self.temp_deps.clear();
        self.scopes.clear();
        self.scopes.push(Scope::default());
    }

    pub(super) fn compile(&mut self, expr: &Expr, make: impl FnOnce(&mut Self) -> Place) -> Value {
        self.block.clear();
        if !self.sequence {
            self.clear();
        }
        let mut big: Vec<usize> = vec![];
        self.big_formulas(expr, &mut big);
        for id in big {
            self.formula(id);
        }
        let out = make(self);
        let start = self.code.list.len() as u32;
        // A value that turned out to need no code of the path's own leaves none behind.
        if self.sequence || (out >= self.temp(0) && out < self.temp(self.layout.temps as u32)) {
            self.code.list.append(&mut self.block);
        }
        self.most_temps = self.most_temps.max(self.temp_deps.len());
        Value { start, end: self.code.list.len() as u32, out, deps: self.deps(out), span: expr.span }
    }

    /// Formulas that are too big to repeat, each after those that it reads.
    fn big_formulas(&self, expr: &Expr, list: &mut Vec<usize>) {
        if let Node::Formula(id) = expr.node
            && !list.contains(&id.0)
        {
            let formula = &self.scenario.formulas[id.0].expr;
            if self.weights[id.0] > BIG {
                self.big_formulas(formula, list);
                if !matches!(formula.ty, Ty::Law { .. }) && !list.contains(&id.0) {
                    list.push(id.0);
                }
            }
        }
        for part in expr.parts() {
            self.big_formulas(part, list);
        }
    }

    fn temp(&self, index: u32) -> Place {
        self.layout.temp() as u32 + index
    }

    fn pool_start(&self) -> Place {
        self.layout.pool().start as u32
    }

    fn pool_place(&mut self, value: f64, deps: Deps) -> Place {
        self.pool.push(value);
        self.pool_deps.push(deps);
        self.pool_start() + self.pool.len() as u32 - 1
    }

    pub(super) fn constant(&mut self, value: f64) -> Place {
        if let Some(place) = self.constants.get(&value.to_bits()) {
            return *place;
        }
        let place = self.pool_place(value, Deps::NONE);
        self.constants.insert(value.to_bits(), place);
        place
    }

    fn known(&self, place: Place) -> Option<f64> {
        self.deps(place).constant().then(|| self.pool[(place - self.pool_start()) as usize])
    }

    fn deps(&self, place: Place) -> Deps {
        if place >= self.pool_start() {
            self.pool_deps[(place - self.pool_start()) as usize]
        } else if place >= self.temp(0) {
            self.temp_deps[(place - self.temp(0)) as usize]
        } else if place as usize == self.layout.rest() {
            Deps::REST
        } else if place as usize == self.layout.day() {
            Deps::TIME
        } else {
            Deps::PATH
        }
    }

    fn new_temp(&mut self, deps: Deps) -> Place {
        self.temp_deps.push(deps);
        self.temp(self.temp_deps.len() as u32 - 1)
    }

    pub(super) fn emit(&mut self, op: Op, a: Place, b: Place, c: Place) -> Place {
        let places = [a, b, c];
        let used = &places[..op.operands()];
        let deps = used.iter().fold(Deps::NONE, |all, p| all.with(self.deps(*p)));
        let column = if op == Op::Table { Some(b as usize) } else { None };
        if deps.constant() {
            let value = |p: Place| self.known(p).unwrap_or(f64::NAN);
            let result = match column {
                Some(column) => self.code.columns[column].at(value(a)),
                None => op.apply(value(a), value(b), value(c)),
            };
            return self.constant(result);
        }
        if op == Op::Select
            && let Some(chosen) = self.known(a)
        {
            return if chosen != 0.0 { b } else { c };
        }
        let key = Instruction { op, out: 0, a, b, c };
        if deps.world() {
            if let Some(place) = self.world_seen.get(&key) {
                return *place;
            }
            let out = self.pool_place(f64::NAN, Deps::WORLD);
            self.world.push(Instruction { out, ..key });
            self.world_seen.insert(key, out);
            return out;
        }
        if let Some(place) = self.scopes.iter().rev().find_map(|s| s.seen.get(&key)) {
            return *place;
        }
        let out = self.new_temp(deps);
        self.block.push(Instruction { out, ..key });
        self.scope().seen.insert(key, out);
        out
    }

    fn scope(&mut self) -> &mut Scope {
        self.scopes.last_mut().expect("there is always a scope")
    }

    fn unary(&mut self, op: Op, a: &Expr) -> Place {
        let a = self.expr(a);
        self.emit(op, a, a, a)
    }

    fn binary(&mut self, op: Op, a: &Expr, b: &Expr) -> Place {
        let a = self.expr(a);
        let b = self.expr(b);
        self.emit(op, a, b, b)
    }

    pub(super) fn expr(&mut self, expr: &Expr) -> Place {
        match &expr.node {
            Node::Const(value) => self.constant(*value),
            Node::Lever(id) => {
                let lever = &self.scenario.levers[id.0];
                self.constant(lever.values[lever.chosen])
            }
            Node::Belief(id) => self.beliefs[id.0],
            Node::State(id) => id.0 as u32,
            Node::Track(id) => self.layout.track(id.0) as u32,
            Node::Formula(id) => self.formula(id.0),
            Node::Day => self.layout.day() as u32,
            Node::Since(track) => {
                let (day, entered) = (self.layout.day() as u32, self.layout.entered(track.0) as u32);
                self.emit(Op::Subtract, day, entered, entered)
            }
            Node::Rest => self.layout.rest() as u32,
            Node::Outcome => self.layout.outcome() as u32,
            Node::Measure(id) => self.layout.measure(id.0) as u32,
            Node::Not(a) => self.unary(Op::Not, a),
            Node::Negative(a) => self.unary(Op::Negative, a),
            Node::And(a, b) => self.lazy(Op::And, a, b),
            Node::Or(a, b) => self.lazy(Op::Or, a, b),
            Node::Compare(compare, a, b) => match compare {
                Compare::Equal => self.binary(Op::Equal, a, b),
                Compare::Unequal => self.binary(Op::Unequal, a, b),
                Compare::Less => self.binary(Op::Less, a, b),
                Compare::AtMost => self.binary(Op::AtMost, a, b),
                Compare::Greater => self.binary(Op::Less, b, a),
                Compare::AtLeast => self.binary(Op::AtMost, b, a),
            },
            Node::Add(a, b) => self.binary(Op::Add, a, b),
            Node::Subtract(a, b) => self.binary(Op::Subtract, a, b),
            Node::Multiply(a, b) => self.binary(Op::Multiply, a, b),
            Node::Divide(a, b) => self.binary(Op::Divide, a, b),
            Node::Power(a, b) => self.binary(Op::Power, a, b),
            Node::If(condition, a, b) => self.choice(condition, a, b),
            Node::Call(func, args) => self.call(*func, args),
            Node::Table(id, a) => {
                let a = self.expr(a);
                self.emit(Op::Table, a, id.0 as u32, a)
            }
            // A distribution is compiled by `laws`, never as a number.
            Node::Law(_) => self.constant(f64::NAN),
        }
    }

    fn formula(&mut self, id: usize) -> Place {
        if let Some(place) = self.scopes.iter().rev().find_map(|s| s.formulas.get(&id)) {
            return *place;
        }
        let place = self.expr(&self.scenario.formulas[id].expr);
        self.scope().formulas.insert(id, place);
        place
    }

    fn call(&mut self, func: Func, args: &[Expr]) -> Place {
        let op = match func {
            Func::Min => Op::Min,
            Func::Max => Op::Max,
            Func::Count => Op::Add,
            Func::Clamp => {
                let raised = self.binary(Op::Max, &args[0], &args[1]);
                let high = self.expr(&args[2]);
                return self.emit(Op::Min, raised, high, high);
            }
            Func::Exp => return self.unary(Op::Exp, &args[0]),
            Func::Ln => return self.unary(Op::Ln, &args[0]),
            Func::Sqrt => return self.unary(Op::Sqrt, &args[0]),
            Func::Abs => return self.unary(Op::Abs, &args[0]),
            Func::Logistic => return self.unary(Op::Logistic, &args[0]),
            Func::Logit => return self.unary(Op::Logit, &args[0]),
            Func::Floor => return self.unary(Op::Floor, &args[0]),
            Func::Ceil => return self.unary(Op::Ceil, &args[0]),
            Func::Round => return self.unary(Op::Round, &args[0]),
        };
        let mut all = self.expr(&args[0]);
        for arg in &args[1..] {
            let next = self.expr(arg);
            all = self.emit(op, all, next, next);
        }
        all
    }

    /// The code of a part that is not always computed, apart from the rest.
    fn detached(&mut self, expr: &Expr) -> (Vec<Instruction>, Place) {
        let outer = std::mem::take(&mut self.block);
        self.scopes.push(Scope::default());
        let place = self.expr(expr);
        self.scopes.pop();
        (std::mem::replace(&mut self.block, outer), place)
    }

    fn jump(&mut self, op: Op, a: Place, over: usize) {
        self.block.push(Instruction { op, out: a, a, b: over as u32, c: a });
    }

    fn copy(&mut self, out: Place, from: Place) {
        self.block.push(Instruction { op: Op::Copy, out, a: from, b: from, c: from });
    }

    fn lazy(&mut self, op: Op, a: &Expr, b: &Expr) -> Place {
        let left = self.expr(a);
        if let Some(known) = self.known(left) {
            let decided = (known != 0.0) == (op == Op::Or);
            return if decided { left } else { self.expr(b) };
        }
        let (mut code, right) = self.detached(b);
        if code.len() <= CHEAP {
            self.block.append(&mut code);
            return self.emit(op, left, right, right);
        }
        let out = self.new_temp(self.deps(left).with(self.deps(right)));
        self.copy(out, left);
        self.jump(if op == Op::And { Op::SkipUnless } else { Op::SkipIf }, left, code.len() + 1);
        self.block.append(&mut code);
        self.copy(out, right);
        out
    }

    fn choice(&mut self, condition: &Expr, a: &Expr, b: &Expr) -> Place {
        let condition = self.expr(condition);
        if let Some(known) = self.known(condition) {
            return self.expr(if known != 0.0 { a } else { b });
        }
        let (mut first, a) = self.detached(a);
        let (mut second, b) = self.detached(b);
        if first.len() <= CHEAP && second.len() <= CHEAP {
            self.block.append(&mut first);
            self.block.append(&mut second);
            return self.emit(Op::Select, condition, a, b);
        }
        let deps = self.deps(condition).with(self.deps(a)).with(self.deps(b));
        let out = self.new_temp(deps);
        self.jump(Op::SkipUnless, condition, first.len() + 2);
        self.block.append(&mut first);
        self.copy(out, a);
        self.jump(Op::Skip, condition, second.len() + 1);
        self.block.append(&mut second);
        self.copy(out, b);
        out
    }
}
