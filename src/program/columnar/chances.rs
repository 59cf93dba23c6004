//! Thresholds of lists of branches in columns.

use super::elementary::pow;
use super::{Columns, LANES, Room, numbers};
use crate::program::branch::{Chance, List, ROUNDING};
use crate::program::code::Value;
use pulp::{Arch, Simd, WithSimd};

/// All bits of lanes for which something holds.
type Mask = [i64; LANES];

/// The thresholds of a list in some lanes.
#[derive(Clone, Copy, Debug)]
pub struct Thresholds<'a> {
    rows: &'a [Room],
    wrong: &'a [i64],
    arch: Arch,
}

impl Thresholds<'_> {
    /// The thresholds of a branch, by lane.
    pub fn of(&self, branch: usize) -> &[f64] {
        &self.rows[branch][..self.wrong.len()]
    }

    /// Whether the list has no probabilities in a lane, so that its thresholds mean nothing.
    pub fn is_wrong(&self, lane: usize) -> bool {
        self.wrong[lane] != 0
    }

    /// The branch that a number takes in each lane; `u32::MAX` where there is none, or where the list has no probabilities.
    pub fn choose(&self, numbers: &[f64], chosen: &mut [u32]) {
        self.arch.dispatch(Choose { rows: self.rows, wrong: self.wrong, numbers, chosen });
    }
}

struct Choose<'a> {
    rows: &'a [Room],
    wrong: &'a [i64],
    numbers: &'a [f64],
    chosen: &'a mut [u32],
}

impl WithSimd for Choose<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let count = self.wrong.len().min(self.numbers.len()).min(self.chosen.len());
        let (wrong, numbers, chosen) =
            (&self.wrong[..count], &self.numbers[..count], &mut self.chosen[..count]);
        // Thresholds rise: as many are at or below the number as branches lie before the one that is chosen.
        let mut passed = [0_i64; LANES];
        let passed = &mut passed[..count];
        for row in self.rows {
            let row = &row[..count];
            for nth in 0..count {
                passed[nth] -= mask(numbers[nth] >= row[nth]);
            }
        }
        let branches = self.rows.len() as i64;
        for nth in 0..count {
            let none = mask(passed[nth] == branches) | wrong[nth];
            chosen[nth] = (passed[nth] | none) as u32;
        }
    }
}

/// What comes together while the branches of a list are walked.
#[derive(Clone, Debug)]
pub(super) struct Sums {
    sum: Room,
    odds: Room,
    power: Room,
    /// The branch exists, and none above has taken all that is left.
    exists: Mask,
    /// Whether it does in any lane.
    any: bool,
    /// A branch has taken all that is left.
    done: Mask,
    /// The last branch with a chance; -1 for none.
    last: Mask,
    wrong: Mask,
}

impl Default for Sums {
    fn default() -> Sums {
        let (numbers, none) = ([0.0; LANES], [0; LANES]);
        Sums {
            sum: numbers,
            odds: numbers,
            power: numbers,
            exists: none,
            any: false,
            done: none,
            last: none,
            wrong: none,
        }
    }
}

/// What is done next, in all lanes.
#[derive(Clone, Copy)]
enum Step {
    /// Nothing has come yet.
    Begin,
    /// The branch exists in all lanes.
    Always,
    /// It exists where `a` is not 0.
    When,
    /// It takes all that is left.
    Rest,
    /// It has the probability `a`.
    Share,
    /// It has the base probability `a`.
    Base,
    /// Its odds have a factor `a`, to the power `b`.
    Factor,
    /// It has the probability of its odds, with the base probability `a`.
    Odds,
    /// It has the weight `a`.
    Weight,
    /// It has no chance.
    Nothing,
    /// There are no more.
    End,
    /// There are no more, and the chances are weights.
    EndOfWeights,
}

struct Take<'a> {
    sums: &'a mut Sums,
    step: Step,
    a: &'a [f64],
    b: &'a [f64],
    rows: &'a mut [Room],
    branch: usize,
    count: usize,
}

#[inline(always)]
fn mask(holds: bool) -> i64 {
    -i64::from(holds)
}

/// One more probability of a lane.
#[inline(always)]
fn add(p: f64, branch: usize, exists: i64, (sum, last, wrong): (&mut f64, &mut i64, &mut i64)) {
    let (more, counts) = (*sum + p, exists != 0);
    *wrong |= mask(more > 1.0 + ROUNDING) & exists;
    *sum = if counts { more } else { *sum };
    *last = if counts & (p > 0.0) { branch as i64 } else { *last };
}

impl WithSimd for Take<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let (count, branch) = (self.count, self.branch);
        let Sums { sum, odds, power, exists, any, done, last, wrong } = self.sums;
        let (sum, odds, power) = (&mut sum[..count], &mut odds[..count], &mut power[..count]);
        let (exists, done) = (&mut exists[..count], &mut done[..count]);
        let (last, wrong) = (&mut last[..count], &mut wrong[..count]);
        match self.step {
            Step::Begin => {
                sum.fill(0.0);
                done.fill(0);
                last.fill(-1);
                wrong.fill(0);
            }
            Step::Always => {
                let mut some = 0;
                for nth in 0..count {
                    exists[nth] = !done[nth];
                    some |= exists[nth];
                }
                *any = some != 0;
            }
            Step::When => {
                let (holds, mut some) = (&self.a[..count], 0);
                for nth in 0..count {
                    exists[nth] = mask(holds[nth] != 0.0) & !done[nth];
                    some |= exists[nth];
                }
                *any = some != 0;
            }
            Step::Rest => {
                let row = &mut self.rows[branch][..count];
                for nth in 0..count {
                    done[nth] |= exists[nth];
                    row[nth] = if done[nth] != 0 { 1.0 } else { sum[nth] };
                }
            }
            Step::Share => {
                let (p, row) = (&self.a[..count], &mut self.rows[branch][..count]);
                for nth in 0..count {
                    let bad = !((p[nth] >= -ROUNDING) & (p[nth] <= 1.0 + ROUNDING));
                    wrong[nth] |= mask(bad) & exists[nth];
                }
                for nth in 0..count {
                    let p = p[nth].clamp(0.0, 1.0);
                    add(p, branch, exists[nth], (&mut sum[nth], &mut last[nth], &mut wrong[nth]));
                    row[nth] = if done[nth] != 0 { 1.0 } else { sum[nth] };
                }
            }
            Step::Base => {
                let p = &self.a[..count];
                for nth in 0..count {
                    let bad = !((p[nth] >= 0.0) & (p[nth] <= 1.0));
                    wrong[nth] |= mask(bad) & exists[nth];
                    odds[nth] = p[nth] / (1.0 - p[nth]);
                }
            }
            Step::Factor => {
                let (by, of) = (&self.a[..count], &self.b[..count]);
                let mut powers = 0;
                for of in of {
                    // Some bit but the sign, unless the power is 0 or 1.
                    powers |= (of * (of - 1.0)).to_bits() << 1;
                }
                for nth in 0..count {
                    let (by, of) = (by[nth], of[nth]);
                    power[nth] = if of == 0.0 { 1.0 } else { by };
                }
                if powers != 0 {
                    pow(by, of, power);
                }
                for nth in 0..count {
                    let good = (by[nth] >= 0.0)
                        & (by[nth] < f64::INFINITY)
                        & (power[nth] >= 0.0)
                        & (power[nth] < f64::INFINITY);
                    wrong[nth] |= mask(!good) & exists[nth];
                    odds[nth] *= power[nth];
                }
            }
            Step::Odds => {
                let (base, row) = (&self.a[..count], &mut self.rows[branch][..count]);
                for nth in 0..count {
                    let (base, odds) = (base[nth], odds[nth]);
                    let share = odds / (1.0 + odds);
                    let share = if odds == f64::INFINITY { 1.0 } else { share };
                    let p = if (base == 0.0) | (base == 1.0) { base } else { share };
                    add(p, branch, exists[nth], (&mut sum[nth], &mut last[nth], &mut wrong[nth]));
                    row[nth] = if done[nth] != 0 { 1.0 } else { sum[nth] };
                }
            }
            Step::Weight => {
                let (weight, row) = (&self.a[..count], &mut self.rows[branch][..count]);
                for nth in 0..count {
                    let weight = weight[nth];
                    let bad = !(0.0..f64::INFINITY).contains(&weight);
                    wrong[nth] |= mask(bad) & exists[nth];
                    let counts = exists[nth] != 0;
                    sum[nth] = if counts { sum[nth] + weight } else { sum[nth] };
                    last[nth] = if counts & (weight > 0.0) { branch as i64 } else { last[nth] };
                    row[nth] = sum[nth];
                }
            }
            Step::Nothing => {
                let row = &mut self.rows[branch][..count];
                for nth in 0..count {
                    row[nth] = if done[nth] != 0 { 1.0 } else { sum[nth] };
                }
            }
            Step::End => {
                for nth in 0..count {
                    let good = (last[nth] >= 0) & (sum[nth] >= 1.0 - ROUNDING);
                    wrong[nth] |= mask(!good) & !done[nth];
                    sum[nth] = if (sum[nth] > 1.0) & (done[nth] == 0) { sum[nth] } else { 1.0 };
                    last[nth] = if done[nth] != 0 { i64::MAX } else { last[nth] };
                }
                for (branch, row) in self.rows.iter_mut().enumerate() {
                    let row = &mut row[..count];
                    for nth in 0..count {
                        row[nth] = if last[nth] <= branch as i64 { sum[nth] } else { row[nth] };
                    }
                }
            }
            Step::EndOfWeights => {
                for nth in 0..count {
                    wrong[nth] |= mask((last[nth] < 0) | (sum[nth] == f64::INFINITY));
                }
                for (branch, row) in self.rows.iter_mut().enumerate() {
                    let row = &mut row[..count];
                    for nth in 0..count {
                        let share = row[nth] / sum[nth];
                        row[nth] = if last[nth] <= branch as i64 { 1.0 } else { share };
                    }
                }
            }
        }
    }
}

impl Columns<'_> {
    /// The thresholds of a list, by its number in [`crate::program::Program::lists`], in the first `count` lanes. Its inputs are in
    /// their columns.
    pub fn thresholds(&mut self, list: usize, count: usize) -> Thresholds<'_> {
        self.list_inputs(list);
        self.thresholds_ready(list, count)
    }

    /// The same of a list whose inputs were asked for by [`Columns::list_inputs`], so that there is room for all of it.
    pub fn thresholds_ready(&mut self, list: usize, count: usize) -> Thresholds<'_> {
        let count = count.min(LANES);
        let list = &self.program.lists[list];
        let branches = list.branches.range().len();
        if self.rows.len() < branches {
            self.rows.resize(branches, [0.0; LANES]);
        }
        self.walk(list, count);
        Thresholds { rows: &self.rows[..branches], wrong: &self.sums.wrong[..count], arch: self.arch }
    }

    /// Walks the branches as [`crate::program::Chances::thresholds`] does. What a lane does not need is worked out as well and not
    /// used: expressions have no other effect than their results, and a list uses none that is not always worked out.
    fn walk(&mut self, list: &List, count: usize) {
        let program = self.program;
        let branches = list.branches.of(&program.branches);
        self.take(Step::Begin, [None, None], 0, count);
        for (nth, branch) in branches.iter().enumerate() {
            match &branch.when {
                Some(when) => self.take(Step::When, [Some(when), None], nth, count),
                None => self.take(Step::Always, [None, None], nth, count),
            }
            match &branch.chance {
                _ if !self.sums.any => self.take(Step::Nothing, [None, None], nth, count),
                Chance::Weight(weight) if list.weighted => {
                    self.take(Step::Weight, [Some(weight), None], nth, count);
                }
                Chance::P(p) if !list.weighted => {
                    self.leave(count);
                    self.take(Step::Share, [Some(p), None], nth, count);
                }
                Chance::Odds(base, factors) if !list.weighted => {
                    self.leave(count);
                    self.take(Step::Base, [Some(base), None], nth, count);
                    for factor in factors.of(&program.factors) {
                        self.take(Step::Factor, [Some(&factor.by), Some(&factor.of)], nth, count);
                    }
                    self.take(Step::Odds, [Some(base), None], nth, count);
                }
                Chance::Rest if !list.weighted => {
                    self.take(Step::Rest, [None, None], nth, count);
                    if branch.when.is_none() {
                        self.rows[nth..branches.len()].iter_mut().for_each(|row| row[..count].fill(1.0));
                        return;
                    }
                }
                _ => self.take(Step::Nothing, [None, None], nth, count),
            }
        }
        let end = if list.weighted { Step::EndOfWeights } else { Step::End };
        self.take(end, [None, None], branches.len(), count);
    }

    /// Works out the values, and does the step.
    fn take(&mut self, step: Step, values: [Option<&Value>; 2], branch: usize, count: usize) {
        values.into_iter().flatten().for_each(|value| self.run(value, count));
        let [a, b] =
            values.map(|value| value.map_or(&[][..], |value| numbers(&self.rooms, value.out, count)));
        let Columns { sums, rows, arch, .. } = self;
        // All branches at the end, else up to the one at hand.
        let rows = if branch < rows.len() { &mut rows[..=branch] } else { &mut rows[..] };
        arch.dispatch(Take { sums, step, a, b, rows, branch, count });
    }

    /// What the branches so far leave, where an expression finds it.
    fn leave(&mut self, count: usize) {
        let rest = self.program.layout.rest();
        if let Some(rest) = &mut self.rooms[rest] {
            for (rest, sum) in rest[..count].iter_mut().zip(&self.sums.sum) {
                *rest = 1.0 - sum;
            }
        }
    }
}
