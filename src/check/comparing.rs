//! Comparisons and assignments of options: an option first, a variable second.

use super::builder::Builder;
use super::scope::Symbol;
use super::typing::Place;
use crate::diag::{Code, Diagnostic, Span, nearest};
use crate::expr::{self, Kind, Op};
use crate::model::{Compare, Expr, Node, SetId, Ty};

impl Builder {
    pub fn comparison(
        &mut self,
        op: Op,
        a: &expr::Expr,
        b: &expr::Expr,
        at: Span,
        place: Place,
    ) -> Option<Expr> {
        let compare: Option<Compare> = op.into();
        let compare = compare?;
        let broken = |e: &expr::Expr| matches!(&e.kind, Kind::Name(n) if self.scope.broken.contains(n));
        if broken(a) || broken(b) {
            return None;
        }
        if let Some(fault) = self.stage_compared(a, b).or_else(|| self.stage_compared(b, a)) {
            self.push(fault);
            return None;
        }
        if let Some(pair) = self.outcomes_compared(compare, a, b, at, place) {
            return pair;
        }
        let (a, b) = match (self.options_of(a), self.options_of(b)) {
            (None, None) => (self.type_of(a, place), self.type_of(b, place)),
            (left, right) => {
                // `venue == site`: whichever side is an option of the other is one, else both are variables.
                let is_option = |set: Option<SetId>, e: &expr::Expr| matches!((&e.kind, set), (Kind::Name(n), Some(s)) if self.scenario.sets[s.0].find(n).is_some());
                if is_option(left, b) {
                    (self.type_of(a, place), self.option_side(b, left?, place))
                } else if is_option(right, a) {
                    (self.option_side(a, right?, place), self.type_of(b, place))
                } else if left.is_some() {
                    (self.type_of(a, place), self.option_side(b, left?, place))
                } else {
                    (self.option_side(a, right?, place), self.type_of(b, place))
                }
            }
        };
        let (a, b) = (a?, b?);
        let (a, b) = match (a.ty, b.ty) {
            (Ty::Option(x), Ty::Option(y)) if x != y => return self.by_name(compare, a, x, b, y, at),
            (Ty::Option(x), Ty::Option(_)) if !matches!(compare, Compare::Equal | Compare::Unequal) => {
                let kind = self.describe(Ty::Option(x));
                self.push(
                    Diagnostic::new(Code::TypeMismatch, at, "options have no order")
                        .label(format!("each side is {kind}"))
                        .note("only `==` and `!=` compare options"),
                );
                return None;
            }
            (Ty::Bool, Ty::Bool) | (Ty::Option(_), Ty::Option(_)) => (a, b),
            (Ty::Number { time, .. }, Ty::Number { .. }) if a.node != Node::Const(0.0) => {
                (a, self.want_number(b, time, "the right side of this comparison")?)
            }
            (Ty::Number { .. }, Ty::Number { time, .. }) => {
                (self.want_number(a, time, "the left side of this comparison")?, b)
            }
            (x, y) => {
                let truth = match ((x, &a), (y, &b)) {
                    ((Ty::Bool, e), (_, n)) | ((_, n), (Ty::Bool, e)) => n.as_constant().map(|n| (e.span, n)),
                    _ => None,
                };
                let (x, y) = (self.describe(x), self.describe(y));
                let mut fault = Diagnostic::new(Code::TypeMismatch, at, "these two cannot be compared")
                    .label("the sides are of different kinds")
                    .context(a.span, format!("this is {x}"))
                    .context(b.span, format!("this is {y}"));
                if let (Some((span, n)), Compare::Equal | Compare::Unequal) = (truth, compare)
                    && (n == 0.0 || n == 1.0)
                {
                    let holds = (n == 1.0) == (compare == Compare::Equal);
                    let words = self.texts.words(span);
                    fault = fault.edit(at, if holds { words.to_string() } else { format!("not {words}") });
                }
                self.push(fault);
                return None;
            }
        };
        Some(Expr { node: Node::Compare(compare, Box::new(a), Box::new(b)), ty: Ty::Bool, span: at })
    }

    /// `outcome == ceasefire`, either way round.
    fn outcomes_compared(
        &mut self,
        compare: Compare,
        a: &expr::Expr,
        b: &expr::Expr,
        at: Span,
        place: Place,
    ) -> Option<Option<Expr>> {
        let is_outcome = |e: &expr::Expr| matches!(&e.kind, Kind::Name(n) if n == "outcome");
        let (whole, other) = match (is_outcome(a), is_outcome(b)) {
            (true, _) => (a, b),
            (_, true) => (b, a),
            _ => return None,
        };
        let Some(left) = self.type_of(whole, place) else { return Some(None) };
        let Kind::Name(name) = &other.kind else {
            self.push(
                Diagnostic::new(
                    Code::TypeMismatch,
                    other.span,
                    "`outcome` is compared with the name of an outcome",
                )
                .label("expected a name"),
            );
            return Some(None);
        };
        let Some(id) = self.outcome_named(name) else {
            let near =
                nearest(name, self.scenario.outcomes.iter().map(|o| o.name.as_str())).map(str::to_string);
            let mut fault =
                Diagnostic::new(Code::UnknownStage, other.span, format!("unknown outcome `{name}`"));
            match near {
                Some(near) => fault = fault.label(format!("did you mean `{near}`?")).edit(other.span, near),
                None => fault = fault.label("no outcome has this name"),
            }
            self.push(fault);
            return Some(None);
        };
        let right = Expr::constant(id.0 as f64, Ty::Outcome, other.span);
        let node = Node::Compare(compare, Box::new(left), Box::new(right));
        Some(Some(Expr { node, ty: Ty::Bool, span: at }))
    }

    /// The options that an expression has, where its form shows it: a variable with options, or an `if` between such.
    pub(super) fn options_of(&self, e: &expr::Expr) -> Option<SetId> {
        match &e.kind {
            Kind::Name(name) => match self.scope.symbols.get(name)?.0 {
                Symbol::Lever(id) => match self.scenario.levers.get(id.0)?.ty {
                    Ty::Option(set) => Some(set),
                    _ => None,
                },
                Symbol::Belief(id) => match self.scenario.beliefs.get(id.0)?.ty {
                    Ty::Option(set) => Some(set),
                    _ => None,
                },
                Symbol::State(id) => match self.scenario.states.get(id.0)?.ty {
                    Ty::Option(set) => Some(set),
                    _ => None,
                },
                Symbol::Track(id) => Some(self.scenario.tracks.get(id.0)?.set),
                Symbol::Formula(slot) => {
                    let name = &self.scope.formulas[slot].name;
                    match self.scenario.formulas.iter().find(|f| f.name == *name)?.expr.ty {
                        Ty::Option(set) => Some(set),
                        _ => None,
                    }
                }
            },
            Kind::If(_, a, b) => self.options_of(a).or_else(|| self.options_of(b)),
            _ => None,
        }
    }

    /// An expression whose bare names are options of `set` first.
    pub fn option_side(&mut self, e: &expr::Expr, set: SetId, place: Place) -> Option<Expr> {
        match &e.kind {
            Kind::Name(name) => {
                if let Some(constant) = self.option_constant(set, name, e.span) {
                    return Some(constant);
                }
                if self.scope.symbols.contains_key(name) {
                    return self.type_of(e, place);
                }
                let options = self.scenario.sets[set.0].names.clone();
                let mut fault =
                    Diagnostic::new(Code::UnknownName, e.span, format!("unknown option `{name}`"));
                match nearest(name, options.iter().map(String::as_str)) {
                    Some(near) => fault = fault.label(format!("did you mean `{near}`?")).edit(e.span, near),
                    None => fault = fault.label("not one of the options here"),
                }
                let list: Vec<String> = options.iter().take(20).map(|o| format!("`{o}`")).collect();
                self.push(
                    fault.note(format!("the options are {}", crate::quantity::prose::list(&list, "and"))),
                );
                None
            }
            Kind::If(c, a, b) => {
                let c = self.type_of(c, place).and_then(|c| self.want_bool(c, "what stands after `if`"));
                let a = self.option_side(a, set, place);
                let b = self.option_side(b, set, place);
                self.either(c?, a?, b?, e.span)
            }
            _ => self.type_of(e, place),
        }
    }

    /// A value for something whose options are `set`: a name, an `if` between names, or a variable whose options are all in `set`.
    pub fn option_valued(&mut self, value: &crate::syntax::Value, set: SetId, place: Place) -> Option<Expr> {
        let written = self.expression(value)?;
        let typed = self.option_side(&written, set, place)?;
        match typed.ty {
            Ty::Option(s) if s == set => Some(typed),
            Ty::Option(from) => self.converted(typed, from, set),
            _ => {
                let (expected, have) = (self.describe(Ty::Option(set)), self.describe(typed.ty));
                self.push(
                    Diagnostic::new(Code::TypeMismatch, typed.span, format!("expected {expected}"))
                        .label(format!("this is {have}")),
                );
                None
            }
        }
    }

    /// The option of `to` with the same name as that of `expr`.
    fn converted(&mut self, expr: Expr, from: SetId, to: SetId) -> Option<Expr> {
        let names = self.scenario.sets[from.0].names.clone();
        let at = expr.span;
        let missing = names.iter().find(|n| self.scenario.sets[to.0].find(n).is_none());
        if let Some(missing) = missing {
            let expected = self.describe(Ty::Option(to));
            self.push(
                Diagnostic::new(Code::TypeMismatch, at, format!("expected {expected}"))
                    .label(format!("this may be `{missing}`, which is none of them")),
            );
            return None;
        }
        let option = |i: usize| self.option_constant(to, &names[i], at);
        let mut result = option(names.len() - 1)?;
        for i in (0..names.len() - 1).rev() {
            let is = self.is_option(&expr, i, from);
            let node = Node::If(Box::new(is), Box::new(option(i)?), Box::new(result));
            result = Expr { node, ty: Ty::Option(to), span: at };
        }
        Some(result)
    }

    fn is_option(&self, expr: &Expr, index: usize, set: SetId) -> Expr {
        let option = Expr::constant(index as f64, Ty::Option(set), expr.span);
        let node = Node::Compare(Compare::Equal, Box::new(expr.clone()), Box::new(option));
        Expr { node, ty: Ty::Bool, span: expr.span }
    }

    /// Options of different lists are equal where their names are.
    fn by_name(&mut self, op: Compare, a: Expr, x: SetId, b: Expr, y: SetId, at: Span) -> Option<Expr> {
        let (left, right) = (&self.scenario.sets[x.0].names, &self.scenario.sets[y.0].names);
        let shared: Vec<(usize, usize)> = left
            .iter()
            .enumerate()
            .filter_map(|(i, n)| right.iter().position(|m| m == n).map(|j| (i, j)))
            .collect();
        if shared.is_empty() || !matches!(op, Compare::Equal | Compare::Unequal) {
            let (p, q) = (self.describe(a.ty), self.describe(b.ty));
            self.push(
                Diagnostic::new(Code::TypeMismatch, at, "these two cannot be compared")
                    .label("they have no option in common")
                    .context(a.span, format!("this is {p}"))
                    .context(b.span, format!("this is {q}")),
            );
            return None;
        }
        let truth = |node| Expr { node, ty: Ty::Bool, span: at };
        let mut same: Option<Expr> = None;
        for (i, j) in shared {
            let both =
                truth(Node::And(Box::new(self.is_option(&a, i, x)), Box::new(self.is_option(&b, j, y))));
            same = Some(match same {
                None => both,
                Some(before) => truth(Node::Or(Box::new(before), Box::new(both))),
            });
        }
        let same = same?;
        Some(if op == Compare::Equal { same } else { truth(Node::Not(Box::new(same))) })
    }
}
