//! Where each track stands at each milestone and at the end, how often a stage is entered and how long it is occupied.
//!
//! A path adds only to whole numbers: entries, departures and time by stage and by the slot in which they fall. A track stands in
//! a stage at a milestone where it has entered once more than it has left. Sums up to each slot, and the squares that errors
//! need, are made when a unit closes: a block of paths, or a world.

use super::hits::with_absent;
use super::moments::{Moments, PathMean};
use super::shape::{BLOCK, Shape};
use super::visits::{Counts, LEFT, Room, Slot, StageStops, StageVisits, TICKS, ticks};
use crate::engine::Since;
use crate::quantity::DAY;
use crate::stats::{Design, HitTally, Proportion};
use pulp::{Arch, Simd, WithSimd};
use std::ops::Range;

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
    /// Room to close them in, and to work out what many visits count.
    totals: [Vec<u64>; 4],
    room: Box<Room>,
    arch: Arch,
    visits: Moments,
    ticks: Moments,
    stands: Stands,
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
            slots: slots(&shape.slots),
            first,
            places,
            units: 1,
            open: vec![Counts::default(); cells],
            touched: vec![false; places],
            totals: Default::default(),
            room: Box::new(Room::new()),
            arch: Arch::new(),
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
        Since { at: unit as u32, ..Since::default() }
    }

    /// Where visits of a stage of a track are counted, which may be touched from now on.
    #[inline]
    pub(super) fn open(&mut self, track: usize, stage: usize) -> StageVisits<'_> {
        let (place, size) = (self.first[track] + stage, self.slots.len() * self.units);
        self.touched[place] = true;
        let open = &mut self.open[place * size..][..size];
        StageVisits { slots: &self.slots, units: self.units, open, room: &mut self.room }
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
        self.arch.dispatch(Close { tally: self, units, paths });
    }

    #[inline(always)]
    fn close_units(&mut self, units: Range<usize>, paths: u64) {
        let length = paths / self.design.unit();
        let (mut visits, mut ticks) =
            (self.visits.close(length, units.len()), self.ticks.close(length, units.len()));
        let slots = self.slots.len();
        for place in (0..self.places).filter(|place| self.touched[*place]) {
            self.totals.iter_mut().for_each(|totals| {
                totals.clear();
                totals.resize(units.len(), 0);
            });
            let [entered, left, moved, spent] = &mut self.totals;
            for (cell, slot) in (place * slots..(place + 1) * slots).zip(&self.slots) {
                let open = &mut self.open[cell * self.units..][units.clone()];
                gather(open, entered, left, moved);
                visits.add(cell, entered);
                // Nobody spends time where paths have ended.
                if place + 1 < self.places {
                    stay(slot, (entered, left, moved), spent);
                    ticks.add(cell, spent);
                }
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
            let [mut entered, mut left, mut moved, mut spent] = [[0_u64]; 4];
            for (cell, slot) in (place * slots..(place + 1) * slots).zip(&self.slots) {
                let open = &mut self.open[cell * self.units + unit..][..1];
                gather(open, &mut entered, &mut left, &mut moved);
                if place + 1 < self.places {
                    stay(slot, (&entered, &left, &moved), &mut spent);
                }
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

/// Closes open units; compiled for each set of instructions.
struct Close<'a> {
    tally: &'a mut StageTally,
    units: Range<usize>,
    paths: u64,
}

impl WithSimd for Close<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        self.tally.close_units(self.units, self.paths);
    }
}

/// The slots that end at these times, but for the last one.
fn slots(ends: &[f64]) -> Vec<Slot> {
    let untils = ends[..ends.len() - 1].iter().copied().chain([f64::INFINITY]);
    untils.map(|until| Slot { until, ticks: if until < f64::INFINITY { ticks(until) } else { 0 } }).collect()
}

/// Adds what open units have counted in a slot, and sets it to 0.
#[inline(always)]
fn gather(open: &mut [Counts], entered: &mut [u64], left: &mut [u64], moved: &mut [u64]) {
    for (((counts, entered), left), moved) in open.iter_mut().zip(entered).zip(left).zip(moved) {
        *entered += counts.moves % LEFT;
        *left += counts.moves / LEFT;
        *moved = moved.wrapping_add(counts.ticks);
        *counts = Counts::default();
    }
}

/// The ticks spent by the end of a slot: for who is there then, up to then.
#[inline(always)]
fn stay(slot: &Slot, (entered, left, moved): (&[u64], &[u64], &[u64]), spent: &mut [u64]) {
    for (((entered, left), moved), spent) in entered.iter().zip(left).zip(moved).zip(spent) {
        *spent = moved.wrapping_add((entered - left).wrapping_mul(slot.ticks));
    }
}
