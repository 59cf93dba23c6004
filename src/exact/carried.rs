//! Clocks that run on through a date: they started at times that are known as a density, and what is left of them from the
//! date on is tabulated.

use super::delay::{Delay, FAINTEST};
use super::effort::Effort;
use super::kernel::{Kernel, RESOLVED};
use super::legendre::{POINTS, Values, rule};
use super::moment::Late;
use super::path::Path;
use super::race::{Own, Race};
use super::refusal::{NotExact, Why};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// What the interpolant of a stretch may leave out, as a share of what rings in it, and of all.
const TOLERANCE: f64 = 2e-12;
const OF_ALL: f64 = 1e-14;
/// The narrowest stretch, as a share of all.
const NARROWEST: f64 = 1.0 / (1_u64 << 34) as f64;
/// The most stretches, and places at which they must end.
const MOST: usize = 2_000;
const BREAKS: usize = 300;
/// How often a stretch of starts may be halved.
const DEPTH: u32 = 30;
/// The mass of a stretch of starts that is nothing beside that of later ones.
const NOTHING: f64 = 1e-20;

/// A density of starts.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub from: f64,
    pub width: f64,
    pub values: Values,
}

impl Part {
    /// The same times a function of the time of the start, in parts on which its interpolant is good, the last first. `later` is the mass
    /// of those after it: what is nothing beside that is not looked at closely, or of clocks that ring soon the starts of years would be.
    fn times(&self, by: &impl Fn(f64) -> f64, depth: u32, (to, later): (&mut Vec<Part>, &mut f64)) {
        let rule = rule();
        let product: Values =
            std::array::from_fn(|i| self.values[i] * by(self.from + rule.x[i] * self.width));
        let most = |values: &Values| values.iter().fold(0.0_f64, |a, b| a.max(b.abs()));
        let size = most(&product);
        let own = rule.tail(&self.values);
        // What times are rounded by, late ones more, is in what is worked out of them, however narrow the stretch.
        let least = product.iter().copied().fold(f64::INFINITY, f64::min);
        let greatest = product.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let rounding = f64::EPSILON * (self.from + self.width) * (greatest - least) / self.width;
        let resolved = depth == 0 || rule.tail(&product) <= 1e-14 * size + 2.0 * own + rounding;
        let nothing = || {
            let end = most(&self.values) * by(self.from + self.width).abs();
            let most = self.width * size.max(end);
            most <= FAINTEST || most <= NOTHING * *later
        };
        if resolved || nothing() {
            *later += self.width * rule.mean(&product).abs();
            to.push(Part { values: product, ..self.clone() });
            return;
        }
        for half in [0.5, 0.0] {
            self.piece(half, half + 0.5).times(by, depth - 1, (to, later));
        }
    }

    /// What lies between two shares of its width.
    fn piece(&self, from: f64, to: f64) -> Part {
        let (rule, share) = (rule(), to - from);
        let values = std::array::from_fn(|i| {
            let basis = rule.basis(from + share * rule.x[i]);
            basis.iter().zip(&self.values).map(|(b, v)| b * v).sum()
        });
        Part { from: self.from + from * self.width, width: share * self.width, values }
    }

    /// The same in two pieces, where the time lies within.
    fn cut_at(self, time: f64) -> Vec<Part> {
        let share = (time - self.from) / self.width;
        if share > 0.0 && share < 1.0 {
            vec![self.piece(0.0, share), self.piece(share, 1.0)]
        } else {
            vec![self]
        }
    }
}

/// All parts times a function of the time of the start.
pub(super) fn times(parts: &[Part], by: impl Fn(f64) -> f64) -> Vec<Part> {
    let (mut all, mut later) = (vec![], 0.0);
    parts.iter().rev().for_each(|part| part.times(&by, DEPTH, (&mut all, &mut later)));
    all.reverse();
    all
}

/// The mass of starts of which none of these clocks has rung by a time.
fn waiting(starts: &[Part], clocks: &[(u32, Delay)], time: f64, effort: &Effort) -> f64 {
    let mut cut = starts.to_vec();
    let mut atoms = vec![];
    clocks.iter().for_each(|it| _ = it.1.atoms(&mut atoms));
    for (delay, _) in atoms {
        cut = cut.into_iter().flat_map(|part| part.cut_at(time - delay)).collect();
    }
    let waits = |s: f64| clocks.iter().map(|it| it.1.sf(time - s)).product::<f64>();
    let mass = |part: &Part| part.width * rule().mean(&part.values);
    let left = times(&cut, waits);
    effort.add(POINTS * left.len() * clocks.len());
    left.iter().map(mass).sum()
}

/// Clocks that started together and wait at a date.
#[derive(Debug)]
pub(super) struct Carried {
    /// When they started, as if none had rung since.
    parts: Vec<Part>,
    clocks: Vec<(u32, Delay)>,
    /// The date.
    time: f64,
    until: f64,
    /// The mass that waits.
    mass: f64,
    effort: Arc<Effort>,
    known: Mutex<HashMap<Vec<u32>, Arc<Tables>>>,
}

/// What happens of some of them when the others are dropped at the date.
#[derive(Debug)]
pub(super) struct Tables {
    /// By clock: the density with which it rings first, by the time since the date.
    pub rings: Vec<(u32, Arc<Path>)>,
    /// The chance that none has rung.
    pub survival: Arc<Path>,
    /// What a probability may be off.
    pub error: f64,
    /// What that makes of the first two moments of the time since the date.
    pub late: Late,
}

impl Carried {
    /// The mass that waits at a date of clocks that started so; `effort` counts what tables take.
    pub fn new(
        parts: Vec<Part>,
        clocks: Vec<(u32, Delay)>,
        (time, until): (f64, f64),
        mass: f64,
        effort: Arc<Effort>,
    ) -> Carried {
        Carried { parts, clocks, time, until, mass, effort, known: Mutex::default() }
    }

    /// The clocks.
    pub fn clocks(&self) -> &[(u32, Delay)] {
        &self.clocks
    }

    /// The starts of those that go on; the others are dropped at the date.
    fn starts(&self, on: &[u32]) -> Vec<Part> {
        let dropped: Vec<&Delay> =
            self.clocks.iter().filter(|it| !on.contains(&it.0)).map(|it| &it.1).collect();
        if dropped.is_empty() {
            return self.parts.clone();
        }
        let left = times(&self.parts, |s| dropped.iter().map(|delay| delay.sf(self.time - s)).product());
        self.effort.add(POINTS * left.len() * dropped.len());
        left
    }

    /// The same clocks at a later date, which some have come to without a ring; and the chance that none has rung. It is worked out
    /// from the starts: where nobody is left, what tables tell is rounding, of which it can't be said when it rings.
    pub fn later(&self, on: &[u32], time: f64) -> (Carried, f64) {
        let clocks: Vec<(u32, Delay)> = self.clocks.iter().filter(|it| on.contains(&it.0)).cloned().collect();
        let starts = self.starts(on);
        let left = (waiting(&starts, &clocks, time, &self.effort) / self.mass).clamp(0.0, 1.0);
        (Carried::new(starts, clocks, (time, self.until), self.mass * left, self.effort.clone()), left)
    }

    /// Whether the starts tell of such a mass that waits.
    pub fn founded(&self) -> bool {
        waiting(&self.parts, &self.clocks, self.time, &self.effort) > 0.5 * self.mass
    }

    /// What happens of these clocks.
    pub fn tables(&self, on: &[u32]) -> Result<Arc<Tables>, NotExact> {
        let mut key = on.to_vec();
        key.sort_unstable();
        let lock = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lock().get(&key) {
            return Ok(known.clone());
        }
        let made = Arc::new(self.make(&key)?);
        lock().insert(key, made.clone());
        Ok(made)
    }

    fn make(&self, on: &[u32]) -> Result<Tables, NotExact> {
        let parts = self.starts(on);
        let first = parts.iter().fold(self.time, |first, part| first.min(part.from));
        let own: Vec<&(u32, Delay)> = self.clocks.iter().filter(|it| on.contains(&it.0)).collect();
        let far = own.iter().map(|it| it.1.upper_quantile(1e-17)).fold(f64::INFINITY, f64::min);
        let end = (self.until - self.time).min(2.0 * far);
        let mut kernels: Vec<Kernel> = vec![];
        for it in &own {
            let all = own.iter().map(|other| (*other).clone());
            let race = Race::new(Own::Clock(it.1.clone()), Some(it.0), all);
            kernels.push(Kernel::new(race, end + (self.time - first), self.effort.clone()));
        }
        let breaks = self.breaks(&parts, &kernels, end);
        let mut rings: Vec<Path> = own.iter().map(|_| Path::new(breaks.clone())).collect();
        let mut survival = Path::new(breaks.clone());
        survival.jump(0.0, 1.0);
        let (mut at, mut width, mut error, mut left, mut count) = (0.0, end / 64.0, 0.0, 1.0, 0);
        let mut late = Late::default();
        while at < end && left > 1e-17 {
            let next = breaks.partition_point(|b| *b <= at);
            let stop = breaks.get(next).copied().unwrap_or(end).min(end);
            let take = if at + width * 1.000_001 >= stop { stop - at } else { width };
            let found: Vec<Values> =
                kernels.iter_mut().map(|kernel| self.density(&parts, kernel, at, take)).collect();
            let mass: f64 = found.iter().map(|values| take * rule().mean(values).abs()).sum();
            let off: f64 = found.iter().map(|values| take * rule().tail(values)).sum();
            let allowed = TOLERANCE * mass + OF_ALL;
            if off > allowed && take > end * NARROWEST {
                width = 0.5 * take;
                continue;
            }
            count += 1;
            self.effort.check()?;
            if count > MOST {
                return Err(NotExact::because(Why::TooManyMoments(count)));
            }
            let mut all = [0.0; POINTS];
            for (path, values) in rings.iter_mut().zip(&found) {
                path.push(at, at + take, values);
                all.iter_mut().zip(values).for_each(|(sum, v)| *sum -= v);
            }
            survival.push(at, at + take, &all);
            let wrong = 2.0 * off.min(mass) + RESOLVED * mass;
            error += wrong;
            late.add(wrong, Late { first: at + take, second: (at + take) * (at + take) });
            left -= mass;
            // What is too wide is halved.
            width = if off < 0.01 * allowed { 2.0 * width.max(take) } else { width };
            at = if take == stop - at { stop } else { at + take };
        }
        let rings = own.iter().zip(rings).map(|(it, path)| (it.0, Arc::new(path))).collect();
        Ok(Tables { rings, survival: Arc::new(survival), error, late })
    }

    /// The density of rings at the points of a stretch after the date, of one that waits.
    fn density(&self, parts: &[Part], kernel: &mut Kernel, at: f64, width: f64) -> Values {
        let rule = rule();
        let begin = self.time + at;
        let mut sum = [0.0; POINTS];
        for part in parts {
            if kernel.smooth {
                let block = kernel.block(begin - part.from, part.width, width);
                for (row, start) in block.rows.iter().zip(&part.values) {
                    sum.iter_mut().zip(row).for_each(|(sum, k)| *sum += k * start);
                }
            }
        }
        for (delay, share) in &kernel.atoms {
            for j in 0..POINTS {
                let start = begin + rule.x[j] * width - delay;
                for part in parts.iter().filter(|p| start > p.from && start <= p.from + p.width) {
                    let x = ((start - part.from) / part.width).min(1.0);
                    let basis = rule.basis(x);
                    sum[j] += share * basis.iter().zip(&part.values).map(|(b, v)| b * v).sum::<f64>();
                }
            }
        }
        sum.map(|x| x / self.mass)
    }

    /// Where the density may jump or bend.
    fn breaks(&self, parts: &[Part], kernels: &[Kernel], end: f64) -> Vec<f64> {
        // The last may have started long before this date.
        let last = parts.last().map(|part| part.from + part.width);
        let ends: Vec<f64> = parts.iter().map(|part| part.from).chain(last).collect();
        let mut all = vec![];
        for kernel in kernels {
            let atoms = kernel.atoms.iter().map(|atom| atom.0);
            for edge in atoms.chain(kernel.edges.iter().copied()) {
                let few = ends.len() * kernel.edges.len() <= BREAKS;
                let from = ends.iter().enumerate().filter(|(n, _)| few || *n == 0 || n + 1 == ends.len());
                all.extend(from.map(|(_, start)| start + edge - self.time));
            }
        }
        all.retain(|at| *at > end * NARROWEST && *at < end);
        all.sort_unstable_by(f64::total_cmp);
        all.dedup();
        all
    }
}
