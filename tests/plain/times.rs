//! When a comparison with the time changes (design, section 3.2, last point): the crossings.

use super::eval::View;
use detente::model::{Expr, Node, Scenario};

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

/// Whether it reads `day` or `since`.
pub fn reads_time(scenario: &Scenario, expr: &Expr) -> bool {
    let reads = expr.reads(&scenario.formulas);
    reads.day || reads.since
}

/// The first instant after now at which a comparison with the time in this condition changes; infinity for none.
pub fn next_crossing(view: &View<'_>, condition: &Expr) -> f64 {
    if !reads_time(view.scenario, condition) {
        return f64::INFINITY;
    }
    if let Node::Formula(id) = &condition.node {
        return next_crossing(view, &view.scenario.formulas[id.0].expr);
    }
    if let Node::Compare(_, a, b) = &condition.node
        && let (Some(a), Some(b)) = (line(view, a), line(view, b))
    {
        return flip(view, condition, a, b);
    }
    condition.parts().iter().map(|part| next_crossing(view, part)).fold(f64::INFINITY, f64::min)
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
