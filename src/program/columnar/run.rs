//! Instructions in columns.

use super::elementary::{exp, log, logistic, logit, pow};
use super::{LANES, Room, numbers};
use crate::program::code::{Code, Instruction, Op};
use pulp::{Simd, WithSimd};

/// Instructions to be run one after the other, each in all lanes; compiled for each set of instructions.
pub(super) struct Run<'a> {
    /// Where tables are read from.
    pub code: &'a Code,
    pub list: &'a [Instruction],
    pub rooms: &'a mut [Option<Box<Room>>],
    pub spare: &'a mut Box<Room>,
    pub resumes: &'a mut [i64; LANES],
    pub count: usize,
}

/// The result of an instruction from its operands, number by number.
macro_rules! each {
    ($run:ident, $i:ident, $op:ident($($operand:ident),+)) => {{
        let count = $run.count;
        $(let $operand = numbers($run.rooms, $i.$operand, count);)+
        let out = &mut $run.spare[..count];
        for nth in 0..count {
            out[nth] = each!(@apply $op nth $($operand),+);
        }
    }};
    (@apply $op:ident $nth:ident $a:ident) => { Op::$op.apply($a[$nth], 0.0, 0.0) };
    (@apply $op:ident $nth:ident $a:ident, $b:ident) => { Op::$op.apply($a[$nth], $b[$nth], 0.0) };
    (@apply $op:ident $nth:ident $a:ident, $b:ident, $c:ident) => { Op::$op.apply($a[$nth], $b[$nth], $c[$nth]) };
}

impl WithSimd for Run<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, _: S) {
        let (mut at, mut until) = (0, 0);
        while let Some(i) = self.list.get(at) {
            // Before this instruction not all lanes go on.
            let apart = at < until;
            match i.op {
                Op::Skip | Op::SkipIf | Op::SkipUnless => {
                    (at, until) = self.skip(i, at, apart);
                    continue;
                }
                _ => self.one(i),
            }
            if apart {
                self.keep(i.out, at);
            }
            if let Some(room) = &mut self.rooms[i.out as usize] {
                std::mem::swap(room, self.spare);
            }
            at += 1;
        }
    }
}

impl Run<'_> {
    /// The result of one instruction in all lanes, into the spare room.
    #[inline(always)]
    fn one(&mut self, i: &Instruction) {
        let count = self.count;
        let run = self;
        match i.op {
            Op::Copy => each!(run, i, Copy(a)),
            Op::Not => each!(run, i, Not(a)),
            Op::Negative => each!(run, i, Negative(a)),
            Op::And => each!(run, i, And(a, b)),
            Op::Or => each!(run, i, Or(a, b)),
            Op::Equal => each!(run, i, Equal(a, b)),
            Op::Unequal => each!(run, i, Unequal(a, b)),
            Op::Less => each!(run, i, Less(a, b)),
            Op::AtMost => each!(run, i, AtMost(a, b)),
            Op::Add => each!(run, i, Add(a, b)),
            Op::Subtract => each!(run, i, Subtract(a, b)),
            Op::Multiply => each!(run, i, Multiply(a, b)),
            Op::Divide => each!(run, i, Divide(a, b)),
            Op::Min => each!(run, i, Min(a, b)),
            Op::Max => each!(run, i, Max(a, b)),
            Op::Select => each!(run, i, Select(a, b, c)),
            Op::Sqrt => each!(run, i, Sqrt(a)),
            Op::Abs => each!(run, i, Abs(a)),
            Op::Floor => each!(run, i, Floor(a)),
            Op::Ceil => each!(run, i, Ceil(a)),
            Op::Round => each!(run, i, Round(a)),
            Op::Exp => exp(numbers(run.rooms, i.a, count), &mut run.spare[..count]),
            Op::Ln => log(numbers(run.rooms, i.a, count), &mut run.spare[..count]),
            Op::Logistic => logistic(numbers(run.rooms, i.a, count), &mut run.spare[..count]),
            Op::Logit => logit(numbers(run.rooms, i.a, count), &mut run.spare[..count]),
            Op::Power => {
                let (a, b) = (numbers(run.rooms, i.a, count), numbers(run.rooms, i.b, count));
                pow(a, b, &mut run.spare[..count]);
            }
            Op::Table => {
                let column = &run.code.columns[i.b as usize];
                for (out, a) in run.spare.iter_mut().zip(numbers(run.rooms, i.a, count)) {
                    *out = column.at(*a);
                }
            }
            Op::Skip | Op::SkipIf | Op::SkipUnless => {}
        }
    }

    /// Lanes leave out what comes next. Returns at which instruction the first of them goes on, and at which all do.
    #[inline(always)]
    fn skip(&mut self, i: &Instruction, at: usize, apart: bool) -> (usize, usize) {
        let count = self.count;
        let a = if i.op == Op::Skip { &[] } else { numbers(self.rooms, i.a, count) };
        let resumes = &mut self.resumes[..count];
        if !apart {
            resumes.fill(0);
        }
        let (here, over) = (at as i64, at as i64 + 1 + i64::from(i.b));
        let goes = |resumes: i64| if resumes > here { resumes } else { here + 1 };
        let leaves =
            |resumes: i64, leaves: bool| if leaves & (resumes <= here) { over } else { goes(resumes) };
        match i.op {
            Op::SkipIf => {
                for (resumes, a) in resumes.iter_mut().zip(a) {
                    *resumes = leaves(*resumes, *a != 0.0);
                }
            }
            Op::SkipUnless => {
                for (resumes, a) in resumes.iter_mut().zip(a) {
                    *resumes = leaves(*resumes, *a == 0.0);
                }
            }
            _ => resumes.iter_mut().for_each(|resumes| *resumes = leaves(*resumes, true)),
        }
        let (mut first, mut last) = (i64::MAX, 0);
        for resumes in resumes.iter() {
            first = if *resumes < first { *resumes } else { first };
            last = if *resumes > last { *resumes } else { last };
        }
        // Without lanes nothing is left to do.
        (first.max(here + 1) as usize, last as usize)
    }

    /// What lanes that do not go on have at a place stays.
    #[inline(always)]
    fn keep(&mut self, place: u32, at: usize) {
        let old = numbers(self.rooms, place, self.count);
        let (new, resumes) = (&mut self.spare[..old.len()], &self.resumes[..old.len()]);
        for nth in 0..old.len() {
            new[nth] = if resumes[nth] > at as i64 { old[nth] } else { new[nth] };
        }
    }
}
