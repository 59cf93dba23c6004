//! The program of a variant, with a seed: what a run walks.

use super::chain::ChainWalker;
use super::columns::ColumnWalker;
use super::evaluated::Evaluated;
use super::worlds::{Crowd, one_by_one};
use super::{Each, Fault, Source, World};
use crate::program::{Marginal, Program};
use std::ops::Range;

/// Fewer worlds than this are made one by one: columns have to be laid out first.
const FEW: usize = 32;

/// A program with the seed of its draws.
#[derive(Clone, Debug)]
pub struct Sampled {
    /// The program.
    pub program: Program,
    /// The seed of all its draws.
    pub seed: u64,
}

/// Walks along the chain where there is one, else in columns where that can be done, else by evaluating one path after the other.
#[derive(Clone, Debug)]
pub enum SampledWalker<'p> {
    /// Along the chain.
    Chain(Box<ChainWalker<'p>>),
    /// In columns.
    Columns(Box<ColumnWalker<'p>>),
    /// One path after the other.
    Each(Box<Evaluated<'p>>),
}

impl<'p> SampledWalker<'p> {
    /// Without a chain.
    fn evaluating(program: &'p Program) -> SampledWalker<'p> {
        match ColumnWalker::new(program) {
            Some(columns) => SampledWalker::Columns(Box::new(columns)),
            None => SampledWalker::Each(Box::new(Evaluated::new(program))),
        }
    }
}

impl Source for Sampled {
    type World = World;
    type Walker<'a> = SampledWalker<'a>;
    type Fault = Box<Fault>;

    fn walker(&self) -> SampledWalker<'_> {
        match ChainWalker::new(&self.program) {
            Some(chain) => SampledWalker::Chain(Box::new(chain)),
            None => SampledWalker::evaluating(&self.program),
        }
    }

    fn world(&self, world: u64, earlier: Option<World>) -> Result<World, Box<Fault>> {
        let mut made = earlier.unwrap_or_else(|| World::empty(&self.program));
        made.refill(&self.program, self.seed, world).map(|()| made)
    }

    fn adopt(&self, worlds: &mut Vec<World>) {
        worlds.iter_mut().for_each(|world| world.clear(&self.program));
    }

    fn worlds(
        &self,
        numbers: Range<u64>,
        mut made: Vec<World>,
        like: Option<(&Sampled, &[World])>,
    ) -> (Vec<World>, Option<Box<Fault>>) {
        let count = numbers.end.saturating_sub(numbers.start) as usize;
        let crowd = if count < FEW { None } else { Crowd::new(&self.program) };
        let Some(mut crowd) = crowd else { return one_by_one(self, numbers, made) };
        made.resize_with(count, || World::empty(&self.program));
        // Those of another variant have the same numbers from the first on.
        let like = like.map(|(other, worlds)| (&other.program, worlds));
        match crowd.refill(self.seed, numbers.start, &mut made, like) {
            Ok(()) => (made, None),
            Err((place, fault)) => {
                made.truncate(place);
                (made, Some(fault))
            }
        }
    }

    fn beliefs<'a>(&self, world: &'a World) -> &'a [f64] {
        world.beliefs()
    }

    fn marginal(&self, belief: usize) -> Option<Marginal<'_>> {
        self.program.marginal(&self.program.beliefs[belief])
    }

    fn walk<'a>(
        &'a self,
        walker: &mut SampledWalker<'a>,
        worlds: &[World],
        paths: Range<u64>,
        limit: u64,
        seen: &mut impl Each,
    ) -> Result<(), (u64, Box<Fault>)> {
        match walker {
            // A limit is set only after a fault elsewhere: then each path counts.
            SampledWalker::Chain(chain) if limit == u64::MAX => {
                let walked = chain.walk(worlds, paths, seen);
                if let Some(carrying) = chain.carrying() {
                    **chain = carrying;
                } else if chain.given_up() {
                    *walker = SampledWalker::evaluating(&self.program);
                }
                walked
            }
            SampledWalker::Columns(columns) if limit == u64::MAX => {
                let walked = columns.walk(worlds, paths, seen);
                if columns.given_up() {
                    *walker = SampledWalker::Each(Box::new(Evaluated::new(&self.program)));
                }
                walked
            }
            SampledWalker::Chain(_) | SampledWalker::Columns(_) => {
                Evaluated::new(&self.program).walk(worlds, paths, limit, seen)
            }
            SampledWalker::Each(walker) => walker.walk(worlds, paths, limit, seen),
        }
    }
}
