//! How long the rest will take, by how long the last part took.
//!
//! The speed of a long run wanders with what else the machine does. A mean over a few seconds follows every whim of it, one
//! over the whole run never forgets a slow start; so the mean is over the last nine tenths of the time that passed.

use std::collections::VecDeque;

/// Of the time that passed, what is forgotten.
const FORGOTTEN: f64 = 0.1;
/// Marks lie this far apart, as a share of the time that passed: some 120 of them are kept at most.
const APART: f64 = 0.02;

/// Watches a run; it is told the time, in seconds since the run began.
#[derive(Clone, Debug)]
pub(super) struct Pace {
    marks: VecDeque<(f64, u64)>,
}

impl Pace {
    pub fn new() -> Pace {
        Pace { marks: VecDeque::from([(0.0, 0)]) }
    }

    /// At this time so much is done.
    pub fn record(&mut self, now: f64, done: u64) {
        let far = self.marks.back().is_none_or(|(last, _)| now >= last + APART * now);
        if far {
            self.marks.push_back((now, done));
        }
        while self.marks.get(1).is_some_and(|(second, _)| *second <= FORGOTTEN * now) {
            self.marks.pop_front();
        }
    }

    /// How much is done a second, where that can be told yet.
    pub fn per_second(&self, now: f64, done: u64) -> Option<f64> {
        let (then, before) = self.marks.front()?;
        (now > *then && done > *before).then(|| (done - before) as f64 / (now - then))
    }

    /// The seconds that are left until `total` is done.
    pub fn left(&self, now: f64, done: u64, total: u64) -> Option<f64> {
        self.per_second(now, done).map(|rate| total.saturating_sub(done) as f64 / rate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A run of `total` whose speed at each tick of 0.2 s is `speed(share done, tick)`: the worst error of the foreseen whole
    /// time between a tenth and nine tenths of the work, as a share of the true one.
    fn worst(total: f64, mut speed: impl FnMut(f64, u64) -> f64) -> f64 {
        let (mut done, mut now) = (0.0, 0.0);
        let (mut pace, mut foreseen) = (Pace::new(), Vec::new());
        for tick in 0.. {
            now += 0.2;
            done += 0.2 * speed(done / total, tick);
            if done >= total {
                break;
            }
            pace.record(now, done as u64);
            assert!(pace.marks.len() < 150, "{}", pace.marks.len());
            if (0.1..0.9).contains(&(done / total)) {
                let left = pace.left(now, done as u64, total as u64).expect("something is done");
                foreseen.push(now + left);
            }
        }
        assert!(foreseen.len() > 100);
        foreseen.iter().map(|whole| (whole / now - 1.0).abs()).fold(0.0, f64::max)
    }

    #[test]
    fn a_steady_run_is_foreseen_at_once() {
        assert!(worst(1e6, |_, _| 5_000.0) < 0.002);
    }

    #[test]
    fn a_slow_start_is_forgotten() {
        // A tenth of the speed for the first two seconds of some 200.
        assert!(worst(1e6, |_, tick| if tick < 10 { 500.0 } else { 5_000.0 }) < 0.02);
    }

    #[test]
    fn neighbours_come_and_go() {
        // Full speed or half of it, changing with a chance of one in 25 a tick: every five seconds on average, in a run of two
        // hours. At a tenth of it the mean has a standard error of 2.9%: 500 √(5 / 670) of 1,500.
        for seed in 1..=20_u64 {
            let (mut state, mut slow) = (seed, false);
            let error = worst(1e7, |_, _| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                slow ^= (state >> 33) % 25 == 0;
                if slow { 1_000.0 } else { 2_000.0 }
            });
            assert!(error < 0.1, "{seed}: {error}");
        }
    }

    #[test]
    fn a_lasting_change_is_learnt() {
        // Half as fast from the middle on. Before it nobody can know; at nine tenths the rest is foreseen to a tenth of the whole.
        let (total, mut done, mut now, mut pace) = (1e6, 0.0, 0.0, Pace::new());
        let mut foreseen = f64::NAN;
        while done < total {
            now += 0.2;
            done += 0.2 * if done < total / 2.0 { 10_000.0 } else { 5_000.0 };
            pace.record(now, done as u64);
            if done < 0.9 * total {
                foreseen = now + pace.left(now, done as u64, total as u64).expect("something is done");
            }
        }
        assert!((foreseen / now - 1.0).abs() < 0.1, "{foreseen} {now}");
        assert_eq!(Pace::new().left(1.0, 0, 100), None);
    }
}
