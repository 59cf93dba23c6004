//! Rates that read the time: their integrals, and when these reach a value. Between breaks a rate is smooth; where it may go further
//! between the points of the quadrature than it does at these, a stretch is halved.

use super::quadrature::{integrate_by, reaches};
use crate::program::{Break, Program, Rate};
use crate::quantity::Range;
use std::cell::Cell;

/// Beyond this many breaks, or this late, a rate is taken as it comes.
const MOST_PIECES: usize = 10_000;
const FOREVER: f64 = 1e16;
/// How often a stretch may be halved for what its points may not have seen, one after the other and in all.
const DEPTH: u32 = 50;
const HALVINGS: u32 = 400;

/// A rate that reads the time, with the values of everything else that it reads.
pub(crate) struct TimedRate<'a> {
    program: &'a Program,
    values: &'a mut [f64],
    rate: Rate,
    least: f64,
    wrong: Option<f64>,
    /// How often stretches may still be halved.
    halvings: u32,
}

/// Nothing yet.
const NONE: Range = Range { low: f64::INFINITY, high: f64::NEG_INFINITY };

impl<'a> TimedRate<'a> {
    /// `least`: what the rate may not fall below.
    pub fn new(program: &'a Program, values: &'a mut [f64], rate: Rate, least: f64) -> TimedRate<'a> {
        TimedRate { program, values, rate, least, wrong: None, halvings: HALVINGS }
    }

    fn at(&mut self, time: f64) -> f64 {
        self.values[self.program.layout.day()] = time;
        let rate = self.program.code.evaluate(&self.rate.value, self.values);
        if !(rate >= self.least && rate < f64::INFINITY) && self.wrong.is_none() {
            self.wrong = Some(rate);
        }
        rate
    }

    /// The integral over a stretch without breaks of the rate times `weight`, and whether the points of the quadrature have seen all.
    fn stretch(&mut self, from: f64, to: f64, weight: &impl Fn(f64) -> f64) -> (f64, bool) {
        // Halves may miss what a wider panel has seen, and then only theirs counts.
        let (panel, was) = (Cell::new(NONE), Cell::new(NONE));
        let note = |counts: bool| {
            let panel = panel.replace(NONE);
            was.set(if counts { was.get().hull(panel) } else { was.get() });
        };
        let mut weighed = |time: f64| {
            let rate = self.at(time);
            panel.set(panel.get().hull(Range::point(rate)));
            rate * weight(time)
        };
        let sum = integrate_by(&mut weighed, from, to, &note);
        let stretch = (self.program.layout.day(), Range { low: from, high: to });
        let seen = self.program.code.seen(&self.rate.value, self.values, stretch, was.get());
        (sum, seen || self.wrong.is_some())
    }

    /// The stretches of one without breaks on each of which the quadrature sees all, in order, with their integrals; until `last` says
    /// that it was the last.
    fn stretches(
        &mut self,
        (from, to): (f64, f64),
        weight: &impl Fn(f64) -> f64,
        mut last: impl FnMut(&mut Self, (f64, f64), f64) -> bool,
    ) {
        let mut ahead = vec![(from, to, DEPTH)];
        while let Some((from, to, depth)) = ahead.pop() {
            let (part, seen) = self.stretch(from, to, weight);
            let middle = from + 0.5 * (to - from);
            if !seen && depth > 0 && self.halvings > 0 && middle > from && middle < to {
                self.halvings -= 1;
                ahead.extend([(middle, to, depth - 1), (from, middle, depth - 1)]);
            } else if last(self, (from, to), part) {
                return;
            }
        }
    }

    /// The next time after `time` at which the rate may jump or bend.
    fn next_break(&mut self, time: f64) -> f64 {
        self.values[self.program.layout.day()] = time;
        let (code, values) = (&self.program.code, &mut *self.values);
        // What is nearer than rounding is here already.
        let soon = time + 4.0 * f64::EPSILON * time;
        let mut next = f64::INFINITY;
        for at in self.rate.breaks.of(&self.program.breaks) {
            let found = match at {
                Break::Crossing(crossing) => {
                    let slope = code.evaluate(&crossing.slope, values);
                    time - code.evaluate(&crossing.difference, values) / slope
                }
                Break::Rows(argument, slope, column) => {
                    let slope = code.evaluate(slope, values);
                    let x = code.evaluate(argument, values);
                    let rows = &code.columns[*column as usize].x;
                    let later = |row: &f64| time + (row - x) / slope;
                    let mut times = rows.iter().map(later);
                    if slope > 0.0 {
                        times.find(|t| *t > soon).unwrap_or(f64::INFINITY)
                    } else if slope < 0.0 {
                        times.rev().find(|t| *t > soon).unwrap_or(f64::INFINITY)
                    } else {
                        f64::INFINITY
                    }
                }
                Break::Whole(argument, slope) => {
                    let slope = code.evaluate(slope, values);
                    let x = code.evaluate(argument, values);
                    let half = if slope > 0.0 {
                        ((2.0 * x).floor() + 1.0) / 2.0
                    } else {
                        ((2.0 * x).ceil() - 1.0) / 2.0
                    };
                    let found = time + (half - x) / slope;
                    if found > soon { found } else { time + (half + 0.5f64.copysign(slope) - x) / slope }
                }
            };
            if found > soon && found < next {
                next = found;
            }
        }
        next
    }

    /// The integral over `from..to` of the rate times `weight`.
    pub fn integral(&mut self, from: f64, to: f64, weight: impl Fn(f64) -> f64) -> Result<f64, f64> {
        let day = self.values[self.program.layout.day()];
        let (mut sum, mut at, mut pieces) = (0.0, from, 0);
        while at < to {
            let next = if pieces < MOST_PIECES { self.next_break(at).min(to) } else { to };
            self.stretches((at, next), &weight, |_, _, part| {
                sum += part;
                false
            });
            (at, pieces) = (next, pieces + 1);
        }
        self.values[self.program.layout.day()] = day;
        self.wrong.map_or(Ok(sum), Err)
    }

    /// When the integral from `from` reaches `need`; infinity where it does not until `horizon`.
    pub fn when(&mut self, from: f64, need: f64, horizon: f64) -> Result<f64, f64> {
        let day = self.values[self.program.layout.day()];
        let (mut at, mut left, mut step, mut pieces) = (from, need, 86_400.0, 0);
        let mut found = f64::INFINITY;
        while at < horizon && at < FOREVER && self.wrong.is_none() {
            let to = if pieces < MOST_PIECES { self.next_break(at).min(at + step) } else { at + step };
            let to = to.min(horizon);
            self.stretches((at, to), &|_| 1.0, |rate, (from, to), part| {
                if part >= left {
                    found = reaches(&mut |t| rate.at(t), from, to, left);
                    return true;
                }
                left -= part;
                false
            });
            if found < f64::INFINITY {
                break;
            }
            (at, step, pieces) = (to, 2.0 * step, pieces + 1);
        }
        self.values[self.program.layout.day()] = day;
        self.wrong.map_or(Ok(found), Err)
    }
}
