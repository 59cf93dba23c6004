//! What a place wants of a value: its kind and unit, and what to say where it has another.

use super::builder::Builder;
use super::typing::Place;
use crate::diag::{Code, Diagnostic, Span};
use crate::expr;
use crate::model::{Draw, Expr, Initial, Law, Node, SetId, StateId, Ty};
use crate::quantity::prose;
use crate::syntax::{Kind, Value};

/// What is written where a value is a distribution and may not be one.
pub(super) fn believed(name: &str, words: &str) -> String {
    format!(
        "what nobody knows is a belief: `[beliefs]` with `{name} = {{ is = \"{words}\", why = \"…\" }}`, and `{name}` here"
    )
}

impl Builder {
    pub fn want_bool(&mut self, expr: Expr, what: &str) -> Option<Expr> {
        if expr.ty == Ty::Bool {
            return Some(expr);
        }
        let fault = self.mismatch_of(&expr, what, "true or false");
        let words = self.texts.words(expr.span);
        let example = match expr.ty {
            Ty::Option(set) => self.scenario.sets[set.0].names.first().map(|n| format!("{words} == {n}")),
            Ty::Number { time: 0, .. } if expr.as_constant().is_none() => Some(format!("{words} > 0")),
            _ => None,
        };
        let chance = match (&expr.node, expr.ty) {
            (Node::Belief(id), Ty::Number { time: 0, .. }) => {
                let range = self.belief_ranges().get(id.0).copied();
                range.is_some_and(|range| range.low >= 0.0 && range.high <= 1.0)
            }
            _ => false,
        };
        self.push(match example {
            _ if chance => fault.note(format!(
                "where it is a chance, it stands under `p`: `{{ p = \"{words}\", to = … }}`; a fact that is true with this chance is a belief of its own, `fact = {{ p = \"{words}\", why = \"…\" }}`"
            )),
            Some(example) if words.len() < 40 => fault.note(format!("compare it, as in `{example}`")),
            _ => fault,
        });
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
                let words = self.texts.words(expr.span);
                let digits = !words.is_empty() && words.bytes().all(|b| b.is_ascii_digit() || b == b'.');
                if bare && digits && matches!(time, 1 | -1) {
                    let unit = if time == 1 { "days" } else { "per year" };
                    let meant = self.quoted(expr.span, &format!("{words} {unit}"));
                    fault = fault.edit(expr.span, meant);
                }
                if bare && matches!(time, 1 | -1) {
                    fault = self.of_belief(fault, &expr, if time == 1 { " days" } else { " per year" });
                }
                if expr.ty == Ty::Bool && time == 0 && what.contains("probability") && words.len() < 60 {
                    fault = match self.of_chance(fault.clone(), &expr) {
                        Some(fault) => fault,
                        None => {
                            let meant = self.quoted(expr.span, &format!("if {words} then 100% else 0%"));
                            fault.edit(expr.span, meant)
                        }
                    };
                }
                if matches!(expr.ty, Ty::Law { .. })
                    && what.contains("probability")
                    && let Some([low, high]) = whole_interval(words)
                {
                    let meant = expr::chance(low, high);
                    fault = fault.note(format!("odds of {low} to {high} are the probability `{meant}`"));
                }
                if matches!(expr.ty, Ty::Law { .. })
                    && let Some(name) = match time {
                        -1 => Some("rate"),
                        0 => Some("chance"),
                        1 => Some("when"),
                        _ => None,
                    }
                {
                    let meant = match plain_interval(words) {
                        Some([low, high]) if what.contains("probability") => format!("{low}% to {high}%"),
                        _ => words.to_string(),
                    };
                    fault = fault.note(believed(name, &meant));
                }
                self.push(fault);
                None
            }
        }
    }

    /// Where a value is nothing but a belief that is true with some chance, the fault with how the chance itself is believed.
    fn of_chance(&self, fault: Diagnostic, expr: &Expr) -> Option<Diagnostic> {
        let Node::Belief(id) = expr.node else { return None };
        let Draw::Chance(chance) = &self.scenario.beliefs.get(id.0)?.draw else { return None };
        let name = self.texts.words(expr.span);
        let fault = fault
            .context(
                chance.span,
                format!("with this chance `{name}` is true, in a whole world or not at all"),
            )
            .note(format!(
                "where each try has this chance, the belief is a number: `{name} = {{ is = \"{}\", … }}`",
                self.texts.words(chance.span).trim_matches(['"', '\''])
            ))
            .note(format!("where the branch is taken in those whole worlds: `if {name} then 100% else 0%`"));
        Some(fault)
    }

    /// Where a value is nothing but a belief, the fault with the place of its numbers, and these with a unit.
    pub fn of_belief(&self, fault: Diagnostic, expr: &Expr, unit: &str) -> Diagnostic {
        let Node::Belief(id) = expr.node else { return fault };
        let Some(Draw::Law(law)) = self.scenario.beliefs.get(id.0).map(|b| &b.draw) else { return fault };
        let words = self.texts.words(law.span).trim_matches('"');
        let fault = fault.context(law.span, "these are its numbers");
        let ends = plain_interval(words).map_or_else(|| vec![words], |ends| ends.to_vec());
        let numbers: Vec<f64> = ends.iter().filter_map(|end| end.parse().ok()).collect();
        // A fraction is no percentage without its sign.
        let fits = unit != "%" || numbers.last().is_some_and(|high| (2.0..=100.0).contains(high));
        if numbers.len() < ends.len() || !fits {
            return fault;
        }
        let meant = match unit {
            "%" => ends.iter().map(|end| format!("{end}%")).collect::<Vec<_>>().join(" to "),
            unit => format!("{words}{unit}"),
        };
        fault.edit(law.span, self.quoted(law.span, &meant))
    }

    pub fn mismatch(&mut self, expr: &Expr, what: &str, expected: &str) {
        let fault = self.mismatch_of(expr, what, expected);
        self.push(fault);
    }

    pub fn mismatch_of(&self, expr: &Expr, what: &str, expected: &str) -> Diagnostic {
        let percentage = self.texts.words(expr.span).ends_with('%') && !matches!(expr.ty, Ty::Law { .. });
        Diagnostic::new(Code::TypeMismatch, expr.span, format!("{what} must be {expected}")).label(
            match percentage {
                true => "this is a percentage".to_string(),
                false => format!("this is {}", self.describe(expr.ty)),
            },
        )
    }

    /// As messages call a kind of value.
    pub fn describe(&self, ty: Ty) -> String {
        match ty {
            Ty::Bool => "true or false".into(),
            Ty::Number { whole: true, .. } => "a whole number".into(),
            Ty::Number { time, .. } => describe_number(time).into(),
            Ty::Option(set) => {
                let names = &self.scenario.sets[set.0].names;
                match names.len() {
                    0..=8 => format!("one of the options {}", prose::list(names, "or")),
                    many => format!("one of {many} options ({} and so on)", names[..4].join(", ")),
                }
            }
            Ty::Outcome => "an outcome".into(),
            Ty::Law { time } => format!("a distribution over {}", describe_many(time)),
        }
    }

    /// An assignment's right side: of the kind of the state that it goes to.
    pub fn assignable(&mut self, id: StateId, value: &Value, place: Place) -> Option<Expr> {
        let ty = self.scenario.states.get(id.0)?.ty;
        let name = self.scenario.states[id.0].name.clone();
        if place.day
            && let Some(fault) = self.added(&name, value)
        {
            self.push(fault);
            return None;
        }
        match ty {
            Ty::Option(set) => self.option_valued(value, set, place),
            _ => {
                let expr = self.typed(value, place)?;
                if place.day && matches!(expr.ty, Ty::Law { .. }) {
                    let fault = self.drawn_by_set(&name, value, expr.span);
                    self.push(fault);
                    return None;
                }
                self.fits(expr, ty, &name)
            }
        }
    }

    /// `set = { trust = "+1" }`: an assignment that was meant to add.
    fn added(&self, name: &str, value: &Value) -> Option<Diagnostic> {
        let (words, span) = match &value.kind {
            Kind::String(text) => (text.content.trim(), text.span),
            Kind::Integer(_) | Kind::Float(_) => (self.texts.words(value.span), value.span),
            _ => return None,
        };
        let meant = changed(name, words)?;
        let title = format!("`set` gives `{name}` a new value, and `{words}` is none");
        let fault =
            Diagnostic::new(Code::Syntax, span, title).label(format!("what changes `{name}` reads it"));
        Some(match &value.kind {
            _ if meant.is_empty() => fault,
            Kind::String(_) => fault.edit(span, meant),
            _ => fault
                .note(format!("where it becomes {0}, write `{0}`", words.trim_start_matches('+')))
                .edit(span, format!("\"{meant}\"")),
        })
    }

    /// `set` gives a state a distribution, or a table that tells how it is drawn.
    pub fn drawn_by_set(&self, name: &str, value: &Value, at: Span) -> Diagnostic {
        let mut drawn = self.texts.words(value.span).to_string();
        if let Kind::Table(table) = &value.kind
            && let Some(law) = table.get("draw").or_else(|| table.get("is"))
        {
            drawn = self.texts.words(law.value.span).to_string();
        }
        if matches!(value.kind, Kind::String(_)) || !drawn.starts_with(['{', '"', '\'']) {
            drawn = format!("\"{}\"", drawn.trim_matches(['"', '\'']));
        }
        Diagnostic::new(Code::WrongType, at, format!("`{name}` is drawn here, and `set` gives it a value"))
            .label("expected a number or an expression")
            .note(format!(
                "what is drawn has a table of its own beside `set`: `draw = {{ {name} = {drawn} }}`"
            ))
    }

    /// How a state begins that may hold fractions: `400.0` for `400`.
    pub fn fractional(&self, name: &str) -> String {
        let state = self.scenario.states.iter().find(|state| state.name == name);
        let first = state.map(|state| &state.initial).and_then(|initial| match initial {
            Initial::Value(value) => value.as_constant(),
            _ => None,
        });
        format!("{:.1}", first.unwrap_or(0.0))
    }

    /// `expr` must be of the kind that `name` has.
    pub fn fits(&mut self, expr: Expr, ty: Ty, name: &str) -> Option<Expr> {
        match (ty, expr.ty) {
            (Ty::Bool, _) => self.want_bool(expr, &format!("what is assigned to `{name}`")),
            (Ty::Number { whole: true, .. }, Ty::Number { whole: true, .. } | Ty::Bool) => Some(expr),
            (Ty::Number { whole: true, .. }, Ty::Number { time: 0, .. })
                if self.texts.words(expr.span).contains('%') =>
            {
                let meant = self.texts.words(expr.span).replace('%', "");
                let title = format!("`{name}` holds whole numbers, and a percentage is a fraction of 1");
                self.push(
                    Diagnostic::new(Code::TypeMismatch, expr.span, title)
                        .label("10% is 0.1")
                        .note(format!(
                            "where `{name}` is a share, begin it as one too, such as `50%`, and bound what is assigned: `min(1, …)`"
                        ))
                        .edit(expr.span, self.quoted(expr.span, &meant)),
                );
                None
            }
            (Ty::Number { whole: true, .. }, Ty::Number { time: 0, .. }) => {
                self.push(
                    Diagnostic::new(
                        Code::TypeMismatch,
                        expr.span,
                        format!("`{name}` holds whole numbers, and this may be a fraction"),
                    )
                    .label("not a whole number")
                    .note(format!(
                        "begin `{name}` with `{}`, or round: `round(…)`, `floor(…)`",
                        self.fractional(name)
                    )),
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

    pub fn as_law(&mut self, expr: Expr, time: i8, what: &str) -> Option<Expr> {
        match expr.ty {
            Ty::Law { time: t } if t == time => Some(expr),
            Ty::Law { .. } => {
                let expected = format!("a distribution over {}", describe_many(time));
                let mut fault = self.mismatch_of(&expr, what, &expected);
                let words = self.texts.words(expr.span);
                if plain_interval(words).is_some() && matches!(time, 1 | -1) {
                    let unit = if time == 1 { "days" } else { "per year" };
                    fault = fault.edit(expr.span, self.quoted(expr.span, &format!("{words} {unit}")));
                }
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

/// The ends of an interval between two numbers without units.
pub(super) fn plain_interval(words: &str) -> Option<[&str; 2]> {
    let (low, high) = words.split_once(" to ")?;
    let plain = |end: &str| !end.is_empty() && end.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let ends = [low.trim(), high.trim()];
    ends.iter().all(|end| plain(end)).then_some(ends)
}

/// The ends of an interval between whole numbers, which may be meant as odds.
pub(super) fn whole_interval(words: &str) -> Option<[&str; 2]> {
    let whole = |end: &&str| end.bytes().all(|b| b.is_ascii_digit());
    // Nobody says odds of 20 to 50.
    plain_interval(words).filter(|ends| ends.iter().all(whole) && ends.iter().any(|end| end.len() == 1))
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

/// What `set = { name = words }` is to say where the words are no value but a change: `+1`, `*2`, `-= 1`, `name = name + 1`. Empty where
/// it is not clear what.
fn changed(name: &str, words: &str) -> Option<String> {
    let assigned = words.strip_prefix(name).unwrap_or(words).trim_start();
    let assigned = assigned.strip_prefix('=').filter(|rest| !rest.starts_with('=')).map(str::trim_start);
    let rest = assigned.unwrap_or(words);
    let (sign, more) = match rest.split_at_checked(1) {
        Some(("+", more)) => ("+", more),
        Some((sign @ ("-" | "*" | "/"), more)) if more.starts_with('=') => (sign, more),
        Some(("*", more)) if more.trim_start().starts_with(|c: char| c.is_ascii_digit()) => ("*", more),
        _ => return assigned.map(str::to_string),
    };
    let more = more.trim_start_matches('=').trim();
    let reads = more.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name);
    Some(match sign {
        _ if more.is_empty() || more.starts_with('+') => String::new(),
        "+" if reads => more.to_string(),
        _ => format!("{name} {sign} {more}"),
    })
}
