//! Do the probabilities of a list of branches fit together? The list is looked at case by case: once for each combination
//! of options and truth values that it reads, by interval reasoning over the rest.

use super::builder::Builder;
use super::cases::Variable;
use super::outside::odds;
use super::range::{Known, Range, range};
use crate::diag::{Code, Diagnostic, Severity};
use crate::model::{Branches, Chance, Draw, Effects, Expr, Initial, Node, TrackId, Ty};
use crate::quantity::prose::{number, percent};

/// Less than this over 1 is rounding.
pub(super) const SLACK: f64 = 1e-9;

/// What rounding to two digits leaves of the whole, such as three times 0.33.
const ROUNDED: f64 = 0.02;

/// Values that are taken for granted in one case.
pub(super) type Fixed = Vec<(Node, f64)>;

/// A list of branches, and what is known where it stands.
pub(super) struct List<'a> {
    pub builder: &'a Builder,
    pub beliefs: &'a [Range],
    pub next: &'a Branches,
}

/// What a list comes to in one case.
#[derive(Clone, Debug, Default)]
pub(super) struct Sum {
    /// At least this much is given away.
    pub sure: f64,
    /// At most this much is.
    pub may: f64,
    /// A branch takes the rest.
    pub taken: bool,
    /// Whether some branch exists is open.
    pub open: bool,
    /// A probability is surely outside 0 to 1.
    pub outside: bool,
    /// Why each branch cannot be taken, where it cannot.
    pub never: Vec<Option<&'static str>>,
}

impl Builder {
    /// Between which values each belief lies, but for one world in a million.
    pub fn belief_ranges(&self) -> Vec<Range> {
        let all = Range { low: f64::NEG_INFINITY, high: f64::INFINITY };
        self.scenario
            .beliefs
            .iter()
            .map(|b| match &b.draw {
                Draw::Chance(_) => Range { low: 0.0, high: 1.0 },
                Draw::Weights(list) => Range { low: 0.0, high: list.len() as f64 },
                Draw::Law(law) => match super::constant::constant_law(law) {
                    Some(Ok(law)) => Range { low: law.quantile(5e-7), high: law.upper_quantile(5e-7) },
                    _ => all,
                },
            })
            .collect()
    }

    /// Looks at every list of branches, and at every chance that is drawn by.
    pub fn sums(&mut self) {
        if self.found.iter().any(|d| d.severity() == Severity::Error) {
            return;
        }
        let beliefs = self.belief_ranges();
        let mut found = Vec::new();
        let known = self.known(&beliefs);
        let mut draws: Vec<&Draw> = self.scenario.beliefs.iter().map(|b| &b.draw).collect();
        draws.extend(self.scenario.states.iter().filter_map(|s| match &s.initial {
            Initial::Draw(draw) => Some(draw),
            Initial::Value(_) => None,
        }));
        let drawn = |effects: &'_ Effects| effects.draw.iter().map(|(_, d)| d.clone()).collect::<Vec<Draw>>();
        let mut drawn_on_the_way: Vec<Draw> = Vec::new();
        for (t, track) in self.scenario.tracks.iter().enumerate() {
            for (s, stage) in track.stages.iter().enumerate() {
                drawn_on_the_way.extend(drawn(&stage.enter));
                for (_, next) in stage.branches() {
                    let list = List { builder: self, beliefs: &beliefs, next };
                    list.look((Node::Track(TrackId(t)), s as f64), &mut found);
                    drawn_on_the_way.extend(next.list.iter().flat_map(|b| drawn(&b.effects)));
                }
            }
        }
        for draw in draws.into_iter().chain(&drawn_on_the_way) {
            match draw {
                Draw::Chance(p) => self.probability(p, range(p, &known), &mut found),
                Draw::Weights(list) => self.weights_in_range(list.iter().map(|(_, w)| w), &known, &mut found),
                Draw::Law(_) => {}
            }
        }
        self.found.extend(found);
    }

    pub(super) fn known<'k>(&'k self, beliefs: &'k [Range]) -> Known<'k> {
        Known {
            levers: &self.scenario.levers,
            beliefs,
            formulas: &self.scenario.formulas,
            tables: &self.scenario.tables,
            rest: None,
            day: None,
            fixed: &[],
        }
    }

    fn weights_in_range<'e>(
        &self,
        weights: impl Iterator<Item = &'e Expr>,
        known: &Known<'_>,
        found: &mut Vec<Diagnostic>,
    ) {
        let mut all: Vec<(&Expr, Range)> = Vec::new();
        for weight in weights {
            let w = range(weight, known);
            if w.high < 0.0 {
                found.push(out_of_range(weight, "a weight is at least 0", w));
            }
            all.push((weight, w));
        }
        if let Some((first, _)) = all.first()
            && all.iter().all(|(_, w)| w.low == 0.0 && w.high == 0.0)
        {
            found.push(
                Diagnostic::new(Code::OutOfRange, first.span, "all weights are 0")
                    .label("at least one must be above 0"),
            );
        }
    }

    fn probability(&self, p: &Expr, value: Range, found: &mut Vec<Diagnostic>) {
        if value.low > 1.0 + SLACK || value.high < -SLACK {
            let fault = out_of_range(p, "a probability lies between 0 and 1", value);
            found.push(self.in_percent(fault, p, value));
        } else if value.low == value.high && (value.low == 0.0 || value.low == 1.0) && p.ty != Ty::Bool {
            let label = if value.low == 0.0 { "never" } else { "always" };
            found.push(
                Diagnostic::new(Code::Certain, p.span, format!("a probability of exactly {}", value.low))
                    .label(format!("this {label} happens when it is its turn"))
                    .note("for something that nobody is certain of, 1% or 99% says so honestly"),
            );
        }
    }
}

impl Builder {
    /// A part of `rest` that is more than all of it, or less than nothing.
    fn share_of_rest(&self, p: &Expr, beliefs: &[Range], found: &mut Vec<Diagnostic>) {
        if !shares_rest(p) {
            return;
        }
        let known = Known { rest: Some(Range { low: 1.0, high: 1.0 }), ..self.known(beliefs) };
        let share = range(p, &known);
        if share.low > 1.0 + SLACK || share.high < -SLACK {
            let factor = match &p.node {
                Node::Multiply(a, b) if a.node == Node::Rest => b,
                Node::Multiply(a, b) if b.node == Node::Rest => a,
                _ => p,
            };
            let fault = out_of_range(factor, "a share of the rest lies between 0 and 1", share);
            found.push(self.in_percent(fault, factor, share));
        }
    }

    /// The fault with the percentage that is meant, where a number from 2 to 100 stands alone.
    fn in_percent(&self, fault: Diagnostic, p: &Expr, value: Range) -> Diagnostic {
        let words = self.texts.words(p.span);
        let digits = !words.is_empty() && words.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        match digits && value.low == value.high && (2.0..=100.0).contains(&value.low) {
            true => fault.edit(p.span, self.quoted(p.span, &format!("{words}%"))),
            false => self.of_belief(fault, p, "%"),
        }
    }
}

impl List<'_> {
    fn look(&self, own: (Node, f64), found: &mut Vec<Diagnostic>) {
        let known = self.builder.known(self.beliefs);
        let faults = found.len();
        for branch in &self.next.list {
            match &branch.chance {
                Chance::P(p) => {
                    self.builder.probability(p, range(p, &known), found);
                    self.builder.share_of_rest(p, self.beliefs, found);
                }
                Chance::Odds(base, factors) => {
                    self.builder.probability(base, range(base, &known), found);
                    self.builder.share_of_rest(base, self.beliefs, found);
                    for (_, factor) in factors {
                        let f = range(factor, &known);
                        if f.high < 0.0 {
                            found.push(out_of_range(factor, "an odds multiplier is at least 0", f));
                        }
                    }
                }
                Chance::Weight(_) | Chance::Rest => {}
            }
        }
        let weights: Vec<&Expr> = self.next.list.iter().filter_map(|b| b.chance.weight()).collect();
        self.builder.weights_in_range(weights.iter().copied(), &known, found);
        if found[faults..].iter().any(|d| d.severity() == Severity::Error) {
            return;
        }
        let variables = self.variables(&own.0);
        let cases = self.cases(own, &variables);
        let sums: Vec<Sum> = cases.iter().map(|fixed| self.sum(fixed)).collect();
        self.never(&sums, found);
        if weights.is_empty() {
            self.outside(&cases, &variables, found);
            self.over_one(&cases, &sums, &variables, found);
            self.untaken(&cases, &sums, &variables, found);
        }
    }

    /// Branches that cannot be taken in any case.
    fn never(&self, sums: &[Sum], found: &mut Vec<Diagnostic>) {
        for (i, branch) in self.next.list.iter().enumerate() {
            let mut reasons: Vec<&str> = Vec::new();
            for sum in sums {
                let Some(reason) = sum.never[i] else {
                    reasons.clear();
                    break;
                };
                if !reasons.contains(&reason) {
                    reasons.push(reason);
                }
            }
            let label = match reasons[..] {
                [] => continue,
                [one] => one,
                _ => "either its condition does not hold, or the branches above leave nothing",
            };
            found.push(
                Diagnostic::new(Code::UnreachableBranch, branch.span, "this branch can never be taken")
                    .label(label),
            );
        }
    }

    fn over_one(&self, cases: &[Fixed], sums: &[Sum], variables: &[Variable], found: &mut Vec<Diagnostic>) {
        let over = |sum: &Sum| sum.sure > 1.0 + SLACK;
        let last = self.next.list.last().map(|branch| &branch.chance);
        let note = match last {
            Some(Chance::P(p)) if p.as_constant() == Some(1.0) => {
                "the last branch takes what the others leave where its `p` is left out"
            }
            _ => "for a share of what the branches above left, write `p = \"15% of rest\"`",
        };
        if sums.iter().all(over) {
            let least = sums.iter().map(|s| s.sure).fold(f64::INFINITY, f64::min);
            let same = sums.iter().all(|s| s.may <= least + SLACK);
            let title = match same {
                true => format!("these probabilities sum to {}", percent_exact(least)),
                false => format!("these probabilities sum to at least {}", percent_exact(least)),
            };
            found.push(
                Diagnostic::new(Code::SumOverOne, self.next.span, title).label("more than 100%").note(note),
            );
            return;
        }
        let certain =
            cases.iter().zip(sums).filter(|(_, s)| over(s)).map(|(fixed, s)| (fixed.clone(), s.sure));
        let possible = cases.iter().zip(sums).filter(|(_, s)| !over(s) && s.may > 1.0 + SLACK);
        let witness = certain
            .max_by(|a, b| a.1.total_cmp(&b.1))
            .or_else(|| possible.take(64).find_map(|(fixed, _)| self.witness(fixed, variables)));
        let Some((fixed, total)) = witness else { return };
        let fixed = self.relevant(fixed, variables);
        let title = format!("these probabilities can sum to {}", percent_exact(total));
        let mut lint = Diagnostic::new(Code::MayExceedOne, self.next.span, title)
            .label("a path on which they sum to more than 100% stops the run");
        let when = self.in_words(&fixed);
        if !when.is_empty() {
            lint = lint.note(format!("for example where {when}"));
        }
        found.push(lint.note(note));
    }

    fn untaken(&self, cases: &[Fixed], sums: &[Sum], variables: &[Variable], found: &mut Vec<Diagnostic>) {
        let short = |sum: &Sum| !sum.taken && !sum.open && sum.may < 1.0 - SLACK;
        let nearly = sums.iter().all(|sum| sum.sure >= 1.0 - ROUNDED);
        let add = match nearly {
            true => "leave `p` out of the last branch: then it takes what the others leave",
            false => "add a last branch without `p`, such as `{ to = \"…\" }`, or `{}` to stay",
        };
        if sums.iter().all(short) {
            let most = sums.iter().map(|s| s.may).fold(0.0, f64::max);
            let title = match most {
                0.0 => "none of these branches can be taken, and nobody takes the rest".to_string(),
                _ if sums.iter().all(|s| s.sure >= most - SLACK) => {
                    format!("the branches sum to {}, and nobody takes the rest", percent_exact(most))
                }
                _ => {
                    format!("the branches sum to at most {}, and nobody takes the rest", percent_exact(most))
                }
            };
            found.push(
                Diagnostic::new(Code::RestUntaken, self.next.span, title)
                    .label("expected a branch without `p`")
                    .note(add),
            );
            return;
        }
        // What is decided or believed can always be so; what a path remembers, perhaps never is here.
        let before = |node: &Node| matches!(node, Node::Lever(_) | Node::Belief(_));
        if !variables.iter().all(|v| before(&v.node)) {
            return;
        }
        if let Some((fixed, sum)) = cases.iter().zip(sums).find(|(_, s)| short(s)) {
            let title =
                format!("the branches can sum to only {}, and nobody takes the rest", percent_exact(sum.may));
            found.push(
                Diagnostic::new(Code::RestMayBeUntaken, self.next.span, title)
                    .label("a path on which a rest is left stops the run")
                    .note(format!("it is so where {}", self.in_words(&fixed[1..])))
                    .note(add),
            );
        }
    }

    /// What the list comes to where some values are fixed.
    pub fn sum(&self, fixed: &[(Node, f64)]) -> Sum {
        let mut sum = Sum { never: vec![None; self.next.list.len()], ..Sum::default() };
        for (i, branch) in self.next.list.iter().enumerate() {
            let rest = Range { low: (1.0 - sum.may).max(0.0), high: (1.0 - sum.sure).max(0.0) };
            let known = Known { rest: Some(rest), fixed, ..self.builder.known(self.beliefs) };
            let exists = branch.when.as_ref().map_or(Some(true), |w| range(w, &known).truth());
            if exists == Some(false) {
                sum.never[i] = Some("its condition never holds");
                continue;
            }
            if sum.taken {
                sum.never[i] = Some("a branch above takes all the rest");
                continue;
            }
            sum.open |= exists.is_none();
            let p = match &branch.chance {
                Chance::Rest => {
                    if sum.sure >= 1.0 - SLACK {
                        sum.never[i] = Some("the branches above leave nothing");
                    }
                    sum.taken |= exists == Some(true);
                    continue;
                }
                Chance::Weight(_) => continue,
                Chance::P(p) => range(p, &known),
                Chance::Odds(base, factors) => odds(base, factors, &known),
            };
            sum.outside |= p.high < -SLACK || p.low > 1.0 + SLACK;
            let p = Range { low: p.low.clamp(0.0, 1.0), high: p.high.clamp(0.0, 1.0) };
            if exists == Some(true) {
                sum.sure += p.low;
            }
            // `15% of rest` never takes more than the rest.
            let of_rest = matches!(&branch.chance, Chance::P(e) if shares_rest(e));
            sum.may = if of_rest { sum.may.max(1.0f64.min(sum.may + p.high)) } else { sum.may + p.high };
        }
        sum
    }
}

/// Whether an expression is a part of `rest`: a product with it.
fn shares_rest(e: &Expr) -> bool {
    match &e.node {
        Node::Rest => true,
        Node::Multiply(a, b) => shares_rest(a) || shares_rest(b),
        Node::Divide(a, _) => shares_rest(a),
        _ => false,
    }
}

fn out_of_range(e: &Expr, rule: &str, value: Range) -> Diagnostic {
    let label = if value.low == value.high {
        format!("this is {}", number(value.low))
    } else if value.low > 1.0 {
        format!("this is at least {}", number(value.low))
    } else {
        format!("this is at most {}", number(value.high))
    };
    Diagnostic::new(Code::OutOfRange, e.span, rule).label(label)
}

fn percent_exact(p: f64) -> String {
    if !(0.999..=1.0).contains(&p) { format!("{}%", number(100.0 * p)) } else { percent(p) }
}
