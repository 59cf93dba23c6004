//! Exponential events beside clocks that run on: a chain in continuous time, by uniformisation (Jensen 1953).

use super::effort::Effort;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The most numbers that are kept at the knots.
const ROOM: f64 = 2e7;
/// The expected events between two knots.
const BETWEEN: f64 = 4.0;
/// The most times whose probabilities are kept, in numbers.
const KEPT: usize = 4_000_000;

/// Where exponential events lead while other clocks run on, from one combination: the number 0.
#[derive(Debug)]
pub(super) struct Inner {
    /// Transitions of the uniformised chain by where they come from, staying included.
    steps: Vec<Vec<(u32, f64)>>,
    /// Its events a second.
    rate: f64,
    /// How many events the farthest combination is away.
    depth: usize,
    /// The probabilities at multiples of `BETWEEN / rate`.
    knots: Mutex<Vec<Arc<[f64]>>>,
    known: Mutex<HashMap<u64, Arc<[f64]>>>,
    effort: Arc<Effort>,
}

impl Inner {
    /// `out`: the rate by which each is left in all; `rates`: where to, as far as it stays among these.
    pub fn new(out: &[f64], rates: &[Vec<(u32, f64)>], effort: Arc<Effort>) -> Inner {
        let rate = out.iter().fold(0.0_f64, |a, b| a.max(*b));
        let mut steps: Vec<Vec<(u32, f64)>> = vec![];
        for (from, to) in rates.iter().enumerate() {
            let mut row: Vec<(u32, f64)> = vec![];
            let stays = (from as u32, rate - out[from]);
            for (to, by) in to.iter().copied().chain([stays]).filter(|(_, by)| *by > 0.0) {
                match row.iter_mut().find(|(known, _)| *known == to) {
                    Some(known) => known.1 += by / rate,
                    None => row.push((to, by / rate)),
                }
            }
            steps.push(row);
        }
        let mut depth = vec![usize::MAX; out.len()];
        let mut list = vec![0_u32];
        depth[0] = 0;
        let mut at = 0;
        while let Some(&from) = list.get(at) {
            for (to, _) in &steps[from as usize] {
                if depth[*to as usize] == usize::MAX {
                    depth[*to as usize] = depth[from as usize] + 1;
                    list.push(*to);
                }
            }
            at += 1;
        }
        let mut start = vec![0.0; out.len()];
        start[0] = 1.0;
        Inner {
            steps,
            rate,
            depth: depth.into_iter().filter(|d| *d < usize::MAX).max().unwrap_or(0),
            knots: Mutex::new(vec![start.into()]),
            known: Mutex::default(),
            effort,
        }
    }

    /// Whether times up to `until` can be had in the room there is.
    pub fn reaches(&self, until: f64) -> bool {
        until * self.rate / BETWEEN * self.steps.len() as f64 <= ROOM
    }

    /// Events a second, at most.
    pub fn rate(&self) -> f64 {
        self.rate
    }

    /// The probability of each combination after a time.
    pub fn after(&self, time: f64) -> Arc<[f64]> {
        if let Some(known) = lock(&self.known).get(&time.to_bits()) {
            return known.clone();
        }
        let knot = (time * self.rate / BETWEEN).floor();
        let from = self.knot(knot as usize);
        let found = self.forward(&from, (time * self.rate - knot * BETWEEN).max(0.0), knot == 0.0);
        let mut known = lock(&self.known);
        if known.len() * self.steps.len() > KEPT {
            known.clear();
        }
        known.insert(time.to_bits(), found.clone());
        found
    }

    fn knot(&self, number: usize) -> Arc<[f64]> {
        let mut knots = lock(&self.knots);
        while knots.len() <= number {
            let last = &knots[knots.len() - 1];
            let next = self.forward(last, BETWEEN, knots.len() == 1);
            knots.push(next);
        }
        knots[number].clone()
    }

    /// The sum over the number of events, of which `expected` are expected; every term is positive, so the digits of small
    /// probabilities are kept. From the start all are waited for that can be reached.
    fn forward(&self, from: &[f64], expected: f64, start: bool) -> Arc<[f64]> {
        let mut weight = libm::exp(-expected);
        let ways: usize = self.steps.iter().map(Vec::len).sum();
        let mut now = from.to_vec();
        let mut next = vec![0.0; now.len()];
        let mut sum: Vec<f64> = now.iter().map(|p| p * weight).collect();
        let least = if start { self.depth } else { 0 };
        for events in 1_usize.. {
            weight *= expected / events as f64;
            if weight < 1e-290 {
                break;
            }
            next.fill(0.0);
            // A sum of products takes about a fortieth of a law.
            self.effort.add(1 + ways / 40);
            for (p, row) in now.iter().zip(&self.steps).filter(|(p, _)| **p > 0.0) {
                row.iter().for_each(|(to, share)| next[*to as usize] += p * share);
            }
            std::mem::swap(&mut now, &mut next);
            let mut small = events as f64 > expected && events >= least;
            for (sum, p) in sum.iter_mut().zip(&now) {
                let more = weight * p;
                *sum += more;
                small &= more <= 1e-17 * *sum;
            }
            if small {
                break;
            }
        }
        sum.into()
    }
}

/// What it holds is right whatever became of a thread.
fn lock<T>(of: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_poisson_to_all_digits() {
        let count = 30;
        let out = vec![2.0; count];
        let rates: Vec<Vec<(u32, f64)>> =
            (0..count).map(|i| if i + 1 < count { vec![(i as u32 + 1, 2.0)] } else { vec![] }).collect();
        let inner = Inner::new(&out, &rates, Arc::default());
        for time in [1e-6, 0.3, 1.999, 7.5, 40.0] {
            let found = inner.after(time);
            let mut wanted = libm::exp(-2.0 * time);
            for (k, p) in found.iter().enumerate() {
                assert!((p / wanted - 1.0).abs() < 1e-12, "{k} at {time}: {p} {wanted}");
                wanted *= 2.0 * time / (k + 1) as f64;
            }
        }
    }

    #[test]
    fn two_ways_back_and_forth() {
        // Rates 1 and 3, nothing leaves: 3/4 + e^{-4t}/4.
        let inner = Inner::new(&[1.0, 3.0], &[vec![(1, 1.0)], vec![(0, 3.0)]], Arc::default());
        for time in [0.0, 0.1, 1.0, 25.0] {
            let wanted = 0.75 + 0.25 * libm::exp(-4.0 * time);
            assert!((inner.after(time)[0] - wanted).abs() < 1e-14);
        }
    }
}
