//! What is drawn: beliefs, initial values, variables drawn anew, delays stated by quantiles.

use super::builder::Builder;
use super::three_points::three_points;
use super::typing::Place;
use crate::diag::{Code, Diagnostic, Span};
use crate::dist::quantile_name;
use crate::expr::{Argument, Callee, Label};
use crate::model::{Draw, Expr, OptionSet, SetId, Ty};
use crate::quantity::prose;
use crate::syntax::{self, Entry, Kind, Table, Value};

/// How experts give chances of a fact.
pub(super) const CHANCES: &str = "where each expert gives a chance, believe the chance (`chance = { experts = { anna = \"30%\", bob = \"50%\" }, why = \"…\" }`), and the fact by it (`fact = { p = \"chance\", why = \"…\" }`)";

impl Builder {
    /// A distribution: an expression, or a table with quantiles or experts. A plain value stands for itself. `time` is
    /// the power of time it must have, where that is known.
    pub fn law_value(&mut self, value: &Value, time: Option<i8>, place: Place, what: &str) -> Option<Expr> {
        let typed = match &value.kind {
            Kind::Table(table) => {
                self.law_keys(table);
                self.law_table(table, value.span, place)?
            }
            _ => self.typed(value, place)?,
        };
        let time = match (time, typed.ty) {
            (Some(time), _) => time,
            (None, Ty::Law { time } | Ty::Number { time, .. }) => time,
            (None, ty) => {
                let have = self.describe(ty);
                self.push(
                    Diagnostic::new(Code::TypeMismatch, typed.span, format!("{what} must be a distribution"))
                        .label(format!("this is {have}")),
                );
                return None;
            }
        };
        self.as_law(typed, time, what)
    }

    /// Every key of a table that states a distribution must be known.
    fn law_keys(&mut self, table: &Table) {
        self.known_keys_or(table, syntax::Place::Draw, |k| quantile_name(k).is_some());
    }

    /// A fault where a table states a distribution in two ways; then it is not clear which is meant.
    pub fn one_statement(&mut self, table: &Table) -> Option<()> {
        fn way(key: &str) -> Option<&str> {
            match key {
                "is" | "draw" | "experts" | "p" => Some(key),
                "weights" => Some("experts"),
                _ if quantile_name(key).is_some() || matches!(key, "low" | "high") => Some("quantiles"),
                _ => None,
            }
        }
        let mut ways = table.entries.iter().filter_map(|e| Some((way(&e.key)?, e)));
        let (first_way, first) = ways.next()?;
        let Some((_, second)) = ways.find(|(w, _)| *w != first_way) else { return Some(()) };
        let title = format!("`{}` beside `{}`", second.key, first.key);
        let mut fault = Diagnostic::new(Code::Conflict, second.key_span, title)
            .label("a value is stated in one way")
            .context(first.key_span, "the other");
        match [first, second].iter().find_map(|entry| goes_with(&entry.key)) {
            Some(note) if first.key == "is" || second.key == "is" => fault = fault.note(note),
            _ => {}
        }
        self.push(fault);
        None
    }

    /// `{ is = … }`, `{ p10 = …, p50 = …, p90 = … }`, `{ experts = { … }, weights = { … } }`.
    pub fn law_table(&mut self, table: &Table, at: Span, place: Place) -> Option<Expr> {
        let faults = self.found.len();
        self.one_statement(table);
        if self.found.len() > faults {
            return None;
        }
        if let Some(entry) = table.get("is") {
            return match &entry.value.kind {
                Kind::Table(inner) => {
                    self.law_keys(inner);
                    self.law_table(inner, entry.value.span, place)
                }
                _ => self.typed(&entry.value, place),
            };
        }
        if let Some(entry) = table.get("experts") {
            return self.experts(table, entry, at, place);
        }
        let quantiles: Vec<&Entry> =
            table.entries.iter().filter(|e| quantile_name(&e.key).is_some()).collect();
        if let (true, Some(points)) = (quantiles.is_empty(), three_points(table)) {
            self.push(self.by_three_points(points, at));
            return None;
        }
        if let (true, Some(weights)) = (quantiles.is_empty(), table.get("weights")) {
            self.push(
                Diagnostic::new(Code::MissingKey, weights.key_span, "weights of no `experts`")
                    .label("one of several options, by weight, is written `draw`")
                    .edit(weights.key_span, "draw"),
            );
            return None;
        }
        if quantiles.is_empty() {
            self.push(
                Diagnostic::new(Code::MissingKey, at, "no distribution is given here")
                    .label("expected `is`, quantiles such as `p10`, `p50` and `p90`, or `experts`"),
            );
            return None;
        }
        if let [only] = quantiles[..] {
            self.push(
                Diagnostic::new(Code::MissingKey, only.key_span, "one quantile does not make a distribution")
                    .label("expected at least two, such as `p10` and `p90`")
                    .note("a value that is certain is written `is = …`"),
            );
            return None;
        }
        let mut args = Vec::new();
        for entry in quantiles.iter().copied().chain(table.get("low")).chain(table.get("high")) {
            let value = self.expression(&entry.value)?;
            args.push(Argument { label: Label::Named(entry.key.clone(), entry.key_span), value });
        }
        let open = |bound: &str| table.get(bound).is_none();
        // Durations are above 0, and percentages lie between 0 and 1, unless a bound says otherwise.
        let quantile = &args[0].value.kind;
        let percents =
            args[..quantiles.len()].iter().all(|a| matches!(a.value.kind, crate::expr::Kind::Percent(_)));
        let durations = matches!(quantile, crate::expr::Kind::Duration(..));
        let bound = |name: &str, value: f64| Argument {
            label: Label::Named(name.into(), at),
            value: crate::expr::Expr { kind: crate::expr::Kind::Number { value, whole: true }, span: at },
        };
        if open("low") && (percents || durations) {
            args.push(bound("low", 0.0));
        }
        if open("high") && percents {
            args.push(bound("high", 1.0));
        }
        let callee = Callee { name: "metalog".into(), span: quantiles[0].key_span };
        self.law_call(&callee, &args, at, place)
    }

    fn experts(&mut self, table: &Table, entry: &Entry, at: Span, place: Place) -> Option<Expr> {
        let experts = self.expect_table(entry)?;
        let weights = self.sub(table, "weights").to_vec();
        for weight in &weights {
            if experts.get(&weight.key).is_none() {
                // Who has a weight already is not meant.
                let lacks = |e: &&Entry| weights.iter().all(|w| w.key != e.key);
                let known: Vec<&str> = experts.entries.iter().filter(lacks).map(|e| e.key.as_str()).collect();
                let mut fault = Diagnostic::new(
                    Code::UnknownName,
                    weight.key_span,
                    format!("a weight for `{}`, who is no expert here", weight.key),
                );
                let only = if let [only] = known[..] { Some(only) } else { None };
                if let Some(near) = crate::diag::nearest(&weight.key, known.iter().copied()) {
                    fault = fault.label(format!("did you mean `{near}`?")).edit(weight.key_span, near);
                } else if let Some(only) = only {
                    fault = fault.label(format!("`{only}` has no weight")).edit(weight.key_span, only);
                }
                self.push(fault);
            }
        }
        let without = experts.entries.iter().filter(|expert| weights.iter().all(|w| w.key != expert.key));
        let without: Vec<&Entry> = without.collect();
        if let ([first, ..], [given, ..]) = (&without[..], &weights[..])
            && weights.iter().all(|weight| experts.get(&weight.key).is_some())
        {
            let names: Vec<String> = without.iter().map(|expert| format!("`{}`", expert.key)).collect();
            self.push(
                Diagnostic::new(
                    Code::MissingKey,
                    first.key_span,
                    format!("no weight for {}", prose::list(&names, "and")),
                )
                .label("others have one")
                .context(given.key_span, "write one for each expert here, or none at all"),
            );
        }
        let chance =
            |expert: &&Entry| matches!(&expert.value.kind, Kind::Table(says) if says.get("p").is_some());
        if let Some(expert) = experts.entries.iter().find(chance) {
            let fault = Diagnostic::new(Code::MissingKey, expert.value.span, "no distribution is given here");
            self.push(fault.label(format!("what `{}` says is a chance", expert.key)).note(CHANCES));
            return None;
        }
        let mut members = Vec::new();
        for expert in &experts.entries {
            let weight = match weights.iter().find(|w| w.key == expert.key) {
                Some(w) => self.typed_number(&w.value, place, "a weight"),
                None => Some(Expr::constant(1.0, Ty::NUMBER, expert.key_span)),
            };
            let law = self.law_value(&expert.value, None, place, "what an expert says");
            members.push((weight, law));
        }
        let members: Vec<(Expr, Expr)> =
            members.into_iter().map(|(w, l)| Some((w?, l?))).collect::<Option<_>>()?;
        if members.is_empty() {
            self.fault(Code::MissingKey, at, "there are no experts here");
            return None;
        }
        self.pool_of(members, at)
    }

    /// How a variable of kind `ty` is drawn: a distribution, `{ p = … }` for truth values, weights for options.
    pub fn draw_for(&mut self, value: &Value, ty: Ty, place: Place, name: &str) -> Option<Draw> {
        match (ty, &value.kind) {
            (Ty::Bool, Kind::Table(table)) if table.get("p").is_some() => {
                self.law_keys(table);
                let p = table.get("p")?;
                self.typed_number(&p.value, place, "a probability").map(Draw::Chance)
            }
            (Ty::Bool, _) => {
                let fault =
                    Diagnostic::new(Code::WrongType, value.span, format!("`{name}` is true or false"))
                        .label("expected `{ p = … }`, the probability that it is true");
                let words = self.texts.words(value.span);
                let edit = format!("{{ p = {words} }}");
                let simple = !matches!(value.kind, Kind::Table(_) | Kind::Array(_) | Kind::Bool(_));
                self.push(if simple { fault.edit(value.span, edit) } else { fault });
                None
            }
            (Ty::Option(set), Kind::Table(table)) => self.weights(table, set, place),
            (Ty::Option(_), _) => {
                self.push(
                    Diagnostic::new(Code::WrongType, value.span, format!("`{name}` has options"))
                        .label("expected a table with a weight for each: `{ low = 2, high = 1 }`")
                        .note("a value that is not left to chance is assigned by `set`"),
                );
                None
            }
            (Ty::Number { time, whole }, _) => {
                let law =
                    self.law_value(value, Some(time), place, &format!("what `{name}` is drawn from"))?;
                if whole && !whole_valued(&law) {
                    self.push(
                        Diagnostic::new(
                            Code::TypeMismatch,
                            law.span,
                            format!("`{name}` holds whole numbers, and this distribution has others"),
                        )
                        .label("expected `discrete(…)` over whole numbers")
                        .note(format!(
                            "begin `{name}` with `{}` to let it hold any number",
                            self.fractional(name)
                        )),
                    );
                    return None;
                }
                Some(Draw::Law(law))
            }
            _ => None,
        }
    }

    fn weights(&mut self, table: &Table, set: SetId, place: Place) -> Option<Draw> {
        let mut list = Vec::new();
        for entry in &table.entries {
            let index = self.scenario.sets[set.0].find(&entry.key);
            let weight = self.typed_number(&entry.value, place, "a weight");
            match index {
                Some(index) => list.push((index, weight?)),
                None => {
                    let names = self.scenario.sets[set.0].names.clone();
                    let mut fault = Diagnostic::new(
                        Code::UnknownName,
                        entry.key_span,
                        format!("unknown option `{}`", entry.key),
                    );
                    match crate::diag::nearest(&entry.key, names.iter().map(String::as_str)) {
                        Some(near) => {
                            fault = fault.label(format!("did you mean `{near}`?")).edit(entry.key_span, near)
                        }
                        None => fault = fault.label("not one of the options here"),
                    }
                    self.push(fault);
                    return None;
                }
            }
        }
        if list.is_empty() {
            self.fault(Code::MissingKey, table.span, "no option has a weight here");
            return None;
        }
        Some(Draw::Weights(list))
    }

    /// What a variable is when only its draw is given: (kind, draw). Options are the keys of the weights.
    pub fn drawn(&mut self, table: &Table, at: Span, place: Place, name: &str) -> Option<(Ty, Draw)> {
        if let Some(entry) = table.get("p") {
            let p = self.typed_number(&entry.value, place, "a probability")?;
            return Some((Ty::Bool, Draw::Chance(p)));
        }
        let Some(entry) = table.get("draw") else {
            let typed = self.law_table(table, at, place)?;
            return self.law_kind(typed, name);
        };
        match &entry.value.kind {
            Kind::Table(inner) if inner.get("p").is_some() && inner.entries.len() == 1 => {
                self.drawn(inner, entry.value.span, place, name)
            }
            Kind::Table(inner) if !is_law_table(inner) => {
                let set = match table.get("options") {
                    Some(options) => self.option_set(options)?,
                    None => {
                        for e in &inner.entries {
                            self.good_name(&e.key, e.key_span, "an option");
                        }
                        let names = inner.entries.iter().map(|e| e.key.clone()).collect();
                        self.new_set(names)
                    }
                };
                let draw = self.weights(inner, set, place)?;
                Some((Ty::Option(set), draw))
            }
            Kind::Table(inner) => {
                self.law_keys(inner);
                let typed = self.law_table(inner, entry.value.span, place)?;
                self.law_kind(typed, name)
            }
            _ => {
                let typed = self.typed(&entry.value, place)?;
                self.law_kind(typed, name)
            }
        }
    }

    fn law_kind(&mut self, typed: Expr, name: &str) -> Option<(Ty, Draw)> {
        let time = match typed.ty {
            Ty::Law { time } | Ty::Number { time, .. } => time,
            _ => 0,
        };
        let law = self.as_law(typed, time, &format!("what `{name}` is drawn from"))?;
        let ty = Ty::Number { whole: time == 0 && whole_valued(&law), time };
        Some((ty, Draw::Law(law)))
    }

    pub fn new_set(&mut self, names: Vec<String>) -> SetId {
        self.scenario.sets.push(OptionSet { names });
        SetId(self.scenario.sets.len() - 1)
    }

    /// A list of option names.
    pub fn option_set(&mut self, entry: &syntax::Entry) -> Option<SetId> {
        let mut names: Vec<String> = Vec::new();
        let mut places: Vec<Span> = Vec::new();
        for text in self.expect_texts(entry) {
            self.good_name(&text.content, text.span, "an option");
            if let Some(first) = names.iter().position(|name| *name == text.content) {
                let title = format!("the option `{}` is listed twice", text.content);
                let fault = Diagnostic::new(Code::NameTaken, text.span, title).label("the second");
                self.push(fault.context(places[first], "the first"));
                continue;
            }
            names.push(text.content.clone());
            places.push(text.span);
        }
        if names.is_empty() {
            self.fault(Code::MissingKey, entry.value.span, format!("`{}` has no options", entry.key));
            return None;
        }
        Some(self.new_set(names))
    }
}

/// What a key goes with, where it stands beside `is`.
fn goes_with(key: &str) -> Option<&'static str> {
    match key {
        "low" | "high" => Some(
            "bounds go with quantiles (`p10`, `p90`); what `is` gives is cut off by `truncate(…, low, high)`",
        ),
        "weights" => Some("weights go with `experts`"),
        _ => None,
    }
}

/// Whether a table states a distribution rather than weights of options.
fn is_law_table(table: &Table) -> bool {
    table.entries.iter().any(|e| {
        matches!(e.key.as_str(), "is" | "experts")
            || (quantile_name(&e.key).is_some() && table.entries.len() > 1)
    })
}

/// Whether a distribution surely has only whole values: a discrete one or a point, of whole constants.
fn whole_valued(law: &Expr) -> bool {
    use crate::model::{Law, Node};
    let whole = |e: &Expr| {
        matches!(e.ty, Ty::Number { whole: true, .. }) || e.as_constant().is_some_and(|v| v.fract() == 0.0)
    };
    match &law.node {
        Node::Law(Law::Point(value)) => whole(value) && matches!(value.ty, Ty::Number { whole: true, .. }),
        Node::Law(Law::Discrete(list)) => list.iter().all(|(v, _)| whole(v)),
        Node::Law(Law::Pool(list)) => list.iter().all(|(_, l)| whole_valued(l)),
        Node::If(_, a, b) => whole_valued(a) && whole_valued(b),
        _ => false,
    }
}
