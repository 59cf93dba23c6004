//! Outcomes, milestones, measures and what else is reported.

use super::builder::Builder;
use super::percents::as_percentage;
use super::scope::Symbol;
use super::typing::Place;
use crate::diag::{Code, Diagnostic, Span, nearest};
use crate::expr;
use crate::model::{Account, Discount, Expr, Measure, MeasureKind, Milestone, Outcome, OutcomeId, Ty};
use crate::quantity::TimeUnit;
use crate::syntax::{self, Entry, Kind, Table};

impl Builder {
    /// Names of outcomes, the horizon, milestones.
    pub fn outcomes(&mut self, root: &Table) {
        for entry in self.sub(root, "outcome") {
            self.good_name(&entry.key, entry.key_span, "an outcome");
            let Some(table) = self.expect_table(entry) else { continue };
            self.known_keys(table, syntax::Place::Outcome);
            let title = self.text(table, "title").unwrap_or_else(|| entry.key.replace('_', " "));
            let about = self.text(table, "about").unwrap_or_default();
            let outcome = Outcome { name: entry.key.clone(), title, about, when: None, span: entry.key_span };
            self.scenario.outcomes.push(outcome);
        }
        self.scenario.horizon = root.get("horizon").and_then(|e| self.moment(&e.value, "the horizon"));
        if let (Some(0.0), Some(horizon)) = (self.scenario.horizon, root.get("horizon")) {
            let fault = Diagnostic::new(Code::BadDate, horizon.value.span, "the horizon is the start itself");
            self.push(fault.label("expected a time after it, or nothing can happen"));
        }
        match (root.get("horizon"), root.get("at_horizon")) {
            (Some(horizon), None) => self.push(
                Diagnostic::new(
                    Code::NoHorizon,
                    horizon.key_span,
                    "nothing is said of paths that are still going",
                )
                .label("at the horizon, these need an outcome")
                .note("write `at_horizon = \"no_agreement\"` and declare `[outcome.no_agreement]`"),
            ),
            (None, Some(at)) => self.push(
                Diagnostic::new(Code::NoHorizon, at.key_span, "there is no horizon for this")
                    .label("the outcome of paths still going at it")
                    .note("write `horizon = \"365 days\"`, or a date"),
            ),
            (Some(_), Some(_)) => {
                if let Some(text) = self.words(root, "at_horizon") {
                    let (name, span) = (text.content.clone(), text.span);
                    match self.outcome_named(&name) {
                        Some(id) => self.scenario.at_horizon = Some(id),
                        None => self.unknown_outcome(&name, span),
                    }
                }
            }
            (None, None) => {
                self.scenario.never = Some(OutcomeId(self.scenario.outcomes.len()));
                self.scenario.outcomes.push(Outcome {
                    name: "never".into(),
                    title: "Never".into(),
                    about: "The path can no longer reach an outcome.".into(),
                    when: None,
                    span: Span::default(),
                });
            }
        }
        for entry in self.sub(root, "milestones") {
            self.no_row(&entry.key, entry.key_span, "a milestone");
            let what = format!("the milestone `{}`", entry.key);
            if let Some(at) = self.moment(&entry.value, &what) {
                if self.scenario.horizon.is_some_and(|h| at > h) {
                    self.push(
                        Diagnostic::new(
                            Code::BadDate,
                            entry.value.span,
                            format!("{what} is after the horizon"),
                        )
                        .label("no path goes so far"),
                    );
                }
                self.scenario.milestones.push(Milestone {
                    name: entry.key.clone(),
                    at,
                    span: entry.key_span,
                });
            }
        }
        self.scenario.milestones.sort_by(|a, b| a.at.total_cmp(&b.at));
    }

    fn unknown_outcome(&mut self, name: &str, span: Span) {
        let mut fault = Diagnostic::new(Code::UnknownStage, span, format!("unknown outcome `{name}`"));
        let near = nearest(name, self.scenario.outcomes.iter().map(|o| o.name.as_str())).map(str::to_string);
        match near {
            Some(near) => fault = fault.label(format!("did you mean `{near}`?")).edit(span, near),
            None => fault = fault.label(format!("declare it as `[outcome.{name}]`")),
        }
        self.push(fault);
    }

    /// Conditions and payoffs of outcomes, when everything that they may read is known.
    pub fn outcome_conditions(&mut self, root: &Table) {
        let mut payoffs: Vec<(String, Vec<Expr>)> = Vec::new();
        let count = self.scenario.outcomes.len();
        for (i, entry) in self.sub(root, "outcome").iter().enumerate() {
            let Kind::Table(table) = &entry.value.kind else { continue };
            if let Some(when) = table.get("when") {
                let condition = self.typed_bool(&when.value, Place::PATH);
                if let Some(condition) = &condition {
                    self.time_in_condition(condition);
                }
                self.scenario.outcomes[i].when = condition;
            }
            for party in self.sub(table, "payoff") {
                let place = Place { measures: Some(usize::MAX), ..Place::PATH };
                let Some(value) = self.typed(&party.value, place) else { continue };
                let Some(value) = self.want_number_or_bool(value, "a payoff") else { continue };
                let zero = || Expr::constant(0.0, Ty::NUMBER, party.value.span);
                let row = match payoffs.iter().position(|(name, _)| *name == party.key) {
                    Some(row) => row,
                    None => {
                        payoffs.push((party.key.clone(), (0..count).map(|_| zero()).collect()));
                        payoffs.len() - 1
                    }
                };
                payoffs[row].1[i] = value;
            }
        }
        self.scenario.payoffs = payoffs;
    }

    fn want_number_or_bool(&mut self, value: Expr, what: &str) -> Option<Expr> {
        if value.ty == Ty::Bool { Some(value) } else { self.want_number(value, 0, what) }
    }

    pub fn measures(&mut self, root: &Table) {
        let entries = self.sub(root, "measures");
        self.scope.measures = entries.iter().map(|e| e.key.clone()).collect();
        // A measure reads only those above it; a name is there when its measure is understood.
        for (i, entry) in entries.iter().enumerate() {
            self.good_name(&entry.key, entry.key_span, "a measure");
            let Some(table) = self.expect_table(entry) else { continue };
            self.known_keys(table, syntax::Place::Measure);
            let measure = self.measure(i, entry, table);
            if measure.is_none() {
                self.scope.broken.insert(format!("measure {}", entry.key));
            }
            let fallback = || MeasureKind::Value(Expr::constant(0.0, Ty::NUMBER, entry.value.span));
            let (kind, ty) = measure.unwrap_or_else(|| (fallback(), Ty::NUMBER));
            let end = Place { outcome: true, measures: Some(i), ..Place::PATH };
            let given = table.get("given").and_then(|e| self.typed_bool(&e.value, end));
            let mut thresholds = Vec::new();
            if let Some(list) = table.get("thresholds") {
                for item in self.expect_list(list) {
                    let Some(value) = self.typed(item, Place::FIXED) else { continue };
                    let Ty::Number { time, .. } = ty else { continue };
                    let Some(value) = self.want_number(value, time, "a threshold of this measure") else {
                        continue;
                    };
                    match value.as_constant() {
                        Some(number) if thresholds.contains(&number) => self.push(
                            Diagnostic::new(
                                Code::BadSetting,
                                item.span,
                                "this threshold stands in the list already",
                            )
                            .label("once is enough")
                            .note("decimals stand behind a point: `1.5`"),
                        ),
                        Some(number) => thresholds.push(number),
                        None => self.fault(Code::WrongType, item.span, "a threshold is a constant"),
                    }
                }
            }
            let unit = self
                .text(table, "unit")
                .unwrap_or_else(|| if ty == Ty::DURATION { "days".into() } else { String::new() });
            self.other_time(table, ty);
            let title = self.text(table, "title").unwrap_or_else(|| entry.key.replace('_', " "));
            let name = entry.key.clone();
            self.scenario.measures.push(Measure {
                name,
                title,
                unit,
                kind,
                given,
                thresholds,
                ty,
                span: entry.key_span,
            });
        }
    }

    /// A unit that says another time than the one that durations and rates are reported in.
    fn other_time(&mut self, table: &Table, ty: Ty) {
        let Some(entry) = table.get("unit") else { return };
        let Ty::Number { time: time @ (1 | -1), .. } = ty else { return };
        let words = self.texts.words(entry.value.span).to_lowercase();
        let units: Vec<(&str, TimeUnit)> = words
            .split(|c: char| !c.is_alphabetic())
            // The second of several is no unit.
            .filter(|word| *word != "second")
            .filter_map(|word| Some((word.trim_end_matches('s'), TimeUnit::parse(word)?)))
            .collect();
        let Some((one, _)) = units.first().filter(|_| units.iter().all(|unit| unit.1 != TimeUnit::Day))
        else {
            return;
        };
        let (what, meant) = match time {
            1 => {
                ("durations are reported in days", format!("divided by `1 {one}`, it is a number of {one}s"))
            }
            _ => ("rates are reported per day", format!("times `1 {one}`, it is a number in a {one}")),
        };
        let mut lint = Diagnostic::new(Code::OtherTime, entry.value.span, what)
            .label("a unit names, and does not convert");
        lint = match table.get("value") {
            Some(value) => lint.context(value.value.span, meant),
            None => lint.note("leave it out, or write `days`"),
        };
        self.push(lint);
    }

    fn measure(&mut self, index: usize, entry: &Entry, table: &Table) -> Option<(MeasureKind, Ty)> {
        let kinds: Vec<&Entry> = ["value", "first", "rate"].iter().filter_map(|k| table.get(k)).collect();
        if let [first, second, ..] = kinds[..] {
            self.push(
                Diagnostic::new(
                    Code::Conflict,
                    second.key_span,
                    format!("`{}` beside `{}`", second.key, first.key),
                )
                .label("a measure is one of them")
                .context(first.key_span, "the other"),
            );
            return None;
        }
        let discount = table.get("discount").and_then(|e| self.discount(e));
        if let (Some(given), Some(kind)) = (table.get("discount"), kinds.first())
            && kind.key != "rate"
        {
            self.fault(
                Code::Conflict,
                given.key_span,
                "`discount` is for accounts: a `rate`, or what is paid",
            );
        }
        match kinds.first() {
            Some(kind) if kind.key == "value" => {
                let place = Place { outcome: true, measures: Some(index), ..Place::PATH };
                let value = self.typed(&kind.value, place)?;
                match value.ty {
                    Ty::Bool => Some((MeasureKind::Value(value), Ty::NUMBER)),
                    Ty::Number { .. } => {
                        let ty = value.ty;
                        Some((MeasureKind::Value(value), ty))
                    }
                    ty => {
                        let have = self.describe(ty);
                        self.push(
                            Diagnostic::new(Code::TypeMismatch, value.span, "a measure is a number")
                                .label(format!("this is {have}"))
                                .note("measure whether it holds: `value = \"site == serbia\"`"),
                        );
                        None
                    }
                }
            }
            Some(kind) if kind.key == "first" => {
                let condition = self.typed_bool(&kind.value, Place::PATH)?;
                self.time_in_condition(&condition);
                Some((MeasureKind::First(condition), Ty::DURATION))
            }
            Some(kind) => {
                let rate = self.typed(&kind.value, Place::PATH)?;
                let rate = self.rate(rate, "the rate of an account")?;
                Some((MeasureKind::Account(Account { rate: Some(rate), discount }), Ty::NUMBER))
            }
            None => {
                let _ = entry;
                Some((MeasureKind::Account(Account { rate: None, discount }), Ty::NUMBER))
            }
        }
    }

    /// `"3% a year"`.
    fn discount(&mut self, entry: &Entry) -> Option<Discount> {
        let written = self.expression(&entry.value)?;
        let parts = match &written.kind {
            expr::Kind::Per(amount, count, unit) => match amount.kind {
                expr::Kind::Percent(rate) => Some((rate, count * unit.seconds())),
                expr::Kind::Number { value, .. } => Some((value, count * unit.seconds())),
                _ => None,
            },
            _ => None,
        };
        if let expr::Kind::Per(amount, ..) = &written.kind
            && let expr::Kind::Number { value, .. } = amount.kind
            && value >= 1.0
        {
            let (span, words) = (amount.span, self.texts.words(amount.span).to_string());
            self.push(
                Diagnostic::new(Code::WrongType, span, "this is no discount rate")
                    .label("its `%` is missing")
                    .note(as_percentage(value))
                    .edit(span, format!("{words}%")),
            );
            return None;
        }
        match parts {
            Some((rate, period)) if rate > -1.0 && rate.is_finite() && period > 0.0 => {
                Some(Discount { rate, period })
            }
            _ => {
                let fault = Diagnostic::new(Code::WrongType, entry.value.span, "this is no discount rate")
                    .label("expected a percentage per time, such as \"3% a year\"");
                let percent = matches!(written.kind, expr::Kind::Percent(_));
                let meant = format!("{} a year", self.texts.words(written.span));
                self.push(if percent { fault.edit(written.span, meant) } else { fault });
                None
            }
        }
    }

    /// What a symbol of the shared namespace is called in prose.
    pub fn kind_of(symbol: Symbol) -> &'static str {
        match symbol {
            Symbol::Lever(_) => "lever",
            Symbol::Belief(_) => "belief",
            Symbol::State(_) => "state",
            Symbol::Formula(_) => "formula",
            Symbol::Track(_) => "track",
        }
    }
}
