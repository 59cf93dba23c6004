//! The sampling engine: walks paths of a program.

mod observer;

pub use observer::{Observer, PathEnd, Ring};
