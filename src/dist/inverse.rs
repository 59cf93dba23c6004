//! Drawing by inversion from a prepared table: one uniform number in, one value out, for any continuous law.
//!
//! Numerical inversion by piecewise polynomials, as Derflinger, Hörmann and Leydold 2010 ("Random variate generation by
//! numerical inversion when only the density is known") do it, with two differences. The cells are not found by
//! refinement but read off the bits of v = min(u, 1 - u): its power of two and the first bits of its fraction, so that
//! both tails have cells as fine as they are thin, and the error is small against v and not against 1. And the values
//! in a cell come of the law's own quantile. What a cell can't do to [`ACCURACY`] is left to that quantile itself, and
//! so are the outermost tails, in which one draw of 32,768 lies.

use super::law::Law;
use pulp::Arch;

/// The largest error of a table, as a share of the probability of the nearer tail: |F(x) - u| / min(u, 1 - u), beyond
/// the rounding of x.
pub const ACCURACY: f64 = 1e-12;

/// The rounding of x that is let pass, in units of the last place of the largest number in a cell.
const ROUNDING: f64 = 4.0 * f64::EPSILON;

/// The octaves of v from 1/2 down, the last of which stands for all below it.
const OCTAVES: usize = 16;

/// The lower end of the last octave, 2^-17.
const DEEPEST: f64 = 1.0 / 131_072.0;

/// Tables have 2^`bits` cells an octave, for each of the two tails.
const COARSE: u32 = 3;
const FINE: u32 = 5;
const COARSE_CELLS: usize = (2 * OCTAVES) << COARSE;
const FINE_CELLS: usize = (2 * OCTAVES) << FINE;

/// More of the draws than this must not fall outside the cells: of a coarse table, of a fine one.
const COARSE_GAPS: f64 = 1.0 / 256.0;
const FINE_GAPS: f64 = 1.0 / 16.0;

/// The polynomial of a cell in the place within the cell from -1/2 to 1/2. NaN where there is none. The coefficients of even
/// powers come first, then those of odd ones: an even one and the odd one that follows it are met by the same step.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Cell([f64; TERMS]);

const TERMS: usize = 8;
/// Numbers that are looked up together.
const SOME: usize = 64;
const EMPTY: Cell = Cell([f64::NAN; TERMS]);

#[derive(Clone, Debug)]
enum Cells {
    Coarse(Box<[Cell; COARSE_CELLS]>),
    Fine(Box<[Cell; FINE_CELLS]>),
}

/// The quantile function of a law as a table. The same u gives the same bits on every machine, alone or among others.
#[derive(Clone, Debug)]
pub struct Inverse {
    low: f64,
    high: f64,
    cells: Cells,
    law: Law,
}

impl Inverse {
    /// The table of a law; `None` where it has single values with a probability of their own, or bends so much that
    /// too much of it would be missing; and of a pool, whose quantile takes too long.
    pub fn new(law: &Law) -> Option<Inverse> {
        if !law.is_continuous() || matches!(law, Law::Pool(_)) {
            return None;
        }
        let (low, high) = law.support();
        let cells = if let Some(cells) = cells(law, COARSE, COARSE_GAPS) {
            Cells::Coarse(cells)
        } else {
            Cells::Fine(cells(law, FINE, FINE_GAPS)?)
        };
        Some(Inverse { low, high, cells, law: law.clone() })
    }

    /// The instructions by which [`Inverse::fill`] is to be compiled and called. Not the widest: by vectors of eight a coefficient is
    /// gathered from eight cells at a time, which takes longer than reading one cell after the other.
    pub fn arch() -> Arch {
        #[cfg(target_arch = "x86_64")]
        if let Some(simd) = pulp::x86::V3::try_new() {
            return Arch::V3(simd);
        }
        Arch::new()
    }

    /// The value that is exceeded with probability 1 - u, for u between 0 and 1: [`Law::quantile`] to [`ACCURACY`].
    #[inline]
    pub fn at(&self, u: f64) -> f64 {
        let x = match &self.cells {
            Cells::Coarse(cells) => look_up::<COARSE_CELLS, COARSE>(cells, u),
            Cells::Fine(cells) => look_up::<FINE_CELLS, FINE>(cells, u),
        };
        if x.is_nan() { self.without(u) } else { self.inside(x) }
    }

    /// [`Inverse::at`] of each number of `u`, to the same bits. As many as the shorter of the two slices has.
    #[inline(always)]
    pub fn fill(&self, u: &[f64], to: &mut [f64]) {
        match &self.cells {
            Cells::Coarse(cells) => self.fill_by::<COARSE_CELLS, COARSE>(cells, u, to),
            Cells::Fine(cells) => self.fill_by::<FINE_CELLS, FINE>(cells, u, to),
        }
    }

    #[inline(always)]
    fn fill_by<const N: usize, const BITS: u32>(&self, cells: &[Cell; N], u: &[f64], to: &mut [f64]) {
        let (mut cell, mut place) = ([0_u64; SOME], [0.0; SOME]);
        for (u, to) in u.chunks(SOME).zip(to.chunks_mut(SOME)) {
            let count = u.len().min(to.len()).min(SOME);
            let (u, to) = (&u[..count], &mut to[..count]);
            for i in 0..count {
                (cell[i], place[i]) = find::<N, BITS>(u[i]);
            }
            let mut missing = false;
            for i in 0..count {
                let x = cells[cell[i] as usize & (N - 1)].at(place[i]);
                missing |= x.is_nan();
                to[i] = self.inside(x);
            }
            if missing {
                self.fill_gaps(u, to);
            }
        }
    }

    /// Rounding must not carry a value out of the support. NaN stays NaN.
    #[inline(always)]
    fn inside(&self, x: f64) -> f64 {
        let x = if x < self.low { self.low } else { x };
        if x > self.high { self.high } else { x }
    }

    #[cold]
    #[inline(never)]
    fn fill_gaps(&self, u: &[f64], to: &mut [f64]) {
        for (u, to) in u.iter().zip(to) {
            if to.is_nan() {
                *to = self.without(*u);
            }
        }
    }

    #[cold]
    #[inline(never)]
    fn without(&self, u: f64) -> f64 {
        self.law.quantile(u)
    }

    /// The share of all draws that the table leaves to the law's quantile.
    pub fn gaps(&self) -> f64 {
        let (cells, bits) = match &self.cells {
            Cells::Coarse(cells) => (&cells[..], COARSE),
            Cells::Fine(cells) => (&cells[..], FINE),
        };
        let gaps = cells.iter().enumerate().filter(|(_, cell)| cell.0[0].is_nan());
        let within = gaps.map(|(i, _)| width(i % (cells.len() / 2), bits)).sum::<f64>();
        // The last octave of both tails counts down to 0.
        within + 2.0 * DEEPEST
    }
}

/// The value of the table at `u`; NaN where it has none.
#[inline(always)]
fn look_up<const N: usize, const BITS: u32>(cells: &[Cell; N], u: f64) -> f64 {
    let (cell, place) = find::<N, BITS>(u);
    cells[cell as usize & (N - 1)].at(place)
}

/// The cell of `u`, and the place in it.
#[inline(always)]
fn find<const N: usize, const BITS: u32>(u: f64) -> (u64, f64) {
    const FRACTION: u64 = (1 << 52) - 1;
    let rest = 1.0 - u;
    let upper = u > 0.5;
    let v = if upper { rest } else { u };
    let v = if v > DEEPEST { v } else { DEEPEST };
    let bits = v.to_bits();
    let cell = (bits >> (52 - BITS)).wrapping_sub(DEEPEST.to_bits() >> (52 - BITS));
    let place = f64::from_bits(((bits << BITS) & FRACTION) | 1.0_f64.to_bits()) - 1.5;
    (cell + if upper { N as u64 / 2 } else { 0 }, place)
}

impl Cell {
    /// The value at a place. Estrin's order: shorter chains than Horner's. Never fused, so that the bits are the same everywhere.
    #[inline(always)]
    fn at(&self, t: f64) -> f64 {
        let mut pairs = [0.0; TERMS / 2];
        // Not zipped: that is left as a call where this is compiled for wide instructions.
        for (nth, pair) in pairs.iter_mut().enumerate() {
            *pair = self.0[nth] + self.0[TERMS / 2 + nth] * t;
        }
        let t2 = t * t;
        (pairs[0] + pairs[1] * t2) + (pairs[2] + pairs[3] * t2) * (t2 * t2)
    }
}

/// The lower end of cell number `i` of a side, as v.
fn start(i: usize, bits: u32) -> f64 {
    f64::from_bits(DEEPEST.to_bits() + ((i as u64) << (52 - bits)))
}

fn width(i: usize, bits: u32) -> f64 {
    start(i + 1, bits) - start(i, bits)
}

/// All cells of a table, unless more than `gaps` of the draws would be outside them.
fn cells<const N: usize>(law: &Law, bits: u32, gaps: f64) -> Option<Box<[Cell; N]>> {
    let fit = Fit::new();
    let mut cells = vec![EMPTY; N];
    let mut left = gaps;
    for (side, cells) in cells.chunks_mut(N / 2).enumerate() {
        let tails = |v: f64| if side == 0 { (v, 1.0 - v) } else { (1.0 - v, v) };
        let mut end = law.at(0.5, 0.5);
        let mut near = None;
        // From the middle outwards: a law that can't have a table is found out early.
        for i in ((1 << bits)..N / 2).rev() {
            let (start, width) = (start(i, bits), width(i, bits));
            let middle = start + 0.5 * width;
            let (p, q) = tails(middle);
            let series = law.around(p, q, if side == 0 { width } else { -width }, near);
            let value = |v: f64| match &series {
                Some(series) => law.place(series.at((v - middle) / width)),
                None => {
                    let (p, q) = tails(v);
                    law.at(p, q)
                }
            };
            // The end is known from the cell above: what two series say of it must agree.
            let from = value(start);
            match fit.cell(middle, width, (from, end), value) {
                Some(cell) => cells[i] = cell,
                None => left -= width,
            }
            end = from;
            // The cells of the next octave are half as wide.
            let step = if i % (1 << bits) == 0 { -0.75 } else { -1.0 };
            near = series.map(|series| series.at(step));
            if left < 0.0 {
                return None;
            }
        }
    }
    cells.into_boxed_slice().try_into().ok()
}

/// Chebyshev's nodes and polynomials, to go from values to coefficients.
struct Fit {
    nodes: [f64; TERMS],
    /// What each node's value counts for each coefficient.
    weights: [[f64; TERMS]; TERMS],
}

impl Fit {
    fn new() -> Fit {
        let n = TERMS as f64;
        let angle = |i: usize| std::f64::consts::PI * (i as f64 + 0.5) / n;
        let nodes = std::array::from_fn(|i| 0.5 * libm::cos(angle(i)));
        // The coefficients of T_j(2t), by T_(j+1)(y) = 2y T_j(y) - T_(j-1)(y).
        let mut chebyshev = [[0.0; TERMS]; TERMS];
        chebyshev[0][0] = 1.0;
        chebyshev[1][1] = 2.0;
        for j in 2..TERMS {
            for k in 0..TERMS {
                let up = if k > 0 { 4.0 * chebyshev[j - 1][k - 1] } else { 0.0 };
                chebyshev[j][k] = up - chebyshev[j - 2][k];
            }
        }
        let weights = std::array::from_fn(|k| {
            std::array::from_fn(|i| {
                let of = |j: usize| {
                    let share = if j == 0 { 1.0 / n } else { 2.0 / n };
                    share * libm::cos(j as f64 * angle(i)) * chebyshev[j][k]
                };
                (0..TERMS).rev().map(of).sum()
            })
        });
        Fit { nodes, weights }
    }

    /// The polynomial of a cell, if it holds to the accuracy at both ends and in the middle, where it would err most.
    fn cell(
        &self,
        middle: f64,
        width: f64,
        (from, to): (f64, f64),
        quantile: impl Fn(f64) -> f64,
    ) -> Option<Cell> {
        let centre = quantile(middle);
        let values: [f64; TERMS] = std::array::from_fn(|i| quantile(middle + self.nodes[i] * width) - centre);
        let mut c: [f64; TERMS] =
            std::array::from_fn(|k| self.weights[k].iter().zip(&values).map(|(w, x)| w * x).sum());
        let (off, largest) = (c[0], centre.abs().max(from.abs()).max(to.abs()));
        c[0] += centre;
        for (t, x, error) in [(-0.5, from, None), (0.0, centre, Some(off)), (0.5, to, None)] {
            let value = c.iter().rev().fold(0.0, |sum, c| sum * t + c);
            let slope = (1..TERMS).rev().fold(0.0, |sum, k| sum * t + k as f64 * c[k]) / width;
            let error = error.unwrap_or(value - x);
            let allowed = ACCURACY * (slope * (middle + t * width)).abs() + ROUNDING * largest;
            if !(error.abs() <= allowed) {
                return None;
            }
        }
        Some(Cell([c[0], c[2], c[4], c[6], c[1], c[3], c[5], c[7]]))
    }
}
