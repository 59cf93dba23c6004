//! Integrals over when a clock rings: what is discounted until then, moments of its delay.

use super::kernel::Kernel;
use super::legendre::{POINTS, rule};

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
        let atoms: f64 = self.atoms.iter().map(|(x, p)| p * weight(*x)).sum();
        let step = if decay > 0.0 { FADES / decay } else { f64::INFINITY };
        let pieces = self.pieces.windows(2).map(|ends| {
            let (from, to) = (ends[0], ends[1]);
            if from == 0.0 && self.core.0 > 0.0 {
                return self.core.1 * weight(0.5 * to);
            }
            let (mut sum, mut begin) = (0.0, from);
            while begin < to {
                let end = if begin < step * STEPS && to - begin > step { begin + step } else { to };
                let at = |i: usize| {
                    let u = begin + rule().x[i] * (end - begin);
                    rule().w[i] * self.density(u) * weight(u)
                };
                sum += (end - begin) * (0..POINTS).map(at).sum::<f64>();
                begin = end;
            }
            sum
        });
        atoms + pieces.sum::<f64>()
    }

    /// The integral over the rings, single delays included, of a power of the delay. Of what comes after the times that are looked at
    /// each doubling brings as much less as the last of these does: so it is where a tail falls by a power, and others have nothing
    /// there. Infinite where that is more than little, does not end, or can't be told.
    pub fn moment(&self, power: u8) -> f64 {
        let (all, beyond) = self.tailed(power);
        all + beyond
    }

    /// What of these integrals comes after the times that are looked at.
    pub fn beyond(&self) -> Late {
        Late { first: self.tailed(1).1, second: self.tailed(2).1 }
    }

    /// The integral over the times that are looked at, and what comes after.
    fn tailed(&self, power: u8) -> (f64, f64) {
        let of = |u: f64, power: u8| libm::pow(u, f64::from(power));
        let all = self.weighted(0.0, |u| of(u, power));
        let end = if self.smooth { self.end() } else { f64::INFINITY };
        let between = |from: f64, power: u8| {
            self.weighted(0.0, |u| if u > from * end && u <= 2.0 * from * end { of(u, power) } else { 0.0 })
        };
        let late = between(0.5, power);
        let mass = between(0.5, 0);
        if mass < RESOLVED_MASS {
            return (all, if late > NO_TAIL * all { f64::INFINITY } else { 0.0 });
        }
        let falls = late / between(0.25, power);
        if mass > BOUNDED || (late <= NO_TAIL * all && falls >= 1.0) {
            // Tails fall, and hold less there: this is no tail, or what tables of other clocks have left.
            return (all, 0.0);
        }
        let ends = late <= TAIL * all && falls < 1.0;
        (all, if ends { late * falls / (1.0 - falls) } else { f64::INFINITY })
    }
}
