//! Units of time, calendar dates, numbers in prose and ranges of numbers.

mod date;
pub mod prose;
mod range;
mod unit;

pub use date::Date;
pub use range::Range;
pub use unit::{DAY, MONTH, TimeUnit, YEAR};
