//! Units of time, calendar dates and numbers in prose.

mod date;
pub mod prose;
mod unit;

pub use date::Date;
pub use unit::{DAY, MONTH, TimeUnit, YEAR};
