//! Paths to which something rare came are walked by the walker.

use super::lanes::{LANES, Lanes, Trip};
use crate::engine::caught_up::CaughtUp;
use crate::engine::{Each, Observer, PathEnd, Since, Stops};

impl Lanes<'_> {
    /// Walks all lanes that are on their way one by one, in the order of their paths; true where one goes wrong, at which that ends.
    #[cold]
    pub(super) fn by_themselves<E: Each>(&mut self, trip: &mut Trip<'_, E>) -> bool {
        let mut going: Vec<u32> =
            (0..LANES as u32).filter(|lane| self.walks(*lane) && !self.free.contains(lane)).collect();
        going.sort_unstable_by_key(|lane| self.lanes[*lane as usize].place);
        for lane in going {
            let place = self.lanes[lane as usize].place as usize;
            if self.wrong.is_some_and(|first| first < place) {
                break;
            }
            self.go_astray(lane);
            self.rejoin(trip);
        }
        self.wrong.is_some()
    }

    /// Walks those that went astray.
    pub(super) fn rejoin<E: Each>(&mut self, trip: &mut Trip<'_, E>) {
        while let Some(lane) = self.astray.pop() {
            self.long += 1;
            let it = self.lanes[lane as usize % LANES];
            let (place, world) = (it.place as usize, &trip.worlds[it.world as usize]);
            let begins = trip.seen.begins(place);
            let seen = CaughtUp { seen: &mut *trip.seen, begins, known: it.left };
            let mut whole = Whole { seen, ended: &mut self.ended, place };
            if self.walker.walk(world, it.path, &mut whole).is_err() {
                self.wrong = Some(self.wrong.map_or(place, |first| first.min(place)));
            }
            self.free.push(lane);
        }
    }
}

/// Takes what a path leaves behind.
struct Whole<'a, E> {
    seen: CaughtUp<'a, E>,
    ended: &'a mut super::ended::Ended,
    place: usize,
}

impl<E: Each> Observer for Whole<'_, E> {
    const RINGS: bool = false;

    fn leave(&mut self, track: usize, stage: usize, entered: f64, time: f64) {
        self.seen.leave(track, stage, entered, time);
    }

    fn end(&mut self, end: &PathEnd<'_>) {
        let begins = self.seen.begins;
        let mut last: Vec<Since> = end.entered.iter().map(|time| Since { time: *time, ..begins }).collect();
        let stages = end.stages.iter().map(|stage| usize::from(*stage));
        self.seen.seen.stops().stop((end.standing, end.last), stages.zip(&mut last));
        self.ended.put(self.place, (end.outcome as u16, end.time, end.last), end.standing);
        self.ended.keep(self.place, end.states, end.entered, end.measures);
        self.ended.stages(self.place, end.stages.iter().copied());
    }
}
