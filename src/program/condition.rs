//! Conditions that time alone can change, and rates that it changes.

use super::code::{Code, Value};
use super::decided::Decided;
use super::layout::{Layout, Run};
use super::lower::Lower;
use super::reads::Reads;
use crate::model::{Compare, Expr, Func, Node, Ty};

/// A condition with the moments when time may change it.
#[derive(Clone, Copy, Debug)]
pub struct Condition {
    /// The condition.
    pub value: Value,
    /// What the stage of a track decides of it.
    pub decided: Decided,
    /// What it reads.
    pub reads: Reads,
    /// Where time may change it: places in [`super::Program::crossings`].
    pub crossings: Run,
}

/// A comparison that time changes.
#[derive(Clone, Copy, Debug)]
pub struct Crossing {
    /// How its sides compare where it holds.
    pub compare: Compare,
    /// The comparison as a whole.
    pub holds: Value,
    /// Its left side minus its right side, which is linear in time between events.
    pub difference: Value,
    /// The change of the difference per second.
    pub slope: Value,
    /// What it reads.
    pub reads: Reads,
}

impl Crossing {
    /// Whether what time has changed stays so, as it does for all but equalities.
    pub fn lasts(&self) -> bool {
        !matches!(self.compare, Compare::Equal | Compare::Unequal)
    }
}

/// Where a rate may jump or bend between events.
#[derive(Clone, Copy, Debug)]
pub enum Break {
    /// Where a comparison changes.
    Crossing(Crossing),
    /// Where the argument of a table comes to one of its rows: argument, its change per second, column.
    Rows(Value, Value, u32),
    /// Where a rounded number comes to a whole or a half one: the number and its change per second.
    Whole(Value, Value),
}

/// A rate per second.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    /// The rate.
    pub value: Value,
    /// What it reads, as a set.
    pub touches: Reads,
    /// Where time may bend it: places in [`super::Program::breaks`].
    pub breaks: Run,
    /// The places that it reads, time apart, where it reads the time: in [`super::Program::reads`].
    pub reads: Run,
}

/// Conditions and rates collected while compiling.
#[derive(Default)]
pub(super) struct Timed {
    pub crossings: Vec<Crossing>,
    pub breaks: Vec<Break>,
    pub reads: Vec<u32>,
}

impl Timed {
    /// Compiles a condition.
    pub fn condition(&mut self, lower: &mut Lower<'_>, expr: &Expr) -> Condition {
        let value = lower.value(expr);
        let mut found = vec![];
        if value.deps.timed() {
            breaks(lower, expr, &mut found);
        }
        let crossings = found.into_iter().filter_map(|b| match b {
            Break::Crossing(crossing) => Some(crossing),
            _ => None,
        });
        let mut reads = Reads::of(&lower.code, &lower.layout, &value);
        let crossings: Vec<Crossing> = crossings.collect();
        for crossing in &crossings {
            reads = reads.with(crossing.reads);
        }
        let decided = Decided::of(lower.scenario, &lower.code, &lower.layout, expr, &value);
        Condition { value, decided, reads, crossings: Run::push(&mut self.crossings, crossings) }
    }

    /// Compiles a rate; a bare number is per day.
    pub fn rate(&mut self, lower: &mut Lower<'_>, expr: &Expr) -> Rate {
        let per_second = matches!(expr.ty, Ty::Number { time: -1, .. });
        let value = if per_second { lower.value(expr) } else { lower.divided(expr, 86_400.0) };
        let mut found = vec![];
        let mut reads = vec![];
        if value.deps.timed() {
            breaks(lower, expr, &mut found);
            reads = places(&lower.code, &lower.layout, &value);
        }
        Rate {
            value,
            touches: Reads::of(&lower.code, &lower.layout, &value),
            breaks: Run::push(&mut self.breaks, found),
            reads: Run::push(&mut self.reads, reads),
        }
    }
}

/// The places of the path that code reads, time and temporary results apart, in rising order.
pub(super) fn places(code: &Code, layout: &Layout, value: &Value) -> Vec<u32> {
    let mut list: Vec<u32> = vec![value.out];
    for i in &code.list[value.start as usize..value.end as usize] {
        list.extend([i.a, i.b, i.c].iter().take(i.op.operands()));
    }
    list.retain(|p| (*p as usize) < layout.temp() && *p as usize != layout.day());
    list.sort_unstable();
    list.dedup();
    list
}

/// Finds all that time may change in an expression, seen through formulas.
fn breaks(lower: &mut Lower<'_>, expr: &Expr, found: &mut Vec<Break>) {
    if !lower.timed(expr) {
        return;
    }
    match &expr.node {
        Node::Formula(id) => {
            let scenario = lower.scenario;
            breaks(lower, &scenario.formulas[id.0].expr, found);
        }
        Node::Compare(compare, a, b) => found.extend(crossing(lower, expr, *compare, a, b)),
        Node::Call(Func::Min | Func::Max, args) => {
            for (i, a) in args.iter().enumerate() {
                for b in &args[i + 1..] {
                    found.extend(crossing(lower, expr, Compare::Less, a, b));
                }
            }
        }
        Node::Call(Func::Clamp, args) => {
            found.extend(crossing(lower, expr, Compare::Less, &args[0], &args[1]));
            found.extend(crossing(lower, expr, Compare::Less, &args[0], &args[2]));
        }
        Node::Call(Func::Abs, args) => {
            let zero = Expr::constant(0.0, args[0].ty, expr.span);
            found.extend(crossing(lower, expr, Compare::Less, &args[0], &zero));
        }
        Node::Call(Func::Floor | Func::Ceil | Func::Round, args) => {
            let value = lower.value(&args[0]);
            found.extend(lower.slope(&args[0]).map(|slope| Break::Whole(value, slope)));
        }
        Node::Table(id, a) => {
            let value = lower.value(a);
            found.extend(lower.slope(a).map(|slope| Break::Rows(value, slope, id.0 as u32)));
        }
        _ => {}
    }
    for part in expr.parts() {
        breaks(lower, part, found);
    }
}

fn crossing(lower: &mut Lower<'_>, whole: &Expr, compare: Compare, a: &Expr, b: &Expr) -> Option<Break> {
    let make = |node: Node, ty: Ty| Expr { node, ty, span: whole.span };
    let difference = make(Node::Subtract(Box::new(a.clone()), Box::new(b.clone())), a.ty);
    let slope = lower.slope(&difference)?;
    let holds =
        lower.value(&make(Node::Compare(compare, Box::new(a.clone()), Box::new(b.clone())), Ty::Bool));
    let difference = lower.value(&difference);
    // A comparison that folding has freed of time cannot cross.
    let reads = [&holds, &difference, &slope]
        .into_iter()
        .fold(Reads::NONE, |all, part| all.with(Reads::of(&lower.code, &lower.layout, part)));
    holds.deps.timed().then_some(Break::Crossing(Crossing { compare, holds, difference, slope, reads }))
}
