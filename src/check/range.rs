//! Between which values an expression must lie, by what is known.

use crate::model::{Compare, Expr, Formula, Func, Lever, Node, Table};
pub(super) use crate::quantity::Range;

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
    /// When it is; any time where that is not said.
    pub day: Option<Range>,
    /// Levers, beliefs, states, tracks and `day` whose value is taken for granted.
    pub fixed: &'a [(Node, f64)],
}

const ALL: Range = Range::ALL;
const TRUTH: Range = Range::TRUTH;
const EVER: Range = Range { low: 0.0, high: f64::INFINITY };

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
        Node::Day => known.day.unwrap_or(EVER),
        Node::Since(_) => EVER,
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
        Node::Add(a, b) => go(a).plus(go(b)),
        Node::Subtract(a, b) => go(a).minus(go(b)),
        Node::Multiply(a, b) => go(a).times(go(b)),
        Node::Divide(a, b) => go(a).over(go(b)),
        Node::Power(a, b) => go(a).power(go(b)),
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

fn compare(op: Compare, a: Range, b: Range) -> Range {
    Range::of_truth(match op {
        Compare::Equal => a.equals(b),
        Compare::Unequal => a.equals(b).map(|same| !same),
        Compare::Less => a.less(b),
        Compare::AtMost => a.at_most(b),
        Compare::Greater => b.less(a),
        Compare::AtLeast => b.at_most(a),
    })
}

fn call(func: Func, args: &[Expr], known: &Known<'_>) -> Range {
    let parts: Vec<Range> = args.iter().map(|e| range(e, known)).collect();
    let first = parts.first().copied().unwrap_or(ALL);
    let fold = |f: fn(f64, f64) -> f64| parts.iter().copied().reduce(|a, b| a.fold(b, f)).unwrap_or(ALL);
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
        Func::Ln => first.map_from(0.0, libm::log),
        Func::Sqrt => first.map_from(0.0, f64::sqrt),
        Func::Abs => first.size(),
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
