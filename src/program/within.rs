//! Between which values a compiled expression lies while one of the numbers that it reads goes through a range.

use super::code::{Code, Op, Value};
use crate::quantity::Range;

/// How much further than what was seen a range may reach, as a share of the greatest value.
const SLACK: f64 = 0.1;
/// What an integral may miss.
const NOTHING: f64 = 1e-12;
/// How often a stretch is halved, as ranges of wide ones are wide.
const DEPTH: u32 = 4;
/// A share of a stretch at each end, where a comparison may hold that does not within.
const END: f64 = 1e-9;

impl Code {
    /// Whether the values `was` of an expression that were seen in a stretch of time leave room for nothing there that is worth a
    /// look: what it may be is not far beyond them, or too little to matter. What is narrow may lie between all points at which a
    /// function was looked at. `day` is the place of the time.
    pub fn seen(&self, value: &Value, values: &[f64], (day, stretch): (usize, Range), was: Range) -> bool {
        let end = END * (stretch.high - stretch.low);
        let within = Range { low: stretch.low + end, high: stretch.high - end };
        let slack = (was.high - was.low) + SLACK * was.low.abs().max(was.high.abs());
        let room = Range { low: was.low - slack, high: was.high + slack };
        self.stays(value, values, (day, within), room, DEPTH)
    }

    fn stays(
        &self,
        value: &Value,
        values: &[f64],
        (day, stretch): (usize, Range),
        room: Range,
        depth: u32,
    ) -> bool {
        let may_be = self.range(value, values, (day, stretch));
        let most = may_be.low.abs().max(may_be.high.abs());
        let stays = may_be.low >= room.low && may_be.high <= room.high;
        if stays || most * (stretch.high - stretch.low) <= NOTHING {
            return true;
        }
        let middle = stretch.low + 0.5 * (stretch.high - stretch.low);
        let halves = [Range { high: middle, ..stretch }, Range { low: middle, ..stretch }];
        depth > 0 && halves.into_iter().all(|half| self.stays(value, values, (day, half), room, depth - 1))
    }

    /// The range of an expression while the number at `place` goes through `moving`; anything where it depends on a condition that
    /// holds at some of its values only.
    pub fn range(&self, value: &Value, values: &[f64], (place, moving): (usize, Range)) -> Range {
        let mut known: Vec<(u32, Range)> = Vec::with_capacity((value.end - value.start) as usize);
        let read = |known: &[(u32, Range)], at: u32| match known.iter().rev().find(|it| it.0 == at) {
            Some(found) => found.1,
            None if at as usize == place => moving,
            None => Range::point(values[at as usize]),
        };
        let list = &self.list[value.start as usize..value.end as usize];
        let mut at = 0;
        while let Some(i) = list.get(at) {
            at += 1;
            let first = if i.op == Op::Skip { Range::ALL } else { read(&known, i.a) };
            let skips = match i.op {
                Op::Skip => Some(true),
                Op::SkipIf => first.truth(),
                Op::SkipUnless => first.truth().map(|holds| !holds),
                Op::Table => {
                    let column = &self.columns[i.b as usize];
                    let rows = column.x.iter().zip(&column.y);
                    let within = rows.filter(|(x, _)| **x > first.low && **x < first.high).map(|(_, y)| *y);
                    let ends = [column.at(first.low), column.at(first.high)];
                    known.push((i.out, Range::of(within.chain(ends))));
                    continue;
                }
                op => {
                    let operands = op.operands();
                    let second = if operands > 1 { read(&known, i.b) } else { first };
                    let third = if operands > 2 { read(&known, i.c) } else { first };
                    let square = op == Op::Multiply && i.a == i.b;
                    let result =
                        if square { first.power(Range::point(2.0)) } else { op.range(first, second, third) };
                    known.push((i.out, result));
                    continue;
                }
            };
            match skips {
                Some(true) => at += i.b as usize,
                Some(false) => {}
                None => return Range::ALL,
            }
        }
        read(&known, value.out)
    }
}

impl Op {
    /// The range of results for operands within these; of tables and skips nothing is said.
    fn range(self, a: Range, b: Range, c: Range) -> Range {
        let rising = |x: f64| self.apply(x, x, x);
        match self {
            Op::Copy => a,
            Op::Not => Range::of_truth(a.truth().map(|holds| !holds)),
            Op::And => Range::of_truth(match (a.truth(), b.truth()) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            }),
            Op::Or => Range::of_truth(match (a.truth(), b.truth()) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            }),
            Op::Equal => Range::of_truth(a.equals(b)),
            Op::Unequal => Range::of_truth(a.equals(b).map(|same| !same)),
            Op::Less => Range::of_truth(a.less(b)),
            Op::AtMost => Range::of_truth(a.at_most(b)),
            Op::Add => a.plus(b),
            Op::Subtract => a.minus(b),
            Op::Multiply => a.times(b),
            Op::Divide => a.over(b),
            Op::Power => a.power(b),
            Op::Min => a.fold(b, f64::min),
            Op::Max => a.fold(b, f64::max),
            Op::Select => match a.truth() {
                Some(holds) => {
                    if holds {
                        b
                    } else {
                        c
                    }
                }
                None => b.hull(c),
            },
            Op::Negative | Op::Exp | Op::Logistic | Op::Floor | Op::Ceil | Op::Round => a.map(rising),
            Op::Ln | Op::Sqrt => a.map_from(0.0, rising),
            Op::Logit => {
                if a.high > 1.0 {
                    Range::ALL
                } else {
                    a.map_from(0.0, rising)
                }
            }
            Op::Abs => a.size(),
            Op::Table | Op::Skip | Op::SkipIf | Op::SkipUnless => Range::ALL,
        }
    }
}
