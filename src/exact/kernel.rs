//! When a clock rings, and rings first: the density f of its delay times the chance that no other clock of the race has rung,
//! and what it makes of a density of starts.

use super::delay::Delay;
use super::effort::Effort;
use super::legendre::{POINTS, Spread, Summed, Values, integrals, rounding, rule, variation};
use super::race::{Own, Race};
use super::table::Table;
use pulp::Arch;
use std::cell::Cell;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

/// What a density of starts in one panel makes of rings in another.
#[derive(Debug)]
pub(super) struct Block {
    /// At the points: by start point, then ring point.
    pub rows: [Values; POINTS],
    /// In all, by start point: not from the points of rings, between which what is narrow may lie.
    pub due: Values,
}

/// Relative to the mass of a piece, what its density may be off the rule of half the points.
pub(super) const RESOLVED: f64 = 1e-12;
/// Pieces are not cut below this share of the range in which nearly all rings.
const SMALLEST: f64 = 1.0 / (1_u64 << 44) as f64;

/// An integral over a part that moves by itself may be off by this.
const NOTHING: f64 = 1e-16;
/// Parts of what counts as at once are not cut below this.
const LEAST: f64 = 1e-290;
/// The most blocks that are kept.
const MOST_BLOCKS: usize = 20_000;
/// The most pieces of a density.
const MOST_PIECES: usize = 1_000;

/// A clock of a race.
#[derive(Debug)]
pub(super) struct Kernel {
    race: Race,
    /// Single delays and their probabilities.
    pub atoms: Vec<(f64, f64)>,
    /// Whether there is more than these.
    pub smooth: bool,
    /// Where the density may jump.
    pub edges: Vec<f64>,
    /// Between these the density is a polynomial to all digits.
    pub pieces: Vec<f64>,
    /// The chance of a ring up to each of these, single delays apart.
    sums: Vec<f64>,
    /// What comes so soon that it counts as at once: until when, and how much.
    pub core: (f64, f64),
    /// What the pieces may be off.
    pub error: f64,
    /// A typical delay.
    pub scale: f64,
    /// The density, once a block is asked for.
    table: Option<Table>,
    blocks: HashMap<(u64, u64, u64), Arc<Block>>,
    /// What [`Kernel::rung`] has told.
    rung: HashMap<(u64, u64), Arc<Values>>,
    /// Of the first two powers of the delay: see [`Kernel::moment`].
    pub tails: OnceLock<[(f64, f64); 2]>,
    arch: Arch,
    effort: Arc<Effort>,
}

impl Kernel {
    /// For times up to `until`.
    pub fn new(race: Race, until: f64, effort: Arc<Effort>) -> Kernel {
        let mut atoms = vec![];
        let smooth = match &race.own {
            Own::Clock(delay) => !delay.atoms(&mut atoms),
            Own::Rate(_) => true,
            Own::Path(path) => {
                atoms.extend(path.jumps());
                path.flows()
            }
        };
        for (x, p) in &mut atoms {
            // Of clocks due at the same instant this must be the first.
            let inner = race.inner.as_ref().map_or(1.0, |(inner, m)| inner.after(*x)[*m as usize]);
            let later = |n: usize, other: &Delay| if n < race.earlier { 0.0 } else { other.atom(*x) };
            let others = race.others.iter().enumerate();
            let others = others.filter(|it| !(race.first && it.1.fixed().is_some()));
            *p *= others.fold(inner, |rest, (n, other)| rest * (other.sf(*x) + later(n, other)));
            *p *= race.places.iter().map(|place| place.level(*x)).product::<f64>();
        }
        atoms.retain(|a| a.1 > 0.0);
        let mut edges = vec![];
        race.delays().for_each(|delay| delay.edges(&mut edges));
        race.paths().for_each(|path| edges.extend(&path.edges));
        edges.sort_unstable_by(f64::total_cmp);
        edges.dedup();
        let mut scale = race.delays().map(Delay::median).fold(f64::INFINITY, f64::min);
        if let Some((inner, _)) = &race.inner {
            scale = scale.min(1.0 / inner.rate());
        }
        let far = race.delays().map(|delay| delay.upper_quantile(1e-17)).fold(f64::INFINITY, f64::min);
        // Far out a heavy tail is wider than any time at which much rings.
        let near = race.delays().map(|delay| delay.upper_quantile(1e-3)).fold(f64::INFINITY, f64::min);
        let mut until = until.min(2.0 * far);
        if let Own::Path(path) = &race.own {
            until = until.min(path.last());
            scale = scale.min(0.1 * until);
        }
        if until == f64::INFINITY {
            // Beside a rate alone: what came through a date is known until nothing of it is left.
            until = race.places.iter().map(|place| place.last()).fold(until, f64::min);
        }
        let mut kernel = Kernel {
            race,
            atoms,
            smooth,
            edges,
            pieces: vec![0.0],
            sums: vec![0.0],
            core: (0.0, 0.0),
            error: 0.0,
            scale,
            table: None,
            blocks: HashMap::new(),
            rung: HashMap::new(),
            tails: OnceLock::new(),
            arch: Arch::new(),
            effort,
        };
        if smooth {
            let joints = kernel.race.paths().flat_map(|path| path.joints());
            // What exponential events do varies by their own time, which pieces of the laws may not notice.
            let inner = kernel.race.inner.as_ref().map(|(inner, _)| 0.25 / inner.rate());
            let events = std::iter::successors(inner, |at| Some(4.0 * at)).take_while(|at| *at < until);
            let ends = kernel.edges.iter().copied().chain(joints).chain(events).filter(|e| *e < until);
            let mut ends: Vec<f64> = ends.chain([until]).collect();
            ends.sort_unstable_by(f64::total_cmp);
            ends.dedup();
            let mut from = 0.0;
            for to in ends {
                kernel.cut(from, to, until.min(8.0 * near));
                from = to;
            }
        }
        for ends in kernel.pieces.windows(2) {
            let more = if ends[0] == 0.0 && kernel.core.0 > 0.0 {
                kernel.core.1
            } else {
                kernel.mass(ends[0], ends[1])
            };
            kernel.sums.push(kernel.sums[kernel.sums.len() - 1] + more);
        }
        kernel.effort.add(kernel.pieces.len() * 66 * kernel.race.effort());
        kernel
    }

    /// What it is made of.
    pub fn race(&self) -> &Race {
        &self.race
    }

    /// Forgets what is too much.
    pub fn tidy(&mut self) {
        if self.blocks.len() > MOST_BLOCKS {
            self.blocks.clear();
            self.rung.clear();
        }
    }

    /// The density at a delay.
    #[inline]
    pub fn density(&self, delay: f64) -> f64 {
        let own = match &self.race.own {
            Own::Clock(own) => own.pdf(delay),
            Own::Rate(rate) => *rate,
            Own::Path(path) => path.density(delay),
        };
        if own == 0.0 { 0.0 } else { own * self.race.rest(delay) }
    }

    /// Whether nothing else may happen before.
    fn alone(&self) -> bool {
        self.race.others.is_empty() && self.race.inner.is_none() && self.race.places.is_empty()
    }

    fn by<const N: usize>(&self, from: f64, to: f64, points: &[(f64, f64); N]) -> f64 {
        (to - from) * points.iter().map(|(x, w)| w * self.density(from + x * (to - from))).sum::<f64>()
    }

    /// The chance of a ring between two delays, single delays apart.
    fn mass(&self, from: f64, to: f64) -> f64 {
        let whole: [(f64, f64); POINTS] = std::array::from_fn(|i| (rule().x[i], rule().w[i]));
        match &self.race.own {
            Own::Clock(own) if self.alone() && self.atoms.is_empty() => {
                if own.cdf(from) < 0.5 {
                    own.cdf(to) - own.cdf(from)
                } else {
                    own.sf(from) - own.sf(to)
                }
            }
            _ => self.by(from, to, &whole),
        }
    }

    /// About what it rings within `off` of a delay at which its density may jump.
    pub fn about(&self, delay: f64, off: f64) -> f64 {
        let (from, to) = ((delay - off).max(0.0), delay + off);
        // A jump is no polynomial: on either side by itself.
        self.mass(from, delay).abs() + self.mass(delay, to).abs()
    }

    /// How much longer than its delay any of its clocks has been running.
    pub fn age(&self) -> f64 {
        self.race.delays().map(Delay::age).fold(0.0, f64::max)
    }

    /// Cuts a stretch into pieces on which half the points do.
    fn cut(&mut self, from: f64, to: f64, whole: f64) {
        // With nothing left to spend solving is refused as soon as that is looked at: what is found here is not used.
        if self.effort.check().is_err() {
            self.pieces.push(to);
            return;
        }
        let values = rule().half.map(|(x, _)| self.density(from + x * (to - from)));
        let half = (to - from) * rule().half.iter().zip(&values).map(|((_, w), f)| w * f).sum::<f64>();
        let mass = self.mass(from, to);
        // It is evaluated at rounded times.
        let rounded = rounding(to + self.age()) * variation(&values);
        let digits = 1e-13
            * match &self.race.own {
                Own::Clock(own) => own.cdf(to).min(own.sf(from)),
                Own::Rate(_) | Own::Path(_) => mass,
            };
        let off = (half - mass).abs();
        if off <= RESOLVED * mass + digits + 1e-26 && self.steady(from, to) {
            self.error += rounded;
            self.pieces.push(to);
            return;
        }
        if to - from <= whole * SMALLEST || to - from <= from * 1e-13 || self.pieces.len() > MOST_PIECES {
            if from == 0.0 {
                self.core = (to, self.at_once(to));
            } else {
                self.error += off + rounded;
            }
            self.pieces.push(to);
            return;
        }
        let middle = if from == 0.0 { 0.125 * to } else { 0.5 * (from + to) };
        self.cut(from, middle, whole);
        self.cut(middle, to, whole);
    }

    /// The chance of a ring so soon that it counts as at once: by parts, since densities may grow without bound towards 0, and who
    /// is first is decided there.
    fn at_once(&self, to: f64) -> f64 {
        let all = self.race.own_by(to);
        if self.alone() {
            return all;
        }
        let (mut sum, mut high) = (0.0, to);
        while high > LEAST && self.race.own_by(high) > 1e-14 * all {
            sum += self.mass(0.125 * high, high);
            high *= 0.125;
        }
        sum + self.race.own_by(high) * self.race.rest(0.5 * high)
    }

    /// Whether no law of the race hides a step between the points.
    fn steady(&self, from: f64, to: f64) -> bool {
        self.race.delays().all(|law| {
            let mass = law.cdf(to) - law.cdf(from);
            let by: f64 = rule().half.iter().map(|(x, w)| w * law.pdf(from + x * (to - from))).sum();
            mass < 1e-14 || (by * (to - from) - mass).abs() <= 1e-9 * mass.max(1e-6)
        })
    }

    /// The chance of a ring up to a delay, single delays apart.
    pub fn soon(&self, delay: f64) -> f64 {
        if self.core.0 > 0.0 && delay <= self.core.0 {
            // Another clock of the race may be what rings so soon.
            if self.core.1 == 0.0 {
                return 0.0;
            }
            return self.core.1 * self.race.own_by(delay) / self.race.own_by(self.core.0);
        }
        self.up_to(delay, |from| self.mass(from, delay))
    }

    /// The same beyond what counts as at once; `rest` tells what comes from the beginning of a piece on.
    fn up_to(&self, delay: f64, rest: impl FnOnce(f64) -> f64) -> f64 {
        let last = self.pieces.partition_point(|piece| *piece <= delay).max(1) - 1;
        self.sums[last] + if last + 1 < self.pieces.len() { rest(self.pieces[last]) } else { 0.0 }
    }

    /// The chance that this clock rings first, single delays included.
    pub fn total(&self) -> f64 {
        if self.alone() && !matches!(self.race.own, Own::Path(_)) {
            return 1.0;
        }
        let atoms: f64 = self.atoms.iter().map(|a| a.1).sum();
        let last = self.pieces.last().copied().unwrap_or(0.0);
        atoms + if self.smooth { self.soon(last) } else { 0.0 }
    }

    /// Until when it is looked at.
    pub fn end(&self) -> f64 {
        self.pieces.last().copied().unwrap_or(0.0)
    }

    /// The density as a table; to be put back.
    fn tabled(&mut self) -> Table {
        self.table.take().unwrap_or_else(|| {
            // What moves by itself is known only so well.
            let nothing = if self.race.paths().next().is_some() { NOTHING } else { 0.0 };
            let table = Table::new(&self.pieces, nothing, &|u| self.density(u));
            // Halves are tried before they are halved again.
            self.effort.add(2 * POINTS * table.pieces() * self.race.effort());
            table
        })
    }

    /// The block from a panel that begins `back` before the other, with their widths.
    pub fn block(&mut self, back: f64, from_width: f64, to_width: f64) -> Arc<Block> {
        let key = (back.to_bits(), from_width.to_bits(), to_width.to_bits());
        if let Some(block) = self.blocks.get(&key) {
            return block.clone();
        }
        let table = self.tabled();
        let rows = self.make(&table, (back, from_width, to_width));
        self.table = Some(table);
        let (before, after) = (self.rung(back, from_width), self.rung(back + to_width, from_width));
        let block = Arc::new(Block { rows, due: std::array::from_fn(|i| after[i] - before[i]) });
        self.blocks.insert(key, block.clone());
        block
    }

    /// What starts in a panel of this width makes of rings up to a time after its beginning, single delays apart: by start point.
    fn rung(&mut self, after: f64, width: f64) -> Arc<Values> {
        if after <= 0.0 {
            return Arc::default();
        }
        let key = (after.to_bits(), width.to_bits());
        if let Some(rung) = self.rung.get(&key) {
            return rung.clone();
        }
        let table = self.tabled();
        let rule = rule();
        let low = (after - width).max(0.0).min(self.end());
        // What starts earlier than this has rung whatever its place.
        let mut degrees = [0.0; POINTS];
        degrees[0] = if low <= self.core.0 || self.alone() {
            self.soon(low)
        } else {
            let rest = |from: f64| {
                let delays = rule.x.map(|x| from + x * (low - from));
                (low - from) * rule.mean(&table.values(self.arch, &delays, &|u| self.density(u)))
            };
            self.up_to(low, rest)
        };
        let mut from = low.max(self.core.0.min(after));
        if from > low {
            let place = ((after - 0.5 * (low + from)) / width).min(1.0);
            let mass = self.soon(from) - degrees[0];
            degrees.iter_mut().zip(integrals(place)).for_each(|(sum, by)| *sum += mass * by);
        }
        let first = self.pieces.partition_point(|piece| *piece <= from);
        let within = self.pieces[first..].iter().copied().take_while(|to| *to < after);
        for to in within.chain([after.min(self.end())]).filter(|to| *to > from).collect::<Vec<f64>>() {
            let delays = rule.x.map(|x| from + x * (to - from));
            let values = table.values(self.arch, &delays, &|u| self.density(u));
            let masses: Values = std::array::from_fn(|i| (to - from) * rule.w[i] * values[i]);
            let places = delays.map(|delay| ((after - delay) / width).clamp(0.0, 1.0));
            self.arch.dispatch(Summed { masses: &masses, places: &places, to: &mut degrees });
            self.effort.add(4);
            from = to;
        }
        self.table = Some(table);
        let rung = Arc::new(rule.weighing(&degrees).map(|sum| width * sum));
        self.rung.insert(key, rung.clone());
        rung
    }

    /// Times count from the beginning of the panel of starts.
    fn make(&self, table: &Table, (back, from_width, to_width): (f64, f64, f64)) -> [Values; POINTS] {
        let rule = rule();
        let evaluated = Cell::new(0);
        let density = |u: f64| {
            evaluated.set(evaluated.get() + 1);
            self.density(u)
        };
        let mut block = [[0.0; POINTS]; POINTS];
        let mut evaluations = 0;
        for j in 0..POINTS {
            // What is read from a table takes about as long as two laws for all points, so do bases.
            evaluations += 2;
            let ring = back + rule.x[j] * to_width;
            let (low, high) = ((ring - from_width).max(0.0), ring);
            let first = self.pieces.partition_point(|p| *p <= low);
            let within = ring >= from_width && low >= self.core.0;
            if within && (first >= self.pieces.len() || self.pieces[first] >= high) {
                // From the last to the first.
                let delays = std::array::from_fn(|i| ring - rule.x[POINTS - 1 - i] * from_width);
                let values = table.values(self.arch, &delays, &density);
                for i in 0..POINTS {
                    block[i][j] = from_width * rule.w[i] * values[POINTS - 1 - i];
                }
                continue;
            }
            let mut row = [0.0; POINTS];
            let mut from = low;
            if self.core.0 > 0.0 && low < self.core.0 {
                let top = high.min(self.core.0);
                let mass = self.soon(top) - if low > 0.0 { self.soon(low) } else { 0.0 };
                let delay = if low > 0.0 { 0.5 * (low + top) } else { 0.0 };
                let basis = rule.basis(((ring - delay) / from_width).min(1.0));
                (0..POINTS).for_each(|i| row[i] += mass * basis[i]);
                from = self.core.0;
            }
            let after = self.pieces.partition_point(|p| *p <= from);
            let within = self.pieces[after..].iter().copied().take_while(|p| *p < high);
            for to in within.chain([high]).filter(|to| *to > from).collect::<Vec<f64>>() {
                evaluations += 4;
                let delays = rule.x.map(|x| from + x * (to - from));
                let values = table.values(self.arch, &delays, &density);
                let masses: Values = std::array::from_fn(|i| (to - from) * rule.w[i] * values[i]);
                let places = delays.map(|delay| (ring - delay) / from_width);
                self.arch.dispatch(Spread { masses: &masses, places: &places, to: &mut row });
                from = to;
            }
            (0..POINTS).for_each(|i| block[i][j] = row[i]);
        }
        self.effort.add(evaluations + evaluated.get() * self.race.effort());
        block
    }
}
