//! Whether a path can still reach an outcome (design, section 3.6), seen from the stages alone.

use detente::model::{Effects, Expr, Node, Scenario, Target};

/// Whether an outcome can come: one has a condition, or a branch of a stage that can be reached leads to one.
pub fn can_end(scenario: &Scenario, stages: &[usize]) -> bool {
    if scenario.outcomes.iter().any(|o| o.when.is_some()) {
        return true;
    }
    let mut seen: Vec<Vec<bool>> = scenario.tracks.iter().map(|t| vec![false; t.stages.len()]).collect();
    let mut todo: Vec<(usize, usize)> = stages.iter().copied().enumerate().collect();
    while let Some((track, stage)) = todo.pop() {
        if std::mem::replace(&mut seen[track][stage], true) {
            continue;
        }
        let here = &scenario.tracks[track].stages[stage];
        todo.extend(moves(scenario, &here.enter));
        for (_, branches) in here.branches() {
            for branch in &branches.list {
                todo.extend(moves(scenario, &branch.effects));
                match branch.to {
                    Target::Outcome(_) => return true,
                    Target::Stage(to) => todo.push((track, to.0)),
                    Target::Stay => {}
                }
            }
        }
    }
    false
}

fn moves(scenario: &Scenario, effects: &Effects) -> Vec<(usize, usize)> {
    let mut all = vec![];
    for (track, to) in &effects.moves {
        all.extend(targets(to, scenario.tracks[track.0].stages.len()).into_iter().map(|s| (track.0, s)));
    }
    all
}

/// The stages that an expression may name.
fn targets(to: &Expr, count: usize) -> Vec<usize> {
    match &to.node {
        Node::Const(stage) => vec![*stage as usize],
        Node::If(_, a, b) => [targets(a, count), targets(b, count)].concat(),
        _ => (0..count).collect(),
    }
}
