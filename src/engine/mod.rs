//! The sampling engine: walks paths of a program.

mod observer;
mod schedule;
mod trace;

pub use observer::{Observer, PathEnd, Ring};
pub use schedule::{Halt, in_order};
pub use trace::{Ending, Event, Trace};
