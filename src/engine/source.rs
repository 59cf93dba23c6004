//! What a run needs of what it walks, so that another way to make the same paths can stand in.

use super::Each;
use crate::program::Marginal;
use std::ops::Range;

/// What can be walked: a compiled scenario with its seed.
pub trait Source: Sync {
    /// One draw of all beliefs.
    type World: Send;
    /// What a thread keeps from path to path.
    type Walker<'a>: Send
    where
        Self: 'a;
    /// What can go wrong.
    type Fault: Send;
    /// What a thread needs.
    fn walker(&self) -> Self::Walker<'_>;
    /// The world with this number; what an earlier one left may be used again.
    fn world(&self, world: u64, earlier: Option<Self::World>) -> Result<Self::World, Self::Fault>;
    /// Makes worlds of another variant fit to be used again; some throw them away.
    fn adopt(&self, worlds: &mut Vec<Self::World>) {
        worlds.clear();
    }
    /// The worlds with these numbers, up to the first that is wrong, and what is; what earlier ones left may be used again, and what
    /// they share with the same worlds of another variant taken over.
    fn worlds(
        &self,
        numbers: Range<u64>,
        earlier: Vec<Self::World>,
        _like: Option<(&Self, &[Self::World])>,
    ) -> (Vec<Self::World>, Option<Self::Fault>) {
        super::worlds::one_by_one(self, numbers, earlier)
    }
    /// The values of its beliefs, in order of declaration.
    fn beliefs<'a>(&self, world: &'a Self::World) -> &'a [f64];
    /// How a belief is distributed, where that is the same in all worlds.
    fn marginal(&self, belief: usize) -> Option<Marginal<'_>>;
    /// Walks these paths in each of the worlds and shows them in order, at most `limit` in all, and only as long as
    /// somebody wants to see more. What went wrong comes with the number of the path, counted over all.
    fn walk<'a>(
        &'a self,
        walker: &mut Self::Walker<'a>,
        worlds: &[Self::World],
        paths: Range<u64>,
        limit: u64,
        seen: &mut impl Each,
    ) -> Result<(), (u64, Self::Fault)>;
}

/// Several may be run by reference.
impl<S: Source> Source for &S {
    type World = S::World;
    type Walker<'a>
        = S::Walker<'a>
    where
        Self: 'a;
    type Fault = S::Fault;

    fn walker(&self) -> Self::Walker<'_> {
        (**self).walker()
    }

    fn world(&self, world: u64, earlier: Option<S::World>) -> Result<S::World, S::Fault> {
        (**self).world(world, earlier)
    }

    fn adopt(&self, worlds: &mut Vec<S::World>) {
        (**self).adopt(worlds);
    }

    fn worlds(
        &self,
        numbers: Range<u64>,
        earlier: Vec<S::World>,
        like: Option<(&Self, &[S::World])>,
    ) -> (Vec<S::World>, Option<S::Fault>) {
        (**self).worlds(numbers, earlier, like.map(|(other, worlds)| (*other, worlds)))
    }

    fn beliefs<'a>(&self, world: &'a S::World) -> &'a [f64] {
        (**self).beliefs(world)
    }

    fn marginal(&self, belief: usize) -> Option<Marginal<'_>> {
        (**self).marginal(belief)
    }

    fn walk<'a>(
        &'a self,
        walker: &mut Self::Walker<'a>,
        worlds: &[S::World],
        paths: Range<u64>,
        limit: u64,
        seen: &mut impl Each,
    ) -> Result<(), (u64, S::Fault)> {
        (**self).walk(walker, worlds, paths, limit, seen)
    }
}
