//! All that a whole run counts of N1, by hand, and whether Detente has counted the same.
//!
//! Of stages, by milestone: paths that stand there, entries and days, with the squares of the totals of 16 paths that errors need.
//! What branches on the spot needs no counting: paths enter it when they leave the stage before. Of outcomes: how often by each
//! milestone and week, and the sum, the squares and a histogram of when, whose bins are as wide as Detente's. How paths end and what was
//! true then is one count, from which come outcomes, the split and the measure `refusals`; the measure `deal_day` is when either of
//! two outcomes came.

use super::equal::{CONFIGS, OPEN, ROOM, TIMED};
use super::found::{Found, OUTCOMES, QUANTILES};
use detente::quantity::DAY;
use detente::study::{Answer, ENDED, STILL_OPEN};
use pulp::{Simd, WithSimd};

pub const HORIZON: f64 = 365.0 * DAY;
/// Times by which things are counted: the milestones, in seconds; the last is the horizon.
pub const SLOTS: usize = 4;
pub const UNTIL: [f64; SLOTS] = [DAY, 30.0 * DAY, 100.0 * DAY, f64::INFINITY];
/// Paths of a block, and blocks of paths that are walked together.
const BLOCK: usize = 16;
pub const BLOCKS: usize = ROOM / BLOCK;
/// What is counted of stays: by [`WAYS`], then slot, then block. There is room for a power of two.
pub const CELLS: usize = 16 * SLOTS * BLOCKS;
/// Time in stages is counted in sixty-fourths of a second; so long are the slots that end at milestones.
pub const TICKS: f64 = 64.0;
pub const WHOLE: [u64; SLOTS] = [86_400 * 64, 29 * 86_400 * 64, 70 * 86_400 * 64, 0];
/// A count is that time, and above 36 bits entries, above 50 departures: paths of a block stay for less than 2^35 in all, and enter no
/// stage 2^14 times.
pub const ENTRY: u64 = 1 << 36;
pub const LEFT: u64 = 1 << 50;
/// The step of the timeline, and room for the year.
const WEEK: f64 = 7.0 * DAY;
const WEEKS: usize = 64;
/// When outcomes came is summed in units of 2^-20 seconds.
const PARTS: f64 = (1 << 20) as f64;
/// Bins of a histogram: 1,024 for each power of two, from 64 seconds on.
const SHIFT: u32 = 42;
const FIRST: u64 = 64_f64.to_bits() >> SHIFT;
const BINS: usize = 20 << 10;

/// Stages in the order of the scenario, and those that have ended.
const STAGES: [&str; 11] = [
    "call",
    "planning",
    "venue",
    "invitation",
    "round",
    "signing",
    "refusal",
    "shipping",
    "waiting",
    "back",
    ENDED,
];
/// Where in that order stages with a delay are, in the order of their queues.
const PLACES: [usize; TIMED] = [0, 1, 4, 7, 8];
/// The others; who enters the venue enters the invitation.
const VENUE: usize = 2;
const INVITATION: usize = 3;
const SIGNING: usize = 5;
const REFUSAL: usize = 6;
const BACK: usize = 9;
const GONE: usize = 10;
/// Stays are counted by the queue of their stage, and as far as that tells which stage is entered on the spot, by way on.
const WAYS: [(usize, usize); 9] = [
    (0, NOWHERE),
    (1, VENUE),
    (1, REFUSAL),
    (2, SIGNING),
    (2, REFUSAL),
    (2, NOWHERE),
    (3, NOWHERE),
    (4, BACK),
    (4, REFUSAL),
];
const NOWHERE: usize = 11;

/// Where stays in the stage of this queue are counted that end by this way.
pub fn stays(queue: usize, way: usize) -> u16 {
    let mut all = (0..WAYS.len()).filter(|at| WAYS[*at].0 == queue);
    let first = all.next().unwrap_or(0);
    (all.take(way).last().unwrap_or(first) * SLOTS * BLOCKS) as u16
}

/// The whole number that is nearest to one from 0 to below 2^52.
#[inline(always)]
pub fn whole(number: f64) -> u64 {
    const WHOLE: f64 = (1_u64 << 52) as f64;
    (number + WHOLE).to_bits().wrapping_sub(WHOLE.to_bits())
}

/// Sums, and sums of squares.
#[derive(Clone, Copy, Default)]
struct Sums(u128, u128);

/// What was counted.
pub struct Totals {
    pub paths: u64,
    /// See [`CELLS`]; of paths that are walked now.
    pub stays: Box<[u64; CELLS]>,
    ended: [u64; SLOTS * BLOCKS],
    /// By stage and slot: entries up to then; departures in the slot, of stages with a delay; and time up to then.
    entered: [[Sums; SLOTS]; NOWHERE],
    left: [[u64; SLOTS]; TIMED],
    spent: [[Sums; SLOTS]; TIMED],
    /// By outcome, combination and slot.
    ends: Vec<[u64; SLOTS]>,
    /// By outcome: in which week, when, and the histogram.
    weeks: [[u64; WEEKS]; 8],
    times: [Sums; 5],
    bins: Vec<[u32; BINS]>,
}

/// Adds to sums the totals of blocks, which are below 2^36.
#[inline(always)]
fn add(sums: &mut Sums, totals: &[u64; BLOCKS]) {
    let (mut sum, mut highs, mut both, mut lows) = (0, 0, 0, 0);
    for total in totals {
        let (high, low) = ((total >> 18) & 0x3_ffff, total & 0x3_ffff);
        sum += total;
        highs += high * high;
        both += high * low;
        lows += low * low;
    }
    sums.0 += u128::from(sum);
    sums.1 += (u128::from(highs) << 36) + (u128::from(both) << 19) + u128::from(lows);
}

/// Closes blocks; compiled for each set of instructions.
pub struct Close<'a>(pub &'a mut Totals);

impl WithSimd for Close<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        self.0.close();
    }
}

impl Totals {
    pub fn new() -> Totals {
        Totals {
            paths: 0,
            stays: Box::new([0; CELLS]),
            ended: [0; SLOTS * BLOCKS],
            entered: [[Sums::default(); SLOTS]; NOWHERE],
            left: [[0; SLOTS]; TIMED],
            spent: [[Sums::default(); SLOTS]; TIMED],
            ends: vec![[0; SLOTS]; 8 * CONFIGS],
            weeks: [[0; WEEKS]; 8],
            times: [Sums::default(); 5],
            bins: vec![[0; BINS]; 8],
        }
    }

    /// Paths have ended at these times, or go on beyond the horizon.
    #[inline(never)]
    pub fn end<const COUNTED: bool>(&mut self, paths: &[u64], times: &[f64]) {
        self.paths += paths.len() as u64;
        for (path, time) in paths.iter().zip(times) {
            let time = if *time < HORIZON { *time } else { HORIZON };
            let slot =
                UNTIL[..SLOTS - 1].iter().map(|until| usize::from(time > *until)).sum::<usize>() % SLOTS;
            let (end, outcome) = ((path >> 16) as usize % (8 * CONFIGS), (path >> 24) % 8);
            self.ends[end][slot] += 1;
            let bin = (time.to_bits() >> SHIFT).saturating_sub(FIRST) as usize;
            self.bins[outcome as usize][bin.min(BINS - 1)] += 1;
            if COUNTED {
                let block = (*path as usize % ROOM) / BLOCK;
                self.ended[slot * BLOCKS + block] += u64::from(outcome != OPEN);
                // The number of weeks, rounded up.
                let week = whole(time * (1.0 / WEEK) + 0.5) as usize % WEEKS;
                self.weeks[outcome as usize][week] += 1;
                let parts = whole(time * PARTS);
                let sums = &mut self.times[outcome as usize % 5];
                sums.0 += u128::from(parts);
                sums.1 += u128::from(parts) * u128::from(parts);
            }
        }
    }

    /// All blocks of the paths that are walked together are complete.
    #[inline(always)]
    fn close(&mut self) {
        const TICK: u64 = ENTRY - 1;
        const MOVES: u64 = LEFT / ENTRY - 1;
        let (mut entered, mut spent) = ([[0_u64; BLOCKS]; NOWHERE + 1], [[0_u64; BLOCKS]; TIMED]);
        for slot in 0..SLOTS {
            for (way, (stage, spot)) in WAYS.into_iter().enumerate() {
                let cells = &mut self.stays[(way * SLOTS + slot) * BLOCKS..][..BLOCKS];
                let mut left = 0;
                for block in 0..BLOCKS {
                    let count = std::mem::take(&mut cells[block]);
                    spent[stage][block] += count & TICK;
                    entered[PLACES[stage]][block] += (count / ENTRY) & MOVES;
                    entered[spot][block] += count / LEFT;
                    left += count / LEFT;
                }
                self.left[stage][slot] += left;
            }
            let ended = &mut self.ended[slot * BLOCKS..][..BLOCKS];
            for block in 0..BLOCKS {
                entered[GONE][block] += std::mem::take(&mut ended[block]);
            }
            for (sums, entered) in self.entered.iter_mut().zip(&entered) {
                add(&mut sums[slot], entered);
            }
            for (stage, spent) in spent.iter().enumerate() {
                add(&mut self.spent[stage][slot], spent);
            }
        }
    }

    /// What every form has to find.
    pub fn found(&self) -> Found {
        let mut found = Found { paths: self.paths, ..Found::default() };
        for (end, slots) in self.ends.iter().enumerate() {
            let (outcome, site, joined) = (end / CONFIGS % 5, end >> 3 & 3, end >> 1 & 1);
            let all = slots.iter().sum::<u64>();
            found.outcomes[outcome] += all;
            found.cells[site][joined][outcome] += all;
            if outcome < 2 {
                (0..3).for_each(|by| found.deals_by[by] += slots[..=by].iter().sum::<u64>());
            }
        }
        found.deals = self.quantiles(&[0, 1]);
        found
    }

    /// Quantiles of the day when one of some outcomes came: the middles of bins.
    fn quantiles(&self, outcomes: &[usize]) -> [f64; 7] {
        let count =
            |bin: usize| outcomes.iter().map(|outcome| u64::from(self.bins[*outcome][bin])).sum::<u64>();
        let all = (0..BINS).map(count).sum::<u64>();
        QUANTILES.map(|q| {
            let mut below = 0;
            let bin = (0..BINS).find(|bin| {
                below += count(*bin);
                below as f64 >= q * all as f64
            });
            let edge = |bin: u64| f64::from_bits((FIRST + bin) << SHIFT) / DAY;
            bin.map_or(f64::NAN, |bin| 0.5 * (edge(bin as u64) + edge(bin as u64 + 1)))
        })
    }

    /// Holds a run of Detente with the same seed to the same counts.
    pub fn compare(&self, answer: &Answer) {
        let near = |mine: f64, theirs: f64, what: &str| {
            let off = (mine - theirs).abs() / theirs.abs().max(1e-9);
            assert!(off < 1e-9, "{what}: {mine} and {theirs}");
        };
        assert!(self.paths.is_multiple_of(BLOCK as u64), "blocks are whole");
        let paths = self.paths as f64;
        for row in &answer.outcomes {
            let wanted = OUTCOMES.iter().position(|name| *name == row.outcome);
            let by = |slots: &[u64; SLOTS]| slots[..=row.when].iter().sum::<u64>();
            let ends = self
                .ends
                .iter()
                .enumerate()
                .filter(|(end, _)| wanted.is_none_or(|outcome| end / CONFIGS == outcome));
            let hits = ends.map(|(_, slots)| by(slots)).sum::<u64>();
            let hits = if row.outcome == STILL_OPEN { self.paths - hits } else { hits };
            assert_eq!(hits, row.probability.hits, "{} by {}", row.outcome, row.when);
        }
        for row in &answer.timeline {
            let by = |weeks: &[u64; WEEKS]| weeks[..=(row.at / WEEK).round() as usize].iter().sum::<u64>();
            let hits = match OUTCOMES.iter().position(|name| *name == row.outcome) {
                Some(outcome) => by(&self.weeks[outcome]),
                None => self.paths - self.weeks.iter().map(by).sum::<u64>(),
            };
            assert_eq!(hits, row.probability.hits, "{} by second {}", row.outcome, row.at);
        }
        for row in &answer.stages {
            let place = STAGES.iter().position(|name| *name == row.stage).expect("a known stage");
            let place = if place == INVITATION { VENUE } else { place };
            let (what, delayed) =
                (format!("{} by {}", row.stage, row.when), PLACES.iter().position(|at| *at == place));
            let entered = self.entered[place][row.when];
            let stands = match delayed {
                Some(stage) => entered.0 as u64 - self.left[stage][..=row.when].iter().sum::<u64>(),
                None if place == GONE => entered.0 as u64,
                None => 0,
            };
            assert_eq!(stands, row.stands.hits, "{what}");
            // Means of a path, and their errors by blocks.
            let check = |sums: Sums, scale: f64, theirs: f64, error: f64| {
                let (sum, squares, blocks) =
                    (sums.0 as f64, sums.1 as f64 / BLOCK as f64, paths / BLOCK as f64);
                near(sum / paths / scale, theirs, &what);
                let variance = (squares - sum * sum / paths) / (blocks - 1.0) / paths;
                near(variance.max(0.0).sqrt() / scale, error, &what);
            };
            if let Some(visits) = row.visits {
                check(entered, 1.0, visits.value, visits.standard_error);
            }
            if let (Some(days), Some(stage)) = (row.days, delayed) {
                check(self.spent[stage][row.when], TICKS * DAY, days.value, days.standard_error);
            }
        }
        let moments = |sums: &[Sums], count: f64| {
            let sum = sums.iter().map(|sums| sums.0).sum::<u128>() as f64 / (PARTS * DAY);
            let squares = sums.iter().map(|sums| sums.1).sum::<u128>() as f64 / (PARTS * DAY) / (PARTS * DAY);
            (sum / count, ((squares - sum * sum / count) / (count - 1.0)).max(0.0).sqrt())
        };
        let found = self.found();
        for row in &answer.splits {
            let outcome = OUTCOMES.iter().position(|name| *name == row.outcome).expect("a known outcome");
            let (site, joined) = (super::site(&row.cell[0].1), usize::from(row.cell[1].1 == "true"));
            assert_eq!(found.cells[site][joined][outcome], row.count, "{:?} {}", row.cell, row.outcome);
        }
        for row in answer.times.iter().filter(|row| row.outcome != OUTCOMES[OPEN as usize]) {
            let outcome = OUTCOMES.iter().position(|name| *name == row.outcome).expect("a known outcome");
            let (mean, sd) = moments(&self.times[outcome..=outcome], found.outcomes[outcome] as f64);
            near(mean, row.mean_day.value, &row.outcome);
            near(sd, row.sd_days, &row.outcome);
            let quantiles = self.quantiles(&[outcome]).into_iter().zip(row.quantiles);
            quantiles.for_each(|(mine, theirs)| assert!((mine / theirs - 1.0).abs() < 1.0 / 1024.0));
        }
        for row in &answer.measures {
            if row.measure == "deal_day" {
                let (mean, sd) = moments(&self.times[..2], (found.outcomes[0] + found.outcomes[1]) as f64);
                near(mean, row.mean.value, "deal_day");
                near(sd, row.sd, "deal_day");
            } else {
                let ends = self.ends.iter().enumerate();
                let sum =
                    ends.map(|(end, slots)| (end >> 5 & 7) as u64 * slots.iter().sum::<u64>()).sum::<u64>();
                near(sum as f64 / paths, row.mean.value, &row.measure);
            }
        }
    }
}
