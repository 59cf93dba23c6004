//! The sampling engine: walks paths of a program.

mod clocks;
mod crossing;
mod draw;
mod ending;
mod fault;
mod instant;
mod observer;
mod quadrature;
mod step;
mod timed;
mod walker;
mod world;

#[cfg(test)]
mod tests;

pub use fault::{Fault, FaultKind};
pub use observer::{Observer, PathEnd, Ring};
pub use walker::{PATH_LIMIT, Walker};
pub use world::World;
