//! Several experts' distributions pooled.

use std::sync::Arc;

use super::family::Family;
use super::law::Law;
use super::refusal::{Piece, Refusal};
use crate::stream::Draw;

/// The linear opinion pool: each member's law with the probability of its weight (Stone 1961).
#[derive(Clone, Debug, PartialEq)]
pub struct Pool {
    members: Vec<Member>,
}

#[derive(Clone, Debug, PartialEq)]
struct Member {
    weight: f64,
    up_to: f64,
    law: Law,
}

/// The linear opinion pool of (weight, law); a single member is itself.
pub fn pool(members: Vec<(f64, Law)>) -> Result<Law, Refusal> {
    Pool::law(members)
}

impl Pool {
    pub(super) fn law(members: Vec<(f64, Law)>) -> Result<Law, Refusal> {
        let mut total = 0.0;
        for &(weight, _) in &members {
            if !(0.0..=1e100).contains(&weight) {
                return Err(Refusal::new("pool", "weight", "0 or more, and finite", Piece::Number(weight)));
            }
            total += weight;
        }
        if !(total > 0.0) {
            return Err(Refusal::whole("a pool needs at least one member with a weight above 0"));
        }
        let mut kept: Vec<Member> = Vec::with_capacity(members.len());
        let mut sum = 0.0;
        for (weight, law) in members.into_iter().filter(|m| m.0 > 0.0) {
            sum += weight;
            kept.push(Member { weight: weight / total, up_to: sum / total, law });
        }
        if kept.len() == 1 {
            return Ok(kept.remove(0).law);
        }
        Ok(Law::Pool(Arc::new(Pool { members: kept })))
    }

    /// The members with their weights, which sum to 1.
    pub fn members(&self) -> impl Iterator<Item = (f64, &Law)> {
        self.members.iter().map(|member| (member.weight, &member.law))
    }

    fn sum(&self, f: impl Fn(&Law) -> f64) -> f64 {
        self.members().map(|(weight, law)| weight * f(law)).sum()
    }
}

impl Family for Pool {
    fn cdf(&self, x: f64) -> f64 {
        self.sum(|law| law.cdf(x)).min(1.0)
    }

    fn sf(&self, x: f64) -> f64 {
        self.sum(|law| law.sf(x)).min(1.0)
    }

    fn pdf(&self, x: f64) -> f64 {
        self.sum(|law| law.pdf(x))
    }

    /// Between the lowest and the highest of the members' quantiles: the first number that is reached. Newton's steps come
    /// to within rounding of it, then the numbers next to that are tried; where they lead nowhere (steps, gaps), what
    /// is left is halved.
    fn at(&self, p: f64, q: f64) -> f64 {
        let mut low = f64::INFINITY;
        let mut high = f64::NEG_INFINITY;
        for (_, law) in self.members() {
            let x = law.at(p, q);
            low = low.min(x);
            high = high.max(x);
        }
        if !(p > 0.0) {
            return low;
        }
        if !(q > 0.0) {
            return high;
        }
        // How far above the wanted probability; the smaller tail is looked at.
        let excess = |x: f64| if p <= q { self.cdf(x) - p } else { q - self.sf(x) };
        if !(low < high) || excess(low) >= 0.0 {
            return low;
        }
        let mut left = Left { below: rank(low), above: rank(high) };
        let mut x = f64::midpoint(low, high);
        for _ in 0..STEPS {
            let excess = excess(x);
            left.learn(rank(x), excess >= 0.0);
            let next = rank(x - excess / self.pdf(x));
            if !(left.below < next && next < left.above) || (next - rank(x)).abs() <= NEAR {
                break;
            }
            x = unrank(next);
        }
        let mut stride = NEAR;
        let mut middle = rank(x);
        while left.above - left.below > 1 {
            middle = if middle == left.above { middle - stride } else { middle + stride };
            stride = (stride * 4).min(1 << 64);
            if !(left.below < middle && middle < left.above) {
                middle = left.below + (left.above - left.below) / 2;
            }
            left.learn(middle, excess(unrank(middle)) >= 0.0);
        }
        unrank(left.above)
    }

    fn mean(&self) -> f64 {
        self.sum(Law::mean)
    }

    fn sd(&self) -> f64 {
        let mean = self.mean();
        let square = self.sum(|law| {
            let (sd, away) = (law.sd(), law.mean() - mean);
            sd * sd + away * away
        });
        if square.is_nan() { f64::INFINITY } else { square.sqrt() }
    }

    fn support(&self) -> (f64, f64) {
        self.members()
            .map(|(_, law)| law.support())
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), s| (low.min(s.0), high.max(s.1)))
    }

    /// One number chooses the member, which then draws.
    fn sample(&self, draw: &mut Draw) -> f64 {
        let u = draw.uniform();
        let i = self.members.partition_point(|member| member.up_to < u);
        self.members[i.min(self.members.len() - 1)].law.sample(draw)
    }
}

/// Newton's steps at most.
const STEPS: usize = 20;

/// Steps over no more numbers than this are rounding.
const NEAR: i128 = 4;

/// The numbers that are left, by rank: the first is not reached, the last is.
struct Left {
    below: i128,
    above: i128,
}

impl Left {
    /// One number more is known to be reached, or not to be.
    fn learn(&mut self, rank: i128, reached: bool) {
        if reached { self.above = rank } else { self.below = rank }
    }
}

/// A whole number that rises with a float: all floats in order.
fn rank(x: f64) -> i128 {
    let bits = x.to_bits() as i64;
    i128::from(if bits < 0 { i64::MIN - bits } else { bits })
}

fn unrank(rank: i128) -> f64 {
    let rank = rank as i64;
    f64::from_bits((if rank < 0 { i64::MIN - rank } else { rank }) as u64)
}
