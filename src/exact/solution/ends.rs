//! Measures that follow from the time at which a path ends: `value = "day / 1 week"`, an account that gathers at one rate all the
//! while. What is known of the time is known of these.

use super::*;
use crate::program::Measure;

/// An increasing function of the time at which a path ends: `least + slope g(t)`, where g(t) = t, or with a discount its integral.
#[derive(Clone, Debug, PartialEq)]
pub struct ByEnd {
    /// Paths with these outcomes count.
    pub outcomes: Vec<usize>,
    /// What it is at time 0.
    pub least: f64,
    /// What it grows by, a second at time 0.
    pub slope: f64,
    /// What comes at t counts exp(-decay t).
    pub decay: f64,
}

impl ByEnd {
    /// Its value where a path ends at this time.
    pub fn value(&self, time: f64) -> f64 {
        let grown = if self.decay == 0.0 { time } else { -libm::expm1(-self.decay * time) / self.decay };
        self.least + self.slope * grown
    }

    /// What its moments may be off about a centre, where no probability by any time is off by more than `bound`: the integral of
    /// what a function varies by.
    pub fn off(&self, curves: &[Curve], bound: f64, about: f64) -> Off {
        let last = self.outcomes.iter().map(|o| curves[*o].last()).fold(0.0, f64::max);
        let (least, most) = (self.value(0.0), self.value(last));
        let away = (about - least).abs().max((most - about).abs());
        let first = bound * (away + most - least);
        Off { about, mass: bound, first, second: 3.0 * bound * away * away, whole: first }
    }

    /// The same of a line, from what the moments of when each outcome comes may be off.
    pub fn off_of(&self, offs: &[Off], about: f64) -> Off {
        let these = self.outcomes.iter().map(|outcome| offs[*outcome]);
        let off = Off::together(these, (about - self.least) / self.slope);
        let (first, second) = (self.slope * off.first, self.slope * self.slope * off.second);
        Off { about, mass: off.mass, first, second, whole: first }
    }

    /// The time at which it comes to a value: at most 0 where it is that from the start, infinity where it never is.
    pub fn time(&self, value: f64) -> f64 {
        let grown = (value - self.least) / self.slope;
        if self.decay == 0.0 {
            return grown;
        }
        let left = self.decay * grown;
        if left < 1.0 { -libm::log1p(-left) / self.decay } else { f64::INFINITY }
    }
}

/// What an expression that reads nothing of the path but the time grows by, and what it is at time 0, if it is a line.
fn over_time(reader: &Reader<'_>, value: &Value) -> Option<(f64, f64)> {
    let day = reader.program.layout.day();
    let line = reader.only(value, |place| place == day).then(|| reader.line(value, &[day]))??;
    Some((line.slopes[0], line.constant))
}

impl Answerer<'_> {
    /// How a measure follows from the time at which a path ends, and how many paths count, with its mean and variance among them
    /// where it is not discounted; none where it does not follow. `moments`: of when each outcome comes, over all paths.
    pub(super) fn by_end(
        &self,
        reader: &mut Reader<'_>,
        (number, measure): (usize, &Measure),
        moments: &[Moments],
    ) -> Option<(ByEnd, Option<(f64, Gain)>)> {
        let program = self.program;
        let (slope, least, decay) = match &measure.kind {
            MeasureKind::Value(value) => {
                let (slope, least) = over_time(reader, value)?;
                (slope, least, 0.0)
            }
            MeasureKind::Account(a) => {
                let account = &program.accounts[*a as usize];
                if program.pays.iter().any(|pay| pay.measure as usize == number) {
                    return None;
                }
                match over_time(reader, &account.rate?.value)? {
                    (0.0, rate) => (rate, 0.0, account.decay),
                    _ => return None,
                }
            }
            MeasureKind::First(_) => return None,
        };
        if !(slope > 0.0 && slope.is_finite() && least.is_finite()) {
            return None;
        }
        let place = program.layout.outcome();
        let outcomes = match &measure.given {
            None => (0..self.asked.outcomes).collect(),
            Some(given) if reader.only(given, |read| read == place) => {
                let counts = |outcome: &usize| {
                    reader.values[place] = *outcome as f64;
                    reader.value(given) != 0.0
                };
                (0..self.asked.outcomes).filter(counts).collect::<Vec<usize>>()
            }
            Some(_) => return None,
        };
        // Times may not have been had.
        if outcomes.iter().any(|outcome| moments[*outcome].first.is_nan()) {
            return None;
        }
        let sum = |of: &dyn Fn(usize) -> f64| outcomes.iter().map(|outcome| of(*outcome)).sum::<f64>();
        let share = sum(&|o| moments[o].mass);
        let (first, second) = (sum(&|o| moments[o].first) / share, sum(&|o| moments[o].second) / share);
        let gain = if share > 0.0 {
            let variance = second - first * first;
            let variance = if variance.is_nan() { f64::INFINITY } else { variance.max(0.0) };
            Gain { mean: least + slope * first, variance: slope * slope * variance }
        } else {
            Gain::default()
        };
        Some((ByEnd { outcomes, least, slope, decay }, (decay == 0.0).then_some((share, gain))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_and_its_time_go_both_ways() {
        for decay in [0.0, 0.03] {
            let by_end = ByEnd { outcomes: vec![0], least: 5.0, slope: 2.0, decay };
            for time in [0.0, 0.5, 7.0, 90.0] {
                assert!((by_end.time(by_end.value(time)) - time).abs() <= 1e-12 * (1.0 + time));
            }
            assert!(by_end.time(4.0) < 0.0);
        }
        let by_end = ByEnd { outcomes: vec![0], least: 0.0, slope: 1.0, decay: 0.5 };
        // What is ever gathered is 2.
        assert_eq!(by_end.time(2.0), f64::INFINITY);
    }
}
