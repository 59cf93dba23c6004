//! Rates over time (design, section 3.2): hazards, and the rates of accounts.

use super::eval::View;
use super::fault::{Kind, Result, fault};
use super::times::{line, meeting, reads_time};
use detente::model::{Expr, Func, Node, Ty};
use detente::quantity::DAY;

/// What a rate gives per second: as it is where its type has a unit of time, else per day.
pub fn per_second(view: &View<'_>, rate: &Expr) -> f64 {
    let value = view.number(rate);
    match rate.ty {
        Ty::Number { time, .. } if time != 0 => value,
        _ => value / DAY,
    }
}

/// The rate of a hazard: a finite number, at least 0.
pub fn hazard(view: &View<'_>, rate: &Expr) -> Result<f64> {
    let value = per_second(view, rate);
    if value.is_finite() && value >= 0.0 { Ok(value) } else { fault(Kind::Hazard, view.now) }
}

/// The integral of a hazard that runs from now until `end` with nothing else changing.
pub fn gathered(view: &View<'_>, rate: &Expr, end: f64) -> Result<f64> {
    if !reads_time(view.scenario, rate) {
        return Ok(hazard(view, rate)? * (end - view.now));
    }
    integral(view, rate, view.now, end, &|t| hazard(&view.at(t), rate))
}

/// When the integral from now reaches `left`, where that is not after `end`; else infinity.
pub fn reaches(view: &View<'_>, rate: &Expr, left: f64, end: f64) -> Result<f64> {
    if left <= 0.0 {
        return Ok(view.now);
    }
    if !reads_time(view.scenario, rate) {
        let due = view.now + left / hazard(view, rate)?;
        return Ok(if due <= end { due } else { f64::INFINITY });
    }
    let f = |t: f64| hazard(&view.at(t), rate);
    // Without an end, look further and further ahead: 30,000 years are for ever.
    let (mut from, mut step, mut left) = (view.now, DAY, left);
    loop {
        let to = end.min(from + step);
        for piece in pieces(view, rate, from, to).windows(2) {
            let share = adaptive(&f, piece[0], piece[1], 40)?;
            if share >= left {
                return within(&f, piece[0], piece[1], left);
            }
            left -= share;
        }
        if to >= end || to > 1e12 {
            return Ok(f64::INFINITY);
        }
        (from, step) = (to, step * 2.0);
    }
}

/// Halving: where the integral from `low` reaches `left`, which it does by `high`.
fn within(f: &dyn Fn(f64) -> Result<f64>, mut low: f64, mut high: f64, mut left: f64) -> Result<f64> {
    loop {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high || high - low < 1e-13 * high {
            return Ok(high);
        }
        let share = adaptive(f, low, middle, 40)?;
        if share >= left {
            high = middle;
        } else {
            left -= share;
            low = middle;
        }
    }
}

/// The integral of `f`, which may have kinks and steps where `expr` has them.
pub fn integral(
    view: &View<'_>,
    expr: &Expr,
    from: f64,
    to: f64,
    f: &dyn Fn(f64) -> Result<f64>,
) -> Result<f64> {
    let mut sum = 0.0;
    for piece in pieces(view, expr, from, to).windows(2) {
        sum += adaptive(f, piece[0], piece[1], 40)?;
    }
    Ok(sum)
}

/// The ends of the pieces between `from` and `to` in which the expression is smooth.
fn pieces(view: &View<'_>, expr: &Expr, from: f64, to: f64) -> Vec<f64> {
    let mut points = vec![from, to];
    breaks(view, expr, &mut points);
    points.retain(|t| (from..=to).contains(t));
    points.sort_by(f64::total_cmp);
    points.dedup();
    points
}

fn breaks(view: &View<'_>, expr: &Expr, points: &mut Vec<f64>) {
    if !reads_time(view.scenario, expr) {
        return;
    }
    match &expr.node {
        Node::Formula(id) => breaks(view, &view.scenario.formulas[id.0].expr, points),
        Node::Compare(_, a, b) => points.extend(meeting(view, a, b)),
        Node::Table(id, x) => {
            for row in &view.scenario.tables[id.0].x {
                points.extend(meeting(view, x, &Expr::constant(*row, x.ty, x.span)));
            }
        }
        Node::Call(Func::Min | Func::Max | Func::Clamp, args) => {
            for (i, a) in args.iter().enumerate() {
                points.extend(args[..i].iter().filter_map(|b| meeting(view, a, b)));
            }
        }
        // What a power makes narrow is about where it is small.
        Node::Power(a, _) => {
            for level in [-12.0, -5.0, -2.0, 0.0, 2.0, 5.0, 12.0] {
                points.extend(meeting(view, a, &Expr::constant(level, a.ty, a.span)));
            }
        }
        // Steps at whole numbers, or halfway between them.
        Node::Call(func @ (Func::Floor | Func::Ceil | Func::Round), args) => {
            if let Some(line) = line(view, &args[0]) {
                let shift = if *func == Func::Round { 0.5 } else { 0.0 };
                let ends = [points[0], points[1]].map(|t| line.a + line.b * t - shift);
                let (low, high) = (ends[0].min(ends[1]).ceil(), ends[0].max(ends[1]).floor());
                let steps = (0..10_000).map(|i| low + f64::from(i)).take_while(|n| *n <= high);
                points.extend(steps.map(|n| (n + shift - line.a) / line.b));
            }
        }
        Node::Call(Func::Abs, args) => {
            points.extend(meeting(view, &args[0], &Expr::constant(0.0, args[0].ty, args[0].span)));
        }
        _ => {}
    }
    for part in expr.parts() {
        breaks(view, part, points);
    }
}

/// Gauss and Kronrod's 7 and 15 points, halved until both agree.
fn adaptive(f: &dyn Fn(f64) -> Result<f64>, from: f64, to: f64, depth: u32) -> Result<f64> {
    const X: [f64; 8] = [
        0.991_455_371_120_812_6,
        0.949_107_912_342_758_5,
        0.864_864_423_359_769_1,
        0.741_531_185_599_394_4,
        0.586_087_235_467_691_1,
        0.405_845_151_377_397_2,
        0.207_784_955_007_898_47,
        0.0,
    ];
    const K: [f64; 8] = [
        0.022_935_322_010_529_224,
        0.063_092_092_629_978_55,
        0.104_790_010_322_250_18,
        0.140_653_259_715_525_92,
        0.169_004_726_639_267_9,
        0.190_350_578_064_785_4,
        0.204_432_940_075_298_9,
        0.209_482_141_084_727_83,
    ];
    const G: [f64; 4] =
        [0.129_484_966_168_869_7, 0.279_705_391_489_276_67, 0.381_830_050_505_118_9, 0.417_959_183_673_469_4];
    let (half, middle) = (0.5 * (to - from), 0.5 * (from + to));
    let (mut fine, mut coarse, mut size) = (0.0, 0.0, 0.0);
    for i in 0..8 {
        let both = if i == 7 { f(middle)? } else { f(middle - half * X[i])? + f(middle + half * X[i])? };
        fine += K[i] * both;
        size += K[i] * both.abs();
        if i % 2 == 1 {
            coarse += G[i / 2] * both;
        }
    }
    let enough = 1e-13 * size * half + 1e-20;
    if depth == 0 || (fine - coarse).abs() * half <= enough || middle <= from || middle >= to {
        return Ok(fine * half);
    }
    Ok(adaptive(f, from, middle, depth - 1)? + adaptive(f, middle, to, depth - 1)?)
}
