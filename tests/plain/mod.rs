//! A second, plain interpreter of scenarios, written from the design's section 3 alone: clear and slow. It walks the
//! model's trees and shares only the model, the named random numbers and the distributions with what it checks.

mod accounts;
pub mod answers;
pub mod beside;
mod branch;
mod clocks;
pub mod compare;
mod draws;
mod eval;
mod events;
pub mod fault;
#[cfg(test)]
mod hand;
pub mod generate;
mod hazard;
mod laws;
mod path;
mod reach;
#[cfg(test)]
mod rules;
pub mod shrink;
mod times;
