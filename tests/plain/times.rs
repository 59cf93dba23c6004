//! When a comparison with the time changes (design, section 3.2, last point): the crossings.

use super::eval::View;
use detente::model::{Expr, Node, Scenario, Ty};

/// A value that changes with the time t as `a + b t` while nothing else changes.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    pub a: f64,
    pub b: f64,
}

/// The value as a line over time, where it is one from now until the next event.
pub fn line(view: &View<'_>, expr: &Expr) -> Option<Line> {
    if !reads_time(view.scenario, expr) {
        return Some(Line { a: view.number(expr), b: 0.0 });
    }
    let pair = |x, y| Some((line(view, x)?, line(view, y)?));
    match &expr.node {
        Node::Day => Some(Line { a: 0.0, b: 1.0 }),
        Node::Since(track) => Some(Line { a: -view.entered[track.0], b: 1.0 }),
        Node::Formula(id) => line(view, &view.scenario.formulas[id.0].expr),
        Node::Negative(x) => line(view, x).map(|x| Line { a: -x.a, b: -x.b }),
        Node::Add(x, y) => pair(x, y).map(|(x, y)| Line { a: x.a + y.a, b: x.b + y.b }),
        Node::Subtract(x, y) => pair(x, y).map(|(x, y)| Line { a: x.a - y.a, b: x.b - y.b }),
        Node::Multiply(x, y) => match pair(x, y)? {
            (x, y) if x.b == 0.0 => Some(Line { a: x.a * y.a, b: x.a * y.b }),
            (x, y) if y.b == 0.0 => Some(Line { a: x.a * y.a, b: x.b * y.a }),
            _ => None,
        },
        Node::Divide(x, y) => match pair(x, y)? {
            (x, y) if y.b == 0.0 => Some(Line { a: x.a / y.a, b: x.b / y.a }),
            _ => None,
        },
        Node::If(c, x, y) if !reads_time(view.scenario, c) => line(view, if view.holds(c) { x } else { y }),
        _ => None,
    }
}

/// The value of what is the same in every world, on every path and at every time; what stands behind an `and`, `or` or
/// `if` that is decided already is not evaluated, so it does not count.
pub fn constant(scenario: &Scenario, expr: &Expr) -> Option<f64> {
    let reads = expr.reads(&scenario.formulas);
    if reads.beliefs.is_empty() && !reads.changes() && !reads.day && !reads.since && !reads.rest {
        return (!matches!(expr.ty, Ty::Law { .. })).then(|| View::of(scenario, &[]).number(expr));
    }
    match &expr.node {
        Node::And(a, b) => match constant(scenario, a)? {
            0.0 => Some(0.0),
            _ => constant(scenario, b),
        },
        Node::Or(a, b) => match constant(scenario, a)? {
            0.0 => constant(scenario, b),
            _ => Some(1.0),
        },
        Node::Not(a) => constant(scenario, a).map(|a| if a == 0.0 { 1.0 } else { 0.0 }),
        Node::Formula(id) => constant(scenario, &scenario.formulas[id.0].expr),
        Node::If(c, a, b) => {
            let c = constant(scenario, c)?;
            constant(scenario, if c == 0.0 { b } else { a })
        }
        _ => None,
    }
}

/// Its parts, without those that are never evaluated; a formula's expression is its part.
fn live<'a>(scenario: &'a Scenario, expr: &'a Expr) -> Vec<&'a Expr> {
    match &expr.node {
        Node::Formula(id) => vec![&scenario.formulas[id.0].expr],
        Node::And(a, _) if constant(scenario, a) == Some(0.0) => vec![],
        Node::Or(a, _) if constant(scenario, a).is_some_and(|a| a != 0.0) => vec![],
        Node::If(c, a, b) => match constant(scenario, c) {
            Some(0.0) => vec![b],
            Some(_) => vec![a],
            None => vec![c, a, b],
        },
        _ => expr.parts(),
    }
}

/// Whether it reads `day` or `since`.
pub fn reads_time(scenario: &Scenario, expr: &Expr) -> bool {
    matches!(expr.node, Node::Day | Node::Since(_))
        || live(scenario, expr).iter().any(|part| reads_time(scenario, part))
}

/// The first instant after now at which a comparison with the time in this condition changes; infinity for none.
pub fn next_crossing(view: &View<'_>, condition: &Expr) -> f64 {
    if !reads_time(view.scenario, condition) {
        return f64::INFINITY;
    }
    if let Node::Compare(_, a, b) = &condition.node
        && let (Some(a), Some(b)) = (line(view, a), line(view, b))
    {
        return flip(view, condition, a, b);
    }
    live(view.scenario, condition).iter().map(|part| next_crossing(view, part)).fold(f64::INFINITY, f64::min)
}

/// When the comparison of two lines changes next.
fn flip(view: &View<'_>, comparison: &Expr, left: Line, right: Line) -> f64 {
    let slope = left.b - right.b;
    if slope == 0.0 {
        return f64::INFINITY;
    }
    let meet = (right.a - left.a) / slope;
    let before = view.holds(comparison);
    let changed = |t: f64| view.at(t).holds(comparison) != before;
    // The crossing as computed may miss the first float where the comparison is another by rounding: a few floats on.
    let mut t = meet.max(view.now);
    for _ in 0..1000 {
        if t > view.now && changed(t) {
            return t;
        }
        t = t.next_up();
    }
    f64::INFINITY
}

/// Whether both sides of a comparison are lines, and where they meet.
pub fn meeting(view: &View<'_>, a: &Expr, b: &Expr) -> Option<f64> {
    let (a, b) = (line(view, a)?, line(view, b)?);
    let slope = a.b - b.b;
    (slope != 0.0).then(|| (b.a - a.a) / slope)
}
