//! What a combination need not hold: state variables that decide no more than chances, rates, delays and what is read at the end. A
//! lane can carry them as numbers, so that counters and many-valued marks do not multiply the combinations.

use crate::program::{Kind, LawTree, MeasureKind, Program, Value};

/// Which state variables lanes carry, and what reads them.
#[derive(Clone, Debug)]
pub(super) struct Carried {
    /// By state variable.
    pub states: Vec<bool>,
    /// Whether any is carried.
    pub any: bool,
    /// By list of branches: whether its chances are worked out for each lane, as they read what is carried.
    pub lists: Vec<bool>,
    /// By clock: whether its distribution or rate reads what is carried.
    pub clocks: Vec<bool>,
    /// By account: whether its rate does.
    pub accounts: Vec<bool>,
    /// Whether what is read at the end does.
    pub ends: bool,
}

/// The places that an expression reads.
pub(super) fn reads(program: &Program, value: &Value, mut note: impl FnMut(usize)) {
    note(value.out as usize);
    for i in &program.code.list[value.start as usize..value.end as usize] {
        [i.a, i.b, i.c].into_iter().take(i.op.operands()).for_each(|place| note(place as usize));
    }
}

impl Carried {
    /// All state variables are part of the combination.
    pub fn none(program: &Program) -> Carried {
        Carried::of(program, vec![false; program.layout.states])
    }

    /// As many as possible are carried; none where that can't be done.
    pub fn most(program: &Program) -> Option<Carried> {
        let layout = program.layout;
        let mut steer = vec![false; layout.states];
        let note = |value: &Value, steer: &mut Vec<bool>| {
            reads(program, value, |place| {
                if place < layout.states {
                    steer[place] = true;
                }
            });
        };
        program.outcomes.iter().for_each(|(_, when)| note(&when.value, &mut steer));
        program.firsts.iter().for_each(|first| note(&first.condition.value, &mut steer));
        program.moves.iter().for_each(|moved| note(&moved.stage, &mut steer));
        program.pays.iter().for_each(|pay| note(&pay.amount, &mut steer));
        let guards = program.clocks.iter().filter_map(|clock| clock.guard.as_ref());
        guards.for_each(|guard| note(&guard.value, &mut steer));
        // What steers is made of what steers.
        loop {
            let before = steer.iter().filter(|s| **s).count();
            for set in &program.sets {
                if steer[set.state as usize] {
                    note(&set.value, &mut steer);
                }
            }
            if steer.iter().filter(|s| **s).count() == before {
                break;
            }
        }
        // A lane assigns by what it knows: state variables and beliefs.
        let mut plain = true;
        for set in &program.sets {
            reads(program, &set.value, |place| plain &= !(layout.states..layout.temp()).contains(&place));
        }
        let states: Vec<bool> = steer.iter().map(|steers| !steers).collect();
        (plain && states.contains(&true)).then(|| Carried::of(program, states))
    }

    fn of(program: &Program, states: Vec<bool>) -> Carried {
        let read = |value: &Value| {
            let mut found = false;
            reads(program, value, |place| found |= states.get(place) == Some(&true));
            found
        };
        let lists = program.lists.iter().map(|list| program.expressions(list).iter().any(read));
        let law = |tree: &LawTree| {
            let mut found = false;
            tree.expressions(&mut |value| found |= read(value));
            found
        };
        let clocks = program.clocks.iter().map(|clock| match &clock.kind {
            Kind::Takes { law: plan, .. } => law(&plan.tree),
            Kind::Hazard(rate) => read(&rate.value),
            Kind::At(_) | Kind::Guard => false,
        });
        let accounts = program.accounts.iter().map(|a| a.rate.as_ref().is_some_and(|rate| read(&rate.value)));
        let measures = program.measures.iter().any(|measure| {
            let value = match &measure.kind {
                MeasureKind::Value(value) => read(value),
                MeasureKind::Account(_) | MeasureKind::First(_) => false,
            };
            value || measure.given.as_ref().is_some_and(read)
        });
        Carried {
            any: states.contains(&true),
            lists: lists.collect(),
            clocks: clocks.collect(),
            accounts: accounts.collect(),
            ends: measures || program.cells.iter().any(read) || program.payoffs.iter().any(read),
            states: states.clone(),
        }
    }
}
