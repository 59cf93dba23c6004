//! Columns of tables: functions of one number.

use crate::model::{Read, Table};

/// A column of a table, without its name.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// The arguments, rising.
    pub x: Box<[f64]>,
    /// The values.
    pub y: Box<[f64]>,
    /// Whether it is read on the straight line between two rows; else the last row at or below holds.
    pub line: bool,
}

impl Column {
    pub(super) fn new(table: &Table) -> Column {
        Column { x: table.x.clone().into(), y: table.y.clone().into(), line: table.read == Read::Line }
    }

    /// The value at `x`; outside the rows the nearest holds.
    pub fn at(&self, x: f64) -> f64 {
        let after = self.x.partition_point(|row| *row <= x);
        if after == 0 {
            return if x.is_nan() { f64::NAN } else { self.y[0] };
        }
        let before = after - 1;
        if self.line && after < self.x.len() {
            let share = (x - self.x[before]) / (self.x[after] - self.x[before]);
            return self.y[before] + share * (self.y[after] - self.y[before]);
        }
        self.y[before]
    }
}
