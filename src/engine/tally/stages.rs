//! Where each track stands at each milestone and at the end, how often a stage is entered and how long it is occupied.
//!
//! A path adds only to whole numbers: entries, departures and time by stage and by the slot in which they fall. A track stands in
//! a stage at a milestone where it has entered once more than it has left. Sums up to each slot, and the squares that errors
//! need, are made when a unit closes: a block of paths, or a world.

use super::hits::with_absent;
use super::moments::{Moments, PathMean};
use super::shape::{BLOCK, Shape};
use crate::engine::{Since, Stops, Visits};
use crate::quantity::DAY;
use crate::stats::{Design, HitTally, Proportion};
use std::ops::Range;

/// Time in stages is summed in whole sixty-fourths of a second, so that sums are exact in any order.
const TICKS: f64 = 64.0;

/// Counts stages.
#[derive(Clone, Debug)]
pub struct StageTally {
    design: Design,
    slots: Vec<Slot>,
    /// The first place of each track; a place a stage, and a last one for paths that have ended.
    first: Vec<usize>,
    places: usize,
    /// How many units may be open at once.
    units: usize,
    /// What open units have counted: by place, then slot, then unit.
    open: Vec<Counts>,
    /// Which places open units may have touched.
    touched: Vec<bool>,
    /// Room to close them in.
    totals: [Vec<u64>; 3],
    visits: Moments,
    ticks: Moments,
    stands: Stands,
}

/// A stretch of time between milestones.
#[derive(Clone, Copy, Debug)]
struct Slot {
    /// When it ends, in seconds; the last one never does.
    until: f64,
    /// How long it is, in ticks, if it ends.
    ticks: u64,
}

/// What happened in one stage within one slot.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    /// Entries, and 2^32 times departures.
    moves: u64,
    ticks: u64,
}

/// One departure.
const LEFT: u64 = 1 << 32;

/// Where tracks stand, by place and slot.
#[derive(Clone, Debug)]
enum Stands {
    /// Every path is a unit: how many have left by the slot; how many have entered, the visits know.
    Left(Vec<u64>),
    /// By world.
    Worlds(Vec<HitTally>),
}

impl StageTally {
    pub(super) fn new(shape: &Shape) -> StageTally {
        let mut places = 0;
        let first = shape
            .tracks
            .iter()
            .map(|stages| {
                let first = places;
                places += stages;
                first
            })
            .collect();
        places += 1;
        let cells = places * shape.slots.len();
        StageTally {
            design: shape.design,
            slots: slots(&shape.slots),
            first,
            places,
            units: 1,
            open: vec![Counts::default(); cells],
            touched: vec![false; places],
            totals: Default::default(),
            visits: Moments::new(cells),
            ticks: Moments::new(cells),
            stands: match shape.design.clustered() {
                None => Stands::Left(vec![0; cells]),
                Some(_) => Stands::Worlds(vec![HitTally::new(shape.design); cells]),
            },
        }
    }

    /// Makes room for so many units that are open at once.
    pub(super) fn reserve(&mut self, units: usize) {
        if units > self.units {
            let mut open = vec![Counts::default(); self.places * self.slots.len() * units];
            for (to, from) in open.chunks_mut(units).zip(self.open.chunks(self.units)) {
                to[..self.units].copy_from_slice(from);
            }
            (self.open, self.units) = (open, units);
        }
    }

    /// A path that is counted in the open unit with this number begins.
    #[inline]
    pub(super) fn begins(&self, unit: usize) -> Since {
        Since { time: 0.0, until: self.slots[0].until, at: unit as u32, slot: 0 }
    }

    /// Where visits of a stage of a track are counted, which may be touched from now on.
    #[inline]
    pub(super) fn open(&mut self, track: usize, stage: usize) -> StageVisits<'_> {
        let (place, size) = (self.first[track] + stage, self.slots.len() * self.units);
        self.touched[place] = true;
        StageVisits { slots: &self.slots, units: self.units, open: &mut self.open[place * size..][..size] }
    }

    /// Where it is counted that paths stop.
    #[inline]
    pub(super) fn stops(&mut self) -> StageStops<'_> {
        StageStops {
            first: &self.first,
            touched: &mut self.touched,
            slots: &self.slots,
            units: self.units,
            open: &mut self.open,
        }
    }

    /// Closes these open units: whole blocks of paths, or worlds, of so many paths each.
    pub(super) fn close(&mut self, units: Range<usize>, paths: u64) {
        let length = paths / self.design.unit();
        let (mut visits, mut ticks) =
            (self.visits.close(length, units.len()), self.ticks.close(length, units.len()));
        let slots = self.slots.len();
        for place in (0..self.places).filter(|place| self.touched[*place]) {
            self.totals.iter_mut().for_each(|totals| {
                totals.clear();
                totals.resize(units.len(), 0);
            });
            let [entered, left, spent] = &mut self.totals;
            for cell in place * slots..(place + 1) * slots {
                let open = &mut self.open[cell * self.units..][units.clone()];
                gather(open, entered, left, spent);
                visits.add(cell, entered);
                ticks.add(cell, spent);
                match &mut self.stands {
                    Stands::Left(all) => all[cell] += left.iter().sum::<u64>(),
                    Stands::Worlds(tallies) => {
                        let both = entered.iter().zip(left.iter());
                        both.filter(|(entered, _)| **entered > 0)
                            .for_each(|(entered, left)| tallies[cell].add(entered - left, paths));
                    }
                }
            }
        }
    }

    /// All units are closed.
    pub(super) fn rest(&mut self) {
        self.touched.fill(false);
    }

    /// Closes the open unit with this number: some paths of the block with the number `block`.
    #[cold]
    pub(super) fn close_piece(&mut self, unit: usize, block: u64, paths: u64) {
        let (slots, cells) = (self.slots.len(), self.places * self.slots.len());
        let (mut visits, mut ticks) = (vec![0; cells], vec![0; cells]);
        for place in 0..self.places {
            let [mut entered, mut left, mut spent] = [[0_u64]; 3];
            for cell in place * slots..(place + 1) * slots {
                let open = &mut self.open[cell * self.units + unit..][..1];
                gather(open, &mut entered, &mut left, &mut spent);
                (visits[cell], ticks[cell]) = (entered[0], spent[0]);
                if let Stands::Left(all) = &mut self.stands {
                    all[cell] += left[0];
                }
            }
        }
        self.visits.add_piece(block, paths, &visits, BLOCK);
        self.ticks.add_piece(block, paths, &ticks, BLOCK);
    }

    /// Makes what is known of unfinished blocks count: to be called before reading.
    pub(super) fn closed(&self) -> StageTally {
        StageTally { visits: self.visits.closed(), ticks: self.ticks.closed(), ..self.clone() }
    }

    pub(super) fn merge(&mut self, other: &StageTally) {
        self.visits.merge(&other.visits, BLOCK);
        self.ticks.merge(&other.ticks, BLOCK);
        match (&mut self.stands, &other.stands) {
            (Stands::Left(mine), Stands::Left(theirs)) => {
                mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| *mine += theirs);
            }
            (Stands::Worlds(mine), Stands::Worlds(theirs)) => {
                mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| mine.merge(theirs));
            }
            _ => unreachable!("tallies of one design are of one kind"),
        }
    }

    /// How often a track stands in a stage at a slot; the number of its stages stands for `ended`.
    pub fn stands(&self, slot: usize, track: usize, stage: usize, paths: u64) -> Proportion {
        let stages = self.first.get(track + 1).copied().unwrap_or(self.places - 1) - self.first[track];
        let place = if stage < stages { self.first[track] + stage } else { self.places - 1 };
        self.stands_at(place, slot, paths)
    }

    fn stands_at(&self, place: usize, slot: usize, paths: u64) -> Proportion {
        let cell = place * self.slots.len() + slot;
        match &self.stands {
            Stands::Left(left) => {
                let there = self.visits.sum(cell) as u64 - left[cell];
                HitTally::single(self.design, there, paths)
            }
            Stands::Worlds(tallies) => with_absent(&tallies[cell], self.design, paths),
        }
        .proportion()
    }

    /// Entries up to a slot, a path.
    pub fn visits(&self, slot: usize, track: usize, stage: usize, paths: u64) -> PathMean {
        let cell = (self.first[track] + stage) * self.slots.len() + slot;
        self.visits.mean(cell, self.design, paths, 1.0)
    }

    /// Days spent up to a slot, a path.
    pub fn days(&self, slot: usize, track: usize, stage: usize, paths: u64) -> PathMean {
        let cell = (self.first[track] + stage) * self.slots.len() + slot;
        self.ticks.mean(cell, self.design, paths, TICKS * DAY)
    }
}

/// Counts visits of one stage: by slot, then unit.
pub struct StageVisits<'a> {
    slots: &'a [Slot],
    units: usize,
    open: &'a mut [Counts],
}

impl Visits for StageVisits<'_> {
    #[inline]
    fn leave(&mut self, since: &mut Since, time: f64) {
        self.count(since, time, LEFT);
    }

    // It is to be compiled with its caller, for each set of instructions.
    #[inline(always)]
    fn lengths(from: &[f64], to: &[f64], lengths: &mut [u64]) {
        let mut all = 0;
        for ((length, from), to) in lengths.iter_mut().zip(from).zip(to) {
            *length = whole((to - from) * TICKS);
            all |= *length;
        }
        // Where one is none from 0 to below 2^52, something stands above these bits.
        if all >> 52 != 0 {
            for ((length, from), to) in lengths.iter_mut().zip(from).zip(to) {
                *length = ticks(*from, *to);
            }
        }
    }

    #[inline]
    fn leave_within(&mut self, since: &mut Since, time: f64, length: u64) -> bool {
        let within = time <= since.until;
        if within {
            let counts = &mut self.open[since.at as usize];
            counts.moves += 1 + LEFT;
            counts.ticks += length;
            since.time = time;
        }
        within
    }

    #[inline]
    fn leave_across(&mut self, since: &mut Since, time: f64) {
        self.share(since, time, LEFT);
    }
}

impl StageVisits<'_> {
    /// Counts a visit up to a time; `left` is [`LEFT`] where the stage was left then.
    #[inline]
    fn count(&mut self, since: &mut Since, to: f64, left: u64) {
        if to > since.until {
            self.share(since, to, left);
        } else {
            self.add(since, to, left);
        }
    }

    /// The same of a visit that crosses no milestone.
    #[inline]
    fn add(&mut self, since: &mut Since, to: f64, left: u64) {
        let counts = &mut self.open[since.at as usize];
        counts.moves += 1 + left;
        // Where a stage branches on the spot no time passes.
        if since.time != to {
            counts.ticks += ticks(since.time, to);
            since.time = to;
        }
    }

    /// Shares out a visit that crosses a milestone, mostly one.
    #[inline(always)]
    fn share(&mut self, since: &mut Since, to: f64, left: u64) {
        let (slot, at) = (since.slot as usize + 1, since.at as usize);
        let next = at + self.units;
        let until = self.slots[slot].until;
        let lengths = [(since.until - since.time) * TICKS, (to - since.until) * TICKS].map(whole);
        // None is too long where nothing stands above these bits.
        if since.time > since.until || to > until || (lengths[0] | lengths[1]) >> 52 != 0 {
            return share_among_many((self.slots, self.units), self.open, since, to, left);
        }
        let here = &mut self.open[at];
        here.moves += 1;
        here.ticks += lengths[0];
        let there = &mut self.open[next];
        there.moves += left;
        there.ticks += lengths[1];
        *since = Since { time: to, until, at: next as u32, slot: slot as u32 };
    }
}

/// Shares out a visit that crosses milestones, or has since it was entered; `units` lie side by side in a slot.
#[cold]
fn share_among_many(
    (slots, units): (&[Slot], usize),
    open: &mut [Counts],
    since: &mut Since,
    to: f64,
    left: u64,
) {
    let (mut slot, mut at) = (since.slot as usize, since.at as usize);
    let mut until = since.until;
    while since.time > until {
        (slot, at) = (slot + 1, at + units);
        until = slots[slot].until;
    }
    let mut counts = &mut open[at];
    counts.moves += 1;
    let mut begins = since.time;
    if to > until {
        counts.ticks += ticks(begins, until);
        loop {
            begins = until;
            (slot, at) = (slot + 1, at + units);
            counts = &mut open[at];
            let whole = slots[slot];
            until = whole.until;
            if to <= until {
                break;
            }
            counts.ticks += whole.ticks;
        }
    }
    counts.moves += left;
    counts.ticks += ticks(begins, to);
    *since = Since { time: to, until, at: at as u32, slot: slot as u32 };
}

/// Counts paths that stop.
pub struct StageStops<'a> {
    first: &'a [usize],
    touched: &'a mut [bool],
    slots: &'a [Slot],
    units: usize,
    open: &'a mut [Counts],
}

impl Stops for StageStops<'_> {
    #[inline]
    fn stop<'s>(
        &mut self,
        (standing, last): (bool, f64),
        tracks: impl Iterator<Item = (usize, &'s mut Since)>,
    ) {
        let (size, mut at) = (self.slots.len() * self.units, 0);
        for (&first, (stage, since)) in self.first.iter().zip(tracks) {
            self.touched[first + stage] = true;
            let open = &mut self.open[(first + stage) * size..][..size];
            let mut visits = StageVisits { slots: self.slots, units: self.units, open };
            visits.count(since, last, if standing { 0 } else { LEFT });
            at = since.at as usize;
        }
        if !standing {
            let ended = self.touched.len() - 1;
            self.touched[ended] = true;
            self.open[ended * size + at].moves += 1;
        }
    }
}

/// The slots that end at these times, but for the last one.
fn slots(ends: &[f64]) -> Vec<Slot> {
    let untils = ends[..ends.len() - 1].iter().copied().chain([f64::INFINITY]);
    let begins = [0.0].into_iter().chain(ends.iter().copied());
    untils.zip(begins).map(|(until, begins)| Slot { until, ticks: ticks(begins, until) }).collect()
}

/// Adds what open units have counted in a slot, and sets it to 0.
#[inline]
fn gather(open: &mut [Counts], entered: &mut [u64], left: &mut [u64], spent: &mut [u64]) {
    for (((counts, entered), left), spent) in open.iter_mut().zip(entered).zip(left).zip(spent) {
        *entered += counts.moves % LEFT;
        *left += counts.moves / LEFT;
        *spent += counts.ticks;
        *counts = Counts::default();
    }
}

/// From here on numbers have no fraction: what is added to it is rounded, halves to the even one, and lies in its last bits.
const WHOLE: f64 = (1_u64 << 52) as f64;

/// Time in whole ticks.
#[inline]
fn ticks(from: f64, to: f64) -> u64 {
    let ticks = (to - from) * TICKS;
    if ticks.to_bits() < WHOLE.to_bits() { whole(ticks) } else { many_ticks(ticks) }
}

/// The whole number that is nearest to one from 0 to below 2^52.
#[inline]
fn whole(ticks: f64) -> u64 {
    (ticks + WHOLE).to_bits().wrapping_sub(WHOLE.to_bits())
}

/// The same of what is no number below 2^52.
#[cold]
fn many_ticks(ticks: f64) -> u64 {
    (ticks as i64).max(0) as u64
}
