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

/// The sum of the products.
pub(super) fn dot(a: &Values, b: &Values) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

impl March<'_> {
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
                    let (begins, ends) = (panel.from + delay, panel.from + panel.width + delay);
                    let node = flows[*f].node;
                    if ends <= from || begins >= to || !panel.any[node] {
                        continue;
                    }
                    let coefficients = rule().coefficients(&panel.starts[node]);
                    let by =
                        |time: f64| integral(&coefficients, ((time - begins) / panel.width).clamp(0.0, 1.0));
                    due[*f] += share * panel.width * (by(to) - by(from));
                }
            }
        }
    }
}
