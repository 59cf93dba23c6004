//! When a clock rings, and rings first: the density f of its delay times the chance that no other clock of the race has rung,
//! and what it makes of a density of starts.

use super::legendre::{POINTS, Values, rule};
use crate::dist::Law;
use std::collections::HashMap;
use std::sync::Arc;

/// What a density of starts in one panel makes of rings at the points of another: by start point, then ring point.
pub(super) type Block = [Values; POINTS];

/// Relative to the mass of a piece, what its density may be off the rule of half the points.
pub(super) const RESOLVED: f64 = 1e-12;
/// Pieces are not cut below this share of the range.
const SMALLEST: f64 = 1.0 / (1_u64 << 44) as f64;

/// The most pieces of a density.
const MOST_PIECES: usize = 1_000;

/// A clock of a race.
#[derive(Debug)]
pub(super) struct Kernel {
    own: Law,
    others: Vec<Law>,
    /// Single delays and their probabilities.
    pub atoms: Vec<(f64, f64)>,
    /// Whether there is more than these.
    pub smooth: bool,
    /// Where the density may jump.
    pub edges: Vec<f64>,
    /// Between these the density is a polynomial to all digits.
    pieces: Vec<f64>,
    /// What comes so soon that it counts as at once: until when, and how much.
    core: (f64, f64),
    /// What the pieces may be off.
    pub error: f64,
    /// A typical delay.
    pub scale: f64,
    blocks: HashMap<(u64, u64, u64), Arc<Block>>,
}

/// Adds the values that a law gives a probability of their own, times `weight`; tells whether there are no others.
pub(super) fn atoms_of(law: &Law, weight: f64, to: &mut Vec<(f64, f64)>) -> bool {
    match law {
        Law::Point(_) => {
            to.push((law.mean(), weight));
            true
        }
        Law::Discrete(law) => {
            to.extend(law.atoms().map(|(x, p)| (x, p * weight)));
            true
        }
        Law::Pool(pool) => pool.members().fold(true, |all, (w, law)| atoms_of(law, w * weight, to) && all),
        _ => false,
    }
}

fn edges_of(law: &Law, to: &mut Vec<f64>) {
    if let Law::Pool(pool) = law {
        pool.members().for_each(|(_, law)| edges_of(law, to));
        return;
    }
    let (low, high) = law.support();
    to.extend([low, high].into_iter().filter(|x| *x > 0.0 && x.is_finite()));
    if let Law::Discrete(law) = law {
        to.extend(law.atoms().map(|a| a.0).filter(|x| *x > 0.0));
    }
}

impl Kernel {
    /// The clock number `which` of a race between these laws, for times up to `until`. None where two may ring at the same
    /// instant with positive probability.
    pub fn new(laws: &[Law], which: usize, until: f64) -> Option<Kernel> {
        let own = laws[which].clone();
        let others: Vec<Law> =
            laws.iter().enumerate().filter(|(i, _)| *i != which).map(|(_, law)| law.clone()).collect();
        let mut atoms = vec![];
        let smooth = !atoms_of(&own, 1.0, &mut atoms);
        for (x, p) in &mut atoms {
            if others.iter().any(|other| other.atom(*x) > 0.0) {
                return None;
            }
            *p *= others.iter().map(|other| other.sf(*x)).product::<f64>();
        }
        atoms.retain(|a| a.1 > 0.0);
        let mut edges = vec![];
        laws.iter().for_each(|law| edges_of(law, &mut edges));
        edges.sort_unstable_by(f64::total_cmp);
        edges.dedup();
        let scale = laws.iter().map(|law| law.quantile(0.5)).fold(f64::INFINITY, f64::min);
        let far = laws.iter().map(|law| law.upper_quantile(1e-17)).fold(f64::INFINITY, f64::min);
        let until = until.min(2.0 * far);
        let mut kernel = Kernel {
            own,
            others,
            atoms,
            smooth,
            edges,
            pieces: vec![0.0],
            core: (0.0, 0.0),
            error: 0.0,
            scale,
            blocks: HashMap::new(),
        };
        if smooth {
            let mut ends: Vec<f64> = kernel.edges.iter().copied().filter(|e| *e < until).collect();
            ends.push(until);
            let mut from = 0.0;
            for to in ends {
                kernel.cut(from, to, until);
                from = to;
            }
        }
        Some(kernel)
    }

    /// The density at a delay.
    #[inline]
    pub fn density(&self, delay: f64) -> f64 {
        let mut density = self.own.pdf(delay);
        for other in &self.others {
            density *= other.sf(delay);
        }
        density
    }

    fn by<const N: usize>(&self, from: f64, to: f64, points: &[(f64, f64); N]) -> f64 {
        (to - from) * points.iter().map(|(x, w)| w * self.density(from + x * (to - from))).sum::<f64>()
    }

    /// The chance of a ring between two delays, single delays apart.
    fn mass(&self, from: f64, to: f64) -> f64 {
        let whole: [(f64, f64); POINTS] = std::array::from_fn(|i| (rule().x[i], rule().w[i]));
        if !self.others.is_empty() || !self.atoms.is_empty() {
            return self.by(from, to, &whole);
        }
        if self.own.cdf(from) < 0.5 {
            self.own.cdf(to) - self.own.cdf(from)
        } else {
            self.own.sf(from) - self.own.sf(to)
        }
    }

    /// Cuts a stretch into pieces on which half the points do.
    fn cut(&mut self, from: f64, to: f64, whole: f64) {
        let half = self.by(from, to, &rule().half);
        let mass = self.mass(from, to);
        let digits = 1e-13 * self.own.cdf(to).min(self.own.sf(from));
        let off = (half - mass).abs();
        if off <= RESOLVED * mass + digits + 1e-26 && self.steady(from, to) {
            self.pieces.push(to);
            return;
        }
        if to - from <= whole * SMALLEST || to - from <= from * 1e-13 || self.pieces.len() > MOST_PIECES {
            if from == 0.0 {
                let others: f64 = self.others.iter().map(|other| other.sf(0.5 * to)).product();
                self.core = (to, self.own.cdf(to) * others);
            } else {
                self.error += off;
            }
            self.pieces.push(to);
            return;
        }
        let middle = if from == 0.0 { 0.125 * to } else { 0.5 * (from + to) };
        self.cut(from, middle, whole);
        self.cut(middle, to, whole);
    }

    /// Whether no law of the race hides a step between the points.
    fn steady(&self, from: f64, to: f64) -> bool {
        self.others.iter().chain([&self.own]).all(|law| {
            let mass = law.cdf(to) - law.cdf(from);
            let by: f64 = rule().half.iter().map(|(x, w)| w * law.pdf(from + x * (to - from))).sum();
            mass < 1e-14 || (by * (to - from) - mass).abs() <= 1e-9 * mass.max(1e-6)
        })
    }

    /// The chance of a ring up to a small delay, single delays apart.
    pub fn soon(&self, delay: f64) -> f64 {
        let mut sum = 0.0;
        let mut from = 0.0;
        if self.core.0 > 0.0 {
            if delay <= self.core.0 {
                return self.core.1 * self.own.cdf(delay) / self.own.cdf(self.core.0);
            }
            (sum, from) = (self.core.1, self.core.0);
        }
        let cuts: Vec<f64> =
            self.pieces.iter().copied().filter(|p| *p > from && *p < delay).chain([delay]).collect();
        for to in cuts {
            sum += self.mass(from, to);
            from = to;
        }
        sum
    }

    /// The chance that this clock rings first, single delays included.
    pub fn total(&self) -> f64 {
        if self.others.is_empty() {
            return 1.0;
        }
        let atoms: f64 = self.atoms.iter().map(|a| a.1).sum();
        let last = self.pieces.last().copied().unwrap_or(0.0);
        atoms + if self.smooth { self.soon(last) } else { 0.0 }
    }

    /// The integral of `weight` over the rings, single delays included.
    pub fn weighted(&self, weight: impl Fn(f64) -> f64) -> f64 {
        let atoms: f64 = self.atoms.iter().map(|(x, p)| p * weight(*x)).sum();
        let pieces = self.pieces.windows(2).map(|ends| {
            let (from, to) = (ends[0], ends[1]);
            if from == 0.0 && self.core.0 > 0.0 {
                return self.core.1 * weight(0.5 * to);
            }
            let rule = rule();
            let at = |i: usize| {
                let u = from + rule.x[i] * (to - from);
                rule.w[i] * self.density(u) * weight(u)
            };
            (to - from) * (0..POINTS).map(at).sum::<f64>()
        });
        atoms + pieces.sum::<f64>()
    }

    /// The block from a panel that begins `back` before the other, with their widths.
    pub fn block(&mut self, back: f64, from_width: f64, to_width: f64) -> Arc<Block> {
        let key = (back.to_bits(), from_width.to_bits(), to_width.to_bits());
        if let Some(block) = self.blocks.get(&key) {
            return block.clone();
        }
        let block = Arc::new(self.make(back, from_width, to_width));
        self.blocks.insert(key, block.clone());
        block
    }

    /// Times count from the beginning of the panel of starts.
    fn make(&self, back: f64, from_width: f64, to_width: f64) -> Block {
        let rule = rule();
        let mut block = [[0.0; POINTS]; POINTS];
        for j in 0..POINTS {
            let ring = back + rule.x[j] * to_width;
            let (low, high) = ((ring - from_width).max(0.0), ring);
            let first = self.pieces.partition_point(|p| *p <= low);
            let within = ring >= from_width && low >= self.core.0;
            if within && (first >= self.pieces.len() || self.pieces[first] >= high) {
                for i in 0..POINTS {
                    block[i][j] = from_width * rule.w[i] * self.density(ring - rule.x[i] * from_width);
                }
                continue;
            }
            let mut from = low;
            if self.core.0 > 0.0 && low < self.core.0 {
                let top = high.min(self.core.0);
                let mass = self.soon(top) - if low > 0.0 { self.soon(low) } else { 0.0 };
                let delay = if low > 0.0 { 0.5 * (low + top) } else { 0.0 };
                let basis = rule.basis(((ring - delay) / from_width).min(1.0));
                (0..POINTS).for_each(|i| block[i][j] += mass * basis[i]);
                from = self.core.0;
            }
            let cuts = self.pieces.iter().copied().filter(|p| *p > from && *p < high).chain([high]);
            for to in cuts.collect::<Vec<f64>>() {
                if to <= from {
                    continue;
                }
                for (x, w) in rule.x.iter().zip(&rule.w) {
                    let delay = from + x * (to - from);
                    let mass = (to - from) * w * self.density(delay);
                    if mass == 0.0 {
                        continue;
                    }
                    let basis = rule.basis((ring - delay) / from_width);
                    (0..POINTS).for_each(|i| block[i][j] += mass * basis[i]);
                }
                from = to;
            }
        }
        block
    }
}

/// The kernels of all worlds so far: laws that are the same in several worlds are prepared once.
#[derive(Debug, Default)]
pub(super) struct Bank {
    known: Vec<(Vec<Law>, usize, Option<Kernel>)>,
    until: f64,
}

/// The most kernels that are kept.
const KEPT: usize = 600;

impl Bank {
    /// Forgets what is too much, or was made for other times; not to be called while numbers are in use.
    pub fn tidy(&mut self, until: f64) {
        if self.until != until || self.known.len() > KEPT {
            self.known.clear();
            self.until = until;
        }
        for kernel in self.known.iter_mut().filter_map(|k| k.2.as_mut()) {
            if kernel.blocks.len() > 20_000 {
                kernel.blocks.clear();
            }
        }
    }

    /// The number of a kernel; none where two clocks may ring at the same instant.
    pub fn number(&mut self, laws: &[Law], which: usize) -> Option<usize> {
        let found = self.known.iter().position(|(known, of, _)| *of == which && known == laws);
        let number = found.unwrap_or_else(|| {
            let kernel = Kernel::new(laws, which, self.until);
            self.known.push((laws.to_vec(), which, kernel));
            self.known.len() - 1
        });
        self.known[number].2.is_some().then_some(number)
    }

    /// A kernel.
    pub fn kernel(&mut self, number: usize) -> &mut Kernel {
        // Numbers are given only to those that are.
        self.known[number].2.as_mut().expect("a number was given")
    }
}
