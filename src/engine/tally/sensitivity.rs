//! How paths end in worlds that differ in a belief: outcomes at the end by class of each belief, and what is measured by world.

use super::shape::Shape;
use super::world_values::WorldValues;
use crate::engine::Ends;
use crate::stats::{Classes, Hits};

/// Of so many worlds what is measured is kept. They tell means to a few hundredths of what worlds differ by, and a long run has no more to keep than a short one.
const KEPT: u64 = 4_096;

/// Counts outcomes by class of each belief, and keeps what is measured of the first worlds. Where worlds lie is told before their paths are counted.
#[derive(Clone, Debug)]
pub struct Sensitivity {
    /// Paths of each world.
    each: u64,
    outcomes: usize,
    /// By belief: the place of its first class.
    starts: Vec<u32>,
    /// By class, then outcome, where worlds have several paths.
    hits: Vec<Hits>,
    /// Worlds by the place of their class; where they have one path each by its outcome, too.
    worlds: Vec<u64>,
    /// Of the worlds whose paths come next the places of their classes, by world, then belief.
    sorted: Vec<u32>,
    /// The number of the first of these worlds.
    first: u64,
    /// What is kept of the first worlds of all: by world, then belief, its class; and what is measured.
    classes: Vec<u16>,
    values: WorldValues,
    /// Paths of the open world by outcome, and in all.
    open: Vec<u64>,
    paths: u64,
}

impl Sensitivity {
    /// Nothing counted yet, by the classes of all beliefs.
    pub fn new(shape: &Shape, classes: &[Classes]) -> Sensitivity {
        let (design, outcomes) = (shape.design, shape.outcomes);
        let mut places = 0;
        let starts = classes.iter().map(|classes| {
            let start = places;
            places += classes.count() * outcomes;
            start as u32
        });
        Sensitivity {
            each: design.unit(),
            outcomes,
            starts: starts.collect(),
            hits: vec![Hits::default(); if design.unit() == 1 { 0 } else { places }],
            worlds: vec![0; places],
            sorted: Vec::new(),
            first: 0,
            classes: Vec::new(),
            values: WorldValues::new(shape, KEPT),
            open: vec![0; outcomes],
            paths: 0,
        }
    }

    /// The worlds whose paths are counted next, from this number on, by the values of their beliefs.
    pub fn sort(&mut self, classes: &[Classes], first: u64, worlds: &[&[f64]]) {
        self.first = first;
        self.values.reserve(first + worlds.len() as u64);
        let (beliefs, outcomes) = (self.starts.len(), self.outcomes);
        self.sorted.resize(worlds.len() * beliefs, 0);
        for (belief, (classes, start)) in classes.iter().zip(&self.starts).enumerate() {
            let places = self.sorted.chunks_exact_mut(beliefs).zip(worlds);
            let places = places.map(|(places, values)| (values[belief], &mut places[belief]));
            classes.sort(places, |class| start + (class * outcomes) as u32);
        }
        let kept = KEPT.saturating_sub(first).min(worlds.len() as u64) as usize;
        if kept > 0 {
            let from = first as usize * beliefs;
            self.classes.resize(self.classes.len().max(from + kept * beliefs), 0);
            let to = self.classes[from..].chunks_exact_mut(beliefs.max(1));
            for (to, places) in to.zip(self.sorted.chunks_exact(beliefs.max(1))).take(kept) {
                for ((to, place), start) in to.iter_mut().zip(places).zip(&self.starts) {
                    *to = ((place - start) as usize / outcomes) as u16;
                }
            }
        }
    }

    /// Whether it needs what is measured of each path of these worlds.
    pub fn keeps(&self) -> bool {
        self.first < KEPT
    }

    /// Counts paths with consecutive numbers; the first is the `from`-th of the worlds that were sorted.
    #[inline]
    pub fn end_many(&mut self, from: u64, ends: &Ends<'_>) {
        if self.starts.is_empty() {
            return;
        }
        self.values.end_many(self.first, self.each, from, ends);
        let mut world = (from / self.each) as usize;
        if self.each == 1 {
            let worlds = self.sorted.chunks_exact(self.starts.len()).skip(world);
            for (outcome, places) in ends.outcomes().iter().zip(worlds) {
                for place in places {
                    self.worlds[*place as usize + usize::from(*outcome)] += 1;
                }
            }
            return;
        }
        for outcome in ends.outcomes() {
            self.open[usize::from(*outcome)] += 1;
            self.paths += 1;
            if self.paths == self.each {
                self.close(world);
                world += 1;
            }
        }
    }

    /// Ends a world.
    fn close(&mut self, world: usize) {
        self.paths = 0;
        let beliefs = self.starts.len();
        let places = &self.sorted[world * beliefs..][..beliefs];
        for place in places {
            self.worlds[*place as usize] += 1;
        }
        for (outcome, paths) in self.open.iter_mut().enumerate().filter(|(_, paths)| **paths > 0) {
            for place in places {
                self.hits[*place as usize + outcome].add(*paths);
            }
            *paths = 0;
        }
    }

    /// Adds all that `other` counted.
    pub fn merge(&mut self, other: &Sensitivity) {
        self.worlds.iter_mut().zip(&other.worlds).for_each(|(mine, theirs)| *mine += theirs);
        self.hits.iter_mut().zip(&other.hits).for_each(|(mine, theirs)| mine.merge(*theirs));
        self.values.merge(&other.values);
        // What one has of a world the other has not.
        self.classes.resize(self.classes.len().max(other.classes.len()), 0);
        self.classes.iter_mut().zip(&other.classes).for_each(|(mine, theirs)| *mine += theirs);
    }

    /// Of the worlds that are kept, the class of each in a belief.
    pub fn kept(&self, belief: usize) -> impl Iterator<Item = usize> {
        let classes = self.classes.iter().skip(belief).step_by(self.starts.len().max(1));
        classes.take(self.values.worlds() as usize).map(|class| usize::from(*class))
    }

    /// What is measured, by world.
    pub fn values(&self) -> &WorldValues {
        &self.values
    }

    /// How often an outcome came in the worlds of some classes of a belief: hits, worlds, and paths in each.
    pub fn seen(&self, belief: usize, classes: &[usize], outcome: usize) -> (Hits, u64, u64) {
        let (mut hits, mut worlds) = (Hits::default(), 0);
        for class in classes {
            let place = self.starts[belief] as usize + class * self.outcomes;
            if self.each == 1 {
                hits.merge(Hits::of_lone(self.worlds[place + outcome]));
                worlds += self.worlds[place..][..self.outcomes].iter().sum::<u64>();
            } else {
                hits.merge(self.hits[place + outcome]);
                worlds += self.worlds[place];
            }
        }
        (hits, worlds, self.each)
    }
}
