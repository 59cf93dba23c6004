//! Whether the points of a panel saw all that rings in it: what is narrow may lie between them, and then nothing tells of it.
//!
//! How much rings up to a time follows from all that has started without looking at any point: the integral of what has started
//! times the chance that a delay is over. What a panel brings must be the difference of that between its ends.

use super::past::Stretch;
use super::*;
use crate::exact::kernel::RESOLVED;

/// What rings in a panel must be, relative to it.
const ALIKE: f64 = 1e-9;
/// What the two are off by themselves, relative to what rings, and to all that has started.
const NOISE: f64 = 1e-11;
const FLOOR: f64 = 1e-14;

/// What is there for a smaller share of the time that is asked about is not looked for by ranges.
const BRIEF: f64 = 1e-7;

/// At how many times chances that move are looked at beforehand, how many numbers that may be, and by how much they may be other than
/// the points of a panel say.
const SIGHTINGS: usize = 4_096;
const SEEN: usize = 4_000_000;
const OTHER: f64 = 1e-6;

/// The sum of the products.
pub(super) fn dot(a: &Values, b: &Values) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

impl March<'_> {
    /// Looks at chances that move all over the time that is asked about.
    pub(super) fn sight(&mut self) -> Result<(), NotExact> {
        let (from, until) = (self.asked.from, self.asked.until);
        if let Some(swings) = self.swings.as_mut().filter(|_| until.is_finite()) {
            let count = SIGHTINGS.min(SEEN / (1 + swings.chances(from)?.len()));
            for n in 1..count {
                let time = from + (until - from) * n as f64 / count as f64;
                self.sightings.push((time, swings.chances(time)?));
            }
            self.bank.effort.add(self.sightings.iter().map(|seen| 1 + seen.1.len()).sum());
        }
        Ok(())
    }

    /// Whether chances that move are between the points of a panel what these say.
    pub(super) fn sighted(&mut self, from: f64, width: f64, times: &Values) -> Result<bool, NotExact> {
        let until = self.asked.until;
        let span = if until.is_finite() { until - self.asked.from } else { self.softness.max(from) };
        let brief = width <= BRIEF * span;
        if let Some(swings) = self.swings.as_mut().filter(|_| !brief)
            && !swings.seen(times, from..from + width)
        {
            return Ok(false);
        }
        let first = self.sightings.partition_point(|seen| seen.0 <= from);
        let inside = self.sightings[first..].iter().take_while(|seen| seen.0 < from + width);
        let (Some(swings), true) = (&mut self.swings, inside.clone().next().is_some()) else {
            return Ok(true);
        };
        let points: Result<Vec<Vec<f64>>, NotExact> =
            times.iter().map(|time| swings.chances(*time)).collect();
        let points = points?;
        Ok(inside.into_iter().all(|(time, chances)| {
            let basis = rule().basis((time - from) / width);
            chances.iter().enumerate().all(|(n, chance)| {
                let said: f64 = basis.iter().zip(&points).map(|(by, point)| by * point[n]).sum();
                (said - chance).abs() <= OTHER
            })
        }))
    }

    /// What rings in a panel that can't be narrower is spread evenly over it where its points don't say how much that is: it may come from
    /// several panels that were narrower still. When it rings within the panel matters no more than there.
    pub(super) fn spread(&mut self, stretch: &Stretch, due: &[f64], rings: &mut [Values]) {
        let mut due = due.to_vec();
        self.singly(stretch, &mut due);
        for (ring, due) in rings.iter_mut().zip(due) {
            let rung = stretch.width * rule().mean(ring);
            if (rung - due).abs() > ALIKE * rung.abs().max(due.abs()) {
                *ring = [due / stretch.width; POINTS];
            }
        }
    }

    /// What these rings lack of what must ring in a panel, or have beyond it, as a sum over flows, but for noise; none where it is more
    /// than a panel may miss. `due`: by flow, what must ring of what has started in panels.
    pub(super) fn missed(&mut self, stretch: &Stretch, mut due: Vec<f64>, rings: &[Values]) -> Option<f64> {
        self.singly(stretch, &mut due);
        let (mut missed, mut mass, mut noise) = (0.0, 0.0, 0.0);
        let begun = 1.0 + self.rung;
        for ((flow, ring), due) in self.flows.iter().zip(rings).zip(due) {
            let rung = stretch.width * rule().mean(ring);
            let most = rung.abs().max(due.abs());
            missed += (rung - due).abs();
            mass += most;
            noise += RESOLVED * most + self.bank.kernel(flow.kernel).error * (most + begun);
        }
        noise += NOISE * mass + FLOOR * begun;
        (missed <= noise + ALIKE * mass).then_some((missed - noise).max(0.0))
    }

    /// Adds what must ring in a panel of what has started at single times, and by single delays.
    fn singly(&mut self, stretch: &Stretch, due: &mut [f64]) {
        let Stretch { from, width, .. } = *stretch;
        let to = from + width;
        for k in 0..self.kernels.len() {
            let (past, bank) = self.past(k);
            let (panels, sources, flows, of) = (past.panels, past.sources, past.flows, past.of);
            let kernel = bank.kernel(past.number);
            let mut known: Option<(f64, f64)> = None;
            for f in of.iter().filter(|_| kernel.smooth) {
                for (time, mass) in &sources[flows[*f].node] {
                    let by = match known {
                        Some((last, by)) if last == *time => by,
                        _ => kernel.soon(to - time) - kernel.soon(from - time),
                    };
                    known = Some((*time, by));
                    due[*f] += mass * by;
                }
            }
            for (delay, share) in &kernel.atoms {
                for (f, panel) in of.iter().flat_map(|f| panels.iter().map(move |panel| (f, panel))) {
                    // Not from when the panel's would ring: beside a long delay a narrow panel is less than rounding.
                    let place = |time: f64| (((time - delay) - panel.from) / panel.width).clamp(0.0, 1.0);
                    let (first, last, node) = (place(from), place(to), flows[*f].node);
                    if first >= last || !panel.any[node] {
                        continue;
                    }
                    let coefficients = rule().coefficients(&panel.starts[node]);
                    let by = integral(&coefficients, last) - integral(&coefficients, first);
                    due[*f] += share * panel.width * by;
                }
            }
        }
    }
}
