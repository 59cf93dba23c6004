//! Many paths on several threads: the base and its variants on the same luck, batch by batch.

use super::rows::{Chunk, Refused, RowObserver, Rows, Sheet, Take, WorldObserver};
use super::schedule::{Halt, in_order, threads};
use super::tally::{BLOCK, Paired, Record, Sensitivity, Shape, Tally};
use super::{Each, Ends, Observer, PathEnd, Since, Source, Stops, Visits};
use crate::stats::{Classes, Design};
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

/// Paths of a batch, about, at least and at most: whole worlds, where worlds differ, and whole blocks of paths. No result depends on how
/// many they are; below, paths that are walked side by side are too few for too long.
const BATCH: (u64, u64) = (512, 4096);
/// Batches of each thread, at least: with few, those that have one less wait for the others.
const BATCHES: u64 = 4;
/// After so many paths progress is told.
const TOLD: u64 = 2048;

/// What to run: variants of one scenario, the base first.
pub struct Job<'a, S> {
    /// The variants.
    pub arms: &'a [S],
    /// The shape of them all.
    pub shape: &'a Shape,
    /// By variant: the classes of each belief by which worlds are told apart.
    pub classes: &'a [Vec<Classes>],
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
    /// By variant: what beliefs explain.
    pub sensitivities: Vec<Sensitivity>,
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
    sensitivities: Vec<Sensitivity>,
    record: Record,
    /// The worlds of the batch in the base.
    base: Vec<S::World>,
    /// Those of a batch in another variant, to be used again by the same.
    worlds: (usize, Vec<S::World>),
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
        self.sensitivities.iter_mut().zip(&other.sensitivities).for_each(|(mine, theirs)| mine.merge(theirs));
    }
}

/// Runs all paths of all variants.
pub fn run<S: Source>(
    job: &Job<'_, S>,
    rows: Option<(&dyn Rows, Take<'_>)>,
) -> Result<Done, Halt<Wrong<S::Fault>>> {
    run_on(job, 0, rows)
}

/// Paths of a batch, of so many on so many threads.
fn batch(threads: u64, paths: u64) -> u64 {
    let (least, most) = BATCH;
    // One thread waits for nobody.
    let parts = if threads > 1 { threads.saturating_mul(BATCHES) } else { 1 };
    paths.div_ceil(parts).clamp(least, most).next_multiple_of(BLOCK)
}

/// Goes on with a run of which the first `from` worlds (paths, where paths are independent) are done. What it counts,
/// added to what was counted of those, is what one run counts of them all.
pub fn run_on<S: Source>(
    job: &Job<'_, S>,
    from: u64,
    rows: Option<(&dyn Rows, Take<'_>)>,
) -> Result<Done, Halt<Wrong<S::Fault>>> {
    let (writer, mut take) = rows.map_or((None, None), |(writer, take)| (Some(writer), Some(take)));
    let independent = job.shape.design == Design::Paths;
    let (all, paths_each) =
        if independent { (job.paths_each, 1) } else { (job.worlds, job.paths_each.max(1)) };
    let paths = batch(threads(job.threads) as u64, all.saturating_sub(from).saturating_mul(paths_each));
    let each = (paths / paths_each).max(1);
    // On the grid of a run from 0, so that blocks of paths are whole wherever they can be.
    let start = from - from % each;
    let batches = if from < all { (all - start).div_ceil(each) } else { 0 };
    let batch = |n: u64| {
        let some = from.max(start + n * each)..all.min(start + (n + 1) * each);
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
        |chunk: Chunk| match &mut take {
            Some(take) if !chunk.is_empty() => take(&chunk).map_err(Wrong::Rows),
            _ => Ok(()),
        },
    )?;
    let mut parts = kept.into_iter().map(Kept::done);
    let mut done = parts.next().unwrap_or_else(|| Kept::new(job).done());
    parts.for_each(|part| done.add(&part));
    Ok(done)
}

impl<'a, S: Source> Kept<'a, S> {
    fn new(job: &Job<'a, S>) -> Self {
        Kept {
            walkers: job.arms.iter().map(Source::walker).collect(),
            tallies: job.arms.iter().map(|_| Tally::new(job.shape)).collect(),
            paired: job.arms.iter().skip(1).map(|_| Paired::new(job.shape)).collect(),
            sensitivities: job.classes.iter().map(|classes| Sensitivity::new(job.shape, classes)).collect(),
            record: Record::new(job.shape),
            base: Vec::new(),
            worlds: (0, Vec::new()),
        }
    }

    fn done(self) -> Done {
        Done { tallies: self.tallies, paired: self.paired, sensitivities: self.sensitivities }
    }

    /// Works one batch; returns the rows of its paths. Of several faults the one of the lowest (world, path, variant)
    /// is reported: after a fault the other variants are walked only up to there.
    fn work(
        &mut self,
        job: &Job<'a, S>,
        batch: &Batch,
        writer: Option<&dyn Rows>,
    ) -> Result<Chunk, Halt<Wrong<S::Fault>>> {
        self.record.clear();
        let (mut paths, mut worlds): (Vec<Sheet>, Vec<Sheet>) = Default::default();
        let mut first_fault: Option<Placed<S::Fault>> = None;
        for arm in 0..job.arms.len() {
            let limit = first_fault.as_ref().map_or(u64::MAX, |(place, _)| *place);
            let mut sheet = Sheet::default();
            match self.walk(job, batch, arm, writer.map(|writer| (writer, &mut sheet)), limit) {
                Ok(of_worlds) => {
                    paths.push(sheet);
                    worlds.extend(of_worlds);
                }
                Err(Halt::Cancelled) => return Err(Halt::Cancelled),
                Err(Halt::Fault(fault)) => first_fault = Some(fault),
            }
        }
        match first_fault {
            Some((_, fault)) => Err(Halt::Fault(fault)),
            None => Ok(Chunk { paths: Sheet::interleave(paths), worlds: Sheet::interleave(worlds) }),
        }
    }

    /// Walks the paths of a batch in one variant, at most `limit` of them. Their rows go to the sheet, where they are wanted; those of
    /// worlds are returned.
    fn walk(
        &mut self,
        job: &Job<'a, S>,
        batch: &Batch,
        arm: usize,
        rows: Option<(&dyn Rows, &mut Sheet)>,
        limit: u64,
    ) -> Result<Option<Sheet>, Halt<Placed<S::Fault>>> {
        let (source, each) = (&job.arms[arm], batch.paths.end - batch.paths.start);
        let (of, mut earlier) =
            if arm == 0 { (0, std::mem::take(&mut self.base)) } else { std::mem::take(&mut self.worlds) };
        if of != arm {
            source.adopt(&mut earlier);
        }
        // Only those of which a path is walked at all.
        let last = batch.worlds.start.saturating_add(limit.div_ceil(each.max(1))).min(batch.worlds.end);
        let like = (arm > 0).then_some((&job.arms[0], &self.base[..]));
        let (worlds, wrong) = source.worlds(batch.worlds.start..last, earlier, like);
        let mut fault = wrong.map(|fault| {
            let place = worlds.len() as u64;
            let world = batch.worlds.start + place;
            (place * each, Wrong::Path { arm, world, path: None, fault })
        });
        let against = match arm.checked_sub(1) {
            None if job.arms.len() > 1 => With::Record(&mut self.record),
            Some(variant) if limit == u64::MAX => With::Base(&mut self.paired[variant], &self.record),
            // The only variant is compared with none, and after a fault nothing is any more.
            _ => With::Nothing,
        };
        let writer = rows.as_ref().map(|(writer, _)| *writer);
        let mut rows = rows
            .filter(|(writer, _)| writer.paths())
            .map(|(writer, sheet)| RowObserver::new(writer, arm, sheet));
        let differ = job.shape.design != Design::Paths;
        let of_worlds = writer.filter(|writer| differ && writer.worlds());
        let mut seen = of_worlds.map(|_| WorldObserver::new(job.shape, worlds.len()));
        let beliefs: Vec<&[f64]> = worlds.iter().map(|world| source.beliefs(world)).collect();
        let mut sensitivity = self.sensitivities.get_mut(arm);
        if let Some(sensitivity) = &mut sensitivity {
            sensitivity.sort(&job.classes[arm], batch.worlds.start, &beliefs);
        }
        let mut watch = Watch {
            tally: &mut self.tallies[arm],
            sensitivity,
            against,
            rows: rows.as_mut(),
            worlds: seen.as_mut(),
            place: 0,
            told: 0,
            cancelled: false,
            arm,
            cancel: job.cancel,
            progress: job.progress,
        };
        let walked = source.walk(&mut self.walkers[arm], &worlds, batch.paths.clone(), limit, &mut watch);
        watch.tell();
        let cancelled = watch.cancelled;
        let sheet =
            of_worlds.zip(seen).map(|(writer, seen)| seen.rows(writer, arm, batch.worlds.start, &beliefs));
        if arm == 0 {
            self.base = worlds;
        } else {
            self.worlds = (arm, worlds);
        }
        if cancelled {
            return Err(Halt::Cancelled);
        }
        if let Err((place, wrong)) = walked {
            let world = batch.worlds.start + place / each;
            let path = Some(batch.paths.start + place % each);
            fault = Some((place, Wrong::Path { arm, world, path, fault: wrong }));
        }
        if let Some(fault) = fault {
            return Err(Halt::Fault(fault));
        }
        // After a fault elsewhere a world may be walked in part; then nothing is read any more.
        if limit == u64::MAX {
            self.tallies[arm].settle();
        }
        Ok(sheet)
    }
}

/// Counts the paths of one variant in one batch.
struct Watch<'a, 'r> {
    tally: &'a mut Tally,
    sensitivity: Option<&'a mut Sensitivity>,
    against: With<'a>,
    rows: Option<&'a mut RowObserver<'r>>,
    worlds: Option<&'a mut WorldObserver>,
    place: u64,
    told: u64,
    cancelled: bool,
    arm: usize,
    cancel: &'a AtomicBool,
    progress: &'a (dyn Fn(usize, u64) + Sync),
}

/// What the base left, or is about to leave.
enum With<'a> {
    Record(&'a mut Record),
    Base(&'a mut Paired, &'a Record),
    Nothing,
}

impl Watch<'_, '_> {
    fn tell(&mut self) {
        (self.progress)(self.arm, self.place - self.told);
        self.told = self.place;
    }
}

impl Each for Watch<'_, '_> {
    fn go_on(&mut self) -> bool {
        if self.place - self.told >= TOLD {
            self.tell();
        }
        self.cancelled = self.cancel.load(Ordering::Relaxed);
        !self.cancelled
    }

    fn open(&mut self, world: u64, path: u64, count: usize) {
        self.tally.open(world, path, count);
    }

    #[inline]
    fn begins(&self, place: usize) -> Since {
        self.tally.begins(place)
    }

    #[inline]
    fn visits(&mut self, track: usize, stage: usize) -> impl Visits {
        self.tally.visits(track, stage)
    }

    #[inline]
    fn stops(&mut self) -> impl Stops {
        self.tally.stops()
    }

    fn end_many(&mut self, ends: &Ends<'_>) {
        self.tally.end_many(ends);
        if let Some(sensitivity) = &mut self.sensitivity {
            sensitivity.end_many(self.place, ends);
        }
        if let Some(worlds) = &mut self.worlds {
            worlds.end_many(self.place, ends);
        }
        match &mut self.against {
            With::Record(record) => record.end_many(ends),
            With::Base(paired, record) => paired.end_many(record, self.place as usize, ends),
            With::Nothing => {}
        }
        self.place += ends.count as u64;
    }

    fn rows(&self) -> bool {
        self.rows.is_some()
    }

    fn each(&self) -> bool {
        // Paths that share a world are counted one by one, and so are those that are compared, or kept by world.
        self.rows()
            || self.worlds.is_some()
            || self.tally.shape().design.clustered().is_some()
            || !matches!(self.against, With::Nothing)
            || self.sensitivity.as_ref().is_some_and(|sensitivity| sensitivity.keeps())
    }

    fn row(&mut self, world: u64, path: u64, end: &PathEnd<'_>) {
        self.rows.begin(world, path);
        self.rows.end(end);
    }
}

/// What went wrong, and at how-manieth path of the batch.
type Placed<F> = (u64, Wrong<F>);
