//! Rows of paths and of worlds while paths are walked: those of a variant after those of the one before it, path by path and world by world.

use super::tally::WorldValues;
use super::{Ends, Observer, PathEnd};
use crate::engine::tally::Shape;

/// Writes a row of each path, of each world, or both.
pub trait Rows: Sync {
    /// Adds the row of a path of the variant with this number.
    fn row(&self, arm: usize, world: u64, path: u64, end: &PathEnd<'_>, to: &mut Vec<u8>);

    /// Whether it wants to see every path.
    fn paths(&self) -> bool {
        true
    }

    /// Whether it wants to see every world.
    fn worlds(&self) -> bool {
        false
    }

    /// Adds the row of a world of the variant with this number.
    fn world(&self, _arm: usize, _world: &WorldEnd<'_>, _to: &mut Vec<u8>) {}
}

/// What came of a world.
#[derive(Clone, Copy, Debug)]
pub struct WorldEnd<'a> {
    /// Its number.
    pub number: u64,
    /// Its beliefs.
    pub beliefs: &'a [f64],
    /// How many of its paths were walked; none where it was solved.
    pub paths: Option<u64>,
    /// By outcome: the share of paths that end so.
    pub outcomes: &'a [f64],
    /// By measure, then party: the sum over the paths that count (of a `first`, and on which it comes) in parts of all paths, and their
    /// share. Not numbers where that is not known.
    pub measured: &'a [(f64, f64)],
}

/// Rows that are ready, in their order.
#[derive(Clone, Debug, Default)]
pub struct Chunk {
    /// Of paths.
    pub paths: Vec<u8>,
    /// Of worlds.
    pub worlds: Vec<u8>,
}

impl Chunk {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.paths.is_empty() && self.worlds.is_empty()
    }
}

/// Why rows could not be taken; whoever takes them knows.
pub type Refused = Box<dyn std::error::Error + Send + Sync>;

/// Where rows go, in order of world, path and variant, some at a time.
pub type Take<'a> = &'a mut (dyn FnMut(&Chunk) -> Result<(), Refused> + Send);

/// The rows of one variant in one batch, of its paths or of its worlds.
#[derive(Default)]
pub(crate) struct Sheet {
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl Sheet {
    /// Adds a row.
    pub fn add(&mut self, row: impl FnOnce(&mut Vec<u8>)) {
        row(&mut self.text);
        self.ends.push(self.text.len());
    }

    /// Row after row, and of each variant after variant.
    pub fn interleave(mut sheets: Vec<Sheet>) -> Vec<u8> {
        if let [one] = &mut sheets[..] {
            return std::mem::take(&mut one.text);
        }
        let mut all = Vec::with_capacity(sheets.iter().map(|sheet| sheet.text.len()).sum());
        for row in 0..sheets.first().map_or(0, |sheet| sheet.ends.len()) {
            for sheet in &sheets {
                let start = row.checked_sub(1).map_or(0, |before| sheet.ends[before]);
                all.extend_from_slice(&sheet.text[start..sheet.ends[row]]);
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
        let (writer, arm, (world, path)) = (self.writer, self.arm, self.at);
        self.sheet.add(|to| writer.row(arm, world, path, end, to));
    }
}

/// What the worlds of one variant in one batch come to.
pub(super) struct WorldObserver {
    each: u64,
    kinds: usize,
    /// By world, then outcome: paths.
    outcomes: Vec<u64>,
    values: WorldValues,
}

impl WorldObserver {
    /// Of so many worlds.
    pub fn new(shape: &Shape, worlds: usize) -> WorldObserver {
        let mut values = WorldValues::new(shape, u64::MAX);
        values.reserve(worlds as u64);
        WorldObserver {
            each: shape.design.unit(),
            kinds: shape.outcomes,
            outcomes: vec![0; worlds * shape.outcomes],
            values,
        }
    }

    /// Counts paths with consecutive numbers; the first is the `from`-th of the batch.
    pub fn end_many(&mut self, from: u64, ends: &Ends<'_>) {
        self.values.end_many(0, self.each, from, ends);
        for (path, outcome) in (from..).zip(ends.outcomes()) {
            self.outcomes[(path / self.each) as usize * self.kinds + usize::from(*outcome)] += 1;
        }
    }

    /// Their rows. `beliefs` are those of each world; the first has the number `first`.
    pub fn rows(&self, writer: &dyn Rows, arm: usize, first: u64, beliefs: &[&[f64]]) -> Sheet {
        let mut sheet = Sheet::default();
        let each = self.each as f64;
        let (mut shares, mut measured) = (Vec::new(), Vec::new());
        for (nth, (number, beliefs)) in (first..).zip(beliefs).enumerate() {
            shares.clear();
            shares.extend(self.outcomes[nth * self.kinds..][..self.kinds].iter().map(|n| *n as f64 / each));
            measured.clear();
            measured.extend(self.values.in_world(nth).iter().map(|(sum, count)| (sum / each, count / each)));
            let end =
                WorldEnd { number, beliefs, paths: Some(self.each), outcomes: &shares, measured: &measured };
            sheet.add(|to| writer.world(arm, &end, to));
        }
        sheet
    }
}
