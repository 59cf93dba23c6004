//! Many paths on several threads: the base and its variants on the same luck, batch by batch.

use super::schedule::{Halt, in_order};
use super::tally::{Paired, Record, Shape, Tally};
use super::{Observer, PathEnd};
use crate::stats::Design;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

/// Paths of a batch, about: whole worlds, where worlds differ. Fixed, so that no result depends on threads.
const BATCH: u64 = 1000;
/// Paths between two looks at the flag that stops a run.
const LOOK: u64 = 256;

/// What can be walked: a compiled scenario with its seed.
pub trait Source: Sync {
    /// One draw of all beliefs.
    type World: Send;
    /// What a thread keeps from path to path.
    type Walker<'a>: Send
    where
        Self: 'a;
    /// What can go wrong.
    type Fault: Send;
    /// What a thread needs.
    fn walker(&self) -> Self::Walker<'_>;
    /// The world with this number; what an earlier one left may be used again.
    fn world(&self, world: u64, earlier: Option<Self::World>) -> Result<Self::World, Self::Fault>;
    /// The values of its beliefs, in order of declaration.
    fn beliefs<'a>(&self, world: &'a Self::World) -> &'a [f64];
    /// The distribution of a belief, where it is the same in all worlds.
    fn law(&self, belief: usize) -> Option<&crate::dist::Law>;
    /// Walks one path.
    fn walk<'a>(
        &'a self,
        walker: &mut Self::Walker<'a>,
        world: &Self::World,
        path: u64,
        observer: &mut impl Observer,
    ) -> Result<(), Self::Fault>;
}

/// Several may be run by reference.
impl<S: Source> Source for &S {
    type World = S::World;
    type Walker<'a>
        = S::Walker<'a>
    where
        Self: 'a;
    type Fault = S::Fault;

    fn walker(&self) -> Self::Walker<'_> {
        (**self).walker()
    }

    fn world(&self, world: u64, earlier: Option<S::World>) -> Result<S::World, S::Fault> {
        (**self).world(world, earlier)
    }

    fn beliefs<'a>(&self, world: &'a S::World) -> &'a [f64] {
        (**self).beliefs(world)
    }

    fn law(&self, belief: usize) -> Option<&crate::dist::Law> {
        (**self).law(belief)
    }

    fn walk<'a>(
        &'a self,
        walker: &mut Self::Walker<'a>,
        world: &S::World,
        path: u64,
        observer: &mut impl Observer,
    ) -> Result<(), S::Fault> {
        (**self).walk(walker, world, path, observer)
    }
}

/// Writes a row of each path.
pub trait Rows: Sync {
    /// Adds the row of a path of the variant with this number.
    fn row(&self, arm: usize, world: u64, path: u64, end: &PathEnd<'_>, to: &mut Vec<u8>);
}

/// Why rows could not be taken; whoever takes them knows.
pub type Refused = Box<dyn std::error::Error + Send + Sync>;

/// Where rows go, in order of world, path and variant, some at a time.
pub type Take<'a> = &'a mut (dyn FnMut(&[u8]) -> Result<(), Refused> + Send);

/// What to run: variants of one scenario, the base first.
pub struct Job<'a, S> {
    /// The variants.
    pub arms: &'a [S],
    /// The shape of them all.
    pub shape: &'a Shape,
    /// Worlds.
    pub worlds: u64,
    /// Paths in each.
    pub paths_each: u64,
    /// Threads; 0 for one each core.
    pub threads: usize,
    /// Set to stop.
    pub cancel: &'a AtomicBool,
    /// Told now and then how many more paths of the variant with this number are done.
    pub progress: &'a (dyn Fn(usize, u64) + Sync),
}

/// What was counted.
#[derive(Clone, Debug)]
pub struct Done {
    /// By variant.
    pub tallies: Vec<Tally>,
    /// By variant but the base.
    pub paired: Vec<Paired>,
}

/// What went wrong, and where.
#[derive(Debug)]
pub enum Wrong<F> {
    /// On a path.
    Path {
        /// The number of the variant.
        arm: usize,
        /// The world.
        world: u64,
        /// The path in it; none where the world itself could not be drawn.
        path: Option<u64>,
        /// What.
        fault: F,
    },
    /// Rows could not be written.
    Rows(Refused),
}

/// What a thread keeps.
struct Kept<'a, S: Source + 'a> {
    walkers: Vec<S::Walker<'a>>,
    tallies: Vec<Tally>,
    paired: Vec<Paired>,
    record: Record,
}

/// The paths of one batch: some worlds, and some paths of each.
struct Batch {
    worlds: Range<u64>,
    paths: Range<u64>,
}

impl Done {
    /// Adds what was counted of other paths of the same variants.
    pub fn add(&mut self, other: &Done) {
        self.tallies.iter_mut().zip(&other.tallies).for_each(|(mine, theirs)| mine.merge(theirs));
        self.paired.iter_mut().zip(&other.paired).for_each(|(mine, theirs)| mine.merge(theirs));
    }
}

/// Runs all paths of all variants.
pub fn run<S: Source>(
    job: &Job<'_, S>,
    rows: Option<(&dyn Rows, Take<'_>)>,
) -> Result<Done, Halt<Wrong<S::Fault>>> {
    run_on(job, 0, rows)
}

/// Goes on with a run of which the first `from` worlds (paths, where paths are independent) are done. What it counts,
/// added to what was counted of those, is what one run counts of them all.
pub fn run_on<S: Source>(
    job: &Job<'_, S>,
    from: u64,
    rows: Option<(&dyn Rows, Take<'_>)>,
) -> Result<Done, Halt<Wrong<S::Fault>>> {
    let (writer, mut take) = rows.map_or((None, None), |(writer, take)| (Some(writer), Some(take)));
    let worlds_each = (BATCH / job.paths_each.max(1)).max(1);
    let independent = job.shape.design == Design::Paths;
    let (each, all) = if independent { (BATCH, job.paths_each) } else { (worlds_each, job.worlds) };
    let batches = all.saturating_sub(from).div_ceil(each);
    let batch = |n: u64| {
        let some = from + n * each..all.min(from + (n + 1) * each);
        if independent {
            Batch { worlds: 0..1, paths: some }
        } else {
            Batch { worlds: some, paths: 0..job.paths_each }
        }
    };
    let kept = in_order(
        job.threads,
        batches,
        job.cancel,
        || Kept::new(job),
        |kept, n| kept.work(job, &batch(n), writer),
        |chunk: Vec<u8>| match &mut take {
            Some(take) if !chunk.is_empty() => take(&chunk).map_err(Wrong::Rows),
            _ => Ok(()),
        },
    )?;
    let mut done = Kept::new(job).done();
    for part in kept {
        done.add(&part.done());
    }
    Ok(done)
}

impl<'a, S: Source> Kept<'a, S> {
    fn new(job: &Job<'a, S>) -> Self {
        Kept {
            walkers: job.arms.iter().map(Source::walker).collect(),
            tallies: job.arms.iter().map(|_| Tally::new(job.shape)).collect(),
            paired: job.arms.iter().skip(1).map(|_| Paired::new(job.shape)).collect(),
            record: Record::new(job.shape),
        }
    }

    fn done(mut self) -> Done {
        self.tallies.iter_mut().for_each(Tally::settle);
        Done { tallies: self.tallies, paired: self.paired }
    }

    /// Works one batch; returns the rows of its paths. Of several faults the one of the lowest (world, path, variant)
    /// is reported: after a fault the other variants are walked only up to there.
    fn work(
        &mut self,
        job: &Job<'a, S>,
        batch: &Batch,
        writer: Option<&dyn Rows>,
    ) -> Result<Vec<u8>, Halt<Wrong<S::Fault>>> {
        self.record.clear();
        let mut sheets: Vec<Sheet> = Vec::new();
        let mut first_fault: Option<Placed<S::Fault>> = None;
        for arm in 0..job.arms.len() {
            let limit = first_fault.as_ref().map_or(u64::MAX, |(place, _)| *place);
            let mut sheet = Sheet::default();
            let rows = writer.map(|writer| RowObserver { writer, arm, sheet: &mut sheet, at: (0, 0) });
            match self.walk(job, batch, arm, rows, limit) {
                Ok(()) => sheets.push(sheet),
                Err(Halt::Cancelled) => return Err(Halt::Cancelled),
                Err(Halt::Fault(fault)) => first_fault = Some(fault),
            }
        }
        match first_fault {
            Some((_, fault)) => Err(Halt::Fault(fault)),
            None => Ok(Sheet::interleave(&sheets)),
        }
    }

    /// Walks the paths of a batch in one variant, at most `limit` of them.
    fn walk(
        &mut self,
        job: &Job<'a, S>,
        batch: &Batch,
        arm: usize,
        mut rows: Option<RowObserver<'_>>,
        limit: u64,
    ) -> Result<(), Halt<Placed<S::Fault>>> {
        let (source, unit) = (&job.arms[arm], job.shape.unit());
        let (walker, tally) = (&mut self.walkers[arm], &mut self.tallies[arm]);
        let (mut place, mut told) = (0, 0);
        let mut earlier = None;
        for number in batch.worlds.clone() {
            if place >= limit {
                return Ok(());
            }
            let at = |path, fault| Wrong::Path { arm, world: number, path, fault };
            let world = source
                .world(number, earlier.take())
                .map_err(|fault| Halt::Fault((place, at(None, fault))))?;
            for path in batch.paths.clone() {
                if place >= limit {
                    return Ok(());
                }
                if place % LOOK == LOOK - 1 && job.cancel.load(Ordering::Relaxed) {
                    return Err(Halt::Cancelled);
                }
                let walked = match arm.checked_sub(1).map(|i| &mut self.paired[i]) {
                    None => {
                        let mut seen = (&mut *tally, (&mut self.record, rows.as_mut()));
                        source.walk(walker, &world, path, &mut seen)
                    }
                    Some(paired) => {
                        let against = paired.against(&self.record, place as usize);
                        source.walk(walker, &world, path, &mut (&mut *tally, (against, rows.as_mut())))
                    }
                };
                walked.map_err(|fault| Halt::Fault((place, at(Some(path), fault))))?;
                place += 1;
                if unit == 1 {
                    tally.close(1);
                    if arm > 0 {
                        self.paired[arm - 1].close(1);
                    }
                }
            }
            if unit > 1 {
                tally.close(unit);
                if arm > 0 {
                    self.paired[arm - 1].close(unit);
                }
            }
            earlier = Some(world);
            // A world may be long; somebody watches.
            if place - told >= BATCH {
                (job.progress)(arm, place - told);
                told = place;
            }
        }
        (job.progress)(arm, place - told);
        Ok(())
    }
}

/// What went wrong, and at how-manieth path of the batch.
type Placed<F> = (u64, Wrong<F>);

/// The rows of one variant in one batch.
#[derive(Default)]
struct Sheet {
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl Sheet {
    /// Path after path, and of each path variant after variant.
    fn interleave(sheets: &[Sheet]) -> Vec<u8> {
        let mut all = Vec::with_capacity(sheets.iter().map(|sheet| sheet.text.len()).sum());
        for path in 0..sheets.first().map_or(0, |sheet| sheet.ends.len()) {
            for sheet in sheets {
                let start = path.checked_sub(1).map_or(0, |before| sheet.ends[before]);
                all.extend_from_slice(&sheet.text[start..sheet.ends[path]]);
            }
        }
        all
    }
}

struct RowObserver<'a> {
    writer: &'a dyn Rows,
    arm: usize,
    sheet: &'a mut Sheet,
    at: (u64, u64),
}

impl Observer for RowObserver<'_> {
    fn begin(&mut self, world: u64, path: u64) {
        self.at = (world, path);
    }

    fn end(&mut self, end: &PathEnd<'_>) {
        self.writer.row(self.arm, self.at.0, self.at.1, end, &mut self.sheet.text);
        self.sheet.ends.push(self.sheet.text.len());
    }
}
