//! Expressions as flat code: instructions over one array of numbers.
//!
//! Every operand is a place in that array (see [`super::Layout`]), so that evaluating needs no stack and no allocation, and
//! a columnar interpreter can run the same code with a column where this one has a number. Instructions have no other effect
//! than the place they write, and cannot fail: what is wrong shows as a NaN or an infinity and is a fault where it is used.

use super::Column;
use crate::diag::Span;

/// What an instruction computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// `out = a`
    Copy,
    /// 1 where `a` is 0, else 0.
    Not,
    /// `-a`
    Negative,
    /// 1 where neither is 0.
    And,
    /// 1 where one is not 0.
    Or,
    /// `a == b`
    Equal,
    /// `a != b`
    Unequal,
    /// `a < b`
    Less,
    /// `a <= b`
    AtMost,
    /// `a + b`
    Add,
    /// `a - b`
    Subtract,
    /// `a * b`
    Multiply,
    /// `a / b`
    Divide,
    /// `a` to the power `b`.
    Power,
    /// The lesser; NaN if one is.
    Min,
    /// The greater; NaN if one is.
    Max,
    /// `b` where `a` is not 0, else `c`.
    Select,
    /// e to the power `a`.
    Exp,
    /// The natural logarithm.
    Ln,
    /// The square root.
    Sqrt,
    /// The size without the sign.
    Abs,
    /// 1 / (1 + exp(-a)).
    Logistic,
    /// ln(a / (1 - a)).
    Logit,
    /// The whole number at or below.
    Floor,
    /// The whole number at or above.
    Ceil,
    /// The nearest whole number, halves away from zero.
    Round,
    /// The column numbered `b`, read at `a`.
    Table,
    /// Leaves out the next `b` instructions.
    Skip,
    /// Leaves out the next `b` instructions where `a` is not 0.
    SkipIf,
    /// Leaves out the next `b` instructions where `a` is 0.
    SkipUnless,
}

/// One instruction: places of the result and of up to three operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Instruction {
    /// What it computes.
    pub op: Op,
    /// Where the result goes.
    pub out: u32,
    /// The first operand.
    pub a: u32,
    /// The second operand (a plain number for tables and skips).
    pub b: u32,
    /// The third operand.
    pub c: u32,
}

fn truth(holds: bool) -> f64 {
    f64::from(u8::from(holds))
}

impl Op {
    /// The result for these operands; tables and skips are not computed here.
    #[inline(always)]
    pub fn apply(self, a: f64, b: f64, c: f64) -> f64 {
        match self {
            Op::Copy => a,
            Op::Not => truth(a == 0.0),
            Op::Negative => -a,
            Op::And => truth(a != 0.0 && b != 0.0),
            Op::Or => truth(a != 0.0 || b != 0.0),
            Op::Equal => truth(a == b),
            Op::Unequal => truth(a != b),
            Op::Less => truth(a < b),
            Op::AtMost => truth(a <= b),
            Op::Add => a + b,
            Op::Subtract => a - b,
            Op::Multiply => a * b,
            Op::Divide => a / b,
            Op::Power => libm::pow(a, b),
            Op::Min => {
                if a < b || a.is_nan() {
                    a
                } else {
                    b
                }
            }
            Op::Max => {
                if a > b || a.is_nan() {
                    a
                } else {
                    b
                }
            }
            Op::Select => {
                if a != 0.0 {
                    b
                } else {
                    c
                }
            }
            Op::Exp => libm::exp(a),
            Op::Ln => libm::log(a),
            Op::Sqrt => a.sqrt(),
            Op::Abs => a.abs(),
            Op::Logistic => 1.0 / (1.0 + libm::exp(-a)),
            Op::Logit => libm::log(a / (1.0 - a)),
            Op::Floor => a.floor(),
            Op::Ceil => a.ceil(),
            Op::Round => a.round(),
            Op::Table | Op::Skip | Op::SkipIf | Op::SkipUnless => f64::NAN,
        }
    }

    /// How many operands are places.
    pub fn operands(self) -> usize {
        match self {
            Op::Skip => 0,
            Op::Copy | Op::Not | Op::Negative | Op::Exp | Op::Ln | Op::Sqrt | Op::Abs => 1,
            Op::Logistic | Op::Logit | Op::Floor | Op::Ceil | Op::Round => 1,
            Op::Table | Op::SkipIf | Op::SkipUnless => 1,
            Op::Select => 3,
            _ => 2,
        }
    }
}

/// What a value depends on: a set of [`Deps::WORLD`] and so on; nothing for a constant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Deps(u8);

impl Deps {
    /// Nothing.
    pub const NONE: Deps = Deps(0);
    /// A belief.
    pub const WORLD: Deps = Deps(1);
    /// What the branches above have left.
    pub const REST: Deps = Deps(2);
    /// The time on the path.
    pub const TIME: Deps = Deps(4);
    /// A state variable, a track, or another number of the path.
    pub const PATH: Deps = Deps(8);

    /// Both.
    pub fn with(self, other: Deps) -> Deps {
        Deps(self.0 | other.0)
    }

    /// Whether it is a constant.
    pub fn constant(self) -> bool {
        self.0 == 0
    }

    /// Whether it is the same on all paths of a world (a constant is, too).
    pub fn world(self) -> bool {
        self.0 & !1 == 0
    }

    /// Whether a list of branches with such chances is the same on all paths of a world.
    pub fn prepared(self) -> bool {
        self.0 & !3 == 0
    }

    /// Whether it reads a belief.
    pub fn believed(self) -> bool {
        self.0 & 1 != 0
    }

    /// Whether it reads what the branches above have left.
    pub fn rest(self) -> bool {
        self.0 & 2 != 0
    }

    /// Whether it reads the time.
    pub fn timed(self) -> bool {
        self.0 & 4 != 0
    }

    /// Whether it can change by an event.
    pub fn changes(self) -> bool {
        self.0 & 8 != 0
    }
}

/// A compiled expression: run the instructions, then read the place `out`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Value {
    /// The first instruction.
    pub start: u32,
    /// One past the last.
    pub end: u32,
    /// Where the result is then.
    pub out: u32,
    /// What it depends on.
    pub deps: Deps,
    /// The words of the expression.
    pub span: Span,
}

/// The code of all expressions of a program.
#[derive(Clone, Debug, Default)]
pub struct Code {
    /// The instructions.
    pub list: Vec<Instruction>,
    /// The columns of tables.
    pub columns: Vec<Column>,
}

impl Code {
    /// The value of an expression, given the numbers that it reads.
    #[inline]
    pub fn evaluate(&self, value: &Value, values: &mut [f64]) -> f64 {
        if value.start < value.end {
            self.run(value.start as usize, value.end as usize, values);
        }
        values[value.out as usize]
    }

    /// Whether a condition holds.
    #[inline]
    pub fn holds(&self, value: &Value, values: &mut [f64]) -> bool {
        self.evaluate(value, values) != 0.0
    }

    fn run(&self, start: usize, end: usize, values: &mut [f64]) {
        self.run_list(&self.list[start..end], values);
    }

    /// Runs instructions, not necessarily of this code; tables are read from it.
    pub fn run_list(&self, list: &[Instruction], values: &mut [f64]) {
        let mut at = 0;
        while let Some(i) = list.get(at) {
            at += 1;
            let a = values[i.a as usize];
            match i.op {
                Op::Skip => at += i.b as usize,
                Op::SkipIf => at += if a != 0.0 { i.b as usize } else { 0 },
                Op::SkipUnless => at += if a == 0.0 { i.b as usize } else { 0 },
                Op::Table => values[i.out as usize] = self.columns[i.b as usize].at(a),
                op => values[i.out as usize] = op.apply(a, values[i.b as usize], values[i.c as usize]),
            }
        }
    }
}
