//! Names resolved, kinds and units checked: from an expression as written to one that can be evaluated.

use super::builder::Builder;
use super::scope::{Progress, Symbol};
use crate::diag::{Code, Diagnostic, Span, nearest};
use crate::expr::{self, Kind, Label, Op};
use crate::model::{
    Compare, Expr, Formula, FormulaId, Func, Law, Node, OutcomeId, SetId, StateId, TrackId, Ty,
};
use crate::quantity::prose;

/// What an expression in some place may read.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place {
    /// State variables and tracks.
    pub state: bool,
    /// The time on the path.
    pub day: bool,
    /// The time in the current stage of this track.
    pub since: Option<TrackId>,
    /// What is left of 1.
    pub rest: bool,
    /// The outcome of the path.
    pub outcome: bool,
    /// Measures declared above this number.
    pub measures: Option<usize>,
}

impl Place {
    /// Nothing but levers and beliefs.
    pub const FIXED: Place =
        Place { state: false, day: false, since: None, rest: false, outcome: false, measures: None };
    /// Everything that a path knows on its way.
    pub const PATH: Place = Place { state: true, day: true, ..Place::FIXED };

    /// As [`Place::PATH`], within a stage of `track`.
    pub fn within(track: TrackId) -> Place {
        Place { since: Some(track), ..Place::PATH }
    }
}

/// Functions by name, with the least and the greatest number of arguments.
const FUNCTIONS: &[(&str, Func, usize, usize)] = &[
    ("min", Func::Min, 1, 99),
    ("max", Func::Max, 1, 99),
    ("clamp", Func::Clamp, 3, 3),
    ("exp", Func::Exp, 1, 1),
    ("ln", Func::Ln, 1, 1),
    ("sqrt", Func::Sqrt, 1, 1),
    ("abs", Func::Abs, 1, 1),
    ("logistic", Func::Logistic, 1, 1),
    ("logit", Func::Logit, 1, 1),
    ("floor", Func::Floor, 1, 1),
    ("ceil", Func::Ceil, 1, 1),
    ("round", Func::Round, 1, 1),
    ("count", Func::Count, 1, 99),
];

impl Builder {
    /// The typed form of a value that stands in `place`.
    pub fn typed(&mut self, value: &crate::syntax::Value, place: Place) -> Option<Expr> {
        let written = self.expression(value)?;
        self.type_of(&written, place)
    }

    /// As `typed`, and it must be true or false.
    pub fn typed_bool(&mut self, value: &crate::syntax::Value, place: Place) -> Option<Expr> {
        let expr = self.typed(value, place)?;
        self.want_bool(expr, "a condition")
    }

    /// As `typed`, and it must be a plain number.
    pub fn typed_number(&mut self, value: &crate::syntax::Value, place: Place, what: &str) -> Option<Expr> {
        let expr = self.typed(value, place)?;
        self.want_number(expr, 0, what)
    }

    pub fn want_bool(&mut self, expr: Expr, what: &str) -> Option<Expr> {
        if expr.ty == Ty::Bool {
            return Some(expr);
        }
        self.mismatch(&expr, what, "true or false");
        None
    }

    pub fn want_number(&mut self, expr: Expr, time: i8, what: &str) -> Option<Expr> {
        match expr.ty {
            Ty::Number { time: t, .. } if t == time => Some(expr),
            // A zero has any unit.
            Ty::Number { time: 0, .. } if expr.node == Node::Const(0.0) => {
                Some(Expr { ty: Ty::Number { whole: false, time }, ..expr })
            }
            _ => {
                let expected = describe_number(time);
                let bare = matches!(expr.ty, Ty::Number { time: 0, .. }) && time != 0;
                let mut fault = self.mismatch_of(&expr, what, expected);
                if let (true, Some(value)) = (bare, expr.as_constant()) {
                    let words = if time == 1 { "days" } else { "per year" };
                    fault = fault.edit(expr.span, format!("{} {words}", plain(value)));
                }
                self.push(fault);
                None
            }
        }
    }

    fn mismatch(&mut self, expr: &Expr, what: &str, expected: &str) {
        let fault = self.mismatch_of(expr, what, expected);
        self.push(fault);
    }

    fn mismatch_of(&self, expr: &Expr, what: &str, expected: &str) -> Diagnostic {
        Diagnostic::new(Code::TypeMismatch, expr.span, format!("{what} must be {expected}"))
            .label(format!("this is {}", self.describe(expr.ty)))
    }

    /// As messages call a kind of value.
    pub fn describe(&self, ty: Ty) -> String {
        match ty {
            Ty::Bool => "true or false".into(),
            Ty::Number { whole: true, .. } => "a whole number".into(),
            Ty::Number { time, .. } => describe_number(time).into(),
            Ty::Option(set) => {
                let names = &self.scenario.sets[set.0].names;
                format!("one of {}", prose::list(names, "or"))
            }
            Ty::Outcome => "an outcome".into(),
            Ty::Law { time } => format!("a distribution over {}", describe_many(time)),
        }
    }

    /// The typed form of an expression.
    pub fn type_of(&mut self, e: &expr::Expr, place: Place) -> Option<Expr> {
        let at = e.span;
        match &e.kind {
            Kind::Number { value, whole } => {
                Some(Expr::constant(*value, Ty::Number { whole: *whole, time: 0 }, at))
            }
            Kind::Percent(value) => Some(Expr::constant(*value, Ty::NUMBER, at)),
            Kind::Duration(value, unit) => Some(Expr::constant(value * unit.seconds(), Ty::DURATION, at)),
            Kind::Date(date) => match self.scenario.start {
                Some(start) => Some(Expr::constant(date.since(start), Ty::DURATION, at)),
                None => {
                    self.push(
                        Diagnostic::new(Code::BadDate, at, "a date needs a `start` to be counted from")
                            .note("write `start = 2025-01-20` at the top of the file"),
                    );
                    None
                }
            },
            Kind::Bool(b) => Some(Expr::constant(f64::from(u8::from(*b)), Ty::Bool, at)),
            Kind::Name(name) => self.name(name, at, place),
            Kind::Negative(a) => {
                let a = self.type_of(a, place)?;
                let a = self.numeric(a)?;
                let ty = a.ty;
                Some(fold(Expr { node: Node::Negative(Box::new(a)), ty, span: at }))
            }
            Kind::Not(a) => {
                let a = self.type_of(a, place)?;
                let a = self.want_bool(a, "what `not` turns round")?;
                Some(Expr { node: Node::Not(Box::new(a)), ty: Ty::Bool, span: at })
            }
            Kind::Binary(op, a, b) if op.compares() => self.comparison(*op, a, b, at, place),
            Kind::Binary(op @ (Op::And | Op::Or), a, b) => {
                let what = format!("each side of `{}`", op.symbol());
                let a = self.type_of(a, place).and_then(|a| self.want_bool(a, &what));
                let b = self.type_of(b, place).and_then(|b| self.want_bool(b, &what));
                let (a, b) = (Box::new(a?), Box::new(b?));
                let node = if *op == Op::And { Node::And(a, b) } else { Node::Or(a, b) };
                Some(Expr { node, ty: Ty::Bool, span: at })
            }
            Kind::Binary(op, a, b) => {
                let a = self.type_of(a, place);
                let b = self.type_of(b, place);
                self.arithmetic(*op, a?, b?, at)
            }
            Kind::If(c, a, b) => {
                let c = self.type_of(c, place).and_then(|c| self.want_bool(c, "what stands after `if`"));
                let a = self.type_of(a, place);
                let b = self.type_of(b, place);
                self.either(c?, a?, b?, at)
            }
            Kind::Per(a, count, unit) => {
                let a = self.type_of(a, place)?;
                let a = self.numeric(a)?;
                let Ty::Number { time, .. } = a.ty else { return None };
                let period = Expr::constant(count * unit.seconds(), Ty::DURATION, at);
                let ty = Ty::Number { whole: false, time: time - 1 };
                Some(fold(Expr { node: Node::Divide(Box::new(a), Box::new(period)), ty, span: at }))
            }
            Kind::To(low, high) => self.interval(low, high, at, place),
            Kind::Call(callee, args) => self.call(callee, args, at, place),
        }
    }

    fn name(&mut self, name: &str, at: Span, place: Place) -> Option<Expr> {
        let expr = |node, ty| Some(Expr { node, ty, span: at });
        match name {
            "day" if place.day => return expr(Node::Day, Ty::DURATION),
            "since" => {
                if let Some(track) = place.since {
                    return expr(Node::Since(track), Ty::DURATION);
                }
                self.not_here(at, "`since`", "it is the time in a stage, for the expressions of that stage");
                return None;
            }
            "day" => {
                self.not_here(at, "`day`", "nothing has happened yet where this is read");
                return None;
            }
            "rest" if place.rest => return expr(Node::Rest, Ty::NUMBER),
            "rest" => {
                self.not_here(at, "`rest`", "it is what the branches above left, for a `p` of a branch");
                return None;
            }
            "outcome" if place.outcome => return expr(Node::Outcome, Ty::Outcome),
            "outcome" => {
                self.not_here(
                    at,
                    "`outcome`",
                    "it is known when a path has ended: in `given` and in `value`",
                );
                return None;
            }
            _ => {}
        }
        // In measures a measure of the same name as a variable is not what is meant: the variable comes first.
        match self.scope.symbols.get(name).copied() {
            Some((symbol, declared)) => self.symbol(name, symbol, declared, at, place),
            None => {
                if let Some(limit) = place.measures
                    && let Some(index) = self.scenario.measures.iter().position(|m| m.name == name)
                {
                    if index < limit {
                        return expr(
                            Node::Measure(crate::model::MeasureId(index)),
                            self.scenario.measures[index].ty,
                        );
                    }
                    self.not_here(
                        at,
                        &format!("`{name}`"),
                        "a measure can read only measures declared above it",
                    );
                    return None;
                }
                let more: Vec<&str> =
                    [("day", place.day), ("since", place.since.is_some()), ("rest", place.rest)]
                        .into_iter()
                        .filter_map(|(word, there)| there.then_some(word))
                        .collect();
                self.unknown_name(name, at, &more, "name");
                None
            }
        }
    }

    fn symbol(&mut self, name: &str, symbol: Symbol, declared: Span, at: Span, place: Place) -> Option<Expr> {
        let expr = |node, ty| Some(Expr { node, ty, span: at });
        match symbol {
            Symbol::Lever(id) => {
                let lever = self.scenario.levers.get(id.0)?;
                expr(Node::Lever(id), lever.ty)
            }
            Symbol::Belief(id) if id.0 < self.scope.beliefs_known => {
                expr(Node::Belief(id), self.scenario.beliefs.get(id.0)?.ty)
            }
            Symbol::State(id) if place.state && id.0 < self.scope.states_known => {
                expr(Node::State(id), self.scenario.states.get(id.0)?.ty)
            }
            Symbol::Track(id) if place.state => {
                let track = self.scenario.tracks.get(id.0)?;
                expr(Node::Track(id), Ty::Option(track.set))
            }
            Symbol::Formula(slot) => {
                let id = self.formula(slot, at)?;
                let formula = &self.scenario.formulas[id.0];
                let reads = formula.expr.reads(&self.scenario.formulas);
                let ty = formula.expr.ty;
                if !place.state && reads.changes() {
                    self.not_here(at, &format!("`{name}`"), "it reads what changes on a path");
                    return None;
                }
                if !place.day && reads.day {
                    self.not_here(at, &format!("`{name}`"), "it reads `day`");
                    return None;
                }
                expr(Node::Formula(id), ty)
            }
            Symbol::Belief(_) | Symbol::State(_) | Symbol::Track(_) => {
                let reason = match symbol {
                    Symbol::Track(_) => "no track has begun where this is read",
                    Symbol::State(_) if !place.state => {
                        "it changes on a path, and this is fixed before the path begins"
                    }
                    _ => "only what is declared above can be read here",
                };
                self.push(
                    Diagnostic::new(Code::NotHere, at, format!("`{name}` cannot be read here"))
                        .label(reason)
                        .context(declared, "declared here"),
                );
                None
            }
        }
    }

    pub fn not_here(&mut self, at: Span, what: &str, reason: &str) {
        self.push(Diagnostic::new(Code::NotHere, at, format!("{what} cannot be used here")).label(reason));
    }

    /// Understands a formula when it is first needed.
    pub fn formula(&mut self, slot: usize, at: Span) -> Option<FormulaId> {
        match self.scope.formulas[slot].progress {
            Progress::Done(id) => return Some(id),
            Progress::Failed => return None,
            Progress::Running => {
                let (name, span) = (self.scope.formulas[slot].name.clone(), self.scope.formulas[slot].span);
                self.push(
                    Diagnostic::new(Code::NotHere, at, format!("the formula `{name}` reads itself"))
                        .label("this leads back to it")
                        .context(span, "declared here"),
                );
                return None;
            }
            Progress::Untouched => {}
        }
        self.scope.formulas[slot].progress = Progress::Running;
        let (name, span, value) = {
            let f = &self.scope.formulas[slot];
            (f.name.clone(), f.span, f.value.clone())
        };
        let faults = self.found.len();
        let typed = self.typed(&value, Place::PATH);
        let progress = match typed {
            Some(expr) => {
                let id = FormulaId(self.scenario.formulas.len());
                self.scenario.formulas.push(Formula { name, expr, span });
                Progress::Done(id)
            }
            // While states are still being understood, a formula may read one that is not there yet: ask again later.
            None if self.scope.states_known < self.states_declared()
                && self.found[faults..].iter().all(|d| d.code == Code::NotHere) =>
            {
                self.found.truncate(faults);
                self.push(
                    Diagnostic::new(Code::NotHere, at, format!("the formula `{name}` cannot be read here"))
                        .label("it reads what is declared below")
                        .context(span, "declared here"),
                );
                Progress::Untouched
            }
            None => Progress::Failed,
        };
        self.scope.formulas[slot].progress = progress;
        if let Progress::Done(id) = progress { Some(id) } else { None }
    }

    fn states_declared(&self) -> usize {
        self.scope.symbols.values().filter(|(s, _)| matches!(s, Symbol::State(_))).count()
    }

    /// Understands every formula that nothing has needed so far.
    pub fn formulas(&mut self) {
        for slot in 0..self.scope.formulas.len() {
            let span = self.scope.formulas[slot].span;
            self.formula(slot, span);
        }
    }

    /// A number, a truth value counting as 0 or 1.
    fn numeric(&mut self, expr: Expr) -> Option<Expr> {
        match expr.ty {
            Ty::Number { .. } => Some(expr),
            Ty::Bool => Some(Expr { ty: Ty::WHOLE, ..expr }),
            Ty::Law { .. } => {
                self.push(
                    Diagnostic::new(
                        Code::TypeMismatch,
                        expr.span,
                        "a distribution cannot be calculated with",
                    )
                    .label("this is a distribution, not a number")
                    .note("make it a belief or a drawn state, and calculate with that"),
                );
                None
            }
            _ => {
                self.mismatch(&expr, "what is calculated with", "a number");
                None
            }
        }
    }

    fn arithmetic(&mut self, op: Op, a: Expr, b: Expr, at: Span) -> Option<Expr> {
        let (a, b) = (self.numeric(a), self.numeric(b));
        let (a, b) = (a?, b?);
        let (Ty::Number { whole: wa, time: ta }, Ty::Number { whole: wb, time: tb }) = (a.ty, b.ty) else {
            return None;
        };
        let zero = |e: &Expr| e.node == Node::Const(0.0);
        let ty = match op {
            Op::Add | Op::Subtract => {
                if ta != tb && !zero(&a) && !zero(&b) {
                    let verb = if op == Op::Add { "added to" } else { "subtracted from" };
                    let (x, y) = if op == Op::Add { (&a, &b) } else { (&b, &a) };
                    self.push(
                        Diagnostic::new(
                            Code::TypeMismatch,
                            at,
                            format!("{} cannot be {verb} {}", self.describe(x.ty), self.describe(y.ty)),
                        )
                        .label("the units differ"),
                    );
                    return None;
                }
                Ty::Number { whole: wa && wb, time: if zero(&a) { tb } else { ta } }
            }
            Op::Multiply => Ty::Number { whole: wa && wb, time: ta.saturating_add(tb) },
            Op::Divide => Ty::Number { whole: false, time: ta.saturating_sub(tb) },
            Op::Power => {
                if tb != 0 {
                    self.mismatch(&b, "an exponent", "a plain number");
                    return None;
                }
                match b.as_constant() {
                    _ if ta == 0 => {
                        Ty::Number { whole: wa && wb && b.as_constant().is_some_and(|n| n >= 0.0), time: 0 }
                    }
                    Some(n) if n.fract() == 0.0 && n.abs() < 8.0 => {
                        Ty::Number { whole: false, time: ta.saturating_mul(n as i8) }
                    }
                    _ => {
                        self.mismatch(
                            &a,
                            "what is raised to a power that is not constant and whole",
                            "a plain number",
                        );
                        return None;
                    }
                }
            }
            _ => return None,
        };
        let (a, b) = (Box::new(a), Box::new(b));
        let node = match op {
            Op::Add => Node::Add(a, b),
            Op::Subtract => Node::Subtract(a, b),
            Op::Multiply => Node::Multiply(a, b),
            Op::Divide => Node::Divide(a, b),
            _ => Node::Power(a, b),
        };
        Some(fold(Expr { node, ty, span: at }))
    }

    /// The two sides of an `if` must be of one kind; whole numbers become numbers where the other side is one.
    pub fn either(&mut self, c: Expr, a: Expr, b: Expr, at: Span) -> Option<Expr> {
        let (mut a, mut b) = (a, b);
        match (a.ty, b.ty) {
            (Ty::Law { time }, Ty::Number { .. }) => {
                b = self.as_law(b, time, "the other side of the `if`")?
            }
            (Ty::Number { .. }, Ty::Law { time }) => {
                a = self.as_law(a, time, "the other side of the `if`")?
            }
            _ => {}
        }
        let zero = |e: &Expr| e.node == Node::Const(0.0);
        let ty = match (a.ty, b.ty) {
            (x, y) if x == y => x,
            (Ty::Number { whole: wa, time: ta }, Ty::Number { whole: wb, time: tb })
                if ta == tb || zero(&a) || zero(&b) =>
            {
                Ty::Number { whole: wa && wb, time: if zero(&a) { tb } else { ta } }
            }
            (x, y) => {
                let (x, y) = (self.describe(x), self.describe(y));
                self.push(
                    Diagnostic::new(Code::TypeMismatch, at, "the two sides of an `if` must be of one kind")
                        .label("here they differ")
                        .context(a.span, format!("this is {x}"))
                        .context(b.span, format!("this is {y}")),
                );
                return None;
            }
        };
        Some(Expr { node: Node::If(Box::new(c), Box::new(a), Box::new(b)), ty, span: at })
    }

    fn call(
        &mut self,
        callee: &expr::Callee,
        args: &[expr::Argument],
        at: Span,
        place: Place,
    ) -> Option<Expr> {
        if let Some(&(name, func, least, most)) = FUNCTIONS.iter().find(|f| f.0 == callee.name) {
            return self.function(name, func, (least, most), callee, args, at, place);
        }
        if let Some(index) = self.scenario.tables.iter().position(|t| t.name == callee.name) {
            return self.table_call(index, callee, args, at, place);
        }
        if super::laws::is_law(&callee.name) {
            return self.law_call(callee, args, at, place);
        }
        let known: Vec<&str> = FUNCTIONS.iter().map(|f| f.0).chain(super::laws::law_names()).collect();
        let tables = self.scenario.tables.iter().map(|t| t.name.as_str());
        let mut fault = Diagnostic::new(
            Code::UnknownFunction,
            callee.span,
            format!("unknown function or distribution `{}`", callee.name),
        );
        match nearest(&callee.name, known.iter().copied().chain(tables)) {
            Some(near) => {
                let near = near.to_string();
                fault = fault.label(format!("did you mean `{near}`?")).edit(callee.span, near);
            }
            None => {
                fault = fault
                    .label("nothing has this name")
                    .note(format!("known: {}", prose::list(&known, "and")));
            }
        }
        self.push(fault);
        for arg in args {
            self.type_of(&arg.value, place);
        }
        None
    }

    #[allow(clippy::too_many_arguments, reason = "a function's name, arity and call belong together")]
    fn function(
        &mut self,
        name: &str,
        func: Func,
        (least, most): (usize, usize),
        callee: &expr::Callee,
        args: &[expr::Argument],
        at: Span,
        place: Place,
    ) -> Option<Expr> {
        if args.len() < least || args.len() > most {
            let wanted = if least == most {
                prose::counted(least as u64, "argument")
            } else {
                format!("at least {}", prose::counted(least as u64, "argument"))
            };
            self.push(
                Diagnostic::new(Code::WrongArguments, callee.span, format!("`{name}` takes {wanted}"))
                    .label(format!("here it has {}", prose::counted(args.len() as u64, "argument"))),
            );
            return None;
        }
        let mut typed = Vec::new();
        for arg in args {
            if let Label::Named(word, span) = &arg.label {
                self.push(
                    Diagnostic::new(
                        Code::WrongArguments,
                        *span,
                        format!("`{name}` knows no argument `{word}`"),
                    )
                    .label("its arguments have no names"),
                );
            }
            let value = self.type_of(&arg.value, place).and_then(|e| {
                if func == Func::Count { self.want_bool(e, "what `count` counts") } else { self.numeric(e) }
            });
            typed.push(value);
        }
        let typed: Vec<Expr> = typed.into_iter().collect::<Option<_>>()?;
        let ty = match func {
            Func::Count => Ty::WHOLE,
            Func::Min | Func::Max | Func::Clamp => self.one_kind(name, &typed)?,
            Func::Abs => typed[0].ty,
            Func::Sqrt => match typed[0].ty {
                Ty::Number { time, .. } if time % 2 == 0 => Ty::Number { whole: false, time: time / 2 },
                _ => {
                    self.mismatch(&typed[0], "what `sqrt` takes", "a plain number");
                    return None;
                }
            },
            Func::Floor | Func::Ceil | Func::Round | Func::Exp | Func::Ln | Func::Logistic | Func::Logit => {
                if !matches!(typed[0].ty, Ty::Number { time: 0, .. }) {
                    let fault =
                        self.mismatch_of(&typed[0], &format!("what `{name}` takes"), "a plain number");
                    self.push(fault.note("divide a duration by a unit to make it a number: `day / 1 year`"));
                    return None;
                }
                let whole = matches!(func, Func::Floor | Func::Ceil | Func::Round);
                Ty::Number { whole, time: 0 }
            }
        };
        Some(fold(Expr { node: Node::Call(func, typed), ty, span: at }))
    }

    /// The common kind of numbers that are compared by a function.
    fn one_kind(&mut self, name: &str, typed: &[Expr]) -> Option<Ty> {
        let mut common: Option<(bool, i8)> = None;
        for e in typed {
            let Ty::Number { whole, time } = e.ty else { return None };
            match common {
                _ if e.node == Node::Const(0.0) && typed.len() > 1 => {}
                None => common = Some((whole, time)),
                Some((w, t)) if t == time => common = Some((w && whole, t)),
                Some((_, t)) => {
                    let fault =
                        self.mismatch_of(e, &format!("every argument of `{name}` here"), describe_number(t));
                    self.push(fault);
                    return None;
                }
            }
        }
        let (whole, time) = common.unwrap_or((true, 0));
        let whole = whole
            && typed
                .iter()
                .all(|e| matches!(e.ty, Ty::Number { whole: true, .. }) || e.node == Node::Const(0.0));
        Some(Ty::Number { whole, time })
    }

    fn table_call(
        &mut self,
        index: usize,
        callee: &expr::Callee,
        args: &[expr::Argument],
        at: Span,
        place: Place,
    ) -> Option<Expr> {
        let (x_ty, y_ty) = (self.scenario.tables[index].x_ty, self.scenario.tables[index].y_ty);
        let [arg] = args else {
            self.push(
                Diagnostic::new(Code::WrongArguments, callee.span, "a table is read at one number")
                    .label(format!("here it has {}", prose::counted(args.len() as u64, "argument"))),
            );
            return None;
        };
        let x = self.type_of(&arg.value, place)?;
        let x = self.numeric(x)?;
        let Ty::Number { time, .. } = x_ty else { return None };
        let x = self.want_number(x, time, &format!("what `{}` is read at", callee.name))?;
        Some(Expr { node: Node::Table(crate::model::TableId(index), Box::new(x)), ty: y_ty, span: at })
    }

    /// The outcome of this name, for a comparison.
    pub fn outcome_named(&self, name: &str) -> Option<OutcomeId> {
        self.scenario.outcomes.iter().position(|o| o.name == name).map(OutcomeId)
    }

    /// An assignment's right side: of the kind of the state that it goes to.
    pub fn assignable(&mut self, id: StateId, value: &crate::syntax::Value, place: Place) -> Option<Expr> {
        let ty = self.scenario.states.get(id.0)?.ty;
        let name = self.scenario.states[id.0].name.clone();
        match ty {
            Ty::Option(set) => self.option_valued(value, set, place),
            _ => {
                let expr = self.typed(value, place)?;
                self.fits(expr, ty, &name)
            }
        }
    }

    /// `expr` must be of the kind that `name` has.
    pub fn fits(&mut self, expr: Expr, ty: Ty, name: &str) -> Option<Expr> {
        match (ty, expr.ty) {
            (Ty::Bool, _) => self.want_bool(expr, &format!("what is assigned to `{name}`")),
            (Ty::Number { whole: true, .. }, Ty::Number { whole: true, .. } | Ty::Bool) => Some(expr),
            (Ty::Number { whole: true, .. }, Ty::Number { time: 0, .. }) => {
                self.push(
                    Diagnostic::new(
                        Code::TypeMismatch,
                        expr.span,
                        format!("`{name}` holds whole numbers, and this may be a fraction"),
                    )
                    .label("not a whole number")
                    .note(format!("begin `{name}` with 0.0 instead of 0, or round: `round(…)`, `floor(…)`")),
                );
                None
            }
            (Ty::Number { time: 0, whole: false }, Ty::Bool) => Some(expr),
            (Ty::Number { time, .. }, _) => {
                self.want_number(expr, time, &format!("what is assigned to `{name}`"))
            }
            (want, have) if want == have => Some(expr),
            (want, _) => {
                let expected = self.describe(want);
                let fault = self.mismatch_of(&expr, &format!("what is assigned to `{name}`"), &expected);
                self.push(fault);
                None
            }
        }
    }

    /// A name that is one of the options of `set`, as written.
    pub fn option_constant(&self, set: SetId, name: &str, at: Span) -> Option<Expr> {
        let index = self.scenario.sets[set.0].find(name)?;
        Some(Expr::constant(index as f64, Ty::Option(set), at))
    }
}

/// A law where one is expected: a number stands for itself.
impl Builder {
    pub fn as_law(&mut self, expr: Expr, time: i8, what: &str) -> Option<Expr> {
        match expr.ty {
            Ty::Law { time: t } if t == time => Some(expr),
            Ty::Law { .. } => {
                let expected = format!("a distribution over {}", describe_many(time));
                let fault = self.mismatch_of(&expr, what, &expected);
                self.push(fault);
                None
            }
            _ => {
                let value = self.want_number(expr, time, what)?;
                let span = value.span;
                Some(Expr { node: Node::Law(Law::Point(Box::new(value))), ty: Ty::Law { time }, span })
            }
        }
    }
}

/// As messages call a number with this power of time.
pub(super) fn describe_number(time: i8) -> &'static str {
    match time {
        0 => "a plain number",
        1 => "a duration such as `5 days`",
        -1 => "a rate such as `2 per year`",
        _ => "a number with a strange unit of time",
    }
}

fn describe_many(time: i8) -> &'static str {
    match time {
        0 => "plain numbers",
        1 => "durations",
        -1 => "rates",
        _ => "numbers with a strange unit of time",
    }
}

/// A number as it would be typed.
pub(super) fn plain(value: f64) -> String {
    format!("{value}")
}

/// Calculates what has only constants in it, so that later passes see numbers where there are numbers.
fn fold(expr: Expr) -> Expr {
    if expr.parts().iter().any(|p| p.as_constant().is_none()) {
        return expr;
    }
    let range = super::range::range(&expr, &super::range::Known::default());
    if range.low == range.high && range.low.is_finite() {
        return Expr::constant(range.low, expr.ty, expr.span);
    }
    expr
}

impl From<Op> for Option<Compare> {
    fn from(op: Op) -> Option<Compare> {
        Some(match op {
            Op::Equal => Compare::Equal,
            Op::Unequal => Compare::Unequal,
            Op::Less => Compare::Less,
            Op::AtMost => Compare::AtMost,
            Op::Greater => Compare::Greater,
            Op::AtLeast => Compare::AtLeast,
            _ => return None,
        })
    }
}
