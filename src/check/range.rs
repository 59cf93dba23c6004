//! Interval arithmetic: between which values an expression must lie, by what is known.

use crate::model::{Compare, Expr, Formula, Func, Lever, Node, Table};

/// A closed interval of values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Range {
    pub low: f64,
    pub high: f64,
}

/// What is known of the things that expressions read; what is not there can be anything.
#[derive(Default)]
pub(super) struct Known<'a> {
    pub levers: &'a [Lever],
    /// Bounds of beliefs.
    pub beliefs: &'a [Range],
    pub formulas: &'a [Formula],
    pub tables: &'a [Table],
    /// What the branches above have left.
    pub rest: Option<Range>,
    /// Levers, beliefs, states, tracks and `day` whose value is taken for granted.
    pub fixed: &'a [(Node, f64)],
}

const ALL: Range = Range { low: f64::NEG_INFINITY, high: f64::INFINITY };
const TRUTH: Range = Range { low: 0.0, high: 1.0 };

impl Range {
    pub fn point(value: f64) -> Range {
        Range { low: value, high: value }
    }

    fn of(values: impl IntoIterator<Item = f64>) -> Range {
        let mut range = Range { low: f64::INFINITY, high: f64::NEG_INFINITY };
        for v in values {
            if v.is_nan() {
                return ALL;
            }
            range.low = range.low.min(v);
            range.high = range.high.max(v);
        }
        range
    }

    pub fn hull(self, other: Range) -> Range {
        Range { low: self.low.min(other.low), high: self.high.max(other.high) }
    }

    fn map(self, f: impl Fn(f64) -> f64) -> Range {
        Range::of([f(self.low), f(self.high)])
    }

    /// Surely true, surely false, or open.
    pub fn truth(self) -> Option<bool> {
        match (self.low, self.high) {
            (l, _) if l > 0.0 => Some(true),
            (_, h) if h <= 0.0 => Some(false),
            _ => None,
        }
    }
}

/// Between which values `expr` lies.
pub(super) fn range(expr: &Expr, known: &Known<'_>) -> Range {
    let go = |e: &Expr| range(e, known);
    let reads =
        matches!(expr.node, Node::Lever(_) | Node::Belief(_) | Node::State(_) | Node::Track(_) | Node::Day);
    if reads && let Some((_, value)) = known.fixed.iter().find(|(node, _)| *node == expr.node) {
        return Range::point(*value);
    }
    match &expr.node {
        Node::Const(value) => Range::point(*value),
        Node::Lever(id) => known.levers.get(id.0).map_or(ALL, |l| Range::of(l.values.iter().copied())),
        Node::Belief(id) => known.beliefs.get(id.0).copied().unwrap_or(ALL),
        Node::Formula(id) => known.formulas.get(id.0).map_or(ALL, |f| go(&f.expr)),
        Node::Day | Node::Since(_) => Range { low: 0.0, high: f64::INFINITY },
        Node::Rest => known.rest.unwrap_or(TRUTH),
        Node::State(_) | Node::Track(_) | Node::Outcome | Node::Measure(_) => {
            if expr.ty == crate::model::Ty::Bool { TRUTH } else { ALL }
        }
        Node::Not(a) => go(a).map(|x| 1.0 - x),
        Node::Negative(a) => go(a).map(|x| -x),
        Node::And(a, b) => match (go(a).truth(), go(b).truth()) {
            (Some(false), _) | (_, Some(false)) => Range::point(0.0),
            (Some(true), Some(true)) => Range::point(1.0),
            _ => TRUTH,
        },
        Node::Or(a, b) => match (go(a).truth(), go(b).truth()) {
            (Some(true), _) | (_, Some(true)) => Range::point(1.0),
            (Some(false), Some(false)) => Range::point(0.0),
            _ => TRUTH,
        },
        Node::Compare(op, a, b) => compare(*op, go(a), go(b)),
        Node::Add(a, b) => {
            let (a, b) = (go(a), go(b));
            checked(a.low + b.low, a.high + b.high)
        }
        Node::Subtract(a, b) => {
            let (a, b) = (go(a), go(b));
            checked(a.low - b.high, a.high - b.low)
        }
        Node::Multiply(a, b) => corners(go(a), go(b), |x, y| if x == 0.0 || y == 0.0 { 0.0 } else { x * y }),
        Node::Divide(a, b) => {
            let (a, b) = (go(a), go(b));
            if b.low <= 0.0 && b.high >= 0.0 { ALL } else { corners(a, b, |x, y| x / y) }
        }
        Node::Power(a, b) => {
            let (a, b) = (go(a), go(b));
            if a.low == a.high && b.low == b.high {
                Range::of([libm::pow(a.low, b.low)])
            } else if a.low >= 0.0 {
                corners(a, b, libm::pow)
            } else {
                ALL
            }
        }
        Node::If(c, a, b) => match go(c).truth() {
            Some(true) => go(a),
            Some(false) => go(b),
            None => go(a).hull(go(b)),
        },
        Node::Call(func, args) => call(*func, args, known),
        Node::Table(id, x) => {
            let x = go(x);
            known.tables.get(id.0).map_or(ALL, |t| match x.low == x.high {
                true => Range::of([t.at(x.low)]),
                false => Range::of(t.y.iter().copied()),
            })
        }
        Node::Law(_) => ALL,
    }
}

fn checked(low: f64, high: f64) -> Range {
    if low.is_nan() || high.is_nan() { ALL } else { Range { low, high } }
}

fn corners(a: Range, b: Range, f: impl Fn(f64, f64) -> f64) -> Range {
    Range::of([f(a.low, b.low), f(a.low, b.high), f(a.high, b.low), f(a.high, b.high)])
}

fn compare(op: Compare, a: Range, b: Range) -> Range {
    let surely = |yes: bool, no: bool| match (yes, no) {
        (true, _) => Range::point(1.0),
        (_, true) => Range::point(0.0),
        _ => TRUTH,
    };
    let apart = a.high < b.low || b.high < a.low;
    let same = a.low == a.high && a == b;
    match op {
        Compare::Equal => surely(same, apart),
        Compare::Unequal => surely(apart, same),
        Compare::Less => surely(a.high < b.low, a.low >= b.high),
        Compare::AtMost => surely(a.high <= b.low, a.low > b.high),
        Compare::Greater => surely(a.low > b.high, a.high <= b.low),
        Compare::AtLeast => surely(a.low >= b.high, a.high < b.low),
    }
}

fn call(func: Func, args: &[Expr], known: &Known<'_>) -> Range {
    let parts: Vec<Range> = args.iter().map(|e| range(e, known)).collect();
    let first = parts.first().copied().unwrap_or(ALL);
    let fold = |f: fn(f64, f64) -> f64| {
        parts
            .iter()
            .copied()
            .reduce(|a, b| Range { low: f(a.low, b.low), high: f(a.high, b.high) })
            .unwrap_or(ALL)
    };
    match func {
        Func::Min => fold(f64::min),
        Func::Max => fold(f64::max),
        Func::Clamp => match parts[..] {
            [x, low, high] => {
                Range { low: x.low.max(low.low).min(high.low), high: x.high.max(low.high).min(high.high) }
            }
            _ => ALL,
        },
        Func::Exp => first.map(libm::exp),
        Func::Ln => {
            if first.low < 0.0 {
                ALL
            } else {
                first.map(libm::log)
            }
        }
        Func::Sqrt => {
            if first.low < 0.0 {
                ALL
            } else {
                first.map(f64::sqrt)
            }
        }
        Func::Abs => {
            let ends = first.map(f64::abs);
            if first.low <= 0.0 && first.high >= 0.0 { Range { low: 0.0, ..ends } } else { ends }
        }
        Func::Logistic => first.map(|x| 1.0 / (1.0 + libm::exp(-x))),
        Func::Logit => {
            if first.low < 0.0 || first.high > 1.0 {
                ALL
            } else {
                first.map(|p| libm::log(p / (1.0 - p)))
            }
        }
        Func::Floor => first.map(f64::floor),
        Func::Ceil => first.map(f64::ceil),
        Func::Round => first.map(f64::round),
        Func::Count => Range {
            low: parts.iter().filter(|p| p.truth() == Some(true)).count() as f64,
            high: parts.iter().filter(|p| p.truth() != Some(false)).count() as f64,
        },
    }
}
