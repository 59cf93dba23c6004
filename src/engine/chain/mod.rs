//! Walking along the chain: the combinations that paths of a program come to are learnt from paths that were walked by evaluating
//! everything, with what each branch does and where it leads. Later paths follow the chain without evaluating anything: many are in
//! flight, their random numbers are drawn for many at once, and each then takes the branch that its number chooses. A
//! path that goes where none has gone before, or to which something rare happens (two clocks at one instant), is walked anew the
//! long way. Draws have names, so both ways give the same path to the bit.

mod anew;
mod assign;
mod banked;
mod banks;
mod begin;
mod carried;
mod column;
mod draws;
mod eligible;
mod ended;
mod lanes;
mod learn;
mod long_way;
mod queue;
mod rows;
mod short;
mod slots;
mod step;
mod store;
#[cfg(test)]
mod tests;
mod watch;

use super::{Each, Fault, World};
use crate::program::Program;
use carried::Carried;
use eligible::{eligible, one_clock};
use lanes::Lanes;
use std::ops::Range;

/// Walks many paths of one program.
#[derive(Clone, Debug)]
pub struct ChainWalker<'p> {
    lanes: Lanes<'p>,
}

impl<'p> ChainWalker<'p> {
    /// A walker of this program; none where its chain can't be learnt. Lanes carry nothing where that can be.
    pub fn new(program: &'p Program) -> Option<ChainWalker<'p>> {
        ChainWalker::of([Some(Carried::none(program)), Carried::most(program)], program)
    }

    /// The same with as much carried by lanes as can be.
    #[cfg(test)]
    fn with_most_carried(program: &'p Program) -> Option<ChainWalker<'p>> {
        ChainWalker::of([Carried::most(program), Some(Carried::none(program))], program)
    }

    /// The same with these state variables, and what is made of them.
    #[cfg(test)]
    fn with_carried(program: &'p Program, states: Vec<bool>) -> Option<ChainWalker<'p>> {
        ChainWalker::of([Carried::these(program, states), None], program)
    }

    fn of(ways: [Option<Carried>; 2], program: &'p Program) -> Option<ChainWalker<'p>> {
        let carried = ways.into_iter().flatten().find(|carried| eligible(program, carried))?;
        Some(ChainWalker { lanes: Lanes::new(program, carried) })
    }

    /// Whether so many paths had to go the long way that the chain is of no use.
    pub fn given_up(&self) -> bool {
        self.lanes.given_up
    }

    /// A walker whose lanes carry what takes so many values that most paths go where none has gone before; none where that can't be done,
    /// or need not.
    pub fn carrying(&self) -> Option<ChainWalker<'p>> {
        let Lanes { program, chain, carried, .. } = &self.lanes;
        if carried.any || !self.lanes.strays() || !one_clock(program) {
            return None;
        }
        let carried = Carried::many(program, &chain.kinds(program.layout.states))?;
        eligible(program, &carried).then(|| ChainWalker { lanes: Lanes::new(program, carried) })
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
        let lanes = &mut self.lanes;
        seen.open(first.number, paths.start, count);
        let asked = (seen.rows() || !lanes.simple, seen.each());
        lanes.ended.clear(lanes.program, count, asked);
        let own = lanes.own();
        lanes.finals.resize(count * own, 0.0);
        lanes.walk(worlds, paths.clone(), seen);
        let of = |place: usize| (&worlds[place / each], paths.start + (place % each) as u64);
        lanes.ended.fill(&lanes.chain.ends);
        let fault = lanes.fault.take();
        let mut config = vec![];
        if !lanes.simple {
            let until = fault.as_ref().map_or(count, |(place, _)| *place as usize);
            for place in 0..until {
                let (world, path) = of(place);
                lanes.config(place, &mut config);
                let read = lanes.ended.evaluate(place, path, world, &config, &mut lanes.walker);
                read.map_err(|fault| (place as u64, fault))?;
            }
        }
        if let Some((place, fault)) = fault {
            return Err((u64::from(place), fault));
        }
        seen.end_many(&lanes.ended.ends());
        if seen.rows() {
            for place in 0..count {
                let (world, path) = of(place);
                lanes.config(place, &mut config);
                let states = &config[..lanes.program.layout.states];
                lanes.ended.columns.show(place, states, |end| seen.row(world.number, path, end));
            }
        }
        Ok(())
    }
}
