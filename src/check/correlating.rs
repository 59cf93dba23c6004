//! `[[correlate]]`: rank correlations between beliefs, each fault at the entry that has it.

use super::builder::Builder;
use crate::diag::{Code, Diagnostic, Span};
use crate::dist::{Copula, CopulaRefusal};
use crate::model::{BeliefId, Correlation, Draw};
use crate::syntax::{self, Entry, Kind, Table};

/// Where an entry stands: all of it, its two beliefs, and its rank.
#[derive(Clone, Copy)]
struct Places {
    whole: Span,
    between: Span,
    rank: Span,
}

impl Builder {
    pub fn correlations(&mut self, entry: &Entry) {
        let mut places = Vec::new();
        for table in self.expect_tables(entry) {
            if let Some((correlation, at)) = self.correlation(table) {
                self.scenario.correlations.push(correlation);
                places.push(at);
            }
        }
        let count = self.scenario.beliefs.len();
        let pairs: Vec<(usize, usize, f64)> =
            self.scenario.correlations.iter().map(|c| (c.a.0, c.b.0, c.rank)).collect();
        // Those that stand alone, and where.
        let (mut sound, mut sound_at) = (Vec::new(), Vec::new());
        for (nth, (&pair, &at)) in pairs.iter().zip(&places).enumerate() {
            match Copula::pair(count, &pairs[..nth], pair) {
                Ok(()) => {
                    sound.push(pair);
                    sound_at.push(at);
                }
                Err(refusal) => {
                    let same = |p: &(usize, usize, f64)| [(p.0, p.1), (p.1, p.0)].contains(&(pair.0, pair.1));
                    let first = pairs[..nth].iter().position(same).map(|first| places[first].between);
                    self.refused(&refusal, at, first);
                }
            }
        }
        if let Err(refusal) = Copula::new(count, &sound) {
            // The last of those that contradict one another.
            let among = |pair: &(usize, usize, f64)| match &refusal {
                CopulaRefusal::Together { pairs, .. } => pairs.contains(pair),
                _ => true,
            };
            let last = sound.iter().rposition(among).map(|last| sound_at[last].whole);
            let title = "these rank correlations make no joint distribution";
            let at = last.unwrap_or(entry.value.span);
            let words = refusal.text(|belief| self.belief_words(belief));
            self.push(Diagnostic::new(Code::BadCorrelation, at, title).note(words));
        }
    }

    /// One entry, where it can be understood.
    fn correlation(&mut self, table: &Table) -> Option<(Correlation, Places)> {
        self.known_keys(table, syntax::Place::Correlate);
        let Some(between) = table.get("between") else {
            self.missing(table.span, "between", "two beliefs");
            return None;
        };
        let names = self.expect_texts(between);
        let mut ids = Vec::new();
        for text in &names {
            match self.scenario.beliefs.iter().position(|b| b.name == text.content) {
                Some(i) => ids.push(BeliefId(i)),
                None => self.unknown_name(&text.content, text.span, &[], "belief"),
            }
        }
        if names.len() != 2 {
            self.fault(Code::BadCorrelation, between.value.span, "`between` names two beliefs");
        }
        let (rank, at) = match table.get("rank").map(|e| (&e.value.kind, e)) {
            Some((Kind::Float(x), e)) => (*x, e.value.span),
            Some((Kind::Integer(n), e)) => (*n as f64, e.value.span),
            Some((_, e)) => {
                self.wrong_type(e, "a number between -1 and 1");
                return None;
            }
            None => {
                self.missing(table.span, "rank", "Spearman's rank correlation");
                return None;
            }
        };
        let &[a, b] = &ids[..] else { return None };
        for id in [a, b] {
            if !matches!(self.scenario.beliefs[id.0].draw, Draw::Law(_)) {
                let title = format!("`{}` is no number, so it has no rank", self.scenario.beliefs[id.0].name);
                self.fault(Code::BadCorrelation, between.value.span, title);
            }
        }
        let places = Places { whole: table.span, between: between.value.span, rank: at };
        Some((Correlation { a, b, rank }, places))
    }

    /// A fault of one entry by itself, or beside one above it.
    fn refused(&mut self, refusal: &CopulaRefusal, at: Places, first: Option<Span>) {
        let words = refusal.text(|belief| self.belief_words(belief));
        let (span, label) = match refusal {
            CopulaRefusal::Range { .. } => (at.rank, "expected a number between -1 and 1, such as 0.4"),
            CopulaRefusal::Itself { .. } => (at.between, "expected two beliefs"),
            _ => (at.between, "the second"),
        };
        let fault = Diagnostic::new(Code::BadCorrelation, span, words).label(label);
        self.push(match (refusal, first) {
            (CopulaRefusal::Twice { .. }, Some(first)) => fault.context(first, "the first"),
            _ => fault,
        });
    }

    fn belief_words(&self, belief: usize) -> String {
        format!("`{}`", self.scenario.beliefs.get(belief).map_or("?", |b| b.name.as_str()))
    }
}
