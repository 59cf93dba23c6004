//! Paths that are walked by evaluating everything, and learnt from.

use super::lanes::{Lane, Lanes, Trip};
use super::learn::learn;
use crate::engine::caught_up::CaughtUp;
use crate::engine::walker::End;
use crate::engine::{Each, Since, Stops};

impl Lanes<'_> {
    /// The path of a lane went where the chain is not known.
    #[cold]
    pub(super) fn astray<E: Each>(&mut self, lane: usize, trip: &mut Trip<'_, E>) {
        if self.lanes[lane].pending > 0 {
            self.queues.iter_mut().for_each(|queue| queue.forget(lane));
        }
        self.long_way(lane, trip);
    }

    /// Walks all lanes that are on their way by evaluating, in the order of their paths, up to one that goes wrong.
    #[cold]
    pub(super) fn by_themselves<E: Each>(&mut self, free: &mut Vec<u32>, trip: &mut Trip<'_, E>) {
        let mut going: Vec<u32> = (0..self.lanes.len() as u32).filter(|lane| !free.contains(lane)).collect();
        going.sort_unstable_by_key(|lane| self.lanes[*lane as usize].place);
        for lane in going {
            let place = self.lanes[lane as usize].place;
            if self.fault.as_ref().is_some_and(|(first, _)| *first < place) {
                return;
            }
            self.astray(lane as usize, trip);
            free.push(lane);
        }
    }

    /// Walks the path of a lane by evaluating everything, and learns from it.
    #[cold]
    pub(super) fn long_way<E: Each>(&mut self, lane: usize, trip: &mut Trip<'_, E>) {
        self.long += 1;
        let Lane { place, path, slot, left, .. } = self.lanes[lane];
        let begins = trip.seen.begins(place as usize);
        let (walker, world) = (&mut self.walker, trip.worlds[slot as usize]);
        // Up to where it went astray the path is the same.
        let mut log = CaughtUp { seen: &mut *trip.seen, begins, known: left };
        let learnt = learn(&mut self.chain, walker, world, path, (self.simple, &self.carried), &mut log);
        self.renewed.clear();
        self.renewed.append(&mut self.chain.changed);
        self.slots.renew(&self.renewed);
        match learnt {
            Ok((end, End { time, standing, .. })) => {
                let layout = self.program.layout;
                let entered = &walker.values[layout.entered(0)..][..self.program.tracks.len()];
                let measures = &walker.values[layout.measure(0)..][..self.program.measures.len()];
                let mut room = self.ended.room();
                room.put(place as usize, end, time);
                room.stand(place as usize, walker.now, standing);
                for (track, time) in entered.iter().enumerate() {
                    room.enter(track, [(place, *time)].into_iter());
                }
                room.measure(|measure| [(place, measures[measure])].into_iter());
                let end = &self.chain.ends[end as usize];
                let mut last: Vec<Since> =
                    entered.iter().map(|time| Since { time: *time, ..begins }).collect();
                let stages = end.stages.iter().map(|stage| usize::from(*stage));
                trip.seen.stops().stop((standing, walker.now), stages.zip(&mut last));
                let own = if self.carried.any { layout.states } else { 0 };
                self.finals[place as usize * own..][..own].copy_from_slice(&walker.values[..own]);
            }
            Err(fault) => {
                if self.fault.as_ref().is_none_or(|(first, _)| place < *first) {
                    self.fault = Some((place, fault));
                }
            }
        }
    }
}
