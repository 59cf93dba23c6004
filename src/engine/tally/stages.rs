//! Where each track stands at each milestone and at the end, how often a stage is entered and how long it is occupied.

use super::hits::{Hits, Open};
use super::moments::{Moments, PathMean};
use super::shape::Shape;
use crate::engine::PathEnd;
use crate::quantity::DAY;
use crate::stats::{Design, Proportion};

/// Time in stages is summed in whole sixty-fourths of a second, so that sums are exact in any order.
const TICKS: f64 = 64.0;

/// Counts stages.
#[derive(Clone, Debug)]
pub struct StageTally {
    design: Design,
    slots: Vec<f64>,
    /// The first place of each track: its stages, then `ended`.
    first: Vec<usize>,
    places: usize,
    stands: Hits,
    visits: Cumulative,
    ticks: Cumulative,
    /// Where each track is on the current path.
    current: Vec<usize>,
    /// The first slot whose time has not passed.
    slot: usize,
}

/// Amounts by place and slot, kept per slot while a unit is open and summed up to each slot when it closes.
#[derive(Clone, Debug)]
struct Cumulative {
    slots: usize,
    open: Open,
    touched: Vec<u32>,
    sums: Vec<u64>,
    moments: Vec<Moments>,
}

const NOWHERE: usize = usize::MAX;

impl StageTally {
    pub(super) fn new(shape: &Shape) -> StageTally {
        let mut places = 0;
        let first = shape
            .tracks
            .iter()
            .map(|stages| {
                let first = places;
                places += stages + 1;
                first
            })
            .collect();
        let slots = shape.slots.len();
        StageTally {
            design: shape.design,
            slots: shape.slots.clone(),
            first,
            places,
            stands: Hits::new(shape.design, slots * places),
            visits: Cumulative::new(places, slots),
            ticks: Cumulative::new(places, slots),
            current: vec![NOWHERE; shape.tracks.len()],
            slot: 0,
        }
    }

    #[inline]
    pub(super) fn begin(&mut self) {
        self.current.fill(NOWHERE);
        self.slot = 0;
    }

    #[inline]
    pub(super) fn enter(&mut self, track: usize, stage: usize, time: f64) {
        self.pass(time);
        self.current[track] = stage;
        self.visits.add(self.first[track] + stage, self.slot, 1);
    }

    #[inline]
    pub(super) fn leave(&mut self, track: usize, stage: usize, entered: f64, time: f64) {
        self.occupy(self.first[track] + stage, entered, time);
    }

    #[inline]
    pub(super) fn end(&mut self, shape: &Shape, end: &PathEnd<'_>) {
        for (track, &stage) in end.stages.iter().enumerate() {
            self.occupy(self.first[track] + usize::from(stage), end.entered[track], end.last);
        }
        self.pass(end.time.min(end.last));
        // At the horizon a path that is still going stands somewhere, though it ends there.
        let going = match shape.horizon {
            Some((horizon, outcome)) => end.outcome == outcome && end.time >= horizon,
            None => Some(end.outcome) == shape.never,
        };
        for slot in self.slot..self.slots.len() {
            let last = slot + 1 == self.slots.len();
            let still = going && (end.time.is_infinite() || last || self.slots[slot] >= end.time);
            for (track, &stage) in end.stages.iter().enumerate() {
                let place = if still { usize::from(stage) } else { shape.tracks[track] };
                self.stands.hit(slot * self.places + self.first[track] + place);
            }
        }
    }

    /// Slots before `time` see the tracks where they are now.
    #[inline]
    fn pass(&mut self, time: f64) {
        while self.slot + 1 < self.slots.len() && self.slots[self.slot] < time {
            for (track, &stage) in self.current.iter().enumerate() {
                if stage != NOWHERE {
                    self.stands.hit(self.slot * self.places + self.first[track] + stage);
                }
            }
            self.slot += 1;
        }
    }

    #[inline]
    fn occupy(&mut self, place: usize, from: f64, to: f64) {
        let mut from = from;
        for (slot, &end) in self.slots.iter().enumerate() {
            if from < end {
                let until = to.min(end);
                self.ticks.add(place, slot, ((until - from) * TICKS).round().max(0.0) as u64);
                if to <= end {
                    return;
                }
                from = end;
            }
        }
    }

    #[inline]
    pub(super) fn close(&mut self, paths: u64) {
        self.stands.close(paths);
        self.visits.close();
        self.ticks.close();
    }

    pub(super) fn merge(&mut self, other: &StageTally) {
        self.stands.merge(&other.stands);
        self.visits.merge(&other.visits);
        self.ticks.merge(&other.ticks);
    }

    /// How often a track stands in a stage at a slot; the number of its stages stands for `ended`.
    pub fn stands(&self, slot: usize, track: usize, stage: usize, paths: u64) -> Proportion {
        self.stands.tally(slot * self.places + self.first[track] + stage, paths).proportion()
    }

    /// Entries up to a slot, a path.
    pub fn visits(&self, slot: usize, track: usize, stage: usize, paths: u64) -> PathMean {
        self.visits.moments[(self.first[track] + stage) * self.slots.len() + slot].mean(
            self.design,
            paths,
            1.0,
        )
    }

    /// Days spent up to a slot, a path.
    pub fn days(&self, slot: usize, track: usize, stage: usize, paths: u64) -> PathMean {
        let moments = &self.ticks.moments[(self.first[track] + stage) * self.slots.len() + slot];
        moments.mean(self.design, paths, TICKS * DAY)
    }
}

impl Cumulative {
    fn new(places: usize, slots: usize) -> Cumulative {
        Cumulative {
            slots,
            open: Open::new(places * slots),
            touched: Vec::new(),
            sums: vec![0; places * slots],
            moments: vec![Moments::default(); places * slots],
        }
    }

    #[inline]
    fn add(&mut self, place: usize, slot: usize, amount: u64) {
        if slot < self.slots {
            self.open.add(place * self.slots + slot, amount);
        }
    }

    #[inline]
    fn close(&mut self) {
        let (slots, sums, touched) = (self.slots, &mut self.sums, &mut self.touched);
        self.open.drain(|at, amount| {
            let place = at / slots;
            let later = &mut sums[at..(place + 1) * slots];
            later.iter_mut().for_each(|sum| *sum += amount);
            touched.push(place as u32);
        });
        for place in self.touched.drain(..) {
            let run = place as usize * slots..(place as usize + 1) * slots;
            for (sum, moments) in self.sums[run.clone()].iter_mut().zip(&mut self.moments[run]) {
                // A place that was touched in several slots comes several times; after the first its sums are 0.
                if *sum > 0 {
                    moments.add(std::mem::take(sum));
                }
            }
        }
    }

    fn merge(&mut self, other: &Cumulative) {
        self.moments.iter_mut().zip(&other.moments).for_each(|(mine, theirs)| mine.merge(theirs));
    }
}
