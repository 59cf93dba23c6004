//! Calls: functions, tables, distributions.

use super::arithmetic::fold;
use super::builder::Builder;
use super::typing::Place;
use super::wanting::describe_number;
use crate::diag::{Code, Diagnostic, Span, nearest};
use crate::expr::{self, Label};
use crate::model::{Expr, Func, Node, OutcomeId, Ty};
use crate::quantity::prose;

/// Functions by name, with the least and the greatest number of arguments.
const FUNCTIONS: &[(&str, Func, usize, usize)] = &[
    ("min", Func::Min, 2, 99),
    ("max", Func::Max, 2, 99),
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

/// What other languages call some of them.
const CALLED: &[(&str, &str)] = &[
    ("minimum", "min"),
    ("maximum", "max"),
    ("log", "ln"),
    ("sigmoid", "logistic"),
    ("expit", "logistic"),
    ("gaussian", "normal"),
    ("triangle", "triangular"),
    ("expo", "exponential"),
    ("lognorm", "lognormal"),
    ("betapert", "pert"),
    ("constant", "point"),
    ("mixture", "pool"),
];

/// Random numbers, as others call them.
const RANDOM: &[&str] = &["rand", "random", "rnd", "runif", "randint", "randbetween", "bernoulli"];

impl Builder {
    pub fn call(
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
        let table = callee.name.split('.').next().unwrap_or_default();
        if self.scope.broken.contains(&format!("{table}(")) {
            return None;
        }
        let columns: Vec<String> = self
            .scenario
            .tables
            .iter()
            .map(|t| t.name.clone())
            .filter(|t| t.starts_with(&format!("{table}.")))
            .collect();
        if !columns.is_empty() {
            let mut fault = Diagnostic::new(
                Code::UnknownFunction,
                callee.span,
                format!("`{}` is no column", callee.name),
            );
            fault = match nearest(&callee.name, columns.iter().map(String::as_str)) {
                Some(near) => fault.label(format!("did you mean `{near}`?")).edit(callee.span, near),
                None => fault.label("the table has several columns, and one of them must be named"),
            };
            let listed: Vec<String> = columns.iter().map(|c| format!("`{c}`")).collect();
            self.push(fault.note(format!("its columns are {}", prose::list(&listed, "and"))));
            return None;
        }
        let functions: Vec<&str> = FUNCTIONS.iter().map(|f| f.0).collect();
        let laws: Vec<&str> = super::laws::law_names().collect();
        let known: Vec<&str> = functions.iter().chain(&laws).copied().collect();
        let tables = self.scenario.tables.iter().map(|t| t.name.as_str());
        let mut fault = Diagnostic::new(
            Code::UnknownFunction,
            callee.span,
            format!("unknown function or distribution `{}`", callee.name),
        );
        let called = CALLED.iter().find(|(name, _)| callee.name.eq_ignore_ascii_case(name)).map(|c| c.1);
        if RANDOM.iter().any(|name| callee.name.eq_ignore_ascii_case(name)) {
            fault = fault
                .label("expressions draw no random numbers")
                .note("what comes by chance is a branch with its probability (`p = 50%`)")
                .note("a number that each history draws is a variable: `[state]` with `luck = { draw = \"uniform(0, 1)\" }`");
            self.push(fault);
            return None;
        }
        match called.or_else(|| nearest(&callee.name, known.iter().copied().chain(tables))) {
            Some(near) => {
                let near = near.to_string();
                fault = fault.label(format!("did you mean `{near}`?")).edit(callee.span, near);
            }
            None => {
                fault = fault
                    .label("nothing has this name")
                    .note(format!("functions: {}", prose::list(&functions, "and")))
                    .note(format!("distributions: {}", prose::list(&laws, "and")));
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
            let fault =
                Diagnostic::new(Code::WrongArguments, callee.span, format!("`{name}` takes {wanted}"))
                    .label(format!("here it has {}", prose::counted(args.len() as u64, "argument")));
            let extreme = matches!(func, Func::Min | Func::Max) && args.len() == 1;
            let kept = args.first().map_or("", |arg| self.texts.words(arg.value.span)).to_string();
            self.push(if extreme {
                fault.note(format!(
                    "the {} that `{kept}` ever was is a state: `set = {{ peak = \"{name}(peak, {kept})\" }}` where `{kept}` changes",
                    if func == Func::Max { "most" } else { "least" }
                ))
            } else {
                fault
            });
            return None;
        }
        let mut typed = Vec::new();
        for arg in args {
            let fault = match &arg.label {
                Label::Named(word, span) => Some(
                    Diagnostic::new(
                        Code::WrongArguments,
                        *span,
                        format!("`{name}` knows no argument `{word}`"),
                    )
                    .label("its arguments have no names"),
                ),
                Label::Keyed(key) => Some(
                    Diagnostic::new(
                        Code::WrongArguments,
                        key.span,
                        format!("`{name}` takes no `key: value`"),
                    )
                    .label("expected a value")
                    .note("odds of 3 to 1 are the probability `3 / 4`"),
                ),
                Label::None => None,
            };
            if let Some(fault) = fault {
                self.push(fault);
                return None;
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
        let spans: Vec<Span> = typed.iter().map(|e| e.span).collect();
        if self.percent_lost(Code::TypeMismatch, &spans) {
            return None;
        }
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
}
