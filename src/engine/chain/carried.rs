//! What a combination need not hold: state variables that decide no more than chances, rates, delays and what is read at the end. A
//! lane can carry them as numbers, so that counters and many-valued marks do not multiply the combinations.

use crate::program::{Kind, LawTree, MeasureKind, Program, Set, Value};

/// Which state variables lanes carry, and what reads them.
#[derive(Clone, Debug)]
pub(super) struct Carried {
    /// By state variable.
    pub states: Vec<bool>,
    /// The same, as places.
    pub places: Vec<u32>,
    /// What lanes keep up to date: what they carry, and what that is made of, which is part of the combination as well.
    pub followed: Vec<bool>,
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

/// So many combinations of values are learnt from few paths.
const FEW: usize = 1_000;

/// The places that an expression reads.
pub(super) fn reads(program: &Program, value: &Value, mut note: impl FnMut(usize)) {
    note(value.out as usize);
    for i in &program.code.list[value.start as usize..value.end as usize] {
        [i.a, i.b, i.c].into_iter().take(i.op.operands()).for_each(|place| note(place as usize));
    }
}

/// Goes over all assignments until nothing is added any more.
fn grow(program: &Program, some: &mut Vec<bool>, mut add: impl FnMut(&Set, &mut Vec<bool>)) {
    loop {
        let before = some.iter().filter(|s| **s).count();
        program.sets.iter().for_each(|set| add(set, some));
        if some.iter().filter(|s| **s).count() == before {
            return;
        }
    }
}

/// Adds what these are made of.
fn with_sources(program: &Program, some: &mut Vec<bool>) {
    grow(program, some, |set, some| {
        if some[set.state as usize] {
            note(program, &set.value, some);
        }
    });
}

/// Adds the state variables that an expression reads.
fn note(program: &Program, value: &Value, some: &mut [bool]) {
    reads(program, value, |place| {
        if let Some(some) = some.get_mut(place) {
            *some = true;
        }
    });
}

/// The state variables that decide where paths go otherwise than by chances, and what these are made of.
fn steering(program: &Program) -> Vec<bool> {
    let mut steer = vec![false; program.layout.states];
    program.outcomes.iter().for_each(|(_, when)| note(program, &when.value, &mut steer));
    program.firsts.iter().for_each(|first| note(program, &first.condition.value, &mut steer));
    program.moves.iter().for_each(|moved| note(program, &moved.stage, &mut steer));
    program.pays.iter().for_each(|pay| note(program, &pay.amount, &mut steer));
    let guards = program.clocks.iter().filter_map(|clock| clock.guard.as_ref());
    guards.for_each(|guard| note(program, &guard.value, &mut steer));
    with_sources(program, &mut steer);
    steer
}

impl Carried {
    /// All state variables are part of the combination.
    pub fn none(program: &Program) -> Carried {
        Carried::of(program, vec![false; program.layout.states])
    }

    /// As many as possible are carried; none where that can't be done.
    pub fn most(program: &Program) -> Option<Carried> {
        Carried::these(program, steering(program).iter().map(|steers| !steers).collect())
    }

    /// Those that take the most values are carried, so that few combinations are left; `kinds` says how many values each takes.
    pub fn many(program: &Program, kinds: &[usize]) -> Option<Carried> {
        let mut order: Vec<usize> = (0..kinds.len()).collect();
        order.sort_by_key(|state| kinds[*state]);
        let (mut combinations, mut states) = (1, vec![false; kinds.len()]);
        for state in order {
            combinations *= kinds[state].max(1);
            states[state] = combinations > FEW;
            combinations = combinations.min(FEW + 1);
        }
        Carried::these(program, states)
    }

    /// These are carried, and what is made of them; none where some of that steers, or lanes can't assign it.
    pub fn these(program: &Program, mut states: Vec<bool>) -> Option<Carried> {
        grow(program, &mut states, |set, states| {
            let mut made = false;
            reads(program, &set.value, |place| made |= states.get(place) == Some(&true));
            if made {
                states[set.state as usize] = true;
            }
        });
        let steers = steering(program).iter().zip(&states).any(|(steers, carried)| *steers && *carried);
        let carried = Carried::of(program, states);
        // A lane assigns by what it knows: state variables and beliefs.
        let layout = program.layout;
        let mut plain = true;
        for set in program.sets.iter().filter(|set| carried.followed[set.state as usize]) {
            reads(program, &set.value, |place| plain &= !(layout.states..layout.temp()).contains(&place));
        }
        (carried.any && plain && !steers).then_some(carried)
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
        let mut followed = states.clone();
        with_sources(program, &mut followed);
        let places = (0..).zip(&states).filter(|(_, carried)| **carried).map(|(place, _)| place);
        Carried {
            any: states.contains(&true),
            places: places.collect(),
            followed,
            lists: lists.collect(),
            clocks: clocks.collect(),
            accounts: accounts.collect(),
            ends: measures || program.cells.iter().any(read) || program.payoffs.iter().any(read),
            states: states.clone(),
        }
    }
}
