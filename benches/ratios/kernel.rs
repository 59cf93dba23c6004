//! N1 alone, as fast as we can write it by hand without `unsafe`: the limit that general engines are measured against.
//!
//! All that may happen is laid out before: a node is a timed stage with everything that bears on what follows. A step is one
//! multiplication for 64 random bits, one look into a table of quantiles for the delay, one into the node's alias table (Vose
//! 1991) for what comes next. Many paths are in flight, so that their looks overlap; one that ends makes room at once.

use super::found::{Deals, Found};
use detente::dist::{Gamma, Law, LogNormal};
use std::collections::HashMap;

/// Entries of a table of quantiles; between two of them the quantile is taken to be straight.
pub const STEPS: usize = 4096;
/// Slots of an alias table: no node has more ways on.
const SLOTS: usize = 8;
const HORIZON: f32 = 365.0;

/// Where a path is, when a delay runs.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Place {
    Call,
    Planning,
    Round,
    Shipping,
    Waiting,
    End(u8),
}

/// All that bears on what follows.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Node {
    place: Place,
    held: bool,
    site: u8,
    joined: bool,
    weapons: bool,
    refusals: u8,
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-x))
}

impl Node {
    fn at(self, place: Place) -> Node {
        Node { place, ..self }
    }

    fn rapport(self) -> f64 {
        (if self.held { 1.0 } else { -0.5 }) + if self.joined { 0.2 } else { 0.0 }
    }

    /// What follows its delay, with probabilities.
    fn next(self) -> Vec<(f64, Node)> {
        let [joined, weapons] = [self.joined, self.weapons].map(|b| f64::from(u8::from(b)));
        match self.place {
            Place::End(_) => vec![],
            Place::Call => [(0.92, true), (0.08, false)]
                .map(|(p, held)| (p, Node { held, ..self }.at(Place::Planning)))
                .to_vec(),
            Place::Planning => {
                let agreed = logistic(0.3 + 0.8 * self.rapport());
                let mut all = self.leverage(1.0 - agreed);
                for (site, p) in [(1, 0.35), (2, 0.25), (3, 0.4)] {
                    let joins = logistic([0.0, 0.2, -0.7, -0.4][usize::from(site)]);
                    for (joined, q) in [(true, joins), (false, 1.0 - joins)] {
                        all.push((agreed * p * q, Node { site, joined, ..self }.at(Place::Round)));
                    }
                }
                all
            }
            Place::Round => {
                let deal = logistic(-2.2 + 0.5 * self.rapport() + 0.4 * joined + 0.5 * weapons);
                let whole = logistic(-1.0 + 0.9 * joined);
                let mut all = self.leverage((1.0 - deal) * 0.15);
                all.push((deal * whole, self.at(Place::End(0))));
                all.push((deal * (1.0 - whole), self.at(Place::End(1))));
                all.push(((1.0 - deal) * 0.85, self));
                all
            }
            Place::Shipping => {
                let armed = Node { weapons: true, ..self };
                let escalation = logistic(-3.0 + 0.7 * f64::from(self.refusals));
                vec![(escalation, armed.at(Place::End(2))), (1.0 - escalation, armed.at(Place::Waiting))]
            }
            Place::Waiting => {
                let back = logistic(-0.2 + 0.6 * weapons + 0.2 * self.rapport());
                let mut all = self.leverage(1.0 - back);
                all.push((back, self.at(if self.site > 0 { Place::Round } else { Place::Planning })));
                all
            }
        }
    }

    /// A further refusal, of probability `p`.
    fn leverage(self, p: f64) -> Vec<(f64, Node)> {
        let after = Node { refusals: self.refusals + 1, ..self };
        if after.refusals > 3 {
            return vec![(p, after.at(Place::End(3)))];
        }
        vec![(0.6 * p, after.at(Place::Shipping)), (0.4 * p, after.at(Place::Waiting))]
    }
}

/// A slot of an alias table: below the threshold one way, else the other.
#[derive(Clone, Copy, Default)]
struct Slot {
    threshold: u32,
    ways: [u16; 2],
}

/// N1, laid out.
pub struct Kernel {
    /// By node.
    slots: Vec<[Slot; SLOTS]>,
    /// By node: where its table of quantiles begins.
    delay: Vec<u32>,
    /// By node: the outcome and the cell.
    ends: Vec<Option<u8>>,
    cells: Vec<(u8, bool)>,
    quantiles: Vec<f32>,
}

impl Kernel {
    /// Lays it out.
    pub fn new() -> Kernel {
        let gamma = |shape, mean: f64| Law::Gamma(Gamma::new(shape, mean / shape).expect("sound numbers"));
        let lognormal = |median, sigma| Law::LogNormal(LogNormal::new(median, sigma).expect("sound numbers"));
        let laws =
            [lognormal(5.0, 0.8), gamma(4.0, 60.0), gamma(2.0, 14.0), lognormal(30.0, 0.5), gamma(2.0, 20.0)];
        let quantiles = laws.iter().flat_map(table).collect();
        let start =
            Node { place: Place::Call, held: false, site: 0, joined: false, weapons: false, refusals: 0 };
        let mut nodes = vec![start];
        let mut number = HashMap::from([(start, 0_u16)]);
        let mut slots = Vec::new();
        while let Some(node) = nodes.get(slots.len()).copied() {
            let ways: Vec<(f64, u16)> = node
                .next()
                .into_iter()
                .map(|(p, next)| {
                    let fresh = nodes.len() as u16;
                    let n = *number.entry(next).or_insert(fresh);
                    if n == fresh {
                        nodes.push(next);
                    }
                    (p, n)
                })
                .collect();
            slots.push(alias(&ways));
        }
        let delay = |node: &Node| match node.place {
            Place::Call => 0,
            Place::Planning => 1,
            Place::Round => 2,
            Place::Shipping => 3,
            Place::Waiting | Place::End(_) => 4,
        };
        Kernel {
            slots,
            delay: nodes.iter().map(|node| delay(node) * (STEPS as u32 + 1)).collect(),
            ends: nodes
                .iter()
                .map(|node| if let Place::End(outcome) = node.place { Some(outcome) } else { None })
                .collect(),
            cells: nodes.iter().map(|node| (node.site, node.joined)).collect(),
            quantiles,
        }
    }

    /// Paths, so many of them in flight.
    pub fn run<const FLIGHT: usize>(&self, paths: u64, seed: u64) -> Found {
        // By outcome of the path, then the node that it ended in; the horizon's is last.
        let mut late = vec![0_u64; self.ends.len()];
        let mut ended = vec![0_u64; self.ends.len()];
        let mut bins = vec![0_u32; 16 * 365 + 1];
        let (mut time, mut node) = ([0.0_f32; FLIGHT], [0_u16; FLIGHT]);
        let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0xD1B5_4A32_D192_ED03;
        let (mut begun, mut over) = (FLIGHT as u64, 0_u64);
        // A path past the last that is wanted sleeps in a time beyond the horizon and is not counted.
        let mut asleep = [false; FLIGHT];
        for (n, asleep) in asleep.iter_mut().enumerate() {
            *asleep = n as u64 >= paths;
        }
        while over < paths {
            for lane in 0..FLIGHT {
                // wyrand (Wang Yi): a Weyl sequence and one wide multiplication.
                state = state.wrapping_add(0xA076_1D64_78BD_642F);
                let wide = u128::from(state) * u128::from(state ^ 0xE703_7ED1_A0B4_28DB);
                let bits = (wide >> 64) as u64 ^ wide as u64;
                let at = usize::from(node[lane]);
                let (low, high) = (bits as u32, (bits >> 32) as u32);
                let place = self.delay[at] as usize + (low >> 20) as usize;
                let part = (low & 0xF_FFFF) as f32 * (1.0 / 1_048_576.0);
                let [a, b] = [self.quantiles[place], self.quantiles[place + 1]];
                let now = time[lane] + (a + part * (b - a));
                let slot = self.slots[at][(high >> 29) as usize];
                let way = usize::from((high & 0x1FFF_FFFF) >= slot.threshold);
                let next = slot.ways[way];
                let end = self.ends[usize::from(next)];
                if now <= HORIZON && end.is_none() {
                    time[lane] = now;
                    node[lane] = next;
                    continue;
                }
                if asleep[lane] {
                    continue;
                }
                match end {
                    Some(outcome) if now <= HORIZON => {
                        ended[usize::from(next)] += 1;
                        if outcome < 2 {
                            bins[(now * 16.0) as usize] += 1;
                        }
                    }
                    _ => late[at] += 1,
                }
                over += 1;
                time[lane] = 0.0;
                node[lane] = 0;
                asleep[lane] = begun >= paths;
                begun += 1;
            }
        }
        self.found(&ended, &late, bins)
    }

    fn found(&self, ended: &[u64], late: &[u64], bins: Vec<u32>) -> Found {
        let mut found = Found::default();
        for (n, (site, joined)) in self.cells.iter().enumerate() {
            let outcome = self.ends[n].map_or(4, usize::from);
            let count = if outcome < 4 { ended[n] } else { late[n] };
            found.paths += count;
            found.outcomes[outcome] += count;
            found.cells[usize::from(*site)][usize::from(*joined)][outcome] += count;
        }
        for (by, day) in [1, 30, 100].into_iter().enumerate() {
            found.deals_by[by] = bins[..16 * day].iter().map(|n| u64::from(*n)).sum();
        }
        found.deals = Deals::Bins(bins).quantiles();
        found
    }
}

/// Quantiles at n / STEPS. The last step, up to infinity, is one with the mean of the tail.
pub fn table(law: &Law) -> Vec<f32> {
    let at = |n: usize| law.quantile(n as f64 / STEPS as f64);
    let mut all: Vec<f64> = (0..STEPS).map(at).collect();
    let inner = 4096;
    let tail = (0..inner).map(|k| law.upper_quantile((k as f64 + 0.5) / (inner * STEPS) as f64));
    let mean = tail.sum::<f64>() / inner as f64;
    all.push(2.0 * mean - all[STEPS - 1]);
    all.into_iter().map(|x| x as f32).collect()
}

/// Vose's alias table, with thresholds of 29 bits.
fn alias(ways: &[(f64, u16)]) -> [Slot; SLOTS] {
    let mut slots = [Slot::default(); SLOTS];
    assert!(ways.len() <= SLOTS, "a node has {} ways on", ways.len());
    let mut share = [0.0; SLOTS];
    let mut to = [0; SLOTS];
    for (n, (p, way)) in ways.iter().enumerate() {
        (share[n], to[n]) = (p * SLOTS as f64, *way);
    }
    let mut small: Vec<usize> = (0..SLOTS).filter(|n| share[*n] < 1.0).collect();
    let mut large: Vec<usize> = (0..SLOTS).filter(|n| share[*n] >= 1.0).collect();
    while let (Some(&less), Some(&more)) = (small.last(), large.last()) {
        small.pop();
        slots[less] = Slot { threshold: (share[less] * 536_870_912.0) as u32, ways: [to[less], to[more]] };
        share[more] -= 1.0 - share[less];
        if share[more] < 1.0 {
            large.pop();
            small.push(more);
        }
    }
    for n in small.into_iter().chain(large) {
        slots[n] = Slot { threshold: u32::MAX, ways: [to[n]; 2] };
    }
    slots
}
