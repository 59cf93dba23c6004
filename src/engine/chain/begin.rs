//! Lanes begin their paths: mostly many at once, by one edge that does no more than to wait for one number.

use super::lanes::{LANES, Lane, Lanes, Trip};
use super::learn::root_key;
use super::short::{NEVER, NONE, Quick};
use crate::engine::gathering::Gathering;
use crate::engine::{Each, World};
use crate::program::Initial;

impl Lanes<'_> {
    /// A lane begins its path; false if that is at its end already.
    pub(super) fn begin<E: Each>(&mut self, lane: usize, trip: &mut Trip<'_, E>) -> bool {
        let Some(edge) = self.root(lane, &trip.worlds) else {
            self.long_way(lane, trip);
            return false;
        };
        if let Some(quick) = self.quick(edge) {
            let first = self.lanes[lane];
            self.give(&[lane as u32], &first, quick);
            self.begin_quickly(&[lane as u32], quick, trip);
            return true;
        }
        self.clear(&[lane as u32], self.lanes[lane].place, trip);
        let went = self.take(lane, edge, trip);
        !self.goes(lane, went, trip)
    }

    /// An edge by which paths begin, where that can be said in short.
    #[inline]
    pub(super) fn quick(&mut self, edge: u32) -> Option<Quick> {
        if self.first.0 != edge {
            let quick = self.chain.quick(self.program, edge as usize).filter(|quick| quick.left == NONE);
            self.first = (if quick.is_some() { edge } else { NONE }, quick);
        }
        self.first.1
    }

    /// Lanes get paths that begin by such an edge: the first of them this one, the next the next. All that lanes keep of paths is
    /// made by [`Lanes::begin_all`].
    pub(super) fn give(&mut self, some: &[u32], first: &Lane, quick: Quick) {
        for (nth, &lane) in some.iter().enumerate() {
            self.lanes[lane as usize % LANES] = Lane {
                place: first.place + nth as u32,
                path: first.path + nth as u64,
                node: quick.node,
                fork: quick.fork,
                pending: 1,
                ..*first
            };
        }
    }

    /// Lanes begin by the edge by which all paths do, which is such a one. Their paths lie side by side in the batch.
    pub(super) fn begin_all<E: Each>(&mut self, some: &[u32], quick: Quick, trip: &mut Trip<'_, E>) {
        if let (true, Some((_, begin))) = (self.carried.any, &self.root) {
            let states = |lane: &u32| *lane as usize * begin.len()..(*lane as usize + 1) * begin.len();
            some.iter().for_each(|lane| self.states[states(lane)].copy_from_slice(begin));
        }
        self.begin_quickly(some, quick, trip);
    }

    /// The same of lanes whose state variables are set, by an edge that is said in short.
    fn begin_quickly<E: Each>(&mut self, some: &[u32], quick: Quick, trip: &mut Trip<'_, E>) {
        let Some(&first) = some.first() else { return };
        let Lane { place, now, .. } = self.lanes[first as usize % LANES];
        self.clear(some, place, trip);
        let queue = &mut self.queues[usize::from(quick.site)];
        some.iter().for_each(|lane| queue.push(*lane as usize));
        if quick.first != NEVER {
            let measures = &mut self.measures[usize::from(quick.first) * LANES..][..LANES];
            some.iter().for_each(|lane| measures[*lane as usize % LANES] = now);
        }
    }

    /// Nothing has been drawn, measured or left by these lanes, whose paths are those from this place on.
    fn clear<E: Each>(&mut self, some: &[u32], place: u32, trip: &Trip<'_, E>) {
        for occurrences in self.occurrences.chunks_exact_mut(LANES) {
            some.iter().for_each(|lane| occurrences[*lane as usize % LANES] = 0);
        }
        for (measures, begin) in self.measures.chunks_exact_mut(LANES).zip(&self.unmeasured) {
            some.iter().for_each(|lane| measures[*lane as usize % LANES] = *begin);
        }
        for gathering in self.gathering.chunks_exact_mut(LANES) {
            some.iter().for_each(|lane| gathering[*lane as usize % LANES] = Gathering::NONE);
        }
        for entered in self.entered.chunks_exact_mut(LANES) {
            for (place, lane) in (place as usize..).zip(some) {
                entered[*lane as usize % LANES] = trip.seen.begins(place);
            }
        }
    }

    /// The edge by which a path begins; its state variables are set.
    fn root(&mut self, lane: usize, worlds: &[&World]) -> Option<u32> {
        if let Some((edge, begin)) = &self.root {
            if self.carried.any {
                self.states[lane * begin.len()..][..begin.len()].copy_from_slice(begin);
            }
            return Some(*edge);
        }
        let Lane { slot, path, .. } = self.lanes[lane];
        let count = self.own();
        let states = &mut self.states[lane * count..][..count];
        if let Some((edge, begin)) = self.slots.root(slot as usize) {
            states.copy_from_slice(&begin[..count]);
            return Some(edge);
        }
        self.walker.reset(worlds[slot as usize], path);
        self.walker.initial(worlds[slot as usize]).ok()?;
        let mut key = vec![];
        root_key(&mut key, &mut self.walker, &self.carried);
        let root = self.chain.root(&key)?;
        let begin = &self.walker.values[..count];
        states.copy_from_slice(begin);
        let initial = &self.program.initial;
        if initial.iter().all(|initial| matches!(initial, Initial::Value(value) if value.deps.constant())) {
            self.root = Some((root, begin.to_vec()));
        } else if !initial.iter().any(|initial| matches!(initial, Initial::Draw(..))) {
            self.slots.set_root(slot as usize, root, begin);
        }
        Some(root)
    }
}
