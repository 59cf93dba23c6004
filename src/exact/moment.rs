//! Integrals over when a clock rings: what is discounted until then, moments of its delay.

use super::kernel::Kernel;
use super::legendre::rule;

/// What the last doubling of the times that are looked at may bring, as a share: what is nothing, and the most.
const NO_TAIL: f64 = 1e-12;
const TAIL: f64 = 1e-6;
/// Times are looked at until a chance of less than 1e-15 is left: of what has no end the half of these has no more than this, as an
/// exponential tail tells, and heavy ones have less.
const BOUNDED: f64 = 1e-6;
/// Less than this is not resolved.
const RESOLVED_MASS: f64 = 1e-22;
/// What fades is looked at in steps in which it does by e to this, as often as it matters.
const FADES: f64 = 4.0;
const STEPS: f64 = 12.0;

/// What the first two moments of a delay may be off, or have late.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Late {
    pub first: f64,
    pub second: f64,
}

impl Late {
    /// So often the same.
    pub fn add(&mut self, times: f64, more: Late) {
        self.first += times * more.first;
        self.second += times * more.second;
    }

    pub fn max(self, other: Late) -> Late {
        Late { first: self.first.max(other.first), second: self.second.max(other.second) }
    }
}

impl Kernel {
    /// The integral of `weight` over the rings, single delays included. It fades like exp(-`decay` u), which what is long for a law
    /// may not notice.
    pub fn weighted(&self, decay: f64, weight: impl Fn(f64) -> f64) -> f64 {
        self.weighted_by(decay, |u| [weight(u)])[0]
    }

    /// The same of several weights.
    fn weighted_by<const N: usize>(&self, decay: f64, weight: impl Fn(f64) -> [f64; N]) -> [f64; N] {
        let add = |sum: &mut [f64; N], times: f64, more: [f64; N]| {
            sum.iter_mut().zip(more).for_each(|(sum, more)| *sum += times * more);
        };
        let step = if decay > 0.0 { FADES / decay } else { f64::INFINITY };
        let mut atoms = [0.0; N];
        self.atoms.iter().for_each(|(x, p)| add(&mut atoms, *p, weight(*x)));
        let mut pieces = [0.0; N];
        for ends in self.pieces.windows(2) {
            let (from, to) = (ends[0], ends[1]);
            let (mut sum, mut begin) = ([0.0; N], from);
            if from == 0.0 && self.core.0 > 0.0 {
                add(&mut sum, self.core.1, weight(0.5 * to));
                begin = to;
            }
            while begin < to {
                let end = if begin < step * STEPS && to - begin > step { begin + step } else { to };
                let mut within = [0.0; N];
                for (x, w) in rule().x.iter().zip(&rule().w) {
                    let u = begin + x * (end - begin);
                    add(&mut within, w * self.density(u), weight(u));
                }
                add(&mut sum, end - begin, within);
                begin = end;
            }
            add(&mut pieces, 1.0, sum);
        }
        std::array::from_fn(|n| atoms[n] + pieces[n])
    }

    /// The integral over the rings, single delays included, of a power of the delay. Of what comes after the times that are looked at
    /// each doubling brings as much less as the last of these does: so it is where a tail falls by a power, and others have nothing
    /// there. Infinite where that is more than little, does not end, or can't be told.
    pub fn moment(&self, power: u8) -> f64 {
        let (all, beyond) = self.tails()[usize::from(power) - 1];
        all + beyond
    }

    /// What of these integrals comes after the times that are looked at.
    pub fn beyond(&self) -> Late {
        let [first, second] = self.tails();
        Late { first: first.1, second: second.1 }
    }

    /// Of the first two powers: the integral over the times that are looked at, and what comes after.
    fn tails(&self) -> [(f64, f64); 2] {
        *self.tails.get_or_init(|| {
            let end = if self.smooth { self.end() } else { f64::INFINITY };
            let doubling = |of: f64, u: f64| u > of * end && u <= 2.0 * of * end;
            let only = |is: bool, value: f64| if is { value } else { 0.0 };
            let [mass, all, late, before, square, late_square, square_before] = self.weighted_by(0.0, |u| {
                let (late, before) = (doubling(0.5, u), doubling(0.25, u));
                let [one, two] = [u, u * u];
                [
                    only(late, 1.0),
                    one,
                    only(late, one),
                    only(before, one),
                    two,
                    only(late, two),
                    only(before, two),
                ]
            });
            [(all, late, before), (square, late_square, square_before)]
                .map(|(all, late, before)| (all, beyond(mass, all, late, before)))
        })
    }
}

/// What comes after the times that are looked at, of an integral: `mass` is what rings in the last doubling, and `late` and `before` what that and
/// the one before bring of it.
fn beyond(mass: f64, all: f64, late: f64, before: f64) -> f64 {
    if mass < RESOLVED_MASS {
        return if late > NO_TAIL * all { f64::INFINITY } else { 0.0 };
    }
    let falls = late / before;
    if mass > BOUNDED || (late <= NO_TAIL * all && falls >= 1.0) {
        // Tails fall, and hold less there: this is no tail, or what tables of other clocks have left.
        return 0.0;
    }
    let ends = late <= TAIL * all && falls < 1.0;
    if ends { late * falls / (1.0 - falls) } else { f64::INFINITY }
}
