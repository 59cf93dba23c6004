//! When time alone changes an expression: what it is now it is until then.
//!
//! The code is run once with the slope of each number beside it. A comparison of what is linear in time holds until its
//! root, a step of a table until the next row; what is made of such is *steady* in between.

use super::Why;
use super::refusal::NotExact;
use crate::program::{Code, Instruction, Layout, Op, Value};

/// How a number moves with the time on the path, until the next change.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Moves {
    Not,
    /// By so much a second.
    Linear(f64),
    /// In another way.
    Curved,
}

/// What time does to an expression.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Change {
    /// The first time after now at which it may jump or bend; infinity where it never does.
    pub at: f64,
    /// Whether it stays as it is until then.
    pub steady: bool,
}

/// How many floats around a root are looked at for the one at which something changes.
const NEAR: u64 = 64;

/// What time does to an expression, with the values as they are; the day among them is now. Refused where it reads how long
/// a stage has lasted, which no combination knows.
pub(super) fn change(
    code: &Code,
    layout: Layout,
    value: &Value,
    values: &mut [f64],
) -> Result<Change, NotExact> {
    if !value.deps.timed() {
        return Ok(Change { at: f64::INFINITY, steady: true });
    }
    let now = values[layout.day()];
    let trace = Trace { code, layout, list: &code.list[value.start as usize..value.end as usize], now };
    let seen = trace.run(values, None).map_err(|()| NotExact::because(Why::ReadsTime(value.span)))?;
    let mut first: Option<(f64, usize)> = None;
    for (at, root) in &seen.roots {
        if first.is_none_or(|(time, _)| *root < time) {
            first = Some((*root, *at));
        }
    }
    let result = seen.moves(&trace, value.out);
    let at = first.map_or(f64::INFINITY, |(root, at)| trace.exactly(values, at, root));
    values[layout.day()] = now;
    Ok(Change { at, steady: result == Moves::Not && !seen.curved })
}

struct Trace<'a> {
    code: &'a Code,
    layout: Layout,
    list: &'a [Instruction],
    now: f64,
}

/// What a run has seen.
#[derive(Default)]
struct Seen {
    moving: Vec<(u32, Moves)>,
    /// By instruction: when it changes next.
    roots: Vec<(usize, f64)>,
    /// Whether what is left out depends on something that changes at times unknown.
    curved: bool,
    /// What tells the state of the instruction that was asked for.
    mark: Option<f64>,
}

impl Seen {
    fn moves(&self, trace: &Trace<'_>, place: u32) -> Moves {
        if place as usize == trace.layout.day() {
            return Moves::Linear(1.0);
        }
        self.moving.iter().rev().find(|m| m.0 == place).map_or(Moves::Not, |m| m.1)
    }
}

impl Trace<'_> {
    /// Runs the code at the day that is set; `mark`: the instruction whose state is asked for.
    fn run(&self, values: &mut [f64], mark: Option<usize>) -> Result<Seen, ()> {
        let mut seen = Seen::default();
        let mut at = 0;
        while let Some(i) = self.list.get(at) {
            let number = at;
            at += 1;
            let (a, b) = (values[i.a as usize], values[i.b as usize]);
            let hidden = self.layout.entered(0)..self.layout.measure(0);
            let places = [i.a, i.b, i.c];
            if places.iter().take(i.op.operands()).any(|place| hidden.contains(&(*place as usize))) {
                return Err(());
            }
            let moves: [Moves; 3] = std::array::from_fn(|n| {
                if n < i.op.operands() { seen.moves(self, places[n]) } else { Moves::Not }
            });
            match i.op {
                Op::Skip => at += i.b as usize,
                Op::SkipIf | Op::SkipUnless => {
                    seen.curved |= moves[0] != Moves::Not;
                    at += if (a != 0.0) == (i.op == Op::SkipIf) { i.b as usize } else { 0 };
                }
                op => {
                    values[i.out as usize] = match op {
                        Op::Table => self.code.columns[i.b as usize].at(a),
                        op => op.apply(a, b, values[i.c as usize]),
                    };
                    let (result, root, state) = self.step(i, moves, a, b, values[i.c as usize]);
                    if mark == Some(number) {
                        seen.mark = Some(state);
                    }
                    if let Some(root) = root {
                        seen.roots.push((number, root));
                    }
                    seen.moving.push((i.out, result));
                }
            }
        }
        Ok(seen)
    }

    /// When a difference that moves so comes to 0; at once where it leaves it, which `leaves` tells.
    fn root(&self, difference: f64, slope: f64, leaves: bool) -> Option<f64> {
        if difference == 0.0 {
            return (leaves && slope != 0.0).then(|| self.now.next_up());
        }
        let root = self.now - difference / slope;
        (difference * slope < 0.0 && root.is_finite()).then(|| root.max(self.now.next_up()))
    }

    /// How the result of an instruction moves, when it changes, and a number that is another then.
    fn step(&self, i: &Instruction, moves: [Moves; 3], a: f64, b: f64, c: f64) -> (Moves, Option<f64>, f64) {
        use Moves::{Curved, Linear, Not};
        let slope = |m: Moves| if let Linear(by) = m { by } else { 0.0 };
        let result = i.op.apply(a, b, c);
        let plain = |m: Moves| (m, None, 0.0);
        if moves.contains(&Curved) {
            return plain(Curved);
        }
        if moves == [Not; 3] {
            return plain(Not);
        }
        let (of_a, of_b) = (slope(moves[0]), slope(moves[1]));
        let apart = of_a - of_b;
        match i.op {
            Op::Copy => plain(moves[0]),
            Op::Negative => plain(Linear(-of_a)),
            Op::Add => plain(Linear(of_a + of_b)),
            Op::Subtract => plain(Linear(apart)),
            Op::Multiply if moves[1] == Not => plain(Linear(of_a * b)),
            Op::Multiply if moves[0] == Not => plain(Linear(of_b * a)),
            Op::Divide if moves[1] == Not => plain(Linear(of_a / b)),
            Op::Less | Op::AtMost | Op::Equal | Op::Unequal => {
                let leaves = i.op.apply(apart, 0.0, 0.0) != i.op.apply(0.0, 0.0, 0.0);
                (Not, self.root(a - b, apart, leaves), result)
            }
            Op::Min | Op::Max => {
                let (less, other) = if (a < b || a == b && apart < 0.0) == (i.op == Op::Min) {
                    (moves[0], 1.0)
                } else {
                    (moves[1], 0.0)
                };
                (less, self.root(a - b, apart, false), other)
            }
            Op::Abs => {
                let up = a > 0.0 || a == 0.0 && of_a > 0.0;
                (Linear(if up { of_a } else { -of_a }), self.root(a, of_a, false), f64::from(u8::from(up)))
            }
            Op::Floor | Op::Ceil | Op::Round => {
                let shift = if i.op == Op::Round { 0.5 } else { 0.0 };
                let next = if of_a > 0.0 {
                    (a - shift).floor() + 1.0 + shift
                } else {
                    (a - shift).ceil() - 1.0 + shift
                };
                let whole = a == (a - shift).floor() + shift;
                let root = if whole && (i.op == Op::Ceil) == (of_a > 0.0) {
                    Some(self.now.next_up())
                } else {
                    self.root(a - next, of_a, false)
                };
                (Not, root, result)
            }
            Op::Table => {
                let column = &self.code.columns[i.b as usize];
                let after = column.x.partition_point(|row| *row <= a);
                let up = of_a > 0.0;
                let on = after > 0 && column.x[after - 1] == a;
                let next = if up { column.x.get(after) } else { after.checked_sub(1).map(|n| &column.x[n]) };
                let root = match next {
                    Some(_) if !up && on => Some(self.now.next_up()),
                    Some(row) => self.root(a - row, of_a, false),
                    None => None,
                };
                let within = column.line && after > 0 && after < column.x.len();
                let steep = || {
                    let n = after.max(1);
                    (column.y[n] - column.y[n - 1]) / (column.x[n] - column.x[n - 1])
                };
                let moves = if within { Linear(of_a * steep()) } else { Not };
                (moves, root, after as f64)
            }
            Op::Select if moves[0] == Not => plain(if a != 0.0 { moves[1] } else { moves[2] }),
            _ => plain(Curved),
        }
    }

    /// The very float at which an instruction changes: the first at which it is another than now.
    fn exactly(&self, values: &mut [f64], at: usize, root: f64) -> f64 {
        let day = self.layout.day();
        let mut state = |time: f64| {
            values[day] = time;
            self.run(values, Some(at)).map_or(None, |seen| seen.mark)
        };
        let before = state(self.now);
        let bits = root.to_bits();
        let first = (bits.saturating_sub(NEAR)..bits + NEAR).map(f64::from_bits);
        first.filter(|time| *time > self.now).find(|time| state(*time) != before).unwrap_or(root)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::check_text;
    use crate::program::Program;
    use crate::quantity::DAY;

    /// What time does to the rate of a clock at a day.
    fn rate(text: &str, day: f64) -> Change {
        let model = format!(
            "start = 2025-01-01\nhorizon = \"900 days\"\nat_horizon = \"open\"\n[state]\nx = 3\n\
             [tables.steps]\nat = [0, 10, 20]\nrate = [0.1, 0.2, 0.3]\n[tables.line]\nread = \"line\"\nat = [0, 10]\nrate = [0.1, 0.2]\n\
             [stage.a]\nhazard = \"{text}\"\nset = {{ x = \"x + 1\" }}\n[outcome.open]\n"
        );
        let checked = check_text("rate", &model);
        let scenario = checked.scenario.unwrap_or_else(|| panic!("{:#?}", checked.found));
        let program = Program::compile(&scenario);
        let mut values = vec![f64::NAN; program.layout.len()];
        values[program.layout.pool()].copy_from_slice(&program.pool);
        values[0] = 3.0;
        values[program.layout.day()] = day * DAY;
        let crate::program::Kind::Hazard(rate) = &program.clocks[0].kind else { panic!("a hazard") };
        change(&program.code, program.layout, &rate.value, &mut values).expect("it is known")
    }

    #[test]
    fn steps_last_until_the_float_at_which_they_change() {
        let day = |at: f64, steady| Change { at: at * DAY, steady };
        assert_eq!(rate("if day < 20 days then 0 else 0.1", 0.0), day(20.0, true));
        assert_eq!(rate("if day < 20 days then 0 else 0.1", 20.0), day(f64::INFINITY, true));
        let after = Change { at: (20.0 * DAY).next_up(), steady: true };
        assert_eq!(rate("if day > 20 days then 0 else 0.1", 3.0), after);
        assert_eq!(rate("if day > 20 days then 0 else 0.1", 20.0), after);
        assert_eq!(rate("if day == 20 days then 0 else 0.1", 3.0), day(20.0, true));
        assert_eq!(rate("if day == 20 days then 0 else 0.1", 20.0), after);
        assert_eq!(rate("if day >= 2025-01-11 and day < x * 9 days then 0 else 0.1", 3.0), day(10.0, true));
        assert_eq!(rate("if day >= 2025-01-11 and day < x * 9 days then 0 else 0.1", 11.0), day(27.0, true));
        assert_eq!(rate("steps(day / 1 day - 5)", 0.0), day(5.0, true));
        assert_eq!(rate("steps(day / 1 day - 5)", 5.0), day(15.0, true));
        assert_eq!(rate("steps(day / 1 day - 5)", 30.0), day(f64::INFINITY, true));
        assert_eq!(rate("0.1 * floor(1 + day / 7 days)", 7.0), day(14.0, true));
    }

    #[test]
    fn what_moves_is_told_from_what_stays() {
        assert_eq!(rate("0.1 * day / 1 day", 1.0), Change { at: f64::INFINITY, steady: false });
        assert_eq!(rate("exp(-day / 9 days)", 1.0), Change { at: f64::INFINITY, steady: false });
        assert_eq!(rate("min(day / 20 days, 1)", 1.0), Change { at: 20.0 * DAY, steady: false });
        assert_eq!(rate("min(day / 20 days, 1)", 21.0), Change { at: f64::INFINITY, steady: true });
        assert_eq!(rate("line(day / 1 day)", 1.0), Change { at: 10.0 * DAY, steady: false });
        assert_eq!(rate("line(day / 1 day)", 10.0), Change { at: f64::INFINITY, steady: true });
    }
}
