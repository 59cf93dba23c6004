//! When paths end where no horizon ends them: the first two moments, by elimination like how often anything starts. Curves are followed
//! until next to nothing is left, and of a heavy tail most of the mean may lie beyond.

use super::super::ahead::{Ahead, ahead};
use super::super::off::{Doubt, Doubts};
use super::super::onward::Waits;
use super::gathered::ROUNDING;
use super::*;

/// ∫ t and ∫ t² over what comes somewhere, t being the time since the epoch began.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Taken {
    pub first: f64,
    pub second: f64,
}

impl Taken {
    fn add(&mut self, more: Taken) {
        self.first += more.first;
        self.second += more.second;
    }

    /// Of a mass that has taken so long already, after a step with a share of it: a delay with these first two moments.
    fn after(self, mass: f64, share: f64, (mean, square): (f64, f64)) -> Taken {
        Taken {
            first: times(share, self.first) + times(mass * share, mean),
            second: times(share, self.second)
                + 2.0 * times(share, times(self.first, mean))
                + times(mass * share, square),
        }
    }

    /// About when it came, of a mass; `from`: when the epoch began.
    fn gain(self, mass: f64, from: f64) -> Gain {
        let mean = self.first / mass;
        let variance = self.second / mass - mean * mean;
        Gain {
            mean: from + mean,
            variance: if variance.is_nan() { f64::INFINITY } else { variance.max(0.0) },
        }
    }
}

/// When paths end, by end, and what may be off.
#[derive(Debug, Default)]
pub(super) struct Durations {
    pub ends: Vec<Taken>,
    pub doubts: Doubts,
}

impl Answerer<'_> {
    /// From how often nodes start and paths end; sets out of which nothing leads have no end.
    pub(super) fn durations(&self, forever: &Forever, stays: &Stays<'_>, bank: &mut Bank) -> Durations {
        let (chain, from) = (self.chain, self.march.from);
        let (visits, ends) = (&forever.visits, &forever.ends);
        let waits = Waits::all(chain, 0.0, true, bank);
        let mut come = vec![Taken::default(); chain.nodes.len()];
        let mut found = vec![Taken::default(); chain.ends.len()];
        let mut list = vec![];
        let mut place = vec![usize::MAX; chain.nodes.len()];
        for (number, set) in chain.order.iter().enumerate() {
            let Some(solved) =
                stays.eliminated(number).filter(|_| set.iter().any(|n| visits[*n as usize] > 0.0))
            else {
                continue;
            };
            set.iter().enumerate().for_each(|(i, n)| place[*n as usize] = i);
            let inside = |to: u32| place.get(to as usize).copied().filter(|i| set.get(*i) == Some(&to));
            // From which of the set, to where, with what share of the visits, and the moments of the delay.
            let steps = set.iter().enumerate().flat_map(|(i, n)| {
                let node = &chain.nodes[*n as usize];
                node.uses.iter().zip(&waits[*n as usize]).flat_map(move |(of, waits)| {
                    of.goes.to.iter().map(move |(to, p)| (i, *to, of.share * p, (waits.g, waits.gg)))
                })
            });
            let steps: Vec<(usize, u32, f64, (f64, f64))> = steps.collect();
            let mass: Vec<f64> = set.iter().map(|n| visits[*n as usize]).collect();
            // The second is still 0 where the first is worked out.
            let mut taken = vec![Taken::default(); set.len()];
            let enters = |taken: &[Taken], of: fn(&Taken) -> f64| {
                let mut enters: Vec<f64> = set.iter().map(|n| of(&come[*n as usize])).collect();
                for (i, to, share, delay) in &steps {
                    if let Some(j) = inside(*to) {
                        // What it had taken before is what elimination adds up.
                        let own = Taken { second: 2.0 * times(taken[*i].first, delay.0), ..Taken::default() };
                        let before = Taken::default().after(mass[*i], *share, *delay);
                        enters[j] += of(&before) + times(*share, of(&own));
                    }
                }
                enters
            };
            let first = solved.visits(enters(&taken, |taken| taken.first));
            taken.iter_mut().zip(first).for_each(|(taken, first)| taken.first = first);
            let second = solved.visits(enters(&taken, |taken| taken.second));
            taken.iter_mut().zip(second).for_each(|(taken, second)| taken.second = second);
            for (i, to, share, delay) in &steps {
                let after = taken[*i].after(mass[*i], *share, *delay);
                match chain.end(*to) {
                    Some(end) => found[end].add(after),
                    None if inside(*to).is_some() => {}
                    None => come[*to as usize].add(after),
                }
            }
            for ((n, mass), taken) in set.iter().zip(&mass).zip(&taken).filter(|it| *it.0.1 > 0.0) {
                let wrong = self.doubted(*n as usize, 0.0, bank);
                let mut late = Late::default();
                late.add(*mass, forever.lates[*n as usize]);
                list.push(doubt((mass * wrong, late), taken.gain(*mass, from)));
            }
        }
        let ended = ends.iter().zip(&found).filter(|(mass, _)| **mass > 0.0);
        list.extend(
            ended.map(|(mass, taken)| doubt((ROUNDING * mass, Late::default()), taken.gain(*mass, from))),
        );
        // No account has this number, and nothing is paid.
        let ones = vec![1.0; chain.nodes.len()];
        let ahead = ahead(chain, usize::MAX, Some(&ones), (0.0, f64::INFINITY), bank);
        let doubts =
            Doubts { ahead, mass: self.mistaken(visits, 0.0, bank), list: Some(list), ..Doubts::default() };
        Durations { ends: found, doubts }
    }

    /// By outcome: ∫ t and ∫ t² over all paths, and what moments about the mean may be off.
    pub(super) fn ended_by(&self, forever: &Forever, past: &Past) -> (Vec<(f64, f64)>, Vec<Off>) {
        let from = self.march.from;
        let mut moments = past.moments.clone();
        moments.resize(self.asked.outcomes, (0.0, 0.0));
        let mut masses = vec![0.0; self.asked.outcomes];
        past.ends.iter().for_each(|(mass, _, outcome, _)| masses[*outcome] += mass);
        let ends = forever.ends.iter().zip(&forever.durations.ends).zip(&self.march.outcome_of);
        for ((mass, taken), outcome) in ends {
            masses[*outcome] += mass;
            moments[*outcome].0 += from * mass + taken.first;
            moments[*outcome].1 += from * (from * mass + 2.0 * taken.first) + taken.second;
        }
        // Before this epoch no time was later than its beginning.
        let before = Doubt { mass: past.bound, low: 0.0, high: from, ..Doubt::default() };
        let ahead = Ahead { first: from, second: from * from };
        let before = Doubts { ahead, mass: past.bound, list: Some(vec![before]), ..Doubts::default() };
        let doubts = [before, forever.durations.doubts.clone()];
        let offs = moments.iter().zip(&masses).map(|((first, second), mass)| {
            if *mass <= 0.0 {
                return Off { about: 0.0, mass: forever.bound, first: 0.0, second: 0.0, whole: 0.0 };
            }
            let gain = Taken { first: *first, second: *second }.gain(*mass, 0.0);
            let off = off(&doubts, forever.bound, gain.mean, gain.variance.sqrt());
            Off { second: if gain.variance.is_finite() { off.second } else { f64::INFINITY }, ..off }
        });
        let offs = offs.collect();
        (moments, offs)
    }
}

/// Mass that may be in a wrong place at a time. What is never below 0 is away from its mean by no more than twice that, on average.
/// `late`: what is off in its first two moments.
fn doubt((mass, late): (f64, Late), gain: Gain) -> Doubt {
    let spread = gain.variance.sqrt();
    let second = if spread.is_finite() { late.second } else { f64::INFINITY };
    Doubt { spread: spread.min(2.0 * gain.mean), first: late.first, second, ..Doubt::of(mass, gain) }
}
