//! Outcomes by each milestone and at the end, by day, and when they came.

use super::hits::Hits;
use super::shape::Shape;
use crate::engine::PathEnd;
use crate::stats::{Design, GivenMean, GivenTally, Histogram, Proportion, Timeline, TimelinePoint};

/// Paths after which a timeline of independent paths is brought up to date.
const PENDING: u64 = 4096;

/// Counts how paths end.
#[derive(Clone, Debug)]
pub struct OutcomeTally {
    design: Design,
    outcomes: usize,
    slots: usize,
    /// By slot, then outcome, then still open.
    hits: Hits,
    times: Vec<TimeTally>,
    days: Option<Days>,
}

#[derive(Clone, Debug)]
struct TimeTally {
    mean: GivenTally,
    spread: Histogram,
}

/// Timelines of each outcome, and of any.
#[derive(Clone, Debug)]
struct Days {
    step: f64,
    last: u32,
    open: Vec<Vec<u32>>,
    lines: Vec<Timeline>,
    paths: u64,
}

impl OutcomeTally {
    pub(super) fn new(shape: &Shape) -> OutcomeTally {
        let (design, outcomes, slots) = (shape.design, shape.outcomes, shape.slots.len());
        OutcomeTally {
            design,
            outcomes,
            slots,
            hits: Hits::new(design, slots * (outcomes + 1)),
            times: vec![TimeTally { mean: GivenTally::new(design), spread: Histogram::default() }; outcomes],
            days: shape.timeline.map(|line| Days {
                step: line.step,
                last: line.steps as u32,
                open: vec![Vec::new(); outcomes + 1],
                lines: vec![Timeline::new(design, line.steps + 1); outcomes + 1],
                paths: 0,
            }),
        }
    }

    #[inline]
    pub(super) fn end(&mut self, shape: &Shape, end: &PathEnd<'_>) {
        // What never comes counts at the end, where there is no horizon.
        let from = shape.slot(end.time).min(self.slots - 1);
        let width = self.outcomes + 1;
        for slot in 0..from {
            self.hits.hit(slot * width + self.outcomes);
        }
        for slot in from..self.slots {
            self.hits.hit(slot * width + end.outcome);
        }
        if end.time.is_finite() {
            let times = &mut self.times[end.outcome];
            times.mean.record(end.time);
            times.spread.record(end.time);
        }
        if let Some(days) = &mut self.days {
            days.paths += 1;
            if let Some(place) = days.place(end.time) {
                days.open[end.outcome].push(place);
                days.open[self.outcomes].push(place);
            }
        }
    }

    #[inline]
    pub(super) fn close(&mut self, paths: u64) {
        self.hits.close(paths);
        let worlds = self.design != Design::Paths;
        if worlds {
            self.times.iter_mut().for_each(|times| times.mean.close());
        }
        if let Some(days) = &mut self.days
            && (worlds || days.paths >= PENDING)
        {
            days.close();
        }
    }

    /// Brings everything up to date; to be called before merging and reading.
    pub(super) fn settle(&mut self) {
        if let Some(days) = &mut self.days
            && days.paths > 0
        {
            days.close();
        }
    }

    pub(super) fn merge(&mut self, other: &OutcomeTally) {
        self.hits.merge(&other.hits);
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
        self.hits.tally(slot * (self.outcomes + 1) + outcome, paths).proportion()
    }

    /// How many paths go on after a slot.
    pub fn still_open(&self, slot: usize, paths: u64) -> Proportion {
        self.by(slot, self.outcomes, paths)
    }

    /// When an outcome came, in seconds, where it did.
    pub fn time(&self, outcome: usize) -> (GivenMean, &Histogram) {
        let times = &self.times[outcome];
        (times.mean.mean(), &times.spread)
    }

    /// The cumulative curve of an outcome: a point a grid day. None without a timeline.
    pub fn timeline(&self, outcome: usize) -> Option<Vec<TimelinePoint>> {
        self.days.as_ref().map(|days| days.lines[outcome].points())
    }

    /// The cumulative curve of any outcome.
    pub fn timeline_of_any(&self) -> Option<Vec<TimelinePoint>> {
        self.timeline(self.outcomes)
    }
}

impl Days {
    /// The first grid day that counts what happens at `time`.
    #[inline]
    fn place(&self, time: f64) -> Option<u32> {
        let mut place = (time / self.step).ceil();
        // The quotient may be rounded across a whole number.
        if place > 0.0 && (place - 1.0) * self.step >= time {
            place -= 1.0;
        } else if place * self.step < time {
            place += 1.0;
        }
        (place <= f64::from(self.last)).then_some(place as u32)
    }

    fn close(&mut self) {
        let paths = std::mem::take(&mut self.paths);
        for (line, open) in self.lines.iter_mut().zip(&mut self.open) {
            line.add(open, paths);
            open.clear();
        }
    }
}
