//! Walking in columns: many paths are in flight, and what several of them do next (look at a guard, draw a delay, choose a branch,
//! assign) is done for all of these at once, by the same code that the walker evaluates for one. Nothing is learnt or kept, so
//! programs with numbers that never come back can be walked so. What is rare (two clocks at one instant, a delay of nothing, a fault)
//! sends a path back to the walker. Draws have names, so both ways give the same path to the bit.

mod advance;
mod clocks;
mod eligible;
mod ended;
mod evaluate;
mod firsts;
mod groups;
mod happen;
mod lanes;
mod long_way;
mod plan;
mod route;
mod rows;
mod settle;
#[cfg(test)]
mod tests;

use super::{Each, Fault, World};
use crate::program::Program;
use eligible::eligible;
use lanes::{Lanes, Trip};
use plan::Plan;
use std::ops::Range;

/// Walks many paths of one program.
#[derive(Clone, Debug)]
pub struct ColumnWalker<'p> {
    plan: Plan,
    lanes: Lanes<'p>,
}

impl<'p> ColumnWalker<'p> {
    /// A walker of this program; none where it does what columns don't.
    pub fn new(program: &'p Program) -> Option<ColumnWalker<'p>> {
        if !eligible(program) {
            return None;
        }
        let mut lanes = Lanes::new(program);
        Some(ColumnWalker { plan: Plan::new(program, &mut lanes.columns), lanes })
    }

    /// Whether so many paths had to go the long way, or so few went together, that columns are of no use.
    pub fn given_up(&self) -> bool {
        self.lanes.given_up
    }

    /// Walks these paths in each of the worlds. In case of a fault the first in order is returned, with the place of its path among
    /// them all; what was counted until then is of no use.
    pub fn walk(
        &mut self,
        worlds: &[World],
        paths: Range<u64>,
        seen: &mut impl Each,
    ) -> Result<(), (u64, Box<Fault>)> {
        let each = (paths.end - paths.start) as usize;
        let count = each * worlds.len();
        let (Some(first), true) = (worlds.first(), count > 0) else { return Ok(()) };
        seen.open(first.number, paths.start, count);
        let ColumnWalker { plan, lanes } = self;
        lanes.ended.clear(lanes.program, count);
        lanes.walk(paths.clone(), &mut Trip { plan, worlds, seen });
        let of = |place: usize| (&worlds[place / each], paths.start + (place % each) as u64);
        let wrong = lanes.ended.read(plan, worlds, each, &mut lanes.columns);
        if let Some(place) = wrong.into_iter().chain(lanes.wrong).min() {
            let (world, path) = of(place);
            // Walked once more, to say what is wrong; both ways are the same.
            let walked = lanes.walker.walk(world, path, &mut Blind);
            return walked.map_err(|fault| (place as u64, fault));
        }
        seen.end_many(&lanes.ended.columns.ends(count));
        if seen.rows() {
            for place in 0..count {
                let (world, path) = of(place);
                lanes.ended.show(place, |end| seen.row(world.number, path, end));
            }
        }
        Ok(())
    }
}

/// Sees nothing.
struct Blind;

impl super::Observer for Blind {
    const RINGS: bool = false;

    fn end(&mut self, _: &super::PathEnd<'_>) {}
}
