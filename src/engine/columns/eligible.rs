//! Which programs can be walked in columns.

use crate::model::OnChange;
use crate::program::{Kind, Program};

/// The most clocks: each lane has room for all, whether they run or not. The most tracks: each has a bit. Without a
/// track there is nothing to walk.
const MOST_CLOCKS: usize = 128;
const MOST_TRACKS: usize = 32;

/// Whether columns do all that a program does: delays that do not follow what changes while they run, rates that time alone does not
/// change, moves to stages that are known from the start, and none of them by entering.
pub(super) fn eligible(program: &Program) -> bool {
    let clocks = program.clocks.iter().all(|clock| match &clock.kind {
        Kind::Takes { change, .. } => *change == OnChange::Keep,
        Kind::Hazard(rate) => !rate.value.deps.timed(),
        Kind::At(_) | Kind::Guard => true,
    });
    clocks
        && program.clocks.len() <= MOST_CLOCKS
        && (1..=MOST_TRACKS).contains(&program.tracks.len())
        && program.accounts.iter().filter_map(|a| a.rate.as_ref()).all(|rate| !rate.value.deps.timed())
        && program.moves.iter().all(|moved| moved.stage.deps.constant())
        && program.stages.iter().all(|stage| stage.enter.moves.is_empty())
}
