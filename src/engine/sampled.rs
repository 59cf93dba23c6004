//! The program of a variant, with a seed: what a run walks.

use super::{Fault, Observer, Source, Walker, World};
use crate::dist::Law;
use crate::program::{DrawPlan, LawTree, Program};

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
        match earlier {
            Some(mut earlier) => earlier.refill(&self.program, self.seed, world).map(|()| earlier),
            None => World::new(&self.program, self.seed, world),
        }
    }

    fn beliefs<'a>(&self, world: &'a World) -> &'a [f64] {
        world.beliefs()
    }

    fn law(&self, belief: usize) -> Option<&Law> {
        match &self.program.beliefs[belief].draw {
            DrawPlan::Law(plan) => match plan.tree {
                LawTree::Fixed(law) => self.program.laws.get(law as usize),
                _ => None,
            },
            DrawPlan::Chance(_) | DrawPlan::Weights(_) => None,
        }
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
