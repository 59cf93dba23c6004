//! Names: what a bare name means, and which are taken.

use super::builder::Builder;
use crate::diag::{Code, Diagnostic, Span, nearest};
use crate::expr;
use crate::model::{BeliefId, FormulaId, LeverId, StateId, TrackId};
use crate::quantity::{TimeUnit, prose};
use crate::syntax::{Entry, Table, Value};
use std::collections::{BTreeMap, BTreeSet};

/// What a name of the one shared namespace stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Symbol {
    Lever(LeverId),
    Belief(BeliefId),
    State(StateId),
    Formula(usize),
    Track(TrackId),
}

/// All names that are declared, known before anything is understood.
#[derive(Default)]
pub(super) struct Scope {
    /// The shared namespace.
    pub symbols: BTreeMap<String, (Symbol, Span)>,
    /// Names whose declaration is at fault, of whatever namespace: what is said of them elsewhere would be guesswork.
    pub broken: BTreeSet<String>,
    /// Formulas as declared, in order; each is understood when it is first needed.
    pub formulas: Vec<FormulaSlot>,
    /// The size and height of each formula that is understood, those that it reads put in.
    pub sizes: Vec<(usize, usize)>,
    /// How deep the expression is nested that is being understood.
    pub depth: usize,
    /// How many formulas are being understood at the moment, each for the sake of the one before.
    pub nested: usize,
    /// All measures, known before they are understood.
    pub measures: Vec<String>,
    /// How many levers, beliefs and states are understood so far: later ones cannot be read yet.
    pub levers_known: usize,
    pub beliefs_known: usize,
    pub states_known: usize,
}

/// A formula on its way.
pub(super) struct FormulaSlot {
    pub name: String,
    pub span: Span,
    pub value: Value,
    pub progress: Progress,
}

/// How far a formula is understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    Untouched,
    Running,
    Done(FormulaId),
    Failed,
}

/// Words that the language needs for itself.
const RESERVED: &[&str] = &[
    "day", "since", "rest", "outcome", "true", "false", "if", "then", "else", "and", "or", "not", "per",
    "to", "of",
];

/// Names that tables give to rows of their own: what cannot be called so, the name, why, and what may be written instead.
const ROWS: &[(&str, &str, &str, &str)] = &[
    ("an outcome", "never", "it is what becomes of a path that can no longer reach any", "never_agreed"),
    ("an outcome", "still_open", "tables call paths so that have not ended by then", "undecided"),
    ("a milestone", "horizon", "tables call the horizon itself so", "by_horizon"),
    ("a milestone", "end", "tables call the end of all paths so, where there is no horizon", "by_end"),
    ("a stage", "ended", "tables call it so when the path of a track has ended", "over"),
];

/// What stands for the start among what is broken; no name is written so.
pub(super) const START: &str = "start =";

/// Words that read as a name in an expression: letters, digits and underscores, not a digit first.
pub(super) fn is_identifier(name: &str) -> bool {
    name.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// What people call the time on a path.
const NOW: [&str; 5] = ["date", "now", "today", "time", "current_date"];

impl Builder {
    /// Checks the form of a name that expressions use.
    pub fn good_name(&mut self, name: &str, span: Span, what: &str) {
        if !is_identifier(name) {
            let better: String =
                name.trim().chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
            let mut fault =
                Diagnostic::new(Code::NameReserved, span, format!("`{name}` cannot be the name of {what}"))
                    .label("a name has letters, digits and underscores, and no digit first");
            if is_identifier(&better) {
                // As a key, other letters than a to z need their quotation marks.
                let quoted = !better.is_ascii() && self.texts.words(span).starts_with(['"', '\'']);
                fault = fault.edit(span, if quoted { format!("\"{better}\"") } else { better });
            }
            self.push(fault);
        } else if RESERVED.contains(&name) {
            self.push(
                Diagnostic::new(Code::NameReserved, span, format!("`{name}` cannot be the name of {what}"))
                    .label("the language uses this word itself")
                    .edit(span, format!("{name}_")),
            );
        } else {
            self.no_row(name, span, what);
        }
    }

    /// A fault where a name is that of a row which tables have of their own.
    pub fn no_row(&mut self, name: &str, span: Span, what: &str) {
        if let Some((.., why, instead)) = ROWS.iter().find(|row| (row.0, row.1) == (what, name)) {
            self.push(
                Diagnostic::new(Code::NameReserved, span, format!("`{name}` cannot be the name of {what}"))
                    .label(*why)
                    .edit(span, *instead),
            );
        }
    }

    /// Declares all names of the shared namespace.
    pub fn declare(&mut self, root: &Table) {
        let entries = |builder: &mut Builder, key: &str| -> Vec<Entry> { builder.sub(root, key).to_vec() };
        for (i, e) in entries(self, "levers").iter().enumerate() {
            self.declare_one(e, Symbol::Lever(LeverId(i)), "a lever");
        }
        for (i, e) in entries(self, "beliefs").iter().enumerate() {
            self.declare_one(e, Symbol::Belief(BeliefId(i)), "a belief");
        }
        for (i, e) in entries(self, "state").iter().enumerate() {
            self.declare_one(e, Symbol::State(StateId(i)), "a state");
        }
        for (i, e) in entries(self, "formulas").into_iter().enumerate() {
            self.declare_one(&e, Symbol::Formula(i), "a formula");
            let slot =
                FormulaSlot { name: e.key, span: e.key_span, value: e.value, progress: Progress::Untouched };
            self.scope.formulas.push(slot);
        }
        self.declare_tracks(root);
    }

    pub fn declare_one(&mut self, entry: &Entry, symbol: Symbol, what: &str) {
        self.good_name(&entry.key, entry.key_span, what);
        match self.scope.symbols.get(&entry.key) {
            Some((_, first)) => {
                let first = *first;
                self.scope.broken.insert(entry.key.clone());
                self.push(
                    Diagnostic::new(
                        Code::NameTaken,
                        entry.key_span,
                        format!("the name `{}` is taken", entry.key),
                    )
                    .label("levers, beliefs, states, formulas and tracks share their names")
                    .context(first, "declared here"),
                );
            }
            None => {
                self.scope.symbols.insert(entry.key.clone(), (symbol, entry.key_span));
            }
        }
    }

    /// A fault for a name that nothing has, with the nearest that would do.
    pub fn unknown_name(&mut self, name: &str, span: Span, more: &[&str], what: &str) {
        if self.scope.broken.contains(name) {
            return;
        }
        let fits = |symbol: Symbol| match what {
            "lever" => matches!(symbol, Symbol::Lever(_)),
            "belief" => matches!(symbol, Symbol::Belief(_)),
            "state" => matches!(symbol, Symbol::State(_) | Symbol::Track(_)),
            "lever, belief or state" => {
                matches!(symbol, Symbol::Lever(_) | Symbol::Belief(_) | Symbol::State(_))
            }
            _ => true,
        };
        if let Some((symbol, declared)) = self.scope.symbols.get(name).copied()
            && !fits(symbol)
        {
            let kind = Builder::kind_of(symbol);
            self.push(
                Diagnostic::new(Code::UnknownName, span, format!("the {kind} `{name}` is no {what}"))
                    .label(format!("expected a {what}"))
                    .context(declared, "declared here"),
            );
            return;
        }
        let few = self.found.len() < super::ENOUGH;
        let symbols = self.scope.symbols.iter().filter(|(_, (symbol, _))| few && fits(*symbol));
        let known = symbols.map(|(name, _)| name.as_str()).chain(more.iter().copied());
        let mut fault = Diagnostic::new(Code::UnknownName, span, format!("unknown {what} `{name}`"));
        let spoken = expr::counted(name).filter(|_| what == "name" && name.len() > 2);
        let before = self.texts.words(Span { start: span.start.saturating_sub(3), end: span.start, ..span });
        let divided = before.trim_end().strip_suffix('/').filter(|_| what == "name");
        let factor =
            name.strip_prefix(['x', 'X']).filter(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
        match (spoken, nearest(name, known)) {
            _ if divided.is_some() && TimeUnit::parse(name).is_some() => {
                let start = span.start - (before.len() - divided.unwrap_or_default().trim_end().len()) as u32;
                fault = Diagnostic::new(
                    Code::UnknownName,
                    span,
                    format!("`{name}` is a unit of time, not a name"),
                )
                .label("a share or a number in a period is written with `per`")
                .edit(Span { start, ..span }, format!(" per {}", name.trim_end_matches('s')));
            }
            (_, None) if factor.is_some() && what == "name" => {
                let number = factor.unwrap_or_default();
                fault = fault.label("a factor is written as its number alone").edit(span, number);
            }
            (Some(number), _) => {
                let number = number.to_string();
                fault =
                    fault.label(format!("numbers are written with digits: `{number}`")).edit(span, number);
            }
            (None, near)
                if near.is_none_or(|near| near == "day") && what == "name" && NOW.contains(&name) =>
            {
                fault = fault.label("the time since the start is called `day`").edit(span, "day");
            }
            (None, Some(near)) => {
                let near = near.to_string();
                fault = fault.label(format!("did you mean `{near}`?")).edit(span, near);
            }
            (None, None) => fault = fault.label("nothing has this name"),
        }
        if self.scenario.outcomes.iter().any(|o| o.name == name) {
            fault = fault.note(format!(
                "`{name}` is an outcome: whether a path ends so is `outcome == {name}`, in `value` or `given`, and when it does, `value = \"day\"` with that as `given`; after `to` stands just its name"
            ));
        }
        if let Some(milestone) = self.scenario.milestones.iter().find(|milestone| milestone.name == name) {
            let moment = match self.scenario.start {
                Some(start) => start.plus(milestone.at).to_string(),
                None => prose::duration(milestone.at),
            };
            fault = fault
                .context(milestone.span, "a milestone, which is only counted by")
                .note(format!("what several places read is a formula: `[formulas]` with `due = \"{moment}\"`, and `due` here"));
        }
        self.push(fault);
    }
}
