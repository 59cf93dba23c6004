//! Which programs can be walked along a chain: what an event does must follow from the combination alone.

use crate::model::{OnChange, Return};
use crate::program::{Chance, Deps, Kind, MeasureKind, Program, Value};

/// Whether the chain of a program can be learnt: nothing that happens at an event reads the time, which way things go
/// without luck is the same in all worlds, and clocks that are dropped begin anew. What is drawn by effects would be part
/// of no finite combination.
pub(super) fn eligible(program: &Program) -> bool {
    let same = |value: &Value| !value.deps.timed() && !reads_world(value.deps);
    let untimed = |value: &Value| !value.deps.timed();
    let clocks = program.clocks.iter().all(|clock| {
        let guard = clock.guard.as_ref().is_none_or(|guard| same(&guard.value));
        let kind = match &clock.kind {
            Kind::Takes { law, change, .. } => {
                !law.deps.timed() && *change == OnChange::Keep && clock.returns == Return::Redraw
            }
            Kind::Hazard(rate) => untimed(&rate.value) && clock.returns == Return::Redraw,
            Kind::At(at) => at.deps.world(),
            Kind::Guard => true,
        };
        guard && kind
    });
    let branches = program.branches.iter().all(|branch| {
        let chance = match &branch.chance {
            Chance::Rest => true,
            Chance::P(p) | Chance::Weight(p) => untimed(p),
            Chance::Odds(base, factors) => {
                let factors = factors.of(&program.factors);
                untimed(base) && factors.iter().all(|f| untimed(&f.of) && untimed(&f.by))
            }
        };
        chance && branch.when.as_ref().is_none_or(untimed)
    });
    clocks
        && branches
        && program.draws.is_empty()
        && program.outcomes.iter().all(|(_, when)| same(&when.value))
        && program.firsts.iter().all(|first| same(&first.condition.value))
        && program.sets.iter().all(|set| same(&set.value))
        && program.moves.iter().all(|moved| same(&moved.stage))
        && program.pays.iter().all(|pay| same(&pay.amount))
        && program.accounts.iter().filter_map(|a| a.rate.as_ref()).all(|rate| untimed(&rate.value))
}

fn reads_world(deps: Deps) -> bool {
    deps.with(Deps::WORLD) == deps
}

/// Whether all that is read at the end of a path follows from the last combination and the outcome.
pub(super) fn ends_by_combination(program: &Program) -> bool {
    let layout = program.layout;
    let fixed = |value: &Value| {
        let later = layout.entered(0)..layout.temp();
        let reads = |place: u32| later.contains(&(place as usize)) || place as usize == layout.day();
        let code = &program.code.list[value.start as usize..value.end as usize];
        let read = code.iter().any(|i| [i.a, i.b, i.c].into_iter().take(i.op.operands()).any(reads));
        !read && !reads(value.out) && !value.deps.timed() && !reads_world(value.deps)
    };
    let measures = program.measures.iter().all(|measure| {
        let value = match &measure.kind {
            MeasureKind::Value(value) => fixed(value),
            MeasureKind::Account(_) | MeasureKind::First(_) => true,
        };
        value && measure.given.as_ref().is_none_or(fixed)
    });
    measures && program.cells.iter().all(fixed) && program.payoffs.iter().all(fixed)
}
