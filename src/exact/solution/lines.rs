//! Payoffs and values that are lines of what accounts have gathered, or of the time at which a path ends: `30 - cost`. What is known
//! of these is known of the line.

use super::super::off::off;
use super::*;
use crate::program::{Account, Instruction, Op};

/// A constant, and by variable what comes of one of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    pub constant: f64,
    pub slopes: Vec<f64>,
}

impl Line {
    fn is_constant(&self) -> bool {
        self.slopes.iter().all(|slope| *slope == 0.0)
    }

    /// This and so many times another.
    fn plus(&self, times: f64, other: &Line) -> Line {
        let slopes = self.slopes.iter().zip(&other.slopes).map(|(mine, theirs)| mine + times * theirs);
        Line { constant: self.constant + times * other.constant, slopes: slopes.collect() }
    }

    /// Each part by itself.
    fn each(&self, of: impl Fn(f64) -> f64) -> Line {
        // What is not there stays so, whatever it is multiplied with.
        let slope = |slope: &f64| if *slope == 0.0 { 0.0 } else { of(*slope) };
        Line { constant: of(self.constant), slopes: self.slopes.iter().map(slope).collect() }
    }
}

impl Reader<'_> {
    /// Whether an expression reads no other place of the path than these.
    pub(super) fn only(&self, value: &Value, allowed: impl Fn(usize) -> bool) -> bool {
        let path = 0..self.program.layout.temp();
        let fine = |place: &u32| !path.contains(&(*place as usize)) || allowed(*place as usize);
        let reads = |i: &Instruction| [i.a, i.b, i.c].iter().take(i.op.operands()).all(fine);
        fine(&value.out) && self.code(value).iter().all(reads)
    }

    fn code(&self, value: &Value) -> &[Instruction] {
        &self.program.code.list[value.start as usize..value.end as usize]
    }

    /// An expression as a line over the numbers at these places, all others being as they are loaded; none where it is none, or not
    /// plainly.
    pub(super) fn line(&self, value: &Value, variables: &[usize]) -> Option<Line> {
        let mut known: BTreeMap<u32, Line> = BTreeMap::new();
        let line = |known: &BTreeMap<u32, Line>, place: u32| -> Line {
            let itself = |variable: &usize| f64::from(u8::from(*variable == place as usize));
            let slopes: Vec<f64> = variables.iter().map(itself).collect();
            let varies = slopes.iter().any(|slope| *slope != 0.0);
            let constant = if varies { 0.0 } else { self.values[place as usize] };
            known.get(&place).cloned().unwrap_or(Line { constant, slopes })
        };
        let (code, mut at) = (self.code(value), 0);
        while let Some(i) = code.get(at) {
            at += 1;
            let of: Vec<Line> =
                [i.a, i.b, i.c].iter().take(i.op.operands()).map(|place| line(&known, *place)).collect();
            let out = match (i.op, of.as_slice()) {
                (Op::Skip, _) => {
                    at += i.b as usize;
                    continue;
                }
                (Op::SkipIf | Op::SkipUnless, [a]) if a.is_constant() => {
                    at += if (a.constant != 0.0) == (i.op == Op::SkipIf) { i.b as usize } else { 0 };
                    continue;
                }
                (Op::Table, [a]) if a.is_constant() => {
                    let constant = self.program.code.columns[i.b as usize].at(a.constant);
                    Line { constant, slopes: vec![0.0; variables.len()] }
                }
                (Op::SkipIf | Op::SkipUnless | Op::Table, _) => return None,
                (Op::Copy, [a]) => a.clone(),
                (Op::Negative, [a]) => a.each(|x| -x),
                (Op::Add, [a, b]) => a.plus(1.0, b),
                (Op::Subtract, [a, b]) => a.plus(-1.0, b),
                (Op::Multiply, [a, b]) if a.is_constant() => b.each(|x| a.constant * x),
                (Op::Multiply, [a, b]) if b.is_constant() => a.each(|x| x * b.constant),
                (Op::Divide, [a, b]) if b.is_constant() => a.each(|x| x / b.constant),
                (Op::Select, [when, a, b]) if when.is_constant() => {
                    if when.constant != 0.0 {
                        a.clone()
                    } else {
                        b.clone()
                    }
                }
                (op, of) if of.iter().all(Line::is_constant) => {
                    let constant = |n: usize| of.get(n).map_or(f64::NAN, |line| line.constant);
                    let constant = op.apply(constant(0), constant(1), constant(2));
                    Line { constant, slopes: vec![0.0; variables.len()] }
                }
                _ => return None,
            };
            known.insert(i.out, out);
        }
        Some(line(&known, value.out))
    }
}

/// What a line may be of: an account, or the time at which paths with an outcome end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Of {
    Account(usize),
    Time(usize),
}

/// Some paths together, which have the same line: their mass, the mean and the variance of what comes of it, its constant and slopes.
struct Part {
    mass: f64,
    gain: Gain,
    constant: f64,
    slopes: Vec<(Of, f64)>,
}

/// How paths end, as far as lines need that.
pub(super) struct Ended<'a> {
    /// Mass, combination, outcome, and by account what has been gathered.
    pub finals: &'a [(f64, &'a Vertex, usize, Gained)],
    /// By outcome: of when it comes; none where some never do.
    pub moments: Option<&'a [Moments]>,
    /// What these may be off, where no horizon ends paths; else curves, and what they may be off.
    pub when_offs: Option<&'a [Off]>,
    pub curves: &'a [Curve],
    pub bound: f64,
    /// By account, then epoch; and what a probability in the end may be off.
    pub doubts: &'a [Vec<Doubts>],
    pub last_bound: f64,
}

impl Answerer<'_> {
    /// What is known of an expression by outcome, over the paths for which `given` holds; and what it may be off. None where it is no
    /// line, or nothing is known of what it reads.
    pub(super) fn lines<'v>(
        &self,
        reader: &mut Reader<'_>,
        of: &dyn Fn(usize) -> &'v Value,
        given: Option<&Value>,
        ended: &Ended<'_>,
    ) -> Option<(Known, Off)> {
        let layout = self.program.layout;
        let counts = |(account, it): (usize, &Account)| Some((it.counts? as usize, account));
        let accounts: Vec<(usize, usize)> = (0..)
            .zip(&self.program.measures)
            .filter_map(|(m, measure)| match measure.kind {
                MeasureKind::Account(account) => Some((layout.measure(m), account as usize)),
                _ => None,
            })
            .chain((0..).zip(&self.program.accounts).filter_map(counts))
            .collect();
        let places: Vec<usize> = accounts.iter().map(|account| account.0).collect();
        let mut parts: Vec<Part> = vec![];
        let mut timed = vec![false; self.asked.outcomes];
        for (mass, vertex, outcome, gained) in ended.finals {
            let value = of(*outcome);
            if reader.reads(value, |place| place == layout.day()) {
                timed[*outcome] = true;
                continue;
            }
            reader.load(vertex, Some(*outcome));
            if given.is_some_and(|given| reader.value(given) == 0.0) {
                continue;
            }
            if reader.reads(value, |place| !places.contains(&place)) {
                return None;
            }
            let line = reader.line(value, &places)?;
            let (mut gain, mut slopes) = (Gain { mean: line.constant, variance: 0.0 }, vec![]);
            for ((_, account), slope) in accounts.iter().zip(&line.slopes).filter(|it| *it.1 != 0.0) {
                let of = (*gained.get(*account)?)?;
                gain.mean += slope * of.mean;
                gain.variance += slope * slope * of.variance;
                slopes.push((Of::Account(*account), *slope));
            }
            parts.push(Part { mass: *mass, gain, constant: line.constant, slopes });
        }
        for outcome in (0..timed.len()).filter(|outcome| timed[*outcome]) {
            let (value, moments) = (of(outcome), ended.moments?.get(outcome)?);
            let allowed = |place| place == layout.day() || place == layout.outcome();
            let read = [Some(value), given];
            if !read.into_iter().flatten().all(|value| reader.only(value, allowed)) {
                return None;
            }
            reader.values[layout.outcome()] = outcome as f64;
            if given.is_some_and(|given| reader.value(given) == 0.0) || moments.mass <= 0.0 {
                continue;
            }
            let Line { constant, slopes } = reader.line(value, &[layout.day()])?;
            let when = moments.gain(0.0);
            let gain = Gain {
                mean: constant + slopes[0] * when.mean,
                variance: slopes[0] * slopes[0] * when.variance,
            };
            parts.push(Part {
                mass: moments.mass,
                gain,
                constant,
                slopes: vec![(Of::Time(outcome), slopes[0])],
            });
        }
        let finite = |part: &Part| part.gain.mean.is_finite() && part.constant.is_finite();
        let bound = ended.last_bound.max(ended.bound);
        parts.iter().all(finite).then(|| known(&parts, bound, |of| off_of(of, ended)))
    }
}

/// What the moments of an account, or of a time, may be off about their mean.
fn off_of(of: Of, ended: &Ended<'_>) -> Off {
    match of {
        Of::Account(account) => {
            let these = ended.finals.iter().filter(|it| it.0 > 0.0);
            let gains = these.filter_map(|it| Some((it.0, (*it.3.get(account)?)?)));
            let (_, gain) = together(&gains.collect::<Vec<_>>());
            off(&ended.doubts[account], ended.last_bound, gain.mean, gain.variance.sqrt())
        }
        Of::Time(outcome) => {
            let about = ended.moments.map_or(f64::NAN, |moments| moments[outcome].gain(0.0).mean);
            if let Some(offs) = ended.when_offs {
                return offs[outcome].around(about);
            }
            // As `ByEnd::off` has it of what varies from 0 to the last.
            let last = ended.curves[outcome].last();
            let away = about.abs().max((last - about).abs());
            let first = ended.bound * (away + last);
            Off { about, mass: ended.bound, first, second: 3.0 * ended.bound * away * away, whole: first }
        }
    }
}

/// What a sum of numbers times probabilities is off by, where no set of them is off by more than 1: in their order each step is taken
/// by those above it.
fn span(of: impl Iterator<Item = f64>) -> f64 {
    let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
    for x in of {
        (least, most) = (least.min(x), most.max(x));
    }
    if least > most { 0.0 } else { most - least + least.abs().max(most.abs()) }
}

/// The moments of all parts together, and what they may be off, where no probability in the end is off by more than `bound`.
fn known(parts: &[Part], bound: f64, off_of: impl Fn(Of) -> Off) -> (Known, Off) {
    let (mass, gain) = together(&parts.iter().map(|part| (part.mass, part.gain)).collect::<Vec<_>>());
    let mut all: Vec<Of> = parts.iter().flat_map(|part| part.slopes.iter().map(|slope| slope.0)).collect();
    all.sort_unstable();
    all.dedup();
    let offs: Vec<(Of, Off)> = all.into_iter().map(|of| (of, off_of(of))).collect();
    let slope =
        |part: &Part, of: Of| part.slopes.iter().find(|slope| slope.0 == of).map_or(0.0, |slope| slope.1);
    // About the mean: what a part has is b (A - a) + c, a being about what A is told.
    let rest = |part: &Part| {
        let centre = |(of, off): &(Of, Off)| slope(part, *of) * off.about;
        part.constant + offs.iter().map(centre).sum::<f64>() - gain.mean
    };
    let mut off = Off {
        about: gain.mean,
        mass: bound,
        first: bound * span(parts.iter().map(rest)),
        second: bound * span(parts.iter().map(|part| rest(part) * rest(part))),
        whole: 0.0,
    };
    for (of, it) in &offs {
        let b = |part: &Part| slope(part, *of);
        off.first += it.first * span(parts.iter().map(b));
        off.second += it.second * span(parts.iter().map(|part| b(part) * b(part)));
        off.second += 2.0 * it.first * span(parts.iter().map(|part| b(part) * rest(part)));
    }
    off.whole = off.first;
    if parts.iter().any(|part| part.slopes.len() > 1) {
        // How two of them vary together is not known.
        return (Known::Mean(gain.mean), Off::of_mean(off.whole));
    }
    (Known::Gain(mass, gain), off)
}
