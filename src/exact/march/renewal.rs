//! A node that leads to itself: what starts anew within a panel, solved directly.

use super::super::kernel::Block;
use super::super::legendre::{POINTS, Values};

/// I − Σ p D, factored by Gauss with the greatest pivot of a column; the same for all panels of a width.
pub(super) struct Renewal {
    /// Where the panel begins for which it was made, and its width.
    pub from: f64,
    pub width: f64,
    /// By row: below the diagonal the factors, from there on what is left.
    rows: Box<[Values; POINTS]>,
    /// The row that is put in each place.
    swaps: [usize; POINTS],
}

impl Renewal {
    /// For blocks with their chances at the points of rings; none where it can't be solved well.
    pub fn new<'b>(
        from: f64,
        width: f64,
        loops: impl Iterator<Item = (Values, &'b Block)>,
    ) -> Option<Renewal> {
        let mut rows = Box::new([[0.0; POINTS]; POINTS]);
        for (j, row) in rows.iter_mut().enumerate() {
            row[j] = 1.0;
        }
        for (p, block) in loops {
            for (j, row) in rows.iter_mut().enumerate() {
                for i in 0..POINTS {
                    row[i] -= p[j] * block.rows[i][j];
                }
            }
        }
        let mut swaps = [0; POINTS];
        for k in 0..POINTS {
            let pivot = (k..POINTS).max_by(|a, b| rows[*a][k].abs().total_cmp(&rows[*b][k].abs()))?;
            rows.swap(k, pivot);
            swaps[k] = pivot;
            let top = rows[k];
            if top[k].abs() < 1e-3 {
                return None;
            }
            for row in &mut rows[k + 1..] {
                let factor = row[k] / top[k];
                if factor != 0.0 {
                    for c in k..POINTS {
                        row[c] -= factor * top[c];
                    }
                }
                row[k] = factor;
            }
        }
        Some(Renewal { from, width, rows, swaps })
    }

    /// What starts in all, of what starts from elsewhere.
    pub fn solve(&self, values: &mut Values) {
        for k in 0..POINTS {
            values.swap(k, self.swaps[k]);
        }
        for k in 0..POINTS {
            for r in k + 1..POINTS {
                values[r] -= self.rows[r][k] * values[k];
            }
        }
        for k in (0..POINTS).rev() {
            for c in k + 1..POINTS {
                values[k] -= self.rows[k][c] * values[c];
            }
            values[k] /= self.rows[k][k];
        }
    }
}
