//! Columns have the bits that the scalar evaluation has, lane by lane.

use super::*;
use crate::engine::World;
use crate::model::build::*;
use crate::model::{Expr, Func, Read, StateId, Waits};
use crate::program::branch::choose;
use crate::program::shipped;
use crate::program::{Code, Column, Instruction, Layout, NO_TABLE};

/// SplitMix64.
struct Random(u64);

impl Random {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, count: usize) -> usize {
        (self.bits() % count as u64) as usize
    }

    fn uniform(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Any number: one of those at which something is special, one as people write them, or any bits.
    fn any(&mut self) -> f64 {
        const SPECIAL: [f64; 14] = [
            0.0,
            -0.0,
            1.0,
            -1.0,
            0.5,
            2.0,
            f64::NAN,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::MIN_POSITIVE,
            5e-324,
            f64::MAX,
            1e-9,
            0.1,
        ];
        match self.below(8) {
            0..=2 => SPECIAL[self.below(SPECIAL.len())],
            3 => f64::from_bits(self.bits()),
            4 => self.below(9) as f64 - 4.0,
            5 => 1_600.0 * (self.uniform() - 0.5),
            _ => 6.0 * (self.uniform() - 0.5),
        }
    }

    /// A number as scenarios have them.
    fn tame(&mut self) -> f64 {
        match self.below(4) {
            0 => self.below(3) as f64,
            1 => self.below(5) as f64 / 2.0 - 1.0,
            2 => 0.4 * self.uniform(),
            _ => 2.0 * (self.uniform() - 0.5),
        }
    }
}

/// What NaN's bits are is nobody's promise.
fn same(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan())
}

type Fill = fn(&[f64], &[f64], &mut [f64]);

/// For the instruction set that is found.
struct Dispatched<'a>(usize, &'a [f64], &'a [f64], &'a mut [f64]);

impl pulp::WithSimd for Dispatched<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(self, _: S) {
        match self.0 {
            0 => elementary::exp(self.1, self.3),
            1 => elementary::logistic(self.1, self.3),
            2 => elementary::log(self.1, self.3),
            3 => elementary::logit(self.1, self.3),
            _ => elementary::pow(self.1, self.2, self.3),
        }
    }
}

const FILLS: [Fill; 5] = [
    |x, _, to| elementary::exp(x, to),
    |x, _, to| elementary::logistic(x, to),
    |x, _, to| elementary::log(x, to),
    |x, _, to| elementary::logit(x, to),
    elementary::pow,
];
const OPS: [Op; 5] = [Op::Exp, Op::Logistic, Op::Ln, Op::Logit, Op::Power];

fn check_functions(x: &[f64], y: &[f64]) {
    for (which, op) in OPS.into_iter().enumerate() {
        let (mut plain, mut dispatched) = (vec![0.0; x.len()], vec![0.0; x.len()]);
        FILLS[which](x, y, &mut plain);
        Arch::new().dispatch(Dispatched(which, x, y, &mut dispatched));
        for nth in 0..x.len() {
            let expected = op.apply(x[nth], y[nth], 0.0);
            for found in [plain[nth], dispatched[nth]] {
                assert!(
                    same(found, expected),
                    "{op:?} of {:e}, {:e}: {found:e}, {expected:e}",
                    x[nth],
                    y[nth]
                );
            }
        }
    }
}

#[test]
fn functions_have_the_bits_of_libm() {
    let mut random = Random(1);
    for round in 0..2_000 {
        let mut number = |which: usize| match (round + which) % 6 {
            0 => f64::from_bits(random.bits()),
            1 => 1_500.0 * (random.uniform() - 0.5),
            2 => 3.0 * random.uniform(),
            3 => 4.0 * (random.uniform() - 0.5),
            _ => random.any(),
        };
        let x: Vec<f64> = (0..LANES).map(|_| number(0)).collect();
        let y: Vec<f64> = (0..LANES).map(|nth| number(1 + nth % 5)).collect();
        check_functions(&x, &y);
    }
}

#[test]
fn functions_have_the_bits_of_libm_where_they_change_their_way() {
    let ln2 = std::f64::consts::LN_2;
    let mut edges = vec![0.0, 1.0, libm::exp2(-28.0), 708.0, 708.396_418_532_264_1, 709.782_712_893_384];
    edges.extend([745.133_219_101_941_1, 710.0, f64::MIN_POSITIVE, 5e-324, f64::MAX, f64::INFINITY]);
    edges.extend((0..2_100).map(|k| f64::from(k) * 0.5 * ln2));
    // Of logarithms and powers: √2/2, √(3/2), √3, and the powers of two around.
    for root in [0.5_f64.sqrt(), 1.5_f64.sqrt(), 3.0_f64.sqrt(), 1.0] {
        edges.extend((-60..60).map(|k| root * libm::exp2(17.0 * f64::from(k))));
    }
    let mut near: Vec<f64> = vec![f64::NAN, f64::NEG_INFINITY, -0.0];
    for edge in edges {
        for off in [-(1_i64 << 32), -(1 << 20), -2, -1, 0, 1, 2, 1 << 20, 1 << 32] {
            let x = f64::from_bits(edge.to_bits().saturating_add_signed(off));
            near.extend([x, -x]);
        }
    }
    let powers = [0.5, 1.5, 2.0, -1.0, -0.5, 3.0, 1.0, 0.0, 7.25, 1e-3, -333.3, 1e9, -3e9];
    for power in powers {
        check_functions(&near, &vec![power; near.len()]);
    }
}

/// A program of nothing but code over so many places.
fn bare(list: Vec<Instruction>, places: usize) -> Program {
    let rows = |y: &[f64], line| Column { x: [0.0, 0.5, 2.0].into(), y: y.into(), line };
    let columns = vec![rows(&[1.0, -1.0, 4.0], false), rows(&[0.0, 0.5, f64::INFINITY], true)];
    Program {
        layout: Layout { states: places, ..Layout::default() },
        code: Code { list, columns },
        ..Program::default()
    }
}

#[test]
fn any_code_has_the_bits_of_the_scalar_evaluation() {
    const ALL: [Op; 30] = [
        Op::Copy,
        Op::Not,
        Op::Negative,
        Op::And,
        Op::Or,
        Op::Equal,
        Op::Unequal,
        Op::Less,
        Op::AtMost,
        Op::Add,
        Op::Subtract,
        Op::Multiply,
        Op::Divide,
        Op::Power,
        Op::Min,
        Op::Max,
        Op::Select,
        Op::Exp,
        Op::Ln,
        Op::Sqrt,
        Op::Abs,
        Op::Logistic,
        Op::Logit,
        Op::Floor,
        Op::Ceil,
        Op::Round,
        Op::Table,
        Op::Skip,
        Op::SkipIf,
        Op::SkipUnless,
    ];
    let mut random = Random(2);
    let places = 12;
    for round in 0..600 {
        let list: Vec<Instruction> = (0..random.below(40))
            .map(|_| {
                let op = match random.below(4) {
                    0 => ALL[27 + random.below(3)],
                    _ => ALL[random.below(ALL.len())],
                };
                let mut place = || random.below(places) as u32;
                let [out, a, b, c] = [place(), place(), place(), place()];
                let b = match op {
                    Op::Table => b % 2,
                    Op::Skip | Op::SkipIf | Op::SkipUnless => b % 8,
                    _ => b,
                };
                Instruction { op, out, a, b, c }
            })
            .collect();
        let end = list.len() as u32;
        let program = bare(list, places);
        let value = Value { start: 0, end, out: 0, deps: Default::default(), span: Default::default() };
        let mut columns = Columns::new(&program);
        let count = [1, 3, 64, 200, LANES][round % 5];
        let mut lanes: Vec<Vec<f64>> = (0..count)
            .map(|_| {
                (0..program.layout.len())
                    .map(|_| if round % 2 == 0 { random.tame() } else { random.any() })
                    .collect()
            })
            .collect();
        for place in 0..program.layout.len() {
            let column = columns.column(place as u32);
            column.iter_mut().zip(&lanes).for_each(|(to, lane)| *to = lane[place]);
        }
        columns.evaluate(&value, count);
        for (nth, lane) in lanes.iter_mut().enumerate() {
            program.code.run_list(&program.code.list, lane);
            for (place, expected) in lane.iter().enumerate() {
                let found = columns.column(place as u32)[nth];
                assert!(
                    same(found, *expected),
                    "{nth} {place}: {found} {expected} in {:?}",
                    program.code.list
                );
            }
        }
    }
}

/// How many lanes had probabilities, and how many had not.
#[derive(Default)]
struct Seen {
    right: usize,
    wrong: usize,
}

/// Compares all lists of a program in lanes with these numbers, of which the inputs alone are carried over.
fn check_lists(program: &Program, lanes: &[Vec<f64>], random: &mut Random, seen: &mut Seen) {
    let mut columns = Columns::new(program);
    for (number, list) in program.lists.iter().enumerate() {
        for place in columns.list_inputs(number).to_vec() {
            let column = columns.column(place);
            column.fill(f64::NAN);
            column.iter_mut().zip(lanes).for_each(|(to, lane)| *to = lane[place as usize]);
        }
        let numbers: Vec<f64> = lanes.iter().map(|_| random.uniform()).collect();
        let mut chosen = vec![0; lanes.len()];
        let thresholds = columns.thresholds(number, lanes.len());
        thresholds.choose(&numbers, &mut chosen);
        let mut expected = vec![0.0; list.branches.range().len()];
        for (nth, lane) in lanes.iter().enumerate() {
            let scalar = program.chances().thresholds(list, &mut lane.clone(), &mut expected);
            assert_eq!(scalar.is_err(), thresholds.is_wrong(nth), "list {number}, lane {nth}: {scalar:?}");
            if scalar.is_err() {
                assert_eq!(chosen[nth], u32::MAX);
                seen.wrong += 1;
                continue;
            }
            seen.right += 1;
            for (branch, expected) in expected.iter().enumerate() {
                let found = thresholds.of(branch)[nth];
                assert!(same(found, *expected), "list {number}, lane {nth}: {found} {expected}");
            }
            let expected = choose(&expected, numbers[nth]).map_or(u32::MAX, |branch| branch as u32);
            assert_eq!(chosen[nth], expected);
        }
    }
}

const STATES: usize = 3;

/// An expression of states, beliefs, formulas and tables; of `rest`, too, where that may be.
fn random_expr(random: &mut Random, depth: usize, formulas: usize, left: bool) -> Expr {
    let leaf = depth == 0 || random.below(5) == 0;
    let part = |random: &mut Random| random_expr(random, depth.saturating_sub(1), formulas, left);
    if leaf {
        return match random.below(6) {
            0 => num(random.tame()),
            1 => belief(random.below(2)),
            2 if formulas > 0 => formula(random.below(formulas)),
            3 if left => rest(),
            _ => state(StateId(random.below(STATES))),
        };
    }
    let (a, b) = (part(random), part(random));
    match random.below(18) {
        0 => add(a, b),
        1 => sub(a, b),
        2 | 3 => mul(a, b),
        4 => div(a, b),
        5 => pow(a, b),
        6 => iff(a, b, part(random)),
        7 => iff(less(a, b), part(random), part(random)),
        8 => and(more(a, part(random)), less(part(random), b)),
        9 => or(a, less(b, part(random))),
        10 => not(a),
        11 => logistic(a),
        12 => call(Func::Exp, vec![a]),
        13 => call(Func::Ln, vec![a]),
        14 => table(random.below(2), a),
        15 => call(Func::Clamp, vec![a, num(0.0), num(0.5)]),
        16 => call(Func::Min, vec![a, b]),
        _ => call(Func::Abs, vec![a]),
    }
}

#[test]
fn any_list_has_the_thresholds_of_the_scalar_evaluation() {
    let mut random = Random(3);
    let mut seen = Seen::default();
    for round in 0..400 {
        let mut s = empty();
        for name in ["x", "y", "z"] {
            s.add_number(name, 0.0);
        }
        s.add_belief("b", crate::model::Draw::Law(point(num(0.5))));
        s.add_belief("c", crate::model::Draw::Law(point(num(0.5))));
        s.until(1.0);
        s.add_table(&[0.0, 1.0, 2.0], &[0.1, 0.4, 0.2], Read::Step);
        s.add_table(&[-1.0, 1.0], &[0.0, 0.5], Read::Line);
        for nth in 0..3 {
            let formula = random_expr(&mut random, 3, nth, nth == 2);
            s.add_formula("f", formula);
        }
        let mut stages: Vec<(&str, Waits)> = vec![];
        for _ in 0..4 {
            let kind = random.below(3);
            let count = 1 + random.below(5);
            let mut ways = vec![];
            for nth in 0..count {
                let mut way = to(0);
                // Formulas without `rest` where that may not be.
                let tame = |random: &mut Random| {
                    let expr = random_expr(random, 2, 2, false);
                    let small = call(Func::Clamp, vec![expr.clone(), num(0.0), num(0.6)]);
                    if random.below(3) == 0 { expr } else { small }
                };
                way = match kind {
                    0 => way.weight(tame(&mut random)),
                    _ if nth + 1 == count && random.below(4) > 0 => way,
                    _ if random.below(3) == 0 => {
                        let base = logistic(tame(&mut random));
                        let factors = (0..random.below(3))
                            .map(|_| (random_expr(&mut random, 2, 2, false), tame(&mut random)));
                        way.odds(base, factors.collect())
                    }
                    _ => {
                        let p = random_expr(&mut random, 2, 3, true);
                        let p = call(Func::Clamp, vec![p, num(0.0), num(0.4)]);
                        way.p(if random.below(2) == 0 { mul(p, rest()) } else { p })
                    }
                };
                if random.below(3) == 0 {
                    way = way.when(random_expr(&mut random, 2, 2, false));
                }
                ways.push(way);
            }
            stages.push(("s", now(ways)));
        }
        s.add_track("t", stages);
        let program = Program::compile(&s);
        let count = [1, 5, 64, LANES][round % 4];
        let lanes: Vec<Vec<f64>> = (0..count)
            .map(|_| {
                let mut values = vec![f64::NAN; program.layout.pool().start];
                values.extend(&program.pool);
                let mut number = || if round % 5 == 0 { random.any() } else { random.tame() };
                (0..=STATES).for_each(|place| values[place] = number());
                program.beliefs.iter().for_each(|belief| values[belief.place as usize] = number());
                program.code.run_list(&program.world_code, &mut values);
                values
            })
            .collect();
        check_lists(&program, &lanes, &mut random, &mut seen);
    }
    assert!(seen.right > 10_000 && seen.wrong > 10_000, "{} {}", seen.right, seen.wrong);
}

#[test]
fn lists_of_all_shipped_files_have_the_thresholds_of_the_scalar_evaluation() {
    let mut random = Random(4);
    let (mut files, mut lists, mut seen) = (0, 0, Seen::default());
    for (_, program) in shipped() {
        files += 1;
        lists += program.lists.iter().filter(|list| list.table == NO_TABLE).count();
        let lanes: Vec<Vec<f64>> = (0..150)
            .filter_map(|nth| {
                let mut values = World::new(&program, 7, nth).ok()?.values().to_vec();
                // The world's own chances have left there what branches leave.
                values[..program.layout.pool().start].fill(f64::NAN);
                let states = 0..program.layout.day();
                states.for_each(|place| {
                    values[place] = random.below(4) as f64 / if nth % 2 == 0 { 1.0 } else { 2.0 }
                });
                values[program.layout.day()] = 1e7 * random.uniform();
                (0..program.tracks.len())
                    .for_each(|track| values[program.layout.entered(track)] = 1e6 * random.uniform());
                Some(values)
            })
            .collect();
        check_lists(&program, &lanes, &mut random, &mut seen);
    }
    assert!(files > 40 && lists > 40 && seen.right > 10_000, "{files} {lists} {} {}", seen.right, seen.wrong);
}
