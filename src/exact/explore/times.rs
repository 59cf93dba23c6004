//! When fixed delays are due, to the digit: as a path adds it up.
//!
//! A path adds a delay to the time at which it starts and compares such sums. Where two clocks, or a clock and a date, have the
//! same float, the order of the file decides. What is left of a delay, taken from event to event, is rounded otherwise: beside
//! events at odd times a clock that is due on a date would ring a hair before it. Whole numbers are never rounded, and what is
//! left of them tells all. Where others are about, and an event at a known time finds a fixed delay running, combinations are told
//! apart by their time and by when each clock is due, which are added up as on a path.
//!
//! After an event at a random time there is no such sum. Paths round it one way or another, so what is left counts as the
//! same where it differs by no more than rounding.

use super::*;

/// Multiples of this many to a second, up to [`LARGEST`] seconds, have sums and differences that are no more than 2⁵³ of them: these
/// are not rounded.
const FINEST: f64 = 4096.0;
const LARGEST: f64 = 1e12;
/// The most combinations that are told apart by their time; beyond these what is left must do.
const MOST_TIMED: usize = 20_000;

/// What is known of times while combinations are explored.
#[derive(Debug, Default)]
pub(super) struct Times {
    /// Whether they tell combinations apart.
    pub kept: bool,
    /// Whether all fixed delays and dates so far are whole.
    odd: bool,
    /// How often something was left of a fixed delay, and the longest of these.
    differences: u32,
    longest: f64,
}

impl Times {
    pub fn new(kept: bool) -> Times {
        Times { kept, ..Times::default() }
    }

    /// There is such a time, or such a delay.
    pub fn see(&mut self, time: f64) {
        self.odd |= !(time <= LARGEST && (time * FINEST).fract() == 0.0);
        self.longest = self.longest.max(time);
    }

    /// Something is left of a fixed delay.
    pub fn part(&mut self) {
        self.differences = self.differences.saturating_add(1);
    }

    /// Whether what is left of delays is rounded otherwise than the times on a path.
    pub fn wanted(&self) -> bool {
        !self.kept && self.odd && self.differences > 0
    }

    /// The most combinations.
    pub fn most(&self) -> usize {
        if self.kept { MOST_TIMED } else { MOST }
    }

    /// By how much two that would be the same may differ: each has come of at most so many differences, each of which is off by half an
    /// epsilon of the longest delay, and of that delay itself.
    fn rounding(&self) -> f64 {
        f64::from(self.differences + 1) * f64::EPSILON * self.longest
    }
}

impl Config {
    /// When a running clock is due, where that is known.
    pub fn due(&self, clock: usize) -> Option<f64> {
        self.due.get(clock).copied().filter(|at| !at.is_nan())
    }

    /// A running clock is due then.
    pub fn know(&mut self, clock: usize, at: f64) {
        self.due.resize(self.running.len(), f64::NAN);
        self.due[clock] = at;
    }

    /// A clock does not run any more.
    pub fn forget(&mut self, clock: usize) {
        if let Some(due) = self.due.get_mut(clock) {
            *due = f64::NAN;
        }
    }
}

impl Explorer<'_> {
    /// A clock starts with this number of its delay.
    pub(super) fn starts(&mut self, config: &mut Config, clock: usize, law: u32) {
        self.started[clock] = true;
        config.forget(clock);
        if let Some(delay) = self.fixed(law)
            && self.times.kept
            && !config.now.is_nan()
        {
            config.know(clock, config.now + delay);
        }
    }

    /// The fixed clocks that are due first, and what is left of them.
    pub(super) fn first_due(&self, config: &Config, general: &[usize]) -> (Vec<usize>, f64) {
        let known = general.iter().filter(|clock| !config.later[**clock]);
        let left = known.filter_map(|clock| Some((*clock, self.fixed(config.running[*clock])?)));
        let left: Vec<(usize, f64)> = left.collect();
        let due: Option<Vec<(usize, f64)>> =
            left.iter().map(|(clock, _)| Some((*clock, config.due(*clock)?))).collect();
        let soonest = |of: &[(usize, f64)]| of.iter().map(|it| it.1).fold(f64::INFINITY, f64::min);
        let by = due.unwrap_or_else(|| left.clone());
        let first = soonest(&by);
        (by.into_iter().filter(|it| it.1 == first).map(|it| it.0).collect(), soonest(&left))
    }

    /// What is left of a delay when a clock rings, by how long that takes and, where it is known, by when it is; none where that can't be.
    pub(super) fn left_then(
        &mut self,
        config: &Config,
        clock: usize,
        (low, at): (f64, Option<f64>),
    ) -> Option<u32> {
        let law = config.running[clock];
        if self.fixed(law).is_some() {
            self.times.part();
        }
        match (at, config.due(clock)) {
            (Some(at), Some(due)) => {
                self.numbers.differ();
                let left = crate::dist::Point::new((due - at).max(0.0)).ok()?;
                Some(self.number(crate::dist::Law::Point(left).into()))
            }
            _ => self.left(law, low),
        }
    }

    /// Fixed clocks of which it is not known when they are due are due at the same instant where what is left of them differs by
    /// rounding.
    pub(super) fn agree(&mut self, config: &mut Config) {
        if self.times.differences == 0 || config.age != Age::Now {
            return;
        }
        let general = self.generals(config);
        let fixed = general.iter().filter_map(|clock| Some((*clock, self.fixed(config.running[*clock])?)));
        let mut fixed: Vec<(usize, f64)> = fixed.collect();
        if fixed.iter().all(|(clock, _)| config.due(*clock).is_some()) {
            return;
        }
        fixed.sort_by(|a, b| a.1.total_cmp(&b.1));
        let rounding = self.times.rounding();
        for same in fixed.chunk_by(|a, b| b.1 - a.1 <= rounding).filter(|same| same.len() > 1) {
            // A delay that has just started is not rounded yet.
            let whole = same.iter().find(|(clock, _)| self.started[*clock]).unwrap_or(&same[0]);
            let law = config.running[whole.0];
            same.iter().for_each(|(clock, _)| config.running[*clock] = law);
        }
    }

    /// What tells a clock apart beside what is left of it.
    pub(super) fn due_key(&self, config: &Config, clock: usize, key: &mut Vec<u64>) {
        if self.times.kept {
            key.push(config.due(clock).map_or(u64::MAX, f64::to_bits));
        }
    }
}
