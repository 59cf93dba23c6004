//! Which programs can be walked along a chain: what happens at an event must follow from the combination alone, and from numbers that
//! lanes carry.

use super::carried::{Carried, reads};
use crate::model::{OnChange, Return};
use crate::program::{Condition, Deps, Kind, MeasureKind, Op, Program, Value};

/// Whether the chain of a program can be learnt: which way things go without luck is the same in all worlds and at all times, apart
/// from comparisons of the time with what a world decides; clocks that are dropped begin anew; no chance moves with time. What is drawn
/// by effects would be part of no finite combination. Lanes that go on with what was left of a clock and work out chances by the
/// time were no faster than evaluating (docs/performance.md).
pub(super) fn eligible(program: &Program, carried: &Carried) -> bool {
    let same = |value: &Value| !value.deps.timed() && !reads_world(value.deps);
    let untimed = |value: &Value| !value.deps.timed();
    let clocks = program.clocks.iter().all(|clock| {
        let guard = clock.guard.as_ref().is_none_or(|guard| same(&guard.value));
        let kind = match &clock.kind {
            Kind::Takes { law, change, .. } => !law.deps.timed() && *change == OnChange::Keep,
            Kind::Hazard(rate) => untimed(&rate.value),
            Kind::At(at) => at.deps.world(),
            Kind::Guard => true,
        };
        guard && kind && clock.returns == Return::Redraw
    });
    clocks
        && program.lists.iter().all(|list| program.expressions(list).iter().all(untimed))
        && program.draws.is_empty()
        && program.outcomes.iter().all(|(_, when)| same(&when.value) || crosses_once(program, when))
        && program.firsts.iter().all(|first| same(&first.condition.value))
        && program.sets.iter().all(|set| carried.states[set.state as usize] || same(&set.value))
        && program.moves.iter().all(|moved| same(&moved.stage))
        && program.pays.iter().all(|pay| same(&pay.amount))
        && program.accounts.iter().filter_map(|a| a.rate.as_ref()).all(|rate| untimed(&rate.value))
}

/// Whether a path waits for one clock at a time, as where chances are worked out for many paths at once most do.
pub(super) fn one_clock(program: &Program) -> bool {
    program.tracks.len() == 1
        && program.stages.iter().all(|stage| stage.clocks.range().len() <= 1)
        && program.clocks.iter().all(|clock| clock.guard.is_none())
        && program.crossings.is_empty()
        && program.accounts.iter().all(|account| account.rate.is_none())
}

fn reads_world(deps: Deps) -> bool {
    deps.with(Deps::WORLD) == deps
}

/// Whether time changes a condition by its comparisons alone, each at most once, at times that the world decides; and whether beliefs do
/// so in no other way.
fn crosses_once(program: &Program, condition: &Condition) -> bool {
    let timed = |value: &Value| value.deps.with(Deps::TIME).with(Deps::WORLD) == Deps::TIME.with(Deps::WORLD);
    let crossings = condition.crossings.of(&program.crossings);
    comparisons(program, &condition.value) == Some(crossings.len())
        && crossings.iter().all(|crossing| {
            crossing.lasts()
                && timed(&crossing.holds)
                && timed(&crossing.difference)
                && timed(&crossing.slope)
                && comparisons(program, &crossing.holds) == Some(1)
        })
}

/// How many times a condition compares the time (plus or minus something) with a number of the world; none where time or beliefs decide
/// it in any other way. Sums with one number that moves are in order whatever their rounding, so such a comparison changes once.
fn comparisons(program: &Program, value: &Value) -> Option<usize> {
    let layout = program.layout;
    let pool = layout.pool();
    let believed = |place: usize| pool.contains(&place) && program.pool[place - pool.start].is_nan();
    // Room for results may be used again; what once moved is taken to move.
    let mut moving = vec![layout.day()];
    let mut found = 0;
    for i in &program.code.list[value.start as usize..value.end as usize] {
        let operands = [i.a, i.b, i.c].map(|place| place as usize);
        let operands = &operands[..i.op.operands()];
        let moves = operands.iter().filter(|place| moving.contains(place)).count();
        let plain = operands.iter().all(|place| moving.contains(place) || pool.contains(place));
        match i.op {
            _ if moves == 0 => {
                if operands.iter().any(|place| believed(*place)) {
                    return None;
                }
            }
            Op::Less | Op::AtMost if moves == 1 && plain => found += 1,
            Op::Add | Op::Subtract if moves == 1 && plain => moving.push(i.out as usize),
            Op::Copy | Op::Negative => moving.push(i.out as usize),
            _ => return None,
        }
    }
    let out = value.out as usize;
    (!moving.contains(&out) && !believed(out)).then_some(found)
}

/// Whether all that is read at the end of a path follows from the last combination and the outcome.
pub(super) fn ends_by_combination(program: &Program, carried: &Carried) -> bool {
    let layout = program.layout;
    let fixed = |value: &Value| {
        let later = layout.entered(0)..layout.temp();
        let mut read = false;
        reads(program, value, |place| read |= later.contains(&place) || place == layout.day());
        !read && !value.deps.timed() && !reads_world(value.deps)
    };
    let measures = program.measures.iter().all(|measure| {
        let value = match &measure.kind {
            MeasureKind::Value(value) => fixed(value),
            MeasureKind::Account(_) | MeasureKind::First(_) => true,
        };
        value && measure.given.as_ref().is_none_or(fixed)
    });
    !carried.ends && measures && program.cells.iter().all(fixed) && program.payoffs.iter().all(fixed)
}
