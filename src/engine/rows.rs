//! Rows of paths while they are walked, in order of path, then variant.

use super::{Observer, PathEnd};

/// Writes a row of each path.
pub trait Rows: Sync {
    /// Adds the row of a path of the variant with this number.
    fn row(&self, arm: usize, world: u64, path: u64, end: &PathEnd<'_>, to: &mut Vec<u8>);
}

/// Why rows could not be taken; whoever takes them knows.
pub type Refused = Box<dyn std::error::Error + Send + Sync>;

/// Where rows go, in order of world, path and variant, some at a time.
pub type Take<'a> = &'a mut (dyn FnMut(&[u8]) -> Result<(), Refused> + Send);

/// The rows of one variant in one batch.
#[derive(Default)]
pub(super) struct Sheet {
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl Sheet {
    /// Path after path, and of each path variant after variant.
    pub fn interleave(mut sheets: Vec<Sheet>) -> Vec<u8> {
        if let [one] = &mut sheets[..] {
            return std::mem::take(&mut one.text);
        }
        let mut all = Vec::with_capacity(sheets.iter().map(|sheet| sheet.text.len()).sum());
        for path in 0..sheets.first().map_or(0, |sheet| sheet.ends.len()) {
            for sheet in &sheets {
                let start = path.checked_sub(1).map_or(0, |before| sheet.ends[before]);
                all.extend_from_slice(&sheet.text[start..sheet.ends[path]]);
            }
        }
        all
    }
}

/// Writes the rows of one variant to its sheet.
pub(super) struct RowObserver<'a> {
    writer: &'a dyn Rows,
    arm: usize,
    sheet: &'a mut Sheet,
    at: (u64, u64),
}

impl<'a> RowObserver<'a> {
    pub fn new(writer: &'a dyn Rows, arm: usize, sheet: &'a mut Sheet) -> RowObserver<'a> {
        RowObserver { writer, arm, sheet, at: (0, 0) }
    }
}

impl Observer for RowObserver<'_> {
    const RINGS: bool = false;

    fn begin(&mut self, world: u64, path: u64) {
        self.at = (world, path);
    }

    fn end(&mut self, end: &PathEnd<'_>) {
        self.writer.row(self.arm, self.at.0, self.at.1, end, &mut self.sheet.text);
        self.sheet.ends.push(self.sheet.text.len());
    }
}
