//! Outcomes by each milestone and at the end, by day, and when they came.

use super::hits::with_absent;
use super::measures::FEW;
use super::shape::Shape;
use crate::engine::Ends;
use crate::stats::{
    Between, Design, GivenMean, GivenTally, Histogram, HitTally, Proportion, Timeline, TimelinePoint,
};

/// Counts how paths end.
#[derive(Clone, Debug)]
pub struct OutcomeTally {
    design: Design,
    outcomes: usize,
    slots: usize,
    came: Came,
    times: Vec<TimeTally>,
    days: Option<Days>,
    /// Room for the times of many paths, by outcome.
    groups: Vec<Vec<f64>>,
}

/// How many paths ended by outcome and slot.
#[derive(Clone, Debug)]
enum Came {
    /// Every path is a unit: in the slot itself, by outcome, then slot.
    Sums(Vec<u64>),
    /// Of the open world the same; and by world, up to the slot: of those still open, then by outcome.
    Worlds(Vec<u64>, Vec<HitTally>),
}

#[derive(Clone, Debug)]
struct TimeTally {
    mean: GivenTally,
    spread: Histogram,
}

/// Timelines of each outcome, and where paths share worlds of any.
#[derive(Clone, Debug)]
struct Days {
    step: f64,
    last: u32,
    /// The places of the open world.
    open: Vec<Vec<u32>>,
    lines: Vec<Timeline>,
}

impl OutcomeTally {
    pub(super) fn new(shape: &Shape) -> OutcomeTally {
        let (design, outcomes, slots) = (shape.design, shape.outcomes, shape.slots.len());
        let lines = outcomes + usize::from(design.clustered().is_some());
        OutcomeTally {
            design,
            outcomes,
            slots,
            came: match design.clustered() {
                None => Came::Sums(vec![0; slots * outcomes]),
                Some(_) => Came::Worlds(
                    vec![0; slots * outcomes],
                    vec![HitTally::new(design); slots * (outcomes + 1)],
                ),
            },
            times: vec![TimeTally { mean: GivenTally::new(design), spread: Histogram::default() }; outcomes],
            groups: vec![Vec::new(); outcomes],
            days: shape.timeline.map(|line| Days {
                step: line.step,
                last: line.steps as u32,
                open: vec![Vec::new(); outcomes + 1],
                lines: vec![Timeline::new(design, line.steps + 1); lines],
            }),
        }
    }

    #[inline]
    pub(super) fn end(&mut self, shape: &Shape, ends: &Ends<'_>) {
        if ends.count < FEW {
            for (outcome, time) in ends.outcomes().iter().zip(ends.times()) {
                self.outcome(shape, usize::from(*outcome), &[*time]);
            }
            return;
        }
        let mut groups = std::mem::take(&mut self.groups);
        groups.iter_mut().for_each(Vec::clear);
        for (outcome, time) in ends.outcomes().iter().zip(ends.times()) {
            groups[usize::from(*outcome)].push(*time);
        }
        for (outcome, times) in groups.iter().enumerate().filter(|(_, times)| !times.is_empty()) {
            self.outcome(shape, outcome, times);
        }
        self.groups = groups;
    }

    /// Paths end with an outcome at these times.
    #[inline]
    fn outcome(&mut self, shape: &Shape, outcome: usize, times: &[f64]) {
        let (Came::Sums(came) | Came::Worlds(came, _)) = &mut self.came;
        let came = &mut came[outcome * self.slots..][..self.slots];
        let mut earlier = 0;
        for (came, slot) in came.iter_mut().zip(&shape.slots[..self.slots - 1]) {
            let by = times.iter().map(|time| u64::from(time <= slot)).sum::<u64>();
            *came += by - earlier;
            earlier = by;
        }
        // What never comes counts at the end, where there is no horizon.
        came[self.slots - 1] += times.len() as u64 - earlier;
        let tally = &mut self.times[outcome];
        if times.iter().any(|time| !time.is_finite()) {
            for time in times.iter().filter(|time| time.is_finite()) {
                tally.spread.record(*time);
                tally.mean.record(*time);
            }
        } else if self.design.clustered().is_none() && times.iter().all(|time| *time == times[0]) {
            // Mostly all those at the horizon.
            tally.spread.record_times(times[0], times.len() as u64);
            tally.mean.record_times(times[0], times.len() as u32);
        } else {
            tally.spread.record_many(times);
            tally.mean.record_many(times);
        }
        let Some(days) = &mut self.days else { return };
        for time in times {
            let Some(place) = days.place(*time) else { continue };
            match &self.came {
                Came::Sums(_) => days.lines[outcome].hit(place),
                Came::Worlds(..) => {
                    days.open[outcome].push(place);
                    days.open[self.outcomes].push(place);
                }
            }
        }
    }

    /// Ends a world of so many paths; nothing to do where every path is a unit of its own.
    #[inline]
    pub(super) fn close(&mut self, paths: u64) {
        let Came::Worlds(came, tallies) = &mut self.came else { return };
        self.times.iter_mut().for_each(|times| times.mean.close());
        let (still_open, by_outcome) = tallies.split_at_mut(self.slots);
        let mut open = paths;
        for slot in 0..self.slots {
            open -= (0..self.outcomes).map(|outcome| came[outcome * self.slots + slot]).sum::<u64>();
            still_open[slot].add(open, paths);
        }
        for (came, tallies) in came.chunks_mut(self.slots).zip(by_outcome.chunks_mut(self.slots)) {
            let mut so_far = 0;
            for (came, tally) in came.iter_mut().zip(tallies) {
                so_far += std::mem::take(came);
                if so_far > 0 {
                    tally.add(so_far, paths);
                }
            }
        }
        if let Some(days) = &mut self.days {
            days.close(paths);
        }
    }

    pub(super) fn merge(&mut self, other: &OutcomeTally) {
        match (&mut self.came, &other.came) {
            (Came::Sums(mine), Came::Sums(theirs)) => {
                mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| *mine += theirs);
            }
            (Came::Worlds(_, mine), Came::Worlds(_, theirs)) => {
                mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| mine.merge(theirs));
            }
            _ => unreachable!("tallies of one design are of one kind"),
        }
        for (mine, theirs) in self.times.iter_mut().zip(&other.times) {
            mine.mean.merge(&theirs.mean);
            mine.spread.merge(&theirs.spread);
        }
        if let (Some(mine), Some(theirs)) = (&mut self.days, &other.days) {
            mine.lines.iter_mut().zip(&theirs.lines).for_each(|(mine, theirs)| mine.merge(theirs));
        }
    }

    /// How often an outcome has come by a slot.
    pub fn by(&self, slot: usize, outcome: usize, paths: u64) -> Proportion {
        match &self.came {
            Came::Sums(came) => {
                let hits = came[outcome * self.slots..][..=slot].iter().sum();
                HitTally::single(self.design, hits, paths).proportion()
            }
            Came::Worlds(_, tallies) => {
                with_absent(&tallies[(outcome + 1) * self.slots + slot], self.design, paths).proportion()
            }
        }
    }

    /// How much worlds differ in how often an outcome comes at all, over so many paths. None where no two paths share a world.
    pub fn between(&self, outcome: usize, paths: u64) -> Option<Between> {
        match &self.came {
            Came::Sums(_) => None,
            Came::Worlds(_, tallies) => {
                with_absent(&tallies[(outcome + 2) * self.slots - 1], self.design, paths).between()
            }
        }
    }

    /// How many paths go on after a slot.
    pub fn still_open(&self, slot: usize, paths: u64) -> Proportion {
        match &self.came {
            Came::Sums(came) => {
                let ended: u64 = came.chunks(self.slots).map(|came| came[..=slot].iter().sum::<u64>()).sum();
                HitTally::single(self.design, paths - ended, paths).proportion()
            }
            Came::Worlds(_, tallies) => tallies[slot].proportion(),
        }
    }

    /// When an outcome came, in seconds, where it did.
    pub fn time(&self, outcome: usize) -> (GivenMean, &Histogram) {
        let times = &self.times[outcome];
        (times.mean.mean(), &times.spread)
    }

    /// The cumulative curve of an outcome, over so many paths: a point a grid day. None without a timeline.
    pub fn timeline(&self, outcome: usize, paths: u64) -> Option<Vec<TimelinePoint>> {
        self.days.as_ref().map(|days| days.lines[outcome].points(paths))
    }

    /// The cumulative curve of any outcome, over so many paths.
    pub fn timeline_of_any(&self, paths: u64) -> Option<Vec<TimelinePoint>> {
        if self.design.clustered().is_some() {
            return self.timeline(self.outcomes, paths);
        }
        let days = self.days.as_ref()?;
        let (first, others) = days.lines.split_first()?;
        let mut any = first.clone();
        others.iter().for_each(|line| any.merge(line));
        Some(any.points(paths))
    }
}

impl Days {
    /// The first grid day that counts what happens at `time`.
    #[inline]
    fn place(&self, time: f64) -> Option<u32> {
        if time > self.step * f64::from(self.last) {
            return None;
        }
        let mut place = (time / self.step) as u32;
        // The quotient is rounded down, and may have been rounded across a whole number.
        while f64::from(place) * self.step < time {
            place += 1;
        }
        if place > 0 && f64::from(place - 1) * self.step >= time {
            place -= 1;
        }
        Some(place)
    }

    fn close(&mut self, paths: u64) {
        for (line, open) in self.lines.iter_mut().zip(&mut self.open) {
            line.add(open, paths);
            open.clear();
        }
    }
}
