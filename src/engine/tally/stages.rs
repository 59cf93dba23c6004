//! Where each track stands at each milestone and at the end, how often a stage is entered and how long it is occupied.
//!
//! A path adds only to whole numbers: entries, departures and time by stage and by the slot in which they fall. A track stands in
//! a stage at a milestone where it has entered once more than it has left. Sums up to each slot, and the squares that errors
//! need, are made when a unit closes: a block of paths, or a world.

use super::hits::with_absent;
use super::moments::{Moments, PathMean};
use super::shape::{BLOCK, Shape};
use crate::engine::{Ends, Since};
use crate::quantity::DAY;
use crate::stats::{Design, HitTally, Proportion};

/// Time in stages is summed in whole sixty-fourths of a second, so that sums are exact in any order.
const TICKS: f64 = 64.0;

/// Counts stages.
#[derive(Clone, Debug)]
pub struct StageTally {
    design: Design,
    slots: Vec<f64>,
    /// The first place of each track; a place a stage, and a last one for paths that have ended.
    first: Vec<usize>,
    places: usize,
    /// What open units have counted: by unit, then place, then slot.
    open: Vec<Counts>,
    /// Which places open units have touched.
    touched: Vec<bool>,
    visits: Moments,
    ticks: Moments,
    stands: Stands,
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

impl Counts {
    fn entered(self) -> u64 {
        self.moves % LEFT
    }

    fn left(self) -> u64 {
        self.moves / LEFT
    }
}

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
            slots: shape.slots.clone(),
            first,
            places,
            open: vec![Counts::default(); cells],
            touched: vec![false; places],
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
        let cells = self.places * self.slots.len();
        self.open.resize(self.open.len().max(units * cells), Counts::default());
        self.touched.resize(self.touched.len().max(units * self.places), false);
    }

    /// Where visits of the open unit with this number are counted.
    #[inline]
    pub(super) fn unit(&self, number: usize) -> usize {
        number * self.places
    }

    /// The number of a stage of a track.
    #[inline]
    pub(super) fn number(&self, track: usize, stage: usize) -> usize {
        self.first[track] + stage
    }

    /// A path that is counted there leaves a stage, and is in another from now on.
    #[inline]
    pub(super) fn leave(&mut self, unit: usize, stage: usize, since: &mut Since, time: f64) {
        self.visit(unit + stage, since, time, LEFT);
    }

    /// Paths of the open unit with this number end.
    #[inline]
    pub(super) fn end(&mut self, unit: usize, shape: &Shape, ends: &Ends<'_>) {
        for (path, (&outcome, &last)) in ends.outcomes().iter().zip(ends.lasts()).enumerate() {
            let going = match shape.horizon {
                // At the horizon a path that is still going stands somewhere, though it ends there.
                Some((horizon, at_horizon)) => {
                    usize::from(outcome) == at_horizon && ends.times()[path] >= horizon
                }
                None => Some(usize::from(outcome)) == shape.never,
            };
            for track in 0..self.first.len() {
                let stage = usize::from(ends.stages(track)[path]);
                let entered = ends.entered(track)[path];
                let left = if going { 0 } else { LEFT };
                let place = self.unit(unit) + self.number(track, stage);
                self.visit(place, &mut Since { time: entered, slot: 0 }, last, left);
            }
            if !going {
                let place = self.unit(unit) + self.places - 1;
                let slot = self.slot(0, last);
                self.touched[place] = true;
                self.open[place * self.slots.len() + slot].moves += 1;
            }
        }
    }

    /// The first slot, from this on, that counts what happens at `time`.
    #[inline]
    fn slot(&self, from: usize, time: f64) -> usize {
        let mut slot = from;
        while slot + 1 < self.slots.len() && self.slots[slot] < time {
            slot += 1;
        }
        slot
    }

    /// A stage of a unit was occupied up to a time; `left` is [`LEFT`] where it was left then.
    #[inline]
    fn visit(&mut self, place: usize, since: &mut Since, to: f64, left: u64) {
        let slot = since.slot as usize;
        if to > self.slots[slot] {
            return self.long_visit(place, since, to, left);
        }
        self.touched[place] = true;
        let counts = &mut self.open[place * self.slots.len() + slot];
        counts.moves += 1 + left;
        // Where a stage branches on the spot no time passes.
        if since.time != to {
            counts.ticks += ticks(since.time, to);
            since.time = to;
        }
    }

    /// Shares out a visit that may cross milestones.
    #[inline(never)]
    fn long_visit(&mut self, place: usize, since: &mut Since, to: f64, left: u64) {
        let first = self.slot(since.slot as usize, since.time);
        let last = self.slot(first, to);
        self.touched[place] = true;
        let counts = &mut self.open[place * self.slots.len()..][..self.slots.len()];
        counts[first].moves += 1;
        counts[last].moves += left;
        let mut begins = since.time;
        for (counts, slot) in counts[first..last].iter_mut().zip(&self.slots[first..last]) {
            counts.ticks += ticks(begins, *slot);
            begins = *slot;
        }
        counts[last].ticks += ticks(begins, to);
        *since = Since { time: to, slot: last as u32 };
    }

    /// Closes the open unit with this number: a whole block of paths, or a world of so many paths.
    pub(super) fn close(&mut self, unit: usize, paths: u64) {
        let units = paths / self.design.unit();
        let (mut visits, mut ticks) = (self.visits.close(units), self.ticks.close(units));
        let stands = &mut self.stands;
        drain(&self.slots, self.places, unit, &mut self.open, &mut self.touched, |cell, counts| {
            visits.add(cell, counts.entered());
            ticks.add(cell, counts.ticks);
            match stands {
                Stands::Left(all) => all[cell] += counts.left(),
                Stands::Worlds(tallies) => tallies[cell].add(counts.entered() - counts.left(), paths),
            }
        });
    }

    /// Closes the open unit with this number: some paths of the block with the number `block`.
    #[cold]
    pub(super) fn close_piece(&mut self, unit: usize, block: u64, paths: u64) {
        let cells = self.places * self.slots.len();
        let (mut visits, mut ticks) = (vec![0; cells], vec![0; cells]);
        let stands = &mut self.stands;
        drain(&self.slots, self.places, unit, &mut self.open, &mut self.touched, |cell, counts| {
            (visits[cell], ticks[cell]) = (counts.entered(), counts.ticks);
            if let Stands::Left(all) = stands {
                all[cell] += counts.left();
            }
        });
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

/// Gives what an open unit has counted by cell, summed up to each slot, of the places that it touched; and sets it to 0.
fn drain(
    slots: &[f64],
    places: usize,
    unit: usize,
    open: &mut [Counts],
    touched: &mut [bool],
    mut to: impl FnMut(usize, Counts),
) {
    let slots = slots.len();
    for (place, touched) in touched[unit * places..(unit + 1) * places].iter_mut().enumerate() {
        if !std::mem::take(touched) {
            continue;
        }
        let mut so_far = Counts::default();
        let at = (unit * places + place) * slots;
        for (slot, counts) in open[at..at + slots].iter_mut().enumerate() {
            let Counts { moves, ticks } = std::mem::take(counts);
            so_far.moves += moves;
            so_far.ticks += ticks;
            to(place * slots + slot, so_far);
        }
    }
}

/// Time in whole ticks, halves up.
#[inline]
fn ticks(from: f64, to: f64) -> u64 {
    ((to - from) * TICKS + 0.5).max(0.0) as i64 as u64
}
