//! Bare names: what each stands for in the place where it is read, formulas understood on the way.

use super::builder::Builder;
use super::scope::{Progress, Symbol};
use super::typing::Place;
use crate::diag::{Code, Diagnostic, Span};
use crate::model::{Expr, Formula, FormulaId, Node, Ty};

/// How deep formulas may be nested while they are understood.
const NESTED: usize = 50;
/// How many parts a formula may have, those that it reads put in.
const LARGEST: usize = 20_000;
/// How deep its parts may be nested.
const HIGHEST: usize = 1_000;

impl Builder {
    pub fn name(&mut self, name: &str, at: Span, place: Place) -> Option<Expr> {
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
                if place.measures.is_some() && self.scope.measures.iter().any(|m| m == name) {
                    self.not_here(
                        at,
                        &format!("`{name}`"),
                        "a measure can read only measures declared above it",
                    );
                    return None;
                }
                if place.tracks
                    && let Some(fault) = self.stage_alone(name, at)
                {
                    self.push(fault);
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
        if self.scope.broken.contains(name) {
            return None;
        }
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
            Symbol::Track(id) if place.tracks => {
                let track = self.scenario.tracks.get(id.0)?;
                expr(Node::Track(id), Ty::Option(track.set))
            }
            Symbol::Formula(slot) => {
                let id = self.formula(slot, at)?;
                let formula = &self.scenario.formulas[id.0];
                let reads = formula.expr.reads(&self.scenario.formulas);
                let ty = formula.expr.ty;
                let early = (!place.tracks && !reads.tracks.is_empty())
                    || (!place.state && reads.changes())
                    || reads.states.iter().any(|id| id.0 >= self.scope.states_known);
                if early {
                    self.not_here(
                        at,
                        &format!("`{name}`"),
                        "it reads what is not known yet where this is read",
                    );
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
                let mut fault = Diagnostic::new(Code::NotHere, at, format!("`{name}` cannot be read here"))
                    .label(reason)
                    .context(declared, "declared here");
                // Only a variant comes back to what was declared before it.
                if matches!(symbol, Symbol::Belief(_)) && at.file == declared.file && at.start > declared.end
                {
                    fault = fault
                        .label("a variant does not know what the belief was")
                        .note("it is stated anew, in a form that a belief may have: `\"2% to 5%\"`");
                }
                if matches!(symbol, Symbol::State(_))
                    && place.state
                    && at.file == declared.file
                    && at.start > declared.end
                {
                    fault = fault
                        .label("how a state begins does not follow from what it was")
                        .note("a variant says the value itself, as `trust = 0.5`");
                }
                self.push(fault);
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
        let (name, span, value) = {
            let f = &self.scope.formulas[slot];
            (f.name.clone(), f.span, f.value.clone())
        };
        if self.scope.nested >= NESTED {
            self.scope.formulas[slot].progress = Progress::Failed;
            self.push(
                Diagnostic::new(
                    Code::Syntax,
                    span,
                    format!("formulas read each other more than {NESTED} deep"),
                )
                .label("this one is read too deep inside others"),
            );
            return None;
        }
        self.scope.formulas[slot].progress = Progress::Running;
        self.scope.nested += 1;
        let faults = self.found.len();
        let typed = self.typed(&value, Place::PATH);
        self.scope.nested -= 1;
        let typed = typed.and_then(|expr| self.small_enough(expr, &name, span));
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

    /// A formula that is not too large with the formulas that it reads put in.
    fn small_enough(&mut self, expr: Expr, name: &str, span: Span) -> Option<Expr> {
        let (size, height) = self.extent(&expr);
        if size > LARGEST || height > HIGHEST {
            self.push(
                Diagnostic::new(Code::Syntax, span, format!("the formula `{name}` is too large"))
                    .label("with the formulas that it reads put in")
                    .note("let a state remember what several formulas share"),
            );
            return None;
        }
        self.scope.sizes.push((size, height));
        Some(expr)
    }

    /// How many parts an expression has, and how deep they are nested.
    fn extent(&self, expr: &Expr) -> (usize, usize) {
        let (mut size, mut height) = match expr.node {
            Node::Formula(id) => self.scope.sizes.get(id.0).copied().unwrap_or_default(),
            _ => (0, 0),
        };
        for part in expr.parts() {
            let (s, h) = self.extent(part);
            size += s;
            height = height.max(h);
        }
        (size + 1, height + 1)
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
}
