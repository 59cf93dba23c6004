//! Walking along the chain: the combinations that paths of a program come to are learnt from paths that were walked by evaluating
//! everything, with what each branch does and where it leads. Later paths follow the chain without evaluating anything: many are in
//! flight, their random numbers are drawn for many at once, and each then takes the branch that its number chooses. A
//! path that goes where none has gone before, or to which something rare happens (two clocks at one instant), is walked anew the
//! long way. Draws have names, so both ways give the same path to the bit.

mod draws;
mod eligible;
mod ended;
mod lanes;
mod learn;
mod slots;
mod step;
mod store;
#[cfg(test)]
mod tests;

use super::{Each, Fault, World};
use crate::program::Program;
use lanes::{Lanes, Paths};
use std::ops::Range;

/// Walks many paths of one program.
#[derive(Clone, Debug)]
pub struct ChainWalker<'p> {
    lanes: Lanes<'p>,
    entered: Vec<f64>,
    measures: Vec<f64>,
}

impl<'p> ChainWalker<'p> {
    /// A walker of this program; none where its chain can't be learnt.
    pub fn new(program: &'p Program) -> Option<ChainWalker<'p>> {
        eligible::eligible(program).then(|| ChainWalker {
            lanes: Lanes::new(program),
            entered: vec![0.0; program.tracks.len()],
            measures: vec![0.0; program.measures.len()],
        })
    }

    /// Whether so many paths had to go the long way that the chain is of no use.
    pub fn given_up(&self) -> bool {
        self.lanes.given_up
    }

    /// Walks these paths in each of the worlds and shows them in order. In case of a fault those before it are shown; which path
    /// it was, counted over all, comes with it.
    pub fn walk(
        &mut self,
        worlds: &[World],
        paths: Range<u64>,
        seen: &mut impl Each,
    ) -> Result<(), (u64, Box<Fault>)> {
        let each = paths.end - paths.start;
        let count = each as usize * worlds.len();
        let lanes = &mut self.lanes;
        lanes.ended.clear(lanes.walker.program, count);
        lanes.walk(&Paths { worlds, paths: paths.clone(), first: 0 });
        lanes.ended.sort();
        let fault = lanes.fault.take();
        let until = fault.as_ref().map_or(count, |(place, _)| *place as usize);
        for place in 0..until {
            let (world, path) = (&worlds[place / each as usize], paths.start + place as u64 % each);
            let (entered, measures) = (&mut self.entered, &mut self.measures);
            lanes
                .ended
                .show(place, path, world, &lanes.chain, &mut lanes.walker, entered, measures, seen)
                .map_err(|fault| (place as u64, fault))?;
            if !seen.done() {
                return Ok(());
            }
        }
        fault.map_or(Ok(()), |(place, fault)| Err((u64::from(place), fault)))
    }
}
