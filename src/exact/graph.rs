//! The reachable combinations of stages and values, and how one leads to another.

use super::carried::Carried;
use super::delay::Delay;
use std::sync::Arc;

/// No clock runs: the number of no law.
pub(super) const STILL: u32 = 0;
/// A clock runs that never rings.
pub(super) const NEVER: u32 = 1;

/// The explicit graph of a program in one world.
#[derive(Clone, Debug, Default)]
pub(super) struct Graph {
    pub vertices: Vec<Vertex>,
    pub edges: Vec<Edge>,
    /// The first two are [`STILL`] and [`NEVER`].
    pub laws: Vec<Option<Delay>>,
    /// Lists of branches whose chances move with time.
    pub swings: Vec<Swing>,
    /// Where these bend, between the ends of the epoch.
    pub bends: Vec<f64>,
    /// Clocks that were carried through a date.
    pub carried: Vec<Arc<Carried>>,
    /// The track of each clock.
    pub tracks: Vec<u32>,
    /// What stands for all combinations that were not looked at, where they are too many.
    pub beyond: Option<u32>,
    /// How a path begins: places in `edges`.
    pub start: std::ops::Range<usize>,
}

/// A list of branches whose chances move with time, and where it is read.
#[derive(Clone, Debug)]
pub(super) struct Swing {
    pub list: u32,
    /// The first of its edges; by edge its branch, and the chance of what is drawn on the way.
    pub first: usize,
    pub ways: Vec<(u32, f64)>,
    /// State variables, and the stage of each track by its index.
    pub states: Box<[f64]>,
    pub stages: Box<[f64]>,
}

/// A combination.
#[derive(Clone, Debug)]
pub(super) struct Vertex {
    pub kind: Kind,
    /// The stage of each track, by its number in the whole program.
    pub at: Box<[u32]>,
    /// The state variables; those that do not matter are 0.
    pub states: Box<[f64]>,
    /// Which `first` measures have happened.
    pub firsts: Box<[bool]>,
    /// Those that happen here.
    pub flips: Vec<u32>,
    /// Whether clocks run on here since an earlier combination, and their past matters.
    pub aged: bool,
    /// Those of them that have started here.
    pub started: Vec<u32>,
    /// The same number where all is the same but what has started here.
    pub place: u32,
    /// Where it waits: these clocks and what is left of their delays, by their numbers.
    pub general: Vec<(u32, u32)>,
    /// Without a horizon: whether nothing can come here any more, so that the path has ended as `never`.
    pub over: bool,
}

/// What happens in a combination.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// Not looked at yet.
    New,
    /// It branches at once: places in the edges.
    Instant(std::ops::Range<usize>),
    /// It waits for the first of these.
    Wait(Vec<Exit>),
    /// The path has ended.
    End(u16),
}

/// A clock that runs.
#[derive(Clone, Debug)]
pub(super) struct Exit {
    /// By its number in the program.
    pub clock: u32,
    /// What is left of its delay, by its number in the laws; in an aged combination, what was left when these clocks started.
    pub law: u32,
    /// When it rings, where that is one time for all that start, as a path adds it up.
    pub due: Option<f64>,
    /// What its ring does: places in the edges.
    pub edges: std::ops::Range<usize>,
}

/// A way from one combination to the next.
#[derive(Clone, Debug)]
pub(super) struct Edge {
    pub p: f64,
    pub to: u32,
    /// The stages that are entered on the way, by their number in the whole program.
    pub entered: Box<[u32]>,
    /// What is paid on the way: (account, amount).
    pub paid: Box<[(u32, f64)]>,
}

/// Strongly connected components in topological order, sources first (Tarjan 1972). `next` gives the successors.
pub(super) fn components(count: usize, next: impl Fn(usize) -> Vec<u32>) -> Vec<Vec<u32>> {
    const NEW: u32 = u32::MAX;
    let (mut index, mut low) = (vec![NEW; count], vec![0_u32; count]);
    let (mut on_stack, mut stack, mut found) = (vec![false; count], Vec::new(), Vec::new());
    let mut counter = 0;
    let mut work: Vec<(u32, Vec<u32>, usize)> = Vec::new();
    for root in 0..count {
        if index[root] != NEW {
            continue;
        }
        let mut open = |v: usize, index: &mut Vec<u32>, low: &mut Vec<u32>, stack: &mut Vec<u32>| {
            (index[v], low[v]) = (counter, counter);
            counter += 1;
            stack.push(v as u32);
        };
        open(root, &mut index, &mut low, &mut stack);
        on_stack[root] = true;
        work.push((root as u32, next(root), 0));
        while let Some((v, successors, at)) = work.last_mut() {
            let from = *v as usize;
            if let Some(&to) = successors.get(*at) {
                *at += 1;
                let to = to as usize;
                if index[to] == NEW {
                    open(to, &mut index, &mut low, &mut stack);
                    on_stack[to] = true;
                    work.push((to as u32, next(to), 0));
                } else if on_stack[to] {
                    low[from] = low[from].min(index[to]);
                }
                continue;
            }
            work.pop();
            if let Some((parent, _, _)) = work.last() {
                let parent = *parent as usize;
                low[parent] = low[parent].min(low[from]);
            }
            if low[from] == index[from] {
                let mut component = Vec::new();
                while let Some(v) = stack.pop() {
                    on_stack[v as usize] = false;
                    component.push(v);
                    if v as usize == from {
                        break;
                    }
                }
                component.reverse();
                found.push(component);
            }
        }
    }
    found.reverse();
    found
}

#[cfg(test)]
mod tests {
    use super::components;

    #[test]
    fn components_come_in_topological_order() {
        // 0 -> 1 <-> 2 -> 3, 4 -> 3, 3 -> 3
        let next = [vec![1], vec![2], vec![1, 3], vec![3], vec![3]];
        let mut found = components(5, |v| next[v].clone());
        let place = |found: &[Vec<u32>], v: u32| found.iter().position(|c| c.contains(&v)).unwrap();
        assert!(place(&found, 0) < place(&found, 1) && place(&found, 1) < place(&found, 3));
        assert!(place(&found, 4) < place(&found, 3));
        found.iter_mut().for_each(|c| c.sort_unstable());
        assert!(found.contains(&vec![1, 2]) && found.len() == 4);
    }
}
