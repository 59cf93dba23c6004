//! The sampling engine: walks paths of a program.

mod caught_up;
mod chain;
mod clocks;
mod columns;
mod crossing;
mod design;
mod draw;
mod ending;
mod ends;
mod evaluated;
mod fault;
mod gathering;
mod instant;
mod luck;
mod memo;
mod observer;
mod probe;
mod quadrature;
pub mod rare;
mod rows;
mod run;
mod sampled;
mod schedule;
mod source;
mod step;
pub mod tally;
mod timed;
mod trace;
mod walker;
mod world;
mod worlds;

#[cfg(test)]
mod tests;

pub use chain::ChainWalker;
pub use columns::ColumnWalker;
pub use design::{REPLICATES, TooLarge, WorldDesign, Worlds};
pub use ends::{Each, Ends, MANY, Since, Stays, Stops, Visits};
pub use evaluated::Evaluated;
pub use fault::{Fault, FaultKind};
pub use luck::{Luck, Plain, Scene};
pub use observer::{Observer, PathEnd, Ring};
pub use probe::probe;
pub(crate) use rows::Sheet;
pub use rows::{Chunk, Refused, Rows, Take, WorldEnd};
pub use run::{Done, Job, Wrong, run, run_on};
pub use sampled::{Sampled, SampledWalker};
pub use schedule::{Halt, in_order};
pub use source::Source;
pub use trace::{Ending, Event, Trace};
pub use walker::{PATH_LIMIT, Walker};
pub use world::World;

pub(crate) use crossing::next_crossing;
pub(crate) use timed::TimedRate;
