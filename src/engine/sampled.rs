//! The program of a variant, with a seed: what a run walks.

use super::{Fault, Observer, Source, Walker, World};
use crate::dist::Law;
use crate::program::Program;

/// A program that is walked by evaluating its expressions.
#[derive(Clone, Debug)]
pub struct Sampled {
    /// The program.
    pub program: Program,
    /// The seed of all its draws.
    pub seed: u64,
}

impl Source for Sampled {
    type World = World;
    type Walker<'a> = Walker<'a>;
    type Fault = Box<Fault>;

    fn walker(&self) -> Walker<'_> {
        Walker::new(&self.program)
    }

    fn world(&self, world: u64, earlier: Option<World>) -> Result<World, Box<Fault>> {
        let mut made = earlier.unwrap_or_else(|| World::empty(&self.program));
        made.refill(&self.program, self.seed, world).map(|()| made)
    }

    fn beliefs<'a>(&self, world: &'a World) -> &'a [f64] {
        world.beliefs()
    }

    fn law(&self, belief: usize) -> Option<&Law> {
        self.program.fixed_law(&self.program.beliefs[belief])
    }

    fn walk<'a>(
        &'a self,
        walker: &mut Walker<'a>,
        world: &World,
        path: u64,
        observer: &mut impl Observer,
    ) -> Result<(), Box<Fault>> {
        walker.walk(world, path, observer)
    }
}
