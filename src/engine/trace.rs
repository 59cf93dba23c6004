//! All that happened on one path, kept for a story.

use super::{Observer, PathEnd, Ring};

/// An observer that keeps everything. Meant for one path: a second one starts afresh.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trace {
    /// The world.
    pub world: u64,
    /// The path in the world.
    pub path: u64,
    /// What happened, in order.
    pub events: Vec<Event>,
    /// How it ended.
    pub end: Option<Ending>,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A track entered a stage.
    Enter {
        /// The track.
        track: usize,
        /// The stage.
        stage: usize,
        /// When, in seconds.
        time: f64,
    },
    /// A branch was taken.
    Ring {
        /// When, in seconds.
        time: f64,
        /// The track.
        track: usize,
        /// The stage where the track was.
        stage: usize,
        /// The clock of the stage, none where it branches on the spot.
        clock: Option<usize>,
        /// The branch.
        branch: usize,
        /// How likely it was.
        probability: f64,
        /// State variables before.
        before: Vec<f64>,
        /// State variables after.
        after: Vec<f64>,
    },
}

/// What the path left behind: see [`PathEnd`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ending {
    /// The outcome.
    pub outcome: usize,
    /// When it came.
    pub time: f64,
    /// The time up to which the path was walked.
    pub last: f64,
    /// Final state variables.
    pub states: Vec<f64>,
    /// Final stages.
    pub stages: Vec<u16>,
    /// Measures.
    pub measures: Vec<f64>,
    /// Whether each measure's `given` holds.
    pub counted: Vec<bool>,
    /// What each party gets.
    pub payoffs: Vec<f64>,
}

impl Observer for Trace {
    fn begin(&mut self, world: u64, path: u64) {
        *self = Trace { world, path, ..Trace::default() };
    }

    fn enter(&mut self, track: usize, stage: usize, time: f64) {
        self.events.push(Event::Enter { track, stage, time });
    }

    fn ring(&mut self, ring: &Ring<'_>) {
        self.events.push(Event::Ring {
            time: ring.time,
            track: ring.track,
            stage: ring.stage,
            clock: ring.clock,
            branch: ring.branch,
            probability: ring.probability,
            before: ring.before.to_vec(),
            after: ring.after.to_vec(),
        });
    }

    fn end(&mut self, end: &PathEnd<'_>) {
        self.end = Some(Ending {
            outcome: end.outcome,
            time: end.time,
            last: end.last,
            states: end.states.to_vec(),
            stages: end.stages.to_vec(),
            measures: end.measures.to_vec(),
            counted: end.counted.to_vec(),
            payoffs: end.payoffs.to_vec(),
        });
    }
}
