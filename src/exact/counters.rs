//! Counters: state variables that only grow by steps and are only reported. As parts of combinations they make these many, without a bound where
//! rounds may be short; what they come to is a sum of steps like what is paid into an account, of which the mean and the spread are known.

use super::chain::PAIRS;
use super::explore::{Explorer, MOST};
use super::graph::{Graph, Kind};
use super::live::{Live, read_by, steering};
use super::refusal::{NotExact, Why};
use crate::engine::World;
use crate::program::{Account, Initial, MeasureKind, Op, Program, Value};
use std::borrow::Cow;
use std::collections::HashSet;

/// A counter that takes more values than this is counted, and so are all where clocks run on from one combination through more.
const MANY: usize = 1_000;
/// It is looked at after so many combinations each.
const LOOK: usize = 4_096;

/// The program to solve: where in a world its counters take very many values, one that gathers them in accounts. All worlds of a variant are solved
/// by the same.
pub fn counted<'p>(program: &'p Program, world: &World) -> Cow<'p, Program> {
    let counters = counters(program);
    if counters.is_empty() || !crowded(program, world, &counters) {
        return Cow::Borrowed(program);
    }
    let mut program = program.clone();
    for state in counters {
        let account = program.accounts.len() as u32;
        let tells = |value: &Value| value.start == value.end && value.out as usize == state;
        let mut of = u32::MAX;
        for (number, measure) in (0..).zip(&mut program.measures) {
            if matches!(&measure.kind, MeasureKind::Value(value) if tells(value)) {
                measure.kind = MeasureKind::Account(account);
                of = number;
            }
        }
        program.accounts.push(Account { measure: of, rate: None, decay: 0.0, counts: Some(state as u32) });
    }
    Cow::Owned(program)
}

/// Whether combinations are too many, a counter takes very many values, or clocks run on through too many.
fn crowded(program: &Program, world: &World, counters: &[usize]) -> bool {
    let live = Live::new(program);
    let counters: Vec<usize> = counters.iter().copied().filter(|state| live.always[*state]).collect();
    let many = |graph: &Graph| {
        counters.iter().any(|state| {
            let values: HashSet<u64> = graph.vertices.iter().map(|v| v.states[*state].to_bits()).collect();
            values.len() > MANY
        })
    };
    let crowded = |graph: &Graph, whole| many(graph) || whole && runs_through_many(graph);
    let comes = || Explorer::comes_to(program, world, &live, LOOK, crowded);
    let many = |refused: NotExact| matches!(refused.why, Why::TooMany { .. });
    !counters.is_empty() && comes().unwrap_or_else(many)
}

/// Whether clocks run on from some combination through very many, or all in all through more pairs than are solved.
fn runs_through_many(graph: &Graph) -> bool {
    let waits = |v: usize| match &graph.vertices[v].kind {
        Kind::Wait(exits) => exits.as_slice(),
        _ => &[],
    };
    let mut pairs = 0;
    for start in (0..graph.vertices.len()).filter(|v| !graph.vertices[*v].aged && !waits(*v).is_empty()) {
        let mut seen: HashSet<usize> = HashSet::from([start]);
        let (mut work, mut through) = (vec![start], 0);
        while let Some(v) = work.pop() {
            let edges = match &graph.vertices[v].kind {
                Kind::Instant(edges) => vec![edges.clone()],
                _ => waits(v).iter().map(|exit| exit.edges.clone()).collect(),
            };
            for to in edges.into_iter().flatten().map(|edge| graph.edges[edge].to as usize) {
                let vertex = &graph.vertices[to];
                let goes_on = vertex.aged || matches!(vertex.kind, Kind::Instant(_));
                if goes_on && seen.insert(to) {
                    through += usize::from(vertex.aged);
                    work.push(to);
                }
            }
            if through > MANY || pairs + through > PAIRS {
                return true;
            }
        }
        pairs += through;
    }
    false
}

/// The state variables that grow by steps which do not depend on what they are, and that nothing reads but their own steps, measures of values
/// and payoffs.
fn counters(program: &Program) -> Vec<usize> {
    let mut counters = vec![];
    let mut steers = steering(program);
    let mut note = |read: Vec<bool>| steers.iter_mut().zip(read).for_each(|(steers, read)| *steers |= read);
    for initial in &program.initial {
        if let Initial::Value(value) = initial {
            note(read_by(program, value));
        }
    }
    for set in &program.sets {
        let mut read = read_by(program, &set.value);
        read[set.state as usize] = false;
        note(read);
    }
    for state in (0..program.layout.states).filter(|state| !steers[*state]) {
        let mut sets = program.sets.iter().filter(|set| set.state as usize == state).peekable();
        let drawn = program.draws.iter().any(|draw| draw.state as usize == state);
        if sets.peek().is_some() && !drawn && sets.all(|set| grows(program, &set.value, state as u32)) {
            counters.push(state);
        }
    }
    counters
}

/// How a number depends on a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    /// Not at all.
    Nothing,
    /// It is the variable plus something.
    One,
    /// In another way, or in one way or another.
    Otherwise,
}

/// Whether an expression is the variable plus something that does not depend on it, whichever way it is worked out.
fn grows(program: &Program, value: &Value, variable: u32) -> bool {
    let mut known: Vec<(u32, By)> = vec![(variable, By::One)];
    let by = |known: &[(u32, By)], place: u32| {
        known.iter().find(|it| it.0 == place).map_or(By::Nothing, |it| it.1)
    };
    for i in &program.code.list[value.start as usize..value.end as usize] {
        let of: Vec<By> =
            [i.a, i.b, i.c].iter().take(i.op.operands()).map(|place| by(&known, *place)).collect();
        let all = of.iter().all(|by| *by == By::Nothing);
        let found = match (i.op, of.as_slice()) {
            (Op::Skip | Op::SkipIf | Op::SkipUnless, _) if all => continue,
            (Op::Skip | Op::SkipIf | Op::SkipUnless, _) => return false,
            _ if all => By::Nothing,
            (Op::Copy, [a]) => *a,
            (Op::Add, [By::One, By::Nothing] | [By::Nothing, By::One]) => By::One,
            (Op::Subtract, [By::One, By::Nothing]) => By::One,
            (Op::Select, [By::Nothing, a, b]) if a == b => *a,
            _ => By::Otherwise,
        };
        // What skips lead past may have been written before.
        match known.iter_mut().find(|it| it.0 == i.out) {
            Some(it) if it.1 != found => it.1 = By::Otherwise,
            Some(_) => {}
            None => known.push((i.out, found)),
        }
    }
    by(&known, value.out) == By::One
}

const _: () = assert!(MANY < MOST);
