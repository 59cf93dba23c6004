//! Scenarios with endless combinations, such as a trust that rises and falls by halves: those that are nearest are told apart, and the few paths
//! that go further are counted as an error.

use super::explore::Explorer;
use super::live::{Live, read_by};
use super::refusal::{NotExact, Why};
use crate::engine::World;
use crate::program::Program;

/// So many combinations are told apart at first; where more than [`FAR`] of the paths go further, twice as many.
pub(super) const NEAREST: usize = 100;
/// The share of paths that may go further.
pub(super) const FAR: f64 = 1e-12;
/// From so many on they must have become fewer, to a quarter or less, unless nearly all do: a walk that may climb for ever has no end.
pub(super) const MANY: usize = 800;
/// The most that are told apart.
pub(super) const MOST: usize = 25_600;

/// The refusal of a program whose combinations are too many to look at all of them, judged by one world; none where they are not. All worlds of
/// a variant are solved alike.
pub fn endless(program: &Program, world: &World) -> Option<NotExact> {
    let live = Live::new(program);
    // Where nothing is made of itself or of others values are as many as are written.
    let goes_on = |value| live.always.iter().zip(read_by(program, value)).any(|(live, read)| *live && read);
    if !program.sets.iter().any(|set| goes_on(&set.value)) {
        return None;
    }
    match Explorer::comes_to(program, world, &live, usize::MAX, |_, _| false) {
        Err(refused) if matches!(refused.why, Why::TooMany { .. }) => Some(refused),
        _ => None,
    }
}
