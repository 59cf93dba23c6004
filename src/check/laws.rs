//! Distributions: which form a call has, what units its parameters need, and whether it exists.

use super::builder::Builder;
use super::constant::constant_law;
use super::typing::Place;
use crate::diag::{Code, Diagnostic, Span, nearest};
use crate::dist::{self, FormError, FormId, Slot, Unit};
use crate::expr::{self, Argument, Callee, Kind, Label};
use crate::model::{Expr, Law, Node, Ty};
use crate::quantity::prose;

/// Words that make distributions of distributions.
const MAKERS: &[&str] = &["pool", "truncate"];

/// Whether a call with this name makes a distribution.
pub(super) fn is_law(name: &str) -> bool {
    MAKERS.contains(&name) || dist::families().any(|f| f == name)
}

/// Every name that makes a distribution.
pub(super) fn law_names() -> impl Iterator<Item = &'static str> {
    dist::families().chain(MAKERS.iter().copied())
}

/// The form that is written by place, but with the names of the last parameters before them: `pert(1, 2, 5, lambda = 3)`.
fn named_last(family: &str, args: &[Argument], names: &[&str]) -> Option<dist::Call> {
    let unnamed = args.len() - names.len();
    let call = dist::find_positional(family, args.len()).ok()?;
    let params = call.form.form().params.iter().map(|param| param.name);
    let last = args[unnamed..].iter().all(|arg| matches!(arg.label, Label::Named(..)));
    (last && params.skip(unnamed).eq(names.iter().copied())).then_some(call)
}

impl Builder {
    pub fn law_call(&mut self, callee: &Callee, args: &[Argument], at: Span, place: Place) -> Option<Expr> {
        let law = match callee.name.as_str() {
            "pool" => self.pooled(callee, args, at, place)?,
            "truncate" => self.truncated(callee, args, at, place)?,
            "discrete" if args.iter().any(|a| matches!(a.label, Label::Keyed(_))) => {
                self.discrete(args, at, place)?
            }
            _ => self.form(callee, args, at, place)?,
        };
        self.exists(law)
    }

    /// A constant distribution must exist: its constructor is asked now.
    pub(super) fn exists(&mut self, law: Expr) -> Option<Expr> {
        if let Some(Err((refusal, span))) = constant_law(&law) {
            let Ty::Law { time } = law.ty else { return Some(law) };
            let show =
                |value: f64| if time == 1 { prose::duration(value) } else { super::wanting::plain(value) };
            let text = refusal.text(show);
            let fault = Diagnostic::new(Code::BadLaw, span, "no distribution has these numbers");
            self.push(if text.len() > 90 { fault.note(text) } else { fault.label(text) });
            return None;
        }
        Some(law)
    }

    /// `beta(20%, 10%)`: shapes count cases, and are no percentages.
    fn percent_as_shape(&mut self, family: &str, args: &[Argument], at: Span) -> bool {
        let shape =
            |arg: &&Argument| matches!(arg.label, Label::None) && matches!(arg.value.kind, Kind::Percent(_));
        let Some(arg) = args.iter().find(shape).filter(|_| family == "beta") else { return false };
        let fault = Diagnostic::new(
            Code::WrongArguments,
            arg.value.span,
            "a percentage is no shape of a beta",
        )
        .label(
            "by place a beta has its two shapes, as in `beta(4, 16)`: about so many cases for and against",
        );
        let meant = match args {
            [mean, sd] if args.iter().all(|arg| shape(&arg)) => {
                let words = |arg: &Argument| self.texts.words(arg.value.span).to_string();
                Some(format!("beta(mean = {}, sd = {})", words(mean), words(sd)))
            }
            _ => None,
        };
        self.push(match meant {
            Some(meant) => fault.edit(at, meant),
            None => fault.note("by mean and standard deviation it is written `beta(mean = 20%, sd = 10%)`"),
        });
        true
    }

    fn form(&mut self, callee: &Callee, args: &[Argument], at: Span, place: Place) -> Option<Expr> {
        let family = callee.name.as_str();
        let mut values = Vec::new();
        let mut names = Vec::new();
        for arg in args {
            match &arg.label {
                Label::Named(name, _) => names.push(name.as_str()),
                Label::None => {}
                Label::Keyed(key) => {
                    self.push(
                        Diagnostic::new(
                            Code::WrongArguments,
                            key.span,
                            format!("`{family}` takes no `key: value`"),
                        )
                        .label("expected `name = value` or a value"),
                    );
                    return None;
                }
            }
            let typed = self.type_of(&arg.value, place);
            values.push(typed);
        }
        let values: Vec<Expr> = values.into_iter().collect::<Option<_>>()?;
        let call = if names.len() == args.len() && !args.is_empty() {
            dist::find_named(family, &names)
        } else if names.is_empty() {
            dist::find_positional(family, args.len())
        } else if let Some(call) = named_last(family, args, &names) {
            Ok(call)
        } else {
            Err(FormError::Form { forms: dist::forms_of(family).collect(), unknown: vec![] })
        };
        let call = match call {
            Ok(call) => call,
            Err(error) => {
                self.no_form(callee, args, &values, error);
                return None;
            }
        };
        let same: Vec<Span> = call.slots.iter().filter_map(|slot| same_unit(*slot, args)).collect();
        if self.percent_lost(Code::BadLaw, &same) || self.percent_as_shape(family, args, at) {
            return None;
        }
        let form = call.form.form();
        let time = if form.number_only { Some(0) } else { result_time(&call.slots, &values) };
        let time = time.unwrap_or(0);
        let mut ordered = Vec::new();
        for slot in &call.slots {
            match *slot {
                Slot::Fixed(value) => ordered.push(Some(Expr::constant(value, Ty::NUMBER, at))),
                Slot::Given { index, unit } => {
                    let power = match unit {
                        Unit::Same => time,
                        Unit::Number => 0,
                        Unit::PerSame => -time,
                    };
                    let what = match args.get(index).map(|a| &a.label) {
                        Some(Label::Named(name, _)) => format!("the {name} of this {family}"),
                        _ => match form.params.get(index % form.params.len().max(1)) {
                            Some(param) if !form.params.is_empty() => {
                                format!("the {} of this {family}", param.name)
                            }
                            _ => format!("a parameter of this {family}"),
                        },
                    };
                    ordered.push(self.want_number(values[index].clone(), power, &what));
                }
            }
        }
        let ordered: Vec<Expr> = ordered.into_iter().collect::<Option<_>>()?;
        let law = match family {
            "discrete" => Law::Discrete(pairs(ordered)),
            "metalog" => {
                let mut ordered = ordered.into_iter();
                let (low, high) = (ordered.next()?, ordered.next()?);
                let bound = |e: Expr| e.as_constant().is_none_or(f64::is_finite).then(|| Box::new(e));
                Law::Metalog(pairs(ordered.collect()), bound(low), bound(high))
            }
            _ => Law::Form(call.form, ordered),
        };
        Some(Expr { node: Node::Law(law), ty: Ty::Law { time }, span: at })
    }

    fn no_form(&mut self, callee: &Callee, args: &[Argument], values: &[Expr], error: FormError) {
        let family = callee.name.as_str();
        let forms = |list: &[FormId]| -> String {
            let list: Vec<String> = list.iter().map(|id| format!("`{}`", id.form())).collect();
            format!("it is written {}", prose::list(&list, "or"))
        };
        match error {
            FormError::Twice { index } => {
                let span = args.get(index).map_or(callee.span, |a| a.value.span);
                self.fault(Code::WrongArguments, span, "this parameter is given twice");
            }
            FormError::Family => self.unknown_name(family, callee.span, &[], "distribution"),
            FormError::Form { forms: list, unknown } => {
                let named: Vec<(String, Span)> = args
                    .iter()
                    .filter_map(|a| match &a.label {
                        Label::Named(n, s) => Some((n.clone(), *s)),
                        _ => None,
                    })
                    .collect();
                let first = unknown.first().and_then(|i| named.get(*i)).cloned();
                let mut fault = match &first {
                    Some((name, span)) => Diagnostic::new(
                        Code::WrongArguments,
                        *span,
                        format!("`{family}` has no parameter `{name}`"),
                    ),
                    None => Diagnostic::new(
                        Code::WrongArguments,
                        callee.span,
                        format!("`{family}` is not written with these parameters"),
                    ),
                };
                let unnamed =
                    named.is_empty().then(|| self.with_names(callee, args, values, &list)).flatten();
                if let Some(meant) = unnamed {
                    let end = args.last().map_or(callee.span, |a| a.value.span);
                    fault = fault.label("its parameters stand behind their names");
                    let whole = Span { end: end.end + 1, ..callee.span };
                    if self.texts.words(whole).ends_with(')') {
                        fault = fault.edit(whole, meant);
                    } else {
                        fault = fault.note(format!("write `{meant}`"));
                    }
                }
                if let Some((name, span)) = first {
                    let given = |p: &str| named.iter().any(|(n, _)| n == p);
                    let params = list
                        .iter()
                        .flat_map(|id| id.form().params.iter().map(|p| p.name))
                        .filter(|p| !given(p));
                    let params: Vec<&str> = params.collect();
                    match super::named::called(&name, &params)
                        .or_else(|| nearest(&name, params.iter().copied()))
                    {
                        Some(near) => {
                            let (at, meant) = self.renamed(&named, (span, near), &params);
                            fault = fault.label(format!("did you mean `{near}`?")).edit(at, meant);
                        }
                        None => fault = fault.label("not one of its parameters"),
                    }
                }
                self.push(fault.note(forms(&list)));
            }
        }
    }

    /// `discrete(north: 1, south: 3)`, where nothing has such a name: options are not values.
    fn of_options(&self, args: &[Argument], at: Span) -> Option<Diagnostic> {
        let option = |arg: &Argument| match &arg.label {
            Label::Keyed(key) => match &key.kind {
                Kind::Name(name) if !self.scope.symbols.contains_key(name) => Some(name.clone()),
                _ => None,
            },
            _ => None,
        };
        let weights = args.iter().map(|arg| {
            let weight = self.texts.words(arg.value.span);
            let plain = weight.bytes().all(|b| b.is_ascii_digit() || b == b'.');
            let weight = if plain { weight.to_string() } else { format!("\"{weight}\"") };
            Some(format!("{} = {weight}", option(arg)?))
        });
        let weights: Vec<String> = weights.collect::<Option<_>>()?;
        Some(
            Diagnostic::new(Code::BadLaw, at, "options instead of values")
                .label("a distribution is over numbers")
                .note(format!(
                    "one of several options is drawn by weight: `draw = {{ {} }}`",
                    weights.join(", ")
                )),
        )
    }

    fn discrete(&mut self, args: &[Argument], at: Span, place: Place) -> Option<Expr> {
        if let Some(fault) = self.of_options(args, at) {
            self.push(fault);
            return None;
        }
        let mut list = Vec::new();
        let mut time = None;
        for arg in args {
            let Label::Keyed(key) = &arg.label else {
                self.push(
                    Diagnostic::new(Code::WrongArguments, arg.value.span, "a value without its weight")
                        .label("expected `value: weight`"),
                );
                return None;
            };
            let value = self.type_of(key, place);
            let weight = self.type_of(&arg.value, place).and_then(|w| self.want_number(w, 0, "a weight"));
            list.push((value?, weight?));
        }
        let values: Vec<Span> = list.iter().map(|(value, _)| value.span).collect();
        let weights: Vec<Span> = list.iter().map(|(_, weight)| weight.span).collect();
        if self.percent_lost(Code::BadLaw, &values) || self.percent_lost(Code::BadLaw, &weights) {
            return None;
        }
        for (value, _) in &list {
            if let Ty::Number { time: t, .. } = value.ty
                && value.node != Node::Const(0.0)
            {
                time.get_or_insert(t);
            }
        }
        let time = time.unwrap_or(0);
        let mut checked = Vec::new();
        for (value, weight) in list {
            checked
                .push((self.want_number(value, time, "each value of this discrete distribution")?, weight));
        }
        Some(Expr { node: Node::Law(Law::Discrete(checked)), ty: Ty::Law { time }, span: at })
    }

    fn pooled(&mut self, callee: &Callee, args: &[Argument], at: Span, place: Place) -> Option<Expr> {
        let mut members = Vec::new();
        for arg in args {
            let weight = match &arg.label {
                Label::Keyed(key) => {
                    self.type_of(key, place).and_then(|w| self.want_number(w, 0, "a weight"))
                }
                _ => Some(Expr::constant(1.0, Ty::NUMBER, arg.value.span)),
            };
            let law = self.type_of(&arg.value, place);
            members.push((weight?, law?));
        }
        if members.is_empty() {
            self.push(
                Diagnostic::new(Code::WrongArguments, callee.span, "a pool of no distributions")
                    .note("it is written `pool(2: 5% to 15%, 1: pert(10%, 20%, 40%))`"),
            );
            return None;
        }
        self.pool_of(members, at)
    }

    /// The linear opinion pool of distributions over the same kind of number.
    pub fn pool_of(&mut self, members: Vec<(Expr, Expr)>, at: Span) -> Option<Expr> {
        let values: Vec<Span> = members.iter().map(|(_, value)| value.span).collect();
        let weights: Vec<Span> = members.iter().map(|(weight, _)| weight.span).collect();
        if self.percent_lost(Code::BadLaw, &values) || self.percent_lost(Code::BadLaw, &weights) {
            return None;
        }
        let time = members.iter().find_map(|(_, e)| match e.ty {
            Ty::Law { time } => Some(time),
            Ty::Number { time, .. } if e.node != Node::Const(0.0) => Some(time),
            _ => None,
        });
        let time = time.unwrap_or(0);
        let mut list = Vec::new();
        for (weight, law) in members {
            list.push((weight, self.as_law(law, time, "each member of a pool")?));
        }
        self.exists(Expr { node: Node::Law(Law::Pool(list)), ty: Ty::Law { time }, span: at })
    }

    fn truncated(&mut self, callee: &Callee, args: &[Argument], at: Span, place: Place) -> Option<Expr> {
        let (mut law, mut low, mut high) = (None, None, None);
        for (i, arg) in args.iter().enumerate() {
            let slot = match (&arg.label, i) {
                (Label::None, 0) => &mut law,
                (Label::None, 1) => &mut low,
                (Label::None, 2) => &mut high,
                (Label::Named(name, _), _) if name == "low" => &mut low,
                (Label::Named(name, _), _) if name == "high" => &mut high,
                _ => {
                    law = None;
                    break;
                }
            };
            *slot = Some(&arg.value);
        }
        let (Some(law), true) = (law, low.is_some() || high.is_some()) else {
            self.push(
                Diagnostic::new(Code::WrongArguments, callee.span, "`truncate` is not written with these parameters")
                    .note("it is written `truncate(distribution, low, high)`, or with `low = …` or `high = …` alone"),
            );
            return None;
        };
        let law = self.type_of(law, place)?;
        let Ty::Law { time } = law.ty else {
            let have = self.describe(law.ty);
            self.push(
                Diagnostic::new(Code::TypeMismatch, law.span, "only a distribution can be truncated")
                    .label(format!("this is {have}")),
            );
            return None;
        };
        let mut bound = |e: Option<&expr::Expr>, what: &str| -> Option<Option<Box<Expr>>> {
            match e {
                None => Some(None),
                Some(e) => {
                    let typed = self.type_of(e, place)?;
                    Some(Some(Box::new(self.want_number(typed, time, what)?)))
                }
            }
        };
        let low = bound(low, "the lower bound");
        let high = bound(high, "the upper bound");
        Some(Expr {
            node: Node::Law(Law::Truncated(Box::new(law), low?, high?)),
            ty: Ty::Law { time },
            span: at,
        })
    }
}

/// A parameter that has the unit of what is drawn.
fn same_unit(slot: Slot, args: &[Argument]) -> Option<Span> {
    match slot {
        Slot::Given { index, unit: Unit::Same } => args.get(index).map(|arg| arg.value.span),
        _ => None,
    }
}

fn pairs(list: Vec<Expr>) -> Vec<(Expr, Expr)> {
    let mut list = list.into_iter();
    let mut out = Vec::new();
    while let (Some(a), Some(b)) = (list.next(), list.next()) {
        out.push((a, b));
    }
    out
}

/// The power of time of the result, from the parameters that share its unit.
fn result_time(slots: &[Slot], values: &[Expr]) -> Option<i8> {
    let power = |index: usize| match values[index].ty {
        Ty::Number { time, .. } if values[index].node != Node::Const(0.0) => Some(time),
        _ => None,
    };
    slots.iter().find_map(|slot| match *slot {
        Slot::Given { index, unit: Unit::Same } => power(index),
        Slot::Given { index, unit: Unit::PerSame } => power(index).map(|t| -t),
        _ => None,
    })
}
